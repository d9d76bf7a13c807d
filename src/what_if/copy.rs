//! A rep who is added as a copy of another.

use serde_json::Value;

use super::document::Document;
use super::set::{Fault, TIMES};
use crate::instance::{Coverage, Instance};
use crate::json::did_you_mean;
use crate::model::Owners;
use crate::units::Factor;

/// What a copy has of its own; everything else is its template's.
const OF_ITS_OWN: [&str; 13] = [
    "id",
    "copy_of",
    "name",
    "status",
    "hours",
    "minutes",
    "work",
    "min_hours",
    "min_minutes",
    "effectiveness",
    "cost",
    "target",
    "max_customers",
];

/// A rep that is added as a copy of another.
pub struct RepCopy {
    /// The rep as an instance would have it.
    pub text: String,
    id: String,
    /// The id of its template.
    of: String,
}

impl RepCopy {
    /// Reads a rep that is added to a list; none where it is no copy, what is wrong and a remedy where it is none that can be.
    /// A copy is active and has a name of its own, unless it says otherwise.
    pub fn read(reps: &mut Document<'_>, rep: &str) -> Option<Result<RepCopy, Fault>> {
        let own: serde_json::Map<String, Value> = serde_json::from_str(rep).ok()?;
        let template = own.get("copy_of")?;
        let text = |name: &str| own.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (id, of) = (text("id"), text("copy_of"));
        let ids = reps.ids();
        let Some(document) = reps.element(&of).filter(|_| ids.contains(&of)) else {
            let remedy = format!("name a rep of the instance{}", did_you_mean(&of, ids.iter().map(String::as_str)));
            return Some(Err((format!("adds a copy of {template}, who is not in the instance"), remedy)));
        };
        let mut written = String::new();
        document.write(&mut written);
        let mut copy: serde_json::Map<String, Value> = serde_json::from_str(&written).ok()?;
        if let Some(name) = own.keys().find(|name| !OF_ITS_OWN.contains(&name.as_str())) {
            let problem = format!("adds a copy of \"{of}\" with \"{name}\"");
            let remedy = format!("a copy may have its own {}; add a rep for anything else", OF_ITS_OWN[2..].join(", "));
            return Some(Err((problem, remedy)));
        }
        for names in TIMES.iter().filter(|names| names.iter().any(|name| own.contains_key(*name))) {
            names.iter().for_each(|name| drop(copy.remove(*name)));
        }
        ["name", "status"].iter().for_each(|name| drop(copy.remove(*name)));
        copy.extend(own.into_iter().filter(|(name, _)| name != "copy_of"));
        Some(Ok(RepCopy { text: Value::Object(copy).to_string(), id, of }))
    }

    /// A copy may visit whom its template may visit, as well as the template, but for the hand-over.
    pub fn cover_alike(&self, instance: &mut Instance) {
        let index = |id: &str| instance.reps.iter().position(|rep| &*rep.id == id).map(|at| at as u32);
        let (Some(copy), Some(of)) = (index(&self.id), index(&self.of)) else { return };
        if !instance.reps[copy as usize].is_active() {
            return;
        }
        let handed_over = match instance.model.owners {
            Owners::Prefer => instance.model.handover_fit,
            Owners::Keep | Owners::Free => Factor::ONE,
        };
        for customer in &mut instance.customers {
            if customer.coverage.iter().any(|coverage| coverage.rep == copy) {
                continue;
            }
            let Some(template) = customer.coverage.iter().find(|coverage| coverage.rep == of) else { continue };
            let mut coverage = Coverage { rep: copy, ..template.clone() };
            if customer.owner == Some(of) && coverage.fit == Factor::ONE {
                coverage.fit = handed_over;
            }
            customer.coverage.push(coverage);
        }
    }
}
