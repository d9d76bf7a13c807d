//! What a search has found so far: the best plan, and the certificate that proves most.

use rayon::prelude::*;

use super::repair::Draft;
use super::{Answer, Control, Progress, Settings, Start};
use crate::certificate::{Bound, Certificate, Fixing, MAX_DENOMINATOR, PRICE_LIMIT, bound_by_prices};
use crate::plan::{Gap, Plan, ProvenBy, Status, StoppedBy, is_optimal};
use crate::problem::{Choice, Problem};

/// From so many options on, prices are made whole with one denominator only.
const MANY_OPTIONS: usize = 200_000;
/// That denominator.
const USUAL_DENOMINATOR: i64 = 1_000_000;

/// The best plan and the best certificate so far.
pub struct Record<'p> {
    problem: &'p Problem,
    settings: Settings,
    /// The best feasible plan so far, with its value.
    pub best: Option<(i64, Vec<Choice>)>,
    /// The certificate so far, with the bound it proves.
    pub certificate: Option<(Bound, Certificate)>,
    /// The least bound that was told of.
    told: Option<Bound>,
}

impl<'p> Record<'p> {
    /// Nothing found yet.
    pub fn new(problem: &'p Problem, settings: Settings) -> Record<'p> {
        Record { problem, settings, best: None, certificate: None, told: None }
    }

    /// Takes options if they are feasible, or can be made so, and better than the best. Says whether a plan came of it.
    pub fn offer(&mut self, choices: Vec<Choice>, event: &'static str, control: &mut Control<'_>) -> bool {
        let should_stop = control.should_stop;
        self.offer_until(choices, event, control, &|| should_stop().is_some())
    }

    /// As [`Record::offer`], with its own word on when to give up.
    pub fn offer_until(
        &mut self,
        choices: Vec<Choice>,
        event: &'static str,
        control: &mut Control<'_>,
        should_stop: &dyn Fn() -> bool,
    ) -> bool {
        let mut draft = Draft::new(self.problem, choices);
        if !draft.repair(should_stop) {
            return false;
        }
        draft.improve(should_stop);
        if !draft.is_feasible() {
            return false;
        }
        self.keep(draft.value(), draft.into_choices(), event, control);
        true
    }

    /// Takes options if they are feasible as they are, and better than the best. Says whether they are feasible.
    pub fn take(&mut self, choices: &[Choice], event: &'static str, control: &mut Control<'_>) -> bool {
        if self.problem.overdrawn(choices).is_some() {
            return false;
        }
        let value = self.problem.total_value(choices);
        if self.best.as_ref().is_none_or(|(best, _)| value > *best) {
            self.keep(value, choices.to_vec(), event, control);
        }
        true
    }

    /// Keeps a feasible plan if it is better than the best.
    fn keep(&mut self, value: i64, choices: Vec<Choice>, event: &'static str, control: &mut Control<'_>) {
        if self.best.as_ref().is_none_or(|(best, _)| value > *best) {
            self.best = Some((value, choices));
            self.report(None, event, control);
        }
    }

    /// Says how the search is going.
    pub fn report(&mut self, solver_bound: Option<Bound>, event: &'static str, control: &mut Control<'_>) {
        let certified = self.certificate.as_ref().map(|(bound, _)| *bound);
        let bound = certified.into_iter().chain(solver_bound).chain(self.told).min();
        self.told = bound;
        let value = self.best.as_ref().map(|(value, _)| *value);
        (control.report)(Progress { value, bound: bound.map(|bound| bound.0), event });
    }

    /// Whether the best plan is good enough by what is certified.
    pub fn reached(&self) -> bool {
        self.certificate.as_ref().is_some_and(|(bound, _)| self.is_enough(*bound))
    }

    /// Whether the best plan is good enough if no plan is worth more than this.
    pub fn is_enough(&self, bound: Bound) -> bool {
        let enough = |value| is_optimal(self.problem, value, bound) || Gap::between(value, bound) <= self.settings.gap;
        self.best.as_ref().is_some_and(|(value, _)| enough(*value))
    }

    /// Makes prices whole, with the smallest denominator that loses nothing, and keeps the bound they prove.
    pub fn certify(&mut self, prices: &[f64]) {
        let many = self.problem.choice_count() > MANY_OPTIONS;
        let mut denominator = if many { USUAL_DENOMINATOR } else { 1 };
        while denominator <= if many { USUAL_DENOMINATOR } else { MAX_DENOMINATOR } {
            let whole: Vec<i64> = prices.iter().map(|price| (price * denominator as f64).round() as i64).collect();
            if whole.iter().all(|price| (0..PRICE_LIMIT).contains(price))
                && let Ok(bound) = bound_by_prices(self.problem, denominator, &whole)
            {
                self.prove(bound, || Certificate::of_prices(self.problem, denominator, &whole));
            }
            denominator *= 1000;
        }
        if self.certificate.is_none() {
            // Prices too large for that denominator, or for any: coarser ones, or at last none, still prove something.
            let most = PRICE_LIMIT as f64 / 4.0;
            let coarse = prices.iter().map(|price| price.max(0.0).min(most).round() as i64).collect();
            for whole in [coarse, vec![0; prices.len()]] {
                if let Ok(bound) = bound_by_prices(self.problem, 1, &whole) {
                    self.prove(bound, || Certificate::of_prices(self.problem, 1, &whole));
                }
            }
        }
    }

    /// Keeps a certificate if the bound it proves is better than the best.
    fn prove(&mut self, bound: Bound, certificate: impl FnOnce() -> Certificate) {
        if self.certificate.as_ref().is_none_or(|(best, _)| bound < *best) {
            self.certificate = Some((bound, certificate()));
        }
    }

    /// Keeps a certificate if the best bound that it proves, by the verifier's own arithmetic, is better than the best.
    pub fn claim(&mut self, certificate: Certificate) {
        self.claim_until(certificate, &|| false);
    }

    /// The same, unless it is told to stop before that is known.
    pub fn claim_until(&mut self, certificate: Certificate, should_stop: &(dyn Fn() -> bool + Sync)) {
        let bounds = match self.best {
            Some((value, _)) => certificate.bounds_beside_until(self.problem, value, should_stop),
            None => certificate.bounds(self.problem),
        };
        if let Ok(bounds) = bounds {
            self.prove(bounds.least(), || certificate);
        }
    }

    /// The best plan, for a search to begin with.
    pub fn start(&self) -> Option<Start> {
        let (_, choices) = self.best.as_ref()?;
        let (_, certificate) = self.certificate.as_ref()?;
        let scale = 1.0 / certificate.denominator as f64;
        let prices = certificate.prices(self.problem).ok()?.iter().map(|&price| price as f64 * scale).collect();
        Some(Start { choices: choices.clone(), prices })
    }

    /// Which options a better plan than the best can have, by the certificate.
    pub fn fixing(&self) -> Option<Fixing<'p>> {
        let (value, _) = self.best.as_ref()?;
        let (_, certificate) = self.certificate.as_ref()?;
        let prices = certificate.prices(self.problem).ok()?;
        Fixing::new(self.problem, certificate.denominator, prices, *value)
    }

    /// How many options of customers who still have a choice a better plan can have; counted up to a little more than
    /// `enough`. All of them where no plan is known.
    #[cfg(feature = "exact")]
    pub fn undecided(&self, enough: usize) -> usize {
        let Some(fixing) = self.fixing() else { return self.problem.choice_count() };
        let mut count = 0;
        for customer in 0..self.problem.customers() {
            let kept = self.problem.choices(customer).filter(|&choice| fixing.keeps(customer, choice)).count();
            count += if kept > 1 { kept } else { 0 };
            if count > enough {
                break;
            }
        }
        count
    }

    /// The answer: the best plan with the best bound, and what may be said of it.
    pub fn finish(self, solver_bound: Option<Bound>, stopped_by: Option<StoppedBy>) -> Answer {
        let Some((value, choices)) = self.best.map(|best| without_losses(self.problem, best)) else {
            return Answer::Unknown(stopped_by.unwrap_or(StoppedBy::Work));
        };
        let Some((certified, certificate)) = self.certificate else { return Answer::Unknown(StoppedBy::Work) };
        // A bound below a verified plan is disproved; within the solver's tolerance it means the plan's value.
        let tolerance = 1 + value.abs() / 1_000_000_000;
        let solver_bound = solver_bound
            .filter(|bound| bound.0 >= value - tolerance)
            .map(|bound| bound.max(Bound(value)))
            .filter(|&bound| bound < certified);
        let (bound, proven_by) = match solver_bound {
            Some(bound) => (bound, ProvenBy::Solver),
            None if certificate.tree.is_some() => (certified, ProvenBy::Tree),
            None if certificate.knapsack.is_some() => (certified, ProvenBy::Knapsack),
            None => (certified, ProvenBy::Prices),
        };
        let (status, stopped_by) = if is_optimal(self.problem, value, bound) {
            (Status::Optimal, None)
        } else if Gap::between(value, bound) <= self.settings.gap {
            (Status::WithinGap, None)
        } else {
            (Status::Stopped, Some(stopped_by.unwrap_or(StoppedBy::Work)))
        };
        Answer::Plan(Box::new(Plan { choices, value, bound, status, stopped_by, proven_by, certified, certificate }))
    }
}

/// A plan in which nothing is left that could be dropped with gain: a search that stops at a gap may leave that.
fn without_losses(problem: &Problem, (value, choices): (i64, Vec<Choice>)) -> (i64, Vec<Choice>) {
    if choices.par_iter().all(|&choice| problem.value(choice) >= 0) {
        return (value, choices);
    }
    let mut draft = Draft::new(problem, choices);
    // Under rules one may make room for the next.
    while draft.drop_losses() {}
    (draft.value(), draft.into_choices())
}
