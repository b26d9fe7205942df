//! revdb: review dumps in, one SQLite archive that answers questions out.
//!
//! The crates below this one, each of which uses only those before it: `revdb_model` (works, reviews,
//! scores, dates), `revdb_system` (files, threads), `revdb_formats` (dumps in), `revdb_store` (the
//! archive), `revdb_query` (filters, reports), `revdb_render` (every output format).
//! Here are the pipeline of an import and the command line.

#![forbid(unsafe_code)]

pub mod commands;
pub mod ingest;
