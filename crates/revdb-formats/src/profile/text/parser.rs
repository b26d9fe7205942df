//! Assigns the lines of one record to patterns.
//!
//! Owns: head, words and tail of a record whose bounds are known. Must never: look beyond its
//! bounds.

use std::ops::Range;

use super::glued::{self, Glued};
use super::lines::Line;
use super::pattern::{Parts, Pattern};
use super::records::{Patterns, matches, names, parts_by};
use super::spec::Words;

/// The lines and their patterns.
#[derive(Clone, Copy)]
pub struct Parser<'a> {
    pub lines: &'a [Line],
    pub patterns: &'a Patterns,
}

/// A record's first lines.
pub struct Head {
    pub parsed: Parsed,
    /// Index of the line after them.
    pub end: usize,
}

impl Parser<'_> {
    pub fn has_needs(&self, parsed: &Parsed) -> bool {
        let has = |need: &String| {
            let there = parsed.parts.iter().any(|(name, _)| name == need);
            there || parsed.open && need == "byline"
        };
        self.patterns.needs.iter().all(has)
    }

    fn is_boilerplate(&self, at: usize) -> bool {
        matches(&self.patterns.skip, &self.lines[at].plain)
    }

    /// The first lines of a record that begins at line `at`.
    pub fn head(&self, at: usize, begun: bool) -> Head {
        let most = self.patterns.lines.len() + usize::from(begun);
        let own = (at..self.lines.len()).filter(|&next| !self.lines[next].is_blank());
        let own = own.filter(|&next| next == at && begun || !self.is_boilerplate(next));
        let own: Vec<usize> = own.take(most).collect();
        let mut parsed = Parsed::default();
        self.take_head(&own, begun, &mut parsed);
        let end = parsed.uses.last().map_or(at, |(last, _)| last + 1);
        parsed.part_glued();
        Head { parsed, end }
    }

    /// Assigns the first lines; returns how many there are.
    fn take_head(&self, own: &[usize], begun: bool, parsed: &mut Parsed) -> usize {
        let mut rest = own;
        if begun
            && let [first, more @ ..] = rest
            && let Some(parts) = parts_by(&self.patterns.begin, &self.lines[*first].plain)
        {
            parsed.take(*first, parts);
            rest = more;
        }
        let head = self.run_of(&self.patterns.lines, rest);
        head.into_iter().for_each(|(at, parts)| parsed.take(at, parts));
        parsed.uses.len()
    }

    /// The record on `lines`; `begun` if its first line is present.
    pub fn parsed(&self, lines: Range<usize>, begun: bool) -> Parsed {
        let (mut own, mut end, mut boilerplate) = (Vec::new(), None, Vec::new());
        for at in lines.filter(|&at| !self.lines[at].is_blank()) {
            match begun && own.is_empty() {
                true => own.push(at),
                false if matches(&self.patterns.end, &self.lines[at].plain) => end = Some(at),
                false if self.is_boilerplate(at) => boilerplate.push(at),
                false => own.push(at),
            }
        }
        let mut parsed = Parsed::default();
        let head = self.take_head(&own, begun, &mut parsed);
        let rest = &own[head..];
        let tail =
            self.patterns.tail.first().and_then(|first| {
                rest.iter().position(|at| first.is_match(&self.lines[*at].plain))
            });
        let (words, behind) = rest.split_at(tail.unwrap_or(rest.len()));
        for at in words {
            parsed.word(*at, &self.lines[*at].plain, self.patterns.words);
        }
        let taken = self.run_of(&self.patterns.tail, behind);
        let over = behind[taken.len()..].iter().map(|at| (*at, LineOf::LeftOver));
        let over: Vec<_> = over.collect();
        taken.into_iter().for_each(|(at, parts)| parsed.take(at, parts));
        if self.patterns.end.is_empty() && (tail.is_some() || self.patterns.words == Words::None) {
            let own = parsed.uses.iter().filter(|(_, used)| !matches!(used, LineOf::LeftOver));
            parsed.end = own.map(|(at, _)| at + 1).max();
        }
        parsed.uses.extend(over);
        parsed.uses.extend(boilerplate.into_iter().map(|at| (at, LineOf::Boilerplate)));
        parsed.uses.sort_by_key(|(at, _)| *at);
        if let Some(at) = end
            && let Some(parts) = parts_by(&self.patterns.end, &self.lines[at].plain)
        {
            parsed.take(at, parts);
        }
        parsed.part_glued();
        parsed
    }

    /// Matches `patterns` against the lines in order; each pattern is optional. Chooses the
    /// assignment with the most named parts.
    fn run_of(&self, patterns: &[Pattern], lines: &[usize]) -> Vec<(usize, Parts)> {
        let lines = &lines[..lines.len().min(patterns.len())];
        let found: Vec<Vec<Option<Parts>>> = lines
            .iter()
            .map(|at| patterns.iter().map(|by| by.parts(&self.lines[*at].plain)).collect())
            .collect();
        // best[line][pattern]: the best result for the remaining lines and patterns.
        let mut best = vec![vec![((0, 0), None); patterns.len() + 1]; lines.len() + 1];
        for line in (0..lines.len()).rev() {
            for pattern in (0..patterns.len()).rev() {
                best[line][pattern] = best[line][pattern + 1];
                if let Some(parts) = &found[line][pattern] {
                    let (more, _) = best[line + 1][pattern + 1];
                    let gain = (more.0 + worth(parts), more.1 + 1);
                    if gain >= best[line][pattern].0 {
                        best[line][pattern] = (gain, Some(pattern));
                    }
                }
            }
        }
        let (mut run, mut from) = (Vec::new(), 0);
        for (line, mut found) in found.into_iter().enumerate() {
            let Some(pattern) = best[line][from].1 else { break };
            run.extend(found[pattern].take().map(|parts| (lines[line], parts)));
            from = pattern + 1;
        }
        run
    }
}

/// Number of parts: a combined name and date counts as two.
fn worth(parts: &Parts) -> usize {
    parts.iter().map(|(name, _)| if name == "name_and_date" { 2 } else { 1 }).sum()
}

/// The role of a line in its record.
pub enum LineOf {
    Part(Vec<String>),
    Words,
    Boilerplate,
    LeftOver,
}

/// A record as parsed from its lines.
#[derive(Default)]
pub struct Parsed {
    pub parts: Parts,
    pub uses: Vec<(usize, LineOf)>,
    /// Name and date ran together and can be split in two ways.
    pub open: bool,
    /// Where the record ends, if before its bounds, because its last part is known.
    pub end: Option<usize>,
}

impl Parsed {
    fn take(&mut self, at: usize, parts: Parts) {
        self.uses.push((at, LineOf::Part(names(&parts))));
        for (name, text) in parts {
            match self.parts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, words)) if name == "quote" => {
                    words.push('\n');
                    words.push_str(&text);
                }
                Some(_) => {}
                None => self.parts.push((name, text)),
            }
        }
    }

    fn word(&mut self, at: usize, line: &str, words: Words) {
        match words {
            Words::Rest => {
                self.take(at, vec![("quote".to_owned(), line.to_owned())]);
                if let Some((_, used)) = self.uses.last_mut() {
                    *used = LineOf::Words;
                }
            }
            Words::None => self.uses.push((at, LineOf::LeftOver)),
        }
    }

    fn part_glued(&mut self) {
        let Some(at) = self.parts.iter().position(|(name, _)| name == "name_and_date") else {
            return;
        };
        let (_, text) = self.parts.remove(at);
        match glued::part(&text) {
            Glued::Parted { name, date } => {
                self.parts.push(("byline".to_owned(), name));
                self.parts.push(("date".to_owned(), date));
            }
            Glued::Open { date } => {
                self.parts.push(("date".to_owned(), date));
                self.open = true;
            }
            Glued::Neither => {}
        }
    }
}
