//! HiGHS alone on the program of `models/visit-allocation.md`, section 2: none of our bounds, cores or first plans.
//!
//! The program is scaled as `src/engine/program.rs` scales it: its objective has coefficients up to 10^4, and a row is
//! divided by the greatest common divisor of its uses.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use highs::{Col, HighsModelStatus, HighsSolutionStatus, RowProblem, Sense};
use visitplan::problem::{Choice, Problem};

use super::answer::{Answer, plan_line, whole_bound};

/// How often its log is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// Solves to the proof, or until the time is up.
pub fn solve(problem: &Problem, limit: f64, threads: usize) -> Answer {
    let Program { rows, columns, cents } = Program::of(problem);
    let log = tempfile::NamedTempFile::new().expect("a file for the log");
    let mut model = rows.optimise(Sense::Maximise);
    model.set_option("threads", i32::try_from(threads).expect("some threads"));
    model.set_option("time_limit", limit);
    model.set_option("mip_rel_gap", 0.0);
    model.set_option("mip_abs_gap", 0.0);
    model.set_option("output_flag", true);
    model.set_option("log_to_console", false);
    model.set_option("log_file", log.path().to_str().expect("a path in UTF-8"));

    let start = Instant::now();
    let watch = Watch::new(log.path(), start, cents);
    let solved = model.solve();
    let seconds = Some(start.elapsed().as_secs_f64());
    watch.end();
    let status = solved.status();
    let bound = match status {
        HighsModelStatus::Optimal | HighsModelStatus::ReachedTimeLimit => {
            solved.double_info_value(c"mip_dual_bound").ok().filter(|bound| bound.is_finite())
        }
        _ => None,
    };
    let bound = bound.map(|bound| whole_bound(bound * cents));
    let mut value = None;
    if solved.primal_solution_status() == HighsSolutionStatus::Feasible {
        let choices = chosen(problem, &columns, solved.get_solution().columns());
        match problem.overdrawn(&choices) {
            None => value = Some(problem.total_value(&choices)),
            Some((row, used)) => {
                let row = &problem.rows[row];
                eprintln!("!! HiGHS overdraws {}: {used} of {}", row.name, row.capacity);
            }
        }
    }
    Answer {
        plans: Vec::new(),
        value,
        bound,
        seconds,
        infeasible: status == HighsModelStatus::Infeasible,
        megabytes: None,
    }
}

struct Program {
    rows: RowProblem,
    /// Customer and option of each column.
    columns: Vec<(usize, Choice)>,
    /// Cents per unit of the objective.
    cents: f64,
}

impl Program {
    fn of(problem: &Problem) -> Program {
        let mut rows = RowProblem::default();
        let mut columns = Vec::new();
        let cents = (problem.largest_value() as f64 / 1e4).max(1.0);
        let mut uses: Vec<Vec<(Col, i64)>> = vec![Vec::new(); problem.rows.len()];
        for customer in 0..problem.customers() {
            let mut once: Vec<(Col, f64)> = Vec::new();
            let mut nothing_is_implied = false;
            for choice in problem.choices(customer) {
                let mut drawn: Vec<(usize, i64)> = Vec::new();
                problem.for_each_use(customer, choice, |row, amount| drawn.push((row, amount)));
                if choice == Choice::NOTHING && drawn.is_empty() {
                    nothing_is_implied = true;
                    continue;
                }
                let column = rows.add_integer_column(problem.value(choice) as f64 / cents, 0..=1);
                columns.push((customer, choice));
                once.push((column, 1.0));
                drawn
                    .into_iter()
                    .filter(|&(_, amount)| amount != 0)
                    .for_each(|(row, amount)| uses[row].push((column, amount)));
            }
            if nothing_is_implied {
                rows.add_row(..=1.0, once);
            } else {
                rows.add_row(1.0..=1.0, once);
            }
        }
        for (row, uses) in uses.into_iter().enumerate() {
            let divisor = uses.iter().fold(0, |divisor, &(_, amount)| gcd(divisor, amount.abs()));
            if divisor > 0 {
                let most = problem.rows[row].capacity.div_euclid(divisor) as f64;
                rows.add_row(..=most, uses.into_iter().map(|(column, amount)| (column, (amount / divisor) as f64)));
            }
        }
        Program { rows, columns, cents }
    }
}

/// The options with a share of more than a half; nothing where there is none.
fn chosen(problem: &Problem, columns: &[(usize, Choice)], shares: &[f64]) -> Vec<Choice> {
    let mut choices = vec![Choice::NOTHING; problem.customers()];
    for (&(customer, choice), _) in columns.iter().zip(shares).filter(|&(_, &share)| share > 0.5) {
        choices[customer] = choice;
    }
    choices
}

/// Reads the log while HiGHS writes it, and tells of plans at once: times in the log have one decimal only, and a process
/// that does not heed its limit is ended.
struct Watch {
    ended: Arc<AtomicBool>,
    watcher: JoinHandle<()>,
}

impl Watch {
    fn new(log: &Path, start: Instant, cents: f64) -> Watch {
        let ended = Arc::new(AtomicBool::new(false));
        let (asked, mut log) = (Arc::clone(&ended), File::open(log).expect("the log"));
        let watcher = std::thread::spawn(move || {
            let (mut unread, mut best) = (String::new(), None);
            loop {
                let last = asked.load(Ordering::Relaxed);
                let _ = log.read_to_string(&mut unread);
                let seconds = start.elapsed().as_secs_f64();
                while let Some((line, rest)) = unread.split_once('\n') {
                    let value = plan_in(line).map(|value| (value * cents).round() as i64);
                    if value > best {
                        best = value;
                        value.iter().for_each(|&value| print!("{}", plan_line(seconds, value)));
                    }
                    unread = rest.to_owned();
                }
                if last {
                    return;
                }
                std::thread::sleep(LOOK);
            }
        });
        Watch { ended, watcher }
    }

    fn end(self) {
        self.ended.store(true, Ordering::Relaxed);
        self.watcher.join().expect("a log that can be read");
    }
}

/// The best plan's value in a line of the log, which ends with it, the gap, four counts and the time.
fn plan_in(line: &str) -> Option<f64> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [.., value, gap, _cuts, _rows, _conflicts, _iterations, time] = words[..] else { return None };
    if !time.ends_with('s') || !(gap.ends_with('%') || gap == "Large") {
        return None;
    }
    value.parse::<f64>().ok().filter(|value| value.is_finite())
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
