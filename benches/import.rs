//! A large company's files to an instance, beside a script that does the same sums: `cargo bench --bench import [-- RUNS]`.
//!
//! 30,000 customers, 300 reps, 600,000 visits and 2,000,000 orders, the same ones every time. Each run is a process of its
//! own, ours and the rival's in turn; seconds and peak memory are those of the whole process.
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CUSTOMERS: u64 = 30_000;
const REPS: u64 = 300;
const VISITS: u64 = 600_000;
const ORDERS: u64 = 2_000_000;

fn main() {
    let runs = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(3);
    let folder = tempfile::tempdir().expect("a folder for the files");
    let megabytes = write_files(folder.path()) as f64 / 1e6;
    println!("{CUSTOMERS} customers, {REPS} reps, {VISITS} visits, {ORDERS} orders: {megabytes:.0} MB, {runs} runs");

    let ours = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_visitplan"));
        command.args(["import", "--customers", "customers.csv", "--reps", "reps.csv", "--visits", "visits.csv"]);
        command.args(["--orders", "orders.csv", "--period", "2026-07-01/13w", "-o", "instance.json"]);
        command.stderr(Stdio::null());
        command
    };
    let rival = || {
        let mut command = Command::new("python3");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/rivals/import.py"));
        command
    };
    let (mut our_runs, mut rival_runs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        our_runs.extend(measured(ours(), folder.path()));
        rival_runs.extend(measured(rival(), folder.path()));
    }
    print("visitplan import", &our_runs);
    print("benches/rivals/import.py", &rival_runs);
}

/// Seconds and peak memory in MiB of one process; nothing where it cannot be run or fails.
fn measured(mut command: Command, folder: &Path) -> Option<(f64, f64)> {
    let start = Instant::now();
    let mut child = command.current_dir(folder).spawn().ok()?;
    let mut peak = 0.0_f64;
    loop {
        // The highest value that the system tells of while the process lives.
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|text| text.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        if let Some(status) = child.try_wait().ok()? {
            let seconds = start.elapsed().as_secs_f64();
            return status.success().then_some((seconds, peak));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn print(what: &str, runs: &[(f64, f64)]) {
    if runs.is_empty() {
        println!("{what:26} did not run");
        return;
    }
    let mut seconds: Vec<f64> = runs.iter().map(|run| run.0).collect();
    seconds.sort_by(f64::total_cmp);
    let peak = runs.iter().map(|run| run.1).fold(0.0, f64::max);
    println!("{what:26} best {:>6.2} s   median {:>6.2} s   {peak:>6.0} MiB", seconds[0], seconds[seconds.len() / 2]);
}

/// A sequence of numbers that is the same every time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % end
    }

    fn place(&mut self) -> String {
        format!("{}.{:05},{}.{:05}", 48 + self.below(6), self.below(100_000), 7 + self.below(7), self.below(100_000))
    }

    /// A day of the year before the planning period, or of the half year before that.
    fn day(&mut self) -> String {
        let (month, day) = (self.below(18), 1 + self.below(28));
        format!("{}-{:02}-{day:02}", 2025 + month / 12, 1 + month % 12)
    }
}

/// Writes the files and tells their size in bytes.
fn write_files(folder: &Path) -> usize {
    let mut dice = Dice(1);
    let mut customers = "customer_id,name,segment,owner,wallet_per_year,lat,lon\n".to_owned();
    for number in 0..CUSTOMERS {
        let segment = ["A", "B", "C"][number as usize % 3];
        let wallet = 1000 + dice.below(90_000);
        line(
            &mut customers,
            format_args!("C{number:06},Shop {number},{segment},R{:03},{wallet},{}", number % REPS, dice.place()),
        );
    }
    let mut reps = "rep_id,name,fte,days_off,lat,lon\n".to_owned();
    for number in 0..REPS {
        line(&mut reps, format_args!("R{number:03},Rep {number},1,6,{}", dice.place()));
    }
    let mut visits = "date,customer_id,rep_id,channel\n".to_owned();
    for _ in 0..VISITS {
        let customer = dice.below(CUSTOMERS);
        line(&mut visits, format_args!("{},C{customer:06},R{:03},visit", dice.day(), customer % REPS));
    }
    let mut orders = "date,customer_id,revenue\n".to_owned();
    for _ in 0..ORDERS {
        let cents = 1000 + dice.below(99_000);
        let customer = dice.below(CUSTOMERS);
        line(&mut orders, format_args!("{},C{customer:06},{}.{:02}", dice.day(), cents / 100, cents % 100));
    }
    let files = [("customers", customers), ("reps", reps), ("visits", visits), ("orders", orders)];
    let mut bytes = 0;
    for (name, text) in files {
        bytes += text.len();
        std::fs::write(folder.join(format!("{name}.csv")), text).expect("room for the files");
    }
    bytes
}

fn line(text: &mut String, cells: std::fmt::Arguments<'_>) {
    writeln!(text, "{cells}").expect("a text grows");
}
