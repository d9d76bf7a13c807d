//! The table of visits and calls.

use std::collections::BTreeMap;

use super::history::{History, Reference};
use super::ids::{Found, Ids};
use super::issues::Issues;
use super::ledger::{Ledger, Left, NOBODY};
use super::map::{Channel, VisitHints};
use super::reader;
use super::reconciliation::{self, Reconciliation};
use super::source::Source;
use crate::json::Refusal;
use crate::table::{Cell, RawDay, RawNumber, Row, Sought, Titled};

/// The fields of a visit.
pub(super) const FIELDS: [Sought; 5] = [
    Sought::required("date", "date visitdate day calldate activitydate datum besuchsdatum tag"),
    Sought::required(
        "customer",
        "customerid customer accountid account customerno customernumber accountno kundennummer kundennr \
         kundenid kunde debitor debitorennummer debitorennr",
    ),
    Sought::optional(
        "rep",
        "repid rep salesrep salesrepid employeeid employee visitedby user aussendienst adm vertreter \
         mitarbeiter mitarbeiternr personalnummer",
    ),
    Sought::optional("channel", "channel type activitytype kind kanal art typ besuchsart kontaktart"),
    Sought::optional("minutes", "minutes duration durationminutes dauer minuten besuchsdauer"),
];
// Places of the fields above, but for those that all ledgers have.
const REP: usize = 2;
const CHANNEL: usize = 3;
const MINUTES: usize = 4;
/// Names of the sheet.
const SHEETS: [&str; 5] = ["visits", "activities", "calls", "besuche", "aktivitäten"];

const VISIT: [&str; 14] = [
    "visit",
    "v",
    "besuch",
    "field",
    "f2f",
    "face to face",
    "face-to-face",
    "in person",
    "on site",
    "onsite",
    "vor ort",
    "persönlich",
    "personal visit",
    "field visit",
];
const CALL: [&str; 12] = [
    "call",
    "c",
    "phone",
    "phone call",
    "telephone",
    "tel",
    "tel.",
    "telefon",
    "telefonat",
    "anruf",
    "telesales",
    "inside",
];
const NEITHER: [&str; 10] =
    ["email", "e-mail", "mail", "letter", "brief", "newsletter", "sms", "chat", "web", "internal"];

/// The table of visits, open.
pub(super) struct Visits<'h> {
    titled: Titled,
    hints: &'h VisitHints,
}

/// A row that can be used.
struct Visit {
    day: RawDay,
    customer: u32,
    channel: Channel,
    minutes: Option<RawNumber>,
}

/// Opens the table and finds its columns.
pub(super) fn read<'h>(source: &Source, hints: &'h VisitHints) -> Result<Visits<'h>, Refusal> {
    Ok(Visits { titled: reader::open(source, &hints.table, &SHEETS, &FIELDS)?, hints })
}

impl Visits<'_> {
    /// Counts the visits and calls of the reference period.
    pub fn count(
        self,
        (ids, first_customer): (&Ids<'_>, &str),
        reps: &Ids<'_>,
        reference: &Reference,
        history: &mut History,
        said: &mut Reconciliation,
        issues: &mut Issues,
    ) -> Result<(), Refusal> {
        let mut visits: Vec<Visit> = Vec::new();
        // People who visited and are on no list, with the visits of each.
        let mut strangers: BTreeMap<String, u64> = BTreeMap::new();
        let mut ledger = Ledger::new(&self.titled, ids, issues);
        ledger.rows(|ledger, row| {
            let day = ledger.day(row)?;
            let channel = self.channel(row)?;
            let minutes = ledger.number(row, MINUTES, false)?;
            if minutes.is_some_and(|minutes| minutes.scaled(0, None).is_none_or(|(m, _)| !(0..=1440).contains(&m))) {
                let column = self.titled.columns.place(MINUTES);
                let value = self.titled.cell(row, MINUTES).text().into_owned();
                let problem = "is no length of a visit in minutes: the visit counts, its length does not".into();
                ledger.list(row, Left { column, value, problem, remedy: "write minutes from 1 to 1440" });
            }
            let customer = ledger.customer(row)?;
            let rep = self.titled.cell(row, REP);
            if rep != Cell::Empty
                && !rep.id().is_ok_and(|id| matches!(reps.find(&id), Found::Exact(_) | Found::WithZeros(_)))
            {
                *strangers.entry(rep.text().into_owned()).or_default() += 1;
            }
            visits.push(Visit { day, customer, channel, minutes });
            Ok(())
        });
        let order = ledger.settle(self.hints.table.dates, first_customer)?;
        let style = ledger.style(self.hints.table.decimal)?;
        let mut tally = ledger.tally.clone();
        let detected = ledger.detected();
        let no_channel = self.titled.columns.place(CHANNEL).is_none();
        let mut counts = reconciliation::Visits { no_channel, ..Default::default() };
        for visit in visits {
            let Some(day) = visit.day.settled(order) else {
                tally.unreadable += 1;
                continue;
            };
            if !tally.is_of(day, reference) {
                counts.outside += 1;
                continue;
            }
            let count = match visit.channel {
                Channel::Visit => &mut counts.visits,
                Channel::Call => &mut counts.calls,
                Channel::Neither => {
                    counts.neither += 1;
                    continue;
                }
            };
            count.0 += 1;
            if visit.customer == NOBODY {
                continue;
            }
            count.1 += 1;
            let past = &mut history.customers[visit.customer as usize];
            match visit.channel {
                Channel::Visit => {
                    past.visits += 1;
                    let minutes = visit.minutes.and_then(|minutes| minutes.scaled(0, style));
                    past.minutes.extend(
                        minutes.and_then(|(minutes, _)| u32::try_from(minutes).ok()).filter(|m| (1..=1440).contains(m)),
                    );
                }
                _ => past.calls += 1,
            }
        }
        counts.strangers = strangers.into_iter().collect();
        said.visits(&self.titled, detected, tally, counts);
        Ok(())
    }

    /// How the customer was met; in person where no column says so.
    fn channel(&self, row: Row<'_>) -> Result<Channel, Left> {
        let Some(column) = self.titled.columns.place(CHANNEL) else { return Ok(Channel::Visit) };
        let cell = row.cell(column);
        let word = cell.text().to_lowercase();
        if let Some(&channel) = self.hints.channels.get(&word) {
            return Ok(channel);
        }
        match &*word {
            word if VISIT.contains(&word) => Ok(Channel::Visit),
            word if CALL.contains(&word) => Ok(Channel::Call),
            word if NEITHER.contains(&word) => Ok(Channel::Neither),
            _ => Err(Left {
                column: Some(column),
                value: cell.text().into_owned(),
                problem: if word.is_empty() { "names no channel".into() } else { "is no channel that is known".into() },
                remedy: "say under \"channels\" of a mapping file (--map) whether it is a visit, a call or neither",
            }),
        }
    }
}
