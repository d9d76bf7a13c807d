//! Random tiny instances, valid by the contract, whose joint choices can all be tried.

use super::dice::{Dice, hundredths};
use super::enumerate::Problem;
use super::model;
use super::numbers::cents;
use super::options::{Data, list, stated};
use serde_json::{Value, json};

/// The most joint choices of a random instance.
pub const MOST_CHOICES: u64 = 150_000;

/// A random instance with its model inline; the same seed gives the same document.
pub fn random_instance(seed: u64) -> Value {
    let mut dice = Dice::new(seed);
    loop {
        dice.coarse = dice.chance(35);
        let instance = draft(&mut dice, seed);
        let choices = Problem::read(&instance).choices();
        // Most of the instances that leave next to nothing to choose are drawn again.
        let dull = choices < 40 && dice.chance(80);
        if choices <= MOST_CHOICES && !dull {
            return instance;
        }
    }
}

fn draft(dice: &mut Dice, seed: u64) -> Value {
    let mut model = model::model(dice);
    let reps: Vec<Value> =
        (0..dice.pick(&[0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3])).map(|r| rep(dice, r)).collect();
    let pools: Vec<Value> = (0..dice.pick(&[0, 0, 0, 1, 1, 1, 2, 2])).map(|p| pool(dice, p)).collect();
    let mut customers: Vec<Value> = Vec::new();
    let number = dice.pick(&[1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5]);
    let number = if dice.chance(3) { 0 } else { number };
    for c in 0..number {
        let mut new = match customers.last() {
            Some(last) if dice.chance(12) => last.clone(),
            _ => customer(dice, &model, &reps, &pools),
        };
        new["id"] = json!(if dice.chance(8) { format!("c {c}/ü~:\"") } else { format!("c{c}") });
        customers.push(new);
    }
    if dice.chance(12) && !model["travel"].is_object() && model["owners"] != "free" {
        model["travel"] = json!({ "nearest": dice.whole(1, 2) });
    }
    let mut instance = json!({
        "format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": model,
    });
    if !pools.is_empty() || dice.chance(20) {
        instance["telesales"] = json!(pools);
    }
    if dice.chance(50) {
        instance["name"] = json!(format!("Random {seed}"));
        instance["currency"] = json!("EUR");
        instance["period"] = json!({ "start": "2026-07-01", "weeks": dice.whole(4, 26) });
    }
    for c in 0..customers.len() {
        order_limits(&mut instance, c);
        if dice.chance(12)
            && let Some(lock) = lock(dice, &Data::new(&instance), c)
        {
            instance["customers"][c]["lock"] = lock;
        }
    }
    instance["model"]["rules"] = model::rules(dice, &instance);
    if list(&instance["model"]["rules"]).is_empty() && dice.chance(50) {
        instance["model"].as_object_mut().expect("an object").remove("rules");
    }
    instance
}

fn rep(dice: &mut Dice, r: i64) -> Value {
    let id = if dice.chance(8) { format!("rep {r}/é~") } else { format!("r{r}") };
    let mut rep = json!({ "id": id });
    let status = match dice.whole(1, 100) {
        1..=8 => "vacant",
        9..=16 => "candidate",
        _ => "active",
    };
    if status != "active" || dice.chance(40) {
        rep["status"] = json!(status);
    }
    if dice.chance(30) {
        rep["effectiveness"] = dice.factor(50, 150);
    }
    if dice.chance(50) {
        rep["skills"] = json!(dice.some(&["x", "y"]));
    }
    if dice.chance(30) {
        rep["tags"] = json!({ "region": dice.pick(&["North", "South"]) });
    }
    if dice.chance(20) {
        rep["cost"] = dice.money(30_000);
    }
    if dice.chance(25) {
        rep["max_customers"] = json!(dice.pick(&[0, 1, 1, 1, 2, 2, 2, 3]));
    }
    if status == "vacant" {
        return rep;
    }
    let minutes = if dice.chance(2) { 0 } else { dice.minutes(40, 480) };
    time(dice, &mut rep, minutes, ["minutes", "hours"]);
    if dice.chance(16) {
        let least = dice.whole(0, minutes.min(160));
        time(dice, &mut rep, least, ["min_minutes", "min_hours"]);
    }
    rep
}

/// States a time in minutes or, where that has at most two decimals, in hours.
fn time(dice: &mut Dice, worker: &mut Value, minutes: i64, [in_minutes, in_hours]: [&str; 2]) {
    match minutes % 3 == 0 && dice.chance(50) {
        true => worker[in_hours] = hundredths(minutes * 5 / 3),
        false => worker[in_minutes] = json!(minutes),
    }
}

fn pool(dice: &mut Dice, p: i64) -> Value {
    let effect = match dice.whole(1, 10) {
        1 => json!(0),
        2 => json!(1),
        _ => dice.factor(5, 80),
    };
    let mut pool = json!({ "id": format!("t{p}"), "minutes_per_call": dice.whole(5, 30), "effect_per_call": effect });
    let minutes = dice.whole(10, 120);
    time(dice, &mut pool, minutes, ["minutes", "hours"]);
    if dice.chance(60) {
        pool["cost_per_hour"] = dice.money(80);
    }
    pool
}

fn customer(dice: &mut Dice, model: &Value, reps: &[Value], pools: &[Value]) -> Value {
    let mut customer = json!({});
    if dice.chance(60) {
        customer["status"] = json!(dice.pick(&["active", "inactive", "new"]));
    }
    if let Some(segments) = model["segments"].as_object()
        && dice.chance(65)
    {
        let names: Vec<&String> = segments.keys().collect();
        customer["segment"] = json!(dice.pick(&names));
    }
    let owners: Vec<&Value> = reps.iter().filter(|rep| rep["status"] != "candidate").map(|rep| &rep["id"]).collect();
    if !owners.is_empty() && dice.chance(70) {
        customer["owner"] = dice.pick(&owners).clone();
    }
    if dice.chance(50) {
        customer["tags"] = json!({ "region": dice.pick(&["North", "South"]) });
    }
    if dice.chance(60) {
        customer["last_visits"] = json!(dice.whole(0, 4));
    }
    if dice.chance(7) {
        customer["requires"] = json!(dice.some(&["x", "y"]));
    }
    if dice.chance(20) {
        customer["margin"] = model::margin(dice);
    }
    if dice.chance(20) {
        customer["response"] = model::response(dice);
    }
    let plain = |response: &Value| response["shape"].as_str().is_none_or(|shape| shape == "hyperbolic");
    if dice.chance(88) || !plain(&model["response"]) || !plain(&customer["response"]) {
        let value = dice.money(250);
        customer["visit_value"] = value.clone();
        customer["potential"] = match dice.whole(1, 25) {
            1 => json!(0),
            2 => dice.money(250),
            3 => value,
            4..=6 => dice.money(1500),
            _ if dice.coarse => hundredths(cents(&value) * dice.whole(1, 8)),
            _ => hundredths(cents(&value) * dice.whole(100, 800) / 100),
        };
        if dice.chance(4) {
            customer["visit_value"] = json!(0);
        }
    }
    if dice.chance(85) {
        customer["visit_minutes"] = json!(dice.minutes(15, 90));
    }
    if dice.chance(80) {
        customer["travel_minutes"] = json!(dice.whole(0, 40));
    }
    let mut longest = 5;
    match dice.whole(1, 20) {
        1 if dice.chance(50) => customer["coverage"] = json!([]),
        2..=13 => (customer["coverage"], longest) = coverage(dice, reps),
        _ => {}
    }
    if dice.chance(35) {
        limits(dice, &mut customer["visits"], longest);
    }
    if dice.chance(30) {
        limits(dice, &mut customer["calls"], 4);
    }
    if !pools.is_empty() && dice.chance(25) {
        let ids: Vec<&Value> = pools.iter().map(|pool| &pool["id"]).collect();
        customer["calls"]["pools"] = json!(dice.some(&ids));
    }
    customer
}

/// `min` and `max`, each present or not; mostly without a minimum.
pub fn limits(dice: &mut Dice, limits: &mut Value, most: i64) {
    *limits = json!({});
    let least = if dice.chance(8) { 0 } else { most.min(1) };
    let most = dice.whole(least, most);
    if dice.chance(70) {
        limits["max"] = json!(most);
    }
    if dice.chance(22) {
        limits["min"] = json!(if dice.chance(50) { 0 } else { dice.whole(0, most.min(2)) });
    }
}

/// Coverage entries, and the most visits that a stated maximum may allow: no more than any table.
fn coverage(dice: &mut Dice, reps: &[Value]) -> (Value, i64) {
    let (mut entries, mut longest) = (Vec::new(), 5);
    let tables = dice.chance(50);
    for rep in reps {
        if dice.chance(10) {
            continue;
        }
        let mut entry = json!({ "rep": rep["id"] });
        if dice.chance(85) {
            entry["minutes_per_visit"] = json!(dice.minutes(15, 120));
        }
        if dice.chance(50) {
            entry["fit"] = dice.factor(30, 110);
        }
        if tables && dice.chance(75) {
            let length = dice.pick(&[1, 2, 3, 3, 4, 4, 5, 5]);
            longest = longest.min(length);
            entry["revenue"] = table(dice, length);
        }
        entries.push(entry);
    }
    if entries.len() > 1 && dice.chance(30) {
        entries.reverse();
    }
    (json!(entries), longest)
}

/// What 0, 1, ... visits add: concave, S-shaped, falling, negative or of no shape at all.
fn table(dice: &mut Dice, length: i64) -> Value {
    let steps: &[i64] = match dice.whole(1, 6) {
        1 => &[120, 80, 50, 20, 5],
        2 => &[5, 30, 150, 60, 10],
        3 => &[150, 30, -40, -60, -20],
        4 => &[-20, -30, -10, -5, -60],
        5 => &[0, 0, 100, 0, 0],
        _ => &[100, -50, 200, 0, 80],
    };
    let unit = if dice.coarse { 100 } else { dice.whole(1, 137) };
    let mut sum = 0;
    let mut table = vec![json!(0)];
    for step in &steps[..length as usize] {
        sum += step * unit;
        table.push(hundredths(sum));
    }
    json!(table)
}

/// Lowers a customer's minimum where it exceeds the maximum, which would be refused.
fn order_limits(instance: &mut Value, c: usize) {
    let data = Data::new(instance);
    let customer = &data.customers[c];
    let entries = list(&customer["coverage"]);
    let only_tables = !entries.is_empty() && entries.iter().all(|entry| entry["revenue"].is_array());
    let states = |level: &Value| stated(&level["visits"]["max"]).is_some();
    let unlimited = only_tables && !states(customer) && !states(data.segment(customer));
    let mut repairs = Vec::new();
    for what in ["visits", "calls"] {
        let most = data.limit(customer, what, "max");
        if data.limit(customer, what, "min") > most && !(what == "visits" && unlimited) {
            repairs.push((what, most));
        }
    }
    for (what, most) in repairs {
        instance["customers"][c][what]["min"] = json!(most);
    }
}

/// A decision within minimum, maximum and coverage, and one whose parts do not contradict each other.
fn lock(dice: &mut Dice, data: &Data, c: usize) -> Option<Value> {
    let customer = &data.customers[c];
    let mut lock = json!({});
    let mut least = data.limit(customer, "visits", "min");
    let mut covering = data.coverage(customer);
    covering.retain(|covering| covering.most >= least.max(1));
    if !covering.is_empty() && dice.chance(45) {
        let held = dice.whole(0, covering.len() as i64 - 1) as usize;
        covering = vec![covering.swap_remove(held)];
        lock["rep"] = data.reps[covering[0].rep]["id"].clone();
        least = least.max(1);
    }
    let most = covering.iter().map(|covering| covering.most).max().unwrap_or(0);
    if least <= most && dice.chance(55) {
        least = dice.whole(least, most);
        lock["visits"] = json!(least);
    }
    let most_calls = data.limit(customer, "calls", "max");
    let visited = least > 0 && lock != json!({});
    let allowed = match (data.pools(customer).is_empty(), visited, &data.model["mix"]) {
        (true, _, _) => 0,
        (_, false, _) => most_calls,
        (_, _, Value::Bool(true)) => most_calls.max(most) - least,
        _ => 0,
    };
    let (fewest, most_calls) = (data.limit(customer, "calls", "min"), most_calls.min(allowed));
    if fewest <= most_calls && dice.chance(35) {
        let most = if dice.chance(50) { fewest } else { most_calls };
        lock["calls"] = json!(dice.whole(fewest, most));
    }
    (lock != json!({})).then_some(lock)
}

/// A random instance in which several reps with little time compete for customers, most of whom must be visited once:
/// prices prove little here, and knapsacks not everything.
pub fn random_contest(seed: u64) -> Value {
    let mut dice = Dice::new(seed);
    loop {
        let instance = contest(&mut dice, seed);
        if Problem::read(&instance).choices() <= MOST_CHOICES {
            return instance;
        }
    }
}

fn contest(dice: &mut Dice, seed: u64) -> Value {
    let (reps, customers) = dice.pick(&[(2, 12), (2, 14), (3, 8), (3, 9), (4, 7)]);
    // Few different values make many plans equally good.
    let unit = dice.pick(&[1, 1, 1, 100]);
    let (once, shared) = (dice.chance(70), dice.chance(25));
    let mut needed = 0;
    let customers: Vec<Value> = (0..customers)
        .map(|customer| {
            let exactly = once || dice.chance(60);
            let most = if exactly { 1 } else { dice.pick(&[1, 2, 3]) };
            let mut coverage = Vec::new();
            for rep in 0..reps {
                let minutes = dice.whole(5, 60);
                needed += minutes;
                let mut worth = 0;
                let mut revenue = vec![json!(0)];
                for _ in 0..most {
                    worth += unit * dice.whole(2, 2000 / unit);
                    revenue.push(hundredths(worth));
                }
                coverage.push(json!({ "rep": format!("r{rep}"), "minutes_per_visit": minutes, "revenue": revenue }));
            }
            let least = i64::from(exactly);
            json!({ "id": format!("c{customer}"), "visits": { "min": least, "max": most }, "coverage": coverage })
        })
        .collect();
    // What a visit to everybody takes on average, and a little less: the best rep for it often needs less.
    let each = needed / (reps * reps);
    let reps: Vec<Value> = (0..reps)
        .map(|rep| {
            let mut rep = json!({ "id": format!("r{rep}"), "minutes": each * dice.whole(75, 95) / 100 });
            if shared && dice.chance(30) {
                rep["max_customers"] = json!(customers.len() as i64 / reps + dice.whole(0, 1));
            }
            rep
        })
        .collect();
    let mut model = json!({ "format": "visitplan-model/1", "name": "contest", "channels": "field" });
    if shared {
        model["rules"] = json!([{ "max_visits": { "visits": customers.len() as i64 + dice.whole(0, 2) } }]);
    }
    json!({
        "format": "visitplan-instance/1", "name": format!("Contest {seed}"), "reps": reps, "customers": customers,
        "model": model,
    })
}
