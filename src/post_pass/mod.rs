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

use crate::instance::Instance;
use crate::matrix::Cells;
use crate::model::Channels;
use crate::problem::{Choice, Problem, TooLarge};

pub(crate) use attribution::attribute;
pub use change::{Edit, edits};
pub use summary::Summary;

use state::State;

/// An instance as the post-pass sees it: visits and calls together are options.
#[derive(Clone, Debug)]
pub struct Wide {
    /// The instance with `channels` set to `joint`.
    pub instance: Instance,
    /// Its problem: every option of the field problem and the calls beside.
    pub problem: Problem,
    /// Who is in which cell of the matrix.
    pub cells: Cells,
}

impl Wide {
    /// Of an instance, whatever its model says of channels. Refuses what cannot be added up exactly.
    pub fn new(instance: &Instance) -> Result<Wide, TooLarge> {
        let mut instance = instance.clone();
        instance.model.channels = Channels::Joint;
        let (problem, cells) = (Problem::new(&instance)?, Cells::of(&instance));
        Ok(Wide { instance, problem, cells })
    }

    /// A plan of the field problem as options of this: all of them are.
    pub fn options(&self, field: &Problem, choices: &[Choice]) -> Vec<Choice> {
        let same = |(customer, &choice)| same_option(field, &self.problem, customer, choice);
        choices.iter().enumerate().map(same).map(|found| found.expect("fewest calls are among all calls")).collect()
    }
}

/// An option of one problem as an option of another one of the same instance, if it is one there.
pub fn same_option(of: &Problem, there: &Problem, customer: usize, choice: Choice) -> Option<Choice> {
    let Some(lane) = choice.lane().map(|index| of.lane(index)) else {
        return there.find(customer, None, 0, None, 0);
    };
    there.find(customer, lane.rep, choice.visits, lane.pool, lane.calls)
}

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
