//! One pass over the customers at given prices: what they would choose, how much of each row they would use, and how
//! that changes with the prices.
//!
//! At the temperature T a customer takes its option o with probability proportional to exp(u_o / T), where u_o is the
//! option's value less the price of what it uses; at T = 0 it takes the best. See `models/prices.md`, section 2.

use rayon::prelude::*;

use super::lanes::{Lanes, OUT, Term};
use super::pairs::Pairs;
use super::priced::{Priced, best_of, largest_change, position, priced, reduced, visits};
use super::wide::{LANES, Width, exp, most, sum, wide};

/// Options so many temperatures below the best do not count: e^-14 is 8e-7.
const REACH: f32 = 14.0;
/// Products of expected uses below this are taken for 0.
const SMALL: f32 = 1e-4;
/// From so many lanes in reach on, what a customer draws on is added up by row first.
const MANY: usize = 64;
/// Customers in a part at least.
const PART: usize = 2048;
/// Parts at most. Their number goes by the number of customers alone, so that sums do not depend on the threads.
const PARTS: usize = 8;

/// What a pass finds, summed over customers.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Sum of T log sum exp(u / T), in cents.
    pub smooth: f64,
    /// Sum of the largest u, in cents.
    pub exact: f64,
    /// Expected use of each row; one place more for lanes without a main row.
    pub uses: Vec<f64>,
    /// Variance of the use of each row.
    pub variance: Vec<f64>,
    /// Covariance of the uses of each pair of rows.
    pub covariance: Vec<f64>,
}

impl Sums {
    fn clear(&mut self, rows: usize, pairs: usize) {
        (self.smooth, self.exact) = (0.0, 0.0);
        for (numbers, length) in
            [(&mut self.uses, rows + 1), (&mut self.variance, rows + 1), (&mut self.covariance, pairs)]
        {
            numbers.clear();
            numbers.resize(length, 0.0);
        }
    }

    fn add(&mut self, more: &Sums) {
        self.smooth += more.smooth;
        self.exact += more.exact;
        let pairs = [
            (&mut self.uses, &more.uses),
            (&mut self.variance, &more.variance),
            (&mut self.covariance, &more.covariance),
        ];
        for (sum, more) in pairs {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }
}

/// The customers of a pass, and all it needs, so that no pass allocates.
pub struct Passes<'l> {
    lanes: &'l Lanes,
    pairs: &'l Pairs,
    width: Width,
    parts: Vec<Part>,
    settled: Settled,
    /// The result of the last pass.
    pub sums: Sums,
}

/// Customers, and what a pass over them finds.
#[derive(Default)]
struct Part {
    customers: Vec<u32>,
    /// Those still looked at.
    active: Active,
    sums: Sums,
    scratch: Scratch,
    settled: Settled,
}

/// Customers still looked at, with those of their lanes that still come into question.
#[derive(Default)]
struct Active {
    customers: Vec<u32>,
    lanes: Vec<u32>,
    /// Where the lanes of each customer end.
    ends: Vec<u32>,
}

impl Active {
    fn clear(&mut self) {
        self.customers.clear();
        self.lanes.clear();
        self.ends.clear();
    }

    /// All lanes of these customers.
    fn all(&mut self, lanes: &Lanes, customers: &[u32]) {
        self.clear();
        for &customer in customers {
            self.lanes.extend(lanes.lanes_of(customer as usize).map(|lane| lane as u32));
            self.end(customer);
        }
    }

    /// Ends the lanes of a customer.
    fn end(&mut self, customer: u32) {
        self.customers.push(customer);
        self.ends.push(self.lanes.len() as u32);
    }
}

/// Lanes of one customer that are not far below its best, while it is looked at.
#[derive(Default)]
struct Scratch {
    /// The largest reduced value of each lane.
    best: Vec<f32>,
    /// A lane's use of a row and its square, weighted.
    drawn: Vec<(u32, f32, f32)>,
    /// Products of a lane's uses of two rows, by the place of the pair, weighted.
    mixed: Vec<(usize, f32)>,
}

/// The customers whose choice is the same at all prices of a box.
#[derive(Clone, Default)]
struct Settled {
    value: f64,
    uses: Vec<f64>,
}

impl Scratch {
    /// One entry for each row that is drawn on, so that pairs of entries are not many more than pairs of rows.
    fn add_up(&mut self) {
        self.drawn.sort_by_key(|&(row, _, _)| row);
        self.drawn.dedup_by(|more, sum| {
            let same = more.0 == sum.0;
            if same {
                (sum.1, sum.2) = (sum.1 + more.1, sum.2 + more.2);
            }
            same
        });
    }
}

impl<'l> Passes<'l> {
    /// Passes over every `step`-th customer.
    pub fn new(lanes: &'l Lanes, pairs: &'l Pairs, width: Width, step: usize) -> Passes<'l> {
        let customers: Vec<u32> = (0..lanes.customers() as u32).step_by(step).collect();
        let parts = (customers.len() / PART).clamp(1, PARTS);
        let size = customers.len().div_ceil(parts).max(1);
        let part = |customers: &[u32]| {
            let mut part = Part { customers: customers.to_vec(), ..Part::default() };
            part.active.all(lanes, &part.customers);
            part
        };
        let settled = Settled { value: 0.0, uses: vec![0.0; pairs.rows() + 1] };
        Passes {
            lanes,
            pairs,
            width,
            parts: customers.chunks(size).map(part).collect(),
            settled,
            sums: Sums::default(),
        }
    }

    /// Number of customers passed over.
    pub fn customers(&self) -> usize {
        self.parts.iter().map(|part| part.customers.len()).sum()
    }

    /// Number of customers whom passes leave out because they are settled.
    #[cfg(test)]
    pub fn settled_customers(&self) -> usize {
        self.parts.iter().map(|part| part.customers.len() - part.active.customers.len()).sum()
    }

    /// One pass at these prices; `prices` has one place more than there are rows, which is 0.
    pub fn run(&mut self, prices: &[f32], temperature: f32) {
        let (lanes, pairs, width) = (self.lanes, self.pairs, self.width);
        self.parts.par_iter_mut().for_each(|part| {
            part.sums.clear(pairs.rows(), if temperature > 0.0 { pairs.len() } else { 0 });
            pass(width, lanes, pairs, prices, temperature, &part.active, &mut part.sums, &mut part.scratch);
        });
        self.sums.clear(pairs.rows(), if temperature > 0.0 { pairs.len() } else { 0 });
        self.parts.iter().for_each(|part| self.sums.add(&part.sums));
        // What the settled customers use is linear in the prices.
        let spent: f64 = self.settled.uses.iter().zip(prices).map(|(uses, &price)| uses * f64::from(price)).sum();
        self.sums.exact += self.settled.value - spent;
        self.sums.smooth += self.sums.exact;
        self.sums.uses.iter_mut().zip(&self.settled.uses).for_each(|(sum, uses)| *sum += uses);
    }

    /// The uses that the last pass found, settled customers included.
    pub fn uses(&self) -> &[f64] {
        &self.sums.uses
    }

    /// Leaves out of further passes the customers whose choice is the same, by more than the temperature reaches, at
    /// all prices that differ from these by at most `radius`. None are left out without a radius.
    pub fn settle(&mut self, prices: &[f32], radius: Option<&[f32]>, temperature: f32) {
        let (lanes, width, rows) = (self.lanes, self.width, self.pairs.rows());
        self.parts.par_iter_mut().for_each(|part| {
            part.settled = Settled { value: 0.0, uses: vec![0.0; rows + 1] };
            part.active.clear();
            match radius {
                Some(radius) => settle(width, lanes, prices, radius, temperature, part),
                None => part.active.all(lanes, &part.customers),
            }
        });
        self.settled = Settled { value: 0.0, uses: vec![0.0; rows + 1] };
        for part in &self.parts {
            self.settled.value += part.settled.value;
            self.settled.uses.iter_mut().zip(&part.settled.uses).for_each(|(sum, more)| *sum += more);
        }
    }
}

/// Moments of a lane's options, weighted by their probabilities before division by their sum.
#[derive(Clone, Copy, Default)]
struct Moments {
    one: f32,
    visits: f32,
    visits2: f32,
    value: f32,
    value2: f32,
    visits_value: f32,
}

wide! {
    /// Sums over some customers.
    fn pass(
        width: Width,
        lanes: &Lanes,
        pairs: &Pairs,
        prices: &[f32],
        temperature: f32,
        active: &Active,
        sums: &mut Sums,
        scratch: &mut Scratch,
    ) {
        let inverse = 1.0 / temperature;
        let mut start = 0;
        for (&customer, &end) in active.customers.iter().zip(&active.ends) {
            let own = &active.lanes[start..end as usize];
            start = end as usize;
            let nothing = lanes.nothing[customer as usize];
            let mut largest = nothing;
            scratch.best.clear();
            for &index in own {
                let index = index as usize;
                let best = best_of(lanes, index, priced(lanes, index, prices));
                scratch.best.push(best);
                largest = if best > largest { best } else { largest };
            }
            sums.exact += f64::from(largest);
            if temperature <= 0.0 {
                continue;
            }
            let threshold = largest - REACH * temperature;
            // Of large values the threshold may be the best itself.
            let mut total = if nothing >= threshold { exp((nothing - largest) * inverse) } else { 0.0 };
            scratch.drawn.clear();
            scratch.mixed.clear();
            for (at, &index) in own.iter().enumerate() {
                if scratch.best[at] >= threshold {
                    let index = index as usize;
                    let moments = moments(lanes, index, priced(lanes, index, prices), largest, threshold, inverse);
                    total += moments.one;
                    draw(lanes, pairs, index, &moments, scratch);
                }
            }
            if !(0.999_999..=1.000_001).contains(&total) {
                sums.smooth += f64::from(temperature) * libm::log(f64::from(total));
            }
            if scratch.drawn.len() > MANY {
                scratch.add_up();
            }
            spread(pairs, 1.0 / total, sums, scratch);
        }
    }
}

wide! {
    /// The expected use of one row by some customers' visits.
    pub fn demand(
        width: Width,
        lanes: &Lanes,
        prices: &[f32],
        temperature: f32,
        customers: &[u32],
        row: u32,
    ) -> f64 {
        let inverse = 1.0 / temperature;
        let mut demand = 0.0;
        for &customer in customers {
            let own = lanes.lanes_of(customer as usize);
            let nothing = lanes.nothing[customer as usize];
            let mut largest = nothing;
            for index in own.clone() {
                let best = best_of(lanes, index, priced(lanes, index, prices));
                largest = if best > largest { best } else { largest };
            }
            let threshold = largest - REACH * temperature;
            let mut total = if nothing >= threshold { exp((nothing - largest) * inverse) } else { 0.0 };
            let mut drawn = 0.0;
            for index in own {
                let moments = moments(lanes, index, priced(lanes, index, prices), largest, threshold, inverse);
                total += moments.one;
                if lanes.lanes[index].main == row {
                    drawn += moments.visits * lanes.lanes[index].minutes;
                }
            }
            demand += f64::from(drawn / total);
        }
        demand
    }
}

/// The weights of a lane's options, and what they add up to.
#[inline(always)]
fn moments(lanes: &Lanes, index: usize, priced: Priced, largest: f32, threshold: f32, inverse: f32) -> Moments {
    let lane = &lanes.lanes[index];
    let (mut one, mut first, mut second) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let (mut value, mut value2, mut mixed) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let sides = !lanes.terms.is_empty();
    for (block, values) in lanes.table(lane).iter().enumerate() {
        let visits = visits(lane.first, block);
        let reduced = reduced(priced, values, visits);
        for k in 0..LANES {
            let weight = exp((reduced[k] - largest) * inverse);
            let weight = if reduced[k] >= threshold { weight } else { 0.0 };
            one[k] += weight;
            first[k] += weight * visits[k];
            second[k] += weight * visits[k] * visits[k];
            if sides {
                let own = if values[k] > OUT { lane.factor * values[k] } else { 0.0 };
                value[k] += weight * own;
                value2[k] += weight * own * own;
                mixed[k] += weight * own * visits[k];
            }
        }
    }
    Moments {
        one: sum(one),
        visits: sum(first),
        visits2: sum(second),
        value: sum(value),
        value2: sum(value2),
        visits_value: sum(mixed),
    }
}

/// Notes what a lane draws on.
#[inline(always)]
fn draw(lanes: &Lanes, pairs: &Pairs, index: usize, moments: &Moments, scratch: &mut Scratch) {
    let lane = &lanes.lanes[index];
    if (lane.main as usize) < pairs.rows() {
        let minutes = lane.minutes;
        scratch.drawn.push((lane.main, moments.visits * minutes, moments.visits2 * minutes * minutes));
    }
    if lanes.terms.is_empty() {
        return;
    }
    let terms = lanes.terms_of(index);
    let main = Term { row: lane.main, value: 0.0, fixed: 0.0, visit: lane.minutes };
    for (at, term) in terms.iter().enumerate() {
        scratch.drawn.push((term.row, moments.mean(term), moments.product(term, term)));
        if (lane.main as usize) < pairs.rows() {
            scratch.mixed.push((pairs.place(term.row, lane.main), moments.product(term, &main)));
        }
        for other in &terms[..at] {
            scratch.mixed.push((pairs.place(term.row, other.row), moments.product(term, other)));
        }
    }
}

impl Moments {
    #[inline(always)]
    fn mean(&self, term: &Term) -> f32 {
        term.value * self.value + term.fixed * self.one + term.visit * self.visits
    }

    #[inline(always)]
    fn product(&self, a: &Term, b: &Term) -> f32 {
        a.value * b.value * self.value2
            + (a.value * b.fixed + a.fixed * b.value) * self.value
            + (a.value * b.visit + a.visit * b.value) * self.visits_value
            + a.fixed * b.fixed * self.one
            + (a.fixed * b.visit + a.visit * b.fixed) * self.visits
            + a.visit * b.visit * self.visits2
    }
}

/// Adds one customer's expected uses, their variances and covariances.
#[inline(always)]
fn spread(pairs: &Pairs, share: f32, sums: &mut Sums, scratch: &mut Scratch) {
    for at in 0..scratch.drawn.len() {
        let (row, mean, square) = scratch.drawn[at];
        let mean = mean * share;
        scratch.drawn[at].1 = mean;
        sums.uses[row as usize] += f64::from(mean);
        sums.variance[row as usize] += f64::from(square * share - mean * mean);
        for &(other, known, _) in &scratch.drawn[..at] {
            let product = mean * known;
            if product.abs() <= SMALL {
                continue;
            }
            if row == other {
                sums.variance[row as usize] -= f64::from(2.0 * product);
            } else {
                sums.covariance[pairs.place(row, other)] -= f64::from(product);
            }
        }
    }
    for &(place, product) in &scratch.mixed {
        sums.covariance[place] += f64::from(product * share);
    }
}

wide! {
    /// Moves customers whose choice is the same at all prices within the radius to the settled ones.
    fn settle(width: Width, lanes: &Lanes, prices: &[f32], radius: &[f32], temperature: f32, part: &mut Part) {
        for &customer in &part.customers {
            let own = lanes.lanes_of(customer as usize);
            let nothing = lanes.nothing[customer as usize];
            let mut largest = nothing;
            let mut chosen = None;
            for index in own.clone() {
                let best = best_of(lanes, index, priced(lanes, index, prices));
                if best > largest {
                    (largest, chosen) = (best, Some(index));
                }
            }
            let chosen = chosen.map(|index| (index, position(lanes, index, priced(lanes, index, prices), largest)));
            let mut floor = largest;
            let mut rival = if chosen.is_some() { nothing } else { OUT };
            part.scratch.best.clear();
            for index in own.clone() {
                let (now, change) = (priced(lanes, index, prices), largest_change(lanes, index, radius));
                let lane = &lanes.lanes[index];
                let mut most_of_lane = [OUT; LANES];
                for (block, values) in lanes.table(lane).iter().enumerate() {
                    let visits = visits(lane.first, block);
                    let reduced = reduced(now, values, visits);
                    let change: [f32; LANES] = std::array::from_fn(|k| {
                        let value = if values[k] > OUT { (lane.factor * values[k]).abs() } else { 0.0 };
                        change.factor * value + change.fixed + change.visit * visits[k]
                    });
                    let mut raised: [f32; LANES] = std::array::from_fn(|k| reduced[k] + change[k]);
                    if let Some((_, k)) = chosen.filter(|&(lane, k)| lane == index && k / LANES == block) {
                        floor -= change[k % LANES];
                        raised[k % LANES] = OUT;
                    }
                    for k in 0..LANES {
                        most_of_lane[k] = if raised[k] > most_of_lane[k] { raised[k] } else { most_of_lane[k] };
                    }
                }
                let raised = most(most_of_lane);
                part.scratch.best.push(raised);
                rival = if raised > rival { raised } else { rival };
            }
            let reach = floor - REACH * temperature;
            if rival >= reach {
                let best = &part.scratch.best;
                let chosen = chosen.map(|(lane, _)| lane);
                let open = own.enumerate().filter(|&(at, index)| best[at] >= reach || Some(index) == chosen);
                part.active.lanes.extend(open.map(|(_, index)| index as u32));
                part.active.end(customer);
            } else if let Some((index, k)) = chosen {
                let lane = &lanes.lanes[index];
                let visits = lane.first + k as f32;
                let value = lane.factor * lanes.table(lane)[k / LANES][k % LANES];
                part.settled.value += f64::from(value);
                part.settled.uses[lane.main as usize] += f64::from(lane.minutes * visits);
                for term in lanes.terms_of(index) {
                    let uses = term.value * value + term.fixed + term.visit * visits;
                    part.settled.uses[term.row as usize] += f64::from(uses);
                }
            }
        }
    }
}
