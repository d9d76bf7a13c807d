//! The one place that speaks to HiGHS. What it answers is advice: a point, prices, a bound, none of it believed.
//!
//! HiGHS runs on a thread of its own, one at a time in a process and always with one thread inside: its scheduler is
//! torn down with any instance, and instances in two threads crash. The caller's thread polls for the end and for the
//! wish to stop; HiGHS hears of it in its callbacks and is left behind if it does not come back within a second
//! (nothing interrupts its presolve). Calls that the `highs` crate lacks or that panic there (callbacks, a status it
//! does not know, the point of a failed run) are made through `highs-sys`; this is the only unsafe code of the project.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use good_lp::solvers::highs::HighsProblem;
use highs_sys::{
    Highs_getDoubleInfoValue, Highs_getModelStatus, Highs_getSolution, Highs_run, Highs_setCallback,
    Highs_startCallback, HighsCallbackDataIn, HighsCallbackDataOut, kHighsCallbackIpmInterrupt,
    kHighsCallbackMipImprovingSolution, kHighsCallbackMipInterrupt, kHighsCallbackMipLogging,
    kHighsCallbackSimplexInterrupt, kHighsModelStatusInfeasible, kHighsModelStatusOptimal,
};

use crate::plan::StoppedBy;

/// How often the caller's thread looks whether to stop.
const POLL: Duration = Duration::from_millis(10);
/// How long HiGHS may take to hear that it should stop.
const GRACE: Duration = Duration::from_secs(1);

/// One instance of HiGHS at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What to run HiGHS with.
#[derive(Clone, Debug)]
pub struct Options {
    /// Relative gap at which to stop.
    pub relative_gap: f64,
    /// Most nodes of the search; none is no limit.
    pub nodes: Option<i32>,
    /// Seed.
    pub seed: u32,
    /// A complete point to start from.
    pub start: Option<Vec<f64>>,
}

/// What HiGHS said.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How the run ended.
    pub end: End,
    /// The last point: one number per column, none of it checked.
    pub point: Option<Vec<f64>>,
    /// The dual value of each row, for linear programs.
    pub duals: Vec<f64>,
    /// The bound of a mixed-integer program, in the units of its objective.
    pub bound: Option<f64>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// HiGHS calls it optimal.
    Optimal,
    /// HiGHS calls it infeasible.
    Infeasible,
    /// It was asked to stop.
    Stopped(StoppedBy),
    /// Anything else: an error, an unknown status.
    #[default]
    Failed,
}

/// News of a running search.
pub enum News {
    /// Bound of the search.
    Bound(f64),
    /// A better point.
    Point(Vec<f64>),
}

enum Message {
    News(News),
    End(Outcome),
}

/// What the callback of HiGHS needs.
struct Line {
    sender: Sender<Message>,
    stop: Arc<AtomicBool>,
}

/// Runs HiGHS on a program until it ends or should stop.
pub fn run(
    program: HighsProblem,
    options: Options,
    should_stop: &dyn Fn() -> Option<StoppedBy>,
    mut on_news: impl FnMut(News),
) -> Outcome {
    let (sender, receiver) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let line = Line { sender: sender.clone(), stop: Arc::clone(&stop) };
    let spawned = thread::Builder::new().name("highs".to_owned()).stack_size(64 << 20).spawn(move || {
        // A poisoned lock means that an earlier run panicked; HiGHS itself is fresh in each run.
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome =
            if line.stop.load(Ordering::Relaxed) { Outcome::default() } else { run_here(program, options, &line) };
        // The receiver is gone where the caller did not wait.
        let _ = sender.send(Message::End(outcome));
    });
    match spawned {
        Ok(_) => wait(&receiver, &stop, should_stop, &mut on_news),
        Err(_) => Outcome::default(),
    }
}

fn wait(
    receiver: &Receiver<Message>,
    stop: &AtomicBool,
    should_stop: &dyn Fn() -> Option<StoppedBy>,
    on_news: &mut impl FnMut(News),
) -> Outcome {
    let mut told: Option<(StoppedBy, Instant)> = None;
    let mut last_point = None;
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(Message::End(outcome)) => {
                let end = match told {
                    Some((why, _)) if outcome.end == End::Failed => End::Stopped(why),
                    _ => outcome.end,
                };
                return Outcome { end, point: outcome.point.or(last_point), ..outcome };
            }
            Ok(Message::News(news)) => {
                if let News::Point(point) = &news {
                    last_point = Some(point.clone());
                }
                on_news(news);
            }
            Err(RecvTimeoutError::Disconnected) => return Outcome { point: last_point, ..Outcome::default() },
            Err(RecvTimeoutError::Timeout) => {}
        }
        if told.is_none()
            && let Some(why) = should_stop()
        {
            stop.store(true, Ordering::Relaxed);
            told = Some((why, Instant::now()));
        }
        if let Some((why, since)) = told
            && since.elapsed() > GRACE
        {
            return Outcome { end: End::Stopped(why), point: last_point, ..Outcome::default() };
        }
    }
}

/// Runs HiGHS on the current thread.
fn run_here(program: HighsProblem, options: Options, line: &Line) -> Outcome {
    let Ok(mut model) = program.try_into_inner() else { return Outcome::default() };
    let seed = i32::try_from(options.seed).unwrap_or(i32::MAX);
    // Options that an older HiGHS lacks are refused one by one; none of them changes what may be believed.
    let _ = model.try_set_option("threads", 1);
    let _ = model.try_set_option("parallel", "off");
    let _ = model.try_set_option("random_seed", seed);
    let _ = model.try_set_option("mip_rel_gap", options.relative_gap);
    let _ = model.try_set_option("mip_abs_gap", 0.0);
    if let Some(nodes) = options.nodes {
        let _ = model.try_set_option("mip_max_nodes", nodes);
    }
    if let Some(start) = &options.start {
        let _ = model.try_set_solution(Some(start), None, None, None);
    }
    let (columns, rows) = (model.num_cols(), model.num_rows());
    let highs = model.as_mut_ptr();
    let mut outcome = Outcome::default();
    // SAFETY: `highs` is the live instance of `model`; the arrays have the lengths that HiGHS writes; `line` outlives the
    // run, and the callback only reads it; nothing is called on the instance from elsewhere.
    unsafe {
        let data = std::ptr::from_ref(line).cast_mut().cast::<c_void>();
        Highs_setCallback(highs, Some(callback), data);
        for kind in [
            kHighsCallbackSimplexInterrupt,
            kHighsCallbackIpmInterrupt,
            kHighsCallbackMipImprovingSolution,
            kHighsCallbackMipLogging,
            kHighsCallbackMipInterrupt,
        ] {
            Highs_startCallback(highs, kind);
        }
        Highs_run(highs);
        outcome.end = match Highs_getModelStatus(highs) {
            status if status == kHighsModelStatusOptimal => End::Optimal,
            status if status == kHighsModelStatusInfeasible => End::Infeasible,
            _ => End::Failed,
        };
        let (mut point, mut reduced) = (vec![f64::NAN; columns], vec![0.0; columns]);
        let (mut activity, mut duals) = (vec![0.0; rows], vec![0.0; rows]);
        let got = Highs_getSolution(
            highs,
            point.as_mut_ptr(),
            reduced.as_mut_ptr(),
            activity.as_mut_ptr(),
            duals.as_mut_ptr(),
        );
        // The point is taken even from a run that failed: it is checked by others.
        if got == 0 && point.iter().all(|value| value.is_finite()) {
            outcome.point = Some(point);
            outcome.duals = duals;
        }
        let mut bound = f64::NAN;
        Highs_getDoubleInfoValue(highs, c"mip_dual_bound".as_ptr(), &raw mut bound);
        outcome.bound = bound.is_finite().then_some(bound);
    }
    outcome
}

/// Called by HiGHS while it runs; must not unwind into C++.
unsafe extern "C" fn callback(
    kind: c_int,
    _message: *const c_char,
    out: *const HighsCallbackDataOut,
    into: *mut HighsCallbackDataIn,
    data: *mut c_void,
) {
    // SAFETY: `data` is the `Line` given with the callback, alive while HiGHS runs; HiGHS passes valid structures, and
    // `mip_solution` has `mip_solution_size` numbers where it is not null.
    unsafe {
        let line = &*data.cast::<Line>();
        if kind == kHighsCallbackMipLogging && !out.is_null() {
            let bound = (*out).mip_dual_bound;
            if bound.is_finite() {
                let _ = line.sender.send(Message::News(News::Bound(bound)));
            }
        }
        if kind == kHighsCallbackMipImprovingSolution && !out.is_null() && !(*out).mip_solution.is_null() {
            let length = usize::try_from((*out).mip_solution_size).unwrap_or(0);
            let point = std::slice::from_raw_parts((*out).mip_solution, length).to_vec();
            let _ = line.sender.send(Message::News(News::Point(point)));
        }
        if !into.is_null() && line.stop.load(Ordering::Relaxed) {
            (*into).user_interrupt = 1;
        }
    }
}
