//! Detects the format of a dump.
//!
//! Owns: choosing among formats, and the reason why a file that is not a review dump is skipped.
//! Must never: decide by file name if the content is conclusive, or break a tie: exactly one
//! format must claim the dump.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use encoding_rs::Encoding;

use super::any_records;
use super::columns::any_columns::{self, AnyColumns};
use super::container::Dump;
use super::decode::{Assumed, Decoded, Guess, declared_by_page, guess};
use super::format::{Confidence, Format, Probe, ReadOptions, Text};
use super::other_files;
use super::profile::{ProfileError, built_in};

/// Why no format was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undecided {
    /// Clearly something else; skip it for this reason.
    Unsupported(String),
    /// No format claims it.
    Nobody,
    /// Several formats claim it with equal confidence; `--input-format` must decide.
    Several(Vec<String>),
}

/// All formats: page formats, profiles, and generic tables.
///
/// # Errors
/// A profile that does not parse.
pub fn formats() -> Result<Vec<&'static dyn Format>, ProfileError> {
    let mut all = super::formats::all();
    let profiles = built_in().map_err(Clone::clone)?;
    all.extend(profiles.iter().map(|profile| profile as &dyn Format));
    all.push(&AnyColumns);
    all.extend(any_records::formats());
    Ok(all)
}

/// Reads the beginning of a dump for detection, or returns the reason to skip it (because of its
/// bytes or of the folder it is in).
///
/// # Errors
/// If the dump cannot be read.
pub fn look(dump: &Dump, options: &ReadOptions) -> io::Result<Result<Head, String>> {
    let head = match Head::of(dump, options)? {
        Ok(head) => head,
        Err(reason) => return Ok(Err(reason)),
    };
    let no_text = head.no_text().map(str::to_owned);
    let reason = no_text.or_else(|| super::letterboxd::skip_reason(&dump.path, &head.text));
    Ok(match reason {
        Some(reason) => Err(reason),
        None => Ok(head),
    })
}

/// The format with the highest confidence; ties are not broken.
///
/// # Errors
/// See [`Undecided`].
pub fn choose<'a>(
    probe: &Probe<'_>,
    formats: &[&'a dyn Format],
) -> Result<&'a dyn Format, Undecided> {
    let judged: Vec<_> = formats.iter().map(|format| (format.recognise(probe), *format)).collect();
    let surest = judged.iter().map(|(confidence, _)| *confidence).max().unwrap_or(Confidence::No);
    if surest < Confidence::Certain
        && let Some(reason) = unsupported(probe)
    {
        return Err(Undecided::Unsupported(reason));
    }
    if surest == Confidence::No {
        return Err(Undecided::Nobody);
    }
    let best: Vec<_> = judged
        .into_iter()
        .filter(|(confidence, _)| *confidence == surest)
        .map(|(_, format)| format)
        .collect();
    match best.as_slice() {
        [only] => Ok(*only),
        several => {
            Err(Undecided::Several(several.iter().map(|format| format.name().to_owned()).collect()))
        }
    }
}

/// The format that reads a dump with the user's mapping, whether or not it recognises the dump.
pub fn for_mapping<'a>(head: &Head, formats: &[&'a dyn Format]) -> Option<&'a dyn Format> {
    let name = any_records::notation_of(&head.probe()).unwrap_or(any_columns::NAME);
    formats.iter().find(|format| format.name() == name).copied()
}

/// How a dump's bytes are decoded.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Told(&'static Encoding),
    Declared(&'static Encoding),
    Guessed(Guess),
}

impl Reading {
    /// By the user's option, the page's declaration, or the bytes themselves.
    fn of(head: &[u8], options: &ReadOptions) -> Result<Self, String> {
        Ok(match (options.encoding, declared_by_page(head)) {
            (Some(told), _) => Self::Told(told),
            (None, Some(declared)) => Self::Declared(declared),
            (None, None) => Self::Guessed(guess::of(head)?),
        })
    }

    fn decode<R: Read>(self, from: R) -> Decoded<R> {
        match self {
            Self::Told(encoding) => Decoded::in_encoding(from, encoding),
            Self::Declared(encoding) => Decoded::new(from, Some(encoding)),
            Self::Guessed(guess) => Decoded::guessed(from, guess),
        }
    }
}

/// A dump's decoded text, which a format may read repeatedly.
#[derive(Debug)]
pub struct DumpText<'a> {
    dump: &'a Dump,
    assumed: Rc<RefCell<Assumed>>,
    options: ReadOptions,
    reading: Option<Reading>,
}

impl<'a> DumpText<'a> {
    /// Without user options.
    pub fn new(dump: &'a Dump) -> Self {
        Self::with_options(dump, &ReadOptions::default())
    }

    /// With the user's encoding, if given.
    pub fn with_options(dump: &'a Dump, options: &ReadOptions) -> Self {
        Self { dump, assumed: Rc::default(), options: options.clone(), reading: None }
    }

    /// How the bytes were decoded in the latest pass; complete once that pass has reached the end.
    pub fn assumed(&self) -> Assumed {
        self.assumed.borrow().clone()
    }
}

impl Text for DumpText<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        let reading = match self.reading {
            Some(reading) => reading,
            None => Reading::of(&self.dump.head(Probe::LIMIT)?, &self.options)
                .map_err(|reason| io::Error::new(io::ErrorKind::InvalidData, reason))?,
        };
        self.reading = Some(reading);
        let decoded = reading.decode(self.dump.open()?);
        self.assumed = decoded.assumed();
        Ok(Box::new(decoded))
    }
}

/// The decoded beginning of a dump, for a [`Probe`].
#[derive(Debug)]
pub struct Head {
    /// At most [`Probe::LIMIT`] bytes of UTF-8.
    pub text: String,
    /// The text is the whole dump.
    pub whole: bool,
    /// Raw first bytes, which identify binary formats.
    magic: Vec<u8>,
    utf16: bool,
    name: String,
}

impl Head {
    /// Reads and decodes a dump's beginning.
    ///
    /// # Errors
    /// If the dump cannot be opened or read; the inner error says why its bytes are not text.
    pub fn of(dump: &Dump, options: &ReadOptions) -> io::Result<Result<Self, String>> {
        let bytes = dump.head(Probe::LIMIT + 1)?;
        let whole = bytes.len() <= Probe::LIMIT;
        let bytes = &bytes[..bytes.len().min(Probe::LIMIT)];
        let mut decoded = Vec::new();
        let mut head = Self {
            text: String::new(),
            whole,
            magic: bytes[..bytes.len().min(4096)].to_vec(),
            utf16: false,
            name: dump.name.clone(),
        };
        let reading = match Reading::of(bytes, options) {
            Ok(reading) => reading,
            // Binary data is reported as what it is.
            Err(_) if head.no_text().is_some() => return Ok(Ok(head)),
            Err(reason) => return Ok(Err(reason)),
        };
        let reader = reading.decode(bytes);
        let assumed = reader.assumed();
        reader.take(Probe::LIMIT as u64).read_to_end(&mut decoded)?;
        head.utf16 = assumed.borrow().encoding.starts_with("UTF-16");
        // The limit may fall inside a character.
        head.text = String::from_utf8(decoded)
            .unwrap_or_else(|cut| String::from_utf8_lossy(cut.as_bytes()).into_owned());
        Ok(Ok(head))
    }

    /// The input of format detection.
    pub fn probe(&self) -> Probe<'_> {
        Probe::new(&self.name, &self.text, self.whole)
    }

    /// What a binary dump is.
    pub(crate) fn no_text(&self) -> Option<&'static str> {
        if self.magic.is_empty() {
            return Some("it is empty");
        }
        if let Some(what) = other_files::of_bytes(&self.magic, &self.name) {
            return Some(what);
        }
        let control =
            self.magic.iter().filter(|&&b| b < 9 || (14..32).contains(&b) && b != 27).count();
        (!self.utf16 && control * 10 > self.magic.len()).then_some("it is not text")
    }
}

/// What a text clearly is instead of a review dump.
pub(crate) fn unsupported(probe: &Probe<'_>) -> Option<String> {
    let start: String =
        probe.head.trim_start().chars().take(2000).collect::<String>().to_lowercase();
    if probe.head.trim().is_empty() {
        return Some("it is empty".to_owned());
    }
    let is_license =
        start.contains("permission is hereby granted") || start.starts_with("apache license");
    if is_license || probe.name.starts_with("license") || probe.name.starts_with("copying") {
        return Some("a licence text".to_owned());
    }
    if probe.name.starts_with("readme") {
        return Some("a text about the folder".to_owned());
    }
    super::own_output::skip_reason(probe.head)
        .or_else(|| letterboxd_side_file(probe))
        .map(str::to_owned)
}

/// Tables of a Letterboxd export that contain no reviews by the member.
fn letterboxd_side_file(probe: &Probe<'_>) -> Option<&'static str> {
    let header = probe.head.lines().next().unwrap_or("").trim();
    if header.starts_with("Letterboxd list export") {
        return Some("a Letterboxd list: films, not reviews");
    }
    match header {
        "Date,Name,Year,Letterboxd URI" => {
            Some("Letterboxd films seen, liked or to be seen: not reviews")
        }
        "Date,Content,Comment" => {
            Some("Letterboxd comments on others' pages, left alone: not reviews")
        }
        "Date,Content" => Some("Letterboxd likes: not the member's own reviews"),
        _ if header.starts_with("Date Joined,Username") => Some("a Letterboxd profile"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::{Found, Limits, find};

    fn verdict(path: &str, bytes: &[u8]) -> String {
        let dump = Dump::of_bytes(path, bytes).unwrap();
        verdict_of(&dump)
    }

    fn verdict_of(dump: &Dump) -> String {
        let formats = formats().unwrap();
        match look(dump, &ReadOptions::default()).unwrap() {
            Err(reason) => format!("left: {reason}"),
            Ok(head) => match choose(&head.probe(), &formats) {
                Ok(format) => format.name().to_owned(),
                Err(Undecided::Unsupported(reason)) => format!("left: {reason}"),
                Err(Undecided::Nobody) => "nobody".to_owned(),
                Err(Undecided::Several(names)) => format!("several: {names:?}"),
            },
        }
    }

    #[test]
    fn other_files_are_described() {
        let cases: &[(&str, &[u8], &str)] = &[
            ("a.pdf", b"%PDF-1.7\n...", "left: a PDF; save the page as HTML or text"),
            ("a.csv", b"", "left: it is empty"),
            ("a.csv", b" \n \n", "left: it is empty"),
            ("a.bin", &[0, 1, 2, 3, 4, 5, 6, 7], "left: it is not text"),
            (
                "LICENSE",
                b"MIT License\n\nPermission is hereby granted, free",
                "left: a licence text",
            ),
            (
                "x/watched.csv",
                b"Date,Name,Year,Letterboxd URI\n",
                "left: Letterboxd films seen, liked or to be seen: not reviews",
            ),
            ("notes.txt", b"Dear diary, this review of mine,\nand so on.\n", "nobody"),
            ("a.csv", b"work,critic,score,text\nFarewell,Ann,4/5,fine\n", "columns"),
            // Cells after bars look like outlets and their scores.
            (
                "a.txt",
                b"user|rating|work|comments\nAnn|5/10|Tide|Slow\nBo|4/10|Fog|Grey\nIda|8/10|Rain|Wet\n\
                Mo|7/10|Hail|Hard\nCy|3/10|Snow|Cold\n",
                "columns",
            ),
            ("a.csv", b"city,people\nUlm,120000\n", "nobody"),
            ("a.txt", b"name: tide\nversion: 1/2\nratio: 3/4\ngrade: B\nplan: A\n", "nobody"),
            ("a.txt", b"- title: A\n  score: 4/5\n- title: B\n  score: 3/5\n", "nobody"),
            ("a.txt", b"Gutter: 3/4\nthe rain: B\n- Fog: 7\nDrip - 8\n", "review-scores-text"),
            // One person's marks: for parts of a work, for works.
            ("a.txt", b"Kettle review\nFog: 3/4\nDrip: 7/10\nSound: 7/10\nRain: 8/10\n", "nobody"),
            ("a.txt", b"My tea reviews\nFog: 3/4\nDrip: 7/10\nRain: 8/10\nHail: 8/10\n", "nobody"),
            // The head of a film's page at Rotten Tomatoes.
            (
                "a.txt",
                b"Tomatometer\n74%\nReviews Counted: 41\nFresh: 30\nRotten: 11\nCritics: 9\n",
                "nobody",
            ),
            ("a.txt", b"\xff\xfet\0i\0t\0l\0e\0,\0q\0u\0o\0t\0e\0\n\0A\0,\0b\0\n\0", "columns"),
        ];
        for (path, bytes, expected) in cases {
            assert_eq!(
                verdict(path, bytes),
                *expected,
                "{path} {}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn no_file_of_the_real_folder_is_claimed_twice() {
        let Some(dumps) = crate::shared::shared("dumps") else { return };
        for found in find(&[dumps], Limits::default()).unwrap() {
            let Found::Dump(dump) = found else { panic!("{found:?}") };
            let verdict = verdict_of(&dump);
            eprintln!("{}: {verdict}", dump.path);
            assert!(!verdict.starts_with("several"), "{}: {verdict}", dump.path);
            let tabular =
                [".csv", ".tsv", ".json", ".jsonl"].iter().any(|end| dump.name.ends_with(end));
            assert!(!tabular || verdict != "nobody", "{}: {verdict}", dump.path);
        }
    }
}
