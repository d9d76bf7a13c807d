//! `visitplan verify`

use super::output::print;
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::instance::utf8;
use crate::problem::Problem;
use crate::verify::{Rejected, verify};

/// Arguments of `verify`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// The plan, or the proof that there is none
    plan: String,
    #[command(flatten)]
    model: ModelArgument,
}

/// Prints VERIFIED or REJECTED with the reason.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let instance = input::instance(&Place::from(arguments.instance.as_str()), &arguments.model)?;
    let problem = Problem::new(&instance)?;
    let plan = Place::from(arguments.plan.as_str());
    let bytes = input::bytes(&plan)?;
    let file = plan.shown("standard input");
    match verify(&instance, &problem, &file, utf8(&file, &bytes)?) {
        Ok(verified) => {
            print(&format!("{verified}\n"))?;
            Ok(Exit::Done)
        }
        Err(Rejected::Unreadable(refusal)) => Err(refusal.into()),
        Err(rejected) => {
            print(&format!("REJECTED: {rejected}\n"))?;
            Ok(Exit::Rejected)
        }
    }
}
