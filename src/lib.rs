//! revdb: review dumps in, one SQLite archive that answers questions out.
//!
//! Arrows between the modules run one way: `commands` → `ingest`, `query` →
//! `import`, `archive` → `domain`; `commands` → `output`; all may ask the `system`
//! and `unicode`.
//! `tests/arrows.rs` keeps it so.
//!
//! Unsafe code is in `query::sqlite_rules::fts5`, `query::memory_table::module`, `archive::disk` and one line of
//! `archive::heap`, which alone allow it.

#![deny(unsafe_code)]

pub mod archive;
pub mod commands;
pub mod domain;
pub mod files;
pub mod import;
pub mod ingest;
pub mod output;
pub mod query;
#[cfg(test)]
#[path = "../tests/common/shared.rs"]
mod shared;
pub mod system;
pub mod unicode;
