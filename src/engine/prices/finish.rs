//! From the options of the core to a plan: one option per customer, and what room is left put to use.

use super::core::Core;
use super::roster::Roster;
use crate::problem::{Choice, Problem, RowKind};

/// The plan of a roster; it may overdraw rows.
pub fn plan(core: &Core, roster: &Roster<'_>) -> Vec<Choice> {
    let mut choices = core.decided.clone();
    for (groups, options) in roster.items().iter().zip(roster.options()) {
        for (&group, &option) in groups.iter().zip(options) {
            let customer = core.customers[core.owner[group as usize] as usize];
            choices[customer as usize] = core.choice[option];
        }
    }
    choices
}

/// Shortens what reps with too little time do, the least loss for each minute first; a customer may go to a rep with time
/// left. Only where reps' minutes are the only rows; says whether every row holds.
pub fn shorten(problem: &Problem, choices: &mut [Choice]) -> bool {
    let mut uses = problem.row_uses(choices);
    let capacity: Vec<i64> = problem.rows.iter().map(|row| row.capacity).collect();
    let mut over: Vec<Vec<usize>> = vec![Vec::new(); uses.len()];
    let row_of = |choice: Choice| choice.lane().and_then(|lane| problem.row_of_rep(problem.lane(lane).rep?));
    for (customer, &choice) in choices.iter().enumerate() {
        if let Some(row) = row_of(choice).filter(|&row| uses[row] > capacity[row]) {
            over[row].push(customer);
        }
    }
    for row in 0..over.len() {
        while uses[row] > capacity[row] {
            let missing = uses[row] - capacity[row];
            let mut best: Option<(f64, usize, Choice)> = None;
            for &customer in over[row].iter().filter(|&&customer| row_of(choices[customer]) == Some(row)) {
                let now = choices[customer];
                for to in problem.choices(customer) {
                    let (target, minutes) = (row_of(to), problem.minutes(to));
                    let freed = problem.minutes(now) - if target == Some(row) { minutes } else { 0 };
                    let fits = target.is_none_or(|target| target == row || uses[target] + minutes <= capacity[target]);
                    if freed > 0 && fits {
                        let lost = (problem.value(now) - problem.value(to)) as f64;
                        // More than is missing helps no more than that.
                        let rate = lost / freed.min(missing) as f64;
                        if best.is_none_or(|(least, _, _)| rate < least) {
                            best = Some((rate, customer, to));
                        }
                    }
                }
            }
            let Some((_, customer, to)) = best else { return false };
            for (choice, sign) in [(choices[customer], -1), (to, 1)] {
                if let Some(row) = row_of(choice) {
                    uses[row] += sign * problem.minutes(choice);
                }
            }
            choices[customer] = to;
        }
    }
    true
}

/// Gives customers more visits of the rep they have, or of one with time left, while every row holds: each customer once,
/// in instance order. Only where reps' minutes are the only rows.
pub fn fill(problem: &Problem, choices: &mut [Choice]) {
    if problem.rows.iter().any(|row| !matches!(row.kind, RowKind::RepMinutes(_))) {
        return;
    }
    let uses = problem.row_uses(choices);
    let mut slack: Vec<i64> = problem.rows.iter().zip(uses).map(|(row, used)| row.capacity - used).collect();
    let row_of = |choice: Choice| choice.lane().and_then(|lane| problem.row_of_rep(problem.lane(lane).rep?));
    for (customer, choice) in choices.iter_mut().enumerate() {
        let (now, minutes) = (row_of(*choice), problem.minutes(*choice));
        let mut best = (problem.value(*choice), *choice);
        for index in problem.lanes_of(customer) {
            let lane = problem.lane(index);
            let Some(row) = lane.rep.and_then(|rep| problem.row_of_rep(rep)) else { continue };
            let room = slack[row] + if now == Some(row) { minutes } else { 0 };
            // One visit more than there are now, or than none, must fit.
            let fewest =
                if now == Some(row) { minutes + 1 } else { 0 }.max(lane.minutes_per_visit * i64::from(lane.fewest));
            if room < fewest {
                continue;
            }
            for option in problem.choices_in(index).filter(|&option| problem.minutes(option) <= room) {
                let value = problem.value(option);
                if value > best.0 {
                    best = (value, option);
                }
            }
        }
        if best.1 != *choice {
            if let Some(row) = now {
                slack[row] += minutes;
            }
            *choice = best.1;
            if let Some(row) = row_of(*choice) {
                slack[row] -= problem.minutes(*choice);
            }
        }
    }
}
