//! Generated dumps of a small world, and their imports.

use proptest::prelude::*;
use revdb_model::{Audience, ExternalId, PartialDate, Property, Review, WorkMention};
use revdb_store::{Archive, DumpMeta, ImportMeta};

/// A small world, so that records match each other: two titles, three names, three quotes.
fn any_review() -> impl Strategy<Value = Review> {
    let title = prop_oneof![Just("X"), Just("Y")];
    let year = prop_oneof![3 => Just(None), 1 => Just(Some(1974)), 1 => Just(Some(2019))];
    let work_id = prop_oneof![
        5 => Just(None),
        1 => (prop_oneof![3 => Just("shop"), 1 => Just("a shop")], 0..2u8).prop_map(Some)
    ];
    let byline = prop_oneof![
        Just(None),
        Just(Some("Ann")),
        Just(Some("ANN")),
        Just(Some("Bob")),
        Just(Some("Staff"))
    ];
    let publication =
        prop_oneof![2 => Just(None), 1 => Just(Some("Post")), 1 => Just(Some("Times"))];
    let date = prop_oneof![Just(None), Just(Some((2012, 7))), Just(Some((2012, 8)))];
    let score = prop_oneof![Just(None), Just(Some(60.0)), Just(Some(90.0))];
    let quote = prop_oneof![Just(None), Just(Some("Fine.")), Just(Some("Dull."))];
    // Two sites, and scores in two spellings.
    let site = prop_oneof![Just("site"), Just("other site")];
    let id = prop_oneof![3 => Just(None), 2 => (site, 0..3u8).prop_map(Some)];
    let properties = prop_oneof![
        6 => Just(vec![]),
        1 => Just(vec![(Property::Author, "Karin Holt")]),
        1 => Just(vec![(Property::Author, "Holt, Karin"), (Property::Genre, "Poems")]),
        1 => Just(vec![(Property::Author, "Karin Holt"), (Property::Author, "Pierre Lund")]),
        1 => Just(vec![(Property::Author, "Pierre Lund")]),
        1 => Just(vec![(Property::Author, "村上")]),
        1 => Just(vec![(Property::Contributor, "Jo Poe"), (Property::Genre, "Poems")]),
    ];
    let tags = prop_oneof![5 => Just(None), 1 => Just(Some("slow; warm")), 1 => Just(Some("warm; slow")), 1 => Just(Some("dry"))];
    let audience = prop_oneof![4 => Just(Audience::Critic), 1 => Just(Audience::User)];
    let spelt = prop_oneof![Just(""), Just(".0")];
    let judged = (score, quote, id, audience, spelt);
    (title, year, work_id, byline, publication, date, judged, (properties, tags)).prop_map(
        |(title, year, work_id, byline, publication, date, judged, (properties, tags))| {
            let (score, quote, id, audience, spelt) = judged;
            Review {
                audience,
                work: WorkMention {
                    title: Some(title.to_owned()),
                    kind: None,
                    year,
                    ids: work_id
                        .map(|(site, n)| ExternalId::new(site, n.to_string()))
                        .into_iter()
                        .collect(),
                    properties: properties
                        .into_iter()
                        .map(|(property, name)| (property, name.to_owned()))
                        .collect(),
                },
                byline: byline.map(str::to_owned),
                publication: publication.map(str::to_owned),
                date: date.and_then(|(year, month)| PartialDate::new(year, Some(month), Some(1))),
                score,
                score_text: score.map(|score| format!("{score}{spelt}")),
                quote: quote.map(str::to_owned),
                url: None,
                id: id.map(|(site, n)| ExternalId::new(site, n.to_string())),
                truncated: false,
                language: None,
                // Like a site's thumb, in addition to the record's other values.
                verdict: (year.is_some())
                    .then(|| if score == Some(60.0) { "Rotten" } else { "Fresh" }.to_owned()),
                tags: tags.map(str::to_owned),
            }
        },
    )
}

/// A dump's records, and its owner.
#[derive(Debug, Clone)]
pub struct Told {
    pub reviews: Vec<Review>,
    pub account: Option<&'static str>,
    pub standing: bool,
}

/// Some dumps are an account's own export, of entries or of standing marks.
pub fn any_dumps() -> impl Strategy<Value = Vec<Told>> {
    let account = prop_oneof![
        3 => Just((None, false)),
        1 => Just((Some("site"), false)),
        2 => Just((Some("site"), true)),
        1 => Just((Some("other site"), true)),
    ];
    // Duplicate rows within a dump.
    let reviews =
        (proptest::collection::vec(any_review(), 1..6), proptest::collection::vec(0..6usize, 0..3));
    let dump = (reviews, account).prop_map(|((mut reviews, twice), (account, standing))| {
        let again: Vec<Review> = twice.iter().filter_map(|&at| reviews.get(at).cloned()).collect();
        reviews.extend(again);
        Told { reviews, account, standing }
    });
    proptest::collection::vec(dump, 1..5)
}

pub fn told(reviews: Vec<Review>) -> Told {
    Told { reviews, account: None, standing: false }
}

pub struct Scratch {
    pub archive: Archive,
    _folder: tempfile::TempDir,
}

pub fn scratch() -> Scratch {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("a fresh archive");
    Scratch { archive, _folder: folder }
}

/// One import of one dump; `number` makes its bytes differ from the others'.
pub fn import(archive: &mut Archive, number: u8, told: &Told) -> (i64, u64) {
    let meta = ImportMeta { command: "test".into(), started_at: "2026-01-01T00:00:00Z".into() };
    let mut importing = archive.import(meta);
    let sha256 = [number; 32];
    let known = importing.known(&sha256).expect("a look-up");
    let new = match known.first() {
        Some(known) => {
            importing.record_known_dump(known.dump_id, "again", "{}").expect("a known dump").new
        }
        None => {
            importing
                .begin_dump(&DumpMeta {
                    // Every other dump is a bulk import.
                    size: if number.is_multiple_of(2) { 64 << 20 } else { 1 },
                    format: "test".into(),
                    options: "{}".into(),
                    path: number.to_string(),
                    account: told.account.map(str::to_owned),
                    standing: told.standing,
                })
                .expect("a dump begins");
            for (record, review) in (1..).zip(&told.reviews) {
                importing.review(record, record, review.clone()).expect("a review is stored");
            }
            importing.end_dump(&sha256, None, "UTF-8").expect("a dump ends").counts.new
        }
    };
    let id = importing.finish("2026-01-01T00:00:01Z").expect("a commit").expect("an import");
    (id, new)
}
