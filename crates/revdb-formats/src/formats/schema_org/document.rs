//! schema.org reviews in JSON files: an array of objects, JSON lines, or one document with a
//! `@graph` or nested reviews.
//!
//! Owns: splitting such a file into records. Must never: know what a property means; `json` does,
//! for pages too. Memory is bounded: arrays and lines are read record by record. Of the objects
//! that records refer to, only nodes with an `@id` are kept; a separate pass collects them before
//! the reviews are read.

use std::io::{BufRead, Read};

use super::super::html::{LineFinder, mark_of};
use super::json;
use super::nodes::Nodes;
use crate::format::{Confidence, Format, Probe, ReadError, ReadOptions, Result, Sink, Text};
use crate::json::{Cut, Cutter, LONGEST_RECORD, checked};
use crate::record::{Item, Position};

pub struct SchemaOrgJson;

/// Paths of the records in a document that is too long to be held in memory.
const STREAMED: [&str; 3] = ["review[]", "reviews[]", "@graph[]"];

impl Format for SchemaOrgJson {
    fn name(&self) -> &str {
        "schema-org-json"
    }

    fn describe(&self) -> &str {
        "schema.org Review objects as JSON: an array, one a line, or a document with a @graph or nested reviews"
    }

    fn shape(&self) -> &'static str {
        "JSON"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Confidence {
        let head = probe.head.trim_start_matches('\u{feff}').trim_start();
        let has = |marks: &[&str]| marks.iter().any(|mark| head.contains(mark));
        let typed = has(&["\"@type\""]) && has(&["Review\"", "\"review\"", "\"reviews\""]);
        let fits = head.starts_with(['{', '['])
            && (typed || has(&["\"itemReviewed\""]))
            && has(&["\"reviewBody\"", "\"reviewRating\""]);
        if fits { Confidence::Certain } else { Confidence::No }
    }

    fn read(&self, text: &mut dyn Text, _options: &ReadOptions, sink: &mut dyn Sink) -> Result {
        let shape = Shape::of(text)?;
        let mut nodes = Nodes::default();
        let mut cutter = shape.cutter(text)?;
        while let Some(cut) = cutter.next()? {
            if cut.text.windows(5).any(|bytes| bytes == b"\"@id\"")
                && let Ok(value) = checked(&cut.text)
            {
                nodes.learn(&value);
            }
        }
        drop(cutter);
        let mut cutter = shape.cutter(text)?;
        let mut record = 0;
        while let Some(cut) = cutter.next()? {
            emit(&cut, shape, &nodes, &mut record, sink)?;
        }
        Ok(())
    }
}

fn emit(cut: &Cut, shape: Shape, nodes: &Nodes, record: &mut u64, sink: &mut dyn Sink) -> Result {
    let mut give = |line: u64, item: Item| {
        *record += 1;
        sink.item(Position { record: *record, line }, &|| cut.raw(), item)
    };
    let value = match checked(&cut.text) {
        Ok(value) => value,
        Err(why) => return Ok(give(cut.line, Item::Rejected(why))?),
    };
    let reviews = json::reviews_of(&value, nodes);
    if reviews.is_empty() && shape != Shape::Whole {
        return Ok(give(cut.line, Item::LeftAlone("a schema.org object that is no review"))?);
    }
    let document = String::from_utf8_lossy(&cut.text);
    let mut lines = LineFinder::new(&document);
    for review in reviews {
        let mark = mark_of(review.quote.as_deref());
        give(cut.line + lines.line_of(&mark) - 1, Item::Review(Box::new(review)))?;
    }
    Ok(())
}

/// How a file is split into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An array's elements, or JSON lines.
    Records,
    /// One complete document.
    Whole,
    /// A document longer than [`LONGEST_RECORD`]; data around its records is ignored.
    Streamed,
}

impl Shape {
    fn of(text: &mut dyn Text) -> Result<Self> {
        let mut first = Vec::new();
        let mut reader = text.reader()?;
        while first.trim_ascii().is_empty() {
            first.clear();
            let limit = LONGEST_RECORD as u64;
            if (&mut reader).take(limit).read_until(b'\n', &mut first)? == 0 {
                return Ok(Shape::Records);
            }
        }
        drop(reader);
        let line = first.trim_ascii();
        if line.starts_with(b"[") || line.len() > 1 && checked(line).is_ok() {
            return Ok(Shape::Records);
        }
        let mut cutter = Shape::Whole.cutter(text)?;
        Ok(match cutter.next() {
            Ok(Some(cut)) if cut.too_long => Shape::Streamed,
            Ok(_) => Shape::Whole,
            // The first line is invalid; so are the following ones, unless this is JSON lines.
            Err(ReadError::Malformed { .. }) => Shape::Records,
            Err(error) => return Err(error),
        })
    }

    fn cutter<'a>(self, text: &'a mut dyn Text) -> Result<Cutter<Box<dyn BufRead + 'a>>> {
        let paths: Vec<String> = match self {
            Shape::Records => Vec::new(),
            Shape::Whole => vec![String::new()],
            Shape::Streamed => STREAMED.iter().map(|path| (*path).to_owned()).collect(),
        };
        Ok(Cutter::new(text.reader()?, &paths))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::{probe, read};

    #[test]
    fn files_are_split_by_their_shape() {
        let review = r##"{"@type":"Review","author":{"@id":"#a"},"reviewBody":"It rains."}"##;
        let author = r##"{"@id":"#a","@type":"Person","name":"Ann Oak"}"##;
        let cases = [
            (
                "lines",
                format!("{review}\n\n{{\"@type\":\n{author}\n"),
                "1 Ann Oak, rejected 3, left",
            ),
            ("an array", format!("[\n{author},\n{review}]"), "left, 3 Ann Oak"),
            ("a graph", format!("{{\n\"@graph\": [{author},\n{review}]\n}}"), "3 Ann Oak"),
            (
                "below its work",
                format!(
                    "[{{\"@type\":\"Movie\",\"name\":\"R\",\"review\":[{review},{review}]}},{author}]"
                ),
                "1 Ann Oak, 1 Ann Oak, left",
            ),
        ];
        for (name, text, wanted) in cases {
            assert_eq!(SchemaOrgJson.recognise(&probe(&text)), Confidence::Certain, "{name}");
            let found = read(&SchemaOrgJson, &text);
            let told: Vec<String> = found
                .items
                .iter()
                .map(|(at, item)| match item {
                    Item::Review(review) => {
                        format!("{} {}", at.line, review.byline.as_deref().unwrap_or("-"))
                    }
                    Item::Rejected(_) => format!("rejected {}", at.line),
                    Item::LeftAlone(_) => "left".to_owned(),
                    other => format!("{other:?}"),
                })
                .collect();
            assert_eq!(told.join(", "), wanted, "{name}");
        }
    }
}
