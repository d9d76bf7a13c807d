//! Benchmark problems as instances. They are read where they lie beside the project and never copied into it.

// Each test program uses a part of this.
#![allow(dead_code, missing_docs)]

pub mod branching;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use visitplan::certificate::Certificate;
use visitplan::engine::{self, Answer, Settings};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, Plan, ProvenBy, Status, StoppedBy, is_optimal};
use visitplan::problem::{Choice, Problem};

/// Says something even from a test that passes, whose printing the test runner keeps to itself.
pub fn say(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// A file of benchmark data, or `None` with a word about it where the folder is absent.
pub fn benchmark(file: &str) -> Option<String> {
    let folder = std::env::var_os("VISITPLAN_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let text = std::fs::read_to_string(folder.join(file)).ok();
    if text.is_none() {
        say(&format!("SKIPPED: no benchmark data at {} (set VISITPLAN_DATA)", folder.join(file).display()));
    }
    text
}

/// A generalised assignment problem: profit and use per agent and job, capacity per agent.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub profit: Vec<Vec<i64>>,
    pub usage: Vec<Vec<i64>>,
    pub capacity: Vec<i64>,
}

impl Assignment {
    /// Reads the problems of an OR-Library file that states their number first.
    pub fn read_all(text: &str) -> Vec<Assignment> {
        let mut numbers = text.split_whitespace().map(|word| word.parse().expect("whole numbers"));
        let mut next = move || -> i64 { numbers.next().expect("a complete file") };
        let problems = next();
        (0..problems).map(|_| Assignment::read(&mut next)).collect()
    }

    /// Reads a file of one problem whose costs are to be least, as the types c, d and e. A profit is what a cost lacks to
    /// the largest, which is given too.
    pub fn read_costs(text: &str) -> (Assignment, i64) {
        let mut numbers = text.split_whitespace().map(|word| word.parse().expect("whole numbers"));
        let mut read = Assignment::read(&mut || numbers.next().expect("a complete file"));
        let largest = read.profit.iter().flatten().copied().max().unwrap_or(0);
        read.profit.iter_mut().flatten().for_each(|cost| *cost = largest - *cost);
        (read, largest)
    }

    fn read(next: &mut dyn FnMut() -> i64) -> Assignment {
        let (agents, jobs) = (next(), next());
        let mut table = || (0..agents).map(|_| (0..jobs).map(|_| next()).collect()).collect();
        let (profit, usage) = (table(), table());
        Assignment { profit, usage, capacity: (0..agents).map(|_| next()).collect() }
    }

    /// The problem as an instance in which each job gets exactly one visit.
    pub fn instance_exactly_once(&self) -> Value {
        let mut document = self.instance();
        for customer in document["customers"].as_array_mut().expect("a list") {
            customer["visits"] = json!({"min": 1, "max": 1});
        }
        document
    }

    /// The problem as an instance in which each job gets at most one visit.
    pub fn instance(&self) -> Value {
        let reps: Vec<Value> = self
            .capacity
            .iter()
            .enumerate()
            .map(|(agent, capacity)| json!({"id": format!("agent-{agent}"), "minutes": capacity}))
            .collect();
        let customers: Vec<Value> = (0..self.profit[0].len())
            .map(|job| {
                let coverage: Vec<Value> = (0..reps.len())
                    .map(|agent| {
                        json!({"rep": format!("agent-{agent}"), "minutes_per_visit": self.usage[agent][job],
                               "revenue": [0, self.profit[agent][job]]})
                    })
                    .collect();
                json!({"id": format!("job-{job}"), "coverage": coverage})
            })
            .collect();
        json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": "field"})
    }
}

/// Reads an instance and builds its problem.
pub fn problem_of(document: &Value) -> (Instance, Problem) {
    let instance = Instance::from_json(&document.to_string()).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    (instance, problem)
}

/// Solves to the proof.
pub fn solve(instance: &Instance, problem: &Problem) -> Answer {
    engine::solve(instance, problem, Settings { gap: Gap(0), ..Settings::default() })
}

/// Solves to the proof what must have a plan.
pub fn best_plan(document: &Value) -> (Instance, Problem, Plan) {
    let (instance, problem) = problem_of(document);
    match solve(&instance, &problem) {
        Answer::Plan(plan) => (instance, problem, *plan),
        other => panic!("a plan was expected: {other:?}"),
    }
}

/// A plan of these options that claims what the certificate proves.
pub fn certified_plan(problem: &Problem, choices: Vec<Choice>, certificate: Certificate) -> Plan {
    let value = problem.total_value(&choices);
    let bounds = certificate.bounds_beside(problem, value).expect("a certificate in order");
    let bound = bounds.least();
    let optimal = is_optimal(problem, value, bound);
    Plan {
        choices,
        value,
        bound,
        status: if optimal { Status::Optimal } else { Status::Stopped },
        stopped_by: (!optimal).then_some(StoppedBy::Work),
        proven_by: match bound {
            bound if bound == bounds.prices => ProvenBy::Prices,
            bound if Some(bound) == bounds.knapsack => ProvenBy::Knapsack,
            _ => ProvenBy::Tree,
        },
        certified: bound,
        certificate,
    }
}

/// Whether the checker in Python can be run at all.
pub fn python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        say("SKIPPED: no python3");
    }
    found
}

/// What the checker in Python says of a plan or a proof.
pub fn checked_document(instance_text: &str, text: &str, folder: &Path) -> Result<(), String> {
    let (instance_file, plan_file) = (folder.join("instance.json"), folder.join("plan.json"));
    std::fs::write(&instance_file, instance_text)
        .and_then(|()| std::fs::write(&plan_file, text))
        .map_err(|e| e.to_string())?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3")
        .arg(root.join("tests/checker/check.py"))
        .args([&instance_file, &plan_file])
        .args(["--models".as_ref(), root.join("models").as_os_str()])
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() && said.starts_with("VERIFIED") { Ok(()) } else { Err(said) }
}
