//! Engines: from a problem to a plan with a bound.
//!
//! An engine knows no files, no clock and no signals: it asks [`Control`] whether to go on and tells it how it goes.

#[cfg(feature = "exact")]
pub mod exact;
#[cfg(feature = "exact")]
mod highs;
#[cfg(feature = "exact")]
mod infeasible;
#[cfg(feature = "exact")]
mod program;
mod repair;

use crate::certificate::Certificate;
#[cfg(feature = "exact")]
use crate::instance::Instance;
use crate::plan::{Gap, Plan, StoppedBy};
#[cfg(feature = "exact")]
use crate::problem::Problem;

/// What a search should reach.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Stop when the proven gap is at most this; 0 searches to the proof.
    pub gap: Gap,
    /// Seed of what is random in a search.
    pub seed: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { gap: Gap(100_000), seed: 1 }
    }
}

/// How a search is watched and ended.
pub struct Control<'c> {
    /// Whether to stop, and why; asked often.
    pub should_stop: &'c dyn Fn() -> Option<StoppedBy>,
    /// Told whenever something improved.
    pub report: &'c mut dyn FnMut(Progress),
}

/// How a search is going.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Value of the best plan so far, in cents.
    pub value: Option<i64>,
    /// No plan has a larger value, in cents, as far as the engine knows.
    pub bound: Option<i64>,
    /// What happened.
    pub event: &'static str,
}

/// Solves a problem without watching it: from the data alone, to the end.
#[cfg(feature = "exact")]
pub fn solve(instance: &Instance, problem: &Problem, settings: Settings) -> Answer {
    exact::solve(instance, problem, settings, None, &mut Control { should_stop: &|| None, report: &mut |_| {} })
}

/// What an engine answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A feasible plan.
    Plan(Box<Plan>),
    /// There is no plan, which the certificate proves.
    Infeasible(Certificate),
    /// No plan was found, and nothing was proven.
    Unknown(StoppedBy),
}
