//! The multiple-choice knapsack problem, solved exactly.
//!
//! The method is the expanding core of Pisinger ("A minimal algorithm for the multiple-choice knapsack problem", 1995).
//! The linear relaxation takes the steps of the classes' upper hulls in the order of their profit per weight until one
//! no longer fits, and nearly all classes keep what it gave them. The others are tried one by one, those next to the
//! last step first, by dynamic programming over the sums of weight and profit that are not dominated. A sum is dropped
//! as soon as the linear relaxation of the untried classes shows that it leads to nothing better than what is known;
//! when none is left, the best known is the best there is.

use std::cmp::Ordering;

use super::multiple_choice::{Item, Knapsack, TooHard};

/// Most sums kept at a time. There are never more than different weights, so that a year's minutes are no matter.
const MAX_SUMS: usize = 1 << 22;

/// A step along the upper hull of a class.
#[derive(Clone, Copy, Debug)]
struct Step {
    class: usize,
    /// The item of the class that it leads to.
    to: usize,
    by: Item,
}

/// The classes in the order in which they are tried, around what the linear relaxation gives them.
pub(super) struct Core<'k> {
    knapsack: &'k Knapsack,
    /// The item that the relaxation gives each class.
    given: Vec<usize>,
    /// The sum of these.
    sum: Item,
    /// The step that no longer fits: its profit per weight is the price of the capacity.
    price: Item,
    /// A profit that can be had.
    best: i128,
    order: Vec<usize>,
    /// For the classes that come at or after a place of the order: the best step that none of them has taken.
    up: Vec<Option<Item>>,
    /// And the worst step that one of them has taken last.
    down: Vec<Option<Item>>,
}

impl<'k> Core<'k> {
    /// Solves the linear relaxation. Not all of the heaviest items fit together. Only so many steps on either side of
    /// the one that no longer fits are put in order; those farther away rarely matter.
    pub(super) fn of(knapsack: &'k Knapsack, near: usize) -> Core<'k> {
        let classes = knapsack.ends.len();
        let mut steps = Vec::with_capacity(knapsack.items.len());
        (0..classes).for_each(|class| add_steps(class, knapsack.class(class), &mut steps));
        let taken = take(&mut steps, knapsack.capacity);
        let ordered = order_around(&mut steps, taken, near);
        let (mut given, mut sum) = (vec![0; classes], Item::default());
        let (mut next, mut up, mut down) = (vec![usize::MAX; classes], vec![None; classes], vec![None; classes]);
        for step in &steps[..taken] {
            sum += step.by;
            if step.to > given[step.class] {
                (given[step.class], down[step.class]) = (step.to, Some(step.by));
            }
        }
        for step in &steps[taken..] {
            if step.to < next[step.class] {
                (next[step.class], up[step.class]) = (step.to, Some(step.by));
            }
        }
        // Whatever still fits makes a first plan; a class whose next step does not fit gets no further one.
        let (mut plan, mut full) = (sum, vec![false; classes]);
        for step in &steps[taken..ordered] {
            full[step.class] |= plan.weight + step.by.weight > knapsack.capacity;
            if !full[step.class] {
                plan += step.by;
            }
        }
        let order = outwards(classes, &steps, taken);
        Core {
            knapsack,
            given,
            sum,
            price: steps[taken].by,
            best: plan.profit,
            up: from_here(&order, &up, Ordering::Greater),
            down: from_here(&order, &down, Ordering::Less),
            order,
        }
    }

    /// Tries the classes until nothing better than the best known can follow, and forms at most so many sums.
    pub(super) fn search(mut self, most_work: u64) -> Result<i128, TooHard> {
        let mut sums = vec![self.sum];
        let mut work = 0_u64;
        let (mut merged, mut other, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        for place in 0..self.order.len() {
            let class = self.order[place];
            let items = self.knapsack.class(class);
            let given = items[self.given[class]];
            // Exchanging one item against the relaxation already excludes most.
            let all = items.iter().map(|&item| item - given);
            changes.clear();
            changes.extend(all.filter(|&change| self.may_beat(self.sum + change, Some(self.price))));
            if let [only] = changes[..]
                && only == Item::default()
            {
                continue;
            }
            for &change in &changes {
                // Sums that are not dominated rise in both: the last that fits is the best.
                let fitting = sums.partition_point(|&sum| (sum + change).weight <= self.knapsack.capacity);
                let plan = sums[..fitting].last().map(|&sum| sum + change);
                self.best = plan.map_or(self.best, |plan| plan.profit.max(self.best));
            }
            merged.clear();
            for &change in &changes {
                let open = sums.iter().map(|&sum| sum + change).filter(|&sum| self.leads_on(sum, place + 1));
                merge(&merged, open, &mut other);
                std::mem::swap(&mut merged, &mut other);
                work += (sums.len() + merged.len()) as u64;
                if merged.len() > MAX_SUMS || work > most_work {
                    return Err(TooHard);
                }
            }
            std::mem::swap(&mut sums, &mut merged);
            if sums.is_empty() {
                break;
            }
        }
        Ok(self.best)
    }

    /// Whether a sum may lead to more than the best known by what classes from this place of the order on can change.
    fn leads_on(&self, sum: Item, place: usize) -> bool {
        // Capacity left over is at most filled at the best step up, and an excess at least paid with the cheapest down.
        let slope = if sum.weight <= self.knapsack.capacity { self.up[place] } else { self.down[place] };
        self.may_beat(sum, slope)
    }

    /// Whether the profit and what is left of the capacity, at the slope's profit per weight, are above the best known.
    fn may_beat(&self, sum: Item, slope: Option<Item>) -> bool {
        let room = self.knapsack.capacity - sum.weight;
        match slope {
            Some(slope) => times(room, slope.profit) >= times(slope.weight, self.best + 1 - sum.profit),
            None => room >= 0 && sum.profit > self.best,
        }
    }
}

/// Puts the steepest steps in front that fit together, and says how many there are; the next one no longer fits.
fn take(steps: &mut [Step], capacity: i64) -> usize {
    let (mut from, mut to, mut room) = (0, steps.len(), capacity);
    while to > from + 1 {
        let middle = (to - from) / 2;
        let (steeper_half, _, _) = steps[from..to].select_nth_unstable_by(middle, |a, b| steeper(b.by, a.by));
        let weight = steeper_half.iter().map(|step| step.by.weight).sum::<i64>();
        if weight <= room {
            (from, room) = (from + middle, room - weight);
        } else {
            to = from + middle;
        }
    }
    from
}

/// Puts the steps next to a place in order, so many before and behind it, and says up to where.
fn order_around(steps: &mut [Step], place: usize, near: usize) -> usize {
    let steepest_first = |a: &Step, b: &Step| steeper(b.by, a.by);
    let (before, behind) = steps.split_at_mut(place);
    let far = before.len().saturating_sub(near);
    if far > 0 {
        before.select_nth_unstable_by(far, steepest_first);
    }
    before[far..].sort_unstable_by(steepest_first);
    let near = near.min(behind.len());
    if near < behind.len() {
        behind.select_nth_unstable_by(near, steepest_first);
    }
    behind[..near].sort_unstable_by(steepest_first);
    place + near
}

/// Compares profits per weight; weights are above 0.
fn steeper(a: Item, b: Item) -> Ordering {
    times(b.weight, a.profit).cmp(&times(a.weight, b.profit))
}

/// The product, much quicker where the profit is not very large.
fn times(weight: i64, profit: i128) -> i128 {
    match i64::try_from(profit) {
        Ok(profit) => i128::from(weight) * i128::from(profit),
        Err(_) => i128::from(weight) * profit,
    }
}

/// Adds the steps of a class along its upper hull, the steepest first.
fn add_steps(class: usize, items: &[Item], steps: &mut Vec<Step>) {
    let start = steps.len();
    for to in 1..items.len() {
        let mut from = 0;
        while let Some(last) = steps[start..].last() {
            from = last.to;
            if steeper(last.by, items[to] - items[from]) == Ordering::Greater {
                break;
            }
            steps.pop();
            from = 0;
        }
        steps.push(Step { class, to, by: items[to] - items[from] });
    }
}

/// The classes in the order in which their steps lie around the place where the relaxation stopped.
fn outwards(classes: usize, steps: &[Step], taken: usize) -> Vec<usize> {
    let mut order = Vec::with_capacity(classes);
    let mut placed = vec![false; classes];
    let (mut later, mut earlier) = (steps[taken..].iter(), steps[..taken].iter().rev());
    for _ in 0..classes {
        order.extend(next_class(&mut later, &mut placed));
        order.extend(next_class(&mut earlier, &mut placed));
    }
    order
}

/// The class of the next step whose class is not placed yet.
fn next_class<'s>(steps: &mut impl Iterator<Item = &'s Step>, placed: &mut [bool]) -> Option<usize> {
    steps.map(|step| step.class).find(|&class| !std::mem::replace(&mut placed[class], true))
}

/// For each place of the order the extreme of the slopes there and later; none at the end.
fn from_here(order: &[usize], slopes: &[Option<Item>], wanted: Ordering) -> Vec<Option<Item>> {
    let mut extremes = vec![None; order.len() + 1];
    for (place, &class) in order.iter().enumerate().rev() {
        extremes[place] = match (slopes[class], extremes[place + 1]) {
            (Some(slope), Some(later)) if steeper(slope, later) == wanted => Some(slope),
            (slope, None) => slope,
            (_, later) => later,
        };
    }
    extremes
}

/// Merges sums, both lists rising in weight and profit, and leaves out those that are dominated.
fn merge(left: &[Item], right: impl Iterator<Item = Item>, merged: &mut Vec<Item>) {
    merged.clear();
    let mut add = |sum: Item| {
        if merged.last().is_none_or(|last: &Item| sum.profit > last.profit) {
            merged.push(sum);
        }
    };
    let mut left = left.iter().copied().peekable();
    for sum in right {
        let first = |other: &Item| (other.weight, -other.profit) <= (sum.weight, -sum.profit);
        while let Some(other) = left.next_if(first) {
            add(other);
        }
        add(sum);
    }
    left.for_each(add);
}
