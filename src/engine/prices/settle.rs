//! The last few undecided: a depth-first search with the bound of the prices.
//!
//! Where few options are left that a better plan can have, the best plan among them is found by trying, the least loss
//! first. A search cut short by its number of nodes is a search for better plans all the same.

use crate::problem::{Choice, Problem};

/// Steps of the search at most.
const MOST_NODES: usize = 300_000;

/// An option still possible.
struct Open {
    choice: Choice,
    loss: f64,
    uses: Vec<(usize, i64)>,
}

struct Search<'s> {
    problem: &'s Problem,
    /// Customers in the order of the search, with their options, least loss first.
    customers: Vec<(usize, Vec<Open>)>,
    /// Least use of each row by the customers from here on.
    least: Vec<Vec<i64>>,
    /// The bound less the losses so far may not fall to this.
    allowed: f64,
    choices: Vec<Choice>,
    uses: Vec<i64>,
    best: Option<(i64, Vec<Choice>)>,
    bound: f64,
    nodes: usize,
}

/// The best plan that is worth more than `above` (any plan, without it), if the search finds one. `prices` are in cents
/// per unit of each row, `keeps` says which options a better plan can have.
pub fn settle(
    problem: &Problem,
    prices: &[f64],
    above: Option<i64>,
    keeps: impl Fn(usize, Choice) -> bool,
    should_stop: &dyn Fn() -> bool,
) -> Option<Vec<Choice>> {
    let mut bound: f64 = prices.iter().zip(&problem.rows).map(|(price, row)| price * row.capacity as f64).sum();
    let mut customers: Vec<(usize, Vec<Open>)> = Vec::new();
    for customer in 0..problem.customers() {
        let mut options: Vec<Open> = Vec::new();
        let mut largest = f64::NEG_INFINITY;
        for choice in problem.choices(customer) {
            let mut uses = Vec::new();
            let mut reduced = problem.value(choice) as f64;
            problem.for_each_use(customer, choice, |row, amount| {
                uses.push((row, amount));
                reduced -= prices[row] * amount as f64;
            });
            largest = largest.max(reduced);
            if keeps(customer, choice) {
                options.push(Open { choice, loss: reduced, uses });
            }
        }
        options.iter_mut().for_each(|option| option.loss = largest - option.loss);
        options.sort_by(|a, b| a.loss.total_cmp(&b.loss));
        bound += largest;
        customers.push((customer, options));
    }
    // Few options first, then those whose second option loses most.
    let second = |options: &[Open]| options.get(1).map_or(f64::MAX, |option| option.loss);
    customers.sort_by(|(a, x), (b, y)| second(y).total_cmp(&second(x)).then(a.cmp(b)));
    let rows = problem.rows.len();
    let mut least = vec![vec![0_i64; rows]; customers.len() + 1];
    for (at, (_, options)) in customers.iter().enumerate().rev() {
        let mut own = vec![(0_usize, 0_i64); rows];
        for (row, amount) in options.iter().flat_map(|option| &option.uses) {
            own[*row].0 += 1;
            own[*row].1 = own[*row].1.min(*amount);
        }
        for row in 0..rows {
            let all = own[row].0 == options.len() && own[row].0 > 0;
            let smallest = || {
                let uses = options.iter().flat_map(|option| &option.uses).filter(|&&(known, _)| known == row);
                uses.map(|&(_, amount)| amount).min().unwrap_or(0)
            };
            least[at][row] = least[at + 1][row] + if all { smallest() } else { own[row].1 };
        }
    }
    let mut search = Search {
        problem,
        choices: vec![Choice::NOTHING; problem.customers()],
        uses: vec![0; rows],
        customers,
        least,
        allowed: above.map_or(f64::NEG_INFINITY, |above| above as f64 + 0.5),
        best: None,
        bound,
        nodes: 0,
    };
    search.descend(0, 0.0, should_stop);
    search.best.map(|(_, choices)| choices)
}

impl Search<'_> {
    /// Tries the options of the customer at this place; says whether to go on.
    fn descend(&mut self, at: usize, lost: f64, should_stop: &dyn Fn() -> bool) -> bool {
        self.nodes += 1;
        if self.nodes > MOST_NODES || self.nodes.is_multiple_of(1024) && should_stop() {
            return false;
        }
        if at == self.customers.len() {
            let value = self.problem.total_value(&self.choices);
            if value as f64 > self.allowed {
                self.allowed = value as f64 + 0.5;
                self.best = Some((value, self.choices.clone()));
            }
            return true;
        }
        for option in 0..self.customers[at].1.len() {
            let (customer, open) = (self.customers[at].0, &self.customers[at].1[option]);
            let lost = lost + open.loss;
            // Losses are sorted: what comes after loses more.
            if self.bound - lost <= self.allowed - 1e-6 * self.bound.abs() * f64::EPSILON {
                break;
            }
            let choice = open.choice;
            for place in 0..open.uses.len() {
                let (row, amount) = self.customers[at].1[option].uses[place];
                self.uses[row] += amount;
            }
            self.choices[customer] = choice;
            let least = &self.least[at + 1];
            let fits = (0..self.uses.len()).all(|row| self.uses[row] + least[row] <= self.problem.rows[row].capacity);
            let go_on = !fits || self.descend(at + 1, lost, should_stop);
            for place in 0..self.customers[at].1[option].uses.len() {
                let (row, amount) = self.customers[at].1[option].uses[place];
                self.uses[row] -= amount;
            }
            if !go_on {
                return false;
            }
        }
        true
    }
}
