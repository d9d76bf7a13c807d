//! Search trees: splits of the options that together cover all plans.

use std::collections::HashMap;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::RowPrice;
use crate::problem::{Choice, Problem};

/// A search to the end. Node 0 is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tree {
    /// The nodes; children have higher numbers than their parent.
    pub nodes: Vec<TreeNode>,
}

/// A node of a search tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeNode {
    /// Every plan is in exactly one of the two children.
    Split {
        /// What tells them apart.
        split: Split,
        /// The node where it holds.
        yes: usize,
        /// The node where it does not.
        no: usize,
    },
    /// The end of a branch.
    Leaf {
        /// Prices that differ from those at the top of the certificate.
        rows: Vec<RowPrice>,
    },
}

/// What tells two branches apart, about one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Index of the customer.
    pub customer: usize,
    /// The customer's id.
    pub id: String,
    /// What is asked.
    pub test: Test,
}

/// What is asked of a customer's option.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Test {
    /// At least one visit by this rep.
    Rep { rep: u32, id: String },
    /// At least so many visits.
    Visits(u32),
    /// At least so many calls.
    Calls(u32),
    /// Calls of this pool.
    Pool { pool: u32, id: String },
}

/// The options left at a node: for each customer that was split on the way to it, those that pass.
///
/// Going down narrows the options, going back up restores them, so that a walk over a tree holds one way at a time.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    left: HashMap<usize, Vec<Choice>>,
    /// What was left to a customer before each step.
    trail: Vec<(usize, Option<Vec<Choice>>)>,
}

impl Tree {
    /// The number of leaves.
    pub fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, TreeNode::Leaf { .. })).count()
    }
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

impl Test {
    /// Whether an option passes.
    pub fn holds(&self, problem: &Problem, choice: Choice) -> bool {
        let lane = choice.lane().map(|index| problem.lane(index));
        match self {
            Test::Rep { rep, .. } => lane.is_some_and(|lane| lane.rep == Some(*rep)) && choice.visits > 0,
            Test::Visits(least) => choice.visits >= *least,
            Test::Calls(least) => lane.map_or(0, |lane| lane.calls) >= *least,
            Test::Pool { pool, .. } => lane.is_some_and(|lane| lane.pool == Some(*pool)),
        }
    }
}

impl Serialize for Split {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("customer", &self.id)?;
        match &self.test {
            Test::Rep { id, .. } => map.serialize_entry("rep", id)?,
            Test::Visits(least) => map.serialize_entry("visits", least)?,
            Test::Calls(least) => map.serialize_entry("calls", least)?,
            Test::Pool { id, .. } => map.serialize_entry("pool", id)?,
        }
        map.end()
    }
}

impl Serialize for TreeNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Leaf<'l> {
            #[serde(skip_serializing_if = "<[RowPrice]>::is_empty")]
            rows: &'l [RowPrice],
        }
        let mut map = serializer.serialize_map(None)?;
        match self {
            TreeNode::Split { split, yes, no } => {
                map.serialize_entry("split", split)?;
                map.serialize_entry("yes", yes)?;
                map.serialize_entry("no", no)?;
            }
            TreeNode::Leaf { rows } => map.serialize_entry("leaf", &Leaf { rows })?,
        }
        map.end()
    }
}
