//! From the names in a plan to the options of a problem.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{ReadAssignment, ReadContact, ReadPlan};
use crate::instance::Instance;
use crate::problem::{Choice, Problem};

/// The ids of an instance with their indices.
pub struct Names<'i> {
    customers: HashMap<&'i str, usize>,
    reps: HashMap<&'i str, u32>,
    pools: HashMap<&'i str, u32>,
}

impl<'i> Names<'i> {
    /// The ids of this instance.
    pub fn of(instance: &'i Instance) -> Names<'i> {
        let customers = instance.customers.iter().map(|customer| &*customer.id).zip(0..).collect();
        Names { customers, ..Names::without_customers(instance) }
    }

    /// The ids of its reps and pools alone, which are few.
    pub(crate) fn without_customers(instance: &'i Instance) -> Names<'i> {
        Names {
            customers: HashMap::new(),
            reps: instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect(),
            pools: instance.pools.iter().map(|pool| &*pool.id).zip(0..).collect(),
        }
    }

    /// The index of a customer.
    pub fn customer(&self, id: &str) -> Option<usize> {
        self.customers.get(id).copied()
    }

    /// The option of its customer that an assignment states, if it is one; never nothing.
    pub fn choice(&self, problem: &Problem, assignment: &ReadAssignment) -> Option<Choice> {
        self.choice_of(problem, self.customer(&assignment.customer)?, assignment)
    }

    /// The index of a rep.
    pub fn rep(&self, id: &str) -> Option<u32> {
        self.reps.get(id).copied()
    }

    /// The option of a customer that a change names, if it is one.
    pub fn contact(&self, problem: &Problem, customer: usize, contact: &ReadContact) -> Option<Choice> {
        let (rep, pool) = (index(&self.reps, &contact.rep)?, index(&self.pools, &contact.pool)?);
        problem.find(customer, rep, contact.visits, pool, contact.calls)
    }

    /// As [`Names::choices`], of the plan before its post-pass; nothing where the plan has that before.
    pub fn undone(&self, problem: &Problem, plan: &ReadPlan) -> Vec<Option<Choice>> {
        let mut choices = self.choices(problem, plan);
        for change in &plan.changes {
            if let Some(at) = self.customer(&change.customer) {
                choices[at] = self.contact(problem, at, &change.from);
            }
        }
        choices
    }

    /// The option that a plan states for each customer of a problem, where it is one; never nothing.
    pub fn choices(&self, problem: &Problem, plan: &ReadPlan) -> Vec<Option<Choice>> {
        let mut choices = vec![None; problem.customers()];
        for assignment in &plan.assignments {
            if let (Some(at), Some(choice)) = (self.customer(&assignment.customer), self.choice(problem, assignment)) {
                choices[at] = Some(choice);
            }
        }
        choices
    }

    /// The same of a customer that is known already.
    pub(crate) fn choice_of(&self, problem: &Problem, customer: usize, assignment: &ReadAssignment) -> Option<Choice> {
        let (rep, pool) = (index(&self.reps, &assignment.rep)?, index(&self.pools, &assignment.pool)?);
        let choice = problem.find(customer, rep, assignment.visits, pool, assignment.calls)?;
        (choice != Choice::NOTHING).then_some(choice)
    }
}

/// `None` for a name that is not known, `Some(None)` for nobody.
fn index(known: &HashMap<&str, u32>, id: &Option<Cow<'_, str>>) -> Option<Option<u32>> {
    match id {
        Some(id) => known.get(&**id).copied().map(Some),
        None => Some(None),
    }
}
