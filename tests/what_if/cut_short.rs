//! A run that is cut short: nothing finished is lost, and going on comes to the same bytes.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::folder::Folder;
use super::{folder_with, quarter};

const SCENARIOS: &str = "what-if i.json --scenarios s.jsonl --ordered --deterministic";

fn many() -> Vec<Value> {
    let ids = ["anna", "ben", "clara", "david", "eva"];
    (0..40)
        .map(|number| {
            let id = ids[number % ids.len()];
            match number % 3 {
                0 => json!({"scenario": format!("without {id} {number}"), "remove_reps": [id], "set": {"/reps/jan/hours": 200 + number}}),
                1 => json!({"scenario": format!("less of {id} {number}"), "set": {format!("/reps/{id}/hours"): 100 + number}}),
                _ => json!({"scenario": format!("copy of {id} {number}"), "add_reps": [{"id": "new", "copy_of": id, "hours": 50 + number}]}),
            }
        })
        .collect()
}

/// Few customers, so that much is written in little time.
fn few() -> Value {
    let mut instance = quarter();
    instance["customers"].as_array_mut().expect("a list").truncate(60);
    instance
}

/// Kills a command at times that look random, lets it go on until it ends, and says how often it was killed on the way.
fn kill_until_done(folder: &Folder, line: &str, whole: &str, dice: &mut u64, longest: Duration) -> u32 {
    let mut kills = 0;
    let _ = fs::remove_file(folder.path("r.jsonl"));
    loop {
        let mut command = Command::new(env!("CARGO_BIN_EXE_visitplan"));
        command.current_dir(folder.path("")).args(line.split_whitespace()).args(["-o", "r.jsonl", "--resume"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (*dice >> 33) as f64 / (1_u64 << 31) as f64;
        std::thread::sleep(longest.mul_f64(share));
        let ended = child.try_wait().expect("its status");
        if ended.is_none() && *dice >> 40 & 3 == 0 {
            // As Ctrl-C does: it ends by itself.
            let id = child.id().to_string();
            Command::new("kill").args(["-INT", &id]).status().expect("a signal can be sent");
        } else if ended.is_none() {
            child.kill().expect("it can be killed");
        }
        let status = child.wait().expect("its status");
        let written = fs::read_to_string(folder.path("r.jsonl")).unwrap_or_default();
        let complete = written.rfind('\n').map_or("", |at| &written[..=at]);
        assert!(whole.starts_with(complete), "what is written is not what a whole run writes:\n{complete}");
        if status.code() == Some(0) {
            assert_eq!(written, whole);
            return kills;
        }
        kills += 1;
    }
}

#[test]
fn killed_at_any_time_a_run_loses_nothing_and_goes_on_to_the_same_bytes() {
    let kills = if std::env::var_os("VISITPLAN_LONG").is_some() { 200 } else { 20 };
    let folder = folder_with(&few(), &many());
    let mut dice = 7;
    for line in [SCENARIOS, "what-if i.json --reps 9..14 --deterministic --ordered --quiet --gap 0.001"] {
        let clock = Instant::now();
        let whole = folder.run(line).ends_with(0).out;
        let longest = clock.elapsed();
        let mut killed = 0;
        while killed < kills / 2 {
            killed += kill_until_done(&folder, line, &whole, &mut dice, longest);
        }
    }
}

#[test]
fn a_torn_last_line_is_dropped_and_its_scenario_planned_again() {
    let folder = folder_with(&quarter(), &many()[..6]);
    let whole = folder.run(SCENARIOS).ends_with(0).out;
    let third = whole.match_indices('\n').nth(2).expect("lines").0 + 1;
    for torn in ["", "{\"scen", whole[third..].lines().next().expect("a line")] {
        folder.write("r.jsonl", format!("{}{torn}", &whole[..third]));
        folder.run(&format!("{SCENARIOS} -o r.jsonl --resume")).ends_with(0);
        assert_eq!(folder.read("r.jsonl"), whole);
    }
    let done = folder.run(&format!("{SCENARIOS} -o r.jsonl --resume")).ends_with(0);
    assert_eq!((folder.read("r.jsonl"), &*done.out), (whole, ""));
}

#[test]
fn a_file_that_has_no_results_is_left_as_it_was() {
    let folder = folder_with(&quarter(), &many()[..2]);
    for precious in ["{\"mine\": 1}", "notes", "{\"format\": \"visitplan-plan/1\"}\n", "\n"] {
        folder.write("r.jsonl", precious);
        folder.run(&format!("{SCENARIOS} -o r.jsonl --resume")).ends_with(3);
        assert_eq!(folder.read("r.jsonl"), precious);
    }
}

#[test]
fn lines_that_a_limit_stopped_stay_and_are_spoken_of() {
    let folder = folder_with(&quarter(), &many()[..3]);
    let whole = folder.run(SCENARIOS).ends_with(0).out;
    let first = whole.lines().next().expect("a line");
    let stopped = first.replacen("\"status\":\"optimal\"", "\"status\":\"stopped\"", 1);
    let stopped = stopped.replacen("\"status\":\"within_gap\"", "\"status\":\"stopped\"", 1);
    assert_ne!(stopped, first);
    folder.write("r.jsonl", format!("{stopped}\n"));
    folder.run(&format!("{SCENARIOS} -o r.jsonl --resume")).ends_with(5).says("they stay as they are");
    assert_eq!(folder.read("r.jsonl"), whole.replacen(first, &stopped, 1));
}

#[test]
fn a_model_that_changed_in_its_file_is_another_question() {
    let mut instance = quarter();
    instance["model"] = json!("own.json");
    let folder = folder_with(&instance, &many()[..2]);
    let model = include_str!("../../models/field-sales.json");
    folder.write("own.json", model);
    folder.run(&format!("{SCENARIOS} -o r.jsonl")).ends_with(0);
    folder.write("own.json", model.replacen("\"margin\": 0.4", "\"margin\": 0.8", 1));
    folder.run(&format!("{SCENARIOS} -o r.jsonl --resume")).ends_with(3).says("in another way");
}

#[test]
fn results_of_something_else_are_refused_and_left_as_they_were() {
    let folder = folder_with(&quarter(), &many()[..3]);
    folder.run(&format!("{SCENARIOS} -o r.jsonl")).ends_with(0);
    let results = folder.read("r.jsonl");
    let is_refused = |line: &str, status: i32, words: &str| {
        folder.run(line).ends_with(status).says(words);
        assert_eq!(folder.read("r.jsonl"), results);
    };
    is_refused(&format!("{SCENARIOS} -o r.jsonl"), 7, "go on with --resume");
    is_refused(&format!("{SCENARIOS} -o r.jsonl --resume --gap 0.5"), 3, "in another way");
    is_refused("what-if i.json --reps 11..12 -o r.jsonl --resume", 3, "which is not asked for");
    let mut other = quarter();
    other["name"] = json!("another");
    let same = folder.read("i.json");
    folder.write("i.json", other.to_string());
    is_refused(&format!("{SCENARIOS} -o r.jsonl --resume"), 3, "is of another instance");
    folder.write("i.json", same);
    let mut scenarios = many();
    scenarios[1]["set"] = json!({});
    let text: Vec<String> = scenarios[..3].iter().map(ToString::to_string).collect();
    folder.write("s.jsonl", text.join("\n"));
    is_refused(&format!("{SCENARIOS} -o r.jsonl --resume"), 3, "r.jsonl:2");
    folder.write("s.jsonl", many()[..3].iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    folder.write("r.jsonl", format!("{results}nonsense\n"));
    folder
        .run(&format!("{SCENARIOS} -o r.jsonl --resume"))
        .ends_with(3)
        .says("r.jsonl:4")
        .says("is no line of results");
    folder.run(&format!("{SCENARIOS} --resume")).ends_with(2);
}
