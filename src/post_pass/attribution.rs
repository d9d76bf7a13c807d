//! Whose freed time was spent on whom.

use std::collections::BTreeMap;

use super::Edit;
use crate::plan::RuleName;
use crate::problem::Problem;

/// For each edit the edits that its freed minutes are spent on, as positions in the same list.
///
/// Of each rep the minutes are spent in order: those freed first on customers to win, then on more visits, both the best
/// value per minute first. What the rep had left anyway is spent last.
pub(crate) fn attribute(problem: &Problem, edits: &[Edit]) -> Vec<Vec<usize>> {
    let mut spent_on = vec![Vec::new(); edits.len()];
    let mut reps: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, edit) in edits.iter().enumerate() {
        reps.entry(edit.rep).or_default().push(at);
    }
    for of_rep in reps.into_values() {
        let (sources, mut uses): (Vec<usize>, Vec<usize>) =
            of_rep.into_iter().partition(|&at| edits[at].rule == RuleName::Telesales);
        uses.retain(|&at| edits[at].freed.0 < 0);
        uses.sort_by(|&a, &b| {
            let rate = |x: usize, y: usize| i128::from(edits[x].value.0) * i128::from(-edits[y].freed.0);
            let wins = |at: usize| problem.minutes(edits[at].from) == 0;
            wins(b).cmp(&wins(a)).then(rate(b, a).cmp(&rate(a, b))).then(a.cmp(&b))
        });
        let mut uses = uses.into_iter().map(|at| (at, -edits[at].freed.0)).peekable();
        for source in sources {
            let mut left = edits[source].freed.0;
            while left > 0 {
                let Some((at, needs)) = uses.peek_mut() else { break };
                spent_on[source].push(*at);
                let taken = left.min(*needs);
                left -= taken;
                *needs -= taken;
                if *needs <= 0 {
                    uses.next();
                }
            }
        }
    }
    spent_on
}
