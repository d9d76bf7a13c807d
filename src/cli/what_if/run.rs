//! A run: what it writes to, and how an answer becomes a line.

use std::path::PathBuf;
use std::time::Instant;

use super::super::output::{keep_apart, talk};
use super::super::{Failure, Place};
use super::Arguments;
use super::ground::Ground;
use super::plans::Plans;
use super::results::{Asked, Results};
use crate::engine::Answer;
use crate::instance::Instance;
use crate::json::sha256;
use crate::plan::{Plan, StoppedBy};
use crate::problem::Problem;
use crate::what_if::{Outcome, OutcomeStatus, Scenario, Search, check};

/// What is asked of a scenario, or of a size of a sweep.
pub fn asked(arguments: &Arguments, scenario: &str, what: &str, of: &Ground) -> Asked {
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

/// What all scenarios of a run share.
#[allow(missing_docs)]
pub struct Run<'r> {
    pub arguments: &'r Arguments,
    pub search: Search<'r>,
    pub results: Results,
    plans: Option<Plans>,
}

impl<'r> Run<'r> {
    /// Opens what is written to. Nothing that was read may be written over.
    pub fn open(
        arguments: &'r Arguments,
        search: Search<'r>,
        asked: &[Asked],
        read: &[PathBuf],
    ) -> Result<Run<'r>, Failure> {
        let output = arguments.output.as_deref();
        if let Some(output) = output {
            keep_apart(&[&Place::from(output)], read)?;
        }
        let names = asked.iter().map(|asked| asked.scenario.as_str());
        let plans = arguments.plans.as_deref().map(|folder| {
            let read: Vec<PathBuf> = read.iter().cloned().chain(output.map(PathBuf::from)).collect();
            Plans::open(folder, names, &read)
        });
        let results = Results::open(output, arguments.resume, asked)?;
        Ok(Run { arguments, search, plans: plans.transpose()?, results })
    }

    /// Whether the user wants to stop.
    pub fn is_interrupted(&self) -> bool {
        (self.search.should_stop)() == Some(StoppedBy::Interrupt)
    }

    /// Says that not all was done, and how to go on.
    pub fn say_cut_short(&self, written: usize, all: usize) {
        let go_on = if self.arguments.output.is_some() { "; go on with --resume" } else { "" };
        talk(&format!("Stopped after {written} of {all} scenarios{go_on}."));
    }

    /// Plans one scenario; none where that was interrupted.
    pub fn outcome(&self, ground: &Ground, scenario: &Scenario) -> Result<Option<Outcome>, Failure> {
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
    pub fn line(
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
    pub fn finished(&self, line: Outcome, asked: &Asked, clock: Instant) -> Result<Option<Outcome>, Failure> {
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

    /// Writes a line.
    pub fn write(&self, line: &Outcome) -> Result<(), Failure> {
        let text = serde_json::to_string(line).map_err(|error| Failure::Internal(error.to_string()))?;
        self.results.write(&text)
    }
}
