//! Hours, visits and sales by region, by rep where there are no regions or all are asked for.

use std::collections::{BTreeMap, HashMap};

use super::{Screen, count, hours, table, texts};
use crate::baseline::{Baseline, RepBaseline};
use crate::instance::Instance;
use crate::plan::{Figures, RepFigures, price_in_money};
use crate::units::Money;

/// Reps shown unless all are asked for.
const MOST_REPS: usize = 24;
/// The label of reps that regions are made of.
const REGION: &str = "region";

/// Whether the reps are of several regions.
pub(super) fn has_regions(instance: &Instance) -> bool {
    let mut regions = instance.reps.iter().filter(|rep| rep.is_active()).map(|rep| rep.tags.get(REGION));
    let first = regions.next();
    regions.any(|region| Some(region) != first)
}

/// A rep with what is known of it.
struct Line<'l> {
    name: &'l str,
    region: &'l str,
    figures: &'l RepFigures,
    before: Option<&'l RepBaseline>,
    /// What an hour more is worth.
    price: f64,
}

/// The section.
pub(super) fn section(screen: &Screen<'_>, figures: &Figures, baseline: Option<&Baseline>) -> String {
    if figures.reps.is_empty() {
        return String::new();
    }
    let total = format!(
        "{} of {} hours planned ({:.1} %), nobody works overtime.",
        hours(figures.visit_minutes.0),
        hours(figures.capacity_minutes.0),
        figures.utilisation.as_f64() * 100.0
    );
    let lines = lines(screen, figures, baseline);
    let mut regions: BTreeMap<&str, Vec<&Line<'_>>> = BTreeMap::new();
    lines.iter().for_each(|line| regions.entry(line.region).or_default().push(line));
    let mut text = super::section("WORKLOAD", &[total]);
    let has_regions = has_regions(screen.instance);
    if has_regions {
        text += &by_region(&regions, baseline.is_some());
    }
    if !has_regions || screen.verbose {
        text += &by_rep(&lines, baseline.is_some(), screen.verbose);
    } else {
        text += "  -v shows every rep.\n";
    }
    text
}

fn lines<'l>(screen: &Screen<'l>, figures: &'l Figures, baseline: Option<&'l Baseline>) -> Vec<Line<'l>> {
    let Screen { instance, problem, plan, .. } = *screen;
    let index: HashMap<&str, u32> = instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect();
    let prices = plan.certificate.prices(problem).unwrap_or_else(|_| vec![0; problem.rows.len()]);
    let line = |figures: &'l RepFigures| {
        let at = index.get(figures.rep.as_str()).copied();
        let row = at.and_then(|rep| problem.row_of_rep(rep));
        let rep = at.map(|at| &instance.reps[at as usize]);
        Line {
            name: rep.map_or(&figures.rep, |rep| &rep.name),
            region: rep.and_then(|rep| rep.tags.get(REGION)).unwrap_or_default(),
            figures,
            before: at.zip(baseline).map(|(at, baseline)| &baseline.reps[at as usize]),
            price: row
                .map_or(0.0, |row| price_in_money(problem.rows[row].kind, prices[row], plan.certificate.denominator)),
        }
    };
    figures.reps.iter().map(line).collect()
}

fn titles(first: [&str; 2], has_past: bool) -> Vec<String> {
    let mut titles = texts(first);
    titles.push("customers".to_owned());
    titles.extend(texts(if has_past { ["before >", "visits"] } else { ["", "visits"] }));
    titles.extend(texts(["hours", "used", "visits add"]));
    if has_past {
        titles.push("than before".to_owned());
    }
    titles.push("an hour more is worth".to_owned());
    titles
}

/// The cells from the customers on, for one rep or several.
fn cells(lines: &[&Line<'_>], has_past: bool, worth: String) -> Vec<String> {
    let sum = |of: fn(&RepFigures) -> i64| lines.iter().map(|line| of(line.figures)).sum::<i64>();
    let before = |of: fn(&RepBaseline) -> i64| lines.iter().filter_map(|line| line.before).map(of).sum::<i64>();
    let (minutes, capacity) = (sum(|f| f.minutes.0), sum(|f| f.capacity_minutes.0));
    let revenue = sum(|f| f.revenue.0);
    let mut cells = vec![
        count(sum(|f| i64::from(f.customers))),
        if has_past { format!("{} >", count(before(|b| b.visits))) } else { String::new() },
        count(sum(|f| f.visits)),
        hours(minutes),
        format!("{:.1} %", minutes as f64 / capacity.max(1) as f64 * 100.0),
        Money(revenue).rounded(),
    ];
    if has_past {
        cells.push(Money(revenue - before(|b| b.revenue.0)).signed());
    }
    cells.push(worth);
    cells
}

fn by_region(regions: &BTreeMap<&str, Vec<&Line<'_>>>, has_past: bool) -> String {
    let rows = regions.iter().map(|(region, lines)| {
        let by_price = |a: &&&Line<'_>, b: &&&Line<'_>| a.price.total_cmp(&b.price);
        let worth = match (lines.iter().min_by(by_price), lines.iter().max_by(by_price)) {
            (Some(least), Some(most)) if lines.len() > 1 => {
                format!("{:.0} ({}) to {:.0} ({})", least.price, least.name, most.price, most.name)
            }
            (Some(only), _) => format!("{:.0} ({})", only.price, only.name),
            _ => String::new(),
        };
        let name = if region.is_empty() { "none" } else { region };
        let mut row = vec![format!("  {name}"), lines.len().to_string()];
        row.extend(cells(lines, has_past, worth));
        row
    });
    table(titles(["  region", "reps"], has_past), rows.collect())
}

fn by_rep(lines: &[Line<'_>], has_past: bool, verbose: bool) -> String {
    let mut shown: Vec<&Line<'_>> = lines.iter().collect();
    let many = shown.len() > MOST_REPS && !verbose;
    if many {
        shown.sort_by(|a, b| b.price.total_cmp(&a.price));
        shown.drain(MOST_REPS / 2..lines.len() - MOST_REPS / 2);
    }
    let rows = shown.iter().map(|line| {
        let mut row = vec![format!("  {}", line.name), line.region.to_owned()];
        row.extend(cells(&[line], has_past, format!("{:.2}", line.price)));
        row
    });
    let text = table(titles(["  rep", ""], has_past), rows.collect());
    match many {
        true => {
            format!("{text}  The {MOST_REPS} reps whose hour is worth most and least; -v shows all {}.\n", lines.len())
        }
        false => text,
    }
}
