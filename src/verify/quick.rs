//! The quick way through a plan in which everything is as it should be, as it nearly always is.

use rayon::prelude::*;

use crate::instance::Instance;
use crate::plan::{Names, ReadAssignment, ReadPlan};
use crate::problem::{Choice, Problem};

/// Assignments that one thread looks at at a time.
const PART: usize = 4096;

/// One option per customer, where every customer stands in the plan once, in the order of the instance, and every
/// statement about it is right; `None` otherwise.
pub(super) fn choices_of(instance: &Instance, problem: &Problem, plan: &ReadPlan<'_>) -> Option<Vec<Choice>> {
    if plan.assignments.len() + plan.uncovered.len() != instance.customers.len() {
        return None;
    }
    // Both lists are in the order of the instance: each customer is the next one of either.
    let (mut assigned, mut uncovered) = (plan.assignments.iter().peekable(), plan.uncovered.iter().peekable());
    let mut assignments: Vec<Option<&ReadAssignment<'_>>> = Vec::with_capacity(instance.customers.len());
    for customer in &instance.customers {
        let assignment = assigned.next_if(|assignment| *assignment.customer == *customer.id);
        if assignment.is_none() {
            uncovered.next_if(|id| ***id == *customer.id)?;
        }
        assignments.push(assignment);
    }
    let names = Names::without_customers(instance);
    assignments
        .par_iter()
        .enumerate()
        .with_min_len(PART)
        .map(|(customer, assignment)| {
            let Some(assignment) = assignment else {
                return problem.allows_nothing(customer).then_some(Choice::NOTHING);
            };
            let choice = names.choice_of(problem, customer, assignment)?;
            let right = assignment.minutes == problem.minutes(choice)
                && assignment.call_minutes == problem.call_minutes(choice)
                && assignment.revenue.0 == problem.revenue(choice);
            right.then_some(choice)
        })
        .collect()
}
