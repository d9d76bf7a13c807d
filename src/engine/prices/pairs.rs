//! Which pairs of rows share customers: the places of a symmetric sparse matrix over the rows.

use super::lanes::Lanes;

/// From so many rows on, the pairs are those that a sample of the customers has.
const DENSE: usize = 96;
/// Customers who are looked at for pairs.
const SAMPLE: usize = 100_000;
/// A place in the table of no pair.
const FREE: u64 = u64::MAX;
/// Where what belongs to no known pair goes.
pub const NO_PAIR: usize = 0;

/// The pairs of rows, `row < other`, each with a place in vectors of [`Pairs::len`] numbers.
///
/// A pair that is missing is a second derivative taken for 0: slower steps, the same prices.
#[derive(Clone, Debug)]
pub struct Pairs {
    rows: usize,
    /// Open addressing by pair; empty where every pair has a place.
    slots: Vec<(u64, u32)>,
    /// The pairs by place; place [`NO_PAIR`] is nobody's.
    pub pairs: Vec<(u32, u32)>,
}

impl Pairs {
    /// The pairs of rows that some customer's lanes draw on.
    pub fn of(lanes: &Lanes) -> Pairs {
        let rows = lanes.unit.len();
        let mut pairs = Pairs { rows, slots: Vec::new(), pairs: vec![(0, 0)] };
        if rows <= DENSE {
            let all = (0..rows as u32).flat_map(|other| (0..other).map(move |row| (row, other)));
            pairs.pairs.extend(all);
            return pairs;
        }
        pairs.slots = vec![(FREE, 0); 1024];
        let step = lanes.customers().div_ceil(SAMPLE).max(1);
        let mut drawn: Vec<u32> = Vec::new();
        for customer in (0..lanes.customers()).step_by(step) {
            drawn.clear();
            for lane in lanes.lanes_of(customer) {
                let main = lanes.lanes[lane].main;
                drawn.extend((main < rows as u32).then_some(main));
                drawn.extend(lanes.terms_of(lane).iter().map(|term| term.row));
            }
            drawn.sort_unstable();
            drawn.dedup();
            for (at, &other) in drawn.iter().enumerate() {
                drawn[..at].iter().for_each(|&row| pairs.insert(row, other));
            }
        }
        pairs
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The place of a pair, in either order.
    #[inline(always)]
    pub fn place(&self, a: u32, b: u32) -> usize {
        let (row, other) = if a < b { (a, b) } else { (b, a) };
        if self.slots.is_empty() {
            return (other as usize * (other as usize - 1)) / 2 + row as usize + 1;
        }
        let key = u64::from(row) << 32 | u64::from(other);
        let mask = self.slots.len() - 1;
        let mut at = hash(key) & mask;
        loop {
            match self.slots[at] {
                (known, place) if known == key => return place as usize,
                (FREE, _) => return NO_PAIR,
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, row: u32, other: u32) {
        if self.place(row, other) != NO_PAIR {
            return;
        }
        self.pairs.push((row, other));
        if self.pairs.len() * 2 > self.slots.len() {
            self.slots = vec![(FREE, 0); self.slots.len() * 2];
            (1..self.pairs.len()).for_each(|place| self.enter(place));
        } else {
            self.enter(self.pairs.len() - 1);
        }
    }

    fn enter(&mut self, place: usize) {
        let (row, other) = self.pairs[place];
        let key = u64::from(row) << 32 | u64::from(other);
        let mask = self.slots.len() - 1;
        let mut at = hash(key) & mask;
        while self.slots[at].0 != FREE {
            at = (at + 1) & mask;
        }
        self.slots[at] = (key, place as u32);
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize
}
