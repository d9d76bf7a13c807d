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
    /// Everything the item may do at a multiplier, nothing first, then by rising minutes.
    pub fn all(self, list: &Shortlist, multiplier: i64) -> impl Iterator<Item = Best> + '_ {
        let nothing = Best { cost: 0, option: SKIP, minutes: 0 };
        let options = (self.first..self.end).map(move |option| {
            let minutes = i64::from(list.minutes[option as usize]);
            let cost = i64::from(list.loss[option as usize]) - self.price + multiplier * minutes;
            Best { cost, option, minutes }
        });
        self.may_skip.then_some(nothing).into_iter().chain(options)
    }

    /// The best at a multiplier. Of equals the shortest.
    pub fn best(self, list: &Shortlist, multiplier: i64) -> Best {
        let mut best = Best { cost: if self.may_skip { 0 } else { i64::MAX }, option: SKIP, minutes: 0 };
        for option in self.first..self.end {
            let minutes = i64::from(list.minutes[option as usize]);
            let cost = i64::from(list.loss[option as usize]) - self.price + multiplier * minutes;
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

impl Tangent {
    fn at(list: &Shortlist, items: &[Item], capacity: i64, multiplier: i64) -> Tangent {
        let (mut load, mut bound) = (0, 0);
        for item in items {
            let best = item.best(list, multiplier);
            bound += best.cost;
            load += best.minutes;
        }
        Tangent { multiplier, load, bound: bound - multiplier * capacity }
    }
}

/// The tangent with the largest bound, and the one there, or next to it, at which everything fits. `near` is where to
/// look first; what must be taken has to fit.
pub fn relax(list: &Shortlist, items: &[Item], own: &Rep, near: i64) -> (Tangent, Tangent) {
    let capacity = own.capacity;
    let at = |multiplier: i64| Tangent::at(list, items, capacity, multiplier);
    let least = -own.price;
    let mut now = at(near.max(least));
    let mut width = 1 + own.price / 64;
    // A multiplier at which too much is taken, and one at which everything fits.
    let (mut over, mut fits);
    if now.load > capacity {
        loop {
            over = now;
            now = at(now.multiplier + width);
            width *= 4;
            if now.load <= capacity {
                fits = now;
                break;
            }
        }
    } else {
        loop {
            fits = now;
            if now.multiplier == least {
                return (fits, fits);
            }
            now = at((now.multiplier - width).max(least));
            width *= 4;
            if now.load > capacity {
                over = now;
                break;
            }
        }
    }
    for tangent in 0..MOST_TANGENTS {
        if fits.multiplier - over.multiplier <= 1 || fits.load == capacity {
            break;
        }
        // Where the two tangents meet; now and then the middle, which never fails to halve what is left.
        let (rise, fall) = (over.load - capacity, capacity - fits.load);
        let along = fits.bound - over.bound + fall * (fits.multiplier - over.multiplier);
        let meet = over.multiplier + along / (rise + fall);
        let middle = over.multiplier + (fits.multiplier - over.multiplier) / 2;
        let halve = tangent % 3 == 2;
        let next = if halve { middle } else { meet }.clamp(over.multiplier + 1, fits.multiplier - 1);
        now = at(next);
        if now.load > capacity {
            // No bound in between can be larger than where the tangents meet.
            let done = now.bound == over.bound + rise * (next - over.multiplier);
            over = now;
            if done && !halve && fits.bound <= now.bound {
                let ahead = at(next + 1);
                if ahead.load <= capacity {
                    fits = ahead;
                    break;
                }
                over = ahead;
            }
        } else {
            fits = now;
        }
    }
    (if over.bound > fits.bound { over } else { fits }, fits)
}
