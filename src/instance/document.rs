//! Writing instances (`visitplan-instance/1`), for those who make them from other data.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::model::Location;
use crate::plan::to_text;
use crate::units::{Factor, Money};

/// An instance as it is written; fields are those of the format.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct InstanceDocument {
    format: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub currency: String,
    pub period: PeriodEntry,
    pub reps: Vec<RepEntry>,
    /// Pools, each as its text stands in another document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub telesales: Vec<Box<RawValue>>,
    pub customers: Vec<CustomerEntry>,
    /// The planning model: its name or the object itself.
    pub model: Box<RawValue>,
}

/// The planning period.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct PeriodEntry {
    pub start: String,
    pub weeks: u32,
}

/// A rep.
#[derive(Debug, Default, Serialize)]
#[allow(missing_docs)]
pub struct RepEntry {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_customers: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Money>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A rep's working time from the calendar.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct WorkEntry {
    pub fte: Factor,
    pub days_off: Factor,
}

/// A customer.
#[derive(Debug, Default, Serialize)]
#[allow(missing_docs)]
pub struct CustomerEntry {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub sales: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wallet: Option<Money>,
    #[serde(skip_serializing_if = "is_false")]
    pub wallet_estimated: bool,
    pub last_visits: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub last_calls: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit_minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits: Option<MostEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<MostEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<Factor>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// A largest number of visits or calls.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs)]
pub struct MostEntry {
    pub max: u32,
}

impl InstanceDocument {
    /// A document without reps and customers.
    pub fn new(start: String, weeks: u32, model: Box<RawValue>) -> InstanceDocument {
        InstanceDocument {
            format: "visitplan-instance/1",
            name: String::new(),
            currency: String::new(),
            period: PeriodEntry { start, weeks },
            reps: Vec::new(),
            telesales: Vec::new(),
            customers: Vec::new(),
            model,
        }
    }

    /// The document's text.
    pub fn to_text(&self) -> String {
        to_text(self)
    }
}

fn is_false(truth: &bool) -> bool {
    !truth
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
