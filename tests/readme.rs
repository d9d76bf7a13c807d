//! What the README shows is what the commands print.
//!
//! `VISITPLAN_WRITE_README=1 cargo test --release --test readme` writes today's output into it.

use std::path::Path;
use std::process::Command;

const OPEN: &str = "```text\n$ visitplan ";

/// Runs a command line of the README in the project's folder; what it prints on both streams.
fn output_of(line: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::create_dir_all(folder.join("target")).expect("a folder for plans");
    let output = Command::new(env!("CARGO_BIN_EXE_visitplan"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("the command runs");
    let text = [output.stderr, output.stdout].concat();
    String::from_utf8(text).expect("UTF-8")
}

#[test]
fn every_command_in_the_readme_prints_what_stands_below_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let mut today = String::new();
    let mut rest = readme.as_str();
    let mut commands = 0;
    // Results of an older program are not gone on with.
    let _ = std::fs::remove_file(Path::new(env!("CARGO_MANIFEST_DIR")).join("target/quarter.sizes.jsonl"));
    while let Some(at) = rest.find(OPEN) {
        let block = &rest[at + OPEN.len()..];
        let (line, _) = block.split_once('\n').expect("a command line");
        let end = block.find("```").expect("a closed block");
        today += &rest[..at];
        today += &format!("{OPEN}{line}\n{}", output_of(line));
        rest = &block[end..];
        commands += 1;
    }
    today += rest;
    assert!(commands >= 3, "the README shows {commands} commands");
    if std::env::var_os("VISITPLAN_WRITE_README").is_some() {
        std::fs::write(&path, &today).expect("the README is written");
    }
    assert!(today == readme, "the README is out of date; today's is:\n{today}");
}

#[test]
fn the_smallest_instance_in_the_readme_is_valid() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let (_, block) = readme.split_once("```json\n").expect("a JSON block");
    let (document, _) = block.split_once("```").expect("a closed block");
    let instance = visitplan::instance::Instance::from_json(document).expect("a valid instance");
    assert_eq!(instance.customers.len(), 2);
}

#[test]
fn the_picture_in_the_readme_shows_what_the_demo_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let picture = std::fs::read_to_string(folder.join("instances/quarter.svg")).expect("the picture");
    let printed = output_of("solve instances/quarter.json -o target/quarter.plan.json");
    for line in printed.lines().filter(|line| !line.trim().is_empty()) {
        let drawn = line.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(picture.contains(&drawn), "script/picture was not run since the demo changed: {line}");
    }
}
