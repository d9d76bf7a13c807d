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
}

/// Writes the JSON Schema of a format to standard output.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let schema = match arguments.format {
        Format::Instance => include_str!("../../models/schema/instance.json"),
        Format::Model => include_str!("../../models/schema/model.json"),
        Format::Plan => include_str!("../../models/schema/plan.json"),
        Format::Infeasible => include_str!("../../models/schema/infeasible.json"),
    };
    print(schema).map(|()| Exit::Done)
}
