//! Response curves: what visits add (`models/visit-allocation.md`, section 3).

use serde::Serialize;

/// The shape of a response curve with its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Response {
    /// P e / (e + P/v - 1).
    Hyperbolic,
    /// P (1 - (1 - v/P)^e).
    Saturating,
    /// min(v e^elasticity, P).
    Power {
        /// Above 0, at most 1.
        elasticity: f64,
    },
    /// min(v e, P).
    Linear,
    /// P e^c / (e^c + P/v - 1), S-shaped for c above 1.
    Adbudg {
        /// Above 0, at most 10.
        c: f64,
    },
}

/// The response of one customer: what effort adds to the revenue that comes without visits, in cents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// P: what visits could add at saturation, in cents, at least 0.
    pub potential: f64,
    /// v: what the first visit adds, in cents, from 0 to P.
    pub first_visit: f64,
    /// The shape.
    pub response: Response,
}

impl Curve {
    /// R(e): what effort worth `effort` visits adds, in cents. 0 at 0, v at 1, never above P; linear below one visit.
    ///
    /// Binary64 in the order written, powers by `libm`, so that every machine computes the same bits.
    pub fn at(&self, effort: f64) -> f64 {
        let (p, v, e) = (self.potential, self.first_visit, effort);
        if e <= 0.0 || p <= 0.0 || v <= 0.0 {
            return 0.0;
        }
        if e < 1.0 {
            return e * v;
        }
        match self.response {
            Response::Hyperbolic => p * e / (e + p / v - 1.0),
            Response::Saturating => p * (1.0 - libm::pow(1.0 - v / p, e)),
            Response::Power { elasticity } => (v * libm::pow(e, elasticity)).min(p),
            Response::Linear => (v * e).min(p),
            Response::Adbudg { c } => {
                let power = libm::pow(e, c);
                p * power / (power + p / v - 1.0)
            }
        }
    }
}

/// Rounds an amount in cents to whole cents, halves (and what binary64 leaves just below them) away from zero.
#[inline]
pub fn cents(amount: f64) -> i64 {
    // Amounts are bounded by 10^14 cents times factors checked on reading, so the conversion cannot saturate unnoticed.
    // It drops the fraction, which is the floor of what is not negative.
    if amount >= 0.0 { (amount + 0.5 + 1e-6) as i64 } else { -((-amount + 0.5 + 1e-6) as i64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: [Response; 6] = [
        Response::Hyperbolic,
        Response::Saturating,
        Response::Power { elasticity: 0.5 },
        Response::Linear,
        Response::Adbudg { c: 2.0 },
        Response::Adbudg { c: 0.5 },
    ];

    #[test]
    fn every_curve_starts_at_zero_adds_the_visit_value_first_and_never_exceeds_the_potential() {
        for response in SHAPES {
            let curve = Curve { potential: 1_000_000.0, first_visit: 90_000.0, response };
            assert_eq!(curve.at(0.0), 0.0, "{response:?}");
            assert!((curve.at(1.0) - 90_000.0).abs() < 1e-6, "{response:?}");
            let mut last = 0.0;
            for visits in 1..=1000 {
                let value = curve.at(f64::from(visits));
                assert!(value >= last && value <= 1_000_000.0, "{response:?} at {visits}");
                last = value;
            }
        }
    }

    #[test]
    fn below_one_visit_every_curve_is_linear() {
        for response in SHAPES {
            let curve = Curve { potential: 1_000_000.0, first_visit: 90_000.0, response };
            assert_eq!(curve.at(0.3), 0.3 * 90_000.0, "{response:?}");
        }
    }

    #[test]
    fn a_visit_value_equal_to_the_potential_is_all_there_is_to_win() {
        for response in SHAPES {
            let curve = Curve { potential: 500.0, first_visit: 500.0, response };
            assert_eq!(curve.at(1.0), 500.0, "{response:?}");
            assert!((curve.at(7.0) - 500.0).abs() < 1e-9, "{response:?}");
        }
    }

    #[test]
    fn a_potential_or_visit_value_of_zero_is_a_curve_of_zero() {
        for (potential, first_visit) in [(0.0, 0.0), (100.0, 0.0)] {
            for response in SHAPES {
                assert_eq!(Curve { potential, first_visit, response }.at(5.0), 0.0);
            }
        }
    }

    #[test]
    fn cents_are_rounded_half_away_from_zero_with_a_margin_for_binary_noise() {
        assert_eq!(cents(12.5), 13);
        assert_eq!(cents(12.499_999_5), 13);
        assert_eq!(cents(12.499_99), 12);
        assert_eq!(cents(-12.5), -13);
        assert_eq!(cents(0.0), 0);
    }
}
