//! The shortlist: the options that matter for a proof, by rep, as what they lose at the prices of the rows.
//!
//! At prices l of the rows an option o of customer c loses `max s - s_o`, with `s_o = D v_o - sum l a_o`. A plan's
//! value times D is U less the losses of its options less l x slack of every row (`models/prices.md`, section 4). All
//! numbers here are whole, in units of 1 / D cent, so that what is found is what a verifier will find.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::problem::{Choice, Problem, RowKind};

/// Losses are below this, so that sums of a few fit into 32 bits.
pub const LOSS_LIMIT: i64 = 1 << 29;

/// Options of more minutes, two years without a break, are not for this search.
const MOST_MINUTES: i64 = 1 << 20;

/// Nor are reps whose options, the longest of each customer, take more together.
const MOST_LOAD: i64 = 1 << 27;

/// The options that lose at most so much, and what else a proof needs to know of the problem.
pub struct Shortlist {
    /// D: units per cent.
    pub denominator: i64,
    /// The largest loss of an option on the list.
    pub theta: i64,
    /// Price of each row of the problem, in units per unit of the row.
    pub row_prices: Vec<i64>,
    /// U: D times the bound by these prices, less `unusable`.
    pub sum: i128,
    /// The price of minutes that no plan can use, because all options are longer by whole units.
    pub unusable: i128,
    /// Largest reduced value of each customer of the problem.
    pub largest: Vec<i64>,
    /// The customers who have an option by a rep on the list.
    pub customers: Vec<Customer>,
    /// The reps.
    pub reps: Vec<Rep>,
    /// The groups, rep by rep: one customer with one rep.
    pub groups: Vec<Group>,
    /// Minutes of each option, in the rep's unit; a group's rise.
    pub minutes: Vec<i32>,
    /// Loss of each option.
    pub loss: Vec<i32>,
    /// The option in the problem.
    pub choice: Vec<Choice>,
    /// The group of each option.
    pub group_of: Vec<u32>,
    /// Options of customers who have none by a rep on the list.
    pub idle: Vec<(u32, Choice)>,
}

/// A customer of the shortlist.
#[derive(Clone)]
pub struct Customer {
    /// Index in the problem.
    pub index: u32,
    /// The best option without a rep and its loss, where it is on the list.
    pub idle: Option<(i32, Choice)>,
    /// The customer's groups, least loss first.
    pub groups: Vec<u32>,
    /// The least loss of an option that is not on the list.
    pub beyond: i64,
}

/// A rep of the shortlist.
#[derive(Clone)]
pub struct Rep {
    /// The row of the rep's minutes.
    pub row: usize,
    /// The rep's minutes, in a unit that divides all of its options.
    pub capacity: i64,
    /// Price of a minute.
    pub price: i64,
    /// The rep's groups.
    pub groups: Range<usize>,
}

/// What one rep could do for one customer.
#[derive(Clone, Copy)]
pub struct Group {
    /// Number of the customer in the shortlist.
    pub customer: u32,
    /// Number of the rep in the shortlist.
    pub rep: u32,
    /// The group's options: `first .. end`.
    pub first: u32,
    /// One past the last.
    pub end: u32,
}

impl Group {
    /// The group's options.
    pub fn options(self) -> Range<usize> {
        self.first as usize..self.end as usize
    }
}

/// What one customer has on the list.
struct Found {
    largest: i64,
    idle: Option<(i32, Choice)>,
    /// Rep, minutes, loss and option, by rep and minutes.
    options: Vec<(u32, i32, i32, Choice)>,
    beyond: i64,
}

impl Shortlist {
    /// A list of nobody, which customers, reps and options are added to.
    pub fn empty(denominator: i64, theta: i64, row_prices: Vec<i64>) -> Shortlist {
        Shortlist {
            denominator,
            theta,
            row_prices,
            sum: 0,
            unusable: 0,
            largest: Vec::new(),
            customers: Vec::new(),
            reps: Vec::new(),
            groups: Vec::new(),
            minutes: Vec::new(),
            loss: Vec::new(),
            choice: Vec::new(),
            group_of: Vec::new(),
            idle: Vec::new(),
        }
    }

    /// A list of nobody at the same prices, for some of the options here.
    fn without_options(&self) -> Shortlist {
        Shortlist::empty(self.denominator, self.theta, self.row_prices.clone())
    }

    /// The options that lose at most `theta` units at whole prices of the rows; `None` where the numbers are too large,
    /// or visits have no limit.
    pub fn of(problem: &Problem, denominator: i64, row_prices: Vec<i64>, theta: i64) -> Option<Shortlist> {
        let rows: Vec<usize> =
            (0..problem.rows.len()).filter(|&row| matches!(problem.rows[row].kind, RowKind::RepMinutes(_))).collect();
        let mut number = vec![u32::MAX; problem.rows.len()];
        (0..).zip(&rows).for_each(|(rep, &row)| number[row] = rep);
        let theta = theta.clamp(0, LOSS_LIMIT - 1);
        let found: Option<Vec<Found>> = (0..problem.customers())
            .into_par_iter()
            .with_min_len(64)
            .map(|customer| look(problem, denominator, &row_prices, theta, (&rows, &number), customer))
            .collect();
        let found = found?;
        let capacity: i128 = problem
            .rows
            .iter()
            .zip(&row_prices)
            .map(|(row, &price)| i128::from(price) * i128::from(row.capacity))
            .sum();
        let sum = capacity + found.iter().map(|found| i128::from(found.largest)).sum::<i128>();
        let mut list = Shortlist {
            sum,
            largest: found.iter().map(|found| found.largest).collect(),
            ..Shortlist::empty(denominator, theta, row_prices)
        };
        // Option lists by rep, in the order of the customers.
        let mut by_rep: Vec<Vec<(u32, usize, usize)>> = vec![Vec::new(); rows.len()];
        for (index, found) in found.iter().enumerate() {
            let x = list.customers.len() as u32;
            if found.options.is_empty() {
                list.idle.push((index as u32, found.idle?.1));
                continue;
            }
            let mut start = 0;
            for of_rep in found.options.chunk_by(|a, b| a.0 == b.0) {
                by_rep[of_rep[0].0 as usize].push((x, start, start + of_rep.len()));
                start += of_rep.len();
            }
            list.customers.push(Customer {
                index: index as u32,
                idle: found.idle,
                groups: Vec::new(),
                beyond: found.beyond,
            });
        }
        for (rep, groups) in by_rep.iter().enumerate() {
            let start = list.groups.len();
            for &(x, from, to) in groups {
                let first = list.minutes.len() as u32;
                let customer = list.customers[x as usize].index as usize;
                for &(_, minutes, loss, choice) in &found[customer].options[from..to] {
                    list.minutes.push(minutes);
                    list.loss.push(loss);
                    list.choice.push(choice);
                    list.group_of.push(list.groups.len() as u32);
                }
                list.customers[x as usize].groups.push(list.groups.len() as u32);
                list.groups.push(Group { customer: x, rep: rep as u32, first, end: list.minutes.len() as u32 });
            }
            let row = rows[rep];
            list.reps.push(Rep {
                row,
                capacity: problem.rows[row].capacity,
                price: list.row_prices[row],
                groups: start..list.groups.len(),
            });
        }
        if !list.fits() {
            return None;
        }
        list.divide_minutes();
        list.sort_groups();
        Some(list)
    }

    /// Whether sums and products of minutes, prices and losses fit into 64 bits.
    fn fits(&self) -> bool {
        let longest = |group: &Group| i64::from(self.minutes[group.end as usize - 1]);
        let load = |rep: &Rep| self.groups[rep.groups.clone()].iter().map(longest).sum::<i64>();
        let paid: i128 = self.reps.iter().map(|rep| i128::from(rep.price) * i128::from(rep.capacity)).sum();
        paid < 1 << 60 && self.reps.iter().all(|rep| rep.price < 1 << 40 && load(rep) < MOST_LOAD)
    }

    /// Counts a rep's minutes in the largest unit that divides all its options; what is left of the hours is lost to
    /// every plan.
    fn divide_minutes(&mut self) {
        for rep in &mut self.reps {
            let options = self.groups[rep.groups.clone()].iter().flat_map(|group| group.options());
            let unit = options.fold(0, |unit, option| gcd(unit, self.minutes[option]));
            if unit > 1 {
                for option in self.groups[rep.groups.clone()].iter().flat_map(|group| group.options()) {
                    self.minutes[option] /= unit;
                }
                let unit = i64::from(unit);
                let unusable = i128::from(rep.price) * i128::from(rep.capacity.rem_euclid(unit));
                self.sum -= unusable;
                self.unusable += unusable;
                rep.capacity = rep.capacity.div_euclid(unit);
                rep.price *= unit;
            }
        }
    }

    /// The list at the same prices, of options that lose up to so much.
    pub fn up_to(&self, problem: &Problem, theta: i64) -> Option<Shortlist> {
        Shortlist::of(problem, self.denominator, self.row_prices.clone(), theta)
    }

    /// The list without some groups; whoever has none left has to be idle.
    pub fn only(&self, keep: &[bool]) -> Shortlist {
        let mut only = Shortlist {
            sum: self.sum,
            unusable: self.unusable,
            largest: self.largest.clone(),
            idle: self.idle.clone(),
            ..self.without_options()
        };
        let mut number = vec![u32::MAX; self.customers.len()];
        for (x, customer) in self.customers.iter().enumerate() {
            match customer.idle {
                // Whoever is left without a rep loses that for sure.
                Some((loss, choice)) if customer.groups.iter().all(|&group| !keep[group as usize]) => {
                    only.sum -= i128::from(loss);
                    only.idle.push((customer.index, choice));
                }
                _ => {
                    number[x] = only.customers.len() as u32;
                    only.customers.push(Customer { groups: Vec::new(), ..customer.clone() });
                }
            }
        }
        for rep in &self.reps {
            let start = only.groups.len();
            for group in rep.groups.clone().filter(|&group| keep[group]) {
                let customer = number[self.groups[group].customer as usize];
                only.copy(self, group, customer, self.groups[group].rep);
            }
            only.reps.push(Rep { groups: start..only.groups.len(), ..rep.clone() });
        }
        only.sort_groups();
        only
    }

    /// Sorts the groups of each customer, least loss first.
    fn sort_groups(&mut self) {
        for x in 0..self.customers.len() {
            let mut groups = std::mem::take(&mut self.customers[x].groups);
            groups.sort_by_key(|&group| self.least(group as usize));
            self.customers[x].groups = groups;
        }
    }

    /// Adds a group of another list, for a customer and a rep of this one.
    fn copy(&mut self, from: &Shortlist, group: usize, customer: u32, rep: u32) {
        let (number, first) = (self.groups.len() as u32, self.minutes.len() as u32);
        for option in from.groups[group].options() {
            self.minutes.push(from.minutes[option]);
            self.loss.push(from.loss[option]);
            self.choice.push(from.choice[option]);
            self.group_of.push(number);
        }
        self.customers[customer as usize].groups.push(number);
        self.groups.push(Group { customer, rep, first, end: self.minutes.len() as u32 });
    }

    /// The list of some reps alone: their groups of the customers that `keep` names.
    pub fn part(&self, reps: &[usize], keep: impl Fn(usize) -> bool) -> Shortlist {
        let mut part = self.without_options();
        let mut number: HashMap<u32, u32> = HashMap::new();
        for (rep, &whole) in (0..).zip(reps) {
            let start = part.groups.len();
            for group in self.reps[whole].groups.clone() {
                let x = self.groups[group].customer;
                if !keep(x as usize) {
                    continue;
                }
                let customer = *number.entry(x).or_insert_with(|| {
                    let Customer { idle, beyond, .. } = self.customers[x as usize];
                    part.customers.push(Customer { index: x, idle, groups: Vec::new(), beyond });
                    part.customers.len() as u32 - 1
                });
                part.copy(self, group, customer, rep);
            }
            part.reps.push(Rep { groups: start..part.groups.len(), ..self.reps[whole].clone() });
        }
        part
    }

    /// The least loss of a group.
    pub fn least(&self, group: usize) -> i32 {
        self.loss[self.groups[group].options()].iter().copied().min().unwrap_or(i32::MAX)
    }

    /// The customer of an option.
    pub fn customer_of(&self, option: u32) -> usize {
        self.groups[self.group_of[option as usize] as usize].customer as usize
    }

    /// What the options of a plan of this value lose together, with the price of what they leave unused.
    pub fn loss_of(&self, value: i64) -> i128 {
        self.sum - i128::from(self.denominator) * i128::from(value)
    }
}

fn gcd(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Looks at one customer.
fn look(
    problem: &Problem,
    denominator: i64,
    prices: &[i64],
    theta: i64,
    (rows, number): (&[usize], &[u32]),
    customer: usize,
) -> Option<Found> {
    let mut all: Vec<(u32, i64, i64, Choice)> = Vec::new();
    let mut largest = i128::MIN;
    let mut fits = true;
    problem.for_each_option(customer, |choice, value| {
        let mut reduced = i128::from(denominator) * i128::from(value);
        let (mut rep, mut minutes) = (u32::MAX, 0);
        problem.for_each_use(customer, choice, |row, amount| {
            reduced -= i128::from(prices[row]) * i128::from(amount);
            if number[row] != u32::MAX {
                (rep, minutes) = (number[row], amount);
            }
        });
        largest = largest.max(reduced);
        fits &= reduced.abs() < 1 << 60 && minutes < MOST_MINUTES;
        // A rep without a row of minutes would have no limit.
        fits &= rep != u32::MAX || choice.visits == 0;
        all.push((rep, minutes, reduced as i64, choice));
    });
    if !fits || all.is_empty() {
        return None;
    }
    let largest = largest as i64;
    let mut found = Found { largest, idle: None, options: Vec::new(), beyond: i64::MAX };
    // By rep and minutes, then least loss first.
    all.sort_unstable_by_key(|&(rep, minutes, reduced, choice)| (rep, minutes, -reduced, choice));
    for of_rep in all.chunk_by(|a, b| a.0 == b.0) {
        let mut most = i128::MIN;
        let price = rows.get(of_rep[0].0 as usize).map_or(0, |&row| prices[row]);
        for &(rep, minutes, reduced, choice) in of_rep {
            // Worth without the price of the rep's minutes: those saved may be left unused, but at a price.
            let worth = i128::from(reduced) + i128::from(price) * i128::from(minutes);
            if worth <= most {
                // No shorter and no better than another one of the rep.
                continue;
            }
            most = worth;
            let loss = largest - reduced;
            if loss > theta {
                found.beyond = found.beyond.min(loss);
            } else if rep == u32::MAX {
                found.idle = Some((loss as i32, choice));
            } else {
                found.options.push((rep, minutes as i32, loss as i32, choice));
            }
        }
    }
    Some(found)
}
