//! The reports' figures against those of NumPy and SciPy
//! (`tests/statistics/figures.py`), to 1e-9; and over the real dump's reviews.

mod packed;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use packed::archive;
use revdb::query::report::Catalogue;
use rusqlite::Connection;
use rusqlite::types::Value;

type Row = BTreeMap<String, Value>;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn run(archive: &Connection, name: &str, typed: &[(&str, &str)]) -> Vec<Row> {
    let report = Catalogue::built_in().get(name).unwrap();
    let values = report.values(typed.iter().copied()).unwrap();
    let mut prepared = report.prepare(archive, &values).unwrap();
    let names: Vec<_> = prepared.columns().iter().map(|c| c.name.clone()).collect();
    let mut rows = prepared.rows();
    std::iter::from_fn(|| rows.next_row().unwrap())
        .map(|row| names.iter().cloned().zip(row).collect())
        .collect()
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(int) => Some(*int as f64),
        Value::Real(real) => Some(*real),
        _ => None,
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(int) => int.to_string(),
        other => panic!("{other:?} is no key"),
    }
}

#[test]
fn reports_agree_with_numpy_and_scipy() {
    let archive = archive(&read("tests/fixtures/reports/archive.sql"));
    let figures: serde_json::Value =
        serde_json::from_str(&read("tests/statistics/figures.json")).unwrap();
    for case in figures["cases"].as_array().unwrap() {
        let report = case["report"].as_str().unwrap();
        let typed: Vec<_> = case["args"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let keys: Vec<_> =
            case["key"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
        let told = run(&archive, report, &typed);
        let expected = case["rows"].as_object().unwrap();
        assert_eq!(told.len(), expected.len(), "{report} {typed:?}: rows");
        for row in told {
            let key = keys.iter().map(|key| word(&row[*key])).collect::<Vec<_>>().join("|");
            let figures = expected.get(&key).unwrap_or_else(|| panic!("{report}: no {key}"));
            for (column, figure) in figures.as_object().unwrap() {
                match (number(&row[column]), figure.as_f64()) {
                    (Some(got), Some(figure)) => assert!(
                        (got - figure).abs() <= 1e-9 * figure.abs().max(1.0),
                        "{report} {typed:?} {key} {column}: {got}, not {figure}"
                    ),
                    (None, None) => {}
                    (got, figure) => panic!("{report} {key} {column}: {got:?}, not {figure:?}"),
                }
            }
        }
    }
}

/// The reviews of the page dump this project exists for, where they are at hand.
fn real() -> Option<Connection> {
    let shared = std::env::var_os("REVDB_SHARED").map_or_else(|| here("../shared"), PathBuf::from);
    let path = shared.join("expected/ai-weiwei-never-sorry.jsonl");
    let Ok(lines) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    let mut sql = "INSERT INTO work VALUES (1, 'W', 'w', 'movie', 2012, 0);\n".to_owned();
    for line in lines.lines() {
        let review: serde_json::Value = serde_json::from_str(line).unwrap();
        // Audiences and dates hold no quote mark.
        let text = |key| review[key].as_str().map_or("NULL".to_owned(), |text| format!("'{text}'"));
        let score = review["score"].as_f64().map_or("NULL".to_owned(), |score| score.to_string());
        writeln!(
            sql,
            "INSERT INTO review (work_id, audience, date, score, hash) VALUES (1, {}, {}, {score}, 0);",
            text("audience"),
            text("date")
        )
        .unwrap();
    }
    Some(archive(&sql))
}

#[test]
fn figures_of_the_real_dump() {
    let Some(archive) = real() else { return };
    let spread = &run(&archive, "score-spread", &[("by", "work")])[0];
    for (column, figure) in
        [("n", 28.0), ("mean", 79.79), ("sd", 11.70), ("median", 80.0), ("q1", 75.0), ("q3", 88.5)]
    {
        let got = number(&spread[column]).unwrap();
        assert!((got - figure).abs() < 0.005, "{column}: {got}");
    }
    let outliers = run(&archive, "outliers", &[]);
    assert_eq!(outliers.len(), 1);
    assert_eq!(outliers[0]["score"], Value::Real(50.0));
    assert!((number(&outliers[0]["measure"]).unwrap() + 4.047).abs() < 1e-9);
    let weeks: Vec<_> = run(&archive, "reviews-per-week", &[])
        .iter()
        .map(|row| (word(&row["period"]), number(&row["reviews"]).unwrap()))
        .collect();
    let expected = [("2012-W30", 17.0), ("2012-W31", 5.0), ("2012-W32", 3.0), ("2012-W33", 1.0)];
    assert_eq!(weeks, expected.map(|(week, n)| (week.to_owned(), n)));
}
