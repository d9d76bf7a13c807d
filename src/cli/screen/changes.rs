//! What changes for the customers, and what it would cost to change less.

use super::{Screen, count};
use crate::changes::Changes;
use crate::cli::keeping::{Keeping, Sure};
use crate::model::Rule;
use crate::plan::Figures;
use crate::units::Money;

/// How many customers get more visits, fewer, are visited anew, by phone instead, no longer, and as before; nothing where
/// nobody is.
pub fn treated(counts: [u32; 6]) -> Option<String> {
    let words = ["get more visits", "fewer", "are visited anew", "by phone instead", "no longer", "as before"];
    let parts: Vec<String> = counts
        .into_iter()
        .zip(words)
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(number)))
        .collect();
    (!parts.is_empty()).then(|| format!("Customers: {}.", parts.join(", ")))
}

/// The section.
pub(super) fn section(screen: &Screen<'_>, changes: &Changes, figures: &Figures) -> String {
    let Changes { more, fewer, anew, by_phone, dropped, as_before, .. } = *changes;
    let Some(treated) = treated([more, fewer, anew, by_phone, dropped, as_before]) else { return String::new() };
    let mut lines = vec![treated];
    if changes.visits_to_win > 0 {
        let share = changes.visits_to_win as f64 / figures.visits.max(1) as f64 * 100.0;
        let visits = count(changes.visits_to_win);
        lines.push(format!("{visits} visits go to inactive and new customers ({share:.0} % of all)."));
    }
    lines.extend(rule_in_force(screen, changes));
    lines.extend(screen.keeping.as_ref().map(offer));
    super::section("WHAT CHANGES", &lines)
}

/// What the rule about changed customers leaves to gain, where there is one.
fn rule_in_force(screen: &Screen<'_>, changes: &Changes) -> Option<String> {
    let Screen { instance, problem, plan, .. } = *screen;
    let number = instance.model.rules.iter().position(|rule| matches!(rule, Rule::MaxChangedCustomers { .. }))?;
    let Rule::MaxChangedCustomers { share, tolerance } = &instance.model.rules[number] else { return None };
    let row = problem.rows.iter().position(|row| row.name == format!("rule:{number}"))?;
    let worth = Money((plan.price(problem, row) * 100.0).round() as i64);
    let within = if *tolerance > 0 { format!(" by more than {tolerance} visits") } else { String::new() };
    Some(format!(
        "Your rule lets {:.0} % of the customers change{within} ({} change at all). One more would be worth about {}.",
        share.as_f64() * 100.0,
        count(changes.changed),
        worth.rounded()
    ))
}

fn offer(keeping: &Keeping) -> String {
    let cost = match keeping.sure {
        Sure::Exactly => format!("Costs {}", keeping.cost.rounded()),
        Sure::AtMost => format!("Costs at most {}", keeping.cost.rounded()),
        Sure::About => format!("Costs about {}", keeping.cost.rounded()),
    };
    format!(
        "Keep {:.0} % of the customers as they are instead? {cost}: rule max_changed_customers, share {}.",
        keeping.kept.as_f64() * 100.0,
        keeping.changed
    )
}
