//! Sums over all customers: whether they can be added exactly, and the grid their values lie on.

use rayon::prelude::*;

use super::{Choice, Problem};
use crate::instance::{Customer, Instance};
use crate::model::Channels;
use crate::units::MAX_TOTAL_CENTS;

/// Why an instance cannot become a problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// More options than fit into memory.
    #[error(
        "the instance has about {options} options; at most {limit} fit into memory. Fix: lower visits.max and calls.max, or name fewer reps per customer"
    )]
    Options {
        /// Estimated number of options.
        options: u64,
        /// Most options.
        limit: u64,
    },
    /// Values whose sum cannot be written exactly.
    #[error(
        "the values of all customers, or their sales, together exceed 2^53 cents. Fix: check the unit of money, or state amounts in thousands"
    )]
    Value,
    /// A row whose uses cannot be added exactly.
    #[error("the uses of row {row} together exceed 2^62. Fix: check the units of the data it adds up")]
    Row {
        /// The row's name.
        row: String,
    },
}

/// Most options of a problem, up to 32 GB; a limit against mistyped maxima, not a promise. Twice as many fit into 32 bits.
const MAX_OPTIONS: u64 = 2_000_000_000;

/// Refuses an instance of too many options before anything is allocated for them.
pub(super) fn check_options(instance: &Instance) -> Result<(), TooLarge> {
    let estimate =
        instance.customers.par_iter().map(|c| options_estimate(c, instance)).reduce(|| 0, u64::saturating_add);
    if estimate > MAX_OPTIONS {
        return Err(TooLarge::Options { options: estimate, limit: MAX_OPTIONS });
    }
    Ok(())
}

/// An upper limit of a customer's number of options.
fn options_estimate(customer: &Customer, instance: &Instance) -> u64 {
    let visits: u64 = customer.coverage.iter().map(|coverage| u64::from(coverage.most)).sum();
    let pools = customer.pools.as_ref().map_or(instance.pools.len(), |pools| pools.len()) as u64;
    let calls = match instance.model.channels {
        Channels::Joint => u64::from(customer.calls.max.saturating_sub(customer.calls.min)) + 1,
        Channels::Field | Channels::FieldThenPostPass => 1,
    };
    let with_calls = if instance.model.mix { visits.saturating_mul(pools).saturating_mul(calls) } else { 0 };
    visits.saturating_add(with_calls).saturating_add(pools.saturating_mul(calls)).saturating_add(1)
}

/// What is added up over customers.
struct Sums {
    /// Largest value of each customer in magnitude.
    values: i128,
    /// Largest revenue of each customer in magnitude.
    revenues: i128,
    /// Per row, the largest use of each customer in magnitude.
    uses: Vec<i128>,
    /// First value of each customer.
    first_values: i128,
    options: usize,
    largest_value: i64,
    grain: u64,
}

impl Sums {
    fn none(rows: usize) -> Sums {
        let uses = vec![0; rows];
        Sums { values: 0, revenues: 0, uses, first_values: 0, options: 0, largest_value: 0, grain: 0 }
    }

    fn and(mut self, more: Sums) -> Sums {
        self.values += more.values;
        self.revenues += more.revenues;
        self.uses.iter_mut().zip(more.uses).for_each(|(sum, more)| *sum += more);
        self.first_values += more.first_values;
        self.options += more.options;
        self.largest_value = self.largest_value.max(more.largest_value);
        self.grain = gcd(self.grain, more.grain);
        self
    }

    /// Adds a customer. `largest` is a list for the rows it draws on: few, so no vector over all rows.
    fn add(&mut self, problem: &Problem, customer: usize, largest: &mut Vec<(usize, i128)>) {
        let mut first = None;
        let (mut most_value, mut grain) = (0, self.grain);
        let options = &mut self.options;
        problem.for_each_option(customer, |_, value| {
            *options += 1;
            let first = *first.get_or_insert(value);
            most_value = value.saturating_abs().max(most_value);
            // A grain of 1 stays 1, and most grains soon are.
            if grain != 1 {
                grain = gcd(grain, value.abs_diff(first));
            }
        });
        self.grain = grain;
        self.first_values += i128::from(first.unwrap_or(0));
        self.largest_value = self.largest_value.max(most_value);
        self.values += i128::from(most_value);
        self.revenues += i128::from(problem.most_revenue(customer, most_value));
        problem.for_each_most_use(customer, |row, amount| match largest.iter_mut().find(|(known, _)| *known == row) {
            Some((_, most)) => *most = amount.abs().max(*most),
            None => largest.push((row, amount.abs())),
        });
        largest.drain(..).for_each(|(row, most)| self.uses[row] += most);
    }
}

impl Problem {
    /// Adds up what all plans have in common, and refuses a problem whose sums could overflow or be written inexactly,
    /// in the worst case over all plans.
    pub(super) fn measure(&mut self, instance: &Instance) -> Result<(), TooLarge> {
        let rows = self.rows.len();
        let sums = (0..self.customers())
            .into_par_iter()
            .with_min_len(4096)
            .fold(
                || (Sums::none(rows), Vec::new()),
                |(mut sums, mut largest), customer| {
                    sums.add(self, customer, &mut largest);
                    (sums, largest)
                },
            )
            .map(|(sums, _)| sums)
            .reduce(|| Sums::none(rows), Sums::and);
        let base: i128 = instance.customers.par_iter().map(|customer| i128::from(customer.base_revenue.0)).sum();
        if sums.values.max(base + sums.revenues) > MAX_TOTAL_CENTS {
            return Err(TooLarge::Value);
        }
        for (row, sum) in self.rows.iter_mut().zip(sums.uses) {
            row.worst = sum + i128::from(row.capacity).abs();
            if row.worst >= 1 << 62 {
                return Err(TooLarge::Row { row: row.name.clone() });
            }
        }
        self.options = sums.options;
        self.granularity = i64::try_from(sums.grain).unwrap_or(1);
        self.first_values = sums.first_values;
        self.largest_value = sums.largest_value;
        Ok(())
    }

    /// The largest revenue of a customer's options in magnitude; the values' where they are the revenues.
    fn most_revenue(&self, customer: usize, most_value: i64) -> i64 {
        if !self.tables.two {
            return most_value;
        }
        self.choices(customer).map(|choice| self.revenue(choice).saturating_abs()).max().unwrap_or(0)
    }

    /// Calls `each(row, use)` for options among which are those that use most of every row.
    fn for_each_most_use(&self, customer: usize, mut each: impl FnMut(usize, i128)) {
        if !self.rules.is_empty() {
            // Rules may ask for anything: every option is looked at.
            for choice in self.choices(customer) {
                self.rules.iter().for_each(|rule| each(rule.row, rule.amount(self, customer, choice)));
            }
        }
        for index in self.lanes_of(customer) {
            let lane = &self.lanes[index];
            let most = Choice { lane: index as u32, visits: lane.most() };
            if let Some(rep) = lane.rep() {
                let rows = self.rows_of_rep[rep as usize];
                let minutes = i128::from(lane.minutes_per_visit) * i128::from(most.visits);
                rows.minutes.into_iter().chain(rows.least).for_each(|row| each(row, minutes));
                rows.held.into_iter().for_each(|row| each(row, 1));
            }
            if let Some(pool) = lane.pool() {
                each(self.row_of_pool[pool as usize], i128::from(self.call_minutes(most)));
            }
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
