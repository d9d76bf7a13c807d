//! `visitplan verify`

use super::output::{print, printable};
use super::planned::reject;
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::instance::Instance;
use crate::json::utf8;
use crate::problem::Problem;
use crate::verify::{Rejected, scenario_name, verify};

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

/// The verifier's word on a text that is about to be published.
pub fn checked(instance: &Instance, problem: &Problem, place: &Place, text: &str) -> Result<(), String> {
    let verified = verify(instance, problem, &place.shown("standard output"), text);
    verified.map(|_| ()).map_err(|rejected| format!("the plan does not verify: {rejected}"))
}

/// Prints VERIFIED or REJECTED with the reason.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let (place, plan) = (Place::from(arguments.instance.as_str()), Place::from(arguments.plan.as_str()));
    if place == Place::Standard && plan == Place::Standard {
        return Err(Failure::Usage("instance and plan cannot both come from standard input"));
    }
    let (instance, _) = input::instance(&place, &arguments.model)?;
    let bytes = input::bytes(&plan)?;
    let file = plan.shown("standard input");
    let text = utf8(&file, &bytes)?;
    let instance = input::of_plan(instance, &place, &arguments.model, &file, text)?;
    let problem = input::problem(&instance, &place)?;
    match verify(&instance, &problem, &file, text) {
        Ok(verified) => {
            let scenario = instance.scenario.as_deref();
            let under = scenario.map_or_else(String::new, |scenario| {
                printable(&format!(". All this in the scenario {}", scenario_name(Some(scenario))))
            });
            print(&format!("{verified}{under}\n"))?;
            Ok(Exit::Done)
        }
        Err(Rejected::Unreadable(refusal)) => Err(refusal.into()),
        Err(rejected) => reject(&rejected),
    }
}
