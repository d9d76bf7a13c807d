//! An instance and a verified plan of it, read together, with the plan's decisions over the instance.

use super::output::{print, printable};
use super::passing::Passing;
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::certificate::Bound;
use crate::decision::{Decision, PricedDecision};
use crate::instance::Instance;
use crate::json::{sha256, utf8};
use crate::plan::{Names, Plan, ReadPlan};
use crate::post_pass::{Wide, edits};
use crate::problem::{Choice, Problem};
use crate::verify::{Rejected, decided, verify};

/// A plan that was verified.
pub struct Planned {
    /// The instance as it was read.
    pub stated: Instance,
    /// The instance with the plan's decisions as locks; the same where there are none.
    pub instance: Instance,
    /// Its problem.
    pub problem: Problem,
    /// The plan, before the post-pass.
    pub plan: Plan,
    /// What the post-pass made of it, if it changed anything.
    pub passing: Option<Passing>,
    /// What was decided by hand.
    pub decisions: Vec<Decision>,
    /// The same with what the plan says they cost.
    pub priced: Vec<PricedDecision>,
    /// SHA-256 of the plan.
    pub sha256: String,
    /// Price of each row, in cents per unit.
    pub prices: Vec<f64>,
}

/// A plan, or the word that it is rejected.
pub enum Reading {
    /// It is verified.
    Planned(Box<Planned>),
    /// Why it is not.
    Rejected(Rejected),
}

impl Planned {
    /// The plan as it is in the end, with the options it is made of.
    pub fn in_the_end(&self) -> (&Problem, &[Choice]) {
        match &self.passing {
            Some(passing) => (&passing.wide.problem, &passing.after),
            None => (&self.problem, &self.plan.choices),
        }
    }
}

/// Reads an instance and a plan, and verifies it.
pub fn read(instance: &Place, plan: &Place, model: &ModelArgument) -> Result<Reading, Failure> {
    if *instance == Place::Standard && *plan == Place::Standard {
        return Err(Failure::Usage("instance and plan cannot both come from standard input"));
    }
    let (stated, _) = input::instance(instance, model)?;
    of(stated, instance, plan, model)
}

/// Reads a plan of an instance that was read from a place, and verifies it.
pub fn of(stated: Instance, place: &Place, plan: &Place, model: &ModelArgument) -> Result<Reading, Failure> {
    let (file, bytes) = (plan.shown("standard input"), input::bytes(plan)?);
    let text = utf8(&file, &bytes)?;
    let stated = input::of_plan(stated, place, model, &file, text)?;
    let free = input::problem(&stated, place)?;
    match verify(&stated, &free, &file, text) {
        Ok(_) => {}
        Err(Rejected::Unreadable(refusal)) => return Err(refusal.into()),
        Err(rejected) => return Ok(Reading::Rejected(rejected)),
    }
    let read = ReadPlan::from_json(&file, text, &stated)?;
    let over = decided(&stated, &read.decisions).map_err(|error| Failure::Internal(error.to_string()))?;
    let (instance, problem) = over.unwrap_or_else(|| (stated.clone(), free));
    let prices = read.certificate.prices_for(&problem);
    let names = Names::of(&instance);
    let known = |stated: Vec<Option<Choice>>| -> Vec<Choice> {
        stated.into_iter().map(|choice| choice.unwrap_or(Choice::NOTHING)).collect()
    };
    let choices = known(names.undone(&problem, &read));
    let passing = match read.changes.is_empty() {
        true => None,
        false => {
            let wide = Wide::new(&instance).map_err(|error| Failure::Internal(error.to_string()))?;
            let (before, after) = (wide.options(&problem, &choices), known(names.choices(&wide.problem, &read)));
            let edits = edits(&wide.problem, &before, &after)
                .map_err(|at| Failure::Internal(format!("customer {at} is changed by no rule, and was verified")))?;
            Some(Passing::new(wide, &before, after, edits, None))
        }
    };
    drop(names);
    let bound = Bound(read.bound.0);
    let plan = Plan {
        value: problem.total_value(&choices),
        choices,
        bound,
        status: read.status,
        stopped_by: read.stopped_by,
        proven_by: read.proven_by,
        certified: read.certified_bound.map_or(bound, |certified| Bound(certified.0)),
        certificate: read.certificate,
    };
    let sha256 = sha256(&bytes);
    Ok(Reading::Planned(Box::new(Planned {
        stated,
        instance,
        problem,
        plan,
        passing,
        decisions: read.decisions.iter().map(|priced| priced.decision.clone()).collect(),
        priced: read.decisions,
        sha256,
        prices,
    })))
}

/// Says why a plan is rejected.
pub fn reject(why: &Rejected) -> Result<Exit, Failure> {
    print(&format!("{}\n", printable(&format!("REJECTED: {why}"))))?;
    Ok(Exit::Rejected)
}
