//! The sums of kinds 1 and 2 over the options left at a node of a tree.

use rayon::prelude::*;

use super::bound::{Unproven, reduced_value};
use super::knapsack::check_range;
use super::leaf_prices::{CustomerPrices, RowNames, RowPrices};
use super::multiple_choice::{Item, Knapsack};
use super::remaining::{Options, Remaining};
use super::tree::LeafKnapsack;
use super::{Certificate, RowPrice};
use crate::problem::Problem;

/// What is the same for all nodes of a tree.
#[derive(Debug)]
pub(super) struct Terms<'p> {
    pub problem: &'p Problem,
    pub options: &'p Options,
    pub names: &'p RowNames<'p>,
    /// D, or 0 to count every value as 0.
    pub scale: i64,
    /// Most work for one knapsack.
    pub work: u64,
}

/// Sums of kind 1, at prices that differ from node to node.
#[derive(Clone, Debug)]
pub(super) struct PriceSum<'p> {
    terms: &'p Terms<'p>,
    prices: RowPrices<'p>,
    /// The reduced values of the options that were left at the node last looked at.
    reduced: Vec<i128>,
}

impl<'p> PriceSum<'p> {
    /// With these prices at the top.
    pub fn new(terms: &'p Terms<'p>, denominator: i64, top: Vec<i64>) -> Result<PriceSum<'p>, Unproven> {
        let prices = RowPrices::of(terms.problem, denominator, top, false)?;
        Ok(PriceSum { terms, prices, reduced: Vec::new() })
    }

    /// Sets the prices that differ from those at the top.
    pub fn list(&mut self, listed: &[RowPrice]) -> Result<(), Unproven> {
        self.prices.list(self.terms.names, listed)
    }

    /// The sum over the options left, with the prices listed; `None` where some customer has none.
    pub fn of(&mut self, listed: &[RowPrice], left: &Remaining<'_>) -> Result<Option<i128>, Unproven> {
        self.list(listed)?;
        if left.is_impossible() {
            return Ok(None);
        }
        let customers = 0..self.terms.problem.customers();
        let best = |customer| left.of_customer(customer).map(|option| self.reduced(option)).max();
        Ok(Some(self.prices.capacity() + customers.filter_map(best).sum::<i128>()))
    }

    /// Drops every option that is in no plan of at least `target / D`: at the prices listed, and over the options left,
    /// the sum less what the option loses against its customer's best is below `target`.
    pub fn fix(&mut self, listed: &[RowPrice], left: &mut Remaining<'_>, target: i128) -> Result<(), Unproven> {
        let Some(sum) = self.of(listed, left)? else { return Ok(()) };
        let slack = sum - target;
        let mut reduced = std::mem::take(&mut self.reduced);
        let mut lost = Vec::new();
        for customer in 0..self.terms.problem.customers() {
            reduced.clear();
            reduced.extend(left.of_customer(customer).map(|option| self.reduced(option)));
            let best = reduced.iter().copied().max().unwrap_or(0);
            let loses = |(option, &reduced): (usize, &i128)| (best - reduced > slack).then_some(option);
            lost.clear();
            lost.extend(left.of_customer(customer).zip(&reduced).filter_map(loses));
            lost.iter().for_each(|&option| left.drop(option));
        }
        self.reduced = reduced;
        Ok(())
    }

    /// What is the same for all nodes.
    pub fn terms(&self) -> &'p Terms<'p> {
        self.terms
    }

    fn reduced(&self, option: usize) -> i128 {
        let Terms { problem, options, scale, .. } = *self.terms;
        let customer = options.customer[option] as usize;
        reduced_value(problem, scale, self.prices.now(), customer, options.choices[option])
    }
}

/// Sums of kind 2, at prices that differ from leaf to leaf. What a leaf has in common with the last one is kept.
#[derive(Clone, Debug)]
pub(super) struct KnapsackSum<'p> {
    terms: &'p Terms<'p>,
    rows: RowPrices<'p>,
    customers: CustomerPrices,
    /// The reduced value of every option at the top's prices of shared rows.
    top: &'p [i128],
    groups: Vec<Group>,
    /// Counts the changes of customers' prices that matter to each group.
    changes: Vec<u64>,
    knapsack: Knapsack,
}

/// The last knapsack of a group.
#[derive(Clone, Debug, Default)]
struct Group {
    /// The changes that it has seen: of the options left, of the prices of its customers and of the shared rows.
    seen: Option<[u64; 3]>,
    /// The knapsack, in which only the items count.
    knapsack: Knapsack,
    /// What these items are worth.
    solved: Option<i128>,
    /// The knapsack's value.
    value: i128,
}

/// The prices of kind 2 at the top of a certificate, with the reduced values of all options at them.
#[derive(Debug)]
pub(super) struct KnapsackTop<'p> {
    rows: RowPrices<'p>,
    customers: CustomerPrices,
    reduced: Vec<i128>,
}

impl<'p> KnapsackTop<'p> {
    /// Those of the certificate, or 0.
    pub fn of(terms: &Terms<'p>, certificate: &Certificate) -> Result<KnapsackTop<'p>, Unproven> {
        let problem = terms.problem;
        let (rows, customers) = match &certificate.knapsack {
            Some(part) => (part.rows(problem)?, part.customers.clone()),
            None => (vec![0; problem.rows.len()], Vec::new()),
        };
        let customers = CustomerPrices::of(problem.customers(), customers)?;
        // Their magnitude is checked before anything is multiplied.
        let rows = RowPrices::of(problem, certificate.denominator, rows, true)?;
        let options = terms.options;
        let reduced = (0..options.choices.len()).into_par_iter().with_min_len(1 << 12).map(|option| {
            let customer = options.customer[option] as usize;
            reduced_value(problem, terms.scale, rows.now(), customer, options.choices[option])
        });
        Ok(KnapsackTop { reduced: reduced.collect(), rows, customers })
    }
}

impl<'p> KnapsackSum<'p> {
    /// With these prices at the top.
    pub fn new(terms: &'p Terms<'p>, top: &'p KnapsackTop<'p>) -> KnapsackSum<'p> {
        KnapsackSum {
            terms,
            rows: top.rows.clone(),
            customers: top.customers.clone(),
            top: &top.reduced,
            groups: vec![Group::default(); terms.options.groups],
            changes: vec![0; terms.options.groups],
            knapsack: Knapsack::default(),
        }
    }

    /// The sum over the options left, with the prices listed; `None` where some customer has none.
    pub fn of(&mut self, listed: &LeafKnapsack, left: &Remaining<'_>) -> Result<Option<i128>, Unproven> {
        let (terms, changes) = (self.terms, &mut self.changes);
        self.rows.list(terms.names, &listed.shared_rows)?;
        // Where a customer has no option left the price does not matter, and what is put back later is a change of its own.
        let changed = |customer| {
            left.of_customer(customer).for_each(|option| changes[terms.options.group[option] as usize] += 1);
        };
        self.customers.list(&listed.customers, changed)?;
        check_range(terms.problem, self.rows.magnitude(), self.customers.magnitude())?;
        if left.is_impossible() {
            return Ok(None);
        }
        let mut sum = self.rows.capacity() + self.customers.sum();
        for group in 0..self.groups.len() {
            let seen = [left.changes(group), self.changes[group], self.rows.changes()];
            if self.groups[group].seen != Some(seen) {
                self.solve(group, left)?;
                self.groups[group].seen = Some(seen);
            }
            sum += self.groups[group].value;
        }
        Ok(Some(sum))
    }

    /// Finds the value of a group's knapsack, by solving it only if its items are others than those solved last.
    fn solve(&mut self, group: usize, left: &Remaining<'_>) -> Result<(), Unproven> {
        let Terms { problem, options, work, .. } = *self.terms;
        // Options without a rep take no time of anybody: each customer has the best of them, if that is worth having.
        let row = (group < problem.reps()).then(|| problem.row_of_rep(group as u32)).flatten();
        // A rep without a row of minutes would have no limit.
        let capacity = row.map_or(i64::MAX >> 2, |row| problem.rows[row].capacity);
        self.knapsack.empty(capacity);
        let mut items = left.of_group(group).peekable();
        while let Some(first) = items.next() {
            let customer = options.customer[first];
            let price = i128::from(self.customers.of_customer(customer as usize));
            let same = std::iter::from_fn(|| items.next_if(|&option| options.customer[option] == customer));
            self.knapsack.add_class(std::iter::once(first).chain(same).map(|option| {
                let reduced = if self.rows.is_top() {
                    self.top[option]
                } else {
                    let choice = options.choices[option];
                    reduced_value(problem, self.terms.scale, self.rows.now(), customer as usize, choice)
                };
                Item { weight: options.minutes[option], profit: reduced - price }
            }));
        }
        let (last, sure) = (&mut self.groups[group], self.knapsack.sure());
        let solved = match last.solved {
            Some(solved) if last.knapsack.has_items_of(&self.knapsack) => solved,
            _ => {
                let name = || row.map_or_else(String::new, |row| problem.rows[row].name.clone());
                let solved = self.knapsack.clone().items_within(work);
                let solved = solved.map_err(|_| Unproven::KnapsackTooHard(name()))?;
                std::mem::swap(&mut last.knapsack, &mut self.knapsack);
                *last.solved.insert(solved)
            }
        };
        last.value = solved + sure;
        Ok(())
    }
}
