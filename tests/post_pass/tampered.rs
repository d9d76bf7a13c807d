//! A plan whose changes say anything wrong is rejected.

use serde_json::{Value, json};
use visitplan::instance::Instance;
use visitplan::problem::Problem;
use visitplan::verify::verify;

use crate::Case;
use crate::by_hand::{passed, three_customers};

fn quarter() -> Case {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/quarter.json");
    let text = std::fs::read_to_string(path).expect("the instance");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    Case::of(&document).expect("a plan")
}

/// Something done to a plan's document.
type Tampering = fn(&mut Value);

#[test]
fn every_figure_of_a_change_is_checked_and_both_plans_are() {
    let case = quarter();
    let text = case.text();
    let judged = |plan: &Value| verify(&case.instance, &case.problem, "plan", &plan.to_string());
    let plan: Value = serde_json::from_str(&text).expect("JSON");
    judged(&plan).expect("untouched it is verified");
    let tampered: [(&str, Tampering); 20] = [
        ("a change less", |plan| drop(plan["changes"].as_array_mut().expect("a list").pop())),
        ("no changes", |plan| plan["changes"] = json!([])),
        ("a change twice", |plan| {
            let first = plan["changes"][0].clone();
            plan["changes"].as_array_mut().expect("a list").insert(0, first);
        }),
        ("another customer", |plan| plan["changes"][0]["customer"] = json!("c-001")),
        ("nobody's change", |plan| plan["changes"][0]["customer"] = json!("c-999")),
        ("another rule", |plan| plan["changes"][0]["rule"] = json!("frequency")),
        ("another rep", |plan| plan["changes"][0]["rep"] = json!("anna")),
        ("more visits before", |plan| plan["changes"][0]["from"]["visits"] = json!(9)),
        ("one visit more before", |plan| {
            let visits = plan["changes"][0]["from"]["visits"].as_i64().expect("a number");
            plan["changes"][0]["from"]["visits"] = json!(visits + 1);
        }),
        ("other calls", |plan| plan["changes"][0]["to"]["calls"] = json!(1)),
        ("more time freed", |plan| plan["changes"][0]["minutes_freed"] = json!(1)),
        ("more revenue", |plan| plan["changes"][0]["revenue_change"] = json!(1000)),
        ("spent on somebody else", |plan| plan["changes"][0]["spent_on"] = json!(["c-001"])),
        ("another value before", |plan| plan["before_post_pass"]["value"] = json!(1)),
        ("no value before", |plan| plan["before_post_pass"] = Value::Null),
        ("another value", |plan| plan["value"] = json!(plan["value"].as_f64().expect("a number") + 1.0)),
        ("spent on nobody", |plan| plan["changes"][0]["spent_on"] = json!([])),
        ("a best mix without a proof", |plan| {
            let mut row = plan["comparison"][0].clone();
            row["plan"] = json!("joint");
            row["value"] = json!(99_999_999);
            plan["comparison"].as_array_mut().expect("a list").push(row);
        }),
        ("another revenue before", |plan| plan["before_post_pass"]["revenue"] = json!(1)),
        ("another comparison", |plan| plan["comparison"][0]["visits"] = json!(1)),
    ];
    for (what, tamper) in tampered {
        let mut wrong = plan.clone();
        tamper(&mut wrong);
        assert!(judged(&wrong).is_err(), "{what} is verified");
    }
}

#[test]
fn a_customer_who_is_won_gets_no_calls_beside_the_visits() {
    let document = json!({
        "format": "visitplan-instance/1", "reps": [{"id": "r", "minutes": 120}],
        "telesales": [{"id": "t", "minutes": 1000, "minutes_per_call": 1, "effect_per_call": 0.9}],
        "customers": [
            {"id": "small", "owner": "r", "wallet": 90, "potential": 90, "visit_value": 10, "visits": {"max": 2}},
            {"id": "gone", "owner": "r", "status": "new", "wallet": 2000, "potential": 900, "visit_value": 100,
             "visits": {"max": 1}}
        ],
        "model": {"format": "visitplan-model/1", "mix": true, "visit_minutes": 60, "travel": {"minutes": 0},
                  "matrix": {"scale": "amount", "potential": {"low": 100, "high": 1000}},
                  "post_pass": {"reactivate": {"share_of_freed": 1, "visits": 1}}}
    });
    let case = Case::of(&document).expect("a plan");
    let find = |at, rep, visits| case.problem.find(at, rep, visits, None, 0).expect("an option");
    let field = vec![find(0, Some(0), 2), find(1, None, 0)];
    let mut case = case.from(field);
    verify(&case.instance, &case.problem, "plan", &case.text()).expect("it is verified");
    assert_eq!(case.after[1].visits, 1);
    case.after[1] = case.wide.problem.find(1, Some(0), 1, Some(0), 2).expect("an option");
    let rejected = verify(&case.instance, &case.problem, "plan", &case.text()).expect_err("calls for a customer won");
    assert!(rejected.to_string().contains("no calls"), "{rejected}");
}

#[test]
fn changes_that_break_a_rule_are_rejected_although_both_plans_hold() {
    // The same plans under a model whose rules would not have made one of these changes; each rule made one.
    let document = three_customers();
    let case = passed(&document);
    assert_eq!(case.changes().len(), 3);
    let text = case.text();
    verify(&case.instance, &case.problem, "plan", &text).expect("it is verified");
    let others: [(&str, Value); 8] = [
        ("/post_pass/telesales/calls_per_visit", json!(1)),
        ("/post_pass/telesales/when/potential", json!("high")),
        ("/post_pass/telesales/when/status", json!(["new"])),
        ("/post_pass/reactivate/share_of_freed", json!(0.49)),
        ("/post_pass/reactivate/when/status", json!(["new"])),
        ("/post_pass/frequency/raise_by_at_most", json!(0)),
        ("/post_pass/frequency/when/visit_value", json!("low")),
        ("/matrix/potential/high", json!(3000)),
    ];
    for (path, value) in others {
        let mut wrong: Value = serde_json::from_str(&text).expect("JSON");
        let (parent, name) = path.rsplit_once('/').expect("a path");
        wrong["model"].pointer_mut(parent).expect("a part of the model")[name] = value;
        let mut other = document.clone();
        other["model"] = wrong["model"].clone();
        let instance = Instance::from_json(&other.to_string()).expect("valid");
        let problem = Problem::new(&instance).expect("sums that fit");
        wrong["instance"]["sha256"] = json!(instance.sha256);
        let rejected = verify(&instance, &problem, "plan", &wrong.to_string()).expect_err(path);
        assert!(rejected.to_string().contains("change"), "{path}: {rejected}");
    }
}
