//! What the answers to one instance say about each other.

use visitplan::certificate::Bound;
use visitplan::plan::Gap;
use visitplan::units::Money;

use super::answer::Answer;
use super::rival::Rival;
use super::table::{MOMENTS, Row};

/// One row per solver. Says aloud where what one found contradicts what another proved.
pub fn rows(rivals: &[Rival], answers: Vec<Answer>) -> Vec<Row> {
    let credible: Vec<bool> =
        rivals.iter().zip(&answers).map(|(rival, answer)| is_credible(rival, answer, rivals, &answers)).collect();
    let bounds =
        answers.iter().zip(&credible).filter(|&(_, &credible)| credible).filter_map(|(answer, _)| answer.bound);
    let best = bounds.min();
    let values =
        answers.iter().zip(&credible).filter(|&(_, &credible)| credible).filter_map(|(answer, _)| answer.value);
    // Within a solver's tolerance a bound may lie below a plan; it then means the plan's value.
    let best = best.map(|best| best.max(values.filter(|&value| value <= best + tolerance(best)).max().unwrap_or(best)));
    let gap = |value: Option<i64>| Some(100.0 * Gap::between(value?, Bound(best?)).as_f64());
    let row = |answer: Answer| Row {
        value: answer.value.map(|value| value as f64),
        infeasible: answer.infeasible,
        bound: answer.bound.map(|bound| bound as f64),
        gap: gap(answer.value),
        first: answer.plans.first().map(|&(seconds, _)| seconds),
        at: MOMENTS.map(|moment| gap(answer.plan_at(moment))),
        seconds: answer.seconds,
        megabytes: answer.megabytes,
    };
    answers.into_iter().map(row).collect()
}

/// Whether nothing that is known contradicts what a solver says.
fn is_credible(rival: &Rival, answer: &Answer, rivals: &[Rival], answers: &[Answer]) -> bool {
    let mut credible = true;
    for (other, others) in rivals.iter().zip(answers).filter(|(other, _)| other.name != rival.name) {
        if let (true, Some(value)) = (answer.infeasible, others.value) {
            println!("!! {} SAYS THAT THERE IS NO PLAN, AND {} HAS ONE WORTH {}", rival.name, other.name, Money(value));
            credible = false;
        }
        // The certified bound was recomputed from its prices, and the plan beside it was checked row by row.
        if let (true, Some(value), Some(bound)) = (other.is_certified(), answer.value, others.bound)
            && value > bound
        {
            let (value, bound) = (Money(value), Money(bound));
            println!(
                "!! {} CLAIMS A PLAN WORTH {value}, AND NO PLAN IS WORTH MORE THAN {bound}, WHICH IS PROVEN",
                rival.name
            );
            credible = false;
        }
        if let (false, Some(bound), Some(value)) = (rival.is_certified(), answer.bound, others.value)
            && value > bound + tolerance(bound)
        {
            let (value, bound) = (Money(value), Money(bound));
            println!("!! {} CLAIMS THE BOUND {bound}, AND {} HAS A PLAN WORTH {value}", rival.name, other.name);
            credible &= !other.is_certified();
        }
    }
    credible
}

/// What floating point may miss, in cents.
fn tolerance(cents: i64) -> i64 {
    1 + cents.abs() / 1_000_000_000
}
