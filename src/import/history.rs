//! What the past says of each customer: sales, visits and calls of the comparable period, and whether it still buys.

use jiff::Span;
use jiff::civil::Date;

use super::customers::Customer;
use super::issues::{Issue, Issues};
use super::reconciliation::Reconciliation;
use super::{Comparable, Request};
use crate::units::{Factor, Money, round_half_away};

/// The comparable period and what lies around it.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// First day.
    pub start: Date,
    /// First day behind it.
    pub end: Date,
    /// First day of the planning period.
    pub planned: Date,
    /// Whoever ordered from this day on is active.
    pub active_since: Date,
}

impl Reference {
    pub fn of(request: &Request) -> Reference {
        let weeks = |weeks: i64| Span::new().weeks(weeks);
        let length = weeks(i64::from(request.weeks));
        // Days are between 1950 and 2100, and periods at most a thousand weeks.
        let start = match request.reference {
            Comparable::Before => request.start.saturating_sub(length),
            Comparable::LastYear => request.start.saturating_sub(weeks(52)),
            Comparable::From(day) => day,
        };
        Reference {
            start,
            end: start.saturating_add(length),
            planned: request.start,
            active_since: request.start.saturating_sub(Span::new().years(1)),
        }
    }

    /// Whether a day is in the comparable period.
    pub fn has(&self, day: Date) -> bool {
        self.start <= day && day < self.end
    }

    /// The last day of the comparable period.
    pub fn last(&self) -> Date {
        self.end.yesterday().unwrap_or(self.end)
    }
}

/// One customer's past.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    /// Of the comparable period, in cents.
    pub sales: i64,
    /// Margin of these sales, in cents.
    pub margin: i64,
    /// Whether any order states a margin.
    pub has_margin: bool,
    pub visits: u32,
    pub calls: u32,
    /// Minutes of visits, where they were recorded.
    pub minutes: Vec<u32>,
    /// The last order before the planning period.
    pub last_order: Option<Date>,
}

/// The past of all customers.
#[derive(Debug)]
pub(super) struct History {
    pub customers: Vec<Past>,
}

impl History {
    pub fn of(customers: usize) -> History {
        History { customers: vec![Past::default(); customers] }
    }
}

/// Fills in what follows from the past.
pub(super) fn fill(
    customers: &mut [Customer],
    reference: &Reference,
    history: History,
    said: &mut Reconciliation,
    issues: &mut Issues,
) {
    for (customer, mut past) in customers.iter_mut().zip(history.customers) {
        let (entry, file, row) = (&mut customer.entry, &customer.file, customer.row);
        let mut issue = |column: &str, value: String, problem: &'static str, remedy: &'static str| {
            issues.add(|| Issue {
                file: file.clone(),
                row,
                column: column.to_owned(),
                value,
                problem: problem.into(),
                remedy: remedy.into(),
            });
        };
        entry.status = match past.last_order {
            Some(day) if day >= reference.active_since => "active",
            Some(_) => "inactive",
            None => "new",
        };
        match entry.status {
            "active" => said.statuses[0] += 1,
            "inactive" => said.statuses[1] += 1,
            _ => said.statuses[2] += 1,
        }
        entry.sales = Money(past.sales.max(0));
        if past.sales < 0 {
            said.negative_sales += 1;
            let value = Money(past.sales).grouped();
            issue(
                "id",
                value,
                "has more credit notes than orders in the reference period: sales count as 0",
                "look at the orders",
            );
        }
        entry.last_visits = past.visits;
        entry.last_calls = past.calls;
        if past.has_margin && past.sales > 0 {
            let share = round_half_away(i128::from(past.margin) * i128::from(Factor::ONE.0), i128::from(past.sales));
            match i64::try_from(share) {
                Ok(share @ 0..=1_000_000) => entry.margin = Some(Factor(share)),
                _ => issue(
                    "id",
                    Money(past.margin).grouped(),
                    "has a margin below zero or above its sales: it is left out",
                    "look at the orders",
                ),
            }
        }
        if entry.visit_minutes.is_none() && !past.minutes.is_empty() {
            let middle = past.minutes.len() / 2;
            entry.visit_minutes = Some(i64::from(*past.minutes.select_nth_unstable(middle).1));
            said.minutes_from_visits += 1;
        }
        let most = entry.visits.map(|visits| visits.max);
        if most.is_some_and(|most| past.visits > most) {
            said.above_most += 1;
            issue(
                "max_visits",
                past.visits.to_string(),
                "visits took place, more than the largest number of visits",
                "raise the number, or leave it: the plan will keep to it",
            );
        }
    }
}
