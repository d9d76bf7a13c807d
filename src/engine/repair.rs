//! Making a plan feasible, and better where that is easy, in exact integers.

use crate::problem::{Choice, Problem};

/// One option per customer with the use of every row.
#[derive(Clone, Debug)]
pub struct Draft<'p> {
    problem: &'p Problem,
    /// One option per customer.
    pub choices: Vec<Choice>,
    uses: Vec<i64>,
}

impl<'p> Draft<'p> {
    /// A draft of these options; each must be one of its customer's.
    pub fn new(problem: &'p Problem, choices: Vec<Choice>) -> Draft<'p> {
        let uses = problem.row_uses(&choices);
        Draft { problem, choices, uses }
    }

    /// How far all rows together are overdrawn, each relative to its size.
    fn overdraft(&self) -> f64 {
        (0..self.uses.len()).map(|row| self.overdraft_of(row, self.uses[row])).sum()
    }

    fn overdraft_of(&self, row: usize, used: i64) -> f64 {
        let row = &self.problem.rows[row];
        let size = row.capacity.unsigned_abs().max(1) as f64;
        (used - row.capacity).max(0) as f64 / size
    }

    /// Whether every row holds.
    pub fn is_feasible(&self) -> bool {
        self.uses.iter().zip(&self.problem.rows).all(|(&used, row)| used <= row.capacity)
    }

    /// The value, in cents.
    pub fn value(&self) -> i64 {
        self.problem.total_value(&self.choices)
    }

    /// The change of each row's use if the customer had another option.
    fn change(&self, customer: usize, to: Choice) -> Vec<(usize, i64)> {
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

    fn apply(&mut self, customer: usize, to: Choice) {
        for (row, amount) in self.change(customer, to) {
            self.uses[row] += amount;
        }
        self.choices[customer] = to;
    }

    /// Changes one customer at a time, each time the one that loses least value per overdraft removed, until every row
    /// holds or nothing helps. Says whether every row holds.
    pub fn repair(&mut self) -> bool {
        for _ in 0..4 * self.choices.len() + 16 {
            if self.is_feasible() {
                return true;
            }
            let mut best: Option<(f64, usize, Choice)> = None;
            for customer in 0..self.choices.len() {
                for to in self.problem.choices(customer) {
                    let relief: f64 = self
                        .change(customer, to)
                        .iter()
                        .map(|&(row, amount)| {
                            self.overdraft_of(row, self.uses[row]) - self.overdraft_of(row, self.uses[row] + amount)
                        })
                        .sum();
                    if relief <= 1e-12 {
                        continue;
                    }
                    let loss = (self.problem.value(self.choices[customer]) - self.problem.value(to)) as f64;
                    let cost = if loss > 0.0 { loss / relief } else { loss * relief };
                    if best.is_none_or(|(least, _, _)| cost < least) {
                        best = Some((cost, customer, to));
                    }
                }
            }
            let Some((_, customer, to)) = best else { return false };
            self.apply(customer, to);
        }
        self.overdraft() == 0.0 && self.is_feasible()
    }

    /// Gives customers better options one at a time while there is room; the draft stays feasible.
    pub fn improve(&mut self) {
        for _ in 0..20 {
            let mut improved = false;
            for customer in 0..self.choices.len() {
                let now = self.problem.value(self.choices[customer]);
                let mut best = (now, self.choices[customer]);
                for to in self.problem.choices(customer) {
                    if self.problem.value(to) > best.0 && self.has_room(&self.change(customer, to)) {
                        best = (self.problem.value(to), to);
                    }
                }
                if best.0 > now {
                    self.apply(customer, best.1);
                    improved = true;
                }
            }
            if !improved {
                return;
            }
        }
    }

    fn has_room(&self, change: &[(usize, i64)]) -> bool {
        change.iter().all(|&(row, amount)| amount <= 0 || self.uses[row] + amount <= self.problem.rows[row].capacity)
    }
}
