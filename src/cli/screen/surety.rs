//! How much the plan depends on the forecast of visit values.

use crate::units::{Factor, plural};
use crate::what_if::Regret;

/// What a plan loses if visit values are wrong, in the words of a planner.
pub fn surety(regret: &Regret) -> Vec<String> {
    // Rounded up: a loss must not be understated.
    let percent = |share: Factor| {
        let hundredths = (share.0 + 99) / 100;
        format!("{}.{:02} %", hundredths / 100, hundredths % 100)
    };
    let error = regret.vvp_error.as_f64() * 100.0;
    vec![
        format!(
            "If every visit value is off by up to {error:.0} %, this plan of visits stays within {} of the best (on",
            percent(regret.worst_loss)
        ),
        format!(
            "average {}, {}); {} would better go to another rep, be dropped or be taken up.",
            percent(regret.mean_loss),
            plural(regret.draws.len() as i64, "draw"),
            plural(regret.unsure() as i64, "customer")
        ),
    ]
}
