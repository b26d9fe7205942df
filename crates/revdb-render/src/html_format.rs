//! The `html` format: a page with one section. Rows are streamed unless a chart is drawn from them
//! first.

use std::io::Write;

use super::page::{Head, PageWriter, Part, Section};
use super::table::Rows;
use super::{Draws, Format, OutputError, OutputOptions, Reader, Summary, Writer};

struct Html;

/// The `html` format.
pub static HTML: Format =
    Format { draws: Draws::Always, ..Format::new("html", &["html", "htm"], Reader::Other, &Html) };

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
