//! The files that a company's own systems would export: customers, reps, visits and orders with their dates.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Request;
use super::anchored::{Company, START, Surroundings, WEEKS, company};
use super::dice::Dice;
use crate::model::Location;
use crate::plan::to_text;
use crate::table::to_csv;
use crate::units::Money;

/// The files, each as a text.
#[derive(Clone, Debug)]
pub struct Exports {
    /// Name of the file and its text, the mapping file last.
    pub files: [(&'static str, String); 5],
}

#[derive(Serialize)]
struct Map<'m> {
    format: &'static str,
    instance: Instance<'m>,
}

#[derive(Serialize)]
struct Instance<'m> {
    name: &'m str,
    currency: &'m str,
    telesales: [Box<RawValue>; 1],
    model: &'m RawValue,
}

/// A number that has nothing to do with the company's own.
const SEED: u64 = 0x5eed_0f0d_a7e5;

/// The exports of the company that [`super::generate`] makes an instance of, for the family `anchored`.
pub fn exports(request: Request) -> Exports {
    let company = company(request);
    let mut dice = Dice::new(request.seed ^ SEED);
    let around = Surroundings::of(company.customers.len());
    let instance =
        Instance { name: around.name, currency: around.currency, telesales: [around.pool], model: &around.model };
    Exports {
        files: [
            ("customers.csv", customers(&company)),
            ("reps.csv", reps(&company)),
            ("visits.csv", visits(&company, &mut dice)),
            ("orders.csv", orders(&company, &mut dice)),
            ("map.json", to_text(&Map { format: "visitplan-map/1", instance })),
        ],
    }
}

fn amount(money: Money) -> String {
    let cents = money.0.unsigned_abs();
    let sign = if money.0 < 0 { "-" } else { "" };
    match cents % 100 {
        0 => format!("{sign}{}", cents / 100),
        rest => format!("{sign}{}.{rest:02}", cents / 100),
    }
}

fn customers(company: &Company) -> String {
    let titles = [
        "customer_id",
        "name",
        "segment",
        "owner",
        "wallet_per_year",
        "lat",
        "lon",
        "visit_minutes",
        "phone_ok",
        "requires",
    ];
    let mut rows = vec![titles.map(str::to_owned)];
    for customer in &company.customers {
        let [lat, lon] = cells_of(customer.location);
        // Vendors speak of years.
        let wallet = customer.wallet.map(|wallet| amount(Money(wallet.0 * 52 / i64::from(WEEKS))));
        rows.push([
            customer.id.clone(),
            customer.name.clone().unwrap_or_default(),
            customer.segment.clone().unwrap_or_default(),
            customer.owner.clone().unwrap_or_default(),
            wallet.unwrap_or_default(),
            lat,
            lon,
            customer.visit_minutes.map_or(String::new(), |minutes| minutes.to_string()),
            if customer.calls.is_some() { "no" } else { "yes" }.to_owned(),
            customer.requires.join(";"),
        ]);
    }
    to_csv(rows)
}

fn reps(company: &Company) -> String {
    let titles = ["rep_id", "name", "region", "fte", "days_off", "lat", "lon", "skills", "cost"];
    let mut rows = vec![titles.map(str::to_owned)];
    for rep in &company.reps {
        let [lat, lon] = cells_of(rep.location);
        let work = rep
            .work
            .as_ref()
            .map_or((String::new(), String::new()), |work| (work.fte.to_string(), work.days_off.to_string()));
        rows.push([
            rep.id.clone(),
            rep.name.clone().unwrap_or_default(),
            rep.tags.get("region").cloned().unwrap_or_default(),
            work.0,
            work.1,
            lat,
            lon,
            rep.skills.join(";"),
            rep.cost.map_or(String::new(), amount),
        ]);
    }
    to_csv(rows)
}

/// Latitude and longitude, or two empty cells.
fn cells_of(place: Option<Location>) -> [String; 2] {
    place.map_or_else(Default::default, |place| [place.lat.to_string(), place.lon.to_string()])
}

/// A weekday so many days before the planning period; the nearest one before where that is a weekend.
fn working_day(days_before: i64) -> Date {
    let start: Date = START.parse().expect("a day of the calendar");
    let day = start.saturating_sub(Span::new().days(days_before));
    let weekday = day.weekday().to_monday_zero_offset();
    // Never out of the quarter: its first day, 91 days before, is a Wednesday.
    if weekday > 4 { day.saturating_sub(i64::from(weekday - 4).days()) } else { day }
}

/// Days of the quarter before the planning period.
const QUARTER: usize = 7 * WEEKS as usize;

fn visits(company: &Company, dice: &mut Dice) -> String {
    let mut rows: Vec<(Date, &str, &str)> = Vec::new();
    for customer in &company.customers {
        let owner = customer.owner.as_deref().unwrap_or_default();
        for _ in 0..customer.last_visits {
            rows.push((working_day(1 + dice.below(QUARTER) as i64), &customer.id, owner));
        }
        // Somebody who bought before was visited before, too.
        if customer.status == "inactive" {
            rows.push((working_day(400 + dice.below(400) as i64), &customer.id, owner));
        }
    }
    rows.sort();
    let cells =
        rows.into_iter().map(|(day, customer, rep)| [day.to_string(), customer.into(), rep.into(), "visit".into()]);
    to_csv(std::iter::once(["date", "customer_id", "rep_id", "channel"].map(str::to_owned)).chain(cells))
}

fn orders(company: &Company, dice: &mut Dice) -> String {
    let mut rows: Vec<(Date, &str, Money)> = Vec::new();
    for customer in &company.customers {
        match customer.status {
            "active" => {
                // One to three orders in the quarter, which come to the sales to the cent.
                let mut left = customer.sales.0;
                for order in (0..1 + dice.below(3)).rev() {
                    let part = if order == 0 { left } else { (left as f64 * dice.between(0.2, 0.6)).round() as i64 };
                    rows.push((working_day(1 + dice.below(QUARTER) as i64), &customer.id, Money(part)));
                    left -= part;
                }
                // And one in the quarter before.
                let before = Money((customer.sales.0 as f64 * dice.between(0.2, 1.0)).round() as i64);
                rows.push((working_day(1 + (QUARTER + dice.below(QUARTER)) as i64), &customer.id, before));
            }
            "inactive" => {
                let amount = Money(100 * (200 + dice.below(3000) as i64));
                rows.push((working_day(400 + dice.below(400) as i64), &customer.id, amount));
            }
            _ => {}
        }
    }
    rows.sort();
    let cells =
        rows.into_iter().map(|(day, customer, revenue)| [day.to_string(), customer.to_owned(), amount(revenue)]);
    to_csv(std::iter::once(["date", "customer_id", "revenue"].map(str::to_owned)).chain(cells))
}
