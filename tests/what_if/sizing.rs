//! The sizing curve: nested teams, each planned as a separate search would, and what is said of the steps between them.

use serde_json::{Value, json};
use visitplan::engine::{Answer, Control, Engine, Settings};
use visitplan::instance::{ModelSource, WithText};
use visitplan::plan::Gap;
use visitplan::problem::Problem;
use visitplan::what_if::Scenario;

use super::folder::{Folder, cents};
use super::{lines, quarter};

/// Twelve reps and a position to fill, with few customers so that separate exact searches are quick.
fn small() -> Value {
    let mut instance = quarter();
    instance["customers"].as_array_mut().expect("a list").truncate(36);
    for rep in instance["reps"].as_array_mut().expect("a list") {
        rep.as_object_mut().expect("an object").remove("work");
        rep["hours"] = json!(14);
    }
    instance
}

fn no_files(name: &str) -> Result<String, String> {
    Err(format!("{name} is no file here"))
}

#[test]
fn at_gap_0_every_point_is_what_a_separate_exact_search_for_that_team_proves() {
    let text = small().to_string();
    let folder = Folder::with(&[("i.json", &text)]);
    let run = folder.run("what-if i.json --reps 9..15 --gap 0 --deterministic --plans plans").ends_with(0);
    let lines = lines(&run);
    assert_eq!(lines.len(), 7);
    let base = WithText::read("i.json", text.as_bytes(), &ModelSource::Instance(&no_files)).expect("an instance");
    let mut before: Vec<String> = Vec::new();
    for (line, size) in lines.iter().zip(9..) {
        let name = format!("plans/reps={size}.json");
        let plan = folder.json(&name);
        let scenario = Scenario::read("the plan", &plan["scenario"].to_string()).expect("a scenario");
        let instance = scenario.apply("the team", &base, &no_files).expect("a team");
        let problem = Problem::new(&instance).expect("sums that fit");
        let settings = Settings { gap: Gap(0), ..Settings::default() };
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        let Answer::Plan(exact) = Engine::Exact.solve(&instance, &problem, settings, None, &mut control) else {
            panic!("{size}: no plan")
        };
        assert_eq!((&line["status"], cents(&line["value"])), (&json!("optimal"), exact.value), "{size} reps");
        assert_eq!(cents(&line["bound"]), exact.value, "{size} reps");
        folder.run(&format!("verify i.json {name}")).ends_with(0).writes("VERIFIED");
        let team: Vec<String> =
            instance.reps.iter().filter(|rep| rep.is_active()).map(|rep| rep.id.to_string()).collect();
        assert!(team.len() == size && before.iter().all(|member| team.contains(member)), "{before:?} in {team:?}");
        before = team;
    }
    // A position first, then copies of reps.
    let added = |size: usize| lines[size - 9]["added"].as_array().expect("a list").len();
    assert_eq!(lines[13 - 9]["added"], json!(["cand/1"]));
    assert_eq!([added(12), added(14), added(15)], [0, 2, 3]);
    assert_eq!(lines[0]["removed"].as_array().expect("a list").len(), 3);
    run.says("Best size:").says("by re-allocation at 12 reps").says(" today");
}

#[test]
fn what_a_step_adds_lies_between_its_marginals_and_no_larger_team_earns_less() {
    let folder = Folder::with(&[("i.json", &quarter().to_string())]);
    let run = folder.run("what-if i.json --reps 10..14 --deterministic").ends_with(0);
    let lines = lines(&run);
    assert_eq!((&lines[0]["marginal_low"], &lines[0]["marginal_high"]), (&Value::Null, &Value::Null));
    for pair in lines.windows(2) {
        let of = |line: &Value, field: &str| cents(&line[field]);
        let (low, high) = (of(&pair[1], "marginal_low"), of(&pair[1], "marginal_high"));
        assert_eq!(low, (of(&pair[1], "value") - of(&pair[0], "bound")).max(0));
        assert_eq!(high, of(&pair[1], "bound") - of(&pair[0], "value"));
        assert!(low <= high && of(&pair[1], "value") >= of(&pair[0], "value"), "{pair:?}");
    }
    for line in &lines {
        let reps = line["reps"].as_f64().expect("a number");
        assert_eq!(line["reps_per_customer"].as_f64(), Some((reps / 120.0 * 1e6).round() / 1e6));
        assert!(
            (line["profit"].as_f64().expect("economics") + line["cost"].as_f64().expect("costs")
                - line["contribution"].as_f64().expect("economics"))
            .abs()
                < 0.001
        );
        assert!(line["reach"].as_f64().expect("visits") <= 1.0 && line["frequency"].as_f64().expect("visits") >= 1.0);
    }
    let again = folder.run("what-if i.json --reps 10..14 --deterministic --threads 1 --quiet").ends_with(0);
    assert_eq!((again.out, &*again.talk), (run.out, ""));
}

#[test]
fn of_two_reps_the_one_whose_customers_are_worth_less_goes_and_a_locked_one_stays() {
    let customer = |id: &str, owner: &str, value: u32| {
        json!({"id": id, "potential": value, "visit_value": value, "visits": {"max": 1},
            "coverage": [{"rep": owner, "minutes_per_visit": 60}]})
    };
    let mut instance = json!({
        "format": "visitplan-instance/1",
        "reps": [{"id": "poor", "hours": 2}, {"id": "rich", "hours": 2}],
        "customers": [customer("a", "poor", 10), customer("b", "poor", 20), customer("c", "rich", 100), customer("d", "rich", 200),
            customer("e", "rich", 150)],
        "model": "field"
    });
    let folder = Folder::with(&[("i.json", &instance.to_string())]);
    let run = folder.run("what-if i.json --reps 0..3 --deterministic").ends_with(0).says("There is no best size");
    let by_hand = lines(&run);
    let values: Vec<f64> = by_hand.iter().map(|line| line["value"].as_f64().expect("a value")).collect();
    // Nobody; rich alone for c or e and d; poor too; a second rich one visits the last customer of the first.
    assert_eq!(values, [0.0, 350.0, 380.0, 480.0]);
    assert_eq!((&by_hand[1]["removed"], &by_hand[3]["added"]), (&json!(["poor"]), &json!(["rich+2"])));
    instance["customers"][0]["lock"] = json!({"rep": "poor"});
    folder.write("i.json", instance.to_string());
    let run = folder.run("what-if i.json --reps 1..1 --deterministic").ends_with(0);
    assert_eq!(lines(&run)[0]["removed"], json!(["rich"]));
    folder.run("what-if i.json --reps 0..1").ends_with(3).says("hold");
}

#[test]
fn a_range_that_cannot_be_is_refused_before_anything_is_planned() {
    let folder = Folder::with(&[("i.json", &small().to_string())]);
    for (range, words) in [
        ("9..8", "runs backwards"),
        ("9", "is no range"),
        ("-1..3", "is no range"),
        ("8..", "is no range"),
        ("0..1000000", "asks for more than"),
    ] {
        let refused = folder.run(&format!("what-if i.json --reps {range}")).ends_with(3).says(words);
        assert_eq!(refused.out, "");
    }
    let nobody = json!({"format": "visitplan-instance/1", "reps": [], "customers": []});
    folder.write("nobody.json", nobody.to_string());
    folder.run("what-if nobody.json --reps 0..1").ends_with(3).says("nobody to copy");
    folder.run("what-if i.json").ends_with(2);
    folder.run("what-if i.json --reps 9..10 --vvp-error 0.1").ends_with(2);
}

#[test]
fn a_copy_may_visit_whom_its_template_may_visit() {
    let mut instance = small();
    let folder = Folder::with(&[("i.json", &instance.to_string())]);
    let scenario = json!({"scenario": "two annas", "add_reps": [{"id": "anna2", "copy_of": "anna", "minutes": 600}]});
    folder.write("s.jsonl", scenario.to_string());
    let run = folder.run("what-if i.json --scenarios s.jsonl --gap 0 --plans . --deterministic").ends_with(0);
    // By hand: the same rep under another name, near or not, wherever anna may go; nobody has a place or owners here.
    for customer in instance["customers"].as_array_mut().expect("a list") {
        customer.as_object_mut().expect("an object").remove("owner");
        customer["coverage"] =
            json!([{"rep": "anna", "minutes_per_visit": 60}, {"rep": "ben", "minutes_per_visit": 50}]);
    }
    folder.write("i.json", instance.to_string());
    let listed = folder.run("what-if i.json --scenarios s.jsonl --gap 0 --deterministic").ends_with(0);
    for customer in instance["customers"].as_array_mut().expect("a list") {
        customer["coverage"].as_array_mut().expect("a list").push(json!({"rep": "anna2", "minutes_per_visit": 60}));
    }
    instance["reps"].as_array_mut().expect("a list").push(json!({"id": "anna2", "minutes": 600}));
    folder.write("i.json", instance.to_string());
    folder.write("s.jsonl", json!({"scenario": "two annas"}).to_string());
    let by_hand = folder.run("what-if i.json --scenarios s.jsonl --gap 0 --deterministic").ends_with(0);
    assert_eq!(lines(&listed)[0]["value"], lines(&by_hand)[0]["value"]);
    assert_eq!(lines(&run)[0]["added"], json!(["anna2"]));
    let wrong = json!({"scenario": "x", "add_reps": [{"id": "b2", "copy_of": "bem"}, {"id": "b3", "copy_of": "ben", "skills": ["a"]}]});
    folder.write("s.jsonl", wrong.to_string());
    folder.run("what-if i.json --scenarios s.jsonl").ends_with(3).says("did you mean \"ben\"?").says("with \"skills\"");
}

#[test]
fn a_rep_who_is_added_does_not_lead_the_search_astray() {
    // From known prices without one for the new rep the descent ended far from the best, and nothing found out of it.
    let folder = Folder::with(&[]);
    folder.run("generate --family field --customers 600 --reps 8 --seed 3 -o i.json").ends_with(0);
    folder.write("s.jsonl", json!({"scenario": "x", "add_reps": [{"id": "n", "copy_of": "r3"}]}).to_string());
    let run = folder.run("what-if i.json --scenarios s.jsonl --engine prices --gap 0.0005").ends_with(0);
    assert_eq!(lines(&run)[0]["status"], "within_gap");
}

#[test]
fn a_size_whose_cost_is_not_known_is_not_called_the_best() {
    let mut instance = small();
    let folder = Folder::with(&[("i.json", &instance.to_string())]);
    folder.run("what-if i.json --reps 0..1 --deterministic").ends_with(0).says("Best size:");
    instance["reps"][0].as_object_mut().expect("an object").remove("cost");
    folder.write("i.json", instance.to_string());
    let run = folder.run("what-if i.json --reps 12..13 --deterministic").ends_with(0).says("There is no best size");
    assert!(lines(&run).iter().all(|line| line["cost"].is_null() && line["profit"].is_null()));
}
