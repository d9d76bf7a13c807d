//! What a book answers to prices of the shared rows: its worth at the best prices of its own rows.

use super::books::{Book, Books};
use super::column::{Best, Column, best};

/// Knapsacks in the search for the price of one own row at most.
const KNAPSACKS: usize = 24;
/// The first step of such a price, as one part of so many.
const FIRST_STEP: i128 = 64;

/// What a book is worth at prices of the shared rows, as a line that is nowhere above its worth at other prices.
#[derive(Clone, Debug)]
pub struct Cut {
    /// Its value, in cents.
    pub value: f64,
    /// What it uses of the shared rows.
    pub uses: Vec<f64>,
}

impl Cut {
    fn of(column: &Column) -> Cut {
        Cut { value: column.value as f64, uses: column.uses.iter().map(|&used| used as f64).collect() }
    }

    /// So much of one and the rest of another.
    fn between(one: &Column, share: f64, other: &Column) -> Cut {
        let mix = |a: i64, b: i64| share * a as f64 + (1.0 - share) * b as f64;
        let uses = one.uses.iter().zip(&other.uses).map(|(&a, &b)| mix(a, b)).collect();
        Cut { value: mix(one.value, other.value), uses }
    }
}

/// The answer of a book to prices.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The book adds at most this to the bound, times D.
    pub worth: i128,
    /// What the knapsack of its rep is worth, times D.
    pub reduced: i128,
    /// The prices of its own rows, times D.
    pub own: Vec<i64>,
    /// What a minute of its rep is worth, times D.
    pub minute: f64,
    /// Whether every knapsack was solved to the end.
    pub exact: bool,
    /// The cut at these prices.
    pub cut: Cut,
    /// Plans that hold the own rows.
    pub columns: Vec<Column>,
}

/// The answer of a book, begun at known prices of its own rows. `prices` are those of all rows times D, 0 for minutes of
/// reps; those of own rows are changed. `None` where the rep has too little time for those who must be visited, or numbers
/// are too large.
pub fn answer(books: &Books<'_>, book: &Book, denominator: i64, prices: &mut [i64], own: &[i64]) -> Option<Answer> {
    let mut search = Search { books, book, denominator, prices, own: own.to_vec(), columns: Vec::new(), exact: true };
    let mut found = search.ask()?;
    let mut cut = Cut::of(&found.best.column);
    // With two own rows each is asked again after the other.
    let rounds = if book.own.len() > 1 { 2 } else { 1 };
    for at in (0..book.own.len()).cycle().take(rounds * book.own.len()) {
        (found, cut) = search.improve(at, found)?;
    }
    Some(Answer {
        worth: found.worth,
        reduced: found.best.reduced,
        own: found.own,
        minute: found.best.minute,
        exact: search.exact,
        cut,
        columns: search.columns,
    })
}

/// A book at prices of its own rows.
#[derive(Clone, Debug)]
struct Point {
    own: Vec<i64>,
    best: Best,
    /// What the book adds to the bound.
    worth: i128,
}

struct Search<'s, 'p> {
    books: &'s Books<'p>,
    book: &'s Book,
    denominator: i64,
    prices: &'s mut [i64],
    own: Vec<i64>,
    columns: Vec<Column>,
    exact: bool,
}

impl Search<'_, '_> {
    /// The best plan at the present prices of the own rows.
    fn ask(&mut self) -> Option<Point> {
        let rows = &self.books.problem.rows;
        self.book.own.iter().zip(&self.own).for_each(|(&row, &price)| self.prices[row] = price);
        let best = best(self.books, self.book, self.denominator, self.prices)?;
        let capacities = self.book.own.iter().map(|&row| rows[row].capacity);
        let held = self.own.iter().zip(capacities).map(|(&price, b)| i128::from(price) * i128::from(b));
        let worth = best.reduced + held.sum::<i128>();
        self.exact &= best.exact;
        if best.column.holds_own(self.books, self.book) && !self.columns.contains(&best.column) {
            self.columns.push(best.column.clone());
        }
        Some(Point { own: self.own.clone(), best, worth })
    }

    /// The best price of one own row, the others held: where the lines on either side cross, again and again.
    fn improve(&mut self, at: usize, start: Point) -> Option<(Point, Cut)> {
        let capacity = self.books.problem.rows[self.book.own[at]].capacity;
        // How much is left of the row: the slope of the worth.
        let left = |point: &Point| i128::from(capacity) - i128::from(point.best.column.own[at]);
        let typical = start.worth.abs() / (FIRST_STEP * (i128::from(capacity).abs() + 1));
        let mut step = (i128::from(start.own[at]) / FIRST_STEP).max(typical).max(1);
        let (mut low, mut high) = (None, None);
        let mut point = start;
        for _ in 0..KNAPSACKS {
            let price = i128::from(point.own[at]);
            let side = if left(&point) < 0 { &mut low } else { &mut high };
            *side = Some(point);
            let next = match (&low, &high) {
                (Some(low), Some(high)) => {
                    // Between the two, and short of both unless they meet.
                    let (falls, rises) = (left(low), left(high));
                    let (from, to) = (i128::from(low.own[at]), i128::from(high.own[at]));
                    let crossing = (low.worth - falls * from - high.worth + rises * to) / (rises - falls);
                    if crossing <= from || crossing >= to {
                        break;
                    }
                    crossing
                }
                (Some(_), None) => price + step,
                (None, Some(_)) if price == 0 => break,
                _ => (price - step).max(0),
            };
            step *= 4;
            self.own[at] = i64::try_from(next).ok()?;
            point = self.ask()?;
            let is_on = |line: &Point| line.worth + left(line) * (next - i128::from(line.own[at])) >= point.worth;
            if let (Some(low), Some(high)) = (&low, &high)
                && (is_on(low) || is_on(high))
            {
                // On a line where both cross: nothing is below.
                let cut = mixed(low, left(low), high, left(high));
                self.own[at] = point.own[at];
                return Some((point, cut));
            }
            // What is dearer than any price may be proves nothing.
            if next >= i128::from(crate::certificate::PRICE_LIMIT) / 8 {
                return None;
            }
        }
        let (best, cut) = match (low, high) {
            (Some(low), Some(high)) => {
                let cut = mixed(&low, left(&low), &high, left(&high));
                (if low.worth < high.worth { low } else { high }, cut)
            }
            (low, high) => {
                let only = high.or(low)?;
                let cut = Cut::of(&only.best.column);
                (only, cut)
            }
        };
        self.own[at] = best.own[at];
        Some((best, cut))
    }
}

/// The mixture of two plans that uses all of the row, of which one leaves less than nothing.
fn mixed(low: &Point, falls: i128, high: &Point, rises: i128) -> Cut {
    let share = rises as f64 / (rises - falls) as f64;
    Cut::between(&low.best.column, share, &high.best.column)
}
