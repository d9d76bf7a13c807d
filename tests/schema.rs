//! The JSON Schemas of the formats against the program: what it writes and reads is valid, what they refuse it refuses.
//!
//! Definitions that several schemas share stand once in `model.json` and `infeasible.json`;
//! `VISITPLAN_WRITE_SCHEMA=1 cargo test --release --test schema` copies them into the others.

mod oracle;
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use oracle::random_instance;
use serde_json::{Value, json};
use support::{certified_plan, problem_of};
use visitplan::certificate::{Certificate, LeafKnapsack, RowPrice, Split, Test, Tree, TreeNode};
use visitplan::decision::{Decision, Overlay, PricedDecision};
use visitplan::engine::{self, Answer, Settings};
use visitplan::instance::Instance;
use visitplan::model::PlanningModel;
use visitplan::plan::{AfterPass, Change, Compared, Compares, Gap, InfeasibilityDocument, Plan, PlanDocument};
use visitplan::post_pass::{Wide, edits, run};
use visitplan::pricing::ByPrices;
use visitplan::problem::Problem;
use visitplan::verify::verify;

const FORMATS: [&str; 4] = ["instance", "model", "plan", "infeasible"];

/// An instance with nearly every field of the format.
const RICH: &str = r#"{
  "format": "visitplan-instance/1", "name": "South, Q3 2026", "currency": "EUR",
  "period": { "start": "2026-07-01", "weeks": 13 },
  "reps": [
    { "id": "anna", "name": "Anna K.", "work": { "fte": 0.8, "days_off": 11, "holidays": 2 },
      "location": { "lat": 48.14, "lon": 11.58 }, "effectiveness": 1.05, "skills": ["cardiology"], "max_customers": 120,
      "cost": 24000.5, "target": 310000, "min_hours": 1.25, "status": "active", "tags": { "region": "South" } },
    { "id": "ben", "hours": 12.5, "min_minutes": 30 },
    { "id": "cleo", "minutes": 500, "status": "candidate" },
    { "id": "gone", "status": "vacant" }
  ],
  "telesales": [ { "id": "inside", "hours": 6, "minutes_per_call": 15, "effect_per_call": 0.3, "cost_per_hour": 35 } ],
  "customers": [
    { "id": "c-1", "name": "Clinic North", "segment": "A", "owner": "anna", "sales": 8200, "wallet": 16000, "wallet_estimated": true,
      "last_visits": 6, "last_calls": 1, "visit_minutes": 45, "travel_minutes": 20, "location": { "lat": 48.3, "lon": 11.9 },
      "visits": { "min": 2, "max": 5 }, "requires": ["cardiology"], "margin": 0.5, "base_revenue": 100, "tags": {} },
    { "id": "c-2", "status": "inactive", "potential": 2500, "visit_value": 90, "visits": { "max": 6 },
      "calls": { "max": 8, "pools": ["inside"] }, "response": { "shape": "adbudg", "c": 2.5 },
      "coverage": [ { "rep": "anna", "minutes_per_visit": 80, "fit": 0.9 } ] },
    { "id": "c-3", "coverage": [ { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, 120.5, -20, 240] } ],
      "lock": { "rep": "ben", "visits": 2 } },
    { "id": "c-4", "potential": 900, "coverage": [], "lock": { "calls": 1 } }
  ],
  "model": {
    "format": "visitplan-model/1", "name": "everything", "objective": "contribution", "owners": "prefer",
    "handover_fit": 0.85, "response": { "shape": "hyperbolic" },
    "anchor": { "kept_without_visits": 0.6, "wallet_multiple": 2.0, "visits_to_half": 6, "win_rate": { "active": 0.4 } },
    "visits": { "min": 0, "max": 6 }, "calls": { "min": 0, "max": 3 }, "mix": true, "visit_minutes": 40,
    "segments": { "A": { "visits": { "min": 2 }, "kept_without_visits": 0.5, "travel_minutes": 20 } },
    "channels": "joint",
    "work": { "days_per_week": 5, "holidays": 1, "other_days": 6, "hours_per_day": 6.0, "reserve": 0.1 },
    "travel": { "speed_kmh": 55, "detour": 1.3, "visits_per_tour": 5, "local_minutes": 10, "radius_km": 120,
                "nearest": 8, "minutes": 25 },
    "matrix": { "scale": "quantile", "potential": { "low": 0.2, "high": 0.5 }, "visit_value": { "low": 0.1 } },
    "post_pass": { "telesales": { "when": { "potential": "low" }, "calls_per_visit": 2, "only_if": "pays" },
                   "reactivate": { "when": { "status": ["new"] }, "share_of_freed": 0.3, "visits": 3 },
                   "frequency": { "when": { "visit_value": "high" }, "raise_by_at_most": 4 } },
    "economics": { "margin": 0.4, "cost_per_visit_hour": 45 }, "carry_over": 0.5,
    "rules": [
      { "max_share": { "of": "minutes", "who": { "owner": ["anna"], "tags": { "region": ["South"] } }, "share": 1 } },
      { "min_visits": { "who": { "segment": ["A"], "status": ["active"] }, "visits": 1 } },
      { "min_revenue": { "revenue": -100.5 } },
      { "max_cost": { "cost": 90000 } },
      { "max_changed_owners": { "customers": 4 } },
      { "max_changed_customers": { "share": 1, "tolerance": 1 } }
    ]
  }
}"#;

/// Mistakes in that instance: where, and what stands there instead; nothing removes the field.
const MISTAKES: [(&str, Option<&str>); 60] = [
    ("/format", None),
    ("/format", Some(r#""visitplan-instance/2""#)),
    ("/reps", None),
    ("/customers", None),
    ("/customers", Some("{}")),
    ("/custommers", Some("[]")),
    ("/name", Some("null")),
    ("/period/weeks", Some("12.5")),
    ("/period/weeks", Some("1001")),
    ("/period/start", Some(r#""1.7.2026""#)),
    ("/period/start", Some(r#""2026-13-01""#)),
    ("/reps/0/id", None),
    ("/reps/0/id", Some(r#""""#)),
    ("/reps/0/id", Some(r#""a\u202eb""#)),
    ("/reps/0/id", Some(r#""line\n""#)),
    ("/reps/0/hours", Some("100")),
    ("/reps/0/work/fte", Some("2.5")),
    ("/reps/0/work/fte", Some(r#""0.8""#)),
    ("/reps/0/min_minutes", Some("75")),
    ("/reps/0/location/lat", Some("91")),
    ("/reps/0/location/lon", None),
    ("/reps/0/status", Some(r#""retired""#)),
    ("/reps/0/tags/region", Some("7")),
    ("/reps/0/skills", Some(r#""cardiology""#)),
    ("/reps/1/hours", None),
    ("/reps/1/hours", Some("-1")),
    ("/reps/1/hours", Some(r#""12.5""#)),
    ("/reps/2/minutes", Some("30.5")),
    ("/reps/3/status", None),
    ("/telesales/0/minutes", Some("360")),
    ("/telesales/0/effect_per_call", Some("1.3")),
    ("/telesales/0/minutes_per_call", None),
    ("/customers/0/id", None),
    ("/customers/0/sales", Some("-8200")),
    ("/customers/0/sales", Some(r#""8200""#)),
    ("/customers/0/wallet", Some("2e12")),
    ("/customers/0/last_visits", Some("2.5")),
    ("/customers/0/visits/max", Some("10001")),
    ("/customers/0/visits/most", Some("4")),
    ("/customers/0/margin", Some("40")),
    ("/customers/1/response/shape", Some(r#""power""#)),
    ("/customers/1/response/c", Some("0")),
    ("/customers/1/coverage/0/rep", None),
    ("/customers/1/coverage/0/fit", Some("-0.5")),
    ("/customers/2/coverage/0/revenue/0", Some("10")),
    ("/customers/2/coverage/0/revenue", Some("[]")),
    ("/customers/2/lock/visits", Some("0")),
    ("/model", Some("7")),
    ("/model/format", None),
    ("/model/objective", Some(r#""profit""#)),
    ("/model/economics", None),
    ("/model/mix", Some("1")),
    ("/model/visits", Some(r#"{ "min": 14 }"#)),
    ("/model/anchor/kept_without_visits", Some("1")),
    ("/model/anchor/wallet_multiple", Some("1")),
    ("/model/matrix/visit_value", Some(r#"{ "low": 0.6 }"#)),
    ("/model/rules/0", Some("{}")),
    ("/model/rules/0/min_visits", Some(r#"{ "visits": 1 }"#)),
    ("/model/rules/0/max_share/of", Some(r#""calls""#)),
    ("/model/rules/1/min_visits/who/segments", Some(r#"["A"]"#)),
];

/// Values that are wrong nearly everywhere.
const ODD: [&str; 13] =
    ["null", "true", "-1", "0", "0.5", "1.5", "2", "3.0", "1e17", r#""odd""#, r#""""#, "[]", r#"{ "odd": 1 }"#];

fn schema_file(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/schema/{format}.json"))
}

fn schema_text(format: &str) -> String {
    std::fs::read_to_string(schema_file(format)).expect("the schema")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn validator(format: &str) -> Validator {
    jsonschema::draft202012::new(&parse(&schema_text(format))).expect("a schema without references to elsewhere")
}

/// What a schema has against a document; empty where that is valid.
fn complaints(validator: &Validator, document: &Value) -> String {
    let list = validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path()));
    list.collect::<Vec<_>>().join("\n")
}

/// The JSON documents of a folder of the project, by path.
fn documents(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| (path.clone(), std::fs::read_to_string(path).expect("a text")))
        .collect()
}

/// Sets, adds or removes what a pointer names.
fn change(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent).expect("a place of the document");
    match (parent, value) {
        (Value::Array(list), Some(value)) => list[name.parse::<usize>().expect("an index")] = value,
        (Value::Object(fields), Some(value)) => {
            fields.insert(name.to_owned(), value);
        }
        (Value::Object(fields), None) => {
            fields.remove(name).expect("a field to remove");
        }
        (parent, _) => panic!("{pointer} is in {parent}"),
    }
}

/// The pointers of all values below the root.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in inner {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        places(value, &pointer, found);
        found.push(pointer);
    }
}

fn places_of(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    places(document, "", &mut found);
    found
}

/// The document that the program writes about an instance, a plan or a proof that there is none, and its format.
fn answer(document: &Value) -> Option<(Instance, Problem, &'static str, String)> {
    let (instance, problem) = problem_of(document);
    // A gap of 0.01 %, not a full proof, which takes minutes for the largest instance.
    let (format, text) = match engine::solve(&instance, &problem, Settings { gap: Gap(100_000), ..Settings::default() })
    {
        Answer::Plan(plan) => ("plan", PlanDocument::new(&instance, &problem, &plan).to_text()),
        Answer::Infeasible(certificate) => {
            ("infeasible", InfeasibilityDocument::new(&instance, &certificate).to_text())
        }
        Answer::Unknown(_) => return None,
    };
    Some((instance, problem, format, text))
}

/// An instance without a plan, for which prices are no proof: the time is enough for three visits, but not for whole ones.
fn crowded() -> Value {
    let customer = |id: &str| {
        let cover = |rep: &str| json!({ "rep": rep, "minutes_per_visit": 60, "revenue": [0, 10] });
        json!({ "id": id, "visits": { "min": 1 }, "coverage": [cover("anna"), cover("ben")] })
    };
    json!({
        "format": "visitplan-instance/1",
        "reps": [{ "id": "anna", "minutes": 100 }, { "id": "ben", "minutes": 100 }],
        "customers": [customer("a"), customer("b"), customer("c")],
        "model": "field"
    })
}

/// A plan with prices for a bound by knapsacks, and with a tree that has a node of every kind, or without.
fn by_knapsacks(tree: bool) -> (Instance, Problem, &'static str, String) {
    let (instance, problem) = problem_of(&parse(RICH));
    let Answer::Plan(plan) = engine::solve(&instance, &problem, Settings { gap: Gap(0), ..Settings::default() }) else {
        panic!("there is a plan")
    };
    let rows: Vec<i64> = (1..).take(problem.rows.len()).collect();
    let certificate = Certificate::of_prices(&problem, 10, &rows).with_knapsack(&problem, &rows, vec![5, -70, 0, 300]);
    let tree = tree.then(|| every_kind_of_node(&instance, &problem));
    let certificate = Certificate { tree, ..certificate };
    let plan = certified_plan(&problem, plan.choices, certificate);
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    (instance, problem, "plan", text)
}

/// A plan that follows decisions made by hand.
fn by_hand() -> (Instance, Problem, &'static str, String) {
    let (instance, problem) = problem_of(&parse(RICH));
    let one =
        Decision { customer: "c-2".to_owned(), visits: Some(1), reason: Some("why".to_owned()), ..Decision::default() };
    let two = Decision { customer: "c-3".to_owned(), rep: Some("ben".to_owned()), ..Decision::default() };
    let overlay = Overlay::new(&instance, &[one, two], &|at| at.to_string()).expect("possible decisions");
    let mut decided = instance.clone();
    overlay.apply(&mut decided);
    let with = Problem::new(&decided).expect("sums that fit");
    let Answer::Plan(plan) = engine::solve(&decided, &with, Settings::default()) else { panic!("there is a plan") };
    let prices = ByPrices::new(&with, &plan).expect("prices in order");
    let listed = overlay.decided.iter().map(|one| PricedDecision {
        decision: one.decision.clone(),
        price: Some(prices.decision(&problem, one.customer)),
    });
    let text = PlanDocument::new(&decided, &with, &plan).with_decisions(listed.collect()).to_text();
    (instance, problem, "plan", text)
}

/// A plan after the post-pass, with changes by every rule and the best mix beside it.
fn after_the_post_pass() -> (Instance, Problem, &'static str, String) {
    let customer = |id: &str, status: &str, potential: i64, visits: i64| {
        json!({ "id": id, "owner": "r", "status": status, "potential": potential, "visit_value": potential / 10,
                "visits": { "max": visits } })
    };
    let (instance, problem) = problem_of(&json!({
        "format": "visitplan-instance/1",
        "reps": [{ "id": "r", "minutes": 300 }],
        "telesales": [{ "id": "t", "minutes": 100, "minutes_per_call": 10, "effect_per_call": 0.5, "cost_per_hour": 6 }],
        "customers": [customer("a", "active", 90, 2), customer("b", "active", 5000, 4), customer("c", "new", 2000, 1)],
        "model": {
            "format": "visitplan-model/1", "objective": "contribution", "response": { "shape": "linear" },
            "economics": { "margin": 1, "cost_per_visit_hour": 1 }, "visit_minutes": 60, "travel": { "minutes": 0 },
            "matrix": { "scale": "amount", "potential": { "low": 100, "high": 1000 }, "visit_value": { "low": 0, "high": 0 } },
            "post_pass": { "reactivate": { "share_of_freed": 0.5, "visits": 1 } }
        }
    }));
    let find = |at, rep, visits| problem.find(at, rep, visits, None, 0).expect("an option");
    let field = vec![find(0, Some(0), 2), find(1, Some(0), 3), find(2, None, 0)];
    let certificate = Certificate::of_prices(&problem, 1, &vec![0; problem.rows.len()]);
    let plan = Plan::beside(&problem, field, certificate).expect("prices in order");
    let wide = Wide::new(&instance).expect("sums that fit");
    let before = wide.options(&problem, &plan.choices);
    let after = run(&wide, &before, &before);
    let changes = Change::all(&wide, &edits(&wide.problem, &before, &after).expect("changes by rules"));
    assert_eq!(changes.len(), 3);
    let Answer::Plan(best) = engine::solve(&wide.instance, &wide.problem, Settings::default()) else {
        panic!("a plan")
    };
    let comparison = vec![Compared::of(Compares::Field, &wide.problem, &before)];
    let joint = Some((best.certified, &best.certificate));
    let passed = AfterPass { problem: &wide.problem, choices: &after, changes, joint, comparison };
    let text = PlanDocument::new(&instance, &problem, &plan).after_post_pass(passed).to_text();
    (instance, problem, "plan", text)
}

/// A tree that has a node of every kind.
fn every_kind_of_node(instance: &Instance, problem: &Problem) -> Tree {
    let priced = |row: usize, price| RowPrice { row: problem.rows[row].name.clone(), price };
    let split = |customer: usize, test| Split { customer, id: instance.customers[customer].id.to_string(), test };
    let rep = Test::Rep { rep: 0, id: "anna".to_owned() };
    let pool = Test::Pool { pool: 0, id: "inside".to_owned() };
    let leaf = |rows, knapsack| TreeNode::Leaf { rows, knapsack };
    let shared = LeafKnapsack { customers: vec![(0, -3), (1, 70)], shared_rows: vec![priced(1, 2)] };
    let nodes = vec![
        TreeNode::Fix { rows: vec![priced(0, 9)], next: 1 },
        TreeNode::Split { split: split(1, rep), yes: 2, no: 3 },
        TreeNode::Split { split: split(1, Test::Visits(3)), yes: 4, no: 5 },
        TreeNode::Split { split: split(1, Test::Calls(1)), yes: 6, no: 7 },
        leaf(Vec::new(), None),
        leaf(vec![priced(0, 4)], None),
        TreeNode::Split { split: split(1, pool), yes: 8, no: 9 },
        leaf(Vec::new(), Some(LeafKnapsack::default())),
        leaf(Vec::new(), Some(shared)),
        leaf(Vec::new(), None),
    ];
    Tree { nodes }
}

#[test]
fn the_schemas_are_schemas_and_describe_every_field() {
    for format in FORMATS {
        let schema = parse(&schema_text(format));
        assert!(jsonschema::meta::is_valid(&schema), "{format}");
        assert_eq!(schema["$id"], format!("visitplan-{format}/1"));
        for place in places_of(&schema) {
            let Some((parent, name)) = place.rsplit_once('/') else { continue };
            // `properties` within a condition or of a part that is forbidden describe nothing.
            let fields = parent.ends_with("/properties")
                && !["/if/", "/then/", "/not/", "/oneOf/"].iter().any(|word| parent.contains(word));
            let field = schema.pointer(&place).expect("a place of the schema");
            if !fields || field.is_boolean() {
                continue;
            }
            let target = field["$ref"].as_str().and_then(|target| schema.pointer(target.strip_prefix('#')?));
            let described = [Some(field), target].into_iter().flatten().any(|schema| schema["description"].is_string());
            assert!(described, "{format}: {parent} says nothing about {name}");
        }
    }
}

#[test]
fn definitions_that_schemas_share_are_the_same_in_all() {
    let copies = [
        ("model", "instance", "    \"model\": {\n"),
        ("model", "infeasible", "    \"model\": {\n"),
        ("infeasible", "plan", "    \"identity\": {\n"),
    ];
    for (source, copy, from) in copies {
        let (source, text) = (schema_text(source), schema_text(copy));
        let shared = &source[source.rfind(from).expect("the first shared definition")..];
        let today = format!("{}{shared}", &text[..text.rfind(from).expect("the first shared definition")]);
        if std::env::var_os("VISITPLAN_WRITE_SCHEMA").is_some() {
            std::fs::write(schema_file(copy), &today).expect("the schema is written");
        }
        assert!(text == today, "{copy}.json is out of date: VISITPLAN_WRITE_SCHEMA=1 writes it");
    }
}

#[test]
fn the_instances_and_models_of_the_project_are_valid() {
    let instances = validator("instance");
    let found = [documents("instances"), documents("tests/data")].concat();
    assert!(found.len() >= 5);
    for (path, text) in found {
        assert_eq!(complaints(&instances, &parse(&text)), "", "{}", path.display());
    }
    assert_eq!(complaints(&instances, &parse(RICH)), "");
    assert_eq!(complaints(&instances, &crowded()), "");
    let models = validator("model");
    for (path, text) in documents("models") {
        assert_eq!(complaints(&models, &parse(&text)), "", "{}", path.display());
        let filled = PlanningModel::from_json("model", &text).expect("a valid model");
        assert_eq!(complaints(&models, &serde_json::to_value(filled).expect("JSON")), "", "{}", path.display());
    }
}

#[test]
fn random_instances_their_plans_and_their_proofs_are_valid() {
    let validators = FORMATS.map(|format| (format, validator(format)));
    let check = |format: &str, document: &Value, name: &str| {
        let (_, validator) = validators.iter().find(|(known, _)| *known == format).expect("a format");
        assert_eq!(complaints(validator, document), "", "{format} of {name}");
    };
    let (mut counts, mut trees) = ([0, 0], 0);
    let random = (0..200).map(|seed| (format!("seed {seed}"), random_instance(seed)));
    let named = [("rich", parse(RICH)), ("crowded", crowded())].map(|(name, document)| (name.to_owned(), document));
    let kept = [documents("instances"), documents("tests/data")].concat();
    let kept = kept.into_iter().map(|(path, text)| (path.display().to_string(), parse(&text)));
    for (name, document) in random.chain(named).chain(kept) {
        check("instance", &document, &name);
        let Some((_, _, format, text)) = answer(&document) else { continue };
        check(format, &parse(&text), &name);
        counts[usize::from(format == "infeasible")] += 1;
        trees += usize::from(parse(&text)["certificate"]["tree"].is_object());
    }
    assert!(counts[0] > 100 && counts[1] > 5 && trees > 0, "{counts:?} plans and proofs, {trees} trees");
}

#[test]
fn mistakes_in_instances_are_refused_by_the_schema_and_by_the_program() {
    let validator = validator("instance");
    Instance::from_json(RICH).expect("the instance without mistakes");
    for (pointer, value) in MISTAKES {
        let mut document = parse(RICH);
        change(&mut document, pointer, value.map(parse));
        assert!(!validator.is_valid(&document), "the schema accepts {pointer} = {value:?}");
        assert!(Instance::from_json(&document.to_string()).is_err(), "the program accepts {pointer} = {value:?}");
    }
}

#[test]
fn what_the_schema_of_instances_refuses_the_program_refuses() {
    let validator = validator("instance");
    let base = parse(RICH);
    let mut refused = 0;
    let mut check = |document: &Value, what: &str| {
        let accepted = Instance::from_json(&document.to_string()).is_ok();
        let valid = validator.is_valid(document);
        assert!(valid || !accepted, "the program reads what the schema refuses: {what}");
        refused += usize::from(!valid);
        valid
    };
    for place in places_of(&base) {
        for odd in ODD.map(parse) {
            let mut document = base.clone();
            change(&mut document, &place, Some(odd.clone()));
            let valid = check(&document, &format!("{place} = {odd}"));
            assert!(!(valid && odd.is_null()), "the schema accepts null at {place}");
        }
        let in_object =
            place.rsplit_once('/').and_then(|(parent, _)| base.pointer(parent)).is_some_and(Value::is_object);
        if in_object {
            let mut document = base.clone();
            change(&mut document, &place, None);
            check(&document, &format!("no {place}"));
        }
        // Labels and segments have free names; what stands below them does not.
        let free = ["/tags", "/segments"].iter().any(|end| place.ends_with(end));
        if base.pointer(&place).is_some_and(Value::is_object) && !free {
            let mut document = base.clone();
            change(&mut document, &format!("{place}/unheard_of"), Some(json!(1)));
            assert!(!check(&document, &format!("{place}/unheard_of")), "the schema accepts {place}/unheard_of");
        }
    }
    assert!(refused > 1000, "{refused} refused");
}

#[test]
fn what_the_schemas_of_plans_and_proofs_refuse_verify_rejects() {
    let plan = answer(&parse(RICH)).expect("an answer");
    let proof = answer(&crowded()).expect("an answer");
    assert_eq!((plan.2, proof.2), ("plan", "infeasible"));
    for (instance, problem, format, text) in
        [plan, proof, by_knapsacks(false), by_knapsacks(true), by_hand(), after_the_post_pass()]
    {
        let validator = validator(format);
        let verified = |document: &Value| verify(&instance, &problem, format, &document.to_string()).is_ok();
        let base = parse(&text);
        assert!(verified(&base), "the {format} without mistakes");
        for place in places_of(&base) {
            for odd in ODD.map(parse) {
                let mut document = base.clone();
                change(&mut document, &place, Some(odd.clone()));
                let valid = validator.is_valid(&document);
                assert!(valid || !verified(&document), "verify takes what the schema refuses: {place} = {odd}");
            }
            let in_object =
                place.rsplit_once('/').and_then(|(parent, _)| base.pointer(parent)).is_some_and(Value::is_object);
            if in_object {
                let mut document = base.clone();
                change(&mut document, &place, None);
                let valid = validator.is_valid(&document);
                assert!(valid || !verified(&document), "verify takes what the schema refuses: no {place}");
            }
            let inside_model = place.starts_with("/model");
            if base.pointer(&place).is_some_and(Value::is_object) && place != "/prices" && !inside_model {
                let mut document = base.clone();
                change(&mut document, &format!("{place}/unheard_of"), Some(json!("later")));
                assert_eq!(complaints(&validator, &document), "", "{place}/unheard_of");
                assert!(verified(&document), "{place}/unheard_of");
            }
        }
        let mut document = base.clone();
        change(&mut document, "/model/unheard_of", Some(json!(1)));
        assert!(!validator.is_valid(&document) && !verified(&document));
        for required in ["format", "instance", "model", "certificate"] {
            let mut document = base.clone();
            change(&mut document, &format!("/{required}"), None);
            assert!(!validator.is_valid(&document) && !verified(&document), "{format} without {required}");
        }
    }
}

#[test]
fn the_verb_prints_the_schema_of_the_format_named_and_that_of_instances_by_default() {
    let print = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_visitplan")).arg("schema").args(words).output().expect("the command runs")
    };
    for format in FORMATS {
        let output = print(&[format]);
        assert!(output.status.success());
        assert_eq!(String::from_utf8(output.stdout).expect("UTF-8"), schema_text(format));
    }
    assert_eq!(String::from_utf8(print(&[]).stdout).expect("UTF-8"), schema_text("instance"));
    assert_eq!(print(&["certificate"]).status.code(), Some(2));
}
