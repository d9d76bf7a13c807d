//! The command line: reads files, prints, knows the clock and signals. A file a verb.

mod baseline;
mod by_hand;
mod compare;
mod decisions;
mod explain;
mod export;
mod generate;
mod import;
mod input;
mod keeping;
mod matrix;
mod output;
mod passing;
mod planned;
mod post_pass;
mod schema;
mod screen;
mod solve;
mod validate;
mod verify;
mod watch;
mod what_if;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::json::Refusal;

/// Plans whom a field sales force should visit, how often and by whom, with a proof that anyone can check.
#[derive(Parser)]
#[command(name = "visitplan", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// Print errors as JSON: {"errors": [{"code", "problem", "remedy", and file, line, column, pointer where known}]}
    #[arg(long, global = true)]
    json_errors: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Report every problem in the data at once, with its place and its remedy
    Validate(validate::Arguments),
    /// Show last period's visits as they were, with what the curves make of them
    Baseline(baseline::Arguments),
    /// Find the best plan, and a bound that no plan exceeds
    Solve(solve::Arguments),
    /// Check a plan or a proof in exact integers; uses no solver
    Verify(verify::Arguments),
    /// Say why a customer gets this many visits, by this rep
    Explain(explain::Arguments),
    /// Move visits of small customers in a plan to telesales, and spend the time that frees again
    PostPass(post_pass::Arguments),
    /// Show the matrix of potential against visit value, and what plans do in each cell
    Matrix(matrix::Arguments),
    /// Show what differs between two plans: by rep, segment and cell of the matrix, and who changes hands
    Compare(compare::Arguments),
    /// Write a plan as workbooks, one per region, for the regions to say what they would do otherwise
    Export(export::Arguments),
    /// Read workbooks back: price what is wanted otherwise, accept what is cheap, list the rest
    Decisions(decisions::Arguments),
    /// Say what would come of scenarios: fewer reps, other hours, other values; one JSON line each
    WhatIf(what_if::Arguments),
    /// Write the JSON Schema of a file format to standard output
    Schema(schema::Arguments),
    /// Write completions for a shell to standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Make an instance of a company's files: customers, reps, visits and orders as CSV or XLSX
    Import(import::Arguments),
    /// Make an instance of any size to try things with
    Generate(generate::Arguments),
}

/// What all verbs that read an instance share.
#[derive(Args)]
struct ModelArgument {
    /// Planning model instead of the instance's: a built-in name or a file
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

/// How the program ends; the README explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Done = 0,
    Usage = 2,
    Refused = 3,
    Infeasible = 4,
    Stopped = 5,
    NoPlan = 6,
    NotWritten = 7,
    Rejected = 8,
    Internal = 70,
}

/// Why a verb ends early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("error: {0}")]
    Usage(&'static str),
    #[error("error[E315] {file}: {error}.")]
    TooLarge { file: String, error: crate::problem::TooLarge },
    #[error("error[E106] {path}: {why}. Fix: {remedy}.")]
    Unreadable { path: String, why: String, remedy: &'static str },
    #[error("error[E701] {path}: not written: {why}; what was there before is intact")]
    NotWritten { path: String, why: String },
    #[error("error[E702] internal error: {0}; please report it with the instance")]
    Internal(String),
}

impl Failure {
    /// The errors as one JSON document on a line.
    fn to_json(&self) -> String {
        let code = match self {
            Failure::Refused(refusal) => return serde_json::json!({ "errors": refusal.issues }).to_string(),
            Failure::Usage(_) => "E001",
            Failure::TooLarge { .. } => "E315",
            Failure::Unreadable { .. } => "E106",
            Failure::NotWritten { .. } => "E701",
            Failure::Internal(_) => "E702",
        };
        serde_json::json!({ "errors": [{ "code": code, "problem": self.to_string() }] }).to_string()
    }

    fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::Usage,
            Failure::Refused(_) | Failure::TooLarge { .. } | Failure::Unreadable { .. } => Exit::Refused,
            Failure::NotWritten { .. } => Exit::NotWritten,
            Failure::Internal(_) => Exit::Internal,
        }
    }
}

/// Parses the arguments, runs the verb and gives the exit status.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let run = || match &arguments.verb {
        Verb::Validate(with) => validate::run(with, arguments.json_errors),
        Verb::Baseline(arguments) => baseline::run(arguments),
        Verb::Solve(arguments) => solve::run(arguments),
        Verb::Verify(arguments) => verify::run(arguments),
        Verb::Explain(arguments) => explain::run(arguments),
        Verb::PostPass(arguments) => post_pass::run(arguments),
        Verb::WhatIf(arguments) => what_if::run(arguments),
        Verb::Compare(arguments) => compare::run(arguments),
        Verb::Matrix(arguments) => matrix::run(arguments),
        Verb::Export(arguments) => export::run(arguments),
        Verb::Decisions(arguments) => decisions::run(arguments),
        Verb::Schema(arguments) => schema::run(arguments),
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "visitplan", &mut script);
            output::print(&String::from_utf8_lossy(&script)).map(|()| Exit::Done)
        }
        Verb::Import(arguments) => import::run(arguments),
        Verb::Generate(arguments) => generate::run(arguments),
    };
    // A panic is our mistake; nothing half-written is left, because files are renamed into place last.
    let ended = std::panic::catch_unwind(AssertUnwindSafe(run));
    let ended = ended.unwrap_or_else(|_| Err(Failure::Internal("the program stopped unexpectedly".to_owned())));
    let exit = ended.unwrap_or_else(|failure| {
        output::talk(&if arguments.json_errors { failure.to_json() } else { failure.to_string() });
        failure.exit()
    });
    ExitCode::from(exit as u8)
}

/// A path or `-` for a standard stream.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Standard,
    File(PathBuf),
}

impl From<&str> for Place {
    fn from(text: &str) -> Place {
        if text == "-" { Place::Standard } else { Place::File(PathBuf::from(text)) }
    }
}

impl Place {
    /// The file, as a list of none or one.
    fn path(&self) -> Vec<PathBuf> {
        match self {
            Place::Standard => Vec::new(),
            Place::File(path) => vec![path.clone()],
        }
    }

    /// The place as messages name it.
    fn shown(&self, standard: &str) -> String {
        match self {
            Place::Standard => standard.to_owned(),
            Place::File(path) => path.display().to_string(),
        }
    }
}
