//! A plan while the post-pass works on it.

use super::Wide;
use crate::model::PostPass;
use crate::problem::{Choice, Problem, Running};

/// A plan while the post-pass works on it.
pub(super) struct State<'w> {
    pub wide: &'w Wide,
    /// The plan without any post-pass.
    pub before: &'w [Choice],
    /// The plan as it is; feasible between the turns of two reps.
    pub now: Running<'w>,
    /// Customers whom each rep visited before.
    pub visited: Vec<Vec<usize>>,
    /// Customers to win, whom each rep may visit and nobody visits or calls, and the option that visits them; the best
    /// value per minute first.
    pub to_win: Vec<Vec<(usize, Choice)>>,
}

impl<'w> State<'w> {
    pub fn new(wide: &'w Wide, before: &'w [Choice], now: &[Choice]) -> State<'w> {
        let problem = &wide.problem;
        let mut visited = vec![Vec::new(); problem.reps()];
        for (customer, choice) in before.iter().enumerate() {
            if let Some(rep) = choice.lane().and_then(|lane| problem.lane(lane).rep) {
                visited[rep as usize].push(customer);
            }
        }
        let to_win = to_win(wide, before);
        State { wide, before, now: Running::new(problem, now.to_vec()), visited, to_win }
    }

    pub fn problem(&self) -> &'w Problem {
        &self.wide.problem
    }

    pub fn steps(&self) -> &'w PostPass {
        &self.wide.instance.model.post_pass
    }

    /// What an option adds over the one the customer has now, in cents of the objective.
    pub fn gain(&self, customer: usize, to: Choice) -> i64 {
        self.problem().value(to) - self.problem().value(self.now.choices[customer])
    }
}

/// Whom each rep may win, the best value per minute first; ties in the order of the instance.
fn to_win(wide: &Wide, before: &[Choice]) -> Vec<Vec<(usize, Choice)>> {
    let Wide { instance, problem, cells } = wide;
    let step = &instance.model.post_pass.reactivate;
    let mut to_win = vec![Vec::new(); problem.reps()];
    for (customer, &choice) in before.iter().enumerate() {
        if choice != Choice::NOTHING || !cells.holds(&step.when, instance, customer) {
            continue;
        }
        for index in problem.lanes_of(customer) {
            let lane = problem.lane(index);
            // The fewest calls, which is none where nothing is allowed.
            let (Some(rep), None) = (lane.rep, lane.pool) else { continue };
            let visits = step.visits.clamp(lane.fewest, lane.most);
            let option = problem.choice(index, visits);
            if step.visits > 0 && problem.value(option) > 0 {
                to_win[rep as usize].push((customer, option));
            }
        }
    }
    for list in &mut to_win {
        list.sort_by(|&(_, a), &(_, b)| {
            let rate = |x: Choice, y: Choice| i128::from(problem.value(x)) * i128::from(problem.minutes(y));
            // By value per minute; what takes no time comes first.
            let free = |option| problem.minutes(option) > 0;
            free(a).cmp(&free(b)).then(rate(b, a).cmp(&rate(a, b)))
        });
    }
    to_win
}
