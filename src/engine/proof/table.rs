//! The table of one rep: all changes of its relaxation that lose little, by the minutes that they add.
//!
//! Every change costs something, and so does every minute left over, so that what is worth looking at lies in a window
//! around the capacity (`models/prices.md`, section 10).

use super::shortlist::{Rep, Shortlist};
use super::tangents::{Item, SKIP};
use crate::engine::prices::wide::{Width, wide};

/// Costs from here on are out of the question; twice as much still fits into 32 bits.
const NEVER: i32 = i32::MAX / 2;
/// A table does not look further.
pub const MOST_REACH: i64 = NEVER as i64 - 1;
/// Cells of a table at most.
const MOST_CELLS: usize = 1 << 22;

/// An item with several options within reach.
#[derive(Clone, Copy)]
struct Kept {
    group: u32,
    first: usize,
    end: usize,
    least: i64,
    most: i64,
}

/// A change of an item from what the relaxation gives it.
#[derive(Clone, Copy)]
struct Step {
    minutes: i32,
    cost: i32,
    option: u32,
}

/// What it costs at least, beyond the best packing, to take a group and to leave it.
#[derive(Clone, Copy)]
pub struct Rise {
    /// The group.
    pub group: u32,
    /// To take it.
    pub taken: i64,
    /// To leave it.
    pub left: i64,
}

/// The table, with what it takes to fill it again and again without allocating.
#[derive(Clone)]
pub struct Table {
    width: Width,
    kept: Vec<Kept>,
    steps: Vec<Step>,
    /// Of the cells before each kept item, and of the last: the first and the last load, relative to the relaxation's.
    windows: Vec<(i64, i64)>,
    /// Where the cells of each window begin.
    starts: Vec<usize>,
    cells: Vec<i32>,
    back: Vec<i32>,
    back_next: Vec<i32>,
    /// Minutes that the relaxation leaves, or lacks.
    room: i64,
    /// What a minute left over costs beyond the relaxation.
    over: i64,
}

impl Table {
    /// A table that computes along this path.
    pub fn new(width: Width) -> Table {
        Table {
            width,
            kept: Vec::new(),
            steps: Vec::new(),
            windows: Vec::new(),
            starts: Vec::new(),
            cells: Vec::new(),
            back: Vec::new(),
            back_next: Vec::new(),
            room: 0,
            over: 0,
        }
    }

    /// Finds all changes of what the relaxation does that lose at most `reach`: gives the least loss, if there is any, which is the least of all
    /// unless it is above `reach`. `None` where the table would be too large.
    pub fn fill(
        &mut self,
        list: &Shortlist,
        items: (&[Item], &[u32]),
        own: &Rep,
        multiplier: i64,
        reach: i64,
    ) -> Option<Option<i64>> {
        debug_assert!(reach <= MOST_REACH);
        self.keep(list, items, multiplier, reach);
        self.room += own.capacity;
        self.over = own.price + multiplier;
        if !self.frame(own.capacity, reach)? {
            return Some(None);
        }
        let (low, high) = self.windows[0];
        if low <= 0 && high >= 0 {
            self.cells[(-low) as usize] = 0;
        }
        for k in 0..self.kept.len() {
            let kept = self.kept[k];
            let (before, after) = self.cells.split_at_mut(self.starts[k + 1]);
            let before = &before[self.starts[k]..];
            for step in &self.steps[kept.first..kept.end] {
                if let Some((from, to, cells)) = shift(self.windows[k], self.windows[k + 1], step.minutes) {
                    relax(self.width, &mut after[to..to + cells], &before[from..from + cells], step.cost);
                }
            }
        }
        let ends = self.ends().filter(|&(_, cost)| cost < i64::from(NEVER));
        Some(ends.map(|(load, cost)| cost + self.over * (self.room - load)).min())
    }

    /// Lists what each item may change; `room` is then what the relaxation uses, less than nothing.
    fn keep(&mut self, list: &Shortlist, (items, best): (&[Item], &[u32]), multiplier: i64, reach: i64) {
        self.kept.clear();
        self.steps.clear();
        self.room = 0;
        for (item, &best) in items.iter().zip(best) {
            let (mut best_cost, mut best_minutes) = (0, 0);
            if best != SKIP {
                best_minutes = i64::from(list.minutes[best as usize]);
                best_cost = i64::from(list.loss[best as usize]) - item.price + multiplier * best_minutes;
            }
            self.room -= best_minutes;
            let first = self.steps.len();
            let (mut least, mut most) = (0, 0);
            let nothing = item.may_skip.then_some((SKIP, 0, 0));
            for (option, cost, minutes) in nothing.into_iter().chain(item.options(list, multiplier)) {
                let (cost, minutes) = (cost - best_cost, minutes - best_minutes);
                if cost <= reach {
                    (least, most) = (least.min(minutes), most.max(minutes));
                    self.steps.push(Step { minutes: minutes as i32, cost: cost as i32, option });
                }
            }
            if self.steps.len() == first + 1 {
                self.steps.pop();
            } else {
                self.kept.push(Kept { group: item.group, first, end: self.steps.len(), least, most });
            }
        }
        // The widest first: the windows then narrow early.
        self.kept.sort_by_key(|kept| kept.least - kept.most);
    }

    /// Sets windows and cells: loads from which neither too many nor too few minutes can follow. Whether any are left;
    /// `None` where they are too many.
    fn frame(&mut self, capacity: i64, reach: i64) -> Option<bool> {
        let slack = if self.over > 0 { (reach / self.over).min(capacity) } else { capacity };
        let (mut least, mut most) = (0, 0);
        let mut rest_least: i64 = self.kept.iter().map(|kept| kept.least).sum();
        let mut rest_most: i64 = self.kept.iter().map(|kept| kept.most).sum();
        self.windows.clear();
        self.starts.clear();
        let mut cells = 0;
        for k in 0..=self.kept.len() {
            let low = least.max(self.room - slack - rest_most);
            let high = most.min(self.room - rest_least);
            if low > high {
                return Some(false);
            }
            self.windows.push((low, high));
            self.starts.push(cells);
            cells += (high - low + 1) as usize;
            if cells > MOST_CELLS {
                return None;
            }
            if let Some(kept) = self.kept.get(k) {
                least += kept.least;
                most += kept.most;
                rest_least -= kept.least;
                rest_most -= kept.most;
            }
        }
        self.cells.clear();
        self.cells.resize(cells, NEVER);
        Some(true)
    }

    /// Loads and costs after the last item.
    fn ends(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let last = self.kept.len();
        let (low, high) = self.windows[last];
        (low..=high).zip(self.cells[self.starts[last]..].iter().map(|&cost| i64::from(cost)))
    }

    /// The changes that lose `missed`, as found: pairs of group and option, by group.
    pub fn trace(&self, missed: i64) -> Vec<(u32, u32)> {
        let found = self
            .ends()
            .find(|&(load, cost)| cost < i64::from(NEVER) && cost + self.over * (self.room - load) == missed);
        let Some((mut load, mut cost)) = found else { return Vec::new() };
        let mut changes = Vec::with_capacity(self.kept.len());
        for (k, kept) in self.kept.iter().enumerate().rev() {
            let (low, high) = self.windows[k];
            let step = self.steps[kept.first..kept.end].iter().find_map(|step| {
                let before = load - i64::from(step.minutes);
                let known =
                    (low..=high).contains(&before).then(|| self.cells[self.starts[k] + (before - low) as usize])?;
                (i64::from(known) + i64::from(step.cost) == cost).then_some((step.option, before, known))
            });
            if let Some((option, before, known)) = step {
                changes.push((kept.group, option));
                (load, cost) = (before, i64::from(known));
            }
        }
        changes.sort_unstable();
        changes
    }

    /// By how much more than `missed` is lost if each kept item is taken, and if it is left, by group; `far` where that
    /// is beyond the reach with which the table was filled.
    pub fn rises(&mut self, missed: i64, far: i64) -> Vec<Rise> {
        let last = self.kept.len();
        let (low, high) = self.windows[last];
        // What it costs from a load on to the end.
        self.back.clear();
        self.back.extend((low..=high).map(|load| (self.over * (self.room - load)).min(i64::from(NEVER)) as i32));
        let mut rises = Vec::with_capacity(last);
        for k in (0..last).rev() {
            let kept = self.kept[k];
            let cells = self.starts[k + 1] - self.starts[k];
            self.back_next.clear();
            self.back_next.resize(cells, NEVER);
            let row = &self.cells[self.starts[k]..self.starts[k + 1]];
            let mut rise = Rise { group: kept.group, taken: far, left: far };
            for step in &self.steps[kept.first..kept.end] {
                let Some((from, to, cells)) = shift(self.windows[k], self.windows[k + 1], step.minutes) else {
                    continue;
                };
                let (before, after) = (&row[from..from + cells], &self.back[to..to + cells]);
                let least = i64::from(least_sum(self.width, before, after)) + i64::from(step.cost) - missed;
                relax(self.width, &mut self.back_next[from..from + cells], after, step.cost);
                let of = if step.option == SKIP { &mut rise.left } else { &mut rise.taken };
                *of = (*of).min(least);
            }
            std::mem::swap(&mut self.back, &mut self.back_next);
            rises.push(rise);
        }
        rises.sort_unstable_by_key(|rise| rise.group);
        rises
    }
}

/// The cells of two windows that a change of so many minutes connects: where they begin in either, and how many.
fn shift(from: (i64, i64), to: (i64, i64), minutes: i32) -> Option<(usize, usize, usize)> {
    let minutes = i64::from(minutes);
    let (first, last) = ((from.0 + minutes).max(to.0), (from.1 + minutes).min(to.1));
    let cells = usize::try_from(last - first + 1).ok().filter(|&cells| cells > 0)?;
    Some(((first - minutes - from.0) as usize, (first - to.0) as usize, cells))
}

wide! {
    /// `to[k] = min(to[k], from[k] + cost)`.
    fn relax(width: Width, to: &mut [i32], from: &[i32], cost: i32) {
        for (to, from) in to.iter_mut().zip(from) {
            *to = (*to).min(from.wrapping_add(cost));
        }
    }
}

wide! {
    /// The least sum of two.
    fn least_sum(width: Width, a: &[i32], b: &[i32]) -> i32 {
        a.iter().zip(b).fold(NEVER, |least, (a, b)| least.min(a.wrapping_add(*b)))
    }
}
