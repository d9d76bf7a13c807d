//! The teams of a sizing sweep: each is the one before and a rep more, and who may visit whom is the same in all of them.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Scenario;
use crate::instance::{Coverage, Instance, RepStatus, TextSource, WithText};
use crate::json::{Refusal, did_you_mean};

/// Nested teams: the first `least` reps of `order`, and one more at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teams {
    /// Size of the smallest team.
    pub least: usize,
    /// The reps (ids) of the largest team, in the order in which they come.
    pub order: Vec<String>,
}

/// Who may visit whom in any of the teams, per customer: so that a plan of one team is a plan of every larger one.
#[derive(Clone, Debug)]
pub struct Possible {
    coverage: Vec<Vec<Coverage>>,
}

impl Teams {
    /// The sizes, from the least.
    pub fn sizes(&self) -> std::ops::RangeInclusive<usize> {
        self.least..=self.order.len()
    }

    /// The scenario of the team of a size: who works today and is not in it is removed, whoever else is in it is opened or
    /// added. `copies` are the reps that the instance does not have, as a scenario adds them.
    pub fn scenario(&self, name: &str, instance: &Instance, copies: &[Value], size: usize) -> Scenario {
        let mut document = scenario_of(instance, copies, &self.order[..size]);
        document["scenario"] = json!(name);
        document["sweep"] = json!({ "least": self.least, "order": self.order });
        Scenario::of_value(document)
    }

    /// What is wrong with them for a scenario of an instance, with a remedy each.
    pub(super) fn faults(&self, scenario: &Scenario, base: &Instance, now: &Instance) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if !scenario.set.is_empty() {
            let remedy = "change only reps: remove_reps, open and add_reps".to_owned();
            faults.push(("has a sweep, and sets values beside".to_owned(), remedy));
        }
        if self.least > self.order.len() {
            let problem = format!("sweeps from {} reps to {}", self.least, self.order.len());
            faults.push((problem, "name at least as many reps in \"order\" as \"least\" says".to_owned()));
        }
        let mut seen = HashSet::new();
        for id in &self.order {
            let ids = || now.reps.iter().map(|rep| &*rep.id);
            if !ids().any(|known| known == id) {
                let remedy = format!("name a rep of the instance, or one who is added{}", did_you_mean(id, ids()));
                faults.push((format!("sweeps over rep \"{id}\", who is not there"), remedy));
            } else if !seen.insert(id) {
                faults.push((format!("sweeps over rep \"{id}\" a second time"), "name each once".to_owned()));
            }
        }
        let active: HashSet<&str> = now.reps.iter().filter(|rep| rep.is_active()).map(|rep| &*rep.id).collect();
        let is_team = |size: usize| self.order[..size].iter().all(|id| active.contains(id.as_str()));
        if faults.is_empty() && !(self.sizes().contains(&active.len()) && is_team(active.len())) {
            let working = base.reps.iter().filter(|rep| active.contains(&*rep.id)).count();
            let problem =
                format!("has {} reps ({working} of the instance), who are no team of its sweep", active.len());
            faults.push((problem, "remove, open and add so that the first so many of \"order\" work".to_owned()));
        }
        faults
    }
}

impl Possible {
    /// Of a scenario with a sweep.
    pub fn of(scenario: &Scenario, base: &WithText, files: TextSource<'_>) -> Result<Possible, Refusal> {
        let Some(teams) = &scenario.sweep else { return Ok(Possible { coverage: Vec::new() }) };
        let copies: Vec<Value> =
            scenario.add_reps.iter().filter_map(|rep| serde_json::from_str(rep.get()).ok()).collect();
        let mut coverage: Vec<Vec<Coverage>> = vec![Vec::new(); base.instance.customers.len()];
        // The largest team first: its order of a customer's reps is that of whoever joins later in it.
        for size in teams.sizes().rev() {
            let team = Scenario::of_value(scenario_of(&base.instance, &copies, &teams.order[..size]));
            let instance = team.apply(&format!("the team of {size}"), base, files)?;
            for (all, customer) in coverage.iter_mut().zip(instance.customers) {
                for one in customer.coverage {
                    if !all.iter().any(|known| known.rep == one.rep) {
                        all.push(one);
                    }
                }
            }
        }
        Ok(Possible { coverage })
    }

    /// Gives every customer the reps who are possible in any team and work in this one.
    pub(super) fn restrict(&self, instance: &mut Instance) {
        let Instance { reps, customers, .. } = instance;
        for (customer, all) in customers.iter_mut().zip(&self.coverage) {
            let works = |coverage: &&Coverage| reps[coverage.rep as usize].is_active();
            customer.coverage = all.iter().filter(works).cloned().collect();
        }
    }
}

/// What a scenario says so that exactly these reps work.
pub(super) fn scenario_of(instance: &Instance, copies: &[Value], team: &[String]) -> Value {
    let is_in = |id: &str| team.iter().any(|member| member == id);
    let of_status = |status: RepStatus, member: bool| -> Vec<&str> {
        let ids = instance.reps.iter().filter(|rep| rep.status == status).map(|rep| &*rep.id);
        ids.filter(|id| is_in(id) == member).collect()
    };
    let copies = copies.iter().map(|copy| {
        let works = copy["id"].as_str().is_some_and(is_in);
        let mut copy = copy.clone();
        copy["status"] = json!(if works { "active" } else { "candidate" });
        copy
    });
    json!({
        "scenario": "team",
        "remove_reps": of_status(RepStatus::Active, false),
        "open": of_status(RepStatus::Candidate, true),
        "add_reps": copies.collect::<Vec<Value>>(),
    })
}
