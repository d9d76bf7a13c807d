//! Everything around the search on a large instance, beside plain `serde_json`: `cargo bench --bench reading [-- FILE [RUNS [PLAN]]]`.
//!
//! Reading, checking and option building against `#[derive(Deserialize)]` structs of the same fields, in turn, in one
//! run; then writing, verifying and summing up a plan. Without a file: 100,000 customers x 500 reps. The plan's prices
//! are made up: what is measured is the work around the search, not the plan, which is left at PLAN.
#![allow(clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use serde::Deserialize;
use support::certified_plan;
use visitplan::baseline::Baseline;
use visitplan::certificate::{Certificate, bound_by_prices};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Figures, Plan, PlanDocument};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::verify;

/// What the field family writes, as anyone would read it.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Plain {
    format: String,
    name: String,
    reps: Vec<PlainRep>,
    customers: Vec<PlainCustomer>,
    model: PlainModel,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainRep {
    id: String,
    minutes: i64,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainCustomer {
    id: String,
    potential: f64,
    visit_value: f64,
    coverage: Vec<PlainCoverage>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainCoverage {
    rep: String,
    minutes_per_visit: i64,
    fit: f64,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainModel {
    format: String,
    name: String,
    channels: String,
    owners: String,
    response: PlainShape,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct PlainShape {
    shape: String,
}

/// The seconds of one step in every run.
#[derive(Default)]
struct Steps(Vec<(&'static str, Vec<f64>)>);

impl Steps {
    fn time<T>(&mut self, what: &'static str, step: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = step();
        let seconds = start.elapsed().as_secs_f64();
        match self.0.iter_mut().find(|(known, _)| *known == what) {
            Some((_, runs)) => runs.push(seconds),
            None => self.0.push((what, vec![seconds])),
        }
        result
    }

    fn median(&self, what: &str) -> f64 {
        let mut runs = self.0.iter().find(|(known, _)| *known == what).map_or(Vec::new(), |(_, runs)| runs.clone());
        runs.sort_by(f64::total_cmp);
        runs.get(runs.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn print(&self) {
        for (what, runs) in &self.0 {
            let best = runs.iter().copied().fold(f64::INFINITY, f64::min);
            println!("{what:44} median {:>7.3} s   best {best:>7.3} s", self.median(what));
        }
    }
}

const RIVAL: &str = "read the file, serde_json into plain structs";
const READING: &str = "read the file, check every value";
const OPTIONS: &str = "build the options";
const AFTER: [&str; 4] = ["write the plan", "verify the text", "figures", "baseline"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runs = arguments.get(1).and_then(|runs| runs.parse().ok()).unwrap_or(3);
    let folder = tempfile::tempdir().expect("a folder for the instance");
    let path = match arguments.first() {
        Some(path) => path.into(),
        None => {
            let request = Request { family: Family::Field, customers: 100_000, reps: 500, seed: 1 };
            let path = folder.path().join("instance.json");
            std::fs::write(&path, generate(request)).expect("room for the instance");
            path
        }
    };
    let bytes = || std::fs::read(&path).expect("the instance");
    println!("{}: {:.0} MB, {runs} runs, {} threads", path.display(), bytes().len() as f64 / 1e6, threads());

    let mut steps = Steps::default();
    for run in 0..runs {
        let plain: Plain = steps.time(RIVAL, || serde_json::from_slice(&bytes()).expect("the fields of the family"));
        let customers = plain.customers.len();
        drop(plain);
        let read = || Instance::from_json(std::str::from_utf8(&bytes()).expect("UTF-8")).expect("a valid instance");
        let instance = steps.time(READING, read);
        assert_eq!(instance.customers.len(), customers);
        let problem = steps.time(OPTIONS, || Problem::new(&instance).expect("sums that fit"));
        memory("instance and problem", run);

        let prices = vec![1_000; problem.rows.len()];
        steps.time("bound by prices", || bound_by_prices(&problem, 1, &prices).expect("a bound"));
        let plan = made_up_plan(&problem, &prices);
        let text = steps.time(AFTER[0], || PlanDocument::new(&instance, &problem, &plan).to_text());
        let verified = steps.time(AFTER[1], || verify(&instance, &problem, "plan", &text).expect("a right plan"));
        steps.time(AFTER[2], || Figures::of(&instance, &problem, &plan.choices));
        steps.time(AFTER[3], || Baseline::of(&instance));
        if run == 0 {
            println!(
                "{} customers, {} options, {:.0} MB of plan",
                customers,
                problem.choice_count(),
                text.len() as f64 / 1e6
            );
            println!("{verified}");
            if let Some(path) = arguments.get(2) {
                std::fs::write(path, &text).expect("room for the plan");
            }
        }
        memory("everything", run);
        steps.time("free the instance and the problem", || drop((plan, problem, instance)));
    }
    steps.print();
    let ours = steps.median(READING) + steps.median(OPTIONS);
    println!("reading and options over plain serde_json: {:.2}", ours / steps.median(RIVAL));
    println!("after the search, together: {:.3} s", AFTER.iter().map(|what| steps.median(what)).sum::<f64>());
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The most memory the process has had so far, where the system tells.
fn memory(when: &str, run: usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    if let (Some(peak), 0) = (peak, run) {
        println!("peak memory after {when}: {}", peak.trim());
    }
}

/// For each customer the best option of at most two visits that still fits; every hour at the same price.
fn made_up_plan(problem: &Problem, prices: &[i64]) -> Plan {
    let mut left: Vec<i64> = problem.rows.iter().map(|row| row.capacity).collect();
    let mut choices = Vec::with_capacity(problem.customers());
    for customer in 0..problem.customers() {
        let mut best = (0, Choice::NOTHING);
        for choice in problem.choices(customer) {
            let mut fits = true;
            problem.for_each_use(customer, choice, |row, amount| fits &= amount <= left[row]);
            let value = problem.value(choice);
            if fits && choice.visits <= 2 && value > best.0 {
                best = (value, choice);
            }
        }
        problem.for_each_use(customer, best.1, |row, amount| left[row] -= amount);
        choices.push(best.1);
    }
    certified_plan(problem, choices, Certificate::of_prices(problem, 1, prices))
}
