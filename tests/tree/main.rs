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
use support::branching::{Branching, simple_bound};
use support::certified_plan;
use visitplan::certificate::{Bound, Certificate, Test, TreeNode};
use visitplan::plan::{InfeasibilityDocument, PlanDocument, ProvenBy, Status};
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
