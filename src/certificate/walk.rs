//! The walk over a tree: every leaf is checked over the options left there (kind 3 of the certificates).
//!
//! The leaves are dealt out to threads in stretches, and each thread goes its own way from the root. What is found, be
//! it a bound or a fault, is what one walk that takes `yes` before `no` finds.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Certificate;
use super::bound::{Bound, Unproven, floored};
use super::leaf::{KnapsackSum, KnapsackTop, PriceSum, Terms};
use super::leaf_prices::RowNames;
use super::multiple_choice::MAX_WORK;
use super::remaining::{Options, Remaining};
use super::shape::Shape;
use super::split::Split;
use super::tree::{Tree, TreeNode};
use crate::problem::Problem;

/// Most work for the knapsacks of all leaves together, shared out evenly: some minutes.
const TREE_WORK: u64 = 1 << 40;
/// Stretches of leaves for each thread: some take longer than others.
const STRETCHES: usize = 8;

/// What a tree is to prove.
#[derive(Clone, Copy, Debug)]
enum Claim {
    /// A bound: no plan of at least `target / D` cents has an option that was fixed.
    Bound { target: i128 },
    /// That there is no plan.
    NoPlan,
}

/// What does not change on the way.
struct Way<'p> {
    tree: &'p Tree,
    shape: &'p Shape,
    claim: Claim,
}

impl Certificate {
    /// The bound of kind 3: the largest of the value of a known plan and of what its leaves prove.
    pub fn bound_by_tree(&self, problem: &Problem, value: i64) -> Result<Bound, Unproven> {
        self.bound_by_tree_until(problem, value, &|| false)
    }

    /// The same, or [`Unproven::Stopped`] where it is told to stop.
    pub(super) fn bound_by_tree_until(
        &self,
        problem: &Problem,
        value: i64,
        should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Bound, Unproven> {
        let tree = self.tree.as_ref().ok_or(Unproven::NoTree)?;
        let better = i128::from(value) + i128::from(problem.granularity().max(1));
        let claim = Claim::Bound { target: i128::from(self.denominator) * better };
        match largest_leaf(problem, self, tree, claim, should_stop)? {
            Some(sum) => Ok(floored(problem, self.denominator, sum)?.max(Bound(value))),
            None => Ok(Bound(value)),
        }
    }
}

/// Checks that there is no plan in any leaf of a tree that covers all plans.
pub fn infeasible_by_tree(problem: &Problem, certificate: &Certificate, tree: &Tree) -> Result<(), Unproven> {
    largest_leaf(problem, certificate, tree, Claim::NoPlan, &|| false).map(|_| ())
}

/// The largest sum of a leaf; `None` where no leaf has a plan.
fn largest_leaf(
    problem: &Problem,
    certificate: &Certificate,
    tree: &Tree,
    claim: Claim,
    should_stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<i128>, Unproven> {
    let top = certificate.prices(problem)?;
    let shape = Shape::of(tree)?;
    let options = Options::of(problem).ok_or(Unproven::TooLarge)?;
    let leaves = shape.leaves();
    let terms = Terms {
        problem,
        options: &options,
        names: &RowNames::of(problem),
        scale: if matches!(claim, Claim::NoPlan) { 0 } else { certificate.denominator },
        work: (TREE_WORK / (u64::from(leaves) * options.groups as u64)).min(MAX_WORK),
    };
    let by_knapsacks = |node: &TreeNode| matches!(node, TreeNode::Leaf { knapsack: Some(_), .. });
    let knapsacks = match &certificate.knapsack {
        _ if tree.nodes.iter().any(by_knapsacks) => Some(KnapsackTop::of(&terms, certificate)?),
        Some(unused) => unused.rows(problem).map(|_| None)?,
        None => None,
    };
    let walker = Walker {
        way: &Way { tree, shape: &shape, claim },
        left: Remaining::all(&options, problem.customers()),
        prices: PriceSum::new(&terms, certificate.denominator, top)?,
        fixing: PriceSum::new(&terms, certificate.denominator, vec![0; problem.rows.len()])?,
        knapsacks: knapsacks.as_ref().map(|top| KnapsackSum::new(&terms, top)),
    };

    let stretches = (rayon::current_num_threads() * STRETCHES).min(1 + leaves as usize / 16) as u32;
    let begin = |stretch: u32| (u64::from(leaves) * u64::from(stretch) / u64::from(stretches)) as u32;
    // What comes behind the first fault need not be looked at.
    let faulty = AtomicUsize::new(usize::MAX);
    let found: Vec<Result<Option<i128>, Unproven>> = (0..stretches)
        .into_par_iter()
        .map(|stretch| {
            let stopped = || faulty.load(Ordering::Relaxed) < stretch as usize || should_stop();
            let found = walker.clone().largest(begin(stretch)..begin(stretch + 1), stopped);
            if found.is_err() {
                faulty.fetch_min(stretch as usize, Ordering::Relaxed);
            }
            found
        })
        .collect();
    if should_stop() {
        return Err(Unproven::Stopped);
    }
    found.into_iter().try_fold(None, |largest, found| Ok(largest.max(found?)))
}

/// A node to visit, the depth of its parent, and the step from there.
type Open<'t> = (usize, usize, Option<(&'t Split, bool)>);

/// One thread's way over the tree.
#[derive(Clone)]
struct Walker<'p> {
    way: &'p Way<'p>,
    left: Remaining<'p>,
    /// Sums of leaves.
    prices: PriceSum<'p>,
    /// Sums of steps that fix, whose prices have nothing to do with those at the top.
    fixing: PriceSum<'p>,
    knapsacks: Option<KnapsackSum<'p>>,
}

impl Walker<'_> {
    /// The largest sum of a leaf of a stretch; `None` where none has a plan, and anything once it is stopped.
    fn largest(mut self, leaves: Range<u32>, stopped: impl Fn() -> bool) -> Result<Option<i128>, Unproven> {
        let Way { tree, shape, .. } = *self.way;
        let mut largest = None;
        let mut open: Vec<Open<'_>> = vec![(0, 0, None)];
        while let Some((at, depth, step)) = open.pop() {
            self.left.back_to(depth);
            if !shape.meets(at, &leaves) {
                continue;
            }
            if stopped() {
                break;
            }
            if let Some((split, holds)) = step {
                self.narrow(split, holds);
            }
            let fault = |why: Unproven| Unproven::Tree { node: at, why: why.to_string() };
            match &tree.nodes[at] {
                TreeNode::Split { split, yes, no } => {
                    // The last is visited first.
                    open.push((*no, self.left.depth(), Some((split, false))));
                    open.push((*yes, self.left.depth(), Some((split, true))));
                }
                TreeNode::Fix { rows, next } => {
                    let Claim::Bound { target } = self.way.claim else { return Err(fault(Unproven::FixWithoutPlan)) };
                    self.fixing.fix(rows, &mut self.left, target).map_err(fault)?;
                    open.push((*next, self.left.depth(), None));
                }
                TreeNode::Leaf { rows, knapsack } => {
                    let sum = match (knapsack, &mut self.knapsacks) {
                        (Some(knapsack), Some(sums)) => {
                            // Such a leaf has no use for rows, but none of them may be wrong.
                            self.prices.list(rows).and_then(|()| sums.of(knapsack, &self.left))
                        }
                        _ => self.prices.of(rows, &self.left),
                    };
                    let sum = sum.map_err(fault)?;
                    if let (Claim::NoPlan, Some(sum @ 0..)) = (self.way.claim, sum) {
                        return Err(fault(Unproven::NotInfeasible(sum)));
                    }
                    largest = largest.max(sum);
                }
            }
        }
        Ok(largest)
    }

    /// Drops the options of a customer that are on the other side of a split.
    fn narrow(&mut self, split: &Split, holds: bool) {
        let Terms { problem, options, .. } = *self.prices.terms();
        let other = |&option: &usize| split.test.holds(problem, options.choices[option]) != holds;
        let others: Vec<usize> = self.left.of_customer(split.customer).filter(other).collect();
        others.into_iter().for_each(|option| self.left.drop(option));
    }
}
