//! One self-contained page: no network, no script, light and dark, printable.
//!
//! Everything goes through minijinja with autoescape on; the only markup let through
//! is the chart that this crate drew. [`PageWriter`] also makes pages of several sections
//! (`revdb report`). Rows stream unless a chart must be drawn from them first.

use std::io::Write;

use minijinja::{AutoEscape, Environment, Value, context};

use super::chart::{ChartSpec, svg};
use super::safe::{for_terminal_block, without_markers};
use super::svg_format::{MOST_CHART_ROWS, chart};
use super::table::{Caption, Cell, Collected, Column, ColumnKind, Rows};
use super::{MATCH_END, MATCH_START, OutputError, OutputOptions, Summary, Writer};

const HEAD: &str = include_str!("page_head.html");
const SECTION: &str = include_str!("page_section.html");
const ROW: &str = include_str!("page_row.html");

/// The `html` format: a page of one section.
pub struct Html;

impl Writer for Html {
    fn write(
        &self,
        rows: &mut dyn Rows,
        out: &mut dyn Write,
        options: &OutputOptions,
    ) -> Result<Summary, OutputError> {
        let caption = rows.caption();
        let title = caption.title.as_deref().unwrap_or("Reviews");
        let mut page = PageWriter::begin(out, title, &caption.filters)?;
        let section = Section::default();
        let summary = page.section(&section, rows, options.chart.as_ref())?;
        page.end()?;
        Ok(summary)
    }
}

/// What stands above a section's table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// None where the page's own title is enough.
    pub heading: Option<String>,
    /// How it was computed, what it tells: a paragraph each.
    pub text: Vec<String>,
    /// How many rows its table shows, and where the rest can be had; None: all. The chart is
    /// drawn from all rows in any case.
    pub most_rows: Option<(usize, String)>,
}

/// A page being written, section by section.
pub struct PageWriter<'a> {
    out: &'a mut dyn Write,
    templates: Environment<'static>,
}

impl<'a> PageWriter<'a> {
    /// Writes the head of the page, its title and the filters that are on.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn begin(
        out: &'a mut dyn Write,
        title: &str,
        filters: &[String],
    ) -> Result<Self, OutputError> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in [("head", HEAD), ("section", SECTION), ("row", ROW)] {
            templates.add_template(name, source).map_err(refused)?;
        }
        let mut page = PageWriter { out, templates };
        let filters: Vec<String> = filters.iter().map(|filter| shown(filter)).collect();
        page.render("head", context! { title => shown(title), filters })?;
        Ok(page)
    }

    /// Writes one section: heading, text, chart, table, and the notes of `rows`.
    ///
    /// # Errors
    /// A chart that wants a column the table does not have; rows that end in an error;
    /// an `out` that cannot be written.
    pub fn section(
        &mut self,
        section: &Section,
        rows: &mut dyn Rows,
        spec: Option<&ChartSpec>,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        let mut summary = Summary::default();
        let mut held = None;
        let mut svg = None;
        if let Some(spec) = spec {
            let (table, complete) = Collected::take(rows, MOST_CHART_ROWS)?;
            if complete {
                svg = Some(chart(spec, &table, svg::WIDE)?.element());
            } else {
                summary.notes.push(format!("no chart: there are more than {MOST_CHART_ROWS} rows"));
            }
            held = Some(table);
        }
        self.open(section, &columns, svg)?;
        let most = section.most_rows.as_ref().map_or(u64::MAX, |(most, _)| *most as u64);
        if let Some(mut table) = held {
            summary.rows += self.rows(&columns, &mut table, most)?;
        }
        let left = most.saturating_sub(summary.rows);
        summary.rows += self.rows(&columns, rows, left)?;
        self.close(section, &rows.caption(), summary.rows)?;
        Ok(summary)
    }

    /// Closes the page.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn end(self) -> Result<(), OutputError> {
        self.out.write_all(b"</main>\n</body>\n</html>\n")?;
        Ok(())
    }

    fn open(
        &mut self,
        section: &Section,
        columns: &[Column],
        svg: Option<String>,
    ) -> Result<(), OutputError> {
        let cards = has_long(columns);
        let columns: Vec<Value> = columns
            .iter()
            .map(|column| context! { name => shown(&column.name), class => class(column.kind) })
            .collect();
        let text: Vec<String> = section.text.iter().map(|line| shown(line)).collect();
        let heading = section.heading.as_deref().map(shown);
        let chart = svg.map(Value::from_safe_string);
        self.render("section", context! { heading, text, columns, chart, cards })
    }

    /// Writes the first `most` rows and gives the number of all.
    fn rows(
        &mut self,
        columns: &[Column],
        rows: &mut dyn Rows,
        most: u64,
    ) -> Result<u64, OutputError> {
        let mut seen = 0;
        let cards = has_long(columns);
        while let Some(row) = rows.next_row()? {
            seen += 1;
            if seen > most {
                continue;
            }
            let cells: Vec<Value> =
                row.iter().zip(columns).map(|(cell, column)| html_cell(cell, column)).collect();
            self.render("row", context! { cells, cards })?;
        }
        Ok(seen)
    }

    fn close(
        &mut self,
        section: &Section,
        caption: &Caption,
        rows: u64,
    ) -> Result<(), OutputError> {
        self.out.write_all(b"</tbody></table></div>\n")?;
        if rows == 0 {
            self.out.write_all(b"<p class=\"note\">no rows</p>\n")?;
        }
        let cut = section.most_rows.as_ref().filter(|(most, _)| rows > *most as u64);
        let cut =
            cut.map(|(most, rest)| format!("the first {most} of {rows} rows; {rest} has all"));
        for note in cut.iter().chain(&caption.notes) {
            let note = minijinja::HtmlEscape(&shown(note)).to_string();
            writeln!(self.out, "<p class=\"note\">{note}</p>")?;
        }
        self.out.write_all(b"</section>\n")?;
        Ok(())
    }

    fn render(&mut self, name: &str, values: Value) -> Result<(), OutputError> {
        let template = self.templates.get_template(name).map_err(refused)?;
        let text = template.render(values).map_err(refused)?;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")?;
        Ok(())
    }
}

fn refused(error: minijinja::Error) -> OutputError {
    OutputError::unwritable(format!("cannot make the page: {error}"))
}

/// Text in which nothing is invisible and nothing reorders what is read.
fn shown(text: &str) -> String {
    for_terminal_block(text).into_owned()
}

/// The style class of a column.
fn class(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int | ColumnKind::Real { .. } => "number",
        ColumnKind::Quote | ColumnKind::Snippet => "long",
        ColumnKind::Date => "date",
        ColumnKind::Text | ColumnKind::Url => "text",
    }
}

/// A cell as pieces, each a match or not; a link where it is a web address.
fn html_cell(cell: &Cell, column: &Column) -> Value {
    let text = cell.display_text(column.kind).map_or("–".to_owned(), |text| shown(&text));
    let link = (column.kind == ColumnKind::Url && is_web_address(&text)).then(|| text.clone());
    let pieces: Vec<Value> = if column.kind == ColumnKind::Snippet {
        pieces(&text)
    } else {
        vec![context! { text => text.as_str(), marked => false }]
    };
    context! { class => class(column.kind), link, pieces, name => shown(&column.name) }
}

/// Rows with a long text become cards on a narrow screen.
fn has_long(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.kind.is_long())
}

/// Only these two can be followed: `javascript:` and the like stay text.
fn is_web_address(text: &str) -> bool {
    let start: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    start.starts_with("https://") || start.starts_with("http://")
}

fn pieces(text: &str) -> Vec<Value> {
    let mut pieces = Vec::new();
    for (index, part) in text.split(MATCH_START).enumerate() {
        let (inside, outside) = match part.split_once(MATCH_END) {
            Some((inside, outside)) if index > 0 => (inside, outside),
            _ if index > 0 => (part, ""),
            _ => ("", part),
        };
        for (text, marked) in [(inside, true), (outside, false)] {
            if !text.is_empty() {
                pieces.push(context! { text => without_markers(text), marked });
            }
        }
    }
    pieces
}
