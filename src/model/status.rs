//! Whether a customer buys.

use serde::Serialize;

/// Whether a customer buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Bought lately.
    Active,
    /// Bought once, no more.
    Inactive,
    /// Never bought.
    New,
}

impl Status {
    /// The statuses as written in files.
    pub const WORDS: [(&str, Status); 3] =
        [("active", Status::Active), ("inactive", Status::Inactive), ("new", Status::New)];
}
