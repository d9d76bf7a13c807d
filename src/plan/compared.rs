//! The figures that plans are compared by.

use serde::Serialize;

use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money};

/// Which plan a row of a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compares {
    /// Last period's visits as they were.
    LastPeriod,
    /// The plan of visits, before the post-pass.
    Field,
    /// The plan after the post-pass.
    PostPass,
    /// The best plan of visits and calls that was found.
    Joint,
    /// The same with no more call minutes than the post-pass used.
    JointSameCalls,
}

/// A row of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Which plan.
    pub plan: Compares,
    /// Revenue that visits and calls add.
    pub revenue: Money,
    /// What the objective counts.
    pub value: Money,
    /// Visits in the period.
    pub visits: i64,
    /// Customers with at least one visit.
    pub visited: u32,
    /// Calls in the period.
    pub calls: i64,
    /// Customers with at least one visit or call.
    pub covered: u32,
    /// Time of visits, travel included.
    pub visit_minutes: Minutes,
    /// Time of calls.
    pub call_minutes: Minutes,
}

impl Compared {
    /// A row about one option per customer.
    pub fn of(plan: Compares, problem: &Problem, choices: &[Choice]) -> Compared {
        let calls = |choice: &Choice| choice.lane().map_or(0, |lane| problem.lane(lane).calls);
        let count = |holds: &dyn Fn(&Choice) -> bool| choices.iter().filter(|choice| holds(choice)).count() as u32;
        let sum = |of: &dyn Fn(&Choice) -> i64| choices.iter().map(of).sum::<i64>();
        Compared {
            plan,
            revenue: Money(problem.total_revenue(choices)),
            value: Money(problem.total_value(choices)),
            visits: sum(&|choice| i64::from(choice.visits)),
            visited: count(&|choice| choice.visits > 0),
            calls: sum(&|choice| i64::from(calls(choice))),
            covered: count(&|choice| choice.lane().is_some()),
            visit_minutes: Minutes(sum(&|&choice| problem.minutes(choice))),
            call_minutes: Minutes(sum(&|&choice| problem.call_minutes(choice))),
        }
    }
}
