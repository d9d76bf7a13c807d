//! Prices of the customers: those at which the reps' packings together prove most.
//!
//! Each rep packs for itself, as if a customer could be taken by several. A customer's price rises while nobody takes it
//! and falls while more than one do: subgradient steps towards a known plan's loss (Polyak 1969), along a direction that
//! remembers the last ones (Camerini, Fratta & Maffioli 1975).

use std::collections::HashMap;

use rayon::prelude::*;

use super::marks::Marks;
use super::packing::{Hint, Packed, Packer};
use super::shortlist::{Customer, LOSS_LIMIT, Shortlist};
use crate::engine::prices::wide::Width;

/// From so many reps on they are packed in parallel.
const MANY_REPS: usize = 16;
/// A target from here on is none.
const FAR: i64 = i64::MAX / 8;
/// How much of what was taken lately is forgotten at each step.
const FADING: f32 = 0.1;

/// Prices of the customers and what they prove.
#[derive(Clone, Debug)]
pub struct Prices {
    /// Price of each customer of the list, in units.
    pub prices: Vec<i64>,
    /// No plan loses less; `i64::MAX` where there is none.
    pub bound: i64,
    /// Each rep's packing at the prices.
    pub hints: Vec<Hint>,
    /// How often each group was taken lately, from 0 to 1; the customers' options without a rep after the groups.
    pub often: Vec<f32>,
}

impl Prices {
    /// Prices of another list's customers for this one; what nobody paid is nothing.
    pub fn like(list: &Shortlist, (other, prices): (&Shortlist, &Prices)) -> Prices {
        let known: HashMap<u32, i64> =
            other.customers.iter().map(|customer| customer.index).zip(prices.prices.iter().copied()).collect();
        let price = |customer: &Customer| known.get(&customer.index).copied().unwrap_or(0);
        Prices { prices: list.customers.iter().map(price).collect(), ..Ascent::first(list) }
    }
}

/// How an ascent goes.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Steps at most.
    pub steps: usize,
    /// Length of the first step, as a share of the way to the target.
    pub length: f64,
    /// Steps without progress before the length shrinks.
    pub patience: usize,
    /// What the length is then multiplied with.
    pub shrink: f64,
    /// The length at which it ends.
    pub shortest: f64,
    /// How much of the last direction is kept.
    pub memory: f64,
}

/// All reps' packings at prices.
pub struct Ascent<'l> {
    list: &'l Shortlist,
    packers: Vec<Packer>,
    /// The cost of each rep's packing at `seen`.
    packed: Vec<Option<Packed>>,
    seen: Vec<i64>,
    missing: Vec<i32>,
    direction: Vec<f64>,
}

impl<'l> Ascent<'l> {
    /// For one shortlist; `parallel` where nothing else runs beside it.
    pub fn new(list: &'l Shortlist, width: Width, parallel: bool) -> Ascent<'l> {
        let parallel = parallel && list.reps.len() >= MANY_REPS;
        Ascent {
            list,
            packers: (0..if parallel { list.reps.len() } else { 1 }).map(|_| Packer::new(width)).collect(),
            packed: vec![None; list.reps.len()],
            seen: Vec::new(),
            missing: vec![0; list.customers.len()],
            direction: vec![0.0; list.customers.len()],
        }
    }

    /// Prices to begin with: half-way between what a customer's best rep loses and the next best.
    pub fn first(list: &Shortlist) -> Prices {
        let price = |customer: &Customer| {
            let mut losses: Vec<i64> = customer.groups.iter().map(|&g| i64::from(list.least(g as usize))).collect();
            losses.extend(customer.idle.map(|(loss, _)| i64::from(loss)));
            losses.push(customer.beyond.min(LOSS_LIMIT));
            losses.sort_unstable();
            i64::midpoint(losses[0], losses[1])
        };
        Prices {
            prices: list.customers.iter().map(price).collect(),
            bound: i64::MIN,
            hints: vec![Hint::default(); list.reps.len()],
            often: vec![0.0; list.groups.len() + list.customers.len()],
        }
    }

    /// Packs every rep whose customers' prices have changed. What all prove together; `None` where a rep's commitments
    /// do not fit.
    fn look(&mut self, prices: &[i64], marks: &Marks, hints: &mut [Hint], often: &mut [f32]) -> Option<i64> {
        let list = self.list;
        let (seen, known) = (&self.seen, !self.seen.is_empty());
        let same = |rep: usize| {
            let mut own = list.groups[list.reps[rep].groups.clone()].iter();
            known && own.all(|group| prices[group.customer as usize] == seen[group.customer as usize])
        };
        let pack = |rep: usize, packer: &mut Packer, packed: &mut Option<Packed>, hint: &mut Hint| {
            if !same(rep) {
                *packed = packer.pack(list, rep, prices, &marks.groups, hint);
            }
        };
        if self.packers.len() > 1 {
            let reps = self.packers.par_iter_mut().zip(&mut self.packed).zip(hints.par_iter_mut()).enumerate();
            reps.with_min_len(4).for_each(|(rep, ((packer, packed), hint))| pack(rep, packer, packed, hint));
        } else {
            let packer = &mut self.packers[0];
            let reps = self.packed.iter_mut().zip(hints.iter_mut()).enumerate();
            reps.for_each(|(rep, (packed, hint))| pack(rep, packer, packed, hint));
        }
        self.seen.clear();
        self.seen.extend_from_slice(prices);
        let mut bound: i64 = prices.iter().sum();
        for packed in &self.packed {
            bound += packed.as_ref()?.cost;
        }
        often.iter_mut().for_each(|often| *often *= 1.0 - FADING);
        self.missing.fill(1);
        for &option in hints.iter().flat_map(|hint| &hint.options) {
            self.missing[list.customer_of(option)] -= 1;
            often[list.group_of[option as usize] as usize] += FADING;
        }
        for (x, customer) in list.customers.iter().enumerate() {
            if let Some((loss, _)) = customer.idle
                && !marks.visited[x]
                && i64::from(loss) < prices[x]
            {
                bound += i64::from(loss) - prices[x];
                self.missing[x] -= 1;
                often[list.groups.len() + x] += FADING;
            }
        }
        Some(bound)
    }

    /// Improves the prices until what they prove reaches `target`, or the course ends, or `each`, which is told the
    /// prices after each step, says so. Gives the number of steps.
    pub fn climb(
        &mut self,
        best: &mut Prices,
        marks: &Marks,
        target: i64,
        course: Course,
        each: &mut dyn FnMut(&Prices, usize) -> bool,
    ) -> usize {
        let mut now = best.clone();
        best.bound = i64::MIN;
        self.seen.clear();
        self.direction.fill(0.0);
        let (mut length, mut stalled) = (course.length, 0);
        // Without a plan, what customers pay at first tells how far it may be.
        let aim = if target < FAR { target } else { now.prices.iter().sum() };
        let mut taken = 0;
        for step in 1..=course.steps {
            taken = step;
            let Some(bound) = self.look(&now.prices, marks, &mut now.hints, &mut now.often) else {
                best.bound = i64::MAX;
                break;
            };
            now.bound = bound;
            let worth = 2e-4 * aim.saturating_sub(best.bound) as f64;
            let progress = bound.saturating_sub(best.bound) as f64 > worth;
            stalled = if best.bound == i64::MIN || progress { 0 } else { stalled + 1 };
            if bound > best.bound {
                best.bound = bound;
                best.prices.clone_from(&now.prices);
                best.hints.clone_from(&now.hints);
            }
            if best.bound >= target || !each(&now, step) {
                break;
            }
            if stalled >= course.patience {
                stalled = 0;
                length *= course.shrink;
                if length < course.shortest {
                    break;
                }
                now.prices.clone_from(&best.prices);
                now.hints.clone_from(&best.hints);
                self.direction.fill(0.0);
                continue;
            }
            let mut square = 0.0;
            for (direction, &missing) in self.direction.iter_mut().zip(&self.missing) {
                *direction = f64::from(missing) + course.memory * *direction;
                square += *direction * *direction;
            }
            if self.missing.iter().all(|&missing| missing == 0) {
                break;
            }
            let scale = length * (aim - bound).max(1 + bound.abs() / 1000) as f64 / square;
            for (price, direction) in now.prices.iter_mut().zip(&self.direction) {
                *price = (*price + (scale * direction).round() as i64).clamp(-4 * LOSS_LIMIT, 4 * LOSS_LIMIT);
            }
        }
        best.often.clone_from(&now.often);
        taken
    }
}
