//! The product's plans and proofs under an independent checker in another language (`tests/checker/check.py`).

mod oracle;
mod support;

use std::path::Path;

use oracle::random_instance;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use support::{certified_plan, checked_document, python, solve};
use visitplan::certificate::Certificate;
use visitplan::engine::Answer;
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{InfeasibilityDocument, PlanDocument, ProvenBy};
use visitplan::problem::{Problem, Row};
use visitplan::verify::verify;

/// What the checker says of the answer to an instance.
fn checked(instance_text: &str, folder: &Path) -> Result<(), String> {
    let instance = Instance::from_json(instance_text).map_err(|refusal| refusal.to_string())?;
    let problem = Problem::new(&instance).map_err(|error| error.to_string())?;
    let text = match solve(&instance, &problem) {
        Answer::Plan(plan) => PlanDocument::new(&instance, &problem, &plan).to_text(),
        Answer::Infeasible(certificate) => InfeasibilityDocument::new(&instance, &certificate).to_text(),
        Answer::Unknown(why) => return Err(format!("no answer: {why:?}")),
    };
    checked_document(instance_text, &text, folder)
}

#[test]
fn an_independent_checker_verifies_plans_and_proofs_of_random_instances() {
    if !python() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let count = if std::env::var_os("VISITPLAN_LONG").is_some() { 1000 } else { 100 };
    for seed in 30_000..30_000 + count {
        let document = random_instance(seed).to_string();
        checked(&document, folder.path()).unwrap_or_else(|said| panic!("seed {seed}: {said}"));
    }
}

/// Random prices prove little, but both must find exactly the same bound for them: that of the plan's text is the one
/// that the program computed, and the checker computes its own.
#[test]
fn an_independent_checker_finds_the_same_bounds_by_knapsacks() {
    if !python() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let count = if std::env::var_os("VISITPLAN_LONG").is_some() { 1000 } else { 100 };
    let (mut by_knapsacks, mut proofs) = (0, [0, 0]);
    for seed in 40_000..40_000 + count {
        let text = random_instance(seed).to_string();
        let instance = Instance::from_json(&text).expect("a valid instance");
        let problem = Problem::new(&instance).expect("sums that fit");
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut whole = |least: i64, most: i64| least + (dice.next_u64() % (most - least + 1) as u64) as i64;
        let scale = [1, 1000][whole(0, 1) as usize];
        let rows: Vec<i64> = problem.rows.iter().map(|_| whole(0, 1) * whole(0, 300) * scale).collect();
        let customers: Vec<i64> =
            (0..problem.customers()).map(|_| whole(0, 2) * whole(-9_000, 90_000) * scale).collect();
        match solve(&instance, &problem) {
            Answer::Plan(plan) => {
                // So high a price of time proves so little that the least bound is that of the knapsacks.
                let is_time = |row: &Row| row.name.starts_with("rep:");
                let high = problem.rows.iter().map(|row| if is_time(row) { 1_000_000 * scale } else { 0 });
                let certificate = Certificate::of_prices(&problem, scale, &high.collect::<Vec<i64>>());
                let certificate = certificate.with_knapsack(&problem, &rows, customers);
                let plan = certified_plan(&problem, plan.choices, certificate);
                by_knapsacks += usize::from(plan.proven_by == ProvenBy::Knapsack);
                let document = PlanDocument::new(&instance, &problem, &plan).to_text();
                verify(&instance, &problem, "plan", &document).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
                checked_document(&text, &document, folder.path()).unwrap_or_else(|said| panic!("seed {seed}: {said}"));
            }
            _ => {
                // Proofs are either right or wrong, for both.
                let certificate = Certificate::of_prices(&problem, 1, &vec![0; rows.len()]);
                let certificate =
                    certificate.with_knapsack(&problem, &rows, customers.iter().map(|p| -p.abs()).collect());
                let document = InfeasibilityDocument::new(&instance, &certificate).to_text();
                let verified = verify(&instance, &problem, "proof", &document);
                let said = checked_document(&text, &document, folder.path());
                assert_eq!(verified.is_ok(), said.is_ok(), "seed {seed}: {verified:?}, {said:?}");
                proofs[usize::from(said.is_ok())] += 1;
            }
        }
    }
    assert!(by_knapsacks > 20 && proofs[0] > 0 && proofs[1] > 0, "{by_knapsacks} by knapsacks, {proofs:?} proofs");
}

#[test]
fn an_independent_checker_verifies_the_plans_of_the_projects_small_instances() {
    if !python() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["tiny", "textbook-teams", "textbook-shops", "callplan"] {
        let path = format!("{}/instances/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("an instance of the project");
        checked(&text, folder.path()).unwrap_or_else(|said| panic!("{name}: {said}"));
    }
}

/// The random instances state values, times and coverage; this company has them derived: curves from history, minutes
/// from locations, hours from the calendar, coverage from owners.
#[test]
fn an_independent_checker_derives_the_same_from_a_companys_data() {
    if !python() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (seed, owners) in [(1, "keep"), (2, "prefer"), (3, "free")] {
        let text = generate(Request { family: Family::Anchored, customers: 30, reps: 3, seed });
        let model = format!(
            r#""model": {{ "format": "visitplan-model/1", "owners": "{owners}", "channels": "joint",
                "visits": {{ "max": 4 }}, "calls": {{ "max": 2 }}, "travel": {{ "radius_km": 150, "nearest": 2 }} }}"#
        );
        let text = text.replace(r#""model": "field-sales""#, &model);
        checked(&text, folder.path()).unwrap_or_else(|said| panic!("{owners}: {said}"));
    }
}
