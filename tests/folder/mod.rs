//! A folder of its own in which the program runs, so that messages name files without a path.

// Each test program uses a part of this.
#![allow(dead_code, missing_docs)]

use std::fs;
use std::path::PathBuf;

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use tempfile::TempDir;

pub struct Folder(TempDir);

/// What one run of the program came to.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub talk: String,
}

impl Folder {
    pub fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        files.iter().for_each(|(name, content)| folder.write(name, content));
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("the folder can be written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).expect("JSON")
    }

    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("the folder can be listed");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs a command line whose words have no blanks.
    pub fn run(&self, line: &str) -> Run {
        let mut command = cargo_bin_cmd!("visitplan");
        let output =
            command.current_dir(self.0.path()).args(line.split_whitespace()).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Run { status: output.status.code().unwrap_or(-1), out: text(output.stdout), talk: text(output.stderr) }
    }
}

impl Run {
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Run {
        assert_eq!(self.status, status, "exit status; it wrote\n{}\nand said\n{}", self.out, self.talk);
        assert!(!self.talk.contains("panicked"), "{}", self.talk);
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Run {
        assert!(self.talk.contains(words), "it does not say {words:?} but\n{}", self.talk);
        self
    }

    #[track_caller]
    pub fn writes(self, words: &str) -> Run {
        assert!(self.out.contains(words), "it does not write {words:?} but\n{}", self.out);
        self
    }
}

/// An amount of a document in cents.
#[track_caller]
pub fn cents(amount: &Value) -> i64 {
    (amount.as_f64().expect("an amount") * 100.0).round() as i64
}
