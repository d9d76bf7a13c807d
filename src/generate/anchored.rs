//! A company as companies are: wallets for some customers, sales, last quarter's visits, owners, working calendars.
//!
//! Last quarter's visits are what a sensible but unaided force does: more to larger customers, by habit and nearness,
//! filling nine tenths of each rep's time. Segments, shares of wallet and the share of sales that stays without visits
//! are set so that the elasticity of the force comes out near 0.26, as published studies find.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Request;
use super::dice::Dice;
use super::towns::TOWNS;
use crate::import::{Known, estimate};
use crate::instance::{CustomerEntry, InstanceDocument, MostEntry, RepEntry, WorkEntry};
use crate::model::{Location, PlanningModel, WorkTime, built_in};
use crate::units::{Factor, Minutes, Money};

/// Share of a rep's time that last quarter's visits filled.
const FILLED: f64 = 0.9;
/// First day of the planning period.
pub const START: &str = "2026-07-01";
/// Weeks of the planning period.
pub const WEEKS: u32 = 13;
const NAMES: [&str; 24] = [
    "Anna K.",
    "Ben W.",
    "Clara S.",
    "David R.",
    "Eva M.",
    "Felix H.",
    "Greta B.",
    "Hannes L.",
    "Ida F.",
    "Jan P.",
    "Lea T.",
    "Max Z.",
    "Nora A.",
    "Otto G.",
    "Paula N.",
    "Ravi C.",
    "Sara E.",
    "Tom J.",
    "Uta V.",
    "Vera D.",
    "Willi O.",
    "Yara I.",
    "Zoe Q.",
    "Leo U.",
];
const TRADES: [&str; 4] = ["Clinic", "Practice", "Pharmacy", "Care home"];

/// A customer before it is known how often it was visited.
struct Draft {
    town: usize,
    location: Location,
    segment: usize,
    status: &'static str,
    share: f64,
    wallet: f64,
    /// Visits that habit gives it, before the reps' time is looked at.
    habit: f64,
    visit_minutes: i64,
    owner: usize,
    cardiology: bool,
}

/// A company as its own systems know it.
pub struct Company {
    /// The field force.
    pub reps: Vec<RepEntry>,
    /// The customers, with sales and visits of last quarter, and the wallets that are known.
    pub customers: Vec<CustomerEntry>,
}

/// Makes the company.
pub fn company(request: Request) -> Company {
    let mut dice = Dice::new(request.seed);
    let model = PlanningModel::from_json("field-sales", built_in("field-sales").unwrap_or_default())
        .expect("the built-in models are tested");
    let mut reps = reps(request.reps as usize, &mut dice, &model);
    let mut drafts: Vec<Draft> = (0..request.customers).map(|_| draft(&mut dice)).collect();
    assign_owners(&mut drafts, &mut reps, &model);
    let visits = last_visits(&drafts, &reps, &model, &mut dice);

    let mut count_in_town: BTreeMap<usize, u32> = BTreeMap::new();
    let width = request.customers.to_string().len();
    let customers = drafts
        .iter()
        .zip(visits)
        .enumerate()
        .map(|(number, (draft, visits))| {
            let buys = draft.status == "active";
            let sales = if buys { draft.wallet * draft.share } else { 0.0 };
            CustomerEntry {
                id: format!("c-{:0width$}", number + 1),
                name: Some(customer_name(&mut dice, draft.town, &mut count_in_town)),
                segment: Some(["A", "B", "C", "no-see"][draft.segment].to_owned()),
                status: draft.status,
                owner: Some(reps[draft.owner].rep.id.clone()),
                sales: whole(sales),
                // Data vendors know two wallets in three, and those of customers who do not buy.
                wallet: (!buys || dice.chance(0.66)).then(|| whole(draft.wallet)),
                last_visits: visits,
                visit_minutes: Some(draft.visit_minutes),
                location: Some(draft.location),
                requires: if draft.cardiology { vec!["cardiology".to_owned()] } else { Vec::new() },
                calls: dice.chance(0.35).then_some(MostEntry { max: 0 }),
                ..CustomerEntry::default()
            }
        })
        .collect();
    Company { reps: reps.into_iter().map(|home| home.rep).collect(), customers }
}

/// What no export of a company says: the name, the currency, the pool of telesales and the planning model.
pub struct Surroundings {
    /// Name of the instance.
    pub name: &'static str,
    /// Currency of all amounts.
    pub currency: &'static str,
    /// The pool, as JSON.
    pub pool: Box<RawValue>,
    /// The planning model, as JSON.
    pub model: Box<RawValue>,
}

impl Surroundings {
    /// Of a company of so many customers.
    pub fn of(customers: usize) -> Surroundings {
        let hours = customers * 5 / 4;
        let pool = format!(
            "{{ \"id\": \"inside\", \"hours\": {hours}, \"minutes_per_call\": 15, \"effect_per_call\": 0.3, \
             \"cost_per_hour\": 35 }}"
        );
        let raw = |text: String| RawValue::from_string(text).expect("a JSON text");
        Surroundings {
            name: "Germany South, Q3 2026",
            currency: "EUR",
            pool: raw(pool),
            model: raw("\"field-sales\"".to_owned()),
        }
    }
}

/// Makes the instance.
pub fn generate(request: Request) -> String {
    let Company { reps, mut customers } = company(request);
    let known: Vec<Known<'_>> = customers
        .iter()
        .map(|customer| Known { segment: customer.segment.as_deref(), sales: customer.sales, wallet: customer.wallet })
        .collect();
    let estimates = estimate(&known);
    for (customer, estimate) in customers.iter_mut().zip(estimates) {
        customer.wallet_estimated = estimate.is_some();
        customer.wallet = customer.wallet.or(estimate);
    }
    let Surroundings { name, currency, pool, model } = Surroundings::of(customers.len());
    let mut document = InstanceDocument::new(START.to_owned(), WEEKS, model);
    document.name = name.to_owned();
    document.currency = currency.to_owned();
    document.telesales = vec![pool];
    document.reps = reps;
    document.customers = customers;
    document.to_text()
}

/// A rep with what the generator needs to know.
struct Home {
    rep: RepEntry,
    place: Location,
    minutes: Minutes,
}

fn reps(count: usize, dice: &mut Dice, model: &PlanningModel) -> Vec<Home> {
    // Reps live in the largest towns, and around them where there are more reps than towns.
    let weights: Vec<f64> = TOWNS.iter().map(|town| f64::from(town.3)).collect();
    (0..count)
        .map(|number| {
            let town = if number < 12.min(TOWNS.len()) { number } else { dice.weighted(&weights) };
            let location = around(dice, town, 6.0);
            let fte = [Factor::ONE, Factor(800_000), Factor(600_000)][dice.weighted(&[7.0, 2.0, 1.0])];
            let days_off = 3 + dice.weighted(&[1.0; 8]) as i64;
            let time = WorkTime { fte, days_off: Factor(days_off * 1_000_000), holidays: None };
            let (id, name) = rep_name(number);
            let rep = RepEntry {
                id,
                name: Some(name),
                work: Some(WorkEntry { fte, days_off: Factor(days_off * 1_000_000) }),
                location: Some(location),
                skills: if number % 3 == 0 { vec!["cardiology".to_owned()] } else { Vec::new() },
                cost: Some(Money((30_000.0 * fte.as_f64()) as i64 * 100)),
                tags: region(location),
                ..RepEntry::default()
            };
            Home { rep, place: location, minutes: model.work.minutes(time, WEEKS) }
        })
        .collect()
}

/// The region of a place, as a label.
pub(super) fn region(location: Location) -> BTreeMap<String, String> {
    let region = if location.lon < 10.1 { "West" } else { "East" };
    BTreeMap::from([("region".to_owned(), region.to_owned())])
}

/// The name of the next customer in a town.
pub(super) fn customer_name(dice: &mut Dice, town: usize, in_town: &mut BTreeMap<usize, u32>) -> String {
    let count = in_town.entry(town).or_insert(0);
    *count += 1;
    let trade = TRADES[dice.weighted(&[2.0, 4.0, 3.0, 1.0])];
    format!("{trade} {} {count}", TOWNS[town].0)
}

/// Id and name of a rep.
pub(super) fn rep_name(number: usize) -> (String, String) {
    match NAMES.get(number) {
        Some(name) => (name.split(' ').next().unwrap_or(name).to_lowercase(), (*name).to_owned()),
        None => (format!("rep-{}", number + 1), format!("Rep {}", number + 1)),
    }
}

/// A place near a town, with four decimals.
pub(super) fn around(dice: &mut Dice, town: usize, spread_km: f64) -> Location {
    let (_, lat, lon, _) = TOWNS[town];
    let rounded = |degrees: f64| (degrees * 1e4).round() / 1e4;
    Location {
        lat: rounded(lat + dice.normal() * spread_km / 111.2),
        lon: rounded(lon + dice.normal() * spread_km / 73.5),
    }
}

fn draft(dice: &mut Dice) -> Draft {
    // Small towns have more than their share of customers.
    let weights = TOWNS.map(|town| f64::from(town.3).sqrt());
    let town = dice.weighted(&weights);
    let segment = dice.weighted(&[0.15, 0.30, 0.54, 0.01]);
    let status = ["active", "inactive", "new"][if segment == 0 { 0 } else { dice.weighted(&[0.86, 0.08, 0.06]) }];
    let (size, habit) = [(10.2, 9.0), (9.3, 6.0), (8.5, 3.6), (9.0, 0.0)][segment];
    let wallet = dice.lognormal(size, 0.45);
    let share = dice.between(0.45, 0.8);
    // Habit follows size, and whim.
    let habit = habit * libm::pow(wallet / libm::exp(size), 0.3) * dice.lognormal(0.0, 0.2);
    Draft {
        town,
        location: around(dice, town, 9.0),
        segment,
        status,
        share,
        wallet,
        habit: if status == "active" { habit } else { 0.0 },
        visit_minutes: [60, 45, 40, 40][segment],
        owner: 0,
        cardiology: segment < 2 && dice.chance(0.06),
    }
}

/// Time of one visit by a rep.
fn minutes(draft: &Draft, home: &Home, model: &PlanningModel) -> f64 {
    let distance = draft.location.distance_km(home.place);
    model.travel.minutes_per_visit(Minutes(draft.visit_minutes), Some(distance)).0 as f64
}

/// Every customer goes to the nearest rep who has room for its habit; without room anywhere, to the nearest.
fn assign_owners(drafts: &mut [Draft], reps: &mut [Home], model: &PlanningModel) {
    let total: f64 = reps.iter().map(|home| home.minutes.0 as f64).sum();
    let need: f64 = drafts.iter().map(|draft| (draft.habit + 0.5) * 80.0).sum();
    let mut room: Vec<f64> = reps.iter().map(|home| home.minutes.0 as f64 / total.max(1.0) * need * 1.1).collect();
    for draft in drafts {
        let able = |rep: &usize| !draft.cardiology || !reps[*rep].rep.skills.is_empty();
        let mut order: Vec<(f64, usize)> =
            (0..reps.len()).filter(able).map(|rep| (draft.location.distance_km(reps[rep].place), rep)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let time = |rep: usize| (draft.habit + 0.5) * minutes(draft, &reps[rep], model);
        let found = order.iter().find(|(_, rep)| room[*rep] >= time(*rep)).or(order.first());
        if let Some(&(_, rep)) = found {
            room[rep] -= time(rep);
            draft.owner = rep;
        }
    }
}

/// Habit, scaled so that each rep's time was filled, in whole visits.
fn last_visits(drafts: &[Draft], reps: &[Home], model: &PlanningModel, dice: &mut Dice) -> Vec<u32> {
    let mut visits = vec![0_u32; drafts.len()];
    for (rep, home) in reps.iter().enumerate() {
        let owned: Vec<usize> = (0..drafts.len()).filter(|&at| drafts[at].owner == rep).collect();
        let time: Vec<f64> = owned.iter().map(|&at| minutes(&drafts[at], home, model)).collect();
        let fill = home.minutes.0 as f64 * FILLED;
        let rounded = |scale: f64, whims: &[f64]| -> Vec<u32> {
            let number = |(&at, whim): (&usize, &f64)| {
                let least = if drafts[at].segment == 0 { 2.0 } else { 0.0 };
                (drafts[at].habit * scale + whim).floor().clamp(least, 13.0) as u32
            };
            owned.iter().zip(whims).map(number).collect()
        };
        let whims: Vec<f64> = owned.iter().map(|_| dice.unit()).collect();
        let used = |visits: &[u32]| -> f64 { visits.iter().zip(&time).map(|(&n, t)| f64::from(n) * t).sum() };
        // The largest scale that fits, by bisection.
        let (mut low, mut high) = (0.0, 8.0);
        for _ in 0..40 {
            let middle = (low + high) / 2.0;
            if used(&rounded(middle, &whims)) <= fill { low = middle } else { high = middle }
        }
        for (&at, number) in owned.iter().zip(rounded(low, &whims)) {
            visits[at] = if drafts[at].segment == 3 || drafts[at].status != "active" { 0 } else { number };
        }
    }
    visits
}

/// An amount in whole units.
pub(super) fn whole(amount: f64) -> Money {
    Money(amount.round() as i64 * 100)
}
