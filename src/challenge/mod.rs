//! The challenge loop without a server: a plan goes out as a workbook per region, and what the regions want comes back.
//!
//! [`regions`] groups the customers, [`Sheets`] writes the workbook of one group, [`Answers`] reads the workbooks back.
//! What is asked for becomes decisions, and what they would cost is the business of [`crate::pricing`].

mod about;
mod answers;
mod region;
mod sheets;

pub use about::About;
pub use answers::{Answers, Request};
pub use region::{By, Region, file_name, regions};
pub use sheets::Sheets;

/// The titles of the sheet that the regions fill in.
const TITLES: [&str; 13] = [
    "customer",
    "name",
    "owner",
    "rep",
    "last visits",
    "plan visits",
    "plan calls",
    "worth",
    "why",
    "your visits",
    "your rep",
    "reason",
    "by",
];

/// The sheet of the customers.
const PLAN_SHEET: &str = "plan";
/// The sheet that says what the workbook is.
const ABOUT_SHEET: &str = "about";
