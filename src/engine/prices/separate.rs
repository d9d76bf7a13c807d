//! Owners kept: each customer has one possible rep and no row is shared, so each rep is a knapsack of its own.

use rayon::prelude::*;

use super::knapsack::{Item, pack};
use crate::problem::{Choice, Problem, RowKind};

/// The best plan of a problem that falls apart into one knapsack per rep.
pub struct Separate {
    /// One option per customer.
    pub choices: Vec<Choice>,
    /// Whether nothing better exists.
    pub exact: bool,
    /// Per row what a minute is worth, in cents.
    pub prices: Vec<f64>,
}

/// Solves the problem rep by rep; `None` where it does not fall apart, or has no plan.
pub fn solve(problem: &Problem) -> Option<Separate> {
    if problem.rows.iter().any(|row| !matches!(row.kind, RowKind::RepMinutes(_))) {
        return None;
    }
    let mut customers: Vec<Vec<usize>> = vec![Vec::new(); problem.rows.len()];
    let mut choices = vec![Choice::NOTHING; problem.customers()];
    for (customer, choice) in choices.iter_mut().enumerate() {
        let mut rows =
            problem.lanes_of(customer).map(|lane| problem.lane(lane).rep.and_then(|rep| problem.row_of_rep(rep)));
        match rows.next() {
            None => *choice = problem.choices(customer).next()?,
            Some(first) if rows.all(|row| row == first) => customers[first?].push(customer),
            Some(_) => return None,
        }
    }
    let packed: Option<Vec<_>> = customers
        .par_iter()
        .zip(&problem.rows)
        .map(|(customers, row)| {
            let classes: Vec<Vec<Item>> = customers
                .iter()
                .map(|&customer| {
                    let item = |choice| Item { minutes: problem.minutes(choice), value: problem.value(choice) };
                    problem.choices(customer).map(item).collect()
                })
                .collect();
            pack(&classes, row.capacity)
        })
        .collect();
    let packed = packed?;
    for (customers, packed) in customers.iter().zip(&packed) {
        for (&customer, &at) in customers.iter().zip(&packed.chosen) {
            choices[customer] = problem.choices(customer).nth(at)?;
        }
    }
    Some(Separate {
        choices,
        exact: packed.iter().all(|packed| packed.exact),
        prices: packed.iter().map(|packed| packed.multiplier).collect(),
    })
}
