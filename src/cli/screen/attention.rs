//! What to look at: territories that differ, customers who lose visits, customers left out who would be worth one.

use rayon::prelude::*;

use super::Screen;
use crate::changes::{Change, Changes};
use crate::problem::RowKind;
use crate::units::Money;

/// Customers named in a line.
const NAMED: usize = 3;
/// An hour here is worth so many times one there: territories differ.
const UNEVEN: f64 = 1.5;

/// The section.
pub(super) fn section(screen: &Screen<'_>, changes: Option<&Changes>) -> String {
    let mut lines: Vec<String> = territories(screen).into_iter().collect();
    if let Some(changes) = changes {
        let named = |list: &[Change], text: &dyn Fn(&Change) -> String| {
            let names: Vec<String> = list
                .iter()
                .take(NAMED)
                .map(|change| format!("{} ({})", screen.name(change.customer), text(change)))
                .collect();
            names.join(", ")
        };
        let losing = named(&changes.losing, &|change| Money(change.sales.0).rounded());
        if !losing.is_empty() {
            lines.push(format!("Not visited any more, and sales fall most: {losing}"));
        }
        let reduced = named(&changes.reduced, &|change| format!("{} > {} visits", change.before, change.now));
        if !reduced.is_empty() {
            lines.push(format!("Visited more often than pays: {reduced}"));
        }
    }
    lines.extend(left_out(screen));
    if lines.is_empty() { String::new() } else { super::section("LOOK AT", &lines) }
}

/// Where an hour is worth far more to one rep than to another.
fn territories(screen: &Screen<'_>) -> Option<String> {
    let Screen { instance, problem, plan, .. } = *screen;
    let mut prices: Vec<(f64, &str)> = Vec::new();
    for (at, row) in problem.rows.iter().enumerate() {
        if let RowKind::RepMinutes(rep) = row.kind
            && row.capacity > 0
        {
            prices.push((plan.price(problem, at), &instance.reps[rep as usize].name));
        }
    }
    let most = prices.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let least = prices.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    if least.0 <= 0.0 {
        let idle = prices.iter().filter(|(price, _)| *price <= 0.0).count();
        return (most.0 > 0.0).then(|| {
            format!("{idle} reps have more time than their customers need; {} could use an hour more.", most.1)
        });
    }
    let times = most.0 / least.0;
    (times >= UNEVEN)
        .then(|| format!("An hour of {} is worth {times:.1} times one of {}: territories differ.", most.1, least.1))
}

/// The customers left out whose first visit would add most.
fn left_out(screen: &Screen<'_>) -> Option<String> {
    let Screen { instance, problem, choices, .. } = *screen;
    let first_visit = |customer: usize| {
        let lanes = problem.lanes_of(customer).filter(|&lane| problem.lane(lane).allows(1));
        lanes.map(|lane| problem.revenue(problem.choice(lane, 1))).max().unwrap_or(0)
    };
    let mut left: Vec<(i64, &str)> = choices
        .par_iter()
        .enumerate()
        .filter(|(_, choice)| choice.lane().is_none())
        .map(|(customer, _)| (first_visit(customer), instance.customers[customer].display_name()))
        .filter(|(worth, _)| *worth > 0)
        .collect();
    let order = |a: &(i64, &str), b: &(i64, &str)| b.0.cmp(&a.0).then(a.1.cmp(b.1));
    if left.len() > NAMED {
        left.select_nth_unstable_by(NAMED, order);
        left.truncate(NAMED);
    }
    left.sort_unstable_by(order);
    if left.is_empty() {
        return None;
    }
    let named: Vec<String> = left.iter().map(|(worth, name)| format!("{name} ({})", Money(*worth).rounded())).collect();
    Some(format!("Left out, and a first visit would add most: {}", named.join(", ")))
}
