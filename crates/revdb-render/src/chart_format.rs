//! `--chart` on a terminal: the chart in characters in place of the table, with the same title and
//! notes.
//!
//! Holds the chart's rows in memory.

use std::io::Write;

use super::chart::{ChartSpec, terminal};
use super::svg_format::{chart_rows, picture};
use super::table::Rows;
use super::table_format::{Style, write_header, write_notes};
use super::{OutputError, OutputOptions, Summary};

/// Width of a chart in a pipe.
const PIPE_WIDTH: usize = 80;

/// Draws the chart of the rows.
///
/// # Errors
/// A missing column of the chart; errors of the rows or of `out`.
pub(super) fn write(
    spec: &ChartSpec,
    rows: &mut dyn Rows,
    out: &mut dyn Write,
    options: &OutputOptions,
) -> Result<Summary, OutputError> {
    let style = Style::of(options);
    let (table, summary) = chart_rows(rows)?;
    let picture = picture(spec, &table)?;
    write_header(&table.caption, out, style, options)?;
    let width = options.width.unwrap_or(PIPE_WIDTH);
    out.write_all(terminal::draw(&picture, width, !options.draws_unicode()).as_bytes())?;
    write_notes(&table.caption, out, style, options)?;
    Ok(summary)
}
