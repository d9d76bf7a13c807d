//! Looking for a proof that there is no plan (`models/certificate.md`, section 4).

use super::glance::glance;
use super::highs::{self, End, Options};
use super::program::{Kind, Program};
use crate::certificate::{
    Branch, Certificate, Split, Test, Tree, TreeNode, infeasible_branch, infeasible_by_prices, infeasible_by_tree,
    named,
};
use crate::instance::Instance;
use crate::plan::StoppedBy;
use crate::problem::{Choice, Problem};

/// Most nodes of a search tree.
const MAX_NODES: usize = 20_000;

/// What the search found.
pub enum Finding {
    /// There is no plan.
    Infeasible(Certificate),
    /// There is one.
    Feasible(Vec<Choice>),
    /// Neither was found.
    Unknown(StoppedBy),
}

/// A node to prove empty, the depth of its parent, and the step from there.
type Open = (usize, usize, Option<(Split, bool)>);

/// Searches a tree whose every leaf is proven empty by prices, or finds a plan on the way.
pub fn search(instance: &Instance, problem: &Problem, should_stop: &dyn Fn() -> Option<StoppedBy>) -> Finding {
    let mut nodes = vec![TreeNode::Leaf { rows: Vec::new(), knapsack: None }];
    let mut branch = Branch::default();
    let mut open: Vec<Open> = vec![(0, 0, None)];
    while let Some((at, depth, step)) = open.pop() {
        branch.back_to(depth);
        if let Some((split, holds)) = &step {
            branch.narrow(problem, split, *holds);
        }
        if let Some(why) = should_stop() {
            return Finding::Unknown(why);
        }
        let leaf = |prices: &[i64]| TreeNode::Leaf { rows: named(problem, prices), knapsack: None };
        if let Some(prices) = glance(problem, &branch) {
            nodes[at] = leaf(&prices);
            continue;
        }
        let mut program = Program::new(problem, Kind::Elastic, |customer, choice| branch.allows(customer, choice));
        if program.columns.is_empty() {
            // Nobody can be covered in this branch, and no row objects.
            return Finding::Feasible(vec![Choice::NOTHING; problem.customers()]);
        }
        let options = Options { relative_gap: 0.0, nodes: None, seed: 1, start: None };
        let outcome = highs::run(program.take_model(), options, should_stop, |_| {});
        if let End::Stopped(why) = outcome.end {
            return Finding::Unknown(why);
        }
        let Some(point) = outcome.point.filter(|_| outcome.end == End::Optimal) else {
            return Finding::Unknown(StoppedBy::Work);
        };
        let duals = program.prices(problem, &outcome.duals);
        if let Some(prices) = proving_prices(problem, &duals, &branch) {
            nodes[at] = leaf(&prices);
            continue;
        }
        let rounded = program.round(problem, &point);
        if problem.overdrawn(&rounded).is_none() {
            return Finding::Feasible(rounded);
        }
        let Some(split) = split(instance, problem, &program.columns, &point, &rounded, &branch) else {
            return Finding::Unknown(StoppedBy::Work);
        };
        if nodes.len() + 2 > MAX_NODES {
            return Finding::Unknown(StoppedBy::Work);
        }
        let (yes, no) = (nodes.len(), nodes.len() + 1);
        nodes[at] = TreeNode::Split { split: split.clone(), yes, no };
        for (child, holds) in [(no, false), (yes, true)] {
            nodes.push(TreeNode::Leaf { rows: Vec::new(), knapsack: None });
            open.push((child, branch.depth(), Some((split.clone(), holds))));
        }
    }
    let certificate = match &nodes[..] {
        [TreeNode::Leaf { rows, .. }] => Certificate { denominator: 1, rows: rows.clone(), knapsack: None, tree: None },
        _ => Certificate { denominator: 1, rows: Vec::new(), knapsack: None, tree: Some(Tree { nodes }) },
    };
    let proven = match &certificate.tree {
        None => certificate.prices(problem).is_ok_and(|prices| infeasible_by_prices(problem, &prices).is_ok()),
        Some(tree) => infeasible_by_tree(problem, &certificate, tree).is_ok(),
    };
    if proven { Finding::Infeasible(certificate) } else { Finding::Unknown(StoppedBy::Work) }
}

/// Whole prices, as small as they may be, that prove the branch empty.
fn proving_prices(problem: &Problem, duals: &[f64], branch: &Branch) -> Option<Vec<i64>> {
    let largest = duals.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return None;
    }
    [1.0, 60.0, 1e3, 1e6, 1e9, 1e12].into_iter().find_map(|size: f64| {
        let prices: Vec<i64> = duals.iter().map(|dual| (dual / largest * size).round() as i64).collect();
        infeasible_branch(problem, &prices, branch).is_ok().then_some(prices)
    })
}

/// What to split by: the customer whose options the point divides most evenly, and what tells them apart.
fn split(
    instance: &Instance,
    problem: &Problem,
    columns: &[(usize, Choice)],
    point: &[f64],
    rounded: &[Choice],
    branch: &Branch,
) -> Option<Split> {
    let mut taken = vec![0.0; problem.customers()];
    for (&(customer, choice), &share) in columns.iter().zip(point) {
        if rounded[customer] == choice {
            taken[customer] = share;
        }
    }
    let left = |customer: usize| -> Vec<Choice> {
        problem.choices(customer).filter(|&choice| branch.allows(customer, choice)).collect()
    };
    // Where the point divides nobody, any customer who still has a choice will do.
    let mut order: Vec<usize> = (0..problem.customers()).filter(|&customer| left(customer).len() > 1).collect();
    order.sort_by(|&a, &b| taken[a].total_cmp(&taken[b]).then(a.cmp(&b)));
    order.into_iter().find_map(|customer| {
        let options = left(customer);
        let now = rounded[customer];
        let tells_apart = |test: &Test| {
            let yes = options.iter().filter(|&&choice| test.holds(problem, choice)).count();
            yes > 0 && yes < options.len()
        };
        let lane = now.lane().map(|index| problem.lane(index));
        let rep = lane.and_then(|lane| lane.rep);
        let pool = lane.and_then(|lane| lane.pool);
        let calls = lane.map_or(0, |lane| lane.calls);
        let candidates = rep
            .map(|rep| Test::Rep { rep, id: instance.reps[rep as usize].id.to_string() })
            .into_iter()
            .chain([Test::Visits(now.visits), Test::Visits(now.visits + 1)])
            .chain(pool.map(|pool| Test::Pool { pool, id: instance.pools[pool as usize].id.to_string() }))
            .chain([Test::Calls(calls), Test::Calls(calls + 1)])
            .chain(options.iter().map(|choice| Test::Visits(choice.visits)))
            .chain(options.iter().filter_map(|choice| {
                let rep = problem.lane(choice.lane()?).rep?;
                Some(Test::Rep { rep, id: instance.reps[rep as usize].id.to_string() })
            }))
            .chain(options.iter().filter_map(|choice| {
                let lane = problem.lane(choice.lane()?);
                let pool = lane.pool?;
                Some(Test::Pool { pool, id: instance.pools[pool as usize].id.to_string() })
            }))
            .chain(options.iter().filter_map(|choice| Some(Test::Calls(problem.lane(choice.lane()?).calls))));
        let test = candidates.into_iter().find(tells_apart)?;
        Some(Split { customer, id: instance.customers[customer].id.to_string(), test })
    })
}
