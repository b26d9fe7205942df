//! Splits the stream of a JSON dump into records, without parsing them.

use std::io::{self, Read};

use crate::format::{ReadError, Result};

/// Maximum record length: 16 MiB, as for columns.
pub const LONGEST_RECORD: usize = 16 << 20;

const CHUNK: usize = 64 << 10;

/// The text of one record.
#[derive(Debug, PartialEq, Eq)]
pub struct Cut {
    /// Line number of its first line, from 1.
    pub line: u64,
    pub text: Vec<u8>,
    /// Its key, if its list is an object.
    pub key: Option<String>,
    /// Longer than [`LONGEST_RECORD`]; `text` holds its beginning.
    pub too_long: bool,
}

impl Cut {
    /// The verbatim text, for a rejection.
    pub fn raw(&self) -> String {
        let more = if self.too_long { " […]" } else { "" };
        format!("{}{more}", String::from_utf8_lossy(&self.text))
    }
}

/// One step of a profile's path to its records.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    /// `[]`: every element of an array.
    Elements,
    /// `*`: every value of an object.
    Values,
}

/// An array or object on the path to the records.
#[derive(Debug, Clone, Copy)]
struct Frame {
    is_array: bool,
    /// Bit *n*: path *n* leads here.
    paths: u64,
}

/// Yields one record after the other.
pub struct Cutter<R> {
    source: R,
    chunk: Vec<u8>,
    at: usize,
    line: u64,
    /// At most 64, one per bit.
    paths: Vec<Vec<Step>>,
    /// The path on which the first record was found; the others are then ignored.
    chosen: Option<usize>,
    frames: Vec<Frame>,
    /// The key of each frame, if one of its paths needs it.
    keys: Vec<Option<String>>,
    begun: bool,
}

impl<R: Read> Cutter<R> {
    /// `paths` as in a profile; none means JSON lines, or one array of records.
    pub fn new(source: R, paths: &[String]) -> Self {
        let paths = paths.iter().take(64).map(|path| steps(path)).collect();
        Self {
            source,
            chunk: Vec::new(),
            at: 0,
            line: 1,
            paths,
            chosen: None,
            frames: Vec::new(),
            keys: Vec::new(),
            begun: false,
        }
    }

    /// The next record.
    ///
    /// # Errors
    /// If the document around the records is malformed, or on an I/O error.
    #[allow(
        clippy::should_implement_trait,
        reason = "an Iterator of Results cannot stop at the first error with `?`"
    )]
    pub fn next(&mut self) -> Result<Option<Cut>> {
        if !self.begun {
            self.begun = true;
            let first = self.skip_space()?;
            if self.paths.is_empty() && first == Some(b'[') {
                self.paths.push(vec![Step::Elements]);
            }
        }
        if self.paths.is_empty() { self.next_line() } else { self.next_in_document() }
    }

    fn next_line(&mut self) -> Result<Option<Cut>> {
        if self.skip_space()?.is_none() {
            return Ok(None);
        }
        let line = self.line;
        let mut kept = Kept::default();
        while let Some(b) = self.peek()? {
            if b == b'\n' {
                break;
            }
            kept.push(b);
            self.at += 1;
        }
        // An object printed over several lines, as by jq and mongosh.
        if kept.text.trim_ascii_end() == b"{" {
            self.skip_from(1, false, Some(&mut kept))?;
        }
        while kept.text.last() == Some(&b'\r') {
            kept.text.pop();
        }
        Ok(Some(Cut { line, text: kept.text, key: None, too_long: kept.too_long }))
    }

    fn next_in_document(&mut self) -> Result<Option<Cut>> {
        while let Some(b) = self.skip_space()? {
            let mut under = None;
            let paths = match self.frames.last().copied() {
                None => u64::MAX,
                Some(_) if b == b',' => {
                    self.at += 1;
                    continue;
                }
                Some(frame) if b == if frame.is_array { b']' } else { b'}' } => {
                    self.at += 1;
                    self.frames.pop();
                    self.keys.pop();
                    continue;
                }
                Some(frame) if frame.is_array => self.paths_on(frame, None),
                Some(frame) => {
                    let key = self.key(b)?;
                    let paths = self.paths_on(frame, Some(&key));
                    under = Some(key);
                    paths
                }
            };
            if let Some(cut) = self.value(paths, under)? {
                return Ok(Some(cut));
            }
        }
        match self.frames.is_empty() {
            true => Ok(None),
            false => Err(self.broken("the document ends before it is closed")),
        }
    }

    /// At the start of a value: descends into it, skips it, or takes it as a record.
    fn value(&mut self, paths: u64, under: Option<String>) -> Result<Option<Cut>> {
        let Some(b) = self.skip_space()? else {
            return Err(self.broken("a value is missing at the end"));
        };
        // Taken as an empty value, it would be read again forever.
        if matches!(b, b',' | b']' | b'}') {
            return Err(self.broken("a value was expected here"));
        }
        let depth = self.frames.len();
        let live = |n: &usize| paths >> n & 1 == 1 && self.chosen.is_none_or(|chosen| chosen == *n);
        let reached = (0..self.paths.len()).filter(live).find(|&n| self.paths[n].len() == depth);
        if let Some(n) = reached {
            self.chosen = Some(n);
            let line = self.line;
            let mut kept = Kept::default();
            self.skip_value(b, Some(&mut kept))?;
            let values = self.paths[n].iter().rposition(|step| *step == Step::Values);
            let key = match values {
                Some(step) if step + 1 == depth => under,
                // The frame entered by that step.
                Some(step) => self.keys.get(step + 1).cloned().flatten(),
                None => None,
            };
            return Ok(Some(Cut { line, text: kept.text, key, too_long: kept.too_long }));
        }
        let leads_on = (0..self.paths.len()).any(|n| live(&n));
        if leads_on && (b == b'{' || b == b'[') {
            self.at += 1;
            self.frames.push(Frame { is_array: b == b'[', paths });
            self.keys.push(under);
        } else {
            self.skip_value(b, None)?;
        }
        Ok(None)
    }

    fn paths_on(&self, frame: Frame, key: Option<&str>) -> u64 {
        let depth = self.frames.len() - 1;
        (0..self.paths.len())
            .filter(|n| frame.paths >> n & 1 == 1)
            .filter(|&n| match (self.paths[n].get(depth), key) {
                (Some(Step::Elements), None) | (Some(Step::Values), Some(_)) => true,
                (Some(Step::Key(wanted)), Some(key)) => wanted == key,
                _ => false,
            })
            .fold(0, |bits, n| bits | 1 << n)
    }

    /// Reads `"key" :`; the reader is at the quote mark.
    fn key(&mut self, first: u8) -> Result<String> {
        if first != b'"' {
            return Err(self.broken("a key was expected here"));
        }
        let mut kept = Kept::default();
        self.skip_value(b'"', Some(&mut kept))?;
        if self.skip_space()? != Some(b':') {
            return Err(self.broken("a colon was expected behind a key"));
        }
        self.at += 1;
        serde_json::from_slice(&kept.text)
            .map_err(|error| self.broken(&format!("a key is broken: {error}")))
    }

    /// Skips one value whose first byte is `first`. Depth is counted instead of recursing;
    /// serde_json later checks that brackets match.
    fn skip_value(&mut self, first: u8, keep: Option<&mut Kept>) -> Result {
        self.skip_from(0, !matches!(first, b'{' | b'[' | b'"'), keep)
    }

    /// As the function above, beginning within `depth` brackets.
    fn skip_from(&mut self, mut depth: u64, scalar: bool, mut keep: Option<&mut Kept>) -> Result {
        let mut in_string = false;
        while let Some(b) = self.peek()? {
            if scalar && matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n') {
                return Ok(());
            }
            self.step(b, &mut keep);
            match b {
                b'\\' if in_string => {
                    if let Some(escaped) = self.peek()? {
                        self.step(escaped, &mut keep);
                    }
                }
                b'"' => {
                    in_string = !in_string;
                    if !in_string && depth == 0 && !scalar {
                        return Ok(());
                    }
                }
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        if scalar { Ok(()) } else { Err(self.broken("the document ends within a value")) }
    }

    fn step(&mut self, b: u8, keep: &mut Option<&mut Kept>) {
        self.line += u64::from(b == b'\n');
        self.at += 1;
        if let Some(kept) = keep {
            kept.push(b);
        }
    }

    /// Skips white space; peeks at the next byte.
    fn skip_space(&mut self) -> io::Result<Option<u8>> {
        while let Some(b) = self.peek()? {
            if !matches!(b, b' ' | b'\t' | b'\r' | b'\n') {
                return Ok(Some(b));
            }
            self.line += u64::from(b == b'\n');
            self.at += 1;
        }
        Ok(None)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if self.at == self.chunk.len() {
            self.at = 0;
            self.chunk.clear();
            (&mut self.source).take(CHUNK as u64).read_to_end(&mut self.chunk)?;
        }
        Ok(self.chunk.get(self.at).copied())
    }

    fn broken(&self, message: &str) -> ReadError {
        ReadError::Malformed {
            message: message.to_owned(),
            line: Some(self.line),
            help: Some("the file is not whole JSON; was its download cut off?".to_owned()),
        }
    }
}

/// A record's bytes up to the limit.
#[derive(Default)]
struct Kept {
    text: Vec<u8>,
    too_long: bool,
}

impl Kept {
    fn push(&mut self, b: u8) {
        if self.text.len() < LONGEST_RECORD {
            self.text.push(b);
        } else if !self.too_long {
            self.too_long = true;
        }
    }
}

/// `data.item.default[]` → key, key, key, elements.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let key = part.trim_end_matches("[]");
        match key {
            "" => {}
            "*" => steps.push(Step::Values),
            key => steps.push(Step::Key(key.to_owned())),
        }
        steps.extend((0..(part.len() - key.len()) / 2).map(|_| Step::Elements));
    }
    steps
}
