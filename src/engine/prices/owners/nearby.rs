//! Plans of a book that are nearly as good as its best: each uses the shared rows in another way.

use super::books::{Book, Books};
use super::column::Column;
use super::proof::Solved;
use crate::problem::Choice;

/// States kept of one step, those that lose least.
const STATES: usize = 400;
/// Customers at most who may have another option than their best, those who lose least for it.
const CUSTOMERS: usize = 40;
/// Plans of a book at most.
const PLANS: usize = 48;

/// An option that loses little.
struct Candidate {
    choice: Choice,
    minutes: i64,
    /// Against the customer's best at the prices, times D.
    loss: i128,
    /// Stands for what it uses of rows: sums of these differ where sums of uses do, but for rare accidents.
    mark: u64,
}

/// Options of the customers so far: their minutes, what they lose, and where they come from.
#[derive(Clone, Copy)]
struct State {
    minutes: i64,
    loss: i128,
    mark: u64,
    before: u32,
    option: u32,
}

/// Plans of a book within its minutes and own rows that lose at most `window`, times D, against the best; those that lose
/// least first. `prices` are those of all rows times D, 0 for minutes of reps.
pub fn nearby(
    books: &Books<'_>,
    book: &Book,
    denominator: i64,
    prices: &[i64],
    solved: Solved,
    window: i128,
) -> Vec<Column> {
    let problem = books.problem;
    let mut free: Vec<Choice> = Vec::with_capacity(book.customers.len());
    let mut open: Vec<(usize, Vec<Candidate>)> = Vec::new();
    let minute = solved.minute.ceil() as i128;
    let capacity = books.capacity(book);
    let all: Vec<Vec<(Choice, i128)>> = book
        .customers
        .iter()
        .map(|&customer| {
            let mut options: Vec<(Choice, i128)> = Vec::new();
            problem.for_each_option(customer as usize, |choice, value| {
                let mut reduced = i128::from(denominator) * i128::from(value);
                problem.for_each_use(customer as usize, choice, |row, amount| {
                    reduced -= i128::from(prices[row]) * i128::from(amount);
                });
                options.push((choice, reduced - minute * i128::from(problem.minutes(choice))));
            });
            options.sort_by_key(|&(_, reduced)| -reduced);
            options
        })
        .collect();
    let best = |options: &Vec<(Choice, i128)>| options.first().map_or(0, |&(_, reduced)| reduced);
    let relaxed = all.iter().map(best).sum::<i128>() + minute * i128::from(capacity);
    let most = window + relaxed - solved.reduced;
    for ((at, &customer), mut options) in book.customers.iter().enumerate().zip(all) {
        let best = best(&options);
        options.retain(|&(_, reduced)| best - reduced <= most);
        if options.is_empty() {
            return Vec::new();
        }
        free.push(options[0].0);
        if options.len() > 1 {
            let candidate = |&(choice, reduced): &(Choice, i128)| {
                let mut mark = 0_u64;
                problem.for_each_use(customer as usize, choice, |row, amount| {
                    if books.is_priced(row) {
                        mark = mark.wrapping_add(amount.cast_unsigned().wrapping_mul(odd(row)));
                    }
                });
                Candidate { choice, minutes: problem.minutes(choice), loss: best - reduced, mark }
            };
            open.push((at, options.iter().map(candidate).collect()));
        }
    }
    // Who loses least for another option comes first, so that the states kept are those of customers who matter.
    open.sort_by_key(|(at, candidates)| (candidates[1].loss, *at));
    open.truncate(CUSTOMERS);
    let mut minutes: i64 = free.iter().map(|&choice| problem.minutes(choice)).sum();
    minutes -= open.iter().map(|(at, _)| problem.minutes(free[*at])).sum::<i64>();
    let mut stages = vec![vec![State { minutes, loss: 0, mark: 0, before: 0, option: 0 }]];
    for (_, candidates) in &open {
        let last = &stages[stages.len() - 1];
        let mut states: Vec<State> = Vec::with_capacity(last.len() * candidates.len());
        for (option, candidate) in (0..).zip(candidates) {
            let next = (0..).zip(last).map(|(before, state)| State {
                minutes: state.minutes + candidate.minutes,
                loss: state.loss + candidate.loss,
                mark: state.mark.wrapping_add(candidate.mark),
                before,
                option,
            });
            states.extend(next.filter(|state| state.loss <= most));
        }
        // Of states with the same minutes and uses the best is enough.
        states.sort_unstable_by_key(|state| (state.minutes, state.mark, state.loss, state.before, state.option));
        states.dedup_by_key(|state| (state.minutes, state.mark));
        if states.len() > STATES {
            states.sort_unstable_by_key(|state| (state.loss, state.minutes, state.mark));
            states.truncate(STATES);
        }
        stages.push(states);
    }
    let last = &stages[stages.len() - 1];
    let left = |state: &State| minute * i128::from(capacity - state.minutes);
    let mut ends: Vec<(i128, usize)> = last
        .iter()
        .enumerate()
        .filter(|(_, state)| state.minutes <= capacity)
        .map(|(at, state)| (state.loss + left(state), at))
        .filter(|&(loss, _)| loss <= most)
        .collect();
    ends.sort_unstable();
    let mut columns: Vec<Column> = Vec::new();
    let mut marks = Vec::new();
    for (_, mut at) in ends {
        let mark = last[at].mark;
        if columns.len() == PLANS || marks.contains(&mark) {
            continue;
        }
        let mut choices = free.clone();
        for ((customer, candidates), stage) in open.iter().zip(&stages[1..]).rev() {
            choices[*customer] = candidates[stage[at].option as usize].choice;
            at = stage[at].before as usize;
        }
        let column = Column::of(books, book, choices);
        if column.holds_own(books, book) {
            marks.push(mark);
            columns.push(column);
        }
    }
    columns
}

/// An odd number for each row (the mixing of SplitMix).
fn odd(row: usize) -> u64 {
    let mixed = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 27)) | 1
}
