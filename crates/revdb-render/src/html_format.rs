//! The `html` format: a page of one section, whose rows stream unless a chart must be drawn from
//! them first.

use std::io::Write;

use super::page::{Head, PageWriter, Part, Section};
use super::table::Rows;
use super::{Draws, Format, OutputError, OutputOptions, Reader, Summary, Writer};

/// The `html` format.
struct Html;

/// The `html` format.
pub static HTML: Format = Format {
    name: "html",
    endings: &["html", "htm"],
    read_by: Reader::Other,
    draws: Draws::Always,
    is_binary: false,
    styles_terminal: false,
    writer: &Html,
};

impl Writer for Html {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let caption = rows.caption();
        let title = caption.title.unwrap_or_else(|| "Reviews".to_owned());
        let head = Head { title, filters: caption.filters, ..Head::default() };
        let mut page = PageWriter::begin(out, &head)?;
        page.section(&Section::default())?;
        let summary = page.part(&Part::default(), rows, options.chart.as_ref())?;
        page.end(head.has_script)?;
        Ok(summary)
    }
}
