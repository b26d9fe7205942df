//! The API for other programs: wraps the crates in types that expose neither SQLite nor their
//! modules.
//!
//! Must never: contain a rule; rules are in the crates, which the command line uses too.

mod archive;
mod error;
mod filter;
mod format;
mod import;
mod report;

pub use archive::{Archive, Review};
pub use error::Error;
pub use filter::Filter;
pub use format::Format;
pub use import::{Import, Imported};
pub use report::{Report, Table};
