//! The words of the project as types: works, critics, reviews, scores, dates.
//!
//! Owns: what a score, a date, a name and a byline *are*, and when two of them
//! are the same. Must never: read a file, know SQL, print, or look at the
//! clock; everything here is a pure function, so that every rule can be tested
//! as a table of cases.

pub mod byline;
pub mod date;
pub mod identity;
pub mod merge;
pub mod name;
pub mod property;
pub mod review;
pub mod score;
pub(crate) mod sets;
pub mod text;
pub mod verdict;
pub mod work;
pub mod works;

pub use date::{DateOrder, PartialDate};
pub use property::Property;
pub use review::{Audience, Review};
pub use score::Scale;
pub use work::{ExternalId, Kind, WorkMention};
