//! visitplan
pub mod certificate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod engine;
#[cfg(feature = "cli")]
pub mod generate;
pub mod infeasible;
pub mod instance;
pub mod json;
pub mod model;
pub mod plan;
pub mod problem;
pub mod units;
pub mod verify;
