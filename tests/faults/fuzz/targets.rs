//! The fuzz targets: one test per parser.

use std::io::Read;

use revdb_formats::container::{self, Dump, Limits};
use revdb_formats::decode::{Decoded, declared_by_page};
use revdb_formats::detect::{self, DumpText};
use revdb_formats::explain;
use revdb_formats::format::{Format, Note, ReadOptions, Sink, Stop};
use revdb_formats::letterboxd;
use revdb_formats::normalise::{self, Context};
use revdb_formats::profile::{Profile, Shape, built_in};
use revdb_formats::record::{Item, Position};
use revdb_model::{DateOrder, Scale, byline, date, name, score, text};
use revdb_query::report::Report;
use revdb_query::words::Words;

use super::{fuzz, seeds};
use crate::scratch;

/// Normalises what it receives, as an import does, and requests the raw text.
struct Reads<'a>(Context<'a>);

impl Sink for Reads<'_> {
    fn item(&mut self, _: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        match item {
            Item::Review(review) => {
                if let Ok(found) = normalise::review(*review, self.0) {
                    let score = found.review.score;
                    assert!(score.is_none_or(|score| (0.0..=100.0).contains(&score)), "{score:?}");
                }
            }
            Item::Work(work) => drop(normalise::work(work, self.0)),
            Item::Claim(claim) => drop(normalise::claim(claim, self.0)),
            Item::Rejected(_) => drop(raw()),
            Item::LeftAlone(_) => {}
        }
        Ok(())
    }

    fn note(&mut self, _: Note) -> Result<(), Stop> {
        Ok(())
    }
}

fn read(format: &dyn Format, dump: &Dump) {
    let options = ReadOptions::default();
    let mut sink = Reads(Context { options: &options, file_stem: "stem" });
    let mut text = DumpText::new(dump);
    // An error is a valid result.
    drop(format.read(&mut text, &options, &mut sink));
}

/// Fuzzes `formats` with inputs, of any detected format.
fn fuzz_formats(what: &str, folders: &[&str], formats: &[&dyn Format]) {
    assert!(!formats.is_empty());
    fuzz(what, &seeds(folders), |name, bytes, dice| {
        let dump = Dump::of_bytes(name, bytes).expect("a dump");
        read(formats[dice.roll(formats.len())], &dump);
    });
}

fn named(name: &str) -> &'static dyn Format {
    let formats = detect::formats().expect("the formats");
    formats.into_iter().find(|format| format.name() == name).expect("a format")
}

fn profiles(shape: Shape) -> Vec<&'static dyn Format> {
    let profiles = built_in().expect("the profiles").iter();
    profiles
        .filter(|profile| profile.shape == shape)
        .map(|profile| profile as &dyn Format)
        .collect()
}

#[test]
fn metacritic_text() {
    let folders = ["samples/metacritic-text", "tests/corpus", "tests/fixtures/page-texts"];
    fuzz_formats("metacritic-text", &folders, &[named("metacritic-text")]);
}

#[test]
fn metacritic_html() {
    let folders = ["samples/metacritic-html", "samples/schema-org-html"];
    fuzz_formats("metacritic-html", &folders, &[named("metacritic-html")]);
}

#[test]
fn schema_org() {
    let folders = ["samples/schema-org-html", "samples/schema-org-json", "samples/metacritic-html"];
    fuzz_formats("schema-org-html", &folders, &[named("schema-org-html")]);
}

#[test]
fn html_table() {
    let folders = ["samples/html-table", "samples/schema-org-html"];
    fuzz_formats("html-table", &folders, &[named("html-table")]);
}

#[test]
fn columns() {
    let mut formats = profiles(Shape::Columns);
    formats.push(named(revdb_formats::COLUMNS));
    fuzz_formats("columns", &["samples", "tests/corpus"], &formats);
}

#[test]
fn json() {
    let mut formats = profiles(Shape::Json);
    formats.extend(["schema-org-json", revdb_formats::JSON].map(named));
    fuzz_formats("json", &["samples", "tests/corpus"], &formats);
}

#[test]
fn key_value() {
    let folders = ["samples/key-value", "samples/notes", "tests/corpus"];
    fuzz_formats("key-value", &folders, &[named("key-value")]);
}

#[test]
fn sql() {
    fuzz_formats("sql", &["samples/sql"], &[named("sql")]);
}

#[test]
fn xml() {
    let mut xmls = profiles(Shape::Xml);
    xmls.push(named(revdb_formats::XML));
    let samples: Vec<String> =
        xmls.iter().map(|profile| format!("samples/{}", profile.name())).collect();
    let folders: Vec<&str> = samples.iter().map(String::as_str).collect();
    fuzz_formats("xml", &folders, &xmls);
}

/// The text engine with every text profile; the time limit checks that patterns match in linear
/// time.
#[test]
fn text_profiles() {
    let texts = profiles(Shape::Text);
    let samples: Vec<String> =
        texts.iter().map(|profile| format!("samples/{}", profile.name())).collect();
    let mut folders: Vec<&str> = samples.iter().map(String::as_str).collect();
    folders.extend(["tests/fixtures/page-texts", "tests/corpus"]);
    fuzz_formats("text profiles", &folders, &texts);
}

#[test]
fn choice_of_format() {
    let formats = detect::formats().expect("the formats");
    fuzz("choice-of-format", &seeds(&["samples", "tests/corpus"]), |name, bytes, _| {
        let dump = Dump::of_bytes(name, bytes).expect("a dump");
        if let Ok(head) = detect::look(&dump, &ReadOptions::default()).expect("bytes in memory")
            && let Ok(format) = detect::choose(&head.probe(), &formats)
        {
            read(format, &dump);
        }
        drop(explain::explain(&dump, &formats, false, &ReadOptions::default()));
    });
}

#[test]
fn letterboxd_tables() {
    let table = |name: &str| {
        let path = format!("{}/samples/letterboxd-{name}/dump.csv", env!("CARGO_MANIFEST_DIR"));
        (format!("x/{name}.csv"), std::fs::read(path).expect("a sample"))
    };
    let seeds = ["reviews", "diary", "ratings"].map(table);
    let mut united = 0;
    fuzz("letterboxd", &seeds, |name, bytes, _| {
        // One table is damaged, the other two are not.
        let found = seeds.iter().map(|(path, whole)| {
            let bytes = if path == name { bytes } else { whole.as_slice() };
            container::Found::Dump(Dump::of_bytes(path, bytes).expect("a dump"))
        });
        for unit in letterboxd::unite(found.collect::<Vec<_>>().into_iter()) {
            if let letterboxd::Unit::Letterboxd(tables) = unit
                && let Ok(formats) = letterboxd::formats(&tables)
            {
                united += 1;
                tables.iter().zip(&formats).for_each(|(table, format)| read(format, table));
            }
        }
    });
    assert!(united > 0);
}

#[test]
fn encodings() {
    let mut seeds = seeds(&["samples/columns", "samples/html-table", "tests/corpus"]);
    for i in 0..seeds.len() {
        let (name, bytes) = seeds[i].clone();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let marked = [0xfeff].into_iter().chain(text.encode_utf16());
        seeds.push((name.clone(), marked.clone().flat_map(u16::to_le_bytes).collect()));
        seeds.push((name.clone(), text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        let page = b"<meta charset=shift_jis>".iter().copied().chain(bytes).collect();
        seeds.push((name, page));
    }
    fuzz("encodings", &seeds, |_, bytes, dice| {
        let whole = decoded(bytes, usize::MAX);
        // The text is independent of how the bytes are split.
        assert_eq!(whole, decoded(bytes, dice.roll(70) + 1));
    });
}

/// The text, read `step` bytes at a time.
fn decoded(bytes: &[u8], step: usize) -> String {
    struct InSteps<'a>(&'a [u8], usize);
    impl Read for InSteps<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let some = to.len().min(self.1);
            self.0.read(&mut to[..some])
        }
    }
    let mut out = String::new();
    let mut reader = Decoded::new(InSteps(bytes, step), declared_by_page(bytes));
    reader.read_to_string(&mut out).expect("UTF-8, and bytes in memory");
    out
}

#[test]
fn dates_scores_and_names() {
    let cells = [
        "July 1, 2012",
        "1 juillet 2012",
        "2012-07-01T23:59:60Z",
        "2012年7月1日",
        "vor 3 Tagen",
        "03/04/12",
        "4/5",
        "3.5 out of 4",
        "★★★½",
        "B+",
        "7,5",
        "85%",
        "two thumbs up",
        "1e400",
        "٣/٥",
        "-0",
        "By Ann Lee | The Post",
        "ANN LEE, staff",
        "Ødegård, Åse",
        "Review by @ann",
        "&quot;Ann&quot; &#65;",
        "Heat (1995)",
        "Dune: Part Two",
        "Film\u{202e}moc",
        "a\u{0301}\u{0301}\u{0301}",
        "Read full review",
        "\u{1f600}",
    ];
    let seeds: Vec<_> =
        cells.iter().map(|cell| ("cell".to_owned(), cell.as_bytes().to_vec())).collect();
    let orders =
        [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst), Some(DateOrder::YearFirst)];
    fuzz("dates-scores-names", &seeds, |_, bytes, dice| {
        let cell = String::from_utf8_lossy(bytes);
        for order in orders {
            if let Ok(found) = date::parse(&cell, order) {
                assert_eq!(
                    date::PartialDate::from_iso(&found.to_string()),
                    Some(found),
                    "{cell:?}"
                );
            }
        }
        let mut column = date::ColumnOrder::default();
        column.add(&cell);
        let _: Option<DateOrder> = column.order();
        for scale in
            [None, Some(Scale::out_of(5.0)), Some(Scale { worst: 1.0, best: dice.roll(20) as f64 })]
        {
            let score = score::parse(&cell, scale);
            assert!(
                score.is_none_or(|score| (0.0..=100.0).contains(&score)),
                "{cell:?}: {score:?}"
            );
        }
        byline::names_somebody(&byline::clean(&cell));
        let line = text::clean_line(&cell);
        assert!(!line.contains('\n'), "{cell:?}");
        drop((name::fold(&line), text::clean_quote(&cell), normalise::title_of_file(&cell)));
    });
}

#[test]
fn containers() {
    use std::io::Write;
    let folder = scratch();
    let plain = crate::table(20, 1);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(plain.as_bytes()).expect("bytes");
    let gz = gz.finish().expect("a member");
    let zst = zstd::encode_all(plain.as_bytes(), 3).expect("zstd");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [("a.csv", plain.as_bytes()), ("b/c.csv.gz", &gz), ("d.zst", &zst)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes).expect("bytes");
    }
    let zip = zip.finish().expect("an archive").into_inner();
    // Two members with one name, and a duplicate directory entry.
    let mut doubled = zip.clone();
    while let Some(at) = doubled.windows(5).position(|name| name == b"d.zst") {
        doubled.splice(at..at + 5, *b"a.csv");
    }
    let entry = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").expect("a directory");
    let end = zip.windows(4).position(|bytes| bytes == b"PK\x05\x06").expect("its end");
    let overlapping = [&zip[..end], &zip[entry..]].concat();
    let zips = [("x.zip", zip), ("d.zip", doubled), ("o.zip", overlapping)];
    let seeds: Vec<_> = [("x.csv.gz", gz), ("x.csv.zst", zst)]
        .into_iter()
        .chain(zips)
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect();
    let limits = Limits { total: 32 << 20, ..Limits::default() };
    fuzz("containers", &seeds, |name, bytes, _| {
        let path = crate::write(folder.path(), name, bytes);
        if let Ok(walk) = container::find(&[path], limits) {
            for found in walk.take(200) {
                drop(found);
            }
        }
    });
}

#[test]
fn search_words() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let file = crate::write(folder.path(), "a.csv", crate::table(5, 1));
    assert_eq!(crate::import(&path, &file).0, 0);
    let archive = revdb_store::Archive::open(&path).expect("the archive");
    let words = [
        "slow \"warm and\" sure",
        "AND OR NOT NEAR( * ^ : { }",
        "it's 100% _like_",
        "映画 とても よい",
        "\"open",
        "a-b +c",
    ];
    let seeds: Vec<_> =
        words.iter().map(|text| ((*text).to_owned(), text.as_bytes().to_vec())).collect();
    let mut statement = archive
        .connection()
        .prepare("SELECT count(*) FROM review_fts WHERE review_fts MATCH ?1")
        .expect("a query");
    fuzz("search words", &seeds, |_, bytes, _| {
        let typed = String::from_utf8_lossy(bytes);
        if let Ok(words) = Words::plain(&typed) {
            if let Some(fts) = &words.fts {
                let found: Result<i64, _> = statement.query_row([fts], |row| row.get(0));
                assert!(found.is_ok(), "{typed:?} became {fts:?}: {found:?}");
            }
            assert!(words.patterns().count() == words.parts.len());
        }
        drop(Words::raw(&typed));
    });
}

#[test]
fn report_headers() {
    let seeds = seeds(&["sql/reports"]);
    fuzz("report headers", &seeds, |name, bytes, _| {
        let text = String::from_utf8_lossy(bytes);
        drop(Report::parse("fuzz", name, &text));
    });
}

#[test]
fn profiles_of_ones_own() {
    fuzz(
        "profiles",
        &seeds(&["crates/revdb-formats/src/profiles", "samples/columns"]),
        |name, bytes, dice| {
            let text = String::from_utf8_lossy(bytes);
            let Ok(profile) = Profile::parse(name, &text) else { return };
            let rows = crate::table(5, dice.roll(9));
            let dump = Dump::of_bytes("a.csv", rows.as_bytes()).expect("a dump");
            read(&profile, &dump);
            let dump = Dump::of_bytes("a.json", b"[{\"a\": {\"b\": [1]}, \"title\": \"Rain\"}]")
                .expect("a dump");
            read(&profile, &dump);
            let dump = Dump::of_bytes(
                "a.txt",
                b"Rain (1999)\n7/10\nWet\nann 3 May 2006\nIt rains.\nMore\n",
            )
            .expect("a dump");
            read(&profile, &dump);
        },
    );
}
