//! Curves from history: sales, visits, wallet (`models/visit-allocation.md`, section 4).

use serde::Serialize;

use super::{Curve, Response, Status};
use crate::units::{Factor, Money};

/// How curves are derived from history where potential and visit value are not given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Anchor {
    /// Share of sales that would stay if nobody called: a judgement.
    pub kept_without_visits: Factor,
    /// Wallet as a multiple of sales where no wallet is given.
    pub wallet_multiple: Factor,
    /// Visits at which half of the potential is reached, where there is no history of visits.
    pub visits_to_half: Factor,
    /// Share of the wallet that can be won from customers without sales.
    pub win_rate: WinRate,
}

/// Share of the wallet that can be won, by status.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WinRate {
    /// Customers who bought lately.
    pub active: Factor,
    /// Customers who never bought.
    pub new: Factor,
    /// Customers who stopped buying.
    pub inactive: Factor,
}

/// What is known of a customer.
#[derive(Clone, Copy, Debug)]
pub struct History {
    /// Whether the customer buys.
    pub status: Status,
    /// The shape of its response.
    pub response: Response,
    /// Share of sales that would stay without visits.
    pub kept: Factor,
    /// Stated potential.
    pub potential: Option<Money>,
    /// Stated visit value.
    pub visit_value: Option<Money>,
    /// Sales in a comparable period.
    pub sales: Option<Money>,
    /// Whole demand in a period.
    pub wallet: Option<Money>,
    /// Visits in the comparable period.
    pub last_visits: u32,
}

impl History {
    /// Whether a curve from this rests on the share of sales that would stay without visits.
    pub fn is_anchored(&self) -> bool {
        let stated = self.potential.is_some() || self.visit_value.is_some();
        !stated && self.last_visits > 0 && self.sales.is_some_and(|sales| sales.0 > 0)
    }
}

impl Anchor {
    /// The curve and the revenue that comes without visits, or `None` where nothing is known.
    pub fn derive(&self, history: &History) -> Option<(Curve, Money)> {
        let History { status, response, kept, .. } = *history;
        let half = self.visits_to_half.as_f64();
        let curve =
            |potential: f64, first_visit: f64| Curve { potential, first_visit: first_visit.min(potential), response };
        let cents = |money: Money| money.0 as f64;
        let stated_base = Money(0);
        match (history.potential, history.visit_value) {
            (Some(p), Some(v)) => return Some((curve(cents(p), cents(v)), stated_base)),
            (Some(p), None) => return Some((curve(cents(p), cents(p) / (1.0 + half)), stated_base)),
            (None, Some(v)) => {
                let potential = rounded_product(v, Factor(self.visits_to_half.0 + Factor::ONE.0)) as f64;
                return Some((curve(potential, cents(v)), stated_base));
            }
            (None, None) => {}
        }
        let sales = history.sales.unwrap_or_default();
        if sales.0 == 0 {
            let wallet = history.wallet.filter(|wallet| wallet.0 > 0)?;
            let win_rate = match status {
                Status::Active => self.win_rate.active,
                Status::New => self.win_rate.new,
                Status::Inactive => self.win_rate.inactive,
            };
            let potential = rounded_product(wallet, win_rate) as f64;
            return Some((curve(potential, potential / (1.0 + half)), Money(0)));
        }
        let wallet = self.wallet_millionths(sales, history.wallet);
        if history.last_visits == 0 {
            let potential = round_millionths(wallet - millionths(sales)) as f64;
            return Some((curve(potential, potential / (1.0 + half)), sales));
        }
        let base = i128::from(sales.0) * i128::from(kept.0);
        let potential = round_millionths(wallet - base) as f64;
        let visits = f64::from(history.last_visits);
        let (w, s, k) = (wallet as f64 / 1e6, sales.0 as f64, kept.as_f64());
        let h = visits * (w - s) / ((1.0 - k) * s);
        let base = Money(i64::try_from(round_millionths(base)).unwrap_or(i64::MAX));
        Some((curve(potential, potential / (1.0 + h)), base))
    }

    /// W = max(wallet, 1.1 S), or a multiple of S without a wallet, in millionths of a cent.
    fn wallet_millionths(&self, sales: Money, wallet: Option<Money>) -> i128 {
        match wallet {
            Some(wallet) => millionths(wallet).max(i128::from(sales.0) * 1_100_000),
            None => i128::from(sales.0) * i128::from(self.wallet_multiple.0),
        }
    }
}

fn millionths(money: Money) -> i128 {
    i128::from(money.0) * 1_000_000
}

fn round_millionths(amount: i128) -> i128 {
    crate::units::round_half_away(amount, 1_000_000)
}

fn rounded_product(money: Money, factor: Factor) -> i128 {
    round_millionths(i128::from(money.0) * i128::from(factor.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANCHOR: Anchor = Anchor {
        kept_without_visits: Factor(600_000),
        wallet_multiple: Factor(2_000_000),
        visits_to_half: Factor(6_000_000),
        win_rate: WinRate { active: Factor(400_000), new: Factor(250_000), inactive: Factor(400_000) },
    };

    const UNKNOWN: History = History {
        status: Status::Active,
        response: Response::Hyperbolic,
        kept: ANCHOR.kept_without_visits,
        potential: None,
        visit_value: None,
        sales: None,
        wallet: None,
        last_visits: 0,
    };

    #[test]
    fn an_anchored_curve_passes_through_last_periods_sales_at_last_periods_visits() {
        let history =
            History { sales: Some(Money(820_000)), wallet: Some(Money(1_600_000)), last_visits: 6, ..UNKNOWN };
        let (curve, base) = ANCHOR.derive(&history).unwrap();
        assert_eq!(base, Money(492_000));
        assert_eq!(curve.potential, 1_108_000.0);
        assert!((base.0 as f64 + curve.at(6.0) - 820_000.0).abs() < 1e-6);
    }

    #[test]
    fn sales_without_visits_are_kept_without_visits() {
        let history = History { sales: Some(Money(100_000)), ..UNKNOWN };
        let (curve, base) = ANCHOR.derive(&history).unwrap();
        assert_eq!(base, Money(100_000));
        assert_eq!(curve.potential, 100_000.0);
        assert!((curve.first_visit - 100_000.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_customer_without_sales_is_worth_its_wallet_times_the_win_rate() {
        let history = History { wallet: Some(Money(400_000)), ..UNKNOWN };
        let potential = |status| ANCHOR.derive(&History { status, ..history }).unwrap().0.potential;
        assert_eq!(potential(Status::New), 100_000.0);
        assert_eq!(potential(Status::Inactive), 160_000.0);
        assert_eq!(ANCHOR.derive(&UNKNOWN), None);
    }

    #[test]
    fn a_wallet_below_sales_counts_as_a_tenth_more_than_sales() {
        let history = History { sales: Some(Money(100_000)), wallet: Some(Money(50_000)), last_visits: 4, ..UNKNOWN };
        assert_eq!(ANCHOR.derive(&history).unwrap().0.potential, 50_000.0);
    }
}
