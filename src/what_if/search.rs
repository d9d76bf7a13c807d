//! How plans of scenarios are searched for, and checked.

use crate::engine::{Answer, Control, Engine, Settings, Start};
use crate::instance::Instance;
use crate::plan::{Plan, Status, StoppedBy};
use crate::problem::Problem;

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

impl Search<'_> {
    /// Plans an instance, from another plan if there is one.
    pub fn solve(&self, instance: &Instance, problem: &Problem, start: Option<Start>) -> Answer {
        let mut control = Control { should_stop: self.should_stop, report: &mut |_| {} };
        self.engine.solve(instance, problem, self.settings, start, &mut control)
    }
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
