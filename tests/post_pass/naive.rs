//! The post-pass once more, as the rules read and as slowly as they allow: every number of moves is tried, and for each
//! every way of raising frequencies.

use visitplan::model::OnlyIf;
use visitplan::post_pass::Wide;
use visitplan::problem::Choice;

/// The plan after the pass; of instances without rules.
pub fn run(wide: &Wide, before: &[Choice]) -> Vec<Choice> {
    let mut now = before.to_vec();
    loop {
        let start = now.clone();
        for rep in 0..wide.instance.reps.len() as u32 {
            if wide.instance.reps[rep as usize].is_active() {
                now = turn(wide, before, &now, rep);
            }
        }
        if now == start {
            return now;
        }
    }
}

fn rep_of(wide: &Wide, choice: Choice) -> Option<u32> {
    choice.lane().and_then(|lane| wide.problem.lane(lane).rep)
}

/// What is left of a rep's time.
fn spare(wide: &Wide, choices: &[Choice], rep: u32) -> i64 {
    let used: i64 =
        choices.iter().filter(|&&choice| rep_of(wide, choice) == Some(rep)).map(|&c| wide.problem.minutes(c)).sum();
    wide.instance.reps[rep as usize].minutes.0 - used
}

/// The calls for a customer's visits, with what the pools have left in `choices`.
fn calls(wide: &Wide, before: &[Choice], choices: &[Choice], at: usize) -> Option<Choice> {
    let (customer, now) = (&wide.instance.customers[at], choices[at]);
    let step = &wide.instance.model.post_pass.telesales;
    let open = now == before[at] && now.visits > 0 && customer.lock.is_none() && customer.visits.min == 0;
    if !open || !wide.cells.holds(&step.when, &wide.instance, at) {
        return None;
    }
    let mut best: Option<Choice> = None;
    for (pool, about) in (0..).zip(&wide.instance.pools) {
        let of_pool = |(other, choice): (usize, &Choice)| match choice.lane().map(|lane| wide.problem.lane(lane)) {
            Some(lane) if lane.pool == Some(pool) && other != at => lane.call_minutes,
            _ => 0,
        };
        let left = about.minutes.0 - choices.iter().enumerate().map(of_pool).sum::<i64>();
        let most = (now.visits * step.calls_per_visit).min(customer.calls.max);
        let fits = |&calls: &u32| i64::from(calls) * about.minutes_per_call.0 <= left;
        let Some(number) = (1..=most).rev().find(fits) else { continue };
        let Some(option) = wide.problem.find(at, None, 0, Some(pool), number) else { continue };
        if best.is_none_or(|best| wide.problem.value(option) > wide.problem.value(best)) {
            best = Some(option);
        }
    }
    best.filter(|&option| wide.problem.value(option) >= 0 || !wide.problem.allows_nothing(at))
}

fn turn(wide: &Wide, before: &[Choice], start: &[Choice], rep: u32) -> Vec<Choice> {
    let (problem, pass) = (&wide.problem, &wide.instance.model.post_pass);
    let mut order: Vec<(f64, usize)> = (0..before.len())
        .filter(|&at| rep_of(wide, before[at]) == Some(rep))
        .filter_map(|at| {
            let to = calls(wide, before, start, at)?;
            let loss = (problem.value(start[at]) - problem.value(to)) as f64;
            let freed = problem.minutes(start[at]) as f64;
            let rate = if freed > 0.0 { loss / freed } else { loss * f64::INFINITY };
            Some((if rate.is_nan() { 0.0 } else { rate }, at))
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut plans = vec![start.to_vec()];
    for (_, at) in order {
        let mut next = plans.last().expect("the first one").clone();
        if let Some(to) = calls(wide, before, &next, at) {
            next[at] = to;
            plans.push(next);
        }
    }
    let least = wide.instance.reps[rep as usize].least.map_or(0, |least| least.0);
    let mut best: Option<(i64, Vec<Choice>)> = None;
    for plan in plans {
        let freed: i64 = (0..before.len())
            .filter(|&at| rep_of(wide, before[at]) == Some(rep) && plan[at].visits == 0)
            .map(|at| problem.minutes(before[at]))
            .sum();
        let spent: i64 = (0..before.len())
            .filter(|&at| before[at] == Choice::NOTHING && rep_of(wide, plan[at]) == Some(rep))
            .map(|at| problem.minutes(plan[at]))
            .sum();
        let budget = pass.reactivate.share_of_freed.0 * freed / 1_000_000 - spent;
        let won = win(wide, plan, rep, budget);
        let raised = raise(wide, before, won, rep);
        if wide.instance.reps[rep as usize].minutes.0 - spare(wide, &raised, rep) < least {
            continue;
        }
        let value = problem.total_value(&raised);
        let always = pass.telesales.only_if == OnlyIf::Always;
        if best.as_ref().is_none_or(|(most, _)| value > *most || always) {
            best = Some((value, raised));
        }
    }
    best.map_or_else(|| start.to_vec(), |(_, plan)| plan)
}

/// Inactive and new customers within a budget, best value per minute first.
fn win(wide: &Wide, mut plan: Vec<Choice>, rep: u32, mut budget: i64) -> Vec<Choice> {
    let (problem, step) = (&wide.problem, &wide.instance.model.post_pass.reactivate);
    let mut offers: Vec<(f64, usize, Choice)> = Vec::new();
    for (at, &choice) in plan.iter().enumerate() {
        if choice != Choice::NOTHING || !wide.cells.holds(&step.when, &wide.instance, at) {
            continue;
        }
        for index in problem.lanes_of(at) {
            let lane = problem.lane(index);
            if lane.rep == Some(rep) && lane.pool.is_none() {
                let option = problem.choice(index, step.visits.clamp(lane.fewest, lane.most));
                let (value, minutes) = (problem.value(option), problem.minutes(option));
                let rate = if minutes > 0 { value as f64 / minutes as f64 } else { f64::INFINITY };
                if value > 0 {
                    offers.push((rate, at, option));
                }
            }
        }
    }
    offers.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let most = wide.instance.reps[rep as usize].max_customers.unwrap_or(i64::MAX);
    for (_, at, option) in offers {
        let takes = problem.minutes(option);
        let held = plan.iter().filter(|&&choice| rep_of(wide, choice) == Some(rep)).count() as i64;
        if takes <= budget && takes <= spare(wide, &plan, rep) && held < most {
            budget -= takes;
            plan[at] = option;
        }
    }
    plan
}

/// The best way of raising frequencies, of all there are.
fn raise(wide: &Wide, before: &[Choice], plan: Vec<Choice>, rep: u32) -> Vec<Choice> {
    let step = &wide.instance.model.post_pass.frequency;
    let open: Vec<usize> = (0..plan.len())
        .filter(|&at| before[at].visits > 0 && rep_of(wide, plan[at]) == Some(rep))
        .filter(|&at| rep_of(wide, before[at]) == Some(rep))
        .filter(|&at| wide.cells.holds(&step.when, &wide.instance, at))
        .collect();
    let mut best = plan.clone();
    let mut tried = plan;
    all_raises(wide, before, &open, rep, &mut tried, &mut best);
    best
}

fn all_raises(
    wide: &Wide,
    before: &[Choice],
    open: &[usize],
    rep: u32,
    tried: &mut Vec<Choice>,
    best: &mut Vec<Choice>,
) {
    let Some((&at, rest)) = open.split_first() else {
        let better = wide.problem.total_value(tried) > wide.problem.total_value(best);
        if better && spare(wide, tried, rep) >= 0 {
            best.clone_from(tried);
        }
        return;
    };
    let now = tried[at];
    let lane = wide.problem.lane(now.lane().expect("a visited customer"));
    let limit = before[at].visits + wide.instance.model.post_pass.frequency.raise_by_at_most;
    for visits in now.visits..=lane.most.min(limit).max(now.visits) {
        tried[at] = now.plus(visits - now.visits);
        all_raises(wide, before, rest, rep, tried, best);
    }
    tried[at] = now;
}
