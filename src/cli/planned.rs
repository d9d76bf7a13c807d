//! An instance and a verified plan of it, read together, with the plan's decisions over the instance.

use sha2::{Digest, Sha256};

use super::{Failure, ModelArgument, Place, input};
use crate::certificate::{Bound, Certificate};
use crate::decision::Decision;
use crate::instance::Instance;
use crate::json::utf8;
use crate::plan::{Names, Plan, ProvenBy, ReadPlan, Status};
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
    /// The plan.
    pub plan: Plan,
    /// What was decided by hand.
    pub decisions: Vec<Decision>,
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

/// Reads an instance and a plan, and verifies it.
pub fn read(instance: &Place, plan: &Place, model: &ModelArgument) -> Result<Reading, Failure> {
    if *instance == Place::Standard && *plan == Place::Standard {
        return Err(Failure::Usage("instance and plan cannot both come from standard input"));
    }
    let (stated, _) = input::instance(instance, model)?;
    let free = input::problem(&stated, instance)?;
    let (file, bytes) = (plan.shown("standard input"), input::bytes(plan)?);
    let text = utf8(&file, &bytes)?;
    match verify(&stated, &free, &file, text) {
        Ok(_) => {}
        Err(Rejected::Unreadable(refusal)) => return Err(refusal.into()),
        Err(rejected) => return Ok(Reading::Rejected(rejected)),
    }
    let read = ReadPlan::from_json(&file, text, &stated)?;
    let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
    let over = decided(&stated, &read.decisions).map_err(|error| internal(&error))?;
    let (instance, problem) = over.unwrap_or_else(|| (stated.clone(), free));
    let whole = read.certificate.prices(&problem).map_err(|error| internal(&error))?;
    let prices = whole.iter().map(|&price| price as f64 / read.certificate.denominator as f64).collect();
    let choices = choices(&instance, &problem, &read);
    let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let ReadPlan { decisions, certificate, status, stopped_by, proven_by, .. } = read;
    let plan = plan_of(&problem, choices, certificate, (status, proven_by, read.bound.0));
    let plan = Plan { stopped_by, ..plan };
    Ok(Reading::Planned(Box::new(Planned { stated, instance, problem, plan, decisions, sha256, prices })))
}

fn choices(instance: &Instance, problem: &Problem, read: &ReadPlan) -> Vec<Choice> {
    let names = Names::of(instance);
    let mut choices = vec![Choice::NOTHING; problem.customers()];
    for assignment in &read.assignments {
        if let (Some(at), Some(choice)) = (names.customer(&assignment.customer), names.choice(problem, assignment)) {
            choices[at] = choice;
        }
    }
    choices
}

fn plan_of(
    problem: &Problem,
    choices: Vec<Choice>,
    certificate: Certificate,
    (status, proven_by, bound): (Status, ProvenBy, i64),
) -> Plan {
    let value = problem.total_value(&choices);
    let bound = Bound(bound);
    Plan { choices, value, bound, status, stopped_by: None, proven_by, certified: bound, certificate }
}
