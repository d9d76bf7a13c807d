//! Instance x planning model -> problem.

use rayon::prelude::*;

use super::lanes::{StoredLane, Tables};
use super::rows::{Row, RowKind, RuleRow};
use super::sums::{self, TooLarge};
use super::{CustomerFacts, Problem, RepRows};
use crate::instance::{Coverage, Customer, Instance};
use crate::model::{Channels, Objective, cents};
use crate::units::{Factor, Minutes, Money};

/// Customers that one thread works on at a time.
const PART: usize = 4096;

impl Problem {
    /// Builds the problem of an instance. Refuses what cannot be added up exactly.
    pub fn new(instance: &Instance) -> Result<Problem, TooLarge> {
        Problem::build(instance, None)
    }

    /// The same, and quicker where another instance is known that has the same customers with mostly the same curves: what
    /// these give is not computed again.
    pub fn beside(instance: &Instance, known: (&Instance, &Problem)) -> Result<Problem, TooLarge> {
        Problem::build(instance, Some(known).filter(|(other, _)| other.customers.len() == instance.customers.len()))
    }

    fn build(instance: &Instance, known: Option<(&Instance, &Problem)>) -> Result<Problem, TooLarge> {
        sums::check_options(instance)?;
        let mut problem = Problem {
            rows: Vec::new(),
            rows_of_rep: Vec::new(),
            row_of_pool: Vec::new(),
            rules: Vec::new(),
            customers: instance.customers.par_iter().map(facts).collect(),
            lanes: Vec::new(),
            first_lane: Vec::new(),
            tables: Tables::default(),
            options: 0,
            granularity: 0,
            first_values: 0,
            largest_value: 0,
        };
        problem.add_rows(instance);
        problem.add_lanes(instance, known);
        problem.measure(instance)?;
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

    /// Lays the lanes of all customers out, then fills them in parallel: the result does not depend on the threads.
    fn add_lanes(&mut self, instance: &Instance, known: Option<(&Instance, &Problem)>) {
        let sizes: Vec<Size> = instance.customers.par_iter().map(|customer| Size::of(customer, instance)).collect();
        let all = sizes.iter().fold(Size::default(), |sum, size| sum + *size);
        self.first_lane.reserve_exact(sizes.len() + 1);
        self.first_lane.push(0);
        let mut lanes_so_far = 0;
        for size in &sizes {
            lanes_so_far += size.lanes;
            self.first_lane.push(lanes_so_far);
        }
        let empty = StoredLane::new(None, None, 0, (0, 0), 0);
        self.lanes = rayon::iter::repeat_n(empty, all.lanes as usize).collect();
        self.tables = Tables {
            points: rayon::iter::repeat_n(0.0, all.points as usize).collect(),
            tables: rayon::iter::repeat_n(0, all.entries as usize).collect(),
            two: instance.model.objective == Objective::Contribution,
            minutes_per_call: instance.pools.iter().map(|pool| pool.minutes_per_call.0).collect(),
        };

        let (mut lanes, mut points, mut tables) =
            (&mut self.lanes[..], &mut self.tables.points[..], &mut self.tables.tables[..]);
        let mut done = Size::default();
        let parts: Vec<Part<'_>> = instance
            .customers
            .chunks(PART)
            .zip(sizes.chunks(PART))
            .zip((0..).step_by(PART))
            .map(|((customers, sizes), first)| {
                let size = sizes.iter().fold(Size::default(), |sum, size| sum + *size);
                let part = Part {
                    instance,
                    known,
                    first,
                    customers,
                    lanes: split_off(&mut lanes, size.lanes),
                    points: split_off(&mut points, size.points),
                    tables: split_off(&mut tables, size.entries),
                    before: done,
                };
                done = done + size;
                part
            })
            .collect();
        parts.into_par_iter().for_each(Part::fill);
    }

    /// What a customer's curve gives from the one number of visits to the other, where it was tabulated so far.
    fn points_of(&self, customer: usize, (fewest, most): (u32, u32)) -> Option<&[f64]> {
        let lanes = self.lanes[self.lanes_of(customer)].iter().filter(|lane| !lane.tabled);
        let mut of_curve = lanes.clone();
        let first = lanes.clone().map(StoredLane::fewest).min().filter(|&first| first <= fewest)?;
        lanes.map(StoredLane::most).max().filter(|&last| last >= most)?;
        let any = of_curve.next()?;
        let start = (any.first - (any.fewest() - first) + (fewest - first)) as usize;
        Some(&self.tables.points[start..=start + (most - fewest) as usize])
    }
}

/// The first elements of a slice, which then begins behind them.
fn split_off<'s, T>(slice: &mut &'s mut [T], count: u32) -> &'s mut [T] {
    let (first, rest) = std::mem::take(slice).split_at_mut(count as usize);
    *slice = rest;
    first
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

/// A lane of a customer before it has values.
struct Draft<'i> {
    coverage: Option<&'i Coverage>,
    pool: Option<u32>,
    calls: u32,
    fewest: u32,
    most: u32,
}

impl Draft<'_> {
    /// Whether the values are tabulated one by one: they are no multiples of the customer's curve.
    fn is_tabled(&self, instance: &Instance) -> bool {
        let stated = self.coverage.is_none_or(|coverage| coverage.table.is_some());
        stated || self.pool.is_some() || instance.model.objective == Objective::Contribution
    }

    fn len(&self) -> u32 {
        self.most - self.fewest + 1
    }
}

/// Calls `each` for every lane of a customer, in their order.
fn for_each_lane<'i>(customer: &'i Customer, instance: &Instance, mut each: impl FnMut(Draft<'i>)) {
    let lock = customer.lock.unwrap_or_default();
    let calls = allowed_calls(customer, instance);
    let may_call = |pool: &u32| customer.pools.as_ref().is_none_or(|pools| pools.binary_search(pool).is_ok());
    let pools = || (0..instance.pools.len() as u32).filter(may_call);
    let mut add = |draft: Draft<'i>| {
        if draft.fewest <= draft.most {
            each(draft);
        }
    };
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
                add(Draft { coverage: Some(coverage), pool: None, calls: 0, fewest, most });
            } else if instance.model.mix {
                let together = coverage.most.max(customer.calls.max);
                let most = most.min(together.saturating_sub(number));
                for pool in pools() {
                    add(Draft { coverage: Some(coverage), pool: Some(pool), calls: number, fewest, most });
                }
            }
        }
    }
    if customer.visits.min == 0 && lock.rep.is_none() && lock.visits.unwrap_or(0) == 0 {
        for pool in pools() {
            for number in calls.clone().filter(|&number| number > 0) {
                add(Draft { coverage: None, pool: Some(pool), calls: number, fewest: 0, most: 0 });
            }
        }
    }
}

/// The numbers of calls an option may have: the fewest possible where only visits are planned.
fn allowed_calls(customer: &Customer, instance: &Instance) -> std::ops::RangeInclusive<u32> {
    let range = customer.calls;
    match (customer.lock.and_then(|lock| lock.calls), instance.model.channels) {
        (Some(calls), _) => calls..=calls,
        (None, Channels::Field | Channels::FieldThenPostPass) => range.min..=range.min,
        (None, Channels::Joint) => range.min..=range.max,
    }
}

/// How much room lanes take, in the three lists they are stored in; all are limited by the number of options.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    lanes: u32,
    points: u32,
    entries: u32,
}

impl Size {
    fn of(customer: &Customer, instance: &Instance) -> Size {
        let mut size = Size::default();
        let mut curve = NO_POINTS;
        for_each_lane(customer, instance, |lane| {
            size.lanes += 1;
            if lane.is_tabled(instance) {
                size.entries += lane.len() * if instance.model.objective == Objective::Contribution { 2 } else { 1 };
            } else {
                curve = (curve.0.min(lane.fewest), curve.1.max(lane.most));
            }
        });
        size.points = (curve.1 + 1).saturating_sub(curve.0);
        size
    }
}

impl std::ops::Add for Size {
    type Output = Size;

    fn add(self, more: Size) -> Size {
        Size { lanes: self.lanes + more.lanes, points: self.points + more.points, entries: self.entries + more.entries }
    }
}

/// The numbers of visits at which a customer's curve is needed: the fewest and the most; here none.
const NO_POINTS: (u32, u32) = (u32::MAX, 0);

/// Some customers, with the room for their lanes.
struct Part<'p> {
    instance: &'p Instance,
    /// Another instance with the same customers, and its problem.
    known: Option<(&'p Instance, &'p Problem)>,
    /// The number of the first customer.
    first: usize,
    customers: &'p [Customer],
    lanes: &'p mut [StoredLane],
    points: &'p mut [f64],
    tables: &'p mut [i64],
    /// What all customers before take.
    before: Size,
}

impl Part<'_> {
    fn fill(mut self) {
        let instance = self.instance;
        let mut done = Size::default();
        for (number, customer) in (self.first..).zip(self.customers) {
            let first_lane = done.lanes as usize;
            let mut curve = NO_POINTS;
            for_each_lane(customer, instance, |draft| {
                let rep = draft.coverage.map(|coverage| coverage.rep);
                let minutes = draft.coverage.map_or(0, |coverage| coverage.minutes_per_visit.0);
                let mut lane = StoredLane::new(rep, draft.pool, draft.calls, (draft.fewest, draft.most), minutes);
                lane.tabled = draft.is_tabled(instance);
                if lane.tabled {
                    lane.first = self.before.entries + done.entries;
                    done.entries += self.tabulate(customer, &draft, minutes, done.entries as usize);
                } else {
                    curve = (curve.0.min(draft.fewest), curve.1.max(draft.most));
                    lane.factor = draft.coverage.map_or(0.0, |coverage| coverage.effect(&instance.reps));
                }
                self.lanes[done.lanes as usize] = lane;
                done.lanes += 1;
            });
            for lane in self.lanes[first_lane..done.lanes as usize].iter_mut().filter(|lane| !lane.tabled) {
                lane.first = self.before.points + done.points + (lane.fewest() - curve.0);
            }
            if curve.0 > curve.1 {
                continue;
            }
            let points = &mut self.points[done.points as usize..][..(curve.1 - curve.0 + 1) as usize];
            done.points += points.len() as u32;
            let same = self.known.filter(|(other, _)| other.customers[number].curve == customer.curve);
            match same.and_then(|(_, problem)| problem.points_of(number, curve)) {
                Some(known) => points.copy_from_slice(known),
                None => {
                    for (visits, point) in (curve.0..=curve.1).zip(points) {
                        *point = customer.curve.map_or(0.0, |curve| curve.at(f64::from(visits)));
                    }
                }
            }
        }
    }

    /// Writes the revenues of a lane, and behind them its contributions where they count, and says how many.
    fn tabulate(&mut self, customer: &Customer, draft: &Draft<'_>, minutes: i64, at: usize) -> u32 {
        let (instance, len) = (self.instance, draft.len() as usize);
        for (visits, entry) in (draft.fewest..=draft.most).zip(&mut self.tables[at..at + len]) {
            *entry = revenue(customer, instance, draft, visits);
        }
        if instance.model.objective != Objective::Contribution {
            return draft.len();
        }
        let (revenues, values) = self.tables[at..at + 2 * len].split_at_mut(len);
        for ((visits, revenue), value) in (draft.fewest..).zip(revenues).zip(values) {
            *value = contribution(customer, instance, draft, minutes * i64::from(visits), *revenue);
        }
        2 * draft.len()
    }
}

/// What an option adds, in cents: the visits' revenue, and R(n + t k) - R(n) for k calls of effect t.
fn revenue(customer: &Customer, instance: &Instance, lane: &Draft<'_>, visits: u32) -> i64 {
    let visited = lane.coverage.map_or(0.0, |coverage| customer.visits_add(coverage, &instance.reps, visits));
    let Some(pool) = lane.pool else { return cents(visited) };
    let effect = instance.pools[pool as usize].effect_per_call.0 * i64::from(lane.calls);
    let effort = |millionths: i64| customer.curve.map_or(0.0, |curve| curve.at(Factor(millionths).as_f64()));
    let alone = i64::from(visits) * Factor::ONE.0;
    cents(visited + effort(alone + effect) - effort(alone))
}

/// What the objective counts of an option under `contribution`.
fn contribution(customer: &Customer, instance: &Instance, lane: &Draft<'_>, minutes: i64, revenue: i64) -> i64 {
    let Some(economics) = instance.model.economics else { return revenue };
    let pool = lane.pool.map(|pool| &instance.pools[pool as usize]);
    let calls = pool.map_or(0, |pool| pool.minutes_per_call.0.saturating_mul(i64::from(lane.calls)));
    let call_hour = pool.map_or(Money(0), |pool| pool.cost_per_hour);
    economics.contribution(customer.margin, Money(revenue), Minutes(minutes), Minutes(calls), call_hour).0
}
