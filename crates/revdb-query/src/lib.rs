//! Queries on the archive: filters, full-text search, listings, reports.
//!
//! Owns: the set of reviews that a query covers, and the statements that answer it. Must never:
//! write to the archive, print, or know how a result is displayed.

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod audiences;
mod column_set;
pub mod empty;
pub mod engine;
pub mod filter;
pub mod ids;
mod left_out;
pub mod listing;
mod memory_table;
pub mod near_words;
pub mod report;
pub mod scope;
pub mod search;
pub mod services;
mod sqlite_rules;
pub mod words;

pub use audiences::Counts;
pub use filter::{AudienceChoice, Filter, FilterError, NameFilter, Named, Selection};
pub use left_out::LeftOut;
pub use scope::Scope;
pub use words::Words;
