//! Some reps, and the search for a better assignment of their undecided customers among them.
//!
//! A move gives a customer to another rep; in an exchange two reps trade customers; in a chain the second rep passes
//! one on to a third. Each is judged by the exact knapsacks of the reps concerned (`models/prices.md`, section 5).

use std::cell::Cell;

use rayon::prelude::*;

use super::core::Core;
use super::dice::Dice;
use super::hours::{Frame, Tables};

/// Not in the block.
const OUTSIDE: u32 = u32::MAX;
/// What a try costs besides cells.
const TRY: u64 = 20_000;
/// A gain below this share of the cost is not worth a move.
const WORTH: f64 = 1e-4;

/// Some reps with their customers.
pub struct Block<'c> {
    core: &'c Core,
    frame: &'c Frame,
    /// The reps, numbered as in the core.
    reps: Vec<usize>,
    /// The place here of each rep of the core.
    place: Vec<u32>,
    /// The groups of each rep.
    items: Vec<Vec<u32>>,
    tables: Vec<Tables>,
    /// Whether a rep's tables are of its items as they are.
    fresh: Vec<bool>,
    /// Spare tables, so that a try allocates nothing.
    spare: Vec<Tables>,
    /// Cells looked at so far: the measure of work.
    work: Cell<u64>,
    /// The search ends when so many were.
    allowance: u64,
}

/// A rep after a search.
pub struct Part {
    /// The rep, numbered as in the core.
    pub rep: usize,
    /// The rep's groups.
    pub items: Vec<u32>,
    /// The option chosen in each group, numbered as in the core.
    pub options: Vec<usize>,
    /// What they cost together, in cents.
    pub cost: f64,
}

/// Up to three customers who go from a group to another, and what that gains.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Move {
    gain: f64,
    count: usize,
    steps: [(u32, u32); 3],
}

/// What a rep was before a try.
struct Before {
    at: usize,
    items: Vec<u32>,
    tables: Tables,
}

impl<'c> Block<'c> {
    /// These reps with these groups, and how many cells the search may look at.
    pub fn new(core: &'c Core, frame: &'c Frame, reps: Vec<usize>, items: Vec<Vec<u32>>, allowance: u64) -> Block<'c> {
        let mut place = vec![OUTSIDE; core.reps.len()];
        (0..).zip(&reps).for_each(|(at, &rep)| place[rep] = at);
        let evaluate = |(&rep, items): (&usize, &Vec<u32>)| {
            let mut tables = Tables::default();
            (frame.tabulate(core, rep, items, &mut tables), tables)
        };
        let evaluated: Vec<(u64, Tables)> = reps.par_iter().zip(&items).map(evaluate).collect();
        let work = evaluated.iter().map(|(cells, _)| cells).sum();
        Block {
            core,
            frame,
            reps,
            place,
            items,
            fresh: vec![true; evaluated.len()],
            tables: evaluated.into_iter().map(|(_, tables)| tables).collect(),
            spare: Vec::new(),
            work: Cell::new(work),
            allowance,
        }
    }

    fn is_over(&self, should_stop: &dyn Fn() -> bool) -> bool {
        self.work.get() >= self.allowance || should_stop()
    }

    /// The reps as they are now, and the cells that were looked at.
    pub fn into_parts(self) -> (Vec<Part>, u64) {
        let (core, frame) = (self.core, self.frame);
        let parts = self.reps.into_iter().zip(self.items).zip(self.tables).map(|((rep, items), tables)| {
            let options = tables.options(frame, core, &items);
            Part { rep, cost: tables.cost(), items, options }
        });
        (parts.collect(), self.work.get())
    }

    fn freshen(&mut self, at: usize) {
        if !self.fresh[at] {
            let cells = self.frame.tabulate(self.core, self.reps[at], &self.items[at], &mut self.tables[at]);
            self.fresh[at] = true;
            self.work.set(self.work.get() + cells);
        }
    }

    /// Makes moves until none gains.
    pub fn descend(&mut self, should_stop: &dyn Fn() -> bool) {
        let mut waiting = vec![true; self.reps.len()];
        let mut any = true;
        while any {
            any = false;
            for at in 0..self.reps.len() {
                while waiting[at] && !self.is_over(should_stop) {
                    waiting[at] = false;
                    let Some(found) = self.best_move(at, None) else { break };
                    let before: f64 = self.concerned(found).map(|at| self.tables[at].cost()).sum();
                    self.make(found);
                    let after: f64 = self.concerned(found).map(|at| self.tables[at].cost()).sum();
                    if after >= before - 1e-6 * before.abs() {
                        // The window was too narrow to judge it.
                        self.undo(found);
                        continue;
                    }
                    any = true;
                    for changed in self.concerned(found).collect::<Vec<_>>() {
                        waiting[changed] = true;
                        for &group in &self.items[changed] {
                            for other in self.core.groups(self.core.owner[group as usize] as usize) {
                                if let Some(at) = self.at(other) {
                                    waiting[at] = true;
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Disturbs a customer and descends from there, again and again; keeps what is better. Says how often that was.
    pub fn shake(&mut self, dice: &mut Dice, should_stop: &dyn Fn() -> bool) -> usize {
        let mut kept = 0;
        while !self.is_over(should_stop) {
            kept += usize::from(self.shake_once(dice));
            self.work.set(self.work.get() + TRY);
        }
        kept
    }

    /// A random customer for another rep.
    fn disturbance(&self, dice: &mut Dice) -> Option<(u32, u32)> {
        // Of two reps the one that costs more has more to gain.
        let (a, b) = (dice.below(self.reps.len()), dice.below(self.reps.len()));
        let at = if self.tables[a].cost() >= self.tables[b].cost() { a } else { b };
        let items = &self.items[at];
        let from = (!items.is_empty()).then(|| items[dice.below(items.len())])?;
        let groups = self.core.groups(self.core.owner[from as usize] as usize);
        let inside: Vec<usize> = groups.filter(|&group| group != from as usize && self.at(group).is_some()).collect();
        (!inside.is_empty()).then(|| (from, inside[dice.below(inside.len())] as u32))
    }

    fn shake_once(&mut self, dice: &mut Dice) -> bool {
        let Some((from, to)) = self.disturbance(dice) else { return false };
        let owner = self.core.owner[from as usize] as usize;
        let mut before: Vec<Before> = Vec::new();
        let mut total = 0.0;
        let mut found = Move { gain: 0.0, count: 1, steps: [(from, to); 3] };
        let mut touched: Vec<usize> = Vec::new();
        let mut better = false;
        for _ in 0..6 {
            for at in self.concerned(found).collect::<Vec<_>>() {
                if !touched.contains(&at) {
                    touched.push(at);
                    total += self.tables[at].cost();
                    let tables = std::mem::replace(&mut self.tables[at], self.spare.pop().unwrap_or_default());
                    before.push(Before { at, items: self.items[at].clone(), tables });
                }
            }
            self.make(found);
            let now: f64 = touched.iter().map(|&at| self.tables[at].cost()).sum();
            if now < total - 1e-6 * total.abs() {
                better = true;
            }
            let next = touched
                .iter()
                .filter_map(|&at| self.best_move(at, Some((owner, to))))
                .max_by(|a, b| a.gain.total_cmp(&b.gain));
            match next {
                Some(next) => found = next,
                None => break,
            }
        }
        let now: f64 = touched.iter().map(|&at| self.tables[at].cost()).sum();
        if better && now < total - 1e-6 * total.abs() {
            self.spare.extend(before.into_iter().map(|before| before.tables));
            return true;
        }
        for Before { at, items, tables } in before {
            self.items[at] = items;
            self.spare.push(std::mem::replace(&mut self.tables[at], tables));
            self.fresh[at] = true;
        }
        false
    }

    /// Where the rep of a group is in the block.
    fn at(&self, group: usize) -> Option<usize> {
        let at = self.place[self.core.rep[group] as usize];
        (at != OUTSIDE).then_some(at as usize)
    }

    /// The reps a move concerns, each once.
    fn concerned(&self, found: Move) -> impl Iterator<Item = usize> + use<> {
        let mut list = [usize::MAX; 4];
        let mut count = 0;
        for (from, to) in &found.steps[..found.count] {
            for group in [*from, *to] {
                let at = self.place[self.core.rep[group as usize] as usize] as usize;
                if !list[..count].contains(&at) {
                    list[count] = at;
                    count += 1;
                }
            }
        }
        list.into_iter().take(count)
    }

    fn make(&mut self, found: Move) {
        found.steps[..found.count].iter().for_each(|&(from, to)| self.put(from, to));
        self.concerned(found).for_each(|at| self.freshen(at));
    }

    fn undo(&mut self, found: Move) {
        found.steps[..found.count].iter().rev().for_each(|&(from, to)| self.put(to, from));
        self.concerned(found).for_each(|at| self.freshen(at));
    }

    /// Moves a customer from one of its groups to another.
    fn put(&mut self, from: u32, to: u32) {
        for (group, comes) in [(from, false), (to, true)] {
            let at = self.place[self.core.rep[group as usize] as usize] as usize;
            self.fresh[at] = false;
            let list = &mut self.items[at];
            if comes {
                list.push(group);
            } else if let Some(place) = list.iter().position(|&known| known == group) {
                list.swap_remove(place);
            }
        }
    }

    /// The move of a rep's customers that gains most. A held customer stays in its group.
    fn best_move(&self, at: usize, held: Option<(usize, u32)>) -> Option<Move> {
        let (core, frame) = (self.core, self.frame);
        let own = &self.tables[at];
        let here = own.cost();
        let mut best = Move { gain: WORTH * here.abs() + 1e-3, ..Move::default() };
        let movable = |group: u32| {
            let owner = core.owner[group as usize] as usize;
            core.groups(owner).len() > 1 && held.is_none_or(|(held, _)| held != owner)
        };
        // Who leaves, what is left then, and where to.
        let mut leaving: Vec<(usize, f64, usize, usize)> = Vec::new();
        for (item, &from) in self.items[at].iter().enumerate().filter(|&(_, &group)| movable(group)) {
            let without = frame.without(own, item);
            self.work.set(self.work.get() + frame.cells as u64);
            for to in core.groups(core.owner[from as usize] as usize).filter(|&to| to != from as usize) {
                let Some(target) = self.at(to) else { continue };
                leaving.push((item, without, to, target));
                let there = self.tables[target].cost();
                if without + f64::from(core.least[to]) < here + there - best.gain {
                    let gain = here + there - without - frame.with(core, &self.tables[target], to);
                    if gain > best.gain {
                        best = Move { gain, count: 1, steps: [(from, to as u32); 3] };
                    }
                }
            }
        }
        leaving.sort_by_key(|&(_, _, _, target)| target);
        for list in leaving.chunk_by(|a, b| a.3 == b.3) {
            let target = list[0].3;
            self.trade(at, target, list, &movable, &mut best);
        }
        (best.count > 0).then_some(best)
    }

    /// A rep's cost with another group in the place of an item, counted as work.
    fn instead(&self, tables: &Tables, item: usize, group: usize, limit: f64) -> f64 {
        let (cost, scans) = self.frame.instead(self.core, tables, item, group, limit);
        self.work.set(self.work.get() + scans * self.frame.cells as u64);
        cost
    }

    /// Exchanges with another rep, and chains over it to a third.
    fn trade(
        &self,
        at: usize,
        target: usize,
        leaving: &[(usize, f64, usize, usize)],
        movable: &dyn Fn(u32) -> bool,
        best: &mut Move,
    ) {
        let (core, frame) = (self.core, self.frame);
        let (own, other) = (&self.tables[at], &self.tables[target]);
        let (here, there) = (own.cost(), other.cost());
        let both = here + there;
        // Who leaves the other, where to, and by how much that rep's cost rises.
        let mut passed: Vec<(usize, usize, Option<f64>)> = Vec::new();
        for (back, &group) in self.items[target].iter().enumerate().filter(|&(_, &group)| movable(group)) {
            for onward in core.groups(core.owner[group as usize] as usize).filter(|&onward| onward != group as usize) {
                match self.at(onward) {
                    Some(third) if third == at => passed.push((back, onward, None)),
                    Some(third) => {
                        let tables = &self.tables[third];
                        let rise = frame.with(core, tables, onward) - tables.cost();
                        if rise < both - best.gain {
                            passed.push((back, onward, Some(rise)));
                        }
                    }
                    None => {}
                }
            }
        }
        for &(item, without, to, _) in leaving {
            let from = self.items[at][item];
            for &(back, onward, rise) in &passed {
                let steps = [(from, to as u32), (self.items[target][back], onward as u32), (0, 0)];
                match rise {
                    Some(rise) => {
                        let limit = both - best.gain - without - rise;
                        if limit > 0.0 {
                            let gain = both - without - rise - self.instead(other, back, to, limit);
                            if gain > best.gain {
                                *best = Move { gain, count: 2, steps };
                            }
                        }
                    }
                    None => {
                        let losses = f64::from(core.least[to]) + f64::from(core.least[onward]);
                        if losses >= both - best.gain {
                            continue;
                        }
                        let limit = both - best.gain - f64::from(core.least[to]);
                        let ours = self.instead(own, item, onward, limit);
                        if ours < limit {
                            let others = self.instead(other, back, to, both - best.gain - ours);
                            if both - ours - others > best.gain {
                                *best = Move { gain: both - ours - others, count: 2, steps };
                            }
                        }
                    }
                }
            }
        }
    }
}
