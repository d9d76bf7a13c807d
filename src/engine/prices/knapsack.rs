//! One rep's own problem: the multiple-choice knapsack, exactly.
//!
//! At the multiplier of its linear relaxation the classes are chosen freely and the bound is a sum; a choice that rounds
//! gives a plan; options that lose more than lies between the two are in no better plan; what is left is enumerated by
//! states (minutes, value), none worse in both (Pisinger 1995; `models/prices.md`, section 6).

/// Most states of one step.
const MOST_STATES: usize = 400_000;
/// Most states of all steps, which are kept to find the way back.
const MOST_STATES_IN_ALL: usize = 8_000_000;
/// The first search looks at losses so many times smaller than a better choice may have.
const NARROWER: i128 = 256;

/// An option of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Minutes, not negative.
    pub minutes: i64,
    /// Value in cents.
    pub value: i64,
}

/// What the best choice of one option per class is.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// The option of each class.
    pub chosen: Vec<usize>,
    /// Its value.
    pub value: i64,
    /// Whether nothing better exists; otherwise the states were too many.
    pub exact: bool,
    /// The multiplier of the relaxation: what a minute is worth, in cents.
    pub multiplier: f64,
}

/// The best choice of one option per class within the minutes; `None` where even the shortest options take too long.
pub fn pack(classes: &[Vec<Item>], minutes: i64) -> Option<Packed> {
    let multiplier = multiplier(classes, minutes)?;
    // Prices in parts of a cent: every product below is of whole numbers.
    let price = (multiplier * SCALE as f64).ceil() as i128;
    let reduced = |item: &Item| SCALE * i128::from(item.value) - price * i128::from(item.minutes);
    let free: Vec<usize> = classes
        .iter()
        .map(|class| {
            let better = |&a: &usize, &b: &usize| {
                reduced(&class[a]).cmp(&reduced(&class[b])).then(class[b].minutes.cmp(&class[a].minutes))
            };
            (0..class.len()).max_by(better).unwrap_or(0)
        })
        .collect();
    let best: Vec<i128> = classes.iter().zip(&free).map(|(class, &at)| reduced(&class[at])).collect();
    let bound: i128 = best.iter().sum::<i128>() + price * i128::from(minutes);
    let mut chosen = round(classes, minutes, &free);
    let mut value = total(classes, &chosen);
    // A better choice is worth one more at least, so it loses at most this; narrower searches first, because what they
    // find narrows the next.
    let slack = |value: i64| bound - SCALE * (i128::from(value) + 1);
    let kept = |(number, class): (usize, &Vec<Item>)| {
        let losses = class.iter().enumerate().map(|(at, item)| (best[number] - reduced(item), at));
        let mut kept: Vec<(i128, usize)> = losses.filter(|&(loss, _)| loss <= slack(value)).collect();
        kept.sort_unstable();
        (kept.len() > 1).then_some(Open { number, kept })
    };
    let mut open: Vec<Open> = classes.iter().enumerate().filter_map(kept).collect();
    // The classes that lose least for another option come first: there another choice is most likely to help.
    open.sort_unstable_by_key(|class| (class.kept[1].0, class.number));
    let core = Core { classes, minutes, price, free, reached: best.iter().sum(), open };
    let mut exact = true;
    let mut width = slack(value) / NARROWER;
    while slack(value) >= 0 {
        let reach = width.min(slack(value)).max(0);
        match core.enumerate(reach) {
            Some(Some(found)) if total(classes, &found) > value => {
                value = total(classes, &found);
                chosen = found;
            }
            Some(_) => {}
            None => {
                exact = false;
                break;
            }
        }
        if reach >= slack(value) {
            break;
        }
        width = reach.max(1) * 4;
    }
    Some(Packed { chosen, value, exact, multiplier })
}

/// Prices are in 1 / SCALE of a cent.
const SCALE: i128 = 1024;

fn total(classes: &[Vec<Item>], chosen: &[usize]) -> i64 {
    classes.iter().zip(chosen).map(|(class, &at)| class[at].value).sum()
}

/// The least multiplier, to within rounding, at which the best options fit: along the upper hulls of the classes, the steps
/// worth most for a minute first, that of the first step that does not fit. `None` where even the shortest options do not.
fn multiplier(classes: &[Vec<Item>], minutes: i64) -> Option<f64> {
    let rate = |from: &Item, to: &Item| (to.value - from.value) as f64 / (to.minutes - from.minutes) as f64;
    let mut used = 0_i64;
    let mut steps: Vec<(f64, i64)> = Vec::new();
    let (mut sorted, mut hull): (Vec<Item>, Vec<Item>) = (Vec::new(), Vec::new());
    for class in classes {
        sorted.clone_from(class);
        sorted.sort_by_key(|item| item.minutes);
        hull.clear();
        for item in &sorted {
            match hull.last() {
                Some(last) if last.value >= item.value => continue,
                Some(last) if last.minutes == item.minutes => drop(hull.pop()),
                _ => {}
            }
            while let [.., before, last] = hull[..]
                && rate(&last, item) >= rate(&before, &last)
            {
                hull.pop();
            }
            hull.push(*item);
        }
        // A class without options has no choice.
        used = used.checked_add(hull.first().map_or(i64::MAX, |shortest| shortest.minutes))?;
        steps.extend(hull.windows(2).map(|pair| (rate(&pair[0], &pair[1]), pair[1].minutes - pair[0].minutes)));
    }
    let mut room = minutes.checked_sub(used).filter(|&room| room >= 0)?;
    steps.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (rate, step) in steps {
        room -= step;
        if room < 0 {
            return Some(rate);
        }
    }
    Some(0.0)
}

/// A choice that fits: the given one, shortened if need be, then lengthened while there is room.
fn round(classes: &[Vec<Item>], minutes: i64, free: &[usize]) -> Vec<usize> {
    let mut chosen = free.to_vec();
    let mut used: i64 = classes.iter().zip(&chosen).map(|(class, &at)| class[at].minutes).sum();
    if used > minutes {
        chosen = classes
            .iter()
            .map(|class| (0..class.len()).min_by_key(|&at| (class[at].minutes, -class[at].value)).unwrap_or(0))
            .collect();
        used = classes.iter().zip(&chosen).map(|(class, &at)| class[at].minutes).sum();
    }
    loop {
        // Each class's change with the most value for its minutes; the best of these first, as long as they fit.
        let mut steps: Vec<(f64, usize, usize)> = Vec::new();
        for (number, class) in classes.iter().enumerate() {
            let now = class[chosen[number]];
            let mut best: Option<(f64, usize, usize)> = None;
            for (at, item) in class.iter().enumerate() {
                let (more, gain) = (item.minutes - now.minutes, item.value - now.value);
                if gain > 0 && used + more <= minutes {
                    let rate = gain as f64 / more.max(1) as f64;
                    if best.is_none_or(|(most, _, _)| rate > most) {
                        best = Some((rate, number, at));
                    }
                }
            }
            steps.extend(best);
        }
        if steps.is_empty() {
            return chosen;
        }
        steps.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, number, at) in steps {
            let more = classes[number][at].minutes - classes[number][chosen[number]].minutes;
            if used + more <= minutes {
                used += more;
                chosen[number] = at;
            }
        }
    }
}

/// A state: minutes and value so far, and where it came from.
#[derive(Clone, Copy, Debug)]
struct State {
    minutes: i64,
    value: i64,
    before: u32,
    option: u32,
}

/// A class in which a better choice may have more than one option: these, by what they lose.
struct Open {
    number: usize,
    kept: Vec<(i128, usize)>,
}

/// What a better choice may have.
struct Core<'c> {
    classes: &'c [Vec<Item>],
    minutes: i64,
    price: i128,
    /// The option of each class that loses nothing.
    free: Vec<usize>,
    /// What these are worth, times SCALE, less their minutes at the price.
    reached: i128,
    /// By the least loss of another option.
    open: Vec<Open>,
}

impl Core<'_> {
    /// The best choice that loses at most so much, if there is one; `None` where the states are too many.
    fn enumerate(&self, slack: i128) -> Option<Option<Vec<usize>>> {
        let Core { classes, price, .. } = *self;
        let mut chosen = self.free.clone();
        let (mut used, mut value) = (0_i64, 0_i64);
        for (class, &at) in classes.iter().zip(&self.free) {
            (used, value) = (used + class[at].minutes, value + class[at].value);
        }
        // Who loses more for any other option than may be lost has one option left.
        let left = &self.open[..self.open.partition_point(|class| class.kept[1].0 <= slack)];
        let kept = |class: &Open| class.kept.partition_point(|&(loss, _)| loss <= slack);
        for class in left {
            let item = classes[class.number][self.free[class.number]];
            (used, value) = (used - item.minutes, value - item.value);
        }
        let shortest: Vec<i64> = left
            .iter()
            .map(|class| {
                let minutes = class.kept[..kept(class)].iter().map(|&(_, at)| classes[class.number][at].minutes);
                minutes.min().unwrap_or(0)
            })
            .collect();
        let mut room: i64 = self.minutes - shortest.iter().sum::<i64>();
        let mut kept_states = 0;
        let mut stages: Vec<Vec<State>> = vec![vec![State { minutes: used, value, before: 0, option: 0 }]];
        // What a state loses: the best reduced value of the classes so far, less its own.
        let mut reached: i128 = SCALE * i128::from(value) - price * i128::from(used);
        for (class, shortest) in left.iter().zip(&shortest) {
            let items = &classes[class.number];
            room += shortest;
            let free = items[self.free[class.number]];
            reached += SCALE * i128::from(free.value) - price * i128::from(free.minutes);
            let last = stages.last().expect("there is a first stage");
            let mut states: Vec<State> = Vec::new();
            for &(_, at) in &class.kept[..kept(class)] {
                let item = items[at];
                let next = (0..).zip(last).map(|(before, state)| State {
                    minutes: state.minutes + item.minutes,
                    value: state.value + item.value,
                    before,
                    option: at as u32,
                });
                let is_open = |next: &State| {
                    let loss = reached - (SCALE * i128::from(next.value) - price * i128::from(next.minutes));
                    next.minutes <= room && loss <= slack
                };
                states = merge(&states, next.filter(is_open));
            }
            kept_states += states.len();
            if states.len() > MOST_STATES || kept_states > MOST_STATES_IN_ALL {
                return None;
            }
            stages.push(states);
        }
        let last = stages.last().expect("there is a first stage");
        let within = last.iter().enumerate().filter(|(_, state)| {
            let loss = self.reached - (SCALE * i128::from(state.value) - price * i128::from(state.minutes));
            loss + price * i128::from(self.minutes - state.minutes) <= slack
        });
        let Some((mut at, _)) = within.max_by_key(|(_, state)| state.value) else { return Some(None) };
        for (class, stage) in left.iter().zip(&stages[1..]).rev() {
            chosen[class.number] = stage[at].option as usize;
            at = stage[at].before as usize;
        }
        Some(Some(chosen))
    }
}

/// Two lists of states, both by minutes and value, as one without those that take no less time for no more value.
fn merge(a: &[State], b: impl Iterator<Item = State>) -> Vec<State> {
    let mut merged = Vec::with_capacity(a.len() + b.size_hint().0);
    let mut most = i64::MIN;
    let mut keep = |state: State| {
        if state.value > most {
            most = state.value;
            merged.push(state);
        }
    };
    let mut a = a.iter().copied().peekable();
    for next in b {
        let is_first = |known: &State| (known.minutes, -known.value) <= (next.minutes, -next.value);
        while let Some(known) = a.next_if(is_first) {
            keep(known);
        }
        keep(next);
    }
    a.for_each(keep);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::prices::dice::Dice;

    /// By all minutes up to the limit.
    fn plain(classes: &[Vec<Item>], minutes: i64) -> Option<i64> {
        let mut best = vec![Some(0_i64); minutes as usize + 1];
        for class in classes {
            best = (0..=minutes)
                .map(|used| {
                    let fits = class.iter().filter(|item| item.minutes <= used);
                    fits.filter_map(|item| Some(best[(used - item.minutes) as usize]? + item.value)).max()
                })
                .collect();
        }
        best[minutes as usize]
    }

    #[test]
    fn the_best_choice_is_found_whatever_the_tables_look_like() {
        let mut dice = Dice::new(7, 0);
        for case in 0..4000 {
            let count = dice.below(8);
            let classes: Vec<Vec<Item>> = (0..count)
                .map(|_| {
                    (0..1 + dice.below(5))
                        .map(|_| Item { minutes: dice.below(40) as i64, value: dice.below(60) as i64 - 10 })
                        .collect()
                })
                .collect();
            let minutes = dice.below(120) as i64;
            let packed = pack(&classes, minutes);
            assert_eq!(packed.as_ref().map(|packed| packed.value), plain(&classes, minutes), "case {case}");
            if let Some(packed) = packed {
                assert!(packed.exact);
                let used: i64 = classes.iter().zip(&packed.chosen).map(|(class, &at)| class[at].minutes).sum();
                assert!(used <= minutes && total(&classes, &packed.chosen) == packed.value);
            }
        }
    }
}
