//! The model of the bound between known prices: for each book the largest of its cuts.
//!
//! Its minimum says which prices to try next (Kelley 1960, by books: the dual of Dantzig and Wolfe's master program). It
//! is found at falling temperatures, as the prices themselves are (`dual`): the maximum becomes a softmax, and each
//! temperature takes a few damped Newton steps, in as many dimensions as rows are shared.

use super::answer::Cut;

/// Highest and lowest temperature, as shares of the mean worth of a book, and from one to the next.
const TEMPERATURES: (f64, f64, f64) = (1e-2, 1e-9, 0.2);
/// Newton steps at one temperature at most.
const STEPS: usize = 12;
/// Steps refused one after the other at most.
const TRIES: usize = 12;

/// All cuts of all books. Inside, prices are multiples of typical ones, and uses what they cost at these.
pub struct Cuts {
    /// By book.
    books: Vec<Vec<Cut>>,
    /// Capacities of the shared rows.
    capacity: Vec<f64>,
    /// Typical prices of the shared rows, above 0.
    typical: Vec<f64>,
}

/// Where the model is least.
pub struct Least {
    /// The prices.
    pub prices: Vec<f64>,
    /// The model there.
    pub value: f64,
}

/// The softened model at one point.
struct Look {
    smooth: f64,
    gradient: Vec<f64>,
    /// Row by row, the lower half.
    curvature: Vec<f64>,
}

impl Cuts {
    /// No cut yet.
    pub fn new(books: usize, capacity: &[i64], typical: Vec<f64>) -> Cuts {
        let capacity = capacity.iter().zip(&typical).map(|(&b, typical)| b as f64 * typical).collect();
        Cuts { books: vec![Vec::new(); books], capacity, typical }
    }

    /// Adds the cut of a book.
    pub fn add(&mut self, book: usize, mut cut: Cut) {
        cut.uses.iter_mut().zip(&self.typical).for_each(|(used, typical)| *used *= typical);
        let known = &mut self.books[book];
        if !known.iter().any(|other| other.value == cut.value && other.uses == cut.uses) {
            known.push(cut);
        }
    }

    /// The prices at which the model is least, none further from the centre than its radius.
    pub fn least(&self, centre: &[f64], radius: &[f64]) -> Least {
        let multiples = |prices: &[f64]| -> Vec<f64> { prices.iter().zip(&self.typical).map(|(p, t)| p / t).collect() };
        let (centre, radius) = (multiples(centre), multiples(radius));
        let within =
            |row: usize, price: f64| price.clamp((centre[row] - radius[row]).max(0.0), centre[row] + radius[row]);
        let mut prices = centre.clone();
        let mut least = Least { value: self.at(&prices), prices: prices.clone() };
        let scale = least.value.abs().max(1.0) / self.books.len().max(1) as f64;
        let mut temperature = TEMPERATURES.0 * scale;
        while temperature > TEMPERATURES.1 * scale {
            let mut damping = 0.0;
            let mut look = self.look(&prices, temperature);
            for _ in 0..STEPS {
                // Prices at the end of where they may go stay there, if they want further.
                let wants = |row: usize| within(row, prices[row] - 1e-9 * look.gradient[row].signum());
                let free: Vec<bool> = (0..prices.len()).map(|row| wants(row) != prices[row]).collect();
                let mut moved = false;
                for _ in 0..TRIES {
                    let step = solve(&look.curvature, &look.gradient, &free, damping);
                    let next: Vec<f64> = (0..prices.len()).map(|row| within(row, prices[row] - step[row])).collect();
                    let there = self.look(&next, temperature);
                    if there.smooth < look.smooth {
                        moved = look.smooth - there.smooth > 1e-13 * look.smooth.abs();
                        (prices, look) = (next, there);
                        damping *= 0.1;
                        break;
                    }
                    damping = (damping * 10.0).max(1e-6);
                }
                if !moved {
                    break;
                }
            }
            let value = self.at(&prices);
            if value < least.value {
                least = Least { prices: prices.clone(), value };
            }
            temperature *= TEMPERATURES.2;
        }
        least.prices.iter_mut().zip(&self.typical).for_each(|(price, typical)| *price *= typical);
        least
    }

    /// The model.
    fn at(&self, prices: &[f64]) -> f64 {
        let largest = |cuts: &Vec<Cut>| cuts.iter().map(|cut| worth(cut, prices)).fold(f64::MIN, f64::max);
        dot(prices, &self.capacity) + self.books.iter().map(largest).sum::<f64>()
    }

    /// The softened model.
    fn look(&self, prices: &[f64], temperature: f64) -> Look {
        let rows = prices.len();
        let mut smooth = dot(prices, &self.capacity);
        let mut gradient = self.capacity.clone();
        let mut curvature = vec![0.0; rows * rows];
        let (mut mean, mut shares) = (vec![0.0; rows], Vec::new());
        for cuts in &self.books {
            shares.clear();
            shares.extend(cuts.iter().map(|cut| worth(cut, prices)));
            let most = shares.iter().copied().fold(f64::MIN, f64::max);
            shares.iter_mut().for_each(|share| *share = libm::exp((*share - most) / temperature));
            let sum: f64 = shares.iter().sum();
            shares.iter_mut().for_each(|share| *share /= sum);
            smooth += most + temperature * libm::log(sum);
            mean.fill(0.0);
            for (cut, share) in cuts.iter().zip(&shares) {
                mean.iter_mut().zip(&cut.uses).for_each(|(mean, used)| *mean += share * used);
            }
            gradient.iter_mut().zip(&mean).for_each(|(gradient, mean)| *gradient -= mean);
            for (cut, share) in cuts.iter().zip(&shares).filter(|(_, share)| **share > 1e-12 && **share < 1.0) {
                let apart = |row: usize| cut.uses[row] - mean[row];
                for row in 0..rows {
                    let weight = share * apart(row) / temperature;
                    (0..=row).for_each(|other| curvature[row * rows + other] += weight * apart(other));
                }
            }
        }
        Look { smooth, gradient, curvature }
    }
}

/// What a cut is worth at these prices.
fn worth(cut: &Cut, prices: &[f64]) -> f64 {
    cut.value - dot(prices, &cut.uses)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The step of (H + damping) step = gradient over the free rows, by Cholesky; `curvature` is the lower half of H.
fn solve(curvature: &[f64], gradient: &[f64], free: &[bool], damping: f64) -> Vec<f64> {
    let rows = gradient.len();
    let largest = (0..rows).map(|row| curvature[row * rows + row]).fold(0.0, f64::max);
    let pull = gradient.iter().copied().map(f64::abs).fold(0.0, f64::max);
    // Where nothing bends, a step may be as long as it likes: prices are kept within their radius.
    let ridge = (damping + 1e-12) * largest + 1e-9 * pull + f64::MIN_POSITIVE;
    let mut factor = vec![0.0; rows * rows];
    let mut step: Vec<f64> = (0..rows).map(|row| if free[row] { gradient[row] } else { 0.0 }).collect();
    for row in 0..rows {
        for other in 0..=row {
            let known = curvature[row * rows + other];
            let entry = match (row == other, free[row] && free[other]) {
                (true, true) => known + ridge,
                (true, false) => 1.0,
                (false, true) => known,
                (false, false) => 0.0,
            };
            let dot: f64 = (0..other).map(|k| factor[row * rows + k] * factor[other * rows + k]).sum();
            let rest = entry - dot;
            factor[row * rows + other] =
                if row == other { rest.max(ridge).sqrt() } else { rest / factor[other * rows + other] };
        }
    }
    for row in 0..rows {
        let dot: f64 = (0..row).map(|k| factor[row * rows + k] * step[k]).sum();
        step[row] = (step[row] - dot) / factor[row * rows + row];
    }
    for row in (0..rows).rev() {
        let dot: f64 = (row + 1..rows).map(|k| factor[k * rows + row] * step[k]).sum();
        step[row] = (step[row] - dot) / factor[row * rows + row];
    }
    step
}
