//! What `solve` tells a planner about decisions made by hand.

use crate::decision::{PricedBy, PricedDecision};
use crate::instance::Instance;
use crate::units::Money;

/// Decisions shown unless all are asked for.
const MOST: usize = 10;

/// Each decision with what it costs, the dearest first.
pub fn of(instance: &Instance, decisions: &[PricedDecision], verbose: bool) -> String {
    let price = |decision: &PricedDecision| decision.price.map_or(Money(0), |price| price.price);
    let mut dearest: Vec<&PricedDecision> = decisions.iter().collect();
    dearest.sort_by_key(|decision| std::cmp::Reverse(price(decision)));
    let by_solves = decisions.iter().all(|one| one.price.is_some_and(|price| price.by == PricedBy::Solves));
    let how = if by_solves {
        "each price is the difference of two plans"
    } else {
        "prices follow from what hours are worth; --price-decisions solves without each"
    };
    let count = if decisions.len() == 1 { "1 made".to_owned() } else { format!("{} made", decisions.len()) };
    let mut text = format!("\nDECISIONS  {count} by hand; {how}.\n");
    let most = if verbose { usize::MAX } else { MOST };
    for one in dearest.iter().take(most) {
        let costs = one.price.map_or_else(String::new, |price| price.words());
        text += &format!("  {}: {}: {costs}\n", one.decision.customer, one.decision.words(instance));
    }
    if dearest.len() > most {
        text += &format!("  and {} that cost less; -v shows all.\n", dearest.len() - most);
    }
    text.trim_end().to_owned()
}
