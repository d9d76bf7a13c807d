//! The certificate of a finished search: a tree of splits with a leaf wherever no better plan is.
//!
//! What a search fixes on its way a certificate can only say by splits: one child is a leaf that is closed at the prices
//! of the fixing node, the other goes on. Most fixes only save time. Here every leaf is checked without them, and those
//! that it needs are added, each with a leaf of its own, until all leaves close.

use std::collections::HashMap;

use rayon::prelude::*;

use super::branch::{End, Node};
use super::cases::{Case, Cases, Close, Lacking};
use super::marks::{Mark, Marks};
use super::memory::Memory;
use super::packing::{Hint, Packer};
use super::shortlist::Shortlist;
use crate::certificate::Tree;
use crate::engine::prices::wide::Width;
use crate::instance::Instance;
use crate::problem::Problem;

/// Cases that are looked at together: as many on every machine, so that the certificate is the same everywhere.
const TOGETHER: usize = 8;

/// Differences of so many times half the largest are tried to be left out.
const HALVINGS: [u32; 5] = [1, 2, 3, 5, 8];

/// What came of a look at a case.
enum Outcome {
    /// So it closes.
    Closed(Close),
    /// This would help.
    Open(Lacking),
}

/// Looks at cases.
#[derive(Clone)]
struct Worker {
    packer: Packer,
    hints: Vec<Hint>,
    /// The packings at the top's prices with nothing decided, and the last ones.
    memories: [Vec<Memory>; 2],
    /// Marks as the packer is told them.
    told: Vec<Mark>,
    /// Whether each group is in its rep's packing.
    taken: Vec<bool>,
}

/// A tree whose leaves all prove that no plan loses less than the target. `list` has all options that a better plan may
/// have, `searched` those of the search; `top` are the prices at the top of the certificate, of `list`'s customers.
/// `None` where a leaf cannot be closed without what the search left out, or it is told to stop.
pub fn tree_of(
    data: (&Instance, &Problem),
    (list, top): (&Shortlist, &[i64]),
    (searched, tree): (&Shortlist, &[Node]),
    target: i64,
    width: Width,
    should_stop: &dyn Fn() -> bool,
) -> Option<Tree> {
    let mut cases = Cases::new(list, top, (searched, tree))?;
    let mut waiting: Vec<Case> = Vec::new();
    for (node, ended) in tree.iter().enumerate() {
        match ended.end {
            End::Open => return None,
            End::Closed(_) => waiting.push(Case::End(node)),
            End::Split { .. } => {}
        }
    }
    waiting.reverse();
    let mut first = Worker {
        packer: Packer::new(width),
        hints: vec![Hint::default(); list.reps.len()],
        memories: [(); 2].map(|()| vec![Memory::default(); list.reps.len()]),
        told: Vec::new(),
        taken: Vec::new(),
    };
    first.bound(list, &Marks::none(list), top, None);
    let [at_top, last] = &mut first.memories;
    at_top.clone_from(last);
    let mut workers: Vec<Worker> = vec![first; TOGETHER];
    let mut closed: HashMap<Case, Close> = HashMap::new();
    while !waiting.is_empty() {
        if should_stop() {
            return None;
        }
        let batch = waiting.split_off(waiting.len().saturating_sub(TOGETHER));
        let outcomes: Vec<Outcome> =
            workers.par_iter_mut().zip(&batch).map(|(worker, &case)| worker.look(&cases, case, target)).collect();
        for (case, outcome) in batch.into_iter().zip(outcomes) {
            let Lacking { fixes, extras } = match outcome {
                Outcome::Closed(close) => {
                    closed.insert(case, close);
                    continue;
                }
                Outcome::Open(lacking) => lacking,
            };
            if fixes.is_empty() && extras.is_empty() {
                return None;
            }
            waiting.push(case);
            // Others of the batch may have asked for the same.
            for extra in extras.into_iter().filter(|extra| !cases.extras.contains(extra)).collect::<Vec<_>>() {
                waiting.push(Case::Extra(cases.extras.len()));
                cases.extras.push(extra);
            }
            for (node, fix) in fixes {
                if !std::mem::replace(&mut cases.needed[node][fix], true) {
                    waiting.push(Case::Fix(node, fix));
                }
            }
        }
    }
    Some(cases.write(data, &closed))
}

impl Worker {
    /// Tries to close a case as it is, with as few prices of its own as may be.
    fn look(&mut self, cases: &Cases<'_>, case: Case, target: i64) -> Outcome {
        let (marks, prices) = cases.decided(case);
        let (list, top) = (cases.list, cases.top);
        // Many close at the prices at the top already, which need not be written.
        if self.closes(list, &marks, top, None, target) {
            let forced = self.forced(list, &marks, top, target);
            return Outcome::Closed(Close { prices: top.to_vec(), forced });
        }
        if !self.closes(list, &marks, &prices, None, target) {
            return Outcome::Open(cases.lacking(case, (&marks, &prices), &self.taken));
        }
        let difference = |x: usize| prices[x].abs_diff(top[x]);
        let largest = (0..prices.len()).map(difference).max().unwrap_or(0);
        let mut few = HALVINGS.iter().map(|halvings| {
            let least = largest >> halvings;
            (0..prices.len()).map(|x| if difference(x) <= least { top[x] } else { prices[x] }).collect()
        });
        let prices = few.find(|few: &Vec<i64>| self.closes(list, &marks, few, None, target)).unwrap_or(prices);
        let forced = self.forced(list, &marks, &prices, target);
        Outcome::Closed(Close { prices, forced })
    }

    /// Whose only possibility a leaf at these prices must force, because it is not chosen for its price.
    fn forced(&mut self, list: &Shortlist, marks: &Marks, prices: &[i64], target: i64) -> Vec<bool> {
        let mut forced = vec![false; list.customers.len()];
        while !self.closes(list, marks, prices, Some(&forced), target) {
            let mut any = false;
            for (x, customer) in list.customers.iter().enumerate() {
                let is = |mark: Mark| move |&group: &u32| marks.groups[group as usize] == mark;
                let loses = customer.idle.is_some_and(|(loss, _)| i64::from(loss) > prices[x]);
                let must = customer.groups.iter().any(|&group| is(Mark::In)(&group) && !self.taken[group as usize])
                    || loses && !marks.visited[x] && customer.groups.iter().all(is(Mark::Out));
                any |= must && !forced[x];
                forced[x] |= must;
            }
            if !any {
                // Where a table would be too large, whatever is decided may help.
                return vec![true; list.customers.len()];
            }
        }
        forced
    }

    /// Whether no plan below the target has these marks, by these prices, where what is decided is forced for those
    /// customers, or for all.
    fn closes(
        &mut self,
        list: &Shortlist,
        marks: &Marks,
        prices: &[i64],
        forced: Option<&[bool]>,
        target: i64,
    ) -> bool {
        self.bound(list, marks, prices, forced).is_none_or(|bound| bound >= target)
    }

    /// What the best packing of a rep costs, and who is taken; `None` where what it must take does not fit.
    fn cost(&mut self, list: &Shortlist, rep: usize, prices: &[i64]) -> Option<i64> {
        let known = self.memories.iter().find_map(|memories| {
            let memory = &memories[rep];
            memory.recall(list, rep, prices, &self.told).map(|cost| (cost, memory))
        });
        if let Some((cost, memory)) = known {
            memory.taken(list, rep).for_each(|group| self.taken[group] = true);
            return Some(cost);
        }
        let hint = &mut self.hints[rep];
        let cost = self.packer.pack(list, rep, prices, &self.told, hint)?.cost;
        self.memories[1][rep].keep(list, rep, prices, &self.told, (cost, &hint.options));
        hint.options.iter().for_each(|&option| self.taken[list.group_of[option as usize] as usize] = true);
        Some(cost)
    }

    /// The bound; `None` where a rep's commitments do not fit or a customer has no option left.
    fn bound(&mut self, list: &Shortlist, marks: &Marks, prices: &[i64], forced: Option<&[bool]>) -> Option<i64> {
        let is_forced = |x: usize| forced.is_none_or(|forced| forced[x]);
        self.told.clear();
        self.told.extend(list.groups.iter().zip(&marks.groups).map(|(group, &mark)| match mark {
            Mark::In if !is_forced(group.customer as usize) => Mark::Free,
            mark => mark,
        }));
        self.taken.clear();
        self.taken.resize(list.groups.len(), false);
        let mut bound: i64 = prices.iter().sum();
        for rep in 0..list.reps.len() {
            bound += self.cost(list, rep, prices)?;
        }
        for (x, customer) in list.customers.iter().enumerate() {
            let idle = customer.idle.filter(|_| !marks.visited[x]).map(|(loss, _)| i64::from(loss));
            let is_out = |&group: &u32| marks.groups[group as usize] == Mark::Out;
            match idle {
                // The price of who has nothing else may be anything.
                Some(loss) if is_forced(x) && customer.groups.iter().all(is_out) => bound += loss - prices[x],
                Some(loss) => bound += (loss - prices[x]).min(0),
                None if customer.groups.iter().all(is_out) => return None,
                None => {}
            }
        }
        Some(bound)
    }
}
