//! An instance: the data of one planning period, checked and with every default filled in.

mod coverage;
mod customer;
#[cfg(feature = "cli")]
mod document;
mod labels;
mod lock;
mod lookup;
mod near;
#[cfg(feature = "cli")]
mod other_reps;
mod pool;
mod read;
mod rep;
mod unique;

use std::sync::Arc;

use serde::Serialize;

pub use coverage::Coverage;
pub use customer::Customer;
#[cfg(feature = "cli")]
pub use document::{CustomerEntry, InstanceDocument, MostEntry, RepEntry, WorkEntry};
pub use labels::Labels;
pub use lock::{Lock, LockPart};
#[cfg(feature = "cli")]
pub use other_reps::WithText;
pub use pool::Pool;
pub use read::{ModelSource, TextSource};
pub use rep::{Rep, RepStatus};

use crate::json::Notices;
use crate::model::PlanningModel;

/// The data of one planning period (`visitplan-instance/1`) with the planning model they are to be read by.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The instance's name; empty where none is given.
    pub name: String,
    /// Currency of all amounts; empty where none is given.
    pub currency: String,
    /// First day of the period, `YYYY-MM-DD`.
    pub start: Option<String>,
    /// Length of the period.
    pub weeks: u32,
    /// The field force, in the order of the file.
    pub reps: Vec<Rep>,
    /// The telesales pools, in the order of the file.
    pub pools: Vec<Pool>,
    /// The customers, in the order of the file.
    pub customers: Vec<Customer>,
    /// How the data become a plan.
    pub model: PlanningModel,
    /// SHA-256 of the file's bytes as read, in hexadecimal.
    pub sha256: String,
    /// The scenario by which it differs from the file, as JSON; none where it is as it was read.
    pub scenario: Option<Arc<str>>,
    /// What the user should know although the data can be used.
    pub notices: Notices,
}

/// How an instance is named in plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InstanceName {
    /// The instance's name.
    pub name: String,
    /// SHA-256 of the file's bytes as read.
    pub sha256: String,
}

impl Instance {
    /// Name and digest, as plans state them.
    pub fn identity(&self) -> InstanceName {
        InstanceName { name: self.name.clone(), sha256: self.sha256.clone() }
    }

    /// Everything but reps and customers, and without notices.
    #[cfg(feature = "cli")]
    fn without_lists(&self) -> Instance {
        Instance {
            name: self.name.clone(),
            currency: self.currency.clone(),
            start: self.start.clone(),
            weeks: self.weeks,
            reps: Vec::new(),
            pools: self.pools.clone(),
            customers: Vec::new(),
            model: self.model.clone(),
            sha256: self.sha256.clone(),
            scenario: None,
            notices: Notices::default(),
        }
    }
}
