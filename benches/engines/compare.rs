//! What the answers to one instance say about each other.

use visitplan::certificate::Bound;
use visitplan::plan::Gap;
use visitplan::units::Money;

use super::answer::Answer;
use super::rival::Rival;
use super::table::{MOMENTS, Row};

/// One row per solver. Says aloud where what one found contradicts what another proved.
pub fn rows(rivals: &[Rival], answers: &[Answer]) -> Vec<Row> {
    let named: Vec<(&Rival, &Answer)> = rivals.iter().zip(answers).collect();
    let is_credible: Vec<bool> = named.iter().map(|&(rival, answer)| is_credible(rival, answer, &named)).collect();
    let credible: Vec<(&Rival, &Answer)> =
        named.iter().zip(&is_credible).filter(|&(_, &is_credible)| is_credible).map(|(&named, _)| named).collect();
    contradictions(&credible);

    let best = credible.iter().filter_map(|(_, answer)| answer.bound).min().map(|bound| {
        // A little below a plan, a bound means the plan's value.
        let values = credible.iter().filter_map(|(_, answer)| answer.value);
        values.filter(|&value| value <= bound + tolerance(bound)).fold(bound, i64::max)
    });
    let gap = |value: Option<i64>| Some(100.0 * Gap::between(value?, Bound(best?)).as_f64());
    let row = |(answer, is_credible): (&Answer, bool)| Row {
        value: answer.value.map(|value| value as f64),
        infeasible: answer.infeasible,
        bound: answer.bound.map(|bound| bound as f64),
        gap: gap(answer.value.filter(|_| is_credible)),
        first: answer.plans.first().map(|&(seconds, _)| seconds),
        at: MOMENTS.map(|moment| gap(answer.plan_at(moment).filter(|_| is_credible))),
        seconds: answer.seconds,
        megabytes: answer.megabytes,
    };
    answers.iter().zip(is_credible).map(row).collect()
}

/// Whether what a solver says agrees with the plan and the bound that were checked in integers.
fn is_credible(rival: &Rival, answer: &Answer, all: &[(&Rival, &Answer)]) -> bool {
    let mut credible = true;
    for (checked, proven) in all.iter().filter(|(other, _)| other.is_certified() && !rival.is_certified()) {
        if let (Some(value), Some(bound)) = (answer.value, proven.bound)
            && value > bound
        {
            let (value, bound) = (Money(value), Money(bound));
            println!("!! {}: NO PLAN IS WORTH {value}, FOR NONE IS WORTH MORE THAN {bound}: PROVEN", rival.name);
            credible = false;
        }
        credible &= !contradicts((rival, answer), (checked, proven));
    }
    credible
}

/// Says where those that may be right contradict each other; at least one of the two is wrong.
fn contradictions(credible: &[(&Rival, &Answer)]) {
    for &one in credible.iter().filter(|(rival, _)| !rival.is_certified()) {
        for &other in credible.iter().filter(|(other, _)| !std::ptr::eq(*other, one.0) && !other.is_certified()) {
            contradicts(one, other);
        }
    }
}

/// Whether there is a plan that one solver excludes; says so.
fn contradicts((rival, answer): (&Rival, &Answer), (other, others): (&Rival, &Answer)) -> bool {
    let Some(value) = others.value else { return false };
    if answer.infeasible {
        println!("!! {}: THERE IS NO PLAN; BUT {} HAS ONE WORTH {}", rival.name, other.name, Money(value));
        return true;
    }
    let Some(bound) = answer.bound.filter(|&bound| value > bound + tolerance(bound)) else { return false };
    let (bound, value) = (Money(bound), Money(value));
    println!("!! {}: NO PLAN IS WORTH MORE THAN {bound}; BUT {} HAS ONE WORTH {value}", rival.name, other.name);
    true
}

/// What floating point may miss, in cents.
fn tolerance(cents: i64) -> i64 {
    1 + cents.abs() / 1_000_000_000
}
