//! What a sizing curve says: the best size, the sizes that are as good, and where the gain comes from.

use super::Outcome;
use super::base::Base;
use crate::baseline::compared;
use crate::units::Money;

/// What a sizing curve says.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The size with the largest profit, and that profit; none where some profit is not known.
    pub best: Option<(usize, Money)>,
    /// The sizes whose profit is within a hundredth of the best one, from the least to the most.
    pub band: Option<(usize, usize)>,
}

impl Curve {
    /// Of the lines of a sweep, in order.
    pub fn of(lines: &[Outcome]) -> Curve {
        // A size without a plan has no profit; one with a plan whose profit is not known could be the best.
        let planned = || lines.iter().filter(|line| line.value.is_some());
        let profits: Option<Vec<(usize, Money)>> = planned().map(|line| Some((line.reps?, line.profit?))).collect();
        let profits = profits.unwrap_or_default();
        let best = profits.iter().copied().reduce(|best, next| if next.1.0 > best.1.0 { next } else { best });
        let near = |&(_, profit): &(usize, Money)| {
            best.is_some_and(|(_, best)| (best.0 - profit.0).saturating_mul(100) <= best.0.abs())
        };
        let sizes: Vec<usize> = profits.iter().filter(|line| near(line)).map(|(size, _)| *size).collect();
        Curve { best, band: sizes.first().copied().zip(sizes.last().copied()) }
    }

    /// The gain of the best size against last period, split; none without a best size, a history or a plan for today's team.
    pub fn split(&self, base: &Base, lines: &[Outcome], today: usize) -> Option<Split> {
        let line = |size: usize| lines.iter().find(|line| line.reps == Some(size));
        let value = |size: usize| line(size)?.value;
        let now = value(today).or_else(|| base.plan.as_ref().map(|plan| Money(plan.value)))?;
        let last_period = compared(&base.instance.instance)?.value;
        let (best, profit) = self.best?;
        let size = Money(value(best)?.0 - now.0);
        let profit_of_size = line(today).and_then(|line| line.profit).map(|now| Money(profit.0 - now.0));
        Some(Split { last_period, reallocation: Money(now.0 - last_period.0), size, profit_of_size })
    }
}

/// What a plan of the best size adds to last period's visits, in two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// What last period's visits add by the curves.
    pub last_period: Money,
    /// What planning today's team anew adds to that.
    pub reallocation: Money,
    /// What the best size adds to that, before its cost.
    pub size: Money,
    /// What it adds to profit, where today's size is in the range.
    pub profit_of_size: Option<Money>,
}
