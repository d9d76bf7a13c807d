//! Wallets that nobody knows: the median of the segment (`models/import.md`, section 5).

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::units::{Money, round_half_away};

/// So many known wallets make a median; a smaller segment takes that of all customers.
const ENOUGH: usize = 5;

/// What is known of one customer.
#[derive(Clone, Copy, Debug)]
pub struct Known<'c> {
    /// The segment.
    pub segment: Option<&'c str>,
    /// Sales in the comparable period.
    pub sales: Money,
    /// Whole demand in a period.
    pub wallet: Option<Money>,
}

/// Wallet by sales, as a fraction.
#[derive(Clone, Copy)]
struct Ratio {
    wallet: i64,
    sales: i64,
}

impl Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        (i128::from(self.wallet) * i128::from(other.sales)).cmp(&(i128::from(other.wallet) * i128::from(self.sales)))
    }
}

/// The wallets of the customers who buy and whose wallets are not known: sales times the median of wallet by sales among
/// the customers of the segment (the lower one of two), rounded to cents; of all customers where a segment has fewer than
/// five. `None` for everybody else, and where nothing is known of anybody.
pub fn estimate(customers: &[Known<'_>]) -> Vec<Option<Money>> {
    let mut ratios: HashMap<Option<&str>, Vec<Ratio>> = HashMap::new();
    let mut all = Vec::new();
    for customer in customers {
        if let (Some(wallet), true) = (customer.wallet, customer.sales.0 > 0) {
            // Nobody sells more than the customer's whole demand; a vendor who says so is behind.
            let ratio = Ratio { wallet: wallet.0.max(customer.sales.0), sales: customer.sales.0 };
            ratios.entry(customer.segment).or_default().push(ratio);
            all.push(ratio);
        }
    }
    let median = |ratios: &mut Vec<Ratio>| {
        let middle = ratios.len().checked_sub(1)? / 2;
        Some(*ratios.select_nth_unstable_by(middle, Ratio::cmp).1)
    };
    let of_all = median(&mut all);
    let medians: HashMap<Option<&str>, Ratio> = ratios
        .into_iter()
        .filter(|(_, ratios)| ratios.len() >= ENOUGH)
        .filter_map(|(segment, mut ratios)| Some((segment, median(&mut ratios)?)))
        .collect();
    customers
        .iter()
        .map(|customer| {
            if customer.wallet.is_some() || customer.sales.0 <= 0 {
                return None;
            }
            let ratio = medians.get(&customer.segment).copied().or(of_all)?;
            let cents =
                round_half_away(i128::from(customer.sales.0) * i128::from(ratio.wallet), i128::from(ratio.sales));
            i64::try_from(cents).ok().map(Money)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_that_nobody_knows_is_the_median_of_its_segment() {
        let known = |segment, sales: i64, wallet: Option<i64>| Known {
            segment: Some(segment),
            sales: Money(sales),
            wallet: wallet.map(Money),
        };
        let mut customers: Vec<Known<'_>> =
            [150, 180, 200, 300, 900].into_iter().map(|wallet| known("A", 100, Some(wallet))).collect();
        customers.push(known("A", 333, None));
        // Too few of them: the median of 150, 180, 200, 300, 900 and 50, which counts as 100.
        customers.push(known("B", 100, Some(50)));
        customers.push(known("B", 1000, None));
        customers.push(known("B", 0, None));
        let estimates = estimate(&customers);
        assert_eq!(estimates[5], Some(Money(666)));
        assert_eq!(estimates[7], Some(Money(1800)));
        assert_eq!(estimates.iter().flatten().count(), 2);
        assert_eq!(estimate(&customers[5..6]), [None]);
    }
}
