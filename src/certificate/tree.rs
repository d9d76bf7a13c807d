//! Search trees: splits of the options that together cover all plans.

use super::RowPrice;
use super::split::Split;

/// A search to the end. Node 0 is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The nodes; children have higher numbers than their parent, and each but the root is referred to once.
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
    /// Options that no better plan has, by what they lose at these prices, are dropped from here down.
    Fix {
        /// Prices of rows; those left out are 0, whatever the top of the certificate says.
        rows: Vec<RowPrice>,
        /// The node of the options that remain.
        next: usize,
    },
    /// The end of a branch.
    Leaf {
        /// Prices that differ from those at the top of the certificate.
        rows: Vec<RowPrice>,
        /// Claims a bound by knapsacks, and no other.
        knapsack: Option<LeafKnapsack>,
    },
}

/// The prices of a leaf's bound by knapsacks, where they differ from those at the top of the certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeafKnapsack {
    /// Customers by their index in the instance, with their price in this leaf, cents x D, of any sign.
    pub customers: Vec<(usize, i64)>,
    /// Prices of rows that are not the minutes of a rep.
    pub shared_rows: Vec<RowPrice>,
}

impl Tree {
    /// The number of leaves.
    pub fn leaves(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node, TreeNode::Leaf { .. })).count()
    }
}
