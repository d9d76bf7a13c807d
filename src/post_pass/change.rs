//! Changes: what the post-pass did to whom, by which rule, and why.

use super::Wide;
use super::attribution::attribute;
use crate::instance::Customer;
use crate::matrix::size_in_cents;
use crate::model::{Cell, Objective, PostPass, Status};
use crate::plan::{Change, Contact, RuleName};
use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money, plural};

impl RuleName {
    /// Of whom the rule speaks in a model.
    pub fn when(self, pass: &PostPass) -> &Cell {
        match self {
            RuleName::Telesales => &pass.telesales.when,
            RuleName::Reactivate => &pass.reactivate.when,
            RuleName::Frequency => &pass.frequency.when,
        }
    }

    /// The rule that makes one option of another, if any does.
    pub fn of(problem: &Problem, from: Choice, to: Choice) -> Option<RuleName> {
        let lane = |choice: Choice| choice.lane().map(|index| problem.lane(index));
        let rep = |choice: Choice| lane(choice).and_then(|lane| lane.rep);
        if from.visits > 0 && to.visits == 0 && lane(to).is_some_and(|lane| lane.calls > 0) {
            return Some(RuleName::Telesales);
        }
        if from == Choice::NOTHING && to.visits > 0 {
            return Some(RuleName::Reactivate);
        }
        let same = rep(from) == rep(to) && from.visits > 0;
        (same && to == from.plus(to.visits.saturating_sub(from.visits)) && to != from).then_some(RuleName::Frequency)
    }
}

/// One customer's options before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Number of the customer in the instance.
    pub customer: usize,
    /// The rule.
    pub rule: RuleName,
    /// Whose time it frees or uses.
    pub rep: u32,
    /// The option without any post-pass.
    pub from: Choice,
    /// The option after it.
    pub to: Choice,
    /// Time that it frees; below 0 where it uses time.
    pub freed: Minutes,
    /// What it changes in revenue.
    pub revenue: Money,
    /// What it changes in what the objective counts.
    pub value: Money,
}

/// What differs between two plans, in the order of the instance. The number of the first customer whom no rule changes
/// so, if there is one.
pub fn edits(problem: &Problem, before: &[Choice], after: &[Choice]) -> Result<Vec<Edit>, usize> {
    let differ = before.iter().zip(after).enumerate().filter(|(_, (from, to))| from != to);
    differ
        .map(|(customer, (&from, &to))| {
            let rule = RuleName::of(problem, from, to).ok_or(customer)?;
            let visiting = if rule == RuleName::Telesales { from } else { to };
            let rep = visiting.lane().and_then(|lane| problem.lane(lane).rep).ok_or(customer)?;
            Ok(Edit {
                customer,
                rule,
                rep,
                from,
                to,
                freed: Minutes(problem.minutes(from) - problem.minutes(to)),
                revenue: Money(problem.revenue(to) - problem.revenue(from)),
                value: Money(problem.value(to) - problem.value(from)),
            })
        })
        .collect()
}

impl Change {
    /// The changes as they are written, from edits in the order of the instance.
    pub fn all(wide: &Wide, edits: &[Edit]) -> Vec<Change> {
        let Wide { instance, problem, .. } = wide;
        let id = |customer: usize| instance.customers[customer].id.to_string();
        let spent_on = attribute(problem, edits);
        edits
            .iter()
            .zip(&spent_on)
            .map(|(edit, spent_on)| Change {
                customer: id(edit.customer),
                rule: edit.rule,
                rep: instance.reps[edit.rep as usize].id.to_string(),
                from: Contact::of(instance, problem, edit.from),
                to: Contact::of(instance, problem, edit.to),
                minutes_freed: edit.freed,
                revenue_change: edit.revenue,
                value_change: (instance.model.objective != Objective::Revenue).then_some(edit.value),
                spent_on: spent_on.iter().map(|&at| id(edits[at].customer)).collect(),
                why: why(wide, edits, edit, spent_on),
            })
            .collect()
    }
}

/// Customers named in a sentence.
const NAMED: usize = 3;

/// Why a customer was changed, with names and figures.
fn why(wide: &Wide, edits: &[Edit], edit: &Edit, spent_on: &[usize]) -> String {
    let Wide { instance, problem, cells } = wide;
    let customer = &instance.customers[edit.customer];
    let rep = &instance.reps[edit.rep as usize].name;
    let known = cells.position(edit.customer).map_or("", |cell| cell.potential.word());
    let who = format!("{} ({known} potential: {})", customer.display_name(), potential(customer));
    let [earned, earns] = [edit.from, edit.to].map(|choice| Money(problem.revenue(choice)).rounded());
    let time = Minutes(edit.freed.0.abs());
    match edit.rule {
        RuleName::Telesales => {
            let calls = plural(edit.to.lane().map_or(0, |lane| problem.lane(lane).calls), "call");
            let mut text = format!(
                "{who}: {} earned {earned}. {calls} {} {earns} and {} {time} of {rep}",
                plural(edit.from.visits, "visit"),
                if calls.starts_with("1 ") { "earns" } else { "earn" },
                if calls.starts_with("1 ") { "frees" } else { "free" },
            );
            let named: Vec<String> = spent_on
                .iter()
                .take(NAMED)
                .map(|&at| {
                    let name = instance.customers[edits[at].customer].display_name();
                    format!("{name} ({})", edits[at].revenue.signed())
                })
                .collect();
            let more =
                if spent_on.len() > NAMED { format!(" and {} more", spent_on.len() - NAMED) } else { String::new() };
            text += &match named.is_empty() {
                true => "; nothing that is worth more fits into it, so it stays free.".to_owned(),
                false => format!(", spent on {}{more}.", named.join(", ")),
            };
            text
        }
        RuleName::Reactivate => {
            let status = match customer.status {
                Status::Active => "active",
                Status::Inactive => "inactive",
                Status::New => "new",
            };
            let visits = plural(edit.to.visits, "visit");
            format!("{who}: {status}, and nobody was to go. {visits} of {rep} in {time} add {earns}.")
        }
        RuleName::Frequency => {
            let more = edit.revenue.signed();
            format!(
                "{who}: {} of {rep} become {} in {time} more: {more}.",
                plural(edit.from.visits, "visit"),
                edit.to.visits
            )
        }
    }
}

fn potential(customer: &Customer) -> String {
    let of = if customer.wallet.is_some() { "wallet" } else { "at most" };
    format!("{of} {}", Money(size_in_cents(customer)).rounded())
}
