//! How well a set of customers fits one rep's hours: an exact knapsack in a window of minutes around what the rep has.
//!
//! A rep's cost is the losses of the options chosen for its customers plus price x slack; time beyond the limit costs a
//! penalty. Each customer's best option at a multiplier of the rep's own is the base; a table over the minutes used
//! beyond the base, in 16-bit steps, gives the least cost from every load on. So the cost with one customer more is a
//! look-up, and without one, or with another in its place, one scan of two tables (`models/prices.md`, section 5).

use super::core::Core;
use super::wide::{Width, wide};

/// Costs from here on are out of the question.
const NEVER: u16 = u16::MAX;
/// Halvings in the search for a rep's multiplier.
const HALVINGS: usize = 24;

/// What all reps' tables have in common.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Minutes that a table covers.
    pub cells: usize,
    /// The cell of a load that is just the limit.
    pub limit: i32,
    /// Cents of one step of cost.
    pub step: f32,
    /// Per rep the price of a minute, in cents.
    pub price: Vec<f32>,
    /// Per rep the penalty for a minute beyond the limit.
    pub penalty: Vec<f32>,
    /// Per rep its minutes.
    pub minutes: Vec<i64>,
    /// Which path to compute by.
    pub width: Width,
}

/// A rep's customers together.
#[derive(Clone, Debug, Default)]
struct Sheet {
    /// The rep's own multiplier: what a minute costs beyond its price.
    multiplier: f32,
    /// The cell of the base load.
    start: i32,
    /// Cost of the base before steps.
    constant: f64,
    /// The least cost, in cents.
    cost: f64,
}

/// The tables of every customer of one rep.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    sheet: Sheet,
    /// Least cost of reaching a cell with the items before, per item.
    before: Vec<u16>,
    /// Least cost from a cell on with the items after, per item.
    after: Vec<u16>,
    items: Items,
}

/// A rep's customers with their options relative to the base.
#[derive(Clone, Debug, Default)]
struct Items {
    first: Vec<u32>,
    shift: Vec<i32>,
    cost: Vec<u16>,
    /// Minutes and cost of each base option, at the multiplier.
    base: Vec<(i32, f32)>,
}

impl Frame {
    fn steps(&self, cents: f32) -> u16 {
        // Conversion saturates.
        (cents / self.step + 0.5) as u16
    }

    /// The multiplier at which the best options of these groups just fit, with the base options there.
    fn multiplier(&self, core: &Core, rep: usize, groups: &[u32]) -> f32 {
        let fits = |multiplier: f32| {
            let mut load = 0;
            for &group in groups {
                load += i64::from(base(core, group as usize, multiplier).0);
            }
            load <= self.minutes[rep]
        };
        let (mut low, mut high) = (-self.price[rep], self.penalty[rep]);
        if fits(low) {
            return low;
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if fits(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }

    /// Prepares a rep's groups: the base, and every option relative to it.
    fn prepare(&self, core: &Core, rep: usize, groups: &[u32], sheet: &mut Sheet, items: &mut Items) {
        let multiplier = self.multiplier(core, rep, groups);
        let (mut load, mut constant) = (0_i64, 0.0_f64);
        items.first.clear();
        items.shift.clear();
        items.cost.clear();
        items.base.clear();
        items.first.push(0);
        for &group in groups {
            let (minutes, cost) = base(core, group as usize, multiplier);
            load += i64::from(minutes);
            constant += f64::from(cost);
            items.base.push((minutes, cost));
            for option in core.options(group as usize) {
                let more = core.loss[option] + multiplier * core.minutes[option] as f32 - cost;
                let steps = self.steps(more);
                let is_base = steps == 0 && core.minutes[option] == minutes;
                if steps < NEVER && !is_base {
                    items.shift.push(core.minutes[option] - minutes);
                    items.cost.push(steps);
                }
            }
            items.first.push(items.cost.len() as u32);
        }
        sheet.multiplier = multiplier;
        let start = i64::from(self.limit) + load - self.minutes[rep];
        // A base outside the window is as far as the window goes, at what the rest of the way costs.
        let inside = start.clamp(0, self.cells as i64 - 1);
        let beyond = (start - inside) as f32;
        let rest = if beyond > 0.0 {
            (self.penalty[rep] - multiplier) * beyond
        } else {
            (self.price[rep] + multiplier) * -beyond
        };
        sheet.start = inside as i32;
        sheet.constant = constant - f64::from(multiplier) * self.minutes[rep] as f64 + f64::from(rest);
    }

    /// Per cell the cost of ending there, at the rep's multiplier, relative to a load that is just the limit.
    fn finish_table(&self, rep: usize, multiplier: f32, table: &mut [u16]) {
        let (below, above) = table.split_at_mut(self.limit as usize + 1);
        let slack = (self.price[rep] + multiplier) / self.step;
        let over = (self.penalty[rep] - multiplier) / self.step;
        slope(self.width, below, -slack, slack * self.limit as f32);
        slope(self.width, above, over, over);
    }

    /// Evaluates a rep with these groups, and says how many cells that took.
    pub fn tabulate(&self, core: &Core, rep: usize, groups: &[u32], tables: &mut Tables) -> u64 {
        let (cells, count) = (self.cells, groups.len());
        let Tables { sheet, before, after, items } = tables;
        self.prepare(core, rep, groups, sheet, items);
        before.resize((count + 1) * cells, NEVER);
        after.resize((count + 1) * cells, NEVER);
        before[..cells].fill(NEVER);
        before[sheet.start as usize] = 0;
        for item in 0..count {
            let (done, open) = before.split_at_mut((item + 1) * cells);
            items.forth(self.width, item, &done[item * cells..], &mut open[..cells]);
        }
        self.finish_table(rep, sheet.multiplier, &mut after[count * cells..(count + 1) * cells]);
        for item in (0..count).rev() {
            let (open, done) = after.split_at_mut((item + 1) * cells);
            items.back(self.width, item, &done[..cells], &mut open[item * cells..]);
        }
        sheet.cost = sheet.constant + f64::from(self.step) * f64::from(after[sheet.start as usize]);
        (2 * (items.cost.len() + count + 1) * cells) as u64
    }

    /// The rep's cost with one group more.
    #[inline]
    pub fn with(&self, core: &Core, tables: &Tables, group: usize) -> f64 {
        let sheet = &tables.sheet;
        let mut least = f32::MAX;
        for option in core.options(group) {
            let cell = sheet.start + core.minutes[option];
            if let Some(&steps) = tables.after[..self.cells].get(cell as usize)
                && steps < NEVER
            {
                let cost =
                    core.loss[option] + sheet.multiplier * core.minutes[option] as f32 + self.step * f32::from(steps);
                least = if cost < least { cost } else { least };
            }
        }
        sheet.constant + f64::from(least)
    }

    /// The rep's cost without one of its items.
    pub fn without(&self, tables: &Tables, item: usize) -> f64 {
        let (minutes, cost) = tables.items.base[item];
        let steps = tables.meet(self, item, -minutes);
        if steps == NEVER {
            return f64::INFINITY;
        }
        tables.sheet.constant - f64::from(cost) + f64::from(self.step) * f64::from(steps)
    }

    /// The rep's cost with another group in the place of one of its items, if it is below `limit`, and how many scans that
    /// took.
    pub fn instead(&self, core: &Core, tables: &Tables, item: usize, group: usize, limit: f64) -> (f64, u64) {
        let (minutes, cost) = tables.items.base[item];
        let constant = tables.sheet.constant - f64::from(cost);
        let (mut least, mut scans) = (f64::INFINITY, 0);
        for option in core.options(group) {
            let own = f64::from(core.loss[option] + tables.sheet.multiplier * core.minutes[option] as f32);
            if constant + own >= least.min(limit) {
                continue;
            }
            let steps = tables.meet(self, item, core.minutes[option] - minutes);
            scans += 1;
            if steps < NEVER {
                least = least.min(constant + own + f64::from(self.step) * f64::from(steps));
            }
        }
        (least, scans)
    }
}

/// The best option of a group at a multiplier: its minutes and cost. Of equals the first.
fn base(core: &Core, group: usize, multiplier: f32) -> (i32, f32) {
    let mut best = (0, f32::MAX);
    for option in core.options(group) {
        let cost = core.loss[option] + multiplier * core.minutes[option] as f32;
        if cost < best.1 {
            best = (core.minutes[option], cost);
        }
    }
    best
}

impl Items {
    fn options(&self, item: usize) -> impl Iterator<Item = (i32, u16)> + '_ {
        let range = self.first[item] as usize..self.first[item + 1] as usize;
        range.map(|option| (self.shift[option], self.cost[option]))
    }

    /// `to[c]` = least over the item's options of `from[c + shift]` + cost.
    fn back(&self, width: Width, item: usize, from: &[u16], to: &mut [u16]) {
        // The base costs nothing and changes nothing.
        to.copy_from_slice(from);
        for (shift, cost) in self.options(item) {
            relax(width, to, from, shift, cost);
        }
    }

    /// `to[c + shift]` = least over the item's options of `from[c]` + cost.
    fn forth(&self, width: Width, item: usize, from: &[u16], to: &mut [u16]) {
        to.copy_from_slice(from);
        for (shift, cost) in self.options(item) {
            relax(width, to, from, -shift, cost);
        }
    }
}

impl Tables {
    /// The rep's least cost, in cents.
    pub fn cost(&self) -> f64 {
        self.sheet.cost
    }

    /// A choice of options that has the least cost: one per item, numbered as in the core.
    pub fn options(&self, frame: &Frame, core: &Core, groups: &[u32]) -> Vec<usize> {
        let mut cell = self.sheet.start;
        let mut chosen = Vec::with_capacity(groups.len());
        for (item, &group) in groups.iter().enumerate() {
            let after = &self.after[(item + 1) * frame.cells..(item + 2) * frame.cells];
            let (minutes, cost) = self.items.base[item];
            let rest = |option: usize| {
                let more = core.loss[option] + self.sheet.multiplier * core.minutes[option] as f32 - cost;
                let at = cell.saturating_add(core.minutes[option] - minutes);
                after.get(at as usize).map_or(NEVER, |steps| steps.saturating_add(frame.steps(more)))
            };
            let best = core.options(group as usize).min_by_key(|&option| rest(option)).expect("a group has options");
            // Where nothing fits the window, this leaves it.
            cell = cell.saturating_add(core.minutes[best] - minutes);
            chosen.push(best);
        }
        chosen
    }

    /// The least cost in steps with `shift` minutes more in the place of an item.
    fn meet(&self, frame: &Frame, item: usize, shift: i32) -> u16 {
        let before = &self.before[item * frame.cells..(item + 1) * frame.cells];
        let after = &self.after[(item + 1) * frame.cells..(item + 2) * frame.cells];
        meet(frame.width, before, after, shift)
    }
}

/// The ranges of two tables of the same length in which cell c of the first meets cell c + shift of the second.
#[inline(always)]
fn overlap(cells: usize, shift: i32) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let by = shift.unsigned_abs() as usize;
    if by >= cells {
        return None;
    }
    Some(if shift >= 0 { (0..cells - by, by..cells) } else { (by..cells, 0..cells - by) })
}

wide! {
    /// `to[k] = start + slope k`, rounded, where `start` is given; conversion saturates.
    fn slope(width: Width, to: &mut [u16], slope: f32, start: f32) {
        let mut k = 0.0_f32;
        for steps in to {
            *steps = (start + slope * k + 0.5) as u16;
            k += 1.0;
        }
    }
}

wide! {
    /// `to[c] = min(to[c], from[c + shift] + cost)`.
    fn relax(width: Width, to: &mut [u16], from: &[u16], shift: i32, cost: u16) {
        if let Some((here, there)) = overlap(to.len(), shift) {
            for (to, from) in to[here].iter_mut().zip(&from[there]) {
                *to = (*to).min(from.saturating_add(cost));
            }
        }
    }
}

wide! {
    /// The least of `before[c] + after[c + shift]`.
    fn meet(width: Width, before: &[u16], after: &[u16], shift: i32) -> u16 {
        let mut least = NEVER;
        if let Some((here, there)) = overlap(before.len(), shift) {
            for (before, after) in before[here].iter().zip(&after[there]) {
                least = least.min(before.saturating_add(*after));
            }
        }
        least
    }
}
