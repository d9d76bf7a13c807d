//! The product against full enumeration, written apart from it: random tiny instances with every feature.

mod oracle;
mod support;

use std::collections::BTreeMap;
use std::ops::Range;

use oracle::{assess, enumerate, random_contest, random_instance};
use serde_json::Value;
use support::say;
use visitplan::engine::{self, Answer, Settings};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, InfeasibilityDocument, PlanDocument, Status};
use visitplan::problem::Problem;
use visitplan::verify::{Verified, verify};

/// All seeds with `script/test --long`, a tenth always.
fn seeds(all: u64) -> Range<u64> {
    let long = std::env::var_os("VISITPLAN_LONG").is_some();
    0..if long { all } else { all / 10 }
}

/// What the product's answer to one instance is proven by, or what is wrong with it.
fn proof(document: &Value) -> Result<String, String> {
    let expected = enumerate(document);
    let instance = Instance::from_json(&document.to_string()).map_err(|refusal| format!("refused: {refusal}"))?;
    let problem = Problem::new(&instance).map_err(|error| error.to_string())?;
    if problem.granularity() != expected.granularity {
        return Err(format!("granularity {}, enumeration says {}", problem.granularity(), expected.granularity));
    }
    let settings = Settings { gap: Gap(0), ..Settings::default() };
    match (engine::solve(&instance, &problem, settings), expected.optimum) {
        (Answer::Plan(plan), Some(optimum)) => {
            let text = PlanDocument::new(&instance, &problem, &plan).to_text();
            let read = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            let assessed = assess(document, &read)?;
            if plan.status != Status::Optimal || plan.value != optimum || assessed != optimum || plan.bound.0 < optimum
            {
                return Err(format!(
                    "status {:?}, value {}, assessed {assessed}, bound {}, by {:?}; the optimum is {optimum}",
                    plan.status, plan.value, plan.bound.0, plan.proven_by
                ));
            }
            if plan.certified.0 < optimum {
                return Err(format!("certified bound {} below the optimum {optimum}", plan.certified.0));
            }
            let verified =
                verify(&instance, &problem, "plan", &text).map_err(|rejected| format!("rejected: {rejected}"))?;
            let kind = format!("{:?}", plan.proven_by).to_lowercase();
            matches!(verified, Verified::Plan { status: Status::Optimal, .. })
                .then_some(kind)
                .ok_or_else(|| "verified as something else".to_owned())
        }
        (Answer::Infeasible(certificate), None) => {
            let text = InfeasibilityDocument::new(&instance, &certificate).to_text();
            let verified =
                verify(&instance, &problem, "proof", &text).map_err(|rejected| format!("rejected: {rejected}"))?;
            matches!(verified, Verified::Infeasible { .. })
                .then_some("infeasible".to_owned())
                .ok_or_else(|| "verified as a plan".to_owned())
        }
        (Answer::Plan(plan), None) => Err(format!("a plan of {} where there is none", plan.value)),
        (Answer::Infeasible(_), Some(optimum)) => Err(format!("infeasible, and the optimum is {optimum}")),
        (Answer::Unknown(why), optimum) => Err(format!("no answer ({why:?}); the optimum is {optimum:?}")),
    }
}

/// Compares with enumeration, and counts what proves the answers.
fn proofs(what: &str, seeds: Range<u64>, instance: impl Fn(u64) -> Value) -> BTreeMap<String, usize> {
    let count = seeds.end;
    let (mut kinds, mut wrong) = (BTreeMap::new(), Vec::new());
    for seed in seeds {
        match proof(&instance(seed)) {
            Ok(kind) => *kinds.entry(kind).or_default() += 1,
            Err(why) => wrong.push(format!("seed {seed}: {why}")),
        }
    }
    say(&format!("{what}: {count} instances, {kinds:?}"));
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    kinds
}

#[test]
fn on_tiny_instances_with_every_feature_value_status_and_bound_are_those_of_enumeration() {
    let kinds = proofs("every feature", seeds(20_000), random_instance);
    for kind in ["prices", "knapsack", "tree", "infeasible"] {
        assert!(kinds.contains_key(kind), "no answer by {kind}: {kinds:?}");
    }
}

#[test]
fn where_reps_compete_for_customers_with_little_time_the_optimum_is_that_of_enumeration() {
    let kinds = proofs("contests", seeds(2_000), random_contest);
    let by = |kind: &str| kinds.get(kind).copied().unwrap_or(0);
    assert!(by("tree") * 10 >= kinds.values().sum(), "few trees: {kinds:?}");
    assert!(by("knapsack") > 0 && by("infeasible") > 0, "{kinds:?}");
}
