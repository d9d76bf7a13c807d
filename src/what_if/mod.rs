//! What-if: scenarios over an instance, and what comes of them (`models/what-if.md`).
//!
//! A [`Scenario`] is read from a line of JSON. Most of it changes the instance's document, which is then read as any
//! other, so that nothing can be set that could not be written; [`Outcome`] is the line that is written of its plan.

mod base;
mod copy;
mod curve;
mod document;
mod outcome;
mod regret;
mod scenario;
mod search;
mod set;
mod sizing;
mod teams;

pub use base::{Base, start_from};
pub use curve::{Curve, Split};
pub use outcome::{Outcome, OutcomeStatus};
pub use regret::{Draw, Flip, Regret};
pub use scenario::{MOST_REPS, Scale, ScaledField, Scenario};
pub use search::{Search, check};
pub use sizing::Sizing;
pub use teams::{Possible, Teams};
