//! On the command line: solve, post-pass, baseline, matrix and explain.

use std::path::Path;

use serde_json::{Value, json};

use crate::folder::Folder;

fn quarter() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/quarter.json");
    std::fs::read_to_string(path).expect("the instance")
}

/// A folder with an instance in it.
fn with(instance: &str) -> Folder {
    Folder::with(&[("i.json", instance)])
}

#[test]
fn a_second_run_of_the_post_pass_writes_the_same_file() {
    let folder = with(&quarter());
    let solved = folder.run("solve i.json -o p.json");
    assert!(solved.status == 0, "{}", solved.talk);
    let again = folder.run("post-pass i.json p.json -o p2.json");
    assert!(again.status == 0, "{}", again.talk);
    let bytes = |name: &str| folder.read(name);
    assert!(bytes("p.json") == bytes("p2.json"), "the file differs");
    // It may also take the place of the plan it was made from.
    let in_place = folder.run("post-pass i.json p.json -o p.json -q");
    assert!(in_place.status == 0 && bytes("p.json") == bytes("p2.json"), "{}", in_place.talk);
}

#[test]
fn a_best_mix_that_is_proven_by_a_search_to_the_end_is_proven_beside_the_plans_own_value() {
    // A search to the end fixes options beside the value of the best mix; beside a smaller one it proves less.
    let folder = with(include_str!("../data/joint-tree.json"));
    let solved = folder.run("solve i.json -o p.json");
    assert!(solved.status == 0, "{}", solved.talk);
    let plan = folder.json("p.json");
    assert!(plan["joint"]["certificate"]["tree"].is_object(), "another instance is needed here");
    assert!(folder.run("verify i.json p.json").status == 0);
}

#[test]
fn a_plan_whose_bound_is_the_solvers_word_goes_through_the_post_pass() {
    let folder = with(&quarter());
    let solved = folder.run("solve i.json --engine exact -o p.json");
    assert!(solved.status == 0, "{}", solved.talk);
    assert!(!solved.talk.contains("No plan adds more"), "the proof is about visits alone: {}", solved.talk);
    let passed = folder.run("post-pass i.json p.json -o p2.json");
    assert!(passed.status == 0, "{}", passed.talk);
}

#[test]
fn the_plan_compares_last_period_visits_alone_the_post_pass_and_the_best_mix() {
    let folder = with(&quarter());
    folder.run("solve i.json -o p.json");
    let plan = folder.json("p.json");
    let rows = plan["comparison"].as_array().expect("a list");
    let names: Vec<&Value> = rows.iter().map(|row| &row["plan"]).collect();
    assert_eq!(json!(names), json!(["last_period", "field", "post_pass", "joint_same_calls", "joint"]));
    let value = |name: &str| {
        let row = rows.iter().find(|row| row["plan"] == name).expect("a row");
        row["value"].as_f64().expect("a number")
    };
    assert_eq!(value("post_pass"), plan["value"].as_f64().expect("a number"));
    assert_eq!(value("field"), plan["before_post_pass"]["value"].as_f64().expect("a number"));
    assert!(value("field") <= value("post_pass") && value("post_pass") <= value("joint_same_calls"));
    assert!(value("joint_same_calls") <= value("joint"));
    assert!(value("joint") <= plan["joint"]["bound"].as_f64().expect("a number"));
    let same: i64 = rows[3]["call_minutes"].as_i64().expect("a number");
    assert!(same <= rows[2]["call_minutes"].as_i64().expect("a number"), "no more calls than the post-pass used");
}

#[test]
fn the_matrix_adds_up_to_the_plan_and_names_what_each_cell_calls_for() {
    let folder = with(&quarter());
    folder.run("solve i.json -o p.json");
    let cells = folder.run("matrix i.json p.json --json");
    let cells: Value = serde_json::from_str(&cells.out).expect("JSON");
    let cells = cells.as_array().expect("a list");
    let plan = folder.json("p.json");
    for (at, name) in [(0, "last_period"), (1, "field"), (2, "post_pass")] {
        let row = plan["comparison"].as_array().expect("a list").iter().find(|row| row["plan"] == name).expect("a row");
        for field in ["visits", "calls", "visit_minutes"] {
            let sum: i64 = cells.iter().map(|cell| cell["plans"][at][field].as_i64().expect("a number")).sum();
            assert_eq!(sum, row[field].as_i64().expect("a number"), "{name} {field}");
        }
    }
    let customers = |cell: &Value| -> i64 {
        ["active", "inactive", "new"].iter().map(|status| cell["customers"][status].as_i64().expect("a number")).sum()
    };
    assert_eq!(cells.iter().map(customers).sum::<i64>(), 480);
    let actions: Vec<String> = cells.iter().map(|cell| cell["actions"].to_string()).collect();
    assert_eq!(cells.len(), 9);
    assert!(actions[2].contains("raise_frequency") && actions[2].contains("reactivate"), "{actions:?}");
    assert!(actions[6].contains("move_to_telesales") && actions[8].contains("small_but_pays"), "{actions:?}");
    let shown = folder.run("matrix i.json p.json").out;
    assert!(shown.contains("small, but pays") && shown.contains("potential high"), "{shown}");
}

#[test]
fn explain_says_what_the_post_pass_changed_and_why() {
    let folder = with(&quarter());
    folder.run("solve i.json -o p.json");
    let plan = folder.json("p.json");
    let change = &plan["changes"][0];
    let customer = change["customer"].as_str().expect("an id");
    let explained = folder.run(&format!("explain i.json p.json --customer {customer}")).out;
    assert!(explained.contains("CHANGED    by the rule telesales"), "{explained}");
    assert!(explained.contains(change["why"].as_str().expect("a sentence")), "{explained}");
}

#[test]
fn last_periods_visits_as_they_were_go_through_the_post_pass() {
    let folder = with(&quarter());
    let written = folder.run("baseline i.json -o h.json");
    assert!(written.status == 0, "{}", written.talk);
    let plan = folder.json("h.json");
    let visits: i64 = plan["assignments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["visits"].as_i64().expect("a number"))
        .sum();
    assert_eq!(visits, 1764);
    let passed = folder.run("post-pass i.json h.json -o h2.json");
    assert!(passed.status == 0, "{}", passed.talk);
    let (before, after) = (plan["value"].as_f64().expect("a number"), folder.json("h2.json")["value"].as_f64());
    assert!(after.expect("a number") > before);
    assert!(passed.talk.contains("by phone free"), "{}", passed.talk);
}

#[test]
fn what_can_do_nothing_says_so_and_a_joint_model_has_no_post_pass() {
    let mut instance: Value = serde_json::from_str(&quarter()).expect("JSON");
    let solve = |instance: &Value, more: &str| {
        let folder = with(&instance.to_string());
        folder.run(&format!("solve i.json -o p.json {more}")).talk
    };
    instance["model"] = json!({"format": "visitplan-model/1", "channels": "joint"});
    assert!(solve(&instance, "--post-pass").contains("plans visits and calls together"));
    instance["model"] = json!({"format": "visitplan-model/1", "channels": "field"});
    assert!(!solve(&instance, "").contains("BY PHONE"));
    assert!(solve(&instance, "--post-pass").contains("go to telesales"));
    instance["model"]["matrix"] = json!({"scale": "amount", "potential": {"low": 0, "high": 1e9},
                                         "visit_value": {"low": 0, "high": 1e9}});
    let text = solve(&instance, "--post-pass");
    for step in ["telesales", "reactivate", "frequency"] {
        assert!(text.contains(&format!("post_pass.{step}.when catches none of the 480 customers")), "{text}");
    }
    instance["model"]["matrix"] = json!({"scale": "amount", "potential": {"low": 1e9, "high": 1e9}});
    assert!(solve(&instance, "--post-pass").contains("post_pass.telesales.when catches all 480 customers"));
    instance["model"]["matrix"] = json!({"scale": "amount", "potential": {"low": 2, "high": 1}});
    assert!(solve(&instance, "--post-pass").contains("raise high or lower low"));
    instance["model"] = json!("field-sales");
    instance["telesales"] = json!([]);
    let text = solve(&instance, "");
    assert!(text.contains("there is no telesales pool: no visit becomes a call"), "{text}");
}
