//! One rep's turn: visits that become calls, and what the freed time is spent on.

use std::cmp::Ordering;

use super::state::State;
use crate::engine::prices::knapsack::{Item, Packed, pack};
use crate::instance::Pool;
use crate::model::OnlyIf;
use crate::problem::{Choice, RepRows};

/// A customer who is phoned instead.
#[derive(Clone, Copy)]
struct Move {
    customer: usize,
    to: Choice,
    freed: i64,
    /// What it loses, in cents of the objective; below 0 where calls are worth more.
    loss: i64,
}

/// What freed and spare time is spent on, and what that adds.
#[derive(Default)]
struct Spending {
    gain: i64,
    options: Vec<(usize, Choice)>,
}

impl State<'_> {
    /// Gives a rep its turn; says whether anything changed.
    pub fn turn(&mut self, rep: u32) -> bool {
        let rows = self.problem().rows_of_rep(rep);
        let Some(minutes) = rows.minutes else { return false };
        let (freed, spent) = self.freed_and_spent(rep);
        let (moves, raises) = (self.moves(rep, rows), self.raises(rep));
        let always = self.steps().telesales.only_if == OnlyIf::Always;
        let original: Vec<(usize, Choice)> =
            moves.iter().map(|one| (one.customer, self.now.choices[one.customer])).collect();
        for one in &moves {
            self.now.give(one.customer, one.to);
        }
        let mut best: Option<(usize, Spending)> = None;
        // No more than this is added by more visits, now and with fewer moves, which leave less time.
        let mut most_raised = i64::MAX;
        for count in (0..=moves.len()).rev() {
            if let Some(&(customer, choice)) = original.get(count) {
                self.now.give(customer, choice);
            }
            let made = &moves[..count];
            let by_moves = -made.iter().map(|one| one.loss).sum::<i64>();
            let freed = freed + made.iter().map(|one| one.freed).sum::<i64>();
            let won = self.win(rep, rows, self.steps().reactivate.share_of_freed.floor_of(freed) - spent);
            let sum = by_moves.saturating_add(won.gain);
            if best.as_ref().is_some_and(|(_, best)| sum.saturating_add(most_raised) < best.gain) {
                continue;
            }
            let open: Vec<&Raise> = raises.iter().filter(|one| self.is_visited_by(one.customer, rep)).collect();
            let left = self.now.left(minutes);
            if open.len() == raises.len() && !won.options.is_empty() {
                let packed = pack_raises(&open, left).filter(|packed| packed.exact);
                most_raised = packed.map_or(i64::MAX, |packed| packed.value);
            }
            let (raised, bound) = self.raise(&open, left - self.time(&won.options), &won.options);
            if open.len() == raises.len() && won.options.is_empty() {
                most_raised = bound;
            }
            let options = [won.options, raised.options].concat();
            if !self.holds_least(rows, &options) {
                continue;
            }
            // Fewer moves win where the sums are equal; under `always` the most that are possible.
            let gain = sum + raised.gain;
            if best.as_ref().is_none_or(|(_, best)| gain >= best.gain) {
                best = Some((count, Spending { gain, options }));
            }
            if always {
                break;
            }
        }
        let Some((count, spending)) = best else { return false };
        for one in &moves[..count] {
            self.now.give(one.customer, one.to);
        }
        for &(customer, option) in &spending.options {
            self.now.give(customer, option);
        }
        count > 0 || !spending.options.is_empty()
    }

    /// The minutes that earlier changes freed of a rep's, and those that they spent on winning customers.
    fn freed_and_spent(&self, rep: u32) -> (i64, i64) {
        let problem = self.problem();
        let moved = self.visited[rep as usize].iter().filter(|&&at| self.now.choices[at].visits == 0);
        let freed = moved.map(|&at| problem.minutes(self.before[at])).sum();
        let won = self.to_win[rep as usize].iter().filter(|&&(at, _)| self.is_visited_by(at, rep));
        (freed, won.map(|&(at, _)| problem.minutes(self.now.choices[at])).sum())
    }

    fn is_visited_by(&self, customer: usize, rep: u32) -> bool {
        self.now.choices[customer].lane().is_some_and(|lane| self.problem().lane(lane).rep == Some(rep))
    }

    /// The visits that may become calls, least loss per freed minute first, as far as pools and rows allow all of them.
    fn moves(&mut self, rep: u32, rows: RepRows) -> Vec<Move> {
        let mut candidates: Vec<Move> =
            self.visited[rep as usize].iter().filter_map(|&customer| self.by_phone(customer)).collect();
        candidates.sort_by(cheapest_time_first);
        // What the pools hold is given out in this order; then everything is taken back.
        let mut moves = Vec::new();
        let mut original = Vec::new();
        for candidate in candidates {
            let Some(one) = self.by_phone(candidate.customer) else { continue };
            if self.now.has_room_but_for(one.customer, one.to, rows.least) {
                original.push((one.customer, self.now.choices[one.customer]));
                self.now.give(one.customer, one.to);
                moves.push(one);
            }
        }
        original.into_iter().for_each(|(customer, choice)| self.now.give(customer, choice));
        moves
    }

    /// The calls that replace a customer's visits, if the rule speaks of it and a pool has the time.
    fn by_phone(&self, customer: usize) -> Option<Move> {
        let (problem, instance) = (self.problem(), &self.wide.instance);
        let (step, about, now) = (&self.steps().telesales, &instance.customers[customer], self.now.choices[customer]);
        let is_open = now == self.before[customer] && now.visits > 0 && about.lock.is_none() && about.visits.min == 0;
        if !is_open || !self.wide.cells.holds(&step.when, instance, customer) {
            return None;
        }
        let wanted = now.visits.saturating_mul(step.calls_per_visit).min(about.calls.max);
        let lane = problem.lane(now.lane()?);
        let with = |(number, pool): (u32, &Pool)| -> Option<Choice> {
            let own = if lane.pool == Some(number) { lane.call_minutes } else { 0 };
            let left = self.now.left(problem.row_of_pool(number)) + own;
            let possible = if pool.minutes_per_call.0 > 0 { left / pool.minutes_per_call.0 } else { i64::MAX };
            let calls = possible.clamp(0, wanted.into()) as u32;
            if calls == 0 { None } else { problem.find(customer, None, 0, Some(number), calls) }
        };
        let by_value = |a: &Choice, b: &Choice| problem.value(*a).cmp(&problem.value(*b)).then(b.cmp(a));
        let to = (0..).zip(&instance.pools).filter_map(with).max_by(by_value)?;
        // Neither visits nor calls would be better.
        if problem.value(to) < 0 && problem.allows_nothing(customer) {
            return None;
        }
        Some(Move { customer, to, freed: problem.minutes(now), loss: -self.gain(customer, to) })
    }

    /// Customers to win within so many minutes, best value per minute first.
    fn win(&mut self, rep: u32, rows: RepRows, mut budget: i64) -> Spending {
        let Some(minutes) = rows.minutes else { return Spending::default() };
        budget = budget.min(self.now.left(minutes));
        let mut won = Spending::default();
        let problem = self.problem();
        for at in 0..self.to_win[rep as usize].len() {
            let (customer, option) = self.to_win[rep as usize][at];
            let takes = problem.minutes(option);
            if self.now.choices[customer] == Choice::NOTHING
                && takes <= budget
                && self.now.has_room_but_for(customer, option, rows.least)
            {
                budget -= takes;
                won.gain += problem.value(option);
                won.options.push((customer, option));
                self.now.give(customer, option);
            }
        }
        for &(customer, _) in &won.options {
            self.now.give(customer, Choice::NOTHING);
        }
        won
    }

    /// Who may be visited more often by a rep, and how much more.
    fn raises(&self, rep: u32) -> Vec<Raise> {
        let (problem, instance) = (self.problem(), &self.wide.instance);
        let step = &self.steps().frequency;
        let raise = |&customer: &usize| -> Option<Raise> {
            if !self.is_visited_by(customer, rep) || !self.wide.cells.holds(&step.when, instance, customer) {
                return None;
            }
            let now = self.now.choices[customer];
            let limit = self.before[customer].visits.saturating_add(step.raise_by_at_most);
            let most = problem.lane(now.lane()?).most.min(limit);
            let more = |visits: u32| {
                let option = now.plus(visits - now.visits);
                let item = Item {
                    minutes: problem.minutes(option) - problem.minutes(now),
                    value: self.gain(customer, option),
                };
                (item.value > 0).then_some((option, item))
            };
            let (options, items): (Vec<Choice>, Vec<Item>) = std::iter::once((now, Item { minutes: 0, value: 0 }))
                .chain((now.visits + 1..=most).filter_map(more))
                .unzip();
            (options.len() > 1).then_some(Raise { customer, options, items })
        };
        self.visited[rep as usize].iter().filter_map(raise).collect()
    }

    /// The best use of so many minutes for more visits, and what no use of them exceeds; `taken` are options that will be
    /// given before.
    fn raise(&mut self, raises: &[&Raise], minutes: i64, taken: &[(usize, Choice)]) -> (Spending, i64) {
        let Some(packed) = pack_raises(raises, minutes) else { return (Spending::default(), i64::MAX) };
        let bound = if packed.exact { packed.value } else { i64::MAX };
        let chosen = raises.iter().zip(&packed.chosen).filter(|&(_, &at)| at > 0);
        let options: Vec<(usize, Choice)> = chosen.map(|(one, &at)| (one.customer, one.options[at])).collect();
        if !self.problem().has_rules() {
            return (Spending { gain: packed.value, options }, bound);
        }
        // Rules of the model may forbid some of it: one after another then, as far as they allow.
        let back: Vec<(usize, Choice)> =
            taken.iter().chain(&options).map(|&(at, _)| (at, self.now.choices[at])).collect();
        taken.iter().for_each(|&(customer, option)| self.now.give(customer, option));
        let mut allowed = Spending::default();
        for (customer, option) in options {
            if self.now.has_room(customer, option) {
                allowed.gain += self.gain(customer, option);
                self.now.give(customer, option);
                allowed.options.push((customer, option));
            }
        }
        back.into_iter().for_each(|(customer, choice)| self.now.give(customer, choice));
        (allowed, bound)
    }

    fn time(&self, options: &[(usize, Choice)]) -> i64 {
        let takes = |&(at, option): &(usize, Choice)| {
            self.problem().minutes(option) - self.problem().minutes(self.now.choices[at])
        };
        options.iter().map(takes).sum()
    }

    /// Whether the rep's least time is planned once the options are given.
    fn holds_least(&self, rows: RepRows, options: &[(usize, Choice)]) -> bool {
        rows.least.is_none_or(|row| self.now.left(row) + self.time(options) >= 0)
    }
}

/// A customer who may be visited more often: options from what it has now on, with what each adds.
struct Raise {
    customer: usize,
    options: Vec<Choice>,
    items: Vec<Item>,
}

/// The best choice of raises within so many minutes.
fn pack_raises(raises: &[&Raise], minutes: i64) -> Option<Packed> {
    let classes: Vec<Vec<Item>> = raises.iter().map(|one| one.items.clone()).collect();
    pack(&classes, minutes.max(0))
}

/// Least loss per freed minute first; ties in the order of the instance.
fn cheapest_time_first(a: &Move, b: &Move) -> Ordering {
    // A move that frees nothing comes first where it gains, last where it loses.
    let class = |one: &Move| match (one.freed, one.loss) {
        (0, loss) if loss != 0 => loss.signum(),
        _ => 0,
    };
    let product = |loss: i64, freed: i64| i128::from(loss) * i128::from(freed.max(1));
    let by_rate = product(a.loss, b.freed).cmp(&product(b.loss, a.freed));
    class(a).cmp(&class(b)).then(by_rate).then(a.customer.cmp(&b.customer))
}
