//! Memory tables compared with the same rows in an ordinary table.

use rusqlite::types::Value;

use super::*;

struct Row {
    key: u32,
    audience: Option<&'static str>,
    n: u32,
    x: f64,
    day: u32,
    name: Option<&'static str>,
}

impl Record for Row {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::integer("k", |row| Cell::id(row.key)),
        Column::text("audience", |row| row.audience.into()),
        Column::integer("n", |row| row.n.into()),
        Column::real("x", |row| row.x.into()),
        Column::text("day", |row| Cell::Date(row.day)),
        Column::text("name", |row| row.name.into()),
    ];
}

/// Keys ascend and the first is NULL; two others are equal.
fn table() -> Table {
    let row = |key, audience, n, x, day, name| Row { key, audience, n, x, day, name };
    let (critic, user) = (Some("critic"), Some("user"));
    let july = (2012 << 9) | (7 << 5);
    Table::of(
        vec![
            row(0, critic, 0, 1.5, 0, Some("")),
            row(1, critic, 5, f64::NAN, 2012 << 9, Some("Ada")),
            row(3, critic, 2, -1.0, july, Some("Żółć")),
            row(3, user, 4, 2.0, (1999 << 9) | (12 << 5) | 31, None),
            row(9, None, 4, f64::INFINITY, 0, None),
        ],
        2,
    )
}

fn create(conn: &Connection, table: Table) {
    make_known(conn, c"memory", HashMap::from([("t", Arc::new(table))])).expect("known");
    conn.execute_batch("CREATE VIRTUAL TABLE temp.t USING memory").expect("created");
}

fn rows(conn: &Connection, select: &str) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(select).expect("a select");
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
    rows.expect("rows").collect::<rusqlite::Result<_>>().expect("each")
}

/// The same rows in an ordinary table.
fn copied() -> Connection {
    let conn = Connection::open_in_memory().expect("memory");
    create(&conn, table());
    conn.execute_batch("CREATE TABLE copy AS SELECT * FROM temp.t").expect("copied");
    conn
}

#[test]
fn every_sort_of_cell_becomes_a_value() {
    let conn = Connection::open_in_memory().expect("memory");
    create(&conn, table());
    let text = |text: &str| Value::Text(text.to_owned());
    let found = rows(&conn, "SELECT * FROM t");
    let expected = vec![
        vec![
            Value::Null,
            text("critic"),
            Value::Integer(0),
            Value::Real(1.5),
            Value::Null,
            text(""),
        ],
        vec![
            Value::Integer(1),
            text("critic"),
            Value::Integer(5),
            Value::Null,
            text("2012"),
            text("Ada"),
        ],
        vec![
            Value::Integer(3),
            text("critic"),
            Value::Integer(2),
            Value::Real(-1.0),
            text("2012-07"),
            text("Żółć"),
        ],
        vec![
            Value::Integer(3),
            text("user"),
            Value::Integer(4),
            Value::Real(2.0),
            text("1999-12-31"),
            Value::Null,
        ],
        vec![
            Value::Integer(9),
            Value::Null,
            Value::Integer(4),
            Value::Real(f64::INFINITY),
            Value::Null,
            Value::Null,
        ],
    ];
    assert_eq!(found, expected);
}

/// All comparisons and orders.
#[test]
fn comparisons_and_orders_equal_an_ordinary_tables() {
    let conn = copied();
    let mut compared = 0;
    for column in ["k", "n", "x", "audience", "day", "name"] {
        for operator in ["=", ">", ">=", "<", "<=", "<>", "IS", "IS NOT"] {
            for with in [
                "NULL", "0", "3", "4", "-1.0", "1.5", "9e999", "'3'", "'user'", "'nobody'",
                "9007199254740993", "-9007199254740993", "' 3 '", "'3.0'", "'+3'", "'4e0'", "'.5'",
                "'5.'", "'3e'", "'0x3'", "'inf'", "'9007199254740993'", "x'33'", "''",
            ] {
                for order in [
                    "k, audience", "k", "audience, k", "k DESC, audience", "n, k, audience",
                    "x, k, audience",
                ] {
                    let select = |table| {
                        format!(
                            "SELECT * FROM {table} WHERE {column} {operator} {with} ORDER BY {order}"
                        )
                    };
                    assert_eq!(
                        rows(&conn, &select("t")),
                        rows(&conn, &select("copy")),
                        "{}",
                        select("t")
                    );
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 6_912);
}

#[test]
fn joins_and_groups_equal_an_ordinary_tables() {
    let conn = copied();
    for select in [
        "SELECT a.k, b.n FROM $ AS a JOIN $ AS b ON b.k = a.k ORDER BY 1, 2",
        "SELECT a.n, b.x FROM copy AS a LEFT JOIN $ AS b ON b.k = a.n AND b.x > 0 ORDER BY 1, 2",
        "SELECT a.n, b.x FROM copy AS a LEFT JOIN $ AS b ON b.k = a.n WHERE b.x IS NULL ORDER BY 1, 2",
        "SELECT k, count(*), sum(x) FROM $ GROUP BY k",
        "SELECT DISTINCT k FROM $ ORDER BY k",
        "SELECT * FROM $ WHERE k IN (9, 3) ORDER BY k, audience",
        "SELECT * FROM $ WHERE k BETWEEN 1 AND 3 AND n > 2 ORDER BY k, audience LIMIT 1 OFFSET 1",
        "SELECT * FROM $ WHERE k = 3 OR n = 4 ORDER BY k, audience",
        "SELECT * FROM $ WHERE audience = 'USER' COLLATE NOCASE ORDER BY k",
        "SELECT a.k, b.n FROM copy AS a JOIN $ AS b ON b.audience = a.audience ORDER BY 1, 2",
    ] {
        let [t, copy] = ["t", "copy"].map(|table| rows(&conn, &select.replace('$', table)));
        assert_eq!(t, copy, "{select}");
        assert!(!t.is_empty(), "{select}");
    }
}

/// SQLite sorts only if the rows are not in that order; a constant column does not affect it.
#[test]
fn an_order_that_the_rows_have_needs_no_sorting() {
    let conn = Connection::open_in_memory().expect("memory");
    create(&conn, table());
    let is_sorted = |order: &str| {
        let plan = rows(&conn, &format!("EXPLAIN QUERY PLAN SELECT * FROM t {order}"));
        plan.iter().any(|row| format!("{row:?}").contains("TEMP B-TREE"))
    };
    for (order, sorted) in [
        ("ORDER BY k", false),
        ("ORDER BY k, audience", false),
        ("WHERE k = 3 ORDER BY audience", false),
        ("ORDER BY k, audience, n", true),
        ("ORDER BY audience", true),
        ("ORDER BY k DESC", true),
    ] {
        assert_eq!(is_sorted(order), sorted, "{order}");
    }
}

#[test]
fn rows_are_computed_on_first_read() {
    let conn = Connection::open_in_memory().expect("memory");
    create(&conn, Table::new(u32::columns(), |_, _| panic!("nobody reads this")));
    assert_eq!(rows(&conn, "SELECT id FROM t WHERE 1 = 0"), Vec::<Vec<Value>>::new());
    let unknown =
        conn.execute_batch("CREATE VIRTUAL TABLE temp.u USING memory").expect_err("unknown");
    assert!(unknown.to_string().contains("no table has this name"), "{unknown}");
}

/// Constraints passed down reduce the computed rows, once per request, and no row is lost; costly
/// columns are computed only if read.
#[test]
fn only_requested_rows_are_computed() {
    let conn = Connection::open_in_memory().expect("memory");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let made = Arc::new(vec![
        Row { key: 1, audience: Some("critic"), n: 7, x: 0.5, day: 0, name: None },
        Row { key: 2, audience: Some("user"), n: 9, x: 1.5, day: 0, name: None },
    ]);
    let table = Table::new(Row::columns(), move |_, request| {
        noted.lock().expect("unpoisoned").push((
            request.text(1).map(str::to_owned),
            request.at_least(2),
            request.reads(1 << 3),
        ));
        Ok(made.clone())
    });
    create(&conn, Table { pushdown: vec![1, 2], costly: 1 << 3, ..table });
    let user = || Some("user".to_owned());
    let all = [(None, Some(8.0), false), (user(), None, false), (None, None, true)];
    for (select, expected, sorts) in [
        ("SELECT count(*) FROM t WHERE n >= 8", 1, 1),
        ("SELECT count(*) FROM t WHERE n > 8 AND k > 2", 0, 1),
        ("SELECT count(*) FROM t WHERE audience = 'user'", 1, 2),
        ("SELECT count(*) FROM t WHERE abs(n) >= 8 AND x > 1", 1, 3),
        ("SELECT count(*) FROM t WHERE n >= 9 AND audience = 'user'", 1, 3),
        ("SELECT count(*) FROM t", 2, 3),
    ] {
        assert_eq!(rows(&conn, select), [[Value::Integer(expected)]], "{select}");
        assert_eq!(asked.lock().expect("unpoisoned").len(), sorts, "{select}");
    }
    assert_eq!(*asked.lock().expect("unpoisoned"), all);
}
