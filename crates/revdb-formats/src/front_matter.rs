//! Notes: a text with front matter, as in Obsidian, Hugo and Jekyll.
//!
//! Owns: the front matter between two lines `---` (the subset of YAML that people write there by
//! hand), the first heading, `@heading`, and the text below, `@body`. Must never: know a key; a
//! profile of shape `notes` maps keys to fields.

use super::format::{Probe, ReadError, ReadOptions, Result, Sink, Text};
use super::formats::read_page;
use super::profile::{Plan, Profile, Row, same_column};
use super::record::{Item, Position};

/// The first heading, often the title.
const HEADING: &str = "@heading";

/// Everything below the front matter except that heading.
const BODY: &str = "@body";

/// Reads a note with `profile`.
///
/// # Errors
/// [`ReadError::Malformed`] if it has no front matter.
pub fn read(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result {
    let (plan, paths) = Plan::for_json(profile, &options.map)?;
    let text = read_page(text)?;
    let Some(values) = values(&text) else {
        let message = "the text has no front matter".to_owned();
        return Err(ReadError::Malformed { message, line: Some(1), help: None });
    };
    let wanted = paths.iter().map(|path| path.join("."));
    let cell = |name: String| values.iter().find(|(key, _)| same_column(key, &name));
    let cells = wanted.map(|name| cell(name).map(|(_, value)| value.clone()).unwrap_or_default());
    let note = Note(cells.collect());
    let item = plan.item(&note, options.date_order.or(profile.date_order));
    // Notes about other things may have the score's key without a value.
    let item = match item {
        Item::Review(review) if review.score.is_none() && review.verdict.is_none() => {
            Item::LeftAlone("a note without a mark")
        }
        item => item,
    };
    sink.item(Position { record: 1, line: 1 }, &|| text.clone(), item)?;
    Ok(())
}

/// The names of a note's values; `None` if it is not a note.
pub fn first_names(probe: &Probe<'_>) -> Option<Vec<String>> {
    Some(values(probe.head)?.into_iter().map(|(name, _)| name).collect())
}

/// A note's values with their names, in order; `None` without front matter.
pub fn values(text: &str) -> Option<Vec<(String, String)>> {
    let text = text.trim_start_matches('\u{feff}');
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let is_end = |line: &str| matches!(line.trim_end(), "---" | "...");
    let mut length = 0;
    let front: Vec<&str> = rest
        .split_inclusive('\n')
        .take_while(|line| !is_end(line))
        .inspect(|line| length += line.len())
        .collect();
    let (_, body) = rest.get(length..)?.split_once('\n').unwrap_or(("", ""));
    if rest.len() == length {
        return None;
    }
    let mut values = of_front(&front);
    let (heading, body) = of_body(body);
    values.extend(heading.map(|heading| (HEADING.to_owned(), heading.to_owned())));
    values.push((BODY.to_owned(), body));
    Some(values)
}

struct Note(Vec<String>);

impl Row for Note {
    fn cell(&self, slot: usize) -> &str {
        self.0.get(slot).map_or("", String::as_str)
    }
}

/// `key: value`; indented lines or list items below a key are parts of its value.
fn of_front(lines: &[&str]) -> Vec<(String, String)> {
    let mut values: Vec<(String, String)> = Vec::new();
    for line in lines {
        let line = line.trim_end();
        let within = line.starts_with([' ', '\t', '-']);
        match (within, line.split_once(':'), values.last_mut()) {
            (true, _, Some((_, value))) => {
                let part = bare(line.trim_start().trim_start_matches('-'));
                let gap = if value.is_empty() { "" } else { "\n" };
                value.push_str(&format!("{gap}{part}"));
            }
            (false, Some((key, value)), _) if !key.starts_with('#') => {
                values.push((bare(key).to_owned(), bare(value).to_owned()));
            }
            _ => {}
        }
    }
    values
}

/// A scalar without its quotes; list and block markers (`|`, `>`) are removed too.
fn bare(value: &str) -> &str {
    let value = value.trim();
    if matches!(value, "|" | ">" | "|-" | ">-") {
        return "";
    }
    let within = |open: char, close: char| value.strip_prefix(open)?.strip_suffix(close);
    let pairs = [('"', '"'), ('\'', '\''), ('[', ']')];
    pairs.iter().find_map(|(open, close)| within(*open, *close)).unwrap_or(value).trim()
}

/// The first line if it is a heading, and the rest.
fn of_body(body: &str) -> (Option<&str>, String) {
    let body = body.trim();
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    match first.strip_prefix("# ") {
        Some(heading) => (Some(heading.trim()), rest.trim().to_owned()),
        None => (None, body.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, name: &str) -> Option<String> {
        values(text)?.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    #[test]
    fn front_matter_has_named_values_above_a_text() {
        let note = "---\r\ntitle: \"Tide: a film\"\r\nrating: 4/5\r\ntags:\r\n  - sea\r\n  - fog\r\n\
                    cast: [Ann, Bo]\r\nnotes: >\r\n  two\r\n  lines\r\n# comment: no\r\n---\r\n\r\n\
                    # Tide\r\n\r\nSlow: warm.\r\n---\r\nSure.\r\n";
        for (name, wanted) in [
            ("title", "Tide: a film"),
            ("rating", "4/5"),
            ("tags", "sea\nfog"),
            ("cast", "Ann, Bo"),
            ("notes", "two\nlines"),
            ("@heading", "Tide"),
            ("@body", "Slow: warm.\r\n---\r\nSure."),
        ] {
            assert_eq!(value(note, name).as_deref(), Some(wanted), "{name}");
        }
        assert_eq!(value(note, "# comment"), None);
        for text in ["", "---", "---\ntitle: x\n", "title: x\n---\n", "----\na: b\n---\n"] {
            assert_eq!(values(text), None, "{text:?}");
        }
        assert_eq!(value("---\nrating: 3\n---", "@body").as_deref(), Some(""));
    }
}
