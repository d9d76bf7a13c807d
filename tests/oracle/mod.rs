//! The enumeration oracle: tiny random instances, and the best plan of each by trying every joint choice.
//!
//! It is written from the file formats alone and shares no code with the program that it checks: it reads
//! the JSON document itself, tabulates the options, states the rows and compares integers. It reads
//! instances whose model is an inline object and whose coverage and values are given: no locations, and
//! potential and visit value are stated, not derived.
//!
//! Readings where the formats leave a choice:
//!
//! - A stated `visits.max` is the customer's own. Without one a revenue table allows its length - 1 visits,
//!   fewer where the customer's segment states a smaller maximum; the model's maximum does not limit tables.
//! - Under `mix`, visits + calls are at most the larger of the maximum of visits by that rep and of calls.
//! - Outside `joint` there are exactly `lock.calls` calls, else exactly `calls.min`.
//! - Under `prefer` a vacant owner still counts as the owner, so others come at `handover_fit`; a customer
//!   without an owner is handed over by nobody, so every rep comes at fit 1.
//! - An active owner without the required skills covers nobody; under `keep` nobody else does then.
//! - Without locations every rep is equally near, so `travel.nearest` takes the first in instance order among
//!   the active reps with the skills.
//! - Contribution is an exact quotient, rounded half away from zero.

// Each test program uses a part of this.
#![allow(dead_code, unused_imports)]

mod dice;
mod enumerate;
mod instance;
mod model;
mod numbers;
mod options;

pub use dice::Dice;
pub use enumerate::{Answer, Problem, Row, assess, enumerate};
pub use instance::{MOST_CHOICES, random_contest, random_instance};
pub use options::Choice;
