//! Plans of scenarios: verified before they are written, and by anyone afterwards; a plan of one scenario is none of another.

use serde_json::{Value, json};

use super::folder::Folder;
use super::{folder_with, lines, quarter};

fn planned(scenarios: &[Value]) -> Folder {
    let folder = folder_with(&quarter(), scenarios);
    folder.run("what-if i.json --scenarios s.jsonl --plans plans --ordered").ends_with(0);
    folder
}

#[test]
fn the_plan_of_a_scenario_is_verified_with_its_scenario_and_other_verbs_take_it() {
    let scenarios = [
        json!({"scenario": "as it is"}),
        json!({"scenario": "a/b", "remove_reps": ["ben"], "open": ["cand/1"]}),
        json!({"scenario": "free", "set": {"/model/owners": "free", "/customers/c-001/visits/max": 1},
            "scale": [{"field": "visit_value", "by": 0.5}]}),
    ];
    let folder = planned(&scenarios);
    assert_eq!(folder.names("plans"), ["a%2Fb.json", "as it is.json", "free.json"]);
    for name in ["a%2Fb.json", "free.json"] {
        folder.run(&format!("verify i.json plans/{name}")).ends_with(0).writes("VERIFIED");
        folder.run(&format!("explain i.json plans/{name} --customer c-001")).ends_with(0);
        folder.run(&format!("matrix i.json plans/{name}")).ends_with(0);
        folder.run(&format!("post-pass i.json plans/{name} -o after.json")).ends_with(0);
        folder.run("verify i.json after.json").ends_with(0).writes("VERIFIED");
    }
    folder.run("compare plans/free.json plans/a%2Fb.json --instance i.json").ends_with(0);
    folder.run("compare plans/a%2Fb.json plans/free.json --instance i.json --stability").ends_with(0);
    assert_eq!(folder.json("plans/a%2Fb.json")["scenario"], scenarios[1]);
}

#[test]
fn a_plan_whose_scenario_was_changed_is_rejected() {
    let folder = planned(&[json!({"scenario": "less", "set": {"/reps/anna/hours": 100}, "remove_reps": ["ben"]})]);
    let plan = folder.json("plans/less.json");
    let with = |change: fn(&mut Value)| {
        let mut other = plan.clone();
        change(&mut other);
        folder.write("other.json", other.to_string());
        folder.run("verify i.json other.json")
    };
    with(|_| {}).ends_with(0);
    with(|plan| plan["scenario"]["set"]["/reps/anna/hours"] = json!(99)).ends_with(8);
    with(|plan| plan["scenario"] = json!({"scenario": "less"})).ends_with(8);
    with(|plan| drop(plan.as_object_mut().expect("an object").remove("scenario"))).ends_with(8);
    with(|plan| plan["scenario"]["remove_reps"] = json!(["eva"])).ends_with(8);
    with(|plan| plan["scenario"]["remove_reps"] = json!(["nobody"])).ends_with(3);
    with(|plan| plan["scenario"]["set"] = json!({"/model/owners": "free"})).ends_with(8);
}

#[test]
fn values_are_set_in_the_order_of_the_line_in_the_plan_too() {
    let text = r#"{"scenario": "twice", "set": {"/reps/anna/minutes": 9000, "/reps/anna/hours": 10}}
{"scenario": "whole", "set": {"/reps/ben/minutes": 9000, "/reps/ben": {"id": "ben", "hours": 200}}}"#;
    let folder = folder_with(&quarter(), &[]);
    folder.write("s.jsonl", text);
    folder.run("what-if i.json --scenarios s.jsonl --plans plans").ends_with(0);
    folder.run("verify i.json plans/twice.json").ends_with(0).writes("in the scenario \"twice\"");
    folder.run("verify i.json plans/whole.json").ends_with(0);
}

#[test]
fn a_plan_never_replaces_what_was_read() {
    let folder = folder_with(&quarter(), &[json!({"scenario": "i"})]);
    let instance = folder.read("i.json");
    folder.run("what-if i.json --scenarios s.jsonl --plans .").ends_with(7).says("is the input");
    folder.run("what-if i.json --scenarios s.jsonl -o i.json").ends_with(7).says("is the input");
    folder.run("what-if i.json --scenarios s.jsonl -o s.jsonl --resume").ends_with(7).says("is the input");
    assert_eq!(folder.read("i.json"), instance);
    let mut with_model = quarter();
    with_model["model"] = json!("own.json");
    let folder = folder_with(&with_model, &[json!({"scenario": "own"})]);
    folder.write("own.json", include_str!("../../models/field-sales.json"));
    folder.run("what-if i.json --scenarios s.jsonl --plans .").ends_with(7).says("is the input");
}

#[test]
fn shares_together_have_the_lines_of_the_whole() {
    let scenarios: Vec<Value> = (0..7)
        .map(|number| json!({"scenario": format!("{number}"), "set": {"/reps/anna/hours": 100 + number}}))
        .collect();
    let folder = folder_with(&quarter(), &scenarios);
    let run = |more: &str| {
        folder.run(&format!("what-if i.json --scenarios s.jsonl --ordered --deterministic {more}")).ends_with(0)
    };
    let whole = run("").out;
    let mut together: Vec<String> = (1..=3)
        .flat_map(|number| run(&format!("--shard {number}/3")).out.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    together.sort();
    let mut sorted: Vec<String> = whole.lines().map(str::to_owned).collect();
    sorted.sort();
    assert_eq!(together, sorted);
    let first: Vec<Value> = lines(&run("--shard 1/3"));
    assert_eq!(first.iter().map(|line| line["scenario"].clone()).collect::<Vec<_>>(), ["0", "3", "6"]);
    for wrong in ["0/3", "4/3", "1", "a/b"] {
        folder.run(&format!("what-if i.json --scenarios s.jsonl --shard {wrong}")).ends_with(2);
    }
}
