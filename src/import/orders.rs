//! The table of orders.

use super::history::{History, Reference};
use super::ids::Ids;
use super::issues::Issues;
use super::ledger::{Ledger, Left, NOBODY};
use super::reader;
use super::reconciliation::{self, Reconciliation};
use super::source::Source;
use crate::json::Refusal;
use crate::table::{Hints, RawDay, RawNumber, Sought, Style, Titled};
use crate::units::round_half_away;

/// The fields of an order.
pub(super) const FIELDS: [Sought; 4] = [
    Sought::required(
        "date",
        "date orderdate invoicedate day datum bestelldatum auftragsdatum rechnungsdatum belegdatum",
    ),
    Sought::required(
        "customer",
        "customerid customer accountid account customerno customernumber accountno soldto kundennummer \
         kundennr kundenid kunde debitor debitorennummer debitorennr",
    ),
    Sought::required(
        "revenue",
        "revenue netrevenue amount netamount sales netsales turnover value ordervalue umsatz nettoumsatz \
         betrag nettobetrag wert auftragswert",
    ),
    Sought::optional(
        "margin",
        "margin grossmargin marginpercent contribution profit marge deckungsbeitrag db rohertrag",
    ),
];
// Places of the fields above, but for those that all ledgers have.
const REVENUE: usize = 2;
const MARGIN: usize = 3;
/// Names of the sheet.
const SHEETS: [&str; 6] = ["orders", "order", "invoices", "sales", "aufträge", "umsätze"];

/// The table of orders, open.
pub(super) struct Orders<'h> {
    titled: Titled,
    hints: &'h Hints,
}

/// A row that can be used.
struct OrderRow {
    day: RawDay,
    customer: u32,
    revenue: RawNumber,
}

/// Opens the table and finds its columns.
pub(super) fn read<'h>(source: &Source, hints: &'h Hints) -> Result<Orders<'h>, Refusal> {
    Ok(Orders { titled: reader::open(source, hints, &SHEETS, &FIELDS)?, hints })
}

impl Orders<'_> {
    /// Adds up the orders of the reference period, and finds out who still buys.
    pub fn count(
        self,
        (ids, first_customer): (&Ids<'_>, &str),
        reference: &Reference,
        history: &mut History,
        said: &mut Reconciliation,
        issues: &mut Issues,
    ) -> Result<(), Refusal> {
        let mut orders: Vec<OrderRow> = Vec::new();
        let mut margins: Vec<(u64, Option<RawNumber>)> = Vec::new();
        let margin_column = self.titled.columns.place(MARGIN);
        let has_margin = margin_column.is_some();
        let mut ledger = Ledger::new(&self.titled, ids, issues);
        ledger.rows(|ledger, row| {
            let day = ledger.day(row)?;
            let Some(revenue) = ledger.number(row, REVENUE, false)? else {
                let column = self.titled.columns.place(REVENUE);
                let problem = "states no revenue".into();
                return Err(Left {
                    column,
                    value: String::new(),
                    problem,
                    remedy: "write the amount, or remove the row",
                });
            };
            if has_margin {
                let margin = ledger.number(row, MARGIN, true)?;
                margins.push((row.number, margin));
            }
            let customer = ledger.customer(row);
            if customer.is_err() && has_margin {
                margins.pop();
            }
            orders.push(OrderRow { day, customer: customer?, revenue });
            Ok(())
        });
        let order = ledger.settle(self.hints.dates, first_customer)?;
        let style = ledger.style(self.hints.decimal)?;
        let mut tally = ledger.tally.clone();
        let detected = ledger.detected();

        let meaning = margin_column.map(|column| self.meaning(column, &margins, style)).transpose()?;
        let shares = meaning.map(|meaning| meaning != Meaning::Amounts);
        let mut sums = reconciliation::Orders { margins: shares, ..Default::default() };
        for (number, row) in orders.into_iter().enumerate() {
            let Some(((revenue, rounded), day)) = row.revenue.scaled(2, style).zip(row.day.settled(order)) else {
                tally.unreadable += 1;
                continue;
            };
            sums.rounded += u64::from(rounded);
            let is_of = tally.is_of(day, reference);
            if day >= reference.planned {
                sums.later += 1;
                continue;
            }
            if is_of {
                sums.rows.0 += 1;
                sums.cents.0 = sums.cents.0.saturating_add(revenue);
            }
            if row.customer == NOBODY {
                continue;
            }
            let past = &mut history.customers[row.customer as usize];
            // Credit notes are no sign of life.
            if revenue > 0 {
                past.last_order = past.last_order.max(Some(day));
            }
            if is_of {
                sums.rows.1 += 1;
                sums.cents.1 = sums.cents.1.saturating_add(revenue);
                past.sales = past.sales.saturating_add(revenue);
                if let (Some(meaning), Some((_, Some(margin)))) = (meaning, margins.get(number)) {
                    past.has_margin = true;
                    past.margin = past.margin.saturating_add(meaning.cents(revenue, *margin, style));
                }
            }
        }
        said.orders(&self.titled, detected, tally, sums);
        Ok(())
    }
}

/// What the column of margins holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// 0.35
    Shares,
    /// 35, under a title that says so
    PerCent,
    /// Money.
    Amounts,
}

impl Meaning {
    /// The margin of an order in cents.
    fn cents(self, revenue: i64, margin: RawNumber, style: Option<Style>) -> i64 {
        let share = |places| {
            let share = margin.scaled(places, style).map_or(0, |(share, _)| share);
            i64::try_from(round_half_away(i128::from(revenue) * i128::from(share), 1_000_000)).unwrap_or(0)
        };
        match self {
            Meaning::Shares => share(6),
            Meaning::PerCent => share(4),
            Meaning::Amounts => margin.scaled(2, style).map_or(0, |(cents, _)| cents),
        }
    }
}

impl Orders<'_> {
    /// Margins are shares of the revenue where none is above one; where some are, most of them decide nothing: a table
    /// that seems to have both is refused.
    fn meaning(
        &self,
        column: usize,
        margins: &[(u64, Option<RawNumber>)],
        style: Option<Style>,
    ) -> Result<Meaning, Refusal> {
        let title = self.titled.columns.title(column);
        let sizes = || {
            margins.iter().filter_map(|(row, margin)| {
                let millionths = (*margin)?.scaled(6, style).map_or(i64::MAX, |(scaled, _)| scaled.abs());
                (millionths != 0).then_some((*row, millionths))
            })
        };
        let Some((row, _)) = sizes().find(|(_, size)| *size > 1_000_000) else { return Ok(Meaning::Shares) };
        let lower = title.to_lowercase();
        if ["%", "percent", "per cent", "prozent"].iter().any(|word| lower.contains(word)) {
            return Ok(Meaning::PerCent);
        }
        let (small, all) =
            sizes().fold((0, 0), |(small, all), (_, size)| (small + usize::from(size <= 1_000_000), all + 1));
        if small * 2 > all {
            let problem = format!("is above 1, and {small} of {all} margins are shares of at most 1");
            let remedy = "write all margins as shares, or all as amounts of money";
            return Err(Refusal { issues: vec![self.titled.issue_at(row, Some(column), "", problem, remedy)] });
        }
        Ok(Meaning::Amounts)
    }
}
