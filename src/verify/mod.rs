//! The verifier: reads a plan or a proof as a stranger would and believes nothing of it.
//!
//! It rebuilds the problem from the instance, checks every statement in exact integers and uses no solver; no engine is
//! imported here. `models/certificate.md` says why each check is enough.

mod decided;
mod passed;
mod quick;

use std::collections::HashMap;
use std::fmt;

use crate::certificate::{
    Bound, Certificate, Unproven, infeasible_by_knapsacks, infeasible_by_prices, infeasible_by_tree,
};
use crate::instance::{Instance, InstanceName};
use crate::json::Refusal;
use crate::model::PlanningModel;
use crate::plan::{
    Figures, Gap, Names, Opened, ProvenBy, ReadInfeasibility, ReadPlan, Status, is_optimal, price_in_money,
};
use crate::post_pass::Wide;
use crate::problem::{Choice, Problem};
use crate::units::{Minutes, Money, plural};

pub use decided::decided;
pub use passed::Passed;

/// What has been verified.
#[derive(Clone, Debug, PartialEq)]
pub enum Verified {
    /// A plan.
    Plan {
        /// Its value.
        value: Money,
        /// No plan has a larger value, as far as the certificate proves.
        certified: Money,
        /// Gap to the certified bound.
        gap: Gap,
        /// What the plan says of itself.
        status: Status,
        /// Where its bound comes from.
        proven_by: ProvenBy,
        /// What the post-pass made of it; value and bound are those before.
        passed: Option<Passed>,
    },
    /// That there is no plan.
    Infeasible {
        /// Leaves of the proof.
        leaves: usize,
    },
}

/// Why a document is not verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum Rejected {
    /// It cannot be read at all, which says nothing about the plan.
    #[error("{0}")]
    Unreadable(Refusal),
    #[error("{0}")]
    Malformed(Refusal),
    #[error("the plan is for the instance {plan}, this is {instance}")]
    OtherInstance { plan: String, instance: String },
    #[error("the plan was made with another planning model than the instance states")]
    OtherModel,
    #[error("the change of customer \"{customer}\": {why}")]
    Change { customer: String, why: String },
    #[error("the changes of the post-pass: {0}")]
    Changes(String),
    #[error("the plan is of the scenario {plan}, this is {instance}")]
    OtherScenario { plan: String, instance: String },
    #[error("the plan's decisions cannot be applied: {0}")]
    Decisions(String),
    #[error("customer \"{0}\" is not in the instance")]
    UnknownCustomer(String),
    #[error("customer \"{0}\" stands twice in the plan, or out of the order of the instance")]
    OutOfOrder(String),
    #[error("customer \"{0}\" is missing from the plan")]
    Missing(String),
    #[error(
        "customer \"{customer}\": {visits} visits by {rep} and {calls} calls by {pool} is none of the customer's options"
    )]
    NoOption { customer: String, rep: String, visits: u32, pool: String, calls: u32 },
    #[error("customer \"{0}\" must be visited or called, and the plan does neither")]
    MustBeCovered(String),
    #[error("customer \"{customer}\": the plan states {field} = {stated}, it is {actual}")]
    WrongField { customer: String, field: &'static str, stated: String, actual: String },
    #[error("row {row} is overdrawn: the plan uses {used}, the capacity is {capacity}")]
    Overdrawn { row: String, used: i64, capacity: i64 },
    #[error("the plan states {field} = {stated}, it is {actual}")]
    WrongFigure { field: String, stated: String, actual: String },
    #[error("{0}")]
    Unproven(#[from] Unproven),
    #[error("the plan says \"{said}\", and {why}")]
    WrongClaim { said: &'static str, why: &'static str },
}

impl fmt::Display for Verified {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verified::Plan { value, certified, gap, status, proven_by, passed } => {
                let percent = gap.as_f64() * 100.0;
                let which = if passed.is_some() { "the plan of visits" } else { "the plan" };
                match (proven_by, status) {
                    (ProvenBy::Solver, _) => write!(
                        out,
                        "VERIFIED: {which}; its optimality is the solver's word, certified within {percent:.7} % \
                         (value {value}, no plan can exceed {certified})"
                    ),
                    (_, Status::Optimal) => {
                        write!(out, "VERIFIED: {which} is optimal; value {value}, no plan has more")
                    }
                    _ => write!(
                        out,
                        "VERIFIED: {which} is within {percent:.7} % of the best; value {value}, no plan can exceed {certified}"
                    ),
                }?;
                let Some(passed) = passed else { return Ok(()) };
                match passed.changes {
                    0 => write!(out, ". The post-pass changed nothing"),
                    changes => {
                        let customers = plural(changes as i64, "customer");
                        write!(out, ". The post-pass changed {customers}; value {}", passed.value)
                    }
                }?;
                passed.joint.map_or(Ok(()), |bound| write!(out, ", no plan of visits and calls can exceed {bound}"))
            }
            Verified::Infeasible { leaves: 1 } => write!(out, "VERIFIED: no plan exists"),
            Verified::Infeasible { leaves } => write!(out, "VERIFIED: no plan exists ({leaves} cases)"),
        }
    }
}

/// Verifies a document (a plan or a proof of infeasibility) against an instance. `file` names it in messages.
pub fn verify(instance: &Instance, problem: &Problem, file: &str, text: &str) -> Result<Verified, Rejected> {
    let opened = Opened::open(file, text).map_err(Rejected::Unreadable)?;
    match opened.format.as_str() {
        "visitplan-infeasible/1" => {
            let proof = ReadInfeasibility::from_opened(opened, instance).map_err(Rejected::Malformed)?;
            match decided(instance, &proof.decisions)? {
                Some((instance, problem)) => check_infeasibility(&instance, &problem, &proof),
                None => check_infeasibility(instance, problem, &proof),
            }
        }
        _ => {
            let plan = ReadPlan::from_opened(opened, instance).map_err(Rejected::Malformed)?;
            match decided(instance, &plan.decisions)? {
                Some((instance, problem)) => check_plan(&instance, &problem, &plan),
                None => check_plan(instance, problem, &plan),
            }
        }
    }
}

fn check_identity(instance: &Instance, stated: &InstanceName, model: Option<&PlanningModel>) -> Result<(), Rejected> {
    let actual = instance.identity();
    if stated.sha256 != actual.sha256 {
        return Err(Rejected::OtherInstance { plan: stated.sha256.clone(), instance: actual.sha256 });
    }
    if stated.name != actual.name {
        return Err(Rejected::OtherInstance { plan: stated.name.clone(), instance: actual.name });
    }
    if model != Some(&instance.model) {
        return Err(Rejected::OtherModel);
    }
    Ok(())
}

fn check_infeasibility(
    instance: &Instance,
    problem: &Problem,
    proof: &ReadInfeasibility,
) -> Result<Verified, Rejected> {
    check_identity(instance, &proof.identity, proof.model.as_ref())?;
    let certificate = &proof.certificate;
    let leaves = match &certificate.tree {
        None => {
            check_no_plan(problem, certificate)?;
            1
        }
        Some(tree) => {
            infeasible_by_tree(problem, certificate, tree)?;
            tree.leaves()
        }
    };
    if certificate.denominator != 1 {
        return Err(Unproven::Denominator(certificate.denominator).into());
    }
    Ok(Verified::Infeasible { leaves })
}

/// One of the parts that are present must prove it.
fn check_no_plan(problem: &Problem, certificate: &Certificate) -> Result<(), Unproven> {
    let prices = certificate.prices(problem)?;
    let Some(knapsack) = &certificate.knapsack else { return infeasible_by_prices(problem, &prices) };
    let rows = knapsack.rows(problem)?;
    infeasible_by_prices(problem, &prices).or_else(|_| infeasible_by_knapsacks(problem, &rows, &knapsack.customers))
}

fn check_plan(instance: &Instance, problem: &Problem, plan: &ReadPlan) -> Result<Verified, Rejected> {
    check_identity(instance, &plan.identity, plan.model.as_ref())?;
    if plan.scenario != instance.scenario.as_deref() {
        let [plan, instance] = [plan.scenario, instance.scenario.as_deref()].map(scenario_name);
        return Err(Rejected::OtherScenario { plan, instance });
    }
    let has_pass = !plan.changes.is_empty() || plan.before_post_pass.is_some();
    let wide = match has_pass || plan.joint.is_some() || plan.comparison.is_some() {
        true => Some(Wide::new(instance).map_err(|error| Rejected::Changes(error.to_string()))?),
        false => None,
    };
    // Without changes every option is one of the plan of visits.
    let after = wide.as_ref().filter(|_| has_pass).map_or(problem, |wide| &wide.problem);
    let choices = match quick::choices_of(instance, after, plan) {
        Some(choices) => choices,
        // What is not as it should be is looked at one by one, for the reason.
        None => choices_of(instance, after, plan)?,
    };
    not_overdrawn(after, &choices)?;
    let value = Money(after.total_value(&choices));
    same("revenue", plan.revenue, Money(after.total_revenue(&choices)))?;
    same("value", plan.value, value)?;
    let before = match &wide {
        Some(wide) if has_pass => Some(passed::undo(instance, problem, wide, plan, &choices)?),
        _ => None,
    };
    let before_value = before.as_ref().map_or(value, |before| Money(problem.total_value(before)));
    let certified = check_bound(problem, plan, before_value)?;
    check_prices(problem, plan)?;
    check_figures(instance, after, plan, &choices)?;
    let passed = match &wide {
        None => None,
        Some(wide) => {
            let joint = passed::check_joint(&wide.problem, plan, value)?;
            let field = (problem, before.as_deref().unwrap_or(&choices));
            passed::check_comparison(instance, plan, [field, (after, &choices)], joint)?;
            Some(Passed { value, changes: plan.changes.len(), joint })
        }
    };
    Ok(Verified::Plan {
        value: before_value,
        certified: Money(certified.0),
        gap: Gap::between(before_value.0, certified),
        status: plan.status,
        proven_by: plan.proven_by,
        passed,
    })
}

/// The name of a scenario as it is written.
pub fn scenario_name(written: Option<&str>) -> String {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    let name = written.and_then(read).and_then(|scenario| Some(scenario.get("scenario")?.as_str()?.to_owned()));
    name.map_or_else(|| "none".to_owned(), |name| format!("\"{name}\""))
}

fn not_overdrawn(problem: &Problem, choices: &[Choice]) -> Result<(), Rejected> {
    let Some((row, used)) = problem.overdrawn(choices) else { return Ok(()) };
    let row = &problem.rows[row];
    Err(Rejected::Overdrawn { row: row.name.clone(), used, capacity: row.capacity })
}

/// One option per customer, in the order of the instance, each stated correctly.
fn choices_of(instance: &Instance, problem: &Problem, plan: &ReadPlan) -> Result<Vec<Choice>, Rejected> {
    let names = Names::of(instance);
    let mut choices: Vec<Option<Choice>> = vec![None; instance.customers.len()];
    let mut place = |id: &str, next: &mut usize, choice: Choice| {
        let at = names.customer(id).ok_or_else(|| Rejected::UnknownCustomer(id.to_owned()))?;
        if at < *next || choices[at].is_some() {
            return Err(Rejected::OutOfOrder(id.to_owned()));
        }
        *next = at + 1;
        choices[at] = Some(choice);
        Ok(())
    };
    let mut next = 0;
    for assignment in &plan.assignments {
        let id = &assignment.customer;
        if names.customer(id).is_none() {
            return Err(Rejected::UnknownCustomer(id.to_string()));
        }
        let choice = names.choice(problem, assignment).ok_or_else(|| Rejected::NoOption {
            customer: id.to_string(),
            rep: assignment.rep.as_deref().unwrap_or("nobody").to_owned(),
            visits: assignment.visits,
            pool: assignment.pool.as_deref().unwrap_or("nobody").to_owned(),
            calls: assignment.calls,
        })?;
        let field = |field, stated: String, actual: String| {
            let wrong = stated != actual;
            let rejected = || Rejected::WrongField { customer: id.to_string(), field, stated, actual };
            if wrong { Err(rejected()) } else { Ok(()) }
        };
        let minutes = |minutes: i64| Minutes(minutes).0.to_string();
        field("minutes", minutes(assignment.minutes), minutes(problem.minutes(choice)))?;
        field("call_minutes", minutes(assignment.call_minutes), minutes(problem.call_minutes(choice)))?;
        field("revenue", assignment.revenue.grouped(), Money(problem.revenue(choice)).grouped())?;
        place(id, &mut next, choice)?;
    }
    let mut next = 0;
    for id in &plan.uncovered {
        if let Some(at) = names.customer(id)
            && !problem.allows_nothing(at)
        {
            return Err(Rejected::MustBeCovered(id.to_string()));
        }
        place(id, &mut next, Choice::NOTHING)?;
    }
    let missing = choices.iter().position(Option::is_none);
    if let Some(at) = missing {
        return Err(Rejected::Missing(instance.customers[at].id.to_string()));
    }
    Ok(choices.into_iter().flatten().collect())
}

fn same(field: &str, stated: Money, actual: Money) -> Result<(), Rejected> {
    if stated == actual {
        return Ok(());
    }
    Err(Rejected::WrongFigure { field: field.to_owned(), stated: stated.grouped(), actual: actual.grouped() })
}

fn same_gap(field: &str, stated: i64, actual: Gap) -> Result<(), Rejected> {
    if stated == actual.0 {
        return Ok(());
    }
    let stated = Gap(stated).to_string();
    Err(Rejected::WrongFigure { field: field.to_owned(), stated, actual: actual.to_string() })
}

/// Bound, gap and status must be what the certificate, or the solver's word, gives. Returns the certified bound.
fn check_bound(problem: &Problem, plan: &ReadPlan, value: Money) -> Result<Bound, Rejected> {
    let bounds = plan.certificate.bounds_beside(problem, value.0)?;
    let (bound, certified) = (Bound(plan.bound.0), bounds.least());
    let (said, by_itself) = match plan.proven_by {
        ProvenBy::Prices => ("prices", Some(bounds.prices)),
        ProvenBy::Knapsack => ("knapsack", bounds.knapsack),
        ProvenBy::Tree => ("tree", bounds.tree),
        // Says nothing of the certificate.
        ProvenBy::Solver => ("solver", Some(certified)),
    };
    match by_itself {
        None => return Err(Rejected::WrongClaim { said, why: "the certificate has no such part" }),
        Some(by_itself) if by_itself > certified => {
            return Err(Rejected::WrongClaim { said, why: "another part of the certificate proves more" });
        }
        Some(_) => {}
    }
    if plan.proven_by == ProvenBy::Solver {
        if bound.0 < value.0 {
            return Err(Rejected::WrongClaim { said: "solver", why: "its bound is below the plan's own value" });
        }
        if bound > certified {
            return Err(Rejected::WrongClaim { said: "solver", why: "the certificate alone proves more" });
        }
        let (Some(stated), Some(stated_gap)) = (plan.certified_bound, plan.certified_gap) else {
            return Err(Rejected::WrongClaim {
                said: "solver",
                why: "what the certificate alone proves is not stated",
            });
        };
        same("certified_bound", stated, Money(certified.0))?;
        same_gap("certified_gap", stated_gap, Gap::between(value.0, certified))?;
    } else {
        same("bound", plan.bound, Money(certified.0))?;
        if let Some(stated) = plan.certified_bound {
            same("certified_bound", stated, Money(certified.0))?;
        }
        if let Some(stated) = plan.certified_gap {
            same_gap("certified_gap", stated, Gap::between(value.0, certified))?;
        }
    }
    same_gap("gap", plan.gap, Gap::between(value.0, bound))?;
    match (plan.status, is_optimal(problem, value.0, bound)) {
        (Status::Optimal, false) => {
            Err(Rejected::WrongClaim { said: "optimal", why: "a plan of larger value is not excluded by the bound" })
        }
        _ if (plan.status == Status::Stopped) != plan.stopped_by.is_some() => {
            Err(Rejected::WrongClaim { said: "stopped", why: "status and stopped_by do not agree" })
        }
        _ => Ok(certified),
    }
}

/// The prices for people must be those of the certificate; a row that is not listed has price 0.
fn check_prices(problem: &Problem, plan: &ReadPlan) -> Result<(), Rejected> {
    let prices = plan.certificate.prices(problem)?;
    let mut stated: HashMap<&str, f64> = plan.prices.iter().map(|(row, price)| (row.as_str(), *price)).collect();
    for (row, &price) in problem.rows.iter().zip(&prices) {
        let actual = price_in_money(row.kind, price, plan.certificate.denominator);
        let stated = stated.remove(row.name.as_str()).unwrap_or(if plan.prices.is_empty() { actual } else { 0.0 });
        if (stated - actual).abs() > 1e-9 * actual.abs() {
            let field = format!("the price of {}", row.name);
            return Err(Rejected::WrongFigure { field, stated: stated.to_string(), actual: actual.to_string() });
        }
    }
    match plan.prices.iter().find(|(row, _)| stated.contains_key(row.as_str())) {
        Some((row, _)) => Err(Unproven::UnknownRow(row.clone()).into()),
        None => Ok(()),
    }
}

/// Figures are for information, but none may be wrong: every one that this version knows is compared.
fn check_figures(instance: &Instance, problem: &Problem, plan: &ReadPlan, choices: &[Choice]) -> Result<(), Rejected> {
    let Some(stated) = &plan.figures else { return Ok(()) };
    let actual = serde_json::to_value(Figures::of(instance, problem, choices)).unwrap_or_default();
    compare("figures", stated, &actual)
}

fn compare(path: &str, stated: &serde_json::Value, actual: &serde_json::Value) -> Result<(), Rejected> {
    use serde_json::Value;
    match (stated, actual) {
        (Value::Object(stated), Value::Object(actual)) => stated
            .iter()
            .filter_map(|(key, stated)| Some((key, stated, actual.get(key)?)))
            .try_for_each(|(key, stated, actual)| compare(&format!("{path}.{key}"), stated, actual)),
        (Value::Array(stated), Value::Array(actual)) if stated.len() == actual.len() => {
            let pairs = stated.iter().zip(actual).enumerate();
            pairs.into_iter().try_for_each(|(at, (stated, actual))| compare(&format!("{path}[{at}]"), stated, actual))
        }
        (Value::Number(stated), Value::Number(actual)) if stated.as_f64() == actual.as_f64() => Ok(()),
        (stated, actual) if stated == actual => Ok(()),
        (stated, actual) => Err(Rejected::WrongFigure {
            field: path.to_owned(),
            stated: stated.to_string(),
            actual: actual.to_string(),
        }),
    }
}
