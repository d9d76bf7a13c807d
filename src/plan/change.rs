//! Changes of the post-pass as a plan states them.

use serde::Serialize;

use crate::instance::Instance;
use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money};

/// The rule of the post-pass that a change follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleName {
    /// Visits became calls.
    Telesales,
    /// An inactive or new customer is visited.
    Reactivate,
    /// A good customer is visited more often.
    Frequency,
}

impl RuleName {
    /// The names in plans.
    pub const WORDS: [(&'static str, RuleName); 3] = [
        (RuleName::Telesales.word(), RuleName::Telesales),
        (RuleName::Reactivate.word(), RuleName::Reactivate),
        (RuleName::Frequency.word(), RuleName::Frequency),
    ];

    /// The name in plans.
    pub const fn word(self) -> &'static str {
        match self {
            RuleName::Telesales => "telesales",
            RuleName::Reactivate => "reactivate",
            RuleName::Frequency => "frequency",
        }
    }
}

/// A change as it is written into a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The customer's id.
    pub customer: String,
    /// The rule.
    pub rule: RuleName,
    /// Whose time it frees or uses (id).
    pub rep: String,
    /// What the customer had.
    pub from: Contact,
    /// What it gets.
    pub to: Contact,
    /// Time of the rep that it frees; below 0 where it uses time.
    pub minutes_freed: Minutes,
    /// What it changes in revenue.
    pub revenue_change: Money,
    /// What it changes in what the objective counts, where that is not revenue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_change: Option<Money>,
    /// On whom the freed minutes are spent (ids).
    pub spent_on: Vec<String>,
    /// Why, in a sentence.
    pub why: String,
}

/// Visits and calls of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Who visits (id).
    pub rep: Option<String>,
    /// Visits in the period.
    pub visits: u32,
    /// Who calls (id).
    pub pool: Option<String>,
    /// Calls in the period.
    pub calls: u32,
}

impl Contact {
    /// What an option gives its customer.
    pub fn of(instance: &Instance, problem: &Problem, choice: Choice) -> Contact {
        let lane = choice.lane().map(|index| problem.lane(index));
        Contact {
            rep: lane.and_then(|lane| lane.rep).map(|rep| instance.reps[rep as usize].id.to_string()),
            visits: choice.visits,
            pool: lane.and_then(|lane| lane.pool).map(|pool| instance.pools[pool as usize].id.to_string()),
            calls: lane.map_or(0, |lane| lane.calls),
        }
    }
}
