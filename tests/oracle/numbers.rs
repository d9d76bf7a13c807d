//! Exact decimals, the two roundings and the response curves.

use serde_json::Value;

/// A decimal number times 10^`places` as an integer, rounded half away from zero where it has more places.
pub fn scaled(number: &Value, places: i32) -> i128 {
    assert!(number.is_number(), "a number expected, found {number}");
    // The shortest text that reads back as the same number: what the document said.
    let text = number.to_string().to_lowercase();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().expect("an exponent");
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().expect("digits");
    let shift = exponent + places - fraction.len() as i32;
    if shift >= 0 {
        digits * 10i128.pow(shift.unsigned_abs())
    } else if shift > -38 {
        divided(digits, 10i128.pow(shift.unsigned_abs()))
    } else {
        0
    }
}

/// Money in cents.
pub fn cents(number: &Value) -> i64 {
    scaled(number, 2).try_into().expect("cents")
}

/// A factor in millionths.
pub fn millionths(number: &Value) -> i128 {
    scaled(number, 6)
}

/// A whole number.
pub fn whole(number: &Value) -> i64 {
    assert_eq!(scaled(number, 6) % 1_000_000, 0, "{number} is not whole");
    scaled(number, 0).try_into().expect("a whole number")
}

/// Hours as minutes, which must come out whole.
pub fn minutes_of_hours(number: &Value) -> i64 {
    let minutes = millionths(number) * 60;
    assert_eq!(minutes % 1_000_000, 0, "{number} hours are no whole minutes");
    (minutes / 1_000_000).try_into().expect("minutes")
}

/// `numerator / denominator` rounded half away from zero, exactly.
pub fn divided(numerator: i128, denominator: i128) -> i128 {
    let magnitude = (2 * numerator.abs() + denominator) / (2 * denominator);
    magnitude * numerator.signum()
}

/// Binary cents to whole cents: floor(x + 0.5 + 1e-6), and minus that of -x below zero.
pub fn rounded(x: f64) -> i64 {
    if x < 0.0 { -rounded(-x) } else { (x + 0.5 + 1e-6).floor() as i64 }
}

/// The product of two factors (in millionths), exact as a decimal, then converted.
pub fn product(one: i128, other: i128) -> f64 {
    let exact = one * other;
    let unit = 10i128.pow(12);
    format!("{}.{:012}", exact / unit, exact % unit).parse().expect("a decimal")
}

/// What visits and calls add at a customer: R(e), in cents, for an effort of e visits.
pub struct Curve<'a> {
    /// P in cents; 0 where nothing is known.
    pub potential: i64,
    /// v in cents; 0 where nothing is known.
    pub visit_value: i64,
    /// The response object, with `shape` and its parameter.
    pub response: &'a Value,
}

impl Curve<'_> {
    /// R(e) in cents, unrounded; the effort is in millionths of a visit.
    pub fn at(&self, effort: i128) -> f64 {
        let p = self.potential as f64;
        let v = self.visit_value.min(self.potential) as f64;
        if p == 0.0 || v == 0.0 || effort == 0 {
            return 0.0;
        }
        let e = effort as f64 / 1e6;
        if effort < 1_000_000 {
            return e * v;
        }
        let parameter = |name: &str| millionths(&self.response[name]) as f64 / 1e6;
        match self.response["shape"].as_str().unwrap_or("hyperbolic") {
            "hyperbolic" => p * e / (e + p / v - 1.0),
            "saturating" => p * (1.0 - libm::pow(1.0 - v / p, e)),
            "power" => (v * libm::pow(e, parameter("elasticity"))).min(p),
            "linear" => (v * e).min(p),
            "adbudg" => {
                let power = libm::pow(e, parameter("c"));
                p * power / (power + p / v - 1.0)
            }
            other => panic!("unknown shape {other}"),
        }
    }
}
