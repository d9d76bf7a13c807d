//! Bounds from prices, in 128-bit integers.

use rayon::prelude::*;

use super::branch::Branch;
use crate::problem::{Choice, Problem, RepRows};

/// A bound in cents: no plan has a larger value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound(pub i64);

/// Why a certificate proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum Unproven {
    #[error("the certificate's denominator is {0}; it must lie between 1 and 10^9")]
    Denominator(i64),
    #[error("the certificate prices the row \"{0}\", which the problem does not have")]
    UnknownRow(String),
    #[error("the certificate prices the row \"{0}\" twice")]
    RowTwice(String),
    #[error("the certificate's price of row \"{row}\" is {price}; prices lie between 0 and 2^53")]
    Price { row: String, price: i64 },
    #[error("the certificate has a price for the customer \"{0}\", whom the instance does not have")]
    UnknownCustomer(String),
    #[error("the certificate prices the customer \"{0}\" twice")]
    CustomerTwice(String),
    #[error("the certificate's price of customer \"{customer}\" is {price}; it must lie between -2^53 and 2^53")]
    CustomerPrice { customer: String, price: i64 },
    #[error("the certificate's shared rows include \"{0}\": the minutes of a rep are kept by the rep's own knapsack")]
    NotShared(String),
    #[error("the knapsack of row \"{0}\" is too hard to be solved exactly here")]
    KnapsackTooHard(String),
    #[error("the certificate's prices are too large to be multiplied exactly")]
    TooLarge,
    #[error("customer number {0} has no option, so that there is no plan to bound")]
    NoOption(usize),
    #[error("at these prices the customers' options are worth {0} more than nothing: infeasibility does not follow")]
    NotInfeasible(i128),
    #[error("node {node} of the tree: {why}")]
    Tree { node: usize, why: String },
    #[error("the certificate has no tree")]
    NoTree,
    #[error("options are fixed by the value of a plan, and a proof that there is none has none")]
    FixWithoutPlan,
    #[error("the check was stopped before its end")]
    Stopped,
}

/// Sum over rows of price x capacity, plus over customers the largest reduced value of an allowed option, times D.
///
/// `None` where some customer has no allowed option: no plan exists. This is D times the bound before it is floored
/// (kind 1 of the certificates). The order of a sum of integers does not matter, so the customers are added in parallel.
fn price_sum(
    problem: &Problem,
    denominator: i64,
    prices: &[i64],
    allowed: impl Fn(usize, Choice) -> bool + Sync + Send,
) -> Option<i128> {
    let capacity: i128 =
        problem.rows.iter().zip(prices).map(|(row, &price)| i128::from(price) * i128::from(row.capacity)).sum();
    let best = |customer: usize| {
        let options = problem.choices(customer).filter(|&choice| allowed(customer, choice));
        options.map(|choice| reduced_value(problem, denominator, prices, customer, choice)).max()
    };
    sum_over_customers(problem, best).map(|sum| capacity + sum)
}

/// The same over all options: lane by lane where no rule looks at single options.
fn full_price_sum(problem: &Problem, denominator: i64, prices: &[i64]) -> Option<i128> {
    if problem.has_rules() {
        return price_sum(problem, denominator, prices, |_, _| true);
    }
    let capacity: i128 =
        problem.rows.iter().zip(prices).map(|(row, &price)| i128::from(price) * i128::from(row.capacity)).sum();
    let price = |row: Option<usize>| row.map_or(0, |row| i128::from(prices[row]));
    let largest = i128::from(denominator) * i128::from(problem.largest_value());
    let best = |customer: usize| {
        let nothing = problem.allows_nothing(customer).then_some(0);
        let lanes = problem.lanes_of(customer).map(|index| {
            let lane = problem.lane(index);
            let rows = lane.rep.map_or_else(RepRows::default, |rep| problem.rows_of_rep(rep));
            let pool = price(lane.pool.map(|pool| problem.row_of_pool(pool)));
            let fixed = price(rows.held) + pool * i128::from(lane.call_minutes);
            let visit = (price(rows.minutes) - price(rows.least)) * i128::from(lane.minutes_per_visit);
            let most = largest + visit.abs() * i128::from(lane.most);
            match (i64::try_from(visit), most < 1 << 62) {
                // Every number below fits into 64 bits, which are much quicker.
                (Ok(visit), true) => {
                    let mut paid = visit * i64::from(lane.fewest);
                    let best = problem.values(index).fold(i64::MIN, |best, value| {
                        let reduced = denominator * value - paid;
                        paid += visit;
                        best.max(reduced)
                    });
                    i128::from(best) - fixed
                }
                _ => {
                    let reduced = |(visits, value): (u32, i64)| {
                        i128::from(denominator) * i128::from(value) - visit * i128::from(visits) - fixed
                    };
                    (lane.fewest..).zip(problem.values(index)).map(reduced).max().unwrap_or(-fixed)
                }
            }
        });
        nothing.into_iter().chain(lanes).max()
    };
    sum_over_customers(problem, best).map(|sum| capacity + sum)
}

/// The sum over customers, unless one has nothing to add.
fn sum_over_customers(problem: &Problem, best: impl Fn(usize) -> Option<i128> + Sync + Send) -> Option<i128> {
    let customers = (0..problem.customers()).into_par_iter().with_min_len(1024);
    customers.map(best).try_reduce(|| 0, |sum, more| Some(sum + more))
}

/// D v - sum over rows of price x use.
pub(super) fn reduced_value(
    problem: &Problem,
    denominator: i64,
    prices: &[i64],
    customer: usize,
    choice: Choice,
) -> i128 {
    let mut reduced = i128::from(denominator) * i128::from(problem.value(choice));
    problem.for_each_use(customer, choice, |row, amount| {
        if prices[row] != 0 {
            reduced -= i128::from(prices[row]) * i128::from(amount);
        }
    });
    reduced
}

/// Refuses prices with which some partial sum could leave the range of 128 bits; none exceeds what is returned.
pub(super) fn check_magnitude(problem: &Problem, denominator: i64, prices: &[i64]) -> Result<i128, Unproven> {
    // The values of all customers are below 2^53 together, which the problem has checked.
    let mut sum = i128::from(denominator) << 53;
    for (row, &price) in problem.rows.iter().zip(prices) {
        let term = i128::from(price).checked_mul(row.worst).ok_or(Unproven::TooLarge)?;
        sum = sum.checked_add(term).filter(|&sum| sum < 1 << 126).ok_or(Unproven::TooLarge)?;
    }
    Ok(sum)
}

/// A customer who has no option.
pub(super) fn without_options(problem: &Problem) -> Option<usize> {
    (0..problem.customers()).find(|&customer| problem.choices(customer).next().is_none())
}

/// The largest value of a plan that is not above `sum / denominator` cents.
pub(super) fn floored(problem: &Problem, denominator: i64, sum: i128) -> Result<Bound, Unproven> {
    let bound = problem.floor_to_grain(sum, i128::from(denominator));
    i64::try_from(bound).map(Bound).map_err(|_| Unproven::TooLarge)
}

/// The bound of kind 1: `floor_g((sum_r l_r b_r + sum_c max_o (D v_o - sum_r l_r a_ro)) / D)`.
pub fn bound_by_prices(problem: &Problem, denominator: i64, prices: &[i64]) -> Result<Bound, Unproven> {
    floored(problem, denominator, sum_by_prices(problem, denominator, prices)?)
}

/// D times that bound before it is floored.
pub(crate) fn sum_by_prices(problem: &Problem, denominator: i64, prices: &[i64]) -> Result<i128, Unproven> {
    check_magnitude(problem, denominator, prices)?;
    let sum = full_price_sum(problem, denominator, prices);
    sum.ok_or_else(|| Unproven::NoOption(without_options(problem).unwrap_or(0)))
}

/// The largest reduced value of a customer's options, times D; none where it has no option. The prices must be such that
/// [`sum_by_prices`] accepts them.
pub(crate) fn best_reduced(problem: &Problem, denominator: i64, prices: &[i64], customer: usize) -> Option<i128> {
    problem.choices(customer).map(|choice| reduced_value(problem, denominator, prices, customer, choice)).max()
}

/// Which options a plan better than a known one can have (fixing by reduced costs, `models/certificate.md`, section 3).
#[derive(Clone, Debug)]
pub struct Fixing<'p> {
    problem: &'p Problem,
    denominator: i64,
    prices: Vec<i64>,
    /// Largest reduced value of each customer's options, times D.
    best: Vec<i128>,
    /// How much an option may lose against its customer's best, times D.
    slack: i128,
}

impl<'p> Fixing<'p> {
    /// By these prices, which [`bound_by_prices`] accepts, and the value of a known plan.
    pub fn new(problem: &'p Problem, denominator: i64, prices: Vec<i64>, value: i64) -> Option<Fixing<'p>> {
        let sum = full_price_sum(problem, denominator, &prices)?;
        let best = (0..problem.customers()).into_par_iter().map(|customer| {
            let reduced = |choice| reduced_value(problem, denominator, &prices, customer, choice);
            problem.choices(customer).map(reduced).max().unwrap_or(0)
        });
        let best = best.collect();
        let better = i128::from(value) + i128::from(problem.granularity().max(1));
        Some(Fixing { problem, denominator, best, slack: sum - i128::from(denominator) * better, prices })
    }

    /// What the option loses against its customer's best at these prices, times D.
    pub fn loss(&self, customer: usize, choice: Choice) -> i128 {
        self.best[customer] - reduced_value(self.problem, self.denominator, &self.prices, customer, choice)
    }

    /// Whether a plan of larger value may have the option; if not, no such plan has it.
    pub fn keeps(&self, customer: usize, choice: Choice) -> bool {
        self.loss(customer, choice) <= self.slack
    }
}

/// Checks that there is no plan: with every value 0 the sum of kind 1 is below 0, or a customer has no option.
pub fn infeasible_by_prices(problem: &Problem, prices: &[i64]) -> Result<(), Unproven> {
    infeasible_branch(problem, prices, &Branch::default())
}

/// Checks that no plan is left in a branch of a tree.
pub fn infeasible_branch(problem: &Problem, prices: &[i64], branch: &Branch) -> Result<(), Unproven> {
    check_magnitude(problem, 1, prices)?;
    // With D = 0 every value counts as 0; prices of infeasibility have no denominator.
    match price_sum(problem, 0, prices, |customer, choice| branch.allows(customer, choice)) {
        Some(sum) if sum >= 0 => Err(Unproven::NotInfeasible(sum)),
        _ => Ok(()),
    }
}
