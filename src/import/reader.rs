//! Reading a table of customers or reps: typed cells, with every problem collected.

use std::collections::BTreeMap;

use super::source::Source;
use crate::json::{Located, Refusal, is_unprintable};
use crate::model::Location;
use crate::table::{Cell, Decimals, Hints, RawNumber, Row, Sought, Style, Titled, Undecided};

/// Opens a table and finds its columns.
pub(super) fn open(source: &Source, hints: &Hints, names: &[&str], sought: &[Sought]) -> Result<Titled, Refusal> {
    Titled::find(source.table(hints, names)?, sought, hints)
}

/// A number that is settled when the whole table was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    number: RawNumber,
    row: u64,
    column: usize,
}

/// Reads the cells of a table and collects what is wrong with them.
pub(super) struct Reader<'t> {
    pub titled: &'t Titled,
    decimals: Decimals,
    issues: Vec<Located>,
}

/// Lines that reports put below tables.
const TOTALS: [&str; 8] = ["total", "totals", "sum", "grand total", "summe", "gesamt", "gesamtsumme", "gesamtergebnis"];

impl<'t> Reader<'t> {
    pub fn new(titled: &'t Titled) -> Reader<'t> {
        Reader { titled, decimals: Decimals::default(), issues: Vec::new() }
    }

    /// Calls `each` with every row under the titles that has an id of its own, with the id. A row of another length than
    /// the titles has shifted cells; lines of totals, titles said again and remarks below the table are nobody.
    pub fn named(&mut self, whom: &str, field: usize, mut each: impl FnMut(&mut Self, Row<'_>, String)) {
        self.rows(|reader, row| {
            let column = reader.titled.columns.place(field);
            let Some(id) = reader.id(row, field) else {
                // A spoilt id has its own fault.
                if column.is_some_and(|at| row.cell(at).text().is_empty()) {
                    let remedy = format!("give every {whom} an id, or remove the row");
                    reader.fault(row.number, column, "", "has no id", remedy);
                }
                return;
            };
            let word = id.trim_end_matches(':').to_lowercase();
            let is_title = column.is_some_and(|at| reader.titled.columns.title(at) == id);
            let is_alone = (0..row.len()).filter(|&at| row.cell(at) != Cell::Empty).count() == 1;
            let problem = if TOTALS.contains(&word.as_str()) {
                "looks like a line of totals"
            } else if is_title {
                "repeats the titles"
            } else if is_alone && reader.titled.columns.titles.len() > 2 {
                "stands alone in its row"
            } else {
                return each(reader, row, id);
            };
            reader.fault(row.number, column, &id, problem, "remove the row");
        });
    }

    /// Calls `each` with every row under the titles. A row of another length than the titles has shifted cells.
    pub fn rows(&mut self, mut each: impl FnMut(&mut Self, Row<'_>)) {
        let titled = self.titled;
        titled.for_each(|row| match titled.shifted(row) {
            Some(problem) => self.fault(row.number, None, "", problem, "put each value under its title"),
            None => each(self, row),
        });
    }

    /// Records what is wrong with a cell.
    pub fn fault(
        &mut self,
        row: u64,
        column: Option<usize>,
        value: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.issues.push(self.titled.issue_at(row, column, value, problem, remedy));
    }

    /// Records that a spreadsheet could not compute a cell.
    fn spoilt(&mut self, row: Row<'_>, column: usize, fault: &str) {
        let remedy = "mend the formula or write the value";
        self.fault(row.number, Some(column), fault, "is an error of the spreadsheet", remedy);
    }

    fn cell<'r>(&mut self, row: Row<'r>, field: usize) -> Option<(usize, Cell<'r>)> {
        let column = self.titled.columns.place(field)?;
        match row.cell(column) {
            Cell::Empty => None,
            Cell::Fault(fault) => {
                self.spoilt(row, column, fault);
                None
            }
            cell => Some((column, cell)),
        }
    }

    /// A text; `None` where the cell is empty.
    pub fn text(&mut self, row: Row<'_>, field: usize) -> Option<String> {
        self.cell(row, field).map(|(_, cell)| cell.text().into_owned())
    }

    /// An id; `None` where the cell is empty or a spreadsheet has spoilt it.
    pub fn id(&mut self, row: Row<'_>, field: usize) -> Option<String> {
        let (column, cell) = self.cell(row, field)?;
        match cell.id() {
            Ok(id) if id.len() > 256 => {
                self.fault(row.number, Some(column), &id, "is longer than 256 bytes", "give a shorter id");
            }
            Ok(id) if id.chars().any(is_unprintable) => {
                self.fault(row.number, Some(column), &id, "has a control character", "remove it");
            }
            Ok(id) => return Some(id.into_owned()),
            Err(problem) => {
                let remedy = "give the column the format Text in the spreadsheet, and export it again from the source";
                self.fault(row.number, Some(column), &cell.text(), problem, remedy);
            }
        }
        None
    }

    /// A list of words, separated by semicolons, commas or vertical bars.
    pub fn words(&mut self, row: Row<'_>, field: usize) -> Vec<String> {
        let text = self.text(row, field).unwrap_or_default();
        text.split([';', ',', '|']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// Yes or no.
    pub fn truth(&mut self, row: Row<'_>, field: usize) -> Option<bool> {
        let (column, cell) = self.cell(row, field)?;
        let text = cell.text().to_lowercase();
        match &*text {
            "yes" | "y" | "true" | "1" | "ja" | "j" | "x" | "oui" | "si" | "wahr" | "ok" => Some(true),
            "no" | "n" | "false" | "0" | "nein" | "non" | "falsch" | "-" => Some(false),
            _ => {
                self.fault(row.number, Some(column), &cell.text(), "is neither yes nor no", "write yes or no");
                None
            }
        }
    }

    /// A number; what it is, is known when the whole table was seen.
    pub fn number(&mut self, row: Row<'_>, field: usize, percent: bool) -> Option<Pending> {
        let (column, cell) = self.cell(row, field)?;
        match RawNumber::read(&cell, percent) {
            Ok(number) => {
                self.decimals.note(number, row.number, column, &cell);
                Some(Pending { number, row: row.number, column })
            }
            Err(problem) => {
                self.fault(row.number, Some(column), &cell.text(), problem, "write a number, as 1234.50, or nothing");
                None
            }
        }
    }

    /// A degree of latitude or longitude. Where degrees come from somewhere else they say nothing of how amounts are
    /// written, and none is a thousand.
    pub fn degree(&mut self, row: Row<'_>, field: usize) -> Option<Pending> {
        let (column, cell) = self.cell(row, field)?;
        match RawNumber::read(&cell, false) {
            Ok(number) => Some(Pending { number: number.with_decimals(), row: row.number, column }),
            Err(problem) => {
                self.fault(row.number, Some(column), &cell.text(), problem, "write degrees, as 52.52, or nothing");
                None
            }
        }
    }

    /// How decimals are written, after all rows were read.
    pub fn settle(&mut self, stated: Option<Style>) -> Option<Style> {
        match self.decimals.settle(stated) {
            Ok(style) => style,
            Err(Undecided { row, column, value, problem, remedy }) => {
                self.fault(row, Some(column), &value, problem, remedy);
                None
            }
        }
    }

    /// What was found out of numbers, to be told.
    pub fn detected(&self) -> Vec<String> {
        self.titled.table.detected.iter().cloned().chain(self.decimals.spoken()).collect()
    }

    /// The number times 10^`places`, from 0 to `most`, exact where `exact`.
    pub fn scaled(
        &mut self,
        pending: Option<Pending>,
        places: u8,
        style: Option<Style>,
        most: i64,
        exact: bool,
    ) -> Option<i64> {
        self.within(pending, places, style, (0, most), exact)
    }

    fn within(
        &mut self,
        pending: Option<Pending>,
        places: u8,
        style: Option<Style>,
        (least, most): (i64, i64),
        exact: bool,
    ) -> Option<i64> {
        let Pending { number, row, column } = pending?;
        let scale = 10_i64.pow(u32::from(places));
        match number.scaled(places, style) {
            Some((scaled, rounded)) if (least..=most).contains(&scaled) && !(exact && rounded) => Some(scaled),
            Some((_, true)) if exact => {
                let value = self.value_at(row, column);
                self.fault(row, Some(column), &value, "is not a whole number", "write a whole number");
                None
            }
            _ => {
                let value = self.value_at(row, column);
                let remedy = format!("write a number from {} to {}", least / scale, most / scale);
                self.fault(row, Some(column), &value, "is out of range", remedy);
                None
            }
        }
    }

    /// The text of a cell that was read before. It walks the table, so it is for faults alone.
    fn value_at(&self, row: u64, column: usize) -> String {
        let mut value = String::new();
        self.titled.table.for_each(|here| {
            if here.number == row {
                value = here.cell(column).text().into_owned();
            }
            here.number < row
        });
        value
    }

    /// A place; both numbers or none.
    pub fn location(&mut self, lat: Option<Pending>, lon: Option<Pending>, style: Option<Style>) -> Option<Location> {
        const NANO: i64 = 1_000_000_000;
        let one = lat.or(lon)?;
        if lat.is_none() || lon.is_none() {
            self.fault(
                one.row,
                Some(one.column),
                "",
                "is half of a place",
                "give latitude and longitude, or none of them",
            );
            return None;
        }
        let lat = self.within(lat, 9, style, (-90 * NANO, 90 * NANO), false)?;
        let lon = self.within(lon, 9, style, (-180 * NANO, 180 * NANO), false)?;
        // Both are below 2^53: the quotient is the number nearest to what was written.
        let degrees = |nano: i64| nano as f64 / NANO as f64;
        Some(Location { lat: degrees(lat), lon: degrees(lon) })
    }

    /// Columns that are no field, as labels.
    pub fn labels(&mut self, row: Row<'_>) -> BTreeMap<String, String> {
        let columns = &self.titled.columns;
        let mut labels = BTreeMap::new();
        for &at in &columns.others {
            match row.cell(at) {
                Cell::Empty => {}
                Cell::Fault(fault) => self.spoilt(row, at, fault),
                cell => {
                    // Of columns with the same title the later ones are told apart by their numbers.
                    let title = columns.title(at);
                    let is_taken = columns.others.iter().any(|&other| other < at && columns.title(other) == title);
                    let name = if is_taken { format!("{title} (column {})", at + 1) } else { title.to_owned() };
                    labels.insert(name, cell.text().into_owned());
                }
            }
        }
        labels
    }

    /// A text that becomes a label, too, by the name of its field.
    pub fn label(
        &mut self,
        row: Row<'_>,
        field: &Sought,
        place: usize,
        labels: &mut BTreeMap<String, String>,
    ) -> Option<String> {
        let text = self.text(row, place)?;
        labels.insert(field.field.to_owned(), text.clone());
        Some(text)
    }

    /// Refuses the table if anything was wrong with it.
    pub fn finish(mut self) -> Result<(), Refusal> {
        self.issues.sort_by_key(|issue| (issue.line, issue.column));
        if self.issues.is_empty() { Ok(()) } else { Err(Refusal { issues: self.issues }) }
    }
}
