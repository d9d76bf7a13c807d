//! Regret: what a plan loses if the visit values that it was made for are wrong, and which assignments would be others.

use rayon::prelude::*;
use serde::Serialize;

use super::Search;
use crate::engine::{Answer, Engine, Proof, Settings, Start};
use crate::generate::Dice;
use crate::instance::Instance;
use crate::plan::{Gap, Plan, StoppedBy, ratio};
use crate::problem::{Choice, Problem};
use crate::units::{Factor, Money};

/// How near to the best the plan of a draw is searched for; the loss is counted against its bound.
const GAP: Gap = Gap(100_000);

/// What a plan loses over many draws of the visit values.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Regret {
    /// Every visit value is off by up to this share, each by itself.
    pub vvp_error: Factor,
    pub seed: u32,
    pub draws: Vec<Draw>,
    /// What the plan loses at most, on average over the draws, as a share of the best.
    pub mean_loss: Factor,
    /// The same in the worst draw.
    pub worst_loss: Factor,
    /// Customers with whom the best plan of some draw does otherwise, those with whom most do first.
    pub flips: Vec<Flip>,
}

/// One draw of all visit values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Draw {
    /// What the plan is worth if these are the true values.
    pub value: Money,
    /// What the best plan for them is worth.
    pub best: Money,
    /// What no plan for them exceeds.
    pub bound: Money,
    /// What the plan loses at most: the bound less its value, as a share of the bound.
    pub loss: Factor,
}

/// A customer with whom the best plan does otherwise where visit values are other ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Flip {
    pub customer: String,
    pub rep: Option<String>,
    pub visits: u32,
    /// Share of the draws in which another rep visits, or nobody, or somebody where nobody did.
    pub another_rep: Factor,
    /// Share of the draws in which the number of visits is another one.
    pub other_visits: Factor,
}

impl Regret {
    /// Values a plan under draws of the visit values, and plans each draw anew. None where that was stopped, or where a draw
    /// cannot be added up exactly.
    pub fn of(
        instance: &Instance,
        problem: &Problem,
        plan: &Plan,
        (vvp_error, draws, seed): (Factor, u32, u32),
        should_stop: &(dyn Fn() -> Option<StoppedBy> + Sync),
    ) -> Option<Regret> {
        let settings = Settings { gap: GAP, seed, proof: Proof::Bound, ..Settings::default() };
        let search = Search { engine: Engine::Prices, settings, should_stop };
        let drawn = |number: u32| -> Option<(Draw, Vec<Choice>)> {
            if should_stop().is_some() {
                return None;
            }
            let other = drawn(instance, vvp_error, u64::from(seed) << 32 | u64::from(number));
            // Values are others, options are not: a choice of the one is one of the other.
            let there = Problem::new(&other).ok()?;
            let start = Start { choices: plan.choices.clone(), prices: plan.certificate.prices_for(&there) };
            let Answer::Plan(best) = search.solve(&other, &there, Some(start)) else { return None };
            let value = there.total_value(&plan.choices);
            let loss = Factor(share(best.bound.0 - value, best.bound.0));
            Some((
                Draw { value: Money(value), best: Money(best.value), bound: Money(best.bound.0), loss },
                best.choices,
            ))
        };
        let add = |so_far: Tally, number: u32| -> Option<Tally> {
            let (draw, best) = drawn(number)?;
            Some(so_far.with(problem, &plan.choices, number, draw, &best))
        };
        let none = || Tally::of(plan.choices.len());
        let tally = (0..draws).into_par_iter().try_fold(none, add).try_reduce(none, |a, b| Some(a.and(b)));
        let mut tally = tally.filter(|_| should_stop().is_none())?;
        tally.draws.sort_by_key(|(number, _)| *number);
        let flips = tally.flips(instance, problem, &plan.choices);
        let draws: Vec<Draw> = tally.draws.into_iter().map(|(_, draw)| draw).collect();
        let losses = || draws.iter().map(|draw| draw.loss.0);
        let (mean_loss, worst_loss) =
            (Factor(losses().sum::<i64>() / draws.len().max(1) as i64), Factor(losses().max().unwrap_or(0)));
        Some(Regret { vvp_error, seed, draws, mean_loss, worst_loss, flips })
    }

    /// Customers whom the best plan gives to another rep, drops or takes up in at least half of the draws.
    pub fn unsure(&self) -> usize {
        self.flips.iter().filter(|flip| 2 * flip.another_rep.0 >= Factor::ONE.0).count()
    }
}

/// A share in millionths, rounded up.
fn share(part: i64, whole: i64) -> i64 {
    let (part, whole) = (i128::from(part.max(0)) * i128::from(Factor::ONE.0), i128::from(whole.abs().max(1)));
    i64::try_from((part + whole - 1) / whole).unwrap_or(i64::MAX)
}

/// The instance with other visit values: each times a factor of its own, uniform from 1 - e to 1 + e; a table is
/// multiplied as a whole. Rules about revenue are left out.
fn drawn(instance: &Instance, error: Factor, seed: u64) -> Instance {
    let mut dice = Dice::new(seed);
    let (error, mut other) = (error.as_f64(), instance.clone());
    // What was promised in revenue is no promise about other values.
    other.model.rules.retain(|rule| !rule.is_about_revenue());
    for customer in &mut other.customers {
        let factor = dice.between(1.0 - error, 1.0 + error);
        if let Some(curve) = &mut customer.curve {
            curve.first_visit = (curve.first_visit * factor).min(curve.potential);
        }
        for table in customer.coverage.iter_mut().filter_map(|coverage| coverage.table.as_mut()) {
            table.iter_mut().for_each(|value| *value = (*value as f64 * factor).round() as i64);
        }
    }
    other
}

/// Draws, and in how many of them each customer gets something else.
struct Tally {
    draws: Vec<(u32, Draw)>,
    /// Per customer in how many another rep visits, or nobody, or somebody; and in how many the visits are others.
    others: Vec<[u32; 2]>,
}

impl Tally {
    fn of(customers: usize) -> Tally {
        Tally { draws: Vec::new(), others: vec![[0; 2]; customers] }
    }

    fn with(mut self, problem: &Problem, plan: &[Choice], number: u32, draw: Draw, best: &[Choice]) -> Tally {
        self.draws.push((number, draw));
        for ((counts, mine), other) in self.others.iter_mut().zip(plan).zip(best) {
            counts[0] += u32::from(visitor(problem, *mine) != visitor(problem, *other));
            counts[1] += u32::from(mine.visits != other.visits);
        }
        self
    }

    fn and(mut self, more: Tally) -> Tally {
        self.draws.extend(more.draws);
        for (counts, more) in self.others.iter_mut().zip(more.others) {
            *counts = [counts[0] + more[0], counts[1] + more[1]];
        }
        self
    }

    fn flips(&self, instance: &Instance, problem: &Problem, plan: &[Choice]) -> Vec<Flip> {
        let share = |count: u32| ratio(count.into(), self.draws.len() as i64);
        let of = |(customer, counts): (usize, &[u32; 2])| Flip {
            customer: instance.customers[customer].id.to_string(),
            rep: visitor(problem, plan[customer]).map(|rep| instance.reps[rep as usize].id.to_string()),
            visits: plan[customer].visits,
            another_rep: share(counts[0]),
            other_visits: share(counts[1]),
        };
        let changed = self.others.iter().enumerate().filter(|(_, counts)| **counts != [0; 2]);
        let mut flips: Vec<Flip> = changed.map(of).collect();
        flips.sort_by_key(|flip| std::cmp::Reverse((flip.another_rep.0, flip.other_visits.0)));
        flips
    }
}

/// The rep who visits.
fn visitor(problem: &Problem, choice: Choice) -> Option<u32> {
    choice.lane().and_then(|lane| problem.lane(lane).rep)
}
