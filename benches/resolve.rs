//! Planning anew after a change, in the price engine alone: medians of seven runs.

#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::time::Instant;

use serde_json::Value;
use visitplan::engine::{Answer, Control, Settings, Start, prices};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, Plan};
use visitplan::problem::{Choice, Problem};

const RUNS: usize = 7;

fn main() {
    a_rep_leaves();
}

/// 5,000 customers and 50 reps; one rep leaves, and the plan before is where the search begins.
fn a_rep_leaves() {
    let mut document = field(5_000, 50);
    let (before, old) = open(&document);
    let (cold, first) = timed(&old, None);
    remove_rep(&mut document, 25);
    let (after, new) = open(&document);
    let start = carried_over(&before, &old, &first, &after, &new);
    let (again, _) = timed(&new, None);
    let (warm, plan) = timed(&new, Some(start));
    let gap = Gap::between(plan.value, plan.bound).as_f64() * 100.0;
    println!(
        "5,000 x 50: planned in {cold:.1} ms; a rep less: from nothing {again:.1} ms, from the plan {warm:.1} ms ({gap:.4} %)"
    );
}

fn field(customers: u32, reps: u32) -> Value {
    let text = generate(Request { family: Family::Field, customers, reps, seed: 1 });
    serde_json::from_str(&text).expect("JSON")
}

fn open(document: &Value) -> (Instance, Problem) {
    let instance = Instance::from_json(&document.to_string()).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    (instance, problem)
}

/// Milliseconds, and the plan.
fn timed(problem: &Problem, start: Option<Start>) -> (f64, Plan) {
    let mut times = Vec::new();
    loop {
        let start = start.clone();
        let clock = Instant::now();
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        let answer = prices::solve(problem, Settings::default(), start, &mut control);
        times.push(clock.elapsed().as_secs_f64() * 1e3);
        let Answer::Plan(plan) = answer else { panic!("no plan") };
        assert!(problem.overdrawn(&plan.choices).is_none(), "a plan that overdraws a row");
        if times.len() == RUNS {
            times.sort_by(f64::total_cmp);
            return (times[RUNS / 2], *plan);
        }
    }
}

fn remove_rep(document: &mut Value, at: usize) {
    let gone = document["reps"].as_array_mut().expect("reps").remove(at)["id"].clone();
    for customer in document["customers"].as_array_mut().expect("customers") {
        customer["coverage"].as_array_mut().expect("coverage").retain(|coverage| coverage["rep"] != gone);
    }
}

/// What a plan says of another instance of the same customers.
fn carried_over(before: &Instance, old: &Problem, plan: &Plan, after: &Instance, new: &Problem) -> Start {
    let reps: HashMap<String, u32> = (0..).zip(&after.reps).map(|(at, rep)| (rep.id.to_string(), at)).collect();
    let choice = |customer: usize| {
        let now = plan.choices[customer];
        let rep = old.lane(now.lane()?).rep?;
        let rep = reps.get(&before.reps[rep as usize].id.to_string())?;
        new.find(customer, Some(*rep), now.visits, None, 0)
    };
    let known = plan.certificate.prices(old).expect("names of rows");
    let denominator = plan.certificate.denominator as f64;
    let price: HashMap<&str, f64> =
        old.rows.iter().zip(known).map(|(row, price)| (row.name.as_str(), price as f64 / denominator)).collect();
    Start {
        choices: (0..new.customers()).map(|customer| choice(customer).unwrap_or(Choice::NOTHING)).collect(),
        prices: new.rows.iter().map(|row| price.get(row.name.as_str()).copied().unwrap_or(0.0)).collect(),
    }
}
