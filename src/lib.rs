#![doc = include_str!("../README.md")]
//!
//! # The library, in the order data flows
//!
//! | module | what it holds |
//! |---|---|
//! | [`units`] | money in cents, time in minutes, factors in millionths: exact integers |
//! | [`json`] | JSON read with positions; every problem collected |
//! | [`model`] | the planning model: response curves, travel, working time, rules |
//! | [`instance`] | the data of one planning period, checked, every default filled in |
//! | [`decision`] | decisions made by hand, over the instance |
//! | [`problem`] | instance x model: choose one option per customer over linear rows |
//! | [`certificate`] | bounds and infeasibility that follow from prices and knapsacks, in 128-bit integers |
//! | [`baseline`] | last period as it was: what the curves give, beside what was booked |
//! | [`changes`] | what a plan changes for the customers, against last period |
//! | [`matrix`] | potential against visit value: who is in which cell, what it calls for |
//! | [`post_pass`] | what happens to a finished field plan: calls for visits, time spent again |
//! | [`comparison`] | last period, visits alone, after the post-pass, the best mix of channels |
//! | [`plan`] | a plan with its bound, written and read |
//! | [`difference`] | what differs between two plans |
//! | [`verify`] | the verifier: believes nothing, uses no solver, imports no engine |
//! | [`explain`] | why a customer gets what it gets |
//! | `import` | a company's own files to an instance, with a reconciliation |
//! | [`pricing`] | what a decision made by hand costs |
//! | `challenge` | a plan as workbooks for the regions, and what they ask for |
//! | `table` | CSV files and workbooks: rows, columns, days and numbers as companies write them |
//! | [`reasons`] | why there is no plan, in a planner's words |
//! | `what_if` | scenarios over an instance, and what comes of them |
//! | [`engine`] | from a problem to a plan with a bound |
//!
//! `models/visit-allocation.md` has the mathematics, `models/prices.md` the price engine's method, `models/certificate.md`
//! says why each check is enough, `models/decisions-by-hand.md` what a decision of yours costs, and `models/decisions.md`
//! why things are as they are.

pub mod baseline;
pub mod certificate;
#[cfg(feature = "tables")]
pub mod challenge;
pub mod changes;
#[cfg(feature = "cli")]
pub mod cli;
pub mod comparison;
pub mod decision;
pub mod difference;
pub mod engine;
pub mod explain;
#[cfg(feature = "cli")]
pub mod generate;
#[cfg(feature = "cli")]
pub mod import;
pub mod instance;
pub mod json;
pub mod matrix;
pub mod model;
pub mod plan;
pub mod post_pass;
pub mod pricing;
pub mod problem;
pub mod reasons;
#[cfg(feature = "tables")]
pub mod table;
pub mod units;
pub mod verify;
#[cfg(feature = "cli")]
pub mod what_if;

#[cfg(feature = "exact")]
pub use engine::solve;
