//! `visitplan solve`

use std::collections::HashMap;
use std::time::Duration;

use super::output::{probe, talk, write};
use super::watch::Watch;
use super::{Exit, Failure, ModelArgument, Place, input, summary};
use crate::certificate::Certificate;
use crate::engine::{Answer, Control, Settings, exact};
use crate::infeasible;
use crate::instance::{Instance, utf8};
use crate::plan::{Gap, InfeasibilityDocument, Plan, PlanDocument, ReadPlan, Status, StoppedBy};
use crate::problem::{Choice, Problem};
use crate::verify::verify;

/// Arguments of `solve`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// Where the plan goes; standard output if absent
    #[arg(short, long, value_name = "PLAN", default_value = "-")]
    output: String,
    #[command(flatten)]
    model: ModelArgument,
    /// Which engine plans
    #[arg(long, value_enum, default_value = "auto")]
    engine: Engine,
    /// Stop when the plan is proven to be within this share of the best possible; 0 searches to the proof
    #[arg(long, default_value = "0.0001", value_parser = parse_gap, allow_hyphen_values = true)]
    gap: Gap,
    /// Stop after so many seconds; 0 is no limit
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = parse_seconds, allow_hyphen_values = true)]
    time_limit: Duration,
    /// Cores to use; changes no byte of the plan
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    threads: Option<u32>,
    /// Seed of what is random in the search
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// A plan to start from; of another instance, too
    #[arg(long, value_name = "PLAN")]
    start: Option<String>,
    /// Where a proof goes if there is no plan
    #[arg(long, value_name = "FILE")]
    proof_file: Option<String>,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show progress even where standard error is no terminal, and more details
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// The one that suits the size
    Auto,
    /// The mixed-integer program, solved by HiGHS
    Exact,
}

fn parse_gap(text: &str) -> Result<Gap, String> {
    match text.parse::<f64>() {
        Ok(gap) if (0.0..=1e6).contains(&gap) => Ok(Gap((gap * 1e9).round() as i64)),
        _ => Err("give a number of at least 0, as 0.0001 for a hundredth of a per cent".to_owned()),
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("give a number of seconds, 0 for no limit".to_owned()),
    }
}

/// Solves, verifies, writes and summarises.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let limit = (!arguments.time_limit.is_zero()).then_some(arguments.time_limit);
    let mut watch = Watch::start(limit, arguments.verbose);
    let input = Place::from(arguments.instance.as_str());
    let output = Place::from(arguments.output.as_str());
    let proof = arguments.proof_file.as_deref().map(Place::from);
    probe(&output, &[&input])?;
    proof.iter().try_for_each(|proof| probe(proof, &[&input]))?;
    if let Some(threads) = arguments.threads {
        let threads = (threads as usize).min(1024);
        // Fails only where the pool is in use already, which cannot be this early.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }

    let instance = input::instance(&input, &arguments.model)?;
    let problem = Problem::new(&instance)?;
    let say = |text: &str| {
        if !arguments.quiet {
            talk(text);
        }
    };
    for sentence in instance.notices.sentences() {
        say(&format!("notice: {sentence}"));
    }
    let start = match &arguments.start {
        Some(name) => Some(start_from(&instance, &problem, &Place::from(name.as_str()), &say)?),
        None => None,
    };
    let settings = Settings { gap: arguments.gap, seed: arguments.seed };
    let should_stop = watch.stop_sign();
    let mut control = Control {
        should_stop: &should_stop,
        report: &mut |progress| {
            if !arguments.quiet {
                watch.show(progress);
            }
        },
    };
    let (Engine::Auto | Engine::Exact) = arguments.engine;
    let answer = exact::solve(&instance, &problem, settings, start, &mut control);
    match answer {
        Answer::Plan(plan) => finish(&instance, &problem, &plan, &output, arguments.verbose, &say),
        Answer::Infeasible(certificate) => {
            say_infeasible(&instance, &problem, &certificate);
            if let Some(place) = &proof {
                let text = InfeasibilityDocument::new(&instance, &certificate).to_text();
                write(place, &text, |text| checked(&instance, &problem, place, text))?;
                say(&format!("The proof is in {}. Check it: visitplan verify", place.shown("standard output")));
            }
            Ok(Exit::Infeasible)
        }
        Answer::Unknown(why) => {
            talk(match why {
                StoppedBy::Time => {
                    "No plan was found before the time limit, and nothing is proven. Fix: allow more time."
                }
                StoppedBy::Interrupt => "Stopped before a plan was found; nothing is proven.",
                StoppedBy::Work => {
                    "No plan was found, and it is not proven that there is none. \
                     Fix: lower minima, locks and rules one at a time to find those that clash."
                }
            });
            Ok(Exit::NoPlan)
        }
    }
}

/// Writes a plan that has been verified, as text and once more as read back, and summarises it.
fn finish(
    instance: &Instance,
    problem: &Problem,
    plan: &Plan,
    output: &Place,
    verbose: bool,
    say: &impl Fn(&str),
) -> Result<Exit, Failure> {
    let text = PlanDocument::new(instance, problem, plan).to_text();
    write(output, &text, |text| checked(instance, problem, output, text))?;
    say(&summary::of_plan(instance, problem, plan, &output.shown("-"), verbose));
    Ok(if plan.status == Status::Stopped { Exit::Stopped } else { Exit::Done })
}

/// The verifier's word on a text that is about to be published.
fn checked(instance: &Instance, problem: &Problem, place: &Place, text: &str) -> Result<(), String> {
    let file = place.shown("standard output");
    verify(instance, problem, &file, text)
        .map(|_| ())
        .map_err(|rejected| format!("the plan does not verify: {rejected}"))
}

fn say_infeasible(instance: &Instance, problem: &Problem, certificate: &Certificate) {
    talk("There is no plan: the commitments cannot be met, which is proven.");
    for reason in infeasible::reasons(instance, problem, certificate) {
        talk(&format!("  {reason}"));
    }
}

/// The options of another plan, as far as they are still options; the customer's first option otherwise.
fn start_from(
    instance: &Instance,
    problem: &Problem,
    place: &Place,
    say: &impl Fn(&str),
) -> Result<Vec<Choice>, Failure> {
    let bytes = input::bytes(place)?;
    let file = place.shown("standard input");
    let plan = ReadPlan::from_json(&file, utf8(&file, &bytes)?, instance)?;
    let mut choices: Vec<Choice> =
        (0..problem.customers()).map(|customer| problem.choices(customer).next().unwrap_or(Choice::NOTHING)).collect();
    let customers: HashMap<&str, usize> = instance.customers.iter().map(|customer| &*customer.id).zip(0..).collect();
    let reps: HashMap<&str, u32> = instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect();
    let pools: HashMap<&str, u32> = instance.pools.iter().map(|pool| &*pool.id).zip(0..).collect();
    // `None` for a name this instance does not know, `Some(None)` for nobody.
    let index = |known: &HashMap<&str, u32>, name: &Option<String>| match name {
        Some(name) => known.get(name.as_str()).copied().map(Some),
        None => Some(None),
    };
    let mut kept = 0;
    for assignment in &plan.assignments {
        let found = customers.get(assignment.customer.as_str()).and_then(|&at| {
            let rep = index(&reps, &assignment.rep)?;
            let pool = index(&pools, &assignment.pool)?;
            Some((at, problem.find(at, rep, assignment.visits, pool, assignment.calls)?))
        });
        if let Some((at, choice)) = found {
            choices[at] = choice;
            kept += 1;
        }
    }
    if plan.sha256 != instance.sha256 {
        let all = plan.assignments.len();
        say(&format!("{file} is a plan of another instance; {kept} of its {all} assignments are options here"));
    }
    Ok(choices)
}
