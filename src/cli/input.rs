//! Reading files and standard input.

use std::cell::RefCell;
use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use super::output::stage;
use super::{Failure, ModelArgument, Place};
use crate::instance::{Instance, ModelSource};
use crate::json::utf8;
use crate::model::{PlanningModel, built_in};
use crate::problem::Problem;
use crate::units::grouped;

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
    let folder = match place {
        Place::File(path) => {
            read.borrow_mut().push(path.clone());
            path.parent().unwrap_or(Path::new(""))
        }
        Place::Standard => Path::new(""),
    };
    let files = |name: &str| {
        let path = folder.join(name);
        let text = match bytes(&Place::File(path.clone())) {
            Ok(bytes) => utf8(name, &bytes).map(str::to_owned).map_err(|refusal| refusal.to_string()),
            Err(Failure::Unreadable { why, .. }) => Err(why),
            Err(other) => Err(other.to_string()),
        };
        read.borrow_mut().push(path);
        text
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
