//! The matrix of potential against visit value: which customer is in which cell, and what the cell calls for
//! (`models/post-pass.md`, section 1).

mod figures;

use serde::Serialize;

pub use figures::{Activity, ByStatus, CellFigures, figures};

use crate::instance::{Customer, Instance};
use crate::model::{Band, Cell, Cuts, PlanningModel, Scale, cents};
use crate::units::Factor;

/// A cell of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The band of the wallet, else the potential.
    pub potential: Band,
    /// The band of the visit value.
    pub visit_value: Band,
}

/// What a cell calls for; several may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Win inactive customers back.
    Reactivate,
    /// Win new customers.
    Acquire,
    /// Visit more often.
    RaiseFrequency,
    /// Phone instead.
    MoveToTelesales,
    /// Small, but every visit pays: whether a call does as well is for the figures to say.
    SmallButPays,
    /// As it is.
    Keep,
}

impl Action {
    /// The action in a planner's words.
    pub fn words(self) -> &'static str {
        match self {
            Action::Reactivate => "reactivate",
            Action::Acquire => "acquire",
            Action::RaiseFrequency => "raise frequency",
            Action::MoveToTelesales => "move to telesales",
            Action::SmallButPays => "small, but pays",
            Action::Keep => "keep",
        }
    }
}

impl Position {
    /// The nine cells, the highest potential first, and in it the lowest visit value.
    pub fn all() -> impl Iterator<Item = Position> {
        let row = |potential| Band::ALL.into_iter().map(move |visit_value| Position { potential, visit_value });
        Band::ALL.into_iter().rev().flat_map(row)
    }

    /// What the cell calls for by the model's post-pass.
    pub fn actions(self, model: &PlanningModel) -> Vec<Action> {
        use crate::model::Status;
        let pass = &model.post_pass;
        let within = |cell: &Cell| cell.holds_bands(self.potential, self.visit_value);
        let wins = |status| pass.reactivate.when.holds(self.potential, self.visit_value, status);
        let mut actions = Vec::new();
        if within(&pass.reactivate.when) {
            actions.extend(wins(Status::Inactive).then_some(Action::Reactivate));
            actions.extend(wins(Status::New).then_some(Action::Acquire));
        }
        actions.extend(within(&pass.frequency.when).then_some(Action::RaiseFrequency));
        if within(&pass.telesales.when) {
            let pays = self.potential == Band::Low && self.visit_value == Band::High;
            actions.push(if pays { Action::SmallButPays } else { Action::MoveToTelesales });
        }
        if actions.is_empty() {
            actions.push(Action::Keep);
        }
        actions
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

/// What a planner should know of cut points and steps that catch nobody or everybody, one sentence each.
pub fn notices(instance: &Instance, cells: &Cells) -> Vec<String> {
    let pass = &instance.model.post_pass;
    let all = cells.len();
    if all == 0 {
        let so = "the post-pass changes nothing";
        let tables = format!("of none of the {} customers more is known than tables: {so}", instance.customers.len());
        return if instance.customers.is_empty() { Vec::new() } else { vec![tables] };
    }
    let steps = [
        ("telesales", &pass.telesales.when, "no visit becomes a call"),
        ("reactivate", &pass.reactivate.when, "nobody is won back or over"),
        ("frequency", &pass.frequency.when, "nobody is visited more often"),
    ];
    let mut notices = Vec::new();
    for (step, when, so) in steps {
        let caught = (0..instance.customers.len()).filter(|&at| cells.holds(when, instance, at)).count();
        if caught == 0 {
            notices.push(format!("post_pass.{step}.when catches none of the {all} customers of the matrix: {so}"));
        } else if caught == all && all > 1 {
            notices.push(format!("post_pass.{step}.when catches all {all} customers of the matrix"));
        }
    }
    notices.extend(no_calls(instance, cells));
    notices
}

/// Why no visit can become a call.
fn no_calls(instance: &Instance, cells: &Cells) -> Option<String> {
    let step = &instance.model.post_pass.telesales;
    let so = "no visit becomes a call";
    if instance.pools.is_empty() {
        let remedy = "add \"telesales\" to the instance, or set the model's channels to \"field\"";
        return Some(format!("there is no telesales pool: {so}; {remedy}"));
    }
    if instance.pools.iter().all(|pool| pool.minutes.0 < pool.minutes_per_call.0) {
        return Some(format!("no telesales pool has the time for a call: {so}"));
    }
    if step.calls_per_visit == 0 {
        return Some(format!("post_pass.telesales.calls_per_visit is 0: {so}"));
    }
    let mut caught = (0..instance.customers.len()).filter(|&at| cells.holds(&step.when, instance, at)).peekable();
    let may_be_called = |at: usize| {
        let customer = &instance.customers[at];
        customer.calls.max > 0 && customer.pools.as_ref().is_none_or(|pools| !pools.is_empty())
    };
    (caught.peek().is_some() && !caught.any(may_be_called))
        .then(|| format!("none of the customers that post_pass.telesales.when catches may be called: {so}"))
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
