//! `visitplan validate`

use super::output::{print, talk};
use super::{Exit, Failure, ModelArgument, Place, input};

/// Arguments of `validate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Instances; - is standard input
    #[arg(required = true, value_name = "INSTANCE")]
    instances: Vec<String>,
    #[command(flatten)]
    model: ModelArgument,
}

/// Checks every file, and says what is wrong with each.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut ended = Exit::Done;
    for name in &arguments.instances {
        if let Err(failure) = check(&Place::from(name.as_str()), &arguments.model) {
            talk(&failure.to_string());
            if let Failure::Refused(refusal) = &failure {
                let count = refusal.issues.len();
                talk(&format!("{name}: {count} problem{}", if count == 1 { "" } else { "s" }));
            }
            ended = failure.exit();
        }
    }
    Ok(ended)
}

fn check(place: &Place, model: &ModelArgument) -> Result<(), Failure> {
    let (instance, _) = input::instance(place, model)?;
    let problem = input::problem(&instance, place)?;
    for sentence in instance.notices.sentences() {
        talk(&format!("notice: {sentence}"));
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
