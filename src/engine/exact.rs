//! The exact engine: the mixed-integer program of the whole problem, solved by HiGHS, checked in integers.
//!
//! 1. What is infeasible at a glance was said before.
//! 2. The linear relaxation gives prices; made integers, they give the bound that anyone can check.
//! 3. Its solution, rounded and repaired, gives a first plan.
//! 4. HiGHS searches the few options that lose least at these prices, then all that a better plan may have: the rest is
//!    excluded by the certificate. Every point it finds is rounded, repaired and checked before it counts.
//! 5. Where no plan is found, a search tree tries to prove that there is none.

use std::cell::Cell;

use super::highs::{self, End, News, Options};
use super::infeasible::{self, Finding};
use super::program::{Kind, Program};
use super::record::Record;
use super::{Answer, Control, Progress, Settings};
use crate::certificate::Bound;
use crate::instance::Instance;
use crate::plan::StoppedBy;
use crate::problem::{Choice, Problem};

/// From so many options on, a core of them is solved first.
const CORE_FROM: usize = 2000;
/// Options of the core for each customer.
const CORE_PER_CUSTOMER: usize = 2;
/// Most nodes of the search in the core.
const CORE_NODES: i32 = 500;

/// Steps of repair, or parts of 256 customers improved, that a simple plan may take when the time is up.
const LOOKS_AFTER_THE_END: usize = 2000;

/// Solves a problem that is not infeasible at a glance, from what is known of it.
pub(super) fn go_on(
    instance: &Instance,
    problem: &Problem,
    settings: Settings,
    record: Record<'_>,
    control: &mut Control<'_>,
) -> Answer {
    let mut search = Search { problem, settings, record };
    let relaxed = search.relax(control);
    if search.record.reached() {
        return search.record.finish(None, None);
    }
    if let Err(why) = relaxed {
        return search.stop(None, why, control);
    }
    if let Some(why) = search.run_core(control) {
        return search.stop(None, why, control);
    }
    if search.record.reached() {
        return search.record.finish(None, None);
    }
    let (solver_bound, stopped_by) = search.run_program(None, control);
    if let Some(why) = stopped_by {
        return search.stop(solver_bound, why, control);
    }
    if search.record.best.is_some() {
        return search.record.finish(solver_bound, None);
    }
    (control.report)(Progress {
        value: None,
        bound: None,
        event: "no plan found; looking for a proof that there is none",
    });
    match infeasible::search(instance, problem, control.should_stop) {
        Finding::Infeasible(certificate) => Answer::Infeasible(certificate),
        Finding::Feasible(choices) => {
            search.record.offer(choices, "search", control);
            search.record.finish(None, None)
        }
        Finding::Unknown(why) => Answer::Unknown(why),
    }
}

/// The linear relaxation alone: prices for the certificate, and a first plan by rounding.
pub(super) fn relax<'p>(
    problem: &'p Problem,
    settings: Settings,
    record: Record<'p>,
    control: &mut Control<'_>,
) -> Record<'p> {
    let mut search = Search { problem, settings, record };
    // Where it is stopped, what is known then is all there is.
    let _ = search.relax(control);
    search.record
}

/// A search with what it has found.
struct Search<'p> {
    problem: &'p Problem,
    settings: Settings,
    record: Record<'p>,
}

impl Search<'_> {
    /// Solves the linear relaxation: prices for the certificate, and a first plan by rounding.
    fn relax(&mut self, control: &mut Control<'_>) -> Result<(), StoppedBy> {
        let mut program = Program::new(self.problem, Kind::Relaxed, |_, _| true);
        let no_prices = vec![0.0; self.problem.rows.len()];
        if program.columns.is_empty() {
            // HiGHS takes an empty program for an error; nobody can be covered, and nothing is to be decided.
            self.record.certify(&no_prices);
            let nothing = vec![Choice::NOTHING; self.problem.customers()];
            self.record.offer(nothing, "nothing to decide", control);
            return Ok(());
        }
        let options = Options { relative_gap: 0.0, nodes: None, seed: self.settings.seed, start: None };
        let outcome = highs::run(program.take_model(), options, control.should_stop, |_| {});
        let solved = outcome.end == End::Optimal;
        let prices = if solved { program.prices(self.problem, &outcome.duals) } else { no_prices };
        self.record.certify(&prices);
        if let Some(point) = outcome.point.filter(|_| solved) {
            self.record.offer(program.round(self.problem, &point), "rounded relaxation", control);
        }
        match outcome.end {
            End::Stopped(why) => Err(why),
            _ => Ok(()),
        }
    }

    /// Runs HiGHS on the options that lose least at the certificate's prices: a core small enough for it to find a very
    /// good plan quickly. A heuristic; what it finds makes the fixing of the program itself far stronger.
    fn run_core(&mut self, control: &mut Control<'_>) -> Option<StoppedBy> {
        if self.problem.choice_count() < CORE_FROM {
            return None;
        }
        let losses = {
            let fixing = self.record.fixing()?;
            let of_customer = |customer| self.problem.choices(customer).map(move |choice| (customer, choice));
            let all = (0..self.problem.customers()).flat_map(of_customer);
            let mut losses: Vec<i128> = all.map(|(customer, choice)| fixing.loss(customer, choice)).collect();
            losses.sort_unstable();
            losses
        };
        let largest = *losses.get(CORE_PER_CUSTOMER * self.problem.customers())?;
        let (_, stopped_by) = self.run_program(Some(largest), control);
        stopped_by
    }

    /// Runs HiGHS on the program without the options that no better plan has, or on a core of the options that lose at
    /// most so much. Gives its bound (of a core it means nothing) and, if it was stopped, why.
    fn run_program(&mut self, core: Option<i128>, control: &mut Control<'_>) -> (Option<Bound>, Option<StoppedBy>) {
        // The options of the best plan stay, so that it can start the search.
        let fixing = self.record.fixing();
        let best = self.record.best.as_ref().map(|(_, choices)| choices.clone());
        let mut program = Program::new(self.problem, Kind::Integer, |customer, choice| {
            let may_be_better = match (&fixing, core) {
                (Some(fixing), Some(largest)) => {
                    fixing.loss(customer, choice) <= largest && fixing.keeps(customer, choice)
                }
                (Some(fixing), None) => fixing.keeps(customer, choice),
                (None, _) => true,
            };
            may_be_better || best.as_ref().is_some_and(|best| best[customer] == choice)
        });
        let options = Options {
            // HiGHS divides by the value and we by the bound, which is less strict only where values are positive.
            relative_gap: if self.record.best.as_ref().is_some_and(|(value, _)| *value > 0) {
                self.settings.gap.as_f64()
            } else {
                0.0
            },
            nodes: core.map(|_| CORE_NODES),
            seed: self.settings.seed,
            start: best.as_ref().map(|best| program.point(best)),
        };
        let should_stop = control.should_stop;
        let model = program.take_model();
        let mut last_bound = None;
        let outcome = highs::run(model, options, should_stop, |news| match news {
            News::Bound(_) if core.is_some() => {}
            News::Bound(bound) => {
                let bound = solver_bound(program.in_cents(bound));
                if bound < last_bound {
                    self.record.report(bound, "bound", control);
                }
                last_bound = bound;
            }
            News::Point(point) => {
                self.record.offer(program.round(self.problem, &point), "plan", control);
            }
        });
        if let Some(point) = outcome.point {
            self.record.offer(program.round(self.problem, &point), "plan", control);
        }
        let bound = outcome.bound.and_then(|bound| solver_bound(program.in_cents(bound)));
        match outcome.end {
            End::Optimal => (bound, None),
            End::Stopped(why) => (bound, Some(why)),
            End::Infeasible | End::Failed => (None, None),
        }
    }

    /// The answer of a search that was stopped. Where it had no plan yet, a simple one is better than none.
    fn stop(mut self, solver_bound: Option<Bound>, why: StoppedBy, control: &mut Control<'_>) -> Answer {
        if self.record.best.is_none() {
            let first = |customer| self.problem.choices(customer).next().unwrap_or(Choice::NOTHING);
            // The time is up already: a bounded number of looks at the clock is what this may still take.
            let looks = Cell::new(0);
            let enough = || looks.replace(looks.get() + 1) >= LOOKS_AFTER_THE_END;
            self.record.offer_until(
                (0..self.problem.customers()).map(first).collect(),
                "simple plan",
                control,
                &enough,
            );
        }
        if self.record.certificate.is_none() {
            self.record.certify(&vec![0.0; self.problem.rows.len()]);
        }
        self.record.finish(solver_bound, Some(why))
    }
}

/// HiGHS's bound in whole cents. Values are whole, so what lies above a whole cent by less than HiGHS's tolerance does
/// not count; the rest is rounded up.
fn solver_bound(cents: f64) -> Option<Bound> {
    let slack = (1e-4 + cents.abs() * 1e-9).min(0.5);
    (cents.abs() < 9e15).then(|| Bound((cents - slack).ceil() as i64))
}
