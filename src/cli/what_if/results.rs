//! The lines that were written, and the file of a run that was cut short and goes on.
//!
//! A line is written whole once its scenario is finished, and never touched again: a run that is killed leaves at most a
//! torn last line, which the next run drops.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::super::output::{print, probe};
use super::super::{Failure, Place, input};
use crate::json::{Located, Refusal, utf8};

/// What is known of a scenario before it is planned: the instance that it is about and what was asked, as digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub scenario: String,
    /// SHA-256 of the instance.
    pub instance: String,
    /// Digest of the scenario, and of all arguments that a plan depends on.
    pub asked: String,
}

/// Where lines go.
pub struct Results {
    file: Option<(PathBuf, Mutex<File>)>,
    /// Scenarios whose line is there already.
    done: HashSet<String>,
}

impl Results {
    /// Opens the file of results, or standard output where none is named. A file that is there goes on with `resume`, and is
    /// refused without. What it has must have been asked in the same way.
    pub fn open(output: Option<&str>, resume: bool, asked: &[Asked]) -> Result<Results, Failure> {
        let Some(name) = output.filter(|name| *name != "-") else {
            return Ok(Results { file: None, done: HashSet::new() });
        };
        let path = Path::new(name);
        probe(&Place::File(path.to_owned()))?;
        let failure = |why: String| Failure::NotWritten { path: name.to_owned(), why };
        let open = File::options().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(|error| failure(input::reason(&error)))?;
        match file.try_lock() {
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => return Err(failure("another run writes to it".to_owned())),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|error| failure(input::reason(&error)))?;
        if !bytes.is_empty() && !resume {
            let why = "there are results in it already; go on with --resume, or name another file";
            return Err(failure(why.to_owned()));
        }
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let done = done(name, &bytes[..whole], asked)?;
        file.set_len(whole as u64).map_err(|error| failure(input::reason(&error)))?;
        file.seek(SeekFrom::End(0)).map_err(|error| failure(input::reason(&error)))?;
        Ok(Results { file: Some((path.to_owned(), Mutex::new(file))), done })
    }

    /// Whether the line of a scenario is there already.
    pub fn has(&self, scenario: &str) -> bool {
        self.done.contains(scenario)
    }

    /// The number of lines that were there already.
    pub fn found(&self) -> usize {
        self.done.len()
    }

    /// Writes a line, whole.
    pub fn write(&self, line: &str) -> Result<(), Failure> {
        let text = format!("{line}\n");
        let Some((path, file)) = &self.file else { return print(&text) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = |error: std::io::Error| Failure::NotWritten {
            path: path.display().to_string(),
            why: input::reason(&error),
        };
        file.write_all(text.as_bytes()).map_err(failure)
    }

    /// Sees to it that what was written survives a failure of the machine, too.
    pub fn sync(&self) {
        if let Some((_, file)) = &self.file {
            // Not every device can; the lines are written all the same.
            let _ = file.lock().unwrap_or_else(PoisonError::into_inner).sync_data();
        }
    }
}

/// The scenarios of the lines that are there, or everything that does not belong to this run.
fn done(name: &str, bytes: &[u8], asked: &[Asked]) -> Result<HashSet<String>, Refusal> {
    let text = utf8(name, bytes)?;
    let mut done = HashSet::new();
    let mut issues: Vec<Located> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut fault = |problem: String, remedy: &str| {
            let refusal = Refusal::whole_file(name, "E603", problem, remedy);
            issues.extend(refusal.issues.into_iter().map(|issue| Located { line: number, ..issue }));
        };
        let read: Option<Value> = serde_json::from_str(line).ok();
        let field = |field: &str| Some(read.as_ref()?.get(field)?.as_str()?.to_owned());
        let (Some(scenario), Some(instance), Some(how)) = (field("scenario"), field("instance"), field("asked")) else {
            fault("is no line of results".to_owned(), "name the results file of the run that was cut short");
            continue;
        };
        match asked.iter().find(|asked| asked.scenario == scenario) {
            None => fault(
                format!("is of the scenario \"{scenario}\", which is not asked for"),
                "go on with the scenarios of the run that was cut short, or name another file",
            ),
            Some(asked) if asked.instance != instance => fault(
                format!("is of another instance ({instance})"),
                "go on with the instance of the run that was cut short, or name another file",
            ),
            Some(asked) if asked.asked != how => fault(
                format!("says of \"{scenario}\" what was asked in another way"),
                "give scenario, engine, gap and seed as they were, or name another file",
            ),
            Some(_) if !done.insert(scenario.clone()) => {
                fault(format!("is the second one of \"{scenario}\""), "take one of them out");
            }
            Some(_) => {}
        }
    }
    if issues.is_empty() { Ok(done) } else { Err(Refusal { issues }) }
}
