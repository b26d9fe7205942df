//! `revdb settle`: merges records written by `convert` into reviews.
//!
//! No single key tells which records are one review ("a missing publication fits any"), so the
//! archive's own code decides, over all records that might belong together. An engine groups these
//! (docs/scale.md has the SQL), and each group is settled separately.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use revdb_render::{Caption, Column, ColumnKind};
use revdb_sql::sql;
use revdb_store::ArchiveError;
use rusqlite::ffi;

use super::import::must_exist;
use super::output::OutputArgs;
use super::query::columns;
use super::{CommandError, Global, Result};
use crate::ingest::settle;
use crate::rows::SqlRows;

/// Columns of a settled review in addition to an export's: folded names.
const FOLDS: [&str; 2] = ["critic_fold", "publication_fold"];

/// SQLite's codes for a duplicate record.
const TWICE: [i32; 2] = [ffi::SQLITE_CONSTRAINT_PRIMARYKEY, ffi::SQLITE_CONSTRAINT_UNIQUE];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON lines as `revdb convert` writes them, sorted by source, place, mention and record; - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(args: Args, global: &Global) -> Result {
    let format = args.output.chosen()?;
    must_exist(&args.file, "nothing was settled")?;
    let lines: Box<dyn BufRead> =
        match args.file.as_os_str() == "-" {
            true => Box::new(std::io::BufReader::new(revdb_system::outside::Stdin)),
            false => Box::new(BufReader::new(revdb_system::files::open(&args.file).map_err(
                |error| CommandError::usage(error.to_string()).at(args.file.display().to_string()),
            )?)),
        };
    let folder = tempfile::tempdir().map_err(|error| CommandError::failed(error.to_string()))?;
    let archive = settle::records(lines, &folder.path().join("part.db"), global.interrupt.flag())
        .map_err(unsettled)?;
    let mut statement = archive.connection().prepare(sql("settle/reviews"))?;
    let names: Vec<&str> = revdb_query::listing::Columns::WithIds.names().to_vec();
    let mut columns: Vec<Column> = columns(&names, format);
    columns.extend(FOLDS.map(|name| Column::new(name, ColumnKind::Text)));
    let caption = Caption::of_reviews(Vec::new(), Vec::new());
    let mut rows = SqlRows::new(statement.query([])?, columns, caption, ());
    args.output.deliver_read(&mut rows, None, global)
}

fn unsettled(error: settle::SettleError) -> CommandError {
    let message = match error {
        settle::SettleError::Archive(ArchiveError::Sqlite(error))
            if error.sqlite_error().is_some_and(|error| TWICE.contains(&error.extended_code)) =>
        {
            "a record of one dump comes twice".to_owned()
        }
        settle::SettleError::Archive(error) => return error.into(),
        other => other.to_string(),
    };
    CommandError::failed(message)
        .help("`revdb convert` writes such lines; sort them by source, place, mention and record")
}
