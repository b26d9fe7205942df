//! Stands between the text and the csv crate and hands on whole records only.
//!
//! Owns: where a record begins and ends, its line, its verbatim text, and what
//! happens to a quote mark that is never closed. Must never: split a record
//! into fields for use; that is the csv crate's work.
//!
//! Why it exists: the csv crate takes an unclosed quote for a very long field
//! and swallows every record behind it without an error, it counts `\n` only,
//! and it cannot give back a record's text. The guard reads each byte once,
//! at some 1 GB/s, and is right by these rules:
//!
//! - a quote mark ends a quoted field where a delimiter, a line end or the end
//!   of the text follows; two quote marks are one of the field's own;
//! - any other quote mark *on the line where the field began* is the field's
//!   own too ("He said "hi" to me" is what a careless exporter writes);
//! - any other quote mark on a later line, or the end of the text, shows that
//!   the field was never closed: the line where it opened is broken, and
//!   reading goes on with the line after it.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::scan::{self, Layout, Scan};

/// The longest record that is believed: 16 MiB, as reliability.md has it for
/// fields. A longer one is broken.
pub const LONGEST_RECORD: usize = 16 << 20;

/// How many bytes may be read again, in all, because a quoted field that
/// spanned lines turned out to be unclosed. Past it, quoted line breaks are no
/// longer believed in this dump, so that no input costs quadratic time.
const LOOK_AHEAD_BUDGET: usize = 64 << 20;

/// How much of an over-long record is kept for the rejection.
const KEPT_OF_LONG: usize = 64 << 10;

const CHUNK: usize = 64 << 10;

/// A record that the guard let pass, or held back.
#[derive(Debug, PartialEq, Eq)]
pub enum Passed {
    /// The csv crate gets it next. `start` and `end` are for [`Guard::raw`].
    /// `escaped`: a quote mark stands behind a backslash in it.
    Good { line: u64, start: u64, end: u64, escaped: bool },
    /// It was held back: its verbatim text and why.
    Broken { line: u64, raw: String, why: &'static str },
}

/// A reader of whole records; see the module's text.
pub struct Guard<R> {
    source: R,
    layout: Layout,
    /// Text from `base` on: what was passed but may be asked for, then what is to come.
    held: Vec<u8>,
    base: u64,
    /// Where in `held` the next record begins.
    next: usize,
    /// Lines count from 1; `line` is that of `next`.
    line: u64,
    source_ended: bool,
    out: Vec<u8>,
    out_read: usize,
    passed: VecDeque<Passed>,
    budget: usize,
    unwrapped: u64,
}

impl<R: Read> Guard<R> {
    pub fn new(source: R, layout: Layout) -> Self {
        Self::at_line(source, layout, 1)
    }

    /// `line`: the number of the line with which the text begins.
    pub fn at_line(source: R, layout: Layout, line: u64) -> Self {
        Self {
            source,
            layout,
            held: Vec::with_capacity(2 * CHUNK),
            base: 0,
            next: 0,
            line,
            source_ended: false,
            out: Vec::with_capacity(2 * CHUNK),
            out_read: 0,
            passed: VecDeque::new(),
            budget: LOOK_AHEAD_BUDGET,
            unwrapped: 0,
        }
    }

    /// Rows that were quoted once more as a whole, and read as what is within.
    pub fn unwrapped(&self) -> u64 {
        self.unwrapped
    }

    /// What was passed or held back next, in the order of the text.
    pub fn next_passed(&mut self) -> Option<Passed> {
        self.passed.pop_front()
    }

    /// The verbatim text of a record taken by [`Guard::next_passed`], without its line end.
    /// Valid until the csv crate asks for more text.
    pub fn raw(&self, start: u64, end: u64) -> String {
        let from = start.saturating_sub(self.base) as usize;
        let to = end.saturating_sub(self.base) as usize;
        let bytes = self.held.get(from..to).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']).to_owned()
    }

    /// Drops text that nobody can ask for any more.
    fn forget(&mut self) {
        let first_asked_for = self.passed.iter().find_map(|passed| match passed {
            Passed::Good { start, .. } => Some(start.saturating_sub(self.base) as usize),
            Passed::Broken { .. } => None,
        });
        let keep_from = first_asked_for.unwrap_or(self.next);
        if keep_from >= CHUNK {
            self.held.drain(..keep_from);
            self.base += keep_from as u64;
            self.next -= keep_from;
        }
    }

    /// Reads at least as much again as the record begun, so that a record that
    /// is scanned anew after each reading costs linear time.
    fn fill(&mut self) -> io::Result<()> {
        let wanted = (self.held.len() - self.next).max(CHUNK) as u64;
        let read = (&mut self.source).take(wanted).read_to_end(&mut self.held)?;
        self.source_ended = (read as u64) < wanted;
        Ok(())
    }

    /// Lets records pass until there is a chunk of them or the text ends.
    fn pass_some(&mut self) -> io::Result<()> {
        self.out.clear();
        self.out_read = 0;
        self.forget();
        while self.out.len() < CHUNK {
            let rest = &self.held[self.next..];
            if rest.is_empty() && self.source_ended {
                break;
            }
            let lines_believed = self.budget > 0;
            match scan::record(rest, self.source_ended, &self.layout, lines_believed) {
                Scan::Whole { len, lines, plain, blank: false, escaped, .. } => {
                    self.pass(len, plain, escaped);
                    self.line += lines;
                }
                Scan::Whole { len, lines, .. } => {
                    self.next += len;
                    self.line += lines;
                }
                Scan::NeedsMore if rest.len() > LONGEST_RECORD => self.break_long()?,
                Scan::NeedsMore => self.fill()?,
                Scan::Unclosed { looked_at } => self.break_line(looked_at)?,
            }
        }
        Ok(())
    }

    fn pass(&mut self, len: usize, plain: bool, escaped: bool) {
        let text = &self.held[self.next..self.next + len];
        let start = self.base + self.next as u64;
        let within = self.layout.unwrap.and_then(|columns| {
            scan::unwrapped(text, &self.layout).filter(|(_, fields)| *fields == columns)
        });
        if let Some((within, _)) = within {
            self.unwrapped += 1;
            self.out.extend_from_slice(&within);
        } else if plain {
            self.out.extend_from_slice(text);
        } else {
            scan::write_clean(text, &self.layout, &mut self.out);
        }
        let end = start + len as u64;
        self.passed.push_back(Passed::Good { line: self.line, start, end, escaped });
        self.next += len;
    }

    /// Holds back the one line on which an unclosed quote opened.
    fn break_line(&mut self, looked_at: usize) -> io::Result<()> {
        self.budget = self.budget.saturating_sub(looked_at);
        loop {
            let rest = &self.held[self.next..];
            let end = scan::line_end(rest);
            if end.is_none() && !self.source_ended {
                if rest.len() > LONGEST_RECORD {
                    return self.break_long();
                }
                self.fill()?;
                continue;
            }
            let len = end.unwrap_or(rest.len());
            let raw =
                String::from_utf8_lossy(&rest[..len]).trim_end_matches(['\r', '\n']).to_owned();
            let why = "a quote mark opens on this line and is never closed";
            self.passed.push_back(Passed::Broken { line: self.line, raw, why });
            self.next += len;
            self.line += 1;
            return Ok(());
        }
    }

    /// Holds back a record that is too long to be one, up to the end of the
    /// line on which the limit was passed, keeping only its beginning.
    fn break_long(&mut self) -> io::Result<()> {
        let line = self.line;
        let rest = &self.held[self.next..];
        let kept = &rest[..rest.len().min(KEPT_OF_LONG)];
        let raw = format!("{} […]", String::from_utf8_lossy(kept));
        self.line += scan::count_lines(rest);
        self.next = self.held.len();
        loop {
            self.held.clear();
            self.base += self.next as u64;
            self.next = 0;
            self.fill()?;
            if let Some(end) = scan::line_end(&self.held) {
                self.next = end;
                self.line += 1;
                break;
            }
            self.next = self.held.len();
            if self.source_ended {
                break;
            }
        }
        self.passed.push_back(Passed::Broken {
            line,
            raw,
            why: "the record is longer than 16 MiB",
        });
        Ok(())
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.out_read == self.out.len() {
            self.pass_some()?;
        }
        let ready = &self.out[self.out_read..];
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.out_read += count;
        Ok(count)
    }
}
