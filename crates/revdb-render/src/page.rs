//! The parts of an HTML page: head, sections, tables, charts, notes.
//!
//! A page is one self-contained file without network access, for light and dark mode and for
//! print, readable without scripts. Its one script sorts and filters table rows; the content
//! security policy allows that script by its hash and no other. minijinja escapes everything but
//! this crate's charts and script.

use std::io::Write;

use minijinja::{AutoEscape, Environment, Value, context};

use super::chart::ChartSpec;
use super::chart::svg::{NARROW, WIDE};
use super::page_cells::{class, has_long, html_cell, prose, shown};
use super::svg_format::{MOST_CHART_ROWS, chart};
use super::table::{Caption, Collected, Column, Rows};
use super::{OutputError, Summary};

const SCRIPT: &str = include_str!("page_script.js");
/// The SHA-256 of [`SCRIPT`] in base64; a test compares it.
const SCRIPT_HASH: &str = include_str!("page_script.sha256");
const TEMPLATES: [(&str, &str); 4] = [
    ("head", include_str!("page_head.html")),
    ("section", include_str!("page_section.html")),
    ("part", include_str!("page_part.html")),
    ("row", include_str!("page_row.html")),
];

/// The head of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The page's title.
    pub title: String,
    /// The active filters.
    pub filters: Vec<String>,
    /// Key figures.
    pub figures: Vec<Figures>,
    /// Paragraphs below the figures.
    pub notes: Vec<String>,
    /// Headings of the sections to link to.
    pub contents: Vec<String>,
    /// Whether a table can be sorted and filtered ([`Part::filtered_by`]).
    pub has_script: bool,
}

/// A group of key figures in large type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The group's heading.
    pub heading: String,
    /// Label and value of each figure.
    pub values: Vec<(String, String)>,
    /// A line below the figures.
    pub note: String,
}

/// A heading for the parts below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading; `None` where the page's title suffices.
    pub heading: Option<String>,
    /// Introductory paragraphs.
    pub text: Vec<String>,
    /// The command that gives the same result.
    pub command: Option<String>,
}

/// What surrounds one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The heading, in a section with several parts.
    pub heading: Option<String>,
    /// The number of rows to show and where to find the rest; `None` shows all. The chart uses all
    /// rows.
    pub most_rows: Option<(usize, String)>,
    /// The full definition of the figures, in paragraphs, folded on a screen.
    pub rule: Vec<String>,
    /// Columns for the chart that the table omits.
    pub hidden: Vec<String>,
    /// Columns with a filter where the script runs; empty leaves the table static.
    pub filtered_by: Vec<String>,
}

/// Writes a page section by section.
pub struct PageWriter<'a> {
    out: &'a mut dyn Write,
    templates: Environment<'static>,
    is_open: bool,
}

impl<'a> PageWriter<'a> {
    /// Writes the head of the page.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn begin(out: &'a mut dyn Write, head: &Head) -> Result<Self, OutputError> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in TEMPLATES {
            templates.add_template(name, source).map_err(refused)?;
        }
        let mut page = PageWriter { out, templates, is_open: false };
        let figures = head.figures.iter().map(|figures| {
            let values = figures
                .values
                .iter()
                .map(|(label, value)| context! { label => shown(label), value => shown(value) });
            context! {
                heading => shown(&figures.heading),
                values => values.collect::<Vec<Value>>(),
                note => shown(&figures.note),
            }
        });
        let contents = head.contents.iter().map(|heading| {
            context! { heading => shown(heading), anchor => anchor(heading) }
        });
        page.render(
            "head",
            context! {
                title => shown(&head.title),
                filters => head.filters.iter().map(|text| shown(text)).collect::<Vec<_>>(),
                figures => figures.collect::<Vec<Value>>(),
                notes => all_shown(&head.notes),
                contents => contents.collect::<Vec<Value>>(),
                script_hash => head.has_script.then(|| SCRIPT_HASH.trim()),
            },
        )?;
        Ok(page)
    }

    /// Ends the current section and begins another.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn section(&mut self, section: &Section) -> Result<(), OutputError> {
        self.close()?;
        self.is_open = true;
        let heading = section.heading.as_deref();
        self.render(
            "section",
            context! {
                heading => heading.map(shown),
                anchor => heading.map(anchor),
                text => all_shown(&section.text),
                command => section.command.as_deref().map(shown),
            },
        )
    }

    /// Writes one table with its chart above and the notes of `rows` below.
    ///
    /// # Errors
    /// The chart needs a column that the table lacks; reading `rows` or writing `out` fails.
    pub fn part(
        &mut self,
        part: &Part,
        rows: &mut dyn Rows,
        spec: Option<&ChartSpec>,
    ) -> Result<Summary, OutputError> {
        let columns = rows.columns().to_vec();
        let mut summary = Summary::default();
        let mut charts = Vec::new();
        let (mut held, complete) =
            Collected::take(rows, if spec.is_some() { MOST_CHART_ROWS } else { 1 })?;
        match spec {
            Some(spec) if complete && !held.rows.is_empty() => {
                for width in [WIDE, NARROW] {
                    let drawn = chart(spec, &held, width)?.element();
                    charts.push(Value::from_safe_string(drawn));
                }
            }
            Some(_) if !complete => {
                summary.notes.push(format!("no chart: there are more than {MOST_CHART_ROWS} rows"));
            }
            _ => {}
        }
        self.open(part, &columns, &charts, held.rows.is_empty())?;
        if !held.rows.is_empty() {
            let most = part.most_rows.as_ref().map_or(u64::MAX, |(most, _)| *most as u64);
            summary.rows += self.rows((&columns, part), &mut held, most)?;
            let left = most.saturating_sub(summary.rows);
            summary.rows += self.rows((&columns, part), rows, left)?;
            self.out.write_all(b"</tbody></table></div>\n")?;
        }
        self.notes(part, &rows.caption(), summary.rows)?;
        Ok(summary)
    }

    /// Ends the page, with `notes` at its end.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn end(mut self, has_script: bool) -> Result<(), OutputError> {
        self.close()?;
        self.out.write_all(b"</main>\n")?;
        if has_script {
            writeln!(self.out, "<script>{SCRIPT}</script>")?;
        }
        self.out.write_all(b"</body>\n</html>\n")?;
        Ok(())
    }

    fn close(&mut self) -> Result<(), OutputError> {
        if std::mem::take(&mut self.is_open) {
            self.out.write_all(b"</section>\n")?;
        }
        Ok(())
    }

    fn open(
        &mut self,
        part: &Part,
        columns: &[Column],
        charts: &[Value],
        is_empty: bool,
    ) -> Result<(), OutputError> {
        let heads: Vec<Value> = columns
            .iter()
            .filter(|column| !part.hidden.contains(&column.name))
            .map(|column| {
                let is_filtered = part.filtered_by.contains(&column.name);
                context! { name => shown(&column.name), class => class(column.kind), is_filtered }
            })
            .collect();
        let class = match (part.filtered_by.is_empty(), has_long(columns)) {
            (false, _) => "sifted",
            (true, true) => "cards",
            (true, false) => "",
        };
        self.render(
            "part",
            context! { heading => part.heading.as_deref().map(shown), charts, heads, class, is_empty },
        )
    }

    /// Writes the first `most` rows and returns the total number.
    fn rows(
        &mut self,
        (columns, part): (&[Column], &Part),
        rows: &mut dyn Rows,
        most: u64,
    ) -> Result<u64, OutputError> {
        let mut seen = 0;
        // A review's values are recognised by their position; a card of other rows labels each value.
        let cards = has_long(columns) && part.filtered_by.is_empty();
        let blank = if part.filtered_by.is_empty() { "–" } else { "" };
        while let Some(row) = rows.next_row()? {
            seen += 1;
            if seen > most {
                continue;
            }
            let cells = row.iter().zip(columns);
            let cells = cells.filter(|(_, column)| !part.hidden.contains(&column.name));
            let cells: Vec<Value> =
                cells.map(|(cell, column)| html_cell(cell, column, blank)).collect();
            self.render("row", context! { cells, cards })?;
        }
        Ok(seen)
    }

    fn notes(&mut self, part: &Part, caption: &Caption, rows: u64) -> Result<(), OutputError> {
        if rows == 0 {
            self.note("no rows")?;
        }
        if let Some((most, rest)) = part.most_rows.as_ref().filter(|(most, _)| rows > *most as u64)
        {
            self.note(&format!("the first {most} of {rows} rows; {rest} has all"))?;
        }
        for note in &caption.notes {
            self.note(note)?;
        }
        if !part.rule.is_empty() {
            self.out.write_all(b"<details><summary>How it was computed</summary>\n")?;
            part.rule.iter().try_for_each(|paragraph| self.note(paragraph))?;
            self.out.write_all(b"</details>\n")?;
        }
        Ok(())
    }

    fn note(&mut self, text: &str) -> Result<(), OutputError> {
        Ok(writeln!(self.out, "<p class=\"note\">{}</p>", prose(text))?)
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

fn all_shown(texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| prose(text)).collect()
}

/// What a link within the page calls a heading.
fn anchor(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// RFC 4648, for whole groups of three bytes and the two that 32 bytes leave.
    fn base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let group = |three: &[u8]| {
            let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            let bits = bits << (8 * (3 - three.len()));
            let letter = |at: usize| match at <= three.len() {
                true => char::from(LETTERS[(bits >> (18 - 6 * at) & 63) as usize]),
                false => '=',
            };
            (0..4).map(letter).collect::<String>()
        };
        bytes.chunks(3).map(group).collect()
    }

    #[test]
    fn the_policy_names_the_script_that_the_page_has() {
        assert_eq!(base64(b"foobar"), "Zm9vYmFy");
        let hash = base64(&Sha256::digest(SCRIPT.as_bytes()));
        assert_eq!(SCRIPT_HASH.trim(), hash, "write this into page_script.sha256");
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--") && !SCRIPT.contains('\r'));
    }

    #[test]
    fn anchors_are_words() {
        assert_eq!(anchor("Reviews per week"), "reviews-per-week");
    }
}
