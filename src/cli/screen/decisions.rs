//! Decisions made by hand, with what each costs.

use super::Screen;
use crate::decision::{PricedBy, PricedDecision};
use crate::units::Money;

/// Decisions shown unless all are asked for.
const MOST: usize = 10;

/// The section: the dearest first.
pub(super) fn section(screen: &Screen<'_>) -> String {
    let decisions = screen.decisions;
    if decisions.is_empty() {
        return String::new();
    }
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
    let mut lines = vec![format!("{count} by hand; {how}.")];
    let most = if screen.verbose { usize::MAX } else { MOST };
    for one in dearest.iter().take(most) {
        let costs = one.price.map_or_else(String::new, |price| price.words());
        lines.push(format!("{}: {}: {costs}", one.decision.customer, one.decision.words(screen.instance)));
    }
    if dearest.len() > most {
        lines.push(format!("and {} that cost less; -v shows all.", dearest.len() - most));
    }
    super::section("DECISIONS", &lines)
}
