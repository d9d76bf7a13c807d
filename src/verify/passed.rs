//! What the post-pass did to a plan: undone, and held against its rules (`models/post-pass.md`, section 4).

use std::collections::{BTreeMap, HashMap};

use super::{Rejected, compare, not_overdrawn, same, same_gap};
use crate::baseline::compared;
use crate::certificate::Bound;
use crate::instance::Instance;
use crate::model::{Objective, OnlyIf};
use crate::plan::{Compared, Compares, Gap, Names, ReadChange, ReadPlan, RuleName};
use crate::post_pass::{Edit, Wide, attribute, edits, same_option};
use crate::problem::{Choice, Problem};
use crate::units::Money;

/// What has been verified of the post-pass of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The value after it.
    pub value: Money,
    /// How many customers it changed.
    pub changes: usize,
    /// No plan of visits and calls has a larger value.
    pub joint: Option<Money>,
}

fn wrong(customer: &str, why: impl Into<String>) -> Rejected {
    Rejected::Change { customer: customer.to_owned(), why: why.into() }
}

/// The plan before the post-pass, which is a plan and worth what is stated, as options of the field problem; `after` are
/// options of the wide one.
pub(super) fn undo(
    instance: &Instance,
    problem: &Problem,
    wide: &Wide,
    plan: &ReadPlan<'_>,
    after: &[Choice],
) -> Result<Vec<Choice>, Rejected> {
    let names = Names::of(instance);
    let mut changes: HashMap<usize, &ReadChange<'_>> = HashMap::new();
    for change in &plan.changes {
        let at =
            names.customer(&change.customer).ok_or_else(|| Rejected::UnknownCustomer(change.customer.to_string()))?;
        if changes.insert(at, change).is_some() {
            return Err(wrong(&change.customer, "it is stated twice"));
        }
    }
    let mut before = Vec::with_capacity(after.len());
    let mut before_wide = Vec::with_capacity(after.len());
    for (at, &to) in after.iter().enumerate() {
        let id = &instance.customers[at].id;
        let from = match changes.get(&at) {
            Some(change) => {
                if names.contact(&wide.problem, at, &change.to) != Some(to) {
                    return Err(wrong(id, "what it leads to is not what the plan has"));
                }
                names.contact(problem, at, &change.from)
            }
            None => same_option(&wide.problem, problem, at, to),
        };
        let from = from.ok_or_else(|| wrong(id, "what was there before is no option of the plan of visits"))?;
        before.push(from);
        before_wide
            .push(same_option(problem, &wide.problem, at, from).ok_or_else(|| wrong(id, "it starts from no option"))?);
    }
    let actual = edits(&wide.problem, &before_wide, after)
        .map_err(|at| wrong(&instance.customers[at].id, "no rule of the post-pass does that"))?;
    if actual.len() != plan.changes.len() {
        let idle = plan.changes.iter().find(|change| !actual.iter().any(|edit| is_of(instance, edit, change)));
        return Err(wrong(idle.map_or("", |change| &change.customer), "it changes nothing"));
    }
    for (edit, change) in actual.iter().zip(&plan.changes) {
        check_change(instance, wide, edit, change)?;
    }
    check_spent_on(instance, wide, &actual, plan)?;
    check_reps(instance, wide, &actual)?;
    not_overdrawn(problem, &before)?;
    let Some((value, revenue)) = plan.before_post_pass else {
        return Err(Rejected::Changes("the plan does not say what it was worth before them".to_owned()));
    };
    same("before_post_pass.value", value, Money(problem.total_value(&before)))?;
    same("before_post_pass.revenue", revenue, Money(problem.total_revenue(&before)))?;
    Ok(before)
}

fn is_of(instance: &Instance, edit: &Edit, change: &ReadChange<'_>) -> bool {
    *instance.customers[edit.customer].id == *change.customer
}

/// One change: its figures, and the rule it claims to follow.
fn check_change(instance: &Instance, wide: &Wide, edit: &Edit, change: &ReadChange<'_>) -> Result<(), Rejected> {
    let customer = &instance.customers[edit.customer];
    let id = &*customer.id;
    if !is_of(instance, edit, change) {
        return Err(wrong(&change.customer, "the changes are not in the order of the instance"));
    }
    let rep = &*instance.reps[edit.rep as usize].id;
    if change.rule != edit.rule || change.rep.as_ref().is_some_and(|stated| stated != rep) {
        return Err(wrong(id, "it is of another rule or rep than it says"));
    }
    if change.minutes_freed != edit.freed.0 {
        return Err(wrong(id, format!("it says {} minutes freed, it is {}", change.minutes_freed, edit.freed.0)));
    }
    let figures = [
        ("revenue_change", Some(change.revenue_change), edit.revenue),
        ("value_change", change.value_change, edit.value),
    ];
    for (field, stated, actual) in figures {
        if let Some(stated) = stated.filter(|&stated| stated != actual) {
            return Err(wrong(id, format!("it says {field} = {stated}, it is {actual}")));
        }
    }
    let pass = &instance.model.post_pass;
    if !wide.cells.holds(edit.rule.when(pass), instance, edit.customer) {
        return Err(wrong(id, "the rule does not speak of this customer"));
    }
    let lane = edit.to.lane().map(|index| wide.problem.lane(index));
    let calls = lane.map_or(0, |lane| lane.calls);
    let why = match edit.rule {
        RuleName::Telesales if customer.lock.is_some() => "the customer is locked",
        RuleName::Telesales if customer.visits.min > 0 => "the customer has a least number of visits",
        RuleName::Telesales if calls > edit.from.visits.saturating_mul(pass.telesales.calls_per_visit) => {
            "there are more calls than calls_per_visit allows"
        }
        RuleName::Reactivate
            if lane.is_some_and(|lane| edit.to.visits != pass.reactivate.visits.clamp(lane.fewest, lane.most)) =>
        {
            "the number of visits is not the rule's"
        }
        RuleName::Reactivate if calls > 0 => "a customer who is won gets visits, no calls",
        RuleName::Reactivate | RuleName::Frequency if edit.value.0 <= 0 => "the time it takes adds nothing",
        RuleName::Frequency
            if edit.to.visits > edit.from.visits.saturating_add(pass.frequency.raise_by_at_most)
                || edit.to.visits < edit.from.visits =>
        {
            "it raises by more than raise_by_at_most"
        }
        _ => return Ok(()),
    };
    Err(wrong(id, why))
}

/// Freed minutes go where they are attributed to, where the plan says it.
fn check_spent_on(instance: &Instance, wide: &Wide, edits: &[Edit], plan: &ReadPlan<'_>) -> Result<(), Rejected> {
    for (change, spent_on) in plan.changes.iter().zip(attribute(&wide.problem, edits)) {
        let Some(stated) = &change.spent_on else { continue };
        let actual: Vec<&str> = spent_on.iter().map(|&at| &*instance.customers[edits[at].customer].id).collect();
        if *stated != actual {
            return Err(wrong(&change.customer, format!("the freed time is spent on {actual:?}")));
        }
    }
    Ok(())
}

/// Each rep's changes together: no more is spent on winning customers than the share of what was freed, and under `pays`
/// nothing is lost.
fn check_reps(instance: &Instance, wide: &Wide, edits: &[Edit]) -> Result<(), Rejected> {
    #[derive(Default)]
    struct Sums {
        freed: i64,
        won: i64,
        value: i64,
    }
    let mut reps: BTreeMap<u32, Sums> = BTreeMap::new();
    for edit in edits {
        let sums = reps.entry(edit.rep).or_default();
        sums.value += edit.value.0;
        match edit.rule {
            RuleName::Telesales => sums.freed += edit.freed.0,
            RuleName::Reactivate => sums.won += wide.problem.minutes(edit.to),
            RuleName::Frequency => {}
        }
    }
    let pass = &instance.model.post_pass;
    for (rep, Sums { freed, won, value }) in reps {
        let most = pass.reactivate.share_of_freed.floor_of(freed);
        let rep = &instance.reps[rep as usize].id;
        if won > most {
            return Err(Rejected::Changes(format!(
                "{rep} spends {won} minutes on winning customers, {most} are allowed"
            )));
        }
        if pass.telesales.only_if == OnlyIf::Pays && value < 0 {
            return Err(Rejected::Changes(format!("those of {rep} lose {}, and they must pay", Money(-value))));
        }
    }
    Ok(())
}

/// The bound on all plans of visits and calls, if one is stated, must be the one that its certificate proves.
pub(super) fn check_joint(problem: &Problem, plan: &ReadPlan<'_>, value: Money) -> Result<Option<Money>, Rejected> {
    let Some(joint) = &plan.joint else { return Ok(None) };
    let certified = joint.certificate.bounds_beside(problem, value.0)?.least();
    same("joint.bound", joint.bound, Money(certified.0))?;
    same_gap("joint.gap", joint.gap, Gap::between(value.0, Bound(certified.0)))?;
    Ok(Some(Money(certified.0)))
}

/// A row about the best mix, whose plan is not there to be checked: not below the plan after the post-pass, not above what
/// is proven.
fn check_best_mix(
    instance: &Instance,
    name: &str,
    row: &serde_json::Value,
    passed: Money,
    joint: Option<Money>,
) -> Result<(), Rejected> {
    let number = |field: &str| row.get(field).and_then(serde_json::Value::as_f64).unwrap_or(f64::NAN);
    let wrong = |actual: String| {
        let stated = row.get("value").map_or_else(|| "nothing".to_owned(), ToString::to_string);
        Err(Rejected::WrongFigure { field: format!("comparison.{name}.value"), stated, actual })
    };
    let Some(bound) = joint else { return wrong("not proven, for the plan has no \"joint\"".to_owned()) };
    if !(passed.as_f64()..=bound.as_f64()).contains(&number("value")) {
        return wrong(format!("between {passed} and {bound}"));
    }
    if instance.model.objective == Objective::Revenue && number("value") != number("revenue") {
        return wrong("the revenue".to_owned());
    }
    Ok(())
}

/// The rows of the comparison that can be computed again must be right, and the best mix no better than its bound.
pub(super) fn check_comparison(
    instance: &Instance,
    plan: &ReadPlan<'_>,
    rows: [(&Problem, &[Choice]); 2],
    joint: Option<Money>,
) -> Result<(), Rejected> {
    let Some(stated) = plan.comparison.as_ref().and_then(|rows| rows.as_array()) else { return Ok(()) };
    let [field, passed] = rows;
    let mut actual: Vec<Compared> = compared(instance).into_iter().collect();
    actual.push(Compared::of(Compares::Field, field.0, field.1));
    actual.push(Compared::of(Compares::PostPass, passed.0, passed.1));
    let named = |row: &serde_json::Value| row.get("plan").and_then(|name| name.as_str().map(str::to_owned));
    let passed_value = Money(passed.0.total_value(passed.1));
    let actual: Vec<serde_json::Value> =
        actual.iter().map(|row| serde_json::to_value(row).unwrap_or_default()).collect();
    for row in stated {
        let name = named(row).unwrap_or_default();
        if let Some(actual) = actual.iter().find(|actual| named(actual).as_deref() == Some(&name)) {
            compare(&format!("comparison.{name}"), row, actual)?;
        }
        if name.starts_with("joint") {
            check_best_mix(instance, &name, row, passed_value, joint)?;
        }
    }
    Ok(())
}
