//! The certificate where owners are kept: besides the prices of rows a price for each customer.

use rayon::prelude::*;

use super::answer::Answer;
use super::books::{Book, Books};
use super::column::items;
use crate::certificate::{MAX_DENOMINATOR, PRICE_LIMIT};

/// Multipliers are rounded up to one part in so many.
const SCALE: i128 = 1024;
/// Known values and prices may grow by this factor before numbers become too large.
const ROOM: f64 = 16.0;

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
fn customer_prices(
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

/// The prices of all customers times D.
pub fn prices_of_customers(
    books: &Books<'_>,
    denominator: i64,
    prices: &[i64],
    answers: &[Answer],
) -> Option<Vec<i64>> {
    let of_book = |(book, answer): (_, &Answer)| {
        let solved = Solved { reduced: answer.reduced, minute: answer.minute };
        customer_prices(books, book, denominator, prices, solved)
    };
    let found: Option<Vec<Vec<i64>>> = books.books.par_iter().zip(answers).map(of_book).collect();
    let mut customers = vec![0; books.problem.customers()];
    for (book, prices) in books.books.iter().zip(found?) {
        book.customers.iter().zip(prices).for_each(|(&customer, price)| customers[customer as usize] = price);
    }
    Some(customers)
}

/// A denominator fine enough for prices, at which no number becomes too large.
pub fn denominator(books: &Books<'_>, prices: &[f64]) -> Option<i64> {
    let problem = books.problem;
    let largest = |book: &Book| {
        let (mut sum, mut single) = (0.0_f64, 0.0_f64);
        for &customer in &book.customers {
            let mut most = 0.0_f64;
            problem.for_each_option(customer as usize, |choice, value| {
                let mut reduced = (value as f64).abs();
                problem.for_each_use(customer as usize, choice, |row, amount| {
                    if books.is_priced(row) {
                        reduced += prices[row] * (amount as f64).abs();
                    }
                });
                most = most.max(reduced);
            });
            (sum, single) = (sum + most, single.max(most));
        }
        (sum, single)
    };
    let (sum, single) = books.books.par_iter().map(largest).reduce(|| (0.0, 0.0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
    let single = prices.iter().copied().fold(single, f64::max);
    let fits = |d: f64| d * ROOM * sum < (1_i64 << 59) as f64 && d * ROOM * single < PRICE_LIMIT as f64;
    let mut denominator = MAX_DENOMINATOR;
    while denominator > 1 && !fits(denominator as f64) {
        denominator /= 10;
    }
    fits(denominator as f64).then_some(denominator)
}
