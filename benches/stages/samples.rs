//! Generated dumps in memory, and archives made from them, for the benches.
//!
//! Panics if the setup fails, since there is nothing to measure then.

use std::path::{Path, PathBuf};

use revdb_formats::container::Dump;
use revdb_formats::detect::{self, DumpText};
use revdb_formats::format::{Format, Note, ReadOptions, Sink, Stop};
use revdb_formats::normalise::{self, Context};
use revdb_formats::record::{Item, Position, RawReview};
use revdb_model::Review;
use revdb_query::report::Catalogue;
use revdb_store::{Archive, DumpMeta, ImportMeta};
use rusqlite::{Connection, Statement};

use super::generated::{self, Shape};

pub const ALL_SIZES: [u64; 2] = [10_000, 50_000];

/// Enough saved pages for some 2.5 MB.
const PAGES: u32 = 20;

/// A dump in memory and its format.
pub struct Sample {
    dump: Dump,
    format: &'static dyn Format,
    pub bytes: usize,
    pub options: ReadOptions,
}

impl Sample {
    pub fn csv(reviews: u64) -> Self {
        Self::made(reviews, Shape::Csv, "critic_reviews.csv")
    }

    pub fn jsonl(reviews: u64) -> Self {
        Self::made(reviews, Shape::Jsonl, "reviews.jsonl")
    }

    /// The films of the CSV's reviews.
    pub fn works() -> Self {
        let mut bytes = Vec::new();
        generated::write_movies(&mut bytes).expect("memory can be written to");
        Self::of("movies.csv", &bytes)
    }

    pub fn page(page: String) -> Self {
        Self::of("page.html", page.as_bytes())
    }

    fn made(reviews: u64, shape: Shape, name: &str) -> Self {
        let (dump, numbers) = (generated::Dump::new(1), generated::order(0, reviews, None));
        let mut bytes = Vec::new();
        generated::write_reviews(&dump, &numbers, shape, true, &mut bytes)
            .expect("memory can be written to");
        Self::of(name, &bytes)
    }

    fn of(name: &str, bytes: &[u8]) -> Self {
        let dump = Dump::of_bytes(name, bytes).expect("bytes in memory are a dump");
        let formats = detect::formats().expect("every profile parses");
        let head = detect::look(&dump, &ReadOptions::default())
            .expect("it can be read")
            .expect("it is text");
        let format = match detect::choose(&head.probe(), &formats) {
            Ok(format) => format,
            Err(_) => panic!("no format claims the made dump {name}"),
        };
        Sample { dump, format, bytes: bytes.len(), options: ReadOptions::default() }
    }

    pub fn parse(&self, each: &mut dyn FnMut(Item)) {
        let mut text = DumpText::new(&self.dump);
        self.format
            .read(&mut text, &self.options, &mut Taker(each))
            .expect("the made dump can be read");
    }

    pub fn raw(&self) -> Vec<RawReview> {
        let mut raw = Vec::new();
        self.parse(&mut |item| {
            if let Item::Review(review) = item {
                raw.push(*review);
            }
        });
        raw
    }

    pub fn normalised(&self) -> Vec<Review> {
        let context = Context { options: &self.options, file_stem: "reviews" };
        let reviews = self.raw().into_iter();
        // One in ten thousand is meant to be rejected.
        reviews.filter_map(|raw| Some(normalise::review(raw, context).ok()?.review)).collect()
    }
}

struct Taker<'a>(&'a mut dyn FnMut(Item));

impl Sink for Taker<'_> {
    fn item(&mut self, _: Position, _: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        (self.0)(item);
        Ok(())
    }

    fn note(&mut self, _: Note) -> Result<(), Stop> {
        Ok(())
    }
}

pub fn pages() -> Vec<String> {
    let dump = generated::Dump::new(1);
    let page = |page: u32| {
        let mut bytes = Vec::new();
        let numbers = generated::order(u64::from(page) * 100, 100, None);
        generated::write_page(&dump, page, &numbers, &mut bytes).expect("memory can be written to");
        String::from_utf8(bytes).expect("pages are UTF-8")
    };
    (0..PAGES).map(page).collect()
}

/// An empty archive on disk, deleted with the folder.
pub fn fresh() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let archive = Archive::open_or_create(&folder.path().join("reviews.db")).expect("it is made");
    (folder, archive)
}

pub fn store(mut archive: Archive, reviews: &[Review]) {
    let started_at = "2026-01-01T00:00:00Z".to_owned();
    let mut importing = archive.import(ImportMeta { command: "bench".to_owned(), started_at });
    let meta = DumpMeta {
        size: 0,
        format: "rotten-tomatoes-2024".to_owned(),
        options: "{}".to_owned(),
        path: "critic_reviews.csv".to_owned(),
        account: None,
        standing: false,
    };
    importing.begin_dump(&meta).expect("the dump begins");
    for (record, review) in (1..).zip(reviews) {
        importing.review(record, record + 1, review.clone()).expect("the review is stored");
    }
    importing.end_dump(&[0; 32], None, "UTF-8").expect("the dump ends");
    importing.finish("2026-01-01T00:01:00Z").expect("it is durable");
}

/// An archive with this many generated reviews.
pub fn archive(reviews: u64) -> (tempfile::TempDir, PathBuf) {
    let (folder, archive) = fresh();
    let path = archive.path().to_owned();
    store(archive, &Sample::csv(reviews).normalised());
    (folder, path)
}

/// A critic with an average number of reviews.
pub fn one_critic(path: &Path) -> String {
    one(
        path,
        "SELECT name FROM critic JOIN review ON critic_id = critic.id GROUP BY critic_id
        ORDER BY abs(count(*) - 20), name LIMIT 1",
    )
}

pub fn commonest_word(path: &Path) -> String {
    one(path, "SELECT term FROM temp.word ORDER BY doc DESC LIMIT 1")
}

fn one(path: &Path, select: &str) -> String {
    let conn = Connection::open(path).expect("the archive opens");
    conn.execute("CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, review_fts, row)", [])
        .expect("the index has a vocabulary");
    conn.query_row(select, [], |row| row.get(0)).expect("there is one")
}

pub fn step(statement: rusqlite::Result<Statement<'_>>) -> usize {
    let mut statement = statement.expect("it is prepared");
    step_bound(&mut statement)
}

/// Steps to the end without binding again; returns the number of rows.
pub fn step_bound(statement: &mut Statement<'_>) -> usize {
    let (mut rows, mut count) = (statement.raw_query(), 0);
    while rows.next().expect("it runs").is_some() {
        count += 1;
    }
    count
}

pub fn reports() -> Vec<String> {
    Catalogue::built_in().names().map(str::to_owned).collect()
}
