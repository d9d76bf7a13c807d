//! Decisions of a plan, applied to the instance before anything is checked.

use std::collections::HashSet;

use super::Rejected;
use crate::decision::{Decision, Overlay, PricedDecision};
use crate::instance::Instance;
use crate::problem::Problem;

/// Faults that are named.
const NAMED: usize = 10;

/// The instance with a plan's decisions as locks, and its problem; none where nothing was decided.
pub fn decided(instance: &Instance, decisions: &[PricedDecision]) -> Result<Option<(Instance, Problem)>, Rejected> {
    if decisions.is_empty() {
        return Ok(None);
    }
    let decisions: Vec<Decision> = decisions.iter().map(|priced| priced.decision.clone()).collect();
    let place = |at: usize| format!("decision {}", at + 1);
    let mut seen = HashSet::new();
    if let Some(at) = decisions.iter().position(|decision| !seen.insert(decision.customer.as_str())) {
        return Err(Rejected::Decisions(format!("{} is a second one about its customer", place(at))));
    }
    let overlay = Overlay::new(instance, &decisions, &place).map_err(|faults| {
        let said = faults
            .iter()
            .take(NAMED)
            .map(|fault| format!("{}: \"{}\" = \"{}\" {}", place(fault.at), fault.field(), fault.value, fault.problem));
        Rejected::Decisions(said.collect::<Vec<_>>().join("; "))
    })?;
    if let Some(&at) = overlay.silent.first() {
        return Err(Rejected::Decisions(format!("{} says nothing", place(at))));
    }
    let mut instance = instance.clone();
    overlay.apply(&mut instance);
    let problem = Problem::new(&instance).map_err(|error| Rejected::Decisions(error.to_string()))?;
    Ok(Some((instance, problem)))
}
