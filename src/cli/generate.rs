//! `visitplan generate`

use super::output::{probe, write};
use super::{Exit, Failure, Place};
use crate::generate::{Family, Request, generate};

/// Arguments of `generate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What the instance is like
    #[arg(long, value_enum, default_value = "field")]
    family: FamilyArgument,
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

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FamilyArgument {
    /// Customers and reps in a square, the five nearest reps may cover, concave response
    Field,
    /// The same with S-shaped tables
    SCurve,
    /// The same with thresholds
    Threshold,
    /// Everybody exactly once, little time to spare
    Tight,
    /// Few different values and times
    Ties,
    /// Minima that take most of the time
    Commitments,
    /// A company with wallets, sales, last quarter's visits, owners and calendars, in real towns
    Anchored,
}

/// Writes an instance.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let output = Place::from(arguments.output.as_str());
    probe(&output)?;
    let request = Request {
        family: match arguments.family {
            FamilyArgument::Field => Family::Field,
            FamilyArgument::SCurve => Family::SCurve,
            FamilyArgument::Threshold => Family::Threshold,
            FamilyArgument::Tight => Family::Tight,
            FamilyArgument::Ties => Family::Ties,
            FamilyArgument::Commitments => Family::Commitments,
            FamilyArgument::Anchored => Family::Anchored,
        },
        customers: arguments.customers,
        reps: arguments.reps,
        seed: arguments.seed,
    };
    write(&output, &generate(request), |_| Ok(()))?;
    Ok(Exit::Done)
}
