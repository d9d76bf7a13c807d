//! Decisions made by hand, on the command line: read, laid over the instance, priced.

use super::output::stage;
use super::{Failure, Place, input};
use crate::decision::{DecisionFiles, Overlay, Price, PricedBy, PricedDecision};
use crate::engine::{Control, Engine, Settings};
use crate::instance::Instance;
use crate::plan::{Plan, StoppedBy};
use crate::pricing::{ByPrices, BySolves};
use crate::problem::Problem;

/// What files of decisions mean for an instance.
pub fn overlay(files: &[String], instance: &Instance, say: &impl Fn(&str)) -> Result<Overlay, Failure> {
    let mut read = Vec::new();
    for name in files {
        let place = Place::from(name.as_str());
        read.push((place.shown("standard input"), input::bytes(&place)?));
    }
    let files = DecisionFiles::read(read);
    let overlay = files.overlay(instance)?;
    match overlay.repeated[..] {
        [] => {}
        [one] => say(&format!("notice: {} repeats an earlier decision", files.place(one))),
        [first, ..] => {
            let all = overlay.repeated.len();
            say(&format!("notice: {all} decisions repeat earlier ones (the first: {})", files.place(first)));
        }
    }
    match overlay.silent[..] {
        [] => {}
        [one] => say(&format!("notice: {} names no rep, visits or calls and decides nothing", files.place(one))),
        [first, ..] => {
            let (all, place) = (overlay.silent.len(), files.place(first));
            say(&format!("notice: {all} rows name no rep, visits or calls and decide nothing (the first: {place})"));
        }
    }
    Ok(overlay)
}

/// An instance with decisions over it.
pub struct Ground {
    /// The instance as it was read.
    pub stated: Instance,
    /// Its problem.
    pub free: Problem,
    /// The decisions.
    pub overlay: Overlay,
    decided: Option<(Instance, Problem)>,
}

impl Ground {
    /// Lays decisions over an instance that was read from a place.
    pub fn new(stated: Instance, overlay: Overlay, place: &Place) -> Result<Ground, Failure> {
        let free = input::problem(&stated, place)?;
        let decided = match overlay.decided.is_empty() {
            true => None,
            false => {
                let mut instance = stated.clone();
                overlay.apply(&mut instance);
                let problem = input::problem(&instance, place)?;
                Some((instance, problem))
            }
        };
        Ok(Ground { stated, free, overlay, decided })
    }

    /// The instance with the decisions as locks.
    pub fn instance(&self) -> &Instance {
        self.decided.as_ref().map_or(&self.stated, |(instance, _)| instance)
    }

    /// The problem with the decisions.
    pub fn problem(&self) -> &Problem {
        self.decided.as_ref().map_or(&self.free, |(_, problem)| problem)
    }

    /// The decisions without prices.
    pub fn unpriced(&self) -> Vec<PricedDecision> {
        self.with_prices(std::iter::repeat(None))
    }

    /// The decisions of a plan with their prices: by the prices of the plan, or by solving without each.
    pub fn priced(
        &self,
        plan: &Plan,
        by_solves: Option<(Engine, Settings)>,
        should_stop: &(dyn Fn() -> Option<StoppedBy> + Sync),
        say: &impl Fn(&str),
    ) -> Result<Vec<PricedDecision>, Failure> {
        let Some((instance, problem)) = &self.decided else { return Ok(Vec::new()) };
        let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
        let by_prices = ByPrices::new(problem, plan).map_err(|error| internal(&error))?;
        let mut prices: Vec<Price> =
            self.overlay.decided.iter().map(|decided| by_prices.decision(&self.free, decided.customer)).collect();
        if let Some((engine, settings)) = by_solves {
            let mut instance = instance.clone();
            let mut solves = BySolves { instance: &mut instance, problem, plan, engine, settings };
            stage(prices.len() > 1, || format!("Solving without each of {} decisions ...", prices.len()));
            for (price, decided) in prices.iter_mut().zip(&self.overlay.decided) {
                if should_stop().is_some() {
                    break;
                }
                let mut control = Control { should_stop, report: &mut |_| {} };
                let found = solves.decision(decided, &mut control).map_err(|error| internal(&error))?;
                // A search that was stopped may know less than the prices.
                *price = found.filter(|_| should_stop().is_none()).unwrap_or(*price);
            }
            let left = prices.iter().filter(|price| price.by == PricedBy::Prices).count();
            if left > 0 {
                say(&format!("notice: stopped before {left} of {} decisions were priced exactly", prices.len()));
            }
        }
        Ok(self.with_prices(prices.into_iter().map(Some)))
    }

    fn with_prices(&self, prices: impl Iterator<Item = Option<Price>>) -> Vec<PricedDecision> {
        let decisions = self.overlay.decided.iter().map(|decided| decided.decision.clone());
        decisions.zip(prices).map(|(decision, price)| PricedDecision { decision, price }).collect()
    }
}
