//! Sizing: teams of every size in a range, and whom each has.
//!
//! Whom to do without, and whom to add, is chosen one rep at a time: prices say who matters least or most, the few of whom
//! they say so are tried, and the plan that is worth most decides (`models/what-if.md`, section 5).

use std::collections::HashSet;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::Scenario;
use super::base::{Base, start_from};
use super::search::Search;
use super::teams::{Teams, scenario_of};
use crate::engine::{Answer, Engine, Proof, Settings};
use crate::instance::{Instance, Rep, RepStatus, TextSource};
use crate::json::Refusal;
use crate::model::Owners;
use crate::plan::{Gap, Plan};
use crate::problem::{Problem, RowKind};

/// Reps of whom each choice tries that many.
const TRIED: usize = 4;
/// How near to the best a plan that only decides between reps has to be.
const TRIAL_GAP: Gap = Gap(1_000_000);

/// Teams for a range of sizes, with the reps that the instance does not have.
pub struct Sizing {
    /// The teams.
    pub teams: Teams,
    /// Copies of reps, as a scenario adds them.
    pub copies: Vec<Value>,
}

/// A team, and what its plan says of whom it lacks and of whom it could spare.
struct Team {
    /// Ids, in no order that matters.
    members: Vec<String>,
    copies: Vec<Value>,
    /// Its problem and plan; none where none was found.
    planned: Option<(Problem, Plan)>,
}

impl Team {
    fn value(&self) -> i64 {
        self.planned.as_ref().map_or(i64::MIN, |(_, plan)| plan.value)
    }
}

impl Sizing {
    /// Refuses sizes that cannot be had: fewer reps than hold locks, or more than there are positions for where there is
    /// nobody to copy. `named` names the instance.
    pub fn check(instance: &Instance, named: &str, (least, most): (usize, usize)) -> Result<(), Refusal> {
        let refuse = |problem: String, remedy: &str| Err(Refusal::whole_file(named, "E602", problem, remedy));
        let (held, positions) = (held(instance).len(), with_status(instance, RepStatus::Candidate).len());
        if least < held {
            let problem = format!("has {held} reps who hold locked customers, and a team of {least} is asked for");
            return refuse(problem, "ask for at least as many, or take the locks away");
        }
        let nobody = !instance.reps.iter().any(Rep::is_active);
        if nobody && most > positions {
            let problem = format!("has {positions} positions and nobody to copy, and a team of {most} is asked for");
            return refuse(problem, "add reps or candidates to the instance");
        }
        Ok(())
    }

    /// Chooses the teams of `least` to `most` reps, sizes that can be had, around the one that works today.
    pub fn choose(
        base: &Base,
        search: &Search<'_>,
        files: TextSource<'_>,
        (least, most): (usize, usize),
    ) -> Result<Sizing, Refusal> {
        let instance = &base.instance.instance;
        let gap = search.settings.gap.max(TRIAL_GAP);
        let settings = Settings { gap, proof: Proof::Bound, ..search.settings };
        let chooser = Chooser { base, search: Search { engine: Engine::Prices, settings, ..*search } };
        let today: Vec<String> = with_status(instance, RepStatus::Active);
        let candidates = with_status(instance, RepStatus::Candidate);
        let held = held(instance);

        let everybody = chooser.everybody(files)?;
        let mut team = Team { members: today.clone(), copies: Vec::new(), planned: None };
        team.planned = base.plan.clone().map(|plan| (base.problem.clone(), plan));
        let as_today = team.members.clone();
        let mut removed = Vec::new();
        while team.members.len() > least {
            let may_go = |id: &String| index_of(instance, id).is_none_or(|rep| !held.contains(&rep));
            let (gone, smaller) = chooser.without_one(&everybody, &team, &may_go);
            removed.push(gone);
            team = smaller;
        }
        let mut order = team.members;
        order.extend(removed.into_iter().rev());
        let planned = base.plan.clone().map(|plan| (base.problem.clone(), plan));
        let mut team = Team { members: as_today, copies: Vec::new(), planned };
        while team.members.len() < most {
            let (joins, larger) = chooser.with_one_more(&everybody, &team, &candidates);
            order.push(joins);
            team = larger;
        }
        order.truncate(most);
        let copies = team.copies.into_iter().filter(|copy| order.iter().any(|id| copy["id"] == json!(id))).collect();
        Ok(Sizing { teams: Teams { least, order }, copies })
    }

    /// The scenario of a size.
    pub fn scenario(&self, instance: &Instance, size: usize) -> Scenario {
        self.teams.scenario(&format!("reps={size}"), instance, &self.copies, size)
    }
}

struct Chooser<'c> {
    base: &'c Base,
    search: Search<'c>,
}

impl Chooser<'_> {
    /// The problem in which all positions are filled and every customer may go to every rep near by: where accounts of a rep
    /// who goes would go to, and what one who comes could have.
    fn everybody(&self, files: TextSource<'_>) -> Result<Problem, Refusal> {
        let instance = &self.base.instance.instance;
        let ids: Vec<String> = instance.reps.iter().map(|rep| rep.id.to_string()).collect();
        let mut document = scenario_of(instance, &[], &ids);
        if instance.model.owners == Owners::Keep {
            document["set"] = json!({"/model/owners": "free"});
        }
        let all = Scenario::of_value(document).apply("everybody", &self.base.instance, files)?;
        Problem::new(&all).map_err(|error| Refusal::whole_file("everybody", "E315", error.to_string(), "ask for less"))
    }

    /// The team with one rep less, and who that is: of those whom prices say are missed least, the one without whom the plan
    /// is worth most.
    fn without_one(&self, all: &Problem, team: &Team, may_go: &dyn Fn(&String) -> bool) -> (String, Team) {
        let losses = self.losses(all, team);
        let mut free: Vec<(usize, f64)> =
            losses.into_iter().enumerate().filter(|(at, _)| may_go(&team.members[*at])).collect();
        free.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        free.truncate(TRIED);
        let tries: Vec<(String, Team)> = free
            .par_iter()
            .map(|&(at, _)| {
                let mut members = team.members.clone();
                let gone = members.remove(at);
                (gone, self.planned(team, members, team.copies.clone()))
            })
            .collect();
        best(tries)
    }

    /// The team with one rep more, and who that is: a candidate, or where there is none left a copy of a rep whose hour is
    /// worth most.
    fn with_one_more(&self, all: &Problem, team: &Team, candidates: &[String]) -> (String, Team) {
        let instance = &self.base.instance.instance;
        let mut closed: Vec<&String> = candidates.iter().filter(|id| !team.members.contains(id)).collect();
        if closed.len() > TRIED {
            let gains = self.gains(all, team, &closed);
            let mut ranked: Vec<(&String, f64)> = closed.into_iter().zip(gains).collect();
            ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
            closed = ranked.into_iter().take(TRIED).map(|(id, _)| id).collect();
        }
        let mut choices: Vec<(String, Vec<Value>)> =
            closed.into_iter().map(|id| (id.clone(), team.copies.clone())).collect();
        if choices.is_empty() {
            let mut templates: Vec<(usize, f64)> = team
                .members
                .iter()
                .enumerate()
                .filter(|(_, id)| index_of(instance, id).is_some())
                .map(|(at, id)| (at, team.hour(id)))
                .collect();
            templates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            choices = templates
                .into_iter()
                .take(TRIED)
                .map(|(at, _)| {
                    let id = new_id(instance, &team.copies, &team.members[at]);
                    let copy = json!({"id": id, "copy_of": team.members[at]});
                    (id, team.copies.iter().cloned().chain([copy]).collect())
                })
                .collect();
        }
        let tries = choices
            .into_par_iter()
            .map(|(id, copies)| {
                let members = team.members.iter().cloned().chain([id.clone()]).collect();
                (id, self.planned(team, members, copies))
            })
            .collect();
        best(tries)
    }

    /// Another team, planned from the plan of one that is near.
    fn planned(&self, near: &Team, members: Vec<String>, copies: Vec<Value>) -> Team {
        let no_files = |_: &str| Err("reps alone change".to_owned());
        let scenario = Scenario::of_value(scenario_of(&self.base.instance.instance, &copies, &members));
        let planned = scenario.apply("a team", &self.base.instance, &no_files).ok().and_then(|instance| {
            let problem = Problem::new(&instance).ok()?;
            let start = near.planned.as_ref().map(|(of, plan)| start_from(of, plan, &problem));
            match self.search.solve(&instance, &problem, start) {
                Answer::Plan(plan) => Some((problem, *plan)),
                Answer::Infeasible(_) | Answer::Unknown(_) => None,
            }
        });
        Team { members, copies, planned }
    }

    /// What the plan would lose without each member, by the prices of its hours: their plan, less what the others would make
    /// of their customers at these prices.
    fn losses(&self, all: &Problem, team: &Team) -> Vec<f64> {
        let Some((problem, plan)) = &team.planned else { return vec![0.0; team.members.len()] };
        let prices = plan.certificate.prices_for(all);
        let at = self.places(&team.members);
        let mut losses: Vec<f64> = vec![0.0; team.members.len()];
        for (rep, place) in at.iter().enumerate() {
            if let (Some(place), Some(row)) = (place, all.row_of_rep(rep as u32)) {
                losses[*place] += prices[row] * all.rows[row].capacity as f64;
            }
        }
        for customer in 0..all.customers() {
            let visitor = plan.choices[customer].lane().and_then(|lane| problem.lane(lane).rep);
            let Some(place) = visitor.and_then(|rep| at.get(rep as usize).copied().flatten()) else { continue };
            let (mut own, mut others) =
                (f64::NEG_INFINITY, if all.allows_nothing(customer) { 0.0 } else { f64::NEG_INFINITY });
            for_each_rep(all, &prices, customer, &mut |rep, best| match rep {
                Some(rep) if Some(rep) == visitor => own = own.max(best),
                Some(rep) if at[rep as usize].is_none() => {}
                _ => others = others.max(best),
            });
            if own.is_finite() {
                losses[place] += own - others.max(own - 1e15);
            }
        }
        losses
    }

    /// What the plan could gain at most with each candidate, by the prices of the hours there are, and the best of a few for
    /// theirs.
    fn gains(&self, all: &Problem, team: &Team, candidates: &[&String]) -> Vec<f64> {
        let instance = &self.base.instance.instance;
        let Some((_, plan)) = &team.planned else { return vec![0.0; candidates.len()] };
        let prices = plan.certificate.prices_for(all);
        let at = self.places(&team.members);
        let usual = prices.iter().copied().fold(0.0, f64::max);
        let tries = [0.125, 0.25, 0.5, 0.75, 1.0, 1.5].map(|share| usual * share);
        let candidates: Vec<u32> = candidates.iter().filter_map(|id| index_of(instance, id)).collect();
        let mut gains: Vec<[f64; 6]> = candidates
            .iter()
            .map(|&rep| {
                let minutes = all.row_of_rep(rep).map_or(0, |row| all.rows[row].capacity) as f64;
                tries.map(|price| price * minutes)
            })
            .collect();
        for customer in 0..all.customers() {
            let mut now = if all.allows_nothing(customer) { 0.0 } else { f64::NEG_INFINITY };
            for_each_rep(all, &prices, customer, &mut |rep, best| {
                if rep.is_none_or(|rep| at[rep as usize].is_some()) {
                    now = f64::max(now, best);
                }
            });
            for lane in all.lanes_of(customer) {
                let opened = all.lane(lane);
                let Some(candidate) = candidates.iter().position(|&rep| Some(rep) == opened.rep) else { continue };
                for (gain, price) in gains[candidate].iter_mut().zip(tries) {
                    let minutes = opened.minutes_per_visit as f64 * price;
                    let reduced = |(visits, value): (u32, i64)| value as f64 - f64::from(visits) * minutes;
                    let best = (opened.fewest..).zip(all.values(lane)).map(reduced).fold(f64::NEG_INFINITY, f64::max);
                    *gain += (best - now).clamp(0.0, 1e15);
                }
            }
        }
        gains.into_iter().map(|gains| gains.into_iter().fold(f64::INFINITY, f64::min)).collect()
    }

    /// Where each rep of the instance stands among some; none for whom is not among them.
    fn places(&self, members: &[String]) -> Vec<Option<usize>> {
        let reps = &self.base.instance.instance.reps;
        reps.iter().map(|rep| members.iter().position(|id| **id == *rep.id)).collect()
    }
}

impl Team {
    /// What an hour of a rep is worth.
    fn hour(&self, id: &str) -> f64 {
        let Some((problem, plan)) = &self.planned else { return 0.0 };
        let name = format!("rep:{id}");
        let row = problem.rows.iter().position(|row| matches!(row.kind, RowKind::RepMinutes(_)) && row.name == name);
        row.map_or(0.0, |row| plan.price(problem, row))
    }
}

/// The try that is worth most; the first of several.
fn best(tries: Vec<(String, Team)>) -> (String, Team) {
    let better = |best: (String, Team), next: (String, Team)| if next.1.value() > best.1.value() { next } else { best };
    tries.into_iter().reduce(better).expect("there is somebody to choose from")
}

/// Calls `each(rep, value less the price of its time)` for the best option of every lane of a customer.
fn for_each_rep(problem: &Problem, prices: &[f64], customer: usize, each: &mut dyn FnMut(Option<u32>, f64)) {
    for index in problem.lanes_of(customer) {
        let lane = problem.lane(index);
        let price = lane.rep.and_then(|rep| problem.row_of_rep(rep)).map_or(0.0, |row| prices[row]);
        let calls = lane.pool.map_or(0.0, |pool| prices[problem.row_of_pool(pool)]) * lane.call_minutes as f64;
        let minutes = lane.minutes_per_visit as f64 * price;
        let reduced = |(visits, value): (u32, i64)| value as f64 - f64::from(visits) * minutes - calls;
        each(lane.rep, (lane.fewest..).zip(problem.values(index)).map(reduced).fold(f64::NEG_INFINITY, f64::max));
    }
}

/// The reps (indices) whom a lock holds to a customer.
fn held(instance: &Instance) -> HashSet<u32> {
    instance.customers.iter().filter_map(|customer| customer.lock?.rep).collect()
}

fn with_status(instance: &Instance, status: RepStatus) -> Vec<String> {
    instance.reps.iter().filter(|rep| rep.status == status).map(|rep| rep.id.to_string()).collect()
}

fn index_of(instance: &Instance, id: &str) -> Option<u32> {
    instance.reps.iter().position(|rep| *rep.id == *id).map(|at| at as u32)
}

/// The id of a copy: that of its template with the least number that makes it a new one.
fn new_id(instance: &Instance, copies: &[Value], template: &str) -> String {
    let known = |id: &String| index_of(instance, id).is_some() || copies.iter().any(|copy| copy["id"] == json!(id));
    // An id has at most 256 bytes.
    let stem: String = template.chars().take(50).collect();
    (2..).map(|number| format!("{stem}+{number}")).find(|id| !known(id)).expect("numbers do not end")
}
