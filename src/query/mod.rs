//! Questions to the archive.

pub mod report;
