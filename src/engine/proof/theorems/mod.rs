//! What `models/prices.md`, section 10, says of the proof, on random small problems, against enumeration.

mod bounds;
mod certificates;
mod search;

use serde_json::{Value, json};

use super::ascent::{Ascent, Course};
use super::branch::Branching;
use super::marks::{Mark, Marks};
use super::repair::Packings;
use super::shortlist::{LOSS_LIMIT, Shortlist};
use crate::engine::prices::{Dice, Width};
use crate::instance::Instance;
use crate::problem::{Choice, Problem};

/// Units per cent in these tests.
const UNITS: i64 = 10;
/// So few steps that bounds stay weak and searches have something to do.
const SHORT: Course = Course { steps: 4, length: 0.5, patience: 3, shrink: 0.5, shortest: 0.01, memory: 0.5 };

/// A problem with all of its plans.
struct Case {
    instance: Instance,
    problem: Problem,
    /// Value and options of each plan.
    plans: Vec<(i64, Vec<Choice>)>,
    /// Prices of the rows, in units.
    rows: Vec<i64>,
    seed: u32,
}

/// Reps with minutes, and customers with tables of any shape, some of whom must be visited. Minutes are multiples of
/// `unit`, but for what the reps have.
pub fn random(dice: &mut Dice, customers: usize, reps: usize, unit: usize) -> Value {
    let coverage = |dice: &mut Dice| -> Vec<Value> {
        let mut entries = Vec::new();
        for rep in 0..reps {
            if dice.below(4) == 0 && rep > 0 {
                continue;
            }
            let mut table = vec![0];
            for visits in 0..1 + dice.below(2) {
                table.push(table[visits] + dice.below(90) as i64 - 10);
            }
            entries.push(
                json!({"rep": format!("r{rep}"), "minutes_per_visit": unit * (3 + dice.below(9)), "revenue": table}),
            );
        }
        entries
    };
    let customers: Vec<Value> = (0..customers)
        .map(|customer| {
            let mut entry = json!({"id": format!("c{customer}"), "coverage": coverage(dice)});
            if dice.below(4) == 0 {
                entry["visits"] = json!({"min": 1});
            }
            entry
        })
        .collect();
    let share = 3 * unit * customers.len() / reps;
    let reps: Vec<Value> =
        (0..reps).map(|rep| json!({"id": format!("r{rep}"), "minutes": share + dice.below(share + 1)})).collect();
    json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": "field"})
}

pub fn read(document: &Value) -> (Instance, Problem) {
    let instance = Instance::from_json(&document.to_string()).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    (instance, problem)
}

fn plans(problem: &Problem) -> Vec<(i64, Vec<Choice>)> {
    fn extend(problem: &Problem, chosen: &mut Vec<Choice>, plans: &mut Vec<(i64, Vec<Choice>)>) {
        if chosen.len() == problem.customers() {
            if problem.overdrawn(chosen).is_none() {
                plans.push((problem.total_value(chosen), chosen.clone()));
            }
            return;
        }
        for choice in problem.choices(chosen.len()) {
            chosen.push(choice);
            extend(problem, chosen, plans);
            chosen.pop();
        }
    }
    let mut plans = Vec::new();
    extend(problem, &mut Vec::new(), &mut plans);
    plans
}

/// Tiny problems with a plan, and random prices of their rows.
fn cases(count: u32) -> impl Iterator<Item = Case> {
    (0..count).filter_map(|seed| {
        let mut dice = Dice::new(seed, 1);
        let unit = [1, 1, 5][dice.below(3)];
        let (customers, reps) = (3 + dice.below(3), 2 + dice.below(2));
        let (instance, problem) = read(&random(&mut dice, customers, reps, unit));
        let plans = plans(&problem);
        let rows = problem.rows.iter().map(|_| dice.below(9000 / unit) as i64 * i64::from(dice.below(4) > 0)).collect();
        (!plans.is_empty()).then_some(Case { instance, problem, plans, rows, seed })
    })
}

impl Case {
    /// All options on one list.
    fn list(&self) -> Shortlist {
        Shortlist::of(&self.problem, UNITS, self.rows.clone(), LOSS_LIMIT - 1).expect("small numbers")
    }

    /// The value of the best plan.
    fn best(&self) -> i64 {
        self.plans.iter().map(|(value, _)| *value).max().expect("a plan")
    }

    /// The rep of each customer of the list in a plan, as a row.
    fn rows_of(&self, list: &Shortlist, plan: &[Choice]) -> Vec<Option<usize>> {
        let row = |customer: usize| {
            let mut found = None;
            self.problem.for_each_use(customer, plan[customer], |row, _| found = Some(row));
            found.filter(|_| plan[customer].visits > 0)
        };
        list.customers.iter().map(|customer| row(customer.index as usize)).collect()
    }

    /// Whether a plan is within what is decided.
    fn keeps(&self, list: &Shortlist, plan: &[Choice], marks: &Marks) -> bool {
        let rows = self.rows_of(list, plan);
        let fits = |(x, row): (usize, &Option<usize>)| match row {
            None => !marks.visited[x],
            Some(row) => list.customers[x].groups.iter().all(|&group| {
                let own = list.reps[list.groups[group as usize].rep as usize].row == *row;
                match marks.groups[group as usize] {
                    Mark::Free => true,
                    Mark::In => own,
                    Mark::Out => !own,
                }
            }),
        };
        rows.iter().enumerate().all(fits)
    }

    /// The least loss of a plan within what is decided.
    fn least(&self, list: &Shortlist, marks: &Marks) -> Option<i128> {
        let kept = self.plans.iter().filter(|(_, plan)| self.keeps(list, plan, marks));
        kept.map(|(value, _)| list.loss_of(*value)).min()
    }
}

/// Random decisions that do not contradict each other.
fn decide(list: &Shortlist, dice: &mut Dice) -> Marks {
    let mut marks = Marks::none(list);
    for (x, customer) in list.customers.iter().enumerate() {
        let group = customer.groups[dice.below(customer.groups.len())] as usize;
        match dice.below(6) {
            0 => marks.give(list, group),
            1 => marks.groups[group] = Mark::Out,
            2 => marks.visited[x] = true,
            _ => {}
        }
        marks.conclude(list, x);
    }
    marks
}

fn random_prices(list: &Shortlist, dice: &mut Dice) -> Vec<i64> {
    list.customers.iter().map(|_| dice.below(160_000) as i64 - 20_000).collect()
}

/// A search that begins at weak prices, with the target it ends at and the best plan it found.
fn search<'l>(case: &Case, list: &'l Shortlist, cut: i64, fall: bool) -> (Branching<'l>, i64, Option<i64>) {
    let mut root = Ascent::first(list);
    let marks = Marks::none(list);
    Ascent::new(list, Width::detect(), false).climb(&mut root, &marks, cut, SHORT, &mut |_, _| true);
    let mut branching = Branching::new(list, Width::detect(), root);
    let (mut target, mut found) = (cut, None);
    while !branching.is_done() {
        assert!(branching.looked < 5000, "seed {}", case.seed);
        target = branching.step(target, &mut |plan: &Packings| {
            found = Some(found.map_or(plan.loss, |found: i64| found.min(plan.loss)));
            if fall { plan.loss } else { cut }
        });
    }
    (branching, target, found)
}
