//! Groups lines into records by a profile's patterns.
//!
//! Must never: drop a line: each is classified, and a line that matches no pattern is reported as
//! left over.

use std::ops::Range;

use super::lines::Line;
use super::parser::{LineOf, Parser};
use super::pattern::{Parts, Pattern};
use super::spec::Words;

/// A profile's compiled patterns.
#[derive(Debug)]
pub struct Patterns {
    pub page_begin: Vec<Pattern>,
    pub page: Vec<Pattern>,
    pub page_end: Vec<Pattern>,
    pub begin: Vec<Pattern>,
    pub lines: Vec<Pattern>,
    pub tail: Vec<Pattern>,
    pub end: Vec<Pattern>,
    pub skip: Vec<Pattern>,
    pub needs: Vec<String>,
    /// Some required groups may come after the words.
    pub needs_tail: bool,
    pub words: Words,
}

/// The classification of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    Blank,
    /// About the page: the names of its parts.
    Page(Vec<String>),
    /// Part of a record: the record's number from 1, and the names of the line's parts.
    Part(usize, Vec<String>),
    Words(usize),
    Boilerplate,
    /// Before the first record or after the last, and unmatched.
    Outside,
    /// Among the records, and unmatched.
    LeftOver,
}

/// The contents of a text, in order.
#[derive(Debug)]
pub enum Found {
    Said {
        line: usize,
        parts: Parts,
    },
    Record(Record),
    /// Unmatched lines among the records.
    LeftOver(Range<usize>),
}

#[derive(Debug, Default)]
pub struct Record {
    pub lines: Range<usize>,
    pub parts: Parts,
    /// The text ends before the record does.
    pub cut: bool,
    /// Name and date ran together and can be split in two ways.
    pub open: bool,
}

#[derive(Debug, Default)]
pub struct Reading {
    /// One per line.
    pub uses: Vec<Use>,
    pub found: Vec<Found>,
    pub records: usize,
}

pub fn matches(patterns: &[Pattern], line: &str) -> bool {
    patterns.iter().any(|pattern| pattern.is_match(line))
}

pub fn parts_by(patterns: &[Pattern], line: &str) -> Option<Parts> {
    patterns.iter().find_map(|pattern| pattern.parts(line))
}

pub fn names(parts: &Parts) -> Vec<String> {
    parts.iter().map(|(name, _)| name.clone()).collect()
}

/// Reads every record of a text.
pub fn read(lines: &[Line], patterns: &Patterns) -> Reading {
    let mut walk = Walk::new(lines, patterns);
    walk.run();
    walk.reading
}

struct Walk<'a> {
    lines: &'a [Line],
    parser: Parser<'a>,
    /// For each line, whether it could begin a record.
    begins: Vec<bool>,
    /// The first line of the current record.
    open: Option<usize>,
    /// End of the current record's head.
    head_end: usize,
    /// The first line after the last record.
    free: usize,
    /// Outside the list: before the first record, or after the page's end.
    outside: bool,
    reading: Reading,
}

impl<'a> Walk<'a> {
    fn new(lines: &'a [Line], patterns: &'a Patterns) -> Self {
        let parser = Parser { lines, patterns };
        Self {
            lines,
            parser,
            begins: begins(lines, patterns),
            open: None,
            head_end: 0,
            free: 0,
            outside: true,
            reading: Reading { uses: vec![Use::Blank; lines.len()], ..Reading::default() },
        }
    }

    fn run(&mut self) {
        let patterns = self.parser.patterns;
        for at in 0..self.lines.len() {
            let line = &self.lines[at];
            if line.is_blank() {
                continue;
            }
            let within_head = self.open.is_some() && at < self.head_end;
            if self.begins[at] && !within_head && self.is_beginning(at) {
                self.close_open(at);
                self.gap(at);
                self.open = Some(at);
                self.head_end = self.parser.head(at, true).end;
            } else if matches(&patterns.end, &line.plain) {
                match self.open.take() {
                    Some(start) => self.close(start..at + 1, true),
                    None => self.close_unbegun(at + 1),
                }
            } else if matches(&patterns.page_end, &line.plain) {
                self.close_open(at);
                self.outside = true;
                self.gap(at + 1);
                self.reading.uses[at] = Use::Boilerplate;
            }
        }
        self.finish();
    }

    /// A head needs its required groups.
    fn is_beginning(&self, at: usize) -> bool {
        let patterns = self.parser.patterns;
        if patterns.needs.is_empty() {
            return true;
        }
        if self.parser.has_needs(&self.parser.head(at, true).parsed) {
            return true;
        }
        // The tail counts up to the next possible first line.
        let stop = (at + 1..self.lines.len()).find(|&next| {
            let line = &self.lines[next].plain;
            let ends = matches(&patterns.end, line) || matches(&patterns.page_end, line);
            ends || patterns.end.is_empty() && self.begins[next]
        });
        let stop = stop.map_or(self.lines.len(), |stop| {
            stop + usize::from(matches(&patterns.end, &self.lines[stop].plain))
        });
        patterns.needs_tail && self.parser.has_needs(&self.parser.parsed(at..stop, true))
    }

    fn close_open(&mut self, end: usize) {
        if let Some(start) = self.open.take() {
            self.close(start..end, true);
        }
    }

    /// Ends a record whose first line is missing: it begins after the known lines since the last
    /// record.
    fn close_unbegun(&mut self, end: usize) {
        match self.unbegun(end) {
            Some(start) => {
                self.gap(start);
                self.close(start..end, false);
            }
            None => {
                self.outside = false;
                self.gap(end);
            }
        }
    }

    fn unbegun(&self, end: usize) -> Option<usize> {
        let patterns = self.parser.patterns;
        let known = |line: &Line| {
            let line = &line.plain;
            matches(&patterns.skip, line) || matches(&patterns.page, line)
        };
        let free = &self.lines[self.free..end];
        // Boilerplate may also occur within a record, but not before the first.
        let after = match self.outside {
            true => free.iter().rposition(|line| !line.is_blank() && known(line)),
            false => None,
        };
        let start = self.free + after.map_or(0, |at| at + 1);
        let start = (start..end).find(|&at| !self.lines[at].is_blank())?;
        let sure = !patterns.needs.is_empty() || start + 1 < end && !self.outside;
        let holds = || self.parser.has_needs(&self.parser.parsed(start..end, false));
        (sure && holds()).then_some(start)
    }

    /// Ends the text, possibly within a record.
    fn finish(&mut self) {
        let end = self.lines.len();
        let patterns = self.parser.patterns;
        if let Some(start) = self.open.take() {
            self.close(start..end, true);
            self.cut_last();
        } else if !patterns.needs.is_empty()
            && !self.outside
            && let Some(start) = self.unbegun(end)
        {
            self.gap(start);
            self.close(start..end, false);
            self.cut_last();
        }
        self.outside = true;
        self.gap(end);
    }

    fn cut_last(&mut self) {
        let cut = !self.parser.patterns.end.is_empty();
        let records = self.reading.found.iter_mut().filter_map(|found| match found {
            Found::Record(record) => Some(record),
            _ => None,
        });
        if let Some(last) = records.last() {
            last.cut = cut;
        }
    }

    /// Lines up to `end` that belong to no record.
    fn gap(&mut self, end: usize) {
        let mut left: Option<Range<usize>> = None;
        let patterns = self.parser.patterns;
        for at in self.free..end {
            let line = &self.lines[at];
            if line.is_blank() {
                continue;
            }
            let (used, said) = if let Some(parts) = parts_by(&patterns.page, &line.plain) {
                (Use::Page(names(&parts)), Some(parts))
            } else if matches(&patterns.skip, &line.plain)
                || matches(&patterns.page_begin, &line.plain)
            {
                (Use::Boilerplate, None)
            } else if self.outside {
                (Use::Outside, None)
            } else {
                (Use::LeftOver, None)
            };
            match (&used, &mut left) {
                (Use::LeftOver, Some(left)) => left.end = at + 1,
                (Use::LeftOver, None) => left = Some(at..at + 1),
                _ => self.leave(left.take()),
            }
            self.reading.uses[at] = used;
            self.reading.found.extend(said.map(|parts| Found::Said { line: at, parts }));
        }
        self.leave(left);
        self.free = self.free.max(end);
    }

    fn leave(&mut self, left: Option<Range<usize>>) {
        self.reading.found.extend(left.map(Found::LeftOver));
    }

    /// Adds a record on these lines, or on as many as it has.
    fn close(&mut self, lines: Range<usize>, begun: bool) {
        let parsed = self.parser.parsed(lines.clone(), begun);
        let lines = lines.start..parsed.end.unwrap_or(lines.end);
        self.reading.records += 1;
        let number = self.reading.records;
        let mut left: Option<Range<usize>> = None;
        for (at, used) in parsed.uses.into_iter().filter(|(at, _)| lines.contains(at)) {
            self.reading.uses[at] = match used {
                LineOf::Part(names) => Use::Part(number, names),
                LineOf::Words => Use::Words(number),
                LineOf::Boilerplate => Use::Boilerplate,
                LineOf::LeftOver => {
                    left = Some(left.map_or(at, |left| left.start)..at + 1);
                    Use::LeftOver
                }
            };
        }
        (self.free, self.outside) = (lines.end, false);
        let record = Record { lines, parts: parsed.parts, cut: false, open: parsed.open };
        self.reading.found.push(Found::Record(record));
        self.leave(left);
    }
}

/// For each line, whether it could begin a record. Boilerplate cannot, nor can the page's own
/// name, nor a further line without a part; and if the profile declares the list's heading,
/// nothing before it can.
fn begins(lines: &[Line], patterns: &Patterns) -> Vec<bool> {
    let mut begun = patterns.page_begin.is_empty();
    let further: Vec<&Pattern> =
        patterns.lines.iter().filter(|pattern| pattern.groups().next().is_none()).collect();
    let own = own_names(lines, patterns);
    let could = lines.iter().map(|line| {
        if line.is_blank() {
            return false;
        }
        if matches(&patterns.page_begin, &line.plain) {
            begun = true;
            return false;
        }
        begun &= patterns.page_begin.is_empty() || !matches(&patterns.page_end, &line.plain);
        begun
            && matches(&patterns.begin, &line.plain)
            && !matches(&patterns.skip, &line.plain)
            && !further.iter().any(|pattern| pattern.is_match(&line.plain))
            && !own.contains(&line.plain)
    });
    could.collect()
}

/// The publication that the page belongs to, and the page line that names it.
fn own_names(lines: &[Line], patterns: &Patterns) -> Vec<String> {
    let mut names = Vec::new();
    for line in lines {
        let parts = parts_by(&patterns.page, &line.plain).unwrap_or_default();
        let publication = parts.into_iter().find(|(name, _)| name == "publication");
        names.extend(publication.map(|(_, text)| [text, line.plain.clone()]).into_iter().flatten());
    }
    names
}
