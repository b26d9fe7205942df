//! XML without a profile: converted to a JSON document.
//!
//! Must never: read HTML, or a file that is recognised as something else (a feed, a drawing).

use super::as_json::AsJson;
pub(crate) use super::as_json::head_as_json;
use crate::format::{Confidence, Format, Probe, ReadOptions, Result, Sink, Text};
use crate::json::any::{self, AnyJson, List};
use crate::other_files;

/// The format's name for `--input-format`.
pub const NAME: &str = "xml";

/// XML that matches no profile.
pub struct AnyXml;

impl Format for AnyXml {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any XML records, by their elements and attributes or by --map field=element"
    }

    fn shape(&self) -> &'static str {
        "XML"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        if !is_xml(probe.head) || other_files::of_text(probe.head).is_some() {
            return Confidence::No;
        }
        let json = head_as_json(probe.head);
        AnyJson.recognise(&Probe::new(probe.name, &json, probe.whole).with_options(probe.options))
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let mut json = AsJson::of(text)?;
        AnyJson.read(&mut json, options, sink).map_err(|error| json.failure().cause_of(error))
    }
}

/// The lists of an XML dump that are read or asked about.
///
/// # Errors
/// As for reading.
pub fn lists_of(text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<List>> {
    let mut json = AsJson::of(text)?;
    any::lists_of(&mut json, options).map_err(|error| json.failure().cause_of(error))
}

/// How much of a dump's beginning is searched for HTML tags.
const START: usize = 4096;

/// Whether the text has elements, but not HTML's.
pub fn is_xml(head: &str) -> bool {
    let start = head.trim_start_matches('\u{feff}').trim_start();
    let end = start.floor_char_boundary(START);
    let start = start[..end].to_lowercase();
    let root = start.split('<').skip(1).find(|tag| !tag.starts_with(['?', '!']));
    let root = root.and_then(|tag| tag.split([' ', '>', '/', '\n', '\r', '\t']).next());
    start.starts_with('<')
        && !start.contains("<html")
        && root.is_some_and(|root| !root.is_empty() && !OF_PAGES.contains(&root))
}

/// Root elements of HTML fragments.
const OF_PAGES: [&str; 10] =
    ["html", "head", "body", "main", "section", "div", "p", "span", "table", "ul"];

#[cfg(test)]
mod tests;
