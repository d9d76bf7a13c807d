//! What `solve` tells a planner.

use std::collections::HashMap;

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use rayon::prelude::*;

use crate::baseline::{Baseline, PUBLISHED_ELASTICITY};
use crate::certificate::Bound;
use crate::instance::{Instance, Rep};
use crate::plan::{Figures, Plan, ProvenBy, RepFigures, Status, StoppedBy, price_in_money};
use crate::problem::Problem;
use crate::units::{Factor, Money, grouped, round_half_away};

/// Customers named in the last section.
const NAMED: usize = 3;
/// Reps shown unless all are asked for.
const MOST_REPS: usize = 24;

/// The plan on one screen. `check` is the command that checks the file it was written to, if any.
pub fn of_plan(instance: &Instance, problem: &Problem, plan: &Plan, check: Option<&str>, verbose: bool) -> String {
    let figures = Figures::of(instance, problem, &plan.choices);
    let baseline = Baseline::of(instance);
    let sections = [
        headline(instance, figures.reps.len()),
        baseline.as_ref().map_or_else(String::new, trust),
        the_plan(problem, plan, &figures, baseline.as_ref(), instance.model.carry_over),
        proof(plan, check),
        workload(instance, problem, plan, &figures, verbose),
        look_at(instance, problem, plan),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n").trim_end().to_owned()
}

/// Last period on one screen.
pub fn of_baseline(instance: &Instance, baseline: &Baseline) -> String {
    let active = instance.reps.iter().filter(|rep| rep.is_active()).count();
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["  owner", "customers", "visits", "hours", "of", "used", "revenue"]);
    for (rep, figures) in instance.reps.iter().zip(&baseline.reps) {
        let share = figures.minutes.0 as f64 / rep.minutes.0.max(1) as f64 * 100.0;
        table.add_row([
            format!("  {}", rep.name),
            figures.customers.to_string(),
            figures.visits.to_string(),
            hours(figures.minutes.0),
            hours(rep.minutes.0),
            if rep.minutes.0 > 0 { format!("{share:.1} %") } else { "-".to_owned() },
            figures.revenue.rounded(),
        ]);
    }
    right_align(&mut table);
    let sections = [
        headline(instance, active),
        trust(baseline),
        in_figures(&[before(baseline)]),
        format!("{}\n", table.trim_fmt()),
    ];
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
            grouped(baseline.judged.into())
        ));
    }
    if lines.is_empty() { String::new() } else { format!("TRUST IT?  {}\n", lines.join("\n           ")) }
}

/// A row of figures: what, visits, customers visited, hours, sales, and sales over last period's.
type Row = [String; 6];

fn before(baseline: &Baseline) -> Row {
    [
        "  last period".to_owned(),
        grouped(baseline.visits.unsigned_abs()),
        grouped(baseline.visited.into()),
        hours(baseline.visit_minutes.0),
        baseline.sales.rounded(),
        String::new(),
    ]
}

fn now(figures: &Figures, baseline: &Baseline) -> Row {
    let gain = figures.sales.0 - baseline.sales.0;
    let sign = if gain >= 0 { "+" } else { "" };
    [
        "  this plan".to_owned(),
        grouped(figures.visits.unsigned_abs()),
        grouped(figures.visited.into()),
        hours(figures.visit_minutes.0),
        figures.sales.rounded(),
        format!(
            "{sign}{} ({sign}{:.1} %)",
            Money(gain).rounded(),
            gain as f64 / baseline.sales.0.max(1) as f64 * 100.0
        ),
    ]
}

fn in_figures(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["", "visits", "customers", "hours", "sales", ""]);
    rows.iter().for_each(|row| {
        table.add_row(row);
    });
    right_align(&mut table);
    format!("{}\n", table.trim_fmt())
}

fn right_align(table: &mut Table) {
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

fn headline(instance: &Instance, reps: usize) -> String {
    let name = if instance.name.is_empty() { "Plan" } else { &instance.name };
    let currency =
        if instance.currency.is_empty() { String::new() } else { format!(" (amounts in {})", instance.currency) };
    format!(
        "{}: {} customers, {} reps, {} weeks{currency}\n",
        name,
        grouped(instance.customers.len() as u64),
        reps,
        instance.weeks
    )
}

fn the_plan(
    problem: &Problem,
    plan: &Plan,
    figures: &Figures,
    baseline: Option<&Baseline>,
    carry_over: Factor,
) -> String {
    let added = Money(problem.total_revenue(&plan.choices));
    let mut text = format!(
        "THE PLAN   {} visits to {} customers add {}\n",
        grouped(figures.visits.unsigned_abs()),
        grouped(figures.visited.into()),
        added.rounded()
    );
    if figures.calls > 0 {
        let contacted = figures.covered - figures.visited;
        text += &format!(
            "           {} calls, {} customers by phone only\n",
            grouped(figures.calls.unsigned_abs()),
            contacted
        );
    }
    if plan.value != added.0 {
        text += &format!("           contribution after cost of visits and calls: {}\n", Money(plan.value).rounded());
    }
    if figures.base_revenue.0 != 0 {
        text += &format!(
            "           expected sales {} (of which {} come without any visit)\n",
            figures.sales.rounded(),
            figures.base_revenue.rounded()
        );
    }
    let uncovered = figures.customers - figures.covered;
    if uncovered > 0 {
        text += &format!("           {} customers get neither visit nor call\n", grouped(uncovered.into()));
    }
    if let Some(baseline) = baseline {
        let gain = i128::from(figures.sales.0 - baseline.sales.0);
        let unit = i128::from(Factor::ONE.0);
        let now_already = round_half_away(gain * (unit - i128::from(carry_over.0)), unit);
        text += &in_figures(&[before(baseline), now(figures, baseline)]);
        if carry_over.0 > 0 {
            let now_already = Money(i64::try_from(now_already).unwrap_or(i64::MAX)).rounded();
            text +=
                &format!("           Of the difference {now_already} is expected in this period, the rest later.\n");
        }
    }
    text
}

fn proof(plan: &Plan, check: Option<&str>) -> String {
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
            format!("Anyone can check that no plan is worth more than {certified}."),
        ],
        (Status::Optimal, _) => {
            vec!["This is the best plan there is for these numbers, and anyone can check it.".to_owned()]
        }
        (_, ProvenBy::Solver) => vec![
            format!("No plan is worth more than {bound}, by the word of the solver HiGHS."),
            format!("Anyone can check that no plan is worth more than {certified}."),
        ],
        _ => vec![format!("No plan is worth more than {bound}, and anyone can check it.")],
    };
    let stopped = match plan.stopped_by {
        Some(StoppedBy::Time) => Some("Stopped by the time limit; a longer search may find more."),
        Some(StoppedBy::Interrupt) => Some("Stopped by hand; a longer search may find more."),
        Some(StoppedBy::Work) => Some("The search ended before the gap asked for was proven."),
        None => None,
    };
    lines.extend(stopped.map(str::to_owned));
    lines.push("The proof covers the arithmetic, not the forecast of what visits add.".to_owned());
    lines.extend(check.map(|command| format!("Check it: {command}")));
    format!("PROOF      {}\n", lines.join("\n           "))
}

fn workload(instance: &Instance, problem: &Problem, plan: &Plan, figures: &Figures, verbose: bool) -> String {
    if figures.reps.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(["  rep", "customers", "visits", "hours", "of", "used", "revenue", "an hour more is worth"]);
    let index: HashMap<&str, u32> = instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect();
    let prices = plan.certificate.prices(problem).unwrap_or_else(|_| vec![0; problem.rows.len()]);
    let price = |rep: &RepFigures| {
        let row = index.get(rep.rep.as_str()).and_then(|&rep| problem.row_of_rep(rep));
        row.map_or(0.0, |row| price_in_money(problem.rows[row].kind, prices[row], plan.certificate.denominator))
    };
    let mut reps: Vec<(f64, &RepFigures)> = figures.reps.iter().map(|rep| (price(rep), rep)).collect();
    let many = reps.len() > MOST_REPS && !verbose;
    if many {
        reps.sort_by(|a, b| b.0.total_cmp(&a.0));
        reps.drain(MOST_REPS / 2..figures.reps.len() - MOST_REPS / 2);
    }
    for (price, rep) in &reps {
        let name = index.get(rep.rep.as_str()).map_or(&*rep.rep, |&at| &instance.reps[at as usize].name);
        table.add_row([
            format!("  {}", name),
            rep.customers.to_string(),
            rep.visits.to_string(),
            hours(rep.minutes.0),
            hours(rep.capacity_minutes.0),
            format!("{:.1} %", rep.utilisation.as_f64() * 100.0),
            rep.revenue.rounded(),
            format!("{price:.2}"),
        ]);
    }
    right_align(&mut table);
    let total = format!(
        "WORKLOAD   {} of {} hours planned ({:.1} %), nobody works overtime.\n",
        hours(figures.visit_minutes.0),
        hours(figures.capacity_minutes.0),
        figures.utilisation.as_f64() * 100.0
    );
    let left_out = if many {
        format!("  The {} reps whose hour is worth most and least; -v shows all {}.\n", MOST_REPS, figures.reps.len())
    } else {
        String::new()
    };
    format!("{total}{}\n{left_out}", table.trim_fmt())
}

/// The customers left out whose first visit would add most.
fn look_at(instance: &Instance, problem: &Problem, plan: &Plan) -> String {
    let first_visit = |customer: usize| {
        let lanes = problem.lanes_of(customer).filter(|&lane| problem.lane(lane).allows(1));
        lanes.map(|lane| problem.revenue(problem.choice(lane, 1))).max().unwrap_or(0)
    };
    let mut left: Vec<(i64, &str)> = plan
        .choices
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
        return String::new();
    }
    let named: Vec<String> = left.iter().map(|(worth, name)| format!("{name} ({})", Money(*worth).rounded())).collect();
    format!("LOOK AT    Left out, and a first visit would add most: {}\n", named.join(", "))
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

fn hours(minutes: i64) -> String {
    format!("{:.1}", minutes as f64 / 60.0)
}
