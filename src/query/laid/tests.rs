use rusqlite::types::Value;

use super::*;

const DECLARED: &str =
    "CREATE TABLE t (k INTEGER, audience WORD TEXT, n INTEGER, x REAL, day TEXT, name TEXT)";

/// Keys ascend and the first is NULL; of the others two have the same.
fn laid(conn: &Connection, ascending: usize) {
    let mut texts = Texts::default();
    for text in ["", "Ada", "Żółć"] {
        texts.push(text);
    }
    let texts = Arc::new(texts);
    let table = Table::new(DECLARED, ascending, 5, move |_, _| {
        Ok(vec![
            Cells::Id(vec![0, 1, 3, 3, 9]),
            Cells::Word(&["critic", "user"], vec![0, 0, 0, 1, 7]),
            Cells::Count(vec![0, 5, 2, 4, 4]),
            Cells::Real(vec![1.5, f64::NAN, -1.0, 2.0, f64::INFINITY]),
            Cells::Date(vec![
                0,
                2012 << 9,
                (2012 << 9) | (7 << 5),
                (1999 << 9) | (12 << 5) | 31,
                0,
            ]),
            Cells::Text(Arc::clone(&texts), vec![0, 1, 2, 3, u32::MAX]),
        ])
    });
    make_known(conn, c"laid", HashMap::from([("t", Arc::new(table))])).expect("known");
    conn.execute_batch("CREATE VIRTUAL TABLE temp.t USING laid").expect("laid");
}

fn rows(conn: &Connection, select: &str) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(select).expect("a select");
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
    rows.expect("rows").collect::<rusqlite::Result<_>>().expect("each")
}

/// The same rows in a table of SQLite's own.
fn copied() -> Connection {
    let conn = Connection::open_in_memory().expect("memory");
    laid(&conn, 2);
    conn.execute_batch("CREATE TABLE copy AS SELECT * FROM temp.t").expect("copied");
    conn
}

#[test]
fn every_sort_of_cell_becomes_a_value() {
    let conn = Connection::open_in_memory().expect("memory");
    laid(&conn, 2);
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

/// Whatever is compared with whatever, and in whatever order: as a table of SQLite's own.
#[test]
fn comparisons_and_orders_are_as_those_of_a_table() {
    let conn = copied();
    let mut compared = 0;
    for column in ["k", "n", "x", "audience", "day", "name"] {
        for operator in ["=", ">", ">=", "<", "<=", "<>", "IS", "IS NOT"] {
            for with in [
                "NULL",
                "0",
                "3",
                "4",
                "-1.0",
                "1.5",
                "9e999",
                "'3'",
                "'user'",
                "'nobody'",
                "9007199254740993",
                "-9007199254740993",
                "' 3 '",
                "'3.0'",
                "'+3'",
                "'4e0'",
                "'.5'",
                "'5.'",
                "'3e'",
                "'0x3'",
                "'inf'",
                "'9007199254740993'",
                "x'33'",
                "''",
            ] {
                for order in [
                    "k, audience",
                    "k",
                    "audience, k",
                    "k DESC, audience",
                    "n, k, audience",
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
fn joins_and_groups_are_as_those_of_a_table() {
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

/// What is sorted by is only what the rows ascend by.
#[test]
fn an_order_that_the_rows_have_needs_no_sorting() {
    let conn = Connection::open_in_memory().expect("memory");
    laid(&conn, 2);
    let is_sorted = |order: &str| {
        let plan = rows(&conn, &format!("EXPLAIN QUERY PLAN SELECT * FROM t ORDER BY {order}"));
        plan.iter().any(|row| format!("{row:?}").contains("TEMP B-TREE"))
    };
    assert!(!is_sorted("k") && !is_sorted("k, audience"));
    assert!(is_sorted("k, audience, n") && is_sorted("audience") && is_sorted("k DESC"));
}

#[test]
fn nothing_is_made_before_it_is_read() {
    let conn = Connection::open_in_memory().expect("memory");
    let table = Table::new("CREATE TABLE t (k INTEGER)", 0, 1, |_, _| panic!("nobody reads this"));
    make_known(&conn, c"laid", HashMap::from([("t", Arc::new(table))])).expect("known");
    conn.execute_batch("CREATE VIRTUAL TABLE temp.t USING laid").expect("laid");
    assert_eq!(rows(&conn, "SELECT k FROM t WHERE 1 = 0"), Vec::<Vec<Value>>::new());
    let unknown =
        conn.execute_batch("CREATE VIRTUAL TABLE temp.u USING laid").expect_err("unknown");
    assert!(unknown.to_string().contains("nothing of this name"), "{unknown}");
}

/// What is handed down narrows what is made, each narrowing once, and no row gets lost.
#[test]
fn only_what_sqlite_hands_down_narrows() {
    let conn = Connection::open_in_memory().expect("memory");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let table = Table::new("CREATE TABLE t (k INTEGER, n INTEGER)", 0, 3, move |_, handed| {
        told.lock().expect("unpoisoned").push(handed.to_vec());
        Ok(vec![Cells::Count(vec![1, 2, 3]), Cells::Count(vec![7, 8, 9])])
    });
    let table = Arc::new(table.narrowed_by(&[1]));
    make_known(&conn, c"laid", HashMap::from([("t", table)])).expect("known");
    conn.execute_batch("CREATE VIRTUAL TABLE temp.t USING laid").expect("laid");
    let count = |select: &str| rows(&conn, select)[0][0].clone();
    for (select, expected, made) in [
        ("SELECT count(*) FROM t WHERE n >= 8", 2, 1),
        ("SELECT count(*) FROM t WHERE n >= 8 AND k > 2", 1, 1),
        ("SELECT count(*) FROM t WHERE abs(n) >= 8", 2, 2),
        ("SELECT count(*) FROM t WHERE n >= 9", 1, 2),
        ("SELECT count(*) FROM t", 3, 2),
    ] {
        assert_eq!(count(select), Value::Integer(expected), "{select}");
        assert_eq!(asked.lock().expect("unpoisoned").len(), made, "{select}");
    }
    let handed = Handed { column: 1, compare: Compare::AtLeast, value: Value::Integer(8) };
    assert_eq!(*asked.lock().expect("unpoisoned"), [vec![handed], vec![]]);
}
