//! The published case: a field force makes four visits a customer and period, 20.8 % of them to customers of low
//! potential, who could be phoned.
//!
//! With 6,000 customers and 60 reps these are 24,000 visits, 5,000 of them to the smallest customers, who together hold
//! the last fifth of all wallets. The rest of the figures is invented.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Request;
use super::anchored::{START, WEEKS, around, customer_name, region, rep_name, whole};
use super::dice::Dice;
use super::towns::TOWNS;
use crate::instance::{CustomerEntry, InstanceDocument, RepEntry, WorkEntry};
use crate::model::Location;
use crate::units::{Factor, Money};

/// Visits a customer and period.
const VISITS: usize = 4;
/// The share of visits that went to customers of low potential: 5,000 of 24,000.
const TO_LOW: (usize, usize) = (5, 24);
/// The share of all wallets that the customers of low potential hold.
const LOW: f64 = 0.2;
/// Most visits to a customer.
const MOST: usize = 13;
/// Days off in the period; with 20 minutes on site they leave time for eight or nine visits a day.
const DAYS_OFF: i64 = 11_000_000;
const VISIT_MINUTES: i64 = 20;
/// Customers live around their rep.
const TERRITORY_KM: f64 = 8.0;

/// The planning model: visits to customers of low potential become calls, all of them, as in the case.
const MODEL: &str = r#"{ "format": "visitplan-model/1", "name": "case", "matrix": { "potential": { "low": 0.2, "high": 0.65 }, "visit_value": { "low": 0.2, "high": 0.65 } }, "post_pass": { "telesales": { "when": { "potential": "low" }, "calls_per_visit": 2, "only_if": "always" } } }"#;

struct Draft {
    status: &'static str,
    wallet: f64,
    share: f64,
    location: Location,
    /// What habit gives it, beside others.
    habit: f64,
    owner: usize,
}

/// Makes the instance.
pub fn generate(request: Request) -> String {
    let mut dice = Dice::new(request.seed);
    let reps = request.reps as usize;
    let towns: Vec<usize> = (0..reps).map(|number| number % TOWNS.len()).collect();
    let drafts: Vec<Draft> =
        (0..request.customers as usize).map(|number| draft(&mut dice, number % reps, &towns)).collect();
    let visits = last_visits(&drafts, reps);
    let width = request.customers.to_string().len();
    let mut in_town: BTreeMap<usize, u32> = BTreeMap::new();
    let customers = drafts.iter().zip(visits).enumerate().map(|(number, (draft, visits))| {
        let buys = draft.status == "active";
        CustomerEntry {
            id: format!("c-{:0width$}", number + 1),
            name: Some(customer_name(&mut dice, towns[draft.owner], &mut in_town)),
            status: draft.status,
            owner: Some(rep_name(draft.owner).0),
            sales: if buys { whole(draft.wallet * draft.share) } else { Money(0) },
            wallet: Some(whole(draft.wallet)),
            last_visits: visits,
            visit_minutes: Some(VISIT_MINUTES),
            location: Some(draft.location),
            ..CustomerEntry::default()
        }
    });
    let raw = |text: &str| RawValue::from_string(text.to_owned()).expect("a JSON text");
    let mut document = InstanceDocument::new(START.to_owned(), WEEKS, raw(MODEL));
    document.name = "The case of the visits that should have been calls".to_owned();
    document.currency = "EUR".to_owned();
    document.customers = customers.collect();
    document.reps = (0..reps).map(|number| rep(number, towns[number])).collect();
    let hours = request.customers * 3 / 10;
    document.telesales = vec![raw(&format!(
        "{{ \"id\": \"inside\", \"hours\": {hours}, \"minutes_per_call\": 10, \"effect_per_call\": 0.3, \"cost_per_hour\": 35 }}"
    ))];
    document.to_text()
}

fn rep(number: usize, town: usize) -> RepEntry {
    let (_, lat, lon, _) = TOWNS[town];
    let (id, name) = rep_name(number);
    RepEntry {
        id,
        name: Some(name),
        work: Some(WorkEntry { fte: Factor::ONE, days_off: Factor(DAYS_OFF) }),
        location: Some(Location { lat, lon }),
        tags: region(Location { lat, lon }),
        ..RepEntry::default()
    }
}

fn draft(dice: &mut Dice, owner: usize, towns: &[usize]) -> Draft {
    let status = ["active", "inactive", "new"][dice.weighted(&[0.8, 0.12, 0.08])];
    let wallet = dice.lognormal(8.6, 1.0);
    let share = dice.between(0.45, 0.8);
    let location = around(dice, towns[owner], TERRITORY_KM);
    // Habit follows size a little, and whim a lot.
    let habit = libm::pow(wallet, 0.35) * dice.lognormal(0.0, 0.6);
    Draft { status, wallet: wallet.round(), share, location, habit, owner }
}

/// Each rep's part of all visits, and in it the part of the customers of low potential, by habit.
fn last_visits(drafts: &[Draft], reps: usize) -> Vec<u32> {
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by(|&a, &b| drafts[a].wallet.total_cmp(&drafts[b].wallet).then(b.cmp(&a)));
    let whole: f64 = drafts.iter().map(|draft| draft.wallet).sum();
    let mut is_low = vec![false; drafts.len()];
    let mut held = 0.0;
    for at in order {
        held += drafts[at].wallet;
        if held > LOW * whole {
            break;
        }
        is_low[at] = true;
    }
    let mut visits = vec![0; drafts.len()];
    let all = drafts.len() * VISITS;
    let to_low = all * TO_LOW.0 / TO_LOW.1;
    // The whole is the sum of the parts, whatever the number of reps.
    let part = |whole: usize, rep: usize| (rep + 1) * whole / reps - rep * whole / reps;
    for rep in 0..reps {
        for low in [true, false] {
            let owned = (rep..drafts.len()).step_by(reps);
            let chosen: Vec<usize> = owned.filter(|&at| is_low[at] == low && drafts[at].status == "active").collect();
            let share = part(to_low, rep);
            let share = if low { share } else { part(all, rep) - share };
            for (at, number) in shared_out(drafts, chosen, share) {
                visits[at] = number;
            }
        }
    }
    visits
}

/// Visits shared out in proportion to habit, at most so many to each; the largest remainders are rounded up.
fn shared_out(drafts: &[Draft], mut open: Vec<usize>, mut visits: usize) -> Vec<(usize, u32)> {
    let mut shares = Vec::with_capacity(open.len());
    loop {
        let habits: f64 = open.iter().map(|&at| drafts[at].habit).sum();
        let quota = |at: usize| visits as f64 * drafts[at].habit / habits;
        let (full, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|&&at| quota(at) > MOST as f64);
        if full.is_empty() {
            let mut quotas: Vec<(usize, f64)> = open.iter().map(|&at| (at, quota(at))).collect();
            quotas.sort_by(|a, b| (b.1 - b.1.floor()).total_cmp(&(a.1 - a.1.floor())).then(a.0.cmp(&b.0)));
            let floors: usize = quotas.iter().map(|(_, quota)| *quota as usize).sum();
            let up = visits.saturating_sub(floors);
            let number = |(place, (at, quota)): (usize, (usize, f64))| (at, quota as u32 + u32::from(place < up));
            shares.extend(quotas.into_iter().enumerate().map(number));
            return shares;
        }
        visits = visits.saturating_sub(full.len() * MOST);
        shares.extend(full.into_iter().map(|at| (at, MOST as u32)));
        open = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::repeat;
    use crate::generate::Family;
    use crate::instance::Instance;
    use crate::matrix::Cells;
    use crate::model::Band;
    use crate::problem::Problem;

    #[test]
    fn the_case_has_the_published_figures_and_last_period_is_a_plan_of_it() {
        let request = Request { family: Family::Case, customers: 6000, reps: 60, seed: 1 };
        let instance = Instance::from_json(&generate(request)).unwrap();
        let cells = Cells::of(&instance);
        let visits = |low: bool| -> u32 {
            let is_low = |at: &usize| cells.position(*at).is_some_and(|cell| cell.potential == Band::Low) == low;
            (0..6000).filter(is_low).map(|at| instance.customers[at].last_visits).sum()
        };
        assert_eq!((visits(true), visits(false)), (5000, 19_000));
        let repeated = repeat(&instance, &Problem::new(&instance).unwrap()).unwrap();
        assert_eq!((repeated.adjusted, repeated.without_time), (Vec::new(), 0));
    }
}
