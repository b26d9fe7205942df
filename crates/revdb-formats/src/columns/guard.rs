//! Sits between the text and the csv crate and passes on complete records only.
//!
//! Owns: where a record begins and ends, its line number, its verbatim text, and the handling of
//! unclosed quotes. Must never: split a record into fields; the csv crate does that.
//!
//! The csv crate reads an unclosed quote as one very long field and swallows every record after it
//! without an error; it counts `\n` only; and it cannot return a record's verbatim text. The guard
//! reads each byte once and applies these rules:
//!
//! - a quote mark ends a quoted field if a delimiter, a line end or the end of the text follows; a
//!   doubled quote mark belongs to the field;
//! - any other quote mark *on the line where the field began* belongs to the field ("He said "hi"
//!   to me" is what a careless exporter writes);
//! - any other quote mark on a later line, or the end of the text, means that the field was never
//!   closed: the line where it opened is broken, and reading resumes on the next line.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::scan::{self, Layout, Scan};

/// Maximum record length, the same as the limit for fields. Longer records are broken.
pub const LONGEST_RECORD: usize = 16 << 20;

/// Look-ahead budget in bytes, for the whole dump: how much text may be scanned twice because a
/// multi-line quoted field turned out to be unclosed. Once it is spent, fields may no longer
/// contain line ends, which keeps the time linear for any input.
const LOOK_AHEAD_BUDGET: usize = 64 << 20;

/// How much of an over-long record is kept in its rejection.
const KEPT_OF_LONG: usize = 64 << 10;

const CHUNK: usize = 64 << 10;

/// A record that was passed on or held back.
#[derive(Debug, PartialEq, Eq)]
pub enum Passed {
    /// Next record for the csv crate. `start` and `end` are for [`Guard::raw`]. `escaped`: it
    /// contains a backslash-escaped quote mark.
    Good { line: u64, start: u64, end: u64, escaped: bool },
    /// Held back: its verbatim text and the reason.
    Broken { line: u64, raw: String, why: &'static str },
}

/// A reader of complete records; see the module documentation.
pub struct Guard<R> {
    source: R,
    layout: Layout,
    /// Buffered text; its first byte is at offset `base` of the dump.
    held: Vec<u8>,
    base: u64,
    /// Index in `held` of the next record.
    next: usize,
    /// Line number of `next`, counted from 1.
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

    /// `line`: number of the first line of the text.
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

    /// Number of rows unwrapped because the whole row was quoted once more.
    pub fn unwrapped(&self) -> u64 {
        self.unwrapped
    }

    /// The next record passed on or held back, in text order.
    pub fn next_passed(&mut self) -> Option<Passed> {
        self.passed.pop_front()
    }

    /// The verbatim text of a record returned by [`Guard::next_passed`], without its line end.
    /// Valid until the csv crate reads more text.
    pub fn raw(&self, start: u64, end: u64) -> String {
        let from = start.saturating_sub(self.base) as usize;
        let to = end.saturating_sub(self.base) as usize;
        let bytes = self.held.get(from..to).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']).to_owned()
    }

    /// Drops text that can no longer be requested.
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

    /// Reads at least as many bytes as the unfinished record already has: doubling keeps
    /// rescanning linear.
    fn fill(&mut self) -> io::Result<()> {
        let wanted = (self.held.len() - self.next).max(CHUNK) as u64;
        let read = (&mut self.source).take(wanted).read_to_end(&mut self.held)?;
        self.source_ended = (read as u64) < wanted;
        Ok(())
    }

    /// Scans records until a chunk of them is ready or the text ends.
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

    /// Holds back the line on which an unclosed quote opened.
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

    /// Holds back an over-long record up to the end of the line on which it passed the limit, and
    /// keeps only its beginning.
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
