//! Reading files and standard input.

use std::cell::RefCell;
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::output::stage;
use super::{Failure, ModelArgument, Place};
use crate::instance::{Instance, ModelSource, WithText};
use crate::json::utf8;
use crate::model::{PlanningModel, built_in};
use crate::plan::ReadOutline;
use crate::problem::Problem;
use crate::units::grouped;
use crate::what_if::Scenario;

/// The largest file that is read.
const MAX_BYTES: u64 = 4 << 30;
/// Files and instances from which on work takes long enough to say what is being done.
const LARGE_FILE: usize = 50_000_000;
pub const MANY_CUSTOMERS: usize = 200_000;

/// The bytes of a file or of standard input.
pub fn bytes(place: &Place) -> Result<Vec<u8>, Failure> {
    let path = place.shown("standard input");
    let failure = |why: String, remedy| Failure::Unreadable { path: path.clone(), why, remedy };
    let mut expected = 0;
    let reader: Box<dyn Read> = match place {
        Place::Standard if std::io::stdin().is_terminal() => {
            return Err(failure("standard input is a terminal".to_owned(), "name a file, or pipe one in"));
        }
        Place::Standard => Box::new(std::io::stdin().lock()),
        Place::File(path) => {
            // Looked at before it is opened: opening a pipe waits for somebody to write into it.
            let found = std::fs::metadata(path).map_err(|error| failure(reason(&error), "check the path"))?;
            if found.is_dir() {
                return Err(failure("is a directory".to_owned(), "name a file"));
            }
            if !found.is_file() {
                return Err(failure("is a pipe or a device".to_owned(), "name a file, or pipe it in with -"));
            }
            expected = found.len().min(MAX_BYTES);
            Box::new(File::open(path).map_err(|error| failure(reason(&error), "check the path"))?)
        }
    };
    // One byte more than expected, so that the end is seen without asking for more room.
    let mut bytes = Vec::with_capacity(expected as usize + 1);
    let read = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| failure(reason(&error), "check the file"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failure("is larger than 4 GiB".to_owned(), "split the instance"));
    }
    Ok(bytes)
}

/// The instance at a place, with the planning model asked for, if any, and the files that were read for it.
pub fn instance(place: &Place, model: &ModelArgument) -> Result<(Instance, Vec<PathBuf>), Failure> {
    let data = bytes(place)?;
    let shown = place.shown("standard input");
    stage(data.len() >= LARGE_FILE, || format!("Reading {shown} ({} MB) ...", grouped(data.len() as u64 / 1_000_000)));
    let read: RefCell<Vec<PathBuf>> = RefCell::new(Vec::new());
    read.borrow_mut().extend(place.path());
    let folder = folder(place);
    let files = |name: &str| {
        read.borrow_mut().push(folder.join(name));
        model_text(&folder, name)
    };
    let source = match &model.model {
        Some(name) => {
            read.borrow_mut().push(PathBuf::from(name));
            ModelSource::Given(Box::new(named_model(name)?))
        }
        None => ModelSource::Instance(&files),
    };
    let instance = Instance::read(&shown, &data, &source)?;
    Ok((instance, read.take()))
}

/// The folder of a file; the one the program runs in for standard input.
pub fn folder(place: &Place) -> PathBuf {
    place.path().first().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default()
}

/// The text of a planning model that an instance of this folder names, or why there is none.
pub fn model_text(folder: &Path, name: &str) -> Result<String, String> {
    match bytes(&Place::File(folder.join(name))) {
        Ok(bytes) => utf8(name, &bytes).map(str::to_owned).map_err(|refusal| refusal.to_string()),
        Err(Failure::Unreadable { why, .. }) => Err(why),
        Err(other) => Err(other.to_string()),
    }
}

/// The instance at a place with its text, and the files that were read for it.
pub fn with_text(place: &Place) -> Result<(WithText, Vec<PathBuf>), Failure> {
    let (shown, bytes) = (place.shown("standard input"), bytes(place)?);
    let (folder, read) = (folder(place), RefCell::new(place.path()));
    let files = |name: &str| {
        read.borrow_mut().push(folder.join(name));
        model_text(&folder, name)
    };
    let instance = WithText::read(&shown, &bytes, &ModelSource::Instance(&files))?;
    Ok((instance, read.take()))
}

/// The instance that a plan is of: with the plan's scenario, if it has one. `plan` is the plan's text and `file` names it.
pub fn of_plan(
    instance: Instance,
    place: &Place,
    model: &ModelArgument,
    file: &str,
    plan: &str,
) -> Result<Instance, Failure> {
    let Some(written) = ReadOutline::scenario(plan) else { return Ok(instance) };
    if *place == Place::Standard {
        return Err(Failure::Usage("a plan of a scenario needs its instance as a file"));
    }
    if model.model.is_some() {
        return Err(Failure::Usage("a plan of a scenario has the planning model of its instance; leave --model out"));
    }
    let (base, _) = with_text(place)?;
    let (folder, shown) = (folder(place), place.shown("standard input"));
    let files = |name: &str| model_text(&folder, name);
    let scenario = Scenario::read(&format!("the scenario of {file}"), &written)?;
    Ok(scenario.apply(&format!("{shown} as \"{}\"", scenario.name), &base, &files)?)
}

/// The problem of an instance read from a place.
pub fn problem(instance: &Instance, place: &Place) -> Result<Problem, Failure> {
    let file = place.shown("standard input");
    let customers = instance.customers.len();
    stage(customers >= MANY_CUSTOMERS, || {
        format!("Building the options of {} customers ...", grouped(customers as u64))
    });
    Problem::new(instance).map_err(|error| Failure::TooLarge { file, error })
}

/// A model by its built-in name or its path.
fn named_model(name: &str) -> Result<PlanningModel, Failure> {
    if let Some(text) = built_in(name) {
        return Ok(PlanningModel::from_json(name, text)?);
    }
    let bytes = bytes(&Place::File(name.into()))?;
    Ok(PlanningModel::from_json(name, utf8(name, &bytes)?)?)
}

/// The system's reason without its number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
