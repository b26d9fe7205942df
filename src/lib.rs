//! revdb imports review dumps into one SQLite archive and answers queries on it.
//!
//! The API: an [`Import`] reads dumps into an archive; an [`Archive`] lists [`Review`]s and runs a
//! [`Report`], both narrowed by a [`Filter`]; a [`Table`] is written in any output format; a
//! [`Format`] is a dump format. Each has an example in `examples/`.
//!
//! ```
//! use revdb::{Archive, Filter, Import, Report};
//!
//! # let folder = tempfile::tempdir()?;
//! # let (dump, path) = (folder.path().join("notes.csv"), folder.path().join("reviews.db"));
//! # std::fs::write(&dump, "title,critic,score,quote\nThe Reed,Ada Lorne,4/5,Wet and wonderful.\n")?;
//! let done = Import::of([&dump]).into_archive(&path)?;
//! assert_eq!(done.new, 1);
//!
//! let archive = Archive::open(&path)?;
//! let lorne = Filter::new().critic("lorne");
//! assert_eq!(archive.reviews(&lorne)?[0].score, Some(80.0));
//!
//! let spread = archive.report(&Report::named("score-spread")?, &lorne)?;
//! spread.write("csv", &mut std::io::stdout())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The underlying crates, each of which uses only those before it: `revdb_model` (works, reviews,
//! scores, dates), `revdb_system` (files, threads), `revdb_formats` (reading dumps), `revdb_store`
//! (the archive), `revdb_query` (filters, reports), `revdb_render` (every output format).

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod api;
mod clock;
mod commands;
#[doc(hidden)]
#[allow(missing_docs, reason = "for the program's own tests")]
pub mod ingest;
mod rows;

pub use api::{Archive, Error, Filter, Format, Import, Imported, Report, Review, Table};
#[doc(hidden)]
pub use commands::main;
pub use revdb_model::{Audience, Kind, PartialDate};
pub use revdb_render::Cell;
