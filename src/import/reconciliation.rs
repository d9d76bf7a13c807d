//! What was matched, what was not and why: the answer of an import, in plain words.

use std::collections::BTreeMap;
use std::fmt;

use super::history::Reference;
use super::ledger::Tally;
use super::{Comparable, Request};
use crate::table::Titled;
use crate::units::{Money, grouped};

/// Days at the end of a period without any row, from which on something may be missing.
const QUIET_DAYS: i32 = 10;
/// Names that are written out.
const NAMED: usize = 5;

/// What was matched, what was not and why.
#[derive(Debug, Default)]
pub struct Reconciliation {
    /// Sentences on the files, in the order in which they were read.
    files: Vec<String>,
    reference: String,
    /// The comparable period; known from the first.
    compared: Option<Reference>,
    visits: Vec<String>,
    orders: Vec<String>,
    pub(super) full_time: bool,
    pub(super) no_days_off: bool,
    pub(super) repeated_customers: u64,
    pub(super) look_alike: u64,
    pub(super) unknown_segments: BTreeMap<String, u64>,
    pub(super) without_owner: u64,
    pub(super) owners_restored: u64,
    pub(super) vacant: Vec<String>,
    pub(super) located: u64,
    pub(super) without_place: u64,
    pub(super) reps_without_place: u64,
    pub(super) statuses: [u64; 3],
    pub(super) negative_sales: u64,
    pub(super) above_most: u64,
    pub(super) minutes_from_visits: u64,
    pub(super) wallets_estimated: u64,
    pub(super) wallets_assumed: u64,
    pub(super) worth_unknown: u64,
}

/// Counts of the table of visits: of the reference period, all and those of known customers.
#[derive(Debug, Default)]
pub(super) struct Visits {
    pub visits: (u64, u64),
    pub calls: (u64, u64),
    pub neither: u64,
    pub outside: u64,
    /// Whether no column says visit or call.
    pub no_channel: bool,
    /// People who are on no list of reps, with their rows.
    pub strangers: Vec<(String, u64)>,
}

/// Sums of the table of orders: of the reference period, all and those of known customers.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub rows: (u64, u64),
    pub cents: (i64, i64),
    /// Orders in the planning period or later.
    pub later: u64,
    /// Amounts with more than two decimals.
    pub rounded: u64,
    /// Whether margins are shares, where there are any.
    pub margins: Option<bool>,
}

impl Reconciliation {
    pub(super) fn new(request: &Request, reference: &Reference) -> Reconciliation {
        let which = match request.reference {
            Comparable::Before => {
                "the weeks just before; --reference last-year compares with the same weeks of last year"
            }
            Comparable::LastYear => "the same weeks of last year; --reference before compares with those just before",
            Comparable::From(_) => "as asked for",
        };
        let span = format!("{} to {}", reference.start, reference.last());
        Reconciliation {
            reference: format!("{span} ({} weeks: {which})", request.weeks),
            compared: Some(reference.clone()),
            ..Reconciliation::default()
        }
    }

    /// A table that was read: which columns mean what.
    pub(super) fn table(&mut self, what: &str, titled: &Titled, detected: Vec<String>, count: usize) {
        let mut text = format!("{}: {} {what}", titled.table.name, grouped(count as u64));
        for found in detected {
            text += &format!("; {found}");
        }
        let columns = &titled.columns;
        let found: Vec<String> = columns
            .found
            .iter()
            .map(|(field, title)| if field == title { title.clone() } else { format!("{field} = {title}") })
            .collect();
        text += &format!("\n  columns: {}", found.join(", "));
        let others: Vec<&str> = columns.others.iter().map(|&at| columns.title(at)).collect();
        if !others.is_empty() {
            let kept = if matches!(what, "customers" | "reps") { "kept as labels" } else { "not used" };
            text += &format!("\n  {kept}: {}", others.join(", "));
        }
        self.files.push(text);
    }

    pub(super) fn visits(&mut self, titled: &Titled, detected: Vec<String>, tally: Tally, counts: Visits) {
        self.table("rows of visits", titled, detected, usize::try_from(tally.rows).unwrap_or(usize::MAX));
        let of =
            |(all, matched): (u64, u64), what: &str| format!("{} of {} {what} matched", grouped(matched), grouped(all));
        let mut lines = vec![of(counts.visits, "visits")];
        if counts.calls.0 > 0 {
            lines[0] += &format!(", {}", of(counts.calls, "calls"));
        }
        if counts.no_channel {
            lines.push("no column says how customers were met: all rows count as visits in person".to_owned());
        }
        if counts.outside > 0 {
            lines.push(format!("{} rows are of other periods", grouped(counts.outside)));
        }
        if counts.neither > 0 {
            lines.push(format!("{} rows are neither visits nor calls (mail and the like)", grouped(counts.neither)));
        }
        if !counts.strangers.is_empty() {
            let rows = counts.strangers.iter().map(|(_, rows)| rows).sum::<u64>();
            let names = counts.strangers.iter().map(|(name, _)| name.as_str());
            lines.push(format!(
                "{} rows are by people who are on no list of reps; they count: {}",
                grouped(rows),
                named(names)
            ));
        }
        self.about(&tally, &mut lines, "visits");
        self.visits = lines;
    }

    pub(super) fn orders(&mut self, titled: &Titled, detected: Vec<String>, tally: Tally, sums: Orders) {
        self.table("orders", titled, detected, usize::try_from(tally.rows).unwrap_or(usize::MAX));
        let money = |cents: i64| Money(cents).rounded();
        let mut lines = vec![format!(
            "{} of {} matched, from {} of {} orders",
            money(sums.cents.1),
            money(sums.cents.0),
            grouped(sums.rows.1),
            grouped(sums.rows.0)
        )];
        if sums.later > 0 {
            lines.push(format!("{} orders are of the planning period or later: not used", grouped(sums.later)));
        }
        if sums.rounded > 0 {
            lines.push(format!("{} amounts were rounded to cents", grouped(sums.rounded)));
        }
        match sums.margins {
            Some(true) => lines.push("margins are shares of the revenue".to_owned()),
            Some(false) => lines.push("margins are amounts of money".to_owned()),
            None => {}
        }
        self.about(&tally, &mut lines, "orders");
        self.orders = lines;
    }

    fn about(&self, tally: &Tally, lines: &mut Vec<String>, what: &str) {
        if tally.unknown > 0 {
            lines.push(format!("{} rows are of customers who are on no list", grouped(tally.unknown)));
        }
        if tally.unreadable > 0 {
            lines.push(format!("{} rows cannot be read and were left out", grouped(tally.unreadable)));
        }
        if tally.restored > 0 {
            let rows = grouped(tally.restored);
            lines.push(format!(
                "{rows} rows name ids without their leading zeros; only one customer can be meant by each"
            ));
        }
        let Some(reference) = &self.compared else { return };
        match tally.days {
            None => lines.push(format!("there are no {what} at all")),
            Some((first, last)) => {
                let days =
                    |from: jiff::civil::Date, to: jiff::civil::Date| from.until(to).map_or(0, |span| span.get_days());
                if days(reference.start, first) > QUIET_DAYS {
                    lines.push(format!("LOOK: the {what} begin on {first}, after the reference period has begun"));
                }
                if days(last, reference.last()) > QUIET_DAYS {
                    lines.push(format!("LOOK: the {what} end on {last}, before the reference period has ended"));
                }
            }
        }
    }

    fn remarks(&self) -> Vec<String> {
        let counted = [
            (self.repeated_customers, "rows repeat a customer word for word and were left out"),
            (self.look_alike, "customers have name and place of another one; both were kept"),
            (self.without_owner, "customers have no owner: any rep near them may visit"),
            (self.owners_restored, "owners are written without leading zeros; only one rep can be meant by each"),
            (self.located, "customers have the place of their postcode"),
            (self.without_place, "customers have no place: the model's usual time of travel is taken"),
            (
                self.reps_without_place,
                "reps have no place: the model's usual time of travel is taken for their customers",
            ),
            (self.minutes_from_visits, "customers have the usual length of their visits as visit minutes"),
            (self.negative_sales, "customers have more credit notes than orders: their sales count as 0"),
            (self.above_most, "customers were visited more often than their largest number of visits"),
            (self.wallets_estimated, "wallets are estimated: sales times the median of the segment"),
            (
                self.wallets_assumed,
                "wallets are not known, nor can they be estimated: the model's multiple of sales is taken",
            ),
            (self.worth_unknown, "customers have neither sales nor a wallet: a visit to them is worth nothing"),
        ];
        let said = |&(number, text): &(u64, &str)| format!("{} {text}", grouped(number));
        let mut lines: Vec<String> = counted.iter().filter(|(number, _)| *number > 0).map(said).collect();
        if !self.vacant.is_empty() {
            let names = named(self.vacant.iter().map(String::as_str));
            lines.push(format!(
                "{} owners are on no list of reps and are treated as vacant: {names}",
                self.vacant.len()
            ));
        }
        if !self.unknown_segments.is_empty() {
            let rows: u64 = self.unknown_segments.values().sum();
            let names = named(self.unknown_segments.keys().map(String::as_str));
            lines.push(format!(
                "{} customers are in segments that the planning model does not have; they are kept as labels: {names}",
                grouped(rows)
            ));
        }
        if self.full_time {
            lines.push("no column says who works part time: all reps count as full time".to_owned());
        }
        if self.no_days_off {
            lines.push("no column says how many days off: none are taken".to_owned());
        }
        lines
    }
}

/// A few names, and how many more there are.
fn named<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let mut text = names[..names.len().min(NAMED)].join(", ");
    if names.len() > NAMED {
        text += &format!(" and {} more", names.len() - NAMED);
    }
    text
}

impl fmt::Display for Reconciliation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut section = |title: &str, lines: &[String]| {
            for (number, line) in lines.iter().enumerate() {
                let title = if number == 0 { title } else { "" };
                writeln!(out, "{title:<11}{}", line.replace('\n', "\n           "))?;
            }
            Ok(())
        };
        section("FILES", &self.files)?;
        section("COMPARED", std::slice::from_ref(&self.reference))?;
        section("VISITS", &self.visits)?;
        section("ORDERS", &self.orders)?;
        let [active, inactive, new] = self.statuses.map(grouped);
        let statuses =
            format!("{active} active (ordered within a year), {inactive} inactive (before that), {new} new (never)");
        section("CUSTOMERS", &[statuses])?;
        section("ASSUMED", &self.remarks())
    }
}
