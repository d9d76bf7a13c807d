//! The catalogue of bad input: what the program says to each, word for word.
//!
//! `tests/invalid` holds small inputs, numbered as in the catalogue, and beside each what is due: the exit
//! status and, where it is not `validate`, the verb on the first line; then standard error, then standard output. What
//! `solve` writes to standard output is a plan, and other tests look at those. `VISITPLAN_WRITE_EXPECTED=1` writes what
//! the program says today; read it before you commit it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin_cmd;
use tempfile::TempDir;

const DONE: i32 = 0;
const WRONG_USE: i32 = 2;
const REFUSED: i32 = 3;
const REJECTED: i32 = 8;

const TINY: &str = include_str!("../instances/tiny.json");

/// What one run of the program came to.
struct Run {
    status: i32,
    out: String,
    talk: String,
    seconds: f64,
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = cargo_bin_cmd!("visitplan");
    command.current_dir(folder).timeout(Duration::from_secs(120)).args(arguments);
    let start = Instant::now();
    let output = command.write_stdin("").output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Run {
        status: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        talk: text(output.stderr),
        seconds: start.elapsed().as_secs_f64(),
    }
}

mod files {
    use super::*;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid")
    }

    /// The status, the verb and the words for one input, in the form of an expectation.
    fn said(name: &str, verb: &str) -> String {
        let Run { status, out, talk, .. } = run(&folder(), &[verb, name]);
        match verb {
            "validate" => format!("{status}\n{talk}{out}"),
            _ => format!("{status} {verb}\n{talk}"),
        }
    }

    #[test]
    fn of_the_catalogue_are_answered_word_for_word() {
        let rewrite = std::env::var_os("VISITPLAN_WRITE_EXPECTED").is_some();
        let entries = fs::read_dir(folder()).expect("the folder of inputs");
        let mut inputs: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        inputs.retain(|path| path.extension().is_some_and(|extension| extension != "expected"));
        inputs.sort();
        assert!(inputs.len() > 80, "{} inputs", inputs.len());
        let mut wrong = Vec::new();
        for input in &inputs {
            let name = input.file_name().expect("a name").to_string_lossy().into_owned();
            let beside = input.with_extension("expected");
            let expected = fs::read_to_string(&beside).unwrap_or_default();
            let verb = expected.lines().next().and_then(|line| line.split(' ').nth(1)).unwrap_or("validate");
            let actual = said(&name, verb);
            if actual == expected {
                continue;
            }
            if rewrite {
                fs::write(&beside, &actual).expect("the expectation can be written");
            } else {
                wrong.push(format!("--- {name}: due is\n{expected}--- and it says\n{actual}"));
            }
        }
        assert!(wrong.is_empty(), "{} of {} inputs\n{}", wrong.len(), inputs.len(), wrong.join("\n"));
    }

    /// Whatever the words are: a refusal has a place, a problem and a remedy on one line, and the status to it.
    #[test]
    fn that_are_refused_are_told_the_place_and_the_remedy() {
        let entries = fs::read_dir(folder()).expect("the folder of inputs");
        let expected = entries.map(|entry| entry.expect("an entry").path());
        for path in expected.filter(|path| path.extension().is_some_and(|extension| extension == "expected")) {
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("an expectation");
            let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("error[E")).collect();
            assert_eq!(text.starts_with("3\n"), !errors.is_empty(), "{stem}");
            for line in errors {
                assert!(line.contains(&stem) && line.matches(" Fix: ").count() == 1, "{stem}: {line}");
                assert!(line.ends_with(['.', '?']) && !line.contains(".."), "{stem}: {line}");
                let place = line.split(' ').nth(1).unwrap_or_default().rsplit(':');
                let numbers = place.take(2).filter(|part| part.parse::<u32>().is_ok()).count();
                assert!(numbers == 2 || line.starts_with("error[E315]"), "{stem}: {line}");
            }
        }
    }
}

/// A folder with one file, and what `validate` says to it.
#[track_caller]
fn refused(content: impl AsRef<[u8]>, words: &str) -> Run {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("bad.json"), content).expect("the folder can be written");
    let run = run(folder.path(), &["validate", "bad.json"]);
    assert_eq!(run.status, REFUSED, "{}", shortened(&run.talk));
    assert!(run.talk.contains(words), "it does not say {words:?} but\n{}", shortened(&run.talk));
    assert_eq!(run.out, "");
    assert!(run.talk.len() < 20_000, "{} bytes of talk", run.talk.len());
    run
}

fn shortened(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// The instance with a field of the first customer in place of its name.
fn with_field(field: &str) -> String {
    let changed = TINY.replacen("\"name\": \"Bakery\"", field, 1);
    assert_ne!(changed, TINY);
    changed
}

mod bytes {
    use super::*;

    #[test]
    fn that_are_not_utf_8_are_refused_with_their_place_and_how_to_save_the_file() {
        // A name in Latin-1, a sequence that is cut, one that is too long, a surrogate.
        for wrong in [&b"Caf\xe9"[..], b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xff"] {
            let (before, after) = TINY.split_once("Bakery").expect("a bakery");
            let bytes = [before.as_bytes(), wrong, after.as_bytes()].concat();
            let at = before.len() + if wrong.starts_with(b"Caf") { 3 } else { 0 };
            let run = refused(bytes, &format!("is not UTF-8 at byte {at}"));
            assert!(run.talk.contains("Fix: save it as JSON in UTF-8."), "{}", run.talk);
        }
    }

    #[test]
    fn of_zero_are_refused_wherever_they_stand() {
        refused([0; 4096], "error[E1");
        for (right, wrong) in [("\"Bakery\"", "\"Bak\0ery\""), ("{\n", "{\0\n"), ("\"hours\": 3", "\"hours\": \u{0}3")]
        {
            refused(TINY.replacen(right, wrong, 1), "bad.json:");
        }
        refused(format!("{TINY}\0\0\0\0"), "error[E103] bad.json:21:1");
    }

    #[test]
    fn of_other_kinds_of_file_are_named() {
        refused(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "is a gzip file, not JSON");
        refused(b"PK\x03\x04\x14\x00", "is a zip file or an Excel workbook, not JSON");
    }

    #[cfg(unix)]
    #[test]
    fn of_standard_input_that_is_closed_are_an_empty_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let run = run(folder.path(), &["validate", "-"]);
        assert_eq!((run.status, run.out.as_str()), (REFUSED, ""));
        assert!(run.talk.starts_with("error[E101] standard input:1:1 the file is empty."), "{}", run.talk);
    }
}

mod depth {
    use super::*;

    #[test]
    fn of_a_million_is_refused_at_once_and_names_its_line() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for text in [open.repeat(1_000_000), open.repeat(1_000_000) + "1" + &close.repeat(1_000_000)] {
                let run = refused(with_field(&format!("\"tags\": {text}")), "bad.json:11:");
                assert!(run.seconds < 2.0, "{} s", run.seconds);
            }
        }
    }

    #[test]
    fn hides_no_field_that_stands_twice() {
        let model = r#"{ "format": "visitplan-model/1", "post_pass": { "telesales": { "when": { "potential": "low", "potential": "high" } } } }"#;
        refused(
            TINY.replace("\"field\"", model),
            "/model/post_pass/telesales/when/potential = \"high\" stands twice: the field \"potential\" was given before. Fix: keep one of the two.",
        );
        refused(with_field(r#""tags": { "a": "1", "\u0061": "2" }"#), "/customers/0/tags/a = \"2\" stands twice");
    }
}

mod numbers {
    use super::*;

    #[test]
    fn beyond_every_range_are_refused_and_not_taken_for_infinity() {
        for number in ["1e400", "1e308", "1000000000000.01", "1e99999999999999999999"] {
            refused(
                with_field(&format!("\"sales\": {number}")),
                &format!("/customers/0/sales = {number} is out of range. Fix: "),
            );
        }
    }

    #[test]
    fn too_small_to_matter_are_rounded_with_a_notice() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("small.json"), with_field("\"sales\": 1e-400")).expect("the folder is ours");
        let run = run(folder.path(), &["validate", "small.json"]);
        assert_eq!(run.status, DONE, "{}", run.talk);
        assert!(run.talk.contains("notice: 1 amount was rounded to cents (the first: 1e-400)"), "{}", run.talk);
    }

    #[test]
    fn of_ten_million_digits_are_refused_at_once_and_not_repeated() {
        let digits = "7".repeat(10_000_000);
        for number in [digits.clone(), format!("0.{digits}"), format!("-{digits}e-{digits}"), format!("1e{digits}")] {
            let run = refused(with_field(&format!("\"sales\": {number}")), "/customers/0/sales = ");
            assert!(run.seconds < 5.0, "{} s", run.seconds);
            assert!(run.talk.contains('…') && run.talk.len() < 1000, "{} bytes of talk", run.talk.len());
        }
    }
}

mod memory {
    use super::*;

    /// Where the program would need hundreds of gigabytes, it says so before it asks for any.
    #[test]
    fn is_not_asked_for_where_options_would_never_fit() {
        let reps: Vec<String> = (0..300).map(|rep| format!(r#"{{"id": "r{rep}", "hours": 100}}"#)).collect();
        let coverage: Vec<String> = (0..300).map(|rep| format!(r#"{{"rep": "r{rep}"}}"#)).collect();
        let customers: Vec<String> = (0..700)
            .map(|customer| {
                let coverage = coverage.join(",");
                format!(
                    r#"{{"id": "c{customer}", "potential": 900, "visits": {{"max": 10000}}, "coverage": [{coverage}]}}"#
                )
            })
            .collect();
        let text = format!(
            r#"{{"format": "visitplan-instance/1", "model": "field", "reps": [{}], "customers": [{}]}}"#,
            reps.join(","),
            customers.join(",")
        );
        let run =
            refused(text, "error[E315] bad.json: the instance has about 2100000700 options; at most 2000000000 fit");
        assert!(run.talk.contains("Fix: lower visits.max and calls.max, or name fewer reps per customer."));
        assert!(run.seconds < 10.0, "{} s", run.seconds);
    }
}

mod sums {
    use super::*;

    fn with_customers(count: usize, fields: &str) -> String {
        let customers: Vec<String> = (0..count).map(|at| format!(r#"{{"id": "c{at}", {fields}}}"#)).collect();
        format!(
            r#"{{"format": "visitplan-instance/1", "model": "field", "reps": [{{"id": "anna", "hours": 100}}], "customers": [{}]}}"#,
            customers.join(",")
        )
    }

    #[test]
    fn of_values_beyond_exact_numbers_are_refused_although_each_value_is_in_range() {
        let words = "error[E315] bad.json: the values of all customers, or their sales, together exceed 2^53 cents. \
                     Fix: check the unit of money, or state amounts in thousands.";
        refused(with_customers(91, r#""potential": 1e12, "visit_value": 1e12, "owner": "anna""#), words);
        refused(with_customers(91, r#""base_revenue": 1e12, "owner": "anna""#), words);
        refused(with_customers(91, r#""coverage": [{"rep": "anna", "revenue": [0, -1e12]}]"#), words);
    }

    #[test]
    fn that_just_fit_are_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = with_customers(90, r#""potential": 1e12, "visit_value": 1e12, "owner": "anna""#);
        fs::write(folder.path().join("rich.json"), text).expect("the folder is ours");
        assert_eq!(run(folder.path(), &["validate", "rich.json"]).status, DONE);
    }
}

mod plans {
    use super::*;

    fn with_a_plan() -> (TempDir, String) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("tiny.json"), TINY).expect("the folder is ours");
        assert_eq!(run(folder.path(), &["solve", "tiny.json", "-o", "tiny.plan"]).status, DONE);
        let plan = fs::read_to_string(folder.path().join("tiny.plan")).expect("a plan");
        (folder, plan)
    }

    #[track_caller]
    fn rejected(folder: &TempDir, plan: &str, words: &str) {
        fs::write(folder.path().join("wrong.plan"), plan).expect("the folder is ours");
        let run = run(folder.path(), &["verify", "tiny.json", "wrong.plan"]);
        assert_eq!(run.status, REJECTED, "{}{}", shortened(&run.out), shortened(&run.talk));
        assert!(run.out.starts_with("REJECTED: ") && run.out.contains(words), "{}", shortened(&run.out));
        assert!(run.seconds < 5.0 && run.out.len() < 2000, "{} s, {} bytes", run.seconds, run.out.len());
    }

    #[test]
    fn whose_prices_have_a_million_digits_are_rejected_at_once() {
        let (folder, plan) = with_a_plan();
        let long = "9".repeat(1_000_000);
        for field in ["\"price\": 200", "\"denominator\": 1", "\"value\": 880", "\"bound\": 880"] {
            let name = field.split(' ').next().expect("a name");
            let changed = plan.replacen(field, &format!("{name} {long}"), 1);
            assert_ne!(changed, plan, "{field}");
            rejected(&folder, &changed, "38 digits");
        }
    }

    #[test]
    fn that_are_off_by_a_cent_are_rejected_with_both_numbers() {
        let (folder, plan) = with_a_plan();
        rejected(&folder, &plan.replacen("\"value\": 880", "\"value\": 880.01", 1), "value = 880.01, it is 880.00");
        rejected(&folder, &plan.replacen("\"bound\": 880", "\"bound\": 879.99", 1), "bound = 879.99, it is 880.00");
    }
}

mod switches {
    use super::*;

    #[test]
    fn with_a_wrong_value_are_refused_with_what_is_right() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let wrong: [(&[&str], &str); 6] = [
            (
                &["--time-limit", "NaN"],
                "error: invalid value 'NaN' for '--time-limit <SECONDS>': give a number of seconds, 0 for no limit",
            ),
            (
                &["--time-limit", "1e30"],
                "error: invalid value '1e30' for '--time-limit <SECONDS>': give a number of seconds, 0 for no limit",
            ),
            (
                &["--gap", "-1"],
                "error: invalid value '-1' for '--gap <GAP>': give a number of at least 0, as 0.0001 for a hundredth of a per cent",
            ),
            (&["--threads", "0"], "error: invalid value '0' for '--threads <THREADS>'"),
            (&["--outpt", "x"], "tip: a similar argument exists: '--output'"),
            (&["-q", "-v"], "error: the argument '--quiet' cannot be used with '--verbose'"),
        ];
        for (arguments, words) in wrong {
            let run = run(folder.path(), &[&["solve", "tiny.json"], arguments].concat());
            assert_eq!((run.status, run.out.as_str()), (WRONG_USE, ""), "{arguments:?}");
            assert!(run.talk.contains(words), "{}", run.talk);
        }
    }
}
