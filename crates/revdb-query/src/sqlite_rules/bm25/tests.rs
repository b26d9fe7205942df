//! The best matches equal those of FTS5's own `bm25()`, in its order.

use proptest::prelude::*;
use rusqlite::{Connection, params};

use super::{Weighed, best};
use crate::ids::Ids;

/// An index like an archive's, over `quotes`; every third review is chosen.
fn index(quotes: &[String]) -> Connection {
    let db = Connection::open_in_memory().expect("memory");
    db.execute_batch(
        "CREATE TABLE review (id INTEGER PRIMARY KEY, quote TEXT);
         CREATE VIRTUAL TABLE review_fts USING fts5(quote, content='review', content_rowid='id',
             tokenize='unicode61 remove_diacritics 2');
         CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY);
         BEGIN;",
    )
    .expect("tables");
    {
        let mut add = db.prepare("INSERT INTO review VALUES (?1, ?2)").expect("a statement");
        for (id, quote) in (1_i64..).zip(quotes) {
            add.execute(params![id, quote]).expect("a review");
        }
    }
    db.execute_batch(
        "INSERT INTO review_fts (rowid, quote) SELECT id, quote FROM review;
         INSERT INTO temp.chosen SELECT id FROM review WHERE id % 3 = 0;
         COMMIT;",
    )
    .expect("an index");
    db
}

/// FTS5's own result.
fn by_fts5(db: &Connection, words: &str, limit: usize, among: Option<&Ids>) -> Vec<Weighed> {
    let text = "SELECT rowid, bm25(review_fts) AS weight FROM review_fts
                WHERE quote MATCH ?1 AND (?3 OR +rowid IN (SELECT id FROM temp.chosen))
                ORDER BY weight, rowid LIMIT ?2";
    let limit = i64::try_from(limit).expect("a small limit");
    let mut statement = db.prepare(text).expect("a statement");
    statement
        .query_map(params![words, limit, among.is_none()], |row| {
            Ok(Weighed { id: row.get(0)?, weight: row.get(1)? })
        })
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("a row")
}

/// Compares all relevant limits, and returns the number of rows that FTS5 found.
fn same(db: &Connection, words: &str) -> usize {
    let mut found = 0;
    let every_third: Ids = (0..10_000).filter(|id| id % 3 == 0).collect();
    for among in [None, Some(&every_third)] {
        for limit in [0, 1, 2, 7, 20, 100_000] {
            let ours = best(db, words, limit, among).expect(words);
            let theirs = by_fts5(db, words, limit, among);
            let ids = |all: &[Weighed]| all.iter().map(|one| one.id).collect::<Vec<_>>();
            assert_eq!(
                ids(&ours),
                ids(&theirs),
                "{words}, {limit}, among some: {}",
                among.is_some()
            );
            for (our, their) in ours.iter().zip(&theirs) {
                let near = (our.weight - their.weight).abs() <= their.weight.abs() * 1e-14;
                let equal = our.weight.to_bits() == their.weight.to_bits();
                assert!(equal || (cfg!(not(target_arch = "x86_64")) && near), "{words}: {our:?}");
            }
            found = theirs.len().max(found);
        }
    }
    found
}

/// 3,000 quotes of one to forty words; the first word of the list is the most common.
fn quotes() -> Vec<String> {
    const WORDS: [&str; 12] = [
        "the", "film", "a", "Größe", "light", "été", "tide", "тень", "lantern", "slow", "Ωmega",
        "rare",
    ];
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..3_000)
        .map(|_| {
            let words = (0..=next(40)).map(|_| {
                let first = next(WORDS.len());
                WORDS[next(first + 1)]
            });
            words.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn every_sort_of_query_is_ranked_as_fts5_ranks_it() {
    let db = index(&quotes());
    let shapes = [
        "the",
        "THE",
        "rare",
        "GROßE",
        "ete",
        "тень",
        "ωmega",
        "the film",
        "the the",
        "\"the film\"",
        "\"the the\"",
        "\"the\" + \"film\" + \"a\"",
        "the AND film OR rare",
        "the NOT film",
        "(slow OR rare) NOT \"the film\"",
        "li*",
        "\"the li\" *",
        "t* NOT tide",
        "^the",
        "^slow film",
        "NEAR(rare lantern)",
        "NEAR(rare lantern slow, 3)",
        // Here FTS5 reports the hits of `rare` in an earlier row.
        "NEAR(\"the film\" rare, 2) OR tide",
        "NEAR(the film rare lantern, 1) OR slow",
        "quote : rare",
        "quote : (the OR rare)",
        "{quote} : ^tide",
        "\"the film a light ete tide\" OR rare",
        "the AND (film OR \"\")",
        "rare OR nowhere",
    ];
    for words in shapes {
        assert!(same(&db, words) > 0, "{words} finds nothing, so nothing is compared");
    }
    for words in ["nowhere", "the AND nowhere", "- quote : the", "\"\""] {
        assert_eq!(same(&db, words), 0, "{words}");
    }
}

#[test]
fn equal_weights_are_ordered_by_id() {
    let quotes: Vec<String> =
        (0..500).map(|n| ["good", "good film", "good good"][n % 3].to_owned()).collect();
    let db = index(&quotes);
    for words in ["good", "good OR film", "film"] {
        assert!(same(&db, words) > 100, "{words}");
    }
}

/// One, two, three or four hits in 10, 30, 50 or 70 words have equal weights if 30 is the average,
/// but rounding separates some of them before the multiplication by the rarity, and not after.
#[test]
fn rounding_differences_are_ordered_like_fts5() {
    for others in (8..80).step_by(3) {
        let mut quotes = vec![vec!["other"; 30].join(" "); others];
        for n in [4, 2, 3, 1, 3, 4, 1, 2] {
            let mut words = vec!["word"; n];
            words.resize(20 * n - 10, "other");
            quotes.push(words.join(" "));
        }
        // The eight have 320 words, 80 more than the average.
        quotes.extend(vec![vec!["other"; 20].join(" "); 8]);
        let db = index(&quotes);
        assert_eq!(same(&db, "word"), 8);
    }
}

#[test]
fn hopeless_matches_need_no_length() {
    let mut quotes = vec!["word word word".to_owned(); 60];
    quotes.extend(vec![format!("{}word", "other ".repeat(40)); 1_000]);
    let db = index(&quotes);
    let whole = by_fts5(&db, "word", 20, None);
    db.execute("DELETE FROM review_fts_docsize WHERE id > 60", []).expect("a shadow table");
    let ours = best(&db, "word", 20, None).expect("no length is missed");
    assert_eq!(ours.len(), 20);
    assert!(ours.iter().map(|one| one.id).eq(whole.iter().map(|one| one.id)));
    best(&db, "word", 100, None).expect_err("here the lengths are needed");
}

#[test]
fn syntax_errors_are_fts5s() {
    let db = index(&quotes());
    for words in ["the AND", "NEAR(", "nothing : the", "\"the"] {
        let error = best(&db, words, 20, None).expect_err(words).to_string();
        let theirs = db
            .query_row("SELECT 1 FROM review_fts WHERE quote MATCH ?1", [words], |_| Ok(()))
            .expect_err(words)
            .to_string();
        assert_eq!(error, theirs);
    }
}

#[test]
fn the_function_refuses_other_callers() {
    let db = index(&quotes());
    best(&db, "the", 1, None).expect("registers the function");
    for arguments in ["", ", 1", ", x'0102030405060708'", ", NULL", ", 1, 2"] {
        let text =
            format!("SELECT weigh(review_fts{arguments}) FROM review_fts WHERE quote MATCH 'the'");
        db.query_row(&text, [], |_| Ok(())).expect_err(arguments);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_quotes_are_ranked_as_fts5_ranks_them(
        quotes in prop::collection::vec("((a|b|é|c) ){0,12}", 1..60),
        words in "(a|b|c|e|\"a b\"|a\\*|NEAR\\(a b c, 1\\))( (AND|OR|NOT) (a|b|c|e|\"b a\"|NEAR\\(a b c, 1\\))){0,3}",
    ) {
        same(&index(&quotes), &words);
    }
}
