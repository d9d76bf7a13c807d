//! `visitplan matrix`

use super::output::{print, printable, talk};
use super::planned::{self, Planned, Reading};
use super::{Exit, Failure, ModelArgument, Place, input, screen};
use crate::instance::Instance;
use crate::matrix::{CellFigures, Cells, figures, notices};
use crate::model::Channels;
use crate::plan::Compares;
use crate::problem::{Choice, Problem};

/// Arguments of `matrix`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// A plan of it, which is verified first; last period alone if absent
    plan: Option<String>,
    /// Write the figures as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgument,
}

/// Prints the matrix: who is in which cell, what it calls for, and what plans do there.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let place = Place::from(arguments.instance.as_str());
    let (instance, cells, table) = match &arguments.plan {
        None => {
            let (instance, _) = input::instance(&place, &arguments.model)?;
            let cells = Cells::of(&instance);
            let table = figures(&instance, &cells, &[]);
            (instance, cells, table)
        }
        Some(plan) => match planned::read(&place, &Place::from(plan.as_str()), &arguments.model)? {
            Reading::Planned(planned) => {
                let cells = Cells::of(&planned.instance);
                let table = of_plan(&planned, &cells);
                (planned.instance, cells, table)
            }
            Reading::Rejected(why) => return planned::reject(&why),
        },
    };
    notices(&instance, &cells).iter().for_each(|notice| talk(&format!("notice: {notice}")));
    if arguments.json {
        let text = serde_json::to_string_pretty(&table).map_err(|error| Failure::Internal(error.to_string()))?;
        print(&format!("{text}\n"))?;
    } else {
        print(&printable(&shown(&instance, &table)))?;
    }
    Ok(Exit::Done)
}

/// The matrix of a plan, before and after the post-pass.
pub fn of_plan(planned: &Planned, cells: &Cells) -> Vec<CellFigures> {
    let name = match planned.instance.model.channels {
        Channels::Joint => Compares::Joint,
        Channels::Field | Channels::FieldThenPostPass => Compares::Field,
    };
    let mut plans: Vec<(Compares, &Problem, &[Choice])> = vec![(name, &planned.problem, &planned.plan.choices)];
    if let Some(passing) = &planned.passing {
        plans.push((Compares::PostPass, &passing.wide.problem, &passing.after));
    }
    figures(&planned.instance, cells, &plans)
}

fn shown(instance: &Instance, table: &[CellFigures]) -> String {
    if table.iter().all(|cell| cell.plans.is_empty()) {
        let customers = |cell: &CellFigures| cell.customers.all();
        return format!(
            "{} customers; there is no history of visits, and no plan was named.\n\n{}",
            table.iter().map(customers).sum::<u32>(),
            screen::of_cells(table)
        );
    }
    let name = if instance.name.is_empty() { "The matrix" } else { &instance.name };
    let calls = table
        .iter()
        .flat_map(|cell| cell.plans.first())
        .any(|first| first.plan == Compares::LastPeriod && first.calls > 0);
    let unknown =
        if calls { "What last period's calls took and added is not known, and not in these figures.\n" } else { "" };
    format!(
        "{name}: visits by potential and visit value\n\n{}\n{}{unknown}",
        screen::grid(table),
        screen::of_cells(table)
    )
}
