//! `visitplan generate`

use std::path::{Path, PathBuf};

use super::input::reason;
use super::output::{probe, write};
use super::{Exit, Failure, Place};
use crate::generate::{Family, Request, exports, generate};

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
    /// Write the company's own files into this folder instead: customers, reps, visits and orders as CSV, and what an
    /// import of them needs besides; family anchored alone
    #[arg(long, value_name = "FOLDER", conflicts_with = "output")]
    csv: Option<PathBuf>,
    /// Where the instance goes; standard output if absent
    #[arg(short, long, value_name = "INSTANCE", default_value = "-")]
    output: String,
}

/// Writes an instance, or the files it could be made of.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let request = Request {
        family: arguments.family,
        customers: arguments.customers,
        reps: arguments.reps,
        seed: arguments.seed,
    };
    if let Some(folder) = &arguments.csv {
        return write_exports(request, folder);
    }
    let output = Place::from(arguments.output.as_str());
    probe(&output)?;
    write(&output, &generate(request), |_| Ok(()))?;
    Ok(Exit::Done)
}

fn write_exports(request: Request, folder: &Path) -> Result<Exit, Failure> {
    if request.family != Family::Anchored {
        return Err(Failure::Usage("only the family anchored is a company with files of its own: --family anchored"));
    }
    let failure = |error| Failure::NotWritten { path: folder.display().to_string(), why: reason(&error) };
    std::fs::create_dir_all(folder).map_err(failure)?;
    for (name, text) in exports(request).files {
        write(&Place::File(folder.join(name)), &text, |_| Ok(()))?;
    }
    Ok(Exit::Done)
}
