//! Certificates of all kinds under mutation: nothing is accepted that is not true, by the enumeration of all plans.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde_json::{Value, json};
use visitplan::instance::Instance;
use visitplan::problem::Problem;
use visitplan::verify::{Verified, verify};

use crate::case::Case;
use crate::oracle::{assess, enumerate};
use crate::support::branching::Dice;
use crate::{count, mutate};

/// Mutations of one document.
const EACH: u64 = 40;

/// Money of a document in cents.
fn cents(value: &Value) -> i64 {
    (value.as_f64().expect("money") * 100.0).round() as i64
}

/// Whether a document is accepted; what is accepted must be true.
fn accepted(what: &str, source: &Value, instance: &Instance, problem: &Problem, document: &Value) -> bool {
    let Ok(verified) = verify(instance, problem, "document", &document.to_string()) else { return false };
    let best = enumerate(source).optimum;
    match verified {
        Verified::Infeasible { .. } => assert_eq!(best, None, "{what}: {document}"),
        Verified::Plan { .. } => {
            let value = assess(source, document).unwrap_or_else(|why| panic!("{what}: {why}: {document}"));
            let best = best.expect("a plan");
            assert_eq!(cents(&document["value"]), value, "{what}: {document}");
            let by_solver = document["proven_by"] == "solver";
            let bound = cents(&document[if by_solver { "certified_bound" } else { "bound" }]);
            assert!(bound >= best, "{what}: bound {bound}, and there is a plan of {best}: {document}");
            let optimal = document["status"] == "optimal" && !by_solver;
            assert!(!optimal || value == best, "{what}: called optimal, and there is a plan of {best}: {document}");
        }
    }
    true
}

#[test]
fn whatever_is_changed_only_what_is_true_is_accepted() {
    let counts: Vec<[AtomicUsize; 2]> = (0..6).map(|_| Default::default()).collect();
    let documents = count(200_000) / EACH;
    (60_000..60_000 + documents * 4 / 3).into_par_iter().filter_map(Case::of).for_each(|case| {
        let mut dice = Dice::new(case.seed);
        let document = case.some_document(&mut dice);
        let is_plan = document.get("assignments").is_some();
        let what = format!("seed {}", case.seed);
        let taken = accepted(&what, &case.document, &case.instance, &case.problem, &document);
        assert!(taken || !is_plan, "{what}");
        for mutation in 0..EACH {
            let mut changed = document.clone();
            let kind = dice.below(6);
            let mut other = None;
            match kind {
                0 => mutate::number(&mut changed, "", &mut dice),
                1 => mutate::number(&mut changed, "/certificate", &mut dice),
                2 => mutate::tree(&mut changed, &case, &mut dice),
                3 => mutate::plan(&mut changed, &case, &mut dice),
                4 => mutate::claim(&mut changed, &mut dice),
                _ => other = other_instance(&case, &mut changed, &mut dice),
            }
            if kind == 2 && dice.chance(30) {
                mutate::tree(&mut changed, &case, &mut dice);
            }
            let (source, instance, problem) = match &other {
                Some((source, instance, problem)) => (source, instance, problem),
                None => (&case.document, &case.instance, &case.problem),
            };
            if is_plan && dice.chance(50) {
                mutate::agree(&mut changed, instance, problem);
            }
            let what = format!("seed {}, mutation {mutation} of kind {kind}", case.seed);
            let taken = accepted(&what, source, instance, problem, &changed);
            counts[kind][usize::from(taken)].fetch_add(1, Ordering::Relaxed);
        }
    });
    let counts: Vec<[usize; 2]> = counts.into_iter().map(|pair| pair.map(AtomicUsize::into_inner)).collect();
    let all: usize = counts.iter().flatten().sum();
    crate::support::say(&format!("{all} mutations: rejected and accepted by kind: {counts:?}"));
    assert!(counts.iter().flatten().all(|&count| count > all / 500), "{counts:?}");
    assert!(all as u64 > documents * EACH, "{all} mutations");
}

/// An instance with another number, for which the document says it is.
fn other_instance(case: &Case, document: &mut Value, dice: &mut Dice) -> Option<(Value, Instance, Problem)> {
    let mut source = case.document.clone();
    mutate::number(&mut source, ["/reps", "/customers", "/telesales", "/model"][dice.below(4)], dice);
    let instance = Instance::from_json(&source.to_string()).ok()?;
    let problem = Problem::new(&instance).ok()?;
    if problem.choice_count() > 300 || crate::oracle::Problem::read(&source).choices() > 20_000 {
        return None;
    }
    document["instance"]["sha256"] = json!(instance.sha256);
    document["model"] = serde_json::to_value(&instance.model).expect("JSON");
    Some((source, instance, problem))
}
