//! The price engine, to the end of its search or of its time.

use std::time::Instant;

use visitplan::engine::{Answer as Engine, Control, Progress, Settings, prices};
use visitplan::plan::{Gap, StoppedBy};
use visitplan::problem::Problem;

use super::answer::Answer;

/// Solves, and checks the plan and the proof.
pub fn solve(problem: &Problem, limit: f64) -> Answer {
    let mut plans: Vec<(f64, i64)> = Vec::new();
    let start = Instant::now();
    let should_stop = || (start.elapsed().as_secs_f64() >= limit).then_some(StoppedBy::Time);
    let mut report = |progress: Progress| {
        if let Some(value) = progress.value.filter(|&value| plans.last().is_none_or(|&(_, last)| value > last)) {
            plans.push((start.elapsed().as_secs_f64(), value));
        }
    };
    let mut control = Control { should_stop: &should_stop, report: &mut report };
    let settings = Settings { gap: Gap(0), ..Settings::default() };
    let solved = prices::solve(problem, settings, None, &mut control);
    let seconds = Some(start.elapsed().as_secs_f64());
    let plan = match solved {
        Engine::Plan(plan) => plan,
        Engine::Infeasible(_) => return Answer { infeasible: true, seconds, ..Answer::default() },
        Engine::Unknown(_) => return Answer { plans, seconds, ..Answer::default() },
    };

    assert!(problem.overdrawn(&plan.choices).is_none(), "the plan overdraws a row");
    assert_eq!(problem.total_value(&plan.choices), plan.value, "the plan is not worth what it says");
    let proven = plan.certificate.bounds(problem).expect("a certificate that can be checked").least();
    assert!(proven <= plan.bound, "the bound does not follow from the certificate");
    Answer { plans, value: Some(plan.value), bound: Some(proven.0), seconds, ..Answer::default() }
}
