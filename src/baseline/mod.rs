//! Last period as it was: what the curves give at last period's visits, beside what was booked.

mod plan;

use serde::Serialize;

pub use plan::{Repeated, repeat};

use crate::instance::{Coverage, Customer, Instance, Rep};
use crate::model::{Objective, cents};
use crate::plan::{Compared, Compares};
use crate::units::{Factor, Minutes, Money};

/// The elasticity that published studies found, and the range outside of which the data deserve a look.
pub const PUBLISHED_ELASTICITY: (f64, f64) = (0.2, 0.35);
/// Outside of this the values are hardly what the file format means.
pub const PLAUSIBLE_ELASTICITY: (f64, f64) = (0.1, 0.5);

/// Last period's visits as they were: a plan that nobody optimised, and that may break today's limits.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Baseline {
    /// Visits in that period.
    pub visits: i64,
    /// Calls in that period.
    pub calls: i64,
    /// Customers with at least one visit.
    pub visited: u32,
    /// What these visits take at today's times, travel included.
    pub visit_minutes: Minutes,
    /// Sales by the curves: what comes without visits, and what these visits add.
    pub sales: Money,
    /// Booked sales of the customers who state them.
    pub booked: Money,
    /// Sales of the same customers by the curves.
    pub given: Money,
    /// Per cent more sales for one per cent more visits everywhere; of customers with curves.
    pub elasticity: Option<f64>,
    /// Customers whose curve rests on a judgement: the share of sales that would stay without visits.
    pub judged: u32,
    /// Customers whose wallet is an estimate.
    pub estimated: u32,
    /// The same per rep, in the order of the instance.
    pub reps: Vec<RepBaseline>,
}

/// Last period's visits to the customers a rep owns.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RepBaseline {
    /// The rep's id.
    pub rep: String,
    /// Customers with at least one visit.
    pub customers: u32,
    /// Visits in that period.
    pub visits: i64,
    /// What these visits take at today's times.
    pub minutes: Minutes,
    /// What these visits add.
    pub revenue: Money,
}

impl Baseline {
    /// The baseline of an instance; `None` where it has no history of visits.
    pub fn of(instance: &Instance) -> Option<Baseline> {
        let named = |rep: &Rep| RepBaseline { rep: rep.id.to_string(), ..RepBaseline::default() };
        let mut baseline = Baseline { reps: instance.reps.iter().map(named).collect(), ..Baseline::default() };
        let (mut response, mut responding) = (0.0, 0.0);
        for customer in &instance.customers {
            let LastVisits { visitor, minutes, added } = LastVisits::to(instance, customer);
            let sales = Money(customer.base_revenue.0 + added.0);
            add(&mut baseline.sales.0, sales.0);
            baseline.calls += i64::from(customer.last_calls);
            baseline.judged += u32::from(customer.anchored);
            baseline.estimated += u32::from(customer.wallet_estimated);
            if let Some(booked) = customer.sales {
                add(&mut baseline.booked.0, booked.0);
                add(&mut baseline.given.0, sales.0);
            }
            if let (Some(coverage), true) = (visitor, customer.last_visits > 0) {
                let visits = i64::from(customer.last_visits);
                baseline.visits += visits;
                baseline.visited += 1;
                add(&mut baseline.visit_minutes.0, minutes.0);
                let rep = &mut baseline.reps[customer.owner.unwrap_or(coverage.rep) as usize];
                rep.customers += 1;
                rep.visits += visits;
                add(&mut rep.minutes.0, minutes.0);
                add(&mut rep.revenue.0, added.0);
                if let (Some(curve), None) = (customer.curve, &coverage.table) {
                    // n R'(n), by a hundredth more and less of the visits.
                    let visits = f64::from(customer.last_visits);
                    response +=
                        (curve.at(visits * 1.01) - curve.at(visits * 0.99)) / 0.02 * coverage.effect(&instance.reps);
                    responding += sales.0 as f64;
                }
            } else if customer.curve.is_some() {
                responding += sales.0 as f64;
            }
        }
        baseline.elasticity = (responding > 0.0 && response > 0.0).then(|| response / responding);
        (baseline.visits > 0).then_some(baseline)
    }

    /// Whether the elasticity is one that field forces have.
    pub fn is_plausible(&self) -> bool {
        let (low, high) = PLAUSIBLE_ELASTICITY;
        self.elasticity.is_none_or(|elasticity| (low..=high).contains(&elasticity))
    }
}

/// Last period as a row beside plans; `None` where there is no history of visits. What its calls added is not known.
pub(crate) fn compared(instance: &Instance) -> Option<Compared> {
    let baseline = Baseline::of(instance)?;
    let mut row = Compared {
        plan: Compares::LastPeriod,
        revenue: Money(0),
        value: Money(0),
        visits: baseline.visits,
        visited: baseline.visited,
        calls: baseline.calls,
        covered: 0,
        visit_minutes: baseline.visit_minutes,
        call_minutes: Minutes(0),
    };
    for customer in &instance.customers {
        let LastVisits { minutes, added, .. } = LastVisits::to(instance, customer);
        add(&mut row.revenue.0, added.0);
        add(&mut row.value.0, contribution(instance, customer.margin, added, minutes).0);
        row.covered += u32::from(customer.last_visits > 0 || customer.last_calls > 0);
    }
    Some(row)
}

/// What the objective counts of visits that add so much and take so long.
fn contribution(instance: &Instance, margin: Option<Factor>, added: Money, minutes: Minutes) -> Money {
    match (instance.model.objective, instance.model.economics) {
        (Objective::Contribution, Some(economics)) => {
            economics.contribution(margin, added, minutes, Minutes(0), Money(0))
        }
        _ => added,
    }
}

/// Adds to a sum of last period, which no limit of this one holds down: it stays so far from the largest number that
/// sums can still be subtracted.
pub(crate) fn add(sum: &mut i64, more: i64) {
    let most = 1 << 60;
    *sum = sum.saturating_add(more).clamp(-most, most);
}

/// Last period's visits to one customer.
pub(crate) struct LastVisits<'i> {
    /// As whose visits they count; nobody's where nobody may visit.
    pub visitor: Option<&'i Coverage>,
    /// What they take at today's times, travel included.
    pub minutes: Minutes,
    /// What they add by the curve.
    pub added: Money,
}

impl<'i> LastVisits<'i> {
    /// Last period's visits to a customer.
    pub fn to(instance: &'i Instance, customer: &'i Customer) -> LastVisits<'i> {
        let visitor = visitor(customer);
        let added = |coverage| cents(customer.visits_add(coverage, &instance.reps, customer.last_visits));
        let one = visitor.map_or(0, |coverage| coverage.minutes_per_visit.0);
        LastVisits {
            visitor,
            minutes: Minutes(one * i64::from(customer.last_visits)),
            added: Money(visitor.map_or(0, added)),
        }
    }
}

/// Who visited: the owner, or the first who may where the owner may not.
fn visitor(customer: &Customer) -> Option<&Coverage> {
    let owners = |coverage: &&Coverage| Some(coverage.rep) == customer.owner;
    customer.coverage.iter().find(owners).or(customer.coverage.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_last_period_saturate() {
        let mut sum = i64::MAX / 2;
        add(&mut sum, i64::MAX);
        assert!(sum > 0 && sum.checked_sub(-sum).is_some());
    }
}
