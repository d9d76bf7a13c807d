//! Lines on their way out.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::super::Failure;
use super::run::Run;
use crate::what_if::Outcome;

/// Lines on their way out: as they come, or each after those before it.
pub struct Lines<'r> {
    run: &'r Run<'r>,
    ordered: bool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// Lines whose turn has not come; none where a search was interrupted, behind which nothing is written.
    lines: BTreeMap<usize, Option<Outcome>>,
    next: usize,
    written: usize,
    /// Written lines of scenarios that were stopped.
    stopped: usize,
}

impl<'r> Lines<'r> {
    /// Lines of a run, in the order of their numbers or as they come.
    pub fn new(run: &'r Run<'r>, ordered: bool) -> Lines<'r> {
        Lines { run, ordered, waiting: Mutex::default() }
    }

    /// Takes the line of the scenario with a number, and writes what may be written.
    pub fn finished(&self, number: usize, line: Option<Outcome>) -> Result<(), Failure> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.ordered {
            return line.map_or(Ok(()), |line| self.write(&mut waiting, line));
        }
        waiting.lines.insert(number, line);
        loop {
            let next = waiting.next;
            if !waiting.lines.get(&next).is_some_and(Option::is_some) {
                return Ok(());
            }
            if let Some(Some(line)) = waiting.lines.remove(&next) {
                waiting.next += 1;
                self.write(&mut waiting, line)?;
            }
        }
    }

    fn write(&self, waiting: &mut Waiting, line: Outcome) -> Result<(), Failure> {
        waiting.written += 1;
        waiting.stopped += usize::from(line.is_stopped());
        self.run.write(&line)
    }

    /// The number of lines that were written, and of those that are of scenarios that were stopped.
    pub fn written(&self) -> (usize, usize) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        (waiting.written, waiting.stopped)
    }
}
