//! What a plan changes for the customers, against last period's visits.

use crate::baseline::LastVisits;
use crate::instance::Instance;
use crate::model::Status;
use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money};

/// How many customers are treated how, against last period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Visited before, and more often now.
    pub more: u32,
    /// Visited before, and less often now.
    pub fewer: u32,
    /// Visited before, and by phone alone now.
    pub by_phone: u32,
    /// Visited before, and neither visited nor called now.
    pub dropped: u32,
    /// Not visited before.
    pub anew: u32,
    /// As many visits as before, at least one.
    pub as_before: u32,
    /// Visits to inactive and new customers now.
    pub visits_to_win: i64,
    /// Customers whose number of visits is another one than before: what the rule `max_changed_customers` counts.
    pub changed: u32,
    /// Those who are not visited any more, the largest loss first.
    pub losing: Vec<Change>,
    /// Those who are still visited, but less often, the most time freed first.
    pub reduced: Vec<Change>,
}

/// One customer whose visits change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Number of the customer in the instance.
    pub customer: usize,
    /// Visits last period.
    pub before: u32,
    /// Visits in the plan.
    pub now: u32,
    /// What that changes in sales.
    pub sales: Money,
    /// Time that it frees.
    pub freed: Minutes,
}

impl Changes {
    /// Compares a plan with last period.
    pub fn of(instance: &Instance, problem: &Problem, choices: &[Choice]) -> Changes {
        let mut changes = Changes::default();
        for (number, (customer, &choice)) in instance.customers.iter().zip(choices).enumerate() {
            let (before, now) = (customer.last_visits, choice.visits);
            if customer.status != Status::Active {
                changes.visits_to_win += i64::from(now);
            }
            changes.changed += u32::from(before != now);
            let is_called = choice.lane().is_some_and(|lane| problem.lane(lane).calls > 0);
            let count = match (before, now) {
                (0, 0) => continue,
                (0, _) => &mut changes.anew,
                (_, 0) if is_called => &mut changes.by_phone,
                (_, 0) => &mut changes.dropped,
                _ if now > before => &mut changes.more,
                _ if now < before => &mut changes.fewer,
                _ => &mut changes.as_before,
            };
            *count += 1;
            if now < before {
                let last = LastVisits::to(instance, customer);
                let change = Change {
                    customer: number,
                    before,
                    now,
                    sales: Money(problem.revenue(choice) - last.added.0),
                    freed: Minutes(last.minutes.0 - problem.minutes(choice)),
                };
                match (now, is_called) {
                    (0, false) => changes.losing.push(change),
                    (0, true) => {}
                    _ => changes.reduced.push(change),
                }
            }
        }
        changes.losing.sort_by_key(|change| (change.sales, change.customer));
        changes.reduced.sort_by_key(|change| (-change.freed.0, change.customer));
        changes
    }
}
