//! The post-pass and the best mix of visits and calls on the case instance: last period's visits and the best plan of
//! visits through the post-pass, and the joint model solved by prices, beside HiGHS on the same problem.
//!
//! `cargo bench --bench channels -- [CUSTOMERS REPS [SECONDS]]`; HiGHS has so many seconds, 60 without arguments.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use visitplan::baseline::repeat;
use visitplan::comparison::BestMix;
use visitplan::engine::{Answer, Control, Engine, Settings};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::plan::{Change, Gap, StoppedBy};
use visitplan::post_pass::{Wide, edits, run};
use visitplan::problem::{Choice, Problem};

/// Runs of the post-pass, whose median counts.
const RUNS: usize = 21;

fn main() {
    let numbers: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (customers, reps, limit) = match numbers[..] {
        [customers, reps] => (customers, reps, 60),
        [customers, reps, seconds] => (customers, reps, seconds),
        _ => (6000, 60, 60),
    };
    let text = generate(Request { family: Family::Case, customers, reps, seed: 1 });
    let instance = Instance::from_json(&text).expect("a valid instance");
    let problem = Problem::new(&instance).expect("sums that fit");
    let wide = Wide::new(&instance).expect("sums that fit");
    println!("case of {customers} customers x {reps} reps, {} options with calls", wide.problem.choice_count());
    println!("{:44}{:>16}{:>14}{:>11}", "", "value", "proven, %", "seconds");

    let history = wide.options(&problem, &repeat(&instance, &problem).expect("a plan").choices);
    let field = solved(Engine::Prices, &instance, &problem, None);
    show("visits alone, by prices", &field);
    let field = field.0.expect("a plan");
    let best = wide.options(&problem, &field.choices);
    for (what, before) in [("last period", &history), ("visits alone", &best)] {
        let (after, seconds) = median(|| run(&wide, before, before));
        let value = wide.problem.total_value(&after) as f64 / 100.0;
        println!("{:44}{value:>16.2}{:>14}{seconds:>11.4}", format!("{what} through the post-pass"), "");
        let (changes, seconds) = median(|| {
            let edits = edits(&wide.problem, before, &after).expect("every change follows a rule");
            Change::all(&wide, &edits).len()
        });
        println!("{:44}{:>16}{:>14}{seconds:>11.4}", "  its changes in words", format!("{changes} changes"), "");
        let prices = field.certificate.prices_for(&wide.problem);
        let clock = Instant::now();
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        let found = BestMix::of(&wide, &after, &prices, Engine::Prices, Settings::default(), &mut control);
        let value = found.map_or(0.0, |found| found.joint.value as f64 / 100.0);
        let seconds = clock.elapsed().as_secs_f64();
        println!("{:44}{value:>16.2}{:>14}{seconds:>11.3}", "  and the best mix beside it, twice", "");
    }
    show("joint, by prices", &solved(Engine::Prices, &wide.instance, &wide.problem, None));
    show("joint, by HiGHS", &solved(Engine::Exact, &wide.instance, &wide.problem, Some(limit)));
}

fn median<T>(mut what: impl FnMut() -> T) -> (T, f64) {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..RUNS {
        let clock = Instant::now();
        last = Some(what());
        times.push(clock.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    (last.expect("several runs"), times[RUNS / 2])
}

struct Solved {
    choices: Vec<Choice>,
    value: i64,
    gap: Gap,
    certificate: visitplan::certificate::Certificate,
}

type Timed = (Option<Solved>, f64);

/// The plan at a proven gap of 0.01 %, and the seconds it took from when the options were there.
fn solved(engine: Engine, instance: &Instance, problem: &Problem, limit: Option<u32>) -> Timed {
    let clock = Instant::now();
    let limit = limit.map(|seconds| Duration::from_secs(seconds.into()));
    let should_stop = || limit.is_some_and(|limit| clock.elapsed() > limit).then_some(StoppedBy::Time);
    let mut control = Control { should_stop: &should_stop, report: &mut |_| {} };
    let answer = engine.solve(instance, problem, Settings::default(), None, &mut control);
    let seconds = clock.elapsed().as_secs_f64();
    let Answer::Plan(plan) = answer else { return (None, seconds) };
    let gap = Gap::between(plan.value, plan.bound);
    (Some(Solved { choices: plan.choices, value: plan.value, gap, certificate: plan.certificate }), seconds)
}

fn show(what: &str, (solved, seconds): &Timed) {
    let (value, gap) = match solved {
        Some(plan) => (format!("{:.2}", plan.value as f64 / 100.0), format!("{:.6}", plan.gap.as_f64() * 100.0)),
        None => ("-".to_owned(), "-".to_owned()),
    };
    println!("{what:44}{value:>16}{gap:>14}{seconds:>11.3}");
}
