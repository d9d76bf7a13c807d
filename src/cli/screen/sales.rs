//! The plan beside last period: visits, calls, customers, sales in total.

use super::{Screen, count, hours, table, texts};
use crate::baseline::Baseline;
use crate::plan::{Compared, Compares, Figures};
use crate::units::{Factor, Minutes, Money, round_half_away};

const TITLES: [&str; 6] = ["", "visits", "calls", "visited", "hours", "sales"];

/// The section.
pub(super) fn section(screen: &Screen<'_>, figures: &Figures, baseline: Option<&Baseline>) -> String {
    let Screen { instance, problem, choices, passing, .. } = *screen;
    let added = Money(problem.total_revenue(choices));
    let mut lines = vec![match baseline {
        Some(_) => "sales in total, as the curves expect them".to_owned(),
        None => {
            format!("{} visits to {} customers add {}", count(figures.visits), count(figures.visited), added.rounded())
        }
    }];
    if baseline.is_none() && figures.calls > 0 {
        let phoned = count(figures.covered - figures.visited);
        lines.push(format!("{} calls, {phoned} customers by phone only", count(figures.calls)));
    }
    if baseline.is_none() && figures.base_revenue.0 != 0 {
        let base = figures.base_revenue.rounded();
        lines.push(format!("expected sales {} (of which {base} come without any visit)", figures.sales.rounded()));
    }
    let mut text = super::section("THE PLAN", &lines);
    let mut remarks = Vec::new();
    if let Some(baseline) = baseline {
        let mut titles = texts(TITLES);
        titles.push("than last period".to_owned());
        let mut rows = vec![before(baseline)];
        if let Some(passing) = passing.filter(|passing| !passing.edits.is_empty()) {
            rows.extend(beside(&passing.comparison, Compares::Field, baseline, figures));
        }
        rows.push(now(figures, baseline));
        if let Some(passing) = passing {
            let best = [Compares::JointSameCalls, Compares::Joint];
            rows.extend(best.iter().filter_map(|&plan| beside(&passing.comparison, plan, baseline, figures)));
        }
        text += &table(titles, rows);
        let gain = i128::from(figures.sales.0 - baseline.sales.0);
        let unit = i128::from(Factor::ONE.0);
        let carry_over = instance.model.carry_over;
        if carry_over.0 > 0 && gain != 0 {
            let already = round_half_away(gain * (unit - i128::from(carry_over.0)), unit);
            let already = Money(i64::try_from(already).unwrap_or(i64::MAX)).rounded();
            remarks.push(format!("Of the difference {already} is expected in this period, the rest later."));
        }
    }
    if let (None, Some(passing)) = (baseline, passing.filter(|passing| !passing.edits.is_empty())) {
        let sales = |row: &Compared| Money(figures.base_revenue.0 + row.revenue.0);
        let cells = |row: &Compared| cells_of(name(row.plan), row, sales(row));
        text += &table(texts(TITLES), passing.comparison.iter().map(cells).collect());
    }
    let value = problem.total_value(choices);
    if value != added.0 {
        let contribution = Money(value).rounded();
        remarks.push(format!("After the cost of visits and calls {contribution} are left of what the plan adds."));
    }
    let alone = figures.customers - figures.covered;
    if alone > 0 {
        remarks.push(format!("{} customers get neither visit nor call.", count(alone)));
    }
    if !remarks.is_empty() {
        text += &super::section("", &remarks);
    }
    text
}

/// Last period's row as a table of its own.
pub(super) fn before_alone(baseline: &Baseline) -> String {
    table(texts(TITLES), vec![before(baseline)])
}

fn before(baseline: &Baseline) -> Vec<String> {
    row(
        "last period",
        [baseline.visits, baseline.calls, baseline.visited.into()],
        baseline.visit_minutes,
        baseline.sales,
    )
}

fn now(figures: &Figures, baseline: &Baseline) -> Vec<String> {
    let mut cells =
        row("this plan", [figures.visits, figures.calls, figures.visited.into()], figures.visit_minutes, figures.sales);
    cells.push(than_before(figures.sales, baseline));
    cells
}

/// Another plan beside this one; its sales are what comes without visits and what it adds.
fn beside(comparison: &[Compared], plan: Compares, baseline: &Baseline, figures: &Figures) -> Option<Vec<String>> {
    let other = comparison.iter().find(|row| row.plan == plan)?;
    let sales = Money(figures.base_revenue.0 + other.revenue.0);
    let mut cells = cells_of(name(plan), other, sales);
    cells.push(than_before(sales, baseline));
    Some(cells)
}

/// What a row of the comparison is called.
fn name(plan: Compares) -> &'static str {
    match plan {
        Compares::LastPeriod => "last period",
        Compares::Field => "visits alone",
        Compares::PostPass => "this plan",
        Compares::JointSameCalls => "best mix, same calls",
        Compares::Joint => "best mix of all",
    }
}

fn cells_of(what: &str, row_of: &Compared, sales: Money) -> Vec<String> {
    row(what, [row_of.visits, row_of.calls, row_of.visited.into()], row_of.visit_minutes, sales)
}

fn than_before(sales: Money, baseline: &Baseline) -> String {
    let gain = sales.0 - baseline.sales.0;
    let share = gain as f64 / baseline.sales.0.max(1) as f64 * 100.0;
    let sign = if gain >= 0 { "+" } else { "" };
    format!("{} ({sign}{share:.1} %)", Money(gain).signed())
}

/// The cells under [`TITLES`].
fn row(what: &str, counts: [i64; 3], minutes: Minutes, sales: Money) -> Vec<String> {
    let mut cells = vec![format!("  {what}")];
    cells.extend(counts.map(count));
    cells.extend([hours(minutes.0), sales.rounded()]);
    cells
}
