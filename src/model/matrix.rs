//! The matrix of potential against visit value, and what the post-pass does in its cells.

use serde::Serialize;

use super::Status;
use crate::units::Factor;

/// Cut points of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Matrix {
    /// What the cut points are measured in.
    pub scale: Scale,
    /// Cut points of wallet (else potential).
    pub potential: Cuts,
    /// Cut points of the visit value.
    pub visit_value: Cuts,
}

/// What cut points are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Shares of the total.
    Share,
    /// Shares of the number of customers.
    Quantile,
    /// Amounts of money.
    Amount,
}

/// Where low ends and high begins, in the matrix's scale (millionths; of currency units for amounts).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cuts {
    /// Low up to here.
    pub low: Factor,
    /// High from here.
    pub high: Factor,
}

/// A band of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Band {
    Low,
    Middle,
    High,
}

impl Band {
    /// All of them, from low to high.
    pub const ALL: [Band; 3] = [Band::Low, Band::Middle, Band::High];

    /// The band as a word.
    pub fn word(self) -> &'static str {
        match self {
            Band::Low => "low",
            Band::Middle => "middle",
            Band::High => "high",
        }
    }
}

/// The customers a step speaks of; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Band of potential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub potential: Option<Band>,
    /// Band of visit value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit_value: Option<Band>,
    /// Statuses; empty means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Status>,
}

impl Cell {
    /// Whether a customer in these bands, of this status, is one of those that are spoken of.
    pub fn holds(&self, potential: Band, visit_value: Band, status: Status) -> bool {
        self.holds_bands(potential, visit_value) && (self.status.is_empty() || self.status.contains(&status))
    }

    /// Whether customers in these bands can be among them.
    pub fn holds_bands(&self, potential: Band, visit_value: Band) -> bool {
        self.potential.is_none_or(|band| band == potential) && self.visit_value.is_none_or(|band| band == visit_value)
    }
}

/// What happens to a finished field plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PostPass {
    /// Visits that become calls.
    pub telesales: TelesalesStep,
    /// Visits to win customers back or over.
    pub reactivate: ReactivateStep,
    /// More visits to the best customers.
    pub frequency: FrequencyStep,
}

/// Visits that become calls.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TelesalesStep {
    /// Of whom.
    pub when: Cell,
    /// Calls for each visit.
    pub calls_per_visit: u32,
    /// How far to go.
    pub only_if: OnlyIf,
}

/// How far visits become calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnlyIf {
    /// As far as it pays.
    Pays,
    /// All of them.
    Always,
}

/// Visits to win customers back or over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReactivateStep {
    /// Of whom.
    pub when: Cell,
    /// Share of the freed minutes that is spent on it first.
    pub share_of_freed: Factor,
    /// Visits to each.
    pub visits: u32,
}

/// More visits to the best customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FrequencyStep {
    /// Of whom.
    pub when: Cell,
    /// Most visits added to one customer.
    pub raise_by_at_most: u32,
}
