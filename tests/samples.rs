//! Every sample through the real pipeline, compared with the expected result.
//!
//! `samples/<format>/<sample>` has `<sample>.expected.jsonl` next to it: the rows of the public
//! view in the dump's order, then works that only a companion describes, claims, rejections, and
//! the number of skipped records. `REVDB_BLESS=1` writes the expected files,
//! `REVDB_BLESS=letterboxd` those of formats with that in their name; read them before committing.

mod common;

use std::path::{Path, PathBuf};

use common::{Scratch, sample};
use revdb_formats::detect;
use revdb_formats::format::ReadOptions;

fn samples_of(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.jsonl"))
        .collect();
    found.sort();
    found
}

/// The result of one sample, as lines.
fn become_of(path: &Path, format: &str) -> String {
    let scratch = Scratch::new();
    let report = scratch.import(&[path], ReadOptions::default());
    let read_as: Vec<&str> = report.sources.iter().map(|source| source.format.as_str()).collect();
    assert_eq!(
        read_as,
        [format],
        "{}: {:?} {:?}",
        path.display(),
        report.refused,
        report.left_alone
    );
    let mut lines = scratch.rows(
        "SELECT r.audience, r.critic, r.byline, r.publication, r.date, r.score, r.score_text, r.quote, r.url,
                r.work, r.kind, r.year
         FROM reviews AS r JOIN (SELECT review_id, min(record) AS record FROM sighting GROUP BY review_id) AS s
           ON s.review_id = r.id
         ORDER BY s.record",
    );
    lines.extend(
        scratch.rows(
            "SELECT id AS review, verdict FROM reviews WHERE verdict IS NOT NULL ORDER BY id",
        ),
    );
    lines.extend(
        scratch.rows("SELECT id AS review, tags FROM reviews WHERE tags IS NOT NULL ORDER BY id"),
    );
    lines.extend(scratch.rows(
        "SELECT w.title AS work, p.property, group_concat(p.value, '; ' ORDER BY p.value) AS names
         FROM work_property AS p JOIN work AS w ON w.id = p.work_id
         GROUP BY w.id, p.property ORDER BY w.id, p.property",
    ));
    lines.extend(scratch.rows(
        "SELECT w.title AS described, w.kind, w.year, group_concat(i.name || ' ' || e.ext_id) AS ids
         FROM work AS w JOIN work_mention AS m ON m.work_id = w.id
         LEFT JOIN external_id AS e ON e.dump_id = m.dump_id AND e.number = m.number
         LEFT JOIN site AS i ON i.id = e.site_id
         WHERE NOT EXISTS (SELECT 1 FROM review WHERE work_id = w.id)
         GROUP BY w.id ORDER BY w.id",
    ));
    lines.extend(
        scratch.rows("SELECT kind AS claim, audience, value, out_of FROM claim ORDER BY number"),
    );
    lines.extend(scratch.rows("SELECT reason AS rejected, line FROM rejection ORDER BY number"));
    lines.extend(scratch.rows("SELECT left_alone FROM source WHERE left_alone > 0"));
    // The first line is not JSON, so that importing the samples skips these files.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let first = format!("# what {name} becomes (tests/samples.rs)");
    std::iter::once(first).chain(lines).map(|line| line + "\n").collect()
}

/// Whether the samples of this folder are asked for: while one format grows, the others can wait.
fn is_asked(folder: &str, blessed: Option<&str>) -> bool {
    blessed.is_none_or(|part| part == "1" || folder.contains(part))
}

#[test]
fn a_part_of_the_name_asks_for_some_samples() {
    let asked = |blessed| {
        let folders = ["letterboxd-diary", "letterboxd-reviews", "steam"];
        folders.iter().filter(|folder| is_asked(folder, blessed)).count()
    };
    assert_eq!([None, Some("1"), Some("letterboxd"), Some("steam")].map(asked), [3, 3, 2, 1]);
}

#[test]
fn samples_give_their_expected_files() {
    let blessed = std::env::var("REVDB_BLESS").ok();
    let (mut strays, mut read) = (Vec::new(), 0);
    for folder in std::fs::read_dir(sample("")).expect("the samples") {
        let folder = folder.expect("an entry").path();
        let format =
            folder.file_name().and_then(|name| name.to_str()).expect("a folder's name").to_owned();
        if !is_asked(&format, blessed.as_deref()) {
            continue;
        }
        read += 1;
        for path in samples_of(&folder) {
            let found = become_of(&path, &format);
            let beside = path.with_extension("expected.jsonl");
            if blessed.is_some() {
                std::fs::write(&beside, &found).expect("a golden file is written");
            }
            let wanted = std::fs::read_to_string(&beside).map(|text| text.replace("\r\n", "\n"));
            match wanted {
                Ok(wanted) if wanted == found => {}
                Ok(wanted) => {
                    strays.push(format!("{}:\n{found}instead of\n{wanted}", path.display()))
                }
                Err(_) => strays.push(format!("{}: REVDB_BLESS=1 writes it", beside.display())),
            }
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
    assert!(read > 0, "no format has {blessed:?} in its name");
}

/// A format without a sample is incomplete.
#[test]
fn every_format_has_a_sample() {
    for format in detect::formats().expect("every profile parses") {
        let folder = sample(format.name());
        assert!(
            folder.is_dir() && !samples_of(&folder).is_empty(),
            "no sample of {}",
            format.name()
        );
    }
}
