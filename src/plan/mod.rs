//! A plan: one option per customer, with what is known about how good it is.

mod change;
mod compared;
mod document;
mod figures;
mod layout;
mod names;
mod read;

use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

pub use change::{Change, Contact, RuleName};
pub use compared::{Compared, Compares};
pub use document::{AfterPass, InfeasibilityDocument, PlanDocument};
pub use figures::{Figures, RepFigures};
pub use names::Names;
pub use read::{ReadAssignment, ReadChange, ReadContact, ReadInfeasibility, ReadJoint, ReadOutline, ReadPlan};

pub(crate) use document::price_in_money;
#[cfg(feature = "cli")]
pub(crate) use figures::ratio;
#[cfg(feature = "cli")]
pub(crate) use layout::{Page, to_text};
pub(crate) use read::Opened;

use crate::certificate::{Bound, Certificate, Unproven};
use crate::problem::{Choice, Problem};

/// One option per customer, with what is known about how good it is.
#[derive(Clone, Debug)]
pub struct Plan {
    /// One option per customer.
    pub choices: Vec<Choice>,
    /// What the objective counts, in cents.
    pub value: i64,
    /// No plan has a larger value.
    pub bound: Bound,
    /// What follows from the bound.
    pub status: Status,
    /// What ended the search before the gap asked for was proven.
    pub stopped_by: Option<StoppedBy>,
    /// Where the bound comes from.
    pub proven_by: ProvenBy,
    /// The bound that follows from the certificate alone.
    pub certified: Bound,
    /// From what anyone can compute `certified`.
    pub certificate: Certificate,
}

/// How good a plan is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing better exists.
    Optimal,
    /// The gap asked for is proven.
    WithinGap,
    /// Something ended the search first.
    Stopped,
}

/// What ended a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedBy {
    /// The time limit.
    Time,
    /// The search had done its work.
    Work,
    /// The user.
    Interrupt,
}

/// Where a bound comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProvenBy {
    /// Prices of the rows.
    Prices,
    /// One knapsack per rep, at prices of customers and shared rows.
    Knapsack,
    /// A search to the end.
    Tree,
    /// The word of HiGHS.
    Solver,
}

/// A relative gap in units of 10^-9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap(pub i64);

impl Gap {
    /// `(bound - value) / max(1, |bound|)` in currency units, rounded up to 9 decimals.
    pub fn between(value: i64, bound: Bound) -> Gap {
        let missing = i128::from(bound.0) - i128::from(value);
        let scale = i128::from(bound.0).abs().max(100);
        let nano = (missing * 1_000_000_000 + scale - 1).div_euclid(scale);
        Gap(i64::try_from(nano).unwrap_or(i64::MAX))
    }

    /// The gap as a number.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl fmt::Display for Gap {
    /// The exact decimal.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, nano) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let digits = format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
        let digits = digits.trim_end_matches('0');
        write!(out, "{sign}{}", digits.strip_suffix('.').map_or(digits.to_owned(), |whole| format!("{whole}.0")))
    }
}

impl Serialize for Gap {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A large gap has more digits than binary64 keeps.
        RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl Plan {
    /// Options that nobody searched for, with what a certificate proves beside them. It must have no tree: that proves
    /// something beside one value only. Fails where the certificate proves nothing.
    pub fn beside(problem: &Problem, choices: Vec<Choice>, certificate: Certificate) -> Result<Plan, Unproven> {
        let value = problem.total_value(&choices);
        let bounds = certificate.bounds_beside(problem, value)?;
        let bound = bounds.least();
        let proven_by = if bounds.prices == bound { ProvenBy::Prices } else { ProvenBy::Knapsack };
        let status = if is_optimal(problem, value, bound) { Status::Optimal } else { Status::WithinGap };
        Ok(Plan { choices, value, bound, status, stopped_by: None, proven_by, certified: bound, certificate })
    }
}

/// Whether no plan can be better than `value` by the bound: values lie on a grid of step g.
pub fn is_optimal(problem: &Problem, value: i64, bound: Bound) -> bool {
    problem.floor_to_grain(i128::from(bound.0), 1) <= i128::from(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_rounded_up() {
        assert_eq!(Gap::between(10_000, Bound(10_000)), Gap(0));
        assert_eq!(Gap::between(9_999, Bound(10_000)), Gap(100_000));
        assert_eq!(Gap::between(1, Bound(3_000_000_000_001)), Gap(1_000_000_000));
        assert_eq!(Gap::between(-50, Bound(0)), Gap(500_000_000));
        assert_eq!(Gap(72_270_000_985_401_459).to_string(), "72270000.985401459");
        assert_eq!([Gap(0).to_string(), Gap(-1_500_000_000).to_string()], ["0.0", "-1.5"]);
    }
}
