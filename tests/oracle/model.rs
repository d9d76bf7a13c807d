//! Random planning models and rules for the tiny instances.

use super::dice::{Dice, hundredths};
use super::enumerate::{Problem, selected};
use super::instance::limits;
use super::numbers::whole;
use super::options::{Choice, list, stated};
use serde_json::{Value, json};

/// A model without rules.
pub fn model(dice: &mut Dice) -> Value {
    let mut model = json!({ "format": "visitplan-model/1", "name": "random" });
    let contribution = dice.chance(40);
    if contribution || dice.chance(70) {
        model["objective"] = json!(if contribution { "contribution" } else { "revenue" });
    }
    if contribution || dice.chance(45) {
        model["economics"] = json!({ "margin": margin(dice), "cost_per_visit_hour": dice.money(70) });
    }
    let owners = dice.pick(&["keep", "keep", "prefer", "free"]);
    if owners != "keep" || dice.chance(50) {
        model["owners"] = json!(owners);
    }
    if owners == "prefer" {
        model["handover_fit"] = dice.factor(40, 100);
    }
    if dice.chance(80) {
        model["response"] = response(dice);
    }
    limits(dice, &mut model["visits"], 7);
    let most = dice.whole(2, 7).max(stated(&model["visits"]["min"]).map_or(0, whole));
    model["visits"]["max"] = json!(most);
    match dice.whole(1, 20) {
        1 | 2 => {}
        3 => limits(dice, &mut model["calls"], 3),
        _ => {
            let most = dice.whole(0, 4);
            model["calls"] = json!({ "max": most });
            if dice.chance(6) {
                model["calls"]["min"] = json!(most.min(1));
            }
        }
    }
    if dice.chance(75) {
        model["mix"] = json!(dice.chance(60));
    }
    if dice.chance(90) {
        model["channels"] = json!(dice.pick(&["field", "field", "field_then_post_pass", "joint", "joint", "joint"]));
    }
    if dice.chance(50) {
        model["visit_minutes"] = json!(dice.minutes(20, 60));
    }
    if dice.chance(20) {
        model["travel"] = json!({ "minutes": dice.whole(0, 40) });
    }
    if dice.chance(60) {
        let names = dice.pick(&[&["A"][..], &["A", "B"], &["A", "no-see"]]);
        model["segments"] = json!({});
        for name in names {
            let segment = segment(dice, &model, name);
            model["segments"][name] = segment;
        }
    }
    model
}

fn segment(dice: &mut Dice, model: &Value, name: &str) -> Value {
    let mut segment = json!({});
    if name == "no-see" {
        segment["visits"] = json!({ "min": 0, "max": 0 });
    } else if dice.chance(50) {
        limits(dice, &mut segment["visits"], 5);
    }
    if dice.chance(30) {
        limits(dice, &mut segment["calls"], 3);
    }
    for what in ["visits", "calls"] {
        let default = if what == "visits" { 13 } else { 6 };
        let limit = |end: &str| {
            let value = stated(&segment[what][end]).or_else(|| stated(&model[what][end]));
            value.map_or(if end == "min" { 0 } else { default }, whole)
        };
        if limit("min") > limit("max") {
            let most = limit("max");
            segment[what]["min"] = json!(most);
        }
    }
    if dice.chance(30) {
        segment["visit_minutes"] = json!(dice.minutes(20, 60));
    }
    if dice.chance(20) {
        segment["travel_minutes"] = json!(dice.whole(0, 40));
    }
    segment
}

/// A margin with at most four decimals, so that no contribution lies within 1e-6 of a half cent.
pub fn margin(dice: &mut Dice) -> Value {
    match dice.chance(25) {
        true => json!(dice.whole(500, 10_000) as f64 / 1e4),
        false => hundredths(dice.whole(20, 100)),
    }
}

/// A response of any shape, with its parameter.
pub fn response(dice: &mut Dice) -> Value {
    if dice.coarse && dice.chance(40) {
        return json!({ "shape": "linear" });
    }
    match dice.pick(&["hyperbolic", "hyperbolic", "saturating", "power", "linear", "adbudg"]) {
        "power" => json!({ "shape": "power", "elasticity": dice.factor(5, 100) }),
        "adbudg" => json!({ "shape": "adbudg", "c": dice.factor(20, 350) }),
        shape => json!({ "shape": shape }),
    }
}

/// Up to three rules, none of which is refused for this instance.
pub fn rules(dice: &mut Dice, instance: &Value) -> Value {
    let wanted = dice.pick(&[0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3]);
    let rules: Vec<Value> = (0..wanted).filter_map(|_| rule(dice, instance)).collect();
    json!(rules)
}

fn rule(dice: &mut Dice, instance: &Value) -> Option<Value> {
    const KINDS: [&str; 8] = [
        "min_share",
        "max_share",
        "min_visits",
        "max_visits",
        "min_revenue",
        "max_cost",
        "max_changed_owners",
        "max_changed_customers",
    ];
    let kind = dice.pick(&KINDS);
    let of = dice.pick(&["visits", "minutes", "revenue"]);
    let customers = list(&instance["customers"]);
    let mut rule = match kind {
        "min_share" => json!({ "of": of, "share": dice.factor(3, 60) }),
        "max_share" => json!({ "of": of, "share": dice.factor(15, 90) }),
        "min_visits" => json!({}),
        "max_visits" => json!({ "visits": dice.whole(0, 2 * customers.len() as i64) }),
        "min_revenue" => json!({}),
        "max_cost" if instance["model"]["economics"].is_object() => {
            json!({ "cost": dice.money(250) })
        }
        "max_cost" => return None,
        "max_changed_owners" => json!({ "customers": dice.whole(0, 2) }),
        _ => json!({ "share": dice.factor(0, 80) }),
    };
    if kind == "max_changed_customers" && dice.chance(60) {
        rule["tolerance"] = json!(dice.whole(0, 2));
    }
    let for_some = !kind.starts_with("max_c");
    // A share of everything is no restriction, or one that nothing but zero keeps.
    if for_some && dice.chance(if kind.ends_with("share") { 95 } else { 60 }) {
        rule["who"] = who(dice, instance);
    }
    let nobody = !customers.iter().any(|customer| selected(&rule["who"], customer));
    if kind.starts_with("min_") && nobody {
        return None;
    }
    if kind == "min_revenue" {
        rule["revenue"] = hundredths(part_of_most(dice, instance, &rule["who"], |o| o.revenue));
    }
    if kind == "min_visits" {
        rule["visits"] = json!(part_of_most(dice, instance, &rule["who"], |o| o.visits).max(1));
    }
    Some(json!({ kind: rule }))
}

/// A part of what the selected customers would come to if every one got the most: a bound that matters, and
/// that mostly can be kept.
fn part_of_most(dice: &mut Dice, instance: &Value, who: &Value, of: impl Fn(&Choice) -> i64) -> i64 {
    let customers = list(&instance["customers"]).iter();
    let options = Problem::read(instance).options;
    let most = |options: &[Choice]| options.iter().map(&of).max().unwrap_or(0).max(0);
    let chosen = customers.zip(&options).filter(|(customer, _)| selected(who, customer));
    let sum: i64 = chosen.map(|(_, options)| most(options)).sum();
    sum * dice.whole(5, 60) / 100
}

/// One or two conditions, each with at least one known value.
fn who(dice: &mut Dice, instance: &Value) -> Value {
    let mut who = json!({});
    let reps: Vec<&Value> = list(&instance["reps"]).iter().map(|rep| &rep["id"]).collect();
    for _ in 0..dice.pick(&[1, 1, 1, 2]) {
        match dice.whole(1, 4) {
            1 => who["status"] = json!(dice.some(&["active", "inactive", "new"])),
            2 if instance["model"]["segments"].is_object() => {
                let names: Vec<&String> = instance["model"]["segments"].as_object().expect("checked").keys().collect();
                who["segment"] = json!(dice.some(&names));
            }
            3 if !reps.is_empty() => who["owner"] = json!(dice.some(&reps)),
            _ => who["tags"] = json!({ "region": dice.some(&["North", "South"]) }),
        }
    }
    who
}
