//! The pieces of a page: its head, sections, tables, charts, notes.
//!
//! One self-contained file: no network, light and dark, printable, all of it to be read without
//! script. The one script there is sorts and sifts the rows of a table; the policy in the page's
//! head lets that text run and no other. Everything goes through minijinja with autoescape on;
//! the only markup let through is the chart that this crate drew, and the script.

use std::io::Write;

use minijinja::{AutoEscape, Environment, Value, context};

use super::chart::ChartSpec;
use super::chart::svg::{NARROW, WIDE};
use super::page_cells::{class, has_long, html_cell, prose, shown};
use super::svg_format::{MOST_CHART_ROWS, chart};
use super::table::{Caption, Collected, Column, Rows};
use super::{OutputError, Summary};

const SCRIPT: &str = include_str!("page_script.js");
/// The SHA-256 of [`SCRIPT`] in base64, which a test holds against it.
const SCRIPT_HASH: &str = include_str!("page_script.sha256");
const TEMPLATES: [(&str, &str); 4] = [
    ("head", include_str!("page_head.html")),
    ("section", include_str!("page_section.html")),
    ("part", include_str!("page_part.html")),
    ("row", include_str!("page_row.html")),
];

/// What stands at the head of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    pub title: String,
    /// Which filters are on.
    pub filters: Vec<String>,
    /// What a reader wants first.
    pub figures: Vec<Figures>,
    /// A paragraph each, below the figures.
    pub notes: Vec<String>,
    /// The headings of the sections that follow, where a reader may want to go to one.
    pub contents: Vec<String>,
    /// A table of it can be sorted and sifted ([`Part::sifted_by`]).
    pub has_script: bool,
}

/// A few numbers, large.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub heading: String,
    /// What each is, and the number.
    pub told: Vec<(String, String)>,
    pub note: String,
}

/// A heading with parts under it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// None where the page's own title is enough.
    pub heading: Option<String>,
    /// What it tells: a paragraph each.
    pub text: Vec<String>,
    /// What was typed for it.
    pub command: Option<String>,
}

/// What stands around one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Where a section has several.
    pub heading: Option<String>,
    /// How many rows its table shows, and where the rest can be had; None: all. The chart is
    /// drawn from all rows in any case.
    pub most_rows: Option<(usize, String)>,
    /// How it was computed, whole: folded away on a screen.
    pub rule: Option<String>,
    /// Columns that the chart is drawn from and the table need not show.
    pub hidden: Vec<String>,
    /// The columns that can be sifted by what they say, where a script may run; none: the table
    /// stays as it is.
    pub sifted_by: Vec<String>,
}

/// A page being written, section by section.
pub struct PageWriter<'a> {
    out: &'a mut dyn Write,
    templates: Environment<'static>,
    is_open: bool,
}

impl<'a> PageWriter<'a> {
    /// Writes the head of the page.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn begin(out: &'a mut dyn Write, head: &Head) -> Result<Self, OutputError> {
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in TEMPLATES {
            templates.add_template(name, source).map_err(refused)?;
        }
        let mut page = PageWriter { out, templates, is_open: false };
        let figures = head.figures.iter().map(|figures| {
            let told = figures.told.iter();
            let told =
                told.map(|(what, much)| context! { what => shown(what), much => shown(much) });
            context! {
                heading => shown(&figures.heading),
                told => told.collect::<Vec<Value>>(),
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

    /// Opens a section, and closes the one before.
    ///
    /// # Errors
    /// Where `out` cannot be written.
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

    /// Writes one table with its chart above, and the notes of `rows` below.
    ///
    /// # Errors
    /// A chart that wants a column the table does not have; rows that end in an error;
    /// an `out` that cannot be written.
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

    /// Closes the page; `notes` stand at its end.
    ///
    /// # Errors
    /// Where `out` cannot be written.
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
                let is_sifted = part.sifted_by.contains(&column.name);
                context! { name => shown(&column.name), class => class(column.kind), is_sifted }
            })
            .collect();
        let class = match (part.sifted_by.is_empty(), has_long(columns)) {
            (false, _) => "sifted",
            (true, true) => "cards",
            (true, false) => "",
        };
        self.render(
            "part",
            context! { heading => part.heading.as_deref().map(shown), charts, heads, class, is_empty },
        )
    }

    /// Writes the first `most` rows and gives the number of all.
    fn rows(
        &mut self,
        (columns, part): (&[Column], &Part),
        rows: &mut dyn Rows,
        most: u64,
    ) -> Result<u64, OutputError> {
        let mut seen = 0;
        // What a review has is told by where it stands; of other rows a card names each value.
        let cards = has_long(columns) && part.sifted_by.is_empty();
        let blank = if part.sifted_by.is_empty() { "–" } else { "" };
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
        if let Some(rule) = &part.rule {
            self.out.write_all(b"<details><summary>How it was computed</summary>\n")?;
            self.note(rule)?;
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
