//! `revdb import`, without its command line: from paths to an archive.
//!
//! Owns: the order of things (open, detect, read, normalise, store), which
//! dumps make up one transaction, what is refused and what is left alone, and
//! the report of it all. Must never: print, parse a dump, or write SQL: those
//! are `commands`, `import` and `archive`.
//!
//! Reading and normalising run on a thread of their own, a few batches ahead
//! of storing; both ends are bounded, so memory does not grow with the dump.
//! Of short dumps the next three are read while one is stored (`prefetch`);
//! `pipeline` takes all of them in the order of the walk, `storing` one by one.

mod adopt;
mod choose;
mod keep;
mod met;
mod oddities;
mod options;
mod pipeline;
mod prefetch;
mod reader;
mod rejects;
mod renormalise;
mod report;
mod reread;
mod roots;
mod run;
mod scores;
pub mod settle;
mod storing;

pub use choose::{explain_undecided, formats, own_profile};
pub use rejects::rejects_as_dump;
pub use renormalise::{Renormalised, Revised, renormalise, undo};
pub use report::{Event, ImportReport, LeftAlone, Listener, Refused, RejectionNote, SourceReport};
pub use roots::{command_line, shell_line};
pub use run::{ImportError, Keep, Request, run};
