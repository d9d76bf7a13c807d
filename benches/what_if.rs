//! A hundred scenarios in one run beside ten plans from nothing, both by the program from file to file: 5,000 customers and
//! 50 reps, each scenario removes a rep, adds one, or changes hours.
//!
//! `cargo bench --bench what_if -- [CUSTOMERS REPS [SCENARIOS]]`

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};
use visitplan::generate::{Family, Request, generate};

/// Plans from nothing.
const COLD: usize = 10;
const THREADS: &str = "2";

fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (customers, reps, count) = match numbers[..] {
        [customers, reps] => (customers, reps, 100),
        [customers, reps, count] => (customers, reps, count),
        _ => (5000, 50, 100),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let text = generate(Request { family: Family::Field, customers, reps, seed: 7 });
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let scenarios: Vec<String> = (0..count).map(|number| scenario(&document, number as usize).to_string()).collect();
    std::fs::write(folder.path().join("i.json"), text).expect("it is written");
    std::fs::write(folder.path().join("s.jsonl"), scenarios.join("\n")).expect("it is written");

    let clock = Instant::now();
    for _ in 0..COLD {
        run(folder.path(), &["solve", "i.json", "-o", "p.json", "-q", "--threads", THREADS]);
    }
    let cold = clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    let lines = run(folder.path(), &["what-if", "i.json", "--scenarios", "s.jsonl", "--threads", THREADS]);
    let all = clock.elapsed().as_secs_f64();
    let gaps = lines.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        line["gap"].as_f64().expect("a gap")
    });
    let worst = gaps.fold(0.0, f64::max) * 100.0;
    println!("{customers} x {reps}, {THREADS} threads: {COLD} plans from nothing {cold:.2} s");
    println!("{count} scenarios {all:.2} s, none with a gap above {worst:.4} %");
}

/// One of three kinds in turn, each about another rep.
fn scenario(document: &Value, number: usize) -> Value {
    let reps = document["reps"].as_array().expect("reps");
    let rep = &reps[number * 7 % reps.len()];
    let (id, minutes) = (rep["id"].as_str().expect("an id"), rep["minutes"].as_i64().expect("minutes"));
    let name = format!("{number}");
    match number % 3 {
        0 => json!({"scenario": name, "remove_reps": [id]}),
        1 => json!({"scenario": name, "add_reps": [{"id": "new", "copy_of": id}]}),
        _ => {
            json!({"scenario": name, "set": {format!("/reps/{id}/minutes"): minutes * (80 + number as i64 % 40) / 100}})
        }
    }
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_visitplan");
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
