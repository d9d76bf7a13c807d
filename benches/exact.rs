//! The exact engine beside HiGHS alone on the same program: `cargo bench --bench exact`.
//!
//! The forty problems `gap1` to `gap8` of the OR-Library where they lie beside the project (else problems made by the
//! same recipe), each job at most one visit, solved to the proof on one thread, in turn, in one run.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use highs::{HighsModelStatus, RowProblem, Sense};
use support::{Assignment, benchmark, problem_of, solve};
use visitplan::engine::Answer;
use visitplan::plan::Status;

fn main() {
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).build_global();
    let sets: Vec<(String, Vec<Assignment>)> = (1..=8)
        .map(|set| {
            let name = format!("gap{set}");
            match benchmark(&format!("gap/{name}.txt")) {
                Some(text) => (name, Assignment::read_all(&text)),
                None => (format!("like {set}"), (0..5).map(|number| made_up(set, number)).collect()),
            }
        })
        .collect();
    println!("{:6} {:>9} {:>12} {:>12} {:>7}", "set", "value", "visitplan", "HiGHS alone", "ratio");
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    for (name, problems) in &sets {
        let (mut sum, mut engine, mut alone) = (0, Duration::ZERO, Duration::ZERO);
        for assignment in problems {
            let (instance, problem) = problem_of(&assignment.instance());
            // A warm run of each first, then both in turn.
            for counted in [false, true] {
                let start = Instant::now();
                let answer = solve(&instance, &problem);
                let engine_time = start.elapsed();
                let start = Instant::now();
                let value = highs_alone(assignment);
                let alone_time = start.elapsed();
                let Answer::Plan(plan) = answer else { panic!("{name}: no plan") };
                assert_eq!(plan.status, Status::Optimal, "{name}");
                assert_eq!(plan.value, value * 100, "{name}: the two disagree");
                if counted {
                    sum += value;
                    engine += engine_time;
                    alone += alone_time;
                }
            }
        }
        row(name, &sum.to_string(), engine, alone);
        ours += engine;
        theirs += alone;
    }
    row("all", "", ours, theirs);
}

fn row(name: &str, value: &str, engine: Duration, alone: Duration) {
    let ratio = engine.as_secs_f64() / alone.as_secs_f64();
    println!("{name:6} {value:>9} {:>10.3} s {:>10.3} s {ratio:>7.2}", engine.as_secs_f64(), alone.as_secs_f64());
}

/// HiGHS on the same program: maximise profit, each job at most once, capacities; to the proof, one thread.
fn highs_alone(assignment: &Assignment) -> i64 {
    let mut program = RowProblem::default();
    let columns: Vec<Vec<highs::Col>> = assignment
        .profit
        .iter()
        .map(|profits| profits.iter().map(|&profit| program.add_integer_column(profit as f64, 0..=1)).collect())
        .collect();
    for (agent, columns) in columns.iter().enumerate() {
        let uses: Vec<(highs::Col, f64)> =
            columns.iter().copied().zip(assignment.usage[agent].iter().map(|&usage| usage as f64)).collect();
        program.add_row(..=assignment.capacity[agent] as f64, uses);
    }
    for job in 0..assignment.profit[0].len() {
        let once: Vec<(highs::Col, f64)> = columns.iter().map(|columns| (columns[job], 1.0)).collect();
        program.add_row(..=1.0, once);
    }
    let mut model = program.optimise(Sense::Maximise);
    model.set_option("threads", 1);
    model.set_option("mip_rel_gap", 0.0);
    model.set_option("mip_abs_gap", 0.0);
    let solved = model.solve();
    assert_eq!(solved.status(), HighsModelStatus::Optimal);
    solved.objective_value().round() as i64
}

/// A problem by the recipe of the OR-Library's sets: uses 5 to 25, profits 15 to 25, capacity 0.8 of the mean load.
fn made_up(set: u64, number: u64) -> Assignment {
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let (agents, jobs) = [(5, 15), (5, 20), (5, 25), (5, 30), (8, 24), (8, 32), (8, 40), (8, 48)][set as usize - 1];
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(set * 10 + number);
    let mut between = |least: u64, most: u64| (least + dice.next_u64() % (most - least + 1)) as i64;
    let usage: Vec<Vec<i64>> = (0..agents).map(|_| (0..jobs).map(|_| between(5, 25)).collect()).collect();
    let profit = (0..agents).map(|_| (0..jobs).map(|_| between(15, 25)).collect()).collect();
    let capacity = usage.iter().map(|usage| usage.iter().sum::<i64>() * 8 / (10 * agents as i64)).collect();
    Assignment { profit, usage, capacity }
}
