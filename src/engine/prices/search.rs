//! The search: prices, core, roster, and what to do where they do not fit.

use super::core::Core;
use super::dual::{self, From};
use super::finish;
use super::hours::Frame;
use super::lanes::Lanes;
use super::owners;
use super::roster::{Cut, Roster};
use super::settle::settle;
use super::tight::Tight;
use super::wide::Width;
use crate::engine::glance::infeasible_at_a_glance;
use crate::engine::record::Record;
use crate::engine::{Answer, Control, Settings, Start};
use crate::plan::StoppedBy;
use crate::problem::{Choice, Problem};

/// Losses of the core, in minutes' worth.
const THETA: f64 = 8.0;
/// Losses of the core at least, as a share of a customer's mean value.
const LEAST_THETA: f64 = 2e-3;
/// How much wider a core becomes that was too small.
const WIDER: f64 = 2.5;
/// How much dearer overtime becomes where no plan was found.
const PRESSURE: f32 = 8.0;
/// Cores at most.
const CORES: usize = 4;
/// Steps of cost within the core's losses: the largest cost is five times that.
const STEPS: f32 = 65_536.0 / 5.0;
/// Minutes that a table covers on either side of the limit.
const SIDE: (i32, i32) = (64, 768);
/// A core is ample where few reps' costs are more than so many times the losses of its options.
const AMPLE: f64 = 1.5;
/// One in so many is few.
const FEW: usize = 100;
/// Reps of a block at most.
const BLOCK: usize = 125;
/// Cells of tables that a search looks at: the measure of its work, some seconds of one core.
const WORK: u64 = 20_000_000_000;
/// Such cells for each undecided customer at most.
const WORK_PER_CUSTOMER: u64 = 60_000_000;
/// Such cells for each rep in the first descent at least.
const LEAST_SHARE: u64 = 10_000_000;
/// Rounds at most.
const ROUNDS: u64 = 32;
/// Such cells for each rep in a round at least.
const ROUND: u64 = 4_000_000;
/// Rounds without anything better that end a search.
const IDLE: usize = 8;
/// From so many reps on, a round does not disturb.
const MANY_REPS: usize = 1500;
/// Temperature of a start from known prices, as a share of a customer's mean value.
const WARM: f64 = 2e-3;
/// From known prices the dual need not fall by less than this share of the gap asked for.
const ENOUGH_OF_GAP: f64 = 0.3;
/// Near a known plan a rep is searched whose price moved by more than this share; by less where that does not do.
const MOVED: [f64; 2] = [0.005, 0.001];
/// How often rows other than minutes are tightened.
const TIGHTENINGS: usize = 4;
/// Up to so many options the last few are settled by trying.
const FEW_OPTIONS: usize = 4000;

/// Solves a problem, from another plan if there is one.
pub fn solve(problem: &Problem, settings: Settings, start: Option<Start>, control: &mut Control<'_>) -> Answer {
    if let Some(certificate) = infeasible_at_a_glance(problem) {
        return Answer::Infeasible(certificate);
    }
    let mut record = Record::new(problem, settings);
    let stopped_by = refine(problem, settings, start, Work::Full, &mut record, control);
    record.finish(None, stopped_by)
}

/// How much work a search may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A good plan quickly, for a proof to begin with.
    Quick,
    /// As long as it gets better, some seconds.
    Full,
}

impl Work {
    /// Cells of tables that a search looks at.
    fn cells(self) -> u64 {
        match self {
            Work::Quick => WORK / 50,
            Work::Full => WORK,
        }
    }
}

/// Finds a plan and prices for a problem that is not infeasible at a glance, and says what stopped the search.
pub fn refine(
    problem: &Problem,
    settings: Settings,
    start: Option<Start>,
    work: Work,
    record: &mut Record<'_>,
    control: &mut Control<'_>,
) -> Option<StoppedBy> {
    let kept = owners::solve(problem, settings, start.as_ref(), record, control);
    if record.reached() {
        return None;
    }
    // What reps share only by prices is beyond a search of assignments.
    if kept && problem.choice_count() > FEW_OPTIONS {
        return (control.should_stop)();
    }
    let lanes = Lanes::of(problem);
    let value = dual::Scale::of(&lanes).value;
    let mut search = Search { problem, settings, work: work.cells(), width: settings.width(), lanes, value };
    let stopped_by = search.run(start, record, control);
    if stopped_by.is_none() && !record.reached() && problem.choice_count() <= FEW_OPTIONS {
        search.settle(record, control);
    }
    stopped_by.or_else(control.should_stop)
}

struct Search<'p> {
    problem: &'p Problem,
    settings: Settings,
    work: u64,
    width: Width,
    lanes: Lanes,
    /// Mean difference of a customer's best and least value, in cents.
    value: f64,
}

impl Search<'_> {
    fn run(&mut self, start: Option<Start>, record: &mut Record<'_>, control: &mut Control<'_>) -> Option<StoppedBy> {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let known = start.as_ref().filter(|start| start.prices.iter().any(|&price| price > 0.0));
        let enough = ENOUGH_OF_GAP * self.settings.gap.as_f64();
        // Beside a rep who is new all prices move too far for that.
        let near = known.filter(|start| !start.prices.iter().any(|price| price.is_nan()));
        let from = near.map(|start| From { prices: &start.prices, temperature: WARM, enough });
        let mut prices = dual::minimise(&self.lanes, self.width, from, &stop);
        record.certify(&prices);
        record.report(None, "prices", control);
        if let Some(start) = known {
            for share in MOVED {
                self.near(&prices, start, share, record, control);
                if record.reached() || stop() {
                    return should_stop();
                }
            }
        }
        if near.is_some() {
            // Known prices may lead the descent astray: what they did not prove, prices found anew may.
            prices = dual::minimise(&self.lanes, self.width, None, &stop);
            record.certify(&prices);
            record.report(None, "prices", control);
        }
        if let Some(start) = &start {
            self.publish(start.choices.clone(), "start", true, record, control);
        }
        if let Some(tight) = Tight::of(self.problem, &prices) {
            tight.search(self.settings.seed, WORK / self.work, record, control);
            if record.best.is_some() || stop() {
                return should_stop();
            }
        }
        let known = start.as_ref().map(|start| &start.choices[..]);
        let capacity = self.lanes.capacity.clone();
        for tightening in 0..=TIGHTENINGS {
            let choices = self.search(&prices, known, record, control);
            if record.reached() || stop() || tightening == TIGHTENINGS {
                break;
            }
            // What side rows were overdrawn by is taken from them, and the prices found anew.
            let over = self.overdrawn_sides(&choices);
            if over.is_empty() {
                break;
            }
            for (row, by) in over {
                self.lanes.capacity[row] -= 1.2 * by as f64 / self.lanes.unit[row];
            }
            let from = From { prices: &prices, temperature: WARM, enough: 0.0 };
            prices = dual::minimise(&self.lanes, self.width, Some(from), &stop);
        }
        self.lanes.capacity = capacity;
        should_stop()
    }

    /// Searches near another plan: who is with a rep whose hour is worth what it was, within a little, stays.
    fn near(&self, prices: &[f64], start: &Start, share: f64, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let uses = self.problem.row_uses(&start.choices);
        let moved = |row: usize| {
            let (over, known) = (uses[row] > self.problem.rows[row].capacity, start.prices[row]);
            over || known.is_nan() || (prices[row] - known).abs() > share * known
        };
        let moved: Vec<bool> = (0..prices.len()).map(moved).collect();
        let row_of = |choice: Choice| self.problem.row_of_rep(self.problem.lane(choice.lane()?).rep?);
        let held = |customer: usize| {
            let choice = start.choices[customer];
            row_of(choice).is_some_and(|row| !moved[row]).then_some(choice)
        };
        let (theta, mean, single) = self.losses(prices);
        let core = Core::beside(self.problem, &self.lanes, &single, theta, &held);
        let frame = self.frame(&core, prices, mean as f32, theta, 1.0);
        let mut roster = Roster::new(&core, &frame, Some(&start.choices));
        roster.search(Cut { size: BLOCK, begin: 0 }, false, LEAST_SHARE, 0, &|| should_stop().is_some());
        self.publish(finish::plan(&core, &roster), "near", false, record, control);
    }

    /// Losses of a core, in cents; the mean price of a minute; and the prices as a pass sees them.
    fn losses(&self, prices: &[f64]) -> (f32, f64, Vec<f32>) {
        let single: Vec<f32> =
            prices.iter().zip(&self.lanes.unit).map(|(price, unit)| (price * unit) as f32).chain([0.0]).collect();
        let reps = (0..prices.len()).filter(|&row| !self.lanes.is_side(row));
        let count = reps.clone().count().max(1);
        let mean = reps.map(|row| prices[row]).sum::<f64>() / count as f64;
        let theta = (THETA * mean).max(LEAST_THETA * self.value) as f32;
        (theta, mean, single)
    }

    /// Rows other than reps' minutes that these choices overdraw, and by how much.
    fn overdrawn_sides(&self, choices: &[Choice]) -> Vec<(usize, i64)> {
        let uses = self.problem.row_uses(choices);
        let over = (0..uses.len()).map(|row| (row, uses[row] - self.problem.rows[row].capacity));
        over.filter(|&(row, by)| by > 0 && self.lanes.is_side(row)).collect()
    }

    /// Searches at these prices, in wider and wider cores; gives the last roster's options.
    fn search(
        &self,
        prices: &[f64],
        known: Option<&[Choice]>,
        record: &mut Record<'_>,
        control: &mut Control<'_>,
    ) -> Vec<Choice> {
        let should_stop = control.should_stop;
        let stop = || should_stop().is_some();
        let (mut theta, mean, single) = self.losses(prices);
        let count = (0..prices.len()).filter(|&row| !self.lanes.is_side(row)).count().max(1);
        let mut choices = Vec::new();
        let (mut work, mut pressure) = (0, 1.0);
        for number in 1..=CORES {
            let core = Core::of(self.problem, &self.lanes, &single, theta);
            let frame = self.frame(&core, prices, mean as f32, theta, pressure);
            let mut roster = Roster::new(&core, &frame, known.filter(|_| number == 1));
            let share = (self.work / CORES as u64 / count as u64).max(LEAST_SHARE);
            work += roster.search(Cut { size: BLOCK, begin: 0 }, false, share, 0, &stop);
            choices = self.publish(finish::plan(&core, &roster), "search", true, record, control);
            if record.reached() || stop() {
                break;
            }
            if number < CORES && roster.above(AMPLE * f64::from(theta)) > count / FEW {
                theta *= WIDER as f32;
                continue;
            }
            if count > MANY_REPS {
                break;
            }
            // What is left of the work is spent in rounds, each with blocks of its own.
            let all = self.work.min(WORK_PER_CUSTOMER * core.customers.len() as u64);
            let rest = all.saturating_sub(work) / count as u64;
            let rounds = (rest / ROUND).clamp(1, ROUNDS);
            let share = rest / rounds;
            let mut idle = 0;
            for round in 1..=rounds as usize {
                let before = roster.cost();
                let cut = Cut { size: BLOCK, begin: round * 7 };
                work += roster.search(cut, true, share, self.settings.seed, &stop);
                let better = roster.cost() < before * (1.0 - 1e-9);
                idle = if better { 0 } else { idle + 1 };
                if better {
                    choices = self.publish(finish::plan(&core, &roster), "search", false, record, control);
                }
                if record.reached() || stop() || idle >= IDLE {
                    break;
                }
            }
            if record.reached() || stop() || work >= all {
                break;
            }
            // Where nothing better comes any more, a wider core from the beginning may know better.
            theta *= WIDER as f32;
            if record.best.is_none() {
                pressure *= PRESSURE;
            }
        }
        choices
    }

    /// Offers a plan, repaired if asked for and need be; gives it as it is offered.
    fn publish(
        &self,
        mut choices: Vec<Choice>,
        event: &'static str,
        repair: bool,
        record: &mut Record<'_>,
        control: &mut Control<'_>,
    ) -> Vec<Choice> {
        let only_minutes = (0..self.problem.rows.len()).all(|row| !self.lanes.is_side(row));
        if only_minutes && finish::shorten(self.problem, &mut choices) {
            finish::fill(self.problem, &mut choices);
        }
        if !record.take(&choices, event, control) && repair {
            record.offer(choices.clone(), "repair", control);
        }
        choices
    }

    fn frame(&self, core: &Core, prices: &[f64], mean: f32, theta: f32, pressure: f32) -> Frame {
        let longest = core.minutes.iter().copied().max().unwrap_or(0);
        let side = longest.clamp(SIDE.0, SIDE.1);
        let price: Vec<f32> = core.reps.iter().map(|&row| prices[row] as f32).collect();
        Frame {
            cells: 2 * side as usize,
            limit: side,
            step: theta / STEPS,
            penalty: price.iter().map(|price| pressure * (4.0 * price + 2.0 * mean + theta / 16.0)).collect(),
            price,
            minutes: core.minutes_left.clone(),
            width: self.width,
        }
    }

    /// Settles what the prices leave undecided by trying, where that is little.
    fn settle(&self, record: &mut Record<'_>, control: &mut Control<'_>) {
        let should_stop = control.should_stop;
        let Some((_, certificate)) = &record.certificate else { return };
        let Ok(whole) = certificate.prices(self.problem) else { return };
        let prices: Vec<f64> = whole.iter().map(|&price| price as f64 / certificate.denominator as f64).collect();
        let fixing = record.fixing();
        let keeps = |customer, choice| fixing.as_ref().is_none_or(|fixing| fixing.keeps(customer, choice));
        let above = record.best.as_ref().map(|(value, _)| *value);
        if let Some(better) = settle(self.problem, &prices, above, keeps, &|| should_stop().is_some()) {
            record.take(&better, "settled", control);
        }
    }
}
