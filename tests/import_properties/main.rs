//! Properties of the whole pipeline, from files to archive: splitting, pasting or encoding a dump
//! differently, or the order of files, changes nothing.

#[path = "../common/mod.rs"]
mod common;
mod exports;
mod prefetch;

use std::path::{Path, PathBuf};

use common::shared::shared;
use common::{Scratch, sample};
use proptest::prelude::*;
use revdb_formats::format::ReadOptions;
use revdb_model::Scale;

/// Rows of a small world: they may complement each other, but no two contradict each other (then
/// the newer one counts, and order matters).
fn any_row() -> impl Strategy<Value = [String; 6]> {
    (0..3usize, 0..3usize, 0..4usize, any::<[bool; 3]>()).prop_map(
        |(work, critic, quote, [outlet, score, date])| {
            let work_title =
                ["The Paper Lighthouse", "Nine Quiet Rivers", "Salt, and \"Sand\""][work];
            let byline = ["Ann Ferris", "Tomas Kell", "Ines Moor"][critic];
            let words =
                ["Slow,\nwarm.", "It asks; it repays.", "\"No doors,\" it said.", "Plain"][quote];
            let said = |is_said: bool, text: String| if is_said { text } else { String::new() };
            [
                work_title.to_owned(),
                byline.to_owned(),
                said(
                    outlet,
                    ["The Harbour Courant", "Northern Screen"][(work + quote) % 2].to_owned(),
                ),
                said(score, format!("{}/10", 1 + (work + 3 * critic + quote) % 10)),
                said(date, format!("2019-0{}-1{}", 1 + work, 1 + quote)),
                words.to_owned(),
            ]
        },
    )
}

fn csv_of(rows: &[[String; 6]]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["work", "critic", "outlet", "rating", "date", "review"]).expect("a header");
    for row in rows {
        out.write_record(row).expect("a row");
    }
    out.into_inner().expect("all rows")
}

fn cases() -> u32 {
    if std::env::var_os("REVDB_LONG_TESTS").is_some() { 500 } else { 20 }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn any_split_in_any_order_gives_the_same_content(
        rows in proptest::collection::vec((any_row(), 0..4usize), 1..25),
        turn in 0..4usize,
    ) {
        let (whole, split) = (Scratch::new(), Scratch::new());
        let all: Vec<_> = rows.iter().map(|(row, _)| row.clone()).collect();
        let path = whole.dump("all.csv", &csv_of(&all));
        whole.import(&[&path], ReadOptions::default());
        for part in 0..4 {
            let part = (part + turn) % 4;
            let some: Vec<_> =
                rows.iter().filter(|(_, of)| *of == part).map(|(row, _)| row.clone()).collect();
            if !some.is_empty() {
                let path = split.dump(&format!("{part}.csv"), &csv_of(&some));
                split.import(&[&path], ReadOptions::default());
            }
        }
        prop_assert_eq!(split.content(), whole.content());
    }
}

#[test]
fn unused_columns_are_reported_once_per_shape() {
    let scratch = Scratch::new();
    let table = |name: &str, work: &str| {
        let rows = format!("work,critic,mood,review,shelf\n{work},Ann Ferris,calm,Plain.,3\n");
        scratch.dump(name, rows.as_bytes())
    };
    let (a, b) = (table("a.csv", "Salt"), table("b.csv", "The Paper Lighthouse"));
    let report = scratch.import(&[&a, &b], ReadOptions::default());
    let named: Vec<_> =
        report.sources.iter().map(|source| source.unused_columns.join(",")).collect();
    assert_eq!(named, ["mood,shelf", ""]);
}

fn titled(title: &str) -> ReadOptions {
    ReadOptions { title: Some(title.to_owned()), ..ReadOptions::default() }
}

/// The page as other converters, clipboards and systems would give it.
fn pasted_otherwise(page: &str) -> Vec<(&'static str, Vec<u8>)> {
    let per_line = |change: &dyn Fn(&str) -> String| {
        page.lines().map(|line| change(line) + "\n").collect::<String>().into_bytes()
    };
    let unnumbered = |line: &str| {
        let text = line.trim_start();
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
        match digits.strip_prefix(". ") {
            Some(rest) if digits.len() < text.len() => rest.trim_start().to_owned(),
            _ => line.to_owned(),
        }
    };
    let (windows_1252, _, lossy) = encoding_rs::WINDOWS_1252.encode(page);
    assert!(!lossy, "the sample can be written in Windows-1252");
    vec![
        ("crlf", page.replace('\n', "\r\n").into_bytes()),
        ("tabs", per_line(&|line| format!("\t{}", line.trim_start()))),
        ("quoted in a mail", per_line(&|line| format!("> {line}").trim_end().to_owned())),
        ("no numbers", per_line(&unnumbered)),
        ("no non-breaking spaces", page.replace('\u{a0}', " ").into_bytes()),
        ("Windows-1252", windows_1252.into_owned()),
        (
            "UTF-16 without a byte order mark",
            page.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("with a byte order mark", [b"\xef\xbb\xbf", page.as_bytes()].concat()),
    ]
}

#[test]
fn a_differently_pasted_page_adds_nothing() {
    let original =
        std::fs::read_to_string(sample("metacritic-text/film-page.txt")).expect("the sample");
    let original = original.replace("\r\n", "\n");
    for (how, bytes) in pasted_otherwise(&original) {
        let scratch = Scratch::new();
        let first = scratch.dump("page.txt", original.as_bytes());
        let before = scratch.import(&[&first], titled("Film"));
        assert!(before.total.new > 0);
        let second = scratch.dump("other.txt", &bytes);
        let report = scratch.import(&[&second], titled("Film"));
        assert_eq!(
            (report.total.new, report.total.same, report.total.rejected),
            (0, before.total.new, 0),
            "{how}: {report:?}"
        );
    }
}

#[test]
fn a_page_and_a_table_of_the_same_reviews_are_filled_in_not_doubled() {
    let scratch = Scratch::new();
    let page = sample("metacritic-text/film-page.txt");
    scratch.import(&[&page], titled("Film"));
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["work", "critic", "outlet", "score", "date", "review"]).expect("a header");
    let rows = scratch.rows(
        "SELECT work, coalesce(byline, '') AS critic, score_text, coalesce(date, '') AS date, quote
         FROM reviews WHERE audience = 'critic' ORDER BY id",
    );
    for row in &rows {
        let row: serde_json::Value = serde_json::from_str(row).expect("a line of JSON");
        let text = |name: &str| row[name].as_str().unwrap_or("").to_owned();
        table
            .write_record([
                text("work"),
                text("critic"),
                "The Harbour Courant".to_owned(),
                text("score_text"),
                text("date"),
                text("quote"),
            ])
            .expect("a row");
    }
    let path = scratch.dump("table.csv", &table.into_inner().expect("all rows"));
    let options = ReadOptions { scale: Some(Scale::out_of(100.0)), ..ReadOptions::default() };
    let report = scratch.import(&[&path], options);
    let filled = u64::try_from(rows.len()).expect("few rows");
    assert_eq!(
        (report.total.new, report.total.filled_in, report.total.changed),
        (0, filled, 0),
        "{report:?}"
    );
}

/// Both orders of a table and its companion; they must give the same content.
fn both_orders(reviews: &Path, works: &Path) {
    let orders: [[&Path; 2]; 2] = [[reviews, works], [works, reviews]];
    let contents = orders.map(|order| {
        let scratch = Scratch::new();
        for path in order {
            scratch.import(&[path], ReadOptions::default());
        }
        scratch.content()
    });
    assert_eq!(contents[0], contents[1], "{} and {}", reviews.display(), works.display());
    assert!(!contents[0].is_empty());
}

#[test]
fn a_companion_may_come_first_or_last() {
    for (reviews, works) in [
        ("rotten-tomatoes-2024/dump.csv", "rotten-tomatoes-2024-movies/dump.csv"),
        ("rotten-tomatoes-audience/dump.csv", "rotten-tomatoes-2024-movies/dump.csv"),
        ("rotten-tomatoes-kaggle-2020/dump.csv", "rotten-tomatoes-kaggle-2020-movies/dump.csv"),
        ("rotten-tomatoes-kaggle-2023/dump.csv", "rotten-tomatoes-kaggle-2023-movies/dump.csv"),
        ("amazon-2018/dump.jsonl", "amazon-2018-products/dump.jsonl"),
        ("amazon-2023/dump.jsonl", "amazon-2023-products/dump.jsonl"),
        ("yelp/review.json", "yelp-businesses/business.json"),
    ] {
        let scratch = Scratch::new();
        scratch.import(&[&sample(reviews), &sample(works)], ReadOptions::default());
        let titled = scratch.rows(
            "SELECT count(*) AS n FROM reviews WHERE work LIKE '%a%' AND work NOT LIKE '%invent%'",
        );
        assert!(titled.iter().all(|row| row != "{\"n\":0}"), "{reviews}: {titled:?}");
        both_orders(&sample(reviews), &sample(works));
    }
}

#[test]
fn the_real_companion_may_come_first_or_last() {
    let folder: Option<PathBuf> = shared("dumps/rotten-tomatoes/scrape-2024");
    let Some(folder) = folder else { return };
    both_orders(&folder.join("critic_reviews.csv"), &folder.join("movies.csv"));
}

#[test]
fn a_packed_dump_is_the_same_dump() {
    let plain = Scratch::new();
    let bytes = std::fs::read(sample("goodreads/dump.csv")).expect("the sample");
    let path = plain.dump("export.csv", &bytes);
    plain.import(&[&path], ReadOptions::default());

    let gz = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut out, &bytes).expect("packed");
        out.finish().expect("packed")
    };
    let zst = zstd::encode_all(bytes.as_slice(), 1).expect("packed");
    let zip = {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        out.start_file("deep/export.csv.gz", zip::write::SimpleFileOptions::default())
            .expect("a member");
        std::io::Write::write_all(&mut out, &gz).expect("packed");
        out.finish().expect("packed").into_inner()
    };
    let packed = Scratch::new();
    let folder = packed.folder.path().join("folder");
    std::fs::create_dir(&folder).expect("a folder");
    for (name, bytes) in [("a.csv.gz", gz), ("b.csv.zst", zst), ("c.zip", zip)] {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
    let report = packed.import(&[&folder], ReadOptions::default());
    let again = report.sources.iter().filter(|source| source.again).count();
    assert_eq!((report.sources.len(), again), (3, 2), "{report:?}");
    assert_eq!(packed.content(), plain.content());
}
