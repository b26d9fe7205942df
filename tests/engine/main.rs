//! Compares the engine's tables (`crates/revdb-query/src/engine`) with the archive's views of the
//! same names: the same rows for any quotes, also through the program's hardened connection.

#[path = "../drawn/mod.rs"]
mod drawn;
#[path = "../packed/mod.rs"]
mod packed;
mod scoped;

use std::collections::BTreeMap;
use std::path::Path;

use drawn::drawn;
use packed::archive;
use revdb_query::report::{Catalogue, Report, Values};
use revdb_query::{AudienceChoice, Filter, NameFilter, Named, Scope, engine};
use revdb_store::Archive;
use rusqlite::Connection;
use rusqlite::types::Value;

type Rows = Vec<Vec<Value>>;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows_of(conn: &Connection, select: &str, values: Option<&Values>) -> Rows {
    let mut statement = conn.prepare(select).unwrap_or_else(|error| panic!("{select}: {error}"));
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).unwrap().trim_start_matches(':').to_owned();
        let value = values.unwrap().get(&name).unwrap().clone();
        statement.raw_bind_parameter(index, value).unwrap();
    }
    let width = statement.column_count();
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{select}: {error}")) {
        found.push((0..width).map(|at| row.get_unwrap(at)).collect());
    }
    found
}

fn rows(conn: &Connection, table: &str) -> Rows {
    let width = names(conn, table).len();
    let order: Vec<_> = (1..=width).map(|at| at.to_string()).collect();
    rows_of(conn, &format!("SELECT * FROM {table} ORDER BY {}", order.join(", ")), None)
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => a == b || (a - b).abs() <= 1e-9 * a.abs().max(1.0),
        _ => a == b,
    }
}

fn assert_same(what: &str, ours: &Rows, view: &Rows) {
    assert_eq!(ours.len(), view.len(), "{what}");
    for (a, b) in ours.iter().zip(view) {
        assert!(a.iter().zip(b).all(|(a, b)| same(a, b)), "{what}: {a:?}, the view {b:?}");
    }
}

/// Reads quotes on two connections for archives of any size.
const IN_PARALLEL: usize = 0;
const IN_ONE: usize = usize::MAX;

/// How many rows each table had.
type Counts = BTreeMap<&'static str, usize>;

/// Constraints that restrict a table, if passed down.
const NARROWINGS: [(&str, &str); 15] = [
    ("word_counts", "WHERE audience = 'user'"),
    ("word_counts", "WHERE audience = 'critic' AND plus > 0"),
    ("critic_pair", "WHERE audience = 'critic' AND shared >= 3"),
    ("critic_pair", "WHERE shared > 2"),
    ("critic_pair", "WHERE audience = 'nobody' OR shared >= 3"),
    ("group_score", "WHERE grouping = 'work' AND id = 2 AND n >= 1"),
    ("group_score", "WHERE grouping IN ('kind', 'year', 'nothing') AND positive > 0"),
    ("group_score", "WHERE id = 2 AND audience = 'user'"),
    ("group_score", "WHERE name = 'movie'"),
    ("score_distance", "WHERE method = 'mad' AND distance > 1"),
    ("score_distance", "WHERE distance >= 1 AND distance > 0.5 AND audience = 'critic'"),
    ("score_distance", "WHERE distance < 1 OR method = 'z'"),
    ("work_timeline", "WHERE place = 1 AND audience = 'user'"),
    ("period_sum", "WHERE sort = 'week' AND audience = 'critic'"),
    ("critic_trend", "WHERE critic_id = 3"),
];

/// The view that filters do not restrict.
const WHOLE: &str = "held_work";

/// Creates each table on `conn`, and compares it with the views of `plain`.
fn compare(
    (conn, scope): (&Connection, &Scope),
    plain: &Connection,
    parallel_from: usize,
) -> Counts {
    engine::create_tables_with(conn, scope, parallel_from).unwrap();
    let compared = engine::names().map(|table| {
        let (ours, view) = (format!("temp.{table}"), format!("main.{table}"));
        let plain = if table == WHOLE { conn } else { plain };
        assert_eq!(names(conn, &ours), names(plain, &view));
        let found = rows(conn, &ours);
        assert_same(table, &found, &rows(plain, &view));
        for (_, narrowed) in NARROWINGS.iter().filter(|(narrowed, _)| *narrowed == table) {
            let (ours, view) = (format!("{ours} {narrowed}"), format!("{view} {narrowed}"));
            assert_same(&ours, &rows(conn, &ours), &rows(plain, &view));
        }
        (table, found.len())
    });
    compared.collect()
}

/// The columns' names.
fn names(conn: &Connection, table: &str) -> Vec<String> {
    let statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
    statement.column_names().map(str::to_owned).collect()
}

/// An archive in a file, opened as the program does; the folder is deleted with the last value.
fn opened(plain: &Connection) -> (Archive, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive.db");
    plain.execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    let filed = Archive::open(&file).unwrap();
    (filed, folder)
}

/// Compares both ways: on the archive in memory, and in two halves on the same archive in a file,
/// hardened.
fn compare_both_ways(sql: &str) -> Counts {
    let plain = archive(sql);
    let counts = compare((&archive(sql), &Scope::default()), &plain, IN_ONE);
    assert_eq!(compare((&archive(sql), &Scope::default()), &plain, IN_PARALLEL), counts);
    let (filed, _folder) = opened(&plain);
    let filed = filed.connection();
    let beside = filed.unchecked_transaction().unwrap();
    beside.query_row("SELECT max(id) FROM review", [], |_| Ok(())).unwrap();
    assert!(revdb_store::second_connection(filed).is_some(), "a second connection can be had");
    beside.commit().unwrap();
    assert_eq!(compare((filed, &Scope::default()), &plain, IN_PARALLEL), counts);
    counts
}

/// Parameter values to try for a report: defaults, each audience, each listed value with each
/// audience, and thresholds.
fn questions(report: &Report) -> Vec<Vec<(String, String)>> {
    let mut asked = vec![Vec::new()];
    for audience in ["critic", "user", "all"] {
        let of = ("audience".to_owned(), audience.to_owned());
        asked.push(vec![of.clone()]);
        for param in &report.params {
            let words = param.one_of.iter().filter(|_| param.name != "audience").cloned();
            let floor = param.name.starts_with("min_").then(|| "2".to_owned());
            let values = words.chain(floor);
            asked.extend(values.map(|word| vec![of.clone(), (param.name.clone(), word)]));
        }
    }
    asked
}

/// Compares the report's statements as run by the program with the same text over the archive's
/// own views. Returns the number of rows.
fn compare_report(
    (filed, scope): (&Connection, &Scope),
    plain: &Connection,
    report: &Report,
) -> usize {
    let mut compared = 0;
    for typed in questions(report) {
        let what = format!("{} {typed:?}", report.name);
        let values = report.values(typed.iter().map(|(a, b)| (a.as_str(), b.as_str()))).unwrap();
        let mut prepared = report.prepare(filed, scope, &values).unwrap();
        let mut rows = prepared.rows();
        let ours: Rows = std::iter::from_fn(|| rows.next_row().unwrap()).collect();
        assert_same(&what, &ours, &rows_of(plain, &report.select.sql, Some(&values)));
        if let Some(notes) = &report.notes {
            let ours: Rows = rows_of(filed, &notes.sql, Some(&values));
            assert_same(&what, &ours, &rows_of(plain, &notes.sql, Some(&values)));
        }
        compared += ours.len();
    }
    compared
}

#[test]
fn every_report_agrees_with_the_archives_own_views() {
    for sql in [read("tests/fixtures/reports/archive.sql"), drawn()] {
        let plain = archive(&sql);
        let (filed, _folder) = opened(&plain);
        let catalogue = Catalogue::built_in();
        let reports = catalogue.names().map(|name| catalogue.get(name).unwrap());
        let compared: usize = reports
            .map(|report| compare_report((filed.connection(), &Scope::default()), &plain, &report))
            .sum();
        assert!(compared > 500, "{compared}");
    }
}

/// Rows are restricted only by what the SELECT requires: not by an unused audience, a parameter's
/// name, or a view named in a comment.
#[test]
fn a_users_report_reads_all_that_it_selects() {
    let plain = archive(&drawn());
    let (filed, _folder) = opened(&plain);
    let header = "-- title = \"T\"\n-- summary = \"t\"\n-- rule = \"r\"\n-- [columns]\n";
    let param = "-- [[param]]\n-- name = \"min_shared\"\n-- type = \"int\"\n-- default = 4\n-- help = \"h\"\n";
    for (columns, select) in [
        (
            "-- audience = \"text\"\n-- n = \"int\"\n",
            "SELECT audience, count(*) AS n FROM word_counts GROUP BY 1 ORDER BY 1",
        ),
        ("-- n = \"int\"\n", "SELECT count(*) AS n FROM critic_pair WHERE shared < :min_shared"),
        (
            "-- n = \"int\"\n",
            "SELECT count(*) AS n FROM Critic_Pair WHERE :min_shared > 0 AND audience <> 'x'",
        ),
        (
            "-- n = \"int\"\n",
            "SELECT count(*) AS n /* word_counts */ FROM \"duplicate_candidates\" WHERE :min_shared",
        ),
    ] {
        let param = if select.contains(':') { param } else { "" };
        let report =
            Report::parse("own", "own.sql", &format!("{header}{columns}{param}\n{select}"))
                .unwrap();
        let filed = (filed.connection(), &Scope::default());
        assert!(compare_report(filed, &plain, &report) > 0, "{select}");
        let values = report.values([]).unwrap();
        let told = rows_of(&plain, &report.select.sql, Some(&values));
        assert!(told.iter().all(|row| *row.last().unwrap() != Value::Integer(0)), "{select}");
    }
}

#[test]
fn the_invented_archive_gives_the_same() {
    let counts = compare_both_ways(&read("tests/fixtures/reports/archive.sql"));
    assert!(counts.values().all(|&count| count > 0), "{counts:?}");
}

#[test]
fn awkward_quotes_give_the_same() {
    let counts = compare_both_ways(&drawn());
    for (table, least) in [
        ("word_counts", 50),
        ("critic_pair", 10),
        ("duplicate_candidates", 50),
        ("work_timeline", 50),
    ] {
        assert!(counts[table] > least, "{counts:?}");
    }
}

/// A beginning shared by more than 200 reviews of a work is a phrase: no pairs in either
/// implementation, even if one quote contains another; with one review fewer they are pairs.
#[test]
fn a_phrase_of_many_reviews_makes_no_pairs() {
    let praise = |many: usize| {
        let rows = (1..=many).map(|n| {
            let quote = format!("the same twenty letters begin number {n}");
            format!(
                "INSERT INTO review VALUES ({}, 3, 'critic', NULL, NULL, NULL, NULL, NULL, 50, '5', '{quote}', NULL, 0, NULL, NULL, NULL, 0);",
                1000 + n
            )
        });
        let sql = drawn()
            + &rows.collect::<String>()
            + "INSERT INTO review_fts (review_fts) VALUES ('rebuild');";
        compare((&archive(&sql), &Scope::default()), &archive(&sql), IN_ONE)["duplicate_candidates"]
    };
    let without = praise(0);
    assert_eq!(praise(201), without);
    // Of 200 numbers, those that begin with the digits of another: 1 with 10 to 19 and 100 to 199,
    // …
    assert!(praise(200) > without + 200);
}

/// A page with several reports has one transaction around all of them.
#[test]
fn a_transaction_that_is_open_stays_open() {
    let conn = archive(&drawn());
    let around = conn.unchecked_transaction().unwrap();
    compare((&conn, &Scope::default()), &archive(&drawn()), IN_PARALLEL);
    assert!(!conn.is_autocommit());
    around.commit().unwrap();
}

/// An interrupt of the first connection ends both halves.
#[test]
fn an_interrupt_ends_both_halves() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("archive.db");
    archive(&drawn()).execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    let mut conn = Connection::open(&file).unwrap();
    engine::create_tables_with(&conn, &Scope::default(), IN_PARALLEL).unwrap();
    conn.progress_handler(1, Some(|| true)).unwrap();
    let told = conn.query_row("SELECT count(*) FROM word_counts", [], |_| Ok(())).unwrap_err();
    let code = told.sqlite_error_code();
    assert_eq!(code, Some(rusqlite::ErrorCode::OperationInterrupted), "{told}");
}

/// The archive's view of verdict words equals revdb's list.
#[test]
fn verdicts_say_the_same_in_the_archive() {
    use revdb_model::verdict::{Polarity, WORDS};
    let says = |polarity| if polarity == Polarity::Positive { "positive" } else { "negative" };
    let mut words: Vec<_> = WORDS
        .iter()
        .map(|(word, polarity)| [*word, says(*polarity)].map(|text| Value::Text(text.to_owned())))
        .map(Vec::from)
        .collect();
    words.sort_by_key(|row| format!("{row:?}"));
    let mut view = rows(&archive(""), "main.verdict_word");
    view.sort_by_key(|row| format!("{row:?}"));
    assert_eq!(view, words);
}
