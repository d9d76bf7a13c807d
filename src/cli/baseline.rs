//! `visitplan baseline`

use super::output::{print, printable, talk};
use super::{Exit, Failure, ModelArgument, Place, input, screen};
use crate::baseline::Baseline;

/// Arguments of `baseline`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    #[command(flatten)]
    model: ModelArgument,
}

/// Prints last period as it was.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let place = Place::from(arguments.instance.as_str());
    let (instance, _) = input::instance(&place, &arguments.model)?;
    match Baseline::of(&instance) {
        Some(baseline) => print(&printable(&screen::of_baseline(&instance, &baseline)))?,
        None => talk("There is no history: no customer who may be visited has \"last_visits\"."),
    }
    Ok(Exit::Done)
}
