//! Formats and profiles: a dump's bytes in, raw records out, normalised reviews of those.
//!
//! Owns: containers, encodings, detection, every format, and normalising a raw record
//! into a review. Must never: know SQL or the archive.

#![forbid(unsafe_code)]

pub mod columns;
pub mod container;
pub mod decode;
pub mod detect;
pub mod explain;
pub mod format;
pub mod formats;
pub mod json;
pub mod letterboxd;
pub mod looks;
pub mod missing;
mod named;
pub mod normalise;
mod notes;
mod other_files;
pub mod profile;
pub mod record;
pub mod roles;
#[cfg(test)]
#[path = "../../../tests/common/shared.rs"]
mod shared;
mod unknown_text;
mod xml;
