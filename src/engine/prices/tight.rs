//! Tight problems: reps' minutes are the only rows, and most of them are bound by customers who must be visited.
//!
//! There the exact knapsacks of single reps decide little, since everybody's visits are fixed: who goes where is all.
//! Several chains of plans search for it side by side (`models/prices.md`, section 8).

use rayon::prelude::*;

use super::chain::Chain;
use super::dice::Dice;
use super::ways::Ways;
use crate::engine::Control;
use crate::engine::record::Record;
use crate::problem::{Choice, Problem};

/// Tight is where such a share of the minutes goes to customers who must be visited.
const COMMITTED: f64 = 0.5;
/// No less than one in so many customers must be visited there.
const BOUND: usize = 4;
/// Work that a team of each chain is meant to take: many small teams, or fewer large ones.
const ALLOWANCES: [u64; 2] = [3_000, 20_000];
/// Work of a chain in its first round, and in any other.
const ROUND: (u64, u64) = (100_000, 500_000);
/// Work of a chain without anything better that ends the search: at least, and for each customer more.
const IDLE: (u64, u64) = (5_000_000, 50_000);
/// The same where customers are few, for each pair of them.
const IDLE_OF_FEW: u64 = 1000;
/// Work of a chain at most.
const WORK: u64 = 1_000_000_000;

/// A tight problem at prices.
pub struct Tight<'p> {
    problem: &'p Problem,
    ways: Ways,
    prices: &'p [f64],
}

impl<'p> Tight<'p> {
    /// The problem, if all its rows are reps' minutes and most of them go to customers who must be visited.
    pub fn of(problem: &'p Problem, prices: &'p [f64]) -> Option<Tight<'p>> {
        // Counting is quick, and enough to tell on data where visits are free.
        let bound = (0..problem.customers()).filter(|&customer| !problem.allows_nothing(customer)).count();
        if bound * BOUND < problem.customers() {
            return None;
        }
        let ways = Ways::of(problem)?;
        (ways.committed(prices) >= COMMITTED).then_some(Tight { problem, ways, prices })
    }

    /// Searches until nothing better comes, or gives up so many times earlier.
    pub fn search(&self, seed: u32, earlier: u64, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let known = record.best.as_ref().and_then(|(_, choices)| self.ways_of(choices));
        let chain = |(number, allowance): (u64, &u64)| {
            let known = known.clone().filter(|_| number == 0);
            Chain::new(&self.ways, self.prices, known, *allowance, Dice::new(seed, number))
        };
        let mut chains: Vec<Chain<'_>> = (0..).zip(&ALLOWANCES).map(chain).collect();
        let mut elite: Option<(f64, Vec<u32>)> = None;
        let (mut work, mut last) = (0, 0);
        let customers = self.ways.customers() as u64;
        let idle = (IDLE.0 + IDLE.1 * customers).min(IDLE_OF_FEW * customers * customers) / earlier;
        while work < WORK && work - last < idle.max(last / earlier) && !record.reached() && !stop() {
            let round = if work == 0 { ROUND.0 } else { ROUND.1 }.min(idle).max(1);
            let at = elite.as_ref().map(|(_, at)| &at[..]);
            chains.par_iter_mut().for_each(|chain| {
                chain.search(round, at, &stop);
            });
            work += round;
            for (cost, at) in chains.iter().filter_map(|chain| chain.best.as_ref()) {
                if elite.as_ref().is_none_or(|(best, _)| cost < best) {
                    elite = Some((*cost, at.clone()));
                    last = work;
                }
            }
            if let Some((_, at)) = elite.as_ref().filter(|_| last == work) {
                let choices: Vec<Choice> = at.iter().map(|&way| self.ways.ways[way as usize].choice).collect();
                record.take(&choices, "teams", control);
            }
        }
    }

    /// The options of a plan.
    fn ways_of(&self, choices: &[Choice]) -> Option<Vec<u32>> {
        let way = |(customer, choice): (usize, &Choice)| {
            let mut ways = self.ways.of_customer(customer);
            ways.find(|&way| self.ways.ways[way].choice == *choice).map(|way| way as u32)
        };
        debug_assert_eq!(choices.len(), self.problem.customers());
        choices.iter().enumerate().map(way).collect()
    }
}
