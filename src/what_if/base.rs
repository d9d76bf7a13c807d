//! The instance that scenarios change.

use std::collections::HashSet;

use super::Search;
use crate::engine::{Answer, Start};
use crate::instance::WithText;
use crate::plan::Plan;
use crate::post_pass::same_option;
use crate::problem::{Problem, TooLarge};

/// The instance that scenarios change: its text, its problem, and the plan that the search for theirs starts from.
pub struct Base {
    /// The instance as it is.
    pub instance: WithText,
    /// Its problem.
    pub problem: Problem,
    /// Its plan, once there is one.
    pub plan: Option<Plan>,
}

impl Base {
    /// An instance that is not planned yet. Refuses what cannot be added up exactly.
    pub fn new(instance: WithText) -> Result<Base, TooLarge> {
        let problem = Problem::new(&instance.instance)?;
        Ok(Base { instance, problem, plan: None })
    }

    /// Plans the instance as it is: what every scenario starts from.
    pub fn plan(&mut self, search: &Search<'_>) {
        if let Answer::Plan(plan) = search.solve(&self.instance.instance, &self.problem, None) {
            self.plan = Some(*plan);
        }
    }

    /// Where the search for a scenario's plan begins: the plan of the instance as it is, as far as it is one there.
    pub fn start_for(&self, problem: &Problem) -> Option<Start> {
        self.plan.as_ref().map(|plan| start_from(&self.problem, plan, problem))
    }
}

/// A plan of one problem as the start of a search in another one of the same customers. Of rows that are new no price is
/// known.
pub fn start_from(of: &Problem, plan: &Plan, there: &Problem) -> Start {
    let same = |(customer, &choice)| same_option(of, there, customer, choice);
    let mut start = Start::of(there, plan.choices.iter().enumerate().map(same), &plan.certificate);
    let known: HashSet<&str> = of.rows.iter().map(|row| row.name.as_str()).collect();
    for (price, row) in start.prices.iter_mut().zip(&there.rows) {
        if !known.contains(row.name.as_str()) {
            *price = f64::NAN;
        }
    }
    start
}
