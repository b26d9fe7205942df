//! Saved pages converted to text by each converter, compared with the pages.
//!
//! `fixtures/page-texts/pages` are invented; `render.py` next to them made
//! `<page>/<converter>.txt`. A text must give what the page gives, except for what no text
//! contains: URLs and the site's ids.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::Scratch;
use revdb_formats::format::ReadOptions;
use revdb_model::name;

const PAGES: [&str; 3] = ["critics-2012", "users-2019", "cards-2023"];
const CONVERTERS: [&str; 10] = [
    "browser", "html2text", "html2text-plain", "inscriptis", "lynx", "lynx-without-links",
    "pandoc", "resiliparse", "trafilatura", "w3m",
];

/// Known gaps: how many reviews of the text are right, and how many are imported differently from
/// the page. trafilatura drops names and scores. Remove lines when more is read.
const GAPS: &[(&str, &str, usize, usize)] = &[
    ("critics-2012", "trafilatura", 0, 0),
    ("users-2019", "trafilatura", 0, 0),
    ("cards-2023", "trafilatura", 0, 0),
];

#[derive(Debug, Clone, Copy, PartialEq)]
struct Figures {
    right: usize,
    /// Imported, but equal to none of the page's reviews in every field.
    wrong: usize,
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/page-texts").join(path)
}

/// The reviews of one dump, each as one line of the fields that a text can have.
fn reviews_of(path: &Path) -> Vec<String> {
    let scratch = Scratch::new();
    let options = ReadOptions { title: Some("Told".to_owned()), ..ReadOptions::default() };
    let report = scratch.import(&[path], options);
    if report.sources.is_empty() {
        return Vec::new();
    }
    scratch.rows(
        "SELECT audience, byline, publication, date, score, score_text,
                replace(quote, char(10), ' ') AS quote
         FROM reviews ORDER BY id",
    )
}

/// html2text writes ASCII by default: accents, quotation marks and dashes are not compared.
fn in_ascii(lines: &[String]) -> Vec<String> {
    let plain = |line: &String| {
        let marks: String = line
            .chars()
            .map(|c| match c {
                '‘' | '’' => '\'',
                '“' | '”' => '"',
                '–' | '—' => '-',
                other => other,
            })
            .collect();
        name::fold(&marks.replace("\\\"", "\""))
    };
    lines.iter().map(plain).collect()
}

fn compare(page: &[String], text: &[String]) -> Figures {
    let mut free: BTreeMap<&str, usize> = BTreeMap::new();
    for line in page {
        *free.entry(line).or_default() += 1;
    }
    let mut right = 0;
    for line in text {
        if let Some(left) = free.get_mut(line.as_str()).filter(|left| **left > 0) {
            *left -= 1;
            right += 1;
        }
    }
    Figures { right, wrong: text.len() - right }
}

#[test]
fn texts_of_a_page_agree_with_the_page() {
    let mut strays = Vec::new();
    for page in PAGES {
        let whole = reviews_of(&fixture(&format!("pages/{page}.html")));
        assert!(whole.len() >= 5, "{page}: {whole:?}");
        for converter in CONVERTERS {
            let text = reviews_of(&fixture(&format!("{page}/{converter}.txt")));
            let found = match converter.starts_with("html2text") {
                true => compare(&in_ascii(&whole), &in_ascii(&text)),
                false => compare(&whole, &text),
            };
            let gap = GAPS.iter().find(|gap| (gap.0, gap.1) == (page, converter));
            let wanted = gap.map_or(Figures { right: whole.len(), wrong: 0 }, |gap| Figures {
                right: gap.2,
                wrong: gap.3,
            });
            if found != wanted {
                let Figures { right, wrong } = found;
                strays.push(format!(
                    "(\"{page}\", \"{converter}\", {right}, {wrong}), // not {wanted:?}"
                ));
                let missing = whole.iter().filter(|line| !text.contains(line));
                strays.extend(missing.map(|line| format!("    missing {line}")));
                let other = text.iter().filter(|line| !whole.contains(line));
                strays.extend(other.map(|line| format!("    instead {line}")));
            }
        }
    }
    assert!(strays.is_empty(), "GAPS does not hold:\n{}", strays.join("\n"));
}

/// A file that is no rendering of a page would not be compared.
#[test]
fn every_rendering_is_compared() {
    for page in PAGES {
        let mut found: Vec<String> = std::fs::read_dir(fixture(page))
            .unwrap_or_else(|error| panic!("{page}: {error}"))
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        found.sort();
        let mut wanted = CONVERTERS.map(|name| format!("{name}.txt"));
        wanted.sort();
        assert_eq!(found, wanted, "{page}");
    }
}
