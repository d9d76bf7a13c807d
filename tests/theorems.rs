//! Each theorem of `models/certificate.md`, on random tiny instances whose plans are all enumerated here.

mod oracle;
mod support;

use oracle::{enumerate, random_instance};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use support::problem_of;
use visitplan::certificate::{
    Certificate, Fixing, Split, Test, Tree, TreeNode, bound_by_prices, infeasible_by_prices, infeasible_by_tree,
};
use visitplan::instance::Instance;
use visitplan::plan::is_optimal;
use visitplan::problem::{Choice, Problem};

const SEEDS: std::ops::Range<u64> = 0..400;

/// Calls `each` with every combination of one option per customer that keeps all rows.
fn every_plan(problem: &Problem, mut each: impl FnMut(&[Choice])) {
    fn extend(problem: &Problem, chosen: &mut Vec<Choice>, each: &mut dyn FnMut(&[Choice])) {
        if chosen.len() == problem.customers() {
            if problem.overdrawn(chosen).is_none() {
                each(chosen);
            }
            return;
        }
        for choice in problem.choices(chosen.len()).collect::<Vec<_>>() {
            chosen.push(choice);
            extend(problem, chosen, each);
            chosen.pop();
        }
    }
    extend(problem, &mut Vec::new(), &mut each);
}

/// Small tiny instances, with dice of their own.
fn cases() -> impl Iterator<Item = (u64, Instance, Problem, ChaCha8Rng)> {
    SEEDS.filter_map(|seed| {
        let document = random_instance(seed);
        if enumerate(&document).choices > 20_000 {
            return None;
        }
        let (instance, problem) = problem_of(&document);
        Some((seed, instance, problem, ChaCha8Rng::seed_from_u64(seed)))
    })
}

fn random_prices(problem: &Problem, dice: &mut ChaCha8Rng) -> Vec<i64> {
    problem
        .rows
        .iter()
        .map(|_| if dice.next_u64().is_multiple_of(3) { 0 } else { (dice.next_u64() % 2_000_000) as i64 })
        .collect()
}

#[test]
fn whatever_the_prices_no_plan_is_worth_more_than_their_bound() {
    for (seed, _, problem, mut dice) in cases() {
        for denominator in [1, 1000, 1_000_000] {
            let prices = random_prices(&problem, &mut dice);
            let Ok(bound) = bound_by_prices(&problem, denominator, &prices) else { continue };
            every_plan(&problem, |plan| assert!(problem.total_value(plan) <= bound.0, "seed {seed}"));
        }
    }
}

#[test]
fn values_of_plans_lie_on_the_grid_to_which_bounds_are_rounded_down() {
    for (seed, _, problem, _) in cases() {
        every_plan(&problem, |plan| {
            let value = i128::from(problem.total_value(plan));
            assert_eq!(problem.floor_to_grain(value, 1), value, "seed {seed}");
            assert_eq!(problem.floor_to_grain(value * 7 + 6, 7), value, "seed {seed}");
        });
    }
}

#[test]
fn a_plan_whose_bound_proves_it_optimal_is_the_best_of_all() {
    for (seed, _, problem, mut dice) in cases() {
        let prices = random_prices(&problem, &mut dice);
        let Ok(bound) = bound_by_prices(&problem, 1000, &prices) else { continue };
        let mut best = i64::MIN;
        every_plan(&problem, |plan| best = best.max(problem.total_value(plan)));
        every_plan(&problem, |plan| {
            let value = problem.total_value(plan);
            assert!(value == best || !is_optimal(&problem, value, bound), "seed {seed}");
        });
    }
}

#[test]
fn options_fixed_by_reduced_costs_are_in_no_better_plan() {
    let mut dropped = 0;
    for (seed, _, problem, mut dice) in cases() {
        let mut values = Vec::new();
        every_plan(&problem, |plan| values.push(problem.total_value(plan)));
        values.sort_unstable();
        let Some(&known) = values.get(values.len() * 3 / 4) else { continue };
        // Prices of any quality; small ones drop little, large ones make the bound weak.
        let prices: Vec<i64> = random_prices(&problem, &mut dice).iter().map(|price| price / 200).collect();
        let Some(fixing) = Fixing::new(&problem, 1000, prices, known) else { continue };
        every_plan(&problem, |plan| {
            let keeps = plan.iter().enumerate().all(|(customer, &choice)| fixing.keeps(customer, choice));
            assert!(keeps || problem.total_value(plan) <= known, "seed {seed}");
            dropped += usize::from(!keeps);
        });
    }
    assert!(dropped > 1000, "the test must drop something: {dropped}");
}

#[test]
fn prices_prove_infeasible_only_what_has_no_plan() {
    let mut proven = 0;
    for (seed, _, problem, mut dice) in cases() {
        let mut plans = 0;
        every_plan(&problem, |_| plans += 1);
        for _ in 0..20 {
            let prices = random_prices(&problem, &mut dice);
            if infeasible_by_prices(&problem, &prices).is_ok() {
                assert_eq!(plans, 0, "seed {seed}");
                proven += 1;
            }
        }
    }
    assert!(proven > 100, "the test must prove something: {proven}");
}

#[test]
fn a_tree_proves_infeasible_only_what_has_no_plan() {
    let mut proven = 0;
    for (seed, instance, problem, mut dice) in cases() {
        if problem.customers() == 0 {
            continue;
        }
        let mut plans = 0;
        every_plan(&problem, |_| plans += 1);
        for _ in 0..10 {
            let tree = random_tree(&instance, &problem, &mut dice);
            let certificate = Certificate { denominator: 1, rows: Vec::new(), knapsack: None, tree: None };
            if infeasible_by_tree(&problem, &certificate, &tree).is_ok() {
                assert_eq!(plans, 0, "seed {seed}");
                proven += 1;
            }
        }
    }
    assert!(proven > 50, "the test must prove something: {proven}");
}

/// A tree of random splits with a random price in each leaf.
fn random_tree(instance: &Instance, problem: &Problem, dice: &mut ChaCha8Rng) -> Tree {
    let mut nodes = Vec::new();
    let splits = dice.next_u64() % 4;
    for number in 0..splits as usize {
        let customer = (dice.next_u64() % problem.customers() as u64) as usize;
        let test = match dice.next_u64() % 3 {
            0 if !instance.reps.is_empty() => {
                let rep = (dice.next_u64() % instance.reps.len() as u64) as u32;
                Test::Rep { rep, id: instance.reps[rep as usize].id.to_string() }
            }
            1 => Test::Calls(1),
            _ => Test::Visits(1 + (dice.next_u64() % 3) as u32),
        };
        let split = Split { customer, id: instance.customers[customer].id.to_string(), test };
        // A chain: "no" is a leaf at the end, "yes" goes on.
        nodes.push(TreeNode::Split { split, yes: number + 1, no: splits as usize + 1 + number });
    }
    for _ in 0..=splits {
        let mut prices = vec![0; problem.rows.len()];
        if let Some(row) = (!prices.is_empty()).then(|| dice.next_u64() as usize % problem.rows.len()) {
            prices[row] = 1;
        }
        nodes.push(TreeNode::Leaf { rows: visitplan::certificate::named(problem, &prices), knapsack: None });
    }
    Tree { nodes }
}

#[test]
fn the_verifier_imports_no_engine() {
    let files = ["verify", "certificate"].map(|folder| format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR")));
    let files = files.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let files: Vec<_> = files.map(|file| file.expect("a source file").path()).collect();
    assert!(files.len() >= 8);
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a source file");
        let imports = source.lines().filter(|line| line.trim_start().starts_with("use "));
        assert!(imports.into_iter().all(|line| !line.contains("engine") && !line.contains("highs")), "{file:?}");
    }
}
