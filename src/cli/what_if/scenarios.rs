//! `visitplan what-if INSTANCE --scenarios FILE`: a line in, a line out.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use rayon::prelude::*;

use super::super::output::talk;
use super::super::{Exit, Failure, Place, input};
use super::ground::Ground;
use super::lines::Lines;
use super::results::Asked;
use super::run::{Run, asked};
use super::{Arguments, Shard};
use crate::json::{Located, Refusal, utf8};
use crate::units::plural;
use crate::what_if::{Scenario, Search};

/// Scenarios that are worked on at a time, per thread: so many lines wait for the slowest of them at most.
const AT_A_TIME: usize = 32;

/// Reads and checks all scenarios, then plans each and writes a line of it.
pub fn run(arguments: &Arguments, search: Search<'_>, place: &Place) -> Result<Exit, Failure> {
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
        let lines = plural(kept as i64, "line");
        talk(&format!("notice: {lines} of scenarios that a limit stopped; they stay as they are"));
    }
    let mut ended = if stopped + kept > 0 { Exit::Stopped } else { Exit::Done };
    if written < scenarios.len() {
        run.say_cut_short(written, scenarios.len());
        ended = Exit::Stopped;
    }
    Ok(ended)
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
