//! The domain as types and pure functions: works, critics, reviews, scores, dates.
//!
//! Owns: what a score, a date, a name and a byline are, and when two of them are the same. Must
//! never: read a file, know SQL, print, or read the clock, so that every rule can be tested as a
//! table of cases.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod byline;
pub mod date;
pub mod identity;
pub mod merge;
pub mod name;
pub mod property;
mod review;
pub mod score;
pub(crate) mod sets;
#[cfg(test)]
#[path = "../../../tests/common/shared.rs"]
mod shared;
pub mod text;
pub mod unicode;
pub mod verdict;
pub mod work;
pub mod works;

pub use date::{DateOrder, PartialDate};
pub use property::Property;
pub use review::{Audience, Review};
pub use score::Scale;
pub use work::{ExternalId, Kind, WorkMention};
