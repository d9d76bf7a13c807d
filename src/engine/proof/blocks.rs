//! Better plans block by block: some neighbouring reps at a time, with all their customers, as if they were alone.
//!
//! A block is small enough for branch and bound to find its best plan nearly always, in hundredths of a second.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::ascent::{Ascent, Course, Prices};
use super::branch::Branching;
use super::marks::Marks;
use super::packing::Packer;
use super::repair::Packings;
use super::shortlist::{Customer, Shortlist};
use crate::engine::prices::wide::Width;

/// Reps of a block; half as many more after each round in which no block became better.
const REPS: usize = 10;
/// So many rounds in which no block becomes better are the last.
const FRUITLESS: usize = 4;
/// A block where less than this part of all could be gained is left as it is.
const WORTH: i64 = 1000;
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

/// The reps with whom each rep shares customers, and how many.
fn neighbours(list: &Shortlist) -> Vec<Vec<(usize, u32)>> {
    let mut shared: Vec<HashMap<usize, u32>> = vec![Default::default(); list.reps.len()];
    for customer in &list.customers {
        for &a in &customer.groups {
            for &b in customer.groups.iter().filter(|&&b| b != a) {
                let (a, b) = (list.groups[a as usize].rep as usize, list.groups[b as usize].rep as usize);
                *shared[a].entry(b).or_default() += 1;
            }
        }
    }
    let sorted = |shared: HashMap<usize, u32>| {
        let mut others: Vec<(usize, u32)> = shared.into_iter().collect();
        others.sort_unstable();
        others
    };
    shared.into_iter().map(sorted).collect()
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
    let mut fruitless = 0;
    for round in 0..rounds {
        let gaps = gaps(list, width, prices, packings);
        let size = REPS + REPS / 2 * fruitless;
        if fruitless > 0 && size > list.reps.len() / 2 {
            return;
        }
        let blocks = blocks(&neighbours, &gaps, size, round);
        let holder = holders(list, packings, round);
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
        fruitless = if any { 0 } else { fruitless + 1 };
        if should_stop() || any && !each(packings) || fruitless == FRUITLESS {
            return;
        }
    }
}

/// By how much each rep's part of a plan costs more than the best packing at the prices: what could be gained there.
fn gaps(list: &Shortlist, width: Width, prices: &Prices, packings: &Packings) -> Vec<i64> {
    let mut cost: Vec<i64> = list.reps.iter().map(|rep| rep.price * rep.capacity).collect();
    for (x, &option) in packings.options.iter().enumerate().filter(|&(_, &option)| option != u32::MAX) {
        let rep = list.groups[list.group_of[option as usize] as usize].rep as usize;
        let minutes = i64::from(list.minutes[option as usize]);
        cost[rep] += i64::from(list.loss[option as usize]) - prices.prices[x] - list.reps[rep].price * minutes;
    }
    let (mut packer, marks) = (Packer::new(width), Marks::none(list));
    let mut hints = prices.hints.clone();
    for (rep, cost) in cost.iter_mut().enumerate() {
        let packed = packer.pack(list, rep, &prices.prices, &marks.groups, &mut hints[rep]);
        *cost -= packed.map_or(0, |packed| packed.cost);
    }
    cost
}

/// Blocks of neighbouring reps, those first where most could be gained; a rep is in one block. What makes neighbours
/// changes from round to round: customers who are shared, and what could be gained.
fn blocks(neighbours: &[Vec<(usize, u32)>], gaps: &[i64], size: usize, round: usize) -> Vec<Vec<usize>> {
    let total: i64 = gaps.iter().sum();
    let weight = |rep: usize, shared: f64| match (round % 3, 1.0 + gaps[rep] as f64) {
        (0, _) => shared,
        (1, gap) => shared * gap,
        (_, gap) => shared * gap.sqrt(),
    };
    let mut seeds: Vec<usize> = (0..gaps.len()).collect();
    seeds.sort_by_key(|&rep| Reverse(gaps[rep]));
    let mut used = vec![false; gaps.len()];
    let mut blocks = Vec::new();
    for seed in seeds {
        if std::mem::replace(&mut used[seed], true) {
            continue;
        }
        let mut block = vec![seed];
        // The customers that each rep shares with the block's.
        let mut shared: BTreeMap<usize, f64> = BTreeMap::new();
        while block.len() < size {
            for &(other, count) in &neighbours[block[block.len() - 1]] {
                *shared.entry(other).or_default() += f64::from(count);
            }
            let free = shared.iter().filter(|&(&other, _)| !used[other]);
            let next = free.max_by(|a, b| weight(*a.0, *a.1).total_cmp(&weight(*b.0, *b.1)));
            let Some((&next, _)) = next else { break };
            used[next] = true;
            block.push(next);
        }
        if block.iter().map(|&rep| gaps[rep]).sum::<i64>() < total / WORTH {
            break;
        }
        block.sort_unstable();
        blocks.push(block);
    }
    blocks
}

/// The rep of each customer. Who is nobody's goes along with one of the reps that may have it, each round another: in two
/// blocks at once both might take it.
fn holders(list: &Shortlist, packings: &Packings, round: usize) -> Vec<usize> {
    let rep = |group: u32| list.groups[group as usize].rep as usize;
    let holder = |(customer, &option): (&Customer, &u32)| match option {
        u32::MAX => rep(customer.groups[round % customer.groups.len()]),
        option => rep(list.group_of[option as usize]),
    };
    list.customers.iter().zip(&packings.options).map(holder).collect()
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
    let inside = |x: usize| block.binary_search(&holder[x]).is_ok();
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    use crate::engine::prices::Dice;
    use crate::engine::proof::repair::Repair;
    use crate::engine::proof::theorems::{random, read};

    /// What packings lose, computed anew, and the minutes that each rep has left.
    fn anew(list: &Shortlist, packings: &Packings) -> (i64, Vec<i64>) {
        let mut room: Vec<i64> = list.reps.iter().map(|rep| rep.capacity).collect();
        let mut loss = 0;
        for (customer, &option) in list.customers.iter().zip(&packings.options) {
            if option == u32::MAX {
                loss += i64::from(customer.idle.expect("a customer who may be left").0);
            } else {
                loss += i64::from(list.loss[option as usize]);
                let rep = list.groups[list.group_of[option as usize] as usize].rep;
                room[rep as usize] -= i64::from(list.minutes[option as usize]);
            }
        }
        (loss + list.reps.iter().zip(&room).map(|(rep, room)| rep.price * room).sum::<i64>(), room)
    }

    #[test]
    fn blocks_improve_a_plan_by_as_much_as_they_say_and_never_share_a_customer() {
        let mut rounds = 0;
        for seed in 0..6 {
            let mut dice = Dice::new(seed, 11);
            let mut document = random(&mut dice, 120, 24, 1);
            for customer in document["customers"].as_array_mut().expect("customers") {
                customer["visits"] = json!({});
            }
            let (_, problem) = read(&document);
            let list = Shortlist::of(&problem, 10, vec![40; problem.rows.len()], 1 << 28).expect("small numbers");
            let marks = Marks::none(&list);
            let mut prices = Ascent::first(&list);
            let width = Width::detect();
            let course = Course { steps: 6, ..COURSE };
            Ascent::new(&list, width, false).climb(&mut prices, &marks, i64::MAX, course, &mut |_, _| true);
            let plan = Repair::new(&list, Packer::new(width)).plan(&list, &prices, &marks);
            let Some(mut packings) = plan else { continue };
            let mut before = packings.loss;
            improve(&list, width, &prices, &mut packings, 8, &|| false, &mut |packings| {
                let (loss, room) = anew(&list, packings);
                assert_eq!(loss, packings.loss, "seed {seed}");
                assert!(room.iter().all(|&room| room >= 0), "seed {seed}: {room:?}");
                assert!(loss < before, "seed {seed}");
                before = loss;
                rounds += 1;
                true
            });
        }
        assert!(rounds > 6, "{rounds} rounds");
    }
}
