//! Verifies the full-text index against the quotes, and rebuilds it.
//!
//! FTS5's own check (rank 1) only reports that something differs. To find the rows, a second index
//! is built and both are compared token by token; that happens only after a difference was
//! reported.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior};

use super::check::{Fault, Finding, damage};
use super::{ArchiveError, check_reach, columns, disk::commit, migrate, sql::sql};

/// Verifies the index and names the rows that differ.
///
/// # Errors
/// As [`damage`].
pub fn check(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let Err(error) = conn.execute_batch(sql("check/index_in_step")) else {
        return not_found(conn, findings);
    };
    let message = damage(error)?;
    let before = findings.len();
    // If the index cannot be read at all, the finding is about the whole of it.
    let named = rows_of(conn, "check/rows_not_indexed", "its words are not in the index", findings)
        .and_then(|()| {
            let message = "the index holds words of a review that is not there";
            rows_of(conn, "check/rows_indexed_without_review", message, findings)
        })
        .and_then(|()| differing(conn, findings));
    if let Err(error) = named {
        damage(error)?;
    }
    if findings.len() == before {
        findings.push(Finding::new(Fault::Index, "review_fts", "", message));
    }
    Ok(())
}

/// Names words of the index that a search does not find.
fn not_found(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    let message = "a search does not find all quotes with it";
    match check_reach::unreached(conn) {
        Ok(words) => {
            findings.extend(words.into_iter().map(|word| {
                Finding::new(Fault::Index, "review_fts", format!("word {word}"), message)
            }))
        }
        Err(error) => findings.push(Finding::new(Fault::Index, "review_fts", "", damage(error)?)),
    }
    Ok(())
}

fn name(id: i64, message: &str, findings: &mut Vec<Finding>) {
    findings.push(Finding::new(Fault::Index, "review_fts", format!("id {id}"), message));
}

fn rows_of(
    conn: &Connection,
    statement: &str,
    message: &str,
    findings: &mut Vec<Finding>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(sql(statement))?;
    for id in statement.query_map([], |row| row.get::<_, i64>(0))? {
        name(id?, message, findings);
    }
    Ok(())
}

/// Names the rows whose tokens differ from those of a new index.
fn differing(conn: &Connection, findings: &mut Vec<Finding>) -> rusqlite::Result<()> {
    conn.execute_batch(sql("check/make_fresh_index"))?;
    let mut rows = BTreeSet::new();
    let walked = walk(conn, &mut rows);
    let lengths = (|| {
        let mut statement = conn.prepare(sql("check/rows_of_other_length"))?;
        for id in statement.query_map([], |row| row.get::<_, i64>(0))? {
            rows.insert(id?);
        }
        Ok(())
    })();
    let dropped = conn.execute_batch(sql("check/drop_fresh_index"));
    for id in rows {
        let named = format!("id {id}");
        if !findings.iter().any(|f| f.fault == Fault::Index && f.row == named) {
            name(id, "its words in the index are not those of its quote", findings);
        }
    }
    walked.and(lengths).and(dropped)
}

/// A token's position: token, review, offset.
type Word = (Vec<u8>, i64, i64);

/// Compares both indexes in their common order.
fn walk(conn: &Connection, rows: &mut BTreeSet<i64>) -> rusqlite::Result<()> {
    let mut fresh = conn.prepare(sql("check/fresh_words"))?;
    let mut stored = conn.prepare(sql("check/stored_words"))?;
    let (mut fresh, mut stored) = (fresh.query([])?, stored.query([])?);
    let (mut wanted, mut found) = (next(&mut fresh)?, next(&mut stored)?);
    loop {
        let order = match (&wanted, &found) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(wanted), Some(found)) => wanted.cmp(found),
        };
        if order != Ordering::Equal {
            let word = if order == Ordering::Less { &wanted } else { &found };
            rows.extend(word.as_ref().map(|(_, id, _)| *id));
        }
        if order != Ordering::Greater {
            wanted = next(&mut fresh)?;
        }
        if order != Ordering::Less {
            found = next(&mut stored)?;
        }
    }
}

fn next(rows: &mut rusqlite::Rows<'_>) -> rusqlite::Result<Option<Word>> {
    let Some(row) = rows.next()? else { return Ok(None) };
    let term = row.get_ref(0)?.as_bytes_or_null()?.unwrap_or(b"").to_vec();
    Ok(Some((term, row.get(1)?, row.get(2)?)))
}

/// Rebuilds the index. If it is too damaged for that, it is dropped and created again; no other
/// table is touched.
///
/// # Errors
/// SQLite's error.
pub fn rebuild(conn: &mut Connection) -> Result<(), ArchiveError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Err(error) = tx.execute_batch(sql("check/rebuild_index")) {
        damage(error)?;
        tx.execute_batch(sql("check/drop_index"))?;
        tx.execute_batch(&migrate::text_of_index()?)?;
        tx.execute_batch(sql("check/rebuild_index"))?;
    }
    tx.execute_batch(sql("check/index_in_step"))?;
    columns::rebuild(&tx)?;
    commit(&tx)
}
