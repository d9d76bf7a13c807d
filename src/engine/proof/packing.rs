//! The best packing of one rep: which customers, and how many visits each, at prices for the customers.
//!
//! A multiple-choice knapsack, solved exactly in whole numbers: the linear relaxation (`tangents`), then all changes of
//! it that lose little by dynamic programming over the minutes (`table`). What is left out loses more than what is found
//! (`models/prices.md`, section 10).

use super::marks::Mark;
use super::shortlist::{Rep, Shortlist};
use super::table::{MOST_REACH, Table};
use super::tangents::{Item, Relaxation, SKIP};
use crate::engine::prices::wide::Width;

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
    /// How much of it the relaxation misses.
    pub missed: i64,
    /// Whether the cost is exact. Where a table would be too large it is what is known by then.
    pub exact: bool,
}

/// A rep's problem at these prices, with what is needed to solve it again and again without allocating.
#[derive(Clone)]
pub struct Packer {
    items: Vec<Item>,
    relaxation: Relaxation,
    table: Table,
}

impl Packer {
    /// A packer that computes along this path.
    pub fn new(width: Width) -> Packer {
        Packer { items: Vec::new(), relaxation: Relaxation::default(), table: Table::new(width) }
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
        if self.gather(list, own, prices, marks) > own.capacity {
            return None;
        }
        let (tangent, fitting) = self.relaxation.solve(list, &self.items, own, hint.multiplier);
        hint.multiplier = tangent.multiplier;
        let bound = tangent.bound;
        if fitting.bound == bound && (fitting.multiplier == -own.price || fitting.load == own.capacity) {
            choose(&self.items, self.relaxation.fitting(), &[], &mut hint.options);
            hint.missed = 0;
            return Some(Packed { cost: bound, missed: 0, exact: true });
        }
        // A packing that is known: what fits at the larger multiplier, or that of the last time.
        let fits = fitting.bound + (own.price + fitting.multiplier) * (own.capacity - fitting.load);
        let last = self.cost_of(list, own, &hint.options).filter(|&cost| cost <= fits);
        let gap = last.unwrap_or(fits) - bound;
        let most = gap.min(MOST_REACH);
        let mut reach = (hint.missed + hint.missed / 4 + 16).min(most);
        // What any packing misses the relaxation by, as far as is known.
        let mut missed = 0;
        loop {
            let best = self.relaxation.best();
            match self.table.fill(list, (&self.items, best), own, tangent.multiplier, reach) {
                Some(Some(least)) if least <= reach => {
                    choose(&self.items, best, &self.table.trace(least), &mut hint.options);
                    hint.missed = least;
                    return Some(Packed { cost: bound + least, missed: least, exact: true });
                }
                Some(_) if reach < most => {
                    missed = reach + 1;
                    reach = (reach * 4 + 64).min(most);
                }
                // A reach of `gap` finds the known packing at the latest.
                Some(_) => {
                    missed = gap.min(reach + 1);
                    break;
                }
                None => break,
            }
        }
        if last.is_none() {
            choose(&self.items, self.relaxation.fitting(), &[], &mut hint.options);
        }
        Some(Packed { cost: bound + missed, missed, exact: false })
    }

    /// What the cost of the best packing rises by at least if a group must be taken, and if it must be left: calls
    /// `each(group, taken, left)`. Right after [`Packer::pack`] with the same arguments. Rises above `reach` may be given
    /// as anything above `reach`; where a table cannot go so far, less is said, or nothing.
    pub fn penalties(
        &mut self,
        list: &Shortlist,
        rep: usize,
        hint: &Hint,
        packed: Packed,
        reach: i64,
        mut each: impl FnMut(usize, i64, i64),
    ) {
        let own = &list.reps[rep];
        let within = (packed.missed + reach).min(MOST_REACH);
        let Some(Some(_)) = self.table.fill(list, (&self.items, self.relaxation.best()), own, hint.multiplier, within)
        else {
            return;
        };
        let far = within + 1 - packed.missed;
        let mut rises = self.table.rises(packed.missed, far).into_iter().peekable();
        for (item, &best) in self.items.iter().zip(self.relaxation.best()) {
            let group = item.group as usize;
            match rises.next_if(|rise| rise.group == item.group) {
                Some(rise) => each(group, rise.taken.max(0), if item.may_skip { rise.left.max(0) } else { far }),
                // Anything but what the relaxation does costs too much.
                None if best == SKIP => each(group, far, 0),
                None => each(group, 0, far),
            }
        }
    }

    /// Gathers the groups that a packing may have; gives the minutes that it must have.
    fn gather(&mut self, list: &Shortlist, own: &Rep, prices: &[i64], marks: &[Mark]) -> i64 {
        self.items.clear();
        let mut least = 0;
        for group in own.groups.clone() {
            let of = list.groups[group];
            let price = prices[of.customer as usize];
            let may_skip = match marks[group] {
                Mark::Out => continue,
                // Losses are not negative: taking the customer gains nothing, unless time used is worth something.
                Mark::Free if price <= 0 && own.price <= 0 => continue,
                Mark::Free => true,
                Mark::In => {
                    least += i64::from(list.minutes[of.first as usize]);
                    false
                }
            };
            self.items.push(Item { group: group as u32, first: of.first, end: of.end, price, may_skip });
        }
        least
    }

    /// The cost of a packing at these prices, unless it is not allowed any more.
    fn cost_of(&self, list: &Shortlist, own: &Rep, options: &[u32]) -> Option<i64> {
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
            load += i64::from(list.minutes[option as usize]);
            cost += i64::from(list.loss[option as usize]) - item.price;
        }
        if items.any(|item| !item.may_skip) || load > own.capacity {
            return None;
        }
        Some(cost + own.price * (own.capacity - load))
    }
}

/// What the items do by `best`, with some changes by group.
fn choose(items: &[Item], best: &[u32], changes: &[(u32, u32)], options: &mut Vec<u32>) {
    let mut changes = changes.iter().peekable();
    options.clear();
    for (item, &best) in items.iter().zip(best) {
        let option = changes.next_if(|&&(group, _)| group == item.group).map_or(best, |&(_, option)| option);
        if option != SKIP {
            options.push(option);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::engine::prices::Dice;
    use crate::engine::proof::shortlist::{Customer, Group, Rep};
    use crate::problem::Choice;

    /// A list of one rep with random customers.
    pub fn random(dice: &mut Dice) -> Shortlist {
        let count = 1 + dice.below(7);
        let mut list = Shortlist::empty(1, i64::MAX, vec![dice.below(4) as i64]);
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

    #[test]
    fn where_costs_are_too_large_for_a_table_what_is_said_is_a_bound_from_below() {
        let mut dice = Dice::new(4, 0);
        let mut packer = Packer::new(Width::detect());
        let (mut exact, mut bounds) = (0, 0);
        for case in 0..3000 {
            let mut list = random(&mut dice);
            let scale = 1 << (18 + dice.below(5));
            list.loss.iter_mut().for_each(|loss| *loss *= scale);
            list.reps[0].price <<= 24 + dice.below(6);
            let prices: Vec<i64> = list.customers.iter().map(|_| dice.below(130) as i64 * i64::from(scale)).collect();
            let mark = |dice: &mut Dice| if dice.below(2) == 0 { Mark::In } else { Mark::Free };
            let marks: Vec<Mark> = list.groups.iter().map(|_| mark(&mut dice)).collect();
            let packed = packer.pack(&list, 0, &prices, &marks, &mut Hint::default());
            let best = plain(&list, &prices, &marks, 0, list.reps[0].capacity);
            assert_eq!(packed.is_none(), best.is_none(), "case {case}");
            let (Some(packed), Some(best)) = (packed, best) else { continue };
            assert!(packed.cost <= best && (packed.cost == best || !packed.exact), "case {case}");
            exact += usize::from(packed.exact);
            bounds += usize::from(!packed.exact);
        }
        assert!(exact > 500 && bounds > 20, "{exact} exact, {bounds} bounds");
    }
}
