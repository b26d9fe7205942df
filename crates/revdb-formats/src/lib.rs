//! Formats and profiles: turns a dump's bytes into raw records, and these into normalised reviews.
//!
//! Owns: containers, encodings, format detection, every format, and normalising a raw record into
//! a review. Must never: know SQL or the archive.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod any_records;
mod columns;
pub mod container;
pub mod decode;
pub mod description;
pub mod detect;
pub mod explain;
pub mod format;
pub mod formats;
mod front_matter;
mod inferred;
mod json;
mod key_value;
pub mod letterboxd;
mod missing;
pub mod normalise;
mod other_files;
mod own_output;
pub mod profile;
pub mod record;
mod roles;
#[cfg(test)]
#[path = "../../../tests/common/shared.rs"]
mod shared;
mod sql;
mod unknown_text;
mod xml;

pub use any_records::has_json_records;
pub use columns::any_columns::NAME as COLUMNS;
pub use json::any::NAME as JSON;
pub use roles::{Shown, shell_word};
pub use xml::any::NAME as XML;
