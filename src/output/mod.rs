//! A table of typed cells in, every output format out.
//!
//! Owns: how a value looks on a terminal, in a spreadsheet, on a page; what is
//! made harmless there; and that an output file appears whole or not at all.
//! Must never: know what a review is, or where the rows come from.
//!
//! A new output format is one file with a [`Writer`] and one line in `FORMATS`
//! (and its `mod` and its variant, which the compiler asks for).

mod batches;
pub mod chart;
mod chart_format;
pub mod delimited_format;
pub mod error;
pub mod file;
pub mod guard;
pub mod html_format;
pub mod json_format;
pub mod markdown_format;
mod number;
pub mod options;
pub mod page;
mod page_cells;
pub mod plain_table;
#[cfg(test)]
mod properties;
pub mod safe;
#[cfg(test)]
mod sample;
pub mod spool;
pub mod svg_format;
pub mod table;
pub mod table_format;
mod terminal_fit;
pub mod terminal_table;
pub mod wrap;
pub mod xlsx_format;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    Table,
    Csv,
    Tsv,
    Json,
    Jsonl,
    Markdown,
    Xlsx,
    Html,
    Svg,
}

/// A line of the list of formats.
struct Format {
    format: OutputFormat,
    name: &'static str,
    /// File endings, without the dot, lower case.
    endings: &'static [&'static str],
    /// Read by people: columns have headings ("score text"). Programs get names that stay.
    for_people: bool,
    /// Bytes that no terminal should be sent.
    binary: bool,
    /// The writer makes text safe for a terminal itself, and styles it there.
    styles_terminal: bool,
    writer: &'static dyn Writer,
}

#[rustfmt::skip]
static FORMATS: &[Format] = &[
    Format { format: OutputFormat::Table, name: "table", endings: &["txt"], for_people: true, binary: false, styles_terminal: true, writer: &table_format::Table },
    Format { format: OutputFormat::Csv, name: "csv", endings: &["csv"], for_people: false, binary: false, styles_terminal: false, writer: &delimited_format::CSV },
    Format { format: OutputFormat::Tsv, name: "tsv", endings: &["tsv", "tab"], for_people: false, binary: false, styles_terminal: false, writer: &delimited_format::TSV },
    Format { format: OutputFormat::Json, name: "json", endings: &["json"], for_people: false, binary: false, styles_terminal: false, writer: &json_format::JSON },
    Format { format: OutputFormat::Jsonl, name: "jsonl", endings: &["jsonl", "ndjson"], for_people: false, binary: false, styles_terminal: false, writer: &json_format::JSONL },
    Format { format: OutputFormat::Markdown, name: "markdown", endings: &["md", "markdown"], for_people: true, binary: false, styles_terminal: false, writer: &markdown_format::Markdown },
    Format { format: OutputFormat::Xlsx, name: "xlsx", endings: &["xlsx"], for_people: true, binary: true, styles_terminal: false, writer: &xlsx_format::Xlsx },
    Format { format: OutputFormat::Html, name: "html", endings: &["html", "htm"], for_people: true, binary: false, styles_terminal: false, writer: &html_format::Html },
    Format { format: OutputFormat::Svg, name: "svg", endings: &["svg"], for_people: true, binary: false, styles_terminal: false, writer: &svg_format::Svg },
];

impl OutputFormat {
    /// Every format, in the order in which help shows them.
    pub fn all() -> impl Iterator<Item = OutputFormat> {
        FORMATS.iter().map(|entry| entry.format)
    }

    /// Every name, for help, completion and value parsing.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|entry| entry.name)
    }

    /// The name on the command line: `csv`.
    pub fn name(self) -> &'static str {
        self.entry().map_or("table", |entry| entry.name)
    }

    /// The format that a file's ending asks for; `None` where it asks for none.
    pub fn from_path(path: &Path) -> Option<OutputFormat> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        FORMATS
            .iter()
            .find(|entry| entry.endings.contains(&ending.as_str()))
            .map(|entry| entry.format)
    }

    /// Read by people rather than by programs: columns are called by headings.
    pub fn is_for_people(self) -> bool {
        self.entry().is_some_and(|entry| entry.for_people)
    }

    /// Bytes that no terminal should be sent (xlsx).
    pub fn is_binary(self) -> bool {
        self.entry().is_some_and(|entry| entry.binary)
    }

    /// Writes `rows` in this format. On a terminal, what a data format lets through
    /// is escaped on its way (see [`guard::TerminalGuard`]).
    pub fn write(
        self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let entry = self
            .entry()
            .ok_or_else(|| OutputError::unwritable("no writer is listed for this format"))?;
        if entry.binary && options.is_terminal() {
            return Err(OutputError::unwritable(format!(
                "{} is not for a terminal: name a file with -o",
                entry.name
            )));
        }
        if !options.is_terminal() || entry.styles_terminal {
            return entry.writer.write(rows, out, options);
        }
        let mut guard = guard::TerminalGuard::new(out);
        let summary = entry.writer.write(rows, &mut guard, options)?;
        guard.finish()?;
        Ok(summary)
    }

    fn entry(self) -> Option<&'static Format> {
        FORMATS.iter().find(|entry| entry.format == self)
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no output format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no output format \"{0}\"")]
pub struct UnknownFormat(String);

impl FromStr for OutputFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        FORMATS
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))
            .map(|entry| entry.format)
            .ok_or_else(|| UnknownFormat(safe::for_terminal(name).into_owned()))
    }
}
