//! Words of the index that were perhaps meant, where a word is in no quote.
//!
//! The index finds whole words: `lighthouse` is not `lighthouses`, and between Chinese or
//! Japanese letters a name has no space around it (`看了iPhone拍的` is one word). Must never:
//! change what is found; these are offered, and a person decides.

use rusqlite::{Connection, named_params};

use revdb_model::name::fold;
use revdb_sql::sql;
use revdb_store::ArchiveError;

use super::words::Words;

/// Words offered for one that was typed.
const MOST: usize = 3;

/// From here on words count as near; Jaro-Winkler. `lighthuose` and `lighthouse` have 0.97.
const NEAR: f64 = 0.9;

/// A word that is in no quote, and some that are.
#[derive(Debug, PartialEq, Eq)]
pub struct Meant {
    pub typed: String,
    pub near: Vec<String>,
}

/// The typed words that no quote has, each with near ones: that begin so, that have it within
/// words of scripts without spaces, that are spelt almost so.
///
/// # Errors
/// What SQLite says.
pub fn of(conn: &Connection, words: &Words) -> Result<Vec<Meant>, ArchiveError> {
    conn.execute_batch(sql("near_words/create"))?;
    let mut meant = Vec::new();
    for typed in words.single_words() {
        let word = fold(typed);
        if word.is_empty() || word.contains(' ') || is_there(conn, &word)? {
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
        meant.push(Meant { typed: typed.to_owned(), near });
    }
    Ok(meant)
}

fn is_there(conn: &Connection, word: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached(sql("near_words/exists"))?.exists(named_params! {":word": word})
}

/// Words from `word` on that the statement gives.
fn words_of(conn: &Connection, statement: &str, word: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare_cached(sql(statement))?;
    let count = statement.parameter_count();
    statement.raw_bind_parameter(1, word)?;
    if count > 1 {
        // Past every word that begins so.
        statement.raw_bind_parameter(2, format!("{word}\u{10FFFF}"))?;
    }
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(row.get(0)?);
    }
    Ok(found)
}

/// Words of the same two first letters that are spelt almost so, the nearest first.
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
    fn words_that_were_perhaps_meant() {
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
