//! What the reader should know although the data can be used: counted, never repeated.

use std::collections::BTreeMap;

/// A kind of notice. The sentence is made from the kind, how often it occurred and one example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// Money with more than two decimals was rounded to cents.
    MoneyRounded,
    /// A factor with more than six decimals was rounded.
    FactorRounded,
    /// Two ids differ by case, blanks or such only.
    IdsLookAlike,
    /// A rep has no time at all.
    NoTime,
    /// A rep has more time than the period has hours.
    ImplausibleTime,
    /// A visit takes no time.
    FreeVisits,
    /// A visit value above the potential counts as the potential.
    VisitValueCapped,
    /// A customer of which nothing is known is worth nothing.
    NothingKnown,
    /// A wallet was not given and was taken as a multiple of sales.
    WalletAssumed,
    /// A customer that nobody may visit.
    NobodyCovers,
}

/// The notices of one reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    counted: BTreeMap<Notice, (usize, String)>,
}

impl Notices {
    /// Counts one occurrence; the first one's example is kept.
    pub fn add(&mut self, notice: Notice, example: impl FnOnce() -> String) {
        self.counted.entry(notice).and_modify(|(count, _)| *count += 1).or_insert_with(|| (1, example()));
    }

    /// Takes over the notices of a later part of the same file.
    pub fn absorb(&mut self, later: Notices) {
        for (notice, (more, example)) in later.counted {
            self.counted.entry(notice).and_modify(|(count, _)| *count += more).or_insert((more, example));
        }
    }

    /// How often a kind occurred.
    pub fn count(&self, notice: Notice) -> usize {
        self.counted.get(&notice).map_or(0, |(count, _)| *count)
    }

    /// One sentence per kind.
    pub fn sentences(&self) -> Vec<String> {
        self.counted.iter().map(|(notice, (count, example))| sentence(*notice, *count, example)).collect()
    }
}

fn sentence(notice: Notice, count: usize, example: &str) -> String {
    let many = |one: &str, more: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {more}") };
    match notice {
        Notice::MoneyRounded => {
            format!("{} rounded to cents (the first: {example})", many("amount was", "amounts were"))
        }
        Notice::FactorRounded => {
            format!("{} rounded to six decimals (the first: {example})", many("factor was", "factors were"))
        }
        Notice::IdsLookAlike => {
            format!("{} of ids that differ by case or blanks only (the first: {example})", many("pair", "pairs"))
        }
        Notice::NoTime => format!("{} no time in this period (the first: {example})", many("rep has", "reps have")),
        Notice::ImplausibleTime => format!(
            "{} more time than the period has working hours of 24 a day (the first: {example}); hours per year?",
            many("rep has", "reps have")
        ),
        Notice::FreeVisits => {
            format!("{} of 0 minutes: such visits cost nothing (the first: {example})", many("coverage", "coverages"))
        }
        Notice::VisitValueCapped => format!(
            "{} a visit value above the potential; the potential counts (the first: {example})",
            many("customer has", "customers have")
        ),
        Notice::NothingKnown => format!(
            "{} worth nothing: no potential, visit value, sales, wallet or table (the first: {example})",
            many("customer is", "customers are")
        ),
        Notice::WalletAssumed => format!(
            "{} no wallet; a multiple of sales is assumed (the first: {example})",
            many("customer has", "customers have")
        ),
        Notice::NobodyCovers => {
            format!(
                "{} covered by nobody: no rep may visit (the first: {example})",
                many("customer is", "customers are")
            )
        }
    }
}
