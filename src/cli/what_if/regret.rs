//! `visitplan what-if INSTANCE --vvp-error E`: how much the forecast of visit values matters.

use serde_json::{Value, json};

use super::super::output::{print, printable, talk};
use super::super::screen::surety;
use super::super::{Exit, Failure, Place};
use super::Arguments;
use super::ground::Ground;
use crate::units::{Factor, Money, plural};
use crate::what_if::{Regret, Search};

/// Customers that are named.
const NAMED: usize = 10;

/// Plans the instance as it is, values the plan under draws, and writes what that says as one line of JSON.
pub fn run(arguments: &Arguments, search: Search<'_>, error: Factor) -> Result<Exit, Failure> {
    let mut ground = Ground::read(&Place::from(arguments.instance.as_str()), arguments.quiet)?;
    ground.base.plan(&search);
    let Some(plan) = &ground.base.plan else {
        talk("There is no plan to value: solve says why.");
        return Ok(Exit::NoPlan);
    };
    let instance = &ground.base.instance.instance;
    let wanted = (error, arguments.draws, arguments.seed);
    let Some(regret) = Regret::of(instance, &ground.base.problem, plan, wanted, search.should_stop) else {
        talk("Not all draws could be planned; nothing is said of them.");
        return Ok(Exit::NoPlan);
    };
    let value = Money(plan.value);
    let mut line = json!({ "format": "visitplan-regret/1", "instance": instance.identity(), "value": value });
    let fields = serde_json::to_value(&regret).map_err(|error| Failure::Internal(error.to_string()))?;
    if let (Some(line), Value::Object(fields)) = (line.as_object_mut(), fields) {
        line.extend(fields);
    }
    print(&format!("{line}\n"))?;
    if !arguments.quiet {
        talk(&surety(&regret).join("\n"));
        for flip in regret.flips.iter().filter(|flip| flip.another_rep.0 > 0).take(NAMED) {
            talk(&printable(&format!(
                "  {}: {} by {}, otherwise in {:.0} % of the draws",
                flip.customer,
                plural(flip.visits, "visit"),
                flip.rep.as_deref().unwrap_or("nobody"),
                flip.another_rep.as_f64() * 100.0
            )));
        }
    }
    Ok(Exit::Done)
}
