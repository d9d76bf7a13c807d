//! Seconds to the proof that a plan is the best: `cargo bench --bench proof [-- --help]`.
//!
//! One line an instance: how far the engine came, from what the bound follows, how large the certificate is, and how long
//! `visitplan verify` takes; then what HiGHS alone (and every `--rival`) proves of the same program within the same limit,
//! in a process of its own. A contradiction is said aloud in a line that begins with `!!`. See `benches/README.md`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

#[allow(dead_code)]
#[path = "../engines/answer.rs"]
mod answer;
mod arguments;
#[path = "../engines/export.rs"]
mod export;
#[path = "../engines/highs_alone.rs"]
mod highs_alone;
#[allow(dead_code)]
#[path = "../engines/rival.rs"]
mod rival;
mod sets;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use answer::Answer;
use arguments::{Arguments, Solver, Task};
use clap::Parser;
use rival::Rival;
use sets::Entry;
use visitplan::certificate::Bound;
use visitplan::engine::{self, Control, Settings};
use visitplan::instance::Instance;
use visitplan::plan::{Gap, PlanDocument, ProvenBy, Status, StoppedBy};
use visitplan::problem::Problem;
use visitplan::units::Money;

/// What the engine did on one instance.
#[derive(Default)]
struct Proof {
    value: Option<i64>,
    bound: Option<i64>,
    /// Nothing better exists, and the certificate says so.
    proven: bool,
    by: &'static str,
    seconds: f64,
    /// Gap by the time that was asked for, in per cent.
    early: Option<f64>,
    nodes: usize,
    /// The plan's document, its certificate included.
    kilobytes: f64,
    /// Of `visitplan verify`, where it accepts the plan.
    verify_seconds: Option<f64>,
}

fn main() {
    let arguments = Arguments::parse();
    let _ = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global();
    if let (Some(Solver::Highs), Some(file)) = (arguments.alone, &arguments.file) {
        let text = std::fs::read_to_string(file).expect("the instance");
        let (_, problem) = read(&text);
        let answer = highs_alone::solve(&problem, arguments.limit_alone(), arguments.threads);
        print!("{}", answer.with_peak_memory().to_text());
        return;
    }
    let ours: &[(&str, Solver)] = if arguments.no_highs { &[] } else { &[("HiGHS", Solver::Highs)] };
    let rivals = Rival::all(ours, &arguments.rivals);
    let early = format!("at {} s", arguments.at);
    print!("{:22} {:>9} {:>16} {early:>9}", "", "options", "value");
    print!(" {:>9} {:9} {:>8} {:>7} {:>7} {:>8}", "gap, %", "by", "seconds", "nodes", "kB", "verify");
    rivals.iter().for_each(|rival| print!(" | {:>9} {:>8}", format!("{}, %", rival.name), "seconds"));
    println!();
    for task in arguments.tasks() {
        run(&task, &rivals, &arguments);
    }
}

fn read(text: &str) -> (Instance, Problem) {
    let instance = Instance::from_json(text).unwrap_or_else(|refusal| panic!("{refusal}"));
    let problem = Problem::new(&instance).unwrap_or_else(|error| panic!("{error}"));
    (instance, problem)
}

/// A set: one line an instance, then medians.
fn run(task: &Task, rivals: &[Rival], arguments: &Arguments) {
    let folder = tempfile::tempdir().expect("a folder for instances");
    let (file, options) = (folder.path().join("instance.json"), folder.path().join("options.json"));
    let (mut proofs, mut others): (Vec<Proof>, Vec<Vec<Answer>>) = (Vec::new(), vec![Vec::new(); rivals.len()]);
    for entry in task.set.entries(task.instances) {
        std::fs::write(&file, &entry.text).expect("room for the instance");
        let (instance, problem) = read(&entry.text);
        if rivals.iter().any(Rival::wants_options) {
            export::write(&problem, &options).expect("room for the options");
        }
        let proof = prove((&instance, &problem), &file, task.limit, arguments);
        print!("{:22} {:>9} {:>16}", entry.name, problem.choice_count(), money(proof.value));
        print!(" {:>9} {:>9} {:9}", per_cent(proof.early), per_cent(gap(proof.value, proof.bound)), proof.by);
        print!(
            " {:>8.2} {:>7} {:>7.0} {:>8}",
            proof.seconds,
            proof.nodes,
            proof.kilobytes,
            shown(proof.verify_seconds)
        );
        drop((instance, problem));
        let answers: Vec<Answer> =
            rivals.iter().map(|rival| rival.run(&file, &options, task.limit, arguments.threads)).collect();
        for answer in &answers {
            print!(" | {:>9} {:>8}", per_cent(gap(answer.value, answer.bound)), shown(answer.seconds));
        }
        println!();
        contradictions(&entry, &proof, rivals, &answers);
        proofs.push(proof);
        others.iter_mut().zip(answers).for_each(|(all, answer)| all.push(answer));
    }
    if proofs.is_empty() {
        return;
    }
    let of = |number: &dyn Fn(&Proof) -> Option<f64>| median(proofs.iter().map(number));
    let gaps = of(&|proof| gap(proof.value, proof.bound));
    let proven = format!("{} of {}", proofs.iter().filter(|proof| proof.proven).count(), proofs.len());
    let name = format!("{}, medians", task.set.name());
    print!("{name:22} {:>9} {:>16} {:>9} {:>9} {proven:9}", "", "", per_cent(of(&|proof| proof.early)), per_cent(gaps));
    let nodes = of(&|proof| Some(proof.nodes as f64)).unwrap_or(0.0);
    let kilobytes = of(&|proof| Some(proof.kilobytes)).unwrap_or(0.0);
    let seconds = shown(of(&|proof| Some(proof.seconds)));
    print!(" {seconds:>8} {nodes:>7.0} {kilobytes:>7.0} {:>8}", shown(of(&|proof| proof.verify_seconds)));
    for answers in &others {
        let gaps = median(answers.iter().map(|answer| gap(answer.value, answer.bound)));
        print!(" | {:>9} {:>8}", per_cent(gaps), shown(median(answers.iter().map(|answer| answer.seconds))));
    }
    println!("\n");
}

/// Solves to the proof, or until the time is up, and has the plan verified.
fn prove((instance, problem): (&Instance, &Problem), file: &Path, limit: f64, arguments: &Arguments) -> Proof {
    let start = Instant::now();
    let mut early = None;
    let mut control = Control {
        should_stop: &|| (start.elapsed().as_secs_f64() >= limit).then_some(StoppedBy::Time),
        report: &mut |progress| {
            if start.elapsed().as_secs_f64() <= arguments.at {
                early = gap(progress.value, progress.bound);
            }
        },
    };
    let settings = Settings { gap: Gap(0), ..Settings::default() };
    let answer = arguments.engine.solve(instance, problem, settings, None, &mut control);
    let seconds = start.elapsed().as_secs_f64();
    let plan = match answer {
        engine::Answer::Plan(plan) => plan,
        engine::Answer::Infeasible(_) => return Proof { seconds, by: "no plan", ..Proof::default() },
        engine::Answer::Unknown(_) => return Proof { seconds, by: "-", ..Proof::default() },
    };
    let text = PlanDocument::new(instance, problem, &plan).to_text();
    let plan_file = file.with_file_name("plan.json");
    std::fs::write(&plan_file, &text).expect("room for the plan");
    let verify_seconds = verified(file, &plan_file);
    let optimal = plan.status == Status::Optimal;
    if optimal && seconds <= arguments.at {
        early = Some(0.0);
    }
    Proof {
        value: Some(plan.value),
        bound: Some(if optimal { plan.value } else { plan.bound.0 }),
        proven: optimal && plan.proven_by != ProvenBy::Solver && verify_seconds.is_some(),
        by: match plan.proven_by {
            ProvenBy::Prices => "prices",
            ProvenBy::Knapsack => "knapsack",
            ProvenBy::Tree => "tree",
            ProvenBy::Solver => "solver",
        },
        seconds,
        early,
        nodes: plan.certificate.tree.as_ref().map_or(0, |tree| tree.nodes.len()),
        kilobytes: text.len() as f64 / 1000.0,
        verify_seconds,
    }
}

/// How long `visitplan verify` takes, reading included; none, and a word about it, where it refuses the plan.
fn verified(instance: &Path, plan: &Path) -> Option<f64> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_visitplan"));
    command.arg("verify").args([instance, plan]).stdout(Stdio::null()).stderr(Stdio::piped());
    let start = Instant::now();
    let output = command.output().expect("visitplan runs");
    let seconds = start.elapsed().as_secs_f64();
    if !output.status.success() {
        println!("\n!! NOT VERIFIED: {}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success().then_some(seconds)
}

/// Says where the answers cannot all be true.
fn contradictions(entry: &Entry, proof: &Proof, rivals: &[Rival], answers: &[Answer]) {
    let (name, tolerance) = (&entry.name, |cents: i64| 1 + cents.abs() / 1_000_000_000);
    if let (Some(published), Some(value), Some(bound)) = (entry.published, proof.value, proof.bound)
        && !(value..=bound).contains(&published)
    {
        let [value, bound, published] = [value, bound, published].map(Money);
        println!("!! {name}: THE OPTIMUM IS {published}, NOT BETWEEN {value} AND {bound}");
    }
    for (rival, answer) in rivals.iter().zip(answers) {
        if let (Some(theirs), Some(bound)) = (answer.value, proof.bound)
            && theirs > bound
        {
            println!("!! {name}: {} HAS A PLAN WORTH {}, THE BOUND IS {}", rival.name, Money(theirs), Money(bound));
        }
        if let (Some(value), Some(theirs)) = (proof.value, answer.bound)
            && value > theirs + tolerance(theirs)
        {
            println!("!! {name}: {} PROVES {}, THE PLAN IS WORTH {}", rival.name, Money(theirs), Money(value));
        }
    }
}

/// In per cent; not below 0, where a bound is within a solver's tolerance of its plan.
fn gap(value: Option<i64>, bound: Option<i64>) -> Option<f64> {
    Some((100.0 * Gap::between(value?, Bound(bound?)).as_f64()).max(0.0))
}

/// The middle one, the upper of two; what is missing counts as the largest.
fn median(numbers: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.map(|number| number.unwrap_or(f64::INFINITY)).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().filter(|number| number.is_finite())
}

fn money(cents: Option<i64>) -> String {
    cents.map_or("-".to_owned(), |cents| Money(cents).to_string())
}

fn per_cent(number: Option<f64>) -> String {
    match number {
        None => "-".to_owned(),
        Some(0.0) => "0".to_owned(),
        Some(number) => format!("{number:.6}"),
    }
}

fn shown(seconds: Option<f64>) -> String {
    seconds.map_or("-".to_owned(), |seconds| format!("{seconds:.2}"))
}
