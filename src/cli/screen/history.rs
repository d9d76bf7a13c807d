//! Last period, and whether the curves can be trusted.

use super::{count, headline, hours, section, table, texts};
use crate::baseline::{Baseline, PUBLISHED_ELASTICITY};
use crate::instance::{Instance, Rep};

/// Last period on one screen.
pub fn of_baseline(instance: &Instance, baseline: &Baseline) -> String {
    let active = instance.reps.iter().filter(|rep| rep.is_active()).count();
    let rows = instance.reps.iter().zip(&baseline.reps).map(|(rep, figures)| {
        let share = figures.minutes.0 as f64 / rep.minutes.0.max(1) as f64 * 100.0;
        vec![
            format!("  {}", rep.name),
            figures.customers.to_string(),
            figures.visits.to_string(),
            hours(figures.minutes.0),
            hours(rep.minutes.0),
            if rep.minutes.0 > 0 { format!("{share:.1} %") } else { "-".to_owned() },
            figures.revenue.rounded(),
        ]
    });
    let by_owner =
        table(texts(["  owner", "customers", "visits", "hours", "of", "used", "visits add"]), rows.collect());
    let sections = [headline(instance, active), trust(baseline), super::sales::before_alone(baseline), by_owner];
    sections.join("\n")
}

/// How each rep's time follows from the calendar, a line each.
pub fn working_time(instance: &Instance) -> String {
    let steps = |rep: &Rep| match rep.work {
        Some(work) => instance.model.work.steps(work, instance.weeks),
        None if rep.is_active() => format!("{} stated", rep.minutes),
        None => "no time".to_owned(),
    };
    instance.reps.iter().map(|rep| format!("TIME       {}: {}\n", rep.name, steps(rep))).collect()
}

/// What the curves give for last period, beside what was booked.
pub fn trust(baseline: &Baseline) -> String {
    let mut lines = Vec::new();
    if baseline.booked.0 > 0 {
        lines.push(format!(
            "The curves give {} at last period's visits; {} were booked.",
            baseline.given.rounded(),
            baseline.booked.rounded()
        ));
    }
    if let Some(elasticity) = baseline.elasticity {
        let (low, high) = PUBLISHED_ELASTICITY;
        lines.push(format!(
            "One per cent more visits bring {elasticity:.2} per cent more sales (published: {low:.2} to {high:.2})."
        ));
        if !baseline.is_plausible() {
            lines.push(
                "That is not plausible: visit_value must be what the FIRST visit adds, not sales per visit.".to_owned(),
            );
        }
    }
    if baseline.judged > 0 {
        lines.push(format!(
            "For {} customers this rests on a judgement: how much they would buy if nobody called.",
            count(baseline.judged)
        ));
    }
    if baseline.estimated > 0 {
        lines.push(format!("The wallets of {} customers are estimates.", count(baseline.estimated)));
    }
    if lines.is_empty() { String::new() } else { section("CAN YOU TRUST IT", &lines) }
}
