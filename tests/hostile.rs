//! Input that is broken, absurd or a lie: instances are refused with a place, plans are rejected, nothing panics.
//!
//! Tests marked `ignore` state what is right and fail today; the mark names the fault. `--ignored` runs them.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::Value;
use visitplan::engine::{Answer, Control, Engine, Settings};
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
    Engine::Exact.solve(instance, problem, Settings { gap: Gap(0), ..Settings::default() }, None, &mut control)
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

    /// A customer on the other side of the world, under a model with these fields beside its travel.
    fn far_away(fields: &str) -> String {
        format!(
            r#"{{ "format": "visitplan-instance/1",
              "model": {{ "format": "visitplan-model/1", "channels": "field", {fields},
                "travel": {{ "speed_kmh": 0.000001, "visits_per_tour": 0.000001, "detour": 100 }} }},
              "reps": [ {{ "id": "anna", "hours": 3, "location": {{ "lat": 1, "lon": 1 }} }} ],
              "customers": [ {{ "id": "a", "potential": 100, "visit_value": 10, "location": {{ "lat": 50, "lon": 100 }},
                "coverage": [ {{ "rep": "anna" }} ] }} ] }}"#
        )
    }

    #[test]
    fn with_absurd_travel_times_or_costs_are_refused_but_never_panic() {
        for fields in [
            r#""rules": [ { "max_share": { "of": "minutes", "share": 0.5 } } ]"#,
            r#""visits": { "max": 10000 }, "objective": "contribution",
               "economics": { "margin": 0.5, "cost_per_visit_hour": 1000000000000 }"#,
        ] {
            let absurd = far_away(fields);
            assert!(read(absurd.as_bytes()).is_err(), "such speeds and tours are out of range");
            let largest = absurd.replace("0.000001", "1");
            let instance = read(largest.as_bytes()).expect("its numbers are in range one by one");
            let _ = calm(|| fields.to_owned(), || Problem::new(&instance));
        }
    }

    #[test]
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
        let objects = |close: bool| {
            r#"{"a":"#.repeat(deep) + if close { "1" } else { "" } + &"}".repeat(if close { deep } else { 0 })
        };
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
            for field in ["\"lat\": 48.14", "\"fte\": 0.125", "\"weeks\": 13", "\"elasticity\": 0.5", "\"visits\": 15"]
            {
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
            ("\"currency\": \"EUR\"", "/currency"),
            ("\"weeks\": 13", "/period/weeks"),
            ("\"fte\": 0.125", "/reps/0/work/fte"),
            ("\"minutes_per_call\": 15", "/telesales/0/minutes_per_call"),
            ("\"fit\": 0.9", "/customers/1/coverage/0/fit"),
            ("\"size\": \"L\"", "/customers/4/tags/size"),
            ("\"mix\": true", "/model/mix"),
            ("\"new\": 0.25", "/model/anchor/win_rate/new"),
            ("\"no-see\": { \"visits\": { \"max\": 0 } }", "/model/segments/no-see"),
            ("\"tolerance\": 1", "/model/rules/8/max_changed_customers/tolerance"),
        ];
        for (field, pointer) in twice {
            let refusal = read(RICH.replace(field, &format!("{field}, {field}")).as_bytes()).expect_err("twice");
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
                let refusal =
                    read(RICH.replace(place, &format!("{name} \"{half}\"")).as_bytes()).expect_err("half a character");
                assert!(refusal.to_string().contains("broken \\u escape"), "{refusal}");
            }
            let refusal = read(RICH.replace(place, &format!("\"\\ud800\": 1, {place}")).as_bytes())
                .expect_err("half a character");
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
            assert_eq!(instance.customers[0].tags.get(id), Some(id));
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
        let text =
            format!(r#"{{"format": "visitplan-instance/1", "reps": [], "customers": [{}]}}"#, customers.join(","));
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
    ];
    changed.into_iter().filter(|(_, other)| other.parse::<f64>().is_ok_and(|other| other != number)).collect()
}

mod plans {
    use super::*;

    /// What a plan claims, beside its assignments and whom they leave out.
    const CLAIMS: [&str; 10] = [
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
    ];
    const ASSIGNMENT: [&str; 8] = ["customer", "rep", "visits", "pool", "calls", "minutes", "call_minutes", "revenue"];

    /// The claims of a plan, equal numbers spelt alike; what is absent is null.
    fn claims(text: &str) -> Option<Vec<String>> {
        let document: Value = serde_json::from_str(text).ok()?;
        let spelt =
            |value: &Value| value.as_f64().map_or_else(|| value.to_string(), |number| format!("{:?}", number + 0.0));
        let mut claims: Vec<String> = CLAIMS.iter().map(|name| spelt(&document[name])).collect();
        for assignment in document["assignments"].as_array()? {
            claims.extend(ASSIGNMENT.iter().map(|name| spelt(&assignment[name])));
        }
        claims.extend(document["uncovered"].as_array()?.iter().map(spelt));
        Some(claims)
    }

    /// The bound that the rows of a certificate prove, worked out once more from the definition.
    fn bound_of(problem: &Problem, document: &Value) -> i128 {
        let certificate = &document["certificate"];
        let denominator = whole(&certificate["denominator"]);
        let price = |row: usize| price_of(&certificate["rows"], &problem.rows[row].name);
        let capacity: i128 =
            (0..problem.rows.len()).map(|row| price(row) * i128::from(problem.rows[row].capacity)).sum();
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
        let first =
            |customer: usize| problem.choices(customer).next().map_or(0, |choice| i128::from(problem.value(choice)));
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

    /// Whatever is accepted must claim what the plan claimed, and its certificate must still prove that.
    #[track_caller]
    fn check_accepted(problem: &Problem, original: &str, changed: &str, what: &str) {
        assert_eq!(claims(changed), claims(original), "accepted with {what}");
        let document: Value = serde_json::from_str(changed).expect("JSON");
        let by_solver = document["proven_by"] == "solver";
        let stated = if by_solver { &document["certified_bound"] } else { &document["bound"] };
        assert_eq!(bound_of(problem, &document), cents(stated), "accepted with {what}");
    }

    /// Verifies the document with each of its numbers changed, one at a time, and gives the changes that were accepted.
    fn accepted_changes(instance: &Instance, problem: &Problem, text: &str) -> Vec<String> {
        let mut accepted = Vec::new();
        for number in numbers(text) {
            for (change, other) in others(&text[number.place.clone()]) {
                let changed = number.replaced(text, &other);
                let what = format!("{} {change}", number.pointer);
                if calm(|| what.clone(), || verify(instance, problem, "plan", &changed)).is_ok() {
                    check_accepted(problem, text, &changed, &what);
                    accepted.push(what);
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

    /// Factors are read to six decimals, and prices for people are binary numbers compared to nine digits: there, and
    /// nowhere else, a change in the ninth decimal is none.
    #[test]
    fn are_accepted_with_a_change_below_the_precision_of_their_numbers_only() {
        for text in [TINY, KNAPSACKS, RICH] {
            let (instance, problem) = valid(text);
            let text = document(&instance, &problem);
            for number in numbers(&text) {
                let nudged = text[number.place.clone()].parse::<f64>().expect("a number") + 1e-9;
                let changed = number.replaced(&text, &nudged.to_string());
                if verify(&instance, &problem, "plan", &changed).is_ok() {
                    check_accepted(&problem, &text, &changed, &number.pointer);
                    let imprecise = number.pointer.starts_with("/model/") || number.pointer.starts_with("/prices/");
                    assert!(imprecise, "{} is accepted as {nudged}", number.pointer);
                }
            }
        }
    }

    #[test]
    fn cut_at_any_byte_are_unreadable() {
        let (instance, problem) = valid(TINY);
        let text = document(&instance, &problem);
        for length in 0..text.trim_end().len() {
            let verdict = calm(|| format!("length {length}"), || verify(&instance, &problem, "plan", &text[..length]));
            assert!(matches!(verdict, Err(Rejected::Unreadable(_))), "{length}: {verdict:?}");
        }
    }

    #[test]
    fn with_any_byte_replaced_claim_the_same_or_are_rejected_but_never_panic() {
        for text in [TINY, KNAPSACKS] {
            let (instance, problem) = valid(text);
            let text = document(&instance, &problem);
            for at in 0..text.len() {
                for byte in *br#""{0-\97x"# {
                    let mut bytes = text.clone().into_bytes();
                    bytes[at] = byte;
                    let changed = String::from_utf8(bytes).expect("the plan is ASCII");
                    let what = format!("byte {at} = {:?}", char::from(byte));
                    if calm(|| what.clone(), || verify(&instance, &problem, "plan", &changed)).is_ok() {
                        check_accepted(&problem, &text, &changed, &what);
                    }
                    // As a plan to start from it is read without being verified.
                    calm(|| what.clone(), || drop(ReadPlan::from_json("plan", &changed, &instance)));
                }
            }
        }
    }

    #[test]
    fn with_an_assignment_dropped_doubled_moved_or_hidden_are_rejected() {
        for text in [TINY, RICH] {
            let (instance, problem) = valid(text);
            let original: Value = serde_json::from_str(&document(&instance, &problem)).expect("JSON");
            let count = original["assignments"].as_array().expect("a list").len();
            for at in 0..count {
                let changes: [fn(&mut Vec<Value>, usize); 4] = [
                    |list, at| drop(list.remove(at)),
                    |list, at| list.push(list[at].clone()),
                    |list, at| list.insert(at, list[at].clone()),
                    |list, at| list.rotate_left(at + 1),
                ];
                for (number, change) in
                    changes.into_iter().enumerate().filter(|(number, _)| *number != 3 || at + 1 < count)
                {
                    let mut changed = original.clone();
                    change(changed["assignments"].as_array_mut().expect("a list"), at);
                    let verdict = verify(&instance, &problem, "plan", &changed.to_string());
                    assert!(verdict.is_err(), "change {number} of assignment {at}: {verdict:?}");
                }
                let mut hidden = original.clone();
                let left = hidden["assignments"].as_array_mut().expect("a list").remove(at)["customer"].take();
                hidden["uncovered"].as_array_mut().expect("a list").push(left);
                assert!(verify(&instance, &problem, "plan", &hidden.to_string()).is_err());
            }
        }
    }

    #[test]
    fn that_are_worse_are_accepted_only_if_they_say_so() {
        let (instance, problem) = valid(TINY);
        let mut plan: Value = serde_json::from_str(&document(&instance, &problem)).expect("JSON");
        // Without the hotel the plan is worth 640 of 880.
        let hotel = plan["assignments"].as_array_mut().expect("a list").remove(2)["customer"].take();
        plan["uncovered"] = Value::Array(vec![hotel]);
        plan["figures"] = Value::Object(serde_json::Map::new());
        for sum in ["revenue", "value"] {
            plan[sum] = 640.into();
        }
        plan["gap"] = serde_json::from_str("0.272727273").expect("a number");
        let verdict = |plan: &Value| verify(&instance, &problem, "plan", &plan.to_string());
        assert!(matches!(verdict(&plan), Err(Rejected::WrongClaim { said: "optimal", .. })));
        plan["status"] = "within_gap".into();
        let Ok(Verified::Plan { value, certified, .. }) = verdict(&plan) else { panic!("{:?}", verdict(&plan)) };
        assert_eq!((value.0, certified.0), (64_000, 88_000));
        // Whatever prices it states, they never prove 640.
        plan["status"] = "optimal".into();
        plan["bound"] = 640.into();
        plan["gap"] = 0.into();
        plan["prices"] = Value::Object(serde_json::Map::new());
        for anna in (0..1000).step_by(50) {
            for ben in (0..1000).step_by(50) {
                plan["certificate"]["rows"][0]["price"] = anna.into();
                plan["certificate"]["rows"][1]["price"] = ben.into();
                assert!(verdict(&plan).is_err(), "{anna} and {ben}");
            }
        }
    }

    #[test]
    fn that_are_absurd_are_rejected_at_once() {
        let (instance, problem) = valid(TINY);
        let text = document(&instance, &problem);
        let deep = |open: &str| open.repeat(1_000_000);
        let closed = |open: &str, close: &str| deep(open) + "1" + &deep(close);
        let digits = "7".repeat(100_000);
        let absurd = [
            deep("["),
            deep(r#"{"format":"#),
            closed("[", "]"),
            closed(r#"{"format":"#, "}"),
            text.replace("\"uncovered\": []", &format!("\"uncovered\": {}", closed("[", "]"))),
            text.replace("\"price\": 200", &format!("\"price\": {}", closed("[", "]"))),
            text.replace("\"price\": 200", &format!("\"price\": {digits}")),
            text.replace("\"value\": 880", &format!("\"value\": {digits}")),
            text.replace("\"gap\": 0.0", &format!("\"gap\": {digits}")),
            text.replace("\"rep:anna\": 120.0", &format!("\"rep:anna\": {digits}")),
            text.replace("\"denominator\": 1", &format!("\"denominator\": 1e{digits}")),
            text.replace("\"value\": 880", "\"value\": 880, \"value\": 880"),
            text.replace("\"rep:anna\": 120.0", "\"rep:anna\": 120.0, \"rep:anna\": 120.0"),
            text.replace("\"price\": 200", "\"price\": 200, \"price\": 200"),
            text.replace(
                "{ \"row\": \"rep:anna\", \"price\": 200 }",
                &vec!["{ \"row\": \"rep:anna\", \"price\": 200 }"; 10_000].join(","),
            ),
        ];
        for changed in absurd {
            let start = Instant::now();
            let verdict = verify(&instance, &problem, "plan", &changed);
            let shown: String = changed.chars().take(60).collect();
            assert!(verdict.is_err(), "{shown}…: {verdict:?}");
            assert!(start.elapsed() < Duration::from_secs(5), "{shown}…: {:?}", start.elapsed());
        }
    }

    #[test]
    fn with_an_infinite_price_are_rejected() {
        let (instance, problem) = valid(TINY);
        let text = document(&instance, &problem);
        let changed = text
            .replace("\"rep:anna\": 120.0", "\"rep:anna\": 1e999")
            .replace("\"rep:ben\": 60.0", "\"rep:ben\": 1e999");
        assert!(verify(&instance, &problem, "plan", &changed).is_err());
    }

    #[test]
    fn with_figures_that_are_wrong_in_a_strange_way_are_rejected() {
        let (instance, problem) = valid(TINY);
        let text = document(&instance, &problem);
        let deep = "[".repeat(200) + &"]".repeat(200);
        for strange in [
            "\"visits\": 1e999".to_owned(),
            format!("\"visits\": 99, \"x\": {deep}"),
            "\"visits\": 99, \"visits\": 3".to_owned(),
        ] {
            let changed = text.replace("\"visits\": 3,", &(strange.clone() + ","));
            assert_ne!(changed, text);
            assert!(verify(&instance, &problem, "plan", &changed).is_err(), "{strange}");
        }
    }
}

mod proofs_that_there_is_no_plan {
    use super::plans::{price_of, whole};
    use super::*;

    const INFEASIBLE: [&str; 3] = [TOO_MUCH, ONE_TOO_MANY, SPLIT_BY_CALLS];

    /// The same instance with enough time, so that there is a plan.
    fn roomy(text: &str) -> String {
        let text = text.replace("\"minutes\": 180", "\"minutes\": 240");
        text.replace("\"minutes\": 90", "\"minutes\": 120").replace("\"minutes\": 50", "\"minutes\": 60")
    }

    /// Whether a certificate proves that there is no plan, worked out once more from the definition.
    fn proves(instance: &Instance, problem: &Problem, certificate: &Value) -> bool {
        let all: Vec<Vec<Choice>> =
            (0..problem.customers()).map(|customer| problem.choices(customer).collect()).collect();
        match certificate["tree"]["nodes"].as_array() {
            Some(nodes) => branch_is_empty(instance, problem, certificate, nodes, 0, &all),
            None => leaf_is_empty(problem, &all, |row| price_of(&certificate["rows"], row)),
        }
    }

    /// Whether no plan of these options is left: with every value 0 the sum is below 0, or somebody has no option.
    fn leaf_is_empty(problem: &Problem, left: &[Vec<Choice>], price: impl Fn(&str) -> i128) -> bool {
        let capacity: i128 = problem.rows.iter().map(|row| price(&row.name) * i128::from(row.capacity)).sum();
        let best = |(customer, choices): (usize, &Vec<Choice>)| {
            let used = |choice: &Choice| {
                let mut used = 0;
                problem.for_each_use(customer, *choice, |row, amount| {
                    used += price(&problem.rows[row].name) * i128::from(amount);
                });
                -used
            };
            choices.iter().map(used).max()
        };
        match left.iter().enumerate().map(best).sum::<Option<i128>>() {
            Some(sum) => capacity + sum < 0,
            None => true,
        }
    }

    fn branch_is_empty(
        instance: &Instance,
        problem: &Problem,
        certificate: &Value,
        nodes: &[Value],
        at: usize,
        left: &[Vec<Choice>],
    ) -> bool {
        let node = &nodes[at];
        if let Some(leaf) = node.get("leaf") {
            let own = |row: &str| leaf["rows"].as_array().is_some_and(|rows| rows.iter().any(|one| one["row"] == row));
            return leaf_is_empty(problem, left, |row| {
                price_of(if own(row) { &leaf["rows"] } else { &certificate["rows"] }, row)
            });
        }
        let split = &node["split"];
        let customer =
            instance.customers.iter().position(|customer| split["customer"] == *customer.id).expect("a customer");
        let holds = |choice: &Choice| {
            let lane = choice.lane().map(|index| problem.lane(index));
            if let Some(id) = split["rep"].as_str() {
                let rep = lane.and_then(|lane| lane.rep);
                return choice.visits > 0 && rep.is_some_and(|rep| *instance.reps[rep as usize].id == *id);
            }
            if let Some(id) = split["pool"].as_str() {
                let pool = lane.and_then(|lane| lane.pool);
                return pool.is_some_and(|pool| *instance.pools[pool as usize].id == *id);
            }
            if split["visits"].is_number() {
                return i128::from(choice.visits) >= whole(&split["visits"]);
            }
            i128::from(lane.map_or(0, |lane| lane.calls)) >= whole(&split["calls"])
        };
        ["yes", "no"].into_iter().all(|answer| {
            let mut part = left.to_vec();
            part[customer].retain(|choice| holds(choice) == (answer == "yes"));
            branch_is_empty(instance, problem, certificate, nodes, whole(&node[answer]) as usize, &part)
        })
    }

    #[test]
    fn come_in_both_kinds_and_hold() {
        for (text, by_tree) in INFEASIBLE.into_iter().zip([false, true, true]) {
            let (instance, problem) = valid(text);
            let proof: Value = serde_json::from_str(&document(&instance, &problem)).expect("JSON");
            assert_eq!(proof["format"], "visitplan-infeasible/1");
            assert_eq!(proof["certificate"]["tree"].is_object(), by_tree);
            assert!(proves(&instance, &problem, &proof["certificate"]));
        }
    }

    /// Other prices may prove the same: whatever is accepted is worked out once more.
    #[test]
    fn are_accepted_with_another_number_only_if_they_still_prove_it() {
        for text in INFEASIBLE {
            let (instance, problem) = valid(text);
            let text = document(&instance, &problem);
            let mut accepted = Vec::new();
            for number in numbers(&text) {
                for (change, other) in others(&text[number.place.clone()]) {
                    let changed = number.replaced(&text, &other);
                    let what = format!("{} {change}", number.pointer);
                    if let Ok(verified) = calm(|| what.clone(), || verify(&instance, &problem, "proof", &changed)) {
                        assert!(matches!(verified, Verified::Infeasible { .. }), "{what}: {verified:?}");
                        let document: Value = serde_json::from_str(&changed).expect("JSON");
                        assert!(proves(&instance, &problem, &document["certificate"]), "{what} is accepted");
                        assert!(what.starts_with("/certificate/"), "{what} is accepted");
                        accepted.push(what);
                    }
                }
            }
            if text.contains("\"tree\"") {
                continue;
            }
            assert_eq!(accepted, ["/certificate/rows/0/price +1", "/certificate/rows/0/price doubled"]);
        }
    }

    #[test]
    fn are_rejected_for_an_instance_that_has_a_plan_whatever_number_is_changed() {
        for text in INFEASIBLE {
            let (instance, problem) = valid(text);
            let (other, other_problem) = valid(&roomy(text));
            assert!(document(&other, &other_problem).contains("visitplan-plan/1"));
            let forged = document(&instance, &problem).replace(&instance.sha256, &other.sha256);
            assert!(matches!(verify(&other, &other_problem, "proof", &forged), Err(Rejected::Unproven(_))));
            for number in numbers(&forged) {
                for (change, value) in others(&forged[number.place.clone()]) {
                    let changed = number.replaced(&forged, &value);
                    let what = format!("{} {change}", number.pointer);
                    let verdict = calm(|| what.clone(), || verify(&other, &other_problem, "proof", &changed));
                    assert!(verdict.is_err(), "{what}: {verdict:?}");
                }
            }
        }
    }

    #[test]
    fn cut_at_any_byte_are_unreadable_and_with_any_byte_replaced_never_panic() {
        let (instance, problem) = valid(ONE_TOO_MANY);
        let text = document(&instance, &problem);
        for at in 0..text.trim_end().len() {
            let verdict = calm(|| format!("length {at}"), || verify(&instance, &problem, "proof", &text[..at]));
            assert!(matches!(verdict, Err(Rejected::Unreadable(_))), "{at}: {verdict:?}");
            for byte in *br#""{0-\97x"# {
                let mut bytes = text.clone().into_bytes();
                bytes[at] = byte;
                let changed = String::from_utf8(bytes).expect("the proof is ASCII");
                let what = format!("byte {at} = {:?}", char::from(byte));
                if calm(|| what.clone(), || verify(&instance, &problem, "proof", &changed)).is_ok() {
                    let document: Value = serde_json::from_str(&changed).expect("JSON");
                    assert!(proves(&instance, &problem, &document["certificate"]), "{what}");
                }
            }
        }
    }

    /// A tree whose "no" branches hang below each other.
    fn chain(text: &str, splits: usize) -> String {
        let mut nodes = Vec::new();
        for split in 0..splits {
            let (yes, no) = (2 * split + 1, 2 * split + 2);
            nodes.push(format!(
                r#"{{"split": {{"customer": "a", "visits": 10000}}, "yes": {yes}, "no": {no}}}, {{"leaf": {{}}}}"#
            ));
        }
        nodes.push(r#"{"leaf": {}}"#.to_owned());
        let tree = text.find("\"tree\"").expect("a tree");
        format!("{}\"tree\": {{\"nodes\": [{}]}}}}}}", &text[..tree], nodes.join(","))
    }

    #[test]
    fn with_trees_that_are_none_are_rejected() {
        let (instance, problem) = valid(ONE_TOO_MANY);
        let text = document(&instance, &problem);
        let tree = text.find("\"tree\"").expect("a tree");
        let split = r#""split": {"customer": "a", "rep": "anna"}"#;
        let wrong = [
            String::new(),
            "{}".to_owned(),
            r#"{"leaf": {}}"#.to_owned(),
            format!(r#"{{{split}, "yes": 0, "no": 0}}"#),
            format!(r#"{{{split}, "yes": 1, "no": 1}}, {{"leaf": {{}}}}"#),
            format!(r#"{{{split}, "yes": 1, "no": 2}}, {{"leaf": {{}}}}"#),
            format!(r#"{{{split}, "yes": 1, "no": 99}}, {{"leaf": {{}}}}"#),
            format!(r#"{{{split}, "yes": 1, "no": 2}}, {{{split}, "yes": 0, "no": 2}}, {{"leaf": {{}}}}"#),
            r#"{"split": {"customer": "nobody", "rep": "anna"}, "yes": 1, "no": 2}"#.to_owned(),
            r#"{"split": {"customer": "a", "rep": "nobody"}, "yes": 1, "no": 2}"#.to_owned(),
            r#"{"split": {"customer": "a"}, "yes": 1, "no": 2}"#.to_owned(),
            r#"{"split": {"customer": "a", "visits": 1, "calls": 1}, "yes": 1, "no": 2}"#.to_owned(),
            r#"{"leaf": {"rows": [{"row": "rep:anna", "price": -1}]}}"#.to_owned(),
            r#"{"leaf": {"rows": [{"row": "rep:anna", "price": 9007199254740992}]}}"#.to_owned(),
        ];
        for nodes in wrong {
            let changed = format!("{}\"tree\": {{\"nodes\": [{nodes}]}}}}}}", &text[..tree]);
            let verdict = calm(|| nodes.clone(), || verify(&instance, &problem, "proof", &changed));
            assert!(verdict.is_err() && !matches!(verdict, Err(Rejected::Unreadable(_))), "{nodes}: {verdict:?}");
        }
        assert!(verify(&instance, &problem, "proof", &chain(&text, 100)).is_err());
    }

    #[test]
    fn with_deep_trees_are_rejected_at_once() {
        let (instance, problem) = valid(ONE_TOO_MANY);
        let deep = chain(&document(&instance, &problem), 30_000);
        let start = Instant::now();
        assert!(verify(&instance, &problem, "proof", &deep).is_err());
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
