//! Recognises files that are not dumps and are often stored next to dumps.
//!
//! Owns the single list of them (`other_files.toml`): how to recognise each, what it is, and
//! advice. Must never: take precedence over a format, or judge a file only by its name.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    bytes: Vec<Bytes>,
    zip: Vec<Zip>,
    text: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bytes {
    is: String,
    starts: Vec<String>,
    #[serde(default)]
    at: usize,
    #[serde(default)]
    named: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Zip {
    is: String,
    member: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    is: String,
    begins: String,
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| match toml::from_str(include_str!("other_files.toml")) {
        Ok(table) => table,
        Err(error) => panic!("crates/revdb-formats/src/other_files.toml: {error}"),
    });

static TEXTS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let compiled = |text: &'static Text| match Regex::new(&format!(r"\A(?:{})", text.begins)) {
        Ok(regex) => (regex, text.is.as_str()),
        Err(error) => panic!("crates/revdb-formats/src/other_files.toml: {}: {error}", text.is),
    };
    TABLE.text.iter().map(compiled).collect()
});

/// The file type for these first bytes; `name` in lower case.
pub fn of_bytes(first: &[u8], name: &str) -> Option<&'static str> {
    let found = TABLE.bytes.iter().find(|kind| {
        let first = first.get(kind.at..).unwrap_or(&[]);
        let named = kind.named.is_empty() || kind.named.iter().any(|end| name.ends_with(end));
        named && kind.starts.iter().any(|hex| begins(first, hex))
    });
    found.map(|kind| kind.is.as_str())
}

/// Whether the bytes begin with these hexadecimal digits.
fn begins(first: &[u8], hex: &str) -> bool {
    let byte = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    let wanted = (0..hex.len()).step_by(2).map(byte);
    first.len() * 2 >= hex.len() && wanted.zip(first).all(|(byte, own)| byte == Some(*own))
}

/// The type of a zip, where `has` tells whether it contains a member.
pub fn of_zip(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    TABLE.zip.iter().find(|kind| has(&kind.member)).map(|kind| kind.is.as_str())
}

/// The type of a text with this beginning, and advice.
pub fn of_text(start: &str) -> Option<(&'static str, Option<&'static str>)> {
    let (_, is) = TEXTS.iter().find(|(begins, _)| begins.is_match(start))?;
    Some(is.split_once("; ").map_or((*is, None), |(what, help)| (what, Some(help))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_recognised_by_their_first_bytes() {
        for (bytes, name, part) in [
            (b"%PDF-1.7".as_slice(), "a.csv", "a PDF"),
            (b"\0\0\0\x18ftypheic", "a.heic", "an image"),
            (b"\x80\x04\x95\x20", "a.pkl", "pickle"),
            (b"\xd0\xcf\x11\xe0\xa1", "a.xlsx", "password"),
            (b"\xd0\xcf\x11\xe0\xa1", "a.xls", "old Office"),
            (b"ARROW1\0\0", "a.feather", "Arrow"),
            (&[&b"SQLite format 3\0"[..], &[0; 52], b"RVDB"].concat(), "a.db", "archive of revdb"),
            (b"SQLite format 3\0", "a.db", "SQLite database"),
        ] {
            assert!(of_bytes(bytes, name).is_some_and(|is| is.contains(part)), "{part}");
        }
        for bytes in [b"title,score\n".as_slice(), b"", b"\xef\xbb\xbf", b"Movie"] {
            assert_eq!(of_bytes(bytes, "a.csv"), None);
        }
    }

    #[test]
    fn texts_are_recognised_by_their_beginning() {
        for (text, part) in [
            ("{\\rtf1\\ansi hello}", "RTF"),
            ("reviews:\n  - title: Tide\n    rating: 4\n", "YAML"),
            ("- title: Tide\n  rating: 4\n", "YAML"),
            ("# of mine\nname: tide\nratio: 3/4\ngrade: B", "YAML"),
            ("[[review]]\ntitle = \"Tide\"\n", "TOML"),
            ("From ann@example.org Thu Mar 14 10:00:00 2019\nFrom: ann@example.org\n", "mailbox"),
            ("From: Ann\nTo: Bo\nSubject: Tide\n\nFine.\n", "e-mail"),
            (
                "From: <Saved>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related;",
                "MHTML",
            ),
            ("1\n00:00:01,000 --> 00:00:04,000\nHello\n", "subtitles"),
            ("-- dump\nINSERT INTO reviews VALUES (1);\n", "SQL"),
            ("<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel/></rss>", "feed"),
            ("2019-03-14 10:00:00,123 INFO start\n", "log"),
            ("import csv\n\nprint()\n", "source"),
            ("-[ RECORD 1 ]---\nfilm | A\n", "psql"),
        ] {
            assert!(of_text(text).is_some_and(|(is, _)| is.contains(part)), "{text}");
        }
        for text in [
            "title,score\nTide,4\n",
            "{\"title\":\"Tide\"}",
            "Tide: a film\nTide is slow.\n",
            "[1]Ann Ferris\nSlow.\n",
            "From the sea comes Tide, a film of 2019\n",
            "Important: read this\n",
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }
}
