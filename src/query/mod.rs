//! Questions to the archive: filters, full-text search, listings, reports.
//!
//! Owns: which reviews a question is about, and the statements that answer it.
//! Must never: write to the archive, print, or know how a result is laid out.

pub mod audiences;
pub mod computed;
pub mod empty;
pub mod facts;
pub mod filter;
mod fts5;
pub mod ids;
pub mod laid;
pub mod left_out;
pub mod listing;
pub mod near_words;
mod ranking;
pub mod report;
pub mod scope;
pub mod search;
pub mod words;

pub use audiences::Counts;
pub use filter::{Applied, AudienceChoice, Filter, FilterError};
pub use left_out::LeftOut;
pub use scope::Scope;
pub use words::Words;
