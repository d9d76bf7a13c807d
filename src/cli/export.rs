//! `visitplan export`

use std::path::Path;

use super::output::{talk, write_file};
use super::planned::{self, Reading};
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::challenge::{About, Answers, By, Sheets, file_name, regions};

/// Arguments of `export`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The instance; - is standard input
    instance: String,
    /// A plan of it, which is verified first
    plan: String,
    /// What to make a workbook for each of: tag:NAME, rep, owner or segment
    #[arg(long, default_value = "tag:region", value_name = "WHAT")]
    by: By,
    /// The folder that the workbooks go to
    #[arg(value_name = "DIR")]
    folder: String,
    /// Replace workbooks that are there already
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    model: ModelArgument,
}

/// Writes one workbook per region.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let (instance, plan) = (Place::from(arguments.instance.as_str()), Place::from(arguments.plan.as_str()));
    let planned = match planned::read(&instance, &plan, &arguments.model)? {
        Reading::Planned(planned) => planned,
        Reading::Rejected(why) => return planned::reject(&why),
    };
    let folder = Path::new(&arguments.folder);
    let not_written = |path: &Path, why: String| Failure::NotWritten { path: path.display().to_string(), why };
    let (problem, choices) = planned.in_the_end();
    let regions = regions(&planned.instance, problem, choices, &arguments.by);
    let names = (1..).zip(&regions).map(|(number, region)| file_name(number, regions.len(), &region.name));
    let paths: Vec<_> = names.map(|name| folder.join(name)).collect();
    // Somebody may have filled one in.
    if let Some(path) = paths.iter().find(|path| path.exists() && !arguments.force) {
        return Err(not_written(
            path,
            "it exists; name another folder, or replace what is there with --force".to_owned(),
        ));
    }
    std::fs::create_dir_all(folder).map_err(|error| not_written(folder, input::reason(&error)))?;
    let sheets = Sheets {
        instance: &planned.instance,
        problem,
        choices,
        prices: &planned.prices,
        decisions: &planned.decisions,
    };
    for (region, path) in regions.iter().zip(&paths) {
        let about = About {
            name: planned.stated.name.clone(),
            region: region.name.clone(),
            instance: arguments.instance.clone(),
            instance_sha256: planned.stated.sha256.clone(),
            plan: arguments.plan.clone(),
            plan_sha256: planned.sha256.clone(),
        };
        let bytes = sheets.workbook(region, &about).map_err(|error| not_written(path, error.to_string()))?;
        write_file(path, &bytes, |written| {
            let read = Answers::read(vec![(path.display().to_string(), written.to_vec())]);
            read.map(|_| ()).map_err(|refusal| refusal.to_string())
        })?;
        let count = region.customers.len();
        talk(&format!("{}: {}, {count} customers", path.display(), region.name));
    }
    talk(&format!(
        "Let the regions fill in the yellow columns, then: visitplan decisions {}",
        folder.join("*.xlsx").display()
    ));
    Ok(Exit::Done)
}
