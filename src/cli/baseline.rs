//! `visitplan baseline`

use super::output::{keep_apart, print, printable, probe, talk, write};
use super::verify::checked;
use super::{Exit, Failure, ModelArgument, Place, input, screen};
use crate::baseline::{Baseline, Repeated, repeat};
use crate::certificate::Certificate;
use crate::engine::{Answer, Control, Engine, Proof, Settings};
use crate::instance::Instance;
use crate::plan::{Gap, Plan, PlanDocument};
use crate::problem::{Choice, Problem};

/// How well the bound beside last period's visits is proven.
const GAP: Gap = Gap(100_000);

/// Arguments of `baseline`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// Write last period's visits as a plan, for visitplan post-pass, explain and matrix
    #[arg(short, long, value_name = "PLAN")]
    output: Option<String>,
    #[command(flatten)]
    model: ModelArgument,
    /// Say nothing but errors and notices
    #[arg(short, long)]
    quiet: bool,
}

/// Prints last period as it was.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let place = Place::from(arguments.instance.as_str());
    let output = arguments.output.as_deref().map(Place::from);
    output.iter().try_for_each(probe)?;
    let (instance, read) = input::instance(&place, &arguments.model)?;
    keep_apart(&output.iter().collect::<Vec<_>>(), &read)?;
    let Some(baseline) = Baseline::of(&instance) else {
        talk("There is no history: no customer who may be visited has \"last_visits\".");
        return Ok(if output.is_some() { Exit::NoPlan } else { Exit::Done });
    };
    if output.as_ref() != Some(&Place::Standard) && !arguments.quiet {
        print(&printable(&screen::of_baseline(&instance, &baseline)))?;
    }
    let Some(output) = output else { return Ok(Exit::Done) };
    let problem = input::problem(&instance, &place)?;
    let repeated = match repeat(&instance, &problem) {
        Ok(repeated) => repeated,
        Err(what) => {
            talk(&format!(
                "Last period's visits are no plan of this period: {what} does not hold. \
                 Fix: loosen that limit, or solve for a plan that keeps to it."
            ));
            return Ok(Exit::NoPlan);
        }
    };
    tell(&instance, &repeated);
    let plan = with_bound(&instance, &problem, repeated.choices)?;
    let document = PlanDocument::new(&instance, &problem, &plan);
    write(&output, &document.to_text(), |text| checked(&instance, &problem, &output, text))?;
    Ok(Exit::Done)
}

/// Customers named in a notice.
const NAMED: usize = 3;

fn tell(instance: &Instance, repeated: &Repeated) {
    if !repeated.adjusted.is_empty() {
        let named = repeated.adjusted.iter().take(NAMED).map(|&at| &*instance.customers[at].id);
        let more = if repeated.adjusted.len() > NAMED { ", ..." } else { "" };
        talk(&format!(
            "notice: last period's visits to {} customers are not possible in this one; each gets the nearest number ({}{more})",
            repeated.adjusted.len(),
            named.collect::<Vec<_>>().join(", ")
        ));
    }
    if repeated.without_time > 0 {
        talk(&format!(
            "notice: {} visits find no room in the reps' hours; those that add least for their time are left out",
            repeated.without_time
        ));
    }
}

/// Options as a plan, with the bound that prices prove.
fn with_bound(instance: &Instance, problem: &Problem, choices: Vec<Choice>) -> Result<Plan, Failure> {
    let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
    let settings = Settings { gap: GAP, proof: Proof::Bound, ..Settings::default() };
    let certificate = match Engine::Auto.solve(instance, problem, settings, None, &mut control) {
        Answer::Plan(best) => best.certificate,
        Answer::Infeasible(_) | Answer::Unknown(_) => Certificate::of_prices(problem, 1, &vec![0; problem.rows.len()]),
    };
    Plan::beside(problem, choices, certificate).map_err(|error| Failure::Internal(error.to_string()))
}
