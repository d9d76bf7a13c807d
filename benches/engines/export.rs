//! The options of a problem in exact integers, for solvers in other languages:
//!
//! ```json
//! {"capacities": [9600, 9600], "customers": [[[0], [12000, 0, 60], [15000, 1, 75, 2, 1]]]}
//! ```
//!
//! An option is its value in cents, then row and use in turn. One option per customer is to be chosen.

use std::io::{BufWriter, Result, Write};
use std::path::Path;

use visitplan::problem::Problem;

/// Writes them; a line a customer.
pub fn write(problem: &Problem, path: &Path) -> Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    let capacities: Vec<String> = problem.rows.iter().map(|row| row.capacity.to_string()).collect();
    write!(file, "{{\"capacities\": [{}],\n\"customers\": [", capacities.join(", "))?;
    for customer in 0..problem.customers() {
        write!(file, "{}[", if customer > 0 { ",\n" } else { "\n" })?;
        for (at, choice) in problem.choices(customer).enumerate() {
            let mut numbers = problem.value(choice).to_string();
            problem.for_each_use(customer, choice, |row, amount| numbers += &format!(", {row}, {amount}"));
            write!(file, "{}[{numbers}]", if at > 0 { ", " } else { "" })?;
        }
        write!(file, "]")?;
    }
    writeln!(file, "\n]}}")?;
    file.flush()
}
