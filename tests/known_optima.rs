//! Problems whose optimum is published or computed by hand.

mod support;

use serde_json::{Value, json};
use support::{Assignment, benchmark, best_plan, problem_of, solve};
use visitplan::engine::Answer;
use visitplan::plan::{InfeasibilityDocument, PlanDocument, Status};
use visitplan::verify::{Verified, verify};

/// An instance of the project, with its model by name.
fn project_instance(name: &str) -> Value {
    let path = format!("{}/instances/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("an instance of the project");
    serde_json::from_str(&text).expect("valid JSON")
}

/// Value in cents of the best plan, which must be optimal and verified.
fn optimum(document: &Value) -> i64 {
    let (instance, problem, plan) = best_plan(document);
    assert_eq!(plan.status, Status::Optimal);
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    verify(&instance, &problem, "plan", &text).expect("a plan that verifies");
    plan.value
}

#[test]
fn the_forty_gap_problems_reach_their_published_optimum() {
    let Some(optima) = benchmark("gap/optima.csv") else { return };
    let mut reached = 0;
    for file in 1..=8 {
        let Some(text) = benchmark(&format!("gap/gap{file}.txt")) else { return };
        for (number, problem) in Assignment::read_all(&text).iter().enumerate() {
            let name = format!("gap{file}-{}", number + 1);
            let line = optima.lines().find(|line| line.starts_with(&format!("{name},"))).expect("a published optimum");
            let published: i64 =
                line.split(',').next_back().and_then(|value| value.trim().parse().ok()).expect("a number");
            assert_eq!(optimum(&problem.instance()), published * 100, "{name}");
            reached += 1;
        }
    }
    assert_eq!(reached, 40);
}

/// The Pfizer Turkey case: bricks with workload index, distance to each rep and current rep. `demand` in per cent.
fn pfizer(bricks: &str, demand: i64, floor: bool) -> Value {
    let rows: Vec<Vec<&str>> = bricks.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let hundredths = |text: &str| -> i64 {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text, "0"));
        whole.parse::<i64>().unwrap() * 100 + format!("{fraction:0<2}")[..2].parse::<i64>().unwrap()
    };
    let reps: Vec<Value> = (1..=4)
        .map(|rep| {
            let mut rep = json!({"id": format!("rep{rep}"), "minutes": 12_000 * 100});
            if floor {
                rep["min_minutes"] = json!(8_000 * 100);
            }
            rep
        })
        .collect();
    let customers: Vec<Value> = rows
        .iter()
        .map(|row| {
            // Four decimals: exact in hundred-thousandths of a full-time rep.
            let workload: f64 = row[1].trim().parse().unwrap();
            let minutes = (workload * 10_000.0).round() as i64 * demand;
            let coverage: Vec<Value> = (0..4)
                .map(|rep| {
                    let value = 100 * 100 - hundredths(row[2 + rep]);
                    json!({"rep": format!("rep{}", rep + 1), "minutes_per_visit": minutes,
                           "revenue": [0, value as f64 / 100.0]})
                })
                .collect();
            json!({"id": format!("brick-{}", row[0]), "visits": {"min": 1, "max": 1}, "coverage": coverage})
        })
        .collect();
    json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": "field"})
}

#[test]
fn the_pfizer_territories_reach_the_published_distance_with_cap_and_floor() {
    let Some(bricks) = benchmark("pfizer-turkey/bricks.csv") else { return };
    assert_eq!(optimum(&pfizer(&bricks, 100, true)), 204_540);
    assert_eq!(optimum(&pfizer(&bricks, 100, false)), 220_000 - 13_825);
}

#[test]
fn the_pfizer_territories_can_carry_19_per_cent_more_demand_and_not_21() {
    let Some(bricks) = benchmark("pfizer-turkey/bricks.csv") else { return };
    let (instance, problem) = problem_of(&pfizer(&bricks, 119, true));
    assert!(matches!(solve(&instance, &problem), Answer::Plan(_)));
    let (instance, problem) = problem_of(&pfizer(&bricks, 121, true));
    let Answer::Infeasible(certificate) = solve(&instance, &problem) else { panic!("there is no plan") };
    let proof = InfeasibilityDocument::new(&instance, &certificate).to_text();
    assert_eq!(verify(&instance, &problem, "proof", &proof), Ok(Verified::Infeasible { leaves: 1 }));
}

#[test]
fn the_three_customers_solved_on_paper_are_worth_880() {
    assert_eq!(optimum(&project_instance("tiny")), 88_000);
}

#[test]
fn the_textbook_cases_are_worth_170_and_21() {
    assert_eq!(optimum(&project_instance("textbook-teams")), 17_000);
    assert_eq!(optimum(&project_instance("textbook-shops")), 2_100);
}

#[test]
fn of_two_optimal_plans_it_is_the_same_one_at_every_run() {
    let document = project_instance("textbook-shops");
    let text = || {
        let (instance, problem, plan) = best_plan(&document);
        PlanDocument::new(&instance, &problem, &plan).to_text()
    };
    let first = text();
    assert!((0..5).all(|_| text() == first));
}

#[test]
fn callplan_reaches_the_enumerated_margins_with_4_to_24_calls() {
    // The margin earned without calls is not part of the tables: 0.2 x 24 + 0.3 x 15 = 9.3, in thousands.
    let without_calls = 930_000;
    for (calls, margin) in [(4, 28.5), (6, 34.977), (8, 41.0527), (12, 48.3607), (16, 51.7391), (24, 54.4959)] {
        let mut document = project_instance("callplan");
        document["reps"][0]["hours"] = json!(2 * calls);
        let thousandths = (optimum(&document) + without_calls) as f64 / 100_000.0;
        assert!((thousandths - margin).abs() < 0.000_05, "{calls} calls: {thousandths}");
    }
}
