//! One tiny company, and what the program says to its files.

use std::fs;
use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;
use tempfile::TempDir;

pub const CUSTOMERS: &str = "\
customer_id,name,segment,owner,wallet_per_year,lat,lon,visit_minutes,remark
00101,Alpha,A,R1,40000,52.5,13.4,45,old
00102,Béta,B,R1,20000.5,52.6,13.5,30,
00103,Gamma,C,R2,,48.1,11.5,30,
00104,Delta,A,R2,12000,48.2,11.6,60,
00105,Epsilon,B,,8000,,,30,
";
pub const REPS: &str = "\
rep_id,name,fte,days_off,lat,lon
R1,Ann,1,5,52.5,13.3
R2,Ben,0.8,3,48.1,11.6
";
pub const VISITS: &str = "\
date,customer_id,rep_id,channel
2026-04-03,00101,R1,visit
2026-04-15,00101,R1,call
2026-05-13,00102,R1,visit
2026-05-25,00103,R2,visit
2026-06-08,00104,R2,visit
2026-06-29,00105,R1,visit
";
pub const ORDERS: &str = "\
date,customer_id,revenue
2026-04-03,00101,1234.5
2026-04-20,00101,65.5
2026-05-13,00102,500
2026-05-25,00103,750.25
2026-06-04,00104,2000
2026-06-29,00105,300
";

pub const DONE: i32 = 0;
pub const WRONG_USE: i32 = 2;
pub const REFUSED: i32 = 3;
pub const NOT_WRITTEN: i32 = 7;

/// A folder with the files of the company.
pub struct Company {
    pub folder: TempDir,
}

/// What one run came to.
#[derive(Debug)]
pub struct Said {
    pub status: i32,
    pub talk: String,
    pub instance: Option<String>,
    /// The rows of import-issues.csv, without its titles.
    pub issues: String,
}

impl Company {
    pub fn new() -> Company {
        let company = Company { folder: tempfile::tempdir().expect("a temporary folder") };
        for (name, text) in
            [("customers.csv", CUSTOMERS), ("reps.csv", REPS), ("visits.csv", VISITS), ("orders.csv", ORDERS)]
        {
            company.write(name, text);
        }
        company
    }

    /// The company with one file in place of its own.
    pub fn with(name: &str, bytes: impl AsRef<[u8]>) -> Company {
        let company = Company::new();
        company.write(name, bytes);
        company
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), bytes).expect("the folder can be written");
    }

    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(name)).ok()
    }

    /// Imports the four files, with further arguments.
    pub fn import(&self, more: &[&str]) -> Said {
        self.import_of(["customers.csv", "reps.csv", "visits.csv", "orders.csv"], more)
    }

    pub fn import_of(&self, [customers, reps, visits, orders]: [&str; 4], more: &[&str]) -> Said {
        let files = ["--customers", customers, "--reps", reps, "--visits", visits, "--orders", orders];
        let fixed = ["--period", "2026-07-01/13w", "-o", "instance.json"];
        self.run(&[&["import"][..], &files, &fixed, more].concat())
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        let (status, talk) = run(self.folder.path(), arguments);
        let issues = self.read("import-issues.csv").unwrap_or_default();
        let issues = issues.split_once('\n').map_or(String::new(), |(_, rows)| rows.to_owned());
        Said { status, talk, instance: self.read("instance.json"), issues }
    }
}

pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = cargo_bin_cmd!("visitplan").current_dir(folder).args(arguments).output().expect("the program starts");
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stderr).expect("UTF-8"))
}

/// The instance of the clean files.
pub fn clean() -> String {
    let said = Company::new().import(&[]);
    assert_eq!((said.status, said.issues.as_str()), (DONE, ""), "{}", said.talk);
    said.instance.expect("an instance")
}

/// The file is read as the clean one, and `words` are said of it.
#[track_caller]
pub fn as_clean(name: &str, bytes: impl AsRef<[u8]>, words: &str) {
    let said = Company::with(name, bytes).import(&[]);
    assert_eq!(said.status, DONE, "{}", said.talk);
    assert_eq!(said.instance.as_deref(), Some(clean().as_str()), "{}", said.talk);
    assert!(said.talk.contains(words), "{}", said.talk);
    assert_eq!(said.issues, "");
}

/// The file is read, and the instance is the clean one with the texts replaced; the list of issues is as stated.
#[track_caller]
pub fn but(name: &str, bytes: impl AsRef<[u8]>, replaced: &[(&str, &str)], issues: &str) {
    let said = Company::with(name, bytes).import(&[]);
    assert_eq!(said.status, DONE, "{}", said.talk);
    assert_eq!(said.issues, issues);
    let mut due = clean();
    for (right, other) in replaced {
        assert!(due.contains(right), "{right} is not in\n{due}");
        due = due.replacen(right, other, 1);
    }
    assert_eq!(said.instance.as_deref(), Some(due.as_str()), "{}", said.talk);
}

/// The file is refused in these words, and nothing is written.
#[track_caller]
pub fn refused(name: &str, bytes: impl AsRef<[u8]>, words: &str) {
    let said = Company::with(name, bytes).import(&[]);
    assert_eq!(said.talk.trim_end(), words);
    assert_eq!((said.status, said.instance, said.issues.as_str()), (REFUSED, None, ""));
}

/// A clean text with one part replaced.
#[track_caller]
pub fn put(text: &str, right: &str, wrong: &str) -> String {
    assert!(text.contains(right), "{right}");
    text.replacen(right, wrong, 1)
}
