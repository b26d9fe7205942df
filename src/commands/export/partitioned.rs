//! `revdb export --partition-by`: a folder of files with Hive's naming.
//!
//! `year=2012/part-0.csv` has all reviews of that year without the column `year`, whose value is
//! in the folder's name. So DuckDB, Spark and Arrow read them, and skip partitions that a query
//! does not need.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;

use revdb_query::listing::{self, PartitionBy};
use revdb_render::{
    Caption, Cell, Column, OutputError, OutputFormat, OutputOptions, RowError, Rows, file,
};

use super::super::global::wrote;
use super::super::messages::counted;
use super::super::output::OutputArgs;
use super::super::query::columns;
use super::super::{CommandError, ExitStatus, Result};
use super::shown;
use crate::rows::SqlRows;

/// Hive's name for the partition with a null value.
const NONE: &str = "__HIVE_DEFAULT_PARTITION__";

/// The format given with `--format`: a folder's name has no extension.
pub fn format(output: &OutputArgs) -> Result<OutputFormat> {
    output.format.ok_or_else(|| {
        CommandError::usage("--partition-by writes a folder, whose name tells no format")
            .help("say one: --format parquet")
    })
}

/// Writes all partitions; the folder appears whole or not at all.
pub fn write(
    output: &OutputArgs,
    format: OutputFormat,
    conn: &Connection,
    (by, parts): (PartitionBy, BTreeMap<Option<String>, Vec<u32>>),
) -> Result {
    let Some(folder) = &output.output else {
        return Err(CommandError::usage("--partition-by writes a folder").help("name it: -o DIR"));
    };
    let options = OutputOptions { to_file: true, ..OutputOptions::for_file(output.raw) };
    let (is_empty, files) = (parts.is_empty(), counted(parts.len(), "file"));
    file::to_folder(folder, |root| {
        for (value, ids) in parts {
            let part = root.join(format!("{}={}", by.column(), value.as_deref().unwrap_or(NONE)));
            fs::create_dir(&part).map_err(|source| at(&part, source))?;
            let path = part.join(format!("part-0.{}", ending(format)));
            let rows_of = |error| OutputError::Rows(Box::new(error));
            let shown = shown(format);
            let mut statement = listing::prepare_ordered(conn, ids, shown)
                .map_err(|error| OutputError::Rows(Box::new(error)))?;
            let rows = statement.query([]).map_err(rows_of)?;
            let columns = columns(shown.names(), format);
            let rows = SqlRows::new(rows, columns, Caption::default(), ());
            let mut rows = Without::new(rows, by.column());
            file::to_file(&path, false, |out| format.write(&mut rows, out, &options))?;
        }
        Ok(())
    })?;
    wrote(&files, folder);
    Ok(if is_empty && output.fail_if_none { ExitStatus::Failed } else { ExitStatus::Done })
}

fn ending(format: OutputFormat) -> &'static str {
    format.endings.first().copied().unwrap_or("txt")
}

fn at(path: &Path, source: std::io::Error) -> OutputError {
    OutputError::File { path: path.to_owned(), source }
}

/// Rows with one column removed.
struct Without<R> {
    rows: R,
    columns: Vec<Column>,
    place: Option<usize>,
}

impl<R: Rows> Without<R> {
    fn new(rows: R, name: &str) -> Self {
        let mut columns = rows.columns().to_vec();
        let place = columns.iter().position(|column| column.name == name);
        if let Some(place) = place {
            columns.remove(place);
        }
        Self { rows, columns, place }
    }
}

impl<R: Rows> Rows for Without<R> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        self.rows.caption()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        let mut row = self.rows.next_row()?;
        if let (Some(row), Some(place)) = (&mut row, self.place) {
            row.remove(place);
        }
        Ok(row)
    }
}
