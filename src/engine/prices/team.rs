//! A team: a few reps with all their customers, who are given out anew among them.
//!
//! The team has prices of its own, at which less is left open than at those of all; then the two halves of its customers
//! are searched (`models/prices.md`, section 8).

use super::dice::Dice;
use super::halves::{self, Item, Other, REPS, Room};
use super::ways::{NOBODY, Way, Ways};

/// Steps towards the team's own prices.
const STEPS: usize = 20;
/// Steps without a better bound before they are halved.
const PATIENCE: usize = 4;
/// What a team costs besides, in choices of a half.
const TEAM: usize = 200;
/// Options that cost as much work in such a step as one choice of a half.
const OPTIONS_PER_LABEL: usize = 32;

/// Who belongs to a team, and how things stand there.
pub struct Team<'t> {
    /// All customers' options.
    pub ways: &'t Ways,
    /// The reps' rows; at most [`REPS`].
    pub reps: &'t [usize],
    /// The customers whom these reps visit, and others who may go to them.
    pub customers: &'t [u32],
    /// Per customer of the problem, its option.
    pub at: &'t [u32],
    /// Per row, its price.
    pub prices: &'t [f64],
    /// Per row, what a minute too many costs.
    pub penalty: &'t [f64],
    /// Per row, the minutes used.
    pub load: &'t [f64],
}

/// An option within the team.
#[derive(Clone, Copy)]
struct Entry {
    way: u32,
    /// The rep's place in the team; [`REPS`] for nobody.
    place: usize,
    minutes: f64,
    cost: f64,
}

/// The team's options, customer by customer.
struct Entries {
    entries: Vec<Entry>,
    first: Vec<usize>,
    /// Minutes, prices and penalties by place.
    capacity: [f64; REPS],
    penalty: [f64; REPS],
    reps: usize,
}

/// What a team found.
pub struct Found {
    /// Customers with new options, or `None` where nothing better was found.
    pub changes: Option<Vec<(u32, u32)>>,
    /// Work, in units of the allowance.
    pub work: u64,
}

impl Team<'_> {
    /// Looks for a cheaper assignment of the team's customers; costs are disturbed by up to `noise`.
    pub fn search(&self, noise: f64, allowance: u64, dice: &mut Dice) -> Found {
        let (entries, now) = self.entries(noise, dice);
        let (prices, bound) = entries.prices(
            std::array::from_fn(|place| match self.reps.get(place) {
                Some(&row) => self.prices[row].min(self.penalty[row]),
                None => 0.0,
            }),
            now,
        );
        let work = (TEAM + STEPS * entries.entries.len() / OPTIONS_PER_LABEL) as u64;
        let limit = (now - bound) as f32;
        if limit <= 0.0 {
            return Found { changes: None, work };
        }
        let mut room = Room::default();
        let mut left = entries.capacity;
        let mut items = [Vec::new(), Vec::new()];
        let mut cheapest = Vec::with_capacity(self.customers.len());
        for (number, &customer) in self.customers.iter().enumerate() {
            let own = entries.of(number);
            let (best, least) = entries.cheapest(number, &prices);
            let base = own[best];
            cheapest.push((customer, base.way));
            if base.place < REPS {
                left[base.place] -= base.minutes;
            }
            let other = |entry: &Entry| Other {
                cost: (entry.priced(&prices) - least) as f32,
                from: base.place as u8,
                less: base.minutes as f32,
                to: entry.place as u8,
                more: entry.minutes as f32,
                way: entry.way,
            };
            let others = own.iter().filter(|entry| entry.way != base.way).map(other);
            let mut others: Vec<Other> = others.filter(|other| other.cost < limit).collect();
            if !others.is_empty() {
                others.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.way.cmp(&b.way)));
                items[dice.below(2)].push(Item { customer, others });
            }
        }
        for place in 0..self.reps.len() {
            room.left[place] = left[place] as f32;
            room.price[place] = prices[place] as f32;
            room.penalty[place] = (entries.penalty[place] - prices[place]) as f32;
        }
        let found = halves::search(items, &room, self.reps.len(), limit, allowance);
        // A later entry of the same customer counts.
        let changes = found.changes.map(|changes| cheapest.into_iter().chain(changes).collect());
        Found { changes, work: work + found.work }
    }

    /// The team's options, and what the present ones cost.
    fn entries(&self, noise: f64, dice: &mut Dice) -> (Entries, f64) {
        let mut place = vec![usize::MAX; self.ways.capacity.len()];
        let mut entries = Entries {
            entries: Vec::new(),
            first: vec![0],
            capacity: [0.0; REPS],
            penalty: [0.0; REPS],
            reps: self.reps.len(),
        };
        let mut now = 0.0;
        for (number, &row) in self.reps.iter().enumerate() {
            place[row] = number;
            entries.capacity[number] = self.ways.capacity[row];
            entries.penalty[number] = self.penalty[row];
            now += self.penalty[row] * (self.load[row] - self.ways.capacity[row]).max(0.0);
        }
        for &customer in self.customers {
            for way in self.ways.of_customer(customer as usize) {
                let Way { row, minutes, mut cost, .. } = self.ways.ways[way];
                let place = if row == NOBODY { REPS } else { place[row as usize] };
                if place > REPS {
                    continue;
                }
                if noise > 0.0 {
                    cost += noise * dice.share();
                }
                if self.at[customer as usize] as usize == way {
                    now += cost;
                }
                entries.entries.push(Entry { way: way as u32, place, minutes, cost });
            }
            entries.first.push(entries.entries.len());
        }
        (entries, now)
    }
}

impl Entry {
    fn priced(&self, prices: &[f64; REPS]) -> f64 {
        // A place of nobody has no price.
        prices.get(self.place).map_or(self.cost, |price| self.cost + price * self.minutes)
    }
}

impl Entries {
    fn of(&self, number: usize) -> &[Entry] {
        &self.entries[self.first[number]..self.first[number + 1]]
    }

    /// A customer's cheapest option, as its place among them, and what it costs.
    fn cheapest(&self, number: usize, prices: &[f64; REPS]) -> (usize, f64) {
        let mut best = (0, f64::MAX);
        for (at, entry) in self.of(number).iter().enumerate() {
            let cost = entry.priced(prices);
            if cost < best.1 {
                best = (at, cost);
            }
        }
        best
    }

    /// The dual at these prices, and the minutes that the cheapest options use beyond the capacities.
    fn dual(&self, prices: &[f64; REPS]) -> (f64, [f64; REPS]) {
        let mut value = -(0..self.reps).map(|place| prices[place] * self.capacity[place]).sum::<f64>();
        let mut over = self.capacity.map(|capacity| -capacity);
        for number in 0..self.first.len() - 1 {
            let (best, cost) = self.cheapest(number, prices);
            value += cost;
            let entry = &self.of(number)[best];
            if let Some(over) = over.get_mut(entry.place) {
                *over += entry.minutes;
            }
        }
        (value, over)
    }

    /// Subgradient steps from known prices towards those at which the dual is largest, with what it is there. No price is
    /// above the penalty. The length of a step goes by how far the dual is below the present cost (Polyak 1969).
    fn prices(&self, known: [f64; REPS], now: f64) -> ([f64; REPS], f64) {
        let (mut value, mut over) = self.dual(&known);
        let mut best = (known, value);
        let (mut prices, mut length, mut idle) = (known, 0.5, 0);
        for _ in 0..STEPS {
            let free = |place: &usize| prices[*place] > 0.0 || over[*place] > 0.0;
            let square: f64 = (0..self.reps).filter(free).map(|place| over[place] * over[place]).sum();
            if square <= 0.0 || value >= now {
                break;
            }
            let step = length * (now - value) / square;
            for place in 0..self.reps {
                prices[place] = (prices[place] + step * over[place]).clamp(0.0, self.penalty[place]);
            }
            (value, over) = self.dual(&prices);
            if value > best.1 {
                (best, idle) = ((prices, value), 0);
            } else {
                idle += 1;
                if idle == PATIENCE {
                    (length, idle) = (length / 2.0, 0);
                }
            }
        }
        best
    }
}
