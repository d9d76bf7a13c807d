//! Random numbers and amounts.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

/// Random numbers, and amounts in the style of one instance.
pub struct Dice {
    rng: ChaCha8Rng,
    /// Few different amounts, so that ties and exactly filled capacities are common.
    pub coarse: bool,
}

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub fn new(seed: u64) -> Self {
        Dice { rng: ChaCha8Rng::seed_from_u64(seed), coarse: false }
    }

    /// A whole number from `least` to `most`.
    pub fn whole(&mut self, least: i64, most: i64) -> i64 {
        least + (self.rng.next_u64() % (most - least + 1) as u64) as i64
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.whole(1, 100) <= percent
    }

    /// One of the items.
    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.whole(0, items.len() as i64 - 1) as usize].clone()
    }

    /// Some of the items, at least one.
    pub fn some<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let first = self.whole(0, items.len() as i64 - 1) as usize;
        let taken = |(i, item): (usize, &T)| (i == first || self.chance(35)).then(|| item.clone());
        items.iter().enumerate().filter_map(taken).collect()
    }

    /// Money up to `most` units, never 0 and never with more than two decimals.
    pub fn money(&mut self, most: i64) -> Value {
        match self.coarse {
            true => json!(self.whole(1, (most / 50).max(1)) * 50),
            false => hundredths(self.whole(1, most * 100)),
        }
    }

    /// A factor between two numbers of percent, sometimes with six decimals.
    pub fn factor(&mut self, least: i64, most: i64) -> Value {
        match self.chance(25) {
            true => json!(self.whole(least * 10_000, most * 10_000) as f64 / 1e6),
            false => hundredths(self.whole(least, most)),
        }
    }

    /// Whole minutes.
    pub fn minutes(&mut self, least: i64, most: i64) -> i64 {
        match self.coarse {
            true => (self.whole(least, most) / 30).max(1) * 30,
            false => self.whole(least, most),
        }
    }
}

/// Hundredths as a decimal number, sometimes an integer in the document.
pub fn hundredths(number: i64) -> Value {
    if number % 200 == 0 { json!(number / 100) } else { json!(number as f64 / 100.0) }
}
