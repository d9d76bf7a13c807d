//! The problem every engine solves: choose one option per customer so that every row holds and the value is largest.
//!
//! Instance and planning model become, once, whole cents and minutes; everything downstream speaks only of this.
//! The options of a customer fall into [`Lane`]s: one way of covering it (this rep; this rep with two calls; calls
//! alone) with its time per visit and a table of values by number of visits. A [`Choice`] is a lane and a number of
//! visits, or nothing. See `models/visit-allocation.md`, section 2.

mod build;
mod rows;

use std::ops::Range;

pub use build::TooLarge;
pub use rows::{Row, RowKind};

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
    lanes: Vec<Lane>,
    /// Lanes of customer `c`: `first_lane[c] .. first_lane[c + 1]`.
    first_lane: Vec<u32>,
    revenues: Vec<i64>,
    /// Values where they differ from revenues (`contribution`).
    contributions: Option<Vec<i64>>,
    granularity: i64,
    first_values: i128,
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
    /// Where the values of the lane begin.
    first_value: usize,
}

/// An option of a customer: a lane with a number of visits, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice {
    lane: u32,
    /// Number of visits.
    pub visits: u32,
}

/// The rows a rep's visits draw on.
#[derive(Clone, Copy, Debug, Default)]
struct RepRows {
    minutes: Option<usize>,
    least: Option<usize>,
    held: Option<usize>,
}

/// What rules ask of a customer.
#[derive(Clone, Copy, Debug)]
struct CustomerFacts {
    allows_nothing: bool,
    owner: Option<u32>,
    last_visits: u32,
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
    pub fn lane(&self, lane: usize) -> &Lane {
        &self.lanes[lane]
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
        let Lane { fewest, most, .. } = self.lanes[lane];
        (fewest..=most).map(move |visits| Choice { lane: lane as u32, visits })
    }

    /// The options of a lane, fewest visits first.
    pub fn choices_of_lane(&self, lane: usize) -> impl Iterator<Item = Choice> + use<> {
        let Lane { fewest, most, .. } = self.lanes[lane];
        (fewest..=most).map(move |visits| Choice { lane: lane as u32, visits })
    }

    /// The row of a rep's minutes; none for reps who are not active.
    pub fn row_of_rep(&self, rep: u32) -> Option<usize> {
        self.rows_of_rep[rep as usize].minutes
    }

    /// The total number of options.
    pub fn choice_count(&self) -> usize {
        self.revenues.len() + self.customers.iter().filter(|customer| customer.allows_nothing).count()
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
        let fits = |lane: &Lane| {
            lane.rep == rep && lane.pool == pool && lane.calls == calls && (lane.fewest..=lane.most).contains(&visits)
        };
        let index = self.lanes_of(customer).find(|&index| fits(&self.lanes[index]))?;
        Some(Choice { lane: index as u32, visits })
    }

    /// What the objective counts, in cents.
    pub fn value(&self, choice: Choice) -> i64 {
        self.entry(self.contributions.as_ref().unwrap_or(&self.revenues), choice)
    }

    /// The revenue that visits and calls add, in cents.
    pub fn revenue(&self, choice: Choice) -> i64 {
        self.entry(&self.revenues, choice)
    }

    fn entry(&self, table: &[i64], choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| {
            let lane = &self.lanes[index];
            table[lane.first_value + (choice.visits - lane.fewest) as usize]
        })
    }

    /// Time of the rep, in minutes.
    pub fn minutes(&self, choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| self.lanes[index].minutes_per_visit * i64::from(choice.visits))
    }

    /// Time of the pool, in minutes.
    pub fn call_minutes(&self, choice: Choice) -> i64 {
        choice.lane().map_or(0, |index| self.lanes[index].call_minutes)
    }

    /// Calls `each(row, use)` for every row on which the option draws.
    pub fn for_each_use(&self, customer: usize, choice: Choice, mut each: impl FnMut(usize, i64)) {
        if let Some(index) = choice.lane() {
            let lane = &self.lanes[index];
            if let Some(rep) = lane.rep {
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
            if let Some(pool) = lane.pool {
                each(self.row_of_pool[pool as usize], lane.call_minutes);
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
        let mut uses = vec![0; self.rows.len()];
        for (customer, &choice) in choices.iter().enumerate() {
            self.for_each_use(customer, choice, |row, amount| uses[row] += amount);
        }
        uses
    }

    /// The first row that is overdrawn, with its use.
    pub fn overdrawn(&self, choices: &[Choice]) -> Option<(usize, i64)> {
        let uses = self.row_uses(choices);
        (0..uses.len()).find(|&row| uses[row] > self.rows[row].capacity).map(|row| (row, uses[row]))
    }

    /// The value of one option per customer, in cents.
    pub fn total_value(&self, choices: &[Choice]) -> i64 {
        choices.iter().map(|&choice| self.value(choice)).sum()
    }

    /// The revenue of one option per customer, in cents.
    pub fn total_revenue(&self, choices: &[Choice]) -> i64 {
        choices.iter().map(|&choice| self.revenue(choice)).sum()
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
