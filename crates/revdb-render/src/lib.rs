//! A table of typed cells in, every output format out.
//!
//! Owns: how a value looks on a terminal, in a spreadsheet and on a page; escaping what could
//! act there; and writing an output file whole or not at all.
//! Must never: know what a review is, or where the rows come from.
//!
//! A new output format is one file with a [`Writer`] and the [`Format`] that declares it, and one
//! line in `FORMATS` (and its `mod`, which the compiler asks for).

#![forbid(unsafe_code)]

mod batches;
pub mod chart;
mod chart_format;
mod constant_columns;
mod delimited_format;
mod error;
pub mod file;
mod guard;
mod html_format;
mod json_format;
mod markdown_format;
mod number;
mod options;
pub mod page;
mod page_cells;
mod parquet_format;
mod plain_table;
#[cfg(test)]
mod properties;
pub mod safe;
#[cfg(test)]
mod sample;
#[cfg(test)]
#[path = "../../../tests/common/shared.rs"]
mod shared;
pub mod spool;
pub mod svg_format;
mod table;
mod table_format;
mod terminal_fit;
mod terminal_table;
pub mod wrap;
mod xlsx_format;

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::str::FromStr;

pub use error::OutputError;
pub use options::OutputOptions;
pub use safe::{MATCH_END, MATCH_START};
pub use table::{Caption, Cell, Collected, Column, ColumnKind, RowError, Rows, Stack};

/// One way of writing a table.
pub trait Writer: Sync {
    /// Writes every row of `rows` to `out`, and what stands around them where the format has a
    /// place for it. Does not flush `out`. Memory stays flat in the number of rows, except
    /// where the module of the format says otherwise.
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError>;
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub rows: u64,
    /// What the reader of the file should be told, one sentence each: cells cut to fit a
    /// spreadsheet, a chart left out. For stderr.
    pub notes: Vec<String>,
}

/// All that is known of a format, declared in the file of its writer.
pub struct Format {
    /// What is typed after `--format`.
    pub name: &'static str,
    /// File endings, without the dot, lower case.
    pub endings: &'static [&'static str],
    pub read_by: Reader,
    pub draws: Draws,
    /// Bytes that no terminal should be sent.
    pub is_binary: bool,
    /// The writer makes text safe for a terminal itself, styles it there, and may be paged.
    pub styles_terminal: bool,
    pub writer: &'static dyn Writer,
}

/// Who reads a format, which decides what stands around the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Somebody who asked just now: headings ("score text"), notes, a rule in one line.
    Person,
    /// Somebody whom it was handed to: headings, notes and the whole rule.
    Other,
    /// A program: names that stay, and nothing around the rows.
    Program,
    /// A query engine: as a program, and with the ids by which rows are joined.
    Engine,
}

/// When a chart stands in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draws {
    Never,
    /// In place of the rows, where it is asked for.
    OnRequest,
    Always,
}

/// Every format, in the order in which help shows them; the first is the usual one.
static FORMATS: [&Format; 10] = [
    &table_format::TABLE,
    &delimited_format::CSV,
    &delimited_format::TSV,
    &json_format::JSON,
    &json_format::JSONL,
    &parquet_format::PARQUET,
    &markdown_format::MARKDOWN,
    &xlsx_format::XLSX,
    &html_format::HTML,
    &svg_format::SVG,
];

/// One of the formats.
#[derive(Clone, Copy)]
pub struct OutputFormat(&'static Format);

impl OutputFormat {
    /// The table: what is printed where nobody asked for another.
    pub fn usual() -> OutputFormat {
        OutputFormat(&table_format::TABLE)
    }

    /// Every format, in the order in which help shows them.
    pub fn all() -> impl Iterator<Item = OutputFormat> {
        FORMATS.into_iter().map(OutputFormat)
    }

    /// Every name, for help, completion and value parsing.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|format| format.name)
    }

    /// The format that a file's ending asks for; `None` where it asks for none.
    pub fn from_path(path: &Path) -> Option<OutputFormat> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::all().find(|format| format.endings.contains(&ending.as_str()))
    }

    /// Read by people rather than by programs: columns are called by headings.
    pub fn is_for_people(self) -> bool {
        matches!(self.read_by, Reader::Person | Reader::Other)
    }

    /// Writes `rows` in this format. On a terminal, what a data format lets through
    /// is escaped on its way (see `guard`).
    pub fn write(
        self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        if self.is_binary && options.is_terminal() {
            return Err(OutputError::unwritable(format!(
                "{self} is not for a terminal: name a file with -o"
            )));
        }
        if !options.is_terminal() || self.styles_terminal {
            return self.writer.write(rows, out, options);
        }
        let mut guard = guard::TerminalGuard::new(out);
        let summary = self.writer.write(rows, &mut guard, options)?;
        guard.finish()?;
        Ok(summary)
    }
}

impl std::ops::Deref for OutputFormat {
    type Target = Format;

    fn deref(&self) -> &Format {
        self.0
    }
}

impl PartialEq for OutputFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A name that no output format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no output format \"{0}\"")]
pub struct UnknownFormat(String);

impl FromStr for OutputFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::all()
            .find(|format| format.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownFormat(safe::for_terminal(name).into_owned()))
    }
}
