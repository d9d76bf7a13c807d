//! What a solver says, as lines of text: `plan SECONDS VALUE` for each better plan, where it tells, and at last
//! `VALUE BOUND SECONDS [MEGABYTES]`. Amounts are in currency units with up to two decimals; `-` is for what there is
//! not, and the value `none` for a proof that there is no plan.

use std::fmt::Write;

/// What a solver says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// When it had which plan: seconds, and cents.
    pub plans: Vec<(f64, i64)>,
    /// What its plan is worth, in cents.
    pub value: Option<i64>,
    /// Whether it says that there is no plan.
    pub infeasible: bool,
    /// No plan is worth more, in cents.
    pub bound: Option<i64>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The most memory it had, in megabytes.
    pub megabytes: Option<f64>,
}

impl Answer {
    /// Reads what a solver printed. Without the last line, as of one that was ended, its best plan counts.
    pub fn from_text(text: &str) -> Answer {
        let mut answer = Answer::default();
        for line in text.lines() {
            if let ["plan", seconds, value] = line.split_whitespace().collect::<Vec<_>>()[..]
                && let (Ok(seconds), Some(value)) = (seconds.parse(), value_in_cents(value))
            {
                answer.plans.push((seconds, value));
            }
        }
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        let mut answer = match last.split_whitespace().collect::<Vec<_>>()[..] {
            [value, bound, seconds, ref rest @ ..] if value != "plan" => Answer {
                value: value_in_cents(value),
                infeasible: value == "none",
                bound: bound_in_cents(bound),
                seconds: seconds.parse().ok(),
                megabytes: rest.first().and_then(|megabytes| megabytes.parse().ok()),
                ..answer
            },
            _ => Answer { value: answer.plans.iter().map(|&(_, value)| value).max(), ..answer },
        };
        // Not every solver tells of every plan.
        if let (Some(seconds), Some(value)) = (answer.seconds, answer.value)
            && answer.plans.last().is_none_or(|&(_, last)| value > last)
        {
            answer.plans.push((seconds, value));
        }
        answer
    }

    /// The lines.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let amount = |cents: Option<i64>| cents.map_or("-".to_owned(), units);
        for &(seconds, value) in &self.plans {
            text += &plan_line(seconds, value);
        }
        let number = |number: Option<f64>| number.map_or("-".to_owned(), |number| format!("{number:.6}"));
        let (seconds, megabytes) = (number(self.seconds), number(self.megabytes));
        let value = if self.infeasible { "none".to_owned() } else { amount(self.value) };
        let _ = writeln!(text, "{value} {} {seconds} {megabytes}", amount(self.bound));
        text
    }

    /// With the most memory that this process has had, where the system tells.
    pub fn with_peak_memory(self) -> Answer {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        let megabytes = peak.and_then(|peak| Some(peak.trim().parse::<f64>().ok()? / 1024.0));
        Answer { megabytes, ..self }
    }

    /// The plan it had so many seconds after its start.
    pub fn plan_at(&self, seconds: f64) -> Option<i64> {
        self.plans.iter().filter(|&&(at, _)| at <= seconds).map(|&(_, value)| value).max()
    }
}

/// The line that tells of a better plan, its end included.
pub fn plan_line(seconds: f64, value: i64) -> String {
    format!("plan {seconds:.6} {}\n", units(value))
}

/// Cents, as units with two decimals.
fn units(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

fn value_in_cents(units: &str) -> Option<i64> {
    cents(units).map(|cents| cents.round() as i64)
}

fn bound_in_cents(units: &str) -> Option<i64> {
    cents(units).map(whole_bound)
}

/// A bound in whole cents. Values are whole, so what lies above a whole cent by less than a solver's tolerance does not
/// count; the rest is rounded up.
pub fn whole_bound(cents: f64) -> i64 {
    (cents - (1e-4 + cents.abs() * 1e-9).min(0.5)).ceil() as i64
}

fn cents(units: &str) -> Option<f64> {
    units.parse::<f64>().ok().map(|units| units * 100.0).filter(|cents| cents.abs() < 9e15)
}
