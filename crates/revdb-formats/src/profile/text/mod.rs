//! Texts whose reviews are recognised by patterns for their lines, declared as data.
//!
//! Owns: how a profile with `shape = "text"` recognises and reads a text. Must never: contain a
//! site's wording (that belongs in its profile), accept a text without any review, or drop a line
//! of a review list silently.
//!
//! `spec` is the schema, `pattern` one regular expression, `lines` the text without converters'
//! markup, `records` and `parser` the way from lines to records, `glued` splits names from dates,
//! and `page` reads the page's own lines.

mod glued;
pub mod lines;
mod page;
mod parser;
pub mod pattern;
mod records;
mod spec;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Profile;
use super::misfit::Misfit;
use crate::format::{Confidence, LineUse, Note, Probe, ReadError, ReadOptions, Result, Sink, Text};
use crate::formats::read_page;
use lines::Line;
use page::{Page, part};
use pattern::Pattern;
use records::{Found, Patterns, Reading, Record, Use, matches};
pub use spec::{PageSpec, RecordSpec, faults};

/// A profile's patterns, compiled on first use: most dumps are tables, which need no text profile.
#[derive(Debug, Default)]
pub struct Compiled {
    marks: OnceLock<Result<Marks, String>>,
    patterns: OnceLock<Result<Patterns, String>>,
}

/// They are derived from the profile's other keys.
impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Clone for Compiled {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// How a text of this profile is recognised.
#[derive(Debug)]
struct Marks {
    lines: Vec<Pattern>,
    sure: Vec<Pattern>,
    without: Vec<Pattern>,
    least: usize,
}

fn compiled(patterns: &[String]) -> Result<Vec<Pattern>, String> {
    patterns.iter().map(|pattern| Pattern::new(pattern)).collect()
}

impl Marks {
    fn new(profile: &Profile) -> Result<Self, String> {
        let detect = &profile.detect;
        Ok(Self {
            lines: compiled(&detect.lines)?,
            sure: compiled(&detect.sure)?,
            without: compiled(&detect.without)?,
            least: detect.least.unwrap_or(0),
        })
    }

    /// Number of lines that match each pattern; `None` if an excluded pattern matches.
    fn counts(&self, lines: &[String]) -> Option<Vec<usize>> {
        if lines.iter().any(|line| matches(&self.without, line)) {
            return None;
        }
        let on = |mark: &Pattern| lines.iter().filter(|line| mark.is_match(line)).count();
        Some(self.lines.iter().map(on).collect())
    }

    fn fit(&self, lines: &[String]) -> bool {
        self.counts(lines).is_some_and(|counts| {
            let enough = counts.first().is_none_or(|count| *count >= self.least);
            enough && counts.iter().all(|count| *count > 0)
        })
    }
}

/// The text profile's patterns.
fn patterns(profile: &Profile) -> Result<&Patterns> {
    let Some(record) = &profile.record else { return Err(broken("there is no [record]")) };
    let made = record.compiled.patterns.get_or_init(|| {
        let none = PageSpec::default();
        let page = profile.page.as_ref().unwrap_or(&none);
        let mut last = compiled(&record.tail)?;
        last.extend(compiled(&record.end)?);
        let behind = |need: &String| last.iter().any(|pattern| pattern.names(need));
        Ok(Patterns {
            page_begin: compiled(&page.begin)?,
            needs_tail: record.needs.iter().any(behind),
            page: compiled(&page.lines)?,
            page_end: compiled(&page.end)?,
            begin: compiled(&record.begin)?,
            lines: compiled(&record.lines)?,
            tail: compiled(&record.tail)?,
            end: compiled(&record.end)?,
            skip: compiled(&record.skip)?,
            needs: record.needs.clone(),
            words: record.quote,
        })
    });
    made.as_ref().map_err(broken)
}

fn marks(profile: &Profile) -> Option<&Marks> {
    let record = profile.record.as_ref()?;
    record.compiled.marks.get_or_init(|| Marks::new(profile)).as_ref().ok()
}

fn broken(fault: impl std::fmt::Display) -> ReadError {
    let message = format!("the profile is broken: {fault}");
    ReadError::Malformed { message, line: None, help: None }
}

/// Confident (or, with `certain = false`, as for a table with common column names) if the patterns
/// match and there is at least one record.
pub fn recognise(profile: &Profile, probe: &Probe<'_>) -> Confidence {
    let known = marks(profile).is_some_and(|marks| marks.fit(probe.text_lines()));
    let sample = &probe.head[..probe.head.floor_char_boundary(Probe::TEXT_SAMPLE)];
    let read = || read_text(profile, sample).is_ok_and(|(_, reading)| reading.records > 0);
    match known && read() {
        true if profile.detect.certain => Confidence::Certain,
        true => Confidence::Shape,
        false => Confidence::No,
    }
}

/// Which patterns of this profile a text matches; `None` if it matches an excluded one.
pub(crate) fn matching_patterns(profile: &Profile, probe: &Probe<'_>) -> Option<Vec<bool>> {
    let counts = marks(profile)?.counts(probe.text_lines())?;
    Some(counts.into_iter().map(|count| count > 0).collect())
}

/// Why a text is not of this profile, which the user named; a text that contains a review is
/// accepted without the profile's patterns.
pub fn misfit(profile: &Profile, probe: &Probe<'_>) -> Option<Misfit> {
    let sample = &probe.head[..probe.head.floor_char_boundary(Probe::TEXT_SAMPLE)];
    if read_text(profile, sample).is_ok_and(|(_, reading)| reading.records > 0) {
        return None;
    }
    let name = &profile.name;
    let there = matching_patterns(profile, probe).unwrap_or_default();
    let absent = there.iter().position(|there| !there).and_then(|at| profile.detect.lines.get(at));
    let reason = match absent {
        Some(mark) => format!("it is no {name} text: no line matches {mark}"),
        None => format!("read as {name}, there is no review in it"),
    };
    Some((reason, Some(SEE_LINES.to_owned())))
}

/// Advice if a text is not read as expected.
const SEE_LINES: &str = "`revdb formats --explain FILE` with --input-format NAME or --profile FILE shows \
                         what each line is taken for";

fn read_text(profile: &Profile, text: &str) -> Result<(Vec<Line>, Reading)> {
    let patterns = patterns(profile)?;
    let stands_alone = |line: &str| {
        let lists = [&patterns.begin, &patterns.end, &patterns.skip, &patterns.page];
        let lists = lists.into_iter().chain([&patterns.page_begin, &patterns.page_end]);
        lists.into_iter().any(|list| matches(list, line))
    };
    let lines = lines::lines(text, &stands_alone).map_err(broken)?;
    let reading = records::read(&lines, patterns);
    Ok((lines, reading))
}

/// Reads a text as a whole.
///
/// # Errors
/// If it contains no review, or if most lines among its records match no pattern.
pub fn read(
    profile: &Profile,
    text: &mut dyn Text,
    options: &ReadOptions,
    sink: &mut dyn Sink,
) -> Result {
    let (lines, reading) = read_text(profile, &read_page(text)?)?;
    refuse(profile, &lines, &reading)?;
    if let Some(note) = assumed(profile, &lines) {
        sink.note(note)?;
    }
    Page::new(profile, options, &lines, &reading)?.put(sink)
}

/// The note on a text without any line that shows what it is.
fn assumed(profile: &Profile, lines: &[Line]) -> Option<Note> {
    let sure = marks(profile).map(|marks| &marks.sure).filter(|sure| !sure.is_empty())?;
    if lines.iter().any(|line| matches(sure, &line.plain)) {
        return None;
    }
    let what = profile.describe.split(';').next().unwrap_or_default();
    Some(Note {
        message: format!("no line says what the text is: read as a {what} (assumed)"),
        help: Some(SEE_LINES.to_owned()),
    })
}

/// Rejects a text that turns out not to be of this profile.
fn refuse(profile: &Profile, lines: &[Line], reading: &Reading) -> Result {
    let refused = |message: String, line| {
        let help = format!("the page saved as HTML keeps what its text loses; {SEE_LINES}");
        Err(ReadError::Malformed { message, line, help: Some(help) })
    };
    if reading.records == 0 {
        return refused(format!("read as {}, there is no review in it", profile.name), None);
    }
    let left = |used: &&Use| matches!(used, Use::LeftOver);
    let among = |used: &&Use| matches!(used, Use::LeftOver | Use::Part(..) | Use::Words(_));
    let (over, all) =
        (reading.uses.iter().filter(left).count(), reading.uses.iter().filter(among).count());
    if over * 2 <= all {
        return match second_work(reading) {
            Some((publication, at)) => Err(several_works(publication, lines.get(at))),
            None => Ok(()),
        };
    }
    let first = reading.uses.iter().position(|used| *used == Use::LeftOver);
    let line = first.and_then(|at| lines.get(at)).map(|line| line.number);
    let name = &profile.name;
    refused(
        format!("read as {name}, {over} of the {all} lines among its reviews are left over"),
        line,
    )
}

/// A publication that has another score below lines outside the records, and the line of that
/// score: it is another work's, and the title is among those lines. `None` if the text's lines tell
/// the titles.
fn second_work(reading: &Reading) -> Option<(&str, usize)> {
    let titled = |found: &Found| match found {
        Found::Said { parts, .. } | Found::Record(Record { parts, .. }) => {
            part(parts, "title").is_some()
        }
        Found::LeftOver(_) => false,
    };
    if reading.found.iter().any(titled) {
        return None;
    }
    let mut scores: HashMap<(&str, Option<&str>), (&str, usize)> = HashMap::new();
    // Number of lines outside the records above each line.
    let (mut above, mut outside) = (0, 0);
    reading.found.iter().find_map(|found| {
        let Found::Record(Record { lines, parts, .. }) = found else { return None };
        let between = reading.uses.get(above..lines.start).unwrap_or_default();
        let other = |used: &&Use| matches!(used, Use::LeftOver | Use::Boilerplate | Use::Page(_));
        outside += between.iter().filter(other).count();
        above = lines.start;
        let (publication, score) = (part(parts, "publication")?, part(parts, "score")?);
        let known = scores.entry((publication, part(parts, "byline"))).or_insert((score, outside));
        (known.0 != score && known.1 < outside).then_some((publication, lines.start))
    })
}

fn several_works(publication: &str, line: Option<&Line>) -> ReadError {
    ReadError::Malformed {
        message: format!(
            "{publication} has two scores with other lines between: the text holds the scores of \
             several works, and none of its lines is known as a title"
        ),
        line: line.map(|line| line.number),
        help: Some(
            "a file for each work, or a table with the title in a column of its own, can be read"
                .to_owned(),
        ),
    }
}

/// The classification of each line of a text.
///
/// # Errors
/// If the text cannot be read.
pub(crate) fn line_uses(profile: &Profile, text: &mut dyn Text) -> Result<Vec<LineUse>> {
    let (lines, reading) = read_text(profile, &read_page(text)?)?;
    let mut uses = Vec::new();
    for (line, used) in lines.iter().zip(&reading.uses) {
        for (number, raw) in (line.number..).zip(&line.raw) {
            let taken_for = match number == line.number {
                true => said(used, line),
                false => "the line before, broken by a converter".to_owned(),
            };
            uses.push(LineUse { line: number, taken_for, text: raw.clone() });
        }
    }
    Ok(uses)
}

fn said(used: &Use, line: &Line) -> String {
    let named = |names: &[String]| match names {
        [] => String::new(),
        names => format!(", {}", names.join(", ")),
    };
    match used {
        Use::Blank if line.is_dress => "a converter's own line".to_owned(),
        Use::Blank => "blank".to_owned(),
        Use::Page(names) => format!("page{}", named(names)),
        Use::Part(record, names) => format!("review {record}{}", named(names)),
        Use::Words(record) => format!("review {record}, words"),
        Use::Boilerplate => "skipped".to_owned(),
        Use::Outside => "outside of the reviews".to_owned(),
        Use::LeftOver => "left over".to_owned(),
    }
}
