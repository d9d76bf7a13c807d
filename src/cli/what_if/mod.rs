//! `visitplan what-if`

mod plans;
mod regret;
mod results;
mod sizing;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::output::talk;
use super::solve::{parse_gap, parse_seconds, parse_share};
use super::watch::Watch;
use super::{Exit, Failure, Place, input};
use crate::engine::{Answer, Engine, Settings};
use crate::instance::{Instance, ModelSource, WithText};
use crate::json::{Located, Refusal, sha256, utf8};
use crate::plan::{Gap, Plan, StoppedBy};
use crate::problem::Problem;
use crate::units::{Factor, plural};
use crate::what_if::{Base, Outcome, OutcomeStatus, Scenario, Search, check};

use plans::Plans;
use results::{Asked, Results};

/// Scenarios that are worked on at a time, per thread: so many lines wait for the slowest of them at most.
const AT_A_TIME: usize = 32;

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

/// An instance that scenarios are about, and where it comes from.
struct Ground {
    file: String,
    /// The files that were read for it.
    paths: Vec<PathBuf>,
    folder: PathBuf,
    base: Base,
    /// Digest of its planning model, which may be a file of its own.
    model: String,
}

/// What all scenarios of a run share.
struct Run<'r> {
    arguments: &'r Arguments,
    search: Search<'r>,
    results: Results,
    plans: Option<Plans>,
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
        (Some(scenarios), _, _) => all(arguments, search, &Place::from(scenarios.as_str())),
        (_, Some(range), _) => sizing::run(arguments, search, range),
        (_, _, Some(error)) => regret::run(arguments, search, error),
        (None, None, None) => Err(Failure::Usage("ask for --scenarios, --reps or --vvp-error")),
    }
}

/// Reads and checks all scenarios, then plans each and writes a line of it.
fn all(arguments: &Arguments, search: Search<'_>, place: &Place) -> Result<Exit, Failure> {
    let (mut scenarios, mut issues) = read_scenarios(place)?;
    if let Some(Shard { number, of }) = arguments.shard {
        let mut at = 0..;
        scenarios.retain(|_| at.next().is_some_and(|at| at % of == number - 1));
    }
    let own = Place::from(arguments.instance.as_str());
    let folder = input::folder(&own);
    let mut names: Vec<Option<&str>> = scenarios.iter().map(|(_, scenario)| scenario.instance.as_deref()).collect();
    names.sort_unstable();
    names.dedup();
    let mut grounds: BTreeMap<Option<&str>, Ground> = BTreeMap::new();
    for name in names {
        let place = name.map_or_else(|| own.clone(), |name| Place::File(folder.join(name)));
        match Ground::read(&place, arguments.quiet) {
            Ok(ground) => drop(grounds.insert(name, ground)),
            Err(Failure::Refused(refusal)) => issues.extend(refusal.issues),
            Err(Failure::Unreadable { path, why, remedy }) => {
                issues.extend(Refusal::whole_file(&path, "E106", why, remedy).issues);
            }
            Err(other) => return Err(other),
        }
    }
    issues.extend(cannot_be(&scenarios, &grounds));
    if !issues.is_empty() {
        return Err(Refusal { issues }.into());
    }
    let scenarios: Vec<Scenario> = scenarios.iter().map(|(_, scenario)| scenario.clone()).collect();
    let asked = |scenario: &Scenario| {
        asked(arguments, &scenario.name, &scenario.written, &grounds[&scenario.instance.as_deref()])
    };
    let asked: Vec<Asked> = scenarios.iter().map(asked).collect();
    let read: Vec<PathBuf> = grounds.values().flat_map(|ground| ground.paths.clone()).chain(place.path()).collect();
    let run = Run::open(arguments, search, &asked, &read)?;
    let open: Vec<&Scenario> = scenarios.iter().filter(|scenario| !run.results.has(&scenario.name)).collect();
    for (name, ground) in &mut grounds {
        if open.iter().any(|scenario| scenario.instance.as_deref() == *name) {
            ground.base.plan(&search);
        }
    }

    run.results.begin()?;
    let lines = Lines::new(&run, arguments.ordered);
    let wave = rayon::current_num_threads() * AT_A_TIME;
    for (first, part) in (0..).step_by(wave).zip(open.chunks(wave)) {
        let outcomes = part.par_iter().enumerate().map(|(at, scenario)| {
            let outcome = run.outcome(&grounds[&scenario.instance.as_deref()], scenario)?;
            lines.finished(first + at, outcome)
        });
        outcomes.collect::<Result<(), Failure>>()?;
        run.results.sync();
    }
    let (new, stopped) = lines.written();
    let written = run.results.found() + new;
    let kept = run.results.stopped();
    if kept > 0 {
        talk(&format!(
            "notice: {} of a scenario that a limit stopped; they stay as they are",
            plural(kept as i64, "line is")
        ));
    }
    let mut ended = if stopped + kept > 0 { Exit::Stopped } else { Exit::Done };
    if written < scenarios.len() {
        run.say_cut_short(written, scenarios.len());
        ended = Exit::Stopped;
    }
    Ok(ended)
}

/// Lines on their way out: as they come, or each after those before it.
struct Lines<'r> {
    run: &'r Run<'r>,
    ordered: bool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// Lines whose turn has not come; none where a search was interrupted, behind which nothing is written.
    lines: BTreeMap<usize, Option<Outcome>>,
    next: usize,
    written: usize,
    /// Written lines of scenarios that were stopped.
    stopped: usize,
}

impl<'r> Lines<'r> {
    fn new(run: &'r Run<'r>, ordered: bool) -> Lines<'r> {
        Lines { run, ordered, waiting: Mutex::default() }
    }

    /// Takes the line of the scenario with a number, and writes what may be written.
    fn finished(&self, number: usize, line: Option<Outcome>) -> Result<(), Failure> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.ordered {
            return line.map_or(Ok(()), |line| self.write(&mut waiting, line));
        }
        waiting.lines.insert(number, line);
        loop {
            let next = waiting.next;
            if !waiting.lines.get(&next).is_some_and(Option::is_some) {
                return Ok(());
            }
            if let Some(Some(line)) = waiting.lines.remove(&next) {
                waiting.next += 1;
                self.write(&mut waiting, line)?;
            }
        }
    }

    fn write(&self, waiting: &mut Waiting, line: Outcome) -> Result<(), Failure> {
        waiting.written += 1;
        waiting.stopped += usize::from(line.is_stopped());
        self.run.write(&line)
    }

    /// The number of lines that were written, and of those that are of scenarios that were stopped.
    fn written(&self) -> (usize, usize) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        (waiting.written, waiting.stopped)
    }
}

/// What is asked of a scenario, or of a size of a sweep.
fn asked(arguments: &Arguments, scenario: &str, what: &str, of: &Ground) -> Asked {
    let Arguments { engine, gap, seed, deterministic, .. } = arguments;
    let version = env!("CARGO_PKG_VERSION");
    let model = &of.model;
    let all = format!("{version} {engine:?} {gap} {seed} {deterministic} {model} {what}");
    Asked {
        scenario: scenario.to_owned(),
        instance: of.base.instance.instance.sha256.clone(),
        asked: sha256(all.as_bytes())[..16].to_owned(),
    }
}

/// Scenarios with the numbers of their lines.
type Numbered = Vec<(usize, Scenario)>;

/// Every scenario of a file, and everything that is wrong with any.
fn read_scenarios(place: &Place) -> Result<(Numbered, Vec<Located>), Failure> {
    let (file, bytes) = (place.shown("standard input"), input::bytes(place)?);
    let text = utf8(&file, &bytes)?;
    let mut issues: Vec<Located> = Vec::new();
    let mut scenarios: Numbered = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match Scenario::read(&file, line) {
            Ok(scenario) => {
                if let Some(first) = seen.insert(scenario.name.clone(), number) {
                    let problem = format!("names \"{}\" a second time, after line {first}", scenario.name);
                    let refusal = Refusal::whole_file(&file, "E306", problem, "give each its own name");
                    issues.extend(of_line(refusal, number));
                }
                scenarios.push((number, scenario));
            }
            Err(refusal) => issues.extend(of_line(refusal, number)),
        }
    }
    if scenarios.is_empty() && issues.is_empty() {
        issues = Refusal::whole_file(&file, "E101", "has no scenario", "write one JSON object a line").issues;
    }
    Ok((scenarios, issues))
}

/// Issues of a line as those of its file.
fn of_line(refusal: Refusal, number: usize) -> Vec<Located> {
    refusal.issues.into_iter().map(|issue| Located { line: number, ..issue }).collect()
}

/// Everything that cannot be applied, before anything is planned. What was read is not kept: memory grows with one
/// scenario, not with their number.
fn cannot_be(scenarios: &[(usize, Scenario)], grounds: &BTreeMap<Option<&str>, Ground>) -> Vec<Located> {
    let faults = |(number, scenario): &(usize, Scenario)| {
        let ground = grounds.get(&scenario.instance.as_deref());
        let named = |ground: &Ground| format!("{} as \"{}\" of line {number}", ground.file, scenario.name);
        let applied = ground.map(|ground| ground.apply(&named(ground), scenario));
        applied.and_then(Result::err).map_or_else(Vec::new, |refusal| refusal.issues)
    };
    scenarios.par_iter().flat_map_iter(faults).collect()
}

impl Ground {
    fn read(place: &Place, quiet: bool) -> Result<Ground, Failure> {
        let (file, bytes) = (place.shown("standard input"), input::bytes(place)?);
        let (folder, read) = (input::folder(place), RefCell::new(place.path()));
        let files = |name: &str| {
            read.borrow_mut().push(folder.join(name));
            input::model_text(&folder, name)
        };
        let instance = WithText::read(&file, &bytes, &ModelSource::Instance(&files))?;
        for sentence in instance.instance.notices.sentences().into_iter().filter(|_| !quiet) {
            talk(&format!("notice: {sentence}"));
        }
        let model =
            serde_json::to_vec(&instance.instance.model).map_err(|error| Failure::Internal(error.to_string()))?;
        let base = Base::new(instance).map_err(|error| Failure::TooLarge { file: file.clone(), error })?;
        Ok(Ground { file, paths: read.take(), folder, base, model: sha256(&model) })
    }

    /// The instance of a scenario, which messages name so.
    fn apply(&self, named: &str, scenario: &Scenario) -> Result<Instance, Refusal> {
        scenario.apply(named, &self.base.instance, &|name| input::model_text(&self.folder, name))
    }
}

impl<'r> Run<'r> {
    /// Opens what is written to. Nothing that was read may be written over.
    fn open(
        arguments: &'r Arguments,
        search: Search<'r>,
        asked: &[Asked],
        read: &[PathBuf],
    ) -> Result<Run<'r>, Failure> {
        let output = arguments.output.as_deref();
        if let Some(output) = output {
            super::output::keep_apart(&[&Place::from(output)], read)?;
        }
        let names = asked.iter().map(|asked| asked.scenario.as_str());
        let plans = arguments.plans.as_deref().map(|folder| {
            let read: Vec<PathBuf> = read.iter().cloned().chain(output.map(PathBuf::from)).collect();
            Plans::open(folder, names, &read)
        });
        let results = Results::open(output, arguments.resume, asked)?;
        Ok(Run { arguments, search, plans: plans.transpose()?, results })
    }

    fn is_interrupted(&self) -> bool {
        (self.search.should_stop)() == Some(StoppedBy::Interrupt)
    }

    /// Says that not all was done, and how to go on.
    fn say_cut_short(&self, written: usize, all: usize) {
        let go_on = if self.arguments.output.is_some() { "; go on with --resume" } else { "" };
        talk(&format!("Stopped after {written} of {all} scenarios{go_on}."));
    }

    /// Plans one scenario; none where that was interrupted.
    fn outcome(&self, ground: &Ground, scenario: &Scenario) -> Result<Option<Outcome>, Failure> {
        if self.is_interrupted() {
            return Ok(None);
        }
        let clock = Instant::now();
        let instance = ground.apply(&scenario.name, scenario)?;
        let line = match Problem::beside(&instance, (&ground.base.instance.instance, &ground.base.problem)) {
            Ok(problem) => {
                let answer = self.search.solve(&instance, &problem, ground.base.start_for(&problem));
                self.line(ground, scenario, &instance, &problem, &answer)?
            }
            // Sums that are too large show only once all options are there.
            Err(error) => Outcome::without_plan(scenario, OutcomeStatus::Refused, Some(error.to_string())),
        };
        let asked = asked(self.arguments, &scenario.name, &scenario.written, ground);
        self.finished(line, &asked, clock)
    }

    /// The line of an answer; the plan and its bound are checked before anything is said of it.
    fn line(
        &self,
        ground: &Ground,
        scenario: &Scenario,
        instance: &Instance,
        problem: &Problem,
        answer: &Answer,
    ) -> Result<Outcome, Failure> {
        Ok(match answer {
            Answer::Plan(plan) => {
                let plan: &Plan = plan;
                check(problem, plan)
                    .map_err(|why| Failure::Internal(format!("{}, {}: {why}", ground.file, scenario.name)))?;
                if let Some(plans) = &self.plans {
                    plans.write(&scenario.name, instance, problem, plan)?;
                }
                Outcome::of(scenario, instance, problem, plan)
            }
            Answer::Infeasible(_) => {
                let why = "the commitments cannot be met, which is proven".to_owned();
                Outcome::without_plan(scenario, OutcomeStatus::Infeasible, Some(why))
            }
            Answer::Unknown(_) => {
                let why = "no plan was found, and it is not proven that there is none".to_owned();
                Outcome::without_plan(scenario, OutcomeStatus::NoPlan, Some(why))
            }
        })
    }

    /// A line with where it comes from; none where the search for it was interrupted: then it is not finished, even if enough
    /// was proven, for it may be another plan than that of a search which nobody disturbs.
    fn finished(&self, line: Outcome, asked: &Asked, clock: Instant) -> Result<Option<Outcome>, Failure> {
        if self.is_interrupted() {
            return Ok(None);
        }
        let seconds = (clock.elapsed().as_secs_f64() * 1e4).round() / 1e4;
        Ok(Some(Outcome {
            seconds: (!self.arguments.deterministic).then_some(seconds),
            instance: asked.instance.clone(),
            asked: asked.asked.clone(),
            ..line
        }))
    }

    fn write(&self, line: &Outcome) -> Result<(), Failure> {
        let text = serde_json::to_string(line).map_err(|error| Failure::Internal(error.to_string()))?;
        self.results.write(&text)
    }
}
