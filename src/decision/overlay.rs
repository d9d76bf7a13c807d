//! From decisions to locks: who is meant, what several say of one customer, and what cannot be.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Decision;
use crate::instance::{Instance, Lock, LockPart};
use crate::json::did_you_mean;

/// Decisions that can be applied to an instance, at most one per customer, in the order of the instance.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// What was decided, customer by customer.
    pub decided: Vec<Decided>,
    /// Decisions (by their number) that say what an earlier one says.
    pub repeated: Vec<usize>,
    /// Decisions (by their number) that say nothing.
    pub silent: Vec<usize>,
}

/// All that was decided of one customer.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Index of the customer.
    pub customer: usize,
    /// The lock that the instance itself has.
    pub before: Option<Lock>,
    /// The lock with the decision.
    pub lock: Lock,
    /// What was decided; of several decisions that complement each other, all together.
    pub decision: Decision,
}

/// A decision that cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The number of the decision, from 0.
    pub at: usize,
    /// The part of it that is at fault; the customer where it is none.
    pub part: Option<LockPart>,
    /// See [`crate::json::Located::code`].
    pub code: &'static str,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl Fault {
    /// The field at fault.
    pub fn field(&self) -> &'static str {
        match self.part {
            None => "customer",
            Some(LockPart::Rep) => "rep",
            Some(LockPart::Visits) => "visits",
            Some(LockPart::Calls) => "calls",
        }
    }
}

/// Ids that are looked through for one that is nearly right.
const LOOKED_THROUGH: usize = 20_000;
/// Faults up to which one is looked for.
const HELPED: usize = 50;

impl Overlay {
    /// Finds out what decisions mean for an instance; `place` says where one was made. Every decision that cannot be
    /// applied is reported, in their order.
    pub fn new(
        instance: &Instance,
        decisions: &[Decision],
        place: &dyn Fn(usize) -> String,
    ) -> Result<Overlay, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut overlay = Overlay::default();
        let mut merging: BTreeMap<usize, Merging<'_>> = BTreeMap::new();
        let customers = index_of(instance, decisions);
        let reps: HashMap<&str, u32> = instance.reps.iter().map(|rep| &*rep.id).zip(0..).collect();
        for (at, decision) in decisions.iter().enumerate() {
            if !decision.says_something() {
                overlay.silent.push(at);
                continue;
            }
            let helped = faults.len() < HELPED;
            let near = |id: &str, ids: &mut dyn Iterator<Item = &str>| {
                if helped { did_you_mean(id, ids.take(LOOKED_THROUGH)) } else { String::new() }
            };
            let mut unknown = |part, what: &str, id: &str, near: String| {
                let problem = format!("is no {what} of this instance");
                let remedy = format!("name a {what} that exists{near}");
                faults.push(Fault { at, part, code: "E401", value: id.to_owned(), problem, remedy });
            };
            let customer = customers.get(decision.customer.as_str()).copied();
            if customer.is_none() {
                let mut ids = instance.customers.iter().map(|customer| &*customer.id);
                unknown(None, "customer", &decision.customer, near(&decision.customer, &mut ids));
            }
            let rep = decision.rep.as_ref().map(|id| {
                let rep = reps.get(id.as_str()).copied();
                if rep.is_none() {
                    let mut ids = instance.reps.iter().map(|rep| &*rep.id);
                    unknown(Some(LockPart::Rep), "rep", id, near(id, &mut ids));
                }
                rep
            });
            let (Some(customer), None | Some(Some(_))) = (customer, rep) else { continue };
            let lock = Lock { rep: rep.flatten(), visits: decision.visits, calls: decision.calls };
            let merged = merging.entry(customer).or_insert_with(|| Merging::new(instance, customer));
            if merged.add(instance, at, decision, lock, place, &mut faults) {
                overlay.repeated.push(at);
            }
        }
        for (customer, merged) in merging {
            let before = instance.customers[customer].lock;
            let lock = merged.lock();
            if !merged.contradicts {
                merged.check(instance, &lock, &mut faults);
            }
            overlay.decided.push(Decided { customer, before, lock, decision: merged.decision });
        }
        faults.sort_by_key(|fault| fault.at);
        if faults.is_empty() { Ok(overlay) } else { Err(faults) }
    }

    /// Makes the decisions the locks of the instance.
    pub fn apply(&self, instance: &mut Instance) {
        for decided in &self.decided {
            instance.customers[decided.customer].lock = Some(decided.lock);
        }
    }
}

/// The customers that decisions name.
fn index_of<'i>(instance: &'i Instance, decisions: &[Decision]) -> HashMap<&'i str, usize> {
    let named: HashSet<&str> = decisions.iter().map(|decision| decision.customer.as_str()).collect();
    let ids = instance.customers.iter().map(|customer| &*customer.id).zip(0..);
    ids.filter(|(id, _)| named.contains(id)).collect()
}

/// What is decided of a customer so far.
struct Merging<'d> {
    customer: usize,
    /// Each part with the decision that said it first; none where the instance's lock did.
    rep: Option<(u32, Option<usize>)>,
    visits: Option<(u32, Option<usize>)>,
    calls: Option<(u32, Option<usize>)>,
    decision: Decision,
    seen: Vec<&'d Decision>,
    last: usize,
    contradicts: bool,
}

impl<'d> Merging<'d> {
    fn new(instance: &Instance, customer: usize) -> Merging<'d> {
        let lock = instance.customers[customer].lock.unwrap_or_default();
        Merging {
            customer,
            rep: lock.rep.map(|rep| (rep, None)),
            visits: lock.visits.map(|visits| (visits, None)),
            calls: lock.calls.map(|calls| (calls, None)),
            decision: Decision { customer: instance.customers[customer].id.to_string(), ..Decision::default() },
            seen: Vec::new(),
            last: 0,
            contradicts: false,
        }
    }

    /// Adds a decision to what is decided. Says whether it was said before, word for word.
    fn add(
        &mut self,
        instance: &Instance,
        at: usize,
        decision: &'d Decision,
        lock: Lock,
        place: &dyn Fn(usize) -> String,
        faults: &mut Vec<Fault>,
    ) -> bool {
        self.last = at;
        if self.seen.contains(&decision) {
            return true;
        }
        self.seen.push(decision);
        let rep_name = |rep: u32| format!("\"{}\"", instance.reps[rep as usize].id);
        let visits = |number: u32| format!("{number} visits");
        let calls = |number: u32| format!("{number} calls");
        let mut merge = |part,
                         held: &mut Option<(u32, Option<usize>)>,
                         said: Option<u32>,
                         words: &dyn Fn(u32) -> String| {
            let Some(said) = said else { return };
            let Some((before, by)) = *held else {
                *held = Some((said, Some(at)));
                return;
            };
            if before == said {
                return;
            }
            let other = by.map_or_else(|| "the lock in the instance".to_owned(), place);
            let problem =
                format!("decides {} for \"{}\", and {other} says {}", words(said), decision.customer, words(before));
            let remedy = "keep one of the two".to_owned();
            let value = if part == LockPart::Rep { decision.rep.clone().unwrap_or_default() } else { said.to_string() };
            faults.push(Fault { at, part: Some(part), code: "E308", value, problem, remedy });
            self.contradicts = true;
        };
        merge(LockPart::Rep, &mut self.rep, lock.rep, &rep_name);
        merge(LockPart::Visits, &mut self.visits, lock.visits, &visits);
        merge(LockPart::Calls, &mut self.calls, lock.calls, &calls);
        let together = &mut self.decision;
        together.rep = together.rep.take().or_else(|| decision.rep.clone());
        together.visits = together.visits.or(decision.visits);
        together.calls = together.calls.or(decision.calls);
        join(&mut together.reason, decision.reason.as_deref());
        join(&mut together.by, decision.by.as_deref());
        join(&mut together.date, decision.date.as_deref());
        false
    }

    fn lock(&self) -> Lock {
        Lock {
            rep: self.rep.map(|(rep, _)| rep),
            visits: self.visits.map(|(visits, _)| visits),
            calls: self.calls.map(|(calls, _)| calls),
        }
    }

    /// Refuses what is not possible by itself, at the decision that says it.
    fn check(&self, instance: &Instance, lock: &Lock, faults: &mut Vec<Fault>) {
        let customer = &instance.customers[self.customer];
        let found = lock.faults("decision", customer.visits, customer.calls, &customer.coverage, &instance.reps);
        faults.extend(found.into_iter().map(|fault| {
            let held = match fault.part {
                LockPart::Rep => self.rep,
                LockPart::Visits => self.visits,
                LockPart::Calls => self.calls,
            };
            let (value, by) = held.map_or((0, None), |(value, by)| (value, by));
            let value = match fault.part {
                LockPart::Rep => instance.reps[value as usize].id.to_string(),
                LockPart::Visits | LockPart::Calls => value.to_string(),
            };
            let at = by.unwrap_or(self.last);
            Fault { at, part: Some(fault.part), code: "E308", value, problem: fault.problem, remedy: fault.remedy }
        }));
    }
}

/// Adds a text to others, once.
fn join(texts: &mut Option<String>, more: Option<&str>) {
    let Some(more) = more else { return };
    match texts {
        None => *texts = Some(more.to_owned()),
        Some(known) if known.split("; ").any(|text| text == more) => {}
        Some(known) => *known = format!("{known}; {more}"),
    }
}
