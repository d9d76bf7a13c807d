//! Instance x planning model -> problem.

use rayon::prelude::*;

use super::rows::{Row, RowKind, RuleRow};
use super::{CustomerFacts, Lane, Problem, RepRows};
use crate::instance::{Coverage, Customer, Instance};
use crate::model::{Channels, Curve, Objective, cents};
use crate::units::{Factor, MAX_TOTAL_CENTS, round_half_away};

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

/// Most options of a problem, about 50 GB; a limit against mistyped maxima, not a promise.
const MAX_OPTIONS: u64 = 2_000_000_000;

impl Problem {
    /// Builds the problem of an instance. Refuses what cannot be added up exactly.
    pub fn new(instance: &Instance) -> Result<Problem, TooLarge> {
        let estimate =
            instance.customers.par_iter().map(|c| options_estimate(c, instance)).reduce(|| 0, u64::saturating_add);
        if estimate > MAX_OPTIONS {
            return Err(TooLarge::Options { options: estimate, limit: MAX_OPTIONS });
        }
        let mut problem = Problem {
            rows: Vec::new(),
            rows_of_rep: Vec::new(),
            row_of_pool: Vec::new(),
            rules: Vec::new(),
            customers: instance.customers.par_iter().map(facts).collect(),
            lanes: Vec::new(),
            first_lane: vec![0],
            revenues: Vec::new(),
            contributions: None,
            granularity: 0,
            first_values: 0,
        };
        problem.add_rows(instance);
        problem.add_lanes(instance);
        problem.check_sums(instance)?;
        problem.find_grain();
        Ok(problem)
    }

    fn add_rows(&mut self, instance: &Instance) {
        for (index, rep) in (0_u32..).zip(&instance.reps) {
            let mut rows = RepRows::default();
            if rep.is_active() {
                let mut add = |kind, prefix: &str, capacity| {
                    self.rows.push(Row { name: format!("{prefix}:{}", rep.id), kind, capacity, worst: 0 });
                    self.rows.len() - 1
                };
                rows.minutes = Some(add(RowKind::RepMinutes(index), "rep", rep.minutes.0));
                rows.least = rep.least.map(|least| add(RowKind::RepLeast(index), "min", -least.0));
                rows.held = rep.max_customers.map(|most| add(RowKind::RepCustomers(index), "customers", most));
            }
            self.rows_of_rep.push(rows);
        }
        for (index, pool) in (0_u32..).zip(&instance.pools) {
            self.row_of_pool.push(self.rows.len());
            let name = format!("telesales:{}", pool.id);
            self.rows.push(Row { name, kind: RowKind::PoolMinutes(index), capacity: pool.minutes.0, worst: 0 });
        }
        for (number, rule) in instance.model.rules.iter().enumerate() {
            let (row, rule) = RuleRow::new(number, rule, self.rows.len(), instance);
            self.rows.push(row);
            self.rules.push(rule);
        }
    }

    fn add_lanes(&mut self, instance: &Instance) {
        // Parts are built in parallel and joined in order, so the result does not depend on the number of threads.
        let parts: Vec<Vec<Builder<'_>>> = instance
            .customers
            .par_chunks(1024)
            .map(|part| part.iter().map(|customer| Builder::of(customer, instance)).collect())
            .collect();
        let contribution = instance.model.objective == Objective::Contribution;
        let mut contributions = Vec::new();
        for built in parts.into_iter().flatten() {
            let offset = self.revenues.len();
            self.revenues.extend(built.revenues);
            contributions.extend(built.contributions);
            self.lanes
                .extend(built.lanes.into_iter().map(|lane| Lane { first_value: lane.first_value + offset, ..lane }));
            self.first_lane.push(u32::try_from(self.lanes.len()).expect("limited by MAX_OPTIONS"));
        }
        self.contributions = contribution.then_some(contributions);
    }

    /// Refuses a problem whose sums could overflow or be written inexactly, in the worst case over all plans.
    fn check_sums(&mut self, instance: &Instance) -> Result<(), TooLarge> {
        let rows = self.rows.len();
        let none = || (0_i128, 0_i128, vec![0_i128; rows]);
        let (values, revenues, uses) = (0..self.customers())
            .into_par_iter()
            .with_min_len(4096)
            .fold(none, |(values, revenues, mut uses), customer| {
                // A customer draws on few rows: a short list, not a vector over all rows.
                let mut largest: Vec<(usize, i128)> = Vec::new();
                let (mut value, mut revenue) = (0, 0);
                for choice in self.choices(customer) {
                    value = value.max(i128::from(self.value(choice)).abs());
                    revenue = revenue.max(i128::from(self.revenue(choice)).abs());
                    self.for_each_wide_use(customer, choice, |row, amount| {
                        match largest.iter_mut().find(|(known, _)| *known == row) {
                            Some((_, most)) => *most = amount.abs().max(*most),
                            None => largest.push((row, amount.abs())),
                        }
                    });
                }
                largest.into_iter().for_each(|(row, most)| uses[row] += most);
                (values + value, revenues + revenue, uses)
            })
            .reduce(none, |(v1, r1, mut u1), (v2, r2, u2)| {
                u1.iter_mut().zip(u2).for_each(|(sum, more)| *sum += more);
                (v1 + v2, r1 + r2, u1)
            });
        let base: i128 = instance.customers.iter().map(|customer| i128::from(customer.base_revenue.0)).sum();
        if values.max(base + revenues) > MAX_TOTAL_CENTS {
            return Err(TooLarge::Value);
        }
        for (row, sum) in self.rows.iter_mut().zip(uses) {
            row.worst = sum + i128::from(row.capacity).abs();
            if row.worst >= 1 << 62 {
                return Err(TooLarge::Row { row: row.name.clone() });
            }
        }
        Ok(())
    }

    fn for_each_wide_use(&self, customer: usize, choice: super::Choice, mut each: impl FnMut(usize, i128)) {
        for rule in &self.rules {
            each(rule.row, rule.amount(self, customer, choice));
        }
        if let Some(index) = choice.lane() {
            let lane = self.lane(index);
            let minutes = i128::from(lane.minutes_per_visit) * i128::from(choice.visits);
            if let Some(rep) = lane.rep {
                let rows = self.rows_of_rep[rep as usize];
                rows.minutes.into_iter().chain(rows.least).for_each(|row| each(row, minutes));
                rows.held.into_iter().for_each(|row| each(row, 1));
            }
            if let Some(pool) = lane.pool {
                each(self.row_of_pool[pool as usize], i128::from(lane.call_minutes));
            }
        }
    }

    fn find_grain(&mut self) {
        let (granularity, first_values) = (0..self.customers())
            .into_par_iter()
            .map(|customer| {
                let mut values = self.choices(customer).map(|choice| self.value(choice));
                let first = values.next().unwrap_or(0);
                (values.fold(0, |grain, value| gcd(grain, value.abs_diff(first))), i128::from(first))
            })
            .reduce(|| (0, 0), |(g1, v1), (g2, v2)| (gcd(g1, g2), v1 + v2));
        self.granularity = i64::try_from(granularity).unwrap_or(1);
        self.first_values = first_values;
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// An upper limit of a customer's number of options, for the check before anything is allocated.
fn options_estimate(customer: &Customer, instance: &Instance) -> u64 {
    let visits: u64 = customer.coverage.iter().map(|coverage| u64::from(coverage.most)).sum();
    let pools = customer.pools.as_ref().map_or(instance.pools.len(), Vec::len) as u64;
    let calls = match instance.model.channels {
        Channels::Joint => u64::from(customer.calls.max.saturating_sub(customer.calls.min)) + 1,
        Channels::Field | Channels::FieldThenPostPass => 1,
    };
    let with_calls = if instance.model.mix { visits.saturating_mul(pools).saturating_mul(calls) } else { 0 };
    visits.saturating_add(with_calls).saturating_add(pools.saturating_mul(calls)).saturating_add(1)
}

fn facts(customer: &Customer) -> CustomerFacts {
    let lock = customer.lock.unwrap_or_default();
    let no_minimum = customer.visits.min == 0 && customer.calls.min == 0;
    let lock_allows = lock.rep.is_none() && lock.visits.unwrap_or(0) == 0 && lock.calls.unwrap_or(0) == 0;
    CustomerFacts {
        allows_nothing: no_minimum && lock_allows,
        owner: customer.owner,
        last_visits: customer.last_visits,
    }
}

/// The lanes of one customer and their values.
struct Builder<'i> {
    customer: &'i Customer,
    instance: &'i Instance,
    lanes: Vec<Lane>,
    revenues: Vec<i64>,
    contributions: Vec<i64>,
}

impl<'i> Builder<'i> {
    fn of(customer: &'i Customer, instance: &'i Instance) -> Builder<'i> {
        let mut builder =
            Builder { customer, instance, lanes: Vec::new(), revenues: Vec::new(), contributions: Vec::new() };
        let lock = customer.lock.unwrap_or_default();
        let calls = builder.allowed_calls();
        for coverage in &customer.coverage {
            if lock.rep.is_some_and(|rep| rep != coverage.rep) {
                continue;
            }
            let range = (customer.visits.min.max(1), coverage.most);
            let (fewest, most) = match lock.visits {
                Some(visits) if visits >= range.0 && visits <= range.1 => (visits, visits),
                Some(_) => continue,
                None => range,
            };
            for number in calls.clone() {
                if number == 0 {
                    builder.add(Some(coverage), None, 0, fewest, most);
                } else if instance.model.mix {
                    let together = coverage.most.max(customer.calls.max);
                    let most = most.min(together.saturating_sub(number));
                    for pool in builder.allowed_pools() {
                        builder.add(Some(coverage), Some(pool), number, fewest, most);
                    }
                }
            }
        }
        let unvisited = customer.visits.min == 0 && lock.rep.is_none() && lock.visits.unwrap_or(0) == 0;
        if unvisited {
            for pool in builder.allowed_pools() {
                for number in calls.clone().filter(|&number| number > 0) {
                    builder.add(None, Some(pool), number, 0, 0);
                }
            }
        }
        builder
    }

    /// The numbers of calls an option may have: the fewest possible where only visits are planned.
    fn allowed_calls(&self) -> std::ops::RangeInclusive<u32> {
        let range = self.customer.calls;
        match (self.customer.lock.and_then(|lock| lock.calls), self.instance.model.channels) {
            (Some(calls), _) => calls..=calls,
            (None, Channels::Field | Channels::FieldThenPostPass) => range.min..=range.min,
            (None, Channels::Joint) => range.min..=range.max,
        }
    }

    fn allowed_pools(&self) -> Vec<u32> {
        match &self.customer.pools {
            Some(pools) => pools.clone(),
            None => (0..self.instance.pools.len() as u32).collect(),
        }
    }

    fn add(&mut self, coverage: Option<&Coverage>, pool: Option<u32>, calls: u32, fewest: u32, most: u32) {
        if fewest > most {
            return;
        }
        let per_call = pool.map_or(0, |pool| self.instance.pools[pool as usize].minutes_per_call.0);
        let lane = Lane {
            rep: coverage.map(|coverage| coverage.rep),
            pool,
            calls,
            call_minutes: per_call * i64::from(calls),
            fewest,
            most,
            minutes_per_visit: coverage.map_or(0, |coverage| coverage.minutes_per_visit.0),
            first_value: self.revenues.len(),
        };
        for visits in fewest..=most {
            let revenue = self.revenue(coverage, pool, calls, visits);
            self.revenues.push(revenue);
            if self.instance.model.objective == Objective::Contribution {
                self.contributions.push(self.contribution(&lane, revenue, visits));
            }
        }
        self.lanes.push(lane);
    }

    /// What an option adds, in cents: the visits' revenue, and R(n + t k) - R(n) for k calls of effect t.
    fn revenue(&self, coverage: Option<&Coverage>, pool: Option<u32>, calls: u32, visits: u32) -> i64 {
        let visited = coverage.map_or(0.0, |coverage| self.customer.visits_add(coverage, &self.instance.reps, visits));
        let Some(pool) = pool else { return cents(visited) };
        let effect = self.instance.pools[pool as usize].effect_per_call.0 * i64::from(calls);
        let effort = |millionths: i64| self.curve().map_or(0.0, |curve| curve.at(Factor(millionths).as_f64()));
        let alone = i64::from(visits) * Factor::ONE.0;
        cents(visited + effort(alone + effect) - effort(alone))
    }

    fn curve(&self) -> Option<&Curve> {
        self.customer.curve.as_ref()
    }

    /// margin x revenue - cost of the visit hours - cost of the calls, rounded once.
    fn contribution(&self, lane: &Lane, revenue: i64, visits: u32) -> i64 {
        let Some(economics) = self.instance.model.economics else { return revenue };
        let margin = self.customer.margin.unwrap_or(economics.margin);
        let call_hour = lane.pool.map_or(0, |pool| self.instance.pools[pool as usize].cost_per_hour.0);
        let visit_minutes = i128::from(lane.minutes_per_visit) * i128::from(visits);
        let call_minutes = i128::from(lane.call_minutes);
        let unit = i128::from(Factor::ONE.0);
        let numerator = 60 * i128::from(margin.0) * i128::from(revenue)
            - unit
                * (visit_minutes * i128::from(economics.cost_per_visit_hour.0) + call_minutes * i128::from(call_hour));
        // Beyond i64 only where the sums are refused next.
        round_half_away(numerator, 60 * unit).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
    }
}
