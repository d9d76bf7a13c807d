//! The price engine at the edges of what may be stated: it neither panics nor hangs, and what it answers verifies.

mod support;

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use support::problem_of;
use visitplan::engine::{Answer, Control, Proof, Settings, Start, prices};
use visitplan::plan::{Gap, Plan, PlanDocument};
use visitplan::problem::Choice;
use visitplan::verify::verify;

fn document(reps: Value, customers: Vec<Value>, model: Value) -> Value {
    json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": model})
}

fn model(rest: Value) -> Value {
    let mut model = json!({"format": "visitplan-model/1", "channels": "field"});
    for (name, value) in rest.as_object().expect("an object") {
        model[name] = value.clone();
    }
    model
}

/// Two reps who share every customer, so that no rep is a knapsack of its own.
fn shared(minutes: [i64; 2], customers: RangeInclusive<i64>, of: impl Fn(i64) -> Value) -> Value {
    let reps = json!([{"id": "a", "minutes": minutes[0]}, {"id": "b", "minutes": minutes[1]}]);
    let customer = |number: i64| {
        let mut customer = of(number);
        customer["id"] = json!(format!("c{number}"));
        customer
    };
    document(reps, customers.map(customer).collect(), model(json!({})))
}

/// Both reps, with these minutes and this table.
fn tables(minutes: i64, revenue: &[i64]) -> Value {
    json!({"coverage": [{"rep": "a", "minutes_per_visit": minutes, "revenue": revenue},
                        {"rep": "b", "minutes_per_visit": minutes, "revenue": revenue}]})
}

/// Solves by both paths, from a start if there is one; the plan must verify and be the same.
fn plan_from(document: &Value, start: Option<&dyn Fn(&visitplan::problem::Problem) -> Start>) -> Plan {
    let (instance, problem) = problem_of(document);
    let solve = |portable| {
        let settings = Settings { gap: Gap(0), seed: 1, portable, proof: Proof::Tree };
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        match prices::solve(&problem, settings, start.map(|start| start(&problem)), &mut control) {
            Answer::Plan(plan) => *plan,
            other => panic!("a plan was expected: {other:?}"),
        }
    };
    let plan = solve(false);
    assert_eq!(plan.choices, solve(true).choices);
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    verify(&instance, &problem, "plan", &text).unwrap_or_else(|why| panic!("rejected: {why}"));
    plan
}

fn plan(document: &Value) -> Plan {
    plan_from(document, None)
}

#[test]
fn nobody_to_visit_and_nobody_who_could() {
    for (reps, customers) in [(0, 0), (0, 3), (3, 0), (2, 2)] {
        let reps: Vec<Value> = (0..reps).map(|rep| json!({"id": format!("r{rep}"), "minutes": 100})).collect();
        let customers: Vec<Value> =
            (0..customers).map(|number| json!({"id": format!("c{number}"), "coverage": []})).collect();
        for rules in [json!([]), json!([{"max_visits": {"visits": 5}}])] {
            assert_eq!(plan(&document(json!(reps), Vec::clone(&customers), model(json!({"rules": rules})))).value, 0);
        }
    }
}

#[test]
fn reps_without_time_and_visits_without_minutes() {
    assert_eq!(plan(&shared([0, 0], 1..=30, |_| tables(60, &[0, 100, 150]))).value, 0);
    let one = plan(&shared([0, 60], 1..=30, |number| tables(60, &[0, 100 + number, 150])));
    assert_eq!(one.value, 13_000);
    assert_eq!(plan(&shared([0, 0], 1..=30, |_| tables(0, &[0, 100, 150]))).value, 30 * 15_000);
}

#[test]
fn values_of_nothing_and_below() {
    assert_eq!(plan(&shared([500, 500], 1..=40, |_| tables(60, &[0, 0, 0]))).value, 0);
    let mut losses = shared([500, 500], 1..=40, |_| tables(60, &[0, 1, 2]));
    losses["model"] = model(json!({"objective": "contribution",
        "economics": {"margin": 0.5, "cost_per_visit_hour": 90}}));
    assert_eq!(plan(&losses).value, 0);
    for customer in losses["customers"].as_array_mut().expect("customers").iter_mut().take(3) {
        customer["visits"] = json!({"min": 1, "max": 2});
    }
    assert_eq!(plan(&losses).value, 3 * (50 - 9000));
}

#[test]
fn visits_of_a_hundred_million_minutes_ten_thousand_times() {
    let table: Vec<i64> = (0..=10_000).collect();
    let found = plan(&shared([50_000_000, 90_000_000], 1..=3, |number| tables(40_000_000 + number, &table)));
    assert_eq!(found.value, 300);
    let long = |_| {
        json!({"potential": 10_000, "visit_value": 30, "visits": {"max": 10_000}, "coverage": [
        {"rep": "a", "minutes_per_visit": 100_000_000}, {"rep": "b", "minutes_per_visit": 1}]})
    };
    assert!(plan(&shared([100_000_000, 100_000_000], 1..=5, long)).value > 100);
}

#[test]
fn sums_close_to_what_can_be_added() {
    let most = 900_000_000_000;
    let found = plan(&shared([100, 130], 1..=9, |number| tables(60, &[0, most - number])));
    assert!(found.value > 0);
    // A minute is worth more than 2^53 millionths of a cent, and the problem has many options.
    let table: Vec<i64> = (0..=10_000).map(|visits| visits * 100_000_000).collect();
    let mut dear = shared([0, 0], 1..=12, |_| tables(1, &table));
    assert_eq!(plan(&dear).value, 0);
    dear["reps"][1]["minutes"] = json!(3);
    assert_eq!(plan(&dear).value, 30_000_000_000);
}

#[test]
fn one_customer_worth_a_billion_times_the_others() {
    let found = plan(&shared([600, 660], 1..=60, |number| {
        let giant = if number == 7 { 1_000_000_000 } else { 1 };
        tables(60, &[0, giant * (10 + number % 5), giant * (15 + number % 7)])
    }));
    assert!(found.value > 1_500_000_000_000, "{}", found.value);
    assert!(found.bound.0 - found.value < found.value / 100, "{:?} {}", found.bound, found.value);
}

#[test]
fn starts_from_any_prices_and_options() {
    let document = shared([500, 330], 1..=40, |number| tables(60, &[0, 100 + number, 150 + number]));
    for price in [f64::NAN, f64::INFINITY, -5.0, 1e300, 1e17, 1e-300] {
        let start = |problem: &visitplan::problem::Problem| Start {
            choices: vec![Choice::NOTHING; problem.customers()],
            prices: (0..problem.rows.len()).map(|row| if row == 0 { price } else { 1.0 }).collect(),
        };
        let found = plan_from(&document, Some(&start));
        assert!(found.value > 130_000, "{price}: {}", found.value);
    }
}

#[test]
fn everybody_must_be_visited_whatever_the_prices() {
    let document = shared([3000, 3000], 1..=40, |number| {
        let mut customer = tables(60, &[0, 100 + number, 150 + number]);
        customer["visits"] = json!({"min": 1, "max": 2});
        customer
    });
    let start = |problem: &visitplan::problem::Problem| Start {
        choices: (0..problem.customers()).map(|customer| problem.choices(customer).next().expect("one")).collect(),
        prices: vec![1e38; problem.rows.len()],
    };
    assert!(plan_from(&document, Some(&start)).value > 0);
}

#[test]
fn twenty_thousand_customers_alike_with_one_rep() {
    let customers = (0..20_000).map(|number| {
        json!({"id": format!("c{number}"), "coverage": [{"rep": "a", "minutes_per_visit": 60, "revenue": [0, 100, 180, 240]}]})
    });
    let reps = json!([{"id": "a", "minutes": 60 * 12_000 + 59}]);
    let found = plan(&document(reps, customers.collect(), model(json!({}))));
    assert_eq!(found.value, 12_000 * 10_000);
}

#[test]
fn rules_about_revenue_where_contribution_counts_and_tables_are_long() {
    let table: Vec<i64> = (0..=10_000).map(|visits: i64| 3 * visits + (visits * visits) % 7).collect();
    let mut document = shared([5000, 5000], 1..=4, |_| tables(1, &table));
    document["model"] = model(json!({"objective": "contribution",
        "economics": {"margin": 0.37, "cost_per_visit_hour": 9.1}, "rules": [{"min_revenue": {"revenue": 100}}]}));
    assert!(plan(&document).value > 0);
}

#[test]
fn everybody_may_go_to_everybody() {
    let reps: Vec<Value> = (0..60).map(|rep| json!({"id": format!("r{rep}"), "minutes": 500})).collect();
    let coverage = |number: i64| -> Vec<Value> {
        let with = |rep: i64| {
            json!({"rep": format!("r{rep}"), "minutes_per_visit": 30 + (7 * number + 11 * rep) % 60,
                   "revenue": [0, 100 + (13 * number + 5 * rep) % 97, 150 + (13 * number + 5 * rep) % 97]})
        };
        (0..60).map(with).collect()
    };
    let customers = (0..300).map(|number| json!({"id": format!("c{number}"), "coverage": coverage(number)}));
    assert!(plan(&document(json!(reps), customers.collect(), model(json!({})))).value > 0);
}
