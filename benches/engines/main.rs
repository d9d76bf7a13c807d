//! The price engine beside other solvers on the same data: `cargo bench --bench engines [-- --help]`, or `script/bench`.
//!
//! Every solver runs in a process of its own, one after the other, on the same instance file: the price engine, HiGHS
//! alone on the whole program, and whatever `--rival` names. One table shows what each found, what it proved, and how far
//! its plan is from the best bound that any of them proved. What is measured, and how, says `benches/README.md`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod answer;
mod arguments;
mod compare;
mod export;
mod highs_alone;
mod price_engine;
mod rival;
mod table;

use std::path::{Path, PathBuf};

use answer::Answer;
use arguments::{Arguments, Solver};
use clap::Parser;
use rival::Rival;
use table::{Row, Table};
use visitplan::generate::{Family, Request, generate};
use visitplan::instance::Instance;
use visitplan::problem::Problem;

/// Instances that share a block of the table, where each number is the median over them.
struct Group {
    title: String,
    instances: Vec<Source>,
}

/// Where an instance comes from. It is made when its turn comes: there may be many, and large ones.
enum Source {
    Generated(Request),
    File(PathBuf),
}

fn main() {
    let arguments = Arguments::parse();
    let _ = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global();
    match (arguments.alone, &arguments.export) {
        (Some(solver), _) => solve_alone(solver, &arguments),
        (None, Some(path)) => export(only_file(&arguments), path),
        (None, None) => run(&arguments),
    }
}

/// What a process does that another of this program has started: one solver on one file.
fn solve_alone(solver: Solver, arguments: &Arguments) {
    let (_, problem) = read(only_file(arguments));
    let answer = match solver {
        Solver::Prices => price_engine::solve(&problem, arguments.limit),
        Solver::Highs => highs_alone::solve(&problem, arguments.limit, arguments.threads),
    };
    print!("{}", answer.with_peak_memory().to_text());
}

fn only_file(arguments: &Arguments) -> &Path {
    match arguments.files.as_slice() {
        [file] => file,
        files => panic!("one --file is needed, and {} are given", files.len()),
    }
}

fn export(instance: &Path, path: &Path) {
    let (_, problem) = read(instance);
    export::write(&problem, path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn read(path: &Path) -> (Instance, Problem) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let instance = Instance::from_json(&text).unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display()));
    let problem = Problem::new(&instance).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (instance, problem)
}

fn run(arguments: &Arguments) {
    let folder = tempfile::tempdir().expect("a folder for instances");
    let rivals = Rival::all(&Solver::ALL, &arguments.rivals);
    println!("{}, {} threads, a limit of {} s a solver", machine(), arguments.threads, arguments.limit);
    let table = Table::new(rivals.iter().map(|rival| rival.name.clone()).collect());
    table.head();
    for group in groups(arguments) {
        let mut runs: Vec<Vec<Row>> = Vec::new();
        let mut options = Vec::new();
        for source in &group.instances {
            let path = match source {
                Source::File(path) => path.clone(),
                Source::Generated(request) => {
                    let path = folder.path().join("instance.json");
                    std::fs::write(&path, generate(*request)).expect("room for the instance");
                    path
                }
            };
            let exported = folder.path().join("options.json");
            let (_, problem) = read(&path);
            if rivals.iter().any(Rival::wants_options) {
                export::write(&problem, &exported).expect("room for the options");
            }
            options.push(problem.choice_count());
            drop(problem);
            let answers: Vec<Answer> =
                rivals.iter().map(|rival| rival.run(&path, &exported, arguments.limit, arguments.threads)).collect();
            runs.push(compare::rows(&rivals, &answers));
        }
        options.sort_unstable();
        table.group(&group.title, options[options.len() / 2], &runs);
    }
}

/// What this runs on, as far as the system tells.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.map_or(std::env::consts::ARCH, |(_, model)| model.trim()))
}

/// The blocks of the table: every family in every size, then the files.
fn groups(arguments: &Arguments) -> Vec<Group> {
    let seeds = &arguments.seeds;
    let mut groups = Vec::new();
    for (family, customers, reps) in arguments.sizes() {
        let instances =
            seeds.iter().map(|&seed| Source::Generated(Request { family, customers, reps, seed })).collect();
        let name = name(family);
        let seeds = match seeds.as_slice() {
            [seed] => format!("seed {seed}"),
            seeds => format!("medians over {} seeds", seeds.len()),
        };
        groups.push(Group { title: format!("{name}, {customers} customers x {reps} reps, {seeds}"), instances });
    }
    for file in &arguments.files {
        groups.push(Group { title: file.display().to_string(), instances: vec![Source::File(file.clone())] });
    }
    groups
}

/// The family as the command line calls it.
fn name(family: Family) -> String {
    clap::ValueEnum::to_possible_value(&family).map_or(String::new(), |value| value.get_name().to_owned())
}
