//! Numbers out of JSON nodes: exact decimals as money, shares, times and counts, each within its range.

use super::decimal::{Decimal, Unusable};
use super::node::{Kind, Node};
use super::notice::Notice;
use super::reader::Reader;
use crate::units::{Factor, Minutes, Money};

/// Most visits or calls that a number of visits may say.
pub const MAX_VISITS: u32 = 10_000;
/// Largest amount of money in one field, in cents (10^12 units).
const MAX_CENTS: i64 = 100_000_000_000_000;
/// Largest sum of money in a plan, in cents.
const MAX_TOTAL: i64 = 1 << 53;
/// Longest time in one field, in minutes (about 190 years).
const MAX_MINUTES: i64 = 100_000_000;
/// Largest factor or number of days, in millionths.
const MAX_FACTOR: i64 = 1_000_000_000_000;

impl Reader<'_> {
    /// A number times 10^`places`, rounded half away from zero, with whether rounding changed it. Both limits are scaled.
    fn number(&mut self, node: Node<'_>, places: i32, smallest: i64, largest: i64) -> Option<(i64, bool)> {
        if node.kind() != Kind::Number {
            self.wrong_kind(node, Kind::Number);
            return None;
        }
        let negative = node.text.starts_with('-');
        match Decimal::scale(node.text, places) {
            Ok((scaled, rounded)) if (smallest..=largest).contains(&scaled) => return Some((scaled, rounded)),
            Err(Unusable::TooLong) => {
                self.fault(node, "E202", "has more than 38 digits", "write it with fewer digits");
            }
            _ if negative && smallest == 0 => self.fault(node, "E202", "is negative", "give zero or more"),
            _ => {
                let unit = 10_i64.pow(places.unsigned_abs());
                let remedy = if smallest != 0 {
                    format!("give a number from {} to {}", smallest / unit, largest / unit)
                } else {
                    format!("the largest number allowed here is {}", largest / unit)
                };
                self.fault(node, "E202", "is out of range", remedy);
            }
        }
        None
    }

    /// An amount of money of any sign, rounded to cents with a notice.
    pub fn signed_money(&mut self, node: Node<'_>) -> Option<Money> {
        self.amount(node, true)
    }

    /// An amount of money, not negative.
    pub fn money(&mut self, node: Node<'_>) -> Option<Money> {
        self.amount(node, false)
    }

    fn amount(&mut self, node: Node<'_>, signed: bool) -> Option<Money> {
        let largest = if self.is_lenient() { MAX_TOTAL } else { MAX_CENTS };
        let (cents, rounded) = self.number(node, 2, if signed { -largest } else { 0 }, largest)?;
        if rounded {
            self.notices.add(Notice::MoneyRounded, || node.shown());
        }
        Some(Money(cents))
    }

    /// A factor or number of days, not negative, rounded to six decimals with a notice.
    pub fn factor(&mut self, node: Node<'_>) -> Option<Factor> {
        self.millionths(node, MAX_FACTOR)
    }

    /// A cut point: a share or an amount of money.
    pub fn cut(&mut self, node: Node<'_>) -> Option<Factor> {
        self.millionths(node, MAX_CENTS / 100 * 1_000_000)
    }

    fn millionths(&mut self, node: Node<'_>, largest: i64) -> Option<Factor> {
        let (millionths, rounded) = self.number(node, 6, 0, largest)?;
        if rounded {
            self.notices.add(Notice::FactorRounded, || node.shown());
        }
        Some(Factor(millionths))
    }

    /// A share from 0 to 1.
    pub fn share(&mut self, node: Node<'_>) -> Option<Factor> {
        let share = self.factor(node)?;
        if share > Factor::ONE {
            let remedy = if share.0 >= 2 * Factor::ONE.0 && share.0 <= 100 * Factor::ONE.0 {
                format!("a share lies between 0 and 1; did you mean {}?", Factor(share.0 / 100))
            } else {
                "a share lies between 0 and 1".to_owned()
            };
            self.fault(node, "E202", "is above 1", remedy);
            return None;
        }
        Some(share)
    }

    /// A coordinate in degrees, in binary64.
    pub fn degrees(&mut self, node: Node<'_>, largest: i64) -> Option<f64> {
        self.number(node, 9, -largest * 1_000_000_000, largest * 1_000_000_000)?;
        node.text.parse().ok()
    }

    /// A number in binary64 that is not negative, as the response curves use it.
    pub fn positive_real(&mut self, node: Node<'_>, largest: i64) -> Option<f64> {
        let read = match node.text.starts_with('-') {
            true => Some((0, false)), // no negative number is above zero, whatever its size
            false => self.number(node, 6, 0, largest * 1_000_000),
        };
        let (scaled, rounded) = read?;
        if rounded {
            self.notices.add(Notice::FactorRounded, || node.shown());
        }
        if scaled == 0 {
            self.fault(node, "E202", "is not above zero", format!("give a number above 0, at most {largest}"));
            return None;
        }
        Some(Factor(scaled).as_f64())
    }

    /// A number in units of 10^-9, exact; a number with more decimals is refused.
    pub fn nano(&mut self, node: Node<'_>) -> Option<i64> {
        let (scaled, rounded) = self.number(node, 9, -i64::MAX, i64::MAX)?;
        if rounded {
            self.fault(node, "E202", "has more than nine decimals", "write at most nine decimals");
            return None;
        }
        Some(scaled)
    }

    /// Any number in binary64.
    pub fn real(&mut self, node: Node<'_>) -> Option<f64> {
        if node.kind() != Kind::Number {
            self.wrong_kind(node, Kind::Number);
            return None;
        }
        let number = node.text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.fault(node, "E202", "is out of range", "give a number that fits into binary64");
        }
        number
    }

    /// A whole number from 0 to `largest`.
    pub fn whole(&mut self, node: Node<'_>, largest: i64) -> Option<i64> {
        self.integer(node, 0, largest)
    }

    /// A whole number of any sign whose magnitude is at most `largest`.
    pub fn signed_whole(&mut self, node: Node<'_>, largest: i64) -> Option<i64> {
        self.integer(node, -largest, largest)
    }

    /// A whole number from `smallest` to `largest`.
    pub fn integer(&mut self, node: Node<'_>, smallest: i64, largest: i64) -> Option<i64> {
        let (number, rounded) = self.number(node, 0, smallest, largest)?;
        if rounded {
            self.fault(node, "E203", "is not a whole number", "give a whole number");
            return None;
        }
        Some(number)
    }

    /// A number of visits or calls.
    pub fn visits(&mut self, node: Node<'_>) -> Option<u32> {
        self.whole(node, i64::from(MAX_VISITS)).and_then(|number| u32::try_from(number).ok())
    }

    /// A time in whole minutes.
    pub fn minutes(&mut self, node: Node<'_>) -> Option<Minutes> {
        self.whole(node, MAX_MINUTES).map(Minutes)
    }

    /// A time in hours that comes out as whole minutes.
    pub fn hours(&mut self, node: Node<'_>) -> Option<Minutes> {
        let (nano_hours, rounded) = self.number(node, 9, 0, MAX_MINUTES / 60 * 1_000_000_000)?;
        let nano_minutes = i128::from(nano_hours) * 60;
        if rounded || nano_minutes % 1_000_000_000 != 0 {
            self.fault(node, "E203", "hours are not a whole number of minutes", "give the time in whole minutes");
            return None;
        }
        let minutes = i64::try_from(nano_minutes / 1_000_000_000).ok()?;
        Some(Minutes(minutes))
    }
}
