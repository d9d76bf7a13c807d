//! The multiple-choice knapsack problem, in integers.
//!
//! From each class at most one item may be chosen; the weights must fit into the capacity; the total profit is
//! largest. Here it is stated and made small; `expanding_core` solves what is left.

use std::ops::{Add, AddAssign, Sub};

use super::expanding_core::Core;

/// Most work on one knapsack, counted in sums that are formed: a few seconds.
pub(super) const MAX_WORK: u64 = 1 << 30;

/// Steps of the linear relaxation that are put in order at first, on either side of where it stops.
const NEAR: usize = 64;
/// Most work before all of them are put in order.
const QUICK_WORK: u64 = 1 << 14;

/// What can be chosen, or the sum or difference of such things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What it takes of the capacity; never negative in a class.
    pub weight: i64,
    /// What it adds, of any sign.
    pub profit: i128,
}

/// A knapsack that needs more room or work than a verifier should be asked for, or numbers too large to multiply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooHard;

/// A multiple-choice knapsack problem.
#[derive(Clone, Debug, Default)]
pub struct Knapsack {
    pub(super) capacity: i64,
    /// Profit that weighs nothing.
    sure: i128,
    /// The items of all classes: in each, nothing first, then ever heavier and ever more profitable.
    pub(super) items: Vec<Item>,
    /// Where each class ends.
    pub(super) ends: Vec<usize>,
}

impl Knapsack {
    /// A knapsack without classes. A capacity below 0 counts as 0.
    pub fn new(capacity: i64) -> Knapsack {
        Knapsack { capacity: capacity.max(0), sure: 0, items: Vec::new(), ends: Vec::new() }
    }

    /// Adds a class: at most one of these items, whose weights are not negative, may be chosen.
    pub fn add_class(&mut self, items: impl IntoIterator<Item = Item>) {
        let (start, capacity) = (self.items.len(), self.capacity);
        self.items.push(Item::default());
        self.items.extend(items.into_iter().filter(|item| item.profit > 0 && item.weight <= capacity));
        let class = &mut self.items[start..];
        class.sort_unstable_by(|a, b| a.weight.cmp(&b.weight).then(b.profit.cmp(&a.profit)));
        // An item that is no lighter than another and adds no more is never needed.
        let mut last = 0;
        for at in 1..class.len() {
            if class[at].profit > class[last].profit {
                last += 1;
                class[last] = class[at];
            }
        }
        let sure = class[0].profit;
        class[..=last].iter_mut().for_each(|item| item.profit -= sure);
        self.sure += sure;
        let alternatives = last > 0;
        self.items.truncate(if alternatives { start + last + 1 } else { start });
        self.ends.extend(alternatives.then_some(self.items.len()));
    }

    /// The largest total profit.
    pub fn solve(self) -> Result<i128, TooHard> {
        Ok(self.sure + self.items_within(MAX_WORK)?)
    }

    /// Takes all classes out, so that the room can be used again.
    pub(super) fn empty(&mut self, capacity: i64) {
        (self.capacity, self.sure) = (capacity.max(0), 0);
        self.items.clear();
        self.ends.clear();
    }

    /// The profit that weighs nothing.
    pub(super) fn sure(&self) -> i128 {
        self.sure
    }

    /// Whether all that weighs something is the same, and has the same room.
    pub(super) fn has_items_of(&self, other: &Knapsack) -> bool {
        (self.capacity, &self.ends, &self.items) == (other.capacity, &other.ends, &other.items)
    }

    /// The largest profit of what weighs something, if so much work is enough to find it.
    pub(super) fn items_within(mut self, work: u64) -> Result<i128, TooHard> {
        let heaviest = || self.ends.iter().map(|&end| self.items[end - 1]);
        let weight = heaviest().try_fold(0_i64, |sum, item| sum.checked_add(item.weight));
        if weight.is_some_and(|weight| weight <= self.capacity) {
            return Ok(heaviest().map(|item| item.profit).sum());
        }
        let unit = self.divide_by_common_factors();
        let heaviest = || self.ends.iter().map(|&end| self.items[end - 1]);
        let weight = heaviest().try_fold(self.capacity, |sum, item| sum.checked_add(item.weight)).ok_or(TooHard)?;
        let profit: i128 = heaviest().map(|item| item.profit).sum();
        // Every difference of two sums of items is below these, and every product that is compared below theirs.
        let largest = (profit + 1).checked_mul(i128::from(weight)).filter(|&product| product < 1 << 125);
        largest.ok_or(TooHard)?;
        // Nearly always a few classes decide, and then the others need no order.
        let quick = Core::of(&self, NEAR).search(work.min(QUICK_WORK));
        let best = quick.or_else(|_| Core::of(&self, usize::MAX).search(work))?;
        Ok(unit * best)
    }

    /// Divides all weights, and all profits, by what they have in common; returns the unit of the profits.
    fn divide_by_common_factors(&mut self) -> i128 {
        let (mut weight, mut profit) = (0, 0);
        for item in &self.items {
            weight = gcd(weight, item.weight.unsigned_abs().into());
            profit = gcd(profit, item.profit.unsigned_abs());
            if weight == 1 && profit == 1 {
                return 1;
            }
        }
        let unit = (i64::try_from(weight).unwrap_or(1).max(1), i128::try_from(profit).unwrap_or(1).max(1));
        for item in &mut self.items {
            *item = Item { weight: item.weight / unit.0, profit: item.profit / unit.1 };
        }
        self.capacity /= unit.0;
        unit.1
    }

    /// The items of a class.
    pub(super) fn class(&self, class: usize) -> &[Item] {
        let start = if class == 0 { 0 } else { self.ends[class - 1] };
        &self.items[start..self.ends[class]]
    }
}

/// The greatest common divisor; small numbers are divided much more quickly.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = match (u64::try_from(a), u64::try_from(b)) {
            (Ok(a), Ok(b)) => (b.into(), (a % b).into()),
            _ => (b, a % b),
        };
    }
    a
}

impl Add for Item {
    type Output = Item;
    fn add(self, other: Item) -> Item {
        Item { weight: self.weight + other.weight, profit: self.profit + other.profit }
    }
}

impl AddAssign for Item {
    fn add_assign(&mut self, other: Item) {
        *self = *self + other;
    }
}

impl Sub for Item {
    type Output = Item;
    fn sub(self, other: Item) -> Item {
        Item { weight: self.weight - other.weight, profit: self.profit - other.profit }
    }
}
