//! The cases of a certificate: what must be shown not to be better, by what the search decided on its way.

use std::collections::HashMap;

use super::branch::{End, Fix, Node};
use super::marks::{Mark, Marks};
use super::shortlist::{Group, Shortlist};

/// What is to be shown: that no plan below the target is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// At the end of a node.
    End(usize),
    /// Where a fix of a node does not hold.
    Fix(usize, usize),
    /// Where a group is given that the search did not have.
    Extra(usize),
}

/// How a case is closed.
pub struct Close {
    /// Price of each customer.
    pub prices: Vec<i64>,
    /// Whose only possibility, if there is but one left, must be forced by a price.
    pub forced: Vec<bool>,
}

/// What would help to show a case.
#[derive(Debug, Default)]
pub struct Lacking {
    /// Fixes of the search: node and number.
    pub fixes: Vec<(usize, usize)>,
    /// What the search did not have.
    pub extras: Vec<Fix>,
}

/// A search, and what its certificate needs of it.
pub struct Cases<'w> {
    /// All options that a better plan may have.
    pub list: &'w Shortlist,
    /// Those of the search.
    pub searched: &'w Shortlist,
    /// The search.
    pub tree: &'w [Node],
    /// Prices at the top of the certificate.
    pub top: &'w [i64],
    /// What the search did not have, and no better plan has: fixes in terms of `list`.
    pub extras: Vec<Fix>,
    /// Per node and fix whether some case needs it.
    pub needed: Vec<Vec<bool>>,
    /// The group of `list` for each group of the search's.
    group: Vec<Option<u32>>,
    /// The customer of `list` for each of the search's.
    customer: Vec<u32>,
    /// Whether the search had a group of `list`.
    known: Vec<bool>,
}

impl<'w> Cases<'w> {
    /// With nothing needed yet; `None` where the search has customers whom `list` has not.
    pub fn new(
        list: &'w Shortlist,
        top: &'w [i64],
        (searched, tree): (&'w Shortlist, &'w [Node]),
    ) -> Option<Cases<'w>> {
        let place: HashMap<u32, u32> = (0..).zip(&list.customers).map(|(x, customer)| (customer.index, x)).collect();
        let group_of = |group: &Group| {
            let x = *place.get(&searched.customers[group.customer as usize].index)?;
            let groups = &list.customers[x as usize].groups;
            groups.iter().copied().find(|&other| list.groups[other as usize].rep == group.rep)
        };
        let customer: Option<Vec<u32>> =
            searched.customers.iter().map(|customer| place.get(&customer.index).copied()).collect();
        let group: Vec<Option<u32>> = searched.groups.iter().map(group_of).collect();
        let mut known = vec![false; list.groups.len()];
        group.iter().flatten().for_each(|&group| known[group as usize] = true);
        Some(Cases {
            list,
            searched,
            tree,
            top,
            extras: Vec::new(),
            needed: tree.iter().map(|node| vec![false; node.fixes.len()]).collect(),
            group,
            customer: customer?,
            known,
        })
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

    /// The node of a case and how many of its fixes come before it.
    fn place(&self, case: Case) -> (usize, usize) {
        match case {
            Case::End(node) => (node, self.tree[node].fixes.len()),
            Case::Fix(node, fix) => (node, fix),
            Case::Extra(_) => (0, 0),
        }
    }

    /// What is decided and priced in a case, by the splits above it and the fixes that are needed.
    pub fn decided(&self, case: Case) -> (Marks, Vec<i64>) {
        let mut marks = Marks::none(self.list);
        let (node, before) = self.place(case);
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
        let searched = match case {
            Case::End(node) => match &self.tree[node].end {
                End::Closed(prices) => &prices[..],
                _ => &[],
            },
            Case::Fix(node, fix) => {
                self.apply(&mut marks, self.tree[node].fixes[fix], false);
                &self.tree[node].prices
            }
            Case::Extra(extra) => {
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

    /// What the search had decided at a case.
    fn searched(&self, case: Case) -> Marks {
        let list = self.searched;
        let mut marks = Marks::none(list);
        let (node, _) = self.place(case);
        let way: Vec<_> = self.way(node).collect();
        for &(at, split) in way.iter().rev() {
            let own = if at == node && !matches!(case, Case::End(_)) { &[][..] } else { &self.tree[at].fixes };
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
        if let Some(fix) = self.in_list(fix) {
            decide(self.list, marks, fix, holds);
        }
    }

    /// What would help: the fixes above a case that go against what is packed at these marks and prices.
    pub fn lacking(&self, case: Case, (marks, prices): (&Marks, &[i64]), packed: &[bool]) -> Lacking {
        let mut lacking = Lacking::default();
        if matches!(case, Case::Extra(_)) {
            // Shown by the prices at the top alone, or not at all.
            return lacking;
        }
        let (list, searched) = (self.list, self.searched);
        let mut taken: Vec<Vec<u32>> = vec![Vec::new(); list.customers.len()];
        for (group, of) in list.groups.iter().enumerate().filter(|&(group, _)| packed[group]) {
            taken[of.customer as usize].push(group as u32);
        }
        let decided = self.searched(case);
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
                lacking.extras.extend(free.map(|&group| Fix::Out(group)));
                if customer.idle.is_some() && !marks.visited[whole] && !has_idle[whole] {
                    lacking.extras.push(Fix::Visited(whole as u32));
                }
            }
        }
        lacking.fixes = self.unused(case, |fix| match fix {
            Fix::Out(group) => out[group as usize] || all[searched.groups[group as usize].customer as usize],
            Fix::In(group) => {
                let x = searched.groups[group as usize].customer as usize;
                all[x] || visited[x] || searched.customers[x].groups.iter().any(|&group| out[group as usize])
            }
            Fix::Visited(x) => visited[x as usize] || all[x as usize],
        });
        if lacking.fixes.is_empty() && lacking.extras.is_empty() {
            // Where a table would be too large, whatever is decided may help.
            lacking.fixes = self.unused(case, |_| true);
        }
        lacking
    }

    /// The fixes above a case that are not needed so far.
    fn unused(&self, case: Case, wanted: impl Fn(Fix) -> bool) -> Vec<(usize, usize)> {
        let (node, before) = self.place(case);
        let mut unused = Vec::new();
        for (at, _) in self.way(node) {
            let fixes = if at == node { before } else { self.tree[at].fixes.len() };
            unused.extend(
                (0..fixes)
                    .map(|fix| (at, fix))
                    .filter(|&(at, fix)| !self.needed[at][fix] && wanted(self.tree[at].fixes[fix])),
            );
        }
        unused
    }

    /// A fix of the search in terms of `list`.
    pub fn in_list(&self, fix: Fix) -> Option<Fix> {
        Some(match fix {
            Fix::In(group) => Fix::In(self.group[group as usize]?),
            Fix::Out(group) => Fix::Out(self.group[group as usize]?),
            Fix::Visited(x) => Fix::Visited(self.customer[x as usize]),
        })
    }
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
