//! `visitplan verify`

use super::output::{print, printable};
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::json::utf8;
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
    let (place, plan) = (Place::from(arguments.instance.as_str()), Place::from(arguments.plan.as_str()));
    if place == Place::Standard && plan == Place::Standard {
        return Err(Failure::Usage("instance and plan cannot both come from standard input"));
    }
    let (instance, _) = input::instance(&place, &arguments.model)?;
    let problem = input::problem(&instance, &place)?;
    let bytes = input::bytes(&plan)?;
    let file = plan.shown("standard input");
    match verify(&instance, &problem, &file, utf8(&file, &bytes)?) {
        Ok(verified) => {
            print(&format!("{verified}\n"))?;
            Ok(Exit::Done)
        }
        Err(Rejected::Unreadable(refusal)) => Err(refusal.into()),
        Err(rejected) => {
            print(&format!("{}\n", printable(&format!("REJECTED: {rejected}"))))?;
            Ok(Exit::Rejected)
        }
    }
}
