//! Tight assignment problems beside HiGHS alone: `cargo bench --bench tight [-- SECONDS [PROBLEM]...]`.
//!
//! Types c, d and e of the literature where they lie beside the project: each job exactly once, costs least. Both have the
//! same limit of time (20 seconds unless said) and search to the proof, on as many threads as there are. What counts is
//! the cost of the best plan and when it came.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use highs::{RowProblem, Sense};
use support::{Assignment, benchmark, problem_of};
use visitplan::engine::{Control, Settings, prices};
use visitplan::plan::{Gap, StoppedBy};

fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let limit = Duration::from_secs(words.first().and_then(|word| word.parse().ok()).unwrap_or(20));
    let chosen = &words[words.len().min(1)..];
    let Some(optima) = benchmark("gap/optima.csv") else { return };
    println!(
        "{:8} {:>7} {:>10} {:>7} {:>8} {:>8}   {:>9} {:>7} {:>6}",
        "problem", "known", "visitplan", "%", "best at", "end", "HiGHS", "%", "end"
    );
    for line in optima.lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let (name, known) = (fields[0], fields[5].parse::<i64>());
        let of_type = name.starts_with(['c', 'd', 'e']) && fields[1] == name;
        let (true, Ok(known)) = (of_type && (chosen.is_empty() || chosen.iter().any(|word| word == name)), known)
        else {
            continue;
        };
        let Some(text) = benchmark(&format!("gap/{name}")) else { continue };
        let (assignment, largest) = Assignment::read_costs(&text);
        let (ours, best_at, end) = ours(&assignment, largest, limit);
        let (theirs, their_end) = highs_alone(&assignment, largest, limit);
        let above = |cost: Option<i64>| match cost {
            Some(cost) => (cost.to_string(), format!("{:.3}", 100.0 * (cost - known) as f64 / known as f64)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        let ((ours, our_gap), (theirs, their_gap)) = (above(ours), above(theirs));
        println!(
            "{name:8} {known:>7} {ours:>10} {our_gap:>7} {best_at:>6.1} s {end:>6.1} s   {theirs:>9} {their_gap:>7} {their_end:>4.0} s"
        );
    }
}

/// The cost of the best plan of the price engine, the seconds until it came, and until the end.
fn ours(assignment: &Assignment, largest: i64, limit: Duration) -> (Option<i64>, f64, f64) {
    let (_, problem) = problem_of(&assignment.instance_exactly_once());
    let start = Instant::now();
    let mut best: Option<(i64, f64)> = None;
    let mut control = Control {
        should_stop: &|| (start.elapsed() > limit).then_some(StoppedBy::Time),
        report: &mut |progress| {
            if let Some(value) = progress.value.filter(|&value| best.is_none_or(|(best, _)| value > best)) {
                best = Some((value, start.elapsed().as_secs_f64()));
            }
        },
    };
    prices::solve(&problem, Settings { gap: Gap(0), ..Settings::default() }, None, &mut control);
    let cost = best.map(|(value, _)| problem.customers() as i64 * largest - value / 100);
    (cost, best.map_or(0.0, |(_, at)| at), start.elapsed().as_secs_f64())
}

/// The cost of HiGHS's best plan on the same program, and the seconds until the end.
fn highs_alone(assignment: &Assignment, largest: i64, limit: Duration) -> (Option<i64>, f64) {
    let mut program = RowProblem::default();
    let cost = |profit: i64| (largest - profit) as f64;
    let columns: Vec<Vec<highs::Col>> = assignment
        .profit
        .iter()
        .map(|profits| profits.iter().map(|&profit| program.add_integer_column(cost(profit), 0..=1)).collect())
        .collect();
    for (agent, columns) in columns.iter().enumerate() {
        let uses: Vec<(highs::Col, f64)> =
            columns.iter().copied().zip(assignment.usage[agent].iter().map(|&usage| usage as f64)).collect();
        program.add_row(..=assignment.capacity[agent] as f64, uses);
    }
    for job in 0..assignment.profit[0].len() {
        let once: Vec<(highs::Col, f64)> = columns.iter().map(|columns| (columns[job], 1.0)).collect();
        program.add_row(1.0..=1.0, once);
    }
    let mut model = program.optimise(Sense::Minimise);
    model.set_option("mip_rel_gap", 0.0);
    model.set_option("time_limit", limit.as_secs_f64());
    let start = Instant::now();
    let solved = model.solve();
    let cost = solved.objective_value();
    let chosen: f64 = solved.get_solution().columns().iter().sum();
    let is_plan = (chosen - assignment.profit[0].len() as f64).abs() < 1e-3 && cost.is_finite();
    (is_plan.then_some(cost.round() as i64), start.elapsed().as_secs_f64())
}
