//! Published multidimensional multiple-choice knapsacks (Khan et al.): of every class exactly one item, and every item
//! draws on all resources at once.
//!
//! An option of a customer draws on one rep's minutes, one pool's, and rules that count its visits, minutes or revenue:
//! never on five or ten rows with arbitrary numbers. So a class cannot be a customer. Parts of it can:
//!
//! - a resource is a rep, with as many minutes;
//! - an item is a customer who is visited if the item is *not* taken, which costs the item's value, by a rep who has time
//!   for all of them; `min_visits` and `max_visits` of a class leave exactly one unvisited;
//! - what an item needs of a resource is a customer whom that rep may visit, once, for so many minutes, for nothing;
//! - `min_visits` of the two together is 1: either the item is not taken or what it needs is given.
//!
//! Plans and choices of items correspond, and so do the linear relaxations. What this tests is the program with its many
//! rules, by the exact engine: knapsacks per rep prove next to nothing here, and the optimum is the solver's word beside
//! a certificate of the relaxation. I03 and I04 (1602 and 3597) are left out: minutes are not enough for HiGHS.

mod support;

use serde_json::{Value, json};
use support::{benchmark, problem_of, say};
use visitplan::engine::{Answer, Control, Engine, Settings};
use visitplan::plan::{Gap, Plan, PlanDocument, Status};
use visitplan::problem::Problem;
use visitplan::units::Money;
use visitplan::verify::{Verified, verify};

struct Item {
    cents: i64,
    needs: Vec<i64>,
}

struct Knapsack {
    capacities: Vec<i64>,
    classes: Vec<Vec<Item>>,
}

impl Knapsack {
    fn read(text: &str) -> Knapsack {
        let mut numbers = text.split_whitespace().map_while(|word| word.parse::<f64>().ok());
        let mut next = || numbers.next().expect("a complete file");
        let (classes, items, resources) = (next() as usize, next() as usize, next() as usize);
        let capacities = (0..resources).map(|_| next() as i64).collect();
        let mut class = |number: usize| -> Vec<Item> {
            assert_eq!(next(), number as f64, "the number of a class");
            let mut item = || Item {
                cents: (next() * 100.0).round() as i64,
                needs: (0..resources).map(|_| next() as i64).collect(),
            };
            (0..items).map(|_| item()).collect()
        };
        Knapsack { capacities, classes: (1..=classes).map(&mut class).collect() }
    }

    fn instance(&self) -> Value {
        let mut reps: Vec<Value> = self
            .capacities
            .iter()
            .enumerate()
            .map(|(resource, capacity)| json!({"id": format!("resource-{resource}"), "minutes": capacity}))
            .collect();
        let items: usize = self.classes.iter().map(Vec::len).sum();
        reps.push(json!({"id": "nobody", "minutes": items}));
        let (mut customers, mut rules) = (Vec::new(), Vec::new());
        for (class, items) in self.classes.iter().enumerate() {
            let who = json!({"tags": {"class": [format!("{class}")]}});
            rules.push(json!({"min_visits": {"who": who, "visits": items.len() - 1}}));
            rules.push(json!({"max_visits": {"who": who, "visits": items.len() - 1}}));
            for (number, item) in items.iter().enumerate() {
                let name = format!("{class}/{number}");
                let mut tags = json!({"class": format!("{class}")});
                for (resource, &minutes) in item.needs.iter().enumerate().filter(|&(_, &minutes)| minutes > 0) {
                    let pair = format!("{name}/{resource}");
                    tags[format!("resource-{resource}")] = json!(pair);
                    customers.push(json!({
                        "id": pair, "visits": {"max": 1}, "tags": {format!("resource-{resource}"): pair},
                        "coverage": [{"rep": format!("resource-{resource}"), "minutes_per_visit": minutes,
                                      "revenue": [0, 0]}],
                    }));
                    let who = json!({"tags": {format!("resource-{resource}"): [pair]}});
                    rules.push(json!({"min_visits": {"who": who, "visits": 1}}));
                }
                customers.push(json!({
                    "id": name, "visits": {"max": 1}, "tags": tags,
                    "coverage": [{"rep": "nobody", "minutes_per_visit": 1, "revenue": [0, -item.cents as f64 / 100.0]}],
                }));
            }
        }
        let model =
            json!({"format": "visitplan-model/1", "name": "multiple-choice", "channels": "field", "rules": rules});
        json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": model})
    }

    /// The value in cents of the items that a plan takes, which must be one per class within all capacities.
    fn value(&self, document: &Value, problem: &Problem, plan: &Plan) -> i64 {
        let mut left = self.capacities.clone();
        let customers = document["customers"].as_array().expect("a list");
        let visits = |name: &str| {
            let at = customers.iter().position(|customer| customer["id"] == name).expect("a customer");
            plan.choices[at].visits
        };
        let mut value = 0;
        for (class, items) in self.classes.iter().enumerate() {
            let taken: Vec<usize> = (0..items.len()).filter(|item| visits(&format!("{class}/{item}")) == 0).collect();
            let [taken] = taken[..] else { panic!("class {class}: {} items", taken.len()) };
            value += items[taken].cents;
            left.iter_mut().zip(&items[taken].needs).for_each(|(left, needed)| *left -= needed);
        }
        assert!(left.iter().all(|&left| left >= 0), "a resource is overdrawn");
        assert_eq!(value - self.worth_of_all(), problem.total_value(&plan.choices));
        value
    }

    fn worth_of_all(&self) -> i64 {
        self.classes.iter().flatten().map(|item| item.cents).sum()
    }
}

fn reaches(file: &str, optimum: i64) {
    let Some(text) = benchmark(&format!("mmkp/{file}")) else { return };
    let knapsack = Knapsack::read(&text);
    let document = knapsack.instance();
    let (instance, problem) = problem_of(&document);
    let best = optimum - knapsack.worth_of_all();
    let mut control = Control {
        should_stop: &|| None,
        report: &mut |progress| {
            assert!(progress.value.is_none_or(|value| value <= best), "{file}: {progress:?}");
            assert!(progress.bound.is_none_or(|bound| bound >= best), "{file}: {progress:?}");
        },
    };
    let settings = Settings { gap: Gap(0), ..Settings::default() };
    let answer = Engine::Exact.solve(&instance, &problem, settings, None, &mut control);
    let Answer::Plan(plan) = answer else { panic!("{file}: {answer:?}") };
    let value = knapsack.value(&document, &problem, &plan);
    let certified = Money(plan.certified.0 + knapsack.worth_of_all());
    say(&format!("{file}: {} by {:?}, certified {certified}", Money(value), plan.proven_by));
    assert_eq!((plan.status, value), (Status::Optimal, optimum), "{file}");
    let text = PlanDocument::new(&instance, &problem, &plan).to_text();
    let verified = verify(&instance, &problem, "plan", &text);
    assert!(matches!(verified, Ok(Verified::Plan { .. })), "{file}: {verified:?}");
}

#[test]
fn knapsacks_of_five_resources_reach_their_published_optimum() {
    reaches("I01", 17_300);
    reaches("I02", 36_400);
}

/// Asked for with `script/test --long`.
#[test]
fn knapsacks_of_ten_resources_reach_their_published_optimum() {
    if std::env::var_os("VISITPLAN_LONG").is_some() {
        reaches("I05", 390_570);
        reaches("I06", 479_930);
    }
}
