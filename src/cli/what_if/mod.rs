//! `visitplan what-if`

mod ground;
mod lines;
mod plans;
mod regret;
mod results;
mod run;
mod scenarios;
mod sizing;

use std::time::Duration;

use super::solve::{parse_gap, parse_seconds, parse_share};
use super::watch::Watch;
use super::{Exit, Failure, Place};
use crate::engine::{Engine, Settings};
use crate::plan::Gap;
use crate::units::Factor;
use crate::what_if::Search;

/// Arguments of `what-if`.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("question").required(true))]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// Scenarios, one JSON object a line; - is standard input
    #[arg(long, value_name = "FILE.jsonl", group = "question")]
    scenarios: Option<String>,
    /// Teams of every size from A to B: whom to do without, whom to add, and what comes of it
    #[arg(long, value_name = "A..B", group = "question", allow_hyphen_values = true)]
    reps: Option<String>,
    /// What the plan loses if every visit value is off by up to this share, as 0.2, and which assignments would be others
    #[arg(long, value_name = "SHARE", value_parser = parse_share, group = "question", allow_hyphen_values = true,
        conflicts_with_all = ["output", "plans", "shard", "ordered"])]
    vvp_error: Option<Factor>,
    /// Draws of the visit values
    #[arg(long, default_value_t = 100, requires = "vvp_error", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    draws: u32,
    /// Where the lines go; standard output if absent
    #[arg(short, long, value_name = "RESULTS")]
    output: Option<String>,
    /// Go on with the results of a run that was cut short
    #[arg(long, requires = "output")]
    resume: bool,
    /// Write the plan of each scenario, too, verified, a file each
    #[arg(long, value_name = "DIR")]
    plans: Option<String>,
    /// Take the I-th of N shares of the scenarios
    #[arg(long, value_name = "I/N", value_parser = parse_shard, conflicts_with = "reps")]
    shard: Option<Shard>,
    /// Write the lines in the order of the scenarios; as they finish if absent
    #[arg(long)]
    ordered: bool,
    /// Leave out what depends on the clock
    #[arg(long, conflicts_with = "time_limit")]
    deterministic: bool,
    /// Which engine plans
    #[arg(long, value_enum, default_value = "auto")]
    engine: Engine,
    /// Stop a scenario when its plan is proven to be within this share of the best possible; 0 searches to the proof
    #[arg(long, default_value = "0.0001", value_parser = parse_gap, allow_hyphen_values = true)]
    gap: Gap,
    /// Stop after so many seconds in all; 0 is no limit
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds, allow_hyphen_values = true)]
    time_limit: Option<Duration>,
    /// Cores to use; changes no byte of a result
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Seed of what is random in the search
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

/// A share of the scenarios: every `of`-th, from the `number`-th on, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shard {
    number: usize,
    of: usize,
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    let numbers = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((number, of)) if (1..=of).contains(&number) => Ok(Shard { number, of }),
        _ => Err("give a share and the number of shares, as 1/4 to 4/4".to_owned()),
    }
}

/// Answers the question that is asked.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let limit = arguments.time_limit.filter(|limit| !limit.is_zero());
    let watch = Watch::start(limit, false);
    if arguments.instance == "-" && arguments.scenarios.as_deref() == Some("-") {
        return Err(Failure::Usage("only one of instance and scenarios can come from standard input"));
    }
    if let Some(threads) = arguments.threads {
        // Fails only where the pool is in use already, which cannot be this early.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build_global();
    }
    let settings = Settings { gap: arguments.gap, seed: arguments.seed, ..Settings::default() };
    let should_stop = watch.stop_sign();
    let search = Search { engine: arguments.engine, settings, should_stop: &should_stop };
    match (&arguments.scenarios, &arguments.reps, arguments.vvp_error) {
        (Some(scenarios), _, _) => scenarios::run(arguments, search, &Place::from(scenarios.as_str())),
        (_, Some(range), _) => sizing::run(arguments, search, range),
        (_, _, Some(error)) => regret::run(arguments, search, error),
        (None, None, None) => Err(Failure::Usage("ask for --scenarios, --reps or --vvp-error")),
    }
}
