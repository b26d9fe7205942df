use super::*;
use crate::Archive;
use crate::review_row::{self, ReviewRow};
use revdb_model::Audience;
use revdb_model::merge::Values;

fn archive() -> (Archive, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    (archive, folder)
}

fn row(quote: Option<&str>) -> ReviewRow {
    ReviewRow {
        work_id: 1,
        audience: Audience::Critic,
        critic_id: None,
        publication_id: None,
        values: Values { quote: quote.map(str::to_owned), ..Values::default() },
        hidden: false,
    }
}

fn quote(n: i64) -> String {
    format!("Éclair number {n}, wet and dark; 雨の 映画. {}", "rain ".repeat(40))
}

/// Inserts, changes and deletes rows in one transaction; more than one batch of them.
fn write(conn: &Connection, beside: bool) {
    conn.execute_batch("BEGIN").expect("a transaction");
    let fulltext = FullText::in_step(conn).expect("a beginning");
    let first = fulltext.indexed_to() + 1;
    for id in first..first + 600 {
        if beside && id == first + 300 {
            fulltext.build_in_background(conn).expect("a thread");
            fulltext.build_in_background(conn).expect("one is enough");
        }
        let quote = quote(id);
        row((id % 7 != 0).then_some(quote.as_str())).insert(conn, id, &fulltext).expect("a row");
    }
    let old = row(Some(&quote(first)));
    row(Some("Sunny.")).update(conn, first, &old, &fulltext).expect("an update");
    // The row is in the index already, unless this is the first transaction.
    let old = ReviewRow::read(conn, 2).expect("a row");
    row(None).update(conn, 2, &old, &fulltext).expect("an update");
    review_row::delete(conn, first + 8, &fulltext).expect("a row goes");
    review_row::delete(conn, first + 599, &fulltext).expect("a row goes");
    fulltext.flush(conn, first + 599).expect("an index");
    conn.execute_batch("COMMIT").expect("a commit");
}

/// Every word with its review and position, and each review's length.
fn words(conn: &Connection) -> Vec<(String, i64, i64)> {
    let text = "SELECT term, doc, offset FROM review_word
                UNION ALL SELECT 'size ' || hex(sz), id, 0 FROM review_fts_docsize";
    let mut statement = conn.prepare(text).expect("a query");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let mut words: Vec<_> = rows.expect("rows").map(|row| row.expect("a row")).collect();
    words.sort();
    words
}

fn is_in_step(conn: &Connection) -> bool {
    conn.execute_batch(sql("check/index_in_step")).is_ok()
}

#[test]
fn a_background_index_equals_an_incremental_one() {
    let (along, _folder) = archive();
    let (beside, _folder_beside) = archive();
    // In the background, then incrementally on that index, then in the background again.
    for (round, is_beside) in [true, false, true].into_iter().enumerate() {
        write(along.connection(), false);
        write(beside.connection(), is_beside);
        assert!(is_in_step(along.connection()), "round {round}");
        assert!(is_in_step(beside.connection()), "round {round}");
        let words = words(along.connection());
        assert!(words.len() > 1_000);
        assert!(words == self::words(beside.connection()), "round {round}");
    }
}

#[test]
fn an_obsolete_background_index_is_not_used() {
    let (archive, _folder) = archive();
    let conn = archive.connection();
    conn.execute_batch("BEGIN").expect("a transaction");
    let fulltext = FullText::in_step(conn).expect("a beginning");
    row(Some("Rain.")).insert(conn, 1, &fulltext).expect("a row");
    fulltext.build_in_background(conn).expect("a thread");
    conn.execute_batch("SAVEPOINT dump").expect("a savepoint");
    row(Some("Never was.")).insert(conn, 2, &fulltext).expect("a row");
    conn.execute_batch("ROLLBACK TO dump; RELEASE dump").expect("rolled back");
    fulltext.rolled_back();
    fulltext.flush(conn, 1).expect("an index");
    conn.execute_batch("COMMIT").expect("a commit");
    assert!(is_in_step(conn));
    assert_eq!(words(conn).iter().filter(|(word, ..)| word == "never").count(), 0);
}

#[test]
fn waiting_for_the_index_can_be_interrupted() {
    let (mut archive, _folder) = archive();
    let conn = archive.connection_mut();
    let fulltext = FullText::in_step(conn).expect("a beginning");
    fulltext.build_in_background(conn).expect("a thread");
    for id in 1..=2_000 {
        fulltext.added(id, Some(&quote(id).repeat(20)));
    }
    conn.progress_handler(1, Some(|| true)).expect("a handler");
    assert!(matches!(fulltext.flush(conn, 2_000), Err(ArchiveError::Interrupted)));
}

#[test]
fn both_indexes_tokenize_equally() {
    let (archive, _folder) = archive();
    let text: String = archive
        .connection()
        .query_row(sql("open/text_of_index"), [], |row| row.get(0))
        .expect("the index's text");
    let tokenizer = "tokenize = 'unicode61 remove_diacritics 2'";
    assert!(text.contains(tokenizer) && sql("fulltext/side_make").contains(tokenizer));
}
