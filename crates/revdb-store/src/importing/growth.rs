//! Measures, in operations, how an import grows if all its records share something.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Archive, DumpMeta, ImportMeta};
use revdb_model::{Audience, ExternalId, Review, WorkMention};

fn review(n: usize) -> Review {
    Review {
        audience: Audience::Critic,
        work: WorkMention { title: Some("Echo".to_owned()), ..WorkMention::default() },
        byline: Some("Ann".to_owned()),
        publication: None,
        date: None,
        score: Some((n % 50) as f64),
        score_text: Some((n % 50).to_string()),
        quote: Some("Great product".to_owned()),
        url: None,
        id: None,
        truncated: false,
        language: None,
        verdict: None,
        tags: None,
    }
}

/// Each kind of collision: record n of a dump whose records all share this.
type Collision = (&'static str, bool, fn(usize) -> Review);

const COLLISIONS: [Collision; 7] = [
    ("the same quote", false, review),
    ("no byline", false, |n| Review {
        byline: None,
        publication: Some((n % 7).to_string()),
        score: Some(1.0),
        ..review(n)
    }),
    ("one id", false, |n| Review {
        quote: Some(n.to_string()),
        id: Some(ExternalId::new("site", "1")),
        ..review(n)
    }),
    ("ids of one site", false, |n| Review {
        id: Some(ExternalId::new("site", n.to_string())),
        ..review(n)
    }),
    ("one title, an id each", false, |n| {
        let mut review = review(n);
        review.work.ids.push(ExternalId::new("shop", n.to_string()));
        review
    }),
    ("one id of a work, many titles", false, |n| {
        let mut review = review(n);
        review.work.title = Some(n.to_string());
        review.work.ids.push(ExternalId::new("shop", "1"));
        review
    }),
    ("standing marks", true, review),
];

/// Instructions of SQLite's virtual machine for importing n such records and undoing that, in
/// hundreds.
fn instructions((what, standing, record): Collision, n: usize) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let mut archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    let steps = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    archive.conn.progress_handler(100, Some(count)).expect("a handler");
    let meta = ImportMeta { command: String::new(), started_at: String::new() };
    let mut importing = archive.import(meta);
    importing
        .begin_dump(&DumpMeta {
            size: 1,
            format: "test".to_owned(),
            options: "{}".to_owned(),
            path: what.to_owned(),
            account: standing.then(|| "site".to_owned()),
            standing,
        })
        .expect("a dump begins");
    for at in 0..n {
        importing.review(at as u64 + 1, at as u64 + 1, record(at)).expect("a review");
    }
    importing.end_dump(&[0; 32], None, "UTF-8").expect("a dump ends");
    let id = importing.finish("").expect("a commit").expect("an import");
    archive.undo(id, true).expect("an undo");
    steps.load(Ordering::Relaxed)
}

#[test]
fn an_import_grows_with_its_records_whatever_they_share() {
    let mut bad = Vec::new();
    for collision in COLLISIONS {
        let counts = [100, 200, 400].map(|n| instructions(collision, n));
        println!("{}: {counts:?}", collision.0);
        // n log n from 100 to 400 is a factor of 5.2.
        if counts[2] * 10 > counts[0] * 55 {
            bad.push((collision.0, counts));
        }
    }
    assert!(bad.is_empty(), "{bad:?}");
}
