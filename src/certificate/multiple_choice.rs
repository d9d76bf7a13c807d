//! The multiple-choice knapsack problem, solved exactly in integers.
//!
//! From each class at most one item may be chosen; the weights must fit into the capacity; the total profit is
//! largest. The method is the expanding core of Pisinger ("A minimal algorithm for the multiple-choice knapsack
//! problem", 1995). The linear relaxation takes the steps of the classes' upper hulls in the order of their profit per
//! weight until one no longer fits, and nearly all classes keep what it gave them. The others are tried one by one,
//! those next to the last step first, by dynamic programming over the sums of weight and profit that are not dominated.
//! A sum is dropped as soon as the linear relaxation of the untried classes shows that it leads to nothing better than
//! what is known; when none is left, the best known is the best there is.

use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Sub};

/// What can be chosen, or the sum or difference of such things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What it takes of the capacity; never negative in a class.
    pub weight: i64,
    /// What it adds, of any sign.
    pub profit: i128,
}

/// A knapsack that needs more room or work than a verifier should be asked for, or numbers too large to multiply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooHard;

/// Most sums kept at a time. There are never more than different weights, so that a year's minutes are no matter.
const MAX_SUMS: usize = 1 << 22;
/// Most sums formed in all: a few seconds.
const MAX_WORK: usize = 1 << 30;

/// A multiple-choice knapsack problem.
#[derive(Clone, Debug)]
pub struct Knapsack {
    capacity: i64,
    /// Profit that weighs nothing.
    sure: i128,
    /// The items of all classes: in each, nothing first, then ever heavier and ever more profitable.
    items: Vec<Item>,
    /// Where each class ends.
    ends: Vec<usize>,
}

impl Knapsack {
    /// A knapsack without classes. A capacity below 0 counts as 0.
    pub fn new(capacity: i64) -> Knapsack {
        Knapsack { capacity: capacity.max(0), sure: 0, items: Vec::new(), ends: Vec::new() }
    }

    /// Adds a class: at most one of these items, whose weights are not negative, may be chosen.
    pub fn add_class(&mut self, items: impl IntoIterator<Item = Item>) {
        let (start, capacity) = (self.items.len(), self.capacity);
        self.items.push(Item::default());
        self.items.extend(items.into_iter().filter(|item| item.profit > 0 && item.weight <= capacity));
        let class = &mut self.items[start..];
        class.sort_unstable_by(|a, b| a.weight.cmp(&b.weight).then(b.profit.cmp(&a.profit)));
        // An item that is no lighter than another and adds no more is never needed.
        let mut last = 0;
        for at in 1..class.len() {
            if class[at].profit > class[last].profit {
                last += 1;
                class[last] = class[at];
            }
        }
        let sure = class[0].profit;
        class[..=last].iter_mut().for_each(|item| item.profit -= sure);
        self.sure += sure;
        let alternatives = last > 0;
        self.items.truncate(if alternatives { start + last + 1 } else { start });
        self.ends.extend(alternatives.then_some(self.items.len()));
    }

    /// The largest total profit.
    pub fn solve(mut self) -> Result<i128, TooHard> {
        let unit = self.divide_by_common_factors();
        let heaviest: Vec<Item> = self.ends.iter().map(|&end| self.items[end - 1]).collect();
        let weight = heaviest.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.weight));
        let profit: i128 = heaviest.iter().map(|item| item.profit).sum();
        if weight.is_some_and(|weight| weight <= self.capacity) {
            return Ok(self.sure + unit * profit);
        }
        // Every difference of two sums of items is below these, and every product that is compared below theirs.
        let weight = weight.and_then(|weight| weight.checked_add(self.capacity)).ok_or(TooHard)?;
        let largest = (profit + 1).checked_mul(i128::from(weight)).filter(|&product| product < 1 << 125);
        largest.ok_or(TooHard)?;
        Ok(self.sure + unit * Core::of(&self).search()?)
    }

    /// Divides all weights, and all profits, by what they have in common; returns the unit of the profits.
    fn divide_by_common_factors(&mut self) -> i128 {
        let (mut weight, mut profit) = (0, 0);
        for item in &self.items {
            weight = gcd(weight, i128::from(item.weight));
            profit = gcd(profit, item.profit);
        }
        let unit = (i64::try_from(weight).unwrap_or(1).max(1), profit.max(1));
        for item in &mut self.items {
            *item = Item { weight: item.weight / unit.0, profit: item.profit / unit.1 };
        }
        self.capacity /= unit.0;
        unit.1
    }

    fn class(&self, class: usize) -> &[Item] {
        let start = if class == 0 { 0 } else { self.ends[class - 1] };
        &self.items[start..self.ends[class]]
    }
}

/// A step along the upper hull of a class.
#[derive(Clone, Copy, Debug)]
struct Step {
    class: usize,
    /// The item of the class that it leads to.
    to: usize,
    by: Item,
}

/// The classes in the order in which they are tried, around what the linear relaxation gives them.
struct Core<'k> {
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
    /// Solves the linear relaxation. Not all of the heaviest items fit together.
    fn of(knapsack: &'k Knapsack) -> Core<'k> {
        let classes = knapsack.ends.len();
        let mut steps = Vec::with_capacity(knapsack.items.len());
        (0..classes).for_each(|class| add_steps(class, knapsack.class(class), &mut steps));
        // Stable, and steeper steps of a class come first anyway: each class's steps stay in order.
        steps.sort_by(|a, b| steeper(b.by, a.by));
        let (mut given, mut sum) = (vec![0; classes], Item::default());
        let fitting = |step: &&Step| {
            let fits = sum.weight + step.by.weight <= knapsack.capacity;
            if fits {
                sum += step.by;
                given[step.class] = step.to;
            }
            fits
        };
        let taken = steps.iter().take_while(fitting).count();
        // Whatever still fits makes a first plan; a class whose next step does not fit gets no further one.
        let (mut plan, mut full) = (sum, vec![false; classes]);
        for step in &steps[taken..] {
            full[step.class] |= plan.weight + step.by.weight > knapsack.capacity;
            if !full[step.class] {
                plan += step.by;
            }
        }
        let (mut up, mut down) = (vec![None; classes], vec![None; classes]);
        steps[..taken].iter().for_each(|step| down[step.class] = Some(step.by));
        steps[taken..].iter().rev().for_each(|step| up[step.class] = Some(step.by));
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

    /// Tries the classes until nothing better than the best known can follow.
    fn search(mut self) -> Result<i128, TooHard> {
        let mut sums = vec![self.sum];
        let mut work = 0;
        let (mut merged, mut other) = (Vec::new(), Vec::new());
        for place in 0..self.order.len() {
            let class = self.order[place];
            let items = self.knapsack.class(class);
            let given = items[self.given[class]];
            // Exchanging one item against the relaxation already excludes most.
            let changes = items.iter().map(|&item| item - given);
            let changes: Vec<Item> =
                changes.filter(|&change| self.may_beat(self.sum + change, Some(self.price))).collect();
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
                work += sums.len() + merged.len();
                if merged.len() > MAX_SUMS || work > MAX_WORK {
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
            Some(slope) => i128::from(room) * slope.profit >= (self.best + 1 - sum.profit) * i128::from(slope.weight),
            None => room >= 0 && sum.profit > self.best,
        }
    }
}

/// Compares profits per weight; weights are above 0.
fn steeper(a: Item, b: Item) -> Ordering {
    (a.profit * i128::from(b.weight)).cmp(&(b.profit * i128::from(a.weight)))
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

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Add for Item {
    type Output = Item;
    fn add(self, other: Item) -> Item {
        Item { weight: self.weight + other.weight, profit: self.profit + other.profit }
    }
}

impl AddAssign for Item {
    fn add_assign(&mut self, other: Item) {
        *self = *self + other;
    }
}

impl Sub for Item {
    type Output = Item;
    fn sub(self, other: Item) -> Item {
        Item { weight: self.weight - other.weight, profit: self.profit - other.profit }
    }
}
