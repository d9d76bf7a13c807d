//! `visitplan post-pass`

use std::time::Duration;

use super::output::{keep_apart, probe, talk, write};
use super::passing::{Passing, is_wanted};
use super::planned::{self, Planned, Reading};
use super::solve::{parse_gap, parse_seconds};
use super::verify::checked;
use super::watch::Watch;
use super::{Exit, Failure, ModelArgument, Place, input, matrix, screen};
use crate::engine::{Control, Engine, Settings};
use crate::matrix::Cells;
use crate::plan::{Gap, PlanDocument};
use crate::units::plural;

/// Arguments of `post-pass`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// A plan of it, which is verified first; the changes that it has are kept
    plan: String,
    /// Where the plan after the pass goes; standard output if absent
    #[arg(short, long, value_name = "PLAN", default_value = "-")]
    output: String,
    #[command(flatten)]
    model: ModelArgument,
    /// Stop looking for the best mix when it is proven to be within this share of the best possible
    #[arg(long, default_value = "0.0001", value_parser = parse_gap, allow_hyphen_values = true)]
    gap: Gap,
    /// Stop looking for it after so many seconds; 0 is no limit
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = parse_seconds, allow_hyphen_values = true)]
    time_limit: Duration,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show every rep
    #[arg(short, long)]
    verbose: bool,
}

/// Runs the post-pass on a plan, verifies, writes and summarises.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let limit = (!arguments.time_limit.is_zero()).then_some(arguments.time_limit);
    let watch = Watch::start(limit, false);
    let (place, plan) = (Place::from(arguments.instance.as_str()), Place::from(arguments.plan.as_str()));
    let output = Place::from(arguments.output.as_str());
    probe(&output)?;
    // A plan may be replaced by the plan after the pass, as it keeps all that was there.
    keep_apart(&[&output], &place.path())?;
    let mut planned = match planned::read(&place, &plan, &arguments.model)? {
        Reading::Planned(planned) => *planned,
        Reading::Rejected(why) => return planned::reject(&why),
    };
    is_wanted(&planned.instance.model, true)?;
    let say = |text: &str| {
        if !arguments.quiet {
            talk(text);
        }
    };
    let should_stop = watch.stop_sign();
    let mut control = Control { should_stop: &should_stop, report: &mut |_| {} };
    let settings = Settings { gap: arguments.gap, ..Settings::default() };
    let earlier = planned.passing.take().map(|passing| passing.after);
    let had_changes = earlier.is_some();
    let Planned { instance, problem, plan, .. } = &planned;
    let engine = (Engine::Auto, settings);
    let Some(passing) = Passing::of(instance, problem, plan, earlier, engine, &mut control, &say) else {
        return Ok(Exit::NoPlan);
    };
    let decisions = planned.priced.clone();
    let document =
        PlanDocument::new(instance, problem, plan).with_decisions(decisions).after_post_pass(passing.document());
    let free = input::problem(&planned.stated, &place)?;
    write(&output, &document.to_text(), |text| checked(&planned.stated, &free, &output, text))?;
    planned.passing = Some(passing);
    if !arguments.quiet {
        tell(arguments, &planned, had_changes);
    }
    Ok(Exit::Done)
}

fn tell(arguments: &Arguments, planned: &Planned, had_changes: bool) {
    let Some(passing) = &planned.passing else { return };
    let (summary, instance) = (passing.summary(), &planned.instance);
    let before = if had_changes { ", those of an earlier run among them" } else { "" };
    talk(&format!(
        "Changed: {}{before}. {} to {} become calls and free {}; {} are spent on {}.",
        plural(passing.edits.len() as i64, "customer"),
        plural(summary.visits_moved, "visit"),
        plural(summary.phoned, "customer"),
        summary.freed,
        summary.spent,
        plural(summary.won + summary.raised, "customer")
    ));
    talk(&format!(
        "Calls instead of visits: {}. The time spent again: {}. Net: {}.\n",
        summary.by_phone.signed(),
        summary.by_spending.signed(),
        summary.net().signed()
    ));
    talk(screen::of_reps(instance, &passing.edits, arguments.verbose).trim_end());
    let table = matrix::of_plan(planned, &Cells::of(instance));
    talk(&format!("\nVisits by potential and visit value\n{}", screen::grid(&table).trim_end()));
    if let Some(line) = screen::left_by_rules(passing) {
        talk(&format!("\n{line}"));
    }
}
