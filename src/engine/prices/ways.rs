//! Customers' options where reps' minutes are the only rows: what each costs, whom it asks, and for how long.

use crate::problem::{Choice, Problem, RowKind};

/// Options at most: a search of this kind copies who has which option.
const MOST: usize = 1_000_000;
/// Up to so many minutes are exact in single precision, with room to add.
const MOST_MINUTES: i64 = 1 << 20;
/// The row of an option without a rep.
pub const NOBODY: u32 = u32::MAX;

/// An option of a customer.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// The row of the rep's minutes, or [`NOBODY`].
    pub row: u32,
    /// How much of it is used.
    pub minutes: f64,
    /// Its value, negated: the search reckons in costs.
    pub cost: f64,
    /// The problem's option.
    pub choice: Choice,
}

/// All customers' options, and the reps' minutes.
#[derive(Clone, Debug)]
pub struct Ways {
    /// The options of all customers.
    pub ways: Vec<Way>,
    /// Options of customer `c`: `first[c] .. first[c + 1]`.
    first: Vec<u32>,
    /// Minutes of each row.
    pub capacity: Vec<f64>,
}

impl Ways {
    /// The options of a problem whose rows are all reps' minutes, if they are not too many.
    pub fn of(problem: &Problem) -> Option<Ways> {
        let only_minutes = problem.rows.iter().all(|row| matches!(row.kind, RowKind::RepMinutes(_)));
        if !only_minutes || problem.rows.is_empty() || problem.choice_count() > MOST {
            return None;
        }
        let mut ways = Ways {
            ways: Vec::with_capacity(problem.choice_count()),
            first: vec![0],
            capacity: problem.rows.iter().map(|row| row.capacity as f64).collect(),
        };
        for customer in 0..problem.customers() {
            let mut fits = true;
            problem.for_each_option(customer, |choice, value| {
                let lane = choice.lane().map(|lane| problem.lane(lane));
                let row = lane.and_then(|lane| problem.row_of_rep(lane.rep?));
                let minutes = row.map_or(0, |_| problem.minutes(choice));
                fits &= minutes <= MOST_MINUTES;
                ways.ways.push(Way {
                    row: row.map_or(NOBODY, |row| row as u32),
                    minutes: minutes as f64,
                    cost: -(value as f64),
                    choice,
                });
            });
            if !fits {
                return None;
            }
            ways.first.push(ways.ways.len() as u32);
        }
        Some(ways)
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.first.len() - 1
    }

    /// The options of a customer as indices.
    pub fn of_customer(&self, customer: usize) -> std::ops::Range<usize> {
        self.first[customer] as usize..self.first[customer + 1] as usize
    }

    /// What an option costs at these prices of the rows.
    pub fn priced(&self, way: usize, prices: &[f64]) -> f64 {
        let Way { row, minutes, cost, .. } = self.ways[way];
        if row == NOBODY { cost } else { cost + prices[row as usize] * minutes }
    }

    /// The share of the reps' minutes that goes, at these prices, to customers who must be visited.
    pub fn committed(&self, prices: &[f64]) -> f64 {
        let must = (0..self.customers()).filter_map(|customer| {
            let ways = self.of_customer(customer);
            let visited = self.ways[ways.clone()].iter().all(|way| way.row != NOBODY);
            visited.then_some(())?;
            ways.min_by(|&a, &b| self.priced(a, prices).total_cmp(&self.priced(b, prices)))
        });
        must.map(|way| self.ways[way].minutes).sum::<f64>() / self.capacity.iter().sum::<f64>().max(1.0)
    }
}
