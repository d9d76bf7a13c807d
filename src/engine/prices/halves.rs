//! A few reps' customers divided into two halves: all cheap changes of each half, and the two that fit each other best.
//!
//! As in Horowitz and Sahni (1974): N changes of either half stand for N² of the whole, of which a grid finds the few
//! whose minutes add up to what the reps have (`models/prices.md`, section 8).

/// Reps at most.
pub const REPS: usize = 8;
/// Changes of a half at most, for each unit of allowance.
const LABELS: f64 = 0.7;
/// Pairs looked at at most, for each unit of allowance.
const PAIRS: u64 = 8;
/// Pairs that cost as much as a change.
pub const PAIRS_PER_LABEL: u64 = 2;
/// Steps of cost in which changes are counted beforehand.
const STEPS: usize = 128;
/// Cells of the grid at most, by dimension, the most telling first.
const CELLS: [f32; 3] = [64.0, 32.0, 16.0];
/// No change at all.
const NONE: u32 = u32::MAX;
/// A price of nothing, by which may still be divided.
const NOTHING: f32 = 1e-9;
/// A gain below this share of what could be gained is not worth a change.
const WORTH: f32 = 1e-4;

/// Another option of a customer than the cheapest.
#[derive(Clone, Copy, Debug)]
pub struct Other {
    /// What it costs more, at the prices.
    pub cost: f32,
    /// Whom the cheapest asks; [`REPS`] for nobody.
    pub from: u8,
    /// For how long.
    pub less: f32,
    /// Whom this one asks; [`REPS`] for nobody.
    pub to: u8,
    /// For how long.
    pub more: f32,
    /// The option's number, for the one who asks.
    pub way: u32,
}

/// A customer with other options than the cheapest, cheaper ones first.
#[derive(Clone, Debug)]
pub struct Item {
    /// The customer's number, for the one who asks.
    pub customer: u32,
    /// The others; at least one.
    pub others: Vec<Other>,
}

/// What the reps have, and what it costs not to use it or to use more. Unused places are 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room {
    /// Minutes left, or missing, where everybody has the cheapest option.
    pub left: [f32; REPS],
    /// The price of a minute left.
    pub price: [f32; REPS],
    /// The price of a minute missing.
    pub penalty: [f32; REPS],
}

/// A choice of other options for some customers of a half.
#[derive(Clone, Copy)]
struct Label {
    minutes: [f32; REPS],
    cost: f32,
    parent: u32,
    item: u32,
    other: u32,
}

/// A choice of the second half, as the search for pairs reads it.
struct Partner {
    minutes: [f32; REPS],
    cost: f32,
    label: u32,
}

/// What came of a search.
#[derive(Debug, Default)]
pub struct Found {
    /// Customers and their other options; the rest have the cheapest. `None` if nothing costs less than the limit.
    pub changes: Option<Vec<(u32, u32)>>,
    /// Choices and pairs looked at, in units of the allowance.
    pub work: u64,
}

/// The cheapest choice that costs less than `limit` together with what is left or missing then.
pub fn search(mut halves: [Vec<Item>; 2], room: &Room, reps: usize, limit: f32, allowance: u64) -> Found {
    let labels = halves.each_mut().map(|items| {
        items.sort_by(|a, b| a.others[0].cost.total_cmp(&b.others[0].cost).then(a.customer.cmp(&b.customer)));
        let most = LABELS * allowance as f64;
        let mut labels = vec![Label { minutes: [0.0; REPS], cost: 0.0, parent: NONE, item: 0, other: 0 }];
        extend(items, 0, 0, ceiling(items, limit, most), 2 * most as usize + 1, &mut labels);
        labels
    });
    let grid = Grid::new(&labels[1], room, reps, limit);
    let mut order: Vec<u64> =
        (0..).zip(&labels[0]).map(|(at, label)| u64::from(label.cost.to_bits()) << 32 | at).collect();
    order.sort_unstable();
    let mut best = (limit - WORTH * limit, None);
    let mut pairs = 0;
    for at in order.into_iter().map(|key| key as u32) {
        let label = &labels[0][at as usize];
        if label.cost >= best.0 || pairs > PAIRS * allowance {
            break;
        }
        grid.partners(label, room, &mut best, at, &mut pairs);
    }
    let work = (labels[0].len() + labels[1].len()) as u64 + pairs / PAIRS_PER_LABEL;
    let changes = best.1.map(|pair: (u32, u32)| {
        let mut changes = Vec::new();
        for (half, mut at) in [(0, pair.0), (1, pair.1)] {
            while let label = &labels[half][at as usize]
                && label.parent != NONE
            {
                let item = &halves[half][label.item as usize];
                changes.push((item.customer, item.others[label.other as usize].way));
                at = label.parent;
            }
        }
        changes
    });
    Found { changes, work }
}

/// The cost up to which a half has about so many choices, or the limit.
fn ceiling(items: &[Item], limit: f32, most: f64) -> f32 {
    let step = limit / STEPS as f32;
    let mut count = vec![0.0; STEPS + 1];
    count[0] = 1.0;
    for item in items {
        let mut next = count.clone();
        for other in &item.others {
            let shift = (other.cost / step + 0.5) as usize;
            for at in shift..=STEPS {
                next[at] += count[at - shift];
            }
        }
        count = next;
    }
    let mut sum = 0.0;
    let over = count.iter().position(|count| {
        sum += count;
        sum > most
    });
    over.map_or(limit, |at| (at as f32 - 0.5).max(0.0) * step)
}

/// Adds all choices that change items from `start` on and cost at most `ceiling`.
fn extend(items: &[Item], start: usize, at: usize, ceiling: f32, most: usize, labels: &mut Vec<Label>) {
    let label = labels[at];
    for item in start..items.len() {
        if label.cost + items[item].others[0].cost > ceiling || labels.len() >= most {
            break;
        }
        for (number, other) in items[item].others.iter().enumerate() {
            let cost = label.cost + other.cost;
            if cost > ceiling {
                break;
            }
            let mut minutes = label.minutes;
            if let Some(place) = minutes.get_mut(other.from as usize) {
                *place -= other.less;
            }
            if let Some(place) = minutes.get_mut(other.to as usize) {
                *place += other.more;
            }
            labels.push(Label { minutes, cost, parent: at as u32, item: item as u32, other: number as u32 });
            extend(items, item + 1, labels.len() - 1, ceiling, most, labels);
        }
    }
}

/// Minutes of one rep, cut into cells.
#[derive(Clone, Copy, Debug)]
struct Axis {
    rep: usize,
    least: f32,
    width: f32,
    cells: usize,
}

impl Axis {
    /// The axis of a grid of one cell.
    const POINT: Axis = Axis { rep: 0, least: -1e30, width: 2e30, cells: 1 };

    /// The cell of so many minutes, at the edge if outside.
    fn cell(&self, minutes: f32) -> usize {
        (((minutes - self.least) / self.width).max(0.0) as usize).min(self.cells - 1)
    }
}

/// The choices of the second half, by the minutes of up to three reps; in a cell by cost.
struct Grid {
    axes: [Axis; 3],
    first: Vec<u32>,
    partners: Vec<Partner>,
}

impl Grid {
    fn new(labels: &[Label], room: &Room, reps: usize, limit: f32) -> Grid {
        // What separates most: the range of minutes by what may be left or missing.
        let mut ranges: Vec<(f32, usize, f32, f32, f32)> = (0..reps)
            .map(|rep| {
                let minutes = labels.iter().map(|label| label.minutes[rep]);
                let (least, most) = minutes.fold((f32::MAX, f32::MIN), |(a, b), x| (a.min(x), b.max(x)));
                let window = limit / room.price[rep].max(NOTHING) + limit / room.penalty[rep].max(NOTHING);
                let range = most - least + 1.0;
                (range / window.max(1.0), rep, least, range, window)
            })
            .collect();
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut axes = [Axis::POINT; 3];
        for ((axis, &(_, rep, least, range, window)), cells) in axes.iter_mut().zip(&ranges).zip(CELLS) {
            let width = (window / 2.0).max(range / cells).max(1.0);
            *axis = Axis { rep, least, width, cells: (range / width) as usize + 1 };
        }
        let cell =
            |label: &Label| axes.iter().fold(0, |cell, axis| cell * axis.cells + axis.cell(label.minutes[axis.rep]));
        let mut first = vec![0; axes.iter().map(|axis| axis.cells).product::<usize>() + 1];
        let keys =
            (0..).zip(labels).map(|(at, label)| ((cell(label) as u64) << 32 | u64::from(label.cost.to_bits()), at));
        let mut keys: Vec<(u64, u32)> = keys.collect();
        keys.sort_unstable();
        keys.iter().for_each(|(key, _)| first[(key >> 32) as usize + 1] += 1);
        (1..first.len()).for_each(|cell| first[cell] += first[cell - 1]);
        let partner = |&(_, at): &(u64, u32)| {
            let Label { minutes, cost, .. } = labels[at as usize];
            Partner { minutes, cost, label: at }
        };
        Grid { axes, first, partners: keys.iter().map(partner).collect() }
    }

    /// Looks for choices that go with one of the first half and cost, all in all, less than the best.
    fn partners(&self, label: &Label, room: &Room, best: &mut (f32, Option<(u32, u32)>), at: u32, pairs: &mut u64) {
        let spare = best.0 - label.cost;
        let target: [f32; REPS] = std::array::from_fn(|rep| room.left[rep] - label.minutes[rep]);
        let ranges = self.axes.map(|axis| {
            let from = target[axis.rep] - spare / room.price[axis.rep].max(NOTHING);
            let to = target[axis.rep] + spare / room.penalty[axis.rep].max(NOTHING);
            let end = axis.least + axis.width * axis.cells as f32;
            (to >= axis.least && from <= end).then(|| axis.cell(from)..=axis.cell(to))
        });
        let [Some(ranges), Some(rows), Some(cells)] = ranges else { return };
        for range in ranges {
            for row in rows.clone() {
                let line = (range * self.axes[1].cells + row) * self.axes[2].cells;
                for cell in cells.clone() {
                    let (from, to) = (self.first[line + cell] as usize, self.first[line + cell + 1] as usize);
                    for partner in &self.partners[from..to] {
                        let spare = best.0 - label.cost - partner.cost;
                        if spare <= 0.0 {
                            break;
                        }
                        *pairs += 1;
                        let cost = room.cost(&target, &partner.minutes);
                        if cost < spare {
                            *best = (label.cost + partner.cost + cost, Some((at, partner.label)));
                        }
                    }
                }
            }
        }
    }
}

impl Room {
    /// What is left or missing costs, where so many minutes are left for these.
    #[inline(always)]
    fn cost(&self, left: &[f32; REPS], minutes: &[f32; REPS]) -> f32 {
        let each: [f32; REPS] = std::array::from_fn(|rep| {
            let left = left[rep] - minutes[rep];
            (self.price[rep] * left).max(-self.penalty[rep] * left)
        });
        ((each[0] + each[1]) + (each[2] + each[3])) + ((each[4] + each[5]) + (each[6] + each[7]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::*;

    /// The least cost of any choice for the items from here on.
    fn least(items: &[Item], left: [f32; REPS], room: &Room) -> f32 {
        let Some((item, rest)) = items.split_first() else { return room.cost(&left, &[0.0; REPS]) };
        let changed = item.others.iter().map(|other| {
            let mut left = left;
            left[other.from as usize] += other.less;
            left[other.to as usize] -= other.more;
            other.cost + least(rest, left, room)
        });
        changed.fold(least(rest, left, room), f32::min)
    }

    #[test]
    fn two_halves_find_what_all_choices_together_find() {
        for seed in 0..200 {
            let mut dice = Dice::new(seed, 0);
            let mut whole = |least: usize, most: usize| (least + dice.below(most - least + 1)) as f32;
            let mut room = Room::default();
            for rep in 0..3 {
                room.left[rep] = whole(0, 60) - 30.0;
                room.price[rep] = whole(0, 3);
                room.penalty[rep] = whole(1, 9);
            }
            let mut items = Vec::new();
            for customer in 0..8 {
                let from = whole(0, 2) as u8;
                let less = whole(1, 30);
                let other = |to| Other { cost: whole(0, 40), from, less, to, more: whole(1, 30), way: u32::from(to) };
                let mut others: Vec<Other> = (0..3).filter(|&to| to != from).map(other).collect();
                others.sort_by(|a, b| a.cost.total_cmp(&b.cost));
                items.push(Item { customer, others });
            }
            let expected = least(&items, room.left, &room);
            let halves = [items[..4].to_vec(), items[4..].to_vec()];
            let found = search(halves, &room, 3, 1000.0, 100_000).changes.expect("less than the limit");
            let mut left = room.left;
            let mut cost = 0.0;
            for (customer, way) in found {
                let others = &items[customer as usize].others;
                let other = others.iter().find(|other| other.way == way).expect("one of its options");
                left[other.from as usize] += other.less;
                left[other.to as usize] -= other.more;
                cost += other.cost;
            }
            assert_eq!(cost + room.cost(&left, &[0.0; REPS]), expected, "seed {seed}");
        }
    }
}
