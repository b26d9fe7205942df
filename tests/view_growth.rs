//! Every view of the archive in a stock shell: its cost grows with the reviews and not with their
//! square. Counted in steps of SQLite's virtual machine, so that the result does not depend on the
//! load.

mod packed;

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use packed::archive;
use rusqlite::Connection;

/// Reviews of the smallest archive; the others have twice and four times as many.
const REVIEWS: u64 = 1_000;
const STEPS_PER_CALL: i32 = 50;
/// Maximum factor of the cost for twice the reviews: n log n, with rounding.
const MOST: f64 = 2.4;

/// Average group sizes; the number of groups grows with the reviews.
const OF_WORK: u64 = 20;

/// An archive that grows by works, critics and publications. Three quarters of a work's reviews
/// are by the same few critics, so that the number of pairs grows with the reviews.
fn grown(reviews: u64) -> Connection {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let works = reviews / OF_WORK;
    let mut sql = String::new();
    for id in 1..=works {
        let kind = ["'movie'", "'game'", "NULL"][usize::try_from(id % 3).unwrap()];
        writeln!(
            sql,
            "INSERT INTO work VALUES ({id}, 'W{id}', 'w{id}', {kind}, {}, 0);
             INSERT INTO critic VALUES ({id}, 'C{id}', 'c{id}', 0);
             INSERT INTO publication VALUES ({id}, 'P{id}', 'p{id}', 0);",
            1990 + id % 30
        )
        .unwrap();
    }
    for id in 1..=reviews {
        let work = 1 + draw(works);
        let critic = 1 + (work / 10 * 10 + draw(10)) % works;
        let audience = if draw(4) == 0 { "user" } else { "critic" };
        let words: Vec<String> = (0..8).map(|_| format!("word{}", draw(300))).collect();
        writeln!(
            sql,
            "INSERT INTO review VALUES ({id}, {work}, '{audience}', {critic}, {}, NULL, NULL, '{}-{:02}-{:02}', {}, NULL, '{}', NULL, 0, NULL, NULL, NULL, 0);",
            1 + draw(works),
            2010 + draw(4),
            1 + draw(12),
            1 + draw(28),
            draw(101),
            words.join(" ")
        )
        .unwrap();
    }
    sql += "INSERT INTO import VALUES (1, '2026-01-01', NULL, '', '0', 0);
        INSERT INTO dump VALUES (1, zeroblob(32), 1, 'invented', '{}', NULL, 'UTF-8', 1, NULL, 0, 0);
        INSERT INTO source (id, import_id, dump_id, path, hash) VALUES (1, 1, 1, 'a.txt', 0);
        INSERT INTO sighting SELECT 1, id, id, id, work_id, id, NULL, NULL, NULL, 0, NULL, 1, 0 FROM review;
        INSERT INTO review_fts (review_fts) VALUES ('rebuild');";
    archive(&sql)
}

fn views(conn: &Connection) -> Vec<String> {
    let mut statement = conn
        .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'view' ORDER BY name")
        .unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.map(|name| name.unwrap()).collect()
}

/// Calls of the progress handler while the whole view is read.
fn cost(conn: &mut Connection, view: &str) -> u64 {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    conn.progress_handler(STEPS_PER_CALL, Some(count)).unwrap();
    {
        let mut statement = conn.prepare(&format!("SELECT * FROM main.{view}")).unwrap();
        let mut rows = statement.raw_query();
        while rows.next().unwrap().is_some() {}
    }
    calls.load(Ordering::Relaxed)
}

#[test]
fn no_view_grows_with_the_square_of_the_reviews() {
    let mut archives = [1, 2, 4].map(|times| grown(REVIEWS * times));
    let mut told = String::new();
    let views = views(&archives[0]);
    assert!(views.len() > 15, "{views:?}");
    for view in views {
        let [a, b, c] = archives.each_mut().map(|conn| cost(conn, &view));
        let (first, second) = (b as f64 / a as f64, c as f64 / b as f64);
        if first > MOST || second > MOST {
            writeln!(told, "{view}: {a}, {b}, {c}: {first:.2} and {second:.2} times").unwrap();
        }
    }
    assert!(told.is_empty(), "{told}");
}

/// Proves that the test can fail.
#[test]
fn the_test_finds_quadratic_growth() {
    let square = "CREATE VIEW square AS SELECT count(*) FROM review AS a JOIN review AS b ON b.id > a.id + a.score";
    let [a, b] = [1, 2].map(|times| {
        let mut conn = grown(REVIEWS / 2 * times);
        conn.execute_batch(square).unwrap();
        cost(&mut conn, "square")
    });
    assert!(b as f64 / a as f64 > 3.0, "{a} {b}");
}
