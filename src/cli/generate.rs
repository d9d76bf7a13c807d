//! `visitplan generate`

use super::output::{probe, write};
use super::{Exit, Failure, Place};
use crate::generate::{Family, Request, generate};

/// Arguments of `generate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What the instance is like
    #[arg(long, value_enum, default_value = "field")]
    family: Family,
    /// Number of customers
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(0..=10_000_000))]
    customers: u32,
    /// Number of reps
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    reps: u32,
    /// The same seed gives the same instance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the instance goes; standard output if absent
    #[arg(short, long, value_name = "INSTANCE", default_value = "-")]
    output: String,
}

/// Writes an instance.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let output = Place::from(arguments.output.as_str());
    probe(&output)?;
    let request = Request {
        family: arguments.family,
        customers: arguments.customers,
        reps: arguments.reps,
        seed: arguments.seed,
    };
    write(&output, &generate(request), |_| Ok(()))?;
    Ok(Exit::Done)
}
