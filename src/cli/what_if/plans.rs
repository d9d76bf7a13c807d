//! The plans of scenarios, a file each.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::super::output::write;
use super::super::verify::checked;
use super::super::{Failure, Place, input};
use crate::instance::Instance;
use crate::json::sha256;
use crate::plan::{Plan, PlanDocument};
use crate::problem::Problem;

/// The longest stem of a file's name.
const LONGEST: usize = 200;

/// A folder for plans.
pub struct Plans(PathBuf);

impl Plans {
    /// Opens a folder, and makes it if it is not there. None of the files that were read may be one of the plans.
    pub fn open<'n>(
        folder: &str,
        scenarios: impl Iterator<Item = &'n str>,
        read: &[PathBuf],
    ) -> Result<Plans, Failure> {
        let path = Path::new(folder);
        let failure = |why: String| Failure::NotWritten { path: folder.to_owned(), why };
        std::fs::create_dir_all(path).map_err(|error| failure(input::reason(&error)))?;
        let real = path.canonicalize().map_err(|error| failure(input::reason(&error)))?;
        let taken: HashSet<PathBuf> = read.iter().filter_map(|path| path.canonicalize().ok()).collect();
        for scenario in scenarios {
            let plan = real.join(file_name(scenario));
            if taken.contains(&plan) {
                return Err(Failure::NotWritten { path: plan.display().to_string(), why: "is the input".to_owned() });
            }
        }
        Ok(Plans(path.to_owned()))
    }

    /// Writes the plan of a scenario, after verifying it.
    pub fn write(&self, scenario: &str, instance: &Instance, problem: &Problem, plan: &Plan) -> Result<(), Failure> {
        let place = Place::File(self.0.join(file_name(scenario)));
        let text = PlanDocument::new(instance, problem, plan).to_text();
        write(&place, &text, |written| checked(instance, problem, &place, written))
    }
}

/// The name of a scenario's file: safe on every system, and another one for every scenario.
fn file_name(scenario: &str) -> String {
    let mut stem = String::new();
    for byte in scenario.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'=' | b'+' | b'-' | b'_' | b' ' => stem.push(char::from(byte)),
            b'.' if !stem.is_empty() => stem.push('.'),
            _ => stem.push_str(&format!("%{byte:02X}")),
        }
    }
    if stem.len() > LONGEST {
        stem.truncate(LONGEST);
        stem = format!("{stem}%{}", &sha256(scenario.as_bytes())[..16]);
    }
    format!("{stem}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_file_of_its_own_and_none_leaves_the_folder() {
        assert_eq!(file_name("reps=9"), "reps=9.json");
        assert_eq!(file_name("../up"), "%2E.%2Fup.json");
        assert_eq!(file_name("a/b"), "a%2Fb.json");
        assert_eq!(file_name("süd %"), "s%C3%BCd %25.json");
        let long = |last: &str| file_name(&format!("{}{last}", "x".repeat(250)));
        assert!(long("a") != long("b") && long("a").len() < 255);
    }
}
