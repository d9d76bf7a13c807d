//! What the post-pass moves to telesales, what the freed time is spent on, and the matrix in figures.

use super::{count, hours, table, texts};
use crate::cli::passing::Passing;
use crate::instance::Instance;
use crate::matrix::{Activity, CellFigures, Position};
use crate::model::{Band, OnlyIf};
use crate::plan::Compares;
use crate::post_pass::{Edit, Summary};
use crate::units::{Money, plural};

/// Reps shown unless all are asked for.
const MOST_REPS: usize = 8;

/// The section on the first screen.
pub(super) fn section(instance: &Instance, passing: &Passing, verbose: bool) -> String {
    let summary = passing.summary();
    let mut lines = Vec::new();
    if summary.phoned > 0 {
        lines.push(format!(
            "{} to {} go to telesales, {} are freed: {}.",
            plural(summary.visits_moved, "visit"),
            plural(summary.phoned, "customer"),
            summary.freed,
            summary.by_phone.signed()
        ));
    }
    if summary.won + summary.raised > 0 {
        let won = match summary.won {
            0 => String::new(),
            won => format!(", {} of them inactive or new", count(won)),
        };
        lines.push(format!(
            "{} are spent on {}{won}: {}.",
            summary.spent,
            plural(summary.won + summary.raised, "customer"),
            summary.by_spending.signed()
        ));
    }
    if lines.is_empty() {
        return super::section("BY PHONE", &["The post-pass changes nothing.".to_owned()]);
    }
    let net = summary.net();
    let rule = match (net.0 < 0, instance.model.post_pass.telesales.only_if) {
        (true, OnlyIf::Always) => " Your rule moves visits whether it pays or not (only_if \"always\").",
        _ => "",
    };
    lines.push(format!("Together {} against visits alone.{rule}", net.signed()));
    let mut text = super::section("BY PHONE", &lines);
    if verbose {
        text += &of_reps(instance, &passing.edits, true);
    }
    text
}

/// A line per rep; those with the largest changes in revenue, unless all are asked for.
pub fn of_reps(instance: &Instance, edits: &[Edit], verbose: bool) -> String {
    let mut reps = Summary::by_rep(instance, edits);
    let all = reps.len();
    if !verbose && all > MOST_REPS {
        reps.sort_by_key(|(rep, summary)| (-summary.net().0.abs(), *rep));
        reps.truncate(MOST_REPS);
        reps.sort_by_key(|(rep, _)| *rep);
    }
    let lines = reps.iter().map(|(rep, summary)| format!("  {}\n", summary.line(&instance.reps[*rep as usize].name)));
    let more = if reps.len() < all {
        format!("  The {MOST_REPS} reps of {all} with most at stake; -v shows all.\n")
    } else {
        String::new()
    };
    lines.chain([more]).collect()
}

/// The name of a plan in the matrix.
fn name(plan: Compares) -> &'static str {
    match plan {
        Compares::LastPeriod => "last period",
        Compares::Field => "visits alone",
        Compares::PostPass => "this plan",
        Compares::JointSameCalls | Compares::Joint => "visits and calls",
    }
}

/// The matrix in nine blocks, a row a plan.
pub fn of_cells(cells: &[CellFigures]) -> String {
    let mut text = String::new();
    for cell in cells {
        let position = cell.potential.zip(cell.visit_value);
        let position = position.map(|(potential, visit_value)| Position { potential, visit_value });
        let place =
            position.map_or_else(|| "in no cell: of these customers only tables are known".to_owned(), Position::words);
        let actions: Vec<&str> = cell.actions.iter().map(|action| action.words()).collect();
        let customers = cell.customers;
        text += &format!(
            "{place}: {} ({} active, {} inactive, {} new): {}\n",
            plural(customers.all(), "customer"),
            count(customers.active),
            count(customers.inactive),
            count(customers.new),
            actions.join(", ")
        );
        if customers.all() > 0 {
            let row = |activity: &Activity| {
                vec![
                    format!("  {}", name(activity.plan)),
                    count(activity.visits),
                    hours(activity.visit_minutes.0),
                    count(activity.calls),
                    hours(activity.call_minutes.0),
                    activity.revenue.rounded(),
                    activity.revenue_per_hour.map_or_else(|| "-".to_owned(), Money::rounded),
                ]
            };
            let titles = texts(["", "visits", "hours", "calls", "hours", "both add", "an hour"]);
            text += &table(titles, cell.plans.iter().map(row).collect());
        }
        text.push('\n');
    }
    text
}

/// The matrix as a square: in each cell the visits of the first plan and of the last, and the calls of the last.
pub fn grid(cells: &[CellFigures]) -> String {
    let titles = texts(["", "visit value low", "middle", "high", "in all"]);
    let shown = |cells: &[&CellFigures]| {
        let sum = |of: fn(&Activity) -> i64, last: bool| -> i64 {
            let pick = |cell: &&CellFigures| if last { cell.plans.last() } else { cell.plans.first() }.map_or(0, of);
            cells.iter().map(pick).sum()
        };
        let (before, now, calls) =
            (sum(|plan| plan.visits, false), sum(|plan| plan.visits, true), sum(|plan| plan.calls, true));
        let calls = if calls > 0 { format!(" + {} calls", count(calls)) } else { String::new() };
        format!("{} > {}{calls}", count(before), count(now))
    };
    let row = |band: Option<Band>| {
        let of = |visit_value: Option<Band>| -> Vec<&CellFigures> {
            let holds = |asked: Option<Band>, is: Option<Band>| asked.is_none_or(|band| is == Some(band));
            let inside = |cell: &&CellFigures| {
                cell.potential.is_some() && holds(band, cell.potential) && holds(visit_value, cell.visit_value)
            };
            cells.iter().filter(inside).collect()
        };
        let mut cells = vec![band.map_or_else(|| "  in all".to_owned(), |band| format!("  potential {}", band.word()))];
        cells.extend(Band::ALL.map(Some).into_iter().chain([None]).map(|visit_value| shown(&of(visit_value))));
        cells
    };
    let bands = Band::ALL.into_iter().rev().map(Some).chain([None]);
    table(titles, bands.map(row).collect())
}
