//! Amounts with their units, all exact integers: money in cents, time in minutes, factors in millionths.

use std::fmt;

use serde::{Serialize, Serializer};

/// An amount of money in whole cents of the instance's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub i64);

/// A time in whole minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(pub i64);

/// A factor, share or count of days in millionths: `Factor(850_000)` is 0.85.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Factor(pub i64);

/// The largest sum of values a problem may have, in cents: below 2^53, so that every amount is exact as a JSON number too.
pub const MAX_TOTAL_CENTS: i128 = (1 << 53) - 1;

impl Factor {
    /// The factor 1.
    pub const ONE: Factor = Factor(1_000_000);

    /// This share of a whole number, rounded down.
    pub fn floor_of(self, whole: i64) -> i64 {
        (i128::from(self.0) * i128::from(whole)).div_euclid(i128::from(Factor::ONE.0)) as i64
    }

    /// The nearest binary64 number.
    pub fn as_f64(self) -> f64 {
        // Both are below 2^53, so the quotient is the correctly rounded one.
        self.0 as f64 / 1e6
    }
}

impl Money {
    /// The nearest binary64 number of currency units; exact to the cent below 2^53 cents.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// The amount as a planner writes it: `1,234.50`.
    pub fn grouped(self) -> String {
        let cents = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", grouped(cents / 100), cents % 100)
    }

    /// The amount in whole units, rounded half away from zero: `1,235`.
    pub fn rounded(self) -> String {
        let units = (self.0.unsigned_abs() + 50) / 100;
        let sign = if self.0 < 0 && units > 0 { "-" } else { "" };
        format!("{sign}{}", grouped(units))
    }
}

impl Money {
    /// The amount in whole units with its sign, plus too: `+1,235`.
    pub fn signed(self) -> String {
        format!("{}{}", if self.0 >= 0 { "+" } else { "" }, self.rounded())
    }
}

/// A number of things in words: `1 visit`, `1,200 visits`.
pub fn plural(count: impl Into<i64>, one: &str) -> String {
    let count = count.into();
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{} {one}{}", grouped(count.unsigned_abs()), if count == 1 { "" } else { "s" })
}

impl Minutes {
    /// The time as a planner says it: `212 h 30`, `160 h`.
    pub fn spoken(self) -> String {
        let (hours, rest) = (self.0.unsigned_abs() / 60, self.0.unsigned_abs() % 60);
        let sign = if self.0 < 0 { "-" } else { "" };
        match rest {
            0 => format!("{sign}{} h", grouped(hours)),
            _ => format!("{sign}{} h {rest:02}", grouped(hours)),
        }
    }
}

/// A whole number with thousands separated: `12,345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.grouped())
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.spoken())
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.as_f64())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        exact_number(self.0, 100, serializer)
    }
}

impl Serialize for Factor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        exact_number(self.0, 1_000_000, serializer)
    }
}

impl Serialize for Minutes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// Writes `count / scale` so that reading it as a decimal gives it back: whole numbers as such, others as the shortest binary64.
fn exact_number<S: Serializer>(count: i64, scale: i64, serializer: S) -> Result<S::Ok, S::Error> {
    if count % scale == 0 {
        serializer.serialize_i64(count / scale)
    } else {
        serializer.serialize_f64(count as f64 / scale as f64)
    }
}

/// Rounds `numerator / denominator` half away from zero; the denominator is positive.
pub fn round_half_away(numerator: i128, denominator: i128) -> i128 {
    let half = denominator / 2 + denominator % 2;
    let magnitude = numerator.abs();
    let (whole, rest) = (magnitude / denominator, magnitude % denominator);
    (whole + i128::from(rest >= half)) * numerator.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_planners_read_it() {
        assert_eq!(Money(123_456_789).grouped(), "1,234,567.89");
        assert_eq!(Money(-5).grouped(), "-0.05");
        assert_eq!(Money(-49).rounded(), "0");
        assert_eq!(Money(150).rounded(), "2");
        assert_eq!(Minutes(12_750).spoken(), "212 h 30");
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(round_half_away(5, 10), 1);
        assert_eq!(round_half_away(-5, 10), -1);
        assert_eq!(round_half_away(1, 3), 0);
        assert_eq!(round_half_away(2, 3), 1);
        assert_eq!(round_half_away(-7, 3), -2);
    }
}
