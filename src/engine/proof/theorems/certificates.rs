//! What is proven to the verifier in the end.

use super::{SHORT, UNITS, cases, random, read, search};
use crate::certificate::{Bound, Certificate, Fixing, Split, Tree, TreeNode, Unproven};
use crate::engine::prices::{self, Dice, Width, Work};
use crate::engine::proof::ascent::Ascent;
use crate::engine::proof::closing::Closing;
use crate::engine::proof::listed::Listed;
use crate::engine::proof::marks::Marks;
use crate::engine::proof::prove;
use crate::engine::proof::shortlist::{LOSS_LIMIT, Shortlist};
use crate::engine::proof::witness::tree_of;
use crate::engine::record::Record;
use crate::engine::{Control, Progress, Settings};
use crate::instance::Instance;
use crate::plan::Gap;
use crate::problem::Problem;

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

/// The certificate of a small problem whose proof needs a tree, with the best plan's value.
fn with_a_tree() -> (Problem, i64, Certificate) {
    (4..9)
        .find_map(|seed| {
            let (instance, problem) = read(&random(&mut Dice::new(seed, 8), 90, 18, 1));
            let (value, certificate) = proof_of(&instance, &problem);
            let (_, certificate) = certificate.filter(|(_, certificate)| certificate.tree.is_some())?;
            Some((problem, value?, certificate))
        })
        .expect("some proof needs a tree")
}

#[test]
fn a_tree_that_is_told_to_stop_proves_nothing_and_no_tree_is_not_asked() {
    let (problem, value, certificate) = with_a_tree();
    let told = certificate.bounds_beside_until(&problem, value, &|| true);
    assert!(matches!(told, Err(Unproven::Stopped)), "{told:?}");
    let whole = certificate.bounds_beside_until(&problem, value, &|| false).expect("a certificate in order");
    assert_eq!(whole.tree, Some(Bound(value)));
    let plain = Certificate { tree: None, ..certificate };
    assert!(plain.bounds_beside_until(&problem, value, &|| true).is_ok());
}

#[test]
fn a_claim_that_is_stopped_leaves_what_was_proven_before() {
    let (problem, value, certificate) = with_a_tree();
    let mut record = Record::new(&problem, Settings::default());
    record.best = Some((value, Vec::new()));
    record.certify(&vec![0.0; problem.rows.len()]);
    let before = record.certificate.clone();
    record.claim_until(certificate.clone(), &|| true);
    assert_eq!(record.certificate, before);
    record.claim_until(certificate, &|| false);
    assert_eq!(record.certificate.map(|(bound, _)| bound), Some(Bound(value)));
}

#[test]
fn what_is_told_of_a_search_only_gets_better() {
    let (problem, ..) = with_a_tree();
    let mut record = Record::new(&problem, Settings::default());
    let mut told = Vec::new();
    let mut report = |progress: Progress| told.push(progress.bound);
    let mut control = Control { should_stop: &|| None, report: &mut report };
    for solver in [Some(Bound(900)), None, Some(Bound(1000)), Some(Bound(800))] {
        record.report(solver, "any", &mut control);
    }
    assert_eq!(told, [Some(900), Some(900), Some(900), Some(800)]);
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
