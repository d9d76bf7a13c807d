//! Reading files and standard input.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;

use super::{Failure, ModelArgument, Place};
use crate::instance::{Instance, ModelSource, utf8};
use crate::model::{PlanningModel, built_in};

/// The largest file that is read.
const MAX_BYTES: u64 = 4 << 30;

/// The bytes of a file or of standard input.
pub fn bytes(place: &Place) -> Result<Vec<u8>, Failure> {
    let path = place.shown("standard input");
    let failure = |why: String, remedy| Failure::Unreadable { path: path.clone(), why, remedy };
    let reader: Box<dyn Read> = match place {
        Place::Standard if std::io::stdin().is_terminal() => {
            return Err(failure("standard input is a terminal".to_owned(), "name a file, or pipe one in"));
        }
        Place::Standard => Box::new(std::io::stdin().lock()),
        Place::File(path) => {
            let file = File::open(path).map_err(|error| failure(reason(&error), "check the path"))?;
            if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
                return Err(failure("is a directory".to_owned(), "name a file"));
            }
            Box::new(file)
        }
    };
    let mut bytes = Vec::new();
    let read = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| failure(reason(&error), "check the file"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failure("is larger than 4 GiB".to_owned(), "split the instance"));
    }
    Ok(bytes)
}

/// The instance at a place, with the planning model asked for, if any.
pub fn instance(place: &Place, model: &ModelArgument) -> Result<Instance, Failure> {
    let bytes = bytes(place)?;
    let folder = match place {
        Place::File(path) => path.parent().unwrap_or(Path::new("")),
        Place::Standard => Path::new(""),
    };
    let files = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|error| reason(&error));
    let source = match &model.model {
        Some(name) => ModelSource::Given(Box::new(named_model(name)?)),
        None => ModelSource::Instance(&files),
    };
    Ok(Instance::read(&place.shown("standard input"), &bytes, &source)?)
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
