//! The post-pass: what happens to a finished field plan, rule by rule, so that a planner can follow and defend each
//! change (`models/post-pass.md`).
//!
//! Visits to small customers become calls; the time that this frees goes to inactive and new customers worth winning
//! first, and then, with what the rep had left, to more visits to the best customers. No row is ever overdrawn. The
//! pass is repeated until it changes nothing: a second run changes nothing.

mod attribution;
mod change;
mod reps_turn;
mod state;
mod summary;
mod wide;

use crate::problem::Choice;

pub(crate) use attribution::attribute;
pub use change::{Edit, edits};
pub use summary::Summary;
pub use wide::{Wide, same_option};

use state::State;

/// Runs the post-pass on a field plan.
///
/// `before` is the plan without any post-pass and `now` the plan as it is, with the changes of an earlier one: these are
/// kept, and limits count from `before`. Both are feasible options of `wide`. Returns the plan after the pass.
pub fn run(wide: &Wide, before: &[Choice], now: &[Choice]) -> Vec<Choice> {
    let mut state = State::new(wide, before, now);
    loop {
        let changed = (0..wide.instance.reps.len() as u32).fold(false, |changed, rep| state.turn(rep) | changed);
        if !changed {
            return state.now.choices;
        }
    }
}
