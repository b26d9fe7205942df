//! Every sample of a table or of JSON, read without the profile made for it.
//!
//! The table is read correctly, or with a note (an unused column, an assumed field), or refused. A
//! value that silently contradicts the one read with the profile is the worst fault there is.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Scratch, sample};
use revdb::ingest::ImportReport;
use revdb_formats::detect;
use revdb_formats::format::ReadOptions;
use revdb_formats::profile::Shape;

/// Fields compared, by their names in the public view.
const FIELDS: [&str; 8] =
    ["audience", "byline", "publication", "date", "score", "quote", "url", "work"];

type Record = BTreeMap<String, String>;

/// Record number → the fields of the record's review.
fn records(scratch: &Scratch) -> BTreeMap<i64, Record> {
    let rows = scratch.rows(
        "SELECT s.record, r.audience, r.byline, r.publication, r.date, r.score, r.quote, r.url, r.work
         FROM sighting AS s JOIN reviews AS r ON r.id = s.review_id ORDER BY s.record",
    );
    rows.iter()
        .map(|row| {
            let row: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(row).expect("a row");
            let number = row["record"].as_i64().expect("a number");
            let fields = row.iter().filter(|(name, _)| *name != "record");
            (number, fields.map(|(name, value)| (name.clone(), value.to_string())).collect())
        })
        .collect()
}

/// All samples of table or JSON profiles, with the format that reads them without the profile.
fn tables() -> Vec<(PathBuf, &'static str)> {
    let mut tables = Vec::new();
    for format in detect::formats().expect("every profile parses") {
        // Formula guards are removed only from revdb's own exports.
        if format.profile().is_some_and(|profile| profile.formula_guards) {
            continue;
        }
        if !matches!(format.profile().map(|p| p.shape), Some(Shape::Columns | Shape::Json)) {
            continue;
        }
        for file in std::fs::read_dir(sample(format.name())).expect("the format's samples") {
            let path = file.expect("a file").path();
            let name = path.to_string_lossy();
            if !name.ends_with(".expected.jsonl") {
                let is_json = name.ends_with(".json") || name.ends_with(".jsonl");
                tables.push((path, if is_json { "json" } else { "columns" }));
            }
        }
    }
    tables
}

/// Accepted differences: quote marks that a dump does not double may be text or quoting; an album
/// may lack the artist before its title, and words their headline, with a note about the unused
/// columns; a title may keep the year after it, and words a site's markup (`[b]`).
fn is_alike(field: &str, found: &str, known: Option<&String>) -> bool {
    let plain = |text: &str| text.replace(['"', '\\'], "");
    known.is_some_and(|known| {
        let (known, found) = (plain(known), plain(found));
        known == found
            || field == "work" && known.ends_with(&format!(" – {found}"))
            || field == "work" && found.starts_with(&known) && found.ends_with(')')
            || field == "quote" && (known.ends_with(&found) || known == without_marks(&found))
    })
}

fn without_marks(text: &str) -> String {
    let parts = text.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest));
    parts.collect()
}

/// Whether the summary says that `field` is assumed.
fn is_said(report: &ImportReport, field: &str) -> bool {
    let field = if field == "work" { "title" } else { field };
    let audience = |message: &str| field == "audience" && message.contains("(assumed)");
    report.sources.iter().flat_map(|source| &source.notes).any(|note| {
        note.message.starts_with(&format!("{field} read from")) || audience(&note.message)
    })
}

/// Whether the summary says that a record lacks the field or part of it: an unused column, an
/// unknown scale, an unreadable score or date, an unnamed reviewer.
fn is_said_to_lack(report: &ImportReport, field: &str) -> bool {
    let source = &report.sources[0];
    let noted = |words: &[&str]| {
        source.notes.iter().any(|note| words.iter().any(|word| note.message.contains(word)))
    };
    !source.unused_columns.is_empty()
        || match field {
            "score" => noted(&["without a known scale", "no certain number", "outside the scale"]),
            "date" => source.doubtful > 0,
            "work" => noted(&["no column has a title"]),
            _ => false,
        }
}

#[test]
fn no_sample_is_silently_read_wrong() {
    let (mut wrong, mut read, mut refused) = (Vec::new(), 0, 0);
    for (path, nameless) in tables() {
        let by_profile = Scratch::new();
        by_profile.import(&[&path], ReadOptions::default());
        let without = Scratch::new();
        let report = without.import_as(&[&path], ReadOptions::default(), |request| {
            request.format = Some(nameless.to_owned());
        });
        if !report.refused.is_empty() {
            assert!(report.sources.is_empty(), "{}", path.display());
            refused += 1;
            continue;
        }
        read += 1;
        let known = records(&by_profile);
        let found = records(&without);
        let counts = &report.total;
        for (number, known) in &known {
            let Some(found) = found.get(number) else {
                // Skipped or rejected, which is counted and reported.
                if counts.left_alone + counts.rejected == 0 {
                    wrong.push(format!("{}: record {number} is not there", path.display()));
                }
                continue;
            };
            let lacks = |field: &&&str| known.contains_key(**field) && !found.contains_key(**field);
            for field in FIELDS.iter().filter(lacks) {
                if !is_said_to_lack(&report, field) {
                    wrong.push(format!("{}: record {number} lacks {field}", path.display()));
                }
            }
        }
        for (number, found) in found {
            let Some(known) = known.get(&number) else {
                // Skipped by the profile; without score or words it changes no figure.
                if !found.contains_key("score") && !found.contains_key("quote") {
                    continue;
                }
                wrong.push(format!("{}: record {number} is no review: {found:?}", path.display()));
                continue;
            };
            for field in FIELDS {
                let differs =
                    found.get(field).is_some_and(|value| !is_alike(field, value, known.get(field)));
                if differs && !is_said(&report, field) {
                    wrong.push(format!(
                        "{}: record {number}: {field} is {:?}, not {:?}",
                        path.display(),
                        found.get(field),
                        known.get(field)
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "read otherwise without the profile, and not said (mend crates/revdb-formats/src/roles, or the sample):\n{}",
        wrong.join("\n")
    );
    // Most of them are read, or the test would prove little.
    assert!(read > refused, "{read} read, {refused} refused");
}

/// A file mapped once is read in the same way with the saved profile.
#[test]
fn a_saved_profile_reads_the_same() {
    let sheet = "Vad;Mitt tal;Sett;Tankar\nSalthamnen;4;2019-03-14;Långsam\nNio floder;0;2020-11-02;\nRegn;2;2020-11-03;\n";
    let lines = "{\"what\":{\"called\":\"Tide\"},\"mine\":4}\n{\"what\":{\"called\":\"Rain\"},\"mine\":2}\n";
    let own = "Title,Author,My rating (1-10),Date read\nThe Salt Ledger,Mara Quill,8,2019-03-14\nNine,Bo Ash,0,2020-01-02\n";
    for (name, text, map) in [
        ("sheet.csv", sheet, &["title=Vad", "score=Mitt tal"][..]),
        ("lines.jsonl", lines, &["title=what.called", "score=mine"][..]),
        ("own.csv", own, &[][..]),
    ] {
        let scratch = Scratch::new();
        let path = scratch.dump(name, text.as_bytes());
        let saved = scratch.folder.path().join("mine.toml");
        let mut said: Vec<String> = vec!["--scale".into(), "10".into()];
        said.extend(map.iter().flat_map(|pair| ["--map".to_owned(), (*pair).to_owned()]));
        let run = |args: &[String]| {
            let output = Command::new(env!("CARGO_BIN_EXE_revdb")).args(args).output();
            let output = output.expect("revdb runs");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{args:?}: {told}");
        };
        let word = |path: &Path| path.display().to_string();
        let mut save = vec!["formats".into(), "--explain".into(), word(&path)];
        save.extend(["--save-profile".into(), word(&saved)]);
        run(&[save, said.clone()].concat());
        let by_flags = vec!["import".into(), word(&path), "--db".into(), word(&scratch.archive())];
        run(&[by_flags, said].concat());
        let again = Scratch::new();
        let mut by_profile = vec!["import".into(), word(&path), "--profile".into(), word(&saved)];
        by_profile.extend(["--db".into(), word(&again.archive())]);
        run(&by_profile);
        assert_eq!(again.content(), scratch.content(), "{name}");
        assert!(!again.content().is_empty(), "{name}");
    }
}
