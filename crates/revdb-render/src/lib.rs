//! Writes a table of typed cells in every output format.
//!
//! Owns: how a value looks on a terminal, in a spreadsheet and on a page; the escaping of foreign
//! text; writing an output file atomically. Must never: know what a review is, or where the rows
//! come from.
//!
//! A new output format is one file with a [`Writer`] and the [`Format`] that declares it, one line
//! in `FORMATS`, and its `mod`.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

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

/// A serializer for one format.
pub trait Writer: Sync {
    /// Writes all `rows` to `out`, with the caption where the format has a place for it. Does not
    /// flush `out`. Memory does not grow with the number of rows unless the format's module says
    /// so.
    ///
    /// # Errors
    /// An error of `rows` or `out`, or data that the format cannot hold.
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError>;
}

/// The result of writing a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Number of rows written.
    pub rows: u64,
    /// Messages for stderr, one sentence each: cells cut to fit a spreadsheet, a chart left out.
    pub notes: Vec<String>,
}

/// The declaration of an output format.
pub struct Format {
    /// The value of `--format`, which also takes the file extensions.
    pub name: &'static str,
    /// File extensions, lower case, without the dot.
    pub endings: &'static [&'static str],
    /// The intended reader.
    pub read_by: Reader,
    /// When the format includes a chart.
    pub draws: Draws,
    /// Binary formats are refused on a terminal.
    pub is_binary: bool,
    /// The writer escapes and styles text for a terminal itself, and its output may go to a pager.
    pub styles_terminal: bool,
    /// The implementation.
    pub writer: &'static dyn Writer,
}

impl Format {
    /// A text format without charts that styles nothing.
    const fn new(
        name: &'static str,
        endings: &'static [&'static str],
        read_by: Reader,
        writer: &'static dyn Writer,
    ) -> Self {
        let (draws, is_binary, styles_terminal) = (Draws::Never, false, false);
        Format { name, endings, read_by, draws, is_binary, styles_terminal, writer }
    }
}

/// The intended reader of a format. It decides what is written around the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The person at the terminal: headings ("score text"), notes, the rule in one line.
    Person,
    /// A person who receives the file: headings, notes and the whole rule.
    Other,
    /// A program: stable column names, nothing around the rows.
    Program,
    /// A query engine: as [`Reader::Program`], with the ids that join rows.
    Engine,
}

/// When a format includes a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draws {
    /// The format has no charts.
    Never,
    /// With `--chart`, in place of the rows.
    OnRequest,
    /// Whenever the report declares a chart.
    Always,
}

/// Every format, in the order in which help shows them; the first is the usual one.
static FORMATS: &[&Format] = &[
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

/// One of the formats in `FORMATS`.
#[derive(Clone, Copy)]
pub struct OutputFormat(&'static Format);

impl OutputFormat {
    /// The default format, `table`.
    pub fn usual() -> OutputFormat {
        OutputFormat(&table_format::TABLE)
    }

    /// Every format, in the order of the help.
    pub fn all() -> impl Iterator<Item = OutputFormat> {
        FORMATS.iter().copied().map(OutputFormat)
    }

    /// Every format's name, in the order of the help.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|format| format.name)
    }

    /// The format with this file extension, if any.
    pub fn from_path(path: &Path) -> Option<OutputFormat> {
        Self::of_ending(path.extension()?.to_str()?)
    }

    fn of_ending(ending: &str) -> Option<OutputFormat> {
        let is_it = |known: &&str| known.eq_ignore_ascii_case(ending);
        Self::all().find(|format| format.endings.iter().any(is_it))
    }

    /// Whether columns have headings for people instead of stable names.
    pub fn is_for_people(self) -> bool {
        matches!(self.read_by, Reader::Person | Reader::Other)
    }

    /// Writes `rows` in this format. On a terminal, the output of formats that do not escape text
    /// themselves passes through `guard`.
    ///
    /// # Errors
    /// A binary format on a terminal, or an error of the writer.
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

/// No output format has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no output format \"{0}\"")]
pub struct UnknownFormat(String);

impl FromStr for OutputFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::all()
            .find(|format| format.name.eq_ignore_ascii_case(name))
            .or_else(|| Self::of_ending(name))
            .ok_or_else(|| UnknownFormat(safe::for_terminal(name).into_owned()))
    }
}
