//! Rows: what the options of all customers share.

use rayon::prelude::*;

use super::{Choice, Problem};
use crate::instance::Instance;
use crate::model::{Measure, Rule, Who};

/// A linear row: the use of all chosen options together is at most the capacity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `rep:ID`, `min:ID`, `customers:ID`, `telesales:ID` or `rule:K`.
    pub name: String,
    /// What the row is about.
    pub kind: RowKind,
    /// At most this use. A row that asks for a minimum has its use and its capacity negated.
    pub capacity: i64,
    /// The largest use in magnitude that any plan could have, plus the capacity; below 2^62.
    pub worst: i128,
}

/// What a row is about, with the index of the rep, pool or rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// The rep's minutes.
    RepMinutes(u32),
    /// The rep's least minutes, negated.
    RepLeast(u32),
    /// Customers with at least one visit by the rep.
    RepCustomers(u32),
    /// The pool's minutes.
    PoolMinutes(u32),
    /// A rule of the model.
    Rule(u32),
}

impl RowKind {
    /// Whether the row counts minutes, so that its price is one of time.
    pub fn is_time(self) -> bool {
        matches!(self, RowKind::RepMinutes(_) | RowKind::PoolMinutes(_))
    }
}

/// A rule as a row: which row, and what each option uses of it.
#[derive(Clone, Debug)]
pub(super) struct RuleRow {
    pub row: usize,
    effect: Effect,
}

#[derive(Clone, Debug)]
enum Effect {
    /// A measure of the option times a factor that depends on whether the customer is among those named.
    Weighted { measure: Measure, inside: i64, outside: i64, members: Vec<bool> },
    /// Minutes times cents per hour, of visits and of each pool's calls.
    Cost { visit_hour: i64, pool_hours: Vec<i64> },
    /// 1 for a visit by another rep than the owner.
    ChangedOwner,
    /// 1 for a number of visits that differs from last period's by more than this.
    ChangedVisits { tolerance: u32 },
}

impl RuleRow {
    /// The row a rule becomes, and the rule's effect on it. `row` is its index.
    pub fn new(number: usize, rule: &Rule, row: usize, instance: &Instance) -> (Row, RuleRow) {
        let unit = 1_000_000;
        let weighted = |measure, who: &Who, inside, outside| Effect::Weighted {
            measure,
            inside,
            outside,
            members: instance.customers.par_iter().map(|customer| customer.is_one_of(who, instance)).collect(),
        };
        let (effect, capacity) = match rule {
            Rule::MinShare { of, who, share } => (weighted(*of, who, share.0 - unit, share.0), 0),
            Rule::MaxShare { of, who, share } => (weighted(*of, who, unit - share.0, -share.0), 0),
            Rule::MinVisits { who, visits } => (weighted(Measure::Visits, who, -1, 0), -visits),
            Rule::MaxVisits { who, visits } => (weighted(Measure::Visits, who, 1, 0), *visits),
            Rule::MinRevenue { who, revenue } => (weighted(Measure::Revenue, who, -1, 0), -revenue.0),
            Rule::MaxCost { cost } => {
                let visit_hour = instance.model.economics.map_or(0, |economics| economics.cost_per_visit_hour.0);
                let pool_hours = instance.pools.iter().map(|pool| pool.cost_per_hour.0).collect();
                (Effect::Cost { visit_hour, pool_hours }, 60 * cost.0)
            }
            Rule::MaxChangedOwners { customers } => (Effect::ChangedOwner, *customers),
            Rule::MaxChangedCustomers { share, tolerance } => {
                let allowed = share.floor_of(instance.customers.len() as i64);
                (Effect::ChangedVisits { tolerance: *tolerance }, allowed)
            }
        };
        let name = format!("rule:{number}");
        (Row { name, kind: RowKind::Rule(number as u32), capacity, worst: 0 }, RuleRow { row, effect })
    }

    /// What an option uses of the row; wide, because the problem is refused only after all were looked at.
    pub fn amount(&self, problem: &Problem, customer: usize, choice: Choice) -> i128 {
        match &self.effect {
            Effect::Weighted { measure, inside, outside, members } => {
                let factor = if members[customer] { *inside } else { *outside };
                if factor == 0 {
                    return 0;
                }
                let measured = match measure {
                    Measure::Visits => i64::from(choice.visits),
                    Measure::Minutes => problem.minutes(choice),
                    Measure::Revenue => problem.revenue(choice),
                };
                i128::from(factor) * i128::from(measured)
            }
            Effect::Cost { visit_hour, pool_hours } => {
                let pool = choice.lane().and_then(|index| problem.lane(index).pool);
                let call_hour = pool.map_or(0, |pool| pool_hours[pool as usize]);
                i128::from(problem.minutes(choice)) * i128::from(*visit_hour)
                    + i128::from(problem.call_minutes(choice)) * i128::from(call_hour)
            }
            Effect::ChangedOwner => {
                let rep = choice.lane().and_then(|index| problem.lane(index).rep);
                let owner = problem.customers[customer].owner;
                i128::from(rep.is_some() && owner.is_some() && rep != owner)
            }
            Effect::ChangedVisits { tolerance } => {
                i128::from(choice.visits.abs_diff(problem.customers[customer].last_visits) > *tolerance)
            }
        }
    }
}
