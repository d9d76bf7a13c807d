//! The JSON Schemas of scenarios and results: what the program reads and writes is valid, what it refuses is not.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::folder::Folder;
use super::{folder_with, lines, quarter};

fn schema(format: &str) -> Validator {
    let text = Folder::with(&[]).run(&format!("schema {format}")).ends_with(0).out;
    jsonschema::draft202012::new(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
}

#[test]
fn scenarios_that_are_read_are_valid_and_misspelt_ones_are_neither() {
    let valid = schema("scenario");
    let whole = json!({
        "scenario": "everything", "remove_reps": ["ben"], "open": ["cand/1"],
        "add_reps": [{"id": "new", "hours": 100}, {"id": "anna2", "copy_of": "anna"}],
        "set": {"/reps/anna/hours": 300, "/customers/c-001/visits/max": 4, "/model/owners": "free"},
        "scale": [{"field": "visit_value", "by": 0.9, "where": {"status": ["new"]}}],
        "instance": "i.json"
    });
    assert!(valid.is_valid(&whole));
    let folder = folder_with(&quarter(), std::slice::from_ref(&whole));
    folder.run("what-if i.json --scenarios s.jsonl").ends_with(0);
    let wrong: [(&str, Value); 8] = [
        ("scenario", json!(7)),
        ("remove_rep", json!(["ben"])),
        ("open", json!("cand/1")),
        ("add_reps", json!([{"hours": 3}])),
        ("set", json!({"hours": 3})),
        ("scale", json!([{"field": "wallet", "by": 1}])),
        ("scale", json!([{"field": "potential", "by": -1}])),
        ("sweep", json!({"least": -1, "order": []})),
    ];
    for (field, value) in wrong {
        let mut scenario = whole.clone();
        scenario[field] = value;
        assert!(!valid.is_valid(&scenario), "{scenario}");
        folder.write("s.jsonl", scenario.to_string());
        folder.run("what-if i.json --scenarios s.jsonl").ends_with(3);
    }
}

#[test]
fn every_line_is_a_valid_result_with_or_without_a_plan() {
    let valid = schema("result");
    let scenarios = [
        json!({"scenario": "as it is"}),
        json!({"scenario": "cannot be", "set": {"/model/rules": [{"min_visits": {"visits": 100_000}}]}}),
    ];
    let folder = folder_with(&quarter(), &scenarios);
    let of_scenarios = folder.run("what-if i.json --scenarios s.jsonl");
    let of_sizes = folder.run("what-if i.json --reps 11..13 --deterministic --plans plans");
    let all: Vec<Value> = lines(&of_scenarios).into_iter().chain(lines(&of_sizes)).collect();
    assert_eq!(all.len(), 5);
    for line in &all {
        let complaints: Vec<String> = valid.iter_errors(line).map(|error| error.to_string()).collect();
        assert_eq!(complaints, [""; 0], "{line}");
    }
    let plan = schema("plan");
    let written = folder.json("plans/reps=13.json");
    assert!(plan.is_valid(&written) && schema("scenario").is_valid(&written["scenario"]));
}
