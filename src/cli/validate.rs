//! `visitplan validate`

use super::output::{print, talk};
use super::{Exit, Failure, ModelArgument, Place, input, screen};
use crate::baseline::Baseline;
use crate::matrix::{Cells, notices};
use crate::model::Channels;

/// Arguments of `validate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Instances; - is standard input
    #[arg(required = true, value_name = "INSTANCE")]
    instances: Vec<String>,
    /// Show how each rep's time follows from the calendar
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    model: ModelArgument,
}

/// Checks every file, and says what is wrong with each.
pub fn run(arguments: &Arguments, json_errors: bool) -> Result<Exit, Failure> {
    let mut ended = Exit::Done;
    for name in &arguments.instances {
        if let Err(failure) = check(&Place::from(name.as_str()), arguments) {
            talk(&if json_errors { failure.to_json() } else { failure.to_string() });
            if let (Failure::Refused(refusal), false) = (&failure, json_errors) {
                let count = refusal.issues.len();
                talk(&format!("{name}: {count} problem{}", if count == 1 { "" } else { "s" }));
            }
            ended = failure.exit();
        }
    }
    Ok(ended)
}

fn check(place: &Place, arguments: &Arguments) -> Result<(), Failure> {
    let (instance, _) = input::instance(place, &arguments.model)?;
    let problem = input::problem(&instance, place)?;
    for sentence in instance.notices.sentences() {
        talk(&format!("notice: {sentence}"));
    }
    if instance.model.channels == Channels::FieldThenPostPass {
        notices(&instance, &Cells::of(&instance)).iter().for_each(|notice| talk(&format!("notice: {notice}")));
    }
    if let Some(baseline) = Baseline::of(&instance) {
        talk(screen::trust(&baseline).trim_end());
    }
    if arguments.verbose {
        talk(screen::working_time(&instance).trim_end());
    }
    let active = instance.reps.iter().filter(|rep| rep.is_active()).count();
    print(&format!(
        "{}: valid; {} customers, {active} reps, {} options, {} limits, model {}\n",
        place.shown("standard input"),
        instance.customers.len(),
        problem.choice_count(),
        problem.rows.len(),
        instance.model.name
    ))
}
