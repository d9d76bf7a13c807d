//! Where tables come from: a file each, or the sheets of one workbook.

use crate::json::Refusal;
use crate::table::{Hints, Table, Workbook, is_workbook};

/// The bytes of a file with its name.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, as messages name it.
    pub file: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of a company.
#[derive(Clone, Debug)]
pub struct Files {
    /// Customers.
    pub customers: Source,
    /// Reps.
    pub reps: Source,
    /// Visits and calls.
    pub visits: Source,
    /// Orders.
    pub orders: Source,
    /// Where postcodes are, if that is known.
    pub places: Option<Source>,
}

impl Source {
    /// The table in the file. Of a workbook with several sheets, the one that is stated or has one of these names.
    pub(super) fn table(&self, hints: &Hints, names: &[&str]) -> Result<Table, Refusal> {
        if !is_workbook(&self.bytes) {
            return Table::delimited(&self.file, &self.bytes, hints.delimiter);
        }
        let mut book = Workbook::open(&self.file, self.bytes.clone())?;
        let sheets = book.sheets();
        let meant = |sheet: &&String| match &hints.sheet {
            Some(stated) => *sheet == stated,
            None => names.contains(&sheet.trim().to_lowercase().as_str()),
        };
        let found: Vec<&String> = sheets.iter().filter(meant).collect();
        let table = match found[..] {
            [name] => book.sheet(name)?,
            [] if hints.sheet.is_none() && sheets.len() == 1 => book.sheet(&sheets[0])?,
            _ => {
                let wanted = hints.sheet.as_deref().unwrap_or(names[0]);
                let problem = format!(
                    "has {} sheet \"{wanted}\"; its sheets: {}",
                    if found.is_empty() { "no" } else { "more than one" },
                    sheets.join(", ")
                );
                let remedy = "rename the sheet, or name it in a mapping file (--map)";
                return Err(Refusal::whole_file(&self.file, "E502", problem, remedy));
            }
        };
        if table.is_empty() {
            return Err(table.refusal("is an empty sheet", "export the table again"));
        }
        Ok(table)
    }
}
