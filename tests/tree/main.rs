//! Trees of certificates: written by a simple branch and bound, checked by the program, by a simple walk and by the
//! checker in Python, and bent by those who would.

mod case;
mod hostile;
mod mutate;
mod mutations;
#[path = "../oracle/mod.rs"]
mod oracle;
mod python;
#[path = "../support/mod.rs"]
mod support;

use case::Case;
use rayon::prelude::*;
use serde_json::json;
use support::branching::{Branching, price_sum, simple_bound};
use support::{certified_plan, problem_of};
use visitplan::certificate::{Bound, Certificate, RowPrice, Split, Test, Tree, TreeNode};
use visitplan::plan::{InfeasibilityDocument, PlanDocument, ProvenBy, Status};
use visitplan::problem::Choice;
use visitplan::verify::verify;

/// All cases with `script/test --long`, a tenth always.
pub fn count(all: u64) -> u64 {
    if std::env::var_os("VISITPLAN_LONG").is_some() { all } else { all / 10 }
}

/// What a tree has: the four kinds of splits, steps that fix, and leaves of both kinds with and without prices.
fn features(certificate: &Certificate) -> [bool; 9] {
    let mut found = [false; 9];
    for node in &certificate.tree.as_ref().expect("a tree").nodes {
        found[match node {
            TreeNode::Split { split, .. } => match split.test {
                Test::Rep { .. } => 0,
                Test::Visits(_) => 1,
                Test::Calls(_) => 2,
                Test::Pool { .. } => 3,
            },
            TreeNode::Fix { .. } => 4,
            TreeNode::Leaf { rows, knapsack: None } => 5 + usize::from(rows.is_empty()),
            TreeNode::Leaf { knapsack: Some(part), .. } => 7 + usize::from(part.customers.is_empty()),
        }] = true;
    }
    found
}

#[test]
fn trees_of_random_instances_prove_every_best_plan_and_that_there_is_none() {
    let seen: Vec<([bool; 9], usize, bool)> = (50_000..50_000 + count(20_000))
        .into_par_iter()
        .filter_map(Case::of)
        .map(|Case { seed, instance, problem, optimum: value, best, .. }| {
            let certificate = Branching::certificate(&instance, &problem, seed, value);
            let simple = simple_bound(&problem, &certificate, value);
            let (mut by_tree, features) = (false, features(&certificate));
            match value {
                Some(value) => {
                    let floored = simple.map(|sum| problem.floor_to_grain(sum, i128::from(certificate.denominator)));
                    let simple = floored.map_or(value, |bound| value.max(bound as i64));
                    assert_eq!(certificate.bound_by_tree(&problem, value), Ok(Bound(simple)), "seed {seed}");
                    assert_eq!(simple, value, "seed {seed}");
                    for choices in best.iter().take(3) {
                        let plan = certified_plan(&problem, choices.clone(), certificate.clone());
                        assert_eq!((plan.bound, plan.status), (Bound(value), Status::Optimal), "seed {seed}");
                        by_tree |= plan.proven_by == ProvenBy::Tree;
                        let text = PlanDocument::new(&instance, &problem, &plan).to_text();
                        verify(&instance, &problem, "plan", &text).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
                    }
                }
                None => {
                    assert!(simple.is_none_or(|sum| sum < 0), "seed {seed}");
                    let text = InfeasibilityDocument::new(&instance, &certificate).to_text();
                    verify(&instance, &problem, "proof", &text).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
                }
            }
            (features, certificate.tree.map_or(0, |tree| tree.leaves()), by_tree)
        })
        .collect();
    let with = |feature: usize| seen.iter().filter(|(found, _, _)| found[feature]).count();
    let features: Vec<usize> = (0..9).map(with).collect();
    assert!(features.iter().all(|&with| with > seen.len() / 100), "{features:?} of {}", seen.len());
    let (most, by_tree) = (seen.iter().map(|seen| seen.1).max(), seen.iter().filter(|seen| seen.2).count());
    assert!(most > Some(50) && by_tree > seen.len() / 3, "{most:?} leaves, {by_tree} of {} by trees", seen.len());
}

/// The example of `models/certificate.md`, section 8.
#[test]
fn the_example_worked_by_hand_is_right() {
    let customer = |id: &str, minutes: i64, revenue: i64| {
        json!({ "id": id, "coverage": [
            { "rep": "anna", "minutes_per_visit": minutes, "revenue": [0, revenue] },
            { "rep": "ben", "minutes_per_visit": minutes, "revenue": [0, revenue - 10] }] })
    };
    let (_, problem) = problem_of(&json!({
        "format": "visitplan-instance/1", "model": "field",
        "reps": [{ "id": "anna", "minutes": 100 }, { "id": "ben", "minutes": 60 }],
        "customers": [customer("bakery", 60, 60), customer("clinic", 60, 50), customer("hotel", 40, 30)]
    }));
    assert_eq!(problem.granularity(), 1000);
    let by_anna = |customer: usize, yes, no| {
        let id = ["bakery", "clinic"][customer].to_owned();
        TreeNode::Split { split: Split { customer, id, test: Test::Rep { rep: 0, id: "anna".to_owned() } }, yes, no }
    };
    let leaf = |price| {
        let rows = vec![RowPrice { row: "rep:anna".to_owned(), price }];
        TreeNode::Leaf { rows: if price == 0 { Vec::new() } else { rows }, knapsack: None }
    };
    let certificate = |nodes| {
        let tree = Some(Tree { nodes });
        Certificate { tree, ..Certificate::of_prices(&problem, 1, &[0, 0]) }
    };
    let both = certificate(vec![by_anna(0, 1, 2), by_anna(1, 3, 4), leaf(0), leaf(1000), leaf(0)]);
    assert_eq!(both.bound_by_tree(&problem, 13_000), Ok(Bound(13_000)));
    let left = |keeps: fn(usize, Option<u32>) -> bool| -> Vec<Vec<Choice>> {
        let rep = |choice: &Choice| choice.lane().and_then(|lane| problem.lane(lane).rep);
        (0..3).map(|c| problem.choices(c).filter(|choice| keeps(c, rep(choice))).collect()).collect()
    };
    let sum = |price, keeps| price_sum(&problem, 1, &[price, 0], &left(keeps));
    assert_eq!(sum(0, |customer, rep| customer != 0 || rep != Some(0)), Some(13_000));
    assert_eq!(sum(1000, |customer, rep| customer == 2 || rep == Some(0)), Some(-7_000));
    assert_eq!(sum(0, |customer, rep| (rep == Some(0)) == (customer == 0) || customer == 2), Some(13_000));
    assert_eq!(sum(0, |customer, rep| customer != 0 || rep == Some(0)), Some(14_000));
    assert_eq!(sum(1000, |_, rep| rep == Some(0)), Some(-46_000));
    let fixed = certificate(vec![by_anna(0, 1, 2), TreeNode::Fix { rows: Vec::new(), next: 3 }, leaf(0), leaf(1000)]);
    assert_eq!(fixed.bound_by_tree(&problem, 13_000), Ok(Bound(13_000)));
    assert_eq!(fixed.bound_by_tree(&problem, 12_000), Ok(Bound(52_000)));
}
