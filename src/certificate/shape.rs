//! How the nodes of a tree hang together.

use super::bound::Unproven;
use super::tree::{Tree, TreeNode};

/// The leaves below each node, numbered as a walk that takes `yes` before `no` meets them.
#[derive(Debug)]
pub(super) struct Shape {
    /// Number of the first leaf below each node.
    first: Vec<u32>,
    /// Number of leaves below each node.
    count: Vec<u32>,
}

impl Shape {
    /// Every node but the root is referred to once, by an earlier one; the lowest node that says otherwise is reported.
    pub fn of(tree: &Tree) -> Result<Shape, Unproven> {
        let nodes = tree.nodes.len();
        let fault = |node: usize, why: &str| Unproven::Tree { node, why: why.to_owned() };
        if u32::try_from(nodes).is_err() {
            return Err(fault(0, "the tree has too many nodes"));
        }
        let mut referred = vec![false; nodes];
        for (at, node) in tree.nodes.iter().enumerate() {
            // Children come later, so whoever refers to this node has been seen.
            if at > 0 && !referred[at] {
                return Err(fault(at, "no node before refers to it"));
            }
            for child in children(node) {
                if child <= at || child >= nodes || std::mem::replace(&mut referred[child], true) {
                    return Err(fault(at, "refers to a node that is not later, or not its own"));
                }
            }
        }
        if nodes == 0 {
            return Err(fault(0, "does not exist"));
        }
        let (mut first, mut count) = (vec![0; nodes], vec![0; nodes]);
        for (at, node) in tree.nodes.iter().enumerate().rev() {
            let below: u32 = children(node).map(|child| count[child]).sum();
            count[at] = if matches!(node, TreeNode::Leaf { .. }) { 1 } else { below };
        }
        for (at, node) in tree.nodes.iter().enumerate() {
            let mut next = first[at];
            for child in children(node) {
                first[child] = next;
                next += count[child];
            }
        }
        Ok(Shape { first, count })
    }

    /// The number of leaves of the whole tree.
    pub fn leaves(&self) -> u32 {
        self.count[0]
    }

    /// Whether some leaf below a node has one of these numbers.
    pub fn meets(&self, node: usize, leaves: &std::ops::Range<u32>) -> bool {
        self.first[node] < leaves.end && leaves.start < self.first[node] + self.count[node]
    }
}

/// The children of a node, `yes` before `no`.
fn children(node: &TreeNode) -> impl Iterator<Item = usize> + use<> {
    let (one, other) = match *node {
        TreeNode::Split { yes, no, .. } => (Some(yes), Some(no)),
        TreeNode::Fix { next, .. } => (Some(next), None),
        TreeNode::Leaf { .. } => (None, None),
    };
    one.into_iter().chain(other)
}
