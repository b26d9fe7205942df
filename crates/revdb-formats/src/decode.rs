//! Decodes bytes to UTF-8, by a declared rule and never with an error.
//!
//! Owns: a dump's encoding, and the treatment of bytes that are invalid in it. Must never: refuse
//! a dump because of a byte (one 0xA0 in 54,000 lines must neither stop the import nor spoil other
//! lines), or change what is valid.
//!
//! The rule: a byte order mark decides (UTF-8, UTF-16 LE or BE); a page that declares another
//! encoding is read in that; text in which every other byte is mostly NUL is UTF-16 without a
//! mark; text that is not UTF-8 and plausible in exactly one other encoding is read in that
//! (`guess`). Everything else is UTF-8, and each byte outside a valid sequence is read as
//! Windows-1252. So a file that is wholly Windows-1252 is decoded correctly even if some of its
//! lines are valid UTF-8. NUL characters, further byte order marks at the beginning and DOS's
//! end-of-file mark (0x1A) are removed.

mod double_encoding;
pub mod guess;

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

pub use guess::Guess;

const CHUNK: usize = 64 << 10;

/// Shorter texts are not checked for UTF-16 without a mark: two or three stray NULs prove nothing.
const ENOUGH_FOR_UTF16: usize = 16;

/// How a dump's bytes were decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assumed {
    /// The name of the encoding in the Encoding Standard.
    pub encoding: &'static str,
    /// Determined by a byte order mark.
    pub by_mark: bool,
    /// Bytes that are not UTF-8 and were read as Windows-1252.
    pub mapped_bytes: u64,
    /// Malformed sequences in an encoding other than UTF-8, each replaced by U+FFFD.
    pub replaced: u64,
    /// NUL characters removed.
    pub removed_nuls: u64,
    /// Guessed from the plausibility of the decoded text.
    pub guessed: bool,
    /// The text was encoded as UTF-8 twice.
    pub twice: bool,
}

impl Assumed {
    /// One sentence for the summary; `None` for plain UTF-8.
    pub fn sentence(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.encoding != "UTF-8" {
            let utf16 = self.encoding.starts_with("UTF-16");
            let why = match utf16 && !self.by_mark {
                true => ", which its NUL bytes tell; it has no byte order mark",
                false if self.guessed => ", which its bytes tell (--encoding names another)",
                false => "",
            };
            parts.push(format!("read as {}{why}", self.encoding));
        }
        if self.twice {
            parts.push(
                "its UTF-8 was encoded twice (CafÃ© for Café), and is read as meant".to_owned(),
            );
        }
        if self.mapped_bytes > 0 {
            parts.push(format!(
                "{} that {} not UTF-8 read as Windows-1252 (--encoding names another)",
                count(self.mapped_bytes, "byte"),
                if self.mapped_bytes == 1 { "is" } else { "are" }
            ));
        }
        if self.replaced > 0 {
            parts
                .push(format!("{} replaced by U+FFFD", count(self.replaced, "malformed sequence")));
        }
        if self.removed_nuls > 0 {
            parts.push(format!("{} removed", count(self.removed_nuls, "NUL")));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Reads the bytes of a dump as UTF-8.
pub struct Decoded<R> {
    source: R,
    mode: Mode,
    assumed: Rc<RefCell<Assumed>>,
    /// Bytes not decoded yet; between calls, at most an incomplete sequence.
    bytes: Vec<u8>,
    text: Vec<u8>,
    text_read: usize,
    started: bool,
    ended: bool,
}

enum Mode {
    Utf8,
    /// Doubly encoded UTF-8.
    Twice,
    Other(Box<Decoder>),
}

/// A byte order mark, and one that was read as Latin-1 and written as UTF-8.
const MARKS: [&[u8]; 2] = [b"\xef\xbb\xbf", b"\xc3\xaf\xc2\xbb\xc2\xbf"];

/// DOS's end-of-file mark, which some programs still write.
const END_MARK: u8 = 0x1a;

impl<R: Read> Decoded<R> {
    /// `declared`: the encoding declared by a page, if any; see [`declared_by_page`].
    pub fn new(source: R, declared: Option<&'static Encoding>) -> Self {
        match declared {
            Some(other) if other != encoding_rs::UTF_8 && other != WINDOWS_1252 => {
                Self::in_encoding(source, other)
            }
            _ => Self::of(source, Mode::Utf8, "UTF-8"),
        }
    }

    /// Uses this encoding regardless of the bytes, unless there is a byte order mark.
    pub(crate) fn in_encoding(source: R, encoding: &'static Encoding) -> Self {
        if encoding == encoding_rs::UTF_8 {
            return Self::of(source, Mode::Utf8, "UTF-8");
        }
        let decoder = Box::new(encoding.new_decoder_without_bom_handling());
        Self::of(source, Mode::Other(decoder), encoding.name())
    }

    /// Uses the guessed encoding.
    pub(crate) fn guessed(source: R, guess: Guess) -> Self {
        let decoded = match guess {
            Guess::Plain => return Self::of(source, Mode::Utf8, "UTF-8"),
            Guess::Twice => Self::of(source, Mode::Twice, "UTF-8"),
            Guess::Other(encoding) => Self::in_encoding(source, encoding),
        };
        decoded.assumed.borrow_mut().guessed = guess != Guess::Twice;
        decoded.assumed.borrow_mut().twice = guess == Guess::Twice;
        decoded
    }

    fn of(source: R, mode: Mode, encoding: &'static str) -> Self {
        Self {
            source,
            mode,
            assumed: Rc::new(RefCell::new(Assumed { encoding, ..Assumed::default() })),
            bytes: Vec::with_capacity(CHUNK + 4),
            text: Vec::with_capacity(CHUNK + 4),
            text_read: 0,
            started: false,
            ended: false,
        }
    }

    /// A handle on the counts that remains valid after the reader is given away. The counts are
    /// complete once the reader has reached the end.
    pub fn assumed(&self) -> Rc<RefCell<Assumed>> {
        Rc::clone(&self.assumed)
    }

    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.text_read = 0;
        while self.text.is_empty() && !self.ended {
            let wanted = (CHUNK - self.bytes.len()) as u64;
            let read = (&mut self.source).take(wanted).read_to_end(&mut self.bytes)? as u64;
            self.ended = read < wanted;
            if !self.started {
                self.started = true;
                self.take_mark();
            }
            let held = self.take_end_mark();
            match &mut self.mode {
                Mode::Utf8 => decode_utf8(
                    &mut self.bytes,
                    self.ended,
                    &mut self.text,
                    &mut self.assumed.borrow_mut(),
                ),
                Mode::Twice => decode_twice(
                    &mut self.bytes,
                    self.ended,
                    &mut self.text,
                    &mut self.assumed.borrow_mut(),
                ),
                Mode::Other(decoder) => {
                    decode_other(
                        decoder,
                        &mut self.bytes,
                        self.ended,
                        &mut self.text,
                        &mut self.assumed.borrow_mut(),
                    );
                }
            }
            self.bytes.extend(held);
            self.remove_nuls();
        }
        Ok(())
    }

    /// Removes end-of-file marks from the end of the buffer: for good at the end of the text,
    /// otherwise until more is read.
    fn take_end_mark(&mut self) -> Vec<u8> {
        let kept = self.bytes.iter().rposition(|&b| b != END_MARK).map_or(0, |last| last + 1);
        let marks = self.bytes.split_off(kept);
        if self.ended { Vec::new() } else { marks }
    }

    /// A byte order mark takes precedence over everything else.
    fn take_mark(&mut self) {
        let Some((encoding, length)) = Encoding::for_bom(&self.bytes) else {
            self.take_further_marks();
            if let (Mode::Utf8, Some(encoding)) = (&self.mode, utf16_by_nuls(&self.bytes)) {
                self.assumed.borrow_mut().encoding = encoding.name();
                self.mode = Mode::Other(Box::new(encoding.new_decoder_without_bom_handling()));
            }
            return;
        };
        self.bytes.drain(..length);
        let mut assumed = self.assumed.borrow_mut();
        assumed.encoding = encoding.name();
        assumed.by_mark = true;
        self.mode = if encoding == UTF_16LE || encoding == UTF_16BE {
            Mode::Other(Box::new(encoding.new_decoder_without_bom_handling()))
        } else {
            match self.mode {
                Mode::Twice => Mode::Twice,
                _ => Mode::Utf8,
            }
        };
        drop(assumed);
        self.take_further_marks();
    }

    /// Concatenated and re-saved files begin with two marks, or with one that was read as Latin-1.
    fn take_further_marks(&mut self) {
        while let Some(mark) = MARKS.iter().find(|mark| self.bytes.starts_with(mark)) {
            self.bytes.drain(..mark.len());
        }
    }

    fn remove_nuls(&mut self) {
        if self.text.contains(&0) {
            let before = self.text.len();
            self.text.retain(|&b| b != 0);
            self.assumed.borrow_mut().removed_nuls += (before - self.text.len()) as u64;
        }
    }
}

/// Detects UTF-16 without a byte order mark: in mostly Latin text at least half of the high bytes
/// are NUL, and hardly any low byte is.
fn utf16_by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < ENOUGH_FOR_UTF16 || !bytes.contains(&0) {
        return None;
    }
    let pairs = bytes.len() / 2;
    let nuls =
        |parity: usize| bytes.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let (first, second) = (nuls(0), nuls(1));
    match (first * 2 >= pairs, second * 2 >= pairs) {
        (false, true) if first * 20 <= pairs => Some(UTF_16LE),
        (true, false) if second * 20 <= pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Moves decodable bytes from `bytes` to `text`; leaves an incomplete sequence.
fn decode_utf8(bytes: &mut Vec<u8>, ended: bool, text: &mut Vec<u8>, assumed: &mut Assumed) {
    let mut at = 0;
    loop {
        let error = match std::str::from_utf8(&bytes[at..]) {
            Ok(valid) => {
                text.extend_from_slice(valid.as_bytes());
                at = bytes.len();
                break;
            }
            Err(error) => error,
        };
        text.extend_from_slice(&bytes[at..at + error.valid_up_to()]);
        at += error.valid_up_to();
        let bad = match error.error_len() {
            Some(length) => length,
            None if ended => bytes.len() - at,
            None => break,
        };
        let (mapped, ..) = WINDOWS_1252.decode_without_bom_handling(&bytes[at..at + bad]);
        text.extend_from_slice(mapped.as_bytes());
        assumed.mapped_bytes += bad as u64;
        at += bad;
    }
    bytes.drain(..at);
}

/// Decodes whole runs of non-ASCII characters, so that no sequence is split.
fn decode_twice(bytes: &mut Vec<u8>, ended: bool, text: &mut Vec<u8>, assumed: &mut Assumed) {
    let end = bytes.iter().rposition(u8::is_ascii).map_or(0, |at| at + 1);
    let waits = if ended || end == 0 { Vec::new() } else { bytes.split_off(end) };
    let mut once = Vec::with_capacity(bytes.len());
    decode_utf8(bytes, true, &mut once, assumed);
    text.extend_from_slice(double_encoding::undo(&String::from_utf8_lossy(&once)).as_bytes());
    bytes.extend(waits);
}

fn decode_other(
    decoder: &mut Decoder,
    bytes: &mut Vec<u8>,
    ended: bool,
    text: &mut Vec<u8>,
    assumed: &mut Assumed,
) {
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(4 * bytes.len() + 16);
    text.resize(room, 0);
    let (_, _, written, replaced) = decoder.decode_to_utf8(bytes, text, ended);
    text.truncate(written);
    assumed.replaced += u64::from(replaced);
    bytes.clear();
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.text_read == self.text.len() {
            self.refill()?;
        }
        Ok(&self.text[self.text_read..])
    }

    fn consume(&mut self, amount: usize) {
        self.text_read = (self.text_read + amount).min(self.text.len());
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// The encoding declared at the beginning of a page by `<meta charset>` or `<?xml encoding?>`;
/// `None` if missing or unknown.
pub fn declared_by_page(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&head[..head.len().min(4096)]).to_ascii_lowercase();
    let at =
        head.find("charset=").map(|at| at + "charset=".len()).filter(|_| head.contains("<meta"));
    let at = at.or_else(|| {
        head.starts_with("<?xml")
            .then(|| head.find("encoding="))
            .flatten()
            .map(|at| at + "encoding=".len())
    })?;
    let label: String = head[at..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:".contains(*c))
        .collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page whose declaration was readable as ASCII is not UTF-16.
    (encoding != UTF_16LE && encoding != UTF_16BE).then_some(encoding)
}

#[cfg(test)]
mod tests;
