//! Benchmarks of each stage of an import and of a query, with generated reviews in memory: `cargo
//! bench --bench stages [NAME]`.
//!
//! `compare.py` measures whole commands against other tools.

mod generated;
#[path = "stages/samples.rs"]
mod samples;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use revdb_formats::formats::Tree;
use revdb_formats::normalise::{self, Context};
use revdb_model::identity::{self, KeyParts};
use revdb_model::name;
use revdb_model::score::compare::Judgement;
use revdb_query::listing::{self, Columns, Sort};
use revdb_query::report::Catalogue;
use revdb_query::{Filter, NameFilter, Named, Scope, Words, search};
use revdb_store::Archive;
use rusqlite::Connection;

use samples::{ALL_SIZES, Sample, pages, step};

fn main() {
    divan::main();
}

#[divan::bench(args = ALL_SIZES, sample_count = 10)]
fn parse_csv(bencher: Bencher, reviews: u64) {
    let sample = Sample::csv(reviews);
    let counter = BytesCount::new(sample.bytes);
    bencher.counter(counter).bench_local(|| sample.parse(&mut |item| drop(black_box(item))));
}

#[divan::bench(args = ALL_SIZES, sample_count = 10)]
fn parse_jsonl(bencher: Bencher, reviews: u64) {
    let sample = Sample::jsonl(reviews);
    let counter = BytesCount::new(sample.bytes);
    bencher.counter(counter).bench_local(|| sample.parse(&mut |item| drop(black_box(item))));
}

#[divan::bench(sample_count = 10)]
fn parse_works(bencher: Bencher) {
    let sample = Sample::works();
    let counter = BytesCount::new(sample.bytes);
    bencher.counter(counter).bench_local(|| sample.parse(&mut |item| drop(black_box(item))));
}

/// The full path of the format over saved pages; compare with `html_parser_alone`.
#[divan::bench(sample_count = 10)]
fn parse_html(bencher: Bencher) {
    let samples: Vec<Sample> = pages().into_iter().map(Sample::page).collect();
    let counter = BytesCount::new(samples.iter().map(|sample| sample.bytes).sum::<usize>());
    bencher.counter(counter).bench_local(|| {
        for sample in &samples {
            sample.parse(&mut |item| drop(black_box(item)));
        }
    });
}

#[divan::bench(sample_count = 10)]
fn html_parser_alone(bencher: Bencher) {
    let pages = pages();
    let counter = BytesCount::new(pages.iter().map(String::len).sum::<usize>());
    bencher.counter(counter).bench_local(|| {
        for page in &pages {
            black_box(Tree::of(page));
        }
    });
}

#[divan::bench(args = ALL_SIZES, sample_count = 10)]
fn normalise(bencher: Bencher, reviews: u64) {
    let sample = Sample::csv(reviews);
    let raw = sample.raw();
    let context = Context { options: &sample.options, file_stem: "reviews" };
    bencher.counter(ItemsCount::new(reviews)).with_inputs(|| raw.clone()).bench_local_values(
        |raw| {
            for review in raw {
                drop(black_box(normalise::review(review, context)));
            }
        },
    );
}

#[divan::bench(args = ALL_SIZES, sample_count = 10)]
fn identify(bencher: Bencher, reviews: u64) {
    let normalised = Sample::csv(reviews).normalised();
    bencher.counter(ItemsCount::new(reviews)).bench_local(|| {
        for review in &normalised {
            let byline = identity::byline_fold(review.byline.as_deref());
            black_box(review.publication.as_deref().map(name::fold));
            let date = review.date.map(|date| date.to_string());
            let score = Judgement::of(review.score, review.score_text.as_deref());
            black_box(identity::key(&KeyParts {
                audience: review.audience,
                work: 1,
                byline_fold: byline.as_deref(),
                quote: review.quote.as_deref(),
                date: date.as_deref(),
                score: score.as_ref(),
                repeat: 0,
            }));
        }
    });
}

/// Normalised reviews into a new archive on disk, durable at the end. Includes the full-text
/// index; `index_words` measures its share.
#[divan::bench(args = ALL_SIZES, sample_count = 3)]
fn store(bencher: Bencher, reviews: u64) {
    let normalised = Sample::csv(reviews).normalised();
    bencher.counter(ItemsCount::new(reviews)).with_inputs(samples::fresh).bench_local_values(
        |(folder, archive)| {
            samples::store(archive, &normalised);
            folder
        },
    );
}

#[divan::bench(args = ALL_SIZES, sample_count = 3)]
fn index_words(bencher: Bencher, reviews: u64) {
    let (_folder, path) = samples::archive(reviews);
    let conn = Connection::open(&path).expect("the archive opens");
    bencher.counter(ItemsCount::new(reviews)).bench_local(|| {
        conn.execute("INSERT INTO review_fts (review_fts) VALUES ('rebuild')", [])
            .expect("the full-text index is built")
    });
}

#[divan::bench(args = ALL_SIZES)]
fn open(bencher: Bencher, reviews: u64) {
    let (_folder, path) = samples::archive(reviews);
    bencher.bench_local(|| Archive::open(&path).expect("the archive opens"));
}

#[divan::bench(args = ALL_SIZES)]
fn query_critic(bencher: Bencher, reviews: u64) {
    let (_folder, path) = samples::archive(reviews);
    let critic = samples::one_critic(&path);
    bencher.bench_local(|| {
        let archive = Archive::open(&path).expect("the archive opens");
        let filter = Filter {
            names: vec![NameFilter::only(Named::Critic, critic.clone())],
            ..Filter::default()
        };
        let ids = filter.passing(archive.connection()).expect("the filter applies");
        let order = (Sort::Date, false);
        step(Ok(listing::prepare(archive.connection(), &ids, order, Columns::Short, None)
            .expect("an order")));
    });
}

#[divan::bench(args = ALL_SIZES, sample_count = 20)]
fn search_commonest_word(bencher: Bencher, reviews: u64) {
    let (_folder, path) = samples::archive(reviews);
    let word = samples::commonest_word(&path);
    bencher.bench_local(|| {
        let archive = Archive::open(&path).expect("the archive opens");
        let filter = Filter { words: Words::plain(&word).ok(), ..Filter::default() };
        let mut statement = search::prepare(
            archive.connection(),
            (&filter, &Scope::default()),
            ('[', ']'),
            &search::Order::Relevance,
            Some(20),
        )
        .expect("the search is prepared");
        samples::step_bound(&mut statement)
    });
}

#[divan::bench(args = samples::reports(), sample_count = 5)]
fn report(bencher: Bencher, name: &str) {
    let (_folder, path) = samples::archive(10_000);
    let catalogue = Catalogue::built_in();
    let archive = Archive::open(&path).expect("the archive opens");
    let report = catalogue.get(name).expect("the report is there");
    let values = report.values([]).expect("its defaults fit");
    bencher.bench_local(|| {
        let mut prepared = report
            .prepare(archive.connection(), &Scope::default(), &values)
            .expect("it is prepared");
        let mut rows = prepared.rows();
        while let Some(row) = rows.next_row().expect("it runs") {
            black_box(row);
        }
    });
}
