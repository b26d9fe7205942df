//! The `svg` format: only the chart.
//!
//! Holds the chart's rows in memory, at most [`MOST_CHART_ROWS`].

use std::io::Write;

use super::chart::ChartSpec;
use super::chart::picture::Picture;
use super::chart::svg::{self, Drawing, TYPE};
use super::safe::for_terminal_block;
use super::table::{Caption, Collected, Rows};
use super::{Draws, Format, OutputError, OutputOptions, Reader, Summary, Writer};

/// The most rows that a chart reads; a note says that there are more.
pub const MOST_CHART_ROWS: usize = 100_000;

/// Pixels above the chart for the title, and below for the source.
const ABOVE: i32 = 60;
const BELOW: i32 = 30;

struct Svg;

/// The `svg` format.
pub(crate) static SVG: Format =
    Format { draws: Draws::Always, ..Format::new("svg", &["svg"], Reader::Other, &Svg) };

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
        let (table, summary) = chart_rows(rows)?;
        let drawn = chart(spec, &table, svg::WIDE)?;
        out.write_all(alone(&drawn, &table.caption).as_bytes())?;
        Ok(summary)
    }
}

/// The rows for a chart, with a note if there are more.
pub(super) fn chart_rows(rows: &mut dyn Rows) -> Result<(Collected, Summary), OutputError> {
    let (table, complete) = Collected::take(rows, MOST_CHART_ROWS)?;
    let mut summary = Summary { rows: table.rows.len() as u64, notes: Vec::new() };
    if !complete {
        summary.notes.push(format!("the chart shows the first {MOST_CHART_ROWS} rows only"));
    }
    Ok((table, summary))
}

/// The picture of a table.
pub(super) fn picture(spec: &ChartSpec, table: &Collected) -> Result<Picture, OutputError> {
    Picture::take(spec, table).map_err(|error| OutputError::unwritable(error.to_string()))
}

/// A table's chart for a sheet or page of this width.
///
/// # Errors
/// A missing column of the chart.
pub(crate) fn chart(
    spec: &ChartSpec,
    table: &Collected,
    width: i32,
) -> Result<Drawing, OutputError> {
    svg::draw(&picture(spec, table)?, width)
}

/// A standalone picture has a title, a text alternative and a source; its background is light, or
/// the page's if embedded.
fn alone(drawn: &Drawing, caption: &Caption) -> String {
    let escaped = |text: &str| minijinja::HtmlEscape(&for_terminal_block(text)).to_string();
    let title = escaped(caption.title.as_deref().unwrap_or("Reviews"));
    let filters = match caption.filters.as_slice() {
        [] => "all reviews".to_owned(),
        filters => escaped(&filters.join(" · ")),
    };
    let under =
        escaped(&format!("Source: reviews in an archive of revdb {}", env!("CARGO_PKG_VERSION")));
    let about = [caption.filters.as_slice(), &caption.notes].concat().join("\n");
    let Drawing { width, height, marks } = drawn;
    let whole = height + ABOVE + BELOW;
    let foot = whole - 12;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg role=\"img\" {TYPE} viewBox=\"0 0 {width} {whole}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n\
         <title>{title}</title>\n<desc>{}</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"10\" y=\"26\" font-size=\"18\" font-weight=\"bold\" fill=\"#222222\">{title}</text>\n\
         <text x=\"10\" y=\"46\" fill=\"#555555\">{filters}</text>\n\
         <g transform=\"translate(0,{ABOVE})\">\n{marks}\n</g>\n\
         <text x=\"10\" y=\"{foot}\" font-size=\"12\" fill=\"#555555\">{under}</text>\n</svg>\n",
        escaped(&about),
    )
}

#[cfg(test)]
mod tests {
    use super::super::chart::ChartKind;
    use super::super::table::{Cell, Column, ColumnKind};
    use super::*;

    #[test]
    fn a_picture_says_what_it_is_and_where_it_comes_from() {
        let columns =
            vec![Column::new("week", ColumnKind::Text), Column::new("n", ColumnKind::Int)];
        let caption = Caption {
            title: Some("Weeks of <A>".to_owned()),
            filters: vec!["critic: B & C".to_owned()],
            notes: vec!["left out: 2 undated".to_owned()],
            ..Caption::default()
        };
        let rows = vec![vec![Cell::Text("2012-W30".to_owned()), Cell::Int(3)]];
        let mut table = Collected::new(columns, rows, caption);
        let spec = ChartSpec::new(
            ChartKind::Bar,
            vec![("x".into(), "week".into()), ("y".into(), "n".into())],
        )
        .expect("a declaration");
        let options = OutputOptions { chart: Some(spec), ..OutputOptions::default() };
        let mut out = Vec::new();
        Svg.write(&mut table, &mut out, &options).expect("a picture");
        let svg = String::from_utf8(out).expect("UTF-8");
        for part in [
            "<title>Weeks of &lt;A&gt;</title>",
            "<desc>critic: B &amp; C\nleft out: 2 undated</desc>",
            ">Source: reviews in an archive of revdb ",
            ">\n2012-W30\n</text>",
        ] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
    }
}
