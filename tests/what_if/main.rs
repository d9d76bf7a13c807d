//! What-if: scenarios, sizes, regret; nothing depends on threads or order, and nothing finished is lost.

#![allow(missing_docs)]

mod cut_short;
#[path = "../folder/mod.rs"]
mod folder;
#[path = "../oracle/mod.rs"]
mod oracle;
mod plans;
mod regret;
mod scenarios;
mod schemas;
mod sizing;

use std::path::Path;

use folder::{Folder, Run};
use serde_json::{Value, json};

/// The quarter with owners preferred, so that what a rep leaves goes to others, and with a position to fill.
pub fn quarter() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/quarter.json");
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON");
    document["customers"].as_array_mut().expect("a list").truncate(120);
    let candidate = json!({"id": "cand/1", "status": "candidate", "hours": 100, "cost": 9000, "location": {"lat": 48.5, "lon": 10.0}});
    document["reps"].as_array_mut().expect("a list").push(candidate);
    document
}

pub fn folder_with(instance: &Value, scenarios: &[Value]) -> Folder {
    let lines: Vec<String> = scenarios.iter().map(ToString::to_string).collect();
    Folder::with(&[("i.json", &instance.to_string()), ("s.jsonl", &lines.join("\n"))])
}

pub fn lines(run: &Run) -> Vec<Value> {
    run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
