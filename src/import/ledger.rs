//! Tables of dated rows about customers: visits and orders. Rows that cannot be used are listed and left out.

use std::borrow::Cow;

use jiff::civil::Date;

use super::history::Reference;
use super::ids::{Found, Ids};
use super::issues::{Issue, Issues};
use crate::json::Refusal;
use crate::table::{Cell, Days, Decimals, Order, RawDay, RawNumber, Row, Style, Titled, Undecided, shown};

/// The fields that every such table has, by their places among those that are sought.
pub(super) const DATE: usize = 0;
pub(super) const CUSTOMER: usize = 1;

/// The number of a customer who is on no list.
pub(super) const NOBODY: u32 = u32::MAX;
/// Where more than a fifth of the rows cannot be read, the columns are not what they seem.
const MOST_UNREADABLE: u64 = 5;

/// Larger amounts are mistakes, and sums of them would not fit.
const MOST_AMOUNT: i64 = 1_000_000_000_000;

/// How many rows of a table were used, and why others were not.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// All rows.
    pub rows: u64,
    /// Rows that cannot be read.
    pub unreadable: u64,
    /// Rows about customers who are on no list.
    pub unknown: u64,
    /// Rows whose ids had lost their leading zeros.
    pub restored: u64,
    /// The first and the last day.
    pub days: Option<(Date, Date)>,
}

/// Why a row cannot be used.
pub(super) struct Left {
    pub column: Option<usize>,
    pub value: String,
    pub problem: Cow<'static, str>,
    pub remedy: &'static str,
}

/// A table while it is read.
pub(super) struct Ledger<'t> {
    titled: &'t Titled,
    ids: &'t Ids<'t>,
    pub issues: &'t mut Issues,
    days: Days,
    decimals: Decimals,
    pub tally: Tally,
    first_unreadable: Option<String>,
    first_unknown: Option<String>,
}

impl<'t> Ledger<'t> {
    pub fn new(titled: &'t Titled, ids: &'t Ids<'t>, issues: &'t mut Issues) -> Ledger<'t> {
        Ledger {
            titled,
            ids,
            issues,
            days: Days::default(),
            decimals: Decimals::default(),
            tally: Tally::default(),
            first_unreadable: None,
            first_unknown: None,
        }
    }

    /// Reads every row under the titles.
    pub fn rows(&mut self, mut each: impl FnMut(&mut Self, Row<'_>) -> Result<(), Left>) {
        let titled = self.titled;
        titled.for_each(|row| {
            self.tally.rows += 1;
            let read = match titled.shifted(row) {
                Some(problem) => Err(Left {
                    column: None,
                    value: String::new(),
                    problem: problem.into(),
                    remedy: "put each value under its title",
                }),
                None => each(self, row),
            };
            if let Err(left) = read {
                self.tally.unreadable += 1;
                let value = if left.value.is_empty() { String::new() } else { format!(" = {}", shown(&left.value)) };
                self.first_unreadable.get_or_insert_with(|| format!("row {}{value} {}", row.number, left.problem));
                self.list(row, left);
            }
        });
    }

    /// Lists a row.
    pub fn list(&mut self, row: Row<'_>, left: Left) {
        let Titled { table, columns } = self.titled;
        self.issues.add(|| Issue {
            file: table.name.clone(),
            row: row.number,
            column: left.column.map_or_else(String::new, |column| columns.title(column).to_owned()),
            value: left.value,
            problem: left.problem,
            remedy: left.remedy.into(),
        });
    }

    /// The day of a row.
    pub fn day(&mut self, row: Row<'_>) -> Result<RawDay, Left> {
        let (column, cell) = (self.titled.columns.place(DATE), self.titled.cell(row, DATE));
        match RawDay::read(&cell) {
            Ok(day) => {
                self.days.note(day, row.number, &cell);
                Ok(day)
            }
            Err(problem) => Err(Left {
                column,
                value: cell.text().into_owned(),
                problem: problem.into(),
                remedy: "write the day as 2026-07-01",
            }),
        }
    }

    /// The customer of a row; [`NOBODY`] for one who is on no list, and the row is listed then.
    pub fn customer(&mut self, row: Row<'_>) -> Result<u32, Left> {
        let (column, cell) = (self.titled.columns.place(CUSTOMER), self.titled.cell(row, CUSTOMER));
        let left =
            |problem: Cow<'static, str>, remedy| Left { column, value: cell.text().into_owned(), problem, remedy };
        if cell == Cell::Empty {
            return Err(left("names no customer".into(), "write the customer's id"));
        }
        let id = match cell.id() {
            Ok(id) => id,
            Err(problem) => {
                return Err(left(
                    problem.into(),
                    "give the column the format Text, and export it again from the source",
                ));
            }
        };
        match self.ids.find(&id) {
            Found::Exact(customer) => Ok(customer),
            Found::WithZeros(customer) => {
                self.tally.restored += 1;
                Ok(customer)
            }
            other => {
                self.tally.unknown += 1;
                self.first_unknown.get_or_insert_with(|| id.to_string());
                let (problem, remedy) = match other {
                    Found::Nearly(near) => (
                        format!("is no customer; {} is written nearly so", shown(near)).into(),
                        "write the id as the list of customers does",
                    ),
                    _ => ("is no customer of the list".into(), "add the customer to the list, if it is to be planned"),
                };
                self.list(row, left(problem, remedy));
                Ok(NOBODY)
            }
        }
    }

    /// An amount; `None` where the cell is empty.
    pub fn number(&mut self, row: Row<'_>, field: usize, percent: bool) -> Result<Option<RawNumber>, Left> {
        let Some(column) = self.titled.columns.place(field) else { return Ok(None) };
        let cell = row.cell(column);
        if cell == Cell::Empty {
            return Ok(None);
        }
        match RawNumber::read(&cell, percent) {
            Ok(number) if number.scaled(0, None).is_none_or(|(whole, _)| whole.abs() > MOST_AMOUNT) => Err(Left {
                column: Some(column),
                value: cell.text().into_owned(),
                problem: "is out of range".into(),
                remedy: "write an amount of at most 1000000000000",
            }),
            Ok(number) => {
                self.decimals.note(number, row.number, column, &cell);
                Ok(Some(number))
            }
            Err(problem) => Err(Left {
                column: Some(column),
                value: cell.text().into_owned(),
                problem: problem.into(),
                remedy: "write a number, as 1234.50",
            }),
        }
    }

    /// After all rows: the order of day and month. Refuses what cannot be decided, and a table most of which makes no
    /// sense.
    pub fn settle(&mut self, stated: Option<Order>, first_customer: &str) -> Result<Order, Refusal> {
        let table = &self.titled.table;
        let Tally { rows, unreadable, unknown, .. } = self.tally;
        if unreadable * MOST_UNREADABLE > rows {
            let first = self.first_unreadable.take().unwrap_or_default();
            let problem = format!("{unreadable} of {rows} rows cannot be read; the first: {first}");
            let remedy = "mend the export, or name the columns in a mapping file (--map)";
            return Err(table.refusal(problem, remedy));
        }
        if rows > 0 && unknown + unreadable == rows {
            let first = shown(self.first_unknown.as_deref().unwrap_or_default());
            let problem = format!(
                "names no customer of the list: {first} is the first, and the list begins with {}",
                shown(first_customer)
            );
            return Err(table.refusal(
                problem,
                "export the same id from both sources, or name its column in a mapping file (--map)",
            ));
        }
        self.days.settle(stated).map_err(|(row, value, problem)| {
            let remedy = "write \"dates\": \"day_first\" or \"month_first\" for this table in a mapping file (--map)";
            Refusal { issues: vec![self.titled.issue(row, DATE, &value, problem, remedy)] }
        })
    }

    /// After all rows: how decimals are written.
    pub fn style(&self, stated: Option<Style>) -> Result<Option<Style>, Refusal> {
        self.decimals.settle(stated).map_err(|Undecided { row, column, value, problem, remedy }| Refusal {
            issues: vec![self.titled.issue_at(row, Some(column), &value, problem, remedy)],
        })
    }

    /// What was found out of the table, to be told.
    pub fn detected(&self) -> Vec<String> {
        let found = self.titled.table.detected.iter().cloned();
        found.chain(self.days.spoken()).chain(self.decimals.spoken()).collect()
    }
}

impl Tally {
    /// Takes note of a row's day, and says whether the row is of the reference period.
    pub fn is_of(&mut self, day: Date, reference: &Reference) -> bool {
        self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        reference.has(day)
    }
}
