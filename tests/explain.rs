//! Why a customer gets what it gets, and last period as it was.

mod oracle;
mod support;

use oracle::random_instance;
use serde_json::{Value, json};
use support::{best_plan, problem_of, solve};
use visitplan::baseline::Baseline;
use visitplan::engine::Answer;
use visitplan::explain::explain;
use visitplan::units::{Minutes, Money};

fn two_customers() -> Value {
    json!({
        "format": "visitplan-instance/1",
        "reps": [{"id": "anna", "name": "Anna K.", "hours": 4}],
        "customers": [
            {"id": "a", "coverage": [{"rep": "anna", "minutes_per_visit": 60, "revenue": [0, 120, 200, 240]}]},
            {"id": "b", "coverage": [{"rep": "anna", "minutes_per_visit": 90, "revenue": [0, 150, 180]}]}
        ],
        "model": "field"
    })
}

#[test]
fn the_last_visit_and_one_more_are_told_by_the_hour() {
    let (instance, problem, plan) = best_plan(&two_customers());
    let certificate = &plan.certificate;
    let whole = certificate.prices(&problem).expect("prices");
    let prices: Vec<f64> = whole.iter().map(|&price| price as f64 / certificate.denominator as f64).collect();
    let why = explain(&instance, &problem, 0, plan.choices[0], &prices);
    assert_eq!(why.chosen.words, "2 visits by Anna K.");
    let (last, next) = (why.last_visit.expect("visits"), why.next_visit.expect("a third visit is possible"));
    assert_eq!((last.visit, last.adds, last.takes), (2, Money(8_000), Minutes(60)));
    assert_eq!((next.visit, next.adds, next.per_hour()), (3, Money(4_000), 40.0));
    assert_eq!(why.others.len(), 3, "no, one and three visits");
    assert!(why.others.is_sorted_by(|a, b| a.costs <= b.costs));
}

/// For any plan, bound less value is what its options lose against each customer's best, and the price of unused
/// capacity (`models/certificate.md`, section 2): what `explain` says an option costs adds up.
#[test]
fn what_options_cost_adds_up_to_what_the_plan_misses_of_the_bound() {
    for seed in 40_000..40_100 {
        let (instance, problem) = problem_of(&random_instance(seed));
        let Answer::Plan(plan) = solve(&instance, &problem) else { continue };
        let whole = plan.certificate.prices(&problem).expect("prices");
        let scale = plan.certificate.denominator as f64;
        let prices: Vec<f64> = whole.iter().map(|&price| price as f64 / scale).collect();
        let lost: f64 = (0..problem.customers())
            .map(|customer| {
                let why = explain(&instance, &problem, customer, plan.choices[customer], &prices);
                why.others.first().map_or(0.0, |other| (-other.costs).max(0.0)) * 100.0
            })
            .sum();
        let uses = problem.row_uses(&plan.choices);
        let unused: f64 = problem
            .rows
            .iter()
            .zip(&uses)
            .zip(&prices)
            .map(|((row, used), price)| price * (row.capacity - used) as f64)
            .sum();
        let missed = lost + unused;
        let floored = problem.floor_to_grain(((plan.value as f64 + missed + 1e-6) * 1000.0) as i128, 1000);
        let bound = plan.certificate.bounds(&problem).expect("a certificate").prices;
        assert_eq!(floored, i128::from(bound.0), "seed {seed}: {missed} missed");
    }
}

fn company() -> Value {
    json!({
        "format": "visitplan-instance/1",
        "reps": [{"id": "anna", "hours": 100, "effectiveness": 1.0}, {"id": "gone", "status": "vacant"}],
        "customers": [
            {"id": "a", "owner": "anna", "sales": 8200, "wallet": 16000, "last_visits": 6, "travel_minutes": 15},
            {"id": "b", "owner": "gone", "sales": 3000, "last_visits": 2, "travel_minutes": 15},
            {"id": "c", "owner": "anna", "sales": 500, "travel_minutes": 15}
        ]
    })
}

#[test]
fn last_period_gives_the_booked_sales_back() {
    let (instance, _) = problem_of(&company());
    let baseline = Baseline::of(&instance).expect("a history");
    assert_eq!((baseline.visits, baseline.visited, baseline.judged), (8, 2, 2));
    assert_eq!(baseline.visit_minutes, Minutes(8 * 60));
    assert_eq!(baseline.booked, Money(1_170_000));
    assert!((baseline.given.0 - baseline.booked.0).abs() <= 2, "{}", baseline.given);
    assert_eq!(baseline.reps[1].visits, 2, "visits count for the owner, vacant or not");
}

#[test]
fn an_elasticity_that_no_field_force_has_is_noticed() {
    let mut document = company();
    // Sales per visit in place of what the first visit adds: a common mistake.
    document["customers"] = json!([
        {"id": "a", "owner": "anna", "potential": 60000, "visit_value": 5000, "sales": 30000, "last_visits": 6, "travel_minutes": 5}
    ]);
    let (instance, _) = problem_of(&document);
    let baseline = Baseline::of(&instance).expect("a history");
    assert!(!baseline.is_plausible(), "{:?}", baseline.elasticity);
}
