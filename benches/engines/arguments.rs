//! What to compare, on what.

use std::path::PathBuf;

use clap::{ArgAction, CommandFactory, Parser, ValueEnum, error::ErrorKind};
use visitplan::generate::Family;

/// Customers and reps where none are stated: many of the one, many of the other.
const SIZES: [(u32, u32); 2] = [(100, 2), (45, 12)];

/// The price engine beside HiGHS alone, and other solvers, on the same data.
#[derive(Parser)]
#[command(name = "engines", max_term_width = 100)]
pub struct Arguments {
    /// Family of generated instances; all where none is named
    #[arg(long = "family", value_enum, value_name = "FAMILY")]
    pub families: Vec<Family>,
    /// Customers of generated instances; as often as --reps
    #[arg(long, value_name = "N")]
    customers: Vec<u32>,
    /// Reps of generated instances; as often as --customers
    #[arg(long, value_name = "M")]
    reps: Vec<u32>,
    /// Seed of generated instances; of several the medians are shown
    #[arg(long = "seed", value_name = "S", default_value = "1")]
    pub seeds: Vec<u64>,
    /// An instance file; where files alone are given, nothing is generated
    #[arg(long = "file", value_name = "INSTANCE")]
    pub files: Vec<PathBuf>,
    /// Seconds that each solver may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub limit: f64,
    /// Threads that each solver may use
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub threads: usize,
    /// Another solver: a command for the shell that prints "value bound seconds [megabytes]" on its last line. It is
    /// given the instance file as its last argument, unless it speaks of "$INSTANCE" or "$OPTIONS" (what --export
    /// writes); "$LIMIT" and "$THREADS" are there, too
    #[arg(long = "rival", value_name = "[NAME=]COMMAND")]
    pub rivals: Vec<String>,
    /// Write the options of the one --file, in exact integers, and end
    #[arg(long, value_name = "OPTIONS")]
    pub export: Option<PathBuf>,
    /// Run one solver in this process
    #[arg(long, hide = true, value_enum)]
    pub alone: Option<Solver>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true, action = ArgAction::SetTrue)]
    bench: bool,
}

/// A solver of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Solver {
    /// The price engine.
    Prices,
    /// HiGHS on the whole program.
    Highs,
}

impl Solver {
    /// All of them, as the table calls them.
    pub const ALL: [(&str, Solver); 2] = [("prices", Solver::Prices), ("HiGHS alone", Solver::Highs)];

    /// Whether its bound follows from prices that were checked in integers.
    pub fn is_certified(self) -> bool {
        self == Solver::Prices
    }
}

impl Arguments {
    /// Every family in every size that is asked for.
    pub fn sizes(&self) -> Vec<(Family, u32, u32)> {
        if self.customers.len() != self.reps.len() {
            let wrong = "--customers and --reps belong together, and one is given more often than the other";
            Arguments::command().error(ErrorKind::WrongNumberOfValues, wrong).exit();
        }
        if !self.files.is_empty() && self.families.is_empty() && self.customers.is_empty() {
            return Vec::new();
        }
        let all = Family::value_variants();
        let families = if self.families.is_empty() { all } else { &self.families };
        let stated: Vec<(u32, u32)> = self.customers.iter().copied().zip(self.reps.iter().copied()).collect();
        let sizes = if stated.is_empty() { &SIZES[..] } else { &stated };
        sizes
            .iter()
            .flat_map(|&(customers, reps)| families.iter().map(move |&family| (family, customers, reps)))
            .collect()
    }
}
