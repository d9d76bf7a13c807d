//! What a book does at given prices: the exact knapsack of its rep.

use super::books::{Book, Books};
use crate::engine::prices::knapsack::{Item, pack};
use crate::problem::Choice;

/// Sums of values in a knapsack stay below this.
const LARGEST: i128 = 1 << 60;

/// One plan of a book.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// One option for each of its customers.
    pub choices: Vec<Choice>,
    /// Its value, in cents.
    pub value: i64,
    /// What it uses of the shared rows.
    pub uses: Vec<i64>,
    /// What it uses of the book's own rows.
    pub own: Vec<i64>,
}

impl Column {
    /// The plan of a book with these options.
    pub fn of(books: &Books<'_>, book: &Book, choices: Vec<Choice>) -> Column {
        let problem = books.problem;
        let (mut uses, mut own) = (vec![0; books.shared.len()], vec![0; book.own.len()]);
        if !books.separate {
            for (&customer, &choice) in book.customers.iter().zip(&choices) {
                problem.for_each_use(customer as usize, choice, |row, amount| {
                    if let Some(at) = books.shared.iter().position(|&shared| shared == row) {
                        uses[at] += amount;
                    } else if let Some(at) = book.own.iter().position(|&own| own == row) {
                        own[at] += amount;
                    }
                });
            }
        }
        let value = choices.iter().map(|&choice| problem.value(choice)).sum();
        Column { choices, value, uses, own }
    }

    /// Whether the book's own rows hold.
    pub fn holds_own(&self, books: &Books<'_>, book: &Book) -> bool {
        book.own.iter().zip(&self.own).all(|(&row, &used)| used <= books.problem.rows[row].capacity)
    }
}

/// The best plan of a book at prices of all rows.
#[derive(Clone, Debug)]
pub struct Best {
    /// The plan.
    pub column: Column,
    /// Its value less the price of what it uses, times D.
    pub reduced: i128,
    /// What a minute of its rep is worth, times D.
    pub minute: f64,
    /// Whether nothing better exists.
    pub exact: bool,
}

/// The book's options at prices times D of all rows, 0 for minutes of reps: for each customer the plan's candidates and
/// what they are as items, times D. Options that take no less time and are worth no more than others are left out.
/// `None` where numbers are too large.
pub fn items(books: &Books<'_>, book: &Book, denominator: i64, prices: &[i64]) -> Option<Vec<Class>> {
    let problem = books.problem;
    let plain = books.separate;
    let mut sum = 0_i128;
    let mut classes = Vec::with_capacity(book.customers.len());
    for &customer in &book.customers {
        let mut options: Vec<(Item, Choice)> = Vec::new();
        let (mut largest, mut sorted) = (0, true);
        problem.for_each_option(customer as usize, |choice, value| {
            let mut reduced = i128::from(denominator) * i128::from(value);
            if !plain {
                problem.for_each_use(customer as usize, choice, |row, amount| {
                    reduced -= i128::from(prices[row]) * i128::from(amount);
                });
            }
            largest = largest.max(reduced.abs());
            let value = reduced.clamp(-LARGEST, LARGEST) as i64;
            let item = Item { minutes: problem.minutes(choice), value };
            sorted &= options.last().is_none_or(|(last, _)| last.minutes <= item.minutes);
            options.push((item, choice));
        });
        sum += largest;
        if sum >= LARGEST {
            return None;
        }
        if !sorted {
            options.sort_by_key(|(item, _)| item.minutes);
        }
        let mut class = Class { items: Vec::with_capacity(options.len()), choices: Vec::with_capacity(options.len()) };
        for (item, choice) in options {
            match class.items.last() {
                Some(last) if last.value >= item.value => continue,
                Some(last) if last.minutes == item.minutes => {
                    class.items.pop();
                    class.choices.pop();
                }
                _ => {}
            }
            class.items.push(item);
            class.choices.push(choice);
        }
        classes.push(class);
    }
    Some(classes)
}

/// A customer's options that matter, by minutes.
#[derive(Clone, Debug)]
pub struct Class {
    /// Minutes and reduced value, times D.
    pub items: Vec<Item>,
    /// The options.
    pub choices: Vec<Choice>,
}

/// The best plan of a book at prices times D of all rows, 0 for minutes of reps. `None` where its rep has too little time
/// for those who must be visited, or numbers are too large.
pub fn best(books: &Books<'_>, book: &Book, denominator: i64, prices: &[i64]) -> Option<Best> {
    let (items, choices): (Vec<Vec<Item>>, Vec<Vec<Choice>>) =
        items(books, book, denominator, prices)?.into_iter().map(|class| (class.items, class.choices)).unzip();
    let packed = pack(&items, books.capacity(book))?;
    let choices: Vec<Choice> = choices.iter().zip(&packed.chosen).map(|(choices, &at)| choices[at]).collect();
    Some(Best {
        column: Column::of(books, book, choices),
        reduced: packed.value.into(),
        minute: packed.multiplier,
        exact: packed.exact,
    })
}
