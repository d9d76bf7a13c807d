//! Making a plan feasible, and better where that is easy, in exact integers.

use crate::problem::{Choice, Problem, Running};

/// A plan that is made feasible, or better.
#[derive(Clone, Debug)]
pub struct Draft<'p> {
    running: Running<'p>,
}

impl<'p> Draft<'p> {
    /// A draft of these options; each must be one of its customer's.
    pub fn new(problem: &'p Problem, choices: Vec<Choice>) -> Draft<'p> {
        Draft { running: Running::new(problem, choices) }
    }

    /// How far a row is overdrawn, relative to its size.
    fn overdraft_of(&self, row: usize, used: i64) -> f64 {
        let row = &self.running.problem.rows[row];
        let size = row.capacity.unsigned_abs().max(1) as f64;
        (used - row.capacity).max(0) as f64 / size
    }

    /// Whether every row holds.
    pub fn is_feasible(&self) -> bool {
        self.running.is_feasible()
    }

    /// The value, in cents.
    pub fn value(&self) -> i64 {
        self.running.problem.total_value(&self.running.choices)
    }

    /// The options.
    pub fn into_choices(self) -> Vec<Choice> {
        self.running.choices
    }

    /// Changes one customer at a time, each time the one that loses least value per overdraft removed from the row that
    /// is overdrawn most, until every row holds, nothing helps, or it is time to stop. Says whether every row holds.
    pub fn repair(&mut self, should_stop: &dyn Fn() -> bool) -> bool {
        if self.is_feasible() {
            return true;
        }
        let drawing = self.customers_of_rows();
        while !should_stop() {
            let overdraft = |row: &usize| self.overdraft_of(*row, self.running.uses[*row]);
            let most = (0..self.running.uses.len()).max_by(|a, b| overdraft(a).total_cmp(&overdraft(b)).then(b.cmp(a)));
            let Some(worst) = most.filter(|row| overdraft(row) > 0.0) else { return true };
            let mut best: Option<(f64, usize, Choice)> = None;
            for &customer in &drawing[worst] {
                for to in self.running.problem.choices(customer) {
                    let relief = self.relief(customer, to);
                    if relief <= 1e-12 {
                        continue;
                    }
                    let loss = (self.running.problem.value(self.running.choices[customer])
                        - self.running.problem.value(to)) as f64;
                    let cost = if loss > 0.0 { loss / relief } else { loss * relief };
                    if best.is_none_or(|(least, _, _)| cost < least) {
                        best = Some((cost, customer, to));
                    }
                }
            }
            // The total overdraft falls with every step, so this ends.
            let Some((_, customer, to)) = best else { return false };
            self.running.give(customer, to);
        }
        false
    }

    /// By how much the total overdraft falls if the customer has another option.
    fn relief(&self, customer: usize, to: Choice) -> f64 {
        let fall = |&(row, amount): &(usize, i64)| {
            self.overdraft_of(row, self.running.uses[row]) - self.overdraft_of(row, self.running.uses[row] + amount)
        };
        self.running.change(customer, to).iter().map(fall).sum()
    }

    /// For each row the customers with an option that draws on it.
    fn customers_of_rows(&self) -> Vec<Vec<usize>> {
        let mut drawing: Vec<Vec<usize>> = vec![Vec::new(); self.running.uses.len()];
        for customer in 0..self.running.choices.len() {
            for choice in self.running.problem.choices(customer) {
                self.running.problem.for_each_use(customer, choice, |row, _| {
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
            for customer in 0..self.running.choices.len() {
                if customer % 256 == 255 && should_stop() {
                    return;
                }
                let now = self.running.problem.value(self.running.choices[customer]);
                let mut best = (now, self.running.choices[customer]);
                for to in self.running.problem.choices(customer) {
                    if self.running.problem.value(to) > best.0 && self.running.has_room(customer, to) {
                        best = (self.running.problem.value(to), to);
                    }
                }
                if best.0 > now {
                    self.running.give(customer, best.1);
                    improved = true;
                }
            }
        }
    }

    /// Drops what loses: visits and calls that count below nothing, where nothing is allowed and no limit needs them.
    /// The draft stays feasible. Says whether anything was dropped.
    pub fn drop_losses(&mut self) -> bool {
        let mut dropped = false;
        for customer in 0..self.running.choices.len() {
            let problem = self.running.problem;
            let loses = problem.value(self.running.choices[customer]) < 0 && problem.allows_nothing(customer);
            if loses && self.running.has_room(customer, Choice::NOTHING) {
                self.running.give(customer, Choice::NOTHING);
                dropped = true;
            }
        }
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;

    #[test]
    fn what_loses_is_dropped_where_no_limit_needs_it() {
        let of = |rule: &str| {
            let text = format!(
                r#"{{"format": "visitplan-instance/1", "reps": [{{"id": "r", "minutes": 600}}], "customers": [
                    {{"id": "a", "coverage": [{{"rep": "r", "minutes_per_visit": 60, "revenue": [0, -5, 7]}}]}},
                    {{"id": "b", "coverage": [{{"rep": "r", "minutes_per_visit": 60, "revenue": [0, 9, -1]}}]}},
                    {{"id": "c", "visits": {{"min": 1}},
                     "coverage": [{{"rep": "r", "minutes_per_visit": 60, "revenue": [0, -3]}}]}}],
                    "model": {{"format": "visitplan-model/1", "channels": "field", "rules": [{rule}]}}}}"#
            );
            let problem = Problem::new(&Instance::from_json(&text).unwrap()).unwrap();
            let visits = |customer, visits| problem.find(customer, Some(0), visits, None, 0).unwrap();
            let mut draft = Draft::new(&problem, vec![visits(0, 1), visits(1, 1), visits(2, 1)]);
            let dropped = draft.drop_losses();
            (dropped, draft.into_choices().iter().map(|choice| choice.visits).collect::<Vec<_>>())
        };
        // The third must be visited.
        assert_eq!(of(""), (true, vec![0, 1, 1]));
        assert_eq!(of(r#"{"min_visits": {"visits": 3}}"#), (false, vec![1, 1, 1]));
    }
}
