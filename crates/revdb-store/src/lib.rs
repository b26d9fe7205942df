//! The SQLite file: opened, migrated, stored into, undone, checked.
//!
//! Owns: every table, every pragma, every transaction, and the promise that a
//! dump is stored whole or not at all. Must never: print, read a dump, or know
//! a format. What goes in are [`revdb_model::Review`]s; SQL stands in `sql/`.

#![deny(unsafe_code)]

mod adopted;
mod backup;
mod beside;
mod bulk;
pub mod cache;
mod changes;
mod check;
mod check_index;
mod check_structure;
pub mod columns;
mod connect;
mod corrections;
mod disk;
mod error;
mod foreign;
mod fulltext;
mod functions;
mod header;
pub mod heap;
mod history;
mod importing;
mod kept;
mod merge;
mod migrate;
mod names;
mod open;
mod recluster;
mod review_row;
mod rowhash;
mod undo;
mod works;

use revdb_sql as sql;

pub use adopted::AdoptedDecisions;
pub use backup::BackupError;
pub use beside::open_beside;
pub use check::{Fault, Finding, Health, verify};
pub use corrections::{Because, CorrectError, CorrectionRow, FieldChange, hidden};
pub use error::ArchiveError;
pub use header::is_archive;
pub use history::{ChangeRow, Corrected, Detail, ImportRow, RejectionRow, SightingRow, SourceRow};
pub use importing::{
    Adopted, Counts, DumpMeta, DumpReading, Ended, ImportMeta, Importing, Known, OtherDump,
    Outcome, Reading, Reread, Revision, StoredClaim, Words,
};
pub use kept::{KeptDump, MOST_KEPT};
pub use merge::{
    AliasRow, Decision, KnownName, MergeError, Mergeable, Merged, NameSearch, OfWork, Verb,
    WorkName,
};
pub use open::Archive;
pub use undo::Undone;
