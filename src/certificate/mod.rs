//! Certificates: numbers from which anyone can compute a bound that no plan exceeds, in exact integers.
//!
//! See `models/certificate.md` for why each check is enough, with an example worked by hand.

mod bound;
mod branch;
mod expanding_core;
mod knapsack;
mod leaf;
mod leaf_prices;
mod multiple_choice;
mod read;
mod read_tree;
mod remaining;
mod shape;
mod split;
mod tree;
mod walk;
mod write;

use std::collections::HashMap;

use serde::Serialize;

pub use bound::{Bound, Fixing, Unproven, bound_by_prices, infeasible_branch, infeasible_by_prices};
pub(crate) use bound::{best_reduced, sum_by_prices};
pub use branch::Branch;
pub use knapsack::{Bounds, KnapsackPrices, bound_by_knapsacks, infeasible_by_knapsacks};
pub use multiple_choice::{Item, Knapsack, TooHard};
pub use split::{Split, Test};
pub use tree::{LeafKnapsack, Tree, TreeNode};
pub use walk::infeasible_by_tree;
pub use write::CertificateDocument;

use crate::problem::{Problem, Row};

/// The largest denominator of prices.
pub const MAX_DENOMINATOR: i64 = 1_000_000_000;
/// Prices are below this.
pub const PRICE_LIMIT: i64 = 1 << 53;

/// What proves the bound of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// D: prices are in cents x D per unit of their row.
    pub denominator: i64,
    /// Prices of rows; those left out are 0.
    pub rows: Vec<RowPrice>,
    /// Prices for a bound by knapsacks, where one is claimed.
    pub knapsack: Option<KnapsackPrices>,
    /// A search to the end, where there was one.
    pub tree: Option<Tree>,
}

/// The price of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowPrice {
    /// The row's name.
    pub row: String,
    /// Cents x D per unit of the row, not negative.
    pub price: i64,
}

impl Certificate {
    /// The price of each row of a problem, which may be another one, in cents per unit; 0 where none is stated.
    pub fn prices_for(&self, problem: &Problem) -> Vec<f64> {
        let stated: HashMap<&str, i64> = self.rows.iter().map(|row| (row.row.as_str(), row.price)).collect();
        let denominator = self.denominator.max(1) as f64;
        let price = |row: &Row| stated.get(row.name.as_str()).map_or(0.0, |&price| price as f64 / denominator);
        problem.rows.iter().map(price).collect()
    }

    /// A certificate of kind 1 from one price per row.
    pub fn of_prices(problem: &Problem, denominator: i64, prices: &[i64]) -> Certificate {
        Certificate { denominator, rows: named(problem, prices), knapsack: None, tree: None }
    }

    /// One price per row of the problem, or which name is no row, stands twice, or has a price out of range.
    pub fn prices(&self, problem: &Problem) -> Result<Vec<i64>, Unproven> {
        if !(1..=MAX_DENOMINATOR).contains(&self.denominator) {
            return Err(Unproven::Denominator(self.denominator));
        }
        dense(problem, &self.rows, vec![0; problem.rows.len()])
    }
}

/// The prices that are not zero, by name.
pub fn named(problem: &Problem, prices: &[i64]) -> Vec<RowPrice> {
    let priced = problem.rows.iter().zip(prices).filter(|&(_, &price)| price != 0);
    priced.map(|(row, &price)| RowPrice { row: row.name.clone(), price }).collect()
}

/// Writes the named prices into `prices`.
fn dense(problem: &Problem, named: &[RowPrice], mut prices: Vec<i64>) -> Result<Vec<i64>, Unproven> {
    let index: std::collections::HashMap<&str, usize> =
        problem.rows.iter().enumerate().map(|(index, row)| (row.name.as_str(), index)).collect();
    let mut seen = vec![false; prices.len()];
    for RowPrice { row, price } in named {
        let Some(&at) = index.get(row.as_str()) else { return Err(Unproven::UnknownRow(row.clone())) };
        if std::mem::replace(&mut seen[at], true) {
            return Err(Unproven::RowTwice(row.clone()));
        }
        if !(0..PRICE_LIMIT).contains(price) {
            return Err(Unproven::Price { row: row.clone(), price: *price });
        }
        prices[at] = *price;
    }
    Ok(prices)
}
