//! How good the plan is, and who can check that.

use super::Screen;
use crate::certificate::Bound;
use crate::cli::passing::Passing;
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
    // After the post-pass the proof is about the plan of visits before it.
    let (best, none) = match screen.passing {
        Some(passing) if !passing.edits.is_empty() => (
            "Before visits became calls this is the best plan of visits there is",
            "No plan of visits alone adds more than",
        ),
        Some(_) => ("This is the best plan of visits there is", "No plan of visits alone adds more than"),
        None => ("This is the best plan there is for these numbers", "No plan adds more than"),
    };
    let mut lines = match (plan.status, plan.proven_by) {
        (Status::Optimal, ProvenBy::Solver) => vec![
            format!("{best}, by the word of the solver HiGHS."),
            format!("{none} {certified}, and anyone can check it."),
        ],
        (Status::Optimal, _) => {
            vec![format!("{best}, and anyone can check it.")]
        }
        (_, ProvenBy::Solver) => vec![
            format!("{none} {bound}, by the word of the solver HiGHS."),
            format!("{none} {certified}, and anyone can check it."),
        ],
        _ => vec![format!("{none} {bound}, and anyone can check it.")],
    };
    lines.extend(screen.passing.and_then(left_by_rules));
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

/// What the rules of the post-pass leave to the best mix of visits and calls, which no plan exceeds.
pub fn left_by_rules(passing: &Passing) -> Option<String> {
    let best = passing.best.as_ref()?;
    let value = passing.wide.problem.total_value(&passing.after);
    let open = best.bound.0 - value;
    if open <= 0 {
        return Some("No mix of visits and calls is worth more.".to_owned());
    }
    let share = if value > 0 { format!(" ({})", percent(open, value)) } else { String::new() };
    let wide = &passing.wide;
    let uses = wide.problem.row_uses(&passing.after);
    let has_time = (0..).zip(&wide.instance.pools).any(|(number, pool)| {
        let row = wide.problem.row_of_pool(number);
        pool.minutes_per_call.0 > 0 && wide.problem.rows[row].capacity - uses[row] >= pool.minutes_per_call.0
    });
    let calls = best.same_calls.as_ref().map_or(0, |same| best.joint.value - same.value);
    let because = match calls {
        1.. if has_time => {
            format!(", about {} of it because they leave telesales time unused", Money(calls.min(open)).rounded())
        }
        _ => String::new(),
    };
    Some(format!("Your rules leave at most {}{share} to the best mix of visits and calls{because}.", up(Bound(open))))
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
