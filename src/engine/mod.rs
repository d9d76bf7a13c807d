//! Engines: from a problem to a plan with a bound.
//!
//! An engine knows no files, no clock and no signals: it asks [`Control`] whether to go on and tells it how it goes.

#[cfg(feature = "exact")]
mod exact;
mod glance;
#[cfg(feature = "exact")]
mod highs;
#[cfg(feature = "exact")]
mod infeasible;
pub mod prices;
#[cfg(feature = "exact")]
mod program;
#[cfg(feature = "exact")]
mod proof;
mod record;
mod repair;

use crate::certificate::Certificate;
#[cfg(feature = "exact")]
use crate::instance::Instance;
use crate::plan::{Gap, Plan, StoppedBy};
use crate::problem::Choice;
use crate::problem::Problem;

/// What a search should reach.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Stop when the proven gap is at most this; 0 searches to the proof.
    pub gap: Gap,
    /// Seed of what is random in a search.
    pub seed: u32,
    /// Use only what every machine can do; changes no bit of a plan.
    pub portable: bool,
    /// How far a proof goes where the gap is not reached before.
    pub proof: Proof,
}

/// How far a proof goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Proof {
    /// Prices, and knapsacks where these prove more
    Bound,
    /// A search to the end, too
    #[default]
    Tree,
}

impl Settings {
    /// Which compiled path the price engine takes.
    fn width(self) -> prices::Width {
        if self.portable { prices::Width::PORTABLE } else { prices::Width::detect() }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { gap: Gap(100_000), seed: 1, portable: false, proof: Proof::Tree }
    }
}

/// How a search is watched and ended.
pub struct Control<'c> {
    /// Whether to stop, and why; asked often.
    pub should_stop: &'c (dyn Fn() -> Option<StoppedBy> + Sync),
    /// Told whenever something improved.
    pub report: &'c mut dyn FnMut(Progress),
}

/// Where to begin: what another plan says, as far as it means something here.
#[derive(Clone, Debug)]
pub struct Start {
    /// One option per customer; together they need not be feasible.
    pub choices: Vec<Choice>,
    /// A price per row, in cents per unit; not a number where none is known.
    pub prices: Vec<f64>,
}

impl Start {
    /// From what another plan has for each customer, where that is an option here; the customer's first otherwise.
    pub fn of(problem: &Problem, stated: impl IntoIterator<Item = Option<Choice>>, certificate: &Certificate) -> Start {
        let first = |customer| problem.choices(customer).next().unwrap_or(Choice::NOTHING);
        let choices = (0..).zip(stated).map(|(customer, stated)| stated.unwrap_or_else(|| first(customer))).collect();
        Start { choices, prices: certificate.prices_for(problem) }
    }
}

/// How a search is going.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Value of the best plan so far, in cents.
    pub value: Option<i64>,
    /// No plan has a larger value, in cents, as far as the engine knows.
    pub bound: Option<i64>,
    /// What happened.
    pub event: &'static str,
}

/// Which engine solves.
#[cfg(feature = "exact")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Engine {
    /// The one that suits the size: exact for the small, prices for the rest
    Auto,
    /// The mixed-integer program, solved by HiGHS
    Exact,
    /// Prices for an hour of each rep, and a search near them; for instances of any size
    Prices,
}

/// Up to so many options the linear relaxation is solved first.
#[cfg(feature = "exact")]
const SMALL: usize = 2000;
/// Up to so many options HiGHS goes on where prices prove too little.
#[cfg(feature = "exact")]
const MEDIUM: usize = 4500;
/// Up to so many options HiGHS looks for a plan where prices found none, or for a proof that there is none.
#[cfg(feature = "exact")]
const LARGE: usize = 100_000;
/// Where prices leave so few options to decide, HiGHS settles them.
#[cfg(feature = "exact")]
const UNDECIDED: usize = 1500;

/// Solves a problem without watching it: from the data alone, to the end.
#[cfg(feature = "exact")]
pub fn solve(instance: &Instance, problem: &Problem, settings: Settings) -> Answer {
    let mut control = Control { should_stop: &|| None, report: &mut |_| {} };
    Engine::Auto.solve(instance, problem, settings, None, &mut control)
}

#[cfg(feature = "exact")]
impl Engine {
    /// Solves a problem, from another plan if there is one.
    pub fn solve(
        self,
        instance: &Instance,
        problem: &Problem,
        settings: Settings,
        start: Option<Start>,
        control: &mut Control<'_>,
    ) -> Answer {
        if let Some(certificate) = glance::infeasible_at_a_glance(problem) {
            return Answer::Infeasible(certificate);
        }
        let mut record = record::Record::new(problem, settings);
        let options = problem.choice_count();
        if let Some(start) = &start {
            // A plan that is feasible here is never lost.
            record.take(&start.choices, "start", control);
        }
        if self == Engine::Exact {
            if let Some(start) = start {
                record.certify(&start.prices);
                record.offer(start.choices, "start", control);
            }
            return exact::go_on(instance, problem, settings, record, control);
        }
        if self == Engine::Auto && options <= SMALL {
            record = exact::relax(problem, settings, record, control);
            if record.reached() {
                return record.finish(None, None);
            }
        }
        let mut stopped_by = prices::refine(problem, settings, start, prices::Work::Quick, &mut record, control);
        if stopped_by.is_none() && !record.reached() {
            proof::prove(instance, problem, settings, &mut record, control);
            stopped_by = (control.should_stop)();
        }
        if stopped_by.is_none() && !record.reached() {
            let pays = || match record.best {
                Some(_) => options <= MEDIUM || record.undecided(UNDECIDED) <= UNDECIDED,
                None => options <= LARGE,
            };
            if self == Engine::Auto && settings.proof == Proof::Tree && pays() {
                return exact::go_on(instance, problem, settings, record, control);
            }
            let start = record.start();
            stopped_by = prices::refine(problem, settings, start, prices::Work::Full, &mut record, control);
        }
        record.finish(None, stopped_by)
    }
}

/// What an engine answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A feasible plan.
    Plan(Box<Plan>),
    /// There is no plan, which the certificate proves.
    Infeasible(Certificate),
    /// No plan was found, and nothing was proven.
    Unknown(StoppedBy),
}
