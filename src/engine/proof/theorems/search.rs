//! What the search leaves out, and what it ends with.

use super::{cases, search};
use crate::engine::prices::Dice;
use crate::engine::proof::branch::{End, Fix, Node};
use crate::engine::proof::shortlist::Shortlist;

/// Whether a plan is where a node's fixes hold; these customers have these rows.
fn fix_holds(list: &Shortlist, rows: &[Option<usize>], fix: Fix) -> bool {
    let of = |group: u32| {
        let group = list.groups[group as usize];
        rows[group.customer as usize] == Some(list.reps[group.rep as usize].row)
    };
    match fix {
        Fix::In(group) => of(group),
        Fix::Out(group) => !of(group),
        Fix::Visited(x) => rows[x as usize].is_some(),
    }
}

#[test]
fn no_fix_and_no_closed_node_excludes_a_plan_that_loses_less_than_the_target() {
    let (mut fixes, mut nodes) = (0, 0);
    for case in cases(300) {
        let list = case.list();
        let best = i64::try_from(list.loss_of(case.best())).expect("small numbers");
        // A target that stays, some way above the best plan.
        let cut = best + 1 + Dice::new(case.seed, 5).below(30_000) as i64;
        let (branching, _, _) = search(&case, &list, cut, false);
        nodes += branching.tree.len();
        fixes += branching.tree.iter().map(|node| node.fixes.len()).sum::<usize>();
        for (value, plan) in &case.plans {
            if list.loss_of(*value) >= i128::from(cut) {
                continue;
            }
            let rows = case.rows_of(&list, plan);
            let mut at = 0;
            loop {
                let Node { fixes, end, .. } = &branching.tree[at];
                assert!(fixes.iter().all(|&fix| fix_holds(&list, &rows, fix)), "seed {}", case.seed);
                match end {
                    End::Split { group } => {
                        let given = fix_holds(&list, &rows, Fix::In(*group));
                        let child = |node: &Node| node.parent == Some((at, given));
                        at = branching.tree.iter().position(child).expect("a child");
                    }
                    End::Open => break,
                    End::Closed(_) => panic!("seed {}: a plan below the target is in a closed node", case.seed),
                }
            }
        }
    }
    assert!(fixes > 300 && nodes > 600, "{fixes} fixes, {nodes} nodes");
}

#[test]
fn a_search_that_ends_has_the_best_plan_below_its_cut_or_there_is_none() {
    let (mut found, mut none) = (0, 0);
    for case in cases(300) {
        let list = case.list();
        let best = i64::try_from(list.loss_of(case.best())).expect("small numbers");
        let mut dice = Dice::new(case.seed, 6);
        for cut in [best, best + 1, best + dice.below(40_000) as i64, best - dice.below(10_000) as i64] {
            let (branching, target, plan) = search(&case, &list, cut, true);
            assert_eq!(branching.stuck, 0, "seed {}", case.seed);
            assert_eq!(target, cut.min(best), "seed {}", case.seed);
            assert_eq!(plan, (best < cut).then_some(best), "seed {}", case.seed);
            found += usize::from(plan.is_some());
            none += usize::from(plan.is_none());
        }
    }
    assert!(found > 300 && none > 300, "{found} with a plan, {none} without");
}
