//! Seconds to the proof that a plan is the best: `cargo bench --bench proof [-- SECONDS [SIZE | PROBLEM]...]`.
//!
//! Sizes are 100x5, 200x5, 500x10, 1000x20, 5000x50; problems are those of types c, d and e of the literature, where they
//! lie beside the project. Whatever is searched has the same limit of time (10 seconds unless said), and HiGHS alone the
//! same on the same program. Every certificate is verified, by the document that leaves the program.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[path = "engines/answer.rs"]
#[allow(dead_code)]
mod answer;
#[path = "engines/highs_alone.rs"]
mod highs_alone;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use support::{Assignment, benchmark, problem_of};
use visitplan::engine::{Answer, Control, Engine, Settings};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, PlanDocument, StoppedBy};
use visitplan::problem::Problem;
use visitplan::verify::verify;

/// Generated sizes with the number of seeds.
const SIZES: [(u32, u32, u32); 5] = [(100, 5, 8), (200, 5, 8), (500, 10, 12), (1000, 20, 8), (5000, 50, 3)];
/// Published problems of ordinary size.
const PUBLISHED: [&str; 14] = [
    "c05100", "c10100", "c20100", "c05200", "c10200", "c20200", "d05100", "d10100", "d05200", "e05100", "e10100",
    "e20100", "e05200", "e10200",
];

fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let limit = words.first().and_then(|word| word.parse().ok()).unwrap_or(10.0);
    let chosen = &words[words.len().min(1)..];
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    println!(
        "{:18} {:>8} {:>9} {:>10} {:>10}   {:>8} {:>9}",
        "problem", "seconds", "gap", "proven by", "bytes", "HiGHS", "gap"
    );
    for (customers, reps, seeds) in SIZES {
        if !wanted(&format!("{customers}x{reps}")) {
            continue;
        }
        for family in [Family::Field, Family::SCurve, Family::Threshold] {
            let mut seconds: Vec<f64> = (1..=seeds)
                .map(|seed| {
                    let text = generate(Request { family, customers, reps, seed: u64::from(seed) });
                    let instance = Instance::from_json(&text).expect("a valid instance");
                    let problem = Problem::new(&instance).expect("sums that fit");
                    race(&format!("{family:?} {customers}x{reps} {seed}"), &instance, &problem, limit)
                })
                .collect();
            seconds.sort_by(f64::total_cmp);
            println!("{:18} {:>8.3} (median)", "", seconds[seconds.len() / 2]);
        }
    }
    for name in PUBLISHED.into_iter().filter(|name| wanted(name)) {
        let Some(text) = benchmark(&format!("gap/{name}")) else { continue };
        let (instance, problem) = problem_of(&Assignment::read_costs(&text).0.instance_exactly_once());
        race(name, &instance, &problem, limit);
    }
}

/// Solves by both, says how it went, and gives our seconds.
fn race(name: &str, instance: &Instance, problem: &Problem, limit: f64) -> f64 {
    let start = Instant::now();
    let mut control = Control {
        should_stop: &|| (start.elapsed().as_secs_f64() > limit).then_some(StoppedBy::Time),
        report: &mut |_| {},
    };
    let settings = Settings { gap: Gap(0), ..Settings::default() };
    let answer = Engine::Auto.solve(instance, problem, settings, None, &mut control);
    let seconds = start.elapsed().as_secs_f64();
    let (gap, kind, bytes) = match answer {
        Answer::Plan(plan) => {
            let text = PlanDocument::new(instance, problem, &plan).to_text();
            verify(instance, problem, "plan", &text).expect("a plan that verifies");
            let gap = Gap::between(plan.value, plan.bound).as_f64();
            (
                if gap == 0.0 { "proven".to_owned() } else { format!("{gap:.1e}") },
                format!("{:?}", plan.proven_by),
                text.len(),
            )
        }
        _ => ("no plan".to_owned(), "-".to_owned(), 0),
    };
    let highs = highs_alone::solve(problem, limit, 2);
    let theirs = match (highs.value, highs.bound) {
        (Some(value), Some(bound)) if bound > value => {
            format!("{:.1e}", Gap::between(value, visitplan::certificate::Bound(bound)).as_f64())
        }
        (Some(_), Some(_)) => "proven".to_owned(),
        _ => "no plan".to_owned(),
    };
    let their_seconds = highs.seconds.unwrap_or(limit);
    println!("{name:18} {seconds:>8.3} {gap:>9} {kind:>10} {bytes:>10}   {their_seconds:>8.2} {theirs:>9}");
    seconds
}
