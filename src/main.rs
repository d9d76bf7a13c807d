//! The command `visitplan`.

use std::process::ExitCode;

fn main() -> ExitCode {
    visitplan::cli::run()
}
