//! Lanes as they are stored: a few dozen bytes each, so that a million customers fit.
//!
//! Lanes of one customer share its response curve: R is tabulated once, and a lane holds only the factor it is multiplied
//! with. The value of an option is then one product and one rounding, the same as when it was tabulated.

use std::iter::FusedIterator;

use super::Lane;
use crate::model::cents;

/// No rep, or no pool.
const NOBODY: u32 = u32::MAX;

/// A lane as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredLane {
    rep: u32,
    pool: u32,
    /// Where its first entry stands, in `points` or `tables`.
    pub first: u32,
    calls: u16,
    fewest: u16,
    most: u16,
    /// Whether the values are tabulated one by one.
    pub tabled: bool,
    pub minutes_per_visit: i64,
    /// Effectiveness x fit; multiplies the points of the customer's curve.
    pub factor: f64,
}

/// What the lanes of all customers refer to.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// R of the customers' curves, in cents before rounding.
    pub points: Vec<f64>,
    /// Revenues of lanes that have no curve, in cents; behind those of each lane its values, where they differ.
    pub tables: Vec<i64>,
    /// Whether values differ from revenues (`contribution`); every lane is then tabled.
    pub two: bool,
    /// Minutes of one call, by pool.
    pub minutes_per_call: Vec<i64>,
}

impl StoredLane {
    /// A lane whose entries are still to be placed. Numbers of visits and calls are at most 10,000.
    pub fn new(
        rep: Option<u32>,
        pool: Option<u32>,
        calls: u32,
        (fewest, most): (u32, u32),
        minutes: i64,
    ) -> StoredLane {
        let narrow = |number: u32| u16::try_from(number).expect("the reader allows at most 10,000");
        StoredLane {
            rep: rep.unwrap_or(NOBODY),
            pool: pool.unwrap_or(NOBODY),
            first: 0,
            calls: narrow(calls),
            fewest: narrow(fewest),
            most: narrow(most),
            tabled: true,
            minutes_per_visit: minutes,
            factor: 0.0,
        }
    }

    pub fn rep(&self) -> Option<u32> {
        (self.rep != NOBODY).then_some(self.rep)
    }

    pub fn pool(&self) -> Option<u32> {
        (self.pool != NOBODY).then_some(self.pool)
    }

    pub fn calls(&self) -> u32 {
        self.calls.into()
    }

    pub fn fewest(&self) -> u32 {
        self.fewest.into()
    }

    pub fn most(&self) -> u32 {
        self.most.into()
    }

    /// The number of its options.
    pub fn len(&self) -> usize {
        usize::from(self.most - self.fewest) + 1
    }

    /// Time of its calls.
    pub fn call_minutes(&self, tables: &Tables) -> i64 {
        self.pool().map_or(0, |pool| tables.minutes_per_call[pool as usize] * i64::from(self.calls))
    }

    /// The lane as everybody else knows it.
    pub fn open(&self, tables: &Tables) -> Lane {
        Lane {
            rep: self.rep(),
            pool: self.pool(),
            calls: self.calls(),
            call_minutes: self.call_minutes(tables),
            fewest: self.fewest(),
            most: self.most(),
            minutes_per_visit: self.minutes_per_visit,
        }
    }
}

impl Tables {
    /// What the objective counts for a number of visits in the lane's range.
    pub fn value(&self, lane: &StoredLane, visits: u32) -> i64 {
        self.entry(lane, visits, if self.two { lane.len() } else { 0 })
    }

    /// The revenue for a number of visits in the lane's range.
    pub fn revenue(&self, lane: &StoredLane, visits: u32) -> i64 {
        self.entry(lane, visits, 0)
    }

    fn entry(&self, lane: &StoredLane, visits: u32, table: usize) -> i64 {
        let at = lane.first as usize + (visits - lane.fewest()) as usize;
        if lane.tabled { self.tables[at + table] } else { cents(self.points[at] * lane.factor) }
    }

    /// What the objective counts for each number of visits in the lane's range.
    pub fn values(&self, lane: &StoredLane) -> Values<'_> {
        let (first, len) = (lane.first as usize, lane.len());
        if lane.tabled {
            let first = if self.two { first + len } else { first };
            Values(Entries::Table(self.tables[first..first + len].iter()))
        } else {
            Values(Entries::Curve(self.points[first..first + len].iter(), lane.factor))
        }
    }
}

/// The values of a lane's options, from the fewest visits to the most. Fast when it is folded (`for_each`, `max`, `sum`).
#[derive(Clone, Debug)]
pub struct Values<'p>(Entries<'p>);

#[derive(Clone, Debug)]
enum Entries<'p> {
    Curve(std::slice::Iter<'p, f64>, f64),
    Table(std::slice::Iter<'p, i64>),
}

impl Iterator for Values<'_> {
    type Item = i64;

    #[inline]
    fn next(&mut self) -> Option<i64> {
        match &mut self.0 {
            Entries::Curve(points, factor) => points.next().map(|point| cents(point * *factor)),
            Entries::Table(values) => values.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Entries::Curve(points, _) => points.size_hint(),
            Entries::Table(values) => values.size_hint(),
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, i64) -> B>(self, init: B, mut each: F) -> B {
        match self.0 {
            Entries::Curve(points, factor) => points.fold(init, |so_far, point| each(so_far, cents(point * factor))),
            Entries::Table(values) => values.fold(init, |so_far, &value| each(so_far, value)),
        }
    }
}

impl ExactSizeIterator for Values<'_> {}
impl FusedIterator for Values<'_> {}
