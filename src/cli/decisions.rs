//! `visitplan decisions`

use std::time::Duration;

use super::output::{keep_apart, probe, talk, write};
use super::planned::{self, Planned, Reading};
use super::solve::{parse_gap, parse_seconds};
use super::watch::Watch;
use super::{Exit, Failure, ModelArgument, Place, input};
use crate::challenge::{About, Answers, Request};
use crate::decision::{Decided, Decision, DecisionFiles, Price, PricedBy, to_csv};
use crate::engine::{Answer, Control, Engine, Settings};
use crate::json::Refusal;
use crate::plan::{Gap, StoppedBy};
use crate::pricing::{ByPrices, BySolves};
use crate::problem::Problem;
use crate::reasons;
use crate::units::Money;

/// Up to so many requests each is priced by a plan of its own.
const MOST_SOLVES: usize = 50;

/// Arguments of `decisions`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Workbooks that visitplan export wrote, filled in
    #[arg(required = true, value_name = "WORKBOOK")]
    workbooks: Vec<String>,
    /// The instance, where it is not where the workbooks say
    #[arg(long)]
    instance: Option<String>,
    /// The plan, where it is not where the workbooks say
    #[arg(long)]
    plan: Option<String>,
    /// Accept what costs at most so much
    #[arg(long, value_name = "AMOUNT", default_value = "0", value_parser = parse_amount, allow_hyphen_values = true)]
    accept_below: Money,
    /// Where what is accepted goes, as a file for solve --decisions; standard output if absent
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: String,
    /// Where the rest goes, in the same form with a column of prices
    #[arg(long, value_name = "FILE")]
    rest: Option<String>,
    /// Price by what hours are worth in the plan, without solving again
    #[arg(long)]
    fast: bool,
    /// Stop a search for a price when its plan is proven to be within this share of the best possible
    #[arg(long, default_value = "0", value_parser = parse_gap, allow_hyphen_values = true)]
    gap: Gap,
    /// Stop pricing after so many seconds; 0 is no limit
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = parse_seconds, allow_hyphen_values = true)]
    time_limit: Duration,
    #[command(flatten)]
    model: ModelArgument,
}

fn parse_amount(text: &str) -> Result<Money, String> {
    match text.parse::<f64>() {
        Ok(amount) if (0.0..=1e12).contains(&amount) => Ok(Money((amount * 100.0).round() as i64)),
        _ => Err("give an amount of at least 0, as 100 or 99.50".to_owned()),
    }
}

/// A request with what it costs; without a price it cannot be met, as far as is known.
struct Priced<'r> {
    request: &'r Request,
    price: Option<Price>,
    why_not: Vec<String>,
}

/// Reads the workbooks, prices what is wanted, writes what is accepted and lists the rest.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let limit = (!arguments.time_limit.is_zero()).then_some(arguments.time_limit);
    let watch = Watch::start(limit, false);
    let output = Place::from(arguments.output.as_str());
    let rest = arguments.rest.as_deref().map(Place::from);
    let targets: Vec<&Place> = [&output].into_iter().chain(&rest).collect();
    targets.iter().try_for_each(|target| probe(target))?;
    let mut files = Vec::new();
    for name in &arguments.workbooks {
        files.push((name.clone(), input::bytes(&Place::File(name.into()))?));
    }
    let answers = Answers::read(files)?;
    let Some(about) = answers.about() else { return Err(Failure::Usage("name the workbooks that came back")) };
    let instance = Place::from(arguments.instance.as_deref().unwrap_or(&about.instance));
    let plan = Place::from(arguments.plan.as_deref().unwrap_or(&about.plan));
    let read: Vec<_> = arguments.workbooks.iter().map(Into::into).chain(instance.path()).chain(plan.path()).collect();
    keep_apart(&targets, &read)?;
    let planned = match planned::read(&instance, &plan, &arguments.model)? {
        Reading::Planned(planned) => planned,
        Reading::Rejected(why) => return planned::reject(&why),
    };
    same_plan(&arguments.workbooks[0], about, &planned, (&instance, &plan))?;
    answers.detected().for_each(|what| talk(&format!("notice: {what}")));
    // The workbooks show the plan as it is in the end.
    let (problem, choices) = planned.in_the_end();
    let requests = answers.requests(&planned.stated, &planned.decisions, (&planned.instance, problem), choices)?;
    let should_stop = watch.stop_sign();
    let settings = Settings { gap: arguments.gap, ..Settings::default() };
    let exact = !arguments.fast && requests.len() <= MOST_SOLVES;
    let mut pricing = Pricing { planned: &planned, settings, should_stop: &should_stop };
    let priced = pricing.all(&requests, exact)?;
    let affordable = |one: &Priced<'_>| one.price.is_some_and(|price| price.price <= arguments.accept_below);
    let (mut accepted, mut others): (Vec<Priced<'_>>, Vec<Priced<'_>>) = priced.into_iter().partition(affordable);
    let together = if exact { pricing.together(&mut accepted, &mut others)? } else { None };
    others.sort_by_key(|one| std::cmp::Reverse(one.price.map(|price| price.price)));
    tell(arguments, &planned, &accepted, &others, together);
    let decisions = |list: &[Priced<'_>]| -> Vec<Decision> {
        list.iter().map(|one| one.request.decided.decision.clone()).collect()
    };
    let all = decisions(&accepted);
    write(&output, &to_csv(&all, None), |text| comes_back(text, &all))?;
    if let Some(place) = &rest {
        let left = decisions(&others);
        let prices: Vec<Option<Money>> = others.iter().map(|one| one.price.map(|price| price.price)).collect();
        write(place, &to_csv(&left, Some(&prices)), |text| comes_back(text, &left))?;
    }
    Ok(Exit::Done)
}

/// The workbooks must be of this instance and plan, byte for byte.
fn same_plan(
    workbook: &str,
    about: &About,
    planned: &Planned,
    (instance, plan): (&Place, &Place),
) -> Result<(), Refusal> {
    let pairs = [
        ("instance", &about.instance_sha256, &planned.stated.sha256, instance),
        ("plan", &about.plan_sha256, &planned.sha256, plan),
    ];
    let issues = pairs.into_iter().filter(|(_, said, is, _)| said != is).flat_map(|(what, said, is, place)| {
        let short = |sha256: &str| sha256.chars().take(12).collect::<String>();
        let shown = place.shown("standard input");
        let problem = format!("is about another {what} than {shown} (sha256 {}…, not {}…)", short(said), short(is));
        let remedy = format!("name the {what} that was exported with --{what}, or export again");
        Refusal::whole_file(workbook, "E502", problem, remedy).issues
    });
    let issues: Vec<_> = issues.collect();
    if issues.is_empty() { Ok(()) } else { Err(Refusal { issues }) }
}

/// What was written must be read as it was.
fn comes_back(text: &str, decisions: &[Decision]) -> Result<(), String> {
    let read = DecisionFiles::read(vec![("decisions".to_owned(), text.as_bytes().to_vec())]);
    if read.decisions == decisions { Ok(()) } else { Err("decisions do not come back as they were written".to_owned()) }
}

/// How requests are priced.
struct Pricing<'p> {
    planned: &'p Planned,
    settings: Settings,
    should_stop: &'p (dyn Fn() -> Option<StoppedBy> + Sync),
}

impl Pricing<'_> {
    fn all<'r>(&mut self, requests: &'r [Request], exact: bool) -> Result<Vec<Priced<'r>>, Failure> {
        let planned = self.planned;
        let internal = |error: &dyn std::fmt::Display| Failure::Internal(error.to_string());
        let by_prices = ByPrices::new(&planned.problem, &planned.plan).map_err(|error| internal(&error))?;
        let mut wanted = planned.instance.clone();
        for request in requests {
            wanted.customers[request.decided.customer].lock = Some(request.decided.lock);
        }
        let bound = Problem::new(&wanted).map_err(|error| internal(&error))?;
        let mut priced = Vec::new();
        for request in requests {
            if exact && (self.should_stop)().is_none() {
                priced.extend(self.one(request)?);
            }
            if priced.last().is_none_or(|last: &Priced<'_>| !std::ptr::eq(last.request, request)) {
                let price = by_prices.request(&bound, request.decided.customer);
                let why_not =
                    if price.is_some() { Vec::new() } else { vec!["is no option of the customer".to_owned()] };
                priced.push(Priced { request, price, why_not });
            }
        }
        Ok(priced)
    }

    /// By a plan with the request; none where the search was stopped.
    fn one<'r>(&mut self, request: &'r Request) -> Result<Option<Priced<'r>>, Failure> {
        let (problem, answer, price) = self.solve(std::slice::from_ref(&request.decided))?;
        if (self.should_stop)().is_some() {
            return Ok(None);
        }
        let why_not = match answer {
            Answer::Plan(_) => Vec::new(),
            Answer::Infeasible(certificate) => {
                let mut wanted = self.planned.instance.clone();
                wanted.customers[request.decided.customer].lock = Some(request.decided.lock);
                reasons::reasons(&wanted, &problem, &certificate)
            }
            Answer::Unknown(_) => vec!["no plan was found with it, and it is not proven that there is none".to_owned()],
        };
        Ok(Some(Priced { request, price, why_not }))
    }

    fn solve(&mut self, asked: &[Decided]) -> Result<(Problem, Answer, Option<Price>), Failure> {
        let planned = self.planned;
        let mut instance = planned.instance.clone();
        let mut solves = BySolves {
            instance: &mut instance,
            problem: &planned.problem,
            plan: &planned.plan,
            engine: Engine::Auto,
            settings: self.settings,
        };
        let mut control = Control { should_stop: self.should_stop, report: &mut |_| {} };
        solves.requests(asked, &mut control).map_err(|error| Failure::Internal(error.to_string()))
    }

    /// What is accepted must be possible together: the dearest are left to the planner until it is. What it then costs.
    fn together<'r>(
        &mut self,
        accepted: &mut Vec<Priced<'r>>,
        others: &mut Vec<Priced<'r>>,
    ) -> Result<Option<Price>, Failure> {
        while accepted.len() > 1 && (self.should_stop)().is_none() {
            let asked: Vec<Decided> = accepted.iter().map(|one| one.request.decided.clone()).collect();
            let (_, _, price) = self.solve(&asked)?;
            if price.is_some() || (self.should_stop)().is_some() {
                return Ok(price);
            }
            let dearest =
                (0..accepted.len()).max_by_key(|&at| accepted[at].price.map(|price| price.price)).unwrap_or(0);
            let mut left = accepted.remove(dearest);
            left.why_not.push("cannot be met together with the cheaper ones".to_owned());
            others.push(left);
        }
        Ok(accepted.first().filter(|_| accepted.len() == 1).and_then(|one| one.price))
    }
}

/// What was asked for, what is accepted, and what is left to the planner.
fn tell(
    arguments: &Arguments,
    planned: &Planned,
    accepted: &[Priced<'_>],
    others: &[Priced<'_>],
    together: Option<Price>,
) {
    let all = accepted.len() + others.len();
    if all == 0 {
        talk("Nobody wants anything else than the plan.");
        return;
    }
    let by_solves = |one: &Priced<'_>| one.price.is_none_or(|price| price.by == PricedBy::Solves);
    let exact = accepted.iter().chain(others).filter(|one| by_solves(one)).count();
    talk(&match exact {
        exact if exact == all => format!("REQUESTS   {all}, each priced by the difference of two plans."),
        0 => format!("REQUESTS   {all}, priced by what hours are worth in the plan: what they cost at least, about."),
        exact => format!(
            "REQUESTS   {all}, {exact} priced by the difference of two plans, the rest by what hours are worth."
        ),
    });
    let line = |one: &Priced<'_>| {
        let decision = &one.request.decided.decision;
        let name = planned.instance.customers[one.request.decided.customer].display_name();
        let costs = one.price.map_or_else(|| "cannot be met".to_owned(), |price| price.words());
        let by = decision.by.as_deref().unwrap_or("nobody");
        let words = decision.words(&planned.instance);
        let mut text =
            format!("  {} {name}: {words}: {costs}; asked for by {by} ({})", decision.customer, one.request.place);
        one.why_not.iter().for_each(|why| text += &format!("\n    {why}"));
        text
    };
    let below = arguments.accept_below.rounded();
    let cost = together
        .filter(|_| accepted.len() > 1)
        .map_or_else(String::new, |price| format!("; together they cost {}", Money(price.price.0.max(0)).rounded()));
    talk(&format!("ACCEPTED   {} at {below} or less{cost}", accepted.len()));
    accepted.iter().for_each(|one| talk(&line(one)));
    if !others.is_empty() {
        talk(&format!("FOR YOU    {} to decide", others.len()));
        others.iter().for_each(|one| talk(&line(one)));
    }
    if !planned.decisions.is_empty() {
        talk("The plan follows decisions already: name their files too when you solve again.");
    }
}
