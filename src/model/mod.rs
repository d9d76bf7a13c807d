//! The planning model: how data becomes a plan. See `models/visit-allocation.md`.

mod anchor;
mod matrix;
mod read;
mod response;
mod rule;
mod status;
mod travel;
mod work;

use std::collections::BTreeMap;

use serde::Serialize;

pub use anchor::{Anchor, History, WinRate};
pub use matrix::{Band, Cell, Cuts, FrequencyStep, Matrix, OnlyIf, PostPass, ReactivateStep, Scale, TelesalesStep};
pub use response::{Curve, Response, cents};
pub use rule::{Measure, Rule, Who};
pub use status::Status;
pub use travel::{EARTH_RADIUS_KM, Location, Travel};
pub use work::{WorkCalendar, WorkTime};

#[cfg(feature = "cli")]
pub(crate) use read::who;
pub(crate) use read::{at_most, partial_range, response};

use crate::units::{Factor, Minutes, Money, round_half_away};

/// How the data of an instance become a plan (`visitplan-model/1`), every default filled in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanningModel {
    /// Always `visitplan-model/1`.
    pub format: &'static str,
    /// The model's name.
    pub name: String,
    /// What is maximised.
    pub objective: Objective,
    /// Whether accounts stay with their owners.
    pub owners: Owners,
    /// What a visit by another rep than the owner is worth, as a share of the owner's visit.
    pub handover_fit: Factor,
    /// How revenue responds to visits, unless a customer says otherwise.
    pub response: Response,
    /// How curves are derived from history.
    pub anchor: Anchor,
    /// Least and most visits to a customer in the period.
    pub visits: Range,
    /// Least and most calls to a customer in the period.
    pub calls: Range,
    /// Whether one customer may get visits and calls.
    pub mix: bool,
    /// Time on site per visit.
    pub visit_minutes: Minutes,
    /// What customers of a segment have instead of the model's defaults.
    pub segments: BTreeMap<String, Segment>,
    /// Where calls are planned.
    pub channels: Channels,
    /// Working days and hours.
    pub work: WorkCalendar,
    /// How travel time follows from locations.
    pub travel: Travel,
    /// Cut points of the matrix of potential against visit value.
    pub matrix: Matrix,
    /// What happens to a finished field plan.
    pub post_pass: PostPass,
    /// Margin and cost of visits, needed by `contribution`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub economics: Option<Economics>,
    /// The share of a change that only later periods see; for reports.
    pub carry_over: Factor,
    /// Rules over the whole plan, each one row of the program.
    pub rules: Vec<Rule>,
}

/// What is maximised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// The revenue that visits and calls add.
    Revenue,
    /// Margin on that revenue less the cost of visit hours and calls.
    Contribution,
}

/// Whether accounts stay with the reps who own them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owners {
    /// The owner alone visits.
    Keep,
    /// Others may visit, at `handover_fit`.
    Prefer,
    /// Everybody near may visit.
    Free,
}

/// Where calls are planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    /// Visits only, with the fewest calls that minimum and lock allow.
    Field,
    /// As `field`; then the post-pass.
    FieldThenPostPass,
    /// Visits and calls together in the program.
    Joint,
}

/// Least and most of something per customer and period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// Least.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// A range of which either end may be left to the next level: customer, segment, model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartialRange {
    /// Least, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Most, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// What customers of a segment have instead of the model's defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Segment {
    /// Visits per period.
    #[serde(skip_serializing_if = "PartialRange::is_empty")]
    pub visits: PartialRange,
    /// Calls per period.
    #[serde(skip_serializing_if = "PartialRange::is_empty")]
    pub calls: PartialRange,
    /// Time on site per visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit_minutes: Option<Minutes>,
    /// Travel time per visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub travel_minutes: Option<Minutes>,
    /// Share of sales that would stay without visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_without_visits: Option<Factor>,
}

/// Margin and cost of visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Economics {
    /// Share of revenue that is margin; a customer may have its own.
    pub margin: Factor,
    /// Cost of an hour of visiting and travelling.
    pub cost_per_visit_hour: Money,
}

impl Economics {
    /// margin x revenue - cost of the visit minutes - cost of the call minutes, rounded once; the customer's own margin
    /// where it has one.
    pub fn contribution(
        &self,
        margin: Option<Factor>,
        revenue: Money,
        visits: Minutes,
        calls: Minutes,
        call_hour: Money,
    ) -> Money {
        let unit = i128::from(Factor::ONE.0);
        let numerator = 60 * i128::from(margin.unwrap_or(self.margin).0) * i128::from(revenue.0)
            - unit
                * (i128::from(visits.0) * i128::from(self.cost_per_visit_hour.0)
                    + i128::from(calls.0) * i128::from(call_hour.0));
        let rounded = round_half_away(numerator, 60 * unit);
        // Beyond i64 only in problems whose sums are refused.
        Money(rounded.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }
}

impl PartialRange {
    /// Whether neither end is stated.
    pub fn is_empty(&self) -> bool {
        *self == PartialRange::default()
    }

    /// The range with what is not stated taken from the next level.
    pub fn or(self, fallback: PartialRange) -> PartialRange {
        PartialRange { min: self.min.or(fallback.min), max: self.max.or(fallback.max) }
    }
}

/// The planning models built into the program: name and text.
const BUILT_IN: [(&str, &str); 3] = [
    ("field", include_str!("../../models/field.json")),
    ("field-sales", include_str!("../../models/field-sales.json")),
    ("joint", include_str!("../../models/joint.json")),
];

/// The text of a built-in model.
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of the built-in models.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_models_can_be_read_and_written_back() {
        for name in built_in_names() {
            let model = PlanningModel::from_json(name, built_in(name).unwrap()).unwrap();
            assert_eq!(model.name, name);
            let written = serde_json::to_string(&model).unwrap();
            assert_eq!(PlanningModel::from_json("written", &written).unwrap(), model);
        }
    }
}
