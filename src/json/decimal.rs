//! Numbers exactly as written in a JSON text.

/// A decimal number `± digits x 10^exponent`, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    digits: u128,
    exponent: i32,
}

/// Why a number cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// More than 38 significant digits.
    TooLong,
    /// Too large in magnitude for what it stands for.
    TooLarge,
}

impl Decimal {
    /// Reads a number of JSON's grammar (the caller has had the grammar checked).
    pub fn parse(text: &str) -> Result<Decimal, Unusable> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, "0"),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut digits: u128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            digits = digits
                .checked_mul(10)
                .and_then(|shifted| shifted.checked_add(u128::from(byte - b'0')))
                .filter(|&value| value < 10_u128.pow(38))
                .ok_or(Unusable::TooLong)?;
        }
        // An exponent too long for i32 means zero or a number beyond every range; both are settled by its sign.
        let stated = exponent.trim_start_matches('+').parse::<i32>().unwrap_or(if exponent.starts_with('-') {
            -1_000_000
        } else {
            1_000_000
        });
        let exponent = stated.clamp(-1_000_000, 1_000_000) - i32::try_from(fraction.len()).unwrap_or(i32::MAX / 2);
        Ok(Decimal { negative, digits, exponent })
    }

    /// A number of JSON's grammar times 10^`places`, rounded half away from zero, and whether rounding changed it.
    pub fn scale(text: &str, places: i32) -> Result<(i64, bool), Unusable> {
        match short(text, places) {
            Some(scaled) => Ok((scaled, false)),
            None => Decimal::parse(text)?.scaled(places),
        }
    }

    /// The number times 10^`places`, rounded half away from zero, and whether rounding changed it.
    pub fn scaled(self, places: i32) -> Result<(i64, bool), Unusable> {
        if self.digits == 0 {
            return Ok((0, false));
        }
        let exponent = self.exponent.saturating_add(places);
        let (magnitude, rounded) = if exponent >= 0 {
            let power = u32::try_from(exponent).ok().and_then(|e| 10_u128.checked_pow(e)).ok_or(Unusable::TooLarge)?;
            (self.digits.checked_mul(power).ok_or(Unusable::TooLarge)?, false)
        } else {
            match 10_u128.checked_pow(exponent.unsigned_abs()) {
                Some(power) => {
                    let (whole, rest) = (self.digits / power, self.digits % power);
                    (whole + u128::from(rest >= power / 2), rest != 0)
                }
                None => (0, true),
            }
        };
        let magnitude = i64::try_from(magnitude).map_err(|_| Unusable::TooLarge)?;
        Ok((if self.negative { -magnitude } else { magnitude }, rounded))
    }
}

/// The quick way, for nearly all numbers of nearly all files: at most 18 digits, no exponent, nothing to round.
#[inline]
fn short(text: &str, places: i32) -> Option<i64> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, bytes),
    };
    if digits.len() > 19 {
        return None; // a point among them
    }
    let (mut number, mut point) = (0_i64, None);
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?,
            b'.' => point = Some(at + 1),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |point| digits.len() - point) as i32;
    let power = u32::try_from(places - decimals).ok()?;
    let scaled = number.checked_mul(10_i64.checked_pow(power)?)?;
    Some(if negative { -scaled } else { scaled })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(text: &str, places: i32) -> Result<(i64, bool), Unusable> {
        let exact = Decimal::parse(text)?.scaled(places);
        assert_eq!(Decimal::scale(text, places), exact, "{text} x 10^{places}");
        exact
    }

    #[test]
    fn the_quick_way_gives_what_the_exact_one_gives() {
        let wholes = ["0", "7", "10", "120", "99999", "123456789", "9223372036854775807", "9223372036854775808"];
        let fractions = ["", ".0", ".5", ".50", ".05", ".999999", ".1234567", ".123456789012", ".00000000000000000001"];
        let exponents = ["", "e0", "E+2", "e-3", "e17"];
        for whole in wholes {
            for fraction in fractions {
                for exponent in exponents {
                    for sign in ["", "-"] {
                        for places in [0, 2, 6, 9] {
                            let text = format!("{sign}{whole}{fraction}{exponent}");
                            let exact = Decimal::parse(&text).and_then(|decimal| decimal.scaled(places));
                            assert_eq!(Decimal::scale(&text, places), exact, "{text} x 10^{places}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn decimals_are_read_exactly_and_rounded_half_away_from_zero() {
        assert_eq!(scaled("120.5", 2), Ok((12_050, false)));
        assert_eq!(scaled("0.005", 2), Ok((1, true)));
        assert_eq!(scaled("-0.005", 2), Ok((-1, true)));
        assert_eq!(scaled("0.0049999", 2), Ok((0, true)));
        assert_eq!(scaled("3e0", 0), Ok((3, false)));
        assert_eq!(scaled("3.50", 0), Ok((4, true)));
        assert_eq!(scaled("1E+2", 2), Ok((10_000, false)));
        assert_eq!(scaled("-0.0", 2), Ok((0, false)));
    }

    #[test]
    fn numbers_beyond_every_range_are_told_apart_from_zero() {
        assert_eq!(scaled("1e400", 2), Err(Unusable::TooLarge));
        assert_eq!(scaled("1e-400", 2), Ok((0, true)));
        assert_eq!(scaled("1e99999999999999", 2), Err(Unusable::TooLarge));
        assert_eq!(scaled("0e99999999999999", 2), Ok((0, false)));
        assert_eq!(scaled(&"9".repeat(50), 0), Err(Unusable::TooLong));
        assert_eq!(scaled("92233720368547758.08", 2), Err(Unusable::TooLarge));
    }
}
