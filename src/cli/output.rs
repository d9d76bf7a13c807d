//! Writing: data to standard output or a file, talk to standard error. A file is replaced whole or not at all.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::input::reason;
use super::{Failure, Place};
use crate::json::is_unprintable;

/// Says something to the user. A closed standard error is nobody's problem.
pub fn talk(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", printable(text));
}

/// Whether stages of long work are told: where standard error is a terminal, unless something else was asked for.
static STAGES: OnceLock<bool> = OnceLock::new();

/// Tells stages of long work always, or never; to be said before the first.
pub fn tell_stages(always: bool) {
    let _ = STAGES.set(always);
}

/// Says what is being done, where that takes long enough to be wondered about.
pub fn stage(long: bool, text: impl FnOnce() -> String) {
    if long && *STAGES.get_or_init(|| std::io::stderr().is_terminal()) {
        talk(&text());
    }
}

/// A text with control characters made visible, so that names in the data cannot steer the terminal.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && is_unprintable(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
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

/// Finds out before any work whether a file could be written.
pub fn probe(target: &Place) -> Result<(), Failure> {
    let Place::File(path) = target else { return Ok(()) };
    let failure = |why: String| Failure::NotWritten { path: path.display().to_string(), why };
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => return Err(failure("is a directory".to_owned())),
        Ok(found) if !found.is_file() => {
            return Err(failure("is a pipe or a device; write to standard output and redirect it".to_owned()));
        }
        _ => {}
    }
    temporary(&behind_links(path)).map_err(|error| failure(reason(&error)))?;
    Ok(())
}

/// Refuses to write over a file that was read, or to the same file twice.
pub fn keep_apart(targets: &[&Place], read: &[PathBuf]) -> Result<(), Failure> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut taken: Vec<PathBuf> = read.iter().map(|path| real(path)).collect();
    for target in targets {
        let Place::File(path) = target else { continue };
        let failure = |why: &str| Failure::NotWritten { path: path.display().to_string(), why: why.to_owned() };
        if taken.contains(&real(path)) {
            let input = read.iter().any(|input| real(input) == real(path));
            return Err(failure(if input { "is the input" } else { "is named for two outputs" }));
        }
        taken.push(real(path));
    }
    Ok(())
}

/// Writes a text to its place; `check` is given the text as it was read back.
pub fn write(target: &Place, text: &str, check: impl FnOnce(&str) -> Result<(), String>) -> Result<(), Failure> {
    let Place::File(path) = target else {
        check(text).map_err(Failure::Internal)?;
        return print(text);
    };
    write_file(path, text.as_bytes(), |written| {
        let text = str::from_utf8(written).map_err(|error| format!("what was written is no text: {error}"))?;
        check(text)
    })
}

/// Writes a file beside its target, syncs it, reads it back, has it checked and renames it, so that the old file or the
/// new one is there at any moment, and the new one is right.
pub fn write_file(path: &Path, bytes: &[u8], check: impl FnOnce(&[u8]) -> Result<(), String>) -> Result<(), Failure> {
    let failure = |error: std::io::Error| Failure::NotWritten { path: path.display().to_string(), why: reason(&error) };
    let path = behind_links(path);
    let mut file = temporary(&path).map_err(failure)?;
    file.write_all(bytes).map_err(failure)?;
    if let Ok(old) = std::fs::metadata(&path) {
        // The new file is as readable as the old one.
        file.as_file().set_permissions(old.permissions()).map_err(failure)?;
    }
    file.as_file().sync_all().map_err(failure)?;
    let written = std::fs::read(file.path()).map_err(failure)?;
    check(&written).map_err(Failure::Internal)?;
    file.persist(&path).map_err(|error| failure(error.error))?;
    // The name is safe on disk once the folder is; not every system can sync folders.
    if let Ok(folder) = File::open(folder(&path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The file a link leads to, so that the file is replaced and the link stays.
fn behind_links(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A temporary file beside a target, as readable as any new file of the user.
fn temporary(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder(path))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
