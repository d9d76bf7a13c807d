//! What differs between two plans: in sum, by any grouping of customers, and who changes hands.
//!
//! Plans are taken as they are written; whether they are right is for the verifier to say.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::plan::{ReadAssignment, ReadOutline};
use crate::units::{Minutes, Money};

/// Sums over some customers of one plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Customers with at least one visit or call.
    pub covered: u32,
    /// Customers with at least one visit.
    pub visited: u32,
    /// Visits in the period.
    pub visits: i64,
    /// Time of visits, travel included.
    pub minutes: Minutes,
    /// Calls in the period.
    pub calls: i64,
    /// Time of calls.
    pub call_minutes: Minutes,
    /// Revenue that visits and calls add.
    pub revenue: Money,
}

impl Sums {
    fn add(&mut self, assignment: &ReadAssignment<'_>) {
        self.covered += 1;
        self.visited += u32::from(assignment.visits > 0);
        self.visits += i64::from(assignment.visits);
        self.minutes.0 = self.minutes.0.saturating_add(assignment.minutes);
        self.calls += i64::from(assignment.calls);
        self.call_minutes.0 = self.call_minutes.0.saturating_add(assignment.call_minutes);
        self.revenue.0 = self.revenue.0.saturating_add(assignment.revenue.0);
    }
}

/// Some customers in both plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What they have in common.
    pub name: String,
    /// The first plan.
    pub first: Sums,
    /// The second plan.
    pub second: Sums,
}

/// A customer whom another rep visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// The customer's id.
    pub customer: String,
    /// Who visits in the first plan (id).
    pub from: String,
    /// Who visits in the second plan (id).
    pub to: String,
    /// Visits in both plans.
    pub visits: [u32; 2],
    /// What it changes in revenue.
    pub revenue: Money,
}

/// How many customers are treated how in the second plan, against the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Visited in both, more often in the second.
    pub more: u32,
    /// Visited in both, less often in the second.
    pub fewer: u32,
    /// Visited in the second alone.
    pub anew: u32,
    /// Visited in the first, called alone in the second.
    pub by_phone: u32,
    /// Visited in the first, neither visited nor called in the second.
    pub dropped: u32,
    /// The same visits, calls, rep and pool in both, at least one.
    pub same: u32,
    /// In the first plan alone: it is of another instance.
    pub only_first: u32,
    /// In the second plan alone.
    pub only_second: u32,
}

/// What differs between two plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Everybody.
    pub total: Group,
    /// How many customers change how.
    pub customers: Counts,
    /// Customers whom another rep visits, in the order of the second plan.
    pub handovers: Vec<Handover>,
    /// By who visits; customers who are only called are in none of these.
    pub reps: Vec<Group>,
}

/// What a plan gives a customer; nothing where it is left alone.
type Given<'p, 'a> = Option<&'p ReadAssignment<'a>>;

impl Difference {
    /// Compares two plans.
    pub fn of(first: &ReadOutline<'_>, second: &ReadOutline<'_>) -> Difference {
        let mut counts = Counts::default();
        let mut handovers = Vec::new();
        for (id, [a, b]) in pairs(first, second) {
            let (Some(a), Some(b)) = (a, b) else {
                *(if a.is_some() { &mut counts.only_first } else { &mut counts.only_second }) += 1;
                continue;
            };
            let visits = [a, b].map(|given| given.map_or(0, |given| given.visits));
            let is_called = b.is_some_and(|given| given.calls > 0);
            let is_same = match (a, b) {
                (Some(a), Some(b)) => (&a.rep, a.visits, &a.pool, a.calls) == (&b.rep, b.visits, &b.pool, b.calls),
                _ => false,
            };
            match visits {
                [0, 0] if is_same => counts.same += 1,
                [0, 0] => {}
                [0, _] => counts.anew += 1,
                [_, 0] if is_called => counts.by_phone += 1,
                [_, 0] => counts.dropped += 1,
                [before, now] if now > before => counts.more += 1,
                [before, now] if now < before => counts.fewer += 1,
                _ if is_same => counts.same += 1,
                _ => {}
            }
            let rep = |given: Given<'_, '_>| given.and_then(|given| given.rep.as_deref().map(str::to_owned));
            if let (Some(from), Some(to)) = (rep(a), rep(b))
                && from != to
            {
                let revenue = |given: Given<'_, '_>| given.map_or(0, |given| given.revenue.0);
                let revenue = Money(revenue(b).saturating_sub(revenue(a)));
                handovers.push(Handover { customer: id.to_owned(), from, to, visits, revenue });
            }
        }
        let everybody = |_: &ReadAssignment<'_>| Some(String::new());
        let total = groups(first, second, everybody).pop().unwrap_or_else(|| Group::named(String::new()));
        let reps = groups(first, second, |assignment| assignment.rep.as_deref().map(str::to_owned));
        Difference { total, customers: counts, handovers, reps }
    }
}

impl Group {
    fn named(name: String) -> Group {
        Group { name, first: Sums::default(), second: Sums::default() }
    }
}

/// Sums of both plans by what the assignments have in common, in the order of the names; `None` belongs nowhere.
pub fn groups(
    first: &ReadOutline<'_>,
    second: &ReadOutline<'_>,
    name: impl Fn(&ReadAssignment<'_>) -> Option<String>,
) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (plan, is_first) in [(first, true), (second, false)] {
        for assignment in &plan.assignments {
            let Some(name) = name(assignment) else { continue };
            let group = groups.entry(name.clone()).or_insert_with(|| Group::named(name));
            (if is_first { &mut group.first } else { &mut group.second }).add(assignment);
        }
    }
    groups.into_values().collect()
}

/// Every customer of either plan with what both give it, those of the second plan first; `None` where a plan does not
/// know the customer.
#[allow(clippy::type_complexity)]
fn pairs<'p, 'a>(
    first: &'p ReadOutline<'a>,
    second: &'p ReadOutline<'a>,
) -> Vec<(&'p str, [Option<Given<'p, 'a>>; 2])> {
    let known = |plan: &'p ReadOutline<'a>| -> Vec<(&'p str, Given<'p, 'a>)> {
        let assigned = plan.assignments.iter().map(|one| (&*one.customer, Some(one)));
        assigned.chain(plan.uncovered.iter().map(|id| (&**id, None))).collect()
    };
    let (list, others) = (known(second), known(first));
    let in_first: HashMap<&str, Given<'p, 'a>> = others.iter().copied().collect();
    let in_second: HashMap<&str, Given<'p, 'a>> = list.iter().copied().collect();
    let both = list.iter().map(|&(id, given)| (id, [in_first.get(id).copied(), Some(given)]));
    let gone =
        others.iter().filter(|(id, _)| !in_second.contains_key(id)).map(|&(id, given)| (id, [Some(given), None]));
    both.chain(gone).collect()
}
