//! What-if: scenarios over an instance, and what comes of them (`models/what-if.md`).
//!
//! A [`Scenario`] is read from a line of JSON. Most of it changes the instance's document, which is then read as any
//! other, so that nothing can be set that could not be written; [`Outcome`] is the line that is written of its plan.

mod document;
mod outcome;
mod scenario;

pub use outcome::{Outcome, OutcomeStatus};
pub use scenario::{Scale, ScaledField, Scenario};
