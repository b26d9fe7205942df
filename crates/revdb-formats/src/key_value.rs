//! Records of `key: value` lines separated by blank lines, as in the SNAP data sets of Amazon,
//! BeerAdvocate and RateBeer (snap.stanford.edu) and in personal notes; converted to JSON.
//!
//! Owns: where a record begins, and which lines are fields. Must never: take a line of a review's
//! text for a field that no other record has, or hold more than one record.

use std::io::{self, BufRead, Read as _};

use super::format::{Confidence, Format, Probe, ReadOptions, Result, Sink, Text};
use super::json::any::{self, AnyJson, List};
use super::json::generated::{self, Failure};
use layout::Layout;
use records::Records;

mod layout;
mod records;
#[cfg(test)]
mod tests;

/// The format's name for `--input-format`.
pub const NAME: &str = "key-value";

/// `key: value` lines that match no profile.
pub struct KeyValue;

impl Format for KeyValue {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any records of lines key: value, by their keys or by --map field=key"
    }

    fn shape(&self) -> &'static str {
        "text"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        match head_as_json(probe) {
            Some(json) => {
                let probe = Probe::new(probe.name, &json, probe.whole).with_options(probe.options);
                AnyJson.recognise(&probe)
            }
            None => Confidence::No,
        }
    }

    fn read(&self, text: &mut dyn Text, options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let mut json = AsJson::of(text)?;
        AnyJson.read(&mut json, options, sink).map_err(|error| json.failure.cause_of(error))
    }
}

/// The records of a dump that are read or asked about.
///
/// # Errors
/// As for reading.
pub fn lists_of(text: &mut dyn Text, options: &ReadOptions) -> Result<Vec<List>> {
    let mut json = AsJson::of(text)?;
    any::lists_of(&mut json, options).map_err(|error| json.failure.cause_of(error))
}

/// A dump's beginning as JSON lines; `None` if it has no such records.
pub fn head_as_json(probe: &Probe<'_>) -> Option<String> {
    let layout = Layout::of(probe.head)?;
    Some(generated::all(Records::new(probe.head.as_bytes(), layout)))
}

/// A dump read as JSON lines.
struct AsJson<'a> {
    text: &'a mut dyn Text,
    layout: Layout,
    failure: Failure,
}

impl<'a> AsJson<'a> {
    fn of(text: &'a mut dyn Text) -> Result<Self> {
        let mut head = Vec::new();
        text.reader()?.take(Probe::LIMIT as u64).read_to_end(&mut head)?;
        let layout = Layout::of(&String::from_utf8_lossy(&head)).unwrap_or_default();
        Ok(Self { text, layout, failure: Failure::default() })
    }
}

impl Text for AsJson<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        let records = Records::new(self.text.reader()?, self.layout.clone());
        Ok(generated::reader(records, &self.failure))
    }
}
