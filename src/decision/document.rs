//! Decisions in plans and proofs, written and read.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Decision, Price, PricedBy};
use crate::json::{Node, Reader};

/// A decision with what it costs, where that is known: in a proof that there is no plan it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedDecision {
    /// What was decided.
    pub decision: Decision,
    /// What it costs.
    pub price: Option<Price>,
}

impl Serialize for PricedDecision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Decision { customer, rep, visits, calls, reason, by, date } = &self.decision;
        let fields = if self.price.is_some() { 11 } else { 7 };
        let mut object = serializer.serialize_struct("decision", fields)?;
        object.serialize_field("customer", customer)?;
        object.serialize_field("rep", rep)?;
        object.serialize_field("visits", visits)?;
        object.serialize_field("calls", calls)?;
        object.serialize_field("reason", reason)?;
        object.serialize_field("by", by)?;
        object.serialize_field("date", date)?;
        if let Some(price) = self.price {
            object.serialize_field("price", &price.price)?;
            object.serialize_field("price_low", &price.low)?;
            object.serialize_field("price_high", &price.high)?;
            object.serialize_field("priced_by", &price.by)?;
        }
        object.end()
    }
}

impl PricedDecision {
    /// Reads a decision of a plan or a proof. Its price is informative: it must be an amount, and is not believed.
    pub(crate) fn read<'a>(reader: &mut Reader<'a>, node: Node<'a>) -> Option<PricedDecision> {
        let mut fields = reader.object(node)?;
        let customer = fields.require(reader, "customer", Reader::string);
        let decision = Decision {
            customer: String::new(),
            rep: fields.get_or_null(reader, "rep", Reader::string),
            visits: fields.get_or_null(reader, "visits", Reader::visits),
            calls: fields.get_or_null(reader, "calls", Reader::visits),
            reason: fields.get_or_null(reader, "reason", Reader::string),
            by: fields.get_or_null(reader, "by", Reader::string),
            date: fields.get_or_null(reader, "date", Reader::string),
        };
        let [price, low, high] =
            ["price", "price_low", "price_high"].map(|name| fields.get_or_null(reader, name, Reader::signed_money));
        let sources = [("solves", PricedBy::Solves), ("prices", PricedBy::Prices)];
        let by = fields.get_or_null(reader, "priced_by", |r, n| r.word(n, &sources));
        fields.finish(reader);
        let price = price.zip(by).map(|(price, by)| Price { price, low: low.unwrap_or_default(), high, by });
        Some(PricedDecision { decision: Decision { customer: customer?, ..decision }, price })
    }
}
