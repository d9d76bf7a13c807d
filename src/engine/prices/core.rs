//! The core: the options that lose little at the prices, for the customers whom the prices leave undecided.
//!
//! At prices l an option loses what it is worth less than its customer's best. Any plan's value is the dual's less the
//! losses of its options, less price x slack of every row (`models/prices.md`, section 4): a good plan has small losses,
//! so options with large ones are left out, and a customer with a single one left is decided.

use rayon::prelude::*;

use super::lanes::{Lanes, OUT};
use super::priced::{best_of, priced, reduced, visits};
use super::wide::LANES;
use crate::problem::{Choice, Problem};

/// Customers looked at together.
const PART: usize = 4096;
/// Options of more minutes count as so many, that sums of two fit: whether they fit in earnest is checked elsewhere.
const LONGEST: f32 = 268_435_456.0;

/// Undecided customers, what each rep could do for them, and what is decided.
///
/// A group is one customer with one rep: the options of this rep, and the best without any rep if it is in the core.
#[derive(Clone, Debug, Default)]
pub struct Core {
    /// The undecided customers.
    pub customers: Vec<u32>,
    /// Groups of the undecided customer `x`: `first_group[x] .. first_group[x + 1]`.
    pub first_group: Vec<u32>,
    /// The rep of a group, numbered as in `reps`.
    pub rep: Vec<u32>,
    /// The undecided customer of a group.
    pub owner: Vec<u32>,
    /// The least loss of a group's options.
    pub least: Vec<f32>,
    /// Options of group `g`: `first_option[g] .. first_option[g + 1]`.
    pub first_option: Vec<u32>,
    /// Minutes of an option, of the group's rep.
    pub minutes: Vec<i32>,
    /// Loss of an option, in cents.
    pub loss: Vec<f32>,
    /// The option in the problem.
    pub choice: Vec<Choice>,
    /// The rows of the reps' minutes.
    pub reps: Vec<usize>,
    /// Minutes that the decided customers leave to each rep.
    pub minutes_left: Vec<i64>,
    /// The option of each decided customer of the instance.
    pub decided: Vec<Choice>,
}

/// What one customer adds to a core.
#[derive(Default)]
struct Found {
    core: Core,
    groups: Vec<u32>,
    options: Vec<u32>,
}

impl Core {
    /// All options that lose at most `theta` cents at the prices (in the lanes' units).
    pub fn of(problem: &Problem, lanes: &Lanes, prices: &[f32], theta: f32) -> Core {
        Core::beside(problem, lanes, prices, theta, &|_| None)
    }

    /// The same where some customers are held to an option.
    pub fn beside(
        problem: &Problem,
        lanes: &Lanes,
        prices: &[f32],
        theta: f32,
        held: &(dyn Fn(usize) -> Option<Choice> + Sync),
    ) -> Core {
        let reps: Vec<usize> = (0..problem.rows.len()).filter(|&row| !lanes.is_side(row)).collect();
        let mut number = vec![u32::MAX; problem.rows.len() + 1];
        (0..).zip(&reps).for_each(|(rep, &row)| number[row] = rep);
        let starts: Vec<usize> = (0..lanes.customers()).step_by(PART).collect();
        let parts: Vec<Found> = starts
            .into_par_iter()
            .map(|start| {
                let mut found = Found::default();
                let mut scratch = Vec::new();
                for customer in start..lanes.customers().min(start + PART) {
                    if let Some(choice) = held(customer) {
                        found.core.decided.push(choice);
                        continue;
                    }
                    found.look(lanes, prices, theta, &number, customer, &mut scratch);
                }
                found
            })
            .collect();
        let minutes_left = reps.iter().map(|&row| problem.rows[row].capacity).collect();
        let mut core = Core { first_group: vec![0], first_option: vec![0], reps, minutes_left, ..Core::default() };
        for part in parts {
            core.join(part);
        }
        for &choice in &core.decided {
            if let Some(row) = rep_row(problem, choice) {
                core.minutes_left[number[row] as usize] -= problem.minutes(choice);
            }
        }
        core
    }

    /// The groups of an undecided customer.
    pub fn groups(&self, x: usize) -> std::ops::Range<usize> {
        self.first_group[x] as usize..self.first_group[x + 1] as usize
    }

    /// The options of a group.
    pub fn options(&self, group: usize) -> std::ops::Range<usize> {
        self.first_option[group] as usize..self.first_option[group + 1] as usize
    }

    fn join(&mut self, part: Found) {
        let undecided = self.customers.len() as u32;
        self.customers.extend(part.core.customers);
        let end = |list: &mut Vec<u32>, count: u32| list.push(list[list.len() - 1] + count);
        part.groups.into_iter().for_each(|count| end(&mut self.first_group, count));
        part.options.into_iter().for_each(|count| end(&mut self.first_option, count));
        self.rep.extend(part.core.rep);
        self.owner.extend(part.core.owner.into_iter().map(|owner| owner + undecided));
        self.least.extend(part.core.least);
        self.minutes.extend(part.core.minutes);
        self.loss.extend(part.core.loss);
        self.choice.extend(part.core.choice);
        self.decided.extend(part.core.decided);
    }
}

/// The row of the rep who visits, if any.
fn rep_row(problem: &Problem, choice: Choice) -> Option<usize> {
    let rep = problem.lane(choice.lane()?).rep?;
    problem.row_of_rep(rep)
}

impl Found {
    /// Looks at one customer. `scratch` is for the lanes' best reduced values.
    fn look(
        &mut self,
        lanes: &Lanes,
        prices: &[f32],
        theta: f32,
        number: &[u32],
        customer: usize,
        scratch: &mut Vec<f32>,
    ) {
        let own = lanes.lanes_of(customer);
        let nothing = lanes.nothing[customer];
        scratch.clear();
        scratch.extend(own.clone().map(|index| best_of(lanes, index, priced(lanes, index, prices))));
        let largest = scratch.iter().fold(nothing, |most, &best| if best > most { best } else { most });
        let floor = largest - theta;
        // The best option without a rep, and every option with one.
        let mut idle = (nothing > OUT).then_some((nothing, Choice::NOTHING));
        let first = self.core.choice.len();
        let mut lane_of_option: Vec<(u32, u32)> = Vec::new();
        for (at, index) in own.clone().enumerate() {
            if scratch[at] < floor {
                continue;
            }
            let (lane, now) = (&lanes.lanes[index], priced(lanes, index, prices));
            let rep = number[lane.main as usize];
            for (block, values) in lanes.table(lane).iter().enumerate() {
                let visits = visits(lane.first, block);
                let reduced = reduced(now, values, visits);
                for k in (0..LANES).filter(|&k| reduced[k] >= floor && reduced[k] > OUT) {
                    let choice = lanes.choice(index, block * LANES + k);
                    if rep == u32::MAX {
                        if idle.is_none_or(|(best, _)| reduced[k] > best) {
                            idle = Some((reduced[k], choice));
                        }
                    } else {
                        lane_of_option.push((rep, (self.core.choice.len() - first) as u32));
                        self.core.choice.push(choice);
                        self.core.minutes.push((lane.minutes * visits[k]).min(LONGEST) as i32);
                        self.core.loss.push(largest - reduced[k]);
                    }
                }
            }
        }
        let idle = idle.filter(|&(value, _)| value >= floor);
        let options = lane_of_option.len();
        if options == 0 || options == 1 && idle.is_none() {
            let only = self.core.choice.get(first).copied().or(idle.map(|(_, choice)| choice));
            self.core.choice.truncate(first);
            self.core.minutes.truncate(first);
            self.core.loss.truncate(first);
            // At prices out of all proportion no option is seen: any will do.
            let any = || if own.is_empty() { Choice::NOTHING } else { lanes.choice(own.start, 0) };
            self.core.decided.push(only.unwrap_or_else(any));
            return;
        }
        let kept: Vec<(Choice, i32, f32)> = (first..first + options)
            .map(|at| (self.core.choice[at], self.core.minutes[at], self.core.loss[at]))
            .collect();
        self.core.choice.truncate(first);
        self.core.minutes.truncate(first);
        self.core.loss.truncate(first);
        let mut reps: Vec<u32> = lane_of_option.iter().map(|&(rep, _)| rep).collect();
        reps.sort_unstable();
        reps.dedup();
        let x = self.core.customers.len() as u32;
        for &rep in &reps {
            let start = self.core.choice.len();
            let of_rep = lane_of_option.iter().filter(|option| option.0 == rep).map(|option| kept[option.1 as usize]);
            let all = of_rep.chain(idle.map(|(value, choice)| (choice, 0, largest - value)));
            for (choice, minutes, loss) in all {
                self.core.choice.push(choice);
                self.core.minutes.push(minutes);
                self.core.loss.push(loss);
            }
            self.core.rep.push(rep);
            self.core.owner.push(x);
            self.core.least.push(self.core.loss[start..].iter().copied().fold(f32::MAX, f32::min));
            self.options.push((self.core.choice.len() - start) as u32);
        }
        self.core.customers.push(customer as u32);
        self.groups.push(reps.len() as u32);
        self.core.decided.push(Choice::NOTHING);
    }
}
