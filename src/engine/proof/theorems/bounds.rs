//! What no plan loses less than: the shortlist, its bounds and penalties.

use super::{SHORT, cases, decide, random_prices};
use crate::engine::prices::Dice;
use crate::engine::prices::Width;
use crate::engine::proof::ascent::{Ascent, Course};
use crate::engine::proof::marks::{Mark, Marks};
use crate::engine::proof::packing::{Hint, Packer};
use crate::engine::proof::shortlist::Shortlist;

#[test]
fn the_shortlist_has_a_best_plan_and_loses_with_it_what_lies_between_bound_and_value() {
    for case in cases(200) {
        let list = case.list();
        let mut least = i128::MAX;
        for (value, plan) in &case.plans {
            let mut loss: i128 = list.reps.iter().map(|rep| i128::from(rep.price * rep.capacity)).sum();
            let mut listed = list.idle.iter().all(|&(customer, choice)| plan[customer as usize] == choice);
            for (x, customer) in list.customers.iter().enumerate() {
                let choice = plan[customer.index as usize];
                let of_groups = customer.groups.iter().flat_map(|&group| list.groups[group as usize].options());
                if let Some(option) = of_groups.into_iter().find(|&option| list.choice[option] == choice) {
                    assert_eq!(list.customer_of(option as u32), x);
                    let rep = &list.reps[list.groups[list.group_of[option] as usize].rep as usize];
                    loss += i128::from(i64::from(list.loss[option]) - rep.price * i64::from(list.minutes[option]));
                } else if let Some((idle, _)) = customer.idle.filter(|&(_, idle)| idle == choice) {
                    loss += i128::from(idle);
                } else {
                    listed = false;
                }
            }
            if listed {
                assert_eq!(loss, list.loss_of(*value), "seed {}", case.seed);
                least = least.min(loss);
            }
        }
        assert_eq!(least, list.loss_of(case.best()), "seed {}", case.seed);
    }
}

#[test]
fn whatever_the_prices_and_decisions_no_plan_loses_less_than_the_bound_at_any_step() {
    let (mut steps, mut tight) = (0, 0);
    for case in cases(250) {
        let (list, mut dice) = (case.list(), Dice::new(case.seed, 2));
        for round in 0..4 {
            let marks = if round == 0 { Marks::none(&list) } else { decide(&list, &mut dice) };
            let least = case.least(&list, &marks);
            let mut prices = Ascent::first(&list);
            if round % 2 == 0 {
                prices.prices = random_prices(&list, &mut dice);
            }
            let course = Course { steps: 40, ..SHORT };
            let mut ascent = Ascent::new(&list, Width::detect(), false);
            ascent.climb(&mut prices, &marks, i64::MAX, course, &mut |now, _| {
                steps += 1;
                assert!(least.is_none_or(|least| i128::from(now.bound) <= least), "seed {}", case.seed);
                true
            });
            assert!(least.is_none_or(|least| i128::from(prices.bound) <= least), "seed {}", case.seed);
            tight += usize::from(least == Some(i128::from(prices.bound)));
        }
    }
    assert!(steps > 5000 && tight > 100, "{steps} steps, {tight} bounds that some plan attains");
}

#[test]
fn dividing_minutes_by_their_unit_changes_no_bound() {
    let mut divided = 0;
    for case in cases(200) {
        let (list, mut dice) = (case.list(), Dice::new(case.seed, 3));
        // The same list in minutes.
        let mut plain = case.list();
        for rep in &mut plain.reps {
            rep.capacity = case.problem.rows[rep.row].capacity;
            rep.price = plain.row_prices[rep.row];
        }
        for option in 0..plain.choice.len() {
            let customer = plain.customers[plain.customer_of(option as u32)].index as usize;
            let row = plain.reps[plain.groups[plain.group_of[option] as usize].rep as usize].row;
            case.problem.for_each_use(customer, plain.choice[option], |used, amount| {
                if used == row {
                    plain.minutes[option] = amount as i32;
                }
            });
        }
        divided += usize::from(plain.minutes != list.minutes);
        let mut packer = Packer::new(Width::detect());
        for _ in 0..5 {
            let (prices, marks) = (random_prices(&list, &mut dice), decide(&list, &mut dice));
            let mut costs = |list: &Shortlist| -> Option<i128> {
                let mut cost = |rep| packer.pack(list, rep, &prices, &marks.groups, &mut Hint::default());
                (0..list.reps.len()).map(|rep| cost(rep).map(|packed| i128::from(packed.cost))).sum()
            };
            let (ours, whole) = (costs(&list), costs(&plain));
            assert_eq!(ours.map(|cost| cost + list.unusable), whole, "seed {}", case.seed);
        }
        assert_eq!(list.sum + list.unusable, {
            let paid: i64 = case.problem.rows.iter().zip(&case.rows).map(|(row, price)| row.capacity * price).sum();
            i128::from(paid) + list.largest.iter().map(|&largest| i128::from(largest)).sum::<i128>()
        });
    }
    assert!(divided > 30, "{divided} lists with a unit");
}

#[test]
fn what_the_packer_says_a_group_costs_is_what_packing_with_and_without_it_costs() {
    let mut within = 0;
    for case in cases(150) {
        let (list, mut dice) = (case.list(), Dice::new(case.seed, 4));
        let mut packer = Packer::new(Width::detect());
        for round in 0..6 {
            let prices = random_prices(&list, &mut dice);
            let marks = if round < 2 { Marks::none(&list) } else { decide(&list, &mut dice) };
            let reach = 1 + dice.below(100_000) as i64;
            for rep in 0..list.reps.len() {
                let mut hint = Hint::default();
                let Some(packed) = packer.pack(&list, rep, &prices, &marks.groups, &mut hint) else { continue };
                let mut said: Vec<(usize, i64, i64)> = Vec::new();
                packer
                    .penalties(&list, rep, &hint, packed, reach, |group, taken, left| said.push((group, taken, left)));
                for (group, taken, left) in said {
                    let mut rise = |mark| {
                        let mut marks = marks.groups.clone();
                        marks[group] = mark;
                        let forced = packer.pack(&list, rep, &prices, &marks, &mut Hint::default());
                        forced.map_or(reach + 1, |forced| forced.cost - packed.cost).min(reach + 1)
                    };
                    assert_eq!(taken.min(reach + 1), rise(Mark::In), "seed {}", case.seed);
                    let expected = if marks.groups[group] == Mark::In { reach + 1 } else { rise(Mark::Out) };
                    assert_eq!(left.min(reach + 1), expected, "seed {}", case.seed);
                    within += usize::from(taken > 0 && taken <= reach) + usize::from(left > 0 && left <= reach);
                }
            }
        }
    }
    assert!(within > 1000, "{within} penalties within reach");
}
