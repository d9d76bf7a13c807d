//! A problem with a shortlist: what a plan, a bound and prices are in terms of either.

use super::ascent::Prices;
use super::repair::Packings;
use super::shortlist::Shortlist;
use crate::certificate::{Bound, Certificate, Tree};
use crate::engine::Control;
use crate::engine::record::Record;
use crate::problem::{Choice, Problem};

/// No plan is known.
pub const NO_TARGET: i64 = i64::MAX / 4;

/// A problem with a shortlist of its options.
pub struct Listed<'p> {
    /// All of it.
    pub problem: &'p Problem,
    /// The options in play.
    pub list: Shortlist,
}

impl Listed<'_> {
    /// The loss that a better plan does not reach.
    pub fn target(&self, record: &Record<'_>) -> i64 {
        let Some((value, _)) = record.best else { return NO_TARGET };
        let better = value + self.problem.granularity().max(1);
        i64::try_from(self.list.loss_of(better) + 1).unwrap_or(NO_TARGET)
    }

    /// The largest loss of an option that a better plan may have.
    pub fn largest_loss(&self, record: &Record<'_>) -> i64 {
        let unusable = i64::try_from(self.list.unusable).unwrap_or(NO_TARGET);
        self.target(record).saturating_add(unusable - 1)
    }

    /// A bound of what plans lose as a bound of what they are worth.
    pub fn bound(&self, loss: i64) -> Bound {
        let sum = self.list.sum - i128::from(loss);
        let bound = self.problem.floor_to_grain(sum, i128::from(self.list.denominator));
        Bound(i64::try_from(bound).unwrap_or(i64::MAX))
    }

    /// Options per customer of the problem.
    fn choices(&self, plan: &Packings) -> Vec<Choice> {
        let list = &self.list;
        let mut choices = vec![Choice::NOTHING; self.problem.customers()];
        list.idle.iter().for_each(|&(customer, choice)| choices[customer as usize] = choice);
        for (customer, &option) in list.customers.iter().zip(&plan.options) {
            let idle = customer.idle.map_or(Choice::NOTHING, |(_, choice)| choice);
            choices[customer.index as usize] = if option == u32::MAX { idle } else { list.choice[option as usize] };
        }
        choices
    }

    /// Takes packings that are a plan, if it is better.
    pub fn offer(&self, plan: &Packings, event: &'static str, record: &mut Record<'_>, control: &mut Control<'_>) {
        record.take(&self.choices(plan), event, control);
    }

    /// The best plan as options of the list, where it is one.
    pub fn packings(&self, record: &Record<'_>) -> Option<Packings> {
        let (_, choices) = record.best.as_ref()?;
        let list = &self.list;
        let mut loss: i64 = list.reps.iter().map(|rep| rep.price * rep.capacity).sum();
        let mut options = Vec::with_capacity(list.customers.len());
        for customer in &list.customers {
            let choice = choices[customer.index as usize];
            let of_groups = customer.groups.iter().flat_map(|&group| list.groups[group as usize].options());
            let found = of_groups.into_iter().find(|&option| list.choice[option] == choice);
            match found {
                Some(option) => {
                    let rep = list.groups[list.group_of[option] as usize].rep as usize;
                    loss += i64::from(list.loss[option]) - list.reps[rep].price * i64::from(list.minutes[option]);
                    options.push(option as u32);
                }
                None => {
                    let (idle, _) = customer.idle.filter(|&(_, idle)| idle == choice)?;
                    loss += i64::from(idle);
                    options.push(u32::MAX);
                }
            }
        }
        Some(Packings { loss, options })
    }

    /// One price per customer of the problem, in units, from those of the list.
    pub fn customer_prices(&self, of: &Prices) -> Vec<i64> {
        let mut prices = self.list.largest.clone();
        for (customer, &price) in self.list.customers.iter().zip(&of.prices) {
            prices[customer.index as usize] -= price;
        }
        prices
    }

    /// Prices of rows and customers as a certificate.
    pub fn certificate(&self, customers: Vec<i64>, tree: Option<Tree>) -> Certificate {
        let (problem, rows) = (self.problem, &self.list.row_prices);
        let prices = Certificate::of_prices(problem, self.list.denominator, rows);
        Certificate { tree, ..prices.with_knapsack(problem, rows, customers) }
    }
}
