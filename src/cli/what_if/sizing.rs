//! `visitplan what-if INSTANCE --reps A..B`: the sizing curve.

use std::time::Instant;

use serde_json::Value;

use super::super::output::{printable, talk};
use super::super::screen::{count, table, texts};
use super::super::{Exit, Failure, Place, input};
use super::Arguments;
use super::ground::Ground;
use super::results::Asked;
use super::run::{Run, asked};
use crate::engine::Answer;
use crate::json::Refusal;
use crate::model::Owners;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::units::{Factor, Money};
use crate::what_if::{Curve, MOST_REPS, Outcome, Possible, Search, Sizing, start_from};

/// Most sizes of one sweep.
const MOST_SIZES: usize = 1000;

/// Chooses teams, plans each from the one before, writes a line each, and says what the curve says.
pub fn run(arguments: &Arguments, search: Search<'_>, range: &str) -> Result<Exit, Failure> {
    let (least, most) = sizes(range)?;
    let place = Place::from(arguments.instance.as_str());
    let mut ground = Ground::read(&place, arguments.quiet)?;
    Sizing::check(&ground.base.instance.instance, &ground.file, (least, most))?;
    let name = |size: usize| format!("reps={size}");
    let whole = |size: usize| asked(arguments, &name(size), &format!("--reps {least}..{most} {size}"), &ground);
    let all: Vec<Asked> = (least..=most).map(whole).collect();
    let run = Run::open(arguments, search, &all, &ground.paths)?;
    ground.base.plan(&search);
    let files = |name: &str| input::model_text(&ground.folder, name);
    let sizing = Sizing::choose(&ground.base, &search, &files, (least, most))?;
    let instance = &ground.base.instance.instance;
    let possible = Possible::of(&sizing.scenario(instance, least), &ground.base.instance, &files)?;

    run.results.begin()?;
    let mut ended = Exit::Done;
    let mut before: Option<(Problem, Plan)> = None;
    let mut lines: Vec<Outcome> = Vec::new();
    for (size, asked) in sizing.teams.sizes().zip(&all) {
        if run.is_interrupted() {
            break;
        }
        let clock = Instant::now();
        let scenario = sizing.scenario(instance, size);
        let named = format!("{} as \"{}\"", ground.file, scenario.name);
        let team = scenario.apply_among(&possible, &named, &ground.base.instance, &files)?;
        let problem = Problem::new(&team).map_err(|error| Failure::TooLarge { file: ground.file.clone(), error })?;
        let start = match &before {
            Some((of, plan)) => Some(start_from(of, plan, &problem)),
            None => ground.base.start_for(&problem),
        };
        let was_feasible = before.as_ref().zip(start.as_ref()).is_some_and(|((_, plan), start)| {
            problem.overdrawn(&start.choices).is_none() && problem.total_value(&start.choices) == plan.value
        });
        let answer = search.solve(&team, &problem, start);
        let mut line = run.line(&ground, &scenario, &team, &problem, &answer)?;
        if let (Some((_, before)), Answer::Plan(plan)) = (&before, &answer) {
            let (low, high) = (plan.value - before.bound.0, plan.bound.0 - before.value);
            line.marginal_low = Some(Money(if was_feasible { low.max(0) } else { low }));
            line.marginal_high = Some(Money(high));
        }
        before = match answer {
            Answer::Plan(plan) => Some((problem, *plan)),
            Answer::Infeasible(_) | Answer::Unknown(_) => None,
        };
        let Some(line) = run.finished(line, asked, clock)? else { break };
        match run.results.line(&line.scenario) {
            None => run.write(&line)?,
            Some(known) => check_same(arguments, known, &line)?,
        }
        if line.is_stopped() {
            ended = Exit::Stopped;
        }
        lines.push(line);
    }
    run.results.sync();
    if lines.len() < all.len() {
        run.say_cut_short(lines.len(), all.len());
        return Ok(Exit::Stopped);
    }
    if !arguments.quiet {
        talk(printable(&screen(&ground, &lines)).trim_end());
    }
    Ok(ended)
}

/// A size that is planned again is what its line says; otherwise a limit of time has led to other teams.
fn check_same(arguments: &Arguments, known: &Value, line: &Outcome) -> Result<(), Failure> {
    let now = serde_json::to_value(line).map_err(|error| Failure::Internal(error.to_string()))?;
    if ["value", "bound", "removed", "added"].iter().all(|field| known[*field] == now[*field]) {
        return Ok(());
    }
    let file = arguments.output.as_deref().unwrap_or_default();
    let problem = format!("says of \"{}\" what a limit of time led to, and is otherwise without it", line.scenario);
    Err(Refusal::whole_file(file, "E603", problem, "name another file").into())
}

/// The least and the largest team of a range like 8..16, both included.
fn sizes(range: &str) -> Result<(usize, usize), Refusal> {
    let refuse = |problem: String, remedy: &str| Err(Refusal::whole_file("--reps", "E602", problem, remedy));
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let Some((least, most)) = range.split_once("..").and_then(|(least, most)| number(least).zip(number(most))) else {
        return refuse(format!("\"{range}\" is no range"), "write the smallest and the largest team, as 8..16");
    };
    if least > most {
        return refuse(format!("\"{range}\" runs backwards and is empty"), "write the smaller team first, as 8..16");
    }
    if most as i64 > MOST_REPS || most - least >= MOST_SIZES {
        let problem = format!("\"{range}\" asks for more than {MOST_SIZES} sizes, or more than {MOST_REPS} reps");
        return refuse(problem, "ask for fewer");
    }
    Ok((least, most))
}

/// The curve in the words of a planner.
fn screen(ground: &Ground, lines: &[Outcome]) -> String {
    let instance = &ground.base.instance.instance;
    let today = instance.reps.iter().filter(|rep| rep.is_active()).count();
    let curve = Curve::of(lines);
    let amount = |money: Option<Money>| money.map_or_else(|| "-".to_owned(), Money::rounded);
    let percent = |share: Option<Factor>| {
        share.map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", share.as_f64() * 100.0))
    };
    let tenth =
        |number: Option<Factor>| number.map_or_else(|| "-".to_owned(), |number| format!("{:.1}", number.as_f64()));
    let titles =
        ["reps", "revenue", "at most", "last rep adds", "profit", "customers/rep", "used", "reach", "visits each"];
    let mut rows = Vec::new();
    for line in lines {
        let size = line.reps.map_or_else(|| line.scenario.replace("reps=", ""), |reps| count(reps as i64));
        let mark = match line.reps {
            Some(size) if curve.best.is_some_and(|(best, _)| best == size) => " best",
            Some(size) if size == today => " today",
            _ => "",
        };
        let adds = match (line.marginal_low, line.marginal_high) {
            (Some(low), Some(high)) if low == high => low.rounded(),
            (Some(low), Some(high)) => format!("{} to {}", low.rounded(), high.rounded()),
            _ => "-".to_owned(),
        };
        rows.push(vec![
            format!("{size}{mark}"),
            amount(line.revenue),
            amount(line.bound),
            adds,
            amount(line.profit),
            tenth(line.customers_per_rep),
            percent(line.utilisation),
            percent(line.reach),
            tenth(line.frequency),
        ]);
    }
    let mut text = table(texts(titles), rows);
    let changes = |line: &Outcome| {
        let removed = (!line.removed.is_empty()).then(|| format!("without {}", line.removed.join(", ")));
        let added = (!line.added.is_empty()).then(|| format!("with {}", line.added.join(", ")));
        let words: Vec<String> = removed.into_iter().chain(added).collect();
        (!words.is_empty()).then(|| format!("{}: {}", line.scenario.replace("reps=", ""), words.join(", ")))
    };
    for words in lines.iter().filter_map(changes) {
        text.push_str(&format!("{words}\n"));
    }
    text.push_str(&conclusion(ground, &curve, lines, today));
    text
}

/// The best size, the sizes that are as good, and where the gain comes from.
fn conclusion(ground: &Ground, curve: &Curve, lines: &[Outcome], today: usize) -> String {
    let instance = &ground.base.instance.instance;
    let mut text = String::new();
    match (curve.best, curve.band) {
        (Some((best, profit)), Some((from, to))) => {
            let edge = |size: usize| {
                lines.first().is_some_and(|line| line.reps == Some(size)) && size > 0
                    || lines.last().is_some_and(|line| line.reps == Some(size))
            };
            let wider = if edge(best) { " (at the edge of the range: ask for a wider one)" } else { "" };
            text.push_str(&format!("Best size: {best} reps, profit {}{wider}.\n", profit.rounded()));
            text.push_str(&match from == to {
                true => "No other size is within 1 % of that profit.\n".to_owned(),
                false => format!("Within 1 % of that profit: {from} to {to} reps.\n"),
            });
            if let Some(split) = curve.split(&ground.base, lines, today) {
                let profit =
                    split.profit_of_size.map_or_else(String::new, |profit| format!(" (profit {})", profit.signed()));
                text.push_str(&format!(
                    "Against last period's visits ({}): {} by re-allocation at {today} reps, {} by size{profit}.\n",
                    split.last_period.rounded(),
                    split.reallocation.signed(),
                    split.size.signed(),
                ));
            }
        }
        _ => text
            .push_str("There is no best size: profit needs the model's \"economics\" and the \"cost\" of every rep.\n"),
    }
    let kept = instance.model.owners == Owners::Keep;
    if kept && lines.iter().any(|line| line.added.iter().any(|id| instance.reps.iter().any(|rep| *rep.id == **id))) {
        text.push_str(
            "Owners are kept: a position that is filled gets only customers whose owner is not there. \
             Set the model's \"owners\" to \"prefer\" or \"free\" to let accounts change hands.\n",
        );
    }
    text
}
