//! Tables as companies export them: CSV files of any dialect, sheets of a workbook.
//!
//! A [`Table`] is rows of [`Cell`]s as they stand in the file, with their numbers, so that every problem can be named by
//! file, row, column and value. What a column means is found by [`Columns`], what a cell says by [`RawNumber`] and
//! [`RawDay`]: both keep what is ambiguous (1.234, 03/04/2026) until the whole column was seen.

mod cell;
mod columns;
mod count;
mod day;
mod delimited;
mod escape;
mod number;
mod titled;
mod workbook;
mod write;

pub use cell::{Cell, Row};
pub use columns::{Columns, Hints, Sought};
pub use count::count;
pub use day::{Days, Order, RawDay, period_of};
pub use escape::{escaped, unescaped};
pub use number::{Decimals, RawNumber, Style, Undecided};
pub use titled::Titled;
pub use workbook::{Workbook, is_workbook};
pub use write::to_csv;

use crate::json::{Located, Refusal};
use delimited::Delimited;
use workbook::Sheet;

/// The rows of one file or sheet.
#[derive(Debug)]
pub struct Table {
    /// The file, and the sheet in brackets, as messages name it.
    pub name: String,
    /// What was found out about the file, to be told: its encoding, its delimiter.
    pub detected: Vec<String>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Delimited(Delimited),
    Sheet(Sheet),
}

impl Table {
    /// A table of delimited text. `delimiter` overrides what would be detected.
    ///
    /// Refuses what is no text, what mixes encodings, and a quote that is never closed.
    pub fn delimited(file: &str, bytes: &[u8], delimiter: Option<u8>) -> Result<Table, Refusal> {
        let (body, detected) = Delimited::read(file, bytes, delimiter)?;
        Ok(Table { name: file.to_owned(), detected, body: Body::Delimited(body) })
    }

    /// A table that is the only one of its file: delimited text, or a workbook with one sheet that is not empty.
    pub fn single(file: &str, bytes: Vec<u8>, delimiter: Option<u8>) -> Result<Table, Refusal> {
        if is_workbook(&bytes) {
            Workbook::open(file, bytes)?.only_sheet()
        } else {
            Table::delimited(file, &bytes, delimiter)
        }
    }

    /// Calls `each` with every row that is not empty, in the order of the file, until it returns false.
    pub fn for_each(&self, mut each: impl FnMut(Row<'_>) -> bool) {
        match &self.body {
            Body::Delimited(body) => body.for_each(&mut each),
            Body::Sheet(sheet) => sheet.for_each(&mut each),
        }
    }

    /// The first cell merged over several rows that reaches below a row: its rows and its column.
    fn merged_below(&self, row: u64) -> Option<(u64, u64, usize)> {
        match &self.body {
            Body::Delimited(_) => None,
            Body::Sheet(sheet) => sheet.merged_below(row),
        }
    }

    /// Whether no row has anything in it.
    pub fn is_empty(&self) -> bool {
        let mut empty = true;
        self.for_each(|_| {
            empty = false;
            false
        });
        empty
    }

    /// A problem with one cell. `column` counts from 0, `title` is what stands above it.
    pub fn issue(
        &self,
        row: u64,
        column: Option<(usize, &str)>,
        value: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Located {
        Located {
            file: self.name.clone(),
            line: usize::try_from(row).unwrap_or(usize::MAX),
            column: column.map_or(1, |(at, _)| at + 1),
            pointer: column.map_or_else(String::new, |(_, title)| format!("\"{title}\"")),
            code: "E501",
            value: if value.is_empty() { String::new() } else { shown(value) },
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// A problem with the table as a whole.
    pub fn refusal(&self, problem: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal::whole_file(&self.name, "E502", problem, remedy)
    }
}

/// A value in quotes, shortened, with control characters made visible.
pub fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let short: String = value.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if value.chars().count() > LONGEST { format!("\"{short}…\"") } else { format!("\"{short}\"") }
}
