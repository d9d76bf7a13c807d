//! `visitplan import`

use std::path::Path;

use super::output::{keep_apart, probe, talk, write};
use super::{Exit, Failure, Place, input};
use crate::import::{Comparable, Files, ISSUES_HEADER, Mapping, Request, Source, import};
use crate::instance::{Instance, ModelSource};
use crate::json::{Refusal, utf8};
use crate::table::{is_workbook, period_of};

/// Arguments of `import`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Customers (CSV or XLSX)
    #[arg(long, value_name = "FILE", required_unless_present = "workbook")]
    customers: Option<String>,
    /// Reps (CSV or XLSX)
    #[arg(long, value_name = "FILE", required_unless_present = "workbook")]
    reps: Option<String>,
    /// Visits and calls with their dates (CSV or XLSX)
    #[arg(long, value_name = "FILE", required_unless_present = "workbook")]
    visits: Option<String>,
    /// Orders with their dates (CSV or XLSX)
    #[arg(long, value_name = "FILE", required_unless_present = "workbook")]
    orders: Option<String>,
    /// One XLSX workbook with a sheet for each of the four that has no file of its own
    #[arg(long, value_name = "FILE")]
    workbook: Option<String>,
    /// What cannot be guessed: columns, formats, name, currency, telesales, planning model
    #[arg(long, value_name = "MAP")]
    map: Option<String>,
    /// Where postcodes are (CSV or XLSX: postcode, lat, lon)
    #[arg(long, value_name = "FILE")]
    places: Option<String>,
    /// The planning period: its first day and its weeks, as 2026-07-01/13w
    #[arg(long, value_parser = parse_period)]
    period: (jiff::civil::Date, u32),
    /// The period to compare with: before, last-year, or its first day
    #[arg(long, default_value = "before", value_parser = parse_reference)]
    reference: Comparable,
    /// Where rows go that were left out or need a look; import-issues.csv beside the instance if absent
    #[arg(long, value_name = "FILE")]
    issues: Option<String>,
    /// Where the instance goes; standard output if absent
    #[arg(short, long, value_name = "INSTANCE", default_value = "-")]
    output: String,
}

fn parse_period(text: &str) -> Result<(jiff::civil::Date, u32), String> {
    period_of(text).ok_or_else(|| "write the first day and the weeks, as 2026-07-01/13w".to_owned())
}

fn parse_reference(text: &str) -> Result<Comparable, String> {
    match text {
        "before" => Ok(Comparable::Before),
        "last-year" => Ok(Comparable::LastYear),
        day => day
            .parse()
            .map(Comparable::From)
            .map_err(|_| "write before, last-year, or a first day as 2026-04-01".to_owned()),
    }
}

/// Makes an instance of a company's files and says what was matched.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let output = Place::from(arguments.output.as_str());
    let beside = match &output {
        Place::File(path) => path.with_file_name("import-issues.csv"),
        Place::Standard => Path::new("import-issues.csv").to_owned(),
    };
    let list = arguments.issues.as_deref().map_or(Place::File(beside), Place::from);
    let read: Vec<&String> = [
        &arguments.customers,
        &arguments.reps,
        &arguments.visits,
        &arguments.orders,
        &arguments.workbook,
        &arguments.map,
        &arguments.places,
    ]
    .into_iter()
    .flatten()
    .collect();
    probe(&output)?;
    probe(&list)?;
    let paths: Vec<_> = read.iter().flat_map(|name| Place::from(name.as_str()).path()).collect();
    keep_apart(&[&output, &list], &paths)?;
    refuse_foreign_list(&list)?;

    let mapping = match &arguments.map {
        Some(name) => {
            let source = source(name)?;
            Mapping::read(&source.file, utf8(&source.file, &source.bytes)?)?
        }
        None => Mapping::default(),
    };
    let book = arguments.workbook.as_ref().map(|name| source(name)).transpose()?;
    if let Some(book) = book.as_ref().filter(|book| !is_workbook(&book.bytes)) {
        return Err(Failure::Unreadable {
            path: book.file.clone(),
            why: "is no workbook".to_owned(),
            remedy: "give an XLSX file, or --customers, --reps, --visits and --orders",
        });
    }
    let table = |name: &Option<String>| match (name, &book) {
        (Some(name), _) => source(name),
        (None, Some(book)) => Ok(book.clone()),
        (None, None) => Err(Failure::Usage("give four files or a workbook")),
    };
    let files = Files {
        customers: table(&arguments.customers)?,
        reps: table(&arguments.reps)?,
        visits: table(&arguments.visits)?,
        orders: table(&arguments.orders)?,
        places: arguments.places.as_ref().map(|name| source(name)).transpose()?,
    };
    let (start, weeks) = arguments.period;
    if let Comparable::From(day) = arguments.reference
        && day.saturating_add(jiff::Span::new().weeks(i64::from(weeks))) > start
    {
        return Err(Failure::Usage("the period of --reference must end before the planning period begins"));
    }
    let made = import(&files, &mapping, &Request { start, weeks, reference: arguments.reference })?;
    checked(&made.instance, &output, &mapping)?;
    let as_made = |text: &str| match text == made.instance {
        true => Ok(()),
        false => Err("the instance changed while it was written".to_owned()),
    };
    write(&output, &made.instance, as_made)?;
    let count = made.issues.count();
    let stale = matches!(&list, Place::File(path) if path.exists());
    if count > 0 || stale || arguments.issues.is_some() {
        write(&list, &made.issues.to_csv(), |_| Ok(()))?;
    }
    talk(made.reconciliation.to_string().trim_end());
    match count {
        0 => talk("ISSUES     none: every row was used"),
        many => {
            talk(&format!("ISSUES     {many} rows were left out or need a look: {}", list.shown("standard output")))
        }
    }
    Ok(Exit::Done)
}

fn source(name: &str) -> Result<Source, Failure> {
    let place = Place::from(name);
    Ok(Source { file: place.shown("standard input"), bytes: input::bytes(&place)? })
}

/// A list of issues is written over an older one, and over nothing else.
fn refuse_foreign_list(list: &Place) -> Result<(), Failure> {
    let Place::File(path) = list else { return Ok(()) };
    match std::fs::read(path) {
        Ok(bytes) if !bytes.is_empty() && !bytes.starts_with(ISSUES_HEADER.join(",").as_bytes()) => {
            Err(Failure::NotWritten {
                path: path.display().to_string(),
                why: "is something else than a list of issues; name another file with --issues".to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// Refuses an instance that cannot be planned with; a model of its own is read from beside it.
fn checked(text: &str, output: &Place, mapping: &Mapping) -> Result<(), Refusal> {
    let folder = match output {
        Place::File(path) => path.parent().map(Path::to_path_buf).unwrap_or_default(),
        Place::Standard => Path::new("").to_path_buf(),
    };
    let files = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| input::reason(&error));
    let shown = if mapping.file.is_empty() { "the instance made" } else { "the instance made, with the mapping file" };
    Instance::read(shown, text.as_bytes(), &ModelSource::Instance(&files)).map(|_| ())
}
