//! What must hold between the answers to two related questions, on random tiny instances.

mod oracle;
mod support;

use oracle::random_instance;
use serde_json::{Value, json};
use support::{problem_of, solve};
use visitplan::engine::Answer;

const SEEDS: std::ops::Range<u64> = 20_000..20_150;

/// Value of the best plan in cents; `None` where there is none.
fn optimum(document: &Value) -> Option<i64> {
    let (instance, problem) = problem_of(document);
    match solve(&instance, &problem) {
        Answer::Plan(plan) => Some(plan.value),
        Answer::Infeasible(_) => None,
        Answer::Unknown(why) => panic!("no answer: {why:?}"),
    }
}

#[test]
fn more_time_never_makes_the_best_plan_worse() {
    for seed in SEEDS {
        let document = random_instance(seed);
        let mut more = document.clone();
        for rep in more["reps"].as_array_mut().expect("reps") {
            for (field, extra) in [("minutes", 60), ("hours", 1)] {
                if let Some(time) = rep[field].as_i64() {
                    rep[field] = json!(time + extra);
                }
            }
        }
        if let Some(value) = optimum(&document) {
            assert!(optimum(&more).is_some_and(|better| better >= value), "seed {seed}");
        }
    }
}

#[test]
fn the_order_of_customers_does_not_change_the_value() {
    for seed in SEEDS {
        let mut document = random_instance(seed);
        let value = optimum(&document);
        document["customers"].as_array_mut().expect("customers").reverse();
        assert_eq!(optimum(&document), value, "seed {seed}");
    }
}

#[test]
fn a_customer_whom_nobody_may_visit_or_call_changes_nothing() {
    for seed in SEEDS {
        let mut document = random_instance(seed);
        // Rules that count all customers would be changed.
        if document["model"]["rules"].to_string().contains("max_changed_customers") {
            continue;
        }
        let value = optimum(&document);
        let nobody = json!({"id": "nobody's", "coverage": [], "visits": {"min": 0}, "calls": {"min": 0, "max": 0}});
        document["customers"].as_array_mut().expect("customers").push(nobody);
        assert_eq!(optimum(&document), value, "seed {seed}");
    }
}

#[test]
fn locking_a_customer_as_the_best_plan_has_it_changes_nothing() {
    for seed in SEEDS {
        let mut document = random_instance(seed);
        let (instance, problem) = problem_of(&document);
        let Answer::Plan(plan) = solve(&instance, &problem) else { continue };
        for (customer, &choice) in plan.choices.iter().enumerate() {
            let lane = choice.lane().map(|index| problem.lane(index));
            let mut lock = json!({"visits": choice.visits, "calls": lane.map_or(0, |lane| lane.calls)});
            if let Some(rep) = lane.and_then(|lane| lane.rep) {
                lock["rep"] = json!(instance.reps[rep as usize].id);
            }
            document["customers"][customer]["lock"] = lock;
        }
        assert_eq!(optimum(&document), Some(plan.value), "seed {seed}");
    }
}
