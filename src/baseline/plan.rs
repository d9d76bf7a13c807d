//! Last period's visits as a plan of this one: what a plan is compared with can be planned with.

use super::visitor;
use crate::instance::Instance;
use crate::problem::{Choice, Problem};

/// Last period's visits as a plan, and where they had to give way to this period's limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// One option per customer; together they are feasible.
    pub choices: Vec<Choice>,
    /// Customers whose visits are no option any more and who get the nearest one.
    pub adjusted: Vec<usize>,
    /// Visits for which a rep has no time; those that add least for it.
    pub without_time: i64,
}

/// Last period's visits as options of the field problem, by whom they count as visits of.
///
/// Numbers of visits that are no option become the nearest one. Where a rep's time does not suffice, the visits that add
/// least for their time are left out. Fails with the name of a row that does not hold even so.
pub fn repeat(instance: &Instance, problem: &Problem) -> Result<Repeated, String> {
    let mut adjusted = Vec::new();
    let mut choices: Vec<Choice> = Vec::with_capacity(instance.customers.len());
    for (at, customer) in instance.customers.iter().enumerate() {
        let rep = visitor(customer).map(|coverage| coverage.rep);
        let wanted = if rep.is_some() { customer.last_visits } else { 0 };
        let distance = |choice: &Choice| {
            let by = choice.lane().and_then(|lane| problem.lane(lane).rep);
            (by.is_some() && by != rep, choice.visits.abs_diff(wanted))
        };
        let nearest = problem.choices(at).min_by_key(distance).ok_or_else(|| format!("customer {}", customer.id))?;
        if nearest.visits != customer.last_visits {
            adjusted.push(at);
        }
        choices.push(nearest);
    }
    let without_time = make_room(problem, &mut choices);
    match problem.overdrawn(&choices) {
        Some((row, _)) => Err(problem.rows[row].name.clone()),
        None => Ok(Repeated { choices, adjusted, without_time }),
    }
}

/// Leaves visits out until every rep has the time for the rest; says how many.
fn make_room(problem: &Problem, choices: &mut [Choice]) -> i64 {
    let mut of_rep: Vec<Vec<usize>> = vec![Vec::new(); problem.reps()];
    for (at, choice) in choices.iter().enumerate() {
        if let Some(rep) = choice.lane().and_then(|lane| problem.lane(lane).rep) {
            of_rep[rep as usize].push(at);
        }
    }
    let mut left_out = 0;
    for (rep, customers) in (0..).zip(of_rep) {
        let Some(row) = problem.row_of_rep(rep) else { continue };
        let mut over =
            customers.iter().map(|&at| problem.minutes(choices[at])).sum::<i64>() - problem.rows[row].capacity;
        while over > 0 {
            let fewer = |at: usize| {
                let choice = choices[at];
                let options = problem.choices(at).filter(|other| {
                    let same = other.lane().and_then(|lane| problem.lane(lane).rep) == Some(rep) || other.visits == 0;
                    same && problem.minutes(*other) < problem.minutes(choice)
                });
                options.max_by_key(|other| other.visits).map(|other| {
                    let loss = (problem.value(choice) - problem.value(other)) as f64;
                    (loss / (problem.minutes(choice) - problem.minutes(other)) as f64, at, other)
                })
            };
            let cheapest = customers.iter().filter_map(|&at| fewer(at)).min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, at, other)) = cheapest else { break };
            over -= problem.minutes(choices[at]) - problem.minutes(other);
            left_out += i64::from(choices[at].visits) - i64::from(other.visits);
            choices[at] = other;
        }
    }
    left_out
}
