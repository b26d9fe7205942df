//! What revdb works out itself (`src/query/computed`) against the archive's own
//! views of the same names: the same rows, whatever the quotes are like.

use std::path::Path;

use revdb::query::report::Catalogue;
use revdb::query::{AudienceChoice, Filter};
use rusqlite::Connection;
use rusqlite::types::Value;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn archive(sql: &str) -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(&read("migrations/V1__archive.sql")).unwrap();
    conn.execute_batch(sql).unwrap();
    conn
}

fn rows(conn: &Connection, table: &str) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3")).unwrap();
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
    rows.unwrap().map(|row| row.unwrap()).collect()
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => (a - b).abs() <= 1e-9,
        _ => a == b,
    }
}

const READERS: [(&str, &str); 3] =
    [("word_side", "keywords"), ("taste_pair", "agreement"), ("quote_pair", "near-duplicates")];

/// Has revdb lay each table, and compares it with the view. Gives how many rows there were.
fn compare(conn: &Connection) -> [usize; 3] {
    READERS.map(|(table, report)| {
        let report = Catalogue::built_in().get(report).unwrap();
        let mut typed = vec![("audience", "all")];
        if report.param("min_shared").is_some() {
            typed.push(("min_shared", "2"));
        }
        let values = report.values(typed).unwrap();
        report.prepare(conn, &values).unwrap_or_else(|error| panic!("{error}"));
        let ours = rows(conn, &format!("temp.{table}"));
        let view = rows(conn, &format!("main.{table}"));
        assert_eq!(ours.len(), view.len(), "{table}");
        for (a, b) in ours.iter().zip(&view) {
            assert!(a.iter().zip(b).all(|(a, b)| same(a, b)), "{table}: {a:?}, the view {b:?}");
        }
        ours.len()
    })
}

#[test]
fn the_invented_archive_gives_the_same() {
    let counts = compare(&archive(&read("tests/fixtures/reports/archive.sql")));
    assert!(counts.iter().all(|&count| count > 0), "{counts:?}");
}

/// Reviews drawn with a fixed seed: few critics and scores, quotes put together from few
/// pieces so that many are contained in others, with letters of every sort.
fn drawn() -> String {
    let pieces = [
        "A warm and careful story of a harbour",
        "and its people,",
        "Ünïcödé naïve café",
        "e\u{301}clair\u{300}s \u{300}x",
        "忘れられない映画、二度見る。",
        "don’t “miss” it -- really…",
        "naïve_test 3½ stars №1 ﬁne Ǆ İstanbul ẞ Straße",
        "x",
        "\n",
        "WARM AND CAREFUL",
        "🎬 movie🎬night",
        "привет МИР ёлка",
        "ไทยดี ภาพยนตร์",
    ];
    let mut state = 20_120_726_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut sql = String::from(
        "INSERT INTO work VALUES (1, 'A', 'a', 'movie', 2000, 0), (2, 'B', 'b', 'game', 2001, 0), (3, 'C', 'c', NULL, NULL, 0);\n",
    );
    for critic in 1..=6 {
        sql += &format!("INSERT INTO critic VALUES ({critic}, 'C{critic}', 'c{critic}', 0);\n");
    }
    for id in 1..=400 {
        let words: Vec<_> =
            (0..draw(5)).map(|_| pieces[usize::try_from(draw(13)).unwrap()]).collect();
        let quote = match words.join(" ") {
            empty if empty.is_empty() => "NULL".to_owned(),
            words => format!("'{}'", words.replace('\'', "''")),
        };
        let critic = draw(8);
        let critic = if (1..=6).contains(&critic) { critic.to_string() } else { "NULL".to_owned() };
        let audience = if draw(4) == 0 { "user" } else { "critic" };
        let score = if draw(6) == 0 { "NULL".to_owned() } else { (draw(11) * 10).to_string() };
        let text = if draw(3) == 0 { "NULL".to_owned() } else { format!("'{}'", draw(4)) };
        sql += &format!(
            "INSERT INTO review VALUES ({id}, {}, '{audience}', {critic}, NULL, NULL, NULL, NULL, {score}, {text}, {quote}, NULL, 0, NULL, 0);\n",
            1 + draw(3)
        );
    }
    sql + "INSERT INTO review_fts (review_fts) VALUES ('rebuild');"
}

#[test]
fn awkward_quotes_give_the_same() {
    let counts = compare(&archive(&drawn()));
    assert!(counts[0] > 50 && counts[1] > 10 && counts[2] > 100, "{counts:?}");
}

/// Under a filter the tables hold what an archive of only these reviews gives in its views.
#[test]
fn a_filter_narrows_the_tables_too() {
    let conn = archive(&drawn());
    let filter = Filter {
        audience: Some(AudienceChoice::All),
        min_score: Some(20.0),
        max_score: Some(90.0),
        ..Filter::default()
    };
    filter.apply_for_report(&conn).unwrap();
    let only = archive(&drawn());
    only.execute_batch(
        "DELETE FROM review WHERE NOT coalesce(score BETWEEN 20 AND 90, 0);
         INSERT INTO review_fts (review_fts) VALUES ('rebuild');",
    )
    .unwrap();
    for (table, report) in READERS {
        let report = Catalogue::built_in().get(report).unwrap();
        let mut typed = vec![("audience", "all")];
        if report.param("min_shared").is_some() {
            typed.push(("min_shared", "2"));
        }
        let values = report.values(typed).unwrap();
        report.prepare(&conn, &values).unwrap();
        let (ours, view) =
            (rows(&conn, &format!("temp.{table}")), rows(&only, &format!("main.{table}")));
        assert_eq!(ours.len(), view.len(), "{table}");
        assert!(
            ours.iter().zip(&view).all(|(a, b)| a.iter().zip(b).all(|(a, b)| same(a, b))),
            "{table}"
        );
    }
}
