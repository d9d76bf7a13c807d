//! The price engine: the plan of a nation in seconds, in pure Rust.
//!
//! 1. Where owners are kept and nothing is shared, each rep is a knapsack of its own (`separate`).
//! 2. Otherwise prices for all rows are found (`dual`): whole numbers of them give the bound that anyone can check.
//! 3. The options that lose little at these prices are the `core`; who has one left is decided.
//! 4. The others are given to reps (`roster`), and moved, exchanged and passed on while that gains (`block`), each
//!    time by the exact knapsacks of the reps concerned (`hours`).
//! 5. What comes of it is made feasible in every row and filled up, in whole minutes (`finish`).
//!
//! Floating point proposes; every plan is checked in integers. How long it searches is counted in work, not in seconds:
//! the same problem gives the same plan on every machine. See `models/prices.md`.

mod block;
mod chain;
mod core;
mod dice;
mod dual;
mod finish;
mod halves;
mod hours;
mod knapsack;
mod lanes;
mod pairs;
mod pass;
mod priced;
mod roster;
mod search;
mod separate;
mod settle;
mod team;
#[cfg(test)]
mod theorems;
mod tight;
mod ways;
mod wide;

pub use search::{refine, solve};
pub use wide::Width;
