//! The knapsack of one rep: its tables, and where owners are kept.

use serde_json::{Value, json};

use super::{plans, problem_of};
use crate::engine::prices::core::Core;
use crate::engine::prices::dice::Dice;
use crate::engine::prices::hours::{Frame, Tables};
use crate::engine::prices::owners;
use crate::engine::prices::wide::Width;
use crate::engine::record::Record;
use crate::engine::{Control, Settings};
use crate::plan::Gap;
use crate::problem::{Choice, Problem, RowKind};

/// A core of one rep: groups of one customer each, with options of minutes and losses.
fn random_core(dice: &mut Dice, groups: usize) -> Core {
    let mut core = Core { first_group: vec![0], first_option: vec![0], reps: vec![0], ..Core::default() };
    for group in 0..groups {
        for _ in 0..1 + dice.below(4) {
            core.minutes.push(dice.below(40) as i32);
            core.loss.push(dice.below(3000) as f32 / 64.0);
            core.choice.push(Choice::NOTHING);
        }
        core.customers.push(group as u32);
        core.owner.push(group as u32);
        core.rep.push(0);
        core.least.push(0.0);
        core.first_group.push(group as u32 + 1);
        core.first_option.push(core.choice.len() as u32);
    }
    core
}

fn random_frame(core: &Core, side: i32, dice: &mut Dice, width: Width) -> Frame {
    let price = dice.below(64) as f32 / 64.0;
    let longest: i32 = core.minutes.iter().sum();
    Frame {
        cells: 2 * side as usize,
        limit: side,
        step: 1.0 / 16.0,
        price: vec![price],
        penalty: vec![price * 4.0 + 0.5],
        minutes: vec![dice.below(longest as usize / 2 + 1) as i64 - 3],
        width,
    }
}

/// The cost of a rep with these options.
fn plain_cost(frame: &Frame, core: &Core, options: &[usize]) -> f64 {
    let load: i64 = options.iter().map(|&option| i64::from(core.minutes[option])).sum();
    let losses: f64 = options.iter().map(|&option| f64::from(core.loss[option])).sum();
    let slack = (frame.minutes[0] - load) as f64;
    losses + if slack >= 0.0 { f64::from(frame.price[0]) * slack } else { f64::from(frame.penalty[0]) * -slack }
}

/// The least cost of a rep with these groups, of all combinations.
fn least_cost(frame: &Frame, core: &Core, groups: &[u32]) -> f64 {
    fn least(frame: &Frame, core: &Core, groups: &[u32], chosen: &mut Vec<usize>) -> f64 {
        let Some((&first, rest)) = groups.split_first() else { return plain_cost(frame, core, chosen) };
        let mut best = f64::INFINITY;
        for option in core.options(first as usize) {
            chosen.push(option);
            best = best.min(least(frame, core, rest, chosen));
            chosen.pop();
        }
        best
    }
    least(frame, core, groups, &mut Vec::new())
}

#[test]
fn a_reps_tables_give_the_least_cost_with_and_without_and_instead() {
    let mut dice = Dice::new(6, 0);
    for case in 0..400 {
        let core = random_core(&mut dice, 7);
        let width = if case % 2 == 0 { Width::PORTABLE } else { Width::detect() };
        let side = core.minutes.iter().sum::<i32>() + 4;
        let frame = random_frame(&core, side, &mut dice, width);
        let groups: Vec<u32> = (0..1 + dice.below(5) as u32).collect();
        let more = 6_u32;
        // Half a step for each option, and for the end.
        let loose = 0.5 * f64::from(frame.step) * (groups.len() + 2) as f64 + 1e-2;
        let near = |ours: f64, exact: f64| assert!((ours - exact).abs() <= loose, "case {case}: {ours} for {exact}");
        let mut tables = Tables::default();
        frame.tabulate(&core, 0, &groups, &mut tables);
        near(tables.cost(), least_cost(&frame, &core, &groups));
        near(plain_cost(&frame, &core, &tables.options(&frame, &core, &groups)), tables.cost());
        let with: Vec<u32> = groups.iter().copied().chain([more]).collect();
        near(frame.with(&core, &tables, more as usize), least_cost(&frame, &core, &with));
        for item in 0..groups.len() {
            let mut rest = groups.clone();
            rest.remove(item);
            near(frame.without(&tables, item), least_cost(&frame, &core, &rest));
            rest.push(more);
            let exact = least_cost(&frame, &core, &rest);
            near(frame.instead(&core, &tables, item, more as usize, f64::INFINITY).0, exact);
            // With a limit it is found if it is below, and else something at the limit or above is said.
            let limit = exact + dice.below(9) as f64 - 4.0;
            let (found, _) = frame.instead(&core, &tables, item, more as usize, limit);
            assert!(if exact + loose < limit { (found - exact).abs() <= loose } else { found >= exact - loose });
        }
    }
}

#[test]
fn a_window_that_is_too_narrow_never_flatters() {
    let mut dice = Dice::new(7, 0);
    for case in 0..600 {
        let core = random_core(&mut dice, 7);
        let frame = random_frame(&core, 4 + dice.below(40) as i32, &mut dice, Width::detect());
        let groups: Vec<u32> = (0..1 + dice.below(5) as u32).collect();
        let loose = 0.5 * f64::from(frame.step) * (groups.len() + 2) as f64 + 1e-2;
        let mut tables = Tables::default();
        frame.tabulate(&core, 0, &groups, &mut tables);
        let over = |ours: f64, exact: f64| assert!(ours >= exact - loose, "case {case}: {ours} for {exact}");
        over(tables.cost(), least_cost(&frame, &core, &groups));
        let with: Vec<u32> = groups.iter().copied().chain([6]).collect();
        over(frame.with(&core, &tables, 6), least_cost(&frame, &core, &with));
        for item in 0..groups.len() {
            let mut rest = groups.clone();
            rest.remove(item);
            over(frame.without(&tables, item), least_cost(&frame, &core, &rest));
        }
        assert_eq!(tables.options(&frame, &core, &groups).len(), groups.len());
    }
}

/// Each customer with one rep, and nothing shared.
fn owners_kept(dice: &mut Dice) -> Problem {
    let reps = 1 + dice.below(3);
    let customers: Vec<Value> = (0..1 + dice.below(5))
        .map(|number| {
            let rep = dice.below(reps);
            let revenue: Vec<usize> =
                std::iter::once(0).chain((0..1 + dice.below(3)).map(|_| dice.below(200))).collect();
            let coverage =
                json!([{"rep": format!("r{rep}"), "minutes_per_visit": 10 + dice.below(60), "revenue": revenue}]);
            let least = if dice.below(4) == 0 { 1 } else { 0 };
            json!({"id": format!("c{number}"), "coverage": coverage, "visits": {"min": least}})
        })
        .collect();
    let reps: Vec<Value> = (0..reps).map(|rep| json!({"id": format!("r{rep}"), "minutes": dice.below(250)})).collect();
    let document = json!({"format": "visitplan-instance/1", "reps": reps, "customers": customers, "model": "field"});
    problem_of(&document.to_string())
}

#[test]
fn where_owners_are_kept_the_knapsacks_of_the_reps_are_the_best_plan_and_its_proof() {
    let (mut dice, mut proven) = (Dice::new(9, 0), [0, 0]);
    for case in 0..400 {
        let problem = owners_kept(&mut dice);
        assert!(problem.rows.iter().all(|row| matches!(row.kind, RowKind::RepMinutes(_))));
        let best = plans(&problem, usize::MAX).into_iter().map(|plan| plan.0).max();
        let mut record = Record::new(&problem, Settings { gap: Gap(0), ..Settings::default() });
        let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
        let found = owners::solve(&problem, Settings::default(), None, &mut record, &mut control);
        assert_eq!((found, record.best.as_ref().map(|best| best.0)), (best.is_some(), best), "case {case}");
        let Some((bound, certificate)) = record.certificate else { continue };
        assert_eq!(Some(bound.0), best, "case {case}");
        let by_prices = certificate.bounds(&problem).expect("a certificate in order").prices;
        proven[0] += usize::from(Some(by_prices.0) == best);
        proven[1] += 1;
    }
    assert!(proven[1] > 200 && proven[0] < proven[1], "knapsacks must prove more: {proven:?}");
}
