//! Telesales pools: the people who call.

use crate::json::{Node, Reader};
use crate::units::{Factor, Minutes, Money};

/// A group of people who call customers.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Unique among the pools.
    pub id: Box<str>,
    /// Time for calls in the period.
    pub minutes: Minutes,
    /// Time of one call.
    pub minutes_per_call: Minutes,
    /// Effect of one call as a share of a visit.
    pub effect_per_call: Factor,
    /// Cost of an hour of calling.
    pub cost_per_hour: Money,
}

impl Pool {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<Pool> {
        let mut fields = reader.object(node)?;
        let id = fields.require(reader, "id", Reader::id);
        let stated = ["minutes", "hours"].map(|name| fields.take(name));
        if stated.iter().flatten().count() != 1 {
            reader.fault(
                node,
                "E303",
                "does not have its time stated once",
                "give exactly one of \"minutes\" and \"hours\"",
            );
        }
        let minutes = stated[0].and_then(|n| reader.minutes(n)).or_else(|| stated[1].and_then(|n| reader.hours(n)));
        let minutes_per_call = fields.require(reader, "minutes_per_call", Reader::minutes);
        let effect_per_call = fields.require(reader, "effect_per_call", Reader::share);
        let cost_per_hour = fields.get(reader, "cost_per_hour", Reader::money).unwrap_or(Money(0));
        fields.finish(reader);
        Some(Pool {
            id: id?,
            minutes: minutes.unwrap_or(Minutes(0)),
            minutes_per_call: minutes_per_call.unwrap_or(Minutes(0)),
            effect_per_call: effect_per_call.unwrap_or(Factor(0)),
            cost_per_hour,
        })
    }
}
