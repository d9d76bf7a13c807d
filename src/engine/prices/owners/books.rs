//! Books of accounts: which customers only one rep can visit, and which rows the reps share.

use crate::problem::{Problem, RowKind};

/// Customers whom no rep visits are cut into books of so many.
const UNVISITED: usize = 32;

/// The customers of one rep, or some whom no rep visits.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The row of the rep's minutes.
    pub minutes: Option<usize>,
    /// Rows besides its minutes on which only this rep draws.
    pub own: Vec<usize>,
    /// The customers, in the order of the instance.
    pub customers: Vec<u32>,
}

/// All books.
pub struct Books<'p> {
    /// What is to be planned.
    pub problem: &'p Problem,
    /// Every customer is in one of them.
    pub books: Vec<Book>,
    /// Rows on which customers of more than one book may draw.
    pub shared: Vec<usize>,
    /// Whether nothing but the minutes of reps is ever drawn on.
    pub separate: bool,
}

impl<'p> Books<'p> {
    /// The books of a problem; `None` where some customer may be visited by more than one rep.
    pub fn of(problem: &'p Problem) -> Option<Books<'p>> {
        let rows = problem.rows.len();
        let mut customers: Vec<Vec<u32>> = vec![Vec::new(); rows];
        let mut unvisited = Vec::new();
        for customer in 0..problem.customers() {
            let mut reps = problem.lanes_of(customer).filter_map(|lane| problem.lane(lane).rep);
            match reps.next() {
                None => unvisited.push(customer as u32),
                Some(rep) if reps.all(|other| other == rep) => {
                    customers[problem.row_of_rep(rep)?].push(customer as u32);
                }
                Some(_) => return None,
            }
        }
        let mut books = Vec::new();
        for (row, customers) in customers.into_iter().enumerate() {
            if let RowKind::RepMinutes(rep) = problem.rows[row].kind {
                let rows = problem.rows_of_rep(rep);
                let own = rows.least.into_iter().chain(rows.held).collect();
                books.push(Book { minutes: Some(row), own, customers });
            }
        }
        let chunks = unvisited.chunks(UNVISITED);
        books.extend(chunks.map(|customers| Book { customers: customers.to_vec(), ..Book::default() }));
        let mut shared = used_rows(problem);
        shared.retain(|&row| matches!(problem.rows[row].kind, RowKind::PoolMinutes(_) | RowKind::Rule(_)));
        let separate = shared.is_empty() && books.iter().all(|book| book.own.is_empty());
        Some(Books { problem, books, shared, separate })
    }

    /// Whether a row is something else than a rep's minutes.
    pub fn is_priced(&self, row: usize) -> bool {
        !matches!(self.problem.rows[row].kind, RowKind::RepMinutes(_))
    }

    /// The minutes of a book's rep.
    pub fn capacity(&self, book: &Book) -> i64 {
        // Customers whom no rep visits use no minutes.
        book.minutes.map_or(0, |row| self.problem.rows[row].capacity)
    }
}

/// The rows other than minutes of reps that some option draws on.
fn used_rows(problem: &Problem) -> Vec<usize> {
    let is_minutes = |row: &usize| matches!(problem.rows[*row].kind, RowKind::RepMinutes(_));
    let mut open: Vec<bool> = (0..problem.rows.len()).map(|row| !is_minutes(&row)).collect();
    let mut left = open.iter().filter(|&&open| open).count();
    let mut used = Vec::new();
    for customer in 0..problem.customers() {
        if left == 0 {
            break;
        }
        problem.for_each_option(customer, |choice, _| {
            problem.for_each_use(customer, choice, |row, amount| {
                if amount != 0 && std::mem::replace(&mut open[row], false) {
                    used.push(row);
                    left -= 1;
                }
            });
        });
    }
    used.sort_unstable();
    used
}
