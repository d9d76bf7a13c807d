//! The problem as the price engine sees it: short records, tables in blocks of eight, single precision.
//!
//! ```text
//! customer   first[c] .. first[c + 1]     its lanes
//!            nothing[c]                   0 where it may be left alone, else OUT
//! lane       main, minutes                the row that each visit draws on, and by how much
//!            first                        number of visits of its first option
//!            table, blocks, factor        value of visit number first + k = factor x tables[table][k]
//! terms      row, value, fixed, visit     what else it draws on: value x v + fixed + visit x visits
//! ```
//!
//! An option of a lane has n visits, the value v, and uses that are linear in n and v. A lane of the problem with a use
//! that is not becomes several. Lanes of one customer whose values are proportional share a table: of a million
//! customers with five reps each, a pass then reads 170 bytes a customer. What is single precision here only proposes:
//! values and uses that count are those of the problem, in whole cents and minutes.

use rayon::prelude::*;

use super::wide::LANES;
use crate::problem::{Choice, Problem, RowKind};

/// Customers whose lanes are built together.
const PART: usize = 4096;
/// Options that are looked at first for uses that are linear; twice as many again and again while they all are.
const RUN: usize = 32;
/// Values are only taken for multiples of others by factors up to this: what the others lack to whole cents is
/// multiplied too.
const MOST_FACTOR: f32 = 16.0;
/// A value that no option has.
pub const OUT: f32 = -1e30;

/// One way of covering a customer.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// The row that visits draw on; the number of rows where there is none.
    pub main: u32,
    /// Use of the main row by one visit.
    pub minutes: f32,
    /// The first of its tables' blocks.
    pub table: u32,
    /// Number of blocks.
    pub blocks: u32,
    /// Multiplies the table.
    pub factor: f32,
    /// Visits of the first option.
    pub first: f32,
}

/// A use of a lane besides its main one: `value` x v + `fixed` + `visit` x visits, in units of the row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The row.
    pub row: u32,
    /// Use for each cent of value.
    pub value: f32,
    /// Use whatever the number of visits.
    pub fixed: f32,
    /// Use for each visit.
    pub visit: f32,
}

/// All customers' lanes.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// Lanes of customer `c`: `first[c] .. first[c + 1]`.
    pub first: Vec<u32>,
    /// 0 for customers who may be left alone without any use, else [`OUT`].
    pub nothing: Vec<f32>,
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// Values, padded with [`OUT`].
    pub tables: Vec<[f32; LANES]>,
    /// Terms of lane `l`: `first_term[l] .. first_term[l + 1]`; empty where no lane has any.
    pub first_term: Vec<u32>,
    /// The terms, in units of their rows.
    pub terms: Vec<Term>,
    /// The problem's option that a lane's first option is.
    pub source: Vec<Choice>,
    /// Per row, whether it is no rep's minutes.
    pub side: Vec<bool>,
    /// Per row, how much of it is 1 here: prices and uses of rows other than minutes are of very different sizes.
    pub unit: Vec<f64>,
    /// Per row, its capacity in these units.
    pub capacity: Vec<f64>,
}

impl Lanes {
    /// The lanes of a problem.
    pub fn of(problem: &Problem) -> Lanes {
        let rows = problem.rows.len();
        let sides = problem.rows.iter().any(|row| !matches!(row.kind, RowKind::RepMinutes(_)));
        let parts: Vec<Lanes> = (0..problem.customers())
            .step_by(PART)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|first| {
                let mut part = Lanes { first_term: vec![0], ..Lanes::default() };
                let mut scratch = Vec::new();
                for customer in first..problem.customers().min(first + PART) {
                    part.add(problem, customer, sides, &mut scratch);
                }
                part
            })
            .collect();
        let mut all = Lanes { first: vec![0], first_term: vec![0], unit: vec![1.0; rows], ..Lanes::default() };
        all.lanes.reserve_exact(parts.iter().map(|part| part.lanes.len()).sum());
        all.tables.reserve_exact(parts.iter().map(|part| part.tables.len()).sum());
        for part in parts {
            all.join(part);
        }
        if all.terms.is_empty() {
            all.first_term.clear();
        }
        all.find_units(problem);
        all
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.nothing.len()
    }

    /// The lanes of a customer.
    pub fn lanes_of(&self, customer: usize) -> std::ops::Range<usize> {
        self.first[customer] as usize..self.first[customer + 1] as usize
    }

    /// For each of some rows the customers with a lane of which it is the main row.
    pub fn customers_of(&self, rows: &[usize]) -> Vec<Vec<u32>> {
        let mut place = vec![usize::MAX; self.unit.len() + 1];
        rows.iter().enumerate().for_each(|(at, &row)| place[row] = at);
        let mut customers: Vec<Vec<u32>> = vec![Vec::new(); rows.len()];
        for customer in 0..self.customers() {
            for lane in self.lanes_of(customer) {
                if let Some(list) = customers.get_mut(place[self.lanes[lane].main as usize])
                    && list.last() != Some(&(customer as u32))
                {
                    list.push(customer as u32);
                }
            }
        }
        customers
    }

    /// What a lane draws on besides its main row.
    pub fn terms_of(&self, lane: usize) -> &[Term] {
        match self.first_term.get(lane..lane + 2) {
            Some(range) => &self.terms[range[0] as usize..range[1] as usize],
            None => &[],
        }
    }

    /// The values of a lane's options, before its factor.
    pub fn table(&self, lane: &Lane) -> &[[f32; LANES]] {
        &self.tables[lane.table as usize..(lane.table + lane.blocks) as usize]
    }

    /// Whether a row is something else than a rep's minutes.
    pub fn is_side(&self, row: usize) -> bool {
        self.side[row]
    }

    /// The problem's option that the `k`-th of a lane is.
    pub fn choice(&self, lane: usize, k: usize) -> Choice {
        self.source[lane].plus(k as u32)
    }

    /// Adds a customer. `options` is for a lane's options.
    fn add(&mut self, problem: &Problem, customer: usize, sides: bool, options: &mut Vec<(Choice, i64)>) {
        self.first.push(self.lanes.len() as u32);
        let here = self.lanes.len();
        let mut nothing = OUT;
        if problem.allows_nothing(customer) {
            let uses = if sides { side_uses(problem, customer, Choice::NOTHING) } else { Vec::new() };
            if uses.is_empty() {
                nothing = 0.0;
            } else {
                self.add_run(
                    problem,
                    here,
                    &[(Choice::NOTHING, 0)],
                    &uses.iter().map(|&(row, use_)| term(row, use_)).collect::<Vec<_>>(),
                );
            }
        }
        self.nothing.push(nothing);
        for index in problem.lanes_of(customer) {
            options.clear();
            let mut choices = problem.choices_in(index);
            problem.values(index).for_each(|value| options.extend(choices.next().map(|choice| (choice, value))));
            let mut rest = options.as_slice();
            while !rest.is_empty() {
                let (length, terms) =
                    if sides { linear_run(problem, customer, rest) } else { (rest.len(), Vec::new()) };
                let (run, later) = rest.split_at(length);
                self.add_run(problem, here, run, &terms);
                rest = later;
            }
        }
    }

    /// Adds a lane of consecutive options; `here` is the customer's first lane.
    fn add_run(&mut self, problem: &Problem, here: usize, run: &[(Choice, i64)], terms: &[Term]) {
        let first = run[0].0;
        let lane = first.lane().map(|index| problem.lane(index));
        let main = lane.and_then(|lane| lane.rep).and_then(|rep| problem.row_of_rep(rep));
        let blocks = run.len().div_ceil(LANES) as u32;
        let shared = (here..self.lanes.len()).find_map(|other| {
            let known = self.lanes[other];
            (known.first == first.visits as f32).then_some(())?;
            proportion(&self.tables[known.table as usize..(known.table + known.blocks) as usize], run)
                .map(|factor| (known.table, factor))
        });
        let (table, factor) = shared.unwrap_or_else(|| {
            let table = self.tables.len() as u32;
            for block in run.chunks(LANES) {
                let mut values = [OUT; LANES];
                values.iter_mut().zip(block).for_each(|(value, option)| *value = option.1 as f32);
                self.tables.push(values);
            }
            (table, 1.0)
        });
        self.lanes.push(Lane {
            main: main.unwrap_or(problem.rows.len()) as u32,
            minutes: lane.map_or(0.0, |lane| lane.minutes_per_visit as f32),
            table,
            blocks,
            factor,
            first: first.visits as f32,
        });
        self.source.push(first);
        self.terms.extend_from_slice(terms);
        self.first_term.push(self.terms.len() as u32);
    }

    fn join(&mut self, part: Lanes) {
        let (lanes, blocks, terms) = (self.lanes.len() as u32, self.tables.len() as u32, self.terms.len() as u32);
        self.first.extend(part.first[1..].iter().map(|&first| first + lanes));
        self.first.push(lanes + part.lanes.len() as u32);
        self.nothing.extend(part.nothing);
        self.lanes.extend(part.lanes.into_iter().map(|lane| Lane { table: lane.table + blocks, ..lane }));
        self.tables.extend(part.tables);
        self.source.extend(part.source);
        self.terms.extend(part.terms);
        self.first_term.extend(part.first_term[1..].iter().map(|&first| first + terms));
    }

    /// Measures rows other than minutes in units of their mean use.
    fn find_units(&mut self, problem: &Problem) {
        let mut sums = vec![(0.0, 0.0); problem.rows.len()];
        for lane in 0..self.lanes.len() {
            let (first, value) =
                (self.lanes[lane].first, self.table(&self.lanes[lane])[0][0] * self.lanes[lane].factor);
            for term in self.terms_of(lane) {
                let typical = term.value * value + term.fixed + term.visit * (first + 1.0);
                let sum = &mut sums[term.row as usize];
                *sum = (sum.0 + f64::from(typical.abs()), sum.1 + 1.0);
            }
        }
        for ((unit, (sum, count)), row) in self.unit.iter_mut().zip(sums).zip(&problem.rows) {
            if sum > 0.0 && !matches!(row.kind, RowKind::RepMinutes(_)) {
                *unit = sum / count;
            }
        }
        for term in &mut self.terms {
            let unit = self.unit[term.row as usize] as f32;
            (term.value, term.fixed, term.visit) = (term.value / unit, term.fixed / unit, term.visit / unit);
        }
        self.side = problem.rows.iter().map(|row| !matches!(row.kind, RowKind::RepMinutes(_))).collect();
        self.capacity = problem.rows.iter().zip(&self.unit).map(|(row, unit)| row.capacity as f64 / unit).collect();
    }
}

/// What an option draws on besides its rep's minutes.
fn side_uses(problem: &Problem, customer: usize, choice: Choice) -> Vec<(usize, i64)> {
    let mut uses: Vec<(usize, i64)> = Vec::new();
    problem.for_each_use(customer, choice, |row, amount| {
        if amount != 0 && !matches!(problem.rows[row].kind, RowKind::RepMinutes(_)) {
            uses.push((row, amount));
        }
    });
    uses
}

fn term(row: usize, fixed: i64) -> Term {
    Term { row: row as u32, value: 0.0, fixed: fixed as f32, visit: 0.0 }
}

/// The longest start of a lane's options in which every use is linear in visits or proportional to value, with the
/// terms that say so.
fn linear_run(problem: &Problem, customer: usize, options: &[(Choice, i64)]) -> (usize, Vec<Term>) {
    let mut looked = RUN;
    loop {
        let first = &options[..options.len().min(looked)];
        let found = linear_start(problem, customer, first);
        if found.0 < first.len() || first.len() == options.len() {
            return found;
        }
        looked *= 2;
    }
}

/// As [`linear_run`], all options looked at.
fn linear_start(problem: &Problem, customer: usize, options: &[(Choice, i64)]) -> (usize, Vec<Term>) {
    let uses: Vec<Vec<(usize, i64)>> =
        options.iter().map(|&(choice, _)| side_uses(problem, customer, choice)).collect();
    let mut rows: Vec<usize> = uses.iter().flatten().map(|&(row, _)| row).collect();
    rows.sort_unstable();
    rows.dedup();
    let mut length = options.len();
    let amount =
        |k: usize, row: usize| uses[k].iter().find(|known| known.0 == row).map_or(0, |known| i128::from(known.1));
    let value = |k: usize| i128::from(options[k].1);
    let linear = |row: usize, k: usize| k < 2 || amount(k, row) - amount(k - 1, row) == amount(1, row) - amount(0, row);
    let proportional = |row: usize, k: usize| {
        value(k) != 0 && value(0) != 0 && amount(k, row).checked_mul(value(0)) == amount(0, row).checked_mul(value(k))
    };
    for &row in &rows {
        let visits = (0..length).find(|&k| !linear(row, k)).unwrap_or(length);
        let values = (0..length).find(|&k| !proportional(row, k)).unwrap_or(length);
        length = visits.max(values);
    }
    let start = options[0].0.visits as f32;
    let terms = rows.iter().map(|&row| {
        if (0..length).all(|k| linear(row, k)) {
            let slope = if length > 1 { (amount(1, row) - amount(0, row)) as f32 } else { 0.0 };
            Term { row: row as u32, value: 0.0, fixed: amount(0, row) as f32 - slope * start, visit: slope }
        } else {
            Term { row: row as u32, value: amount(0, row) as f32 / value(0) as f32, fixed: 0.0, visit: 0.0 }
        }
    });
    (length, terms.filter(|term| term.value != 0.0 || term.fixed != 0.0 || term.visit != 0.0).collect())
}

/// The factor by which the options' values are those of a table, to within what rounding to cents explains.
fn proportion(table: &[[f32; LANES]], run: &[(Choice, i64)]) -> Option<f32> {
    let values = table.as_flattened();
    let padding = values[run.len().min(values.len())..].iter().any(|&value| value > OUT);
    if values.len() < run.len() || padding || values[run.len() - 1] <= OUT {
        return None;
    }
    let largest = (0..run.len()).max_by_key(|&k| run[k].1.abs())?;
    if values[largest] == 0.0 {
        return None;
    }
    let factor = (run[largest].1 as f64 / f64::from(values[largest])) as f32;
    let close = |k: usize| {
        (run[k].1 as f32 - factor * values[k]).abs() <= 1.0 + 2.0 * factor.abs() + run[k].1.abs() as f32 * 3e-7
    };
    (factor > 0.0 && factor <= MOST_FACTOR && (0..run.len()).all(close)).then_some(factor)
}
