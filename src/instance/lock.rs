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

    /// Refuses a lock that is not possible by itself: within minimum, maximum and coverage, on an active rep.
    pub(super) fn check(
        &self,
        reader: &mut Reader<'_>,
        node: Node<'_>,
        visits: Range,
        calls: Range,
        coverage: &[Coverage],
        reps: &[Rep],
    ) {
        if let Some(rep) = self.rep {
            let name = &reps[rep as usize].id;
            if !reps[rep as usize].is_active() {
                reader.fault(node, "E308", format!("names rep \"{name}\", who is not active"), "name an active rep");
            } else if !coverage.iter().any(|coverage| coverage.rep == rep && coverage.most >= visits.min.max(1)) {
                let problem = format!("names rep \"{name}\", who may not visit this customer");
                reader.fault(node, "E308", problem, "name a covering rep with the skills, or add the coverage");
            }
            if self.visits == Some(0) {
                reader.fault(node, "E308", format!("wants a visit by \"{name}\" and 0 visits"), "drop one of the two");
            }
        }
        if let Some(number) = self.visits {
            if number > 0 && coverage.is_empty() {
                reader.fault(
                    node,
                    "E308",
                    format!("fixes {number} visits, and nobody may visit"),
                    "add coverage or drop the lock",
                );
                return;
            }
            let most = coverage
                .iter()
                .filter(|coverage| self.rep.is_none_or(|rep| rep == coverage.rep))
                .map(|coverage| coverage.most)
                .max()
                .unwrap_or(visits.max);
            out_of_range(reader, node, "visits", number, Range { min: visits.min, max: most });
        }
        if let Some(number) = self.calls {
            out_of_range(reader, node, "calls", number, calls);
        }
    }
}

fn out_of_range(reader: &mut Reader<'_>, node: Node<'_>, what: &str, number: u32, range: Range) {
    if number < range.min || number > range.max {
        let problem = format!("fixes {number} {what}, outside {} to {}", range.min, range.max);
        reader.fault(node, "E308", problem, format!("change the lock or the range of {what}"));
    }
}
