//! The linear relaxation of one rep's packing: a price for its minutes, by tangents.
//!
//! At a multiplier m, added to the price of the minutes, each customer is packed by itself, and what that costs less
//! m x capacity is a bound from below: a concave function of m whose slope is what the load lacks to the capacity.

use super::shortlist::{Rep, Shortlist};

/// Tangents at most; fewer nearly always suffice.
const MOST_TANGENTS: usize = 60;

/// No option: the rep leaves the customer.
pub const SKIP: u32 = u32::MAX;

/// A group in play.
#[derive(Clone, Copy)]
pub struct Item {
    /// The group.
    pub group: u32,
    /// Its options: `first .. end`.
    pub first: u32,
    /// One past the last.
    pub end: u32,
    /// Price of the customer.
    pub price: i64,
    /// Whether the rep may leave the customer.
    pub may_skip: bool,
}

/// What an item does best at a multiplier.
#[derive(Clone, Copy)]
pub struct Best {
    /// Loss less the customer's price, with the minutes at the multiplier.
    pub cost: i64,
    /// The option, or [`SKIP`].
    pub option: u32,
    /// Its minutes.
    pub minutes: i64,
}

impl Item {
    /// Its options at a multiplier, each with its loss less the customer's price, minutes at the multiplier included, and
    /// its minutes; by rising minutes.
    pub fn options(self, list: &Shortlist, multiplier: i64) -> impl Iterator<Item = (u32, i64, i64)> + '_ {
        let range = self.first as usize..self.end as usize;
        (self.first..).zip(list.loss[range.clone()].iter().zip(&list.minutes[range])).map(
            move |(option, (&loss, &minutes))| {
                let minutes = i64::from(minutes);
                (option, i64::from(loss) - self.price + multiplier * minutes, minutes)
            },
        )
    }

    /// The best at a multiplier. Of equals the shortest.
    pub fn best(self, list: &Shortlist, multiplier: i64) -> Best {
        let mut best = Best { cost: if self.may_skip { 0 } else { i64::MAX }, option: SKIP, minutes: 0 };
        for (option, cost, minutes) in self.options(list, multiplier) {
            if cost < best.cost {
                best = Best { cost, option, minutes };
            }
        }
        best
    }
}

/// The relaxation at a multiplier.
#[derive(Clone, Copy)]
pub struct Tangent {
    /// What is added to the price of a minute; the sum is not negative.
    pub multiplier: i64,
    /// Minutes of what is best at it.
    pub load: i64,
    /// The bound from below.
    pub bound: i64,
}

/// The relaxations of one packing, with what it takes to find them again and again without allocating.
#[derive(Clone, Default)]
pub struct Relaxation {
    /// What each item does at the last multiplier at which too much was taken.
    over: Vec<u32>,
    /// And at the last at which everything fitted.
    fits: Vec<u32>,
    /// And at the last.
    now: Vec<u32>,
    /// The items that do not do the same at both ends; in between the others do that, too.
    open: Vec<u32>,
    /// Loss less prices of the others, and their minutes.
    cost: i64,
    minutes: i64,
    best_is_over: bool,
}

impl Relaxation {
    /// The tangent with the largest bound, and the one there, or next to it, at which everything fits. `near` is where
    /// to look first; what must be taken has to fit.
    pub fn solve(&mut self, list: &Shortlist, items: &[Item], own: &Rep, near: i64) -> (Tangent, Tangent) {
        for options in [&mut self.over, &mut self.fits, &mut self.now] {
            options.clear();
            options.resize(items.len(), SKIP);
        }
        self.open.clear();
        self.open.extend(0..items.len() as u32);
        (self.cost, self.minutes) = (0, 0);
        let capacity = own.capacity;
        let least = -own.price;
        let mut width = 1 + own.price / 64;
        let mut now = self.at(list, items, capacity, near.max(least));
        // A multiplier at which too much is taken, and one at which everything fits.
        let (mut over, mut fits);
        if now.load > capacity {
            loop {
                over = self.keep_over(now);
                now = self.at(list, items, capacity, now.multiplier + width);
                width *= 4;
                if now.load <= capacity {
                    fits = self.keep_fits(now);
                    break;
                }
            }
        } else {
            loop {
                fits = self.keep_fits(now);
                if now.multiplier == least {
                    self.best_is_over = false;
                    return (fits, fits);
                }
                now = self.at(list, items, capacity, (now.multiplier - width).max(least));
                width *= 4;
                if now.load > capacity {
                    over = self.keep_over(now);
                    break;
                }
            }
        }
        for tangent in 0..MOST_TANGENTS {
            if fits.multiplier - over.multiplier <= 1 || fits.load == capacity {
                break;
            }
            self.settle(list, items);
            // Where the two tangents meet; now and then the middle, which never fails to halve what is left.
            let (rise, fall) = (over.load - capacity, capacity - fits.load);
            let along = fits.bound - over.bound + fall * (fits.multiplier - over.multiplier);
            let meet = over.multiplier + along / (rise + fall);
            let middle = over.multiplier + (fits.multiplier - over.multiplier) / 2;
            let halve = tangent % 3 == 2;
            let next = if halve { middle } else { meet }.clamp(over.multiplier + 1, fits.multiplier - 1);
            now = self.at(list, items, capacity, next);
            if now.load > capacity {
                // No bound in between can be larger than where the tangents meet.
                let done = now.bound == over.bound + rise * (next - over.multiplier);
                over = self.keep_over(now);
                if done && !halve && fits.bound <= now.bound {
                    let ahead = self.at(list, items, capacity, next + 1);
                    if ahead.load <= capacity {
                        fits = self.keep_fits(ahead);
                        break;
                    }
                    over = self.keep_over(ahead);
                }
            } else {
                fits = self.keep_fits(now);
            }
        }
        self.best_is_over = over.bound > fits.bound;
        (if self.best_is_over { over } else { fits }, fits)
    }

    /// What each item does at the tangent with the largest bound.
    pub fn best(&self) -> &[u32] {
        if self.best_is_over { &self.over } else { &self.fits }
    }

    /// What each item does at the one at which everything fits.
    pub fn fitting(&self) -> &[u32] {
        &self.fits
    }

    fn at(&mut self, list: &Shortlist, items: &[Item], capacity: i64, multiplier: i64) -> Tangent {
        let (mut load, mut bound) = (self.minutes, self.cost + multiplier * self.minutes);
        for &item in &self.open {
            let best = items[item as usize].best(list, multiplier);
            bound += best.cost;
            load += best.minutes;
            self.now[item as usize] = best.option;
        }
        Tangent { multiplier, load, bound: bound - multiplier * capacity }
    }

    fn keep_over(&mut self, tangent: Tangent) -> Tangent {
        self.open.iter().for_each(|&item| self.over[item as usize] = self.now[item as usize]);
        tangent
    }

    fn keep_fits(&mut self, tangent: Tangent) -> Tangent {
        self.open.iter().for_each(|&item| self.fits[item as usize] = self.now[item as usize]);
        tangent
    }

    /// Leaves out the items that do the same at both ends.
    fn settle(&mut self, list: &Shortlist, items: &[Item]) {
        let Relaxation { over, fits, open, cost, minutes, .. } = self;
        open.retain(|&item| {
            let option = over[item as usize];
            if option != fits[item as usize] {
                return true;
            }
            if option != SKIP {
                *cost += i64::from(list.loss[option as usize]) - items[item as usize].price;
                *minutes += i64::from(list.minutes[option as usize]);
            }
            false
        });
    }
}
