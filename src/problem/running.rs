//! A plan that is worked on: one option per customer with what all of them use of every row.

use super::{Choice, Problem};

/// One option per customer with the use of every row; may be infeasible for a while.
#[derive(Clone, Debug)]
pub struct Running<'p> {
    /// The problem whose options these are.
    pub problem: &'p Problem,
    /// One option per customer.
    pub choices: Vec<Choice>,
    /// The use of every row.
    pub uses: Vec<i64>,
}

impl<'p> Running<'p> {
    /// Of these options; each must be one of its customer's.
    pub fn new(problem: &'p Problem, choices: Vec<Choice>) -> Running<'p> {
        let uses = problem.row_uses(&choices);
        Running { problem, choices, uses }
    }

    /// Whether every row holds.
    pub fn is_feasible(&self) -> bool {
        self.uses.iter().zip(&self.problem.rows).all(|(&used, row)| used <= row.capacity)
    }

    /// What is left of a row.
    pub fn left(&self, row: usize) -> i64 {
        self.problem.rows[row].capacity - self.uses[row]
    }

    /// The change of each row's use if the customer had another option.
    pub fn change(&self, customer: usize, to: Choice) -> Vec<(usize, i64)> {
        let mut change: Vec<(usize, i64)> = Vec::with_capacity(8);
        let mut add = |row: usize, amount: i64| match change.iter_mut().find(|(known, _)| *known == row) {
            Some((_, sum)) => *sum += amount,
            None => change.push((row, amount)),
        };
        self.problem.for_each_use(customer, self.choices[customer], |row, amount| add(row, -amount));
        self.problem.for_each_use(customer, to, add);
        change.retain(|&(_, amount)| amount != 0);
        change
    }

    /// Whether no row would be overdrawn, or overdrawn further, by giving the customer another option.
    pub fn has_room(&self, customer: usize, to: Choice) -> bool {
        self.has_room_but_for(customer, to, None)
    }

    /// The same, but for one row that may be.
    pub fn has_room_but_for(&self, customer: usize, to: Choice, ignored: Option<usize>) -> bool {
        let holds = |&(row, amount): &(usize, i64)| amount <= 0 || Some(row) == ignored || amount <= self.left(row);
        self.change(customer, to).iter().all(holds)
    }

    /// Gives a customer another option.
    pub fn give(&mut self, customer: usize, to: Choice) {
        let (problem, uses) = (self.problem, &mut self.uses);
        problem.for_each_use(customer, self.choices[customer], |row, amount| uses[row] -= amount);
        problem.for_each_use(customer, to, |row, amount| uses[row] += amount);
        self.choices[customer] = to;
    }
}
