//! What an archive shows, and whether all of it is consistent.

use revdb_store::Archive;

/// Everything visible to a user, except row ids and positions of sources.
pub fn content(archive: &Archive) -> Vec<String> {
    let health = archive.check().expect("a check");
    assert_eq!(health.findings, [], "whatever was done, all that is derived is in step");
    let mut all = Vec::new();
    for query in [
        "SELECT 'review', work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, tags,
                (SELECT group_concat(x) FROM (SELECT d.sha256 || ':' || s.record || ':' || coalesce(s.differs, '') AS x
                   FROM sighting AS s JOIN dump AS d ON d.id = s.dump_id WHERE s.review_id = reviews.id ORDER BY x)),
                (SELECT group_concat(field || old || new) FROM
                   (SELECT c.* FROM change AS c JOIN dump AS d ON d.id = c.dump_id
                    WHERE c.review_id = reviews.id ORDER BY d.place, c.record, c.field))
         FROM reviews",
        "SELECT 'work', work, kind, year, authors, contributors, genres,
                (SELECT count(*) FROM review WHERE work_id = works.id) FROM works",
        "SELECT 'critic', name FROM critic",
        "SELECT 'publication', name FROM publication",
        "SELECT 'site', name, space FROM site",
    ] {
        let mut statement = archive.connection().prepare(query).expect("a query");
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| {
                (0..columns)
                    .map(|i| row.get::<_, rusqlite::types::Value>(i).map(|value| format!("{value:?}")))
                    .collect::<Result<Vec<_>, _>>()
                    .map(|cells| cells.join("|"))
            })
            .expect("rows");
        all.extend(rows.map(|row| row.expect("a row")));
    }
    all.sort();
    all
}

/// No dangling references, every hash is right, the index is consistent.
pub fn check(archive: &Archive) {
    let conn = archive.connection();
    let count =
        |query: &str| conn.query_row(query, [], |row| row.get::<_, i64>(0)).expect("a count");
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    conn.execute_batch("INSERT INTO review_fts (review_fts, rank) VALUES ('integrity-check', 1)")
        .expect("the index is in step");
    for orphans in [
        "SELECT count(*) FROM review WHERE id NOT IN (SELECT review_id FROM sighting)",
        "SELECT count(*) FROM work WHERE id NOT IN (SELECT work_id FROM work_mention)",
        "SELECT count(*) FROM critic WHERE id NOT IN (SELECT critic_id FROM review WHERE critic_id IS NOT NULL)",
        "SELECT count(*) FROM publication WHERE id NOT IN (SELECT publication_id FROM review WHERE publication_id IS NOT NULL)",
        "SELECT count(*) FROM dump WHERE id NOT IN (SELECT dump_id FROM source)",
        "SELECT count(*) FROM review WHERE hash <> row_hash(id, work_id, audience, critic_id, publication_id, byline,
            publication_text, date, score, score_text, quote, url, truncated, language, verdict, tags)",
        "SELECT count(*) FROM sighting WHERE hash <> row_hash(dump_id, record, line, review_id, mention, key, site_id, ext_id, mark, repeat, differs, is_representative)",
        "SELECT count(*) FROM work WHERE hash <> row_hash(id, title, title_fold, kind, year)",
    ] {
        assert_eq!(count(orphans), 0, "{orphans}");
    }
}

/// Names are displayed as first spelled, so spellings depend on the order; across orders, only the
/// grouping into reviews is compared.
pub fn partition(archive: &Archive) -> Vec<String> {
    let mut statement = archive
        .connection()
        .prepare(
            "SELECT (SELECT group_concat(x) FROM (SELECT hex(d.sha256) || s.record AS x FROM sighting AS s
               JOIN dump AS d ON d.id = s.dump_id WHERE s.review_id = review.id ORDER BY x)) FROM review",
        )
        .expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    let mut all: Vec<String> = rows.map(|row| row.expect("a row")).collect();
    all.sort();
    all
}

pub fn reviews(archive: &Archive) -> Vec<i64> {
    let mut statement =
        archive.connection().prepare("SELECT id FROM review ORDER BY id").expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("numbers")
}

/// What a query sees, without sources.
pub fn seen(archive: &Archive) -> Vec<String> {
    let query = "SELECT concat_ws('|', work, year, audience, critic, byline, score, score_text, quote) FROM reviews ORDER BY 1";
    let mut statement = archive.connection().prepare(query).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}
