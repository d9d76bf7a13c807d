//! The program as its users meet it: what it reads, what it writes, what it says and with which exit status it ends.
//!
//! Tests marked `ignore` state what is right and fail today; the mark names the fault. `--ignored` runs them.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use assert_cmd::cargo::{cargo_bin, cargo_bin_cmd};
use serde_json::Value;
use tempfile::TempDir;

const DONE: i32 = 0;
const WRONG_USE: i32 = 2;
const REFUSED: i32 = 3;
const INFEASIBLE: i32 = 4;
const STOPPED: i32 = 5;
const NO_PLAN: i32 = 6;
const NOT_WRITTEN: i32 = 7;
const REJECTED: i32 = 8;

const TINY: &str = include_str!("../instances/tiny.json");

/// Two visits of two hours are wanted of a rep who has three hours.
const TOO_MUCH: &str = r#"{
  "format": "visitplan-instance/1",
  "model": "field",
  "reps": [ { "id": "anna", "name": "Anna", "hours": 3 } ],
  "customers": [
    { "id": "clinic", "potential": 900, "visit_value": 300, "visits": { "min": 2 },
      "coverage": [ { "rep": "anna", "minutes_per_visit": 120 } ] }
  ]
}
"#;

/// Each customer fits, each rep is big enough alone, and yet three visits of an hour do not go into twice 90 minutes.
const ONE_TOO_MANY: &str = r#"{
  "format": "visitplan-instance/1",
  "model": "field",
  "reps": [ { "id": "anna", "minutes": 90 }, { "id": "ben", "minutes": 90 } ],
  "customers": [
    { "id": "bakery", "visits": { "min": 1, "max": 1 }, "coverage": [
      { "rep": "anna", "minutes_per_visit": 60, "revenue": [0, 10] }, { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, 10] } ] },
    { "id": "clinic", "visits": { "min": 1, "max": 1 }, "coverage": [
      { "rep": "anna", "minutes_per_visit": 60, "revenue": [0, 10] }, { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, 10] } ] },
    { "id": "hotel", "visits": { "min": 1, "max": 1 }, "coverage": [
      { "rep": "anna", "minutes_per_visit": 60, "revenue": [0, 10] }, { "rep": "ben", "minutes_per_visit": 60, "revenue": [0, 10] } ] }
  ]
}
"#;

/// A folder of its own in which the program runs, so that messages name files without a path.
struct Folder(TempDir);

/// What one run of the program came to.
struct Run {
    status: i32,
    out: String,
    talk: String,
}

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with the instance `tiny.json` and its plan `tiny.plan`.
    fn with_a_plan() -> Folder {
        let folder = Folder::with("tiny.json", TINY);
        folder.run(&["solve", "tiny.json", "-o", "tiny.plan"]).ends_with(DONE);
        folder
    }

    fn with(name: &str, content: impl AsRef<[u8]>) -> Folder {
        let folder = Folder::new();
        folder.write(name, content);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("the folder can be written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder can be listed");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_on("", arguments)
    }

    fn run_on(&self, input: impl AsRef<[u8]>, arguments: &[&str]) -> Run {
        let mut command = cargo_bin_cmd!("visitplan");
        command.current_dir(self.0.path()).timeout(Duration::from_secs(120)).args(arguments);
        let output = command.write_stdin(input.as_ref()).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Run { status: output.status.code().unwrap_or(-1), out: text(output.stdout), talk: text(output.stderr) }
    }

    /// Makes `name` an instance that takes far longer to solve to the proof than any test lasts.
    fn generate(&self, name: &str, customers: u32, reps: u32) {
        let (customers, reps) = (customers.to_string(), reps.to_string());
        self.run(&["generate", "--customers", &customers, "--reps", &reps, "-o", name]).ends_with(DONE);
    }
}

impl Run {
    #[track_caller]
    fn ends_with(self, status: i32) -> Run {
        assert_eq!(self.status, status, "exit status; it wrote\n{}\nand said\n{}", self.out, self.talk);
        assert!(!self.talk.contains("panicked"), "{}", self.talk);
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Run {
        assert!(self.talk.contains(words), "it does not say {words:?} but\n{}", self.talk);
        self
    }

    #[track_caller]
    fn writes(self, words: &str) -> Run {
        assert!(self.out.contains(words), "it does not write {words:?} but\n{}", self.out);
        self
    }

    #[track_caller]
    fn writes_nothing(self) -> Run {
        assert_eq!(self.out, "", "nothing is due on standard output");
        self
    }

    #[track_caller]
    fn prints_no_escapes(self) -> Run {
        for text in [&self.out, &self.talk] {
            let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!text.contains(steers), "it lets data steer the terminal: {text:?}");
        }
        self
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

mod when_all_goes_well {
    use super::*;

    #[test]
    fn a_plan_is_written_and_verifies() {
        let folder = Folder::with("tiny.json", TINY);
        folder
            .run(&["solve", "tiny.json", "-o", "tiny.plan"])
            .ends_with(DONE)
            .writes_nothing()
            .says("THE PLAN          3 visits to 3 customers add 880")
            .says("tiny.plan");
        let plan = parsed(&folder.read("tiny.plan"));
        assert_eq!(plan["format"], "visitplan-plan/1");
        assert_eq!(plan["status"], "optimal");
        assert_eq!(plan["value"].as_f64(), Some(880.0));
        folder.run(&["verify", "tiny.json", "tiny.plan"]).ends_with(DONE).writes("VERIFIED: the plan is optimal");
    }

    #[test]
    fn without_an_output_the_plan_goes_to_standard_output_and_the_talk_to_standard_error() {
        let folder = Folder::with_a_plan();
        for arguments in [&["solve", "tiny.json"][..], &["solve", "tiny.json", "-o", "-"]] {
            let run = folder.run(arguments).ends_with(DONE).says("THE PLAN");
            assert_eq!(run.out, folder.read("tiny.plan"));
        }
    }

    #[test]
    fn nothing_is_said_when_asked_to_be_quiet() {
        let run = Folder::with("tiny.json", TINY).run(&["solve", "tiny.json", "--quiet"]).ends_with(DONE);
        assert_eq!(run.talk, "");
    }

    #[test]
    fn no_progress_is_shown_where_standard_error_is_no_terminal() {
        let run = Folder::with("tiny.json", TINY).run(&["solve", "tiny.json"]).ends_with(DONE);
        assert!(!run.talk.contains("at most       gap"), "{}", run.talk);
    }

    #[test]
    fn a_dash_is_standard_input() {
        let folder = Folder::with_a_plan();
        let run = folder.run_on(TINY, &["solve", "-"]).ends_with(DONE);
        assert_eq!(run.out, folder.read("tiny.plan"));
        folder.run_on(TINY, &["validate", "-"]).ends_with(DONE).writes("standard input: valid");
        folder.run_on(TINY, &["verify", "-", "tiny.plan"]).ends_with(DONE).writes("VERIFIED");
        folder.run_on(run.out, &["verify", "tiny.json", "-"]).ends_with(DONE).writes("VERIFIED");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let folder = Folder::with("marked.json", format!("\u{feff}{TINY}"));
        folder.run(&["solve", "marked.json", "-o", "marked.plan"]).ends_with(DONE);
        folder.write("marked.plan", format!("\u{feff}{}", folder.read("marked.plan")));
        folder.run(&["verify", "marked.json", "marked.plan"]).ends_with(DONE).writes("VERIFIED");
    }

    #[test]
    fn a_valid_instance_is_called_valid_with_its_size() {
        let folder = Folder::with("tiny.json", TINY);
        folder
            .run(&["validate", "tiny.json"])
            .ends_with(DONE)
            .writes("tiny.json: valid; 3 customers, 2 reps, 10 options, 2 limits, model field\n");
    }

    #[test]
    fn a_plan_may_start_from_an_older_one_even_from_itself_or_from_another_instance() {
        let folder = Folder::with_a_plan();
        let plan = folder.read("tiny.plan");
        folder.run(&["solve", "tiny.json", "--start", "tiny.plan", "-o", "tiny.plan"]).ends_with(DONE);
        assert_eq!(folder.read("tiny.plan"), plan);
        folder.write("longer.json", TINY.replace("\"hours\": 3", "\"hours\": 4"));
        folder
            .run(&["solve", "longer.json", "--start", "tiny.plan"])
            .ends_with(DONE)
            .says("tiny.plan is a plan of another instance; 3 of its 3 assignments are options here");
    }

    #[test]
    fn generated_instances_are_valid_and_differ_by_their_seed_only() {
        let folder = Folder::new();
        let made =
            |seed| folder.run(&["generate", "--customers", "20", "--reps", "3", "--seed", seed]).ends_with(DONE).out;
        assert_eq!(made("7"), made("7"));
        assert_ne!(made("7"), made("8"));
        folder.run_on(made("7"), &["validate", "-"]).ends_with(DONE).writes("20 customers, 3 reps");
    }

    #[test]
    fn an_instance_of_nobody_has_a_plan_of_nothing() {
        let folder = Folder::with("empty.json", r#"{"format": "visitplan-instance/1", "reps": [], "customers": []}"#);
        folder.run(&["solve", "empty.json", "-o", "empty.plan"]).ends_with(DONE);
        folder.run(&["verify", "empty.json", "empty.plan"]).ends_with(DONE).writes("value 0.00");
    }
}

mod the_same_input_gives_the_same_bytes {
    use super::*;

    fn plan(folder: &Folder, more: &[&str]) -> String {
        let arguments = [&["solve", "field.json", "--gap", "0.002"], more].concat();
        folder.run(&arguments).ends_with(DONE).out
    }

    fn folder() -> Folder {
        let folder = Folder::new();
        folder.generate("field.json", 120, 6);
        folder
    }

    #[test]
    fn at_every_run() {
        let folder = folder();
        assert_eq!(plan(&folder, &[]), plan(&folder, &[]));
    }

    #[test]
    fn with_any_number_of_threads() {
        let folder = folder();
        assert_eq!(plan(&folder, &["--threads", "1"]), plan(&folder, &["--threads", "2"]));
        let folder = Folder::with_a_plan();
        let run = folder.run(&["solve", "tiny.json", "--threads", "4000000000"]).ends_with(DONE);
        assert_eq!(run.out, folder.read("tiny.plan"));
    }
}

mod wrong_use_of_the_command_line {
    use super::*;

    #[test]
    fn ends_with_2_says_why_and_writes_nothing() {
        let folder = Folder::with("tiny.json", TINY);
        let wrong: &[(&[&str], &str)] = &[
            (&[], "Usage:"),
            (&["plan", "tiny.json"], "unrecognized subcommand 'plan'"),
            (&["solve"], "<INSTANCE>"),
            (&["verify", "tiny.json"], "<PLAN>"),
            (&["validate"], "<INSTANCE>"),
            (&["solve", "tiny.json", "--outptu", "x"], "tip: a similar argument exists: '--output'"),
            (&["solve", "tiny.json", "--time-limit", "NaN"], "--time-limit"),
            (&["solve", "tiny.json", "--time-limit", "inf"], "--time-limit"),
            (&["solve", "tiny.json", "--time-limit", "-1"], "--time-limit"),
            (&["solve", "tiny.json", "--time-limit", "1e30"], "--time-limit"),
            (&["solve", "tiny.json", "--time-limit", "ten"], "--time-limit"),
            (&["solve", "tiny.json", "--gap", "-1"], "--gap"),
            (&["solve", "tiny.json", "--gap", "NaN"], "--gap"),
            (&["solve", "tiny.json", "--gap", "1%"], "--gap"),
            (&["solve", "tiny.json", "--threads", "0"], "--threads"),
            (&["solve", "tiny.json", "--threads", "-2"], "-2"),
            (&["solve", "tiny.json", "--threads", "1.5"], "--threads"),
            (&["solve", "tiny.json", "--engine", "magic"], "possible values"),
            (&["solve", "tiny.json", "--quiet", "--verbose"], "cannot be used with"),
            (&["generate", "--customers", "-1"], "-1"),
            (&["generate", "--reps", "0"], "--reps"),
            (&["generate", "--family", "zoo"], "possible values"),
        ];
        for (arguments, words) in wrong {
            folder.run(arguments).ends_with(WRONG_USE).writes_nothing().says(words);
        }
        assert_eq!(folder.names(), ["tiny.json"]);
    }

    #[test]
    fn is_told_from_numbers_that_are_unusual_but_right() {
        let folder = Folder::with("tiny.json", TINY);
        for right in [["--gap", "0"], ["--gap", "1"], ["--time-limit", "0"], ["--time-limit", "1e6"], ["--gap", "1e-4"]]
        {
            folder.run(&["solve", "tiny.json", "-q", right[0], right[1]]).ends_with(DONE);
        }
    }

    #[test]
    fn help_and_version_are_no_wrong_use() {
        let folder = Folder::new();
        folder.run(&["--help"]).ends_with(DONE).writes("solve");
        folder.run(&["--version"]).ends_with(DONE).writes("visitplan ");
    }
}

mod an_input_that_is_refused {
    use super::*;

    fn gzip() -> Vec<u8> {
        [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], TINY.as_bytes()].concat()
    }

    fn utf_16(mark: &[u8], bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.iter().copied().chain(TINY.encode_utf16().flat_map(bytes_of)).collect()
    }

    #[test]
    fn ends_with_3_and_a_message_that_names_the_problem_and_the_remedy() {
        let folder = Folder::new();
        let files: Vec<(&str, Vec<u8>, &str)> = vec![
            ("empty.json", vec![], "error[E101] empty.json:1:1 the file is empty."),
            ("blank.json", b" \r\n\t\n".to_vec(), "error[E101] blank.json:1:1 the file is empty."),
            ("cut.json", TINY[..400].into(), "the file ends too early; give the whole file"),
            ("twice.json", [TINY, TINY].concat().into(), "error[E103] twice.json:21:1"),
            ("lines.json", b"{\"format\": 1}\n{\"format\": 2}\n".to_vec(), "error[E103] lines.json:2:1"),
            (
                "little.json",
                utf_16(&[0xff, 0xfe], u16::to_le_bytes),
                "is UTF-16, not UTF-8. Fix: save it as JSON in UTF-8",
            ),
            (
                "big.json",
                utf_16(&[0xfe, 0xff], u16::to_be_bytes),
                "is UTF-16, not UTF-8. Fix: save it as JSON in UTF-8",
            ),
            (
                "latin.json",
                TINY.replace("Clinic", "Caf\u{1}").bytes().map(|b| if b == 1 { 0xe9 } else { b }).collect(),
                "is not UTF-8 at byte",
            ),
            ("tiny.json.gz", gzip(), "is a gzip file, not JSON"),
            ("tiny.xlsx", b"PK\x03\x04 and so on".to_vec(), "is a zip file or an Excel workbook, not JSON"),
            ("nul.json", vec![0; 64], "is not valid JSON"),
            ("comment.json", b"// tiny\n{}".to_vec(), "remove comments"),
            ("quotes.json", b"{'format': 1}".to_vec(), "write texts in double quotes"),
            ("nan.json", TINY.replace("220", "NaN").into(), "nan.json:12:64 is not valid JSON"),
            ("list.json", b"[1, 2]".to_vec(), "is a list [\u{2026}] where an object {\u{2026}} is due"),
            (
                "plan.json",
                br#"{"format": "visitplan-plan/1", "reps": [], "customers": []}"#.to_vec(),
                "visitplan-instance/1",
            ),
            ("none.json", br#"{"reps": [], "customers": []}"#.to_vec(), "has no field \"format\""),
        ];
        for (name, content, words) in files {
            folder.write(name, content);
            for verb in ["validate", "solve"] {
                folder.run(&[verb, name]).ends_with(REFUSED).writes_nothing().says(name).says(words).says("Fix: ");
            }
        }
    }

    #[test]
    fn may_be_no_file_at_all() {
        let folder = Folder::with("tiny.json", TINY);
        fs::create_dir(folder.path("folder")).expect("a folder");
        for verb in ["validate", "solve"] {
            folder.run(&[verb, "folder"]).ends_with(REFUSED).says("folder: is a directory. Fix: name a file");
            folder.run(&[verb, "gone.json"]).ends_with(REFUSED).says("gone.json: no such file").says("Fix: ");
        }
        folder.run(&["verify", "tiny.json", "folder"]).ends_with(REFUSED).says("is a directory");
        folder.run(&["solve", "tiny.json", "--model", "gone"]).ends_with(REFUSED).says("gone: no such file");
        folder.run(&["solve", "tiny.json", "--start", "gone"]).ends_with(REFUSED).says("gone: no such file");
    }

    #[test]
    fn may_be_a_plan_that_cannot_be_read_which_says_nothing_about_the_plan() {
        let folder = Folder::with_a_plan();
        let half = folder.read("tiny.plan");
        folder.write("half.plan", &half[..half.len() / 2]);
        folder.run(&["verify", "tiny.json", "half.plan"]).ends_with(REFUSED).writes_nothing().says("ends too early");
        folder.run_on("", &["verify", "tiny.json", "-"]).ends_with(REFUSED).says("the file is empty");
    }

    #[test]
    fn is_told_the_nearest_name_of_a_misspelt_field_or_word() {
        let misspelt = [
            (
                "\"hours\"",
                "\"huors\"",
                "/reps/0/huors = 3 belongs to an unknown field \"huors\". Fix: did you mean \"hours\"?",
            ),
            ("\"minutes_per_visit\"", "\"minutes_pre_visit\"", "did you mean \"minutes_per_visit\"?"),
            ("\"currency\"", "\"curency\"", "did you mean \"currency\"?"),
            ("\"rep\": \"anna\"", "\"rep\": \"ana\"", "did you mean \"anna\"?"),
            ("\"model\": \"field\"", "\"model\": \"feild\"", "did you mean \"field\"?"),
        ];
        let folder = Folder::new();
        for (right, wrong, words) in misspelt {
            folder.write("tiny.json", TINY.replace(right, wrong));
            folder.run(&["solve", "tiny.json"]).ends_with(REFUSED).says(words);
        }
    }

    #[test]
    fn has_all_its_problems_reported_at_once_each_with_its_place_and_its_remedy() {
        let many = r#"{
  "format": "visitplan-instance/1",
  "model": "field",
  "reps": [
    { "id": "anna", "hours": -3 },
    { "id": "anna", "hours": 3, "effectiveness": "high" },
    { "id": "ben" }
  ],
  "customers": [
    { "id": "a/b", "potential": 1e400, "visits": { "min": 9, "max": 6 } },
    { "id": "c~d", "coverage": [ { "rep": "carl", "minutes_per_visit": 60.5 } ] },
    { "id": "", "tags": { "x/y": 1 }, "status": "asleep" },
    { "id": "e", "coverage": [ { "rep": "anna", "minutes_per_visit": 5, "revenue": [1, 2] } ], "lock": { "visits": 7, "rep": "ben" } }
  ],
  "period": { "start": "2026-02-30" },
  "colour": "red"
}"#;
        let expected = [
            "many.json:5:30 /reps/0/hours = -3 is negative.",
            "many.json:6:13 /reps/1/id = \"anna\" is the id of two reps",
            "many.json:6:50 /reps/1/effectiveness = \"high\" is a text in quotes where a number is due.",
            "many.json:7:5 /reps/2 has no time.",
            "many.json:10:50 /customers/0/visits asks for at least 9 visits and at most 6.",
            "many.json:10:33 /customers/0/potential = 1e400 is out of range.",
            "many.json:11:43 /customers/1/coverage/0/rep = \"carl\" is no rep of this instance.",
            "many.json:11:72 /customers/1/coverage/0/minutes_per_visit = 60.5 is not a whole number.",
            "many.json:12:13 /customers/2/id = \"\" is empty.",
            "many.json:12:34 /customers/2/tags/x~1y = 1 is a number where a text in quotes is due.",
            "many.json:12:49 /customers/2/status = \"asleep\" is not a word known here.",
            "many.json:13:84 /customers/3/coverage/0/revenue does not begin with 0",
            "many.json:13:104 /customers/3/lock names rep \"ben\", who may not visit this customer.",
            "many.json:15:24 /period/start = \"2026-02-30\" is not a day of the calendar.",
            "many.json:16:13 /colour = \"red\" belongs to an unknown field",
        ];
        let folder = Folder::with("many.json", many);
        let run = folder.run(&["validate", "many.json"]).ends_with(REFUSED).writes_nothing();
        for words in expected {
            let line = run.talk.lines().find(|line| line.contains(words));
            let line = line.unwrap_or_else(|| panic!("it does not say {words:?} but\n{}", run.talk));
            assert!(line.starts_with("error[E") && line.contains(". Fix: ") && line.ends_with('.'), "{line}");
        }
        let errors = run.talk.lines().filter(|line| line.starts_with("error[")).count();
        run.says(&format!("many.json: {errors} problems"));
    }

    #[test]
    fn does_not_keep_validate_from_looking_at_the_other_files() {
        let folder = Folder::with("tiny.json", TINY);
        folder.write("empty.json", "");
        folder
            .run(&["validate", "empty.json", "tiny.json", "gone.json"])
            .ends_with(REFUSED)
            .writes("tiny.json: valid")
            .says("empty.json:1:1 the file is empty")
            .says("gone.json: no such file");
    }

    #[test]
    fn is_told_of_a_comma_too_many() {
        let folder = Folder::new();
        for text in [
            r#"{"format": "visitplan-instance/1", "reps": [],}"#,
            r#"{"format": "visitplan-instance/1", "reps": [1,]}"#,
        ] {
            folder.write("comma.json", text);
            folder.run(&["validate", "comma.json"]).ends_with(REFUSED).says("remove the comma");
        }
    }

    #[cfg(unix)]
    #[test]
    fn may_be_a_pipe_or_a_device_and_nobody_waits_for_it() {
        let folder = Folder::new();
        let made = std::process::Command::new("mkfifo").arg(folder.path("pipe")).status().expect("mkfifo");
        assert!(made.success());
        for path in ["pipe", "/dev/zero"] {
            folder.run(&["validate", path]).ends_with(REFUSED).says("is a pipe or a device");
        }
    }

    #[test]
    fn may_be_utf_16_without_a_mark() {
        let folder = Folder::with("little.json", utf_16(&[], u16::to_le_bytes));
        folder.run(&["validate", "little.json"]).ends_with(REFUSED).says("UTF-16");
    }

    #[test]
    fn leaves_the_old_plan_as_it_was() {
        let folder = Folder::with_a_plan();
        let plan = folder.read("tiny.plan");
        folder.write("bad.json", TINY.replace("\"hours\": 3", "\"hours\": -3"));
        folder.run(&["solve", "bad.json", "-o", "tiny.plan"]).ends_with(REFUSED);
        assert_eq!(folder.read("tiny.plan"), plan);
        assert_eq!(folder.names(), ["bad.json", "tiny.json", "tiny.plan"]);
    }
}

mod where_there_is_no_plan {
    use super::*;

    #[test]
    fn the_exit_status_is_4_the_arithmetic_is_told_and_nothing_is_written() {
        let folder = Folder::with("much.json", TOO_MUCH);
        folder
            .run(&["solve", "much.json", "-o", "much.plan"])
            .ends_with(INFEASIBLE)
            .writes_nothing()
            .says("There is no plan")
            .says("commitments of Anna need 4 h, and there are 3 h. Fix: give 1 h more")
            .says("clinic 4 h");
        assert_eq!(folder.names(), ["much.json"]);
    }

    #[test]
    fn an_old_plan_stays_as_it_was() {
        let folder = Folder::with("much.json", TOO_MUCH);
        folder.write("much.plan", "old");
        folder.run(&["solve", "much.json", "-o", "much.plan", "--proof-file", "much.proof"]).ends_with(INFEASIBLE);
        assert_eq!(folder.read("much.plan"), "old");
    }

    #[test]
    fn the_proof_of_one_limit_is_accepted_and_a_changed_one_rejected() {
        let folder = Folder::with("much.json", TOO_MUCH);
        folder.run(&["solve", "much.json", "--proof-file", "proof"]).ends_with(INFEASIBLE).writes_nothing();
        folder.run(&["verify", "much.json", "proof"]).ends_with(DONE).writes("VERIFIED: no plan exists");
        assert_eq!(parsed(&folder.read("proof"))["format"], "visitplan-infeasible/1");
        folder.write("proof", folder.read("proof").replace("\"price\": 1", "\"price\": 0"));
        folder.run(&["verify", "much.json", "proof"]).ends_with(REJECTED).writes("REJECTED: ");
    }

    #[test]
    fn the_proof_by_cases_is_accepted_but_not_for_an_instance_that_has_a_plan() {
        let folder = Folder::with("many.json", ONE_TOO_MANY);
        folder.run(&["solve", "many.json", "--proof-file", "proof"]).ends_with(INFEASIBLE).says("cases");
        folder.run(&["verify", "many.json", "proof"]).ends_with(DONE).writes("VERIFIED: no plan exists (");
        folder.write("roomy.json", ONE_TOO_MANY.replace("\"minutes\": 90", "\"minutes\": 120"));
        folder.run(&["solve", "roomy.json", "-q"]).ends_with(DONE);
        folder.run(&["verify", "roomy.json", "proof"]).ends_with(REJECTED).writes("REJECTED: ");
    }

    #[test]
    fn the_proof_may_go_to_standard_output() {
        let folder = Folder::with("much.json", TOO_MUCH);
        let run = folder.run(&["solve", "much.json", "--proof-file", "-"]).ends_with(INFEASIBLE);
        folder.run_on(run.out, &["verify", "much.json", "-"]).ends_with(DONE).writes("VERIFIED: no plan exists");
    }

    #[test]
    fn no_proof_is_written_where_there_is_a_plan() {
        let folder = Folder::with("tiny.json", TINY);
        folder.run(&["solve", "tiny.json", "--proof-file", "proof"]).ends_with(DONE);
        assert_eq!(folder.names(), ["tiny.json"]);
    }
}

mod an_output_that_cannot_be_written {
    use super::*;

    #[test]
    fn ends_with_7_before_any_work_and_leaves_what_was_there() {
        let folder = Folder::with_a_plan();
        folder.write("big.json", "no instance at all: it is not even looked at");
        fs::create_dir(folder.path("folder")).expect("a folder");
        let before = folder.names();
        let cases = [
            ("big.json", "gone/a.plan", "gone/a.plan: not written: no such file or directory"),
            ("big.json", "folder", "folder: not written: is a directory"),
            ("big.json", "tiny.plan/x", "tiny.plan/x: not written: not a directory"),
            ("big.json", "big.json", "big.json: not written: is the input"),
            ("big.json", "./folder/../big.json", "is the input"),
        ];
        for (input, output, words) in cases {
            let content = folder.read(input);
            for flag in ["-o", "--proof-file"] {
                folder
                    .run(&["solve", input, flag, output])
                    .ends_with(NOT_WRITTEN)
                    .writes_nothing()
                    .says(words)
                    .says("intact");
            }
            assert_eq!(folder.read(input), content);
            assert_eq!(folder.names(), before);
        }
        folder.run(&["generate", "-o", "gone/a.json"]).ends_with(NOT_WRITTEN).says("no such file or directory");
        folder.run(&["generate", "-o", "folder"]).ends_with(NOT_WRITTEN).says("is a directory");
    }

    #[cfg(unix)]
    #[test]
    fn may_be_the_input_under_another_name() {
        let folder = Folder::with("tiny.json", TINY);
        std::os::unix::fs::symlink("tiny.json", folder.path("link.json")).expect("a link");
        folder.run(&["solve", "tiny.json", "-o", "link.json"]).ends_with(NOT_WRITTEN).says("is the input");
        folder.run(&["solve", "link.json", "-o", "tiny.json"]).ends_with(NOT_WRITTEN).says("is the input");
        assert_eq!(folder.read("tiny.json"), TINY);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn may_be_a_full_standard_output() {
        let folder = Folder::with_a_plan();
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device that is always full");
        for arguments in [&["solve", "tiny.json", "-q"][..], &["verify", "tiny.json", "tiny.plan"], &["generate"]] {
            let run = std::process::Command::new(cargo_bin!("visitplan"))
                .current_dir(folder.0.path())
                .args(arguments)
                .stdout(full.try_clone().expect("a second handle"))
                .output()
                .expect("the program starts");
            assert_eq!(run.status.code(), Some(NOT_WRITTEN), "{}", String::from_utf8_lossy(&run.stderr));
        }
    }

    #[test]
    fn may_be_the_model_file() {
        let folder = Folder::with("tiny.json", TINY);
        let model = include_str!("../models/field.json");
        folder.write("own.json", model);
        folder.run(&["solve", "tiny.json", "--model", "own.json", "-o", "own.json"]).ends_with(NOT_WRITTEN);
        assert_eq!(folder.read("own.json"), model);
    }

    #[test]
    fn may_be_the_model_file_that_the_instance_names() {
        let folder = Folder::with("tiny.json", TINY.replace("\"model\": \"field\"", "\"model\": \"own.json\""));
        let model = include_str!("../models/field.json");
        folder.write("own.json", model);
        folder.run(&["solve", "tiny.json", "-o", "own.json"]).ends_with(NOT_WRITTEN);
        assert_eq!(folder.read("own.json"), model);
    }

    #[test]
    fn may_be_the_place_of_the_proof() {
        let folder = Folder::with("much.json", TOO_MUCH);
        folder.write("same", "old");
        folder.run(&["solve", "much.json", "-o", "same", "--proof-file", "same"]);
        assert_eq!(folder.read("same"), "old");
    }

    #[cfg(unix)]
    #[test]
    fn may_be_a_pipe() {
        use std::os::unix::fs::FileTypeExt;
        let folder = Folder::with("tiny.json", TINY);
        let made = std::process::Command::new("mkfifo").arg(folder.path("pipe")).status().expect("mkfifo");
        assert!(made.success());
        folder.run(&["solve", "tiny.json", "-o", "pipe"]).ends_with(NOT_WRITTEN);
        let kind = fs::symlink_metadata(folder.path("pipe")).expect("still there").file_type();
        assert!(kind.is_fifo(), "{kind:?}");
    }
}

mod an_old_plan {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    #[test]
    fn is_replaced_only_by_a_complete_one() {
        let folder = Folder::new();
        folder.generate("field.json", 120, 6);
        let old = "the old plan\n".repeat(20_000);
        folder.write("field.plan", &old);
        let done = AtomicBool::new(false);
        // Whoever looks at any moment finds the old plan or the new one, whole.
        let watch = || loop {
            let last = done.load(Ordering::Relaxed);
            let content = folder.read("field.plan");
            if content != old {
                assert!(content.ends_with("}\n"), "half a plan");
                assert_eq!(parsed(&content)["format"], "visitplan-plan/1");
            }
            if last {
                return;
            }
        };
        let run = thread::scope(|scope| {
            scope.spawn(watch);
            let run = folder.run(&["solve", "field.json", "--gap", "0.01", "-o", "field.plan"]);
            done.store(true, Ordering::Relaxed);
            run
        });
        run.ends_with(DONE);
        assert_eq!(folder.names(), ["field.json", "field.plan"]);
        folder.run(&["verify", "field.json", "field.plan"]).ends_with(DONE);
    }

    #[test]
    fn is_not_touched_by_a_search_that_finds_none_in_time() {
        let folder = Folder::new();
        folder.generate("field.json", 1500, 30);
        folder.write("field.plan", "old");
        let run = folder.run(&["solve", "field.json", "--time-limit", "0.001", "-o", "field.plan"]);
        match run.status {
            NO_PLAN => assert_eq!(folder.read("field.plan"), "old"),
            // An engine that has a plan at once may write it.
            _ => drop(run.ends_with(STOPPED)),
        }
        assert_eq!(folder.names(), ["field.json", "field.plan"]);
    }

    #[cfg(unix)]
    #[test]
    fn that_only_its_owner_may_read_is_not_replaced_by_one_that_everybody_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::with_a_plan();
        fs::set_permissions(folder.path("tiny.plan"), fs::Permissions::from_mode(0o600)).expect("it is ours");
        folder.run(&["solve", "tiny.json", "-o", "tiny.plan"]).ends_with(DONE);
        let mode = fs::metadata(folder.path("tiny.plan")).expect("a plan").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}

mod a_plan_that_is_rejected {
    use super::*;

    #[track_caller]
    fn rejects(folder: &Folder, plan: &str, words: &str) {
        folder.write("wrong.plan", plan);
        folder.run(&["verify", "tiny.json", "wrong.plan"]).ends_with(REJECTED).writes("REJECTED: ").writes(words);
    }

    #[test]
    fn ends_with_8_and_the_reason() {
        let folder = Folder::with_a_plan();
        let plan = folder.read("tiny.plan");
        let wrong = [
            ("\"value\": 880", "\"value\": 881", "value = 881.00, it is 880.00"),
            ("\"bound\": 880", "\"bound\": 870", "bound = 870.00, it is 880.00"),
            ("\"gap\": 0.0", "\"gap\": 0.1", "gap"),
            ("\"status\": \"optimal\"", "\"status\": \"stopped\"", "status and stopped_by do not agree"),
            ("\"status\": \"optimal\"", "\"status\": \"best\"", "is not a word known here"),
            ("\"price\": 200", "\"price\": 100", "REJECTED: "),
            ("\"price\": 200", "\"price\": -200", "prices lie between 0 and 2^53"),
            ("\"row\": \"rep:anna\"", "\"row\": \"rep:ann\"", "which the problem does not have"),
            ("\"denominator\": 1", "\"denominator\": 0", "denominator is 0"),
            ("\"rep\": \"ben\"", "\"rep\": \"anna\"", "customer \"hotel\": the plan states minutes = 120, it is 60"),
            ("\"visits\": 1, \"pool\"", "\"visits\": 9, \"pool\"", "none of the customer's options"),
            ("\"revenue\": 220", "\"revenue\": 221", "bakery"),
            ("\"uncovered\": []", "\"uncovered\": [\"hotel\"]", "hotel"),
            ("visitplan-plan/1", "visitplan-plan/9", "visitplan-plan/1"),
        ];
        for (right, other, words) in wrong {
            let changed = plan.replacen(right, other, 1);
            assert_ne!(changed, plan, "{right} is in the plan");
            rejects(&folder, &changed, words);
        }
    }

    #[test]
    fn may_lack_a_customer_or_name_one_twice() {
        let folder = Folder::with_a_plan();
        let plan = folder.read("tiny.plan");
        let line =
            plan.lines().find(|line| line.contains("\"customer\": \"bakery\"")).expect("an assignment").to_owned()
                + "\n";
        rejects(&folder, &plan.replace(&line, ""), "customer \"bakery\" is missing");
        rejects(&folder, &plan.replace(&line, &line.repeat(2)), "customer \"bakery\" stands twice");
        rejects(&folder, &plan.replace("\"bakery\"", "\"brewery\""), "customer \"brewery\" is not in the instance");
    }

    #[test]
    fn may_be_of_another_instance_or_of_another_model() {
        let folder = Folder::with_a_plan();
        folder.write("other.json", TINY.replace("Bakery", "Baker"));
        folder
            .run(&["verify", "other.json", "tiny.plan"])
            .ends_with(REJECTED)
            .writes("REJECTED: the plan is for the instance");
        folder
            .run(&["verify", "tiny.json", "tiny.plan", "--model", "joint"])
            .ends_with(REJECTED)
            .writes("REJECTED: the plan was made with another planning model");
    }

    #[test]
    fn may_be_no_plan_at_all() {
        let folder = Folder::with_a_plan();
        rejects(&folder, TINY, "visitplan-plan/1");
    }
}

mod names_with_terminal_escapes {
    use super::*;

    /// Makes the terminal ring, red, titled and right to left.
    const EVIL: &str = r"x\u001b[31m\u0007\u009b2J\u001b]0;t\u0007\u202e";

    #[test]
    fn are_not_printed_raw_in_a_summary() {
        let folder =
            Folder::with("tiny.json", TINY.replace("Anna", EVIL).replace("Tiny", EVIL).replace("Bakery", EVIL));
        let run = folder.run(&["solve", "tiny.json", "-o", "tiny.plan"]).ends_with(DONE).prints_no_escapes();
        run.says(r"x\u{1b}[31m\u{7}");
        // The file keeps the name, escaped as JSON wants it.
        assert!(folder.read("tiny.plan").contains(r"x\u001b[31m"));
        folder.run(&["verify", "tiny.json", "tiny.plan"]).ends_with(DONE).prints_no_escapes();
    }

    #[test]
    fn are_not_printed_raw_when_customers_are_left_out() {
        let text = TINY
            .replace("\"name\": \"Clinic\"", &format!("\"name\": \"{EVIL}\", \"potential\": 9, \"visit_value\": 9"));
        let text = text.replace("\"hours\": 3", "\"hours\": 0").replace("\"hours\": 2", "\"hours\": 0");
        let folder = Folder::with("tiny.json", text);
        folder.run(&["solve", "tiny.json", "-q"]).ends_with(DONE);
        folder.run(&["solve", "tiny.json", "-o", "p"]).ends_with(DONE).says("LOOK AT").prints_no_escapes();
    }

    #[test]
    fn are_refused_as_ids_and_not_printed_raw_then_either() {
        let folder = Folder::new();
        for right in ["\"anna\"", "\"bakery\"", "\"field\"", "\"visitplan-instance/1\""] {
            folder.write("evil.json", TINY.replacen(right, &format!("\"{EVIL}\""), 1));
            folder.run(&["validate", "evil.json"]).ends_with(REFUSED).says(r"\u001b").prints_no_escapes();
        }
    }

    #[test]
    fn are_not_printed_raw_where_there_is_no_plan() {
        let folder = Folder::with("much.json", TOO_MUCH.replace("Anna", EVIL));
        folder.run(&["solve", "much.json"]).ends_with(INFEASIBLE).prints_no_escapes();
        let nobody = TOO_MUCH
            .replace("\"id\": \"clinic\"", &format!("\"id\": \"clinic\", \"name\": \"{EVIL}\", \"requires\": [\"x\"]"));
        folder.write("nobody.json", nobody);
        folder.run(&["solve", "nobody.json"]).ends_with(INFEASIBLE).prints_no_escapes();
    }

    #[test]
    fn are_not_printed_raw_as_a_currency() {
        let folder = Folder::with("tiny.json", TINY.replace("EUR", EVIL));
        folder.run(&["solve", "tiny.json", "-o", "p"]).ends_with(DONE).prints_no_escapes();
    }

    #[test]
    fn are_not_printed_raw_in_refusals() {
        let folder = Folder::new();
        let model = format!(
            r#"{{"format": "visitplan-model/1", "segments": {{"{EVIL}": {{}}}}, "rules": [{{"max_visits": {{"visits": 1, "who": {{"owner": ["{EVIL}"]}}}}}}]}}"#
        );
        let cases = [
            TINY.replace("\"currency\"", &format!("\"{EVIL}\"")),
            TINY.replace("\"name\": \"Anna\"", &format!("\"tags\": {{\"{EVIL}\": 1}}")),
            TINY.replace("\"name\": \"Anna\"", &format!("\"tags\": {{\"{EVIL}\": \"1\", \"{EVIL}\": \"2\"}}")),
            TINY.replace("\"field\"", &model),
            TINY.replace("\"field\"", &model).replace("\"name\": \"Clinic\"", "\"segment\": \"z\""),
        ];
        for text in cases {
            folder.write("evil.json", text);
            folder.run(&["validate", "evil.json"]).ends_with(REFUSED).prints_no_escapes();
        }
    }

    #[test]
    fn are_not_printed_raw_when_a_plan_is_rejected() {
        let folder = Folder::with_a_plan();
        let plan = folder.read("tiny.plan");
        let digest = parsed(&plan)["instance"]["sha256"].as_str().expect("a digest").to_owned();
        for name in ["\"bakery\"", "\"ben\"", "\"rep:ben\"", &format!("\"{digest}\"")] {
            folder.write("evil.plan", plan.replace(name, &format!("\"{EVIL}\"")));
            folder.run(&["verify", "tiny.json", "evil.plan"]).ends_with(REJECTED).prints_no_escapes();
        }
    }
}

#[cfg(unix)]
mod a_search_that_is_cut_short {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
    use std::thread;
    use std::time::Instant;

    /// These tests measure time: one at a time.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A running search; it does not outlive its test.
    struct Search(Child);

    impl Drop for Search {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    impl Search {
        /// A long solve of `field.json` to `field.plan` that has a plan already and has run for two seconds.
        fn under_way(folder: &Folder) -> Search {
            let mut command = Command::new(cargo_bin!("visitplan"));
            command.current_dir(folder.0.path());
            let arguments = ["solve", "field.json", "--engine", "exact", "--gap", "0", "-o", "field.plan", "--verbose"];
            command.args(arguments);
            let start = Instant::now();
            let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            let mut search = Search(child.expect("the program starts"));
            let talk = BufReader::new(search.0.stderr.take().expect("its standard error"));
            let (sender, receiver) = mpsc::channel();
            thread::spawn(move || talk.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
            // Seconds, s, value, bound, gap, event; the value is a dash as long as there is no plan.
            let value = |line: &str| line.split_whitespace().nth(2).map(str::to_owned);
            let has_a_plan = |line: String| value(&line).is_some_and(|value| value.starts_with(char::is_numeric));
            while !has_a_plan(receiver.recv_timeout(Duration::from_secs(60)).expect("a plan within a minute")) {}
            thread::sleep(Duration::from_secs(2).saturating_sub(start.elapsed()));
            search
        }

        fn send(&self, signal: &str) {
            let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().expect("kill");
            assert!(sent.success(), "the search has ended before it could be interrupted");
        }

        /// The exit status, if it ends by itself within a time that is generous on a busy machine.
        fn end(mut self) -> Option<i32> {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(15) {
                if let Some(status) = self.0.try_wait().expect("a child") {
                    return status.code();
                }
                thread::sleep(Duration::from_millis(20));
            }
            panic!("it does not end");
        }
    }

    #[test]
    fn by_ctrl_c_or_termination_writes_the_best_plan_so_far_and_ends_with_5_within_seconds() {
        let _alone = alone();
        let folder = Folder::new();
        folder.generate("field.json", 1500, 30);
        for signal in ["-INT", "-TERM"] {
            folder.write("field.plan", "old");
            let search = Search::under_way(&folder);
            search.send(signal);
            assert_eq!(search.end(), Some(STOPPED));
            let plan = parsed(&folder.read("field.plan"));
            assert_eq!((&plan["status"], &plan["stopped_by"]), (&"stopped".into(), &"interrupt".into()));
            folder.run(&["verify", "field.json", "field.plan"]).ends_with(DONE).writes("VERIFIED: the plan is within");
            assert_eq!(folder.names(), ["field.json", "field.plan"]);
        }
    }

    #[test]
    fn by_force_leaves_the_old_plan_and_no_litter() {
        let _alone = alone();
        let folder = Folder::with("field.plan", "old");
        folder.generate("field.json", 1500, 30);
        let search = Search::under_way(&folder);
        search.send("-KILL");
        assert_eq!(search.end(), None);
        assert_eq!(folder.read("field.plan"), "old");
        assert_eq!(folder.names(), ["field.json", "field.plan"]);
    }

    #[test]
    fn by_the_time_limit_writes_the_best_plan_so_far_and_ends_with_5_soon_after() {
        let _alone = alone();
        let folder = Folder::new();
        folder.generate("field.json", 400, 10);
        let start = Instant::now();
        let limited =
            ["solve", "field.json", "--engine", "exact", "--gap", "0", "--time-limit", "1.5", "-o", "field.plan"];
        folder.run(&limited).ends_with(STOPPED).says("Stopped by the time limit");
        let took = start.elapsed();
        assert!((Duration::from_millis(1500)..Duration::from_secs(12)).contains(&took), "{took:?}");
        let plan = parsed(&folder.read("field.plan"));
        assert_eq!((&plan["status"], &plan["stopped_by"]), (&"stopped".into(), &"time".into()));
        folder.run(&["verify", "field.json", "field.plan"]).ends_with(DONE).writes("VERIFIED: the plan is within");
    }

    #[test]
    fn by_a_limit_of_almost_nothing_is_cut_short_too() {
        let _alone = alone();
        let folder = Folder::new();
        folder.generate("field.json", 400, 10);
        let start = Instant::now();
        let run = folder.run(&["solve", "field.json", "--gap", "0", "--time-limit", "1e-10", "-o", "field.plan"]);
        assert!([STOPPED, NO_PLAN].contains(&run.status), "{} after {:?}", run.status, start.elapsed());
    }

    #[test]
    fn by_a_reader_who_has_seen_enough_ends_quietly() {
        let folder = Folder::with_a_plan();
        let program = cargo_bin!("visitplan").display().to_string();
        for line in [
            "solve tiny.json",
            "solve tiny.json -q",
            "validate tiny.json",
            "verify tiny.json tiny.plan",
            "generate --customers 20000",
        ] {
            for reader in ["head -n 1", "head -c 0", "true"] {
                let shell = Command::new("sh")
                    .current_dir(folder.0.path())
                    .args(["-c", &format!("{{ '{program}' {line}; echo status $? >&2; }} | {reader}")])
                    .output()
                    .expect("a shell");
                let talk = String::from_utf8_lossy(&shell.stderr);
                assert!(talk.contains("status 0"), "{line} | {reader}: {talk}");
                for fright in ["panicked", "error[", "roken pipe", "RUST_BACKTRACE"] {
                    assert!(!talk.contains(fright), "{line} | {reader}: {talk}");
                }
            }
        }
    }
}

mod a_customer {
    use super::*;

    #[test]
    fn is_explained_by_the_plan_it_is_in() {
        let folder = Folder::with_a_plan();
        folder
            .run(&["explain", "tiny.json", "tiny.plan", "--customer", "clinic"])
            .ends_with(DONE)
            .writes("THE PLAN   1 visit by Anna")
            .writes("an hour of this rep is worth")
            .writes("INSTEAD");
    }

    #[test]
    fn that_does_not_exist_is_told_the_nearest_one() {
        let folder = Folder::with_a_plan();
        folder.run(&["explain", "tiny.json", "tiny.plan", "--customer", "clinik"]).ends_with(REFUSED).says("clinic");
    }

    #[test]
    fn is_not_explained_by_a_plan_that_is_rejected() {
        let folder = Folder::with_a_plan();
        let plan = folder.read("tiny.plan").replace("\"visits\": 1", "\"visits\": 2");
        folder.write("tiny.plan", plan);
        folder
            .run(&["explain", "tiny.json", "tiny.plan", "--customer", "clinic"])
            .ends_with(REJECTED)
            .writes("REJECTED");
    }
}

mod what_else_is_offered {
    use super::*;

    #[test]
    fn errors_as_json_on_one_line() {
        let folder = Folder::with("bad.json", TINY.replace("\"hours\": 3", "\"huors\": 3"));
        let run = folder.run(&["validate", "bad.json", "--json-errors"]).ends_with(REFUSED);
        let errors = parsed(run.talk.lines().next().expect("a line"));
        assert!(errors["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{errors}");
        assert_eq!(errors["errors"][0]["file"], "bad.json");
    }

    #[test]
    fn completions_for_the_common_shells() {
        let folder = Folder::new();
        for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
            folder.run(&["completions", shell]).ends_with(DONE).writes("visitplan");
        }
    }

    #[test]
    fn last_period_as_it_was_or_a_word_that_there_is_no_history() {
        let folder = Folder::with("tiny.json", TINY);
        folder.run(&["baseline", "tiny.json"]).ends_with(DONE).says("no history");
        folder
            .run(&["generate", "--family", "anchored", "--customers", "60", "--reps", "2", "-o", "a.json"])
            .ends_with(DONE);
        folder.run(&["baseline", "a.json"]).ends_with(DONE).writes("were booked").writes("last period");
        folder.run(&["validate", "-v", "a.json"]).ends_with(DONE).says("days x 13 weeks").says("reserve");
    }
}
