//! How long reading, finding errors and verifying take on a large instance: `cargo bench --bench verify [-- CUSTOMERS REPS]`.
//!
//! By default 100,000 customers x 5 covering reps x 13 visits. The plan is filled in the order of the file and its
//! prices are made up: what is measured is the check, not the plan.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use support::certified_plan;
use visitplan::certificate::{Certificate, bound_by_knapsacks};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Plan, PlanDocument, ProvenBy};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::verify;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u32>().ok());
    let (customers, reps) = (numbers.next().unwrap_or(100_000), numbers.next().unwrap_or(1000));
    let text = generate(Request { family: Family::Field, customers, reps, seed: 1 });

    println!("{customers} customers, {reps} reps, {:.0} MB", text.len() as f64 / 1e6);
    let start = Instant::now();
    let plain: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    timed("serde_json into a tree (for comparison)", start);
    drop(plain);
    let start = Instant::now();
    let instance = Instance::from_json(&text).expect("a valid instance");
    timed("read and check the instance", start);
    let faulty = text.replace("\"visit_value\"", "\"visit_valeu\"");
    let start = Instant::now();
    let refusal = Instance::from_json(&faulty).expect_err("a misspelt field in every customer");
    timed("find and place an error in every customer", start);
    println!("{} errors, the last: {}", refusal.issues.len(), refusal.issues[refusal.issues.len() - 1]);
    let start = Instant::now();
    let problem = Problem::new(&instance).expect("sums that fit");
    timed("build the options", start);
    println!("{} options", problem.choice_count());

    let plan = made_up_plan(&problem);
    let start = Instant::now();
    let document = PlanDocument::new(&instance, &problem, &plan).to_text();
    timed("write the plan", start);
    let start = Instant::now();
    let verified = verify(&instance, &problem, "plan", &document).expect("a plan that verifies");
    timed("verify, the plan's parsing included", start);
    println!("{verified}");
    knapsacks();
}

/// 50,000 customers of 500 reps, each customer with its owner only: one knapsack per rep proves the best plan.
fn knapsacks() {
    let (customers, reps) = (50_000, 500);
    let text = generate(Request { family: Family::Anchored, customers, reps, seed: 1 });
    let instance = Instance::from_json(&text).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    println!("{customers} customers, {reps} reps, owners kept: {} options", problem.choice_count());
    let rows = vec![0; problem.rows.len()];
    // As a search leaves them: of any sign, without a common factor.
    let prices: Vec<i64> = (0..i64::from(customers)).map(|at| (at * 7_919_123 % 40_000_000) - 2_000_000).collect();
    for (what, prices) in [("without prices of customers", Vec::new()), ("with prices of customers", prices)] {
        let start = Instant::now();
        let bound = bound_by_knapsacks(&problem, 1000, &rows, &prices).expect("knapsacks that are not too hard");
        timed(&format!("bound {what}"), start);
        let mut plan = made_up_plan(&problem);
        plan.certificate = Certificate::of_prices(&problem, 1000, &rows).with_knapsack(&problem, &rows, prices);
        let (proven_by, certified) = (ProvenBy::Knapsack, bound);
        let document = PlanDocument::new(&instance, &problem, &Plan { bound, proven_by, certified, ..plan }).to_text();
        let start = Instant::now();
        let verified = verify(&instance, &problem, "plan", &document).expect("a plan that verifies");
        timed(&format!("verify {what}"), start);
        println!("{verified}");
    }
}

fn timed(what: &str, start: Instant) {
    println!("{what:40} {:>8.3} s", start.elapsed().as_secs_f64());
}

/// For each customer the best option that still fits when every other has at least its first; every hour at one price.
fn made_up_plan(problem: &Problem) -> Plan {
    let first = |customer| problem.choices(customer).next().expect("an option");
    let mut choices: Vec<Choice> = (0..problem.customers()).map(first).collect();
    let uses = problem.row_uses(&choices);
    let mut left: Vec<i64> = problem.rows.iter().zip(uses).map(|(row, used)| row.capacity - used).collect();
    for (customer, best) in choices.iter_mut().enumerate() {
        problem.for_each_use(customer, *best, |row, amount| left[row] += amount);
        for choice in problem.choices(customer) {
            let mut fits = true;
            problem.for_each_use(customer, choice, |row, amount| fits &= amount <= left[row]);
            if fits && problem.value(choice) > problem.value(*best) {
                *best = choice;
            }
        }
        problem.for_each_use(customer, *best, |row, amount| left[row] -= amount);
    }
    let prices = vec![1_000; problem.rows.len()];
    certified_plan(problem, choices, Certificate::of_prices(problem, 1, &prices))
}
