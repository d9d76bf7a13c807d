//! The first screen: what `solve` tells a planner, in the words of a planner.
//!
//! Solver words stay in the plan's file and behind `-v`. A section a file.

mod attention;
mod changes;
mod channels;
mod decisions;
mod history;
mod proof;
mod sales;
mod surety;
mod workload;

use comfy_table::{CellAlignment, Table, presets::NOTHING};

pub use changes::treated;
pub use channels::{grid, of_cells, of_reps};
pub use history::{of_baseline, trust, working_time};
pub use proof::left_by_rules;
pub use surety::surety;

use crate::baseline::Baseline;
use crate::changes::Changes;
use crate::decision::PricedDecision;
use crate::instance::Instance;
use crate::plan::{Figures, Plan};
use crate::problem::{Choice, Problem};
use crate::units::grouped;
use crate::what_if::Regret;

use super::keeping::Keeping;
use super::passing::Passing;

/// What a plan's screen is made of.
pub struct Screen<'s> {
    /// The data.
    pub instance: &'s Instance,
    /// The options.
    pub problem: &'s Problem,
    /// The plan, before the post-pass.
    pub plan: &'s Plan,
    /// The plan in the end, as options of `problem`.
    pub choices: &'s [Choice],
    /// What the post-pass made of it.
    pub passing: Option<&'s Passing>,
    /// The instance and the plan as the user named them, where the plan went to a file.
    pub files: Option<(&'s str, String)>,
    /// Further arguments that a check of the plan needs.
    pub model: Option<&'s str>,
    /// What it would cost to keep more customers as they were.
    pub keeping: Option<Keeping>,
    /// What the plan loses if visit values are wrong.
    pub regret: Option<Regret>,
    /// The decisions that the plan keeps to.
    pub decisions: &'s [PricedDecision],
    /// Every rep, and more details.
    pub verbose: bool,
}

impl Screen<'_> {
    /// The text, section by section.
    pub fn text(&self) -> String {
        let Screen { instance, problem, choices, .. } = *self;
        let figures = Figures::of(instance, problem, choices);
        let baseline = Baseline::of(instance);
        let changes = baseline.as_ref().map(|_| Changes::of(instance, problem, choices));
        let sections = [
            headline(instance, figures.reps.len()),
            baseline.as_ref().map_or_else(String::new, trust),
            sales::section(self, &figures, baseline.as_ref()),
            proof::section(self),
            self.regret.as_ref().map_or_else(String::new, |regret| section("HOW SURE", &surety(regret))),
            changes.as_ref().map_or_else(String::new, |changes| changes::section(self, changes, &figures)),
            self.passing.map_or_else(String::new, |passing| channels::section(instance, passing, self.verbose)),
            decisions::section(self),
            workload::section(self, &figures, baseline.as_ref()),
            attention::section(self, changes.as_ref()),
            self.next_steps(),
        ];
        let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
        sections.join("\n").trim_end().to_owned()
    }

    /// The name of a customer for people.
    fn name(&self, customer: usize) -> &str {
        self.instance.customers[customer].display_name()
    }

    fn next_steps(&self) -> String {
        let Some((instance, plan)) = &self.files else { return String::new() };
        let model = self.model.map_or_else(String::new, |model| format!(" --model {model}"));
        let of = self.choices.iter().position(|choice| choice.visits > 0);
        let Some(customer) = of.map(|at| &self.instance.customers[at].id) else { return String::new() };
        let mut lines =
            vec![format!("Why this many visits?     visitplan explain {instance} {plan} --customer {customer}{model}")];
        let by = if workload::has_regions(self.instance) { "tag:region" } else { "rep" };
        lines.push(format!("What do the others say?   visitplan export {instance} {plan} --by {by} FOLDER{model}"));
        if self.passing.is_some_and(|passing| !passing.edits.is_empty()) {
            lines.push(format!("What does each cell get?  visitplan matrix {instance} {plan}{model}"));
        }
        section("NEXT", &lines)
    }
}

/// A section: its title before the first line, the rest below.
pub fn section(title: &str, lines: &[String]) -> String {
    let indent = " ".repeat(WIDTH);
    format!("{title:<WIDTH$}{}\n", lines.join(&format!("\n{indent}")))
}

/// Columns before the text of a section.
const WIDTH: usize = 18;

fn headline(instance: &Instance, reps: usize) -> String {
    let name = if instance.name.is_empty() { "Plan" } else { &instance.name };
    let currency =
        if instance.currency.is_empty() { String::new() } else { format!(" (amounts in {})", instance.currency) };
    let customers = grouped(instance.customers.len() as u64);
    format!("{name}: {customers} customers, {reps} reps, {} weeks{currency}\n", instance.weeks)
}

/// A table without lines: the first column to the left, the others to the right.
pub fn table(titles: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(titles);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    format!("{}\n", table.trim_fmt())
}

pub fn texts<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

pub fn hours(minutes: i64) -> String {
    let tenths = (minutes * 10 + 30 * minutes.signum()) / 60;
    format!(
        "{}{}.{}",
        if tenths < 0 { "-" } else { "" },
        grouped(tenths.unsigned_abs() / 10),
        tenths.unsigned_abs() % 10
    )
}

pub fn count(number: impl Into<i64>) -> String {
    let number = number.into();
    format!("{}{}", if number < 0 { "-" } else { "" }, grouped(number.unsigned_abs()))
}
