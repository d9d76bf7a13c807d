//! An instance with visits and calls together as options.

use crate::instance::Instance;
use crate::matrix::Cells;
use crate::model::Channels;
use crate::problem::{Choice, Problem, TooLarge};

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
