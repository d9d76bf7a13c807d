//! Workbooks (XLSX): sheets by name, cells as they were last computed.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{CellErrorType, DataRef, Reader, Xlsx, XlsxError};

use super::cell::{Cells, Row, Stored};
use super::day::serial_day;
use super::{Body, Table};
use crate::json::Refusal;

/// A workbook whose sheets have not been read yet.
pub struct Workbook {
    file: String,
    book: Xlsx<Cursor<Vec<u8>>>,
}

/// Rows that are not empty, with their numbers.
#[derive(Debug)]
pub(super) struct Sheet {
    rows: Vec<(u64, Vec<Stored>)>,
    /// Cells merged over several rows: the first and the last of them, and the column.
    merged: Vec<(u64, u64, u32)>,
}

/// Columns beyond this hold no data of a planner; a stray cell there would need room for a whole row.
const MOST_COLUMNS: u32 = 1000;
/// Days between the two beginnings of time that spreadsheets know.
const DAYS_TO_1904: f64 = 1462.0;

/// Whether a file is a workbook, or at least a zip file.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

impl Workbook {
    /// Opens a workbook.
    pub fn open(file: &str, bytes: Vec<u8>) -> Result<Workbook, Refusal> {
        let book = Xlsx::new(Cursor::new(bytes)).map_err(|error| refusal(file, &error))?;
        Ok(Workbook { file: file.to_owned(), book })
    }

    /// The names of the sheets.
    pub fn sheets(&self) -> Vec<String> {
        self.book.sheet_names()
    }

    /// Reads a sheet.
    pub fn sheet(&mut self, name: &str) -> Result<Table, Refusal> {
        let shown = format!("{}[{name}]", self.file);
        let late = self.book.has_1904_epoch();
        let mut rows: BTreeMap<u32, Vec<Stored>> = BTreeMap::new();
        let (mut formulas, mut far) = (0, 0);
        let mut read = || -> Result<(), XlsxError> {
            let mut cells = self.book.worksheet_cells_reader(name)?;
            while let Some(cell) = cells.next_cell_with_formula_metadata()? {
                let (row, column) = cell.pos;
                let stored = match (stored(cell.value, late), &cell.formula) {
                    // Written by a program that does not compute.
                    (Stored::Empty, Some(_)) => Stored::Fault("a formula without a value"),
                    (stored, formula) => {
                        formulas += usize::from(formula.is_some());
                        stored
                    }
                };
                if matches!(stored, Stored::Empty) {
                    continue;
                }
                if column >= MOST_COLUMNS {
                    far += 1;
                    continue;
                }
                let cells = rows.entry(row).or_default();
                while cells.len() <= column as usize {
                    cells.push(Stored::Empty);
                }
                cells[column as usize] = stored;
            }
            Ok(())
        };
        match read() {
            Err(XlsxError::NotAWorksheet(_)) => {}
            other => other.map_err(|error| refusal(&shown, &error))?,
        }
        let rows: Vec<(u64, Vec<Stored>)> = rows.into_iter().map(|(row, cells)| (u64::from(row) + 1, cells)).collect();
        let mut detected = match formulas {
            0 => Vec::new(),
            1 => vec!["1 cell is a formula; its last computed value is used".to_owned()],
            many => vec![format!("{many} cells are formulas; their last computed values are used")],
        };
        if far > 0 {
            detected.push(format!("cells beyond column {MOST_COLUMNS} are not read: {far}"));
        }
        let merged = self.book.merge_cells_by_sheet_name(name).unwrap_or_default();
        let merged = merged.into_iter().filter(|area| area.end.0 > area.start.0);
        let merged =
            merged.map(|area| (u64::from(area.start.0) + 1, u64::from(area.end.0) + 1, area.start.1)).collect();
        Ok(Table { name: shown, detected, body: Body::Sheet(Sheet { rows, merged }) })
    }

    /// The only sheet with anything in it.
    pub fn only_sheet(mut self) -> Result<Table, Refusal> {
        let mut found: Vec<Table> = Vec::new();
        for name in self.sheets() {
            let table = self.sheet(&name)?;
            if !table.is_empty() {
                found.push(table);
            }
        }
        match (found.len(), found.pop()) {
            (1, Some(table)) => Ok(table),
            (0, _) | (_, None) => {
                Err(Refusal::whole_file(&self.file, "E101", "has nothing in any sheet", "export the table again"))
            }
            (many, _) => {
                let problem = format!("has {many} sheets with data where one table is due");
                Err(Refusal::whole_file(
                    &self.file,
                    "E502",
                    problem,
                    "save the sheet that is meant as a file of its own",
                ))
            }
        }
    }
}

impl Sheet {
    /// The first cell merged over several rows that reaches below a row.
    pub(super) fn merged_below(&self, row: u64) -> Option<(u64, u64, usize)> {
        self.merged.iter().find(|(_, last, _)| *last > row).map(|&(first, last, column)| (first, last, column as usize))
    }

    pub(super) fn for_each(&self, each: &mut impl FnMut(Row<'_>) -> bool) {
        for (number, cells) in &self.rows {
            let row = Row { number: *number, cells: Cells::Sheet(cells) };
            if !row.is_blank() && !each(row) {
                break;
            }
        }
    }
}

fn stored(value: DataRef<'_>, late: bool) -> Stored {
    match value {
        DataRef::Empty => Stored::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Stored::Text(text.into()),
        DataRef::SharedString(text) => Stored::Text(text.into()),
        DataRef::Float(number) => Stored::Number(number),
        DataRef::Int(number) => Stored::Number(number as f64),
        DataRef::Bool(truth) => Stored::Truth(truth),
        DataRef::DateTime(time) => {
            let serial = time.as_f64() + if late { DAYS_TO_1904 } else { 0.0 };
            serial_day(serial).map_or(Stored::Number(serial), Stored::Day)
        }
        DataRef::Error(error) => Stored::Fault(match error {
            CellErrorType::Div0 => "#DIV/0!",
            CellErrorType::NA => "#N/A",
            CellErrorType::Name => "#NAME?",
            CellErrorType::Null => "#NULL!",
            CellErrorType::Num => "#NUM!",
            CellErrorType::Ref => "#REF!",
            CellErrorType::Value => "#VALUE!",
            CellErrorType::GettingData => "#GETTING_DATA",
        }),
    }
}

fn refusal(file: &str, error: &XlsxError) -> Refusal {
    let (problem, remedy) = match error {
        XlsxError::Password => ("has a password".to_owned(), "save it without a password"),
        error => (format!("cannot be read as a workbook: {error}"), "save it as XLSX again, or as CSV"),
    };
    Refusal::whole_file(file, "E106", problem, remedy)
}
