//! The price engine: the plan of a nation in seconds, in pure Rust.
//!
//! 1. Where owners are kept, each rep is a knapsack of its own, at prices for what reps share (`owners`).
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
pub(crate) mod knapsack;
mod lanes;
mod owners;
mod pairs;
mod pass;
mod priced;
mod roster;
mod search;
mod settle;
mod team;
#[cfg(test)]
mod theorems;
mod tight;
mod ways;
pub(in crate::engine) mod wide;

#[cfg(test)]
pub(in crate::engine) use dice::Dice;
pub use search::{Work, refine, solve};
pub use wide::Width;
