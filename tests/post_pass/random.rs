//! What holds on every instance.

use serde_json::{Value, json};
use visitplan::engine::{self, Answer, Settings};
use visitplan::model::OnlyIf;
use visitplan::plan::Gap;
use visitplan::post_pass::run;
use visitplan::problem::{Choice, Problem, Running};
use visitplan::verify::verify;

use crate::Case;
use crate::naive;
use crate::oracle::{self, MOST_CHOICES, assess, enumerate, random_instance};
use crate::support::say;

/// A tiny instance whose matrix and rules catch customers often: every second one with every feature there is.
fn instance(seed: u64) -> Value {
    let mut instance = if seed.is_multiple_of(2) { random_instance(seed) } else { field_force(seed) };
    // What the seed says otherwise is not this; a cheap mix of its bits is enough.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995;
    let mut pick = |from: &[Value]| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from[(state >> 33) as usize % from.len()].clone()
    };
    let bands =
        [json!({"potential": "low"}), json!({}), json!({"visit_value": "middle"}), json!({"potential": "high"})];
    let model = &mut instance["model"];
    model["channels"] = json!("field_then_post_pass");
    let cuts = [json!({"low": 0.2, "high": 0.5}), json!({"low": 0.6, "high": 0.7}), json!({"low": 0, "high": 0.3})];
    model["matrix"] = json!({
        "scale": pick(&[json!("share"), json!("quantile")]), "potential": pick(&cuts), "visit_value": pick(&cuts),
    });
    model["post_pass"] = json!({
        "telesales": {
            "when": pick(&bands), "calls_per_visit": pick(&[json!(1), json!(2), json!(3)]),
            "only_if": pick(&[json!("pays"), json!("pays"), json!("always")]),
        },
        "reactivate": {
            "when": pick(&bands), "share_of_freed": pick(&[json!(0.3), json!(1), json!(0.6)]),
            "visits": pick(&[json!(1), json!(2), json!(3)]),
        },
        "frequency": { "when": pick(&bands), "raise_by_at_most": pick(&[json!(0), json!(1), json!(4)]) },
    });
    instance
}

/// A tiny field force with a pool, in which the pass has much to do.
fn field_force(seed: u64) -> Value {
    let mut dice = oracle::Dice::new(seed);
    let reps: Vec<Value> = (0..dice.whole(1, 2))
        .map(|rep| json!({"id": format!("r{rep}"), "minutes": dice.whole(80, 300), "max_customers": dice.whole(2, 5)}))
        .collect();
    let customers: Vec<Value> = (0..dice.whole(3, 5))
        .map(|customer| {
            let value = dice.whole(5, 300);
            json!({
                "id": format!("c{customer}"), "owner": format!("r{}", dice.whole(0, reps.len() as i64 - 1)),
                "status": dice.pick(&["active", "active", "inactive", "new"]), "wallet": dice.whole(0, 5000),
                "potential": value * dice.whole(1, 8), "visit_value": value, "visit_minutes": dice.whole(15, 60),
                "travel_minutes": dice.pick(&[0, 10, 25]), "visits": {"max": dice.whole(1, 4)},
                "calls": {"max": dice.whole(0, 3)}
            })
        })
        .collect();
    let pool = json!({"id": "t", "minutes": dice.whole(5, 90), "minutes_per_call": dice.whole(5, 20),
                      "effect_per_call": dice.pick(&[0.1, 0.3, 0.5, 0.8]), "cost_per_hour": dice.whole(0, 60)});
    let mut model = json!({"format": "visitplan-model/1", "mix": dice.chance(30)});
    if dice.chance(40) {
        model["objective"] = json!("contribution");
        model["economics"] = json!({"margin": 0.5, "cost_per_visit_hour": dice.whole(0, 60)});
    }
    json!({"format": "visitplan-instance/1", "reps": reps, "telesales": [pool], "customers": customers, "model": model})
}

/// What happened on one instance, or what is wrong.
fn happened(seed: u64) -> Result<[bool; 4], String> {
    let document = instance(seed);
    let Some(case) = Case::of(&document) else { return Ok([false; 4]) };
    nothing_to_drop(&case)?;
    let best = holds(&document, &case)?;
    let field = wander(&case.problem, case.plan.choices.clone(), seed);
    let other = holds(&document, &case.from(field)).map_err(|why| format!("from another plan: {why}"))?;
    Ok(std::array::from_fn(|at| best[at] || other[at]))
}

/// A plan that need not be good keeps nothing that could be dropped with gain either.
fn nothing_to_drop(case: &Case) -> Result<(), String> {
    let settings = Settings { gap: Gap(500_000_000), ..Settings::default() };
    let Answer::Plan(plan) = engine::solve(&case.instance, &case.problem, settings) else {
        return Err("no plan at a gap of a half, and one at less".to_owned());
    };
    let running = Running::new(&case.problem, plan.choices.clone());
    let loses = |&at: &usize| {
        let value = case.problem.value(plan.choices[at]);
        value < 0 && case.problem.allows_nothing(at) && running.has_room(at, Choice::NOTHING)
    };
    match (0..plan.choices.len()).find(loses) {
        Some(at) => Err(format!("customer {at} could be dropped with gain")),
        None => Ok(()),
    }
}

/// Some other plan: whatever each customer may have instead, where there is room.
fn wander(problem: &Problem, choices: Vec<Choice>, seed: u64) -> Vec<Choice> {
    let mut running = Running::new(problem, choices);
    let mut state = seed | 1;
    for at in 0..problem.customers() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let options: Vec<Choice> = problem.choices(at).collect();
        let option = options[(state >> 33) as usize % options.len()];
        if running.has_room(at, option) {
            running.give(at, option);
        }
    }
    running.choices
}

/// Checks everything that holds of the post-pass from a plan, and says what it did.
fn holds(document: &Value, case: &Case) -> Result<[bool; 4], String> {
    let (before, after) = (case.value(&case.before), case.value(&case.after));
    if let Some((row, used)) = case.wide.problem.overdrawn(&case.after) {
        return Err(format!("{} is overdrawn: {used}", case.wide.problem.rows[row].name));
    }
    let pays = case.instance.model.post_pass.telesales.only_if == OnlyIf::Pays;
    if pays && after < before {
        return Err(format!("worth {after} after the pass, {before} before"));
    }
    if run(&case.wide, &case.before, &case.after) != case.after {
        return Err("a second run changes something".to_owned());
    }
    let naive = naive::run(&case.wide, &case.before);
    if !case.problem.has_rules() && case.value(&naive) != after {
        return Err(format!("worth {after}, a naive pass reaches {}", case.value(&naive)));
    }
    let mut joint = document.clone();
    joint["model"]["channels"] = json!("joint");
    if oracle::Problem::read(&joint).choices() > 2 * MOST_CHOICES {
        return Ok([false; 4]);
    }
    let best = enumerate(&joint).optimum.ok_or("there is a plan of visits, and none of visits and calls")?;
    if best < after {
        return Err(format!("worth {after}, more than the best mix, {best}"));
    }
    let text = case.text();
    let read = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if assess(&joint, &read)? != after {
        return Err("the plan is worth something else when it is added up anew".to_owned());
    }
    verify(&case.instance, &case.problem, "plan", &text).map_err(|rejected| format!("rejected: {rejected}"))?;
    let rules = case.changes();
    let has = |rule: &str| rules.iter().any(|change| json!(change.rule) == rule);
    Ok([has("telesales"), has("reactivate"), has("frequency"), after > before])
}

#[test]
fn on_tiny_instances_no_limit_breaks_no_value_falls_under_pays_and_no_pass_beats_the_best_mix() {
    let all: u32 = if std::env::var_os("VISITPLAN_LONG").is_some() { 5000 } else { 500 };
    let (mut counts, mut wrong) = ([0; 4], Vec::new());
    for seed in 0..all {
        match happened(seed.into()) {
            Ok(what) => counts.iter_mut().zip(what).for_each(|(count, did)| *count += u32::from(did)),
            Err(why) => wrong.push(format!("seed {seed}: {why}")),
        }
    }
    let [telesales, reactivate, frequency, better] = counts;
    say(&format!(
        "post-pass: {all} instances, {telesales} with calls for visits, {reactivate} with customers won, \
         {frequency} with more visits, {better} worth more than before"
    ));
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(telesales * 10 > all && reactivate * 50 > all && frequency * 10 > all, "{counts:?}");
}
