//! The matrix of potential against visit value: which customer is in which cell, and what the cell calls for
//! (`models/post-pass.md`, section 1).

mod action;
mod figures;
mod notices;

use serde::Serialize;

pub use action::Action;
pub use figures::{Activity, ByStatus, CellFigures, figures};
pub use notices::notices;

use crate::instance::{Customer, Instance};
use crate::model::{Band, Cell, Cuts, Scale, cents};
use crate::units::Factor;

/// A cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The band of the wallet, else the potential.
    pub potential: Band,
    /// The band of the visit value.
    pub visit_value: Band,
}

impl Position {
    /// The nine cells, the highest potential first, and in it the lowest visit value.
    pub fn all() -> impl Iterator<Item = Position> {
        let row = |potential| Band::ALL.into_iter().map(move |visit_value| Position { potential, visit_value });
        Band::ALL.into_iter().rev().flat_map(row)
    }

    /// The cell in words.
    pub fn words(self) -> String {
        format!("potential {}, visit value {}", self.potential.word(), self.visit_value.word())
    }
}

/// Which customer is in which cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    positions: Vec<Option<Position>>,
}

impl Cells {
    /// The cells of an instance by its model's cut points. Customers of whom only tables are known are in none.
    pub fn of(instance: &Instance) -> Cells {
        let matrix = &instance.model.matrix;
        let placed: Vec<usize> =
            (0..instance.customers.len()).filter(|&at| has_place(&instance.customers[at])).collect();
        let amounts =
            |of: fn(&Customer) -> i128| -> Vec<i128> { placed.iter().map(|&at| of(&instance.customers[at])).collect() };
        let potential = bands(&amounts(size), matrix.potential, matrix.scale);
        let visit_value = bands(&amounts(visit_value), matrix.visit_value, matrix.scale);
        let mut positions = vec![None; instance.customers.len()];
        for ((at, potential), visit_value) in placed.into_iter().zip(potential).zip(visit_value) {
            positions[at] = Some(Position { potential, visit_value });
        }
        Cells { positions }
    }

    /// The cell of a customer.
    pub fn position(&self, customer: usize) -> Option<Position> {
        self.positions[customer]
    }

    /// Whether a customer is one of those that a step of the post-pass speaks of; nobody outside of the matrix is.
    pub fn holds(&self, when: &Cell, instance: &Instance, customer: usize) -> bool {
        let status = instance.customers[customer].status;
        self.positions[customer].is_some_and(|cell| when.holds(cell.potential, cell.visit_value, status))
    }

    /// How many customers are in any cell.
    pub fn len(&self) -> usize {
        self.positions.iter().flatten().count()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.positions.iter().all(Option::is_none)
    }
}

/// Amounts are compared and added in millionths of a cent; wallets are whole cents, potentials and visit values binary64.
const AMOUNT_SCALE: i128 = 1_000_000;

/// Whether more is known of a customer than tables, or nothing at all.
fn has_place(customer: &Customer) -> bool {
    customer.curve.is_some() || customer.coverage.iter().all(|coverage| coverage.table.is_none())
}

/// The whole demand of a customer where it is known, else what visits could add; in millionths of a cent.
fn size(customer: &Customer) -> i128 {
    match customer.wallet {
        Some(wallet) => i128::from(wallet.0) * AMOUNT_SCALE,
        None => scaled(customer.curve.map_or(0.0, |curve| curve.potential)),
    }
}

/// What the first visit adds, in millionths of a cent.
fn visit_value(customer: &Customer) -> i128 {
    scaled(customer.curve.map_or(0.0, |curve| curve.first_visit))
}

fn scaled(cents: f64) -> i128 {
    (cents * AMOUNT_SCALE as f64).round() as i128
}

/// The bands of amounts: by the largest first, ties in their order. An amount of 0 is low.
fn bands(amounts: &[i128], cuts: Cuts, scale: Scale) -> Vec<Band> {
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(amounts[at]));
    let mut bands = vec![Band::Middle; amounts.len()];
    let unit = i128::from(Factor::ONE.0);
    // What each counts, and what a share of the whole is, both times a million.
    let count = |at: usize| if scale == Scale::Share { amounts[at] } else { 1 };
    let whole: i128 = order.iter().map(|&at| count(at)).sum();
    let share = |cut: Factor| i128::from(cut.0) * whole;
    match scale {
        Scale::Share | Scale::Quantile => {
            let mut held = 0;
            for &at in order.iter().rev() {
                held += unit * count(at);
                if held > share(cuts.low) {
                    break;
                }
                bands[at] = Band::Low;
            }
            let mut held = 0;
            for &at in &order {
                if held >= share(cuts.high) {
                    break;
                }
                held += unit * count(at);
                bands[at] = Band::High;
            }
        }
        Scale::Amount => {
            // A cut in millionths of a currency unit; amounts in millionths of a cent.
            let amount = |cut: Factor| i128::from(cut.0) * 100;
            for (band, &of) in bands.iter_mut().zip(amounts) {
                *band = match of {
                    of if of >= amount(cuts.high) => Band::High,
                    of if of <= amount(cuts.low) => Band::Low,
                    _ => Band::Middle,
                };
            }
        }
    }
    for (band, &amount) in bands.iter_mut().zip(amounts) {
        if amount == 0 {
            *band = Band::Low;
        }
    }
    bands
}

/// An amount of a customer on an axis, in whole cents: the wallet, else the potential.
pub fn size_in_cents(customer: &Customer) -> i64 {
    customer.wallet.map_or_else(|| cents(customer.curve.map_or(0.0, |curve| curve.potential)), |wallet| wallet.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(low: i64, high: i64) -> Cuts {
        Cuts { low: Factor(low), high: Factor(high) }
    }

    #[test]
    fn by_share_high_is_the_shortest_prefix_and_low_the_longest_suffix() {
        use Band::{High, Low, Middle};
        let amounts = [10, 50, 20, 10, 10];
        // 50 is half; the last 10 and 10 hold a fifth, three tens would hold more.
        assert_eq!(bands(&amounts, cut(200_000, 500_000), Scale::Share), [Middle, High, Middle, Low, Low]);
        // One cent more for high needs the next customer, one less for low loses one.
        assert_eq!(bands(&amounts, cut(199_999, 500_001), Scale::Share), [Middle, High, High, Middle, Low]);
        // High wins where both would hold.
        assert_eq!(bands(&amounts, cut(1_000_000, 1_000_000), Scale::Share), [High; 5]);
    }

    #[test]
    fn by_quantile_customers_are_counted_and_by_amount_thresholds_hold() {
        use Band::{High, Low, Middle};
        let amounts = [3, 1, 2, 0];
        assert_eq!(bands(&amounts, cut(250_000, 250_000), Scale::Quantile), [High, Middle, Middle, Low]);
        let amounts = amounts.map(|units| units * 100 * 1_000_000);
        assert_eq!(bands(&amounts, cut(1_000_000, 3_000_000), Scale::Amount), [High, Low, Middle, Low]);
        assert_eq!(bands(&amounts, cut(0, 0), Scale::Amount), [High, High, High, Low], "an amount of 0 is low");
    }

    #[test]
    fn nobody_and_nothing_have_bands_too() {
        assert_eq!(bands(&[], cut(200_000, 500_000), Scale::Share), []);
        assert_eq!(bands(&[0, 0], cut(200_000, 500_000), Scale::Share), [Band::Low; 2]);
    }
}
