//! The lines that were written, and the file of a run that was cut short and goes on.
//!
//! A line is written whole once its scenario is finished, and never touched again: a run that is killed leaves at most a
//! torn last line, which the next run drops.

use std::collections::HashMap;
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
    /// Length of the lines that were there already.
    whole: u64,
    /// These lines by their scenarios.
    done: HashMap<String, Value>,
}

/// How every line begins.
const BEGINNING: &str = "{\"scenario\":\"";

impl Results {
    /// Opens the file of results, or standard output where none is named. A file that is there goes on with `resume`, and is
    /// refused without. What it has must have been asked in the same way.
    pub fn open(output: Option<&str>, resume: bool, asked: &[Asked]) -> Result<Results, Failure> {
        let Some(name) = output.filter(|name| *name != "-") else {
            return Ok(Results { file: None, whole: 0, done: HashMap::new() });
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
        let torn = &bytes[whole..];
        if !torn.starts_with(BEGINNING.as_bytes()) && !BEGINNING.as_bytes().starts_with(torn) {
            let problem = "ends with what is no torn line of results";
            return Err(Refusal::whole_file(
                name,
                "E603",
                problem,
                "name the results file of the run that was cut short",
            )
            .into());
        }
        let done = done(name, &bytes[..whole], asked)?;
        Ok(Results { file: Some((path.to_owned(), Mutex::new(file))), whole: whole as u64, done })
    }

    /// Drops a torn last line; to be called before the first line is written.
    pub fn begin(&self) -> Result<(), Failure> {
        let Some((path, file)) = &self.file else { return Ok(()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = file.set_len(self.whole).and_then(|()| file.seek(SeekFrom::End(0)));
        cut.map(drop).map_err(|error| not_written(path, &error))
    }

    /// Whether the line of a scenario is there already.
    pub fn has(&self, scenario: &str) -> bool {
        self.done.contains_key(scenario)
    }

    /// The line of a scenario that is there already.
    pub fn line(&self, scenario: &str) -> Option<&Value> {
        self.done.get(scenario)
    }

    /// How many of the lines that were there already are of scenarios that a limit ended.
    pub fn stopped(&self) -> usize {
        let is_stopped = |line: &&Value| line["status"] == "stopped" || line["status"] == "no_plan";
        self.done.values().filter(is_stopped).count()
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
        file.write_all(text.as_bytes()).map_err(|error| not_written(path, &error))
    }

    /// Sees to it that what was written survives a failure of the machine, too.
    pub fn sync(&self) {
        if let Some((_, file)) = &self.file {
            // Not every device can; the lines are written all the same.
            let _ = file.lock().unwrap_or_else(PoisonError::into_inner).sync_data();
        }
    }
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::NotWritten { path: path.display().to_string(), why: input::reason(error) }
}

/// The lines that are there by their scenarios, or everything that does not belong to this run.
fn done(name: &str, bytes: &[u8], asked: &[Asked]) -> Result<HashMap<String, Value>, Refusal> {
    let known: HashMap<&str, &Asked> = asked.iter().map(|asked| (asked.scenario.as_str(), asked)).collect();
    let text = utf8(name, bytes)?;
    let mut done = HashMap::new();
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
        match known.get(scenario.as_str()) {
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
            Some(_) if done.contains_key(&scenario) => {
                fault(format!("is the second one of \"{scenario}\""), "take one of them out");
            }
            Some(_) => {
                done.extend(read.map(|line| (scenario, line)));
            }
        }
    }
    if issues.is_empty() { Ok(done) } else { Err(Refusal { issues }) }
}
