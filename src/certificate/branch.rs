//! The options left in one branch of a search tree, for those who search it.

use std::collections::HashMap;

use super::split::Split;
use crate::problem::{Choice, Problem};

/// The options left at a node: for each customer that was split on the way to it, those that pass.
///
/// Going down narrows the options, going back up restores them, so that a walk over a tree holds one way at a time.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    left: HashMap<usize, Vec<Choice>>,
    /// What was left to a customer before each step.
    trail: Vec<(usize, Option<Vec<Choice>>)>,
}

impl Branch {
    /// The number of steps from the root.
    pub fn depth(&self) -> usize {
        self.trail.len()
    }

    /// Goes one step down.
    pub fn narrow(&mut self, problem: &Problem, split: &Split, holds: bool) {
        let customer = split.customer;
        let before = self.left.remove(&customer);
        let passes = |choice: &Choice| split.test.holds(problem, *choice) == holds;
        let left = match &before {
            Some(left) => left.iter().copied().filter(passes).collect(),
            None => problem.choices(customer).filter(passes).collect(),
        };
        self.left.insert(customer, left);
        self.trail.push((customer, before));
    }

    /// Goes back up to a depth.
    pub fn back_to(&mut self, depth: usize) {
        while self.trail.len() > depth
            && let Some((customer, before)) = self.trail.pop()
        {
            match before {
                Some(left) => self.left.insert(customer, left),
                None => self.left.remove(&customer),
            };
        }
    }

    /// Whether an option of a customer is left.
    pub fn allows(&self, customer: usize, choice: Choice) -> bool {
        self.left.get(&customer).is_none_or(|left| left.contains(&choice))
    }
}
