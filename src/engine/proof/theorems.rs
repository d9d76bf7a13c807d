//! What `models/prices.md`, section 10, says of the proof, on random small problems, against enumeration.

use serde_json::{Value, json};

use super::ascent::{Ascent, Course};
use super::branch::{Branching, End, Fix, Node};
use super::closing::Closing;
use super::listed::Listed;
use super::marks::{Mark, Marks};
use super::packing::{Hint, Packer};
use super::prove;
use super::repair::Packings;
use super::shortlist::{LOSS_LIMIT, Shortlist};
use super::witness::tree_of;
use crate::certificate::{Bound, Certificate, Fixing, Split, Tree, TreeNode};
use crate::engine::prices::{self, Dice, Width, Work};
use crate::engine::record::Record;
use crate::engine::{Control, Settings};
use crate::instance::Instance;
use crate::plan::Gap;
use crate::problem::{Choice, Problem};

/// Units per cent in these tests.
const UNITS: i64 = 10;
/// So few steps that bounds stay weak and searches have something to do.
const SHORT: Course = Course { steps: 4, length: 0.5, patience: 3, shrink: 0.5, shortest: 0.01, memory: 0.5 };

/// A problem with all of its plans.
struct Case {
    instance: Instance,
    problem: Problem,
    /// Value and options of each plan.
    plans: Vec<(i64, Vec<Choice>)>,
    /// Prices of the rows, in units.
    rows: Vec<i64>,
    seed: u32,
}

/// Reps with minutes, and customers with tables of any shape, some of whom must be visited. Minutes are multiples of
/// `unit`, but for what the reps have.
pub fn random(dice: &mut Dice, customers: usize, reps: usize, unit: usize) -> Value {
    let coverage = |dice: &mut Dice| -> Vec<Value> {
        let mut entries = Vec::new();
        for rep in 0..reps {
            if dice.below(4) == 0 && rep > 0 {
                continue;
            }
            let mut table = vec![0];
            for visits in 0..1 + dice.below(2) {
                table.push(table[visits] + dice.below(90) as i64 - 10);
            }
            entries.push(
                json!({"rep": format!("r{rep}"), "minutes_per_visit": unit * (3 + dice.below(9)), "revenue": table}),
            );
        }
        entries
    };
    let customers: Vec<Value> = (0..customers)
        .map(|customer| {
            let mut entry = json!({"id": format!("c{customer}"), "coverage": coverage(dice)});
            if dice.below(4) == 0 {
                entry["visits"] = json!({"min": 1});
            }
            entry
        })
        .collect();
    let share = 3 * unit * customers.len() / reps;
    let reps: Vec<Value> =
        (0..reps).map(|rep| json!({"id": format!("r{rep}"), "minutes": share + dice.below(share + 1)})).collect();
    json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": "field"})
}

pub fn read(document: &Value) -> (Instance, Problem) {
    let instance = Instance::from_json(&document.to_string()).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    (instance, problem)
}

fn plans(problem: &Problem) -> Vec<(i64, Vec<Choice>)> {
    fn extend(problem: &Problem, chosen: &mut Vec<Choice>, plans: &mut Vec<(i64, Vec<Choice>)>) {
        if chosen.len() == problem.customers() {
            if problem.overdrawn(chosen).is_none() {
                plans.push((problem.total_value(chosen), chosen.clone()));
            }
            return;
        }
        for choice in problem.choices(chosen.len()) {
            chosen.push(choice);
            extend(problem, chosen, plans);
            chosen.pop();
        }
    }
    let mut plans = Vec::new();
    extend(problem, &mut Vec::new(), &mut plans);
    plans
}

/// Tiny problems with a plan, and random prices of their rows.
fn cases(count: u32) -> impl Iterator<Item = Case> {
    (0..count).filter_map(|seed| {
        let mut dice = Dice::new(seed, 1);
        let unit = [1, 1, 5][dice.below(3)];
        let (customers, reps) = (3 + dice.below(3), 2 + dice.below(2));
        let (instance, problem) = read(&random(&mut dice, customers, reps, unit));
        let plans = plans(&problem);
        let rows = problem.rows.iter().map(|_| dice.below(9000 / unit) as i64 * i64::from(dice.below(4) > 0)).collect();
        (!plans.is_empty()).then_some(Case { instance, problem, plans, rows, seed })
    })
}

impl Case {
    /// All options on one list.
    fn list(&self) -> Shortlist {
        Shortlist::of(&self.problem, UNITS, self.rows.clone(), LOSS_LIMIT - 1).expect("small numbers")
    }

    /// The value of the best plan.
    fn best(&self) -> i64 {
        self.plans.iter().map(|(value, _)| *value).max().expect("a plan")
    }

    /// The rep of each customer of the list in a plan, as a row.
    fn rows_of(&self, list: &Shortlist, plan: &[Choice]) -> Vec<Option<usize>> {
        let row = |customer: usize| {
            let mut found = None;
            self.problem.for_each_use(customer, plan[customer], |row, _| found = Some(row));
            found.filter(|_| plan[customer].visits > 0)
        };
        list.customers.iter().map(|customer| row(customer.index as usize)).collect()
    }

    /// Whether a plan is within what is decided.
    fn keeps(&self, list: &Shortlist, plan: &[Choice], marks: &Marks) -> bool {
        let rows = self.rows_of(list, plan);
        let fits = |(x, row): (usize, &Option<usize>)| match row {
            None => !marks.visited[x],
            Some(row) => list.customers[x].groups.iter().all(|&group| {
                let own = list.reps[list.groups[group as usize].rep as usize].row == *row;
                match marks.groups[group as usize] {
                    Mark::Free => true,
                    Mark::In => own,
                    Mark::Out => !own,
                }
            }),
        };
        rows.iter().enumerate().all(fits)
    }

    /// The least loss of a plan within what is decided.
    fn least(&self, list: &Shortlist, marks: &Marks) -> Option<i128> {
        let kept = self.plans.iter().filter(|(_, plan)| self.keeps(list, plan, marks));
        kept.map(|(value, _)| list.loss_of(*value)).min()
    }
}

/// Random decisions that do not contradict each other.
fn decide(list: &Shortlist, dice: &mut Dice) -> Marks {
    let mut marks = Marks::none(list);
    for (x, customer) in list.customers.iter().enumerate() {
        let group = customer.groups[dice.below(customer.groups.len())] as usize;
        match dice.below(6) {
            0 => marks.give(list, group),
            1 => marks.groups[group] = Mark::Out,
            2 => marks.visited[x] = true,
            _ => {}
        }
        marks.conclude(list, x);
    }
    marks
}

fn random_prices(list: &Shortlist, dice: &mut Dice) -> Vec<i64> {
    list.customers.iter().map(|_| dice.below(160_000) as i64 - 20_000).collect()
}

/// A search that begins at weak prices, with the target it ends at and the best plan it found.
fn search<'l>(case: &Case, list: &'l Shortlist, cut: i64, fall: bool) -> (Branching<'l>, i64, Option<i64>) {
    let mut root = Ascent::first(list);
    let marks = Marks::none(list);
    Ascent::new(list, Width::detect(), false).climb(&mut root, &marks, cut, SHORT, &mut |_, _| true);
    let mut branching = Branching::new(list, Width::detect(), root);
    let (mut target, mut found) = (cut, None);
    while !branching.is_done() {
        assert!(branching.looked < 5000, "seed {}", case.seed);
        target = branching.step(target, &mut |plan: &Packings| {
            found = Some(found.map_or(plan.loss, |found: i64| found.min(plan.loss)));
            if fall { plan.loss } else { cut }
        });
    }
    (branching, target, found)
}

#[test]
fn the_shortlist_has_a_best_plan_and_loses_with_it_what_lies_between_bound_and_value() {
    for case in cases(200) {
        let list = case.list();
        let mut least = i128::MAX;
        for (value, plan) in &case.plans {
            let mut loss: i128 = list.reps.iter().map(|rep| i128::from(rep.price * rep.capacity)).sum();
            let mut listed = list.idle.iter().all(|&(customer, choice)| plan[customer as usize] == choice);
            for (x, customer) in list.customers.iter().enumerate() {
                let choice = plan[customer.index as usize];
                let of_groups = customer.groups.iter().flat_map(|&group| list.groups[group as usize].options());
                if let Some(option) = of_groups.into_iter().find(|&option| list.choice[option] == choice) {
                    assert_eq!(list.customer_of(option as u32), x);
                    let rep = &list.reps[list.groups[list.group_of[option] as usize].rep as usize];
                    loss += i128::from(i64::from(list.loss[option]) - rep.price * i64::from(list.minutes[option]));
                } else if let Some((idle, _)) = customer.idle.filter(|&(_, idle)| idle == choice) {
                    loss += i128::from(idle);
                } else {
                    listed = false;
                }
            }
            if listed {
                assert_eq!(loss, list.loss_of(*value), "seed {}", case.seed);
                least = least.min(loss);
            }
        }
        assert_eq!(least, list.loss_of(case.best()), "seed {}", case.seed);
    }
}

#[test]
fn whatever_the_prices_and_decisions_no_plan_loses_less_than_the_bound_at_any_step() {
    let (mut steps, mut tight) = (0, 0);
    for case in cases(250) {
        let (list, mut dice) = (case.list(), Dice::new(case.seed, 2));
        for round in 0..4 {
            let marks = if round == 0 { Marks::none(&list) } else { decide(&list, &mut dice) };
            let least = case.least(&list, &marks);
            let mut prices = Ascent::first(&list);
            if round % 2 == 0 {
                prices.prices = random_prices(&list, &mut dice);
            }
            let course = Course { steps: 40, ..SHORT };
            let mut ascent = Ascent::new(&list, Width::detect(), false);
            ascent.climb(&mut prices, &marks, i64::MAX, course, &mut |now, _| {
                steps += 1;
                assert!(least.is_none_or(|least| i128::from(now.bound) <= least), "seed {}", case.seed);
                true
            });
            assert!(least.is_none_or(|least| i128::from(prices.bound) <= least), "seed {}", case.seed);
            tight += usize::from(least == Some(i128::from(prices.bound)));
        }
    }
    assert!(steps > 5000 && tight > 100, "{steps} steps, {tight} bounds that some plan attains");
}

#[test]
fn dividing_minutes_by_their_unit_changes_no_bound() {
    let mut divided = 0;
    for case in cases(200) {
        let (list, mut dice) = (case.list(), Dice::new(case.seed, 3));
        // The same list in minutes.
        let mut plain = case.list();
        for rep in &mut plain.reps {
            rep.capacity = case.problem.rows[rep.row].capacity;
            rep.price = plain.row_prices[rep.row];
        }
        for option in 0..plain.choice.len() {
            let customer = plain.customers[plain.customer_of(option as u32)].index as usize;
            let row = plain.reps[plain.groups[plain.group_of[option] as usize].rep as usize].row;
            case.problem.for_each_use(customer, plain.choice[option], |used, amount| {
                if used == row {
                    plain.minutes[option] = amount as i32;
                }
            });
        }
        divided += usize::from(plain.minutes != list.minutes);
        let mut packer = Packer::new(Width::detect());
        for _ in 0..5 {
            let (prices, marks) = (random_prices(&list, &mut dice), decide(&list, &mut dice));
            let mut costs = |list: &Shortlist| -> Option<i128> {
                let mut cost = |rep| packer.pack(list, rep, &prices, &marks.groups, &mut Hint::default());
                (0..list.reps.len()).map(|rep| cost(rep).map(|packed| i128::from(packed.cost))).sum()
            };
            let (ours, whole) = (costs(&list), costs(&plain));
            assert_eq!(ours.map(|cost| cost + list.unusable), whole, "seed {}", case.seed);
        }
        assert_eq!(list.sum + list.unusable, {
            let paid: i64 = case.problem.rows.iter().zip(&case.rows).map(|(row, price)| row.capacity * price).sum();
            i128::from(paid) + list.largest.iter().map(|&largest| i128::from(largest)).sum::<i128>()
        });
    }
    assert!(divided > 30, "{divided} lists with a unit");
}

#[test]
fn what_the_packer_says_a_group_costs_is_what_packing_with_and_without_it_costs() {
    let mut within = 0;
    for case in cases(150) {
        let (list, mut dice) = (case.list(), Dice::new(case.seed, 4));
        let mut packer = Packer::new(Width::detect());
        for round in 0..6 {
            let prices = random_prices(&list, &mut dice);
            let marks = if round < 2 { Marks::none(&list) } else { decide(&list, &mut dice) };
            let reach = 1 + dice.below(100_000) as i64;
            for rep in 0..list.reps.len() {
                let mut hint = Hint::default();
                let Some(packed) = packer.pack(&list, rep, &prices, &marks.groups, &mut hint) else { continue };
                let mut said: Vec<(usize, i64, i64)> = Vec::new();
                packer
                    .penalties(&list, rep, &hint, packed, reach, |group, taken, left| said.push((group, taken, left)));
                for (group, taken, left) in said {
                    let mut rise = |mark| {
                        let mut marks = marks.groups.clone();
                        marks[group] = mark;
                        let forced = packer.pack(&list, rep, &prices, &marks, &mut Hint::default());
                        forced.map_or(reach + 1, |forced| forced.cost - packed.cost).min(reach + 1)
                    };
                    assert_eq!(taken.min(reach + 1), rise(Mark::In), "seed {}", case.seed);
                    let expected = if marks.groups[group] == Mark::In { reach + 1 } else { rise(Mark::Out) };
                    assert_eq!(left.min(reach + 1), expected, "seed {}", case.seed);
                    within += usize::from(taken > 0 && taken <= reach) + usize::from(left > 0 && left <= reach);
                }
            }
        }
    }
    assert!(within > 1000, "{within} penalties within reach");
}

/// Whether a plan is where a node's fixes hold; these customers have these rows.
fn fix_holds(list: &Shortlist, rows: &[Option<usize>], fix: Fix) -> bool {
    let of = |group: u32| {
        let group = list.groups[group as usize];
        rows[group.customer as usize] == Some(list.reps[group.rep as usize].row)
    };
    match fix {
        Fix::In(group) => of(group),
        Fix::Out(group) => !of(group),
        Fix::Visited(x) => rows[x as usize].is_some(),
    }
}

#[test]
fn no_fix_and_no_closed_node_excludes_a_plan_that_loses_less_than_the_target() {
    let (mut fixes, mut nodes) = (0, 0);
    for case in cases(300) {
        let list = case.list();
        let best = i64::try_from(list.loss_of(case.best())).expect("small numbers");
        // A target that stays, some way above the best plan.
        let cut = best + 1 + Dice::new(case.seed, 5).below(30_000) as i64;
        let (branching, _, _) = search(&case, &list, cut, false);
        nodes += branching.tree.len();
        fixes += branching.tree.iter().map(|node| node.fixes.len()).sum::<usize>();
        for (value, plan) in &case.plans {
            if list.loss_of(*value) >= i128::from(cut) {
                continue;
            }
            let rows = case.rows_of(&list, plan);
            let mut at = 0;
            loop {
                let Node { fixes, end, .. } = &branching.tree[at];
                assert!(fixes.iter().all(|&fix| fix_holds(&list, &rows, fix)), "seed {}", case.seed);
                match end {
                    End::Split { group } => {
                        let given = fix_holds(&list, &rows, Fix::In(*group));
                        let child = |node: &Node| node.parent == Some((at, given));
                        at = branching.tree.iter().position(child).expect("a child");
                    }
                    End::Open => break,
                    End::Closed(_) => panic!("seed {}: a plan below the target is in a closed node", case.seed),
                }
            }
        }
    }
    assert!(fixes > 300 && nodes > 600, "{fixes} fixes, {nodes} nodes");
}

#[test]
fn a_search_that_ends_has_the_best_plan_below_its_cut_or_there_is_none() {
    let (mut found, mut none) = (0, 0);
    for case in cases(300) {
        let list = case.list();
        let best = i64::try_from(list.loss_of(case.best())).expect("small numbers");
        let mut dice = Dice::new(case.seed, 6);
        for cut in [best, best + 1, best + dice.below(40_000) as i64, best - dice.below(10_000) as i64] {
            let (branching, target, plan) = search(&case, &list, cut, true);
            assert_eq!(branching.stuck, 0, "seed {}", case.seed);
            assert_eq!(target, cut.min(best), "seed {}", case.seed);
            assert_eq!(plan, (best < cut).then_some(best), "seed {}", case.seed);
            found += usize::from(plan.is_some());
            none += usize::from(plan.is_none());
        }
    }
    assert!(found > 300 && none > 300, "{found} with a plan, {none} without");
}

/// The leaves of a tree with the splits above each and their answers.
fn leaves(tree: &Tree) -> Vec<(usize, Vec<(Split, bool)>)> {
    let (mut leaves, mut open) = (Vec::new(), vec![(0, Vec::new())]);
    while let Some((at, above)) = open.pop() {
        match &tree.nodes[at] {
            TreeNode::Fix { next, .. } => open.push((*next, above)),
            TreeNode::Leaf { .. } => leaves.push((at, above)),
            TreeNode::Split { split, yes, no } => {
                for (child, answer) in [(*yes, true), (*no, false)] {
                    let above = above.iter().cloned().chain([(split.clone(), answer)]).collect();
                    open.push((child, above));
                }
            }
        }
    }
    leaves
}

#[test]
fn the_tree_of_a_search_proves_its_cut_to_the_verifier_and_not_with_a_leafs_prices_bent() {
    let (mut splits, mut bent, mut partial) = (0, 0, 0);
    for case in cases(200) {
        let (problem, list) = (&case.problem, case.list());
        let best = i64::try_from(list.loss_of(case.best())).expect("small numbers");
        // What is searched may be less than what the certificate is about.
        let mut dice = Dice::new(case.seed, 7);
        let theta = if dice.below(2) == 0 { LOSS_LIMIT - 1 } else { dice.below(best as usize + 20_000) as i64 };
        let Some(searched) = Shortlist::of(problem, UNITS, case.rows.clone(), theta) else { continue };
        let size = |list: &Shortlist| list.choice.len() + list.customers.iter().filter(|c| c.idle.is_some()).count();
        let is_partial = size(&searched) < size(&list);
        let cut = i64::try_from(searched.loss_of(case.best())).expect("small numbers");
        let (branching, target, _) = search(&case, &searched, cut, true);
        assert_eq!(target, cut, "no plan is better than the best: seed {}", case.seed);
        let prices = Certificate::of_prices(problem, UNITS, &case.rows);
        let top = vec![0; list.customers.len()];
        let shifted = i64::try_from(i128::from(cut) + list.sum - searched.sum).expect("small numbers");
        let nodes = (&searched, &branching.tree[..]);
        let Some(tree) = tree_of((&case.instance, problem), (&list, &top), nodes, shifted, Width::detect(), &|| false)
        else {
            assert!(is_partial, "seed {}", case.seed);
            continue;
        };
        partial += usize::from(is_partial);
        splits += tree.leaves() - 1;
        let value = case.best();
        let certificate = |tree| Certificate {
            tree: Some(tree),
            ..prices.clone().with_knapsack(problem, &case.rows, list.largest.clone())
        };
        let proven = |tree: Tree| certificate(tree).bound_by_tree(problem, value).expect("a certificate in order");
        assert_eq!(proven(tree.clone()), Bound(value), "seed {}", case.seed);
        let fixing = Fixing::new(problem, UNITS, case.rows.clone(), value).expect("small numbers");
        for (leaf, above) in leaves(&tree) {
            let left = |customer: usize| {
                problem.choices(customer).any(|choice| {
                    let of = above.iter().filter(|(split, _)| split.customer == customer);
                    fixing.keeps(customer, choice)
                        && of.into_iter().all(|(split, answer)| split.test.holds(problem, choice) == *answer)
                })
            };
            let mut other = tree.clone();
            let TreeNode::Leaf { knapsack: Some(knapsack), .. } = &mut other.nodes[leaf] else {
                panic!("leaves are by knapsacks")
            };
            // A customer nobody takes at this price is worth it all the same.
            knapsack.customers = (0..problem.customers()).map(|customer| (customer, 1 << 52)).collect();
            if (0..problem.customers()).all(left) {
                assert!(proven(other) > Bound(value), "seed {}", case.seed);
                bent += 1;
            } else {
                assert_eq!(proven(other), Bound(value), "nothing is left there: seed {}", case.seed);
            }
        }
    }
    assert!(splits > 100 && bent > 200 && partial > 30, "{splits} splits, {bent} leaves, {partial} partial lists");
}

/// Everything to the end: the best value and the certificate, with the bound it proves.
fn proof_of(instance: &Instance, problem: &Problem) -> (Option<i64>, Option<(Bound, Certificate)>) {
    let settings = Settings { gap: Gap(0), ..Settings::default() };
    let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
    let mut record = Record::new(problem, settings);
    prices::refine(problem, settings, None, Work::Quick, &mut record, &mut control);
    prove(instance, problem, settings, &mut record, &mut control);
    (record.best.map(|(value, _)| value), record.certificate)
}

#[test]
fn tiny_problems_are_proven_to_the_last_cent() {
    let (mut proven, mut all) = (0, 0);
    for case in cases(200) {
        let (value, certificate) = proof_of(&case.instance, &case.problem);
        let bound = certificate.map(|(bound, _)| bound);
        let grain = case.problem.granularity().max(1);
        assert!(bound.is_none_or(|bound| bound >= Bound(case.best())), "seed {}", case.seed);
        all += 1;
        proven += usize::from(value == Some(case.best()) && bound.is_some_and(|bound| bound.0 < case.best() + grain));
    }
    assert_eq!(proven, all);
}

#[test]
fn a_search_that_begins_with_few_options_ends_with_the_best_plan_of_all_and_its_proof() {
    let (mut trees, mut narrow) = (0, 0);
    for case in cases(150) {
        let mut dice = Dice::new(case.seed, 9);
        let problem = &case.problem;
        let mut record = Record::new(problem, Settings { gap: Gap(0), ..Settings::default() });
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        record.certify(&vec![0.0; problem.rows.len()]);
        record.take(&case.plans[dice.below(case.plans.len())].1, "any", &mut control);
        let theta = dice.below(40_000) as i64;
        let Some(list) = Shortlist::of(problem, UNITS, case.rows.clone(), theta) else { continue };
        let all = list.choice.len() == case.list().choice.len();
        let mut root = Ascent::first(&list);
        let marks = Marks::none(&list);
        Ascent::new(&list, Width::detect(), false).climb(&mut root, &marks, LOSS_LIMIT, SHORT, &mut |_, _| true);
        let listed = Listed { problem, list };
        let settings = Settings { gap: Gap(0), ..Settings::default() };
        let closing = Closing::new((&case.instance, problem), settings, listed, root, &mut record);
        closing.expect("small numbers").search(&mut record, &mut control);
        let (bound, certificate) = record.certificate.as_ref().expect("prices at least");
        assert_eq!(record.best.as_ref().map(|(value, _)| *value), Some(case.best()), "seed {}", case.seed);
        assert_eq!(*bound, Bound(case.best()), "seed {}", case.seed);
        trees += usize::from(certificate.tree.is_some());
        narrow += usize::from(!all);
    }
    assert!(trees > 10 && narrow > 10, "{trees} trees, {narrow} with fewer options");
}

#[test]
fn the_proof_is_the_same_on_any_number_of_threads() {
    let mut trees = 0;
    for seed in [0, 1, 2, 4] {
        let mut dice = Dice::new(seed, 8);
        let (customers, reps) = if seed < 4 { (40, 5) } else { (90, 18) };
        let (instance, problem) = read(&random(&mut dice, customers, reps, 1));
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| proof_of(&instance, &problem))
        };
        let one = on(1);
        trees += usize::from(one.1.as_ref().is_some_and(|(_, certificate)| certificate.tree.is_some()));
        for threads in [2, 3] {
            assert_eq!(on(threads), one, "seed {seed}, {threads} threads");
        }
    }
    assert!(trees > 0, "no trees");
}
