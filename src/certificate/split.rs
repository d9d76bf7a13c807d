//! Splits: one question about one customer, which every option answers with yes or no.

use crate::problem::{Choice, Problem};

/// What tells two branches apart, about one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Index of the customer.
    pub customer: usize,
    /// The customer's id.
    pub id: String,
    /// What is asked.
    pub test: Test,
}

/// What is asked of a customer's option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Test {
    /// At least one visit by this rep.
    Rep { rep: u32, id: String },
    /// At least so many visits.
    Visits(u32),
    /// At least so many calls.
    Calls(u32),
    /// Calls of this pool.
    Pool { pool: u32, id: String },
}

impl Test {
    /// Whether an option passes.
    pub fn holds(&self, problem: &Problem, choice: Choice) -> bool {
        let lane = choice.lane().map(|index| problem.lane(index));
        match self {
            Test::Rep { rep, .. } => lane.is_some_and(|lane| lane.rep == Some(*rep)) && choice.visits > 0,
            Test::Visits(least) => choice.visits >= *least,
            Test::Calls(least) => lane.map_or(0, |lane| lane.calls) >= *least,
            Test::Pool { pool, .. } => lane.is_some_and(|lane| lane.pool == Some(*pool)),
        }
    }
}
