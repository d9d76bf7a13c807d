//! JSON read with positions: every number exact as written, every problem collected with its place.
//!
//! The text is walked over once, strictly; where something is wrong with its grammar, `serde_json` says what. A [`Node`]
//! is one value of it, still as text, so that its place is where it stands in the source and its digits are those of the
//! file. A [`Reader`] turns nodes into typed values and collects [`Issue`]s instead of stopping at the first.

mod decimal;
mod fields;
mod issue;
mod node;
mod notice;
mod numbers;
mod outline;
mod reader;
mod scan;
mod source;

pub use decimal::Decimal;
pub use fields::{Fields, did_you_mean};
pub use issue::{Issue, Located, Refusal};
pub use node::{Kind, Node};
pub use notice::{Notice, Notices};
pub use reader::Reader;

#[cfg(feature = "cli")]
pub(crate) use node::is_unprintable;
pub(crate) use source::{sha256, utf8};
