//! From prices to prices: bounds, plans, and when it is enough.

use rayon::prelude::*;

use super::answer::{Answer, answer};
use super::books::{Book, Books};
use super::choose::Selection;
use super::column::Column;
use super::cuts::Cuts;
use super::nearby::nearby;
use super::proof::{Solved, denominator, prices_of_customers};
use crate::certificate::{Bound, Certificate, PRICE_LIMIT};
use crate::engine::prices::dual::{self, From, Scale};
use crate::engine::prices::lanes::Lanes;
use crate::engine::record::Record;
use crate::engine::{Control, Settings, Start};
use crate::problem::{Choice, Problem};

/// Options looked at in all answers of all books, about.
const WORK: usize = 20_000_000;
/// Rounds of answers at least and at most.
const ROUNDS: (usize, usize) = (16, 100);
/// A share of the bound that is not worth another look at the model.
const NEGLIGIBLE: f64 = 2e-9;
/// How far prices may go from the best known ones at first, as a share, and at least as a share of typical prices.
const RADIUS: (f64, f64) = (0.05, 0.01);
/// How far prices are moved to find other plans, as shares.
const SWINGS: [f64; 6] = [0.003, 0.01, 0.001, 0.03, 0.0003, 0.1];
/// Where the gap is below this share of the bound, other plans of each book are looked for.
const NEAR: f64 = 2e-3;
/// These lose at most so many times the book's part of the gap, and at most this share of its worth.
const WINDOW: (f64, f64) = (16.0, 1e-4);
/// Temperature of a start from known prices, as a share of a customer's mean value.
const WARM: f64 = 2e-3;

/// Plans where owners are kept, with their proof. Says whether it found a plan.
pub fn solve(
    problem: &Problem,
    settings: Settings,
    start: Option<&Start>,
    record: &mut Record<'_>,
    control: &mut Control<'_>,
) -> bool {
    let Some(books) = Books::of(problem) else { return false };
    if books.separate {
        return separately(&books, record, control);
    }
    if let Some(start) = start {
        record.take(&start.choices, "start", control);
    }
    let should_stop = control.should_stop;
    let stop = || should_stop().is_some();
    let lanes = Lanes::of(problem);
    let from = start.filter(|start| start.prices.iter().any(|&price| price > 0.0));
    let from = from.map(|start| From { prices: &start.prices, temperature: WARM, enough: 0.0 });
    let prices = dual::minimise(&lanes, settings.width(), from, &stop);
    record.certify(&prices);
    record.report(None, "prices", control);
    let Some(denominator) = denominator(&books, &prices) else { return false };
    let typical: Vec<f64> = Scale::of(&lanes).rows.iter().zip(&lanes.unit).map(|(price, unit)| price / unit).collect();
    Tour::new(&books, denominator, &prices, &typical).run(record, control)
}

/// Where no row is shared: one knapsack per rep, and nothing better exists.
fn separately(books: &Books<'_>, record: &mut Record<'_>, control: &mut Control<'_>) -> bool {
    let problem = books.problem;
    let should_stop = control.should_stop;
    let none = vec![0; problem.rows.len()];
    let owns = vec![Vec::new(); books.books.len()];
    let Some(answers) = ask(books, 1, &none, &owns, &|| should_stop().is_some()) else { return false };
    let mut prices = vec![0.0; problem.rows.len()];
    for (book, answer) in books.books.iter().zip(&answers) {
        book.minutes.into_iter().for_each(|row| prices[row] = answer.minute);
    }
    record.certify(&prices);
    record.take(&plan(books, |book| &answers[book].columns[0]), "knapsacks", control);
    let certified = record.certificate.as_ref().map(|(_, certificate)| certificate.clone());
    if let Some((certificate, customers)) = certified.zip(prices_of_customers(books, 1, &none, &answers)) {
        // Whatever the prices of rows are a part of, whole cents are enough here.
        let scaled = customers.iter().map(|price| price.saturating_mul(certificate.denominator)).collect();
        record.claim(certificate.with_knapsack(problem, &none, scaled));
    }
    answers.iter().all(|answer| answer.exact)
}

/// What all books answer to prices times D of all rows, 0 for minutes of reps, each begun at known prices of its own rows.
/// `None` if it is time to stop, or some book has no answer.
fn ask(
    books: &Books<'_>,
    denominator: i64,
    prices: &[i64],
    owns: &[Vec<i64>],
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Answer>> {
    let each = |prices: &mut Vec<i64>, (book, own): (_, &Vec<i64>)| {
        if stop() { None } else { answer(books, book, denominator, prices, own) }
    };
    books.books.par_iter().zip(owns).map_init(|| prices.to_vec(), each).collect()
}

/// One option per customer.
fn plan<'c>(books: &Books<'_>, column: impl Fn(usize) -> &'c Column) -> Vec<Choice> {
    let mut choices = vec![Choice::NOTHING; books.problem.customers()];
    for (number, book) in books.books.iter().enumerate() {
        for (&customer, &choice) in book.customers.iter().zip(&column(number).choices) {
            choices[customer as usize] = choice;
        }
    }
    choices
}

/// Prices with what all books answer to them.
struct Visited {
    /// Prices times D of all rows, 0 for minutes of reps.
    prices: Vec<i64>,
    answers: Vec<Answer>,
    /// No plan is worth more, times D.
    bound: i128,
}

/// From prices to prices.
struct Tour<'t, 'p> {
    books: &'t Books<'p>,
    denominator: i64,
    /// Typical prices of the shared rows.
    typical: Vec<f64>,
    capacity: Vec<i64>,
    cuts: Cuts,
    /// Known plans by book.
    columns: Vec<Vec<Column>>,
    /// Where it began.
    first: Vec<i64>,
    /// Prices to begin with of each book's own rows.
    owns: Vec<Vec<i64>>,
    rounds: usize,
}

impl<'t, 'p> Tour<'t, 'p> {
    fn new(books: &'t Books<'p>, denominator: i64, prices: &[f64], typical: &[f64]) -> Tour<'t, 'p> {
        let problem = books.problem;
        let whole = |price: f64| (price * denominator as f64).round() as i64;
        let mut first = vec![0; problem.rows.len()];
        books.shared.iter().for_each(|&row| first[row] = whole(prices[row]));
        let typical: Vec<f64> = books.shared.iter().map(|&row| typical[row]).collect();
        let capacity: Vec<i64> = books.shared.iter().map(|&row| problem.rows[row].capacity).collect();
        Tour {
            books,
            denominator,
            cuts: Cuts::new(books.books.len(), &capacity, typical.clone()),
            typical,
            capacity,
            columns: vec![Vec::new(); books.books.len()],
            first,
            owns: books.books.iter().map(|book| book.own.iter().map(|&row| whole(prices[row])).collect()).collect(),
            rounds: (WORK / problem.choice_count().max(1)).clamp(ROUNDS.0, ROUNDS.1),
        }
    }

    /// Goes until the best plan is good enough, or nothing better is to be expected. Says whether there is a plan.
    fn run(mut self, record: &mut Record<'_>, control: &mut Control<'_>) -> bool {
        let Some(mut centre) = self.visit(self.first.clone(), control) else { return false };
        let (mut radius, mut swings, mut looked, mut settled) = (RADIUS.0, 0, f64::INFINITY, false);
        for round in 1..self.rounds {
            self.choose(&centre, record, control);
            if self.is_enough(&centre, record) || (control.should_stop)().is_some() {
                break;
            }
            let bound = centre.bound as f64 / self.denominator as f64;
            let gap = record.best.as_ref().map(|(value, _)| bound - *value as f64);
            let prices = self.prices(&centre);
            // In turns better bounds and better plans.
            if round % 2 == 0 {
                let reach: Vec<f64> = prices
                    .iter()
                    .zip(&self.typical)
                    .map(|(price, typical)| radius * price.max(RADIUS.1 / RADIUS.0 * typical))
                    .collect();
                let least = self.cuts.least(&prices, &reach);
                settled = bound - least.value <= NEGLIGIBLE * bound.abs();
                if !settled {
                    let Some(next) = self.visit(self.whole(&least.prices), control) else { break };
                    if next.bound < centre.bound {
                        let moved = least.prices.iter().zip(&prices).zip(&reach);
                        let edge =
                            moved.fold(false, |edge, ((to, from), reach)| edge || (to - from).abs() > 0.9 * reach);
                        radius *= if edge { 4.0 } else { 1.0 };
                        // Other prices, other plans.
                        looked = if bound - least.value > 0.1 * looked { f64::INFINITY } else { looked };
                        centre = next;
                    } else {
                        radius *= 0.5;
                    }
                    continue;
                }
            }
            let near = gap.filter(|&gap| gap < NEAR * bound.abs() && gap < 0.5 * looked);
            if let Some(gap) = near {
                looked = gap;
                let times = self.denominator as f64 / self.books.books.len() as f64;
                self.look_around(&centre, gap * times, WINDOW.1 * bound.abs() * times);
            } else if swings < 2 * prices.len() * SWINGS.len() {
                let (row, up) = (swings / 2 % prices.len(), swings % 2 == 0);
                let size = SWINGS[swings / (2 * prices.len())];
                swings += 1;
                let mut beside = prices.clone();
                let by = size * prices[row].max(RADIUS.1 * self.typical[row]);
                beside[row] = (beside[row] + if up { by } else { -by }).max(0.0);
                let Some(next) = self.visit(self.whole(&beside), control) else { break };
                if next.bound < centre.bound {
                    centre = next;
                }
            } else if settled {
                break;
            }
        }
        self.choose(&centre, record, control);
        if !self.is_enough(&centre, record)
            && let Some((_, choices)) = record.best.clone()
        {
            record.offer(choices, "filled", control);
        }
        self.prove(&centre, record);
        record.best.is_some()
    }

    /// Looks for plans of each book that lose little at these prices, times D.
    fn look_around(&mut self, centre: &Visited, gap: f64, most: f64) {
        let books = self.books;
        let each = |prices: &mut Vec<i64>, (book, answer): (&Book, &Answer)| {
            book.own.iter().zip(&answer.own).for_each(|(&row, &price)| prices[row] = price);
            let solved = Solved { reduced: answer.reduced, minute: answer.minute };
            // Own rows are what a book's gap is about: no other book can make up for it.
            let window = if book.own.is_empty() { f64::min(WINDOW.0 * gap, most) } else { WINDOW.0 * gap };
            nearby(books, book, self.denominator, prices, solved, window as i128)
        };
        let found = books.books.par_iter().zip(&centre.answers).map_init(|| centre.prices.clone(), each);
        let found: Vec<Vec<Column>> = found.collect();
        found.into_iter().enumerate().for_each(|(book, columns)| self.keep(book, columns));
    }

    /// Keeps plans of a book; of plans that use the same the best is enough.
    fn keep(&mut self, book: usize, columns: Vec<Column>) {
        let known = &mut self.columns[book];
        for column in columns {
            match known.iter_mut().find(|other| other.uses == column.uses) {
                Some(other) if other.value >= column.value => {}
                Some(other) => *other = column,
                None => known.push(column),
            }
        }
    }

    /// Asks all books at prices times D.
    fn visit(&mut self, prices: Vec<i64>, control: &Control<'_>) -> Option<Visited> {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let mut answers = ask(self.books, self.denominator, &prices, &self.owns, &stop)?;
        let rows = &self.books.problem.rows;
        let held: i128 =
            self.books.shared.iter().map(|&row| i128::from(prices[row]) * i128::from(rows[row].capacity)).sum();
        let bound = held + answers.iter().map(|answer| answer.worth).sum::<i128>();
        for (book, answer) in answers.iter_mut().enumerate() {
            self.cuts.add(book, answer.cut.clone());
            self.owns[book].clone_from(&answer.own);
            let columns = std::mem::take(&mut answer.columns);
            self.keep(book, columns);
        }
        Some(Visited { prices, answers, bound })
    }

    /// The prices of the shared rows, in cents.
    fn prices(&self, visited: &Visited) -> Vec<f64> {
        self.books.shared.iter().map(|&row| visited.prices[row] as f64 / self.denominator as f64).collect()
    }

    /// Prices of the shared rows as those of all rows, times D.
    fn whole(&self, shared: &[f64]) -> Vec<i64> {
        let mut prices = vec![0; self.books.problem.rows.len()];
        for (&row, price) in self.books.shared.iter().zip(shared) {
            prices[row] = ((price * self.denominator as f64).round() as i64).min(PRICE_LIMIT / 8);
        }
        prices
    }

    /// Offers the best plan of known columns.
    fn choose(&self, centre: &Visited, record: &mut Record<'_>, control: &mut Control<'_>) {
        if self.columns.iter().any(Vec::is_empty) {
            return;
        }
        let prices = self.prices(centre);
        let chosen = Selection::of(&self.columns, &prices, &self.typical, &self.capacity);
        let choices = plan(self.books, |book| &self.columns[book][chosen.taken[book]]);
        if chosen.holds() {
            record.take(&choices, "knapsacks", control);
        }
    }

    /// Whether what is known is good enough, by the word of the knapsacks.
    fn is_enough(&self, centre: &Visited, record: &Record<'_>) -> bool {
        let bound = self.books.problem.floor_to_grain(centre.bound, self.denominator.into());
        i64::try_from(bound).is_ok_and(|bound| record.is_enough(Bound(bound)))
    }

    /// Claims what the prices prove.
    fn prove(&self, centre: &Visited, record: &mut Record<'_>) {
        let problem = self.books.problem;
        let mut rows = centre.prices.clone();
        for (book, answer) in self.books.books.iter().zip(&centre.answers) {
            book.own.iter().zip(&answer.own).for_each(|(&row, &price)| rows[row] = price);
        }
        let shared = rows.clone();
        for (book, answer) in self.books.books.iter().zip(&centre.answers) {
            book.minutes.into_iter().for_each(|row| rows[row] = (answer.minute.ceil() as i64).min(PRICE_LIMIT - 1));
        }
        if let Some(customers) = prices_of_customers(self.books, self.denominator, &shared, &centre.answers) {
            let certificate = Certificate::of_prices(problem, self.denominator, &rows);
            record.claim(certificate.with_knapsack(problem, &shared, customers));
        }
    }
}
