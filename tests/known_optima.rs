//! Problems whose optimum is published or computed by hand.

mod support;

use std::time::Instant;

use serde_json::{Value, json};
use support::{Assignment, benchmark, best_plan, problem_of, say, solve};
use visitplan::certificate::Bound;
use visitplan::engine::Answer;
use visitplan::plan::{InfeasibilityDocument, PlanDocument, ProvenBy, Status, is_optimal};
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

/// The published least cost of a problem, or the largest profit, each job exactly once.
fn published(optima: &str, name: &str) -> (i64, i64) {
    let line = optima.lines().find(|line| line.starts_with(&format!("{name},"))).expect("a published optimum");
    let fields: Vec<&str> = line.split(',').collect();
    assert_eq!(fields[6], "proven", "{name}");
    let number = |at: usize| fields[at].parse().expect("a number");
    (number(5), number(7))
}

/// Proves an optimum without trusting a solver: value in cents, and what the bound follows from.
fn proven(name: &str, document: &Value) -> (i64, ProvenBy) {
    let start = Instant::now();
    let (instance, problem, plan) = best_plan(document);
    let seconds = start.elapsed().as_secs_f64();
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    let verified = verify(&instance, &problem, "plan", &text).unwrap_or_else(|rejected| panic!("{name}: {rejected}"));
    let Verified::Plan { value, certified, gap, status, proven_by, .. } = verified else { panic!("{name}: no plan") };
    let nodes = plan.certificate.tree.as_ref().map_or(0, |tree| tree.nodes.len());
    say(&format!("{name}: {proven_by:?}, {nodes} nodes, {seconds:.2} s"));
    assert_eq!((status, value.0), (Status::Optimal, plan.value), "{name}");
    assert!(
        is_optimal(&problem, value.0, Bound(certified.0)),
        "{name}: certified {certified}, by {proven_by:?}, {gap}"
    );
    assert_ne!(proven_by, ProvenBy::Solver, "{name}");
    (value.0, proven_by)
}

#[test]
fn the_forty_gap_problems_are_proven_at_their_published_optimum_without_a_solver() {
    let Some(optima) = benchmark("gap/optima.csv") else { return };
    let mut proofs = 0;
    for file in 1..=8 {
        let Some(text) = benchmark(&format!("gap/gap{file}.txt")) else { return };
        for (number, problem) in Assignment::read_all(&text).iter().enumerate() {
            let name = format!("gap{file}-{}", number + 1);
            let (_, profit) = published(&optima, &name);
            // Of these problems the best plan leaves no job out, though it may.
            assert_eq!(proven(&name, &problem.instance()).0, profit * 100, "{name}");
            assert_eq!(proven(&name, &problem.instance_exactly_once()).0, profit * 100, "{name}, exactly once");
            proofs += 1;
        }
    }
    assert_eq!(proofs, 40);
}

/// Proves that problems of the types c, d and e cost what is published.
fn cost_what_is_published(names: &[&str]) {
    let Some(optima) = benchmark("gap/optima.csv") else { return };
    for name in names {
        let Some(text) = benchmark(&format!("gap/{name}")) else { return };
        let (assignment, largest) = Assignment::read_costs(&text);
        let (value, _) = proven(name, &assignment.instance_exactly_once());
        let cost = assignment.profit[0].len() as i64 * largest - value / 100;
        assert_eq!(cost, published(&optima, name).0, "{name}");
    }
}

#[test]
fn one_and_two_hundred_jobs_are_proven_to_cost_what_is_published() {
    cost_what_is_published(&["c05100", "c10100", "c20100", "c05200", "c10200", "c20200"]);
    cost_what_is_published(&["d05100", "d05200"]);
    cost_what_is_published(&["e05100", "e10100", "e05200"]);
}

/// Asked for with `script/test --long`: minutes.
#[test]
fn many_jobs_and_many_agents_are_proven_to_cost_what_is_published() {
    if std::env::var_os("VISITPLAN_LONG").is_some() {
        cost_what_is_published(&["c10400", "c20400", "d10100", "e20100", "e10200", "e10400", "e20400", "e15900"]);
    }
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
