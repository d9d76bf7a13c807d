//! The mixed-integer program of `models/visit-allocation.md`, written with `good_lp`.
//!
//! ```text
//! maximise    sum_c sum_o v_o x_o
//! subject to  sum_c sum_o a_ro x_o <= b_r      for every row r
//!             sum_o x_o = 1                     for every customer c
//!             x_o binary
//! ```
//!
//! "Nothing" needs no column where it draws on no row: the customer's row is then `<= 1`.

use good_lp::solvers::highs::{HighsProblem, highs};
use good_lp::{Expression, ProblemVariables, SolverModel, Variable, variable, variables};

use crate::problem::{Choice, Problem};

/// Which program of a problem to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The program itself.
    Integer,
    /// Its linear relaxation: x between 0 and 1.
    Relaxed,
    /// Rows may be overdrawn; the least total overdraft is sought (values do not count).
    Elastic,
}

/// A program with what its columns and rows mean.
pub struct Program {
    model: Option<HighsProblem>,
    /// Customer and option of each column; columns of overdrafts come after these.
    pub columns: Vec<(usize, Choice)>,
    /// The problem's row of each of the program's first rows, and how the program counts it.
    rows: Vec<(usize, Scale)>,
    /// Cents per unit of the objective.
    cents: f64,
    kind: Kind,
}

/// How the program counts a row: divided by the greatest common divisor of its uses, and by a power of two where they
/// are still large, because solvers know no tolerance that suits numbers of very different size.
#[derive(Clone, Copy, Debug)]
struct Scale {
    divisor: i64,
    shrink: f64,
}

impl Program {
    /// Writes the program of the options that are `allowed`.
    pub fn new(problem: &Problem, kind: Kind, allowed: impl Fn(usize, Choice) -> bool) -> Program {
        let mut x: ProblemVariables = variables!();
        let mut columns: Vec<(usize, Choice)> = Vec::new();
        let mut variables: Vec<Variable> = Vec::new();
        let mut implied = vec![false; problem.customers()];
        let mut largest = 0;
        for (customer, implied) in implied.iter_mut().enumerate() {
            for choice in problem.choices(customer).filter(|&choice| allowed(customer, choice)) {
                let mut draws = false;
                problem.for_each_use(customer, choice, |_, _| draws = true);
                if choice == Choice::NOTHING && !draws {
                    *implied = true;
                    continue;
                }
                largest = largest.max(problem.value(choice).abs());
                columns.push((customer, choice));
                variables.push(match kind {
                    Kind::Integer => x.add(variable().binary()),
                    Kind::Relaxed | Kind::Elastic => x.add(variable().bounds(0..1)),
                });
            }
        }
        // Objective coefficients of at most 10^4, as solvers' tolerances suppose.
        let cents = (largest as f64 / 1e4).max(1.0);

        let mut uses: Vec<Vec<(Variable, i64)>> = vec![Vec::new(); problem.rows.len()];
        let mut chosen: Vec<Expression> = vec![Expression::default(); problem.customers()];
        let mut objective = Expression::default();
        for (&(customer, choice), &x_o) in columns.iter().zip(&variables) {
            chosen[customer].add_mul(1.0, x_o);
            problem.for_each_use(customer, choice, |row, amount| {
                if amount != 0 {
                    uses[row].push((x_o, amount));
                }
            });
            if kind != Kind::Elastic {
                objective.add_mul(problem.value(choice) as f64 / cents, x_o);
            }
        }

        let mut rows = Vec::new();
        let mut constraints = Vec::new();
        for (row, uses) in uses.iter().enumerate() {
            // A row that nothing draws on holds or not whatever is chosen.
            let Some(scale) = Scale::of(uses) else { continue };
            let mut used: Expression = uses.iter().map(|&(x_o, amount)| scale.amount(amount) * x_o).sum();
            if kind == Kind::Elastic {
                let overdraft = x.add(variable().min(0));
                used -= overdraft;
                objective += overdraft;
            }
            constraints.push(used.leq(scale.capacity(problem.rows[row].capacity)));
            rows.push((row, scale));
        }
        for (chosen, implied) in chosen.into_iter().zip(implied) {
            constraints.push(if implied { chosen.leq(1) } else { chosen.eq(1) });
        }
        let direction = if kind == Kind::Elastic { x.minimise(objective) } else { x.maximise(objective) };
        let mut model = direction.using(highs);
        for constraint in constraints {
            model.add_constraint(constraint);
        }
        Program { model: Some(model), columns, rows, cents, kind }
    }

    /// The program as HiGHS takes it; once.
    pub fn take_model(&mut self) -> HighsProblem {
        self.model.take().expect("a program is run once")
    }

    /// The option with the largest share of each customer; the first of equals.
    pub fn round(&self, problem: &Problem, point: &[f64]) -> Vec<Choice> {
        let mut best: Vec<(f64, Choice)> = vec![(f64::NEG_INFINITY, Choice::NOTHING); problem.customers()];
        let mut left = vec![1.0; problem.customers()];
        for (&(customer, choice), &share) in self.columns.iter().zip(point) {
            left[customer] -= share;
            if share > best[customer].0 {
                best[customer] = (share, choice);
            }
        }
        let rounded = best.into_iter().zip(left).enumerate().map(|(customer, ((share, choice), left))| {
            if problem.allows_nothing(customer) && left > share { Choice::NOTHING } else { choice }
        });
        rounded.collect()
    }

    /// The point of one option per customer.
    pub fn point(&self, choices: &[Choice]) -> Vec<f64> {
        let chosen = |&(customer, choice): &(usize, Choice)| if choices[customer] == choice { 1.0 } else { 0.0 };
        self.columns.iter().map(chosen).collect()
    }

    /// Prices per unit of every row of the problem, from the dual values of a linear program: cents, or for an elastic
    /// program any unit.
    pub fn prices(&self, problem: &Problem, duals: &[f64]) -> Vec<f64> {
        let mut prices = vec![0.0; problem.rows.len()];
        let sign = if self.kind == Kind::Elastic { -1.0 } else { self.cents };
        for (&(row, scale), dual) in self.rows.iter().zip(duals) {
            prices[row] = (sign * dual * scale.shrink / scale.divisor as f64).max(0.0);
        }
        prices
    }

    /// A number of the objective's units in cents.
    pub fn in_cents(&self, objective: f64) -> f64 {
        objective * self.cents
    }
}

impl Scale {
    /// `None` for a row without uses.
    fn of(uses: &[(Variable, i64)]) -> Option<Scale> {
        let divisor = uses.iter().fold(0, |divisor, &(_, amount)| gcd(divisor, amount.unsigned_abs()));
        let divisor = i64::try_from(divisor).ok().filter(|&divisor| divisor > 0)?;
        let largest = uses.iter().map(|&(_, amount)| (amount / divisor).unsigned_abs()).max().unwrap_or(1);
        let mut shrink = 1.0;
        while largest as f64 * shrink > 1e5 {
            shrink /= 2.0;
        }
        Some(Scale { divisor, shrink })
    }

    fn amount(self, amount: i64) -> f64 {
        (amount / self.divisor) as f64 * self.shrink
    }

    /// Uses are whole multiples of the divisor, so the capacity may be rounded down to one.
    fn capacity(self, capacity: i64) -> f64 {
        capacity.div_euclid(self.divisor) as f64 * self.shrink
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
