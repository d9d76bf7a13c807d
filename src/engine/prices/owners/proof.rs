//! The certificate where owners are kept: besides the prices of rows a price for each customer.

use super::books::{Book, Books};
use super::column::items;

/// Multipliers are rounded up to one part in so many.
const SCALE: i128 = 1024;

/// What a book's knapsack turned out to be.
#[derive(Clone, Copy, Debug)]
pub struct Solved {
    /// What it is worth, times D.
    pub reduced: i128,
    /// What a minute of the rep is worth, times D.
    pub minute: f64,
}

/// The prices times D of a book's customers at which the knapsack of `models/certificate.md`, section 7, is that of the
/// book (`models/prices.md`, section 6): what a customer is worth without the rep; for one who must be visited, so little that
/// a knapsack that leaves it out is worth less. `prices` are those of all rows times D, 0 for minutes of reps.
pub fn customer_prices(
    books: &Books<'_>,
    book: &Book,
    denominator: i64,
    prices: &[i64],
    solved: Solved,
) -> Option<Vec<i64>> {
    let problem = books.problem;
    let alone = |customer: usize| {
        let mut most: Option<i128> = None;
        problem.for_each_option(customer, |choice, value| {
            if choice.lane().is_none_or(|lane| problem.lane(lane).rep.is_none()) {
                let mut reduced = i128::from(denominator) * i128::from(value);
                problem.for_each_use(customer, choice, |row, amount| {
                    reduced -= i128::from(prices[row]) * i128::from(amount);
                });
                most = most.max(Some(reduced));
            }
        });
        most
    };
    let alone: Vec<Option<i128>> = book.customers.iter().map(|&customer| alone(customer as usize)).collect();
    let mut committed = Vec::new();
    if alone.contains(&None) {
        let minute = (solved.minute * SCALE as f64).ceil() as i128;
        let most = items(books, book, denominator, prices)?.into_iter().map(|class| {
            let reduced =
                class.items.iter().map(|item| SCALE * i128::from(item.value) - minute * i128::from(item.minutes));
            reduced.max().unwrap_or(0)
        });
        committed.extend(most);
        let relaxed = committed.iter().sum::<i128>() + minute * i128::from(books.capacity(book));
        // Who is left out loses more than the relaxation is worth more than the knapsack.
        let missing = relaxed - SCALE * solved.reduced;
        committed.iter_mut().for_each(|most| *most = (*most - missing).div_euclid(SCALE) - 1);
    }
    let price = |(at, alone): (usize, Option<i128>)| i64::try_from(alone.unwrap_or_else(|| committed[at])).ok();
    alone.into_iter().enumerate().map(price).collect()
}
