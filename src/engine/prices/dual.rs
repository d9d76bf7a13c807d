//! The prices at which what customers choose just fits the rows: the minimum of the Lagrangian dual.
//!
//! A smoothed dual is minimised by damped Newton steps at falling temperatures (`models/prices.md`, section 3): annealing
//! as in the softmax of Nesterov (2005), damping as by Levenberg and Marquardt, each step by conjugate gradients.

use super::lanes::Lanes;
use super::pairs::Pairs;
use super::pass::{Passes, Sums, demand};
use super::wide::Width;

/// The highest temperature, as a share of a customer's mean value.
pub const HOT: f64 = 0.1;
/// The lowest temperature; the second of many customers, and from known prices.
const COLD: (f64, f64) = (1e-5, 3.2e-5);
/// From one temperature to the next.
const COOLING: f64 = 0.2;
/// Steps at one temperature at most.
const STEPS: usize = 4;
/// From so many customers on the last ten millionth takes longer than it is worth.
const MANY: usize = 200_000;
/// Steps refused one after the other at most; fewer of many customers, and from known prices.
const TRIES: (usize, usize) = (6, 2);
/// Above this temperature a sample of the customers will do.
const SAMPLED: f64 = 2e-2;
/// Customers of a sample for each row.
const SAMPLE_PER_ROW: usize = 24;
/// Below this temperature customers settle.
const SETTLING: f64 = 2e-3;
/// A step that promises a smaller share of the value ends a temperature.
const ENOUGH: f64 = 1e-7;
/// Where customers settle, prices may move by this share for each unit of temperature before it is asked again.
const RADIUS_PER_TEMPERATURE: f64 = 60.0;
/// The least and the largest such share.
const RADII: (f64, f64) = (0.01, 0.4);
/// A row is far off if its use differs from its capacity by this share.
const FAR: f64 = 0.2;
/// So many rows far off are corrected one by one; more are the business of common steps.
const FAR_ROWS: usize = 100;
/// Halvings in the search for one row's price.
const HALVINGS: usize = 8;
/// Corrections at most.
const CORRECTIONS: usize = 3;
/// Known prices are at most so many times the typical ones: what is dearer is drawn on by nobody.
const DEAREST: f64 = 1e9;
/// Damping with which a temperature begins at most.
const DAMPING: f64 = 1.0;

/// Where to begin.
#[derive(Clone, Copy, Debug)]
pub struct From<'p> {
    /// Prices in cents per unit of the row.
    pub prices: &'p [f64],
    /// Temperature at which to begin, as a share of a customer's mean value.
    pub temperature: f64,
    /// A temperature that lowers the dual by a smaller share is the last; 0 goes on to the lowest.
    pub enough: f64,
}

/// The best prices it finds, one per row, in cents per unit of the row; `should_stop` is asked before every pass.
pub fn minimise(lanes: &Lanes, width: Width, from: Option<From<'_>>, should_stop: &dyn Fn() -> bool) -> Vec<f64> {
    let pairs = Pairs::of(lanes);
    let scale = Scale::of(lanes);
    let start: Vec<f64> = match from {
        Some(from) => {
            let known = from.prices.iter().zip(&lanes.unit).map(|(price, unit)| price * unit);
            // What is no number becomes 0.
            known.zip(&scale.rows).map(|(price, typical)| price.max(0.0).min(DEAREST * typical)).collect()
        }
        None => scale.rows.clone(),
    };
    let mut descent = Descent {
        pairs: &pairs,
        scale: &scale,
        capacity: lanes.capacity.clone(),
        prices: start,
        best: None,
        first: None,
        radius: RADII.1,
        damping: 0.0,
        tries: TRIES.0,
        should_stop,
    };
    let mut temperature = from.map_or(HOT, |from| from.temperature);
    let step = lanes.customers() / (SAMPLE_PER_ROW * lanes.unit.len().max(1)).max(1024);
    if from.is_none() && step > 1 {
        let mut sample = Passes::new(lanes, &pairs, width, step);
        let share = sample.customers() as f64 / lanes.customers() as f64;
        descent.capacity.iter_mut().for_each(|capacity| *capacity *= share);
        while temperature > SAMPLED {
            descent.cool(&mut sample, temperature, false);
            temperature *= COOLING;
        }
        descent.capacity.clone_from(&lanes.capacity);
        descent.best = None;
    }
    let mut passes = Passes::new(lanes, &pairs, width, 1);
    let quick = lanes.customers() >= MANY || from.is_some();
    let cold = if quick { COLD.1 } else { COLD.0 };
    descent.tries = if quick { TRIES.1 } else { TRIES.0 };
    // Known prices are not far off, but for rows that are new: one look at these is enough.
    let mut corrections = if from.is_some() { CORRECTIONS - 1 } else { 0 };
    loop {
        let settling = temperature < SETTLING;
        if settling {
            descent.radius = (RADIUS_PER_TEMPERATURE * temperature).clamp(RADII.0, RADII.1);
            let radius: Vec<f32> = descent.radius().collect();
            passes.settle(&single(&descent.prices), Some(&radius), (temperature * scale.value) as f32);
        }
        let before = descent.best.as_ref().map(|(best, _)| *best);
        descent.cool(&mut passes, temperature, settling);
        if corrections < CORRECTIONS && temperature < SAMPLED && descent.correct(lanes, &passes, width, temperature) {
            corrections += 1;
            if lanes.customers() < MANY {
                continue;
            }
        }
        if temperature <= cold * 1.001 || should_stop() {
            break;
        }
        if let (Some(from), Some(before), Some((after, _))) = (from, before.or(descent.first), &descent.best)
            && before - after < from.enough * after.abs()
        {
            break;
        }
        temperature = (temperature * COOLING).max(cold);
    }
    let prices = descent.best.map_or(descent.prices, |(_, prices)| prices);
    prices.iter().zip(&lanes.unit).map(|(price, unit)| price / unit).collect()
}

/// How large values and prices are.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Mean difference of a customer's best and least value, in cents.
    pub value: f64,
    /// Per row a typical price.
    pub rows: Vec<f64>,
}

impl Scale {
    /// By a sample of the customers.
    pub fn of(lanes: &Lanes) -> Scale {
        let (mut values, mut minutes, mut customers, mut counted) = (0.0, 0.0, 0.0, 0.0);
        for customer in (0..lanes.customers()).step_by((lanes.customers() / 2000).max(1)) {
            let (mut least, mut most) = if lanes.nothing[customer] == 0.0 { (0.0, 0.0) } else { (f64::MAX, f64::MIN) };
            for lane in &lanes.lanes[lanes.lanes_of(customer)] {
                let table = lanes.table(lane).as_flattened();
                for value in table.iter().filter(|&&value| value > super::lanes::OUT) {
                    let value = f64::from(lane.factor * value);
                    (least, most) = (value.min(least), value.max(most));
                }
                if lane.minutes > 0.0 {
                    (minutes, counted) = (minutes + f64::from(lane.minutes), counted + 1.0);
                }
            }
            (values, customers) = (values + (most - least).max(0.0), customers + 1.0);
        }
        let value = (values / f64::max(customers, 1.0)).max(1.0);
        let minute = if counted > 0.0 { 0.1 * value * counted / minutes } else { 0.1 * value };
        let side = |row: usize| if lanes.is_side(row) { 0.1 * value } else { minute };
        Scale { value, rows: (0..lanes.unit.len()).map(side).collect() }
    }
}

/// Prices on their way down.
struct Descent<'d> {
    pairs: &'d Pairs,
    scale: &'d Scale,
    capacity: Vec<f64>,
    /// In units of [`Lanes::unit`].
    prices: Vec<f64>,
    best: Option<(f64, Vec<f64>)>,
    /// The dual where it began.
    first: Option<f64>,
    /// By which share prices may move while the settled customers stay settled.
    radius: f64,
    damping: f64,
    /// Steps refused one after the other at most.
    tries: usize,
    should_stop: &'d dyn Fn() -> bool,
}

impl Descent<'_> {
    /// How far each price may move while the settled customers stay settled.
    fn radius(&self) -> impl Iterator<Item = f32> + '_ {
        let radius = |(price, scale): (&f64, &f64)| (self.radius * price.max(0.05 * scale)) as f32;
        self.prices.iter().zip(&self.scale.rows).map(radius).chain([0.0])
    }

    /// The dual at these prices; notes the best.
    fn look(&mut self, passes: &mut Passes<'_>, prices: &[f64], temperature: f64) -> f64 {
        passes.run(&single(prices), temperature as f32);
        // In the prices as the pass saw them.
        let held: f64 =
            prices.iter().zip(&self.capacity).map(|(&price, capacity)| f64::from(price as f32) * capacity).sum();
        let exact = passes.sums.exact + held;
        self.first.get_or_insert(exact);
        if self.best.as_ref().is_none_or(|(best, _)| exact < *best) {
            self.best = Some((exact, prices.to_vec()));
        }
        passes.sums.smooth + held
    }

    /// Sets the prices of rows that are used far too much or too little one by one, the others held: one of them would
    /// hold back the steps of all. Says whether there were any.
    fn correct(&mut self, lanes: &Lanes, passes: &Passes<'_>, width: Width, temperature: f64) -> bool {
        let temperature = (temperature * self.scale.value) as f32;
        let uses = passes.uses();
        let is_far = |&row: &usize| {
            let (used, capacity) = (uses[row], self.capacity[row]);
            let wants = used > capacity || self.prices[row] > 0.0;
            !lanes.is_side(row) && wants && (used - capacity).abs() > FAR * capacity.max(1.0)
        };
        let far: Vec<usize> = (0..self.prices.len()).filter(is_far).collect();
        if far.is_empty() || far.len() > FAR_ROWS {
            return false;
        }
        let customers = lanes.customers_of(&far);
        for (&row, customers) in far.iter().zip(&customers) {
            let mut prices = single(&self.prices);
            let mut demand = |price: f64| {
                prices[row] = price as f32;
                demand(width, lanes, &prices, temperature, customers, row as u32)
            };
            let (mut low, mut high) = (0.0, self.prices[row].max(0.01 * self.scale.rows[row]));
            while demand(high) > self.capacity[row] && high < 1e6 * self.scale.rows[row] {
                (low, high) = (high, high * 2.0);
            }
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                if demand(middle) > self.capacity[row] {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            self.prices[row] = high;
        }
        true
    }

    /// Steps at one temperature, a share of a customer's mean value.
    fn cool(&mut self, passes: &mut Passes<'_>, temperature: f64, settled: bool) {
        let temperature = temperature * self.scale.value;
        let radius: Option<Vec<f64>> = settled.then(|| self.radius().map(f64::from).collect());
        let centre = self.prices.clone();
        self.damping = self.damping.min(DAMPING);
        let mut value = self.look(passes, &centre, temperature);
        let mut newton = Newton::new(self.pairs, &passes.sums, &self.capacity, &self.prices, temperature);
        for _ in 0..STEPS {
            let mut tries = 0;
            loop {
                if (self.should_stop)() {
                    return;
                }
                let step = newton.step(self.damping);
                let next = self.clamp(&step, &centre, radius.as_deref());
                let promised = 0.5
                    * newton
                        .gradient
                        .iter()
                        .zip(next.iter().zip(&self.prices))
                        .map(|(g, (to, from))| g * (from - to))
                        .sum::<f64>();
                if promised < ENOUGH * value.abs() {
                    return;
                }
                let found = self.look(passes, &next, temperature);
                let ratio = (value - found) / promised;
                if ratio > 0.05 {
                    (self.prices, value) = (next, found);
                    if ratio > 0.7 {
                        self.damping = if self.damping < 0.02 { 0.0 } else { self.damping * 0.2 };
                    } else if ratio < 0.3 {
                        self.damping = (self.damping * 2.0).max(0.1);
                    }
                    break;
                }
                self.damping = (self.damping * 5.0).max(0.3);
                tries += 1;
                if tries > self.tries {
                    return;
                }
            }
            newton = Newton::new(self.pairs, &passes.sums, &self.capacity, &self.prices, temperature);
        }
    }

    /// The prices after a step that is neither too long, nor below 0, nor out of what the settled customers allow.
    fn clamp(&self, step: &[f64], centre: &[f64], radius: Option<&[f64]>) -> Vec<f64> {
        let next = (0..step.len()).map(|row| {
            let (price, slack) = (self.prices[row], 0.02 * self.scale.rows[row]);
            let next = price + step[row].clamp(-0.5 * price - slack, price + slack);
            let next = radius.map_or(next, |radius| next.clamp(centre[row] - radius[row], centre[row] + radius[row]));
            next.max(0.0)
        });
        next.collect()
    }
}

/// The Newton equations at one point.
struct Newton {
    gradient: Vec<f64>,
    /// Whether the price may move: not where it is 0 and wants to fall.
    free: Vec<bool>,
    diagonal: Vec<f64>,
    others: Vec<(u32, u32, f64)>,
}

impl Newton {
    fn new(pairs: &Pairs, sums: &Sums, capacity: &[f64], prices: &[f64], temperature: f64) -> Newton {
        let rows = capacity.len();
        let inverse = 1.0 / temperature;
        let gradient: Vec<f64> = (0..rows).map(|row| capacity[row] - sums.uses[row]).collect();
        let free: Vec<bool> = (0..rows).map(|row| prices[row] > 1e-12 || gradient[row] < 0.0).collect();
        let mean = sums.variance[..rows].iter().sum::<f64>() / rows.max(1) as f64;
        let diagonal = (0..rows).map(|row| (sums.variance[row].max(0.0) + mean.max(1e-300) * 1e-5) * inverse).collect();
        let known = pairs.pairs.iter().zip(&sums.covariance).skip(1);
        let others = known
            .filter(|&(&(row, other), &covariance)| covariance != 0.0 && free[row as usize] && free[other as usize])
            .map(|(&(row, other), &covariance)| (row, other, covariance * inverse))
            .collect();
        Newton { gradient, free, diagonal, others }
    }

    /// (H + damping diag H) step = -gradient, by conjugate gradients preconditioned with the diagonal.
    fn step(&self, damping: f64) -> Vec<f64> {
        let rows = self.gradient.len();
        let damped: Vec<f64> = self.diagonal.iter().map(|entry| entry * (1.0 + damping)).collect();
        let mut step = vec![0.0; rows];
        let mut rest: Vec<f64> = (0..rows).map(|row| if self.free[row] { -self.gradient[row] } else { 0.0 }).collect();
        let mut scaled: Vec<f64> = rest.iter().zip(&damped).map(|(rest, entry)| rest / entry).collect();
        let mut direction = scaled.clone();
        let mut image = vec![0.0; rows];
        let mut length = dot(&rest, &scaled);
        let start = length;
        for _ in 0..200 {
            if length <= start * 1e-6 {
                break;
            }
            for row in 0..rows {
                image[row] = if self.free[row] { damped[row] * direction[row] } else { 0.0 };
            }
            for &(row, other, entry) in &self.others {
                image[row as usize] += entry * direction[other as usize];
                image[other as usize] += entry * direction[row as usize];
            }
            let curvature = dot(&direction, &image);
            if curvature <= 0.0 {
                break;
            }
            let along = length / curvature;
            for row in 0..rows {
                step[row] += along * direction[row];
                rest[row] -= along * image[row];
                scaled[row] = rest[row] / damped[row];
            }
            let next = dot(&rest, &scaled);
            let turn = next / length;
            length = next;
            direction.iter_mut().zip(&scaled).for_each(|(direction, scaled)| *direction = scaled + turn * *direction);
        }
        step
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Prices in the precision of a pass, with the place of lanes that draw on no row.
fn single(prices: &[f64]) -> Vec<f32> {
    prices.iter().map(|&price| price as f32).chain([0.0]).collect()
}
