//! The problem every engine solves: choose one option per customer so that every row holds and the value is largest.
//!
//! Instance and planning model become, once, whole cents and minutes; everything downstream speaks only of this.
//! The options of a customer fall into [`Lane`]s: one way of covering it (this rep; this rep with two calls; calls
//! alone) with its time per visit and a value for each number of visits. A [`Choice`] is a lane and a number of
//! visits, or nothing. See `models/visit-allocation.md`, section 2.

mod build;
mod lanes;
mod rows;
mod running;
mod sums;

use std::ops::Range;

use rayon::prelude::*;

pub use lanes::Values;
pub use rows::{Row, RowKind};
pub use running::Running;
pub use sums::TooLarge;

use lanes::{StoredLane, Tables};
use rows::RuleRow;

/// Choose one option per customer over linear rows, in whole cents and minutes.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The rows: use at most capacity.
    pub rows: Vec<Row>,
    rows_of_rep: Vec<RepRows>,
    row_of_pool: Vec<usize>,
    rules: Vec<RuleRow>,
    /// Per customer what rules ask of it.
    customers: Vec<CustomerFacts>,
    lanes: Vec<StoredLane>,
    /// Lanes of customer `c`: `first_lane[c] .. first_lane[c + 1]`.
    first_lane: Vec<u32>,
    tables: Tables,
    options: usize,
    granularity: i64,
    first_values: i128,
    largest_value: i64,
}

/// One way of covering a customer, for a range of visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Who visits.
    pub rep: Option<u32>,
    /// Who calls.
    pub pool: Option<u32>,
    /// Calls in the period.
    pub calls: u32,
    /// Time of these calls.
    pub call_minutes: i64,
    /// Fewest visits of the lane.
    pub fewest: u32,
    /// Most visits of the lane.
    pub most: u32,
    /// Time of one visit, travel included.
    pub minutes_per_visit: i64,
}

/// An option of a customer: a lane with a number of visits, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice {
    lane: u32,
    /// Number of visits.
    pub visits: u32,
}

/// The rows a rep's visits draw on; none for a rep who is not active.
#[derive(Clone, Copy, Debug, Default)]
pub struct RepRows {
    /// The rep's minutes.
    pub minutes: Option<usize>,
    /// The rep's least minutes, negated.
    pub least: Option<usize>,
    /// Customers with at least one visit by the rep.
    pub held: Option<usize>,
}

/// What rules ask of a customer.
#[derive(Clone, Copy, Debug)]
struct CustomerFacts {
    allows_nothing: bool,
    owner: Option<u32>,
    last_visits: u32,
}

impl Lane {
    /// Whether a number of visits lies in the lane's range.
    pub fn allows(&self, visits: u32) -> bool {
        (self.fewest..=self.most).contains(&visits)
    }
}

impl Choice {
    /// Neither visits nor calls.
    pub const NOTHING: Choice = Choice { lane: u32::MAX, visits: 0 };

    /// The choice's lane (index into the problem's lanes), if any.
    pub fn lane(self) -> Option<usize> {
        (self.lane != u32::MAX).then_some(self.lane as usize)
    }

    /// The choice of the same lane with so many visits more.
    pub fn plus(self, visits: u32) -> Choice {
        Choice { visits: self.visits + visits, ..self }
    }
}

impl Problem {
    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.customers.len()
    }

    /// The lanes of a customer as indices.
    pub fn lanes_of(&self, customer: usize) -> Range<usize> {
        self.first_lane[customer] as usize..self.first_lane[customer + 1] as usize
    }

    /// A lane.
    #[inline]
    pub fn lane(&self, lane: usize) -> Lane {
        self.lanes[lane].open(&self.tables)
    }

    /// What the objective counts for each number of visits of a lane, from its fewest to its most.
    #[inline]
    pub fn values(&self, lane: usize) -> Values<'_> {
        self.tables.values(&self.lanes[lane])
    }

    /// Calls `each(option, value)` for all options of a customer, in the order of [`Problem::choices`]; the quick way.
    #[inline]
    pub fn for_each_option(&self, customer: usize, mut each: impl FnMut(Choice, i64)) {
        if self.allows_nothing(customer) {
            each(Choice::NOTHING, 0);
        }
        for index in self.lanes_of(customer) {
            let mut visits = self.lanes[index].fewest();
            self.values(index).for_each(|value| {
                each(Choice { lane: index as u32, visits }, value);
                visits += 1;
            });
        }
    }

    /// Whether a customer may be left alone.
    pub fn allows_nothing(&self, customer: usize) -> bool {
        self.customers[customer].allows_nothing
    }

    /// All options of a customer: nothing first, where it is allowed; then lane by lane.
    pub fn choices(&self, customer: usize) -> impl Iterator<Item = Choice> + '_ {
        let nothing = self.allows_nothing(customer).then_some(Choice::NOTHING);
        nothing.into_iter().chain(self.lanes_of(customer).flat_map(|lane| self.choices_in(lane)))
    }

    /// The options in a lane, by number of visits.
    pub fn choices_in(&self, lane: usize) -> impl Iterator<Item = Choice> + use<> {
        let (fewest, most) = (self.lanes[lane].fewest(), self.lanes[lane].most());
        (fewest..=most).map(move |visits| Choice { lane: lane as u32, visits })
    }

    /// An option of a lane; the number of visits must lie in its range.
    pub fn choice(&self, lane: usize, visits: u32) -> Choice {
        debug_assert!((self.lanes[lane].fewest()..=self.lanes[lane].most()).contains(&visits));
        Choice { lane: lane as u32, visits }
    }

    /// Number of reps, those who are not active included.
    pub fn reps(&self) -> usize {
        self.rows_of_rep.len()
    }

    /// The row of a rep's minutes; none for reps who are not active.
    pub fn row_of_rep(&self, rep: u32) -> Option<usize> {
        self.rows_of_rep[rep as usize].minutes
    }

    /// All rows that a rep's visits draw on.
    pub fn rows_of_rep(&self, rep: u32) -> RepRows {
        self.rows_of_rep[rep as usize]
    }

    /// The row of a pool's minutes.
    pub fn row_of_pool(&self, pool: u32) -> usize {
        self.row_of_pool[pool as usize]
    }

    /// The total number of options.
    pub fn choice_count(&self) -> usize {
        self.options
    }

    /// The largest magnitude of an option's value, in cents.
    pub fn largest_value(&self) -> i64 {
        self.largest_value
    }

    /// The option of a customer with exactly this, if there is one.
    pub fn find(
        &self,
        customer: usize,
        rep: Option<u32>,
        visits: u32,
        pool: Option<u32>,
        calls: u32,
    ) -> Option<Choice> {
        if rep.is_none() && pool.is_none() && visits == 0 && calls == 0 {
            return self.allows_nothing(customer).then_some(Choice::NOTHING);
        }
        let fits = |lane: &StoredLane| {
            lane.rep() == rep
                && lane.pool() == pool
                && lane.calls() == calls
                && (lane.fewest()..=lane.most()).contains(&visits)
        };
        let index = self.lanes_of(customer).find(|&index| fits(&self.lanes[index]))?;
        Some(Choice { lane: index as u32, visits })
    }

    /// What the objective counts, in cents.
    #[inline]
    pub fn value(&self, choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| self.tables.value(&self.lanes[index], choice.visits))
    }

    /// The revenue that visits and calls add, in cents.
    #[inline]
    pub fn revenue(&self, choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| self.tables.revenue(&self.lanes[index], choice.visits))
    }

    /// Time of the rep, in minutes.
    #[inline]
    pub fn minutes(&self, choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| self.lanes[index].minutes_per_visit * i64::from(choice.visits))
    }

    /// Time of the pool, in minutes.
    pub fn call_minutes(&self, choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| self.lanes[index].call_minutes(&self.tables))
    }

    /// Whether rules of the model have rows: only they ask about options beyond their rep, pool and minutes.
    pub fn has_rules(&self) -> bool {
        !self.rules.is_empty()
    }

    /// Calls `each(row, use)` for every row on which the option draws.
    pub fn for_each_use(&self, customer: usize, choice: Choice, mut each: impl FnMut(usize, i64)) {
        if let Some(index) = choice.lane() {
            let lane = &self.lanes[index];
            if let Some(rep) = lane.rep() {
                let rows = self.rows_of_rep[rep as usize];
                let minutes = lane.minutes_per_visit * i64::from(choice.visits);
                if let Some(row) = rows.minutes {
                    each(row, minutes);
                }
                if let Some(row) = rows.least {
                    each(row, -minutes);
                }
                if let Some(row) = rows.held {
                    each(row, 1);
                }
            }
            if let Some(pool) = lane.pool() {
                each(self.row_of_pool[pool as usize], lane.call_minutes(&self.tables));
            }
        }
        for rule in &self.rules {
            let amount = rule.amount(self, customer, choice);
            if amount != 0 {
                // Wide enough: the problem was refused otherwise.
                each(rule.row, amount as i64);
            }
        }
    }

    /// The use of every row by one option per customer.
    pub fn row_uses(&self, choices: &[Choice]) -> Vec<i64> {
        let none = || vec![0; self.rows.len()];
        // Sums of whole numbers are the same in any order.
        choices
            .par_iter()
            .enumerate()
            .with_min_len(1 << 16)
            .fold(none, |mut uses, (customer, &choice)| {
                self.for_each_use(customer, choice, |row, amount| uses[row] += amount);
                uses
            })
            .reduce(none, |mut uses, more| {
                uses.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
                uses
            })
    }

    /// The first row that is overdrawn, with its use.
    pub fn overdrawn(&self, choices: &[Choice]) -> Option<(usize, i64)> {
        let uses = self.row_uses(choices);
        (0..uses.len()).find(|&row| uses[row] > self.rows[row].capacity).map(|row| (row, uses[row]))
    }

    /// The value of one option per customer, in cents.
    pub fn total_value(&self, choices: &[Choice]) -> i64 {
        choices.par_iter().with_min_len(1 << 14).map(|&choice| self.value(choice)).sum()
    }

    /// The revenue of one option per customer, in cents.
    pub fn total_revenue(&self, choices: &[Choice]) -> i64 {
        choices.par_iter().with_min_len(1 << 14).map(|&choice| self.revenue(choice)).sum()
    }

    /// g: the greatest common divisor of the differences of option values within a customer, over all customers.
    pub fn granularity(&self) -> i64 {
        self.granularity
    }

    /// The largest value not above `numerator / denominator` cents that a plan can have: V0 + g floor((x - V0) / g).
    pub fn floor_to_grain(&self, numerator: i128, denominator: i128) -> i128 {
        let grain = i128::from(self.granularity);
        if grain == 0 {
            return self.first_values;
        }
        let above = numerator - denominator * self.first_values;
        self.first_values + grain * above.div_euclid(denominator * grain)
    }
}
