//! Locks: decisions made by hand.

use super::coverage::Coverage;
use super::lookup::Lookup;
use super::rep::Rep;
use crate::json::{Node, Reader};
use crate::model::Range;

/// A decision made by hand; what it does not name stays free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// At least one visit by this rep (index).
    pub rep: Option<u32>,
    /// Exactly so many visits.
    pub visits: Option<u32>,
    /// Exactly so many calls.
    pub calls: Option<u32>,
}

impl Lock {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>, lookup: &Lookup<'_>) -> Option<Lock> {
        let mut fields = reader.object(node)?;
        let lock = Lock {
            rep: fields.get(reader, "rep", |r, n| lookup.rep(r, n)),
            visits: fields.get(reader, "visits", Reader::visits),
            calls: fields.get(reader, "calls", Reader::visits),
        };
        fields.finish(reader);
        Some(lock)
    }

    /// Refuses a lock that is not possible by itself.
    pub(super) fn check(
        &self,
        reader: &mut Reader<'_>,
        node: Node<'_>,
        visits: Range,
        calls: Range,
        coverage: &[Coverage],
        reps: &[Rep],
    ) {
        for fault in self.faults("lock", visits, calls, coverage, reps) {
            reader.fault(node, "E308", fault.problem, fault.remedy);
        }
    }

    /// What makes a lock impossible by itself: it must lie within minimum, maximum and coverage, on an active rep.
    /// `called` is what remedies call it.
    pub(crate) fn faults(
        &self,
        called: &str,
        visits: Range,
        calls: Range,
        coverage: &[Coverage],
        reps: &[Rep],
    ) -> Vec<LockFault> {
        let mut faults = Vec::new();
        let mut fault = |part, problem: String, remedy: String| faults.push(LockFault { part, problem, remedy });
        if let Some(rep) = self.rep {
            let name = &reps[rep as usize].id;
            if !reps[rep as usize].is_active() {
                let problem = format!("names rep \"{name}\", who is not active");
                fault(LockPart::Rep, problem, "name an active rep".to_owned());
            } else if !coverage.iter().any(|coverage| coverage.rep == rep && coverage.most >= visits.min.max(1)) {
                let problem = format!("names rep \"{name}\", who may not visit this customer");
                fault(LockPart::Rep, problem, "name a covering rep with the skills, or add the coverage".to_owned());
            }
            if self.visits == Some(0) {
                let problem = format!("wants a visit by \"{name}\" and 0 visits");
                fault(LockPart::Rep, problem, "drop one of the two".to_owned());
            }
        }
        if let Some(number) = self.visits {
            if number > 0 && coverage.is_empty() {
                let problem = format!("fixes {number} visits, and nobody may visit");
                fault(LockPart::Visits, problem, format!("add coverage or drop the {called}"));
                return faults;
            }
            let most = coverage
                .iter()
                .filter(|coverage| self.rep.is_none_or(|rep| rep == coverage.rep))
                .map(|coverage| coverage.most)
                .max()
                .unwrap_or(visits.max);
            faults.extend(out_of_range(LockPart::Visits, called, number, Range { min: visits.min, max: most }));
        }
        if let Some(number) = self.calls {
            faults.extend(out_of_range(LockPart::Calls, called, number, calls));
        }
        faults
    }
}

/// Why a lock is impossible, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LockFault {
    pub part: LockPart,
    pub problem: String,
    pub remedy: String,
}

/// What a lock may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockPart {
    /// The rep.
    Rep,
    /// The number of visits.
    Visits,
    /// The number of calls.
    Calls,
}

fn out_of_range(part: LockPart, called: &str, number: u32, range: Range) -> Option<LockFault> {
    let what = if part == LockPart::Calls { "calls" } else { "visits" };
    (number < range.min || number > range.max).then(|| LockFault {
        part,
        problem: format!("fixes {number} {what}, outside {} to {}", range.min, range.max),
        remedy: format!("change the {called} or the range of {what}"),
    })
}
