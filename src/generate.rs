//! Made-up instances of any size, the same for the same seed on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Serialize;

use crate::plan::to_text;
use crate::units::{Factor, Money};

/// Reps who may cover a customer.
const COVERING: usize = 5;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What the instance is like.
    pub family: Family,
    /// Number of customers.
    pub customers: u32,
    /// Number of reps.
    pub reps: u32,
    /// Seed.
    pub seed: u64,
}

/// What an instance is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Customers and reps uniform in a square with one rep per unit area; the five nearest reps may cover; potential
    /// lognormal; hours for about 15 % of what the most visits to everybody would need.
    Field,
}

#[derive(Serialize)]
struct Instance {
    format: &'static str,
    name: String,
    reps: Vec<Rep>,
    customers: Vec<Customer>,
    model: Model,
}

#[derive(Serialize)]
struct Model {
    format: &'static str,
    name: &'static str,
    channels: &'static str,
    response: Shape,
}

#[derive(Serialize)]
struct Shape {
    shape: &'static str,
}

#[derive(Serialize)]
struct Rep {
    id: String,
    minutes: i64,
}

#[derive(Serialize)]
struct Customer {
    id: String,
    potential: Money,
    visit_value: Money,
    coverage: Vec<Coverage>,
}

#[derive(Serialize)]
struct Coverage {
    rep: String,
    minutes_per_visit: i64,
    fit: Factor,
}

/// Makes the text of a `visitplan-instance/1` document.
pub fn generate(request: Request) -> String {
    match request.family {
        Family::Field => field(request),
    }
}

fn field(request: Request) -> String {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(request.seed));
    let reps = request.reps as usize;
    let side = f64::from(request.reps).sqrt();
    let places: Vec<(f64, f64)> = (0..reps).map(|_| (dice.unit() * side, dice.unit() * side)).collect();
    let grid = Grid::new(&places, side);
    let mut full_minutes = 0.0;
    let customers = (0..request.customers)
        .map(|number| {
            let place = (dice.unit() * side, dice.unit() * side);
            let potential = libm::exp(8.5 + 1.1 * dice.normal());
            let per_visit = potential * (0.05 + 0.45 * dice.unit());
            // The first visit of P (1 - exp(-v n / P)).
            let first_visit = potential * (1.0 - libm::exp(-per_visit / potential));
            let hours = 0.5 + 0.5 * dice.unit();
            full_minutes += (hours + 0.3) * 13.0 * 60.0;
            let coverage = grid.nearest(place, COVERING.min(reps)).into_iter().map(|(distance, rep)| Coverage {
                rep: rep_id(rep),
                minutes_per_visit: ((hours + 0.6 * distance) * 60.0).round() as i64,
                fit: Factor(800_000 + (dice.unit() * 400_000.0) as i64),
            });
            Customer {
                coverage: coverage.collect(),
                id: format!("c{}", number + 1),
                potential: Money((potential * 100.0).round() as i64),
                visit_value: Money((first_visit * 100.0).round() as i64),
            }
        })
        .collect();
    let reps = (0..reps)
        .map(|rep| {
            let share = full_minutes * 0.15 / f64::from(request.reps);
            Rep { id: rep_id(rep), minutes: (share * (0.8 + 0.4 * dice.unit())).round() as i64 }
        })
        .collect();
    let instance = Instance {
        format: "visitplan-instance/1",
        name: format!("field, {} customers x {} reps, seed {}", request.customers, request.reps, request.seed),
        reps,
        customers,
        model: Model {
            format: "visitplan-model/1",
            name: "field-saturating",
            channels: "field",
            response: Shape { shape: "saturating" },
        },
    };
    to_text(&instance)
}

fn rep_id(rep: usize) -> String {
    format!("r{}", rep + 1)
}

/// Random numbers from a stream that is the same on every machine.
struct Dice(ChaCha8Rng);

impl Dice {
    /// Uniform from 0 (inclusive) to 1 (exclusive).
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.unit(), self.unit());
        libm::sqrt(-2.0 * libm::log(radius)) * libm::cos(2.0 * std::f64::consts::PI * angle)
    }
}

/// The places of reps by unit cells, so that the nearest are found without looking at all.
struct Grid<'p> {
    places: &'p [(f64, f64)],
    cells: Vec<Vec<usize>>,
    width: usize,
}

impl<'p> Grid<'p> {
    fn new(places: &'p [(f64, f64)], side: f64) -> Grid<'p> {
        let width = (side.ceil() as usize).max(1);
        let mut cells = vec![Vec::new(); width * width];
        for (rep, &(x, y)) in places.iter().enumerate() {
            cells[(x as usize).min(width - 1) * width + (y as usize).min(width - 1)].push(rep);
        }
        Grid { places, cells, width }
    }

    /// The nearest reps with their distances, nearest first.
    fn nearest(&self, place: (f64, f64), count: usize) -> Vec<(f64, usize)> {
        let (column, row) = (place.0 as usize, place.1 as usize);
        for radius in 1.. {
            let columns = column.saturating_sub(radius)..(column + radius + 1).min(self.width);
            let mut found: Vec<(f64, usize)> = columns
                .flat_map(|x| {
                    let rows = row.saturating_sub(radius)..(row + radius + 1).min(self.width);
                    rows.flat_map(move |y| &self.cells[x * self.width + y])
                })
                .map(|&rep| {
                    let (x, y) = self.places[rep];
                    (libm::hypot(place.0 - x, place.1 - y), rep)
                })
                .collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            // Whoever is farther than the radius may have a nearer neighbour outside the cells looked at.
            let sure = found.len() >= count && found[count - 1].0 <= radius as f64;
            if sure || radius > self.width {
                found.truncate(count);
                return found;
            }
        }
        Vec::new()
    }
}
