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

    /// How far a row is overdrawn, relative to its size.
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

    /// Changes one customer at a time, each time the one that loses least value per overdraft removed from the row that
    /// is overdrawn most, until every row holds, nothing helps, or it is time to stop. Says whether every row holds.
    pub fn repair(&mut self, should_stop: &dyn Fn() -> bool) -> bool {
        if self.is_feasible() {
            return true;
        }
        let drawing = self.customers_of_rows();
        while !should_stop() {
            let overdraft = |row: &usize| self.overdraft_of(*row, self.uses[*row]);
            let most = (0..self.uses.len()).max_by(|a, b| overdraft(a).total_cmp(&overdraft(b)).then(b.cmp(a)));
            let Some(worst) = most.filter(|row| overdraft(row) > 0.0) else { return true };
            let mut best: Option<(f64, usize, Choice)> = None;
            for &customer in &drawing[worst] {
                for to in self.problem.choices(customer) {
                    let relief = self.relief(customer, to);
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
            // The total overdraft falls with every step, so this ends.
            let Some((_, customer, to)) = best else { return false };
            self.apply(customer, to);
        }
        false
    }

    /// By how much the total overdraft falls if the customer has another option.
    fn relief(&self, customer: usize, to: Choice) -> f64 {
        let fall = |&(row, amount): &(usize, i64)| {
            self.overdraft_of(row, self.uses[row]) - self.overdraft_of(row, self.uses[row] + amount)
        };
        self.change(customer, to).iter().map(fall).sum()
    }

    /// For each row the customers with an option that draws on it.
    fn customers_of_rows(&self) -> Vec<Vec<usize>> {
        let mut drawing: Vec<Vec<usize>> = vec![Vec::new(); self.uses.len()];
        for customer in 0..self.choices.len() {
            for choice in self.problem.choices(customer) {
                self.problem.for_each_use(customer, choice, |row, _| {
                    if drawing[row].last() != Some(&customer) {
                        drawing[row].push(customer);
                    }
                });
            }
        }
        drawing
    }

    /// Gives customers better options one at a time while there is room, until nothing improves or it is time to stop.
    /// The draft stays feasible.
    pub fn improve(&mut self, should_stop: &dyn Fn() -> bool) {
        let mut improved = true;
        while improved {
            improved = false;
            for customer in 0..self.choices.len() {
                if customer % 256 == 255 && should_stop() {
                    return;
                }
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
        }
    }

    fn has_room(&self, change: &[(usize, i64)]) -> bool {
        change.iter().all(|&(row, amount)| amount <= 0 || self.uses[row] + amount <= self.problem.rows[row].capacity)
    }
}
