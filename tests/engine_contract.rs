//! What every engine must do: one list of demands, asked of each.

mod oracle;
mod support;

use std::cell::Cell;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use oracle::{assess, enumerate, random_instance};
use serde_json::json;
use support::{problem_of, say};
use visitplan::engine::{Answer, Control, Engine, Progress, Proof, Settings, Start, prices};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, InfeasibilityDocument, Plan, PlanDocument, Status, StoppedBy};
use visitplan::problem::{Choice, Problem};
use visitplan::verify::{Verified, verify};

const ENGINES: [Engine; 3] = [Engine::Auto, Engine::Exact, Engine::Prices];

/// All seeds with `script/test --long`, a tenth always.
fn seeds(all: u64) -> Range<u64> {
    let long = std::env::var_os("VISITPLAN_LONG").is_some();
    0..if long { all } else { all / 10 }
}

/// Solves without watching.
fn solve(engine: Engine, instance: &Instance, problem: &Problem, settings: Settings, start: Option<Start>) -> Answer {
    engine.solve(instance, problem, settings, start, &mut quiet())
}

fn quiet() -> Control<'static> {
    Control { should_stop: &|| None, report: Box::leak(Box::new(|_| {})) }
}

/// Searches to the proof, or to the end of the work.
const TO_THE_END: Settings = Settings { gap: Gap(0), seed: 1, portable: false, proof: Proof::Tree };

/// The verifier's word on a plan as it would be written.
fn verified(instance: &Instance, problem: &Problem, plan: &Plan) -> Result<(), String> {
    let text = PlanDocument::new(instance, problem, plan).to_text();
    match verify(instance, problem, "plan", &text) {
        Ok(Verified::Plan { .. }) => Ok(()),
        Ok(Verified::Infeasible { .. }) => Err("verified as a proof that there is no plan".to_owned()),
        Err(rejected) => Err(format!("rejected: {rejected}")),
    }
}

/// What is wrong with the price engine's answer to one tiny instance, and its share of the optimum.
fn assessed(seed: u64) -> Result<Option<f64>, String> {
    let document = random_instance(seed);
    let expected = enumerate(&document);
    let (instance, problem) = problem_of(&document);
    match (solve(Engine::Prices, &instance, &problem, TO_THE_END, None), expected.optimum) {
        (Answer::Plan(plan), Some(optimum)) => {
            verified(&instance, &problem, &plan)?;
            let text = PlanDocument::new(&instance, &problem, &plan).to_text();
            let read = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            let value = assess(&document, &read)?;
            if value != plan.value || value > optimum || plan.bound.0 < optimum {
                return Err(format!("value {value}, bound {}; the optimum is {optimum}", plan.bound.0));
            }
            let missing = (optimum - value) as f64 / (optimum.abs().max(1)) as f64;
            if missing > 0.01 {
                return Err(format!("value {value} of {optimum}"));
            }
            Ok(Some(missing))
        }
        (Answer::Infeasible(certificate), None) => {
            let text = InfeasibilityDocument::new(&instance, &certificate).to_text();
            verify(&instance, &problem, "proof", &text).map_err(|rejected| format!("rejected: {rejected}"))?;
            Ok(None)
        }
        (Answer::Unknown(_), None) => Ok(None),
        (Answer::Plan(plan), None) => Err(format!("a plan of {} where there is none", plan.value)),
        (Answer::Infeasible(_), Some(optimum)) => Err(format!("infeasible, and the optimum is {optimum}")),
        (Answer::Unknown(why), Some(optimum)) => Err(format!("no plan ({why:?}); the optimum is {optimum}")),
    }
}

#[test]
fn on_tiny_instances_with_every_feature_prices_find_99_percent_of_the_optimum_and_a_bound_above_it() {
    let seeds = seeds(10_000);
    let count = seeds.end;
    let found: Vec<(u64, Result<Option<f64>, String>)> = seeds.map(|seed| (seed, assessed(seed))).collect();
    let missing: Vec<f64> = found.iter().filter_map(|(_, found)| found.clone().ok().flatten()).collect();
    let below = missing.iter().filter(|&&missing| missing > 0.0).count();
    say(&format!("prices: {} plans, {below} of them below the optimum", missing.len()));
    let wrong: Vec<String> =
        found.iter().filter_map(|(seed, found)| Some(format!("seed {seed}: {}", found.as_ref().err()?))).collect();
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// Instances of every family, small enough for HiGHS to have a plan soon.
fn families() -> Vec<(Family, Instance, Problem)> {
    Family::ALL
        .into_iter()
        .map(|family| {
            let text = generate(Request { family, customers: 80, reps: 4, seed: 5 });
            let instance = Instance::from_json(&text).expect("a valid instance");
            let problem = Problem::new(&instance).expect("sums that fit");
            (family, instance, problem)
        })
        .collect()
}

/// A sign that says stop from its `count`-th look on: a limit that is the same on every machine.
fn after(count: usize) -> impl Fn() -> Option<StoppedBy> + Sync {
    let looks = AtomicUsize::new(0);
    move || (looks.fetch_add(1, Ordering::Relaxed) >= count).then_some(StoppedBy::Time)
}

/// A gap that every engine reaches soon in every family.
const EASY: Settings = Settings { gap: Gap(20_000_000), seed: 1, portable: false, proof: Proof::Tree };

#[test]
fn every_plan_is_verified_and_its_status_says_how_good_it_is() {
    for (family, instance, problem) in families() {
        for engine in ENGINES {
            let settings = EASY;
            let Answer::Plan(plan) = solve(engine, &instance, &problem, settings, None) else {
                panic!("{family:?}, {engine:?}: no plan");
            };
            verified(&instance, &problem, &plan).unwrap_or_else(|why| panic!("{family:?}, {engine:?}: {why}"));
            let gap = Gap::between(plan.value, plan.bound);
            match plan.status {
                Status::Optimal => assert!(plan.stopped_by.is_none(), "{family:?}, {engine:?}"),
                Status::WithinGap => {
                    assert!(gap <= settings.gap && plan.stopped_by.is_none(), "{family:?}, {engine:?}")
                }
                Status::Stopped => assert!(gap > settings.gap && plan.stopped_by == Some(StoppedBy::Work)),
            }
        }
    }
}

#[test]
fn a_search_told_to_stop_stops_with_a_verified_plan_or_with_none() {
    for (family, instance, problem) in families() {
        for engine in ENGINES {
            for looks in [0, 1, 5, 20] {
                let stop = after(looks);
                let mut control = Control { should_stop: &stop, report: &mut |_| {} };
                match engine.solve(&instance, &problem, TO_THE_END, None, &mut control) {
                    Answer::Plan(plan) => {
                        verified(&instance, &problem, &plan)
                            .unwrap_or_else(|why| panic!("{family:?}, {engine:?}: {why}"));
                        assert!(plan.status == Status::Optimal || plan.stopped_by.is_some(), "{family:?}, {engine:?}");
                    }
                    Answer::Unknown(why) => assert_eq!(why, StoppedBy::Time, "{family:?}, {engine:?}"),
                    Answer::Infeasible(_) => panic!("{family:?}, {engine:?}: infeasible"),
                }
            }
        }
    }
}

#[test]
fn what_is_reported_only_gets_better_and_ends_with_the_answer() {
    for (family, instance, problem) in families() {
        for engine in ENGINES {
            let seen: Cell<(Option<i64>, Option<i64>)> = Cell::new((None, None));
            let mut report = |progress: Progress| {
                let (value, bound) = seen.get();
                assert!(progress.value >= value, "{family:?}, {engine:?}: value {:?} after {value:?}", progress.value);
                assert!(bound.is_none() || progress.bound <= bound, "{family:?}, {engine:?}: a bound that rises");
                seen.set((progress.value, progress.bound));
            };
            let mut control = Control { should_stop: &|| None, report: &mut report };
            let answer = engine.solve(&instance, &problem, EASY, None, &mut control);
            let Answer::Plan(plan) = answer else { panic!("{family:?}, {engine:?}: no plan") };
            assert_eq!(seen.get().0, Some(plan.value), "{family:?}, {engine:?}");
        }
    }
}

#[test]
fn a_search_from_a_plan_ends_with_one_that_is_no_worse() {
    for (family, instance, problem) in families() {
        for engine in ENGINES {
            let settings = EASY;
            let Answer::Plan(first) = solve(engine, &instance, &problem, settings, None) else {
                panic!("{family:?}, {engine:?}: no plan");
            };
            let denominator = first.certificate.denominator as f64;
            let prices = first.certificate.prices(&problem).expect("names of rows");
            let start = Start {
                choices: first.choices.clone(),
                prices: prices.iter().map(|&price| price as f64 / denominator).collect(),
            };
            let Answer::Plan(second) = solve(engine, &instance, &problem, settings, Some(start)) else {
                panic!("{family:?}, {engine:?}: no plan from a plan");
            };
            verified(&instance, &problem, &second).unwrap_or_else(|why| panic!("{family:?}, {engine:?}: {why}"));
            assert!(second.value >= first.value, "{family:?}, {engine:?}: {} after {}", second.value, first.value);
        }
    }
}

#[test]
fn a_start_that_overdraws_rows_is_made_feasible() {
    for (family, instance, problem) in families() {
        for engine in ENGINES {
            let most = |customer| problem.choices(customer).last().unwrap_or(Choice::NOTHING);
            let choices = (0..problem.customers()).map(most).collect();
            let start = Start { choices, prices: vec![0.0; problem.rows.len()] };
            let Answer::Plan(plan) = solve(engine, &instance, &problem, EASY, Some(start)) else {
                panic!("{family:?}, {engine:?}: no plan");
            };
            verified(&instance, &problem, &plan).unwrap_or_else(|why| panic!("{family:?}, {engine:?}: {why}"));
        }
    }
}

#[test]
fn the_price_engine_gives_the_same_bits_on_every_path_and_with_any_number_of_threads() {
    for (family, _, problem) in families() {
        let answer = |portable, threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            let settings = Settings { portable, ..TO_THE_END };
            match pool.install(|| prices::solve(&problem, settings, None, &mut quiet())) {
                Answer::Plan(plan) => *plan,
                other => panic!("{family:?}: {other:?}"),
            }
        };
        let first = answer(false, 1);
        for (portable, threads) in [(true, 1), (false, 2), (false, 5), (true, 3)] {
            let other = answer(portable, threads);
            assert_eq!(
                first.certificate, other.certificate,
                "{family:?}: prices, portable {portable}, {threads} threads"
            );
            assert_eq!(first.choices, other.choices, "{family:?}: plans, portable {portable}, {threads} threads");
        }
    }
}

/// Whether there is a plan is said of instances whose minima cannot all be met: proven, or not known, never a plan.
#[test]
fn where_there_is_no_plan_none_is_given() {
    let document = json!({"format": "visitplan-instance/1", "model": "field",
        "reps": [{"id": "a", "minutes": 100}, {"id": "b", "minutes": 100}],
        "customers": (0..5).map(|number| json!({"id": format!("c{number}"), "potential": 500, "visit_value": 100,
            "visits": {"min": 1, "max": 3}, "coverage": [{"rep": "a", "minutes_per_visit": 45}, {"rep": "b", "minutes_per_visit": 45}]}))
            .collect::<Vec<_>>()});
    let (instance, problem) = problem_of(&document);
    for engine in ENGINES {
        match solve(engine, &instance, &problem, TO_THE_END, None) {
            Answer::Infeasible(certificate) => {
                let text = InfeasibilityDocument::new(&instance, &certificate).to_text();
                verify(&instance, &problem, "proof", &text).expect("a proof that verifies");
            }
            Answer::Unknown(why) => assert!(engine == Engine::Prices && why == StoppedBy::Work),
            Answer::Plan(_) => panic!("{engine:?}: a plan where there is none"),
        }
    }
}
