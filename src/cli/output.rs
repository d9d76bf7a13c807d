//! Writing: data to standard output or a file, talk to standard error. A file is replaced whole or not at all.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::input::reason;
use super::{Failure, Place};

/// Says something to the user. A closed standard error is nobody's problem.
pub fn talk(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes data to standard output. A reader who has gone away has seen enough.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::NotWritten { path: "standard output".to_owned(), why: reason(&error) })
        }
        _ => Ok(()),
    }
}

/// Finds out before any work whether a file could be written, and that it is not one of the inputs.
pub fn probe(target: &Place, inputs: &[&Place]) -> Result<(), Failure> {
    let Place::File(path) = target else { return Ok(()) };
    let failure = |why: String| Failure::NotWritten { path: path.display().to_string(), why };
    if path.is_dir() {
        return Err(failure("is a directory".to_owned()));
    }
    let same = |input: &&Place| match input {
        Place::File(input) => {
            input.canonicalize().is_ok_and(|input| path.canonicalize().is_ok_and(|path| path == input))
        }
        Place::Standard => false,
    };
    if inputs.iter().any(same) {
        return Err(failure("is the input".to_owned()));
    }
    tempfile::NamedTempFile::new_in(folder(path)).map_err(|error| failure(reason(&error)))?;
    Ok(())
}

/// Writes a text to its place. A file is written beside its target, synced, read back, checked by `check` and renamed,
/// so that the old file or the new one is there at any moment, and the new one is right.
pub fn write(target: &Place, text: &str, check: impl FnOnce(&str) -> Result<(), String>) -> Result<(), Failure> {
    let Place::File(path) = target else {
        check(text).map_err(Failure::Internal)?;
        return print(text);
    };
    let failure = |error: std::io::Error| Failure::NotWritten { path: path.display().to_string(), why: reason(&error) };
    let mut file = tempfile::NamedTempFile::new_in(folder(path)).map_err(failure)?;
    file.write_all(text.as_bytes()).map_err(failure)?;
    allow_reading(file.as_file());
    file.as_file().sync_all().map_err(failure)?;
    let written = std::fs::read_to_string(file.path()).map_err(failure)?;
    check(&written).map_err(Failure::Internal)?;
    file.persist(path).map_err(|error| failure(error.error))?;
    // The name is safe on disk once the folder is; not every system can sync folders.
    if let Ok(folder) = File::open(folder(path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Temporary files are private; a plan is as readable as any file the user makes.
#[cfg(unix)]
fn allow_reading(file: &File) {
    use std::os::unix::fs::PermissionsExt;
    let _ = file.set_permissions(std::fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn allow_reading(_file: &File) {}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
