//! Watching a search: progress on a terminal, the time limit, Ctrl-C.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::output::talk;
use crate::certificate::Bound;
use crate::engine::Progress;
use crate::plan::{Gap, StoppedBy};
use crate::units::Money;

/// The least time between two lines of progress.
const PACE: Duration = Duration::from_millis(500);

/// The clock and the signals of one command.
pub struct Watch {
    start: Instant,
    limit: Option<Duration>,
    interrupted: Arc<AtomicBool>,
    last: Option<Instant>,
    talks: bool,
    headed: bool,
}

impl Watch {
    /// Starts the clock. A first Ctrl-C (or termination) asks the search to stop, a second one ends the program.
    pub fn start(limit: Option<Duration>, verbose: bool) -> Watch {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Where signals cannot be had, the default stays: the program ends, files intact.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&interrupted));
            let _ = signal_hook::flag::register(signal, Arc::clone(&interrupted));
        }
        let talks = verbose || std::io::stderr().is_terminal();
        Watch { start: Instant::now(), limit, interrupted, last: None, talks, headed: false }
    }

    /// Whether to stop, usable while progress is reported.
    pub fn stop_sign(&self) -> impl Fn() -> Option<StoppedBy> + use<> {
        let (start, limit, interrupted) = (self.start, self.limit, Arc::clone(&self.interrupted));
        move || {
            if interrupted.load(Ordering::Relaxed) {
                return Some(StoppedBy::Interrupt);
            }
            (limit.is_some_and(|limit| start.elapsed() >= limit)).then_some(StoppedBy::Time)
        }
    }

    /// Shows how the search is going, at a pace that can be read.
    pub fn show(&mut self, progress: Progress) {
        let now = Instant::now();
        let too_soon = self.last.map_or(now - self.start, |last| now - last) < PACE;
        if !self.talks || too_soon {
            return;
        }
        self.last = Some(now);
        if !self.headed {
            self.headed = true;
            talk("      time             value       at most       gap  event");
        }
        let amount = |cents: Option<i64>| cents.map_or_else(|| "-".to_owned(), |cents| Money(cents).rounded());
        let gap = progress.value.zip(progress.bound).map_or_else(
            || "-".to_owned(),
            |(value, bound)| format!("{:.4} %", Gap::between(value, Bound(bound)).as_f64() * 100.0),
        );
        talk(&format!(
            "{:8.1} s  {:>16}  {:>12}  {:>8}  {}",
            (now - self.start).as_secs_f64(),
            amount(progress.value),
            amount(progress.bound),
            gap,
            progress.event
        ));
    }
}
