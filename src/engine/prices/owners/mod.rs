//! Owners kept: each customer has one possible rep, so that reps meet only in the rows they share.
//!
//! 1. The customers of each rep are its book (`books`). Where no row is shared, each book is a knapsack of its own, and the
//!    best plans of all together are the best plan.
//! 2. Otherwise shared rows have prices, and each book answers with its exact knapsack at these (`column`, `answer`). What
//!    the books are worth together bounds every plan.
//! 3. Answers are cuts of that bound. Their model says where it is least (`cuts`).
//! 4. Answers to prices nearby, and choices that lose little (`nearby`), are plans of each book; one of each is chosen so that the shared rows hold (`choose`).
//!
//! See `models/prices.md`, section 6.

mod answer;
mod books;
mod choose;
mod column;
mod cuts;
mod nearby;
mod proof;
mod tour;

pub use tour::solve;
