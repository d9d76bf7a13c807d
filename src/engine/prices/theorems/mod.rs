//! Each theorem of `models/prices.md`, on random small problems, against plain arithmetic and enumeration.

use std::collections::HashMap;

use crate::certificate::{Fixing, bound_by_prices};
use crate::engine::glance::infeasible_at_a_glance;
use crate::engine::prices::core::Core;
use crate::engine::prices::dice::Dice;
use crate::engine::prices::dual::Scale;
use crate::engine::prices::lanes::{Lanes, OUT};
use crate::engine::prices::pairs::Pairs;
use crate::engine::prices::pass::{Passes, Sums};
use crate::engine::prices::settle::settle;
use crate::engine::prices::wide::Width;
use crate::instance::Instance;
use crate::problem::{Choice, Problem};

mod knapsacks;

#[allow(missing_docs, unreachable_pub)]
#[path = "../../../../tests/oracle/mod.rs"]
mod oracle;

fn problem_of(text: &str) -> Problem {
    Problem::new(&Instance::from_json(text).expect("a valid instance")).expect("sums that fit")
}

/// Tiny problems with every feature: pools, rules of either sign, limits of customers, least minutes.
fn tiny() -> impl Iterator<Item = (u64, Problem)> {
    let problems = (0..250).map(|seed| (seed, problem_of(&oracle::random_instance(seed).to_string())));
    problems.filter(|(_, problem)| infeasible_at_a_glance(problem).is_none())
}

/// A problem of every family.
#[cfg(feature = "cli")]
fn families() -> Vec<(u64, Problem)> {
    use crate::generate::{Family, Request, generate};
    let problem = |family| problem_of(&generate(Request { family, customers: 60, reps: 4, seed: 3 }));
    (1000..).zip(Family::ALL.map(problem)).collect()
}

#[cfg(not(feature = "cli"))]
fn families() -> Vec<(u64, Problem)> {
    Vec::new()
}

fn fraction(dice: &mut Dice) -> f64 {
    dice.below(1 << 20) as f64 / f64::from(1 << 20)
}

/// Prices in the lanes' units, a third of them 0, with the place behind the rows.
fn random_prices(scale: &Scale, dice: &mut Dice) -> Vec<f32> {
    let price = |&typical: &f64| if dice.below(3) == 0 { 0.0 } else { (typical * 3.0 * fraction(dice)) as f32 };
    scale.rows.iter().map(price).chain([0.0]).collect()
}

/// Feasible plans, at most so many, with their values.
fn plans(problem: &Problem, most: usize) -> Vec<(i64, Vec<Choice>)> {
    fn extend(problem: &Problem, chosen: &mut Vec<Choice>, most: usize, plans: &mut Vec<(i64, Vec<Choice>)>) {
        if chosen.len() == problem.customers() {
            if problem.overdrawn(chosen).is_none() {
                plans.push((problem.total_value(chosen), chosen.clone()));
            }
            return;
        }
        for choice in problem.choices(chosen.len()) {
            if plans.len() < most {
                chosen.push(choice);
                extend(problem, chosen, most, plans);
                chosen.pop();
            }
        }
    }
    let mut plans = Vec::new();
    extend(problem, &mut Vec::new(), most, &mut plans);
    plans
}

/// Sums of a pass over all customers.
fn sums(lanes: &Lanes, pairs: &Pairs, prices: &[f32], temperature: f64) -> Sums {
    let mut passes = Passes::new(lanes, pairs, Width::detect(), 1);
    passes.run(prices, temperature as f32);
    passes.sums
}

#[test]
fn every_option_stands_in_one_lane_with_its_value_and_uses_in_single_precision() {
    let mut splits = 0;
    for (seed, problem) in tiny().chain(families()) {
        let lanes = Lanes::of(&problem);
        for customer in 0..problem.customers() {
            let mut seen: Vec<Choice> = Vec::new();
            let no_use = |choice| {
                let mut none = true;
                problem.for_each_use(customer, choice, |_, amount| none &= amount == 0);
                none
            };
            let free = problem.allows_nothing(customer) && no_use(Choice::NOTHING);
            assert_eq!(lanes.nothing[customer] == 0.0, free, "seed {seed}");
            seen.extend(free.then_some(Choice::NOTHING));
            for index in lanes.lanes_of(customer) {
                let lane = &lanes.lanes[index];
                let table = lanes.table(lane).as_flattened();
                for (k, value) in table.iter().enumerate().filter(|&(_, &value)| value > OUT) {
                    let choice = lanes.choice(index, k);
                    seen.push(choice);
                    let (ours, exact) = (f64::from(lane.factor * value), problem.value(choice) as f64);
                    let cents = 1.0 + 2.0 * f64::from(lane.factor);
                    assert!((ours - exact).abs() <= cents + 1e-6 * exact.abs(), "seed {seed}: {ours} for {exact}");
                    let visits = f64::from(lane.first) + k as f64;
                    assert_eq!(visits, f64::from(choice.visits));
                    let mut uses: HashMap<usize, f64> = HashMap::new();
                    if (lane.main as usize) < problem.rows.len() {
                        uses.insert(lane.main as usize, f64::from(lane.minutes) * visits);
                    }
                    let mut loose: HashMap<usize, f64> = HashMap::new();
                    for term in lanes.terms_of(index) {
                        let unit = lanes.unit[term.row as usize];
                        let parts = [term.value * lane.factor * value, term.fixed, term.visit * visits as f32];
                        let sum: f64 = parts.map(f64::from).iter().sum();
                        *uses.entry(term.row as usize).or_default() += sum * unit;
                        let size: f64 = parts.map(|part| f64::from(part.abs())).iter().sum();
                        let rounded = f64::from(term.value.abs()) * cents;
                        loose.insert(term.row as usize, (1e-6 * size + rounded) * unit);
                    }
                    problem.for_each_use(customer, choice, |row, amount| {
                        *uses.entry(row).or_default() -= amount as f64;
                    });
                    for row in 0..problem.rows.len() {
                        let (off, loose) = (uses.get(&row).unwrap_or(&0.0), loose.get(&row).unwrap_or(&0.0));
                        assert!(off.abs() <= loose + 1e-6, "seed {seed}: row {row} off by {off} ({loose})");
                    }
                }
            }
            seen.sort_unstable();
            let mut all: Vec<Choice> = problem.choices(customer).collect();
            all.sort_unstable();
            assert_eq!(seen, all, "seed {seed}");
            splits += lanes.lanes_of(customer).len().saturating_sub(problem.lanes_of(customer).len());
        }
    }
    assert!(splits > 20, "some lanes must be split: {splits}");
}

#[test]
fn the_smoothed_dual_lies_between_the_dual_and_the_dual_and_n_t_log_options() {
    let mut dice = Dice::new(1, 0);
    for (seed, problem) in tiny().chain(families()) {
        let lanes = Lanes::of(&problem);
        let (pairs, scale) = (Pairs::of(&lanes), Scale::of(&lanes));
        for temperature in [0.3, 0.01, 1e-4] {
            let prices = random_prices(&scale, &mut dice);
            let temperature = temperature * scale.value;
            let sums = sums(&lanes, &pairs, &prices, temperature);
            let options: f64 = (0..problem.customers()).map(|c| (problem.choices(c).count() as f64).ln()).sum();
            let (above, most) = (sums.smooth - sums.exact, temperature * options);
            assert!(above >= 0.0 && above <= most * (1.0 + 1e-5) + 1e-9, "seed {seed}: {above}, at most {most}");
        }
    }
}

#[test]
fn the_gradient_is_capacity_less_expected_use_and_the_hessian_covariance_by_temperature() {
    let (mut dice, mut curved) = (Dice::new(2, 0), 0);
    for (seed, problem) in tiny().chain(families()) {
        let lanes = Lanes::of(&problem);
        let (pairs, scale) = (Pairs::of(&lanes), Scale::of(&lanes));
        let temperature = 0.2 * scale.value;
        let prices = random_prices(&scale, &mut dice);
        let here = sums(&lanes, &pairs, &prices, temperature);
        // The largest use of each row by any option, in the lanes' units.
        let mut largest = vec![0.0_f64; problem.rows.len()];
        for customer in 0..problem.customers() {
            for choice in problem.choices(customer) {
                problem.for_each_use(customer, choice, |row, amount| {
                    largest[row] = largest[row].max((amount as f64 / lanes.unit[row]).abs());
                });
            }
        }
        let count = problem.customers() as f64;
        for row in (0..problem.rows.len()).filter(|&row| largest[row] > 0.0) {
            let step = (0.05 * temperature / largest[row]) as f32;
            let moved = |by: f32| {
                let mut prices = prices.clone();
                prices[row] += by;
                let moved = f64::from(prices[row]);
                (moved, sums(&lanes, &pairs, &prices, temperature))
            };
            // Prices may be negative here: nothing in a pass asks.
            let ((low, below), (high, above)) = (moved(-step), moved(step));
            let slope = (above.smooth - below.smooth) / (high - low);
            assert!(
                (slope + here.uses[row]).abs() <= 2e-3 * count * largest[row],
                "seed {seed}, row {row}: slope {slope}, expected use {}",
                here.uses[row]
            );
            for other in (0..problem.rows.len()).filter(|&other| largest[other] > 0.0) {
                let bend = -(above.uses[other] - below.uses[other]) / (high - low);
                let covariance = if other == row {
                    here.variance[row]
                } else {
                    here.covariance[pairs.place(row as u32, other as u32)]
                };
                let size = largest[row] * largest[other] / temperature;
                // Products of small means are left out.
                let dropped = 1e-4 * 200.0 / temperature;
                assert!(
                    (bend - covariance / temperature).abs() <= count * (3e-3 * size + dropped),
                    "seed {seed}, rows {row} and {other}: {bend}, covariance {covariance}, size {size}"
                );
                curved += usize::from(other != row && bend.abs() > 0.05 * size);
            }
        }
    }
    assert!(curved > 50, "rows must share customers: {curved}");
}

#[test]
fn settled_customers_change_nothing_within_the_box() {
    let (mut dice, mut left_out) = (Dice::new(3, 0), 0);
    for (seed, problem) in tiny().chain(families()) {
        let lanes = Lanes::of(&problem);
        let (pairs, scale) = (Pairs::of(&lanes), Scale::of(&lanes));
        let centre = random_prices(&scale, &mut dice);
        let radius: Vec<f32> =
            scale.rows.iter().map(|row| (0.1 * row * fraction(&mut dice)) as f32).chain([0.0]).collect();
        let temperature = 2e-3 * scale.value;
        let mut settled = Passes::new(&lanes, &pairs, Width::detect(), 1);
        settled.settle(&centre, Some(&radius), temperature as f32);
        left_out += settled.settled_customers();
        for _ in 0..5 {
            let place = |(centre, radius): (&f32, &f32)| centre + radius * (2.0 * fraction(&mut dice) - 1.0) as f32;
            let prices: Vec<f32> = centre.iter().zip(&radius).map(place).collect();
            let all = sums(&lanes, &pairs, &prices, temperature);
            settled.run(&prices, temperature as f32);
            let size = f64::from(problem.largest_value() as f32) * problem.customers() as f64;
            let near = |a: f64, b: f64, size: f64| (a - b).abs() <= 1e-5 * size + 1e-6;
            let spent: f64 = all.uses.iter().zip(&prices).map(|(uses, &price)| (uses * f64::from(price)).abs()).sum();
            assert!(
                near(all.exact, settled.sums.exact, size + spent),
                "seed {seed}: {} {}",
                all.exact,
                settled.sums.exact
            );
            assert!(near(all.smooth, settled.sums.smooth, size + spent), "seed {seed}");
            for (row, (a, b)) in all.uses.iter().zip(&settled.sums.uses).enumerate() {
                assert!(near(*a, *b, a.abs() + problem.customers() as f64 * 1e3), "seed {seed}, row {row}: {a} {b}");
            }
            for (a, b) in all.variance.iter().zip(&settled.sums.variance) {
                assert!(near(*a, *b, a.abs() + problem.customers() as f64 * 1e4), "seed {seed}: {a} {b}");
            }
        }
    }
    assert!(left_out > 500, "customers must settle: {left_out}");
}

#[test]
fn the_dual_less_a_plans_value_is_its_losses_and_price_times_slack() {
    let (mut dice, mut checked) = (Dice::new(4, 0), 0);
    for (seed, problem) in tiny() {
        let denominator = 1000;
        let prices: Vec<i64> = problem.rows.iter().map(|_| dice.below(400_000) as i64).collect();
        let Ok(bound) = bound_by_prices(&problem, denominator, &prices) else { continue };
        let fixing = Fixing::new(&problem, denominator, prices.clone(), 0).expect("options");
        let reduced = |customer: usize, choice: Choice| {
            let mut reduced = i128::from(denominator) * i128::from(problem.value(choice));
            problem.for_each_use(customer, choice, |row, amount| {
                reduced -= i128::from(prices[row]) * i128::from(amount);
            });
            reduced
        };
        let held = problem.rows.iter().zip(&prices).map(|(row, &price)| i128::from(row.capacity) * i128::from(price));
        let best =
            (0..problem.customers()).map(|c| problem.choices(c).map(|o| reduced(c, o)).max().expect("an option"));
        let dual = held.sum::<i128>() + best.sum::<i128>();
        assert_eq!(problem.floor_to_grain(dual, i128::from(denominator)), i128::from(bound.0), "seed {seed}");
        for (value, plan) in plans(&problem, 300) {
            let losses: i128 = plan.iter().enumerate().map(|(customer, &choice)| fixing.loss(customer, choice)).sum();
            let uses = problem.row_uses(&plan);
            let slack = problem.rows.iter().zip(&uses).zip(&prices);
            let slack: i128 =
                slack.map(|((row, used), &price)| i128::from(price) * i128::from(row.capacity - used)).sum();
            assert_eq!(dual - i128::from(denominator) * i128::from(value), losses + slack, "seed {seed}");
            checked += 1;
        }
    }
    assert!(checked > 5000, "{checked}");
}

#[test]
fn options_that_lose_more_than_lies_between_dual_and_plan_are_in_no_better_plan() {
    let (mut dice, mut left_out) = (Dice::new(5, 0), 0);
    for (seed, problem) in tiny() {
        let lanes = Lanes::of(&problem);
        let (pairs, scale) = (Pairs::of(&lanes), Scale::of(&lanes));
        let mut plans = plans(&problem, 4000);
        plans.sort_by_key(|plan| plan.0);
        let Some(known) = plans.get(plans.len() * 3 / 4).map(|plan| plan.0) else { continue };
        for _ in 0..3 {
            let prices = random_prices(&scale, &mut dice);
            let held: f64 =
                prices.iter().zip(&lanes.capacity).map(|(&price, capacity)| f64::from(price) * capacity).sum();
            let sums = sums(&lanes, &pairs, &prices, 0.0);
            let dual = sums.exact + held;
            // What single precision and values to whole cents may hide.
            let margin = 20.0 * problem.customers() as f64 + 1e-5 * (held.abs() + sums.exact.abs());
            let core = Core::of(&problem, &lanes, &prices, (dual - known as f64 + margin) as f32);
            let mut kept: Vec<Vec<Choice>> = core.decided.iter().map(|&choice| vec![choice]).collect();
            for group in 0..core.rep.len() {
                kept[core.customers[core.owner[group] as usize] as usize].extend(&core.choice[core.options(group)]);
            }
            for (value, plan) in plans.iter().filter(|plan| plan.0 > known) {
                for (customer, choice) in plan.iter().enumerate() {
                    // Of the options without a rep the core has the best only.
                    let rep = |choice: Choice| choice.lane().and_then(|lane| problem.lane(lane).rep);
                    let found = kept[customer]
                        .iter()
                        .any(|&other| other == *choice || rep(other).is_none() && rep(*choice).is_none());
                    assert!(found, "seed {seed}: customer {customer} of a plan of {value}, {known} known");
                }
            }
            let all: usize = (0..problem.customers()).map(|customer| problem.choices(customer).count()).sum();
            left_out += all.saturating_sub(kept.iter().map(Vec::len).sum());
        }
    }
    assert!(left_out > 50, "options must be left out: {left_out}");
}

#[test]
fn the_depth_first_search_finds_the_best_plan_and_nothing_where_that_is_known() {
    let (mut dice, mut found) = (Dice::new(8, 0), 0);
    for (seed, problem) in tiny() {
        let best = plans(&problem, usize::MAX).into_iter().map(|plan| plan.0).max();
        let prices: Vec<f64> = problem.rows.iter().map(|_| dice.below(300) as f64).collect();
        let settled = |above| settle(&problem, &prices, above, |_, _| true, &|| false);
        let ours = settled(None);
        assert_eq!(ours.as_ref().map(|plan| problem.total_value(plan)), best, "seed {seed}");
        let Some(best) = best else { continue };
        let ours = ours.expect("a plan");
        assert!(problem.overdrawn(&ours).is_none());
        assert!(ours.iter().enumerate().all(|(customer, choice)| problem.choices(customer).any(|o| o == *choice)));
        assert_eq!(settled(Some(best)), None, "seed {seed}");
        assert_eq!(settled(Some(best - 1)).map(|plan| problem.total_value(&plan)), Some(best), "seed {seed}");
        found += 1;
    }
    assert!(found > 100, "{found}");
}
