//! Better plans block by block: some neighbouring reps at a time, with all their customers, as if they were alone.
//!
//! A block is small enough for branch and bound to find its best plan nearly always, in hundredths of a second.

use std::cmp::Reverse;
use std::collections::HashMap;

use rayon::prelude::*;

use super::ascent::{Ascent, Course, Prices};
use super::branch::Branching;
use super::marks::Marks;
use super::repair::Packings;
use super::shortlist::Shortlist;
use crate::engine::prices::wide::Width;

/// Reps of a block.
const REPS: usize = 10;
/// Nodes of a block's search at most.
const NODES: usize = 160;
/// How the prices of a block are found, from those of all.
const COURSE: Course = Course { steps: 150, length: 0.5, patience: 8, shrink: 0.6, shortest: 0.005, memory: 0.6 };

/// A better plan of a block.
struct Better {
    /// How much less it loses.
    gain: i64,
    /// Customers of the list with their options.
    options: Vec<(usize, u32)>,
}

/// The reps around each rep: those with whom it shares most customers, itself first.
fn neighbours(list: &Shortlist) -> Vec<Vec<usize>> {
    let mut shared: Vec<HashMap<usize, u32>> = vec![Default::default(); list.reps.len()];
    for customer in &list.customers {
        for &a in &customer.groups {
            for &b in customer.groups.iter().filter(|&&b| b != a) {
                let (a, b) = (list.groups[a as usize].rep as usize, list.groups[b as usize].rep as usize);
                *shared[a].entry(b).or_default() += 1;
            }
        }
    }
    let order = |(rep, shared): (usize, HashMap<usize, u32>)| {
        let mut others: Vec<(u32, usize)> = shared.into_iter().map(|(other, count)| (count, other)).collect();
        others.sort_unstable_by_key(|&(count, other)| (Reverse(count), other));
        std::iter::once(rep).chain(others.into_iter().map(|(_, other)| other)).collect()
    };
    shared.into_iter().enumerate().map(order).collect()
}

/// Improves packings block by block, `rounds` times over all reps; `each` is told after each round and says whether to
/// go on.
pub fn improve(
    list: &Shortlist,
    width: Width,
    prices: &Prices,
    packings: &mut Packings,
    rounds: usize,
    should_stop: &(dyn Fn() -> bool + Sync),
    each: &mut dyn FnMut(&Packings) -> bool,
) {
    let neighbours = neighbours(list);
    for round in 0..rounds {
        // Blocks grow from reps in turn; a rep is in one block of a round.
        let mut used = vec![false; list.reps.len()];
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let start = round * 7919 % list.reps.len().max(1);
        for seed in (start..list.reps.len()).chain(0..start) {
            if used[seed] {
                continue;
            }
            let mut block = vec![seed];
            used[seed] = true;
            // Neighbours of the block's reps, those of the first rep first.
            let mut at = 0;
            while block.len() < REPS && at < block.len() {
                for &other in neighbours[block[at]].iter().skip(1) {
                    if block.len() < REPS && !used[other] {
                        used[other] = true;
                        block.push(other);
                    }
                }
                at += 1;
            }
            block.sort_unstable();
            blocks.push(block);
        }
        let holder = holders(list, packings);
        let better: Vec<Option<Better>> = blocks
            .par_iter()
            .map(|block| if should_stop() { None } else { solve(list, width, prices, packings, &holder, block) })
            .collect();
        let mut any = false;
        for Better { gain, options } in better.into_iter().flatten() {
            any = true;
            packings.loss -= gain;
            for (x, option) in options {
                packings.options[x] = option;
            }
        }
        if should_stop() || any && !each(packings) || !any && round > 2 {
            return;
        }
    }
}

/// The rep of each customer, if any.
fn holders(list: &Shortlist, packings: &Packings) -> Vec<usize> {
    let holder = |&option: &u32| match option {
        u32::MAX => usize::MAX,
        option => list.groups[list.group_of[option as usize] as usize].rep as usize,
    };
    packings.options.iter().map(holder).collect()
}

/// A better plan of a block, if there is one.
fn solve(
    list: &Shortlist,
    width: Width,
    prices: &Prices,
    packings: &Packings,
    holder: &[usize],
    block: &[usize],
) -> Option<Better> {
    let inside = |x: usize| holder[x] == usize::MAX || block.binary_search(&holder[x]).is_ok();
    let part = list.part(block, inside);
    // What the block's customers lose now.
    let mut loss: i64 = block.iter().map(|&rep| list.reps[rep].price * list.reps[rep].capacity).sum();
    for customer in &part.customers {
        let x = customer.index as usize;
        loss += match packings.options[x] {
            u32::MAX => i64::from(customer.idle?.0),
            option => {
                i64::from(list.loss[option as usize])
                    - list.reps[holder[x]].price * i64::from(list.minutes[option as usize])
            }
        };
    }
    let mut root = Prices {
        prices: part.customers.iter().map(|customer| prices.prices[customer.index as usize]).collect(),
        bound: i64::MIN,
        hints: vec![Default::default(); block.len()],
        often: vec![0.0; part.groups.len() + part.customers.len()],
    };
    let marks = Marks::none(&part);
    Ascent::new(&part, width, false).climb(&mut root, &marks, loss, COURSE, &mut |_, _| true);
    if root.bound >= loss {
        return None;
    }
    // First only what is a little above the bound: there the search is short, and what it finds is the best.
    let mut best: Option<Packings> = None;
    let mut share = 8;
    while share > 0 {
        let mut cut = root.bound + (loss - root.bound) / share;
        let mut branching = Branching::new(&part, width, root.clone());
        while !branching.is_done() && branching.looked < NODES {
            cut = branching.step(cut, &mut |plan: &Packings| {
                best = Some(Packings { loss: plan.loss, options: plan.options.clone() });
                plan.loss
            });
        }
        if best.is_some() {
            break;
        }
        if !branching.is_done() {
            return None;
        }
        share /= 2;
    }
    let best = best?;
    // The part's options in the whole list: groups of a rep are in the same order in both.
    let whole = |option: u32| -> u32 {
        let group = part.groups[part.group_of[option as usize] as usize];
        let x = part.customers[group.customer as usize].index;
        let rep = block[group.rep as usize] as u32;
        let groups = &list.customers[x as usize].groups;
        let of = groups.iter().map(|&group| list.groups[group as usize]).find(|group| group.rep == rep);
        of.map_or(u32::MAX, |of| of.first + (option - group.first))
    };
    let options = part.customers.iter().zip(&best.options);
    let options = options.map(|(customer, &option)| {
        (customer.index as usize, if option == u32::MAX { u32::MAX } else { whole(option) })
    });
    Some(Better { gain: loss - best.loss, options: options.collect() })
}
