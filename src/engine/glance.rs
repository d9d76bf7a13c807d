//! Proofs of infeasibility that need no search.

use crate::certificate::{Branch, Certificate, infeasible_branch};
use crate::problem::{Problem, RowKind};

/// Proofs that need no search: a customer without any option, or one row that even the least uses overdraw.
pub fn infeasible_at_a_glance(problem: &Problem) -> Option<Certificate> {
    glance(problem, &Branch::default()).map(|prices| Certificate::of_prices(problem, 1, &prices))
}

/// As [`infeasible_at_a_glance`] for the options left in a branch: the prices that prove it empty.
pub fn glance(problem: &Problem, branch: &Branch) -> Option<Vec<i64>> {
    let mut prices = vec![0; problem.rows.len()];
    let mut least = vec![0_i128; problem.rows.len()];
    // Where no use is negative, who may be left alone uses nothing.
    let positive = problem.rows.iter().all(|row| !matches!(row.kind, RowKind::RepLeast(_) | RowKind::Rule(_)));
    let may_skip = positive && branch.depth() == 0;
    // Per row the customer's least use and how many of its options draw on it, and the rows where that is not 0.
    let mut uses = vec![(0_i64, 0_usize); problem.rows.len()];
    let mut drawn: Vec<usize> = Vec::new();
    for customer in (0..problem.customers()).filter(|&customer| !(may_skip && problem.allows_nothing(customer))) {
        let mut options = 0;
        for choice in problem.choices(customer).filter(|&choice| branch.allows(customer, choice)) {
            options += 1;
            problem.for_each_use(customer, choice, |row, amount| {
                let (lowest, count) = uses[row];
                uses[row] = if count == 0 { (amount, 1) } else { (amount.min(lowest), count + 1) };
                drawn.extend((count == 0).then_some(row));
            });
        }
        if options == 0 {
            return Some(prices);
        }
        for row in drawn.drain(..) {
            let (lowest, count) = std::mem::take(&mut uses[row]);
            // Options that do not draw on the row use 0 of it.
            least[row] += i128::from(if count < options { lowest.min(0) } else { lowest });
        }
    }
    let broken = problem.rows.iter().zip(&least).position(|(row, &least)| least > i128::from(row.capacity))?;
    prices[broken] = 1;
    infeasible_branch(problem, &prices, branch).is_ok().then_some(prices)
}
