//! The way to a proof: the root's prices, better plans, and searches that begin a little above the bound.

use super::ascent::{Ascent, Course, Prices};
use super::blocks;
use super::branch::{Branching, Node};
use super::marks::Marks;
use super::packing::Packer;
use super::repair::{Packings, Repair};
use super::shortlist::{LOSS_LIMIT, Shortlist};
use super::witness;
use crate::certificate::{Bound, Certificate, Tree};
use crate::engine::record::Record;
use crate::engine::{Control, Proof as Kind, Settings};
use crate::instance::Instance;
use crate::problem::{Choice, Problem, RowKind};

/// How the root's prices are found.
const ROOT: Course = Course { steps: 400, length: 1.0, patience: 12, shrink: 0.6, shortest: 0.002, memory: 0.6 };
/// From this step on, every so-manieth makes a plan.
const PLANS: (usize, usize) = (30, 10);
/// Losses of the shortlist, in minutes' worth.
const THETA: f64 = 8.0;
/// Searches begin so many parts of the gap above the bound.
const PARTS: i64 = 128;
/// From so many reps on, plans are improved block by block.
const MANY_REPS: usize = 15;
/// Rounds of blocks at most.
const ROUNDS: usize = 12;

/// No plan is known.
const NO_TARGET: i64 = i64::MAX / 4;

/// Prices of customers that a search keeps, each of 8 bytes and up to twice for a node.
const MOST_PRICES: usize = 100_000_000;
/// Nodes without a plan: there may be none.
const NO_PLAN_NODES: usize = 4000;
/// Nodes where rows are shared: splits by rep alone cannot close what those leave open.
const SIDE_NODES: usize = 400;

/// Improves plan and certificate of a record.
pub fn prove(
    instance: &Instance,
    problem: &Problem,
    settings: Settings,
    record: &mut Record<'_>,
    control: &mut Control<'_>,
) {
    if let Some(proof) = Proof::new(instance, problem, settings, record) {
        proof.run(record, control);
    }
}

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

struct Proof<'p> {
    instance: &'p Instance,
    problem: &'p Problem,
    settings: Settings,
    list: Shortlist,
    /// The record's certificate's prices, which made the list.
    theta: i64,
}

impl<'p> Proof<'p> {
    fn new(instance: &'p Instance, problem: &'p Problem, settings: Settings, record: &Record<'_>) -> Option<Proof<'p>> {
        let (bound, certificate) = record.certificate.as_ref()?;
        let value = record.best.as_ref().map(|(value, _)| *value);
        if value.is_none() && problem.choice_count() > SMALL {
            return None;
        }
        let prices = certificate.prices(problem).ok()?;
        // Fine enough that rounding a customer's price costs nothing worth mentioning, and coarse enough for 32 bits.
        let largest = value.map_or(problem.largest_value(), |value| bound.0 - value).max(1);
        let mut denominator = 1000;
        while denominator > 1 && largest.saturating_mul(denominator) >= LOSS_LIMIT {
            denominator /= 10;
        }
        let scale = denominator as f64 / certificate.denominator as f64;
        let rows: Vec<i64> = prices.iter().map(|&price| (price as f64 * scale).round() as i64).collect();
        let minutes = problem.rows.iter().zip(&rows).filter(|(row, _)| matches!(row.kind, RowKind::RepMinutes(_)));
        let (count, sum) = minutes.fold((0_u32, 0.0), |(count, sum), (_, &price)| (count + 1, sum + price as f64));
        let mut theta = if value.is_some() { largest.saturating_mul(denominator) } else { LOSS_LIMIT - 1 };
        if problem.choice_count() > SMALL {
            let mean = sum / f64::from(count.max(1));
            theta = theta.min((mean * THETA) as i64);
        }
        let list = Shortlist::of(problem, denominator, rows, theta)?;
        Some(Proof { instance, problem, settings, list, theta })
    }

    /// The loss that a better plan does not reach.
    fn target(&self, record: &Record<'_>) -> i64 {
        let Some((value, _)) = record.best else { return NO_TARGET };
        let better = value + self.problem.granularity().max(1);
        i64::try_from(self.list.loss_of(better) + 1).unwrap_or(NO_TARGET)
    }

    /// A bound of what plans lose as a bound of what they are worth.
    fn bound(&self, loss: i64) -> Bound {
        let sum = self.list.sum - i128::from(loss);
        let bound = self.problem.floor_to_grain(sum, i128::from(self.list.denominator));
        Bound(i64::try_from(bound).unwrap_or(i64::MAX))
    }

    fn run(&self, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let width = self.settings.width();
        let list = &self.list;
        let marks = Marks::none(list);
        let mut root = Ascent::first(list);
        let mut repair = Repair::new(list, Packer::new(width));
        let mut found: Option<Packings> = None;
        let target = self.target(record);
        Ascent::new(list, width, true).climb(&mut root, &marks, target, ROOT, &mut |now, step| {
            if step >= PLANS.0
                && step.is_multiple_of(PLANS.1)
                && let Some(plan) = repair.plan(list, now, &marks)
                && plan.loss < found.as_ref().map_or(target, |found| found.loss)
            {
                found = Some(plan);
            }
            !stop()
        });
        if let Some(plan) = &found {
            self.offer(plan, "packings", record, control);
        }
        record.report(Some(self.bound(root.bound)), "knapsacks", control);
        self.certify_root(&root, record);
        record.report(None, "knapsacks", control);
        if record.reached() || stop() {
            return;
        }
        if list.reps.len() >= MANY_REPS {
            self.improve(&root, found, record, control);
            if record.reached() || stop() {
                return;
            }
        }
        if self.settings.proof == Kind::Tree {
            self.search(&root, record, control);
        }
    }

    /// Options per customer of the problem.
    fn choices(&self, plan: &Packings) -> Vec<Choice> {
        let list = &self.list;
        let mut choices = vec![Choice::NOTHING; self.problem.customers()];
        list.idle.iter().for_each(|&(customer, choice)| choices[customer as usize] = choice);
        for (customer, &option) in list.customers.iter().zip(&plan.options) {
            let idle = customer.idle.map_or(Choice::NOTHING, |(_, choice)| choice);
            choices[customer.index as usize] = if option == u32::MAX { idle } else { list.choice[option as usize] };
        }
        choices
    }

    fn offer(&self, plan: &Packings, event: &'static str, record: &mut Record<'_>, control: &mut Control<'_>) -> bool {
        record.take(&self.choices(plan), event, control)
    }

    /// The best plan as options of the list, where it is one.
    fn packings(&self, record: &Record<'_>) -> Option<Packings> {
        let (_, choices) = record.best.as_ref()?;
        let list = &self.list;
        let mut loss: i64 = list.reps.iter().map(|rep| rep.price * rep.capacity).sum();
        let mut options = Vec::with_capacity(list.customers.len());
        for customer in &list.customers {
            let choice = choices[customer.index as usize];
            let of_groups = customer.groups.iter().flat_map(|&group| list.groups[group as usize].options());
            let found = of_groups.into_iter().find(|&option| list.choice[option] == choice);
            match found {
                Some(option) => {
                    let rep = list.groups[list.group_of[option] as usize].rep as usize;
                    loss += i64::from(list.loss[option]) - list.reps[rep].price * i64::from(list.minutes[option]);
                    options.push(option as u32);
                }
                None => {
                    let (idle, _) = customer.idle.filter(|&(_, idle)| idle == choice)?;
                    loss += i64::from(idle);
                    options.push(u32::MAX);
                }
            }
        }
        Some(Packings { loss, options })
    }

    /// Improves the best plan block by block.
    fn improve(&self, root: &Prices, found: Option<Packings>, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let known = self.packings(record);
        let best = known.into_iter().chain(found).min_by_key(|plan| plan.loss);
        let Some(mut best) = best else { return };
        let width = self.settings.width();
        blocks::improve(&self.list, width, root, &mut best, ROUNDS, &stop, &mut |plan| {
            self.offer(plan, "blocks", record, control);
            !record.reached()
        });
    }

    /// One price per customer of the problem, in units, from those of the list.
    fn customer_prices(&self, root: &Prices) -> Vec<i64> {
        let mut prices = self.list.largest.clone();
        for (customer, &price) in self.list.customers.iter().zip(&root.prices) {
            prices[customer.index as usize] -= price;
        }
        prices
    }

    fn certificate(&self, customers: Vec<i64>, tree: Option<Tree>) -> Certificate {
        let (problem, rows) = (self.problem, &self.list.row_prices);
        let prices = Certificate::of_prices(problem, self.list.denominator, rows);
        Certificate { tree, ..prices.with_knapsack(problem, rows, customers) }
    }

    /// The root's prices as a certificate, checked by the verifier's own knapsacks.
    fn certify_root(&self, root: &Prices, record: &mut Record<'_>) {
        record.claim(self.certificate(self.customer_prices(root), None));
    }

    /// Branch and bound, a little above the bound first: as long as there is no plan, the bound rises; the first plan is
    /// close to the best.
    fn search(&self, root: &Prices, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let list = &self.list;
        let grain = list.denominator.saturating_mul(self.problem.granularity().max(1));
        let gap = match self.target(record) {
            NO_TARGET => root.bound.abs(),
            target => target - root.bound,
        };
        let mut step = (gap / PARTS).max(grain);
        let minutes_only = self.problem.rows.len() == list.reps.len();
        let most_nodes = if minutes_only { MOST_PRICES / list.customers.len().max(1) } else { SIDE_NODES };
        let mut looked = 0;
        // The last search that came to its end, and the last whose certificate is a matter of a moment.
        let mut finished: Vec<Finished> = Vec::new();
        loop {
            let mut target = self.target(record);
            let mut cut = target.min(root.bound.saturating_add(step));
            let mut branching = Branching::new(list, self.settings.width(), root.clone());
            let enough = |target| if target == NO_TARGET { NO_PLAN_NODES.min(most_nodes) } else { most_nodes };
            while !branching.is_done() && should_stop().is_none() && looked + branching.looked < enough(target) {
                cut = branching.step(cut, &mut |plan| {
                    self.offer(plan, "tree", record, control);
                    target = self.target(record);
                    cut.min(target)
                });
            }
            looked += branching.looked;
            let ended = branching.is_done() && branching.stuck == 0;
            if ended {
                finished.retain(|finished| finished.is_quick(list));
                finished.push(Finished { nodes: branching.tree, cut });
                record.report(Some(self.bound(cut - 1)), "tree", control);
            }
            if !ended || cut >= target || record.is_enough(self.bound(cut - 1)) {
                break;
            }
            step = step.saturating_add((step / 2).max(grain));
        }
        if should_stop().is_none()
            && let Some(last) = finished.last()
        {
            self.certify(root, last, &|| should_stop().is_some(), record);
        }
        if should_stop().is_some()
            && let Some(last) = finished.iter().rfind(|finished| finished.is_quick(list))
        {
            self.certify(root, last, &|| false, record);
        }
    }

    /// The tree of a search as a certificate, checked by the verifier's own arithmetic.
    fn certify(&self, root: &Prices, finished: &Finished, should_stop: &dyn Fn() -> bool, record: &mut Record<'_>) {
        let Finished { nodes, cut } = finished;
        let problem = self.problem;
        // All options that the certificate's `fix` leaves, not only those of the search.
        let unusable = i64::try_from(self.list.unusable).unwrap_or(NO_TARGET);
        let target = self.target(record);
        if target >= LOSS_LIMIT {
            return;
        }
        let theta = target.saturating_add(unusable - 1).max(self.theta);
        let Some(list) = Shortlist::of(problem, self.list.denominator, self.list.row_prices.clone(), theta) else {
            return;
        };
        let customers = self.customer_prices(root);
        let top: Vec<i64> = list
            .customers
            .iter()
            .map(|customer| list.largest[customer.index as usize] - customers[customer.index as usize])
            .collect();
        // The same loss in terms of both lists, whose reps may have other units.
        let cut = i128::from(*cut) + list.sum - self.list.sum;
        let Ok(cut) = i64::try_from(cut) else { return };
        let packer = Packer::new(self.settings.width());
        let tree: Option<Tree> =
            witness::tree_of((self.instance, problem), &list, &top, (&self.list, nodes), cut, packer, should_stop);
        if let Some(tree) = tree {
            record.claim(self.certificate(customers, Some(tree)));
        }
    }
}

/// Nodes times options of a search whose certificate is found in a moment.
const QUICK: usize = 100_000;
/// Up to so many options all that a better plan may have are on the list at once.
const SMALL: usize = 50_000;
