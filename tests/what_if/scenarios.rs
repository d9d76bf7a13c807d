//! Scenarios: each is what an instance written so by hand would be, and nothing depends on threads or order.

use std::process::Command;

use serde_json::{Value, json};
use visitplan::engine::{Answer, Settings, solve};
use visitplan::instance::{Instance, ModelSource, WithText};
use visitplan::plan::Gap;
use visitplan::problem::Problem;

use super::{folder_with, lines, oracle, quarter};

const ALL: &str = "what-if i.json --scenarios s.jsonl --ordered --deterministic";

/// A scenario, and what a user would write into the instance instead.
type Case = (Value, fn(&mut Value));

fn rep<'d>(document: &'d mut Value, id: &str) -> &'d mut Value {
    document["reps"].as_array_mut().expect("a list").iter_mut().find(|rep| rep["id"] == id).expect("a rep")
}

fn model() -> Value {
    serde_json::from_str(include_str!("../../models/field-sales.json")).expect("JSON")
}

const CASES: usize = 8;

fn cases() -> [Case; CASES] {
    [
        (json!({"scenario": "as it is"}), |_| {}),
        (json!({"scenario": "without ben", "remove_reps": ["ben"]}), |document| {
            let ben = rep(document, "ben").as_object_mut().expect("an object");
            ben.insert("status".to_owned(), json!("vacant"));
        }),
        (json!({"scenario": "filled", "open": ["cand/1"]}), |document| {
            rep(document, "cand/1")["status"] = json!("active")
        }),
        (json!({"scenario": "one more", "add_reps": [{"id": "new", "minutes": 900}]}), |document| {
            document["reps"].as_array_mut().expect("a list").push(json!({"id": "new", "minutes": 900}));
        }),
        (json!({"scenario": "less time", "set": {"/reps/anna/hours": 100.5, "/reps/cand~11/hours": 1}}), |document| {
            let anna = rep(document, "anna").as_object_mut().expect("an object");
            anna.remove("work");
            anna.insert("hours".to_owned(), json!(100.5));
        }),
        (
            json!({"scenario": "deeper", "set": {"/reps/anna/work/fte": 0.5, "/customers/c-001/visits/max": 1}}),
            |document| {
                rep(document, "anna")["work"]["fte"] = json!(0.5);
                document["customers"][0]["visits"]["max"] = json!(1);
            },
        ),
        (
            json!({"scenario": "free", "remove_reps": ["ben"], "set": {"/model/owners": "free", "/model/anchor/visits_to_half": 4}}),
            |document| {
                rep(document, "ben")["status"] = json!("vacant");
                document["model"] = model();
                document["model"]["owners"] = json!("free");
                document["model"]["anchor"]["visits_to_half"] = json!(4);
            },
        ),
        (
            json!({"scenario": "cannot be", "set": {"/model/rules": [{"min_visits": {"visits": 100_000}}]}}),
            |document| {
                document["model"] = model();
                document["model"]["rules"] = json!([{"min_visits": {"visits": 100_000}}]);
            },
        ),
    ]
}

#[test]
fn a_scenario_is_worth_what_an_instance_written_so_is_worth() {
    let scenarios = cases().map(|(scenario, _)| scenario);
    let folder = folder_with(&quarter(), &scenarios);
    let output = folder.run(&format!("{ALL} --gap 0")).ends_with(0);
    let lines = lines(&output);
    assert_eq!(lines.len(), CASES);
    let keys = |line: &Value| line.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    for ((scenario, by_hand), line) in cases().into_iter().zip(&lines) {
        let mut document = quarter();
        by_hand(&mut document);
        let instance =
            Instance::from_json(&document.to_string()).unwrap_or_else(|refusal| panic!("{scenario}: {refusal}"));
        let problem = Problem::new(&instance).expect("sums that fit");
        let settings = Settings { gap: Gap(0), ..Settings::default() };
        assert_eq!(line["scenario"], scenario["scenario"]);
        assert_eq!(keys(line), keys(&lines[0]));
        match solve(&instance, &problem, settings) {
            Answer::Plan(plan) => {
                assert_eq!(line["status"], "optimal", "{line}");
                assert_eq!(line["value"].as_f64(), Some(plan.value as f64 / 100.0), "{scenario}");
            }
            Answer::Infeasible(_) => {
                assert_eq!((&line["status"], &line["value"]), (&json!("infeasible"), &Value::Null), "{scenario}");
            }
            Answer::Unknown(_) => panic!("{scenario}: no answer"),
        }
    }
    let by_name = |name: &str| lines.iter().find(|line| line["scenario"] == name).expect("a line");
    assert_eq!((&by_name("without ben")["reps"], &by_name("without ben")["removed"]), (&json!(11), &json!(["ben"])));
    assert_eq!((&by_name("filled")["reps"], &by_name("filled")["added"]), (&json!(13), &json!(["cand/1"])));
    assert_eq!(
        (&by_name("one more")["added"], &by_name("one more")["customers_per_rep"]),
        (&json!(["new"]), &json!(9.2308))
    );
    assert!(by_name("filled")["profit"].as_f64() < by_name("as it is")["profit"].as_f64(), "its cost counts");
}

#[test]
fn scaled_visit_values_scale_what_is_stated_and_what_is_derived() {
    let customer = |id: &str, more: Value| {
        let mut customer = json!({"id": id, "coverage": [{"rep": "r", "minutes_per_visit": 60}], "visits": {"max": 1}});
        customer.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        customer
    };
    let instance = json!({
        "format": "visitplan-instance/1", "reps": [{"id": "r", "hours": 10}],
        "customers": [
            customer("stated", json!({"segment": "A", "potential": 1000, "visit_value": 100})),
            customer("derived", json!({"sales": 0, "wallet": 1000, "status": "inactive"}))
        ],
        "model": {"format": "visitplan-model/1", "channels": "field", "segments": {"A": {}}}
    });
    let scenarios = [
        json!({"scenario": "as it is"}),
        json!({"scenario": "half", "scale": [{"field": "visit_value", "by": 0.5}]}),
        json!({"scenario": "half of A", "scale": [{"field": "visit_value", "by": 0.5, "where": {"segment": ["A"]}}]}),
        json!({"scenario": "small", "scale": [{"field": "potential", "by": 0.01, "where": {"segment": ["A"]}}]}),
    ];
    let folder = folder_with(&instance, &scenarios);
    let output = folder.run(ALL);
    let values: Vec<f64> = lines(&output).iter().map(|line| line["value"].as_f64().expect("a number")).collect();
    // 400 / 7 is what the first visit to a wallet of 1,000 adds at a win rate of 0.4.
    assert_eq!(values, [157.14, 78.57, 107.14, 67.14], "{}", output.talk);
}

#[test]
fn order_and_threads_change_no_byte() {
    let scenarios = cases().map(|(scenario, _)| scenario);
    let folder = folder_with(&quarter(), &scenarios);
    let written = |threads: u32| folder.run(&format!("{ALL} --threads {threads}")).ends_with(0).out;
    let one = written(1);
    assert!(!one.is_empty() && one == written(3));
    let unordered = folder.run("what-if i.json --scenarios s.jsonl --deterministic").out;
    let sorted = |text: String| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(unordered), sorted(one));
}

#[test]
fn a_scenario_may_be_about_another_instance_and_scenarios_may_come_from_standard_input() {
    let folder =
        folder_with(&quarter(), &[json!({"scenario": "a"}), json!({"scenario": "b", "instance": "other.json"})]);
    let other = json!({"format": "visitplan-instance/1", "reps": [], "customers": [], "model": "field"});
    folder.write("other.json", other.to_string());
    let output = folder.run(ALL);
    let customers: Vec<Value> = lines(&output).into_iter().map(|line| line["customers"].clone()).collect();
    assert_eq!(customers, [json!(120), json!(0)], "{}", output.talk);
    let mut command = Command::new(env!("CARGO_BIN_EXE_visitplan"));
    let scenarios = std::fs::File::open(folder.path("s.jsonl")).expect("the file");
    let piped = command.args(["what-if", "i.json", "--scenarios", "-", "--ordered", "--deterministic"]);
    let piped = piped.stdin(scenarios).current_dir(folder.path("")).output().expect("the program runs");
    assert_eq!(String::from_utf8(piped.stdout).expect("UTF-8"), output.out);
}

#[test]
fn everything_that_cannot_be_is_refused_before_the_first_solve_and_all_at_once() {
    let mut instance = quarter();
    instance["customers"][0]["lock"] = json!({"rep": instance["customers"][0]["owner"]});
    let held = instance["customers"][0]["owner"].as_str().expect("an id").to_owned();
    let scenarios = [
        json!({"scenario": "fine"}),
        json!({"scenario": "fine"}),
        json!({"scenario": "no such rep", "remove_reps": ["bne"]}),
        json!({"scenario": "holds a lock", "remove_reps": [held]}),
        json!({"scenario": "not a position", "open": ["ben"]}),
        json!({"scenario": "no such customer", "set": {"/customers/c-999/visits/max": 1}}),
        json!({"scenario": "no such field", "set": {"/reps/anna/hourz": 1}}),
        json!({"scenario": "wrong value", "set": {"/reps/anna/hours": -1}}),
        json!({"scenario": "no path", "set": {"hours": 1}}),
        json!({"scenario": "misspelt", "remove_rep": ["ben"]}),
        json!({"scenario": "another name", "set": {"/reps/ben/id": "zoe"}}),
        json!({"scenario": "no slash", "set": {"xx/reps/ben/hours": 3}}),
        json!({"scenario": "nobody", "scale": [{"field": "potential", "by": 2, "where": {"segment": ["Z"]}}]}),
        json!({"scenario": "elsewhere", "instance": "nowhere.json"}),
        json!({"scenario": "twice there", "add_reps": [{"id": "anna", "hours": 1}]}),
    ];
    let folder = folder_with(&instance, &scenarios);
    let refused = folder.run(ALL);
    assert_eq!((refused.status, &*refused.out), (3, ""), "{}", refused.talk);
    let said = &refused.talk;
    assert!(said.contains("s.jsonl:2") && said.contains("s.jsonl:10") && said.contains("nowhere.json"), "{said}");
    for scenario in scenarios.iter().skip(2).filter(|scenario| scenario["remove_rep"].is_null()) {
        let name = scenario["scenario"].as_str().expect("a name");
        let is_named = said.contains(&format!("\"{name}\"")) || scenario["instance"].is_string();
        assert!(is_named, "{name} is not refused:\n{said}");
    }
    assert!(said.contains("did you mean \"ben\"?"), "{said}");
    assert!(!said.contains("as \"fine\""), "{said}");
}

#[test]
fn with_other_reps_an_instance_is_the_same_as_read_anew() {
    let no_files = |_: &str| Err("no files".to_owned());
    let source = ModelSource::Instance(&no_files);
    let (mut same, mut touched) = (0, 0);
    for seed in 0..600 {
        let document = oracle::random_instance(seed);
        let base = WithText::read("base", document.to_string().as_bytes(), &source).expect("a valid instance");
        let reps = document["reps"].as_array().expect("a list").len();
        for at in 0..=reps {
            let mut other = document.clone();
            match at.checked_sub(reps) {
                Some(_) => {
                    let rep = json!({"id": "more", "minutes": 120, "skills": ["x"]});
                    other["reps"].as_array_mut().expect("a list").push(rep);
                }
                None => {
                    let rep = &mut other["reps"][at];
                    match seed % 3 {
                        0 => {
                            rep["status"] = json!(if rep["status"].is_string() && rep["status"] != "active" {
                                "active"
                            } else {
                                "vacant"
                            })
                        }
                        1 => rep["skills"] = json!(["y"]),
                        _ => rep["effectiveness"] = json!(0.5),
                    }
                }
            }
            let anew = Instance::from_json(&other.to_string());
            let quick = base.with_reps("other", &other["reps"].to_string());
            match (anew, quick) {
                (Ok(anew), Ok(quick)) => {
                    let shown = |instance: &Instance| format!("{:?} {:?}", instance.reps, instance.customers);
                    assert_eq!(shown(&quick), shown(&anew), "seed {seed}, rep {at}");
                    same += 1;
                    touched += u32::from(format!("{:?}", base.instance.customers) != format!("{:?}", anew.customers));
                }
                (Err(_), Err(_)) => {}
                (anew, quick) => panic!("seed {seed}, rep {at}: {anew:?} and {quick:?}"),
            }
        }
    }
    assert!(same > 1000 && touched > 100, "{same} the same, {touched} of them with other customers than before");
}
