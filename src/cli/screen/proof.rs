//! How good the plan is, and who can check that.

use super::Screen;
use crate::certificate::Bound;
use crate::plan::{ProvenBy, Status, StoppedBy};
use crate::units::Money;

/// The section.
pub(super) fn section(screen: &Screen<'_>) -> String {
    let plan = screen.plan;
    let at_most = |bound: Bound| {
        let more = Bound(bound.0 - plan.value);
        let share =
            if plan.value > 0 { format!("{} more", percent(more.0, plan.value)) } else { format!("{} more", up(more)) };
        format!("{} ({share})", up(bound))
    };
    let (bound, certified) = (at_most(plan.bound), at_most(plan.certified));
    let mut lines = match (plan.status, plan.proven_by) {
        (Status::Optimal, ProvenBy::Solver) => vec![
            "This is the best plan there is, by the word of the solver HiGHS.".to_owned(),
            format!("Anyone can check that no plan adds more than {certified}."),
        ],
        (Status::Optimal, _) => {
            vec!["This is the best plan there is for these numbers, and anyone can check it.".to_owned()]
        }
        (_, ProvenBy::Solver) => vec![
            format!("No plan adds more than {bound}, by the word of the solver HiGHS."),
            format!("Anyone can check that no plan adds more than {certified}."),
        ],
        _ => vec![format!("No plan adds more than {bound}, and anyone can check it.")],
    };
    let stopped = match plan.stopped_by {
        Some(StoppedBy::Time) => Some("Stopped by the time limit; a longer search may find more."),
        Some(StoppedBy::Interrupt) => Some("Stopped by hand; a longer search may find more."),
        Some(StoppedBy::Work) => Some("The search ended before as much was proven as was asked for."),
        None => None,
    };
    lines.extend(stopped.map(str::to_owned));
    lines.push("The proof covers the arithmetic, not the forecast of what visits add.".to_owned());
    if let Some((instance, plan)) = &screen.files {
        let model = screen.model.map_or_else(String::new, |model| format!(" --model {model}"));
        lines.push(format!("Check it: visitplan verify {instance} {plan}{model}"));
    }
    super::section("PROOF", &lines)
}

/// A bound in whole units, rounded up: it must not be understated.
fn up(bound: Bound) -> String {
    Money(bound.0.div_euclid(100) * 100 + if bound.0.rem_euclid(100) > 0 { 100 } else { 0 }).rounded()
}

/// A share in per cent with three decimals, rounded up.
fn percent(part: i64, whole: i64) -> String {
    let thousandths = (i128::from(part) * 100_000 + i128::from(whole) - 1).div_euclid(i128::from(whole));
    format!("{}.{:03} %", thousandths / 1000, thousandths % 1000)
}
