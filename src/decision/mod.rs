//! Decisions made by hand, over an instance: the instance is made anew each quarter, the decisions stay.
//!
//! A [`Decision`] says in ids what a customer gets. An [`Overlay`] finds the customers and reps, merges what several
//! decisions say of one customer, and becomes the locks of the instance; `models/decisions-by-hand.md` has the rules and
//! why a decision's price is what it is.

mod document;
#[cfg(feature = "tables")]
mod files;
mod overlay;

pub use document::PricedDecision;
#[cfg(feature = "tables")]
pub use files::{DecisionFiles, to_csv};
pub use overlay::{Decided, Fault, Overlay};

use crate::instance::Instance;
use crate::units::{Money, plural};

/// A decision made by hand about one customer; what it does not name stays free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The customer's id.
    pub customer: String,
    /// At least one visit by this rep (id).
    pub rep: Option<String>,
    /// Exactly so many visits.
    pub visits: Option<u32>,
    /// Exactly so many calls.
    pub calls: Option<u32>,
    /// Why.
    pub reason: Option<String>,
    /// Who decided.
    pub by: Option<String>,
    /// When, as it was written.
    pub date: Option<String>,
}

impl Decision {
    /// Whether it names a rep or a number at all.
    pub fn says_something(&self) -> bool {
        self.rep.is_some() || self.visits.is_some() || self.calls.is_some()
    }

    /// What was decided, in words: `4 visits, Huber, "tender in May"`.
    pub fn words(&self, instance: &Instance) -> String {
        let mut parts = Vec::new();
        parts.extend(self.visits.map(|visits| plural(visits, "visit")));
        parts.extend(self.calls.map(|calls| plural(calls, "call")));
        parts.extend(self.rep.as_ref().map(|id| {
            let known = instance.reps.iter().find(|rep| *rep.id == **id);
            known.map_or_else(|| id.clone(), |rep| rep.name.to_string())
        }));
        parts.extend(self.reason.as_ref().map(|reason| format!("\"{reason}\"")));
        parts.join(", ")
    }
}

/// What a decision costs: what the plan would be worth more without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// About so much.
    pub price: Money,
    /// Not less, as far as is proven.
    pub low: Money,
    /// Not more, as far as is proven.
    pub high: Option<Money>,
    /// Where it comes from.
    pub by: PricedBy,
}

impl Price {
    /// The price in words: `costs 249`, `costs about 250`; with its range where two plans leave one that matters.
    pub fn words(&self) -> String {
        let open = |high: &Money| self.by == PricedBy::Solves && high.0 - self.low.0 >= 100;
        let range = self
            .high
            .filter(open)
            .map_or_else(String::new, |high| format!(" (between {} and {})", self.low.rounded(), high.rounded()));
        match (self.price.0 <= 0, self.by) {
            (true, _) => format!("costs nothing{range}"),
            (false, PricedBy::Solves) => format!("costs {}{range}", self.price.rounded()),
            (false, PricedBy::Prices) => format!("costs about {}", self.price.rounded()),
        }
    }
}

/// Where the price of a decision comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PricedBy {
    /// From the difference of two plans, with the decision and without it.
    Solves,
    /// From the prices of hours and other limits in the plan with the decision.
    Prices,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_says_how_well_it_is_known() {
        let price = |price: i64, low: i64, high: i64, by: PricedBy| {
            Price { price: Money(price), low: Money(low), high: Some(Money(high)), by }.words()
        };
        assert_eq!(price(24_927, 24_927, 24_927, PricedBy::Solves), "costs 249");
        assert_eq!(price(24_927, 0, 38_400, PricedBy::Solves), "costs 249 (between 0 and 384)");
        assert_eq!(price(0, 0, 13_500, PricedBy::Solves), "costs nothing (between 0 and 135)");
        assert_eq!(price(0, 0, 50, PricedBy::Solves), "costs nothing");
        assert_eq!(price(25_000, 0, 38_400, PricedBy::Prices), "costs about 250");
    }
}
