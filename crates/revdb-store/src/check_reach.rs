//! Verifies that a search reaches every page of the full-text index.
//!
//! FTS5 finds a word's page by a table of the pages' first words. Its own check reads the pages in
//! sequence, so it does not notice a page that this table does not lead to. The format of a page is
//! documented in SQLite's fts5_index.c: the offset of a footer, the words, and the footer, which
//! has the distances between the words.

use std::cmp::Ordering;

use rusqlite::{Connection, Rows};

use super::sql::sql;

/// The most words that are named.
const NAMED: usize = 100;

/// An entry of the table: segment, page, and a prefix of the page's first word.
type Entry = (i64, i64, Vec<u8>);

/// The first words of pages that a search does not reach.
///
/// # Errors
/// SQLite's error.
pub(super) fn unreached(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut words = Vec::new();
    let mut pages = conn.prepare(sql("check/index_pages"))?;
    let mut entries = conn.prepare(sql("check/index_entries"))?;
    let (mut pages, mut entries) = (pages.query([])?, entries.query([])?);
    let mut entry = next(&mut entries)?;
    // The segment and the last word of the page before.
    let mut before = (0, Vec::new());
    while let Some(row) = pages.next()? {
        let (segment, page): (i64, i64) = (row.get(0)?, row.get(1)?);
        // A damaged page is reported by FTS5's check.
        let Some((first, last)) = ends(row.get_ref(2)?.as_blob_or_null()?.unwrap_or(b"")) else {
            continue;
        };
        while entry.as_ref().is_some_and(|entry| (entry.0, entry.1) < (segment, page)) {
            entry = next(&mut entries)?;
        }
        // A search that finds no entry begins at a segment's first page.
        if before.0 == segment {
            let leads = entry.as_ref().is_some_and(|(of, to, prefix)| {
                (*of, *to) == (segment, page)
                    && first.starts_with(prefix)
                    && prefix.cmp(&before.1) == Ordering::Greater
            });
            if !leads && words.len() < NAMED {
                // Before the word stands the number of the index.
                let word = first.get(1..).unwrap_or_default();
                words.push(String::from_utf8_lossy(word).into_owned());
            }
        }
        before = (segment, last);
    }
    Ok(words)
}

fn next(entries: &mut Rows<'_>) -> rusqlite::Result<Option<Entry>> {
    let Some(row) = entries.next()? else { return Ok(None) };
    let prefix = row.get_ref(2)?.as_bytes_or_null()?.unwrap_or(b"").to_vec();
    Ok(Some((row.get(0)?, row.get(1)?, prefix)))
}

/// The first and the last word that begin on a page; `None` if none does.
fn ends(page: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut footer = usize::from(u16::from_be_bytes([*page.get(2)?, *page.get(3)?]));
    let (mut at, mut first, mut word) = (0_usize, None, Vec::new());
    while footer < page.len() {
        let (distance, behind) = varint(page, footer)?;
        (at, footer) = (at.checked_add(distance)?, behind);
        // All words but the first share a beginning with the one before.
        let (shared, from) = match first {
            Some(_) => varint(page, at)?,
            None => (0, at),
        };
        let (length, from) = varint(page, from)?;
        word.truncate(shared);
        word.extend_from_slice(page.get(from..from.checked_add(length)?)?);
        first.get_or_insert_with(|| word.clone());
    }
    first.map(|first| (first, word))
}

/// SQLite's variable-length integer, and the position behind it.
fn varint(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (index, &byte) in bytes.get(at..)?.iter().take(8).enumerate() {
        value = value << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at + index + 1));
        }
    }
    // No length on a page needs nine bytes.
    None
}
