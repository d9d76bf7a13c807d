//! What to prove, and for how long.

use std::path::PathBuf;

use clap::{ArgAction, Parser, ValueEnum};
use visitplan::engine::Engine;

use super::sets::Set;

/// Seconds to the proof that a plan is the best, HiGHS alone beside it. Without arguments: field-100 and field-200, three
/// instances each, five seconds a solver
#[derive(Parser)]
#[command(name = "proof", max_term_width = 100)]
pub struct Arguments {
    /// Set of instances; with its own number of seeds and limit where these are not stated
    #[arg(long = "set", value_enum, value_name = "SET")]
    sets: Vec<Set>,
    /// Every set
    #[arg(long)]
    all: bool,
    /// Instances of each set at most
    #[arg(long, value_name = "N")]
    instances: Option<usize>,
    /// Seconds that each solver may take
    #[arg(long, value_name = "SECONDS")]
    limit: Option<f64>,
    /// Seconds after which the gap is shown, too
    #[arg(long, value_name = "SECONDS", default_value_t = 1.5)]
    pub at: f64,
    /// Threads that each solver may use
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub threads: usize,
    /// The engine that proves
    #[arg(long, value_enum, default_value_t = Engine::Auto)]
    pub engine: Engine,
    /// Leave HiGHS alone out
    #[arg(long)]
    pub no_highs: bool,
    /// Another solver, as in `cargo bench --bench engines -- --help`
    #[arg(long = "rival", value_name = "[NAME=]COMMAND")]
    pub rivals: Vec<String>,
    /// Run one solver in this process
    #[arg(long, hide = true, value_enum)]
    pub alone: Option<Solver>,
    /// The instance of that process
    #[arg(long, hide = true)]
    pub file: Option<PathBuf>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true, action = ArgAction::SetTrue)]
    bench: bool,
}

/// A solver of this program that runs beside the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Solver {
    /// HiGHS on the whole program.
    Highs,
}

impl Solver {
    /// Whether its bound can be checked.
    pub fn is_certified(self) -> bool {
        false
    }
}

/// A set, how many of its instances, and seconds for each.
pub struct Task {
    pub set: Set,
    pub instances: usize,
    pub limit: f64,
}

impl Arguments {
    /// What is asked for.
    pub fn tasks(&self) -> Vec<Task> {
        let short = self.sets.is_empty() && !self.all;
        let sets = match self.all {
            true => Set::value_variants().to_vec(),
            false if short => vec![Set::Field100, Set::Field200],
            false => self.sets.clone(),
        };
        let task = |set: Set| {
            let (instances, limit) = if short { (3, 5.0) } else { set.usual() };
            Task { set, instances: self.instances.unwrap_or(instances), limit: self.limit.unwrap_or(limit) }
        };
        sets.into_iter().map(task).collect()
    }

    /// The limit of a process with one solver.
    pub fn limit_alone(&self) -> f64 {
        self.limit.expect("a limit")
    }
}
