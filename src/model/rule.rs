//! Rules over the whole plan (`models/visit-allocation.md`, section 7).

use std::collections::BTreeMap;

use serde::Serialize;

use super::Status;
use crate::units::{Factor, Money};

/// A rule over the whole plan; each is one row of the program.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// At least this share of all visits, minutes or revenue goes to `who`.
    #[allow(missing_docs)]
    MinShare { of: Measure, who: Who, share: Factor },
    /// At most this share of all visits, minutes or revenue goes to `who`.
    #[allow(missing_docs)]
    MaxShare { of: Measure, who: Who, share: Factor },
    /// At least so many visits to `who`.
    #[allow(missing_docs)]
    MinVisits { who: Who, visits: i64 },
    /// At most so many visits to `who`.
    #[allow(missing_docs)]
    MaxVisits { who: Who, visits: i64 },
    /// At least so much revenue from `who`.
    #[allow(missing_docs)]
    MinRevenue { who: Who, revenue: Money },
    /// Visit hours and calls cost at most so much.
    #[allow(missing_docs)]
    MaxCost { cost: Money },
    /// At most so many customers are visited by another rep than their owner.
    #[allow(missing_docs)]
    MaxChangedOwners { customers: i64 },
    /// At most this share of customers gets a number of visits that differs from last period's by more than the tolerance.
    #[allow(missing_docs)]
    MaxChangedCustomers { share: Factor, tolerance: u32 },
}

/// What a share is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Measure {
    Visits,
    Minutes,
    Revenue,
}

/// Which customers a rule speaks of: all named conditions hold; none named means everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Who {
    /// One of these statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Status>,
    /// One of these segments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segment: Vec<String>,
    /// Owned by one of these reps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owner: Vec<String>,
    /// For each label, one of these texts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Vec<String>>,
}

impl Rule {
    /// The rule's name in the file.
    pub fn name(&self) -> &'static str {
        match self {
            Rule::MinShare { .. } => "min_share",
            Rule::MaxShare { .. } => "max_share",
            Rule::MinVisits { .. } => "min_visits",
            Rule::MaxVisits { .. } => "max_visits",
            Rule::MinRevenue { .. } => "min_revenue",
            Rule::MaxCost { .. } => "max_cost",
            Rule::MaxChangedOwners { .. } => "max_changed_owners",
            Rule::MaxChangedCustomers { .. } => "max_changed_customers",
        }
    }

    /// Whom the rule speaks of, where it names customers.
    pub fn who(&self) -> Option<&Who> {
        match self {
            Rule::MinShare { who, .. }
            | Rule::MaxShare { who, .. }
            | Rule::MinVisits { who, .. }
            | Rule::MaxVisits { who, .. }
            | Rule::MinRevenue { who, .. } => Some(who),
            _ => None,
        }
    }

    /// Whether the rule depends on what visits add.
    pub fn is_about_revenue(&self) -> bool {
        match self {
            Rule::MinRevenue { .. } => true,
            Rule::MinShare { of, .. } | Rule::MaxShare { of, .. } => *of == Measure::Revenue,
            _ => false,
        }
    }

    /// Whether the rule demands at least something, so that it makes no sense about nobody.
    pub fn is_minimum(&self) -> bool {
        matches!(self, Rule::MinShare { .. } | Rule::MinVisits { .. } | Rule::MinRevenue { .. })
    }
}
