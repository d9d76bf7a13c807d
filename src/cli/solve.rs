//! `visitplan solve`

use std::time::{Duration, Instant};

use super::by_hand::Ground;
use super::keeping::Keeping;
use super::output::{keep_apart, probe, stage, talk, tell_stages, write};
use super::passing::Passing;
use super::screen::{self, Screen};
use super::verify::checked;
use super::watch::Watch;
use super::{Exit, Failure, ModelArgument, Place, by_hand, input, passing};
use crate::certificate::Certificate;
use crate::engine::{Answer, Control, Engine, Proof, Settings, Start};
use crate::instance::Instance;
use crate::json::utf8;
use crate::plan::{Gap, InfeasibilityDocument, Names, Plan, PlanDocument, ReadPlan, Status, StoppedBy};
use crate::problem::Problem;
use crate::reasons;
use crate::units::Factor;
use crate::what_if::Regret;

/// The longest that a figure on the side may take.
const ASIDE: Duration = Duration::from_secs(2);

/// Draws of the visit values: so many, of so many options in all, and none if that leaves too few.
const MOST_DRAWS: usize = 20;
const LEAST_DRAWS: usize = 10;
const OPTIONS_DRAWN: usize = 2_000_000;

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
    /// Decisions made by hand, in CSV files or workbooks: customer_id, rep_id, visits, calls, reason, by, date
    #[arg(long, value_name = "FILE", num_args = 1..)]
    decisions: Vec<String>,
    /// Solve again without each decision, so that its price is exact
    #[arg(long, requires = "decisions")]
    price_decisions: bool,
    /// Prove by prices and knapsacks alone, or search to the end; as far as --gap asks if absent
    #[arg(long, value_enum)]
    proof: Option<Proof>,
    /// Move visits of small customers to telesales afterwards and spend the time again, whatever the model's channels say
    #[arg(long)]
    post_pass: bool,
    /// Where a proof goes if there is no plan
    #[arg(long, value_name = "FILE")]
    proof_file: Option<String>,
    /// Say what it would cost to keep this share of the customers as they were last period; 0 leaves that out
    #[arg(long, value_name = "SHARE", default_value = "0.7", value_parser = parse_share, allow_hyphen_values = true)]
    unchanged: Factor,
    /// Say what the plan loses if every visit value is off by up to this share; 0 leaves that out
    #[arg(long, value_name = "SHARE", default_value = "0.2", value_parser = parse_share, allow_hyphen_values = true)]
    vvp_error: Factor,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show progress even where standard error is no terminal, and more details
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn parse_gap(text: &str) -> Result<Gap, String> {
    match text.parse::<f64>() {
        Ok(gap) if (0.0..=1e6).contains(&gap) => Ok(Gap((gap * 1e9).floor() as i64)),
        _ => Err("give a number of at least 0, as 0.0001 for a hundredth of a per cent".to_owned()),
    }
}

pub(super) fn parse_share(text: &str) -> Result<Factor, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(Factor((share * 1e6).round() as i64)),
        _ => Err("give a share from 0 to 1, as 0.7".to_owned()),
    }
}

pub(super) fn parse_seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        // The least limit is a nanosecond: zero would be none.
        Ok(seconds) if seconds > 0.0 && seconds <= 1e9 => {
            Ok(Duration::from_secs_f64(seconds).max(Duration::from_nanos(1)))
        }
        Ok(0.0) => Ok(Duration::ZERO),
        _ => Err("give a number of seconds, 0 for no limit".to_owned()),
    }
}

/// Solves, verifies, writes and summarises.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let limit = (!arguments.time_limit.is_zero()).then_some(arguments.time_limit);
    let mut watch = Watch::start(limit, arguments.verbose);
    if arguments.quiet || arguments.verbose {
        tell_stages(arguments.verbose);
    }
    let input = Place::from(arguments.instance.as_str());
    let standard = arguments.decisions.iter().filter(|name| *name == "-").count();
    if standard + usize::from(input == Place::Standard) > 1 {
        return Err(Failure::Usage("only one of instance and decisions can come from standard input"));
    }
    let output = Place::from(arguments.output.as_str());
    let proof = arguments.proof_file.as_deref().map(Place::from);
    let targets: Vec<&Place> = [&output].into_iter().chain(&proof).collect();
    targets.iter().try_for_each(|target| probe(target))?;
    keep_apart(&targets, &input.path())?;
    if let Some(threads) = arguments.threads {
        let most = 1024;
        if threads > most {
            talk(&format!("notice: --threads {threads} is more than {most}; {most} are used"));
        }
        let threads = threads.min(most) as usize;
        // Fails only where the pool is in use already, which cannot be this early.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }

    let (stated, mut read) = input::instance(&input, &arguments.model)?;
    read.extend(arguments.decisions.iter().map(Into::into));
    keep_apart(&targets, &read)?;
    let say = |text: &str| {
        if !arguments.quiet {
            talk(text);
        }
    };
    let passes = passing::is_wanted(&stated.model, arguments.post_pass)?;
    let overlay = by_hand::overlay(&arguments.decisions, &stated, &say)?;
    let ground = Ground::new(stated, overlay, &input)?;
    let (instance, problem) = (ground.instance(), ground.problem());
    for sentence in instance.notices.sentences() {
        say(&format!("notice: {sentence}"));
    }
    if arguments.verbose {
        talk(screen::working_time(instance).trim_end());
    }
    let start = match &arguments.start {
        Some(name) => Some(start_from(instance, problem, &Place::from(name.as_str()), &say)?),
        None => None,
    };
    let settings = Settings {
        // A search to the end does not stop short of it.
        gap: if arguments.proof == Some(Proof::Tree) { Gap(0) } else { arguments.gap },
        seed: arguments.seed,
        proof: arguments.proof.unwrap_or_default(),
        ..Settings::default()
    };
    let should_stop = watch.stop_sign();
    let mut control = Control {
        should_stop: &should_stop,
        report: &mut |progress| {
            if !arguments.quiet {
                watch.show(progress);
            }
        },
    };
    let answer = arguments.engine.solve(instance, problem, settings, start, &mut control);
    match answer {
        Answer::Plan(plan) => {
            stage(problem.customers() >= input::MANY_CUSTOMERS, || "Writing and checking the plan ...".to_owned());
            let engine = arguments.price_decisions.then_some((arguments.engine, settings));
            let decisions = ground.priced(&plan, engine, &should_stop, &say)?;
            let passing = if passes {
                let mut control = Control { should_stop: &should_stop, report: &mut |_| {} };
                Passing::of(instance, problem, &plan, None, (arguments.engine, settings), &mut control, &say)
            } else {
                None
            };
            let mut document = PlanDocument::new(instance, problem, &plan).with_decisions(decisions.clone());
            if let Some(passing) = &passing {
                document = document.after_post_pass(passing.document());
            }
            write(&output, &document.to_text(), |text| checked(&ground.stated, &ground.free, &output, text))?;
            if !arguments.quiet {
                let deadline = Instant::now() + ASIDE;
                let stop = || should_stop().or((Instant::now() >= deadline).then_some(StoppedBy::Time));
                let screen = Screen {
                    instance,
                    problem: passing.as_ref().map_or(problem, |passing| &passing.wide.problem),
                    plan: &plan,
                    choices: passing.as_ref().map_or(&plan.choices, |passing| &passing.after),
                    passing: passing.as_ref(),
                    files: plan_file(arguments, &output),
                    model: arguments.model.model.as_deref(),
                    keeping: Keeping::of((instance, problem), &plan, passing.as_ref(), arguments.unchanged, &stop),
                    regret: regret(arguments, (instance, problem), &plan, &stop),
                    decisions: &decisions,
                    verbose: arguments.verbose,
                };
                talk(&screen.text());
            }
            Ok(if plan.status == Status::Stopped { Exit::Stopped } else { Exit::Done })
        }
        Answer::Infeasible(certificate) => {
            say_infeasible(&ground, &certificate);
            if let Some(place) = &proof {
                let document = InfeasibilityDocument::new(instance, &certificate).with_decisions(ground.unpriced());
                write(place, &document.to_text(), |text| checked(&ground.stated, &ground.free, place, text))?;
                if let Some((instance, proof)) = plan_file(arguments, place) {
                    let model =
                        arguments.model.model.as_ref().map_or_else(String::new, |model| format!(" --model {model}"));
                    say(&format!("Check the proof: visitplan verify {instance} {proof}{model}"));
                }
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

/// What the plan loses if visit values are wrong; none where that takes too long for a figure on the side, and of a plan
/// that is worth nothing.
fn regret(
    arguments: &Arguments,
    (instance, problem): (&Instance, &Problem),
    plan: &Plan,
    should_stop: &(dyn Fn() -> Option<StoppedBy> + Sync),
) -> Option<Regret> {
    let draws = (OPTIONS_DRAWN / problem.choice_count().max(1)).min(MOST_DRAWS);
    if arguments.vvp_error.0 == 0 || plan.value <= 0 || draws < LEAST_DRAWS {
        return None;
    }
    Regret::of(instance, problem, plan, (arguments.vvp_error, draws as u32, arguments.seed), should_stop)
}

/// The instance and what was written of it, where that is a file.
fn plan_file<'a>(arguments: &'a Arguments, written: &Place) -> Option<(&'a str, String)> {
    let Place::File(path) = written else { return None };
    Some((&arguments.instance, path.display().to_string()))
}

fn say_infeasible(ground: &Ground, certificate: &Certificate) {
    let (instance, problem) = (ground.instance(), ground.problem());
    talk("There is no plan: the commitments cannot be met, which is proven.");
    let by_hand = reasons::decisions(instance, problem, &ground.free, certificate, &ground.overlay);
    for reason in reasons::reasons(instance, problem, certificate).into_iter().chain(by_hand) {
        talk(&format!("  {reason}"));
    }
}

/// The prices of another plan, and its options as far as they are still options; the customer's first otherwise.
fn start_from(instance: &Instance, problem: &Problem, place: &Place, say: &impl Fn(&str)) -> Result<Start, Failure> {
    let bytes = input::bytes(place)?;
    let file = place.shown("standard input");
    let plan = ReadPlan::from_json(&file, utf8(&file, &bytes)?, instance)?;
    let stated = Names::of(instance).undone(problem, &plan);
    let kept = stated.iter().flatten().count();
    if plan.identity.sha256 != instance.sha256 {
        let all = plan.assignments.len();
        say(&format!("{file} is a plan of another instance; {kept} of its {all} assignments are options here"));
    }
    Ok(Start::of(problem, stated, &plan.certificate))
}
