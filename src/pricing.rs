//! What a decision made by hand costs: what the plan would be worth more without it.
//!
//! Two ways (`models/decisions-by-hand.md`, section 3): from the prices of the plan's certificate, at once, and from a
//! second plan without the decision, exactly.

use crate::certificate::{Unproven, best_reduced, sum_by_prices};
#[cfg(feature = "exact")]
use crate::decision::Decided;
use crate::decision::{Price, PricedBy};
#[cfg(feature = "exact")]
use crate::engine::{Answer, Control, Engine, Settings, Start};
#[cfg(feature = "exact")]
use crate::instance::{Instance, Lock};
use crate::plan::Plan;
use crate::problem::Problem;
#[cfg(feature = "exact")]
use crate::problem::{Choice, TooLarge};
use crate::units::{Money, round_half_away};

/// The prices of a plan's rows, to price decisions by.
pub struct ByPrices<'p> {
    problem: &'p Problem,
    denominator: i64,
    prices: Vec<i64>,
    /// How much more than the plan a plan could be worth by these prices, times D, in cents.
    open: i128,
}

impl<'p> ByPrices<'p> {
    /// Of a plan of this problem.
    pub fn new(problem: &'p Problem, plan: &Plan) -> Result<ByPrices<'p>, Unproven> {
        ByPrices::of(problem, plan.certificate.denominator, plan.certificate.prices(problem)?, plan.value)
    }

    /// Of prices, one per row, and the value of a plan.
    pub fn of(problem: &'p Problem, denominator: i64, prices: Vec<i64>, value: i64) -> Result<ByPrices<'p>, Unproven> {
        let sum = sum_by_prices(problem, denominator, &prices)?;
        let open = sum - i128::from(denominator) * i128::from(value);
        Ok(ByPrices { problem, denominator, prices, open })
    }

    /// What a decision about a customer costs; `free` is a problem in which the customer has all that it could have
    /// without it. What the prices prove falls by exactly the price, rounded to the cent.
    pub fn decision(&self, free: &Problem, customer: usize) -> Price {
        let fall = self.fall(free, self.problem, customer).unwrap_or(0);
        let denominator = i128::from(self.denominator);
        Price {
            price: cents(round_half_away(fall, denominator)),
            low: Money(0),
            high: Some(cents((self.open + fall).div_euclid(denominator))),
            by: PricedBy::Prices,
        }
    }

    /// What a decision would cost that leaves a customer of this problem only what it has in `bound`; none where that is
    /// nothing.
    pub fn request(&self, bound: &Problem, customer: usize) -> Option<Price> {
        let fall = self.fall(self.problem, bound, customer)?;
        let denominator = i128::from(self.denominator);
        let least = -(self.open - fall).div_euclid(denominator);
        Some(Price {
            price: cents(round_half_away(fall, denominator)),
            low: cents(least.max(0)),
            high: None,
            by: PricedBy::Prices,
        })
    }

    /// By how much the largest reduced value of a customer falls, times D.
    fn fall(&self, free: &Problem, bound: &Problem, customer: usize) -> Option<i128> {
        let best = |problem| best_reduced(problem, self.denominator, &self.prices, customer);
        Some(best(free)? - best(bound)?)
    }
}

fn cents(cents: i128) -> Money {
    Money(i64::try_from(cents).unwrap_or(i64::MAX))
}

/// Solves again with one customer's lock changed, from a plan and its prices; the lock is put back.
#[cfg(feature = "exact")]
pub struct BySolves<'p> {
    /// The instance of the plan, decisions applied.
    pub instance: &'p mut Instance,
    /// Its problem.
    pub problem: &'p Problem,
    /// The plan.
    pub plan: &'p Plan,
    /// The engine of the plan.
    pub engine: Engine,
    /// The settings of the plan.
    pub settings: Settings,
}

#[cfg(feature = "exact")]
impl BySolves<'_> {
    /// What a decision costs that the plan follows; none where the search ended without a plan.
    pub fn decision(&mut self, decided: &Decided, control: &mut Control<'_>) -> Result<Option<Price>, TooLarge> {
        let Answer::Plan(without) = self.solve_with(&[(decided.customer, decided.before)], control)?.1 else {
            return Ok(None);
        };
        Ok(Some(difference(&without, self.plan)))
    }

    /// What decisions would cost that the plan does not follow yet, and the problem with them.
    pub fn requests(
        &mut self,
        asked: &[Decided],
        control: &mut Control<'_>,
    ) -> Result<(Problem, Answer, Option<Price>), TooLarge> {
        let locks: Vec<(usize, Option<Lock>)> = asked.iter().map(|one| (one.customer, Some(one.lock))).collect();
        let (problem, answer) = self.solve_with(&locks, control)?;
        let price = match &answer {
            Answer::Plan(with) => Some(difference(self.plan, with)),
            Answer::Infeasible(_) | Answer::Unknown(_) => None,
        };
        Ok((problem, answer, price))
    }

    fn solve_with(
        &mut self,
        locks: &[(usize, Option<Lock>)],
        control: &mut Control<'_>,
    ) -> Result<(Problem, Answer), TooLarge> {
        let mut swap = |locks: &[(usize, Option<Lock>)]| -> Vec<(usize, Option<Lock>)> {
            let each = locks.iter();
            each.map(|&(at, lock)| (at, std::mem::replace(&mut self.instance.customers[at].lock, lock))).collect()
        };
        let mut before = swap(locks);
        before.reverse();
        let problem = Problem::new(self.instance);
        let answer = problem.map(|problem| {
            let start =
                Start { choices: self.choices_in(&problem), prices: self.plan.certificate.prices_for(&problem) };
            let answer = self.engine.solve(self.instance, &problem, self.settings, Some(start), control);
            (problem, answer)
        });
        for (at, lock) in before {
            self.instance.customers[at].lock = lock;
        }
        answer
    }

    /// The plan's options as options of another problem of the same customers; the first one where that is none there.
    fn choices_in(&self, other: &Problem) -> Vec<Choice> {
        let same = |(customer, &choice): (usize, &Choice)| {
            let lane = choice.lane().map(|lane| self.problem.lane(lane));
            let (rep, pool, calls) = lane.map_or((None, None, 0), |lane| (lane.rep, lane.pool, lane.calls));
            let found = other.find(customer, rep, choice.visits, pool, calls);
            found.or_else(|| other.choices(customer).next()).unwrap_or(Choice::NOTHING)
        };
        self.plan.choices.iter().enumerate().map(same).collect()
    }
}

/// What a plan without a decision is worth more than one with it: between what each has and what neither can exceed.
#[cfg(feature = "exact")]
fn difference(without: &Plan, with: &Plan) -> Price {
    Price {
        price: Money(without.value - with.value),
        low: Money((without.value - with.bound.0).max(0)),
        high: Some(Money(without.bound.0 - with.value)),
        by: PricedBy::Solves,
    }
}
