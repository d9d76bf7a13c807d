//! `visitplan schema`

use super::output::print;
use super::{Exit, Failure};

/// Arguments of `schema`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The format that the schema describes
    #[arg(value_enum, default_value_t = Format::Instance, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// The data of one planning period
    Instance,
    /// How data becomes a plan
    Model,
    /// A plan with its certificate
    Plan,
    /// A proof that there is no plan
    Infeasible,
    /// What would be otherwise, a line of a file of scenarios
    Scenario,
    /// What came of a scenario, a line of the output of what-if
    Result,
}

/// Writes the JSON Schema of a format to standard output.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let schema = match arguments.format {
        Format::Instance => include_str!("../../models/schema/instance.json"),
        Format::Model => include_str!("../../models/schema/model.json"),
        Format::Plan => include_str!("../../models/schema/plan.json"),
        Format::Infeasible => include_str!("../../models/schema/infeasible.json"),
        Format::Scenario => include_str!("../../models/schema/scenario.json"),
        Format::Result => include_str!("../../models/schema/result.json"),
    };
    print(schema).map(|()| Exit::Done)
}
