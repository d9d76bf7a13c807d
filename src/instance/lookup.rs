//! References: from ids to indices.

use std::collections::HashMap;

use super::Pool;
use super::near::Near;
use super::rep::Rep;
use crate::json::{Node, Reader, did_you_mean};
use crate::model::PlanningModel;

/// Finds reps, pools and segments by their ids.
pub(super) struct Lookup<'i> {
    reps: HashMap<&'i str, u32>,
    pools: HashMap<&'i str, u32>,
    rep_ids: Vec<&'i str>,
    pool_ids: Vec<&'i str>,
    complete: bool,
    /// The reps by where they are.
    pub(super) near: Near<'i>,
}

impl<'i> Lookup<'i> {
    /// Of these reps and pools. Where some of them could not be read, unknown names are no problem of their own.
    pub(super) fn new(reps: &'i [Rep], pools: &'i [Pool], complete: bool) -> Lookup<'i> {
        let rep_ids: Vec<&str> = reps.iter().map(|rep| &*rep.id).collect();
        let pool_ids: Vec<&str> = pools.iter().map(|pool| &*pool.id).collect();
        Lookup {
            reps: rep_ids.iter().copied().zip(0..).collect(),
            pools: pool_ids.iter().copied().zip(0..).collect(),
            rep_ids,
            pool_ids,
            complete,
            near: Near::new(reps),
        }
    }

    /// The index of the rep whose id the node names.
    pub(super) fn rep<'a>(&self, reader: &mut Reader<'a>, node: Node<'a>) -> Option<u32> {
        self.find(reader, node, "rep", &self.reps, &self.rep_ids)
    }

    /// The index of the pool whose id the node names.
    pub(super) fn pool<'a>(&self, reader: &mut Reader<'a>, node: Node<'a>) -> Option<u32> {
        self.find(reader, node, "pool", &self.pools, &self.pool_ids)
    }

    /// The name of a segment. Where the model has a table of segments it must be in it; otherwise it is a label.
    pub(super) fn segment<'a>(
        &self,
        reader: &mut Reader<'a>,
        node: Node<'a>,
        model: &PlanningModel,
    ) -> Option<Box<str>> {
        let name = reader.text(node)?;
        if !model.segments.is_empty() && !model.segments.contains_key(&*name) {
            let known: Vec<&str> = model.segments.keys().map(String::as_str).collect();
            let near = did_you_mean(&name, known.iter().copied());
            let remedy = format!("use one of {}{near}, or add it to the model's segments", known.join(", "));
            reader.fault(node, "E401", format!("is no segment of the model \"{}\"", model.name), remedy);
            return None;
        }
        Some(name.into())
    }

    fn find<'a>(
        &self,
        reader: &mut Reader<'a>,
        node: Node<'a>,
        what: &str,
        known: &HashMap<&str, u32>,
        ids: &[&str],
    ) -> Option<u32> {
        let id = reader.text(node)?;
        let found = known.get(&*id).copied();
        if found.is_none() && self.complete {
            // Looking for the nearest of very many would take longer than reading the file.
            let near = did_you_mean(&id, ids.iter().copied().take(10_000));
            reader.fault(
                node,
                "E401",
                format!("is no {what} of this instance"),
                format!("name a {what} that exists{near}"),
            );
        }
        found
    }
}
