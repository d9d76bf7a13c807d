//! The instance that scenarios change, and the search for their plans.

use std::collections::HashSet;

use crate::engine::{Answer, Control, Engine, Settings, Start};
use crate::instance::{Instance, WithText};
use crate::plan::{Plan, Status, StoppedBy};
use crate::post_pass::same_option;
use crate::problem::{Problem, TooLarge};

/// How plans are searched for.
#[derive(Clone, Copy)]
pub struct Search<'s> {
    /// Which engine plans.
    pub engine: Engine,
    /// What the search should reach.
    pub settings: Settings,
    /// Whether to stop, and why.
    pub should_stop: &'s (dyn Fn() -> Option<StoppedBy> + Sync),
}

/// The instance that scenarios change: its text, its problem, and the plan that the search for theirs starts from.
pub struct Base {
    /// The instance as it is.
    pub instance: WithText,
    /// Its problem.
    pub problem: Problem,
    /// Its plan, once there is one.
    pub plan: Option<Plan>,
}

impl Search<'_> {
    /// Plans an instance, from another plan if there is one.
    pub fn solve(&self, instance: &Instance, problem: &Problem, start: Option<Start>) -> Answer {
        let mut control = Control { should_stop: self.should_stop, report: &mut |_| {} };
        self.engine.solve(instance, problem, self.settings, start, &mut control)
    }
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

/// Adds a plan up anew: it keeps every row, and its certificate proves its bound. Says what is wrong otherwise.
pub fn check(problem: &Problem, plan: &Plan) -> Result<(), String> {
    if let Some((row, _)) = problem.overdrawn(&plan.choices) {
        return Err(format!("the plan overdraws {}", problem.rows[row].name));
    }
    if plan.value != problem.total_value(&plan.choices) {
        return Err("the plan's value is not the sum of its parts".to_owned());
    }
    let bounds = plan.certificate.bounds_beside(problem, plan.value).map_err(|error| error.to_string())?;
    if bounds.least() != plan.certified || (plan.status != Status::Stopped && plan.bound.0 < plan.value) {
        return Err("the certificate proves another bound".to_owned());
    }
    Ok(())
}
