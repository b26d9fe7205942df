//! The archive: one SQLite file, opened, migrated, written, undone, checked.
//!
//! Owns: every table, pragma and transaction, and the promise that a dump is stored whole or not
//! at all. Must never: print, read a dump's bytes, or know a format. Its input is
//! [`revdb_model::Review`]s; its SQL is in `sql/`.

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod adopted;
mod backup;
mod bulk;
pub mod cache;
mod changes;
mod check;
mod check_index;
mod check_reach;
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
mod merge;
mod migrate;
mod names;
mod open;
mod raw_dumps;
mod recluster;
mod review_row;
mod rowhash;
mod second_connection;
mod sighting;
mod tally;
mod undo;
mod works;

use revdb_sql as sql;

pub use adopted::AdoptedDecisions;
pub use backup::BackupError;
pub use check::{Fault, Finding, Health, verify};
pub use corrections::{CorrectError, CorrectionMeta, CorrectionRow, FieldChange, hidden};
pub use error::{ArchiveError, Numbered};
pub use header::is_archive;
pub use history::{ChangeRow, Corrected, Detail, ImportRow, RejectionRow, SightingRow, SourceRow};
pub use importing::{
    Adopted, Counts, DumpMeta, DumpReading, DumpSummary, ImportMeta, Importing, KnownDump,
    OtherDump, Outcome, Reading, Record, Records, Reread, Revision, StoredClaim, StoredOptions,
    TitledOtherwise,
};
pub use merge::{
    AliasRow, Decision, KnownName, Makers, MergeError, Mergeable, Merged, NameSearch, OfWork, Verb,
    WorkName,
};
pub use open::Archive;
pub use raw_dumps::{MAX_RAW_DUMP_BYTES, RawDump};
pub use second_connection::second_connection;
pub use undo::Undone;
