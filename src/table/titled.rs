//! A table with what its columns mean.

use super::{Cell, Columns, Hints, Row, Sought, Table, shown};
use crate::json::{Located, Refusal};

/// A table with what its columns mean. Fields are named by their numbers among those that were sought.
#[derive(Debug)]
pub struct Titled {
    /// The rows.
    pub table: Table,
    /// What their cells mean.
    pub columns: Columns,
}

impl Titled {
    /// Finds out what the columns of a table mean; see [`Columns::find`].
    pub fn find(table: Table, sought: &[Sought], hints: &Hints) -> Result<Titled, Refusal> {
        let columns = Columns::find(&table, sought, hints)?;
        Ok(Titled { table, columns })
    }

    /// Calls `each` with every row under the titles.
    pub fn for_each(&self, mut each: impl FnMut(Row<'_>)) {
        self.table.for_each(|row| {
            if row.number > self.columns.header_row {
                each(row);
            }
            true
        });
    }

    /// The cell of a field; empty where the field has no column.
    pub fn cell<'r>(&self, row: Row<'r>, field: usize) -> Cell<'r> {
        self.columns.place(field).map_or(Cell::Empty, |column| row.cell(column))
    }

    /// A problem with the cell of a field.
    pub fn issue(
        &self,
        row: u64,
        field: usize,
        value: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Located {
        self.issue_at(row, self.columns.place(field), value, problem, remedy)
    }

    /// A problem with the cell of a column, or with the row where there is none.
    pub fn issue_at(
        &self,
        row: u64,
        column: Option<usize>,
        value: &str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Located {
        let column = column.map(|at| (at, self.columns.title(at)));
        self.table.issue(row, column, value, problem, remedy)
    }

    /// What is wrong with a row that has other cells than there are titles: its values are shifted.
    pub fn shifted(&self, row: Row<'_>) -> Option<String> {
        let width = self.columns.titles.len();
        let beyond = (width..row.len()).find(|&at| row.cell(at) != Cell::Empty);
        if let Some(at) = beyond {
            let value = shown(&row.cell(at).text());
            return Some(format!(
                "has more cells than there are titles: {value} stands in column {}, beyond the {width} titles",
                at + 1
            ));
        }
        // Sheets end where their last value stands; texts have every cell.
        (row.is_delimited() && row.len() < width).then(|| {
            let cells = if row.len() == 1 { "1 cell" } else { &format!("{} cells", row.len()) };
            format!("has {cells}, and there are {width} titles")
        })
    }
}
