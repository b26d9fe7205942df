//! The indexes, and how memory replaces them.

use super::*;
use crate::{Archive, DumpMeta, ImportMeta, Importing};
use revdb_model::{Audience, ExternalId, Review, WorkMention};

fn review(byline: &str, id: &str) -> Review {
    Review {
        audience: Audience::Critic,
        work: WorkMention { title: Some("Rain".to_owned()), ..WorkMention::default() },
        byline: Some(byline.to_owned()),
        publication: None,
        date: None,
        score: None,
        score_text: None,
        quote: Some("A film about rain.".to_owned()),
        url: None,
        id: Some(ExternalId { site: "a".to_owned(), id: id.to_owned() }),
        truncated: false,
        language: None,
        verdict: None,
        tags: None,
    }
}

fn begin_bulk(importing: &mut Importing<'_>) {
    let meta = DumpMeta {
        size: 64 << 20,
        format: "test".to_owned(),
        options: "{}".to_owned(),
        path: "a".to_owned(),
        account: None,
        standing: false,
    };
    importing.begin_dump(&meta).expect("a dump begins");
    assert!(importing.lookup.memory.is_some());
    importing.lookup.drop_indexes(importing.conn).expect("dropped");
}

fn indexes(conn: &Connection) -> i64 {
    conn.query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'index'", [], |r| r.get(0))
        .expect("a count")
}

#[test]
fn sightings_indexed_afterwards_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    let meta = ImportMeta { command: String::new(), started_at: String::new() };
    let mut importing = archive.import(meta);
    begin_bulk(&mut importing);
    for n in 1..=300 {
        let review = review(&format!("Ann {n}"), &n.to_string());
        importing.review(n, n, review).expect("a review");
    }
    assert_eq!(importing.lookup.waiting, [(1, 128), (1, 256)]);
    importing.end_dump(&[0; 32], None, "UTF-8").expect("a dump ends");
    importing.finish("").expect("a commit");
    let found = |index: &str| -> i64 {
        let count = format!(
            "SELECT count(*) FROM sighting INDEXED BY {index} WHERE is_representative AND ext_id IS NOT NULL"
        );
        archive.connection().query_row(&count, [], |row| row.get(0)).expect("a count")
    };
    assert_eq!((found("sighting_by_key"), found("sighting_by_ext_id")), (300, 300));
    assert_eq!(archive.check().expect("a check").findings, []);
}

#[test]
fn an_abandoned_dump_leaves_the_indexes_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    let before = indexes(archive.connection());
    let meta = ImportMeta { command: String::new(), started_at: String::new() };
    let mut importing = archive.import(meta);
    begin_bulk(&mut importing);
    let take = |importing: &mut Importing<'_>, record, byline, id| {
        importing.review(record, record, review(byline, id)).expect("a review");
    };
    take(&mut importing, 1, "Ann Lee", "1");
    importing.abandon_dump().expect("it is gone");
    assert_eq!(indexes(importing.conn), before);
    begin_bulk(&mut importing);
    take(&mut importing, 1, "Bo Day", "3");
    importing.end_dump(&[0; 32], None, "UTF-8").expect("a dump ends");
    importing.finish("").expect("a commit");
    assert_eq!(indexes(archive.connection()), before);
}

#[test]
fn equal_words_with_different_ids_are_different_reviews() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    let meta = ImportMeta { command: String::new(), started_at: String::new() };
    let mut importing = archive.import(meta);
    begin_bulk(&mut importing);
    for n in 1..=4 {
        importing.review(n, n, review("Ann Lee", &n.to_string())).expect("a review");
    }
    // Which of them it is, is resolved at the end.
    let unnumbered = Review { id: None, ..review("Ann Lee", "") };
    importing.review(5, 5, unnumbered).expect("a review");
    assert!(importing.lookup.memory.is_some());
    let ended = importing.end_dump(&[0; 32], None, "UTF-8").expect("a dump ends");
    assert_eq!((ended.counts.new, ended.counts.same), (4, 1));
    importing.finish("").expect("a commit");
    assert_eq!(archive.check().expect("a check").findings, []);
}
