//! `--chart`: the picture in characters where the table would stand, between the same
//! title and notes.
//!
//! Holds the rows of the chart in memory, as [`super::svg_format`] does.

use std::io::Write;

use super::chart::{ChartSpec, picture::Picture, terminal};
use super::svg_format::MOST_CHART_ROWS;
use super::table::{Collected, Rows};
use super::table_format::{Style, write_header, write_notes};
use super::{OutputError, OutputOptions, Summary};

/// Columns of a chart in a pipe, where no terminal tells its own.
const PIPE_WIDTH: usize = 80;

/// Draws what `spec` makes of the rows.
///
/// # Errors
/// A column that the chart wants and the rows do not have; what the rows or `out` say.
pub(super) fn write(
    spec: &ChartSpec,
    rows: &mut dyn Rows,
    out: &mut dyn Write,
    options: &OutputOptions,
) -> Result<Summary, OutputError> {
    let style = Style::of(options);
    let (table, complete) = Collected::take(rows, MOST_CHART_ROWS)?;
    let picture =
        Picture::take(spec, &table).map_err(|error| OutputError::unwritable(error.to_string()))?;
    write_header(&table.caption, out, style, options)?;
    let width = options.width.unwrap_or(PIPE_WIDTH);
    out.write_all(terminal::draw(&picture, width, !options.draws_unicode()).as_bytes())?;
    write_notes(&table.caption, out, style, options)?;
    let mut summary = Summary { rows: table.rows.len() as u64, notes: Vec::new() };
    if !complete {
        summary.notes.push(format!("the chart shows the first {MOST_CHART_ROWS} rows only"));
    }
    Ok(summary)
}
