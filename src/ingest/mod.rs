//! `revdb import` without its command line: from paths to an archive.
//!
//! Owns: the order of the steps (open, detect, read, normalise, store), which dumps share a
//! transaction, what is refused and what is skipped, and the report of the import. Must never:
//! print, parse a dump, or contain SQL: those are `commands`, `revdb_formats` and `revdb_store`.
//!
//! One thread reads and normalises, a few batches ahead of the thread that stores; the channel
//! between them is bounded, so memory does not grow with the dump. While a short dump is stored,
//! the next three are read (`prefetch`). `pipeline` processes the dumps in the order of the walk,
//! `storing` stores one.

mod adopt;
mod choose;
mod keep;
mod known_dumps;
mod oddities;
mod options;
mod pipeline;
mod prefetch;
mod reader;
mod rejects;
mod renormalise;
mod report;
mod reread;
mod run;
mod scores;
pub mod settle;
mod stored_paths;
mod storing;

pub use choose::{explain_undecided, formats, own_profile};
pub use rejects::rejects_as_dump;
pub use renormalise::{ReadAgain, Renormalised, Revised, renormalise, undo};
pub use report::{Event, ImportReport, LeftAlone, Listener, Refused, RejectionNote, SourceReport};
pub use run::{ImportError, Keep, Request, run};
pub use stored_paths::{command_line, shell_line};
