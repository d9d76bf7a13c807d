//! The proof: how much better than the best known plan any plan can be, down to the last cent.
//!
//! 1. Prices of the rows leave a `shortlist` of options that a better plan may have.
//! 2. One knapsack per rep (`packing`) at prices for the customers (`ascent`) bounds what every plan loses.
//! 3. Packings that agree on who is whose are a plan; others are made one (`repair`), and improved (`blocks`).
//! 4. What is left between bound and plan is searched (`branch`), a little above the bound first.
//! 5. The prices, and the tree of the search, are written as a certificate (`witness`), which the verifier's own
//!    arithmetic checks before anything is claimed.
//!
//! All numbers that prove something are whole, and the order of the search is the same on every machine and with any number of threads.
//! See `models/prices.md`, section 10.

mod ascent;
mod blocks;
mod branch;
mod cases;
mod closing;
mod leaves;
mod listed;
mod marks;
mod memory;
mod packing;
mod repair;
mod root;
mod shortlist;
mod table;
mod tangents;
#[cfg(test)]
mod theorems;
mod witness;

pub use root::prove;
