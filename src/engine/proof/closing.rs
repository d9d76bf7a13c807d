//! What is left between bound and plan: a search that begins a little above the bound, and its certificate.

use super::ascent::{Ascent, Course, Prices};
use super::branch::{Branching, Node};
use super::listed::{Listed, NO_TARGET};
use super::marks::Marks;
use super::packing::Packer;
use super::shortlist::{LOSS_LIMIT, Shortlist};
use super::witness;
use crate::certificate::Tree;
use crate::engine::record::Record;
use crate::engine::{Control, Settings};
use crate::instance::Instance;
use crate::problem::Problem;

/// How the root's prices are improved once all options are on the list that a better plan may have.
const WHOLE: Course = Course { steps: 60, length: 0.1, patience: 8, shrink: 0.5, shortest: 0.005, memory: 0.6 };
/// Searches begin so many parts of the gap above the bound.
const PARTS: i64 = 128;
/// Prices of customers that a search keeps, each of 8 bytes and up to twice for a node.
const MOST_PRICES: usize = 100_000_000;
/// Nodes without a plan: there may be none.
const NO_PLAN_NODES: usize = 4000;
/// Nodes where rows are shared: splits by rep alone cannot close what those leave open.
const SIDE_NODES: usize = 400;
/// Nodes times options of a search whose certificate is found in a moment.
const QUICK: usize = 100_000;

/// A search that came to its end: no plan loses less than the cut.
struct Finished {
    nodes: Vec<Node>,
    cut: i64,
}

impl Finished {
    /// Whether its certificate is a matter of a moment.
    fn is_quick(&self, list: &Shortlist) -> bool {
        self.nodes.len() * list.minutes.len() <= QUICK
    }
}

/// What a search begins with.
pub struct Closing<'p> {
    instance: &'p Instance,
    settings: Settings,
    /// All options that a better plan may have.
    whole: Listed<'p>,
    /// Prices of its customers: those at the top of the certificate.
    top: Prices,
    /// Those options that are not ruled out by what they cost at these prices.
    left: Listed<'p>,
    /// Prices of the customers who are left.
    root: Prices,
}

impl<'p> Closing<'p> {
    /// From a shortlist and prices of its customers; `None` where numbers grow too large.
    pub fn new(
        (instance, problem): (&'p Instance, &'p Problem),
        settings: Settings,
        first: Listed<'p>,
        root: Prices,
        record: &mut Record<'_>,
    ) -> Option<Closing<'p>> {
        let width = settings.width();
        let (whole, mut top) = if first.list.theta >= first.largest_loss(record) {
            (first, root)
        } else {
            let list = first.list.up_to(problem, first.largest_loss(record).min(LOSS_LIMIT - 1))?;
            let mut top = Prices::like(&list, (&first.list, &root));
            let whole = Listed { problem, list };
            let (marks, target) = (Marks::none(&whole.list), whole.target(record));
            Ascent::new(&whole.list, width, true).climb(&mut top, &marks, target, WHOLE, &mut |_, _| true);
            record.claim(whole.certificate(whole.customer_prices(&top), None));
            (whole, top)
        };
        // What a plan costs that has a group tells which groups no better plan has.
        let marks = Marks::none(&whole.list);
        let reach = whole.target(record).saturating_sub(top.bound);
        let mut keep = vec![true; whole.list.groups.len()];
        let mut packer = Packer::new(width);
        for rep in 0..whole.list.reps.len() {
            let hint = &mut top.hints[rep];
            let packed = packer.pack(&whole.list, rep, &top.prices, &marks.groups, hint)?;
            packer.penalties(&whole.list, rep, hint, packed, reach, |group, taken, _| keep[group] = taken < reach);
        }
        // Whoever is left with nothing shows that there is no better plan: that is for the search to say.
        for customer in whole.list.customers.iter().filter(|customer| customer.idle.is_none()) {
            if customer.groups.iter().all(|&group| !keep[group as usize]) {
                customer.groups.iter().for_each(|&group| keep[group as usize] = true);
            }
        }
        let list = whole.list.only(&keep);
        let root = Prices::like(&list, (&whole.list, &top));
        Some(Closing { instance, settings, whole, top, left: Listed { problem, list }, root })
    }

    /// Branch and bound, a little above the bound first: as long as there is no plan, the bound rises; the first plan is
    /// close to the best.
    pub fn search(&self, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let Listed { problem, list } = &self.left;
        let grain = list.denominator.saturating_mul(problem.granularity().max(1));
        // As in terms of the list.
        let bound = i128::from(self.top.bound) + list.sum - self.whole.list.sum;
        let bound = i64::try_from(bound).unwrap_or(i64::MIN / 4);
        let gap = match self.left.target(record) {
            NO_TARGET => bound.abs(),
            target => target - bound,
        };
        let mut step = (gap / PARTS).max(grain);
        let minutes_only = problem.rows.len() == list.reps.len();
        let most_nodes = if minutes_only { MOST_PRICES / list.customers.len().max(1) } else { SIDE_NODES };
        let mut looked = 0;
        // The last search that came to its end, and the last whose certificate is a matter of a moment.
        let mut finished: Vec<Finished> = Vec::new();
        loop {
            let mut target = self.left.target(record);
            let mut cut = target.min(bound.saturating_add(step));
            let mut branching = Branching::new(list, self.settings.width(), self.root.clone());
            let enough = |target| if target == NO_TARGET { NO_PLAN_NODES.min(most_nodes) } else { most_nodes };
            while !branching.is_done() && should_stop().is_none() && looked + branching.looked < enough(target) {
                cut = branching.step(cut, &mut |plan| {
                    self.left.offer(plan, "tree", record, control);
                    target = self.left.target(record);
                    cut.min(target)
                });
            }
            looked += branching.looked;
            let ended = branching.is_done() && branching.stuck == 0;
            if ended {
                finished.retain(|finished| finished.is_quick(list));
                finished.push(Finished { nodes: branching.tree, cut });
                record.report(Some(self.left.bound(cut - 1)), "tree", control);
            }
            if !ended || cut >= target || record.is_enough(self.left.bound(cut - 1)) {
                break;
            }
            step = step.saturating_add((step / 2).max(grain));
        }
        if should_stop().is_none()
            && let Some(last) = finished.last()
        {
            self.certify(last, &|| should_stop().is_some(), record);
        }
        if should_stop().is_some()
            && let Some(last) = finished.iter().rfind(|finished| finished.is_quick(list))
        {
            self.certify(last, &|| false, record);
        }
    }

    /// The tree of a search as a certificate, checked by the verifier's own arithmetic.
    fn certify(&self, finished: &Finished, should_stop: &(dyn Fn() -> bool + Sync), record: &mut Record<'_>) {
        let (whole, left) = (&self.whole, &self.left.list);
        let Finished { nodes, cut } = finished;
        if whole.largest_loss(record) > whole.list.theta {
            return;
        }
        // The same loss in terms of both lists.
        let Ok(cut) = i64::try_from(i128::from(*cut) + whole.list.sum - left.sum) else { return };
        let tree: Option<Tree> = witness::tree_of(
            (self.instance, whole.problem),
            (&whole.list, &self.top.prices),
            (left, nodes),
            cut,
            self.settings.width(),
            should_stop,
        );
        if let Some(tree) = tree {
            record.claim_until(whole.certificate(whole.customer_prices(&self.top), Some(tree)), should_stop);
        }
    }
}
