//! What the rules of the post-pass cost: the plan beside the best mix of visits and calls, solved as one program.

use crate::certificate::Bound;
#[cfg(feature = "exact")]
use crate::engine::{Answer, Control, Engine, Settings, Start};
use crate::instance::Instance;
use crate::plan::{Compared, Compares, Plan};
use crate::post_pass::Wide;
use crate::problem::{Choice, Problem};
use crate::units::Minutes;

/// The best mixes of visits and calls that were found, each with its bound.
#[derive(Clone, Debug)]
pub struct BestMix {
    /// With all the time that the telesales pools have.
    pub joint: Plan,
    /// What its certificate proves beside the value of the plan after the post-pass: a search to the end proves less
    /// beside a smaller value.
    pub bound: Bound,
    /// With no more of it than the post-pass used; none where that search was stopped.
    pub same_calls: Option<Plan>,
}

impl BestMix {
    /// Solves the joint model twice: with all the telesales minutes, and with as many as a plan after the post-pass uses.
    /// Neither is worth less than that plan, from which and from the prices of whose rows the search starts where it has
    /// to. None where the search was stopped before it had a plan.
    #[cfg(feature = "exact")]
    pub fn of(
        wide: &Wide,
        passed: &[Choice],
        prices: &[f64],
        engine: Engine,
        settings: Settings,
        control: &mut Control<'_>,
    ) -> Option<BestMix> {
        let mut solve = |instance: &Instance, problem: &Problem| {
            let mut from = |start: Option<Start>| match engine.solve(instance, problem, settings, start, control) {
                Answer::Plan(plan) => Some(*plan),
                Answer::Infeasible(_) | Answer::Unknown(_) => None,
            };
            // From the data alone it is found sooner than from a plan that may be far from the best.
            let found = from(None).filter(|plan| plan.value >= problem.total_value(passed));
            found.or_else(|| from(Some(Start { choices: passed.to_vec(), prices: prices.to_vec() })))
        };
        let joint = solve(&wide.instance, &wide.problem)?;
        let (limited, problem) = with_calls_of(wide, passed)?;
        let same_calls = solve(&limited, &problem);
        let bounds = joint.certificate.bounds_beside(&wide.problem, wide.problem.total_value(passed)).ok()?;
        Some(BestMix { joint, bound: bounds.least(), same_calls })
    }
}

/// The joint instance with no more minutes in each pool than a plan uses. Its options and their order are the same.
pub fn with_calls_of(wide: &Wide, choices: &[Choice]) -> Option<(Instance, Problem)> {
    let uses = wide.problem.row_uses(choices);
    let mut limited = wide.instance.clone();
    for (number, pool) in (0..).zip(&mut limited.pools) {
        pool.minutes = Minutes(uses[wide.problem.row_of_pool(number)]);
    }
    let problem = Problem::new(&limited).ok()?;
    Some((limited, problem))
}

/// Last period, visits alone, the plan after the post-pass, the best mix of visits and calls.
pub fn compare(wide: &Wide, before: &[Choice], after: &[Choice], best: Option<&BestMix>) -> Vec<Compared> {
    let problem = &wide.problem;
    let mut rows: Vec<Compared> = crate::baseline::compared(&wide.instance).into_iter().collect();
    rows.push(Compared::of(Compares::Field, problem, before));
    rows.push(Compared::of(Compares::PostPass, problem, after));
    if let Some(best) = best {
        rows.extend(
            best.same_calls.as_ref().map(|plan| Compared::of(Compares::JointSameCalls, problem, &plan.choices)),
        );
        rows.push(Compared::of(Compares::Joint, problem, &best.joint.choices));
    }
    rows
}
