//! A lane at prices: what its options are worth less what they use.

use super::lanes::{Lanes, OUT};
use super::wide::{LANES, most};

/// A lane's reduced values are `factor` x table - `fixed` - `visit` x visits.
#[derive(Clone, Copy)]
pub struct Priced {
    pub factor: f32,
    pub fixed: f32,
    pub visit: f32,
}

/// A lane at these prices.
#[inline(always)]
pub fn priced(lanes: &Lanes, index: usize, prices: &[f32]) -> Priced {
    let lane = &lanes.lanes[index];
    let mut priced = Priced { factor: lane.factor, fixed: 0.0, visit: prices[lane.main as usize] * lane.minutes };
    if !lanes.terms.is_empty() {
        let mut kept = 1.0;
        for term in lanes.terms_of(index) {
            let price = prices[term.row as usize];
            kept -= price * term.value;
            priced.fixed += price * term.fixed;
            priced.visit += price * term.visit;
        }
        priced.factor = lane.factor * kept;
    }
    priced
}

/// Numbers of visits of a block's options.
#[inline(always)]
pub fn visits(first: f32, block: usize) -> [f32; LANES] {
    let start = first + (block * LANES) as f32;
    std::array::from_fn(|k| start + k as f32)
}

/// Reduced values of a block's options.
#[inline(always)]
pub fn reduced(priced: Priced, values: &[f32; LANES], visits: [f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|k| {
        let reduced = priced.factor * values[k] - (priced.fixed + priced.visit * visits[k]);
        if values[k] > OUT { reduced } else { OUT }
    })
}

/// The largest reduced value of a lane.
#[inline(always)]
pub fn best_of(lanes: &Lanes, index: usize, priced: Priced) -> f32 {
    let lane = &lanes.lanes[index];
    let mut best = [OUT; LANES];
    for (block, values) in lanes.table(lane).iter().enumerate() {
        let reduced = reduced(priced, values, visits(lane.first, block));
        best = std::array::from_fn(|k| if reduced[k] > best[k] { reduced[k] } else { best[k] });
    }
    most(best)
}

/// The place of the lane's first option with this reduced value.
#[inline(always)]
pub fn position(lanes: &Lanes, index: usize, priced: Priced, value: f32) -> usize {
    let lane = &lanes.lanes[index];
    let mut blocks = lanes.table(lane).iter().enumerate();
    let found = blocks.find_map(|(block, values)| {
        let reduced = reduced(priced, values, visits(lane.first, block));
        reduced.iter().position(|&reduced| reduced == value).map(|k| block * LANES + k)
    });
    found.unwrap_or(0)
}

/// How much the reduced values of a lane change at most within the radius, for each cent of value, at all, and for each
/// visit.
#[inline(always)]
pub fn largest_change(lanes: &Lanes, index: usize, radius: &[f32]) -> Priced {
    let lane = &lanes.lanes[index];
    let mut change = Priced { factor: 0.0, fixed: 0.0, visit: radius[lane.main as usize] * lane.minutes };
    for term in lanes.terms_of(index) {
        let radius = radius[term.row as usize];
        change.factor += radius * term.value.abs();
        change.fixed += radius * term.fixed.abs();
        change.visit += radius * term.visit.abs();
    }
    change
}
