//! What another program uses: the crates below, behind types that name neither SQLite nor a
//! module of theirs.
//!
//! Must never: hold a rule; that stands in the crates, and the command line uses them likewise.

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
