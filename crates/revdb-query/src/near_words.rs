//! Suggests words of the full-text index for a word that no quote contains.
//!
//! The index matches whole words: `lighthouse` is not `lighthouses`, and a name between Chinese or
//! Japanese characters has no spaces around it (`看了iPhone拍的` is one word). Must never: change the
//! result; suggestions are printed, and the person decides.

use rusqlite::{Connection, named_params};

use revdb_model::name::fold;
use revdb_sql::sql;
use revdb_store::ArchiveError;

use super::words::Words;

/// The most suggestions per word.
const MOST: usize = 3;

/// The least Jaro-Winkler similarity of a suggestion. `lighthuose` and `lighthouse` have 0.97.
const NEAR: f64 = 0.9;

/// A word that no quote contains, and similar ones.
#[derive(Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The word as typed.
    pub typed: String,
    /// Words that quotes contain.
    pub near: Vec<String>,
}

/// Suggestions for each word that no quote contains: words that begin with it, contain it within
/// text without spaces, or are spelt similarly.
///
/// # Errors
/// SQLite's error.
pub fn of(conn: &Connection, words: &Words) -> Result<Vec<Suggestion>, ArchiveError> {
    conn.execute_batch(sql("near_words/create"))?;
    let mut meant = Vec::new();
    for typed in words.single_words() {
        let word = fold(typed);
        if word.is_empty() || word.contains(' ') || exists(conn, &word)? {
            continue;
        }
        let mut near = words_of(conn, "near_words/beginning", &word)?;
        for found in
            words_of(conn, "near_words/within", &word)?.into_iter().chain(alike(conn, &word)?)
        {
            if !near.contains(&found) {
                near.push(found);
            }
        }
        near.truncate(MOST);
        meant.push(Suggestion { typed: typed.to_owned(), near });
    }
    Ok(meant)
}

fn exists(conn: &Connection, word: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached(sql("near_words/exists"))?.exists(named_params! {":word": word})
}

/// The words from `word` on that a statement returns.
fn words_of(conn: &Connection, statement: &str, word: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare_cached(sql(statement))?;
    let count = statement.parameter_count();
    statement.raw_bind_parameter(1, word)?;
    if count > 1 {
        // After every word with this prefix.
        statement.raw_bind_parameter(2, format!("{word}\u{10FFFF}"))?;
    }
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(row.get(0)?);
    }
    Ok(found)
}

/// Words with the same two first letters that are spelt similarly, best first.
fn alike(conn: &Connection, word: &str) -> rusqlite::Result<Vec<String>> {
    let beginning: String = word.chars().take(2).collect();
    let near = |found: String| {
        let likeness = strsim::jaro_winkler(word, &found);
        (likeness >= NEAR).then_some((likeness, found))
    };
    let found = words_of(conn, "near_words/all_beginning", &beginning)?;
    let mut found: Vec<(f64, String)> = found.into_iter().filter_map(near).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(found.into_iter().map(|(_, word)| word).take(MOST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use revdb_store::Archive;

    #[test]
    fn similar_words_are_suggested() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
        let conn = archive.connection();
        conn.execute_batch(
            "INSERT INTO review_fts (rowid, quote) VALUES
                 (1, 'Lighthouses, lighthousekeepers and lighthouses again'),
                 (2, '昨日Kameraを見た'), (3, 'an élan of harbours');",
        )
        .expect("quotes");
        let near = |typed: &str| {
            let words = Words::plain(typed).expect(typed);
            let meant = of(conn, &words).expect(typed);
            meant.into_iter().map(|meant| meant.near.join(" ")).collect::<Vec<_>>()
        };
        assert_eq!(near("lighthouse"), ["lighthouses lighthousekeepers"]);
        assert_eq!(near("lighthuoses"), ["lighthouses lighthousekeepers"]);
        assert_eq!(near("Kamera"), ["昨日kameraを見た"]);
        assert_eq!(near("Élan harbours"), [""; 0]);
        assert_eq!(near("zebra"), [""]);
        assert_eq!(near("\"an elan\" light*"), [""; 0]);
    }
}
