//! Bytes to UTF-8, by declared rule and never with an error.
//!
//! Owns: which encoding a dump is in, and what becomes of bytes that are not
//! text in it. Must never: refuse a dump for a byte (one 0xA0 in 54,000 lines
//! stops nothing and spoils no other line), or change what is valid.
//!
//! The rule: a byte order mark decides (UTF-8, UTF-16 LE or BE); a page that
//! declares another encoding is read in that; where every other byte is mostly NUL
//! it is UTF-16 without its mark; everything else is UTF-8, and
//! each byte that is not part of a UTF-8 sequence is the Windows-1252 character
//! of that number. A file that is wholly Windows-1252 so comes out as it is
//! meant, whether or not a line of it is UTF-8. NUL characters are removed.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

const CHUNK: usize = 64 << 10;

/// Shorter texts than this are not looked at for UTF-16 without a mark: two or
/// three stray NULs prove nothing.
const ENOUGH_FOR_UTF16: usize = 16;

/// What a dump's bytes were taken for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assumed {
    /// The name of the encoding, as the Encoding Standard has it.
    pub encoding: &'static str,
    /// It was told by a byte order mark.
    pub by_mark: bool,
    /// Bytes that are not UTF-8 and were read as Windows-1252.
    pub mapped_bytes: u64,
    /// Malformed sequences of another encoding, each now U+FFFD.
    pub replaced: u64,
    pub removed_nuls: u64,
}

impl Assumed {
    /// One sentence for the summary; `None` where all was plain UTF-8.
    pub fn sentence(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.encoding != "UTF-8" {
            let utf16 = self.encoding.starts_with("UTF-16");
            let why = match utf16 && !self.by_mark {
                true => ", which its NUL bytes tell; it has no byte order mark",
                false => "",
            };
            parts.push(format!("read as {}{why}", self.encoding));
        }
        if self.mapped_bytes > 0 {
            parts.push(format!(
                "{} that {} not UTF-8 read as Windows-1252",
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

/// A reader of UTF-8 over the bytes of a dump.
pub struct Decoded<R> {
    source: R,
    mode: Mode,
    assumed: Rc<RefCell<Assumed>>,
    /// Bytes read and not decoded yet: at most a cut sequence between calls.
    bytes: Vec<u8>,
    text: Vec<u8>,
    text_read: usize,
    started: bool,
    ended: bool,
}

enum Mode {
    Utf8,
    Other(Box<Decoder>),
}

impl<R: Read> Decoded<R> {
    /// `declared`: the encoding a page says it is in, if any; see [`declared_by_page`].
    pub fn new(source: R, declared: Option<&'static Encoding>) -> Self {
        let mode = match declared {
            Some(other) if other != encoding_rs::UTF_8 && other != WINDOWS_1252 => {
                Mode::Other(Box::new(other.new_decoder_without_bom_handling()))
            }
            _ => Mode::Utf8,
        };
        let encoding = match &mode {
            Mode::Utf8 => "UTF-8",
            Mode::Other(decoder) => decoder.encoding().name(),
        };
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

    /// A handle on the counts that stays good while the reader is given away.
    /// Complete once the reader has come to its end.
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
            match &mut self.mode {
                Mode::Utf8 => decode_utf8(
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
            self.remove_nuls();
        }
        Ok(())
    }

    /// A byte order mark decides over everything else.
    fn take_mark(&mut self) {
        let Some((encoding, length)) = Encoding::for_bom(&self.bytes) else {
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
            Mode::Utf8
        };
    }

    fn remove_nuls(&mut self) {
        if self.text.contains(&0) {
            let before = self.text.len();
            self.text.retain(|&b| b != 0);
            self.assumed.borrow_mut().removed_nuls += (before - self.text.len()) as u64;
        }
    }
}

/// UTF-16 without a byte order mark: text of mostly Latin letters and line ends
/// has NUL in at least half of the high bytes, and hardly one among the low ones.
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

/// Moves what is decodable from `bytes` to `text`; leaves a cut sequence.
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

/// The encoding that a page's beginning declares, by `<meta charset>` or
/// `<?xml encoding?>`; `None` where it declares none, or one that is unknown.
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
    // A page that could be read to its declaration is not UTF-16, whatever it says.
    (encoding != UTF_16LE && encoding != UTF_16BE).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> (String, Assumed) {
        let mut decoded = Decoded::new(bytes, declared_by_page(bytes));
        let assumed = decoded.assumed();
        let mut text = String::new();
        decoded.read_to_string(&mut text).unwrap_or_else(|error| panic!("{error}"));
        let assumed = assumed.borrow().clone();
        (text, assumed)
    }

    #[test]
    fn every_encoding_by_the_rule() {
        let cases: &[(&[u8], &str, Option<&str>)] = &[
            ("plain é…".as_bytes(), "plain é…", None),
            (b"\xef\xbb\xbfa", "a", None),
            (b"\xff\xfea\0\xe9\0", "aé", Some("read as UTF-16LE")),
            (b"\xfe\xff\0a", "a", Some("read as UTF-16BE")),
            (
                b"caf\xe9 \xc3\xa9 \x85",
                "café é …",
                Some("2 bytes that are not UTF-8 read as Windows-1252"),
            ),
            (b"x\xa0", "x\u{a0}", Some("1 byte that is not UTF-8 read as Windows-1252")),
            (b"cut \xe2\x80", "cut â€", Some("2 bytes that are not UTF-8 read as Windows-1252")),
            (b"a\0b\0", "ab", Some("2 NULs removed")),
            (
                b"<meta charset=\"shift_jis\">\x83A",
                "<meta charset=\"shift_jis\">ア",
                Some("read as Shift_JIS"),
            ),
            (b"<meta charset=iso-8859-1>\xc3\xa9", "<meta charset=iso-8859-1>é", None),
            (
                b"t\0i\0t\0l\0e\0\n\0\xe9\0\x26\x20",
                "title\né…",
                Some("read as UTF-16LE, which its NUL bytes tell; it has no byte order mark"),
            ),
            (
                b"\0t\0i\0t\0l\0e\0\n\0\xe9\x20\x26",
                "title\né…",
                Some("read as UTF-16BE, which its NUL bytes tell; it has no byte order mark"),
            ),
            (b"binary\0\0\0\0\0\0\0\0\0\0\0\0", "binary", Some("12 NULs removed")),
            (b"", "", None),
        ];
        for (bytes, text, sentence) in cases {
            let (found, assumed) = decode(bytes);
            assert_eq!(found, *text);
            assert_eq!(assumed.sentence().as_deref(), *sentence, "{text}");
        }
    }

    #[test]
    fn a_sequence_cut_by_a_chunk_is_whole() {
        for shift in 0..4 {
            let text = format!("{}{}", "x".repeat(CHUNK - 4 + shift), "…é😀".repeat(100));
            let (found, assumed) = decode(text.as_bytes());
            assert!(found == text && assumed.sentence().is_none(), "shift {shift}");
        }
    }
}
