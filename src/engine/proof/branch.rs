//! Branch and bound: whose customer each is, with the packings' bound at every node.

use rayon::prelude::*;

use super::ascent::{Ascent, Course, Prices};
use super::marks::{Mark, Marks};
use super::packing::Packer;
use super::repair::{Packings, Repair};
use super::shortlist::Shortlist;
use crate::engine::prices::wide::Width;

/// Nodes that are looked at together: as many on every machine, so that the search is the same everywhere.
const TOGETHER: usize = 4;
/// How prices are improved at a node.
const COURSE: Course = Course { steps: 30, length: 0.3, patience: 5, shrink: 0.5, shortest: 0.01, memory: 0.5 };
/// A plan is made at every so-manieth node.
const PLANS: usize = 2;

/// What no better plan does, by what it would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Have the group.
    Out(u32),
    /// Not have the group.
    In(u32),
    /// Leave the customer without a visit.
    Visited(u32),
}

/// A node of the tree.
#[derive(Debug)]
pub struct Node {
    /// The node above, and whether its group is given here.
    pub parent: Option<(usize, bool)>,
    /// What was found out before the end.
    pub fixes: Vec<Fix>,
    /// The prices that show it.
    pub prices: Vec<i64>,
    /// How it ends.
    pub end: End,
}

/// How a node ends.
#[derive(Debug)]
pub enum End {
    /// Not looked at yet.
    Open,
    /// The group is given, or not.
    Split {
        /// The group.
        group: u32,
    },
    /// No plan loses less than the target, which these prices prove.
    Closed(Vec<i64>),
}

/// A node to be looked at.
struct Task {
    id: usize,
    marks: Marks,
    prices: Prices,
}

/// What came of a node.
struct Outcome {
    id: usize,
    fixes: Vec<Fix>,
    /// The prices that show them.
    prices: Vec<i64>,
    fate: Fate,
    plan: Option<Packings>,
}

enum Fate {
    /// These prices prove the target, or the loss of the plan that was found.
    Closed(Prices),
    Split {
        group: u32,
        given_first: bool,
        marks: Marks,
        prices: Prices,
    },
    /// Nothing is left to decide, and yet the bound does not reach the target.
    Stuck,
}

/// A search for plans that lose less than a target.
pub struct Branching<'l> {
    list: &'l Shortlist,
    workers: Vec<Worker<'l>>,
    stack: Vec<Task>,
    /// The tree so far, the root first.
    pub tree: Vec<Node>,
    /// Nodes looked at.
    pub looked: usize,
    /// Nodes that can neither be closed nor split.
    pub stuck: usize,
}

impl<'l> Branching<'l> {
    /// From a root with its prices.
    pub fn new(list: &'l Shortlist, width: Width, prices: Prices) -> Branching<'l> {
        Branching {
            list,
            workers: (0..TOGETHER).map(|_| Worker::new(list, width)).collect(),
            stack: vec![Task { id: 0, marks: Marks::none(list), prices }],
            tree: vec![Node { parent: None, fixes: Vec::new(), prices: Vec::new(), end: End::Open }],
            looked: 0,
            stuck: 0,
        }
    }

    /// Whether every node is looked at.
    pub fn is_done(&self) -> bool {
        self.stack.is_empty()
    }

    /// Looks at some nodes. `offer` takes the options of a plan that loses less than the target, and gives the new target.
    pub fn step(&mut self, mut target: i64, offer: &mut dyn FnMut(&Packings) -> i64) -> i64 {
        let list = self.list;
        let from = self.stack.len().saturating_sub(TOGETHER);
        let tasks: Vec<Task> = self.stack.drain(from..).rev().collect();
        let number = self.looked;
        self.looked += tasks.len();
        let outcomes: Vec<Outcome> = self
            .workers
            .par_iter_mut()
            .zip(tasks)
            .enumerate()
            .map(|(k, (worker, task))| worker.look(list, task, target, (number + k).is_multiple_of(PLANS)))
            .collect();
        let mut children = Vec::new();
        for Outcome { id, fixes, prices, fate, plan } in outcomes {
            if let Some(plan) = plan
                && plan.loss < target
            {
                target = offer(&plan);
            }
            self.tree[id].fixes = fixes;
            self.tree[id].prices = prices;
            self.tree[id].end = match fate {
                Fate::Closed(prices) if prices.bound >= target => End::Closed(prices.prices),
                // A plan that is not taken, or is worth less than the minutes say, proves nothing.
                Fate::Closed(_) | Fate::Stuck => {
                    self.stuck += 1;
                    End::Open
                }
                Fate::Split { group, given_first, marks, prices } => {
                    let child = |given| Node {
                        parent: Some((id, given)),
                        fixes: Vec::new(),
                        prices: Vec::new(),
                        end: End::Open,
                    };
                    let next = self.tree.len();
                    self.tree.extend([child(true), child(false)]);
                    let (mut with, mut without) = (marks.clone(), marks);
                    with.give(list, group as usize);
                    without.groups[group as usize] = Mark::Out;
                    without.conclude(list, list.groups[group as usize].customer as usize);
                    let mut pair = [
                        Task { id: next, marks: with, prices: prices.clone() },
                        Task { id: next + 1, marks: without, prices },
                    ];
                    if given_first {
                        pair.reverse();
                    }
                    children.push(pair);
                    End::Split { group }
                }
            };
        }
        // The first node's children are looked at first.
        self.stack.extend(children.into_iter().rev().flatten());
        target
    }
}

/// Looks at nodes.
struct Worker<'l> {
    ascent: Ascent<'l>,
    packer: Packer,
    repair: Repair,
}

impl<'l> Worker<'l> {
    fn new(list: &'l Shortlist, width: Width) -> Worker<'l> {
        Worker {
            ascent: Ascent::new(list, width, false),
            packer: Packer::new(width),
            repair: Repair::new(list, Packer::new(width)),
        }
    }

    fn look(&mut self, list: &Shortlist, task: Task, target: i64, make_plan: bool) -> Outcome {
        let Task { id, mut marks, mut prices } = task;
        let mut outcome = Outcome { id, fixes: Vec::new(), prices: Vec::new(), fate: Fate::Stuck, plan: None };
        price_idle(list, &marks, &mut prices);
        self.ascent.climb(&mut prices, &marks, target, COURSE, &mut |_, _| true);
        if prices.bound >= target {
            outcome.fate = Fate::Closed(prices);
            return outcome;
        }
        let contradiction = self.fix(list, &mut prices, &mut marks, target, &mut outcome.fixes);
        if !outcome.fixes.is_empty() {
            outcome.prices.clone_from(&prices.prices);
        }
        if make_plan {
            outcome.plan = self.repair.plan(list, &prices, &marks);
        }
        let group = match contradiction {
            // The children of a customer who has no possibility left close at once.
            Some(group) => Some((group, true)),
            None => uncertain(list, &marks, &prices),
        };
        match group {
            Some((group, given_first)) => outcome.fate = Fate::Split { group, given_first, marks, prices },
            None => {
                // Everybody is decided: the packings are a plan, and their bound is what it loses.
                price_idle(list, &marks, &mut prices);
                self.ascent.climb(&mut prices, &marks, target, COURSE, &mut |_, _| true);
                if prices.bound < target {
                    outcome.plan = self.repair.plan(list, &prices, &marks);
                }
                // Once the plan is known, its loss is the target at most.
                outcome.fate = Fate::Closed(prices);
            }
        }
        outcome
    }

    /// Finds what no plan has that loses less than the target, by what it would cost. Gives a group of a customer for
    /// whom nothing is left, whose own fixes are not made then.
    fn fix(
        &mut self,
        list: &Shortlist,
        prices: &mut Prices,
        marks: &mut Marks,
        target: i64,
        fixes: &mut Vec<Fix>,
    ) -> Option<u32> {
        let reach = target - prices.bound;
        let mut found: Vec<(u32, Fix)> = Vec::new();
        for rep in 0..list.reps.len() {
            let hint = &mut prices.hints[rep];
            let packed = self.packer.pack(list, rep, &prices.prices, &marks.groups, hint)?;
            self.packer.penalties(list, rep, hint, packed, reach, |group, taken, left| {
                if marks.groups[group] == Mark::Free {
                    let customer = list.groups[group].customer;
                    if taken >= reach {
                        found.push((customer, Fix::Out(group as u32)));
                    } else if left >= reach {
                        found.push((customer, Fix::In(group as u32)));
                    }
                }
            });
        }
        for (x, customer) in list.customers.iter().enumerate() {
            if let Some((loss, _)) = customer.idle
                && !marks.visited[x]
                && i64::from(loss) - prices.prices[x] >= reach
            {
                found.push((x as u32, Fix::Visited(x as u32)));
            }
        }
        found.sort_by_key(|&(customer, _)| customer);
        let mut contradiction = None;
        for of_customer in found.chunk_by(|a, b| a.0 == b.0) {
            let x = of_customer[0].0 as usize;
            if let Some(group) = contradicts(list, marks, x, of_customer) {
                contradiction = contradiction.or(Some(group));
                continue;
            }
            // A group that is given leaves no other, so that nothing else need be said of the customer.
            let given = of_customer.iter().find(|(_, fix)| matches!(fix, Fix::In(_)));
            for &(_, fix) in given.map_or(of_customer, std::slice::from_ref) {
                match fix {
                    Fix::Out(group) => marks.groups[group as usize] = Mark::Out,
                    Fix::In(group) => marks.give(list, group as usize),
                    Fix::Visited(x) => marks.visited[x as usize] = true,
                }
                fixes.push(fix);
            }
            marks.conclude(list, x);
        }
        contradiction
    }
}

/// Whoever has nothing left but to be without a visit has what that loses as a price at least.
fn price_idle(list: &Shortlist, marks: &Marks, prices: &mut Prices) {
    for (x, customer) in list.customers.iter().enumerate() {
        if let Some((loss, _)) = customer.idle
            && !marks.visited[x]
            && customer.groups.iter().all(|&group| marks.groups[group as usize] == Mark::Out)
        {
            prices.prices[x] = prices.prices[x].max(i64::from(loss));
        }
    }
}

/// A free group of a customer for whom these fixes leave nothing.
fn contradicts(list: &Shortlist, marks: &Marks, x: usize, fixes: &[(u32, Fix)]) -> Option<u32> {
    let customer = &list.customers[x];
    let free = || customer.groups.iter().copied().find(|&group| marks.groups[group as usize] == Mark::Free);
    let given = fixes.iter().filter(|(_, fix)| matches!(fix, Fix::In(_))).count();
    if given > 1 {
        return free();
    }
    let is_out = |group: u32| fixes.iter().any(|&(_, fix)| fix == Fix::Out(group));
    let left = |group: u32| marks.groups[group as usize] != Mark::Out && !is_out(group);
    let unvisited =
        customer.idle.is_some() && !marks.visited[x] && !fixes.iter().any(|&(_, fix)| fix == Fix::Visited(x as u32));
    if given == 1 || unvisited || customer.groups.iter().any(|&group| left(group)) {
        return None;
    }
    free()
}

/// The group to branch on, and whether to give it first: the one that the ascent was least sure of.
fn uncertain(list: &Shortlist, marks: &Marks, prices: &Prices) -> Option<(u32, bool)> {
    let mut best: Option<(f32, u32, bool)> = None;
    for (x, customer) in list.customers.iter().enumerate() {
        let left = customer.groups.iter().filter(|&&group| marks.groups[group as usize] != Mark::Out).count();
        let idle = usize::from(customer.idle.is_some() && !marks.visited[x]);
        if left + idle < 2 {
            continue;
        }
        for &group in customer.groups.iter().filter(|&&group| marks.groups[group as usize] == Mark::Free) {
            let often = prices.often[group as usize].clamp(0.0, 1.0);
            let score = often.min(1.0 - often) + 1e-3;
            if best.is_none_or(|(most, _, _)| score > most) {
                best = Some((score, group, often >= 0.5));
            }
        }
    }
    best.map(|(_, group, given_first)| (group, given_first))
}
