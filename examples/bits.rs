//! The bits of a plan: solves an instance with the price engine and folds prices and plan into one number.
//!
//! Built for WebAssembly (`script/wasm`) it is a library of one function, which `node` or a page can call; the test
//! `bits` compares what it says with what the same code says on this machine.

use visitplan::engine::prices;
use visitplan::engine::{Answer, Control, Proof, Settings};
use visitplan::instance::Instance;
use visitplan::plan::Gap;
use visitplan::problem::Problem;

/// The quarter of a company, where every customer may go to any rep nearby.
fn instance() -> Instance {
    let model = include_str!("../models/field-sales.json").replace("\"owners\": \"keep\"", "\"owners\": \"free\"");
    let text =
        include_str!("../instances/quarter.json").replace("\"model\": \"field-sales\"", &format!("\"model\": {model}"));
    Instance::from_json(&text).expect("a valid instance")
}

/// A number made of every price of the certificate and every option of the plan.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn bits(seed: u32) -> u64 {
    let instance = instance();
    let problem = Problem::new(&instance).expect("sums that fit");
    let settings = Settings { gap: Gap(0), seed, portable: false, proof: Proof::Tree };
    let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
    let Answer::Plan(plan) = prices::solve(&problem, settings, None, &mut control) else { return 0 };
    let prices = plan.certificate.prices(&problem).expect("names of rows");
    let option = |choice: &visitplan::problem::Choice| {
        choice.lane().map_or(0, |lane| (lane as i64) << 20 | i64::from(choice.visits))
    };
    let numbers = prices.into_iter().chain(plan.choices.iter().map(option)).chain([plan.value, plan.bound.0]);
    numbers.fold(0, |sum: u64, number| sum.rotate_left(7) ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}
