//! Owners kept: each customer has one possible rep, and some rows are shared by all.

mod support;

use serde_json::{Value, json};
use support::{problem_of, say};
use visitplan::engine::{Answer, Control, Settings, prices};
use visitplan::generate::{Family, Request, generate};
use visitplan::plan::{Gap, Plan, PlanDocument, ProvenBy};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::verify;

/// A small linear congruential generator is random enough for tables.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A tiny company with one or two pools, some rules, and limits of the reps' customers and least minutes.
fn tiny(dice: &mut Dice) -> Value {
    let reps = 1 + dice.below(3);
    let customers: Vec<Value> = (0..2 + dice.below(4))
        .map(|number| {
            let mut revenue = vec![0];
            let most = 1 + dice.below(3);
            (0..most).for_each(|_| revenue.push(revenue[revenue.len() - 1] + dice.below(200)));
            let potential = 100 + dice.below(300);
            let mut customer = json!({
                "id": format!("c{number}"), "status": if number == 0 || number > 1 && dice.below(2) == 0 { "new" } else { "active" },
                "potential": potential, "visit_value": 1 + dice.below(potential),
                "coverage": [{"rep": format!("r{}", dice.below(reps)), "minutes_per_visit": 10 + dice.below(60)}],
                "visits": {"min": u64::from(dice.below(5) == 0), "max": most}
            });
            if dice.below(2) == 0 {
                customer["coverage"][0]["revenue"] = json!(revenue);
            }
            if dice.below(6) == 0 {
                customer["coverage"] = json!([]);
                customer["visits"] = json!({});
            }
            customer
        })
        .collect();
    let reps: Vec<Value> = (0..reps)
        .map(|rep| {
            let mut rep = json!({"id": format!("r{rep}"), "minutes": dice.below(250)});
            if dice.below(4) == 0 {
                rep["max_customers"] = json!(dice.below(3));
            }
            if dice.below(6) == 0 {
                rep["min_minutes"] = json!(dice.below(60).min(rep["minutes"].as_u64().expect("minutes")));
            }
            rep
        })
        .collect();
    let mut rules = Vec::new();
    if dice.below(2) == 0 {
        rules.push(json!({"min_share": {"of": "visits", "who": {"status": ["new"]}, "share": 0.4}}));
    }
    if dice.below(3) == 0 {
        rules.push(json!({"max_visits": {"who": {"status": ["active"]}, "visits": dice.below(6)}}));
    }
    if dice.below(3) == 0 {
        rules.push(json!({"min_revenue": {"who": {"status": ["new"]}, "revenue": dice.below(200)}}));
    }
    let pools = (0..dice.below(3)).map(|pool| {
        json!({"id": format!("p{pool}"), "minutes": dice.below(60), "minutes_per_call": 5 + dice.below(20),
               "effect_per_call": 0.3})
    });
    json!({
        "format": "visitplan-instance/1", "reps": reps, "customers": customers, "telesales": pools.collect::<Vec<_>>(),
        "model": {"format": "visitplan-model/1", "owners": "keep", "channels": "joint", "mix": dice.below(2) == 0,
                  "calls": {"max": 2}, "rules": rules}
    })
}

/// The largest value of any plan, by trying all.
fn best_value(problem: &Problem) -> Option<i64> {
    fn extend(problem: &Problem, chosen: &mut Vec<Choice>, best: &mut Option<i64>) {
        if chosen.len() == problem.customers() {
            if problem.overdrawn(chosen).is_none() {
                *best = (*best).max(Some(problem.total_value(chosen)));
            }
            return;
        }
        for choice in problem.choices(chosen.len()).collect::<Vec<_>>() {
            chosen.push(choice);
            extend(problem, chosen, best);
            chosen.pop();
        }
    }
    let mut best = None;
    extend(problem, &mut Vec::new(), &mut best);
    best
}

fn plan(problem: &Problem, gap: Gap) -> Option<Plan> {
    let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
    match prices::solve(problem, Settings { gap, ..Settings::default() }, None, &mut control) {
        Answer::Plan(plan) => Some(*plan),
        Answer::Infeasible(_) | Answer::Unknown(_) => None,
    }
}

#[test]
fn no_plan_of_a_tiny_company_is_above_the_bound_and_nearly_always_the_best_is_found() {
    let mut dice = Dice(11);
    let (mut plans, mut best_found, mut proven, mut by_knapsack) = (0, 0, 0, 0);
    for case in 0..1500 {
        let document = tiny(&mut dice);
        let (_, problem) = problem_of(&document);
        let best = best_value(&problem);
        let Some(plan) = plan(&problem, Gap(0)) else {
            plans += usize::from(best.is_some());
            continue;
        };
        let best = best.unwrap_or_else(|| panic!("case {case}: a plan where there is none"));
        assert!(problem.overdrawn(&plan.choices).is_none(), "case {case}");
        assert_eq!(plan.value, problem.total_value(&plan.choices), "case {case}");
        assert!(plan.value <= best && best <= plan.bound.0, "case {case}: {} {best} {:?}", plan.value, plan.bound);
        let bounds = plan.certificate.bounds(&problem).expect("a certificate in order");
        assert_eq!(bounds.least(), plan.bound, "case {case}");
        plans += 1;
        best_found += usize::from(plan.value == best);
        proven += usize::from(plan.bound.0 == best);
        by_knapsack += usize::from(plan.proven_by == ProvenBy::Knapsack);
    }
    say(&format!("{plans} plans, {best_found} best, {proven} proven, {by_knapsack} by knapsacks"));
    assert!(plans > 900 && 100 * best_found >= 99 * plans, "{best_found} of {plans}");
    assert!(2 * proven > plans && by_knapsack > 100, "{proven} proven, {by_knapsack} by knapsacks, of {plans}");
}

/// A change of a document.
type Change = fn(&mut Value);

/// A company as companies are whose owners are kept.
fn company(customers: u32, reps: u32, change: impl FnOnce(&mut Value)) -> Value {
    let text = generate(Request { family: Family::Anchored, customers, reps, seed: 1 });
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    let text = include_str!("../models/field-sales.json");
    document["model"] = serde_json::from_str(text).expect("a model");
    document["model"]["owners"] = json!("keep");
    document["telesales"] = json!([]);
    change(&mut document);
    document
}

fn with_calls(document: &mut Value) {
    let hours = document["customers"].as_array().expect("customers").len() as f64 * 0.15;
    document["telesales"] = json!([{"id": "inside", "hours": hours, "minutes_per_call": 15, "effect_per_call": 0.3}]);
    document["model"]["channels"] = json!("joint");
    document["model"]["calls"] = json!({"max": 4});
}

fn with_new_ones(document: &mut Value) {
    let rule = json!({"min_share": {"of": "visits", "who": {"status": ["new", "inactive"]}, "share": 0.3}});
    document["model"]["rules"] = json!([rule]);
}

fn with_few_customers(document: &mut Value) {
    let each = document["customers"].as_array().expect("customers").len() / 100;
    let reps = document["reps"].as_array_mut().expect("reps");
    reps.iter_mut().for_each(|rep| rep["max_customers"] = json!(each));
}

fn with_commitments(document: &mut Value) {
    for customer in document["customers"].as_array_mut().expect("customers").iter_mut().step_by(10) {
        if customer["segment"] != "no-see" {
            customer["visits"] = json!({"min": 1});
        }
    }
}

/// Plans, verifies, and gives the gap.
fn verified_gap(document: &Value) -> f64 {
    let (instance, problem) = problem_of(document);
    let plan = plan(&problem, Gap(0)).expect("a plan");
    assert_eq!(plan.proven_by, ProvenBy::Knapsack);
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    verify(&instance, &problem, "plan", &text).expect("a plan that is verified");
    Gap::between(plan.value, plan.bound).as_f64()
}

#[test]
fn a_pool_and_a_rule_of_fifty_reps_are_planned_to_a_hundred_thousandth_and_verified() {
    let cases: [(&str, &[Change], f64); 6] = [
        ("nothing shared", &[], 0.0),
        ("a pool", &[with_calls], 1e-6),
        ("a rule", &[with_new_ones], 1e-6),
        ("a pool and a rule", &[with_calls, with_new_ones], 5e-6),
        ("commitments, a pool and a rule", &[with_commitments, with_calls, with_new_ones], 5e-6),
        ("few customers for each rep", &[with_few_customers], 1e-5),
    ];
    for (what, changes, most) in cases {
        let document = company(5000, 50, |document| changes.iter().for_each(|change| change(document)));
        let gap = verified_gap(&document);
        say(&format!("{what}: {gap:e}"));
        assert!(gap <= most, "{what}: {gap:e}");
    }
}

#[test]
fn the_plan_is_the_same_with_any_number_of_threads() {
    let document = company(1000, 10, |document| {
        with_calls(document);
        with_new_ones(document);
    });
    let (_, problem) = problem_of(&document);
    let planned = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let plan = pool.install(|| plan(&problem, Gap(0))).expect("a plan");
        (plan.choices, plan.certificate)
    };
    assert_eq!(planned(1), planned(2));
}
