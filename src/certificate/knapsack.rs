//! Bounds from one knapsack per rep, in 128-bit integers (kind 2 of the certificates).
//!
//! Where prices of the reps' minutes let every customer take a fraction of an option, here each rep's time is kept
//! exactly; only that a customer has one option in all is relaxed, at a price per customer.

use rayon::prelude::*;

use super::bound::{Bound, Unproven, check_magnitude, floored, reduced_value, without_options};
use super::multiple_choice::{Item, Knapsack};
use super::{Certificate, PRICE_LIMIT, RowPrice, dense, named};
use crate::problem::{Choice, Problem, RowKind};

/// The prices of a bound by knapsacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnapsackPrices {
    /// Price of each customer in the order of the instance, cents x D, of any sign. Empty where all are 0.
    pub customers: Vec<i64>,
    /// Prices of rows that are not the minutes of a rep; those left out are 0.
    pub shared_rows: Vec<RowPrice>,
    /// What is wrong with the names or prices of customers, as read from a document.
    pub fault: Option<Unproven>,
}

impl KnapsackPrices {
    /// From one price per row, of which those of reps' minutes do not count, and one per customer, or none at all.
    pub fn new(problem: &Problem, rows: &[i64], customers: Vec<i64>) -> KnapsackPrices {
        let shared: Vec<i64> = problem
            .rows
            .iter()
            .zip(rows)
            .map(|(row, &price)| if matches!(row.kind, RowKind::RepMinutes(_)) { 0 } else { price })
            .collect();
        let customers = if customers.iter().all(|&price| price == 0) { Vec::new() } else { customers };
        KnapsackPrices { customers, shared_rows: named(problem, &shared), fault: None }
    }

    /// One price per row of the problem, 0 for reps' minutes, or what is wrong with the prices.
    pub fn rows(&self, problem: &Problem) -> Result<Vec<i64>, Unproven> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let prices = dense(problem, &self.shared_rows, vec![0; problem.rows.len()])?;
        // Even at the price 0 such a row has no place there.
        let own = problem.rows.iter().filter(|row| matches!(row.kind, RowKind::RepMinutes(_)));
        let own: std::collections::HashSet<&str> = own.map(|row| row.name.as_str()).collect();
        match self.shared_rows.iter().find(|priced| own.contains(priced.row.as_str())) {
            Some(priced) => Err(Unproven::NotShared(priced.row.clone())),
            None => Ok(prices),
        }
    }
}

/// The bounds that the parts of a certificate prove, each for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// By the prices of the rows.
    pub prices: Bound,
    /// By knapsacks, where the certificate has prices for these.
    pub knapsack: Option<Bound>,
    /// By a search to the end, where the certificate has one and the plan's value is known.
    pub tree: Option<Bound>,
}

impl Bounds {
    /// The least of them.
    pub fn least(self) -> Bound {
        [self.knapsack, self.tree].into_iter().flatten().fold(self.prices, Bound::min)
    }
}

impl Certificate {
    /// The same certificate, claiming a bound by knapsacks as well (see [`KnapsackPrices::new`]).
    pub fn with_knapsack(self, problem: &Problem, rows: &[i64], customers: Vec<i64>) -> Certificate {
        Certificate { knapsack: Some(KnapsackPrices::new(problem, rows, customers)), ..self }
    }

    /// The bounds that its prices prove for all plans. A tree, if there is one, is not looked at.
    pub fn bounds(&self, problem: &Problem) -> Result<Bounds, Unproven> {
        let prices = super::bound_by_prices(problem, self.denominator, &self.prices(problem)?)?;
        let knapsack = match &self.knapsack {
            Some(part) => Some(bound_by_knapsacks(problem, self.denominator, &part.rows(problem)?, &part.customers)?),
            None => None,
        };
        Ok(Bounds { prices, knapsack, tree: None })
    }

    /// The bounds that all its parts prove beside a plan of this value.
    pub fn bounds_beside(&self, problem: &Problem, value: i64) -> Result<Bounds, Unproven> {
        self.bounds_beside_until(problem, value, &|| false)
    }

    /// The same, or [`Unproven::Stopped`] where it is told to stop while it walks through a tree.
    pub fn bounds_beside_until(
        &self,
        problem: &Problem,
        value: i64,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Bounds, Unproven> {
        let tree = self.tree.as_ref().map(|_| self.bound_by_tree_until(problem, value, should_stop)).transpose()?;
        Ok(Bounds { tree, ..self.bounds(problem)? })
    }
}

/// The bound of kind 2: `floor_g((sum_shared l_r b_r + sum_c p_c + sum_r K_r + sum_c max(0, N_c - p_c)) / D)`.
///
/// `rows` has one price per row of the problem, not negative and 0 for reps' minutes; `customers` one price per
/// customer, or none at all where all are 0. Every K_r is found exactly.
pub fn bound_by_knapsacks(
    problem: &Problem,
    denominator: i64,
    rows: &[i64],
    customers: &[i64],
) -> Result<Bound, Unproven> {
    if let Some(customer) = without_options(problem) {
        return Err(Unproven::NoOption(customer));
    }
    let sum = knapsack_sum(problem, denominator, denominator, rows, customers)?;
    floored(problem, denominator, sum)
}

/// Checks that there is no plan: with every value 0 the sum of kind 2 is below 0, or a customer has no option.
pub fn infeasible_by_knapsacks(problem: &Problem, rows: &[i64], customers: &[i64]) -> Result<(), Unproven> {
    if without_options(problem).is_some() {
        return Ok(());
    }
    // With D = 0 every value counts as 0.
    let sum = knapsack_sum(problem, 1, 0, rows, customers)?;
    if sum < 0 { Ok(()) } else { Err(Unproven::NotInfeasible(sum)) }
}

/// The bound of kind 2, times D and before it is floored; `scale` is D, or 0 to count every value as 0.
fn knapsack_sum(
    problem: &Problem,
    denominator: i64,
    scale: i64,
    rows: &[i64],
    customers: &[i64],
) -> Result<i128, Unproven> {
    if let Some(customer) = customers.iter().position(|price| price.unsigned_abs() >= PRICE_LIMIT.unsigned_abs()) {
        return Err(Unproven::CustomerPrice { customer: format!("number {customer}"), price: customers[customer] });
    }
    let magnitude = customers.iter().map(|&price| i128::from(price).abs()).sum();
    check_range(problem, check_magnitude(problem, denominator, rows)?, magnitude)?;
    let reduced = |customer: usize, choice: Choice| {
        let price = customers.get(customer).copied().unwrap_or(0);
        reduced_value(problem, scale, rows, customer, choice) - i128::from(price)
    };
    let capacity: i128 =
        problem.rows.iter().zip(rows).map(|(row, &price)| i128::from(price) * i128::from(row.capacity)).sum();
    let priced: i128 = customers.iter().map(|&price| i128::from(price)).sum();
    // What customers are worth more than their price without any rep.
    let unvisited: i128 = (0..problem.customers())
        .into_par_iter()
        .with_min_len(1024)
        .map(|customer| {
            let nothing = problem.allows_nothing(customer).then_some(Choice::NOTHING);
            let calls = problem.lanes_of(customer).filter(|&lane| problem.lane(lane).rep.is_none());
            let options = nothing.into_iter().chain(calls.flat_map(|lane| problem.choices_in(lane)));
            options.map(|choice| reduced(customer, choice)).max().unwrap_or(0).max(0)
        })
        .sum();
    let visited: Vec<Result<i128, Unproven>> = lanes_by_rep(problem)
        .into_par_iter()
        .enumerate()
        .map(|(rep, lanes)| {
            let row = problem.row_of_rep(rep as u32).map(|row| &problem.rows[row]);
            // A rep without a row of minutes would have no limit.
            let mut knapsack = Knapsack::new(row.map_or(i64::MAX >> 2, |row| row.capacity));
            for of_customer in lanes.chunk_by(|(a, _), (b, _)| a == b) {
                knapsack.add_class(
                    of_customer
                        .iter()
                        .flat_map(|&(customer, lane)| {
                            let options = problem.choices_in(lane as usize);
                            options.map(move |choice| (problem.minutes(choice), reduced(customer as usize, choice)))
                        })
                        .map(|(weight, profit)| Item { weight, profit }),
                );
            }
            let name = || row.map_or_else(String::new, |row| row.name.clone());
            knapsack.solve().map_err(|_| Unproven::KnapsackTooHard(name()))
        })
        .collect();
    // The first rep whose knapsack fails is reported, whichever was looked at first.
    visited.into_iter().try_fold(capacity + priced + unvisited, |sum, visited| Ok(sum + visited?))
}

/// The lanes in which each rep visits, as pairs of customer and lane, in the order of the customers.
fn lanes_by_rep(problem: &Problem) -> Vec<Vec<(u32, u32)>> {
    let mut lanes: Vec<Vec<(u32, u32)>> = Vec::new();
    for customer in 0..problem.customers() {
        for lane in problem.lanes_of(customer) {
            if let Some(rep) = problem.lane(lane).rep {
                if lanes.len() <= rep as usize {
                    lanes.resize_with(rep as usize + 1, Vec::new);
                }
                lanes[rep as usize].push((customer as u32, lane as u32));
            }
        }
    }
    lanes
}

/// Refuses prices with which some partial sum could leave the range of 128 bits: `reduced` is what [`check_magnitude`]
/// says of the rows, `priced` the sum of the customers' prices, each as if it were positive.
pub(super) fn check_range(problem: &Problem, reduced: i128, priced: i128) -> Result<(), Unproven> {
    // Each rep's knapsack, and the options without a rep, may hold every customer.
    let sum = reduced.checked_add(priced).and_then(|sum| sum.checked_mul(problem.reps() as i128 + 4));
    sum.filter(|&sum| sum < 1 << 126).map(|_| ()).ok_or(Unproven::TooLarge)
}
