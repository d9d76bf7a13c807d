//! What the columns of a table mean: stated by a mapping file, guessed from their titles otherwise.

use super::{Order, Row, Style, Table};
use crate::json::{Located, Refusal, did_you_mean};

/// A field that is looked for in a table.
#[derive(Clone, Copy, Debug)]
pub struct Sought {
    /// The field, as mapping files name it.
    pub field: &'static str,
    /// Whether there is no table without it.
    pub required: bool,
    /// Titles that mean the field, the surest first, in small letters and digits alone, with blanks between them.
    pub titles: &'static str,
}

impl Sought {
    /// A field without which there is no table.
    pub const fn required(field: &'static str, titles: &'static str) -> Sought {
        Sought { field, required: true, titles }
    }

    /// A field that is used where it is there.
    pub const fn optional(field: &'static str, titles: &'static str) -> Sought {
        Sought { field, required: false, titles }
    }
}

/// What a mapping file says of a table.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Title of the column of a field; `None` where the field has no column.
    pub columns: Vec<(String, Option<String>)>,
    /// The row of the titles.
    pub header_row: Option<u64>,
    /// How decimals are written.
    pub decimal: Option<Style>,
    /// What comes first in 03/04/2026.
    pub dates: Option<Order>,
    /// What separates columns.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

/// Where the fields of a table are.
#[derive(Clone, Debug)]
pub struct Columns {
    /// The row of the titles.
    pub header_row: u64,
    /// Every title, as it stands.
    pub titles: Vec<String>,
    /// The column of each field that was sought.
    places: Vec<Option<usize>>,
    /// The columns that are none of the fields.
    pub others: Vec<usize>,
    /// Field and title of those that were found, to be told.
    pub found: Vec<(&'static str, String)>,
}

/// Rows at the top that are looked at for titles.
const LOOKED_AT: usize = 12;

impl Columns {
    /// Finds the row of titles and what each column means.
    ///
    /// Refuses a table without a required field, a field that two columns may be, and a stated column that is not there.
    pub fn find(table: &Table, sought: &[Sought], hints: &Hints) -> Result<Columns, Refusal> {
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        table.for_each(|row| {
            match hints.header_row {
                Some(stated) if row.number < stated => return true,
                Some(stated) if row.number > stated => return false,
                _ => rows.push((row.number, texts(row))),
            }
            rows.len() < LOOKED_AT
        });
        let Some(first) = rows.first() else {
            let (problem, remedy) = match hints.header_row {
                Some(stated) => (format!("has no row {stated}"), "mend \"header_row\" in the mapping file"),
                None => ("is empty".to_owned(), "export the table again"),
            };
            return Err(table.refusal(problem, remedy));
        };
        // Titles may be in two rows, one of them merged over several columns: the upper one fills the gaps.
        let mut candidates: Vec<(u64, Vec<String>)> = rows.clone();
        // Or both rows are one title: "customer" above "id".
        for joined in [false, true] {
            candidates.extend(rows.windows(2).map(|pair| {
                let ((_, upper), (number, lower)) = (&pair[0], &pair[1]);
                let title = |at: usize| {
                    let text = |row: &[String]| row.get(at).cloned().unwrap_or_default();
                    match (text(upper), text(lower)) {
                        (upper, lower) if lower.is_empty() => upper,
                        (upper, lower) if joined && !upper.is_empty() => format!("{upper} {lower}"),
                        (_, lower) => lower,
                    }
                };
                (*number, (0..upper.len().max(lower.len())).map(title).collect())
            }));
        }
        let mut best: Option<(usize, Columns, Vec<Located>)> = None;
        for (number, mut titles) in candidates {
            // Spreadsheets leave empty cells behind the last title.
            titles.truncate(titles.iter().rposition(|title| !title.is_empty()).map_or(0, |last| last + 1));
            let (columns, issues) = Columns::of(table, number, titles, sought, hints);
            let count = columns.found.len();
            let is_better = match &best {
                None => true,
                Some((most, _, before)) => (issues.is_empty(), count) > (before.is_empty(), *most),
            };
            if is_better {
                best = Some((count, columns, issues));
            }
        }
        let Some((count, columns, issues)) = best else {
            return Err(table.refusal("is empty", "export the table again"));
        };
        if issues.is_empty() {
            // The value of merged cells stands in the first of them only.
            if let Some((first, last, at)) = table.merged_below(columns.header_row) {
                let problem = format!("is merged over rows {first} to {last}, and only the first has the value");
                let remedy = "split the cell, and write the value into every row";
                let issue = table.issue(first, Some((at, columns.title(at))), "", problem, remedy);
                return Err(Refusal { issues: vec![issue] });
            }
            return Ok(columns);
        }
        if count == 0 && hints.columns.is_empty() {
            let seen = first.1.iter().filter(|text| !text.is_empty()).take(6).cloned().collect::<Vec<_>>().join(", ");
            let needed: Vec<&str> = sought.iter().filter(|s| s.required).map(|s| s.field).collect();
            let problem = format!("has no column that could be {}; its first row reads: {seen}", needed.join(" or "));
            let remedy = "put a row of titles on top, or name the columns in a mapping file (--map)";
            return Err(table.refusal(problem, remedy));
        }
        Err(Refusal { issues })
    }

    fn of(
        table: &Table,
        header_row: u64,
        titles: Vec<String>,
        sought: &[Sought],
        hints: &Hints,
    ) -> (Columns, Vec<Located>) {
        let plain: Vec<String> = titles.iter().map(|title| normal(title)).collect();
        let mut issues = Vec::new();
        let mut taken = vec![false; titles.len()];
        let mut places = vec![None; sought.len()];
        let mut issue = |column: Option<(usize, &str)>, problem: String, remedy: String| {
            issues.push(table.issue(header_row, column, "", problem, remedy));
        };
        // What is stated comes first, so that no guess takes its column.
        for (field, title) in &hints.columns {
            let Some(at) = sought.iter().position(|sought| sought.field == field) else { continue };
            let Some(title) = title else { continue };
            let here: Vec<usize> = (0..titles.len()).filter(|&at| titles[at] == *title).collect();
            match here[..] {
                [] => {
                    let near = did_you_mean(title, titles.iter().map(String::as_str));
                    issue(
                        None,
                        format!("has no column \"{title}\", which the mapping file names for {field}"),
                        format!("mend the mapping file{near}"),
                    );
                }
                [place] => {
                    places[at] = Some(place);
                    taken[place] = true;
                }
                [first, second, ..] => issue(
                    Some((second, title)),
                    format!("stands above columns {} and {}", first + 1, second + 1),
                    "give each column a title of its own".to_owned(),
                ),
            }
        }
        for (at, field) in sought.iter().enumerate() {
            if hints.columns.iter().any(|(stated, _)| stated == field.field) {
                continue;
            }
            let free = |column: &usize| !taken[*column];
            let found = field.titles.split_ascii_whitespace().find_map(|title| {
                let here: Vec<usize> = (0..plain.len()).filter(free).filter(|&column| plain[column] == title).collect();
                (!here.is_empty()).then_some(here)
            });
            match found.as_deref() {
                None => {}
                Some(&[place]) => {
                    places[at] = Some(place);
                    taken[place] = true;
                }
                Some(several) => {
                    let (first, second) = (several[0], several[1]);
                    issue(
                        Some((second, &titles[second])),
                        format!("may be {}, and so may column {} \"{}\"", field.field, first + 1, titles[first]),
                        format!("name the column of {} in a mapping file (--map)", field.field),
                    );
                }
            }
        }
        for (field, place) in sought.iter().zip(&places) {
            if field.required && place.is_none() && issues_free_of(&hints.columns, field.field) {
                let free: Vec<&str> = (0..titles.len())
                    .filter(|&at| !taken[at] && !titles[at].is_empty())
                    .map(|at| titles[at].as_str())
                    .take(12)
                    .collect();
                issues.push(table.issue(
                    header_row,
                    None,
                    "",
                    format!("has no column that could be {}; columns not recognised: {}", field.field, free.join(", ")),
                    format!("call it \"{}\", or name it in a mapping file (--map)", field.field),
                ));
            }
        }
        let others = (0..titles.len()).filter(|&at| !taken[at] && !titles[at].is_empty()).collect();
        let found = sought
            .iter()
            .zip(&places)
            .filter_map(|(field, place)| Some((field.field, titles[(*place)?].clone())))
            .collect();
        (Columns { header_row, titles, places, others, found }, issues)
    }

    /// The column of a field, by its number among those that were sought.
    pub fn place(&self, field: usize) -> Option<usize> {
        self.places[field]
    }

    /// The title of a column.
    pub fn title(&self, column: usize) -> &str {
        self.titles.get(column).map_or("", String::as_str)
    }
}

/// Whether nothing is stated of a field: where something is, what is wrong was said already.
fn issues_free_of(stated: &[(String, Option<String>)], field: &str) -> bool {
    stated.iter().all(|(name, title)| name != field || title.is_none())
}

fn texts(row: Row<'_>) -> Vec<String> {
    (0..row.len()).map(|at| row.cell(at).text().split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// A title in small letters and digits alone, umlauts written out.
fn normal(title: &str) -> String {
    let mut plain = String::new();
    for character in title.chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'é' | 'è' | 'ê' => plain.push('e'),
            other if other.is_alphanumeric() => plain.push(other),
            '%' => plain.push_str("percent"),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUGHT: [Sought; 3] = [
        Sought::required("id", "id customerid kundennr"),
        Sought::required("date", "date day"),
        Sought::optional("name", "name"),
    ];

    fn find(text: &str, hints: &Hints) -> Result<Columns, String> {
        let table = Table::delimited("f.csv", text.as_bytes(), Some(b',')).expect("a table");
        Columns::find(&table, &SOUGHT, hints).map_err(|refusal| refusal.to_string())
    }

    fn places(text: &str) -> Vec<Option<usize>> {
        find(text, &Hints::default()).expect("columns").places
    }

    #[test]
    fn titles_are_known_however_they_are_written_and_wherever_they_stand() {
        assert_eq!(places("Kunden-Nr.,Date,Name\n1,2,3"), [Some(0), Some(1), Some(2)]);
        assert_eq!(places("Export of March\nname,x,DATE,Customer ID\n"), [Some(3), Some(2), Some(0)]);
        // A merged title above two of three.
        assert_eq!(places("id,When,\n,date,time\n1,2,3"), [Some(0), Some(1), None]);
        assert_eq!(places("id,date\n"), [Some(0), Some(1), None]);
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        let none = Hints::default();
        assert!(
            find("1,2026-04-01\n2,2026-04-02\n", &none).unwrap_err().contains("its first row reads: 1, 2026-04-01")
        );
        assert!(
            find("id,when\n", &none)
                .unwrap_err()
                .contains("no column that could be date; columns not recognised: when")
        );
        assert!(find("id,date,Date\n", &none).unwrap_err().contains("column 2 \"date\""));
    }

    #[test]
    fn a_mapping_file_has_the_last_word() {
        let hints = |columns: &[(&str, Option<&str>)]| Hints {
            columns: columns.iter().map(|(field, title)| ((*field).to_owned(), title.map(str::to_owned))).collect(),
            ..Hints::default()
        };
        let columns = find("id,date,when\n", &hints(&[("date", Some("when"))])).unwrap();
        assert_eq!(columns.places, [Some(0), Some(2), None]);
        assert_eq!(columns.others, [1]);
        assert_eq!(find("id,date,name\n", &hints(&[("name", None)])).unwrap().others, [2]);
        assert!(find("id,date\n", &hints(&[("date", Some("dat"))])).unwrap_err().contains("did you mean"));
    }
}
