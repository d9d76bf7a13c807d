//! A company as companies are: what the curves say of last quarter, and what a better plan is worth.

mod support;

use support::problem_of;
use visitplan::baseline::Baseline;
use visitplan::engine::{self, Answer, Settings};
use visitplan::generate::{Family, Request, generate};
use visitplan::plan::{Figures, Gap};

#[test]
fn the_curves_give_last_quarters_sales_and_the_best_plan_gains_what_field_studies_found() {
    for seed in 1..=4 {
        let text = generate(Request { family: Family::Anchored, customers: 240, reps: 6, seed });
        let (instance, problem) = problem_of(&serde_json::from_str(&text).expect("valid JSON"));
        let baseline = Baseline::of(&instance).expect("a history");
        let miss = (baseline.given.0 - baseline.booked.0).abs() as f64 / baseline.booked.0 as f64;
        assert!(miss < 0.005, "seed {seed}: the curves miss the booked sales by {miss}");
        let elasticity = baseline.elasticity.expect("visits");
        assert!((0.2..=0.35).contains(&elasticity), "seed {seed}: elasticity {elasticity}");

        let settings = Settings { gap: Gap(1_000_000), ..Settings::default() };
        let Answer::Plan(plan) = engine::solve(&instance, &problem, settings) else { panic!("seed {seed}: no plan") };
        let sales = Figures::of(&instance, &problem, &plan.choices).sales;
        let gain = (sales.0 - baseline.sales.0) as f64 / baseline.sales.0 as f64;
        // Published field results: 5.8 % and 8.1 %.
        assert!((0.03..=0.09).contains(&gain), "seed {seed}: the best plan gains {gain}");
    }
}
