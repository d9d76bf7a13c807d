//! The certificate of a finished search: a tree of splits with a leaf wherever no better plan is.
//!
//! What a search fixes on its way a certificate can only say by splits: one child is a leaf that is closed at the prices
//! of the fixing node, the other goes on. Most fixes only save time. Here every leaf is checked without them, and those
//! that it needs are added, each with a leaf of its own, until all leaves close.

use std::collections::HashMap;

use super::branch::{End, Fix, Node};
use super::marks::{Mark, Marks};
use super::packing::{Hint, Packer};
use super::shortlist::Shortlist;
use crate::certificate::{LeafKnapsack, RowPrice, Split, Test, Tree, TreeNode};
use crate::instance::Instance;
use crate::problem::{Problem, RowKind};

/// Below what any customer is worth: whoever has this price must be taken.
const FORCED: i64 = 1 << 50;

/// Differences of so many times half the largest are tried to be left out.
const HALVINGS: [u32; 5] = [1, 2, 3, 5, 8];

/// What is checked: that no plan below the target is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Check {
    /// At the end of a node.
    End(usize),
    /// Where a fix of a node does not hold.
    Fix(usize, usize),
    /// Where a group is given that the search did not have.
    Extra(usize),
}

/// A search with what its certificate needs of it.
struct Witness<'w> {
    list: &'w Shortlist,
    searched: &'w Shortlist,
    tree: &'w [Node],
    target: i64,
    /// Prices at the top of the certificate.
    top: &'w [i64],
    /// What the search did not have, and no better plan has: fixes in terms of this list.
    extras: Vec<Fix>,
    /// Per node and fix whether some leaf needs it.
    needed: Vec<Vec<bool>>,
    /// The group of this list for each group of the search's.
    group: Vec<Option<u32>>,
    /// The customer of this list for each of the search's.
    customer: Vec<u32>,
    /// Whether the search had a group of this list.
    known: Vec<bool>,
    packer: Packer,
    hints: Vec<Hint>,
    /// What is to be checked.
    waiting: Vec<Check>,
    /// What is closed, with the prices that do it.
    closed: HashMap<Check, Vec<i64>>,
}

/// A tree whose leaves all prove that no plan loses less than the target. `list` has all options that a better plan may
/// have, `searched` those of the search; `top` are the prices at the top of the certificate, of `list`'s customers.
/// `None` where a leaf cannot be closed without what the search left out, or it is told to stop.
pub fn tree_of(
    (instance, problem): (&Instance, &Problem),
    list: &Shortlist,
    top: &[i64],
    (searched, tree): (&Shortlist, &[Node]),
    target: i64,
    packer: Packer,
    should_stop: &dyn Fn() -> bool,
) -> Option<Tree> {
    let place: HashMap<u32, u32> = (0..).zip(&list.customers).map(|(x, customer)| (customer.index, x)).collect();
    let group_of = |group: &super::shortlist::Group| {
        let x = *place.get(&searched.customers[group.customer as usize].index)?;
        let groups = &list.customers[x as usize].groups;
        groups.iter().copied().find(|&other| list.groups[other as usize].rep == group.rep)
    };
    let customer: Option<Vec<u32>> =
        searched.customers.iter().map(|customer| place.get(&customer.index).copied()).collect();
    let mut witness = Witness {
        list,
        searched,
        tree,
        target,
        top,
        extras: Vec::new(),
        needed: tree.iter().map(|node| vec![false; node.fixes.len()]).collect(),
        group: searched.groups.iter().map(group_of).collect(),
        customer: customer?,
        known: vec![false; list.groups.len()],
        packer,
        hints: vec![Hint::default(); list.reps.len()],
        waiting: Vec::new(),
        closed: HashMap::new(),
    };
    for &group in witness.group.iter().flatten() {
        witness.known[group as usize] = true;
    }
    for (node, ended) in tree.iter().enumerate() {
        match ended.end {
            End::Open => return None,
            End::Closed(_) => witness.waiting.push(Check::End(node)),
            End::Split { .. } => {}
        }
    }
    witness.waiting.reverse();
    while let Some(check) = witness.waiting.pop() {
        if should_stop() || !witness.close(check) {
            return None;
        }
    }
    Some(witness.write(instance, problem))
}

/// Decides what a fix says, or its opposite.
fn decide(list: &Shortlist, marks: &mut Marks, fix: Fix, holds: bool) {
    match (fix, holds) {
        (Fix::In(group), true) | (Fix::Out(group), false) => {
            let x = list.groups[group as usize].customer as usize;
            if marks.groups[group as usize] == Mark::Out {
                // Given what is gone: the customer has no option left.
                for &group in &list.customers[x].groups {
                    marks.groups[group as usize] = Mark::Out;
                }
                marks.visited[x] = true;
            } else {
                marks.give(list, group as usize);
            }
        }
        (Fix::Out(group), true) | (Fix::In(group), false) => marks.groups[group as usize] = Mark::Out,
        (Fix::Visited(x), true) => marks.visited[x as usize] = true,
        (Fix::Visited(x), false) => {
            for &group in &list.customers[x as usize].groups {
                marks.groups[group as usize] = Mark::Out;
            }
        }
    }
}

impl Witness<'_> {
    /// Adds fixes until a check is closed, and keeps the prices that close it.
    fn close(&mut self, check: Check) -> bool {
        // Many a fix shows at the prices at the top already, which need not be written.
        if !matches!(check, Check::End(_)) {
            let (marks, _) = self.case(check);
            if self.closes(&marks, self.top) {
                self.closed.insert(check, self.top.to_vec());
                return true;
            }
        }
        loop {
            let (marks, prices) = self.case(check);
            if self.closes(&marks, &prices) {
                let prices = self.shortened(&marks, prices);
                self.closed.insert(check, prices);
                return true;
            }
            if !self.add_violated(check, &marks, &prices) && !self.add_all(check) {
                return false;
            }
        }
    }

    /// Prices of which fewer differ from those at the top, and that close the same leaf.
    fn shortened(&mut self, marks: &Marks, prices: Vec<i64>) -> Vec<i64> {
        let difference = |x: usize| prices[x].abs_diff(self.top[x]);
        let largest = (0..prices.len()).map(difference).max().unwrap_or(0);
        for halvings in HALVINGS {
            let least = largest >> halvings;
            let fewer: Vec<i64> =
                (0..prices.len()).map(|x| if difference(x) <= least { self.top[x] } else { prices[x] }).collect();
            if self.closes(marks, &fewer) {
                return fewer;
            }
        }
        prices
    }

    /// Whether no plan below the target has these marks, by these prices.
    fn closes(&mut self, marks: &Marks, prices: &[i64]) -> bool {
        self.bound(marks, prices).is_none_or(|bound| bound >= self.target)
    }

    /// The nodes from one up to the root, each with its parent's split on the way, if any.
    fn way(&self, node: usize) -> impl Iterator<Item = (usize, Option<Fix>)> + '_ {
        let above = |&at: &usize| self.tree[at].parent.map(|(parent, _)| parent);
        std::iter::successors(Some(node), above).map(|at| {
            let split = self.tree[at].parent.and_then(|(parent, given)| match self.tree[parent].end {
                End::Split { group } => Some(if given { Fix::In(group) } else { Fix::Out(group) }),
                _ => None,
            });
            (at, split)
        })
    }

    /// The node of a check and how many of its fixes come before it.
    fn place(&self, check: Check) -> (usize, usize) {
        match check {
            Check::End(node) => (node, self.tree[node].fixes.len()),
            Check::Fix(node, fix) => (node, fix),
            Check::Extra(_) => (0, 0),
        }
    }

    /// What is decided and priced in a check, by the splits above it and the fixes that are needed.
    fn case(&self, check: Check) -> (Marks, Vec<i64>) {
        let mut marks = Marks::none(self.list);
        let (node, before) = self.place(check);
        for (at, split) in self.way(node) {
            let fixes = if at == node { before } else { self.tree[at].fixes.len() };
            for fix in (0..fixes).filter(|&fix| self.needed[at][fix]) {
                self.apply(&mut marks, self.tree[at].fixes[fix], true);
            }
            if let Some(split) = split {
                self.apply(&mut marks, split, true);
            }
        }
        let mut prices = self.top.to_vec();
        let mut extras = self.extras.len();
        let searched = match check {
            Check::End(node) => match &self.tree[node].end {
                End::Closed(prices) => &prices[..],
                _ => &[],
            },
            Check::Fix(node, fix) => {
                self.apply(&mut marks, self.tree[node].fixes[fix], false);
                &self.tree[node].prices
            }
            Check::Extra(extra) => {
                extras = extra;
                decide(self.list, &mut marks, self.extras[extra], false);
                &[]
            }
        };
        for (&x, &price) in self.customer.iter().zip(searched) {
            prices[x as usize] = price;
        }
        for &extra in &self.extras[..extras] {
            decide(self.list, &mut marks, extra, true);
        }
        for x in 0..self.list.customers.len() {
            marks.conclude(self.list, x);
        }
        (marks, prices)
    }

    /// What the search had decided at a check.
    fn decided(&self, check: Check) -> Marks {
        let list = self.searched;
        let mut marks = Marks::none(list);
        let (node, _) = self.place(check);
        let way: Vec<_> = self.way(node).collect();
        for &(at, split) in way.iter().rev() {
            let own = if at == node && !matches!(check, Check::End(_)) { &[][..] } else { &self.tree[at].fixes };
            for fix in split.iter().chain(own) {
                let x = match *fix {
                    Fix::In(group) | Fix::Out(group) => list.groups[group as usize].customer as usize,
                    Fix::Visited(x) => x as usize,
                };
                match *fix {
                    Fix::In(group) => marks.give(list, group as usize),
                    Fix::Out(group) => marks.groups[group as usize] = Mark::Out,
                    Fix::Visited(x) => marks.visited[x as usize] = true,
                }
                marks.conclude(list, x);
            }
        }
        marks
    }

    /// Decides what a fix of the search says, or its opposite.
    fn apply(&self, marks: &mut Marks, fix: Fix, holds: bool) {
        let fix = match fix {
            Fix::In(group) => self.group[group as usize].map(Fix::In),
            Fix::Out(group) => self.group[group as usize].map(Fix::Out),
            Fix::Visited(x) => Some(Fix::Visited(self.customer[x as usize])),
        };
        if let Some(fix) = fix {
            decide(self.list, marks, fix, holds);
        }
    }

    /// The bound at prices; `None` where a rep's commitments do not fit or a customer has no option left.
    fn bound(&mut self, marks: &Marks, prices: &[i64]) -> Option<i64> {
        let list = self.list;
        let mut bound: i64 = prices.iter().sum();
        for rep in 0..list.reps.len() {
            bound += self.packer.pack(list, rep, prices, &marks.groups, &mut self.hints[rep])?.cost;
        }
        for (x, customer) in list.customers.iter().enumerate() {
            let idle = customer.idle.filter(|_| !marks.visited[x]).map(|(loss, _)| i64::from(loss));
            let groups = &customer.groups;
            let is_out = |&group: &u32| marks.groups[group as usize] == Mark::Out;
            match idle {
                // The price of who has nothing else may be anything.
                Some(loss) if groups.iter().all(is_out) => bound += loss - prices[x],
                Some(loss) => bound += (loss - prices[x]).min(0),
                None if groups.iter().all(is_out) => return None,
                None => {}
            }
        }
        Some(bound)
    }

    /// Marks fixes above a check as needed where its packings do what the search had excluded, and has them checked.
    /// Says whether there are any.
    fn add_violated(&mut self, check: Check, marks: &Marks, prices: &[i64]) -> bool {
        if matches!(check, Check::Extra(_)) {
            // Shown by the prices at the top alone, or not at all.
            return false;
        }
        let (list, searched) = (self.list, self.searched);
        let mut taken: Vec<Vec<u32>> = vec![Vec::new(); list.customers.len()];
        for &option in self.hints.iter().flat_map(|hint| &hint.options) {
            taken[list.customer_of(option)].push(list.group_of[option as usize]);
        }
        let decided = self.decided(check);
        let before = self.extras.len();
        let mut needs_extras = vec![false; list.customers.len()];
        // Who the search did not have at all was idle there.
        let mut has_idle = vec![true; list.customers.len()];
        // Per customer of the search what of it must be kept: some groups out, or all that was found out.
        let mut out: Vec<bool> = vec![false; searched.groups.len()];
        let mut all: Vec<bool> = vec![false; searched.customers.len()];
        let mut visited: Vec<bool> = vec![false; searched.customers.len()];
        for (x, customer) in searched.customers.iter().enumerate() {
            let whole = self.customer[x] as usize;
            has_idle[whole] = customer.idle.is_some();
            let taken = &taken[whole];
            let idle = list.customers[whole].idle.filter(|_| !marks.visited[whole]);
            let is_idle = idle.is_some_and(|(loss, _)| i64::from(loss) < prices[whole]);
            let groups = customer.groups.iter().map(|&group| (group, self.group[group as usize]));
            let given = groups.clone().find(|&(group, _)| decided.groups[group as usize] == Mark::In);
            if let Some((_, given)) = given {
                all[x] = is_idle || given.is_none_or(|given| taken[..] != [given]);
            } else {
                visited[x] = decided.visited[x] && is_idle;
                for (group, _) in groups.filter(|&(_, whole)| whole.is_some_and(|group| taken.contains(&group))) {
                    out[group as usize] = decided.groups[group as usize] == Mark::Out;
                }
            }
            needs_extras[whole] |= all[x] || is_idle && customer.idle.is_none();
        }
        // What the search did not have at all.
        for (whole, customer) in list.customers.iter().enumerate() {
            if needs_extras[whole] || taken[whole].iter().any(|group| !self.known[*group as usize]) {
                let missed = customer.groups.iter().filter(|&&group| !self.known[group as usize]);
                let free = missed.filter(|&&group| marks.groups[group as usize] == Mark::Free);
                self.extras.extend(free.map(|&group| Fix::Out(group)));
                if customer.idle.is_some() && !marks.visited[whole] && !has_idle[whole] {
                    self.extras.push(Fix::Visited(whole as u32));
                }
            }
        }
        let mut any = self.extras.len() > before;
        self.waiting.extend((before..self.extras.len()).map(Check::Extra));
        let (node, first) = self.place(check);
        let nodes: Vec<usize> = self.way(node).map(|(at, _)| at).collect();
        for at in nodes {
            let fixes = if at == node { first } else { self.tree[at].fixes.len() };
            for fix in 0..fixes {
                let violated = match self.tree[at].fixes[fix] {
                    Fix::Out(group) => out[group as usize] || all[searched.groups[group as usize].customer as usize],
                    Fix::In(group) => {
                        let x = searched.groups[group as usize].customer as usize;
                        all[x] || visited[x] || searched.customers[x].groups.iter().any(|&group| out[group as usize])
                    }
                    Fix::Visited(x) => visited[x as usize] || all[x as usize],
                };
                if violated && !self.needed[at][fix] {
                    any = true;
                    self.needed[at][fix] = true;
                    self.waiting.push(Check::Fix(at, fix));
                }
            }
        }
        any
    }

    /// Marks all fixes above a check as needed: where a table would be too large, all may help. Says whether there are any.
    fn add_all(&mut self, check: Check) -> bool {
        let (node, before) = self.place(check);
        let nodes: Vec<usize> = self.way(node).map(|(at, _)| at).collect();
        let mut any = false;
        for at in nodes {
            let fixes = if at == node { before } else { self.tree[at].fixes.len() };
            for fix in (0..fixes).filter(|&fix| !self.needed[at][fix]).collect::<Vec<_>>() {
                any = true;
                self.needed[at][fix] = true;
                self.waiting.push(Check::Fix(at, fix));
            }
        }
        any
    }

    /// The tree with the needed fixes as splits.
    fn write(&self, instance: &Instance, problem: &Problem) -> Tree {
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
            let (leaf, next) = (self.leaf(Check::Extra(extra)), nodes.len());
            let (yes, no) = if holds { (next + 1, next) } else { (next, next + 1) };
            nodes[next - 1] = TreeNode::Split { split, yes, no };
            nodes.extend([leaf, empty()]);
        }
        let mut open = vec![(0, nodes.len() - 1)];
        while let Some((at, mut place)) = open.pop() {
            let node = &self.tree[at];
            for fix in (0..node.fixes.len()).filter(|&fix| self.needed[at][fix]) {
                let (split, holds) = self.split(instance, problem, node.fixes[fix]);
                let leaf = self.leaf(Check::Fix(at, fix));
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
                _ => nodes[place] = self.leaf(Check::End(at)),
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
        let whole = |group: u32| match self.group[group as usize] {
            Some(group) => group,
            None => unreachable!("what better plans may have includes what was searched"),
        };
        let fix = match fix {
            Fix::In(group) => Fix::In(whole(group)),
            Fix::Out(group) => Fix::Out(whole(group)),
            Fix::Visited(x) => Fix::Visited(self.customer[x as usize]),
        };
        self.ask(instance, problem, fix)
    }

    /// The leaf of a check, with the prices that differ from those at the top.
    fn leaf(&self, check: Check) -> TreeNode {
        let list = self.list;
        let (marks, _) = self.case(check);
        let mut prices = self.closed.get(&check).map_or(self.top, |prices| prices).to_vec();
        for (x, customer) in list.customers.iter().enumerate() {
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
