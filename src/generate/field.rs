//! The field: customers and reps in a square, with one rep per unit area.

use serde::Serialize;

use super::dice::Dice;
use super::{Family, Request};
use crate::plan::Page;
use crate::units::{Factor, Money};

/// Reps who may cover a customer.
const COVERING: usize = 5;
/// Most visits to a customer.
const MOST: usize = 13;

#[derive(Serialize)]
struct Head {
    format: &'static str,
    name: String,
}

#[derive(Serialize)]
struct Tail {
    model: Model,
}

#[derive(Serialize)]
struct Model {
    format: &'static str,
    name: &'static str,
    channels: &'static str,
    owners: &'static str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    visits: Option<Visits>,
    coverage: Vec<Coverage>,
}

#[derive(Serialize)]
struct Visits {
    min: usize,
    max: usize,
}

#[derive(Serialize)]
struct Coverage {
    rep: String,
    minutes_per_visit: i64,
    fit: Factor,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    revenue: Vec<Money>,
}

/// Makes an instance of one of the families of the field.
pub fn generate(request: Request) -> String {
    let family = request.family;
    let mut dice = Dice::new(request.seed);
    // Shapes have dice of their own, so that the families share places and values.
    let mut shapes = Dice::new(request.seed.wrapping_add(777));
    let reps = request.reps as usize;
    let side = f64::from(request.reps).sqrt();
    let places: Vec<(f64, f64)> = (0..reps).map(|_| (dice.unit() * side, dice.unit() * side)).collect();
    let grid = Grid::new(&places, side);
    // What the most visits to everybody, one visit to everybody, and all minima would take.
    let (mut full, mut once, mut committed) = (0.0, 0.0, 0.0);
    let customers: Vec<Customer> = (0..request.customers)
        .map(|number| {
            let place = (dice.unit() * side, dice.unit() * side);
            let mut potential = dice.lognormal(8.5, 1.1);
            let mut per_visit = potential * dice.between(0.05, 0.5);
            let mut hours = dice.between(0.5, 1.0);
            if family == Family::Ties {
                potential = [2000.0, 4000.0, 8000.0][shapes.weighted(&[1.0, 1.0, 1.0])];
                (per_visit, hours) = (potential / 5.0, 0.5);
            }
            // The first visit of P (1 - exp(-v n / P)).
            let first_visit = potential * (1.0 - libm::exp(-per_visit / potential));
            let concave = |visits: usize| potential * (1.0 - libm::exp(-per_visit * visits as f64 / potential));
            let table: Vec<f64> = match family {
                Family::SCurve => s_curve(&mut shapes, concave(MOST)),
                Family::Threshold => threshold(&mut shapes, concave),
                _ => Vec::new(),
            };
            let least = if family == Family::Commitments && shapes.chance(0.4) {
                1 + shapes.weighted(&[3.0, 2.0, 1.0])
            } else {
                0
            };
            let coverage: Vec<Coverage> = grid
                .nearest(place, COVERING.min(reps))
                .into_iter()
                .map(|(distance, rep)| {
                    let fit = if family == Family::Ties {
                        Factor::ONE
                    } else {
                        Factor((dice.between(0.8, 1.2) * 1e6) as i64)
                    };
                    let revenue = table.iter().map(|value| Money((value * fit.as_f64() * 100.0).round() as i64));
                    let minutes = ((hours + 0.6 * distance) * 60.0).round() as i64;
                    let minutes_per_visit = if family == Family::Ties { (minutes + 29) / 30 * 30 } else { minutes };
                    Coverage { rep: rep_id(rep), minutes_per_visit, fit, revenue: revenue.collect() }
                })
                .collect();
            let nearest = coverage.first().map_or(0, |coverage| coverage.minutes_per_visit) as f64;
            full += (hours + 0.3) * MOST as f64 * 60.0;
            once += nearest;
            committed += nearest * least as f64;
            Customer {
                id: format!("c{}", number + 1),
                potential: cents(potential),
                visit_value: cents(first_visit),
                visits: match (family, least) {
                    (Family::Tight, _) => Some(Visits { min: 1, max: 1 }),
                    (_, 0) => None,
                    _ => Some(Visits { min: least, max: MOST }),
                },
                coverage,
            }
        })
        .collect();
    let need = match family {
        Family::Tight => once * 1.25,
        Family::Commitments => committed * 1.25,
        _ => full * 0.15,
    };
    let reps: Vec<Rep> = (0..reps)
        .map(|rep| {
            let share = if family == Family::Tight { 1.0 } else { dice.between(0.8, 1.2) };
            Rep { id: rep_id(rep), minutes: (need / f64::from(request.reps) * share).round() as i64 }
        })
        .collect();
    let name = match family {
        Family::SCurve => "s-curve",
        Family::Threshold => "threshold",
        Family::Tight => "tight",
        Family::Ties => "ties",
        Family::Commitments => "commitments",
        Family::Field | Family::Anchored | Family::Case => "field",
    };
    let mut page = Page::new();
    page.fields(&Head {
        format: "visitplan-instance/1",
        name: format!("{name}, {} customers x {} reps, seed {}", request.customers, request.reps, request.seed),
    });
    page.lines("reps", reps.len(), |at| reps.get(at));
    page.lines("customers", customers.len(), |at| customers.get(at));
    page.fields(&Tail {
        model: Model {
            format: "visitplan-model/1",
            name: "field-saturating",
            channels: "field",
            owners: "free",
            response: Shape { shape: "saturating" },
        },
    });
    page.finish()
}

/// A logistic rise to `full` around a middle.
fn s_curve(shapes: &mut Dice, full: f64) -> Vec<f64> {
    let (middle, width) = (shapes.between(2.0, 7.0), shapes.between(0.6, 1.6));
    let logistic = |visits: f64| 1.0 / (1.0 + libm::exp(-(visits - middle) / width));
    let rise = logistic(MOST as f64) - logistic(0.0);
    (0..=MOST).map(|visits| full * (logistic(visits as f64) - logistic(0.0)) / rise).collect()
}

/// Nothing below a threshold, then what the concave curve says, more or less.
fn threshold(shapes: &mut Dice, concave: impl Fn(usize) -> f64) -> Vec<f64> {
    let first = 1 + shapes.weighted(&[1.0; 4]);
    (0..=MOST).map(|visits| if visits < first { 0.0 } else { concave(visits) * shapes.between(0.7, 1.3) }).collect()
}

fn cents(amount: f64) -> Money {
    Money((amount * 100.0).round() as i64)
}

fn rep_id(rep: usize) -> String {
    format!("r{}", rep + 1)
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
