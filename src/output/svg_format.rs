//! The chart alone, as an SVG file.
//!
//! Holds the rows of the chart in memory: a chart of more than [`MOST_CHART_ROWS`]
//! rows would show nothing.

use std::io::Write;

use super::chart::ChartSpec;
use super::chart::picture::Picture;
use super::chart::svg;
use super::table::{Collected, Rows};
use super::{OutputError, OutputOptions, Summary, Writer};

/// Rows from which a picture is taken; what lies beyond is said in a note.
pub const MOST_CHART_ROWS: usize = 100_000;

/// The `svg` format.
pub struct Svg;

impl Writer for Svg {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let Some(spec) = &options.chart else {
            return Err(OutputError::unwritable(
                "there is no picture of this: only a report that declares a chart can be drawn",
            ));
        };
        let (table, complete) = Collected::take(rows, MOST_CHART_ROWS)?;
        let mut summary = Summary { rows: table.rows.len() as u64, notes: Vec::new() };
        if !complete {
            summary.notes.push(format!("the chart shows the first {MOST_CHART_ROWS} rows only"));
        }
        let drawn = alone(&chart(spec, &table)?);
        out.write_all(drawn.as_bytes())?;
        Ok(summary)
    }
}

/// A table's chart as SVG, to be set into a page.
///
/// # Errors
/// A column that the chart wants and the table does not have.
pub fn chart(spec: &ChartSpec, table: &Collected) -> Result<String, OutputError> {
    let picture =
        Picture::take(spec, table).map_err(|error| OutputError::unwritable(error.to_string()))?;
    svg::draw(&picture)
}

/// A picture by itself has a light ground; within a page it takes the page's.
fn alone(drawn: &str) -> String {
    let sheet = "><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>";
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", drawn.replacen('>', sheet, 1))
}
