//! The certificate itself: a tree of splits, and leaves with prices.

use std::collections::HashMap;

use super::branch::{End, Fix};
use super::cases::{Case, Cases, Close};
use super::marks::Mark;
use crate::certificate::{LeafKnapsack, RowPrice, Split, Test, Tree, TreeNode};
use crate::instance::Instance;
use crate::problem::{Problem, RowKind};

/// Below what any customer is worth: whoever has this price must be taken.
const FORCED: i64 = 1 << 50;

impl Cases<'_> {
    /// The tree with the needed fixes as splits, and each case a leaf with the prices that close it.
    pub fn write(&self, (instance, problem): (&Instance, &Problem), closed: &HashMap<Case, Close>) -> Tree {
        let list = self.list;
        let mut nodes = vec![TreeNode::Fix {
            rows: problem
                .rows
                .iter()
                .zip(&list.row_prices)
                .filter(|&(_, &price)| price != 0)
                .map(|(row, &price)| RowPrice { row: row.name.clone(), price })
                .collect(),
            next: 1,
        }];
        // Where each node of the search begins in the tree.
        let mut children: HashMap<(usize, bool), usize> = HashMap::new();
        for (child, node) in self.tree.iter().enumerate() {
            if let Some(parent) = node.parent {
                children.insert(parent, child);
            }
        }
        let empty = || TreeNode::Leaf { rows: Vec::new(), knapsack: None };
        nodes.push(empty());
        for (extra, &fix) in self.extras.iter().enumerate() {
            let (split, holds) = self.ask(instance, problem, fix);
            let (leaf, next) = (self.leaf(Case::Extra(extra), closed), nodes.len());
            let (yes, no) = if holds { (next + 1, next) } else { (next, next + 1) };
            nodes[next - 1] = TreeNode::Split { split, yes, no };
            nodes.extend([leaf, empty()]);
        }
        let mut open = vec![(0, nodes.len() - 1)];
        while let Some((at, mut place)) = open.pop() {
            let node = &self.tree[at];
            for fix in (0..node.fixes.len()).filter(|&fix| self.needed[at][fix]) {
                let (split, holds) = self.split(instance, problem, node.fixes[fix]);
                let leaf = self.leaf(Case::Fix(at, fix), closed);
                let next = nodes.len();
                let (yes, no) = if holds { (next, next + 1) } else { (next + 1, next) };
                nodes[place] = TreeNode::Split { split, yes, no };
                nodes.extend([empty(), leaf]);
                place = next;
            }
            match node.end {
                End::Split { group } => {
                    let (split, _) = self.split(instance, problem, Fix::In(group));
                    let next = nodes.len();
                    nodes[place] = TreeNode::Split { split, yes: next, no: next + 1 };
                    nodes.extend([empty(), empty()]);
                    open.extend(children.get(&(at, false)).map(|&child| (child, next + 1)));
                    open.extend(children.get(&(at, true)).map(|&child| (child, next)));
                }
                _ => nodes[place] = self.leaf(Case::End(at), closed),
            }
        }
        Tree { nodes }
    }

    /// The question of a fix in terms of this list, and whether the fix holds where it is answered with yes.
    fn ask(&self, instance: &Instance, problem: &Problem, fix: Fix) -> (Split, bool) {
        let list = self.list;
        let of = |x: u32, test: Test| {
            let customer = list.customers[x as usize].index as usize;
            Split { customer, id: instance.customers[customer].id.to_string(), test }
        };
        match fix {
            Fix::In(group) | Fix::Out(group) => {
                let group = list.groups[group as usize];
                let RowKind::RepMinutes(rep) = problem.rows[list.reps[group.rep as usize].row].kind else {
                    unreachable!("a rep's row is of minutes")
                };
                let id = instance.reps[rep as usize].id.to_string();
                (of(group.customer, Test::Rep { rep, id }), matches!(fix, Fix::In(_)))
            }
            Fix::Visited(x) => (of(x, Test::Visits(1)), true),
        }
    }

    /// The question of a fix of the search.
    fn split(&self, instance: &Instance, problem: &Problem, fix: Fix) -> (Split, bool) {
        let Some(fix) = self.in_list(fix) else {
            unreachable!("what better plans may have includes what was searched")
        };
        self.ask(instance, problem, fix)
    }

    /// The leaf of a case, with the prices that differ from those at the top.
    fn leaf(&self, case: Case, closed: &HashMap<Case, Close>) -> TreeNode {
        let list = self.list;
        let (marks, _) = self.decided(case);
        let Close { prices, forced } = &closed[&case];
        let mut prices = prices.clone();
        for (x, customer) in list.customers.iter().enumerate().filter(|&(x, _)| forced[x]) {
            let groups = customer.groups.iter().map(|&group| marks.groups[group as usize]);
            let idle = customer.idle.is_some() && !marks.visited[x];
            let left = groups.filter(|&mark| mark != Mark::Out).count() + usize::from(idle);
            if left <= 1 && (marks.visited[x] || left < customer.groups.len() + usize::from(customer.idle.is_some())) {
                prices[x] = FORCED;
            }
        }
        let changed = (0..prices.len()).filter(|&x| prices[x] != self.top[x]);
        let priced = changed.map(|x| {
            let customer = list.customers[x].index as usize;
            (customer, list.largest[customer] - prices[x])
        });
        TreeNode::Leaf {
            rows: Vec::new(),
            knapsack: Some(LeafKnapsack { customers: priced.collect(), shared_rows: Vec::new() }),
        }
    }
}
