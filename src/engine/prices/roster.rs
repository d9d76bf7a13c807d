//! Who looks after which undecided customer.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::block::{Block, Part};
use super::core::Core;
use super::dice::Dice;
use super::hours::Frame;
use crate::problem::Choice;

/// An assignment of the undecided customers to reps.
#[derive(Clone, Debug)]
pub struct Roster<'c> {
    core: &'c Core,
    frame: &'c Frame,
    /// The groups of each rep.
    items: Vec<Vec<u32>>,
    /// The reps who share customers with each rep.
    neighbours: Vec<Vec<u32>>,
    /// The options chosen in the last search, for each of a rep's groups, numbered as in the core.
    options: Vec<Vec<usize>>,
    /// The cost of each rep, in cents.
    costs: Vec<f64>,
}

/// How reps are cut into blocks.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Reps of a block at most.
    pub size: usize,
    /// The rep to begin with.
    pub begin: usize,
}

impl<'c> Roster<'c> {
    /// Gives each customer to the rep it has in another plan, if there is one; then the others, the most decided first,
    /// to the rep who loses least, overload counted.
    pub fn new(core: &'c Core, frame: &'c Frame, known: Option<&[Choice]>) -> Roster<'c> {
        let mut items = vec![Vec::new(); core.reps.len()];
        let mut load = vec![0_i64; core.reps.len()];
        let mut give = |group: usize| {
            let rep = core.rep[group] as usize;
            load[rep] += i64::from(lightest_minutes(core, group));
            items[rep].push(group as u32);
        };
        let mut open: Vec<usize> = Vec::new();
        for x in 0..core.customers.len() {
            let lane = known.and_then(|known| known[core.customers[x] as usize].lane());
            let has_lane = |&group: &usize| core.options(group).any(|option| core.choice[option].lane() == lane);
            match core.groups(x).find(has_lane).filter(|_| lane.is_some()) {
                Some(group) => give(group),
                None => open.push(x),
            }
        }
        let mut order: Vec<(f32, u32)> = open
            .into_iter()
            .map(|x| {
                let (mut best, mut second) = (f32::MAX, f32::MAX);
                for group in core.groups(x) {
                    let loss = core.least[group];
                    (best, second) = if loss < best { (loss, best) } else { (best, second.min(loss)) };
                }
                (second - best, x as u32)
            })
            .collect();
        order.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, x) in order {
            let first = core.first_group[x as usize] as usize;
            let mut best = (f32::INFINITY, first, lightest_minutes(core, first));
            for group in core.groups(x as usize) {
                let (rep, minutes) = (core.rep[group] as usize, lightest_minutes(core, group));
                let over = (load[rep] + i64::from(minutes) - frame.minutes[rep]).max(0) as f32;
                let cost = core.least[group] + 0.5 * frame.price[rep] * over;
                if cost < best.0 {
                    best = (cost, group, minutes);
                }
            }
            let rep = core.rep[best.1] as usize;
            load[rep] += i64::from(best.2);
            items[rep].push(best.1 as u32);
        }
        let count = core.reps.len();
        let (options, costs) = (vec![Vec::new(); count], vec![f64::INFINITY; count]);
        Roster { core, frame, items, neighbours: neighbours(core), options, costs }
    }

    /// The cost of all reps, in cents.
    pub fn cost(&self) -> f64 {
        self.costs.iter().sum()
    }

    /// How many reps cost more than this, in cents.
    pub fn above(&self, cost: f64) -> usize {
        self.costs.iter().filter(|&&own| own > cost).count()
    }

    /// The groups of each rep.
    pub fn items(&self) -> &[Vec<u32>] {
        &self.items
    }

    /// The options that the last search chose for each rep's groups, numbered as in the core.
    pub fn options(&self) -> &[Vec<usize>] {
        &self.options
    }

    /// Cuts the reps into blocks of neighbours, beginning at one of them, and searches each: moves that gain, then, if
    /// `shakes`, disturbances, until each rep's share of cells has been looked at. Returns the number of these cells.
    pub fn search(
        &mut self,
        cut: Cut,
        shakes: bool,
        allowance: u64,
        seed: u32,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> u64 {
        let blocks = self.cut(cut);
        let roster = &*self;
        type Searched = (Vec<Part>, u64);
        let searched: Vec<Searched> = blocks
            .into_par_iter()
            .enumerate()
            .map(|(number, reps)| {
                let items = reps.iter().map(|&rep| roster.items[rep].clone()).collect();
                let mut dice = Dice::new(seed, (cut.begin as u64) << 32 | number as u64);
                let allowance = allowance * reps.len() as u64;
                let mut block = Block::new(roster.core, roster.frame, reps, items, allowance);
                block.descend(&|| should_stop());
                if shakes {
                    block.shake(&mut dice, &|| should_stop());
                }
                block.into_parts()
            })
            .collect();
        let mut work = 0;
        for (parts, more) in searched {
            work += more;
            for Part { rep, items, options, cost } in parts {
                (self.items[rep], self.options[rep], self.costs[rep]) = (items, options, cost);
            }
        }
        work
    }

    /// Blocks of at most `size` reps who are neighbours, found from `begin` on.
    fn cut(&self, Cut { size, begin }: Cut) -> Vec<Vec<usize>> {
        let count = self.items.len();
        let mut seen = vec![false; count];
        let mut order = Vec::with_capacity(count);
        let mut waiting = VecDeque::new();
        for start in (0..count).map(|rep| (rep + begin) % count) {
            if !std::mem::replace(&mut seen[start], true) {
                waiting.push_back(start);
            }
            let mut reached = 0;
            while let Some(rep) = waiting.pop_front() {
                order.push(rep);
                reached += 1;
                if reached % size == 0 {
                    // A block is a ball around its first rep, not a ring around the whole.
                    waiting.drain(..).for_each(|rep| seen[rep] = false);
                    break;
                }
                for &other in &self.neighbours[rep] {
                    if !std::mem::replace(&mut seen[other as usize], true) {
                        waiting.push_back(other as usize);
                    }
                }
            }
        }
        order.chunks(size).map(<[usize]>::to_vec).collect()
    }
}

/// The reps with whom each rep shares undecided customers, in order.
fn neighbours(core: &Core) -> Vec<Vec<u32>> {
    let mut shared: Vec<Vec<u32>> = vec![Vec::new(); core.reps.len()];
    for (&rep, &x) in core.rep.iter().zip(&core.owner) {
        shared[rep as usize].push(x);
    }
    let others = |seen: &mut Vec<usize>, (rep, customers): (usize, &Vec<u32>)| {
        let mut others = Vec::new();
        for group in customers.iter().flat_map(|&x| core.groups(x as usize)) {
            let other = core.rep[group];
            if other as usize != rep && std::mem::replace(&mut seen[other as usize], rep) != rep {
                others.push(other);
            }
        }
        others.sort_unstable();
        others
    };
    shared.par_iter().enumerate().map_init(|| vec![usize::MAX; core.reps.len()], others).collect()
}

/// Minutes of the group's option that loses least.
fn lightest_minutes(core: &Core, group: usize) -> i32 {
    core.options(group).min_by(|&a, &b| core.loss[a].total_cmp(&core.loss[b])).map_or(0, |option| core.minutes[option])
}
