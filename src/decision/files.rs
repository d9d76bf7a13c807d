//! Decisions in CSV files and workbooks: customer_id, rep_id, visits, calls, reason, by, date; an empty cell says nothing.

use std::borrow::Cow;

use super::{Decision, Fault, Overlay};
use crate::instance::{Instance, LockPart};
use crate::json::{Located, Refusal};
use crate::table::{self, Cell, Hints, Row, Sought, Table, Titled, count, escaped, unescaped};
use crate::units::Money;

const SOUGHT: [Sought; 7] = [
    Sought::required("customer_id", "customerid customer kundennr kundennummer"),
    Sought::optional("rep_id", "repid rep yourrep"),
    Sought::optional("visits", "visits yourvisits besuche"),
    Sought::optional("calls", "calls anrufe"),
    Sought::optional("reason", "reason why grund"),
    Sought::optional("by", "by decidedby von"),
    Sought::optional("date", "date day datum"),
];
const CUSTOMER: usize = 0;
const REP: usize = 1;
const VISITS: usize = 2;
const CALLS: usize = 3;
const REASON: usize = 4;
const BY: usize = 5;
const DATE: usize = 6;

/// The decisions of several files, with where each stands.
#[derive(Debug, Default)]
pub struct DecisionFiles {
    /// What was decided, file by file and row by row.
    pub decisions: Vec<Decision>,
    sources: Vec<Titled>,
    /// Of each decision its source and row.
    places: Vec<(usize, u64)>,
    /// The files in their order, and what in them could not be read.
    names: Vec<String>,
    issues: Vec<Located>,
}

impl DecisionFiles {
    /// Reads files, each with its name. What cannot be read is kept, to be reported with what cannot be applied.
    pub fn read(files: Vec<(String, Vec<u8>)>) -> DecisionFiles {
        let mut read = DecisionFiles::default();
        for (name, bytes) in files {
            let added = read.add(&name, bytes);
            read.issues.extend(added.err().into_iter().flat_map(|refusal| refusal.issues));
            read.names.push(name);
        }
        read
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Refusal> {
        let source = Titled::find(Table::single(name, bytes, None)?, &SOUGHT, &Hints::default())?;
        let number = self.sources.len();
        source.for_each(|row| {
            self.decisions.push(decision(&source, row, &mut self.issues));
            self.places.push((number, row.number));
        });
        self.sources.push(source);
        Ok(())
    }

    /// What the decisions mean for an instance, or all that is wrong with them, with file, row and column.
    pub fn overlay(&self, instance: &Instance) -> Result<Overlay, Refusal> {
        let overlay = Overlay::new(instance, &self.decisions, &|at| self.place(at));
        let faults = overlay.as_ref().err().into_iter().flatten();
        let mut issues: Vec<Located> = self.issues.clone();
        issues.extend(faults.map(|fault| self.located(fault.clone())));
        let order = |issue: &Located| {
            // The name of a table may have its sheet behind that of the file.
            (self.names.iter().position(|name| issue.file.starts_with(name.as_str())), issue.line, issue.column)
        };
        issues.sort_by_key(order);
        match overlay {
            Ok(overlay) if issues.is_empty() => Ok(overlay),
            _ => Err(Refusal { issues }),
        }
    }

    /// Where a decision stands: `q3.csv row 4`.
    pub fn place(&self, at: usize) -> String {
        let (source, row) = self.places[at];
        format!("{} row {row}", self.sources[source].table.name)
    }

    fn located(&self, fault: Fault) -> Located {
        let (source, row) = self.places[fault.at];
        let field = match fault.part {
            None => CUSTOMER,
            Some(LockPart::Rep) => REP,
            Some(LockPart::Visits) => VISITS,
            Some(LockPart::Calls) => CALLS,
        };
        let issue = self.sources[source].issue(row, field, &fault.value, fault.problem, fault.remedy);
        Located { code: fault.code, ..issue }
    }
}

/// A row as a decision; what cannot be read is reported and left out.
fn decision(source: &Titled, row: Row<'_>, issues: &mut Vec<Located>) -> Decision {
    let mut issue = |field: usize, cell: &Cell<'_>, problem: &str, remedy: &str| {
        issues.push(source.issue(row.number, field, &cell.text(), problem, remedy));
    };
    let cell = |field: usize| source.cell(row, field);
    let mut id = |field: usize| {
        let cell = cell(field);
        let read = cell.id().map(|id| unescaped(&id).to_owned()).unwrap_or_else(|problem| {
            issue(field, &cell, problem, "format the column as text and enter the id again");
            String::new()
        });
        (!read.is_empty()).then_some(read)
    };
    let (customer, rep) = (id(CUSTOMER), id(REP));
    if customer.is_none() && cell(CUSTOMER) == Cell::Empty {
        issue(CUSTOMER, &Cell::Empty, "has no customer", "name the customer, or empty the row");
    }
    let mut number = |field: usize| {
        let cell = cell(field);
        count(&cell).unwrap_or_else(|problem| {
            issue(field, &cell, &problem, "write a whole number, or nothing");
            None
        })
    };
    let (visits, calls) = (number(VISITS), number(CALLS));
    let text = |field: usize| {
        let cell = cell(field);
        (cell != Cell::Empty).then(|| unescaped(&cell.text()).to_owned())
    };
    if customer.is_none() {
        // It has its issue.
        return Decision::default();
    }
    Decision {
        customer: customer.unwrap_or_default(),
        rep,
        visits,
        calls,
        reason: text(REASON),
        by: text(BY),
        date: text(DATE),
    }
}

/// Decisions as the CSV file that is read again; with a price each where `prices` has them. No cell is a formula.
pub fn to_csv(decisions: &[Decision], prices: Option<&[Option<Money>]>) -> String {
    let mut rows: Vec<Vec<Cow<'_, str>>> = vec![SOUGHT.iter().map(|sought| Cow::Borrowed(sought.field)).collect()];
    rows.extend(decisions.iter().map(|decision| {
        let text = |text: &'_ Option<String>| Cow::Owned(escaped(text.as_deref().unwrap_or("")).into_owned());
        let number = |number: Option<u32>| Cow::Owned(number.map_or_else(String::new, |number| number.to_string()));
        vec![
            escaped(&decision.customer),
            text(&decision.rep),
            number(decision.visits),
            number(decision.calls),
            text(&decision.reason),
            text(&decision.by),
            text(&decision.date),
        ]
    }));
    if let Some(prices) = prices {
        rows[0].push(Cow::Borrowed("price"));
        for (row, price) in rows[1..].iter_mut().zip(prices) {
            row.push(Cow::Owned(price.map_or_else(String::new, |price| format!("{:.2}", price.as_f64()))));
        }
    }
    table::to_csv(rows.iter().map(|row| row.iter().map(|cell| cell.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_come_back_from_csv_as_they_were() {
        let decision = |customer: &str, reason: &str| Decision {
            customer: customer.to_owned(),
            rep: Some("+1".to_owned()),
            visits: Some(3),
            calls: None,
            reason: Some(reason.to_owned()),
            by: Some("Huber; \"K\"".to_owned()),
            date: Some("2026-11-22".to_owned()),
        };
        let all = [
            decision("=HYPERLINK(\"x\")", "a,\nb"),
            decision("-1", "'=x"),
            decision("@x", "\tx"),
            decision("007", "it's"),
        ];
        let text = to_csv(&all, None);
        assert!(text.starts_with("customer_id,rep_id,visits,calls,reason,by,date\n"));
        let read = DecisionFiles::read(vec![("f.csv".to_owned(), text.into_bytes())]);
        assert_eq!((read.decisions, read.issues), (all.to_vec(), Vec::new()));
    }
}
