//! A solver in a process of its own.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use super::answer::Answer;
use super::arguments::Solver;

/// What reading the data and heeding the limit may take beyond the limit, as a multiple of it, and in seconds.
const PATIENCE: (f64, f64) = (2.0, 60.0);

/// A solver to compare.
pub struct Rival {
    /// Its name in the table.
    pub name: String,
    how: How,
}

enum How {
    Ours(Solver),
    /// A command for the shell.
    Command(String),
}

impl Rival {
    /// The solvers of this program, and commands.
    pub fn all(ours: &[(&str, Solver)], commands: &[String]) -> Vec<Rival> {
        let ours = ours.iter().map(|&(name, solver)| Rival { name: name.to_owned(), how: How::Ours(solver) });
        ours.chain(commands.iter().map(|command| Rival::of(command))).collect()
    }

    /// By its command, with a name before it or that of its program.
    fn of(text: &str) -> Rival {
        let (name, command) = match text.split_once('=') {
            Some((name, command)) if !name.contains([' ', '/', '$']) => (name, command),
            _ => (text.split_whitespace().next().unwrap_or_default().rsplit('/').next().unwrap_or_default(), text),
        };
        Rival { name: name.to_owned(), how: How::Command(command.to_owned()) }
    }

    /// Whether its bound follows from prices that were checked in integers.
    pub fn is_certified(&self) -> bool {
        matches!(self.how, How::Ours(solver) if solver.is_certified())
    }

    /// Whether it reads what `--export` writes.
    pub fn wants_options(&self) -> bool {
        matches!(&self.how, How::Command(command) if command.contains("$OPTIONS"))
    }

    /// Runs it on an instance file, for so many seconds and on so many threads.
    pub fn run(&self, instance: &Path, options: &Path, seconds: f64, threads: usize) -> Answer {
        let (limit, threads) = (seconds.to_string(), threads.to_string());
        let mut command = match &self.how {
            How::Ours(solver) => {
                let solver = solver.to_possible_value().expect("a name");
                let mut command = Command::new(std::env::current_exe().expect("this program"));
                command
                    .args(["--alone", solver.get_name(), "--limit", &limit, "--threads", &threads, "--file"])
                    .arg(instance);
                command
            }
            How::Command(text) => {
                let mut command = Command::new("sh");
                let instance_last = !text.contains("$INSTANCE") && !text.contains("$OPTIONS");
                // The program takes the place of the shell, so that it can be ended.
                command.arg("-c").arg(format!("exec {text}{}", if instance_last { " \"$INSTANCE\"" } else { "" }));
                command.env("INSTANCE", instance).env("OPTIONS", options).env("LIMIT", limit).env("THREADS", threads);
                command
            }
        };
        // What a process leaves behind that was ended goes with the folder.
        self.listen(command.env("TMPDIR", options.parent().unwrap_or(options)), seconds)
    }

    /// Runs the command, and ends it where it does not heed the limit.
    fn listen(&self, command: &mut Command, limit: f64) -> Answer {
        let start = Instant::now();
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut process = started.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let mut output = process.stdout.take().expect("piped");
        let (sender, receiver) = channel();
        let listener = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = output.read_to_end(&mut text);
            let _ = sender.send(());
            String::from_utf8_lossy(&text).into_owned()
        });
        let patience = Duration::from_secs_f64(limit * PATIENCE.0 + PATIENCE.1);
        if receiver.recv_timeout(patience).is_err() {
            println!("!! {}: ended, for it did not heed the limit", self.name);
            let _ = process.kill();
        }
        let status = process.wait().expect("a process that was started");
        let answer = Answer::from_text(&listener.join().expect("what it printed"));
        if !status.success() {
            println!("!! {}: {status}", self.name);
        }
        let seconds = answer.seconds.or(Some(start.elapsed().as_secs_f64()));
        Answer { seconds, ..answer }
    }
}
