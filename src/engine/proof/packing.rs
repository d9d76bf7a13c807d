//! The best packing of one rep: which customers, and how many visits each, at prices for the customers.
//!
//! A multiple-choice knapsack, solved exactly in whole numbers: the linear relaxation by tangents, then all changes of
//! it that lose little by dynamic programming over the minutes. What is left out loses more than what is found
//! (`models/prices.md`, section 10).

use super::marks::Mark;
use super::shortlist::Shortlist;
use crate::engine::prices::wide::{Width, wide};

/// Costs from here on are out of the question.
const NEVER: i32 = i32::MAX / 2;
/// Cells of a table at most.
const MOST_CELLS: usize = 1 << 20;
/// Tangents at most.
const MOST_TANGENTS: usize = 60;

/// What is known of a rep's packing from the last time: where to look first. Any hint gives the same cost.
#[derive(Clone, Debug, Default)]
pub struct Hint {
    /// Multiplier of the minutes beyond their price.
    pub multiplier: i64,
    /// By how much the packing missed the relaxation.
    pub missed: i64,
    /// The packing, as options of the shortlist.
    pub options: Vec<u32>,
}

/// The cost of the best packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Losses less prices of the customers plus the price of minutes left over, in units; or a bound from below.
    pub cost: i64,
    /// Whether the cost is exact. Where a table would be too large it is that of the relaxation.
    pub exact: bool,
}

/// A rep's problem at these prices, with what is needed to solve it again and again without allocating.
pub struct Packer {
    width: Width,
    items: Vec<Item>,
    kept: Vec<Kept>,
    steps: Vec<Step>,
    windows: Vec<(i64, i64)>,
    cells: Vec<i32>,
    starts: Vec<usize>,
    back: Vec<i32>,
    back_next: Vec<i32>,
}

/// A group in play.
#[derive(Clone, Copy)]
struct Item {
    group: u32,
    first: u32,
    end: u32,
    /// Price of the customer.
    price: i64,
    /// Whether the rep may leave the customer.
    may_skip: bool,
}

/// An item of whom several options are near the relaxation.
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
    /// The option, or none.
    option: u32,
}

/// No option: the rep leaves the customer.
pub const SKIP: u32 = u32::MAX;

/// The relaxation at a multiplier.
#[derive(Clone, Copy)]
struct Tangent {
    multiplier: i64,
    load: i64,
    /// The bound from below.
    bound: i64,
}

impl Packer {
    /// A packer that computes along this path.
    pub fn new(width: Width) -> Packer {
        Packer {
            width,
            items: Vec::new(),
            kept: Vec::new(),
            steps: Vec::new(),
            windows: Vec::new(),
            cells: Vec::new(),
            starts: Vec::new(),
            back: Vec::new(),
            back_next: Vec::new(),
        }
    }

    /// The best packing of a rep; `None` where what it must take does not fit. `prices` has one per customer of the list.
    pub fn pack(
        &mut self,
        list: &Shortlist,
        rep: usize,
        prices: &[i64],
        marks: &[Mark],
        hint: &mut Hint,
    ) -> Option<Packed> {
        let own = &list.reps[rep];
        self.items.clear();
        let mut least = 0;
        for group in own.groups.clone() {
            let mark = marks[group];
            if mark == Mark::Out {
                continue;
            }
            let g = list.groups[group];
            let price = prices[g.customer as usize];
            if mark == Mark::In {
                least += i64::from(list.minutes[g.first as usize]);
            } else if price <= 0 {
                // Losses are not negative: taking the customer gains nothing but time used.
                let gains = own.price > 0;
                if !gains {
                    continue;
                }
            }
            self.items.push(Item {
                group: group as u32,
                first: g.first,
                end: g.end,
                price,
                may_skip: mark != Mark::In,
            });
        }
        if least > own.capacity {
            return None;
        }
        let capacity = own.capacity;
        let (tangent, fitting) = self.relax(list, own.price, capacity, hint.multiplier);
        hint.multiplier = tangent.multiplier;
        let bound = tangent.bound;
        if fitting.bound == bound && (fitting.multiplier == -own.price || fitting.load == capacity) {
            self.chosen(list, fitting.multiplier, &mut hint.options);
            hint.missed = 0;
            return Some(Packed { cost: bound, exact: true });
        }
        // A packing that is known: what fits at the larger multiplier, or that of the last time.
        let over = |multiplier: i64| own.price + multiplier;
        let mut best = fitting.bound + over(fitting.multiplier) * (capacity - fitting.load);
        let known = self.cost_of(list, rep, prices, marks, &hint.options);
        let mut known_is_best = false;
        if let Some(cost) = known.filter(|&cost| cost <= best) {
            best = cost;
            known_is_best = true;
        }
        let gap = best - bound;
        let mut reach = (hint.missed + hint.missed / 4 + 16).min(gap);
        loop {
            match self.table(list, capacity, own.price, tangent.multiplier, reach.min(i64::from(NEVER) / 2)) {
                None => {
                    if !known_is_best {
                        self.chosen(list, fitting.multiplier, &mut hint.options);
                    }
                    return Some(Packed { cost: bound, exact: false });
                }
                Some(Some(missed)) if missed <= reach => {
                    self.trace(list, tangent.multiplier, own.price, capacity, missed, &mut hint.options);
                    hint.missed = missed;
                    return Some(Packed { cost: bound + missed, exact: true });
                }
                Some(_) if reach >= gap => {
                    if !known_is_best {
                        self.chosen(list, fitting.multiplier, &mut hint.options);
                    }
                    hint.missed = gap;
                    return Some(Packed { cost: best, exact: true });
                }
                Some(_) => reach = (reach * 4 + 64).min(gap),
            }
        }
    }

    /// What the cost of the best packing rises by at least if a group must be taken, and if it must be left: calls
    /// `each(group, taken, left)`. Right after [`Packer::pack`] with the same arguments; rises above `reach` may be given
    /// as anything above `reach`.
    #[allow(clippy::too_many_arguments)]
    pub fn penalties(
        &mut self,
        list: &Shortlist,
        rep: usize,
        hint: &Hint,
        packed: Packed,
        bound_reach: i64,
        mut each: impl FnMut(usize, i64, i64),
    ) -> bool {
        let own = &list.reps[rep];
        let multiplier = hint.multiplier;
        let relaxed = packed.cost - hint.missed;
        let reach = (hint.missed + bound_reach).min(i64::from(NEVER) / 2);
        let Some(Some(_)) = self.table(list, own.capacity, own.price, multiplier, reach) else { return false };
        let far = reach + 1;
        debug_assert!(relaxed <= packed.cost);
        // Items that the table decides: what they do costs nothing, anything else too much.
        let mut at = 0;
        let over = own.price + multiplier;
        let count = self.kept.len();
        let base: i64 = self.base(list, multiplier);
        let room = own.capacity - base;
        // Costs from a cell on to the end.
        let (low, high) = self.windows[count];
        self.back.clear();
        self.back.extend((low..=high).map(|cell| (over * (room - cell)).min(i64::from(NEVER)) as i32));
        let mut rises: Vec<(u32, i64, i64)> = Vec::with_capacity(count);
        for k in (0..count).rev() {
            let kept = self.kept[k];
            let (from_low, from_high) = self.windows[k];
            let (to_low, to_high) = self.windows[k + 1];
            self.back_next.clear();
            self.back_next.resize((from_high - from_low + 1).max(0) as usize, NEVER);
            let row = &self.cells[self.starts[k]..self.starts[k] + (from_high - from_low + 1).max(0) as usize];
            let (mut taken, mut left) = (far, far);
            for step in &self.steps[kept.first..kept.end] {
                let d = i64::from(step.minutes);
                let (a, b) = ((from_low + d).max(to_low), (from_high + d).min(to_high));
                if a > b {
                    continue;
                }
                let n = (b - a + 1) as usize;
                let (o, i) = ((a - to_low) as usize, (a - d - from_low) as usize);
                let (after, before) = (&self.back[o..o + n], &row[i..i + n]);
                let least = least_sum(self.width, before, after);
                relax(self.width, &mut self.back_next[i..i + n], after, step.cost);
                let rise = i64::from(least) + i64::from(step.cost) - hint.missed;
                if step.option == SKIP {
                    left = left.min(rise);
                } else {
                    taken = taken.min(rise);
                }
            }
            std::mem::swap(&mut self.back, &mut self.back_next);
            rises.push((kept.group, taken, left));
        }
        rises.sort_unstable_by_key(|&(group, _, _)| group);
        for item in 0..self.items.len() {
            let Item { group, may_skip, .. } = self.items[item];
            if at < rises.len() && rises[at].0 == group {
                let (_, taken, left) = rises[at];
                at += 1;
                each(group as usize, taken.max(0), if may_skip { left.max(0) } else { far });
                continue;
            }
            let best = self.best(list, item, multiplier);
            let far = far - hint.missed;
            if best.1 == SKIP { each(group as usize, far, 0) } else { each(group as usize, 0, far) }
        }
        true
    }

    /// The cost of a packing at these prices, unless it is not allowed any more.
    fn cost_of(&self, list: &Shortlist, rep: usize, prices: &[i64], marks: &[Mark], options: &[u32]) -> Option<i64> {
        if options.is_empty() {
            return None;
        }
        let own = &list.reps[rep];
        let (mut load, mut cost) = (0, 0);
        let mut items = self.items.iter();
        // Options of a packing are in the order of their groups, as the items are.
        for &option in options {
            let item = loop {
                let item = items.next()?;
                if (item.first..item.end).contains(&option) {
                    break item;
                }
                if !item.may_skip {
                    return None;
                }
            };
            debug_assert!(marks[item.group as usize] != Mark::Out);
            load += i64::from(list.minutes[option as usize]);
            cost += i64::from(list.loss[option as usize]) - prices[list.groups[item.group as usize].customer as usize];
        }
        if items.any(|item| !item.may_skip) || load > own.capacity {
            return None;
        }
        Some(cost + own.price * (own.capacity - load))
    }

    /// An item's best option at a multiplier: cost, option and minutes. Of equals the shortest.
    fn best(&self, list: &Shortlist, item: usize, multiplier: i64) -> (i64, u32, i64) {
        let Item { first, end, price, may_skip, .. } = self.items[item];
        let mut best = if may_skip { (0, SKIP, 0) } else { (i64::MAX, SKIP, 0) };
        for option in first..end {
            let minutes = i64::from(list.minutes[option as usize]);
            let cost = i64::from(list.loss[option as usize]) - price + multiplier * minutes;
            if cost < best.0 {
                best = (cost, option, minutes);
            }
        }
        best
    }

    /// The relaxation at a multiplier.
    fn tangent(&self, list: &Shortlist, capacity: i64, multiplier: i64) -> Tangent {
        let (mut load, mut bound) = (0, 0);
        for item in 0..self.items.len() {
            let (cost, _, minutes) = self.best(list, item, multiplier);
            bound += cost;
            load += minutes;
        }
        Tangent { multiplier, load, bound: bound - multiplier * capacity }
    }

    /// The multiplier of the largest bound, and the tangent there, or next to it, at which everything fits.
    fn relax(&self, list: &Shortlist, price: i64, capacity: i64, near: i64) -> (Tangent, Tangent) {
        let least = -price;
        let mut now = self.tangent(list, capacity, near.max(least));
        let mut width = 1 + price / 64;
        // A multiplier at which too much is taken, and one at which everything fits.
        let (mut over, mut fits);
        if now.load > capacity {
            loop {
                over = now;
                now = self.tangent(list, capacity, now.multiplier + width);
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
                now = self.tangent(list, capacity, (now.multiplier - width).max(least));
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
            let at = if tangent % 3 == 2 { middle } else { meet };
            let at = at.clamp(over.multiplier + 1, fits.multiplier - 1);
            now = self.tangent(list, capacity, at);
            if now.load > capacity {
                // No bound in between can be larger than where the tangents meet.
                let done = now.bound == over.bound + rise * (at - over.multiplier);
                over = now;
                if done && tangent % 3 != 2 && fits.bound <= now.bound {
                    let ahead = self.tangent(list, capacity, at + 1);
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

    /// The options of the relaxation at a multiplier.
    fn chosen(&self, list: &Shortlist, multiplier: i64, options: &mut Vec<u32>) {
        options.clear();
        options.extend((0..self.items.len()).map(|item| self.best(list, item, multiplier).1).filter(|&o| o != SKIP));
    }

    /// Minutes of what the relaxation gives.
    fn base(&self, list: &Shortlist, multiplier: i64) -> i64 {
        (0..self.items.len()).map(|item| self.best(list, item, multiplier).2).sum()
    }

    /// Fills the table of all changes that lose at most `reach`; gives the least loss, if any is found at all. `None`
    /// where the table would be too large.
    fn table(
        &mut self,
        list: &Shortlist,
        capacity: i64,
        price: i64,
        multiplier: i64,
        reach: i64,
    ) -> Option<Option<i64>> {
        self.kept.clear();
        self.steps.clear();
        let mut base = 0;
        for item in 0..self.items.len() {
            let (best, best_option, best_minutes) = self.best(list, item, multiplier);
            base += best_minutes;
            let Item { group, first, end, price, may_skip } = self.items[item];
            let start = self.steps.len();
            let (mut least, mut most) = (0, 0);
            let mut add = |minutes: i64, cost: i64, option: u32| {
                if cost <= reach {
                    let minutes = minutes - best_minutes;
                    (least, most) = (least.min(minutes), most.max(minutes));
                    self.steps.push(Step { minutes: minutes as i32, cost: cost as i32, option });
                }
            };
            if may_skip {
                add(0, -best, SKIP);
            }
            for option in first..end {
                let minutes = i64::from(list.minutes[option as usize]);
                let cost = i64::from(list.loss[option as usize]) - price + multiplier * minutes - best;
                add(minutes, cost, option);
            }
            if self.steps.len() == start + 1 {
                debug_assert_eq!(self.steps[start].option, best_option);
                self.steps.pop();
            } else {
                self.kept.push(Kept { group, first: start, end: self.steps.len(), least, most });
            }
        }
        // The widest first: the windows then narrow early.
        self.kept.sort_by_key(|kept| -(kept.most - kept.least));
        let over = price + multiplier;
        let slack = if over > 0 { (reach / over).min(capacity) } else { capacity };
        let (need_high, need_low) = (capacity - base, capacity - base - slack);
        let (mut least, mut most) = (0, 0);
        let mut rest_least: i64 = self.kept.iter().map(|kept| kept.least).sum();
        let mut rest_most: i64 = self.kept.iter().map(|kept| kept.most).sum();
        self.windows.clear();
        self.starts.clear();
        let mut cells = 0;
        for k in 0..=self.kept.len() {
            let low = least.max(need_low - rest_most);
            let high = most.min(need_high - rest_least);
            if low > high {
                return Some(None);
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
        let (low, high) = self.windows[0];
        if low <= 0 && high >= 0 {
            self.cells[(-low) as usize] = 0;
        }
        for k in 0..self.kept.len() {
            let kept = self.kept[k];
            let (from_low, from_high) = self.windows[k];
            let (to_low, to_high) = self.windows[k + 1];
            let (before, after) = self.cells.split_at_mut(self.starts[k + 1]);
            let before = &before[self.starts[k]..];
            for step in &self.steps[kept.first..kept.end] {
                let d = i64::from(step.minutes);
                let (a, b) = ((from_low + d).max(to_low), (from_high + d).min(to_high));
                if a > b {
                    continue;
                }
                let n = (b - a + 1) as usize;
                let (o, i) = ((a - to_low) as usize, (a - d - from_low) as usize);
                relax(self.width, &mut after[o..o + n], &before[i..i + n], step.cost);
            }
        }
        let (low, high) = self.windows[self.kept.len()];
        let last = &self.cells[self.starts[self.kept.len()]..];
        let ends = (low..=high).zip(last).filter(|&(_, &cost)| cost < NEVER);
        Some(ends.map(|(cell, &cost)| i64::from(cost) + over * (need_high - cell)).min())
    }

    /// The options of the packing that the table found.
    fn trace(&self, list: &Shortlist, multiplier: i64, price: i64, capacity: i64, missed: i64, options: &mut Vec<u32>) {
        let over = price + multiplier;
        let need = capacity - self.base(list, multiplier);
        let count = self.kept.len();
        let (low, high) = self.windows[count];
        let mut cell = (low..=high)
            .find(|&cell| {
                let cost = self.cells[self.starts[count] + (cell - low) as usize];
                cost < NEVER && i64::from(cost) + over * (need - cell) == missed
            })
            .unwrap_or(low);
        let mut changed: Vec<(u32, u32)> = Vec::with_capacity(count);
        for k in (0..count).rev() {
            let (low, high) = self.windows[k];
            let now = self.cells[self.starts[k + 1] + (cell - self.windows[k + 1].0) as usize];
            for step in &self.steps[self.kept[k].first..self.kept[k].end] {
                let before = cell - i64::from(step.minutes);
                if (low..=high).contains(&before)
                    && self.cells[self.starts[k] + (before - low) as usize] + step.cost == now
                {
                    changed.push((self.kept[k].group, step.option));
                    cell = before;
                    break;
                }
            }
        }
        changed.sort_unstable();
        let mut changed = changed.into_iter().peekable();
        options.clear();
        for item in 0..self.items.len() {
            let option = match changed.next_if(|&(group, _)| group == self.items[item].group) {
                Some((_, option)) => option,
                None => self.best(list, item, multiplier).1,
            };
            if option != SKIP {
                options.push(option);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::prices::Dice;
    use crate::engine::proof::shortlist::{Customer, Group, Rep};
    use crate::problem::Choice;

    /// A list of one rep with random customers.
    fn random(dice: &mut Dice) -> Shortlist {
        let count = 1 + dice.below(7);
        let mut list = Shortlist {
            denominator: 1,
            row_prices: vec![dice.below(4) as i64],
            sum: 0,
            largest: Vec::new(),
            customers: Vec::new(),
            reps: Vec::new(),
            groups: Vec::new(),
            minutes: Vec::new(),
            loss: Vec::new(),
            choice: Vec::new(),
            group_of: Vec::new(),
            idle: Vec::new(),
        };
        for x in 0..count {
            let first = list.minutes.len() as u32;
            let (mut minutes, mut loss) = (dice.below(6) as i32, 60 + dice.below(30) as i32);
            for _ in 0..1 + dice.below(4) {
                list.minutes.push(minutes);
                list.loss.push(loss);
                list.choice.push(Choice::NOTHING);
                list.group_of.push(x as u32);
                minutes += 1 + dice.below(15) as i32;
                loss -= 1 + dice.below(15) as i32;
            }
            list.groups.push(Group { customer: x as u32, rep: 0, first, end: list.minutes.len() as u32 });
            list.customers.push(Customer { index: x as u32, idle: None, groups: vec![x as u32], beyond: i64::MAX });
        }
        let capacity = dice.below(90) as i64;
        list.reps.push(Rep { row: 0, capacity, price: list.row_prices[0], groups: 0..count });
        list
    }

    /// The least cost by trying everything.
    fn plain(list: &Shortlist, prices: &[i64], marks: &[Mark], from: usize, room: i64) -> Option<i64> {
        if room < 0 {
            return None;
        }
        let Some(group) = list.groups.get(from) else { return Some(list.reps[0].price * room) };
        let skip = (marks[from] != Mark::In).then(|| plain(list, prices, marks, from + 1, room)).flatten();
        let take = group.options().filter(|_| marks[from] != Mark::Out).filter_map(|option| {
            let rest = plain(list, prices, marks, from + 1, room - i64::from(list.minutes[option]))?;
            Some(rest + i64::from(list.loss[option]) - prices[from])
        });
        take.chain(skip).min()
    }

    #[test]
    fn the_best_packing_is_found_whatever_was_packed_before() {
        let mut dice = Dice::new(3, 0);
        let mut packer = Packer::new(Width::detect());
        for case in 0..3000 {
            let list = random(&mut dice);
            let mut hint = Hint::default();
            for round in 0..4 {
                let prices: Vec<i64> = list.customers.iter().map(|_| dice.below(130) as i64 - 20).collect();
                let mark = |dice: &mut Dice| match dice.below(8) {
                    0 => Mark::Out,
                    1 => Mark::In,
                    _ => Mark::Free,
                };
                let marks: Vec<Mark> = list.groups.iter().map(|_| mark(&mut dice)).collect();
                let packed = packer.pack(&list, 0, &prices, &marks, &mut hint);
                let best = plain(&list, &prices, &marks, 0, list.reps[0].capacity);
                assert_eq!(packed.map(|packed| packed.cost), best, "case {case}, round {round}");
                if let Some(packed) = packed {
                    assert!(packed.exact);
                    let load: i64 = hint.options.iter().map(|&o| i64::from(list.minutes[o as usize])).sum();
                    let cost: i64 = hint
                        .options
                        .iter()
                        .map(|&o| i64::from(list.loss[o as usize]) - prices[list.customer_of(o)])
                        .sum();
                    assert_eq!(cost + list.reps[0].price * (list.reps[0].capacity - load), packed.cost);
                }
            }
        }
    }
}
