//! Made-up instances of any size, the same for the same seed on every machine.

mod anchored;
mod case;
mod dice;
mod exports;
mod field;
mod towns;

pub(crate) use dice::Dice;
pub use exports::{Exports, exports};

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// What the instance is like.
    pub family: Family,
    /// Number of customers.
    pub customers: u32,
    /// Number of reps.
    pub reps: u32,
    /// Seed.
    pub seed: u64,
}

/// What an instance is like.
///
/// All but `Anchored` and `Case` share the field: customers and reps uniform in a square with one rep per unit area; the five
/// nearest reps may cover; potential lognormal; hours for about 15 % of what the most visits to everybody would need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Family {
    /// Concave response.
    Field,
    /// Tables in which a few visits add little, some more a lot, and many no more.
    SCurve,
    /// Tables in which visits add nothing up to a threshold, and then anything.
    Threshold,
    /// Everybody exactly once, with little more time than that takes.
    Tight,
    /// Few different values and times, so that many plans are equally good.
    Ties,
    /// Minima that take most of the time.
    Commitments,
    /// A company as companies are: wallets, sales, visits of last quarter, owners and working calendars, in real towns.
    Anchored,
    /// The published case: four visits a customer, 20.8 % of them to customers of low potential, who could be phoned.
    Case,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 8] = [
        Family::Field,
        Family::SCurve,
        Family::Threshold,
        Family::Tight,
        Family::Ties,
        Family::Commitments,
        Family::Anchored,
        Family::Case,
    ];
}

/// Makes the text of a `visitplan-instance/1` document.
pub fn generate(request: Request) -> String {
    match request.family {
        Family::Anchored => anchored::generate(request),
        Family::Case => case::generate(request),
        _ => field::generate(request),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;
    use crate::problem::Problem;

    #[test]
    fn every_family_is_valid_at_every_size_and_the_same_for_the_same_seed() {
        for family in Family::ALL {
            for (customers, reps) in [(0, 1), (1, 3), (60, 4), (300, 12)] {
                let request = Request { family, customers, reps, seed: 7 };
                let text = generate(request);
                assert_eq!(text, generate(request), "{family:?}");
                let instance = Instance::from_json(&text).unwrap_or_else(|refusal| panic!("{family:?}: {refusal}"));
                assert_eq!(instance.customers.len(), customers as usize);
                Problem::new(&instance).unwrap();
            }
        }
    }
}
