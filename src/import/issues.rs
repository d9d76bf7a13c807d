//! `import-issues.csv`: every row that was left out or needs a look, with its place and its remedy.

use std::borrow::Cow;

use crate::table::{escaped, to_csv};

/// Most rows that are listed; the rest is counted.
const MOST: usize = 100_000;

/// What stands on top of the file.
pub const HEADER: [&str; 6] = ["file", "row", "column", "value", "problem", "remedy"];

/// The rows that were left out or need a look.
#[derive(Debug, Default)]
pub struct Issues {
    listed: Vec<Issue>,
    /// Those beyond the ones that are listed.
    more: u64,
}

/// One row.
#[derive(Debug)]
pub(super) struct Issue {
    pub file: String,
    /// 0 where the issue is about no row.
    pub row: u64,
    pub column: String,
    pub value: String,
    pub problem: Cow<'static, str>,
    pub remedy: Cow<'static, str>,
}

impl Issues {
    /// Adds one; made only if it is listed.
    pub(super) fn add(&mut self, issue: impl FnOnce() -> Issue) {
        if self.listed.len() < MOST {
            self.listed.push(issue());
        } else {
            self.more += 1;
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.listed.len() as u64 + self.more
    }

    /// The file: rows in the order of the tables. No cell is a formula for a spreadsheet.
    pub fn to_csv(&self) -> String {
        let mut rows: Vec<[Cow<'_, str>; 6]> = vec![HEADER.map(Cow::Borrowed)];
        for issue in &self.listed {
            let row = if issue.row == 0 { String::new() } else { issue.row.to_string() };
            rows.push([
                escaped(&issue.file),
                Cow::Owned(row),
                escaped(&issue.column),
                escaped(&issue.value),
                Cow::Borrowed(&issue.problem),
                Cow::Borrowed(&issue.remedy),
            ]);
        }
        if self.more > 0 {
            let problem = format!("{} more rows are not listed", self.more);
            let remedy = "mend these first, then import again";
            rows.push(["", "", "", "", &problem, remedy].map(|cell| Cow::Owned(cell.to_owned())));
        }
        to_csv(rows.iter().map(|row| row.iter().map(|cell| cell.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_list_is_a_formula() {
        let mut issues = Issues::default();
        for value in ["=HYPERLINK(\"x\")", "+1", "-1", "@x", "\tx", "  =1", "＝1", "fine, \"quoted\""] {
            issues.add(|| Issue {
                file: value.to_owned(),
                row: 2,
                column: value.to_owned(),
                value: value.to_owned(),
                problem: "is none".into(),
                remedy: "mend it".into(),
            });
        }
        let text = issues.to_csv();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for record in reader.records() {
            for cell in record.expect("a record").iter() {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '＝']), "{cell}");
            }
        }
    }
}
