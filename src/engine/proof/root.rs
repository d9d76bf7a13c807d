//! The way to a proof: the root's prices, better plans, and a search for what these leave open.

use super::ascent::{Ascent, Course, Prices};
use super::blocks;
use super::closing::Closing;
use super::listed::Listed;
use super::marks::Marks;
use super::packing::Packer;
use super::repair::{Packings, Repair};
use super::shortlist::{LOSS_LIMIT, Shortlist};
use crate::engine::record::Record;
use crate::engine::{Control, Proof as Kind, Settings};
use crate::instance::Instance;
use crate::problem::{Problem, RowKind};

/// How the root's prices are found.
const ROOT: Course = Course { steps: 400, length: 1.0, patience: 12, shrink: 0.6, shortest: 0.002, memory: 0.6 };
/// From this step on, every so-manieth makes a plan.
const PLANS: (usize, usize) = (30, 10);
/// Losses of the first shortlist, in minutes' worth.
const THETA: f64 = 8.0;
/// From so many reps on, plans are improved block by block.
const MANY_REPS: usize = 15;
/// Rounds of blocks at most.
const ROUNDS: usize = 40;
/// Up to so many options all that a better plan may have are on the list at once.
const SMALL: usize = 50_000;

/// Improves plan and certificate of a record.
pub fn prove(
    instance: &Instance,
    problem: &Problem,
    settings: Settings,
    record: &mut Record<'_>,
    control: &mut Control<'_>,
) {
    let Some(proof) = Proof::new(problem, settings, record) else { return };
    let root = proof.climb(record, control);
    if settings.proof == Kind::Tree
        && !record.reached()
        && (control.should_stop)().is_none()
        && let Some(closing) = Closing::new((instance, problem), settings, proof.listed, root, record)
    {
        closing.search(record, control);
    }
}

struct Proof<'p> {
    settings: Settings,
    /// With the record's certificate's prices for the rows.
    listed: Listed<'p>,
}

impl<'p> Proof<'p> {
    fn new(problem: &'p Problem, settings: Settings, record: &Record<'_>) -> Option<Proof<'p>> {
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
        Some(Proof { settings, listed: Listed { problem, list } })
    }

    /// Prices of the customers, as certificate and, by the packings at them, as plans.
    fn climb(&self, record: &mut Record<'_>, control: &mut Control<'_>) -> Prices {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let width = self.settings.width();
        let list = &self.listed.list;
        let marks = Marks::none(list);
        let mut root = Ascent::first(list);
        let mut repair = Repair::new(list, Packer::new(width));
        let mut found: Option<Packings> = None;
        let target = self.listed.target(record);
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
            self.listed.offer(plan, "packings", record, control);
        }
        record.claim(self.listed.certificate(self.listed.customer_prices(&root), None));
        record.report(None, "knapsacks", control);
        if !record.reached() && !stop() && list.reps.len() >= MANY_REPS {
            self.improve(&root, found, record, control);
        }
        root
    }

    /// Improves the best plan block by block.
    fn improve(&self, root: &Prices, found: Option<Packings>, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let known = self.listed.packings(record);
        let best = known.into_iter().chain(found).min_by_key(|plan| plan.loss);
        let Some(mut best) = best else { return };
        let width = self.settings.width();
        blocks::improve(&self.listed.list, width, root, &mut best, ROUNDS, &stop, &mut |plan| {
            self.listed.offer(plan, "blocks", record, control);
            !record.reached()
        });
    }
}
