//! Input that is broken, absurd or a lie: instances are refused with a place, plans are rejected, nothing panics.
//!
//! Tests marked `ignore` state what is right and fail today; the mark names the fault. `--ignored` runs them.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::Value;
use visitplan::engine::{Answer, Control, Settings, exact};
use visitplan::instance::{Instance, ModelSource};
use visitplan::json::Refusal;
use visitplan::plan::{Gap, InfeasibilityDocument, PlanDocument, ProvenBy, ReadPlan};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::{Rejected, Verified, verify};

const TINY: &str = include_str!("../instances/tiny.json");

/// Most features of the format in one instance that has a plan.
const RICH: &str = r#"{
  "format": "visitplan-instance/1",
  "name": "Süd, Q3 2026 “alles” 🚗",
  "currency": "EUR",
  "period": { "start": "2026-07-01", "weeks": 13 },
  "reps": [
    { "id": "anna", "name": "Anna K.", "work": { "fte": 0.125, "days_off": 1.5, "holidays": 2 }, "location": { "lat": 48.14, "lon": 11.58 },
      "effectiveness": 1.05, "skills": ["cardiology"], "max_customers": 3, "cost": 24000.5, "min_hours": 4.25, "tags": { "region": "South" } },
    { "id": "ben", "hours": 12.5, "location": { "lat": 48.37, "lon": 10.9 }, "min_minutes": 30 },
    { "id": "北京", "minutes": 500, "status": "active" },
    { "id": "gone", "status": "vacant" },
    { "id": "maybe", "hours": 20, "status": "candidate" }
  ],
  "telesales": [
    { "id": "inside", "hours": 6, "minutes_per_call": 15, "effect_per_call": 0.3, "cost_per_hour": 35 },
    { "id": "out/side", "minutes": 90, "minutes_per_call": 10, "effect_per_call": 0.125 }
  ],
  "customers": [
    { "id": "c-001", "name": "Clinic \"North\"", "segment": "A", "owner": "anna", "sales": 8200, "wallet": 16000.25, "last_visits": 6,
      "last_calls": 2, "visit_minutes": 45, "location": { "lat": 48.3, "lon": 11.9 }, "visits": { "min": 1, "max": 4 }, "requires": ["cardiology"] },
    { "id": "c-002", "status": "inactive", "potential": 2500, "visit_value": 90, "visits": { "max": 3 }, "calls": { "max": 4, "pools": ["inside"] },
      "coverage": [ { "rep": "anna", "minutes_per_visit": 80, "fit": 0.9 }, { "rep": "ben" } ], "margin": 0.35, "base_revenue": 12.5 },
    { "id": "c-003", "coverage": [ { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, 120.5, 200, 180, 300] } ], "lock": { "rep": "ben", "visits": 2 } },
    { "id": "c-004", "owner": "gone", "potential": 1200, "visit_value": 300, "response": { "shape": "adbudg", "c": 2.5 }, "travel_minutes": 12 },
    { "id": "c-005", "status": "new", "wallet": 9000, "calls": { "min": 1, "max": 3 }, "tags": { "region": "South", "size": "L" }, "coverage": [] },
    { "id": "c-006", "segment": "no-see", "sales": 100, "lock": { "calls": 2 } },
    { "id": "c-\u00e9\ud83d\ude00", "potential": 700.01, "visit_value": 70.07, "visits": { "max": 2 }, "response": { "shape": "power", "elasticity": 0.5 },
      "coverage": [ { "rep": "北京", "minutes_per_visit": 35, "fit": 1.25 } ] },
    { "id": "__proto__", "potential": 400, "visit_value": 40, "visits": { "max": 5 }, "coverage": [ { "rep": "ben", "minutes_per_visit": 41 } ] }
  ],
  "model": {
    "format": "visitplan-model/1", "name": "everything", "objective": "contribution", "owners": "prefer", "handover_fit": 0.85,
    "response": { "shape": "hyperbolic" },
    "anchor": { "kept_without_visits": 0.6, "wallet_multiple": 2.0, "visits_to_half": 6, "win_rate": { "active": 0.4, "new": 0.25, "inactive": 0.4 } },
    "visits": { "min": 0, "max": 6 }, "calls": { "min": 0, "max": 3 }, "mix": true, "visit_minutes": 40,
    "segments": { "A": { "visits": { "min": 2 }, "kept_without_visits": 0.5, "travel_minutes": 20 }, "no-see": { "visits": { "max": 0 } } },
    "channels": "joint",
    "work": { "days_per_week": 5, "holidays": 1, "other_days": 6, "hours_per_day": 6.0, "reserve": 0.10 },
    "travel": { "speed_kmh": 55, "detour": 1.3, "visits_per_tour": 5, "local_minutes": 10, "radius_km": 120, "nearest": 8, "minutes": 25 },
    "matrix": { "scale": "quantile", "potential": { "low": 0.2, "high": 0.5 }, "visit_value": { "low": 0.2, "high": 0.5 } },
    "post_pass": { "telesales": { "when": { "potential": "low" }, "calls_per_visit": 2, "only_if": "pays" } },
    "economics": { "margin": 0.4, "cost_per_visit_hour": 45 }, "carry_over": 0.5,
    "rules": [
      { "min_share": { "of": "visits", "who": { "status": ["active"] }, "share": 0.3 } },
      { "max_share": { "of": "minutes", "who": { "owner": ["anna"] }, "share": 0.8 } },
      { "max_share": { "of": "revenue", "who": { "tags": { "region": ["South"] } }, "share": 0.9 } },
      { "min_visits": { "who": { "segment": ["A"] }, "visits": 1 } },
      { "max_visits": { "who": {}, "visits": 15 } },
      { "min_revenue": { "revenue": 100.5 } },
      { "max_cost": { "cost": 900 } },
      { "max_changed_owners": { "customers": 4 } },
      { "max_changed_customers": { "share": 0.9, "tolerance": 1 } }
    ]
  }
}"#;

/// A plan whose bound prices cannot prove: two jobs of 60 minutes do not go into one day of 100.
const KNAPSACKS: &str = r#"{
  "format": "visitplan-instance/1",
  "model": { "format": "visitplan-model/1", "channels": "field", "rules": [ { "max_visits": { "visits": 3 } } ] },
  "reps": [ { "id": "anna", "minutes": 100 }, { "id": "ben", "minutes": 110 } ],
  "customers": [
    { "id": "a", "coverage": [ { "rep": "anna", "minutes_per_visit": 60, "revenue": [0, 61.5] }, { "rep": "ben", "minutes_per_visit": 70, "revenue": [0, 55] } ] },
    { "id": "b", "coverage": [ { "rep": "anna", "minutes_per_visit": 57, "revenue": [0, 57.03] }, { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, 60.7] } ] },
    { "id": "c", "coverage": [ { "rep": "anna", "minutes_per_visit": 52, "revenue": [0, 50.9] }, { "rep": "ben", "minutes_per_visit": 58, "revenue": [0, 59.01] } ] },
    { "id": "d", "coverage": [ { "rep": "anna", "minutes_per_visit": 49, "revenue": [0, 31] }, { "rep": "ben", "minutes_per_visit": 51, "revenue": [0, 33.33] } ] }
  ]
}"#;

/// No plan: four hours are committed, and there are three.
const TOO_MUCH: &str = r#"{
  "format": "visitplan-instance/1", "model": "field",
  "reps": [ { "id": "anna", "minutes": 180 } ],
  "customers": [
    { "id": "a", "visits": { "min": 1 }, "coverage": [ { "rep": "anna", "minutes_per_visit": 110, "revenue": [0, 5, 9] } ] },
    { "id": "b", "visits": { "min": 1 }, "coverage": [ { "rep": "anna", "minutes_per_visit": 130, "revenue": [0, 4] } ] }
  ]
}"#;

/// No plan: three visits of an hour do not go into twice 90 minutes, although each limit can be met alone.
const ONE_TOO_MANY: &str = r#"{
  "format": "visitplan-instance/1", "model": "field",
  "reps": [ { "id": "anna", "minutes": 90 }, { "id": "ben", "minutes": 90 } ],
  "customers": [
    { "id": "a", "visits": { "min": 1, "max": 2 }, "coverage": [ { "rep": "anna", "minutes_per_visit": 60 }, { "rep": "ben", "minutes_per_visit": 60 } ] },
    { "id": "b", "visits": { "min": 1, "max": 2 }, "coverage": [ { "rep": "anna", "minutes_per_visit": 60 }, { "rep": "ben", "minutes_per_visit": 60 } ] },
    { "id": "c", "visits": { "min": 1, "max": 2 }, "coverage": [ { "rep": "anna", "minutes_per_visit": 60 }, { "rep": "ben", "minutes_per_visit": 60 } ] }
  ]
}"#;

/// No plan: the calls may be made by either pool, the visits by either rep, and a rule holds them all together.
const SPLIT_BY_CALLS: &str = r#"{
  "format": "visitplan-instance/1",
  "model": { "format": "visitplan-model/1", "channels": "joint" },
  "reps": [],
  "telesales": [ { "id": "in", "minutes": 50, "minutes_per_call": 10, "effect_per_call": 0.5 }, { "id": "out", "minutes": 50, "minutes_per_call": 10, "effect_per_call": 0.5 } ],
  "customers": [
    { "id": "a", "calls": { "min": 3, "max": 4 }, "coverage": [] },
    { "id": "b", "calls": { "min": 3, "max": 4 }, "coverage": [] },
    { "id": "c", "calls": { "min": 3, "max": 4 }, "coverage": [] }
  ]
}"#;

fn read(bytes: &[u8]) -> Result<Instance, Refusal> {
    let no_files = |_: &str| Err("there are no files here".to_owned());
    Instance::read("sample.json", bytes, &ModelSource::Instance(&no_files))
}

fn valid(text: &str) -> (Instance, Problem) {
    let instance = read(text.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}"));
    let problem = Problem::new(&instance).expect("sums that fit");
    (instance, problem)
}

fn solve(instance: &Instance, problem: &Problem) -> Answer {
    let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
    exact::solve(instance, problem, Settings { gap: Gap(0), ..Settings::default() }, None, &mut control)
}

/// The text of the plan, or of the proof that there is none.
fn document(instance: &Instance, problem: &Problem) -> String {
    let text = match solve(instance, problem) {
        Answer::Plan(plan) => PlanDocument::new(instance, problem, &plan).to_text(),
        Answer::Infeasible(certificate) => InfeasibilityDocument::new(instance, &certificate).to_text(),
        Answer::Unknown(why) => panic!("no answer: {why:?}"),
    };
    verify(instance, problem, "document", &text).unwrap_or_else(|rejected| panic!("{rejected}"));
    text
}

/// Runs `work`; a panic is reported as that of `what`.
#[track_caller]
fn calm<T>(what: impl FnOnce() -> String, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| panic!("panics at {}", what()))
}

/// Every issue has a place inside the text, a problem and a remedy, and all can be printed on one line.
#[track_caller]
fn check_places(refusal: &Refusal, bytes: &[u8]) {
    let lines = bytes.split(|&byte| byte == b'\n').count();
    assert!(!refusal.issues.is_empty());
    for issue in &refusal.issues {
        assert_eq!(issue.file, "sample.json");
        assert!((1..=lines).contains(&issue.line) && issue.column >= 1, "{issue}");
        assert!(!issue.problem.is_empty() && !issue.remedy.is_empty() && issue.code.starts_with('E'), "{issue}");
        assert!(issue.to_string().contains(". Fix: "), "{issue}");
    }
}

mod instances {
    use super::*;

    #[test]
    fn the_sample_has_a_plan_that_uses_its_features() {
        let (instance, problem) = valid(RICH);
        assert_eq!((instance.reps.len(), instance.pools.len(), instance.customers.len()), (5, 2, 8));
        assert_eq!(instance.model.rules.len(), 9);
        let kinds = problem.rows.iter().map(|row| row.name.split(':').next().unwrap_or_default().to_owned());
        let mut kinds: Vec<String> = kinds.collect();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds, ["customers", "min", "rep", "rule", "telesales"]);
        let plan: Value = serde_json::from_str(&document(&instance, &problem)).expect("JSON");
        let assignments = plan["assignments"].as_array().expect("a list");
        assert!(assignments.iter().any(|one| one["visits"].as_u64() > Some(0)));
        assert!(assignments.iter().any(|one| one["calls"].as_u64() > Some(0)));
    }

    #[test]
    fn cut_at_any_byte_are_refused_with_the_place_of_the_cut() {
        for length in 0..RICH.len() {
            let bytes = &RICH.as_bytes()[..length];
            let refusal = calm(|| format!("length {length}"), || read(bytes)).expect_err("half an instance");
            check_places(&refusal, bytes);
            if let Ok(text) = std::str::from_utf8(bytes) {
                let last_line = text.trim_end().lines().count().max(1);
                let [issue] = &refusal.issues[..] else { panic!("one problem, not\n{refusal}") };
                assert!(issue.line >= last_line, "cut in line {last_line}: {issue}");
            }
        }
    }

    #[test]
    fn with_any_byte_replaced_are_read_or_refused_but_never_panic() {
        for at in 0..RICH.len() {
            for byte in [b'"', b'{', b'0', b'-', 0xff, b'\\', b'9', 0] {
                let mut bytes = RICH.as_bytes().to_vec();
                bytes[at] = byte;
                calm(
                    || format!("byte {at} = {byte:#x}"),
                    || match read(&bytes) {
                        Ok(instance) => drop(Problem::new(&instance)),
                        Err(refusal) => check_places(&refusal, &bytes),
                    },
                );
            }
        }
    }

    #[test]
    fn with_any_number_made_extreme_are_read_or_refused_but_never_panic() {
        for number in numbers(RICH) {
            for extreme in EXTREMES {
                let text = number.replaced(RICH, extreme);
                calm(
                    || format!("{} = {extreme}", number.pointer),
                    || match read(text.as_bytes()) {
                        Ok(instance) => drop(Problem::new(&instance)),
                        Err(refusal) => check_places(&refusal, text.as_bytes()),
                    },
                );
            }
        }
    }

    const EXTREMES: [&str; 14] = [
        "0",
        "-0.0",
        "-1",
        "0.5",
        "1e-7",
        "0.000001",
        "10000",
        "1000000",
        "99999999",
        "999999999999.99",
        "9007199254740993",
        "1e308",
        "-1e400",
        "123456789012345678901234567890123456789012345678901234567890",
    ];

    #[test]
    #[ignore = "fault: with a rule about minutes, times beyond 64 bits are multiplied before they are refused"]
    fn with_absurd_travel_times_are_refused_but_never_panic() {
        let absurd = r#"{ "format": "visitplan-instance/1",
          "model": { "format": "visitplan-model/1", "channels": "field",
            "travel": { "speed_kmh": 0.000001, "visits_per_tour": 0.000001, "detour": 100 },
            "rules": [ { "max_share": { "of": "minutes", "share": 0.5 } } ] },
          "reps": [ { "id": "anna", "hours": 3, "location": { "lat": 1, "lon": 1 } } ],
          "customers": [ { "id": "a", "potential": 100, "visit_value": 10, "location": { "lat": 50, "lon": 100 }, "coverage": [ { "rep": "anna" } ] } ] }"#;
        let instance = read(absurd.as_bytes()).expect("its numbers are in range one by one");
        assert!(calm(|| "Problem::new".to_owned(), || Problem::new(&instance)).is_err());
    }

    #[test]
    #[ignore = "fault: the cost of absurd travel times leaves the range of 128 bits before it is refused"]
    fn with_absurd_costs_are_refused_but_never_panic() {
        let absurd = r#"{ "format": "visitplan-instance/1",
          "model": { "format": "visitplan-model/1", "channels": "field", "visits": { "max": 10000 },
            "objective": "contribution", "economics": { "margin": 0.5, "cost_per_visit_hour": 1000000000000 },
            "travel": { "speed_kmh": 0.000001, "visits_per_tour": 0.000001, "detour": 100 } },
          "reps": [ { "id": "anna", "hours": 3, "location": { "lat": 1, "lon": 1 } } ],
          "customers": [ { "id": "a", "potential": 100, "visit_value": 10, "location": { "lat": 50, "lon": 100 }, "coverage": [ { "rep": "anna" } ] } ] }"#;
        let instance = read(absurd.as_bytes()).expect("its numbers are in range one by one");
        assert!(calm(|| "Problem::new".to_owned(), || Problem::new(&instance)).is_err());
    }

    #[test]
    #[ignore = "fault: the sum of base_revenue is not checked; the figures overflow"]
    fn with_an_absurd_base_revenue_are_refused_or_solved_but_never_panic() {
        let customer = |at: usize| format!(r#"{{"id": "c{at}", "base_revenue": 1000000000000, "coverage": []}}"#);
        let customers: Vec<String> = (0..92_300).map(customer).collect();
        let text = format!(
            r#"{{"format": "visitplan-instance/1", "model": "field", "reps": [], "customers": [{}]}}"#,
            customers.join(",")
        );
        let instance = read(text.as_bytes()).expect("its numbers are in range one by one");
        let Ok(problem) = Problem::new(&instance) else { return };
        calm(|| "the plan".to_owned(), || document(&instance, &problem));
    }

    #[test]
    fn nested_a_million_deep_are_refused_at_once() {
        let deep = 1_000_000;
        let lists = |close: bool| "[".repeat(deep) + &"]".repeat(if close { deep } else { 0 });
        let objects = |close: bool| r#"{"a":"#.repeat(deep) + if close { "1" } else { "" } + &"}".repeat(if close { deep } else { 0 });
        for nest in [lists(false), lists(true), objects(false), objects(true)] {
            let hosts = [
                "NEST".to_owned(),
                TINY.replace("\"Anna\"", "NEST"),
                TINY.replace("\"field\"", "NEST"),
                TINY.replace("\"EUR\"", "NEST, \"unknown\": NEST"),
                TINY.replace("220, 300", "NEST"),
                TINY.replace("\"id\": \"bakery\"", "\"tags\": NEST"),
                TINY.replacen("{ \"id\"", "NEST, { \"id\"", 1),
            ];
            for host in hosts {
                let text = host.replace("NEST", &nest);
                let start = Instant::now();
                let refusal = read(text.as_bytes()).expect_err("no instance");
                check_places(&refusal, text.as_bytes());
                // A scan takes milliseconds; whatever is quadratic takes minutes.
                assert!(start.elapsed() < Duration::from_secs(5), "{:?} for {host}", start.elapsed());
            }
        }
    }

    #[test]
    fn with_endless_numbers_are_refused_or_read_at_once() {
        let digits = "7".repeat(100_000);
        let zeros = "0".repeat(100_000);
        let long = [
            (digits.clone(), false),
            (format!("-{digits}"), false),
            (format!("0.{digits}"), false),
            (format!("1{zeros}"), false),
            (format!("1e{digits}"), false),
            (format!("2.{zeros}"), true),
            (format!("0.{zeros}1"), true),
            (format!("2e-{digits}"), true),
            (format!("0e{digits}"), true),
        ];
        for (number, readable) in long {
            let text = RICH.replace("\"potential\": 2500", &format!("\"potential\": {number}"));
            let start = Instant::now();
            assert_eq!(read(text.as_bytes()).is_ok(), readable, "{}…", &number[..20]);
            for field in ["\"lat\": 48.14", "\"fte\": 0.125", "\"weeks\": 13", "\"elasticity\": 0.5", "\"visits\": 15"] {
                let name = field.split(' ').next().unwrap_or_default();
                let text = RICH.replace(field, &format!("{name} {number}"));
                let _ = read(text.as_bytes()).map_err(|refusal| check_places(&refusal, text.as_bytes()));
            }
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        }
    }

    #[test]
    fn with_a_field_stated_twice_are_refused_wherever_it_stands() {
        let twice = [
            ("\"name\": \"Süd", "/name"),
            ("\"weeks\": 13", "/period/weeks"),
            ("\"fte\": 0.125", "/reps/0/work/fte"),
            ("\"region\": \"South\" }, \"x\"", ""),
            ("\"minutes_per_call\": 15", "/telesales/0/minutes_per_call"),
            ("\"fit\": 0.9", "/customers/1/coverage/0/fit"),
            ("\"mix\": true", "/model/mix"),
            ("\"tolerance\": 1", "/model/rules/8/max_changed_customers/tolerance"),
            ("\"active\": 0.4", "/model/anchor/win_rate/active"),
            ("\"size\": \"L\"", "/customers/4/tags/size"),
        ];
        for (field, pointer) in twice.into_iter().filter(|(field, _)| RICH.contains(field)) {
            let again = if field.ends_with("Süd") { "\"name\": \"\", \"name\": \"Süd".to_owned() } else { format!("{field}, {field}") };
            let refusal = read(RICH.replace(field, &again).as_bytes()).expect_err("twice");
            let issue = refusal.issues.iter().find(|issue| issue.problem.contains("stands twice"));
            assert_eq!(issue.unwrap_or_else(|| panic!("{refusal}")).pointer, pointer);
        }
        // An escape does not hide the second one.
        let hidden = RICH.replace("\"mix\": true", r#""mix": true, "\u006dix": false"#);
        assert!(read(hidden.as_bytes()).expect_err("twice").to_string().contains("stands twice"));
    }

    #[test]
    fn with_half_a_surrogate_pair_are_refused() {
        for place in ["\"name\": \"Anna K.\"", "\"id\": \"c-003\"", "\"currency\": \"EUR\""] {
            let name = place.split(' ').next().unwrap_or_default();
            for half in [r"\ud800", r"\udc00", r"\ud83d\ud83d", r"x\ud83dx"] {
                let refusal = read(RICH.replace(place, &format!("{name} \"{half}\"")).as_bytes()).expect_err("half a character");
                assert!(refusal.to_string().contains("broken \\u escape"), "{refusal}");
            }
            let refusal = read(RICH.replace(place, &format!("\"\\ud800\": 1, {place}")).as_bytes()).expect_err("half a character");
            assert!(refusal.to_string().contains("broken \\u escape"), "{refusal}");
        }
    }
}

mod ids {
    use super::*;

    const UNUSUAL: [&str; 14] = [
        "__proto__",
        "constructor",
        "北京东路-1",
        "🚗👩🏽‍⚕️",
        "مرحبا",
        "a/b~c",
        "../../etc/passwd",
        "CON",
        " padded ",
        "=HYPERLINK(\"x\")",
        "null",
        "rep:anna",
        "\\u0041",
        "é",
    ];

    #[test]
    fn of_any_script_come_back_as_they_were() {
        for id in UNUSUAL {
            let quoted = Value::from(id).to_string();
            let text = format!(
                r#"{{ "format": "visitplan-instance/1", "model": {{ "format": "visitplan-model/1", "channels": "joint" }},
                  "reps": [ {{ "id": {quoted}, "minutes": 100, "min_minutes": 10, "max_customers": 2 }} ],
                  "telesales": [ {{ "id": {quoted}, "minutes": 100, "minutes_per_call": 10, "effect_per_call": 0.5 }} ],
                  "customers": [ {{ "id": {quoted}, "owner": {quoted}, "potential": 100, "visit_value": 50, "tags": {{ {quoted}: {quoted} }} }},
                    {{ "id": "b", "potential": 10, "visit_value": 5, "calls": {{ "min": 1 }}, "coverage": [] }} ] }}"#
            );
            let (instance, problem) = valid(&text);
            assert_eq!((&*instance.reps[0].id, &*instance.customers[0].id, &*instance.pools[0].id), (id, id, id));
            assert_eq!(instance.customers[0].tags.get(id).map(String::as_str), Some(id));
            let written = document(&instance, &problem);
            let plan = ReadPlan::from_json("plan", &written, &instance).expect("a plan");
            assert_eq!((&*plan.assignments[0].customer, plan.assignments[0].rep.as_deref()), (id, Some(id)));
            assert_eq!(plan.assignments[1].pool.as_deref(), Some(id));
            assert!(plan.prices.iter().any(|(row, _)| row.strip_prefix("rep:") == Some(id)));
        }
    }

    #[test]
    fn that_differ_in_any_byte_are_different() {
        // The same letter composed and decomposed, in two cases, with and without a blank.
        let ids = ["é", "e\u{301}", "É", "é "];
        let customers: Vec<String> = ids.iter().map(|id| format!(r#"{{"id": "{id}", "coverage": []}}"#)).collect();
        let text = format!(
            r#"{{"format": "visitplan-instance/1", "reps": [], "customers": [{}]}}"#,
            customers.join(",")
        );
        let (instance, _) = valid(&text);
        let read: Vec<&str> = instance.customers.iter().map(|customer| &*customer.id).collect();
        assert_eq!(read, ids);
    }

    #[test]
    fn that_nobody_could_read_are_refused() {
        let long = "x".repeat(257);
        for id in ["", "a\nb", "a\u{0}b", "\u{7f}", "\u{85}", "a\u{202e}b", "\u{2066}", "\u{2028}", &long] {
            let text = TINY.replace("\"bakery\"", &Value::from(id).to_string());
            let refusal = read(text.as_bytes()).expect_err("no id");
            check_places(&refusal, text.as_bytes());
            assert_eq!((refusal.issues[0].code, &*refusal.issues[0].pointer), ("E207", "/customers/0/id"), "{id:?}");
        }
        let longest = "x".repeat(256);
        valid(&TINY.replace("bakery", &longest));
    }
}

/// One number of a JSON text.
#[derive(Debug)]
struct Number {
    pointer: String,
    place: Range<usize>,
}

impl Number {
    fn replaced(&self, text: &str, by: &str) -> String {
        [&text[..self.place.start], by, &text[self.place.end..]].concat()
    }
}

/// The numbers of a JSON text, in its order.
fn numbers(text: &str) -> Vec<Number> {
    /// Reads the value at `at` and gives the place behind it.
    fn value(text: &str, at: usize, pointer: &str, found: &mut Vec<Number>) -> usize {
        let bytes = text.as_bytes();
        match bytes[at] {
            open @ (b'{' | b'[') => {
                let mut at = blank(text, at + 1);
                for index in 0.. {
                    if matches!(bytes[at], b'}' | b']') {
                        return at + 1;
                    }
                    let mut step = index.to_string();
                    if open == b'{' {
                        let end = string(text, at);
                        text[at + 1..end - 1].clone_into(&mut step);
                        at = blank(text, blank(text, end) + 1);
                    }
                    at = blank(text, value(text, at, &format!("{pointer}/{step}"), found));
                    if bytes[at] == b',' {
                        at = blank(text, at + 1);
                    }
                }
                unreachable!("lists end")
            }
            b'"' => string(text, at),
            _ => {
                let end = at + text[at..].find([',', '}', ']', ' ', '\n']).unwrap_or(text.len() - at);
                if !bytes[at].is_ascii_alphabetic() {
                    found.push(Number { pointer: pointer.to_owned(), place: at..end });
                }
                end
            }
        }
    }
    fn blank(text: &str, at: usize) -> usize {
        at + text[at..].len() - text[at..].trim_start().len()
    }
    fn string(text: &str, at: usize) -> usize {
        let mut end = at + 1;
        while text.as_bytes()[end] != b'"' {
            end += if text.as_bytes()[end] == b'\\' { 2 } else { 1 };
        }
        end + 1
    }
    let mut found = Vec::new();
    value(text, 0, "", &mut found);
    found
}

/// Other numbers than the one written, each with what was done to it.
fn others(written: &str) -> Vec<(&'static str, String)> {
    let number: f64 = written.parse().expect("a number");
    let changed = [
        ("+1", (number + 1.0).to_string()),
        ("-1", (number - 1.0).to_string()),
        ("zero", "0".to_owned()),
        ("doubled", (number * 2.0).to_string()),
        ("negated", (-number).to_string()),
        ("1e308", "1e308".to_owned()),
        ("60 digits", "1234567890".repeat(6)),
        ("+0.5", (number + 0.5).to_string()),
        ("+0.000000001", (number + 1e-9).to_string()),
    ];
    changed.into_iter().filter(|(_, other)| other.parse::<f64>().is_ok_and(|other| other != number)).collect()
}

mod plans {
    use super::*;

    /// What a plan claims.
    const CLAIMS: [&str; 11] = [
        "format",
        "status",
        "stopped_by",
        "revenue",
        "value",
        "bound",
        "gap",
        "proven_by",
        "certified_bound",
        "certified_gap",
        "assignments",
    ];

    fn claims(text: &str) -> Option<Vec<String>> {
        let document: Value = serde_json::from_str(text).ok()?;
        let claims = CLAIMS.into_iter().chain(["uncovered"]).map(|name| in_one_spelling(&document[name]));
        Some(claims.collect())
    }

    /// A value in which equal numbers are spelt alike.
    fn in_one_spelling(value: &Value) -> String {
        match value {
            Value::Number(number) => format!("{:?}", number.as_f64().map(|number| number + 0.0)),
            Value::Array(list) => list.iter().map(in_one_spelling).collect::<Vec<_>>().join(","),
            Value::Object(map) => map.iter().map(|(name, value)| format!("{name}:{}", in_one_spelling(value))).collect(),
            other => other.to_string(),
        }
    }

    /// The bound that the rows of a certificate prove, worked out once more from the definition.
    fn bound_of(problem: &Problem, document: &Value) -> i128 {
        let certificate = &document["certificate"];
        let denominator = whole(&certificate["denominator"]);
        let price = |row: usize| price_of(&certificate["rows"], &problem.rows[row].name);
        let capacity: i128 = (0..problem.rows.len()).map(|row| price(row) * i128::from(problem.rows[row].capacity)).sum();
        let best = |customer: usize| {
            let reduced = |choice: Choice| {
                let mut sum = denominator * i128::from(problem.value(choice));
                problem.for_each_use(customer, choice, |row, amount| sum -= price(row) * i128::from(amount));
                sum
            };
            problem.choices(customer).map(reduced).max().expect("an option")
        };
        let sum = capacity + (0..problem.customers()).map(best).sum::<i128>();
        // Every plan has the value of the first options plus a multiple of g.
        let first = |customer: usize| problem.choices(customer).next().map_or(0, |choice| i128::from(problem.value(choice)));
        let first: i128 = (0..problem.customers()).map(first).sum();
        let grain = i128::from(problem.granularity());
        if grain == 0 { first } else { first + grain * (sum - denominator * first).div_euclid(denominator * grain) }
    }

    pub fn price_of(rows: &Value, name: &str) -> i128 {
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        rows.iter().find(|row| row["row"] == name).map_or(0, |row| whole(&row["price"]))
    }

    pub fn whole(number: &Value) -> i128 {
        number.as_i64().map_or_else(|| number.as_f64().expect("a number") as i128, i128::from)
    }

    fn cents(number: &Value) -> i128 {
        (number.as_f64().expect("a number") * 100.0).round() as i128
    }

    /// Verifies the document with each of its numbers changed, one at a time, and gives the changes that were accepted.
    /// Whatever is accepted must claim what the plan claimed, and its certificate must still prove that.
    fn accepted_changes(instance: &Instance, problem: &Problem, text: &str) -> Vec<String> {
        let claimed = claims(text);
        let mut accepted = Vec::new();
        for number in numbers(text) {
            for (change, other) in others(&text[number.place.clone()]) {
                let changed = number.replaced(text, &other);
                let what = || format!("{} {change}", number.pointer);
                if calm(what, || verify(instance, problem, "plan", &changed)).is_ok() {
                    assert_eq!(claims(&changed), claimed, "{} is accepted as {other}", number.pointer);
                    let document: Value = serde_json::from_str(&changed).expect("JSON");
                    let stated = if document["proven_by"] == "solver" { &document["certified_bound"] } else { &document["bound"] };
                    assert_eq!(bound_of(problem, &document), cents(stated), "{} is accepted as {other}", number.pointer);
                    accepted.push(what());
                }
            }
        }
        accepted
    }

    #[test]
    fn proven_by_prices_are_rejected_with_any_other_number() {
        let (instance, problem) = valid(TINY);
        let text = document(&instance, &problem);
        assert!(text.contains(r#""proven_by": "prices""#));
        assert!(numbers(&text).len() > 80);
        assert_eq!(accepted_changes(&instance, &problem, &text), [""; 0]);
    }

    #[test]
    fn proven_by_the_solver_are_rejected_with_any_other_number() {
        let (instance, problem) = valid(KNAPSACKS);
        let Answer::Plan(plan) = solve(&instance, &problem) else { panic!("there is a plan") };
        assert_eq!(plan.proven_by, ProvenBy::Solver, "the sample is one that prices alone do not prove");
        let text = PlanDocument::new(&instance, &problem, &plan).to_text();
        assert_eq!(accepted_changes(&instance, &problem, &text), [""; 0]);
    }

    #[test]
    fn with_every_feature_are_rejected_with_any_other_number() {
        let (instance, problem) = valid(RICH);
        let text = document(&instance, &problem);
        assert_eq!(accepted_changes(&instance, &problem, &text), [""; 0]);
    }
}
