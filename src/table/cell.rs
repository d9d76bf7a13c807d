//! One cell and one row of a table.

use std::borrow::Cow;

use csv::StringRecord;
use jiff::civil::Date;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'t> {
    /// Nothing, or blanks alone.
    Empty,
    /// A text, without blanks around it.
    Text(&'t str),
    /// A number of a workbook.
    Number(f64),
    /// A day of a workbook.
    Day(Date),
    /// Yes or no, of a workbook.
    Truth(bool),
    /// Something that a spreadsheet could not compute: `#REF!`, a formula without a value.
    Fault(&'t str),
}

/// A row as it stands in its file.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    /// The number of the row in a sheet, or of its first line in a text; from 1.
    pub number: u64,
    pub(super) cells: Cells<'t>,
}

#[derive(Clone, Copy)]
pub(super) enum Cells<'t> {
    Record(&'t StringRecord),
    Sheet(&'t [Stored]),
}

impl<'t> Row<'t> {
    /// How many cells the row has.
    pub fn len(&self) -> usize {
        match self.cells {
            Cells::Record(record) => record.len(),
            Cells::Sheet(cells) => cells.len(),
        }
    }

    /// Whether the row has no cells at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the row is one of a text, where every cell is written, empty ones too.
    pub fn is_delimited(&self) -> bool {
        matches!(self.cells, Cells::Record(_))
    }

    /// A cell, by its place from 0; empty beyond the end.
    pub fn cell(&self, at: usize) -> Cell<'t> {
        match self.cells {
            Cells::Record(record) => match record.get(at).map(trimmed) {
                None | Some("") => Cell::Empty,
                Some(text) => Cell::Text(text),
            },
            Cells::Sheet(cells) => cells.get(at).map_or(Cell::Empty, Stored::cell),
        }
    }

    /// Whether every cell is empty.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|at| self.cell(at) == Cell::Empty)
    }
}

/// Without blanks around, no-break spaces too.
fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    // ="00123" is how exports keep leading zeros from spreadsheets.
    if bytes.starts_with(b"=\"")
        && let Some(inner) = text[2..].trim_end().strip_suffix('"')
    {
        return inner.trim();
    }
    match (bytes.first(), bytes.last()) {
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => text,
        _ => text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}'),
    }
}

/// A cell of a workbook, as it is kept.
#[derive(Clone, Debug)]
pub(super) enum Stored {
    Empty,
    Text(Box<str>),
    Number(f64),
    Day(Date),
    Truth(bool),
    Fault(&'static str),
}

impl Stored {
    fn cell(&self) -> Cell<'_> {
        match self {
            Stored::Empty => Cell::Empty,
            Stored::Text(text) => match trimmed(text) {
                "" => Cell::Empty,
                text => Cell::Text(text),
            },
            Stored::Number(number) => Cell::Number(*number),
            Stored::Day(day) => Cell::Day(*day),
            Stored::Truth(truth) => Cell::Truth(*truth),
            Stored::Fault(fault) => Cell::Fault(fault),
        }
    }
}

impl<'t> Cell<'t> {
    /// The cell as a text: numbers as short as they can be written, days as 2026-07-01.
    pub fn text(&self) -> Cow<'t, str> {
        match self {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) | Cell::Fault(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number.to_string()),
            Cell::Day(day) => Cow::Owned(day.to_string()),
            Cell::Truth(true) => Cow::Borrowed("true"),
            Cell::Truth(false) => Cow::Borrowed("false"),
        }
    }

    /// The cell as an id, or why a spreadsheet may have spoilt it.
    pub fn id(&self) -> Result<Cow<'t, str>, &'static str> {
        const LARGEST: f64 = 1e15;
        match self {
            Cell::Number(number) if number.abs() >= LARGEST => {
                Err("is a number of more than 15 digits, which a spreadsheet rounds")
            }
            Cell::Number(number) if number.fract() != 0.0 => Err("is a number with decimals where an id is due"),
            Cell::Day(_) => Err("is a day where an id is due: a spreadsheet took the id for a date"),
            Cell::Fault(_) => Err("is an error of the spreadsheet"),
            Cell::Text(text) if is_scientific(text) => {
                Err("is an id that a spreadsheet has rewritten as a number, and digits are lost")
            }
            other => Ok(other.text()),
        }
    }
}

/// `1.23E+11`, as spreadsheets write long numbers; they always write the sign.
fn is_scientific(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(at) = bytes.iter().position(|byte| matches!(byte, b'E' | b'e')) else { return false };
    let (mantissa, exponent) = (&bytes[..at], &bytes[at + 1..]);
    let digits = |bytes: &[u8]| !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    let whole = mantissa.len() == 1 || matches!(mantissa.get(1), Some(b'.' | b',')) && digits(&mantissa[2..]);
    mantissa.first().is_some_and(u8::is_ascii_digit)
        && whole
        && exponent.first() == Some(&b'+')
        && exponent.get(1..).is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_a_spreadsheet_spoilt_are_known_and_others_are_taken_as_they_are() {
        for text in ["1.23457E+12", "1E+05", "4,5E+10"] {
            assert!(Cell::Text(text).id().is_err(), "{text}");
        }
        for text in ["1E5", "E+5", "c-001", "00123", "12E+", "ABC1.2E+3"] {
            assert_eq!(Cell::Text(text).id().unwrap(), text);
        }
        assert_eq!(Cell::Number(1234.0).id().unwrap(), "1234");
        assert!(Cell::Number(1.5).id().is_err());
        assert!(Cell::Number(1_234_567_890_123_456.0).id().is_err());
    }
}
