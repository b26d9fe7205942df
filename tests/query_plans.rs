//! The plan of every report, of the listing, the search and `show`: the output of `EXPLAIN QUERY
//! PLAN` in one snapshot each, on an archive without ANALYZE, like the users'. A scan of a whole
//! table (not of a covering index) must be in [`ACCEPTED`] with a reason, else the test fails.

mod packed;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use revdb_query::listing::{self, Columns, Sort};
use revdb_query::report::Catalogue;
use revdb_query::{Filter, NameFilter, Named, Scope};
use revdb_sql::sql;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// Statement, table that it scans, and why that is acceptable.
const ACCEPTED: &[(&str, &str, &str)] = &[
    ("claims", "claim", "every claim is compared"),
    ("claims, notes", "claim", "every claim is counted"),
    ("critics", "critic", "every review is to be named; critics are far fewer"),
    ("leniency", "review", "with --by publication alone: the archive's own view"),
    ("leniency, notes", "review", "with --by publication alone: the archive's own view"),
    ("exported", "mention_property", "what is said of the works of all rows is put together once"),
    ("name-variants", "critic", "every name is compared"),
    ("name-variants", "publication", "every name is compared"),
    ("name-variants", "work", "every name is compared"),
    ("name-variants, notes", "alias", "merges are few"),
    ("quality", "rejection", "every dump's rejections are counted"),
    ("score-spread", "mention_property", "--by genre: what is said of every work"),
    ("score-spread", "review", "--by genre: every score counts"),
    ("score-spread, notes", "mention_property", "--by genre: what is said of every work"),
    ("score-spread, notes", "review", "--by genre: every score counts"),
    ("titles", "work", "titles are put in order once, before the reviews"),
    ("wanted", "critic", "a part of a name may stand anywhere in it"),
    ("wanted", "mention_property", "of authors, directors and genres"),
    ("wanted", "publication", "a part of a name may stand anywhere in it"),
    ("wanted", "work", "a part of a title may stand anywhere in it"),
    ("works_of_kind", "work", "works are far fewer than reviews"),
    ("works", "work", "the kind of each; works are far fewer than reviews"),
];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn archive() -> Connection {
    packed::archive(&read("tests/fixtures/reports/archive.sql"))
}

/// Tables of the archive by their root page. An index has another page.
fn tables(conn: &Connection) -> BTreeMap<i64, String> {
    let mut statement = conn
        .prepare(
            "SELECT rootpage, name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0",
        )
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(|row| row.unwrap()).collect()
}

/// The tables that a statement scans: those that its program opens and rewinds. `EXPLAIN QUERY
/// PLAN` names aliases only.
fn scanned(conn: &Connection, text: &str) -> BTreeSet<String> {
    let tables = tables(conn);
    let mut opened = BTreeMap::new();
    let mut scanned = BTreeSet::new();
    let mut statement = conn.prepare(&format!("EXPLAIN {text}")).unwrap();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().unwrap() {
        let opcode: String = row.get("opcode").unwrap();
        let (p1, p2): (i64, i64) = (row.get("p1").unwrap(), row.get("p2").unwrap());
        match opcode.as_str() {
            // The third operand is the database; 0 is the archive.
            "OpenRead" if row.get::<_, i64>("p3").unwrap() == 0 => {
                opened.insert(p1, p2);
            }
            "OpenRead" | "OpenEphemeral" | "OpenAutoindex" | "VOpen" => {
                opened.remove(&p1);
            }
            "Rewind" | "Last" => {
                scanned.extend(opened.get(&p1).and_then(|root| tables.get(root)).cloned());
            }
            _ => {}
        }
    }
    scanned
}

fn plan(conn: &Connection, text: &str) -> String {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
    let mut rows = statement.raw_query();
    let mut depths = BTreeMap::from([(0_i64, 0_usize)]);
    let mut told = String::new();
    while let Some(row) = rows.next().unwrap() {
        let (id, parent): (i64, i64) = (row.get("id").unwrap(), row.get("parent").unwrap());
        let depth = depths.get(&parent).copied().unwrap_or(0);
        depths.insert(id, depth + 1);
        let detail: String = row.get("detail").unwrap();
        // A subquery's number does not matter.
        writeln!(told, "{}{detail}", "  ".repeat(depth)).unwrap();
    }
    told
}

/// The plan with its scans; a scan that is not accepted is added to `unexplained`.
fn told(conn: &Connection, name: &str, text: &str, unexplained: &mut Vec<String>) -> String {
    let mut told = format!("# {name}\n{}", plan(conn, text));
    for table in scanned(conn, text) {
        match ACCEPTED.iter().find(|(whose, what, _)| *whose == name && *what == table) {
            Some((_, _, reason)) => writeln!(told, "whole table {table}: {reason}").unwrap(),
            None => unexplained.push(format!(
                "reads a whole table: add (\"{name}\", \"{table}\", \"the reason\"), to ACCEPTED in {}",
                file!()
            )),
        }
    }
    told + "\n"
}

#[test]
fn no_statement_reads_a_whole_table_without_a_reason() {
    let conn = archive();
    let mut unexplained = Vec::new();
    let mut snapshots: Vec<(String, String)> = Vec::new();
    let catalogue = Catalogue::built_in();
    for name in catalogue.names() {
        let report = catalogue.get(name).unwrap();
        // Creates the engine's tables, so that the plan is the one that runs.
        let values = report.values([]).unwrap();
        report.prepare(&conn, &Scope::default(), &values).unwrap();
        report.notes(&conn, &values, true).unwrap();
        let mut plans = told(&conn, name, &report.select.sql, &mut unexplained);
        if let Some(notes) = &report.notes {
            plans += &told(&conn, &format!("{name}, notes"), &notes.sql, &mut unexplained);
        }
        snapshots.push((format!("report_{name}"), plans));
    }
    let mut inner = String::new();
    for name in ["works", "titles", "critics", "quotes", "quotes_one", "two_quotes", "same_mark"] {
        inner += &told(&conn, name, sql(&format!("engine/{name}")), &mut unexplained);
    }
    snapshots.push(("engine".to_owned(), inner));
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    for (name, text) in snapshots {
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn no_listing_or_search_reads_a_whole_table_without_a_reason() {
    let conn = archive();
    let mut unexplained = Vec::new();
    let mut listed = String::new();
    // The table that the statement reads must exist for planning.
    let ids = [1, 2].into_iter().collect();
    listing::prepare(&conn, &ids, (Sort::Date, false), Columns::Short, None).unwrap();
    for name in ["listed", "exported"] {
        listed += &told(&conn, name, sql(&format!("listing/{name}")), &mut unexplained);
    }
    stand_in(&conn);
    for name in ["weigh", "best", "ranked"] {
        listed += &told(&conn, name, sql(&format!("search/{name}")), &mut unexplained);
    }
    for name in ["review", "sightings", "changes"] {
        listed += &told(
            &conn,
            &format!("show, {name}"),
            sql(&format!("history/{name}")),
            &mut unexplained,
        );
    }
    let by_critic =
        Filter { names: vec![NameFilter::only(Named::Critic, "quill")], ..Filter::default() };
    by_critic.select(&conn).unwrap().scope(&conn).unwrap().create_views(&conn).unwrap();
    for name in ["wanted", "works_of_kind", "words", "import_holds", "is_like"] {
        listed += &told(&conn, name, sql(&format!("filter/{name}")), &mut unexplained);
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("listing", listed);
    });
}

/// A function with the name that a search registers with FTS5; planning fails without it.
fn stand_in(conn: &Connection) {
    conn.create_scalar_function("weigh", 2, FunctionFlags::SQLITE_UTF8, |_| Ok(0)).unwrap();
}

/// Proves that the test can fail: a report that groups the rows themselves.
#[test]
fn the_test_finds_a_new_scan() {
    let conn = archive();
    assert_eq!(
        scanned(&conn, "SELECT count(url) FROM filtered"),
        BTreeSet::from(["review".to_owned()])
    );
    assert_eq!(
        scanned(&conn, "SELECT count(*) FROM sighting WHERE review_id = 1"),
        BTreeSet::new()
    );
    assert_eq!(scanned(&conn, "SELECT url FROM filtered WHERE id = 5"), BTreeSet::new());
}
