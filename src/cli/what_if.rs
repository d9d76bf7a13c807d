//! `visitplan what-if`

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::output::{print, talk};
use super::solve::{parse_gap, parse_seconds};
use super::watch::Watch;
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::engine::{Answer, Control, Engine, Settings, Start};
use crate::instance::{Instance, ModelSource, WithText};
use crate::json::{Located, Refusal, utf8};
use crate::plan::{Gap, Plan, Status, StoppedBy};
use crate::post_pass::same_option;
use crate::problem::Problem;
use crate::what_if::{Outcome, OutcomeStatus, Scenario};

/// Scenarios that are worked on at a time, per thread: so many lines wait for the slowest of them.
const AT_A_TIME: usize = 4;

/// Arguments of `what-if`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// Scenarios, one JSON object a line; - is standard input
    #[arg(long, value_name = "FILE.jsonl")]
    scenarios: String,
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
    #[command(flatten)]
    model: ModelArgument,
}

/// The instance that scenarios change: its text, its problem, and the plan that the search for theirs starts from.
struct Base {
    file: String,
    instance: WithText,
    folder: PathBuf,
    problem: Problem,
    start: Option<Plan>,
}

/// Reads and checks all scenarios, then plans each and writes a line of it.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let limit = arguments.time_limit.filter(|limit| !limit.is_zero());
    let watch = Watch::start(limit, false);
    if arguments.instance == "-" && arguments.scenarios == "-" {
        return Err(Failure::Usage("only one of instance and scenarios can come from standard input"));
    }
    if arguments.model.model.is_some() {
        return Err(Failure::Usage("scenarios change the model of the instance; write it there instead of --model"));
    }
    if let Some(threads) = arguments.threads {
        // Fails only where the pool is in use already, which cannot be this early.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build_global();
    }
    let settings = Settings { gap: arguments.gap, seed: arguments.seed, ..Settings::default() };
    let should_stop = watch.stop_sign();
    let scenarios = read_scenarios(&Place::from(arguments.scenarios.as_str()))?;
    let mut names: Vec<Option<&str>> = vec![None];
    names.extend(scenarios.iter().filter_map(|scenario| scenario.instance.as_deref()).map(Some));
    names.sort_unstable();
    names.dedup();
    let mut bases: BTreeMap<Option<&str>, Base> = BTreeMap::new();
    let own = Place::from(arguments.instance.as_str());
    let folder = own.path().first().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    for name in names {
        let place = name.map_or_else(|| own.clone(), |name| Place::File(folder.join(name)));
        bases.insert(name, Base::read(&place)?);
    }
    check_all(&scenarios, &bases)?;
    for base in bases.values_mut() {
        base.plan(arguments.engine, settings, &should_stop)?;
    }

    let mut ended = Exit::Done;
    let wave = rayon::current_num_threads() * AT_A_TIME;
    for part in scenarios.chunks(wave) {
        let write = |line: Result<Outcome, Failure>| -> Result<OutcomeStatus, Failure> {
            let line = line?;
            let text = serde_json::to_string(&line).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&format!("{text}\n"))?;
            Ok(line.status)
        };
        let solved = |scenario: &Scenario| {
            let base = &bases[&scenario.instance.as_deref()];
            outcome(arguments, base, scenario, settings, &should_stop)
        };
        let statuses: Vec<Result<OutcomeStatus, Failure>> = match arguments.ordered {
            true => part.par_iter().map(solved).collect::<Vec<_>>().into_iter().map(write).collect(),
            false => part.par_iter().map(|scenario| write(solved(scenario))).collect(),
        };
        for status in statuses {
            match status? {
                OutcomeStatus::Stopped | OutcomeStatus::NoPlan => ended = Exit::Stopped,
                OutcomeStatus::Optimal
                | OutcomeStatus::WithinGap
                | OutcomeStatus::Infeasible
                | OutcomeStatus::Refused => {}
            }
        }
    }
    Ok(ended)
}

/// Every scenario of a file, or everything that is wrong with any.
fn read_scenarios(place: &Place) -> Result<Vec<Scenario>, Failure> {
    let (file, bytes) = (place.shown("standard input"), input::bytes(place)?);
    let text = utf8(&file, &bytes)?;
    let mut issues: Vec<Located> = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match Scenario::read(&file, line) {
            Ok(scenario) => {
                if let Some(first) = seen.insert(scenario.name.clone(), number) {
                    let problem = format!("names \"{}\" a second time, after line {first}", scenario.name);
                    issues
                        .extend(of_line(Refusal::whole_file(&file, "E306", problem, "give each its own name"), number));
                }
                scenarios.push(scenario);
            }
            Err(refusal) => issues.extend(of_line(refusal, number)),
        }
    }
    if scenarios.is_empty() && issues.is_empty() {
        issues = Refusal::whole_file(&file, "E101", "has no scenario", "write one JSON object a line").issues;
    }
    if issues.is_empty() { Ok(scenarios) } else { Err(Refusal { issues }.into()) }
}

/// Issues of a line as those of its file.
fn of_line(refusal: Refusal, number: usize) -> Vec<Located> {
    refusal.issues.into_iter().map(|issue| Located { line: number, ..issue }).collect()
}

/// Refuses all that cannot be applied before anything is planned. What was read is not kept: memory grows with one
/// scenario, not with their number.
fn check_all(scenarios: &[Scenario], bases: &BTreeMap<Option<&str>, Base>) -> Result<(), Refusal> {
    let faults = |scenario: &Scenario| match bases[&scenario.instance.as_deref()].apply(scenario) {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.issues,
    };
    let issues: Vec<Located> = scenarios.par_iter().flat_map_iter(faults).collect();
    if issues.is_empty() { Ok(()) } else { Err(Refusal { issues }) }
}

impl Base {
    fn read(place: &Place) -> Result<Base, Failure> {
        let (file, bytes) = (place.shown("standard input"), input::bytes(place)?);
        let text = utf8(&file, &bytes)?.to_owned();
        let folder = place.path().first().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        let instance = WithText::read(&file, text, &ModelSource::Instance(&|name| model_text(&folder, name)))?;
        let problem = input::problem(&instance.instance, place)?;
        for sentence in instance.instance.notices.sentences() {
            talk(&format!("notice: {sentence}"));
        }
        Ok(Base { file, instance, folder, problem, start: None })
    }

    /// Plans the instance as it is: what every scenario starts from.
    fn plan(
        &mut self,
        engine: Engine,
        settings: Settings,
        should_stop: &(dyn Fn() -> Option<StoppedBy> + Sync),
    ) -> Result<(), Failure> {
        let mut control = Control { should_stop, report: &mut |_| {} };
        if let Answer::Plan(plan) = engine.solve(&self.instance.instance, &self.problem, settings, None, &mut control) {
            self.start = Some(*plan);
        }
        Ok(())
    }

    /// The instance of a scenario.
    fn apply(&self, scenario: &Scenario) -> Result<Instance, Refusal> {
        let named = format!("{} as \"{}\"", self.file, scenario.name);
        scenario.apply(&named, &self.instance, &|name| model_text(&self.folder, name))
    }

    /// Where the search for a scenario's plan begins: the plan of the instance as it is, as far as it is one there.
    fn start_for(&self, problem: &Problem) -> Option<Start> {
        let plan = self.start.as_ref()?;
        let same = |(customer, &choice)| same_option(&self.problem, problem, customer, choice);
        Some(Start::of(problem, plan.choices.iter().enumerate().map(same), &plan.certificate))
    }
}

/// The text of a planning model that an instance of this folder names.
fn model_text(folder: &Path, name: &str) -> Result<String, String> {
    match input::bytes(&Place::File(folder.join(name))) {
        Ok(bytes) => utf8(name, &bytes).map(str::to_owned).map_err(|refusal| refusal.to_string()),
        Err(Failure::Unreadable { why, .. }) => Err(why),
        Err(other) => Err(other.to_string()),
    }
}

/// Plans one scenario, and checks the plan and its bound before anything is said of it.
fn outcome(
    arguments: &Arguments,
    base: &Base,
    scenario: &Scenario,
    settings: Settings,
    should_stop: &(dyn Fn() -> Option<StoppedBy> + Sync),
) -> Result<Outcome, Failure> {
    let clock = Instant::now();
    let instance = base.apply(scenario)?;
    let problem = match Problem::new(&instance) {
        Ok(problem) => problem,
        // Sums that are too large show only once all options are there.
        Err(error) => {
            return Ok(Outcome::without_plan(scenario, OutcomeStatus::Refused, Some(error.to_string())));
        }
    };
    let mut control = Control { should_stop, report: &mut |_| {} };
    let start = base.start_for(&problem);
    let answer = arguments.engine.solve(&instance, &problem, settings, start, &mut control);
    let mut line = match answer {
        Answer::Plan(plan) => {
            check(&problem, &plan).map_err(|why| Failure::Internal(format!("{}: {why}", scenario.name)))?;
            Outcome::of(scenario, &instance, &problem, &plan)
        }
        Answer::Infeasible(_) => {
            let why = "the commitments cannot be met, which is proven".to_owned();
            Outcome::without_plan(scenario, OutcomeStatus::Infeasible, Some(why))
        }
        Answer::Unknown(_) => {
            let why = "no plan was found, and it is not proven that there is none".to_owned();
            Outcome::without_plan(scenario, OutcomeStatus::NoPlan, Some(why))
        }
    };
    line.seconds = (!arguments.deterministic).then(|| (clock.elapsed().as_secs_f64() * 1e4).round() / 1e4);
    Ok(line)
}

/// The plan keeps every row, and its certificate proves its bound.
fn check(problem: &Problem, plan: &Plan) -> Result<(), String> {
    if let Some((row, _)) = problem.overdrawn(&plan.choices) {
        return Err(format!("the plan overdraws {}", problem.rows[row].name));
    }
    if plan.value != problem.total_value(&plan.choices) {
        return Err("the plan's value is not the sum of its parts".to_owned());
    }
    let bounds = plan.certificate.bounds_beside(problem, plan.value).map_err(|error| error.to_string())?;
    if bounds.least() != plan.certified || (plan.status != Status::Stopped && plan.bound.0 < plan.value) {
        return Err("the certificate proves another bound".to_owned());
    }
    Ok(())
}
