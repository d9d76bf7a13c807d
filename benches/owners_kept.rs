//! Owners kept, with and without rows that all reps share: the price engine, and HiGHS on the same problem.
//!
//! `cargo bench --bench owners_kept -- [CUSTOMERS REPS [SECONDS]]`; HiGHS has so many seconds, or is left out. Without
//! arguments: the price engine alone for 50,000 x 500, and both for 480 x 12 with ten seconds.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use visitplan::engine::{Answer, Control, Engine, Settings};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, StoppedBy};
use visitplan::problem::Problem;

/// Stop where so much is proven: HiGHS, too, is asked for no more.
const GAP: Gap = Gap(1_000);

/// A change of a document.
type Change = fn(&mut Value);

fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    match numbers[..] {
        [customers, reps] => table(customers, reps, None),
        [customers, reps, seconds] => table(customers, reps, Some(seconds)),
        _ => {
            table(50_000, 500, None);
            table(480, 12, Some(10));
        }
    }
}

fn table(customers: u32, reps: u32, highs: Option<u32>) {
    println!("{customers} customers x {reps} reps                 value           proven, %    seconds");
    let shared: [(&str, &[Change]); 6] = [
        ("nothing shared", &[]),
        ("a pool", &[add_calls]),
        ("a rule", &[add_rule]),
        ("a pool and a rule", &[add_calls, add_rule]),
        ("the same, with commitments", &[add_calls, add_rule, add_commitments]),
        ("customers per rep", &[add_limits]),
    ];
    for (what, changes) in shared {
        let instance = Instance::from_json(&company(customers, reps, changes).to_string()).expect("a valid instance");
        let problem = Problem::new(&instance).expect("sums that fit");
        show(what, "prices", run(Engine::Prices, &instance, &problem, None));
        if let Some(seconds) = highs {
            show("", "HiGHS", run(Engine::Exact, &instance, &problem, Some(seconds)));
        }
    }
}

fn show(what: &str, engine: &str, (answer, seconds): (Answer, f64)) {
    match answer {
        Answer::Plan(plan) => {
            let gap = Gap::between(plan.value, plan.bound).as_f64() * 100.0;
            println!("{what:28}{engine:8}{:>16.2}{gap:>16.7}{seconds:>11.3}", plan.value as f64 / 100.0);
        }
        _ => println!("{what:28}{engine:8}{:>16}{:>16}{seconds:>11.3}", "-", "-"),
    }
}

/// The answer, and the seconds it took from when the options were there.
fn run(engine: Engine, instance: &Instance, problem: &Problem, limit: Option<u32>) -> (Answer, f64) {
    let clock = Instant::now();
    let limit = limit.map(|seconds| Duration::from_secs(seconds.into()));
    let should_stop = || limit.is_some_and(|limit| clock.elapsed() > limit).then_some(StoppedBy::Time);
    let mut control = Control { should_stop: &should_stop, report: &mut |_| {} };
    let answer = engine.solve(instance, problem, Settings { gap: GAP, ..Settings::default() }, None, &mut control);
    (answer, clock.elapsed().as_secs_f64())
}

/// A company as companies are whose owners are kept.
fn company(customers: u32, reps: u32, changes: &[Change]) -> Value {
    let text = generate(Request { family: Family::Anchored, customers, reps, seed: 1 });
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    document["model"] = serde_json::from_str(include_str!("../models/field-sales.json")).expect("a model");
    document["model"]["owners"] = json!("keep");
    document["telesales"] = json!([]);
    changes.iter().for_each(|change| change(&mut document));
    document
}

/// Up to four calls for each customer, from a pool with time for about half of them.
fn add_calls(document: &mut Value) {
    let hours = document["customers"].as_array().expect("customers").len() as f64 * 0.15;
    document["telesales"] = json!([{"id": "inside", "hours": hours, "minutes_per_call": 15, "effect_per_call": 0.3}]);
    document["model"]["channels"] = json!("joint");
    document["model"]["calls"] = json!({"max": 4});
}

/// Three of ten visits go to those who are new or inactive.
fn add_rule(document: &mut Value) {
    let rule = json!({"min_share": {"of": "visits", "who": {"status": ["new", "inactive"]}, "share": 0.3}});
    document["model"]["rules"] = json!([rule]);
}

/// One customer of ten must be visited.
fn add_commitments(document: &mut Value) {
    for customer in document["customers"].as_array_mut().expect("customers").iter_mut().step_by(10) {
        if customer["segment"] != "no-see" {
            customer["visits"] = json!({"min": 1});
        }
    }
}

/// Each rep may hold half of the customers it has.
fn add_limits(document: &mut Value) {
    let reps = document["reps"].as_array().expect("reps").len();
    let each = document["customers"].as_array().expect("customers").len() / reps / 2;
    document["reps"].as_array_mut().expect("reps").iter_mut().for_each(|rep| rep["max_customers"] = json!(each));
}
