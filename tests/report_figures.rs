//! The reports' figures compared with those of NumPy and SciPy (`tests/statistics/figures.py`), to
//! 1e-9; also for the real dump's reviews.

mod packed;

#[path = "common/shared.rs"]
mod shared;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use packed::archive;
use revdb_query::Scope;
use revdb_query::report::Catalogue;
use rusqlite::Connection;
use rusqlite::types::Value;
use shared::shared;

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
    let mut prepared = report.prepare(archive, &Scope::default(), &values).unwrap();
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
    let archives = ["archive", "larger"]
        .map(|name| (name, archive(&read(&format!("tests/fixtures/reports/{name}.sql")))));
    let figures: serde_json::Value =
        serde_json::from_str(&read("tests/statistics/figures.json")).unwrap();
    for case in figures["cases"].as_array().unwrap() {
        let report = case["report"].as_str().unwrap();
        let (_, archive) = archives.iter().find(|(name, _)| case["archive"] == *name).unwrap();
        let typed: Vec<_> = case["args"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let keys: Vec<_> =
            case["key"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
        let told = run(archive, report, &typed);
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
                    (None, None) => match figure.as_str() {
                        Some(expected) => {
                            assert_eq!(word(&row[column]), expected, "{report} {key} {column}")
                        }
                        None => assert_eq!(row[column], Value::Null, "{report} {key} {column}"),
                    },
                    (got, figure) => panic!("{report} {key} {column}: {got:?}, not {figure:?}"),
                }
            }
        }
    }
}

/// The reviews of the main page dump, if available.
fn real() -> Option<Connection> {
    let path = shared("expected/ai-weiwei-never-sorry.jsonl")?;
    let lines = std::fs::read_to_string(path).expect("reviews");
    let mut sql = "INSERT INTO work VALUES (1, 'W', 'w', 'movie', 2012, 0);\n".to_owned();
    for line in lines.lines() {
        let review: serde_json::Value = serde_json::from_str(line).unwrap();
        // Audiences and dates contain no quote mark.
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

/// Scores that differ by 1e-9: differences of sums of squares have no significant digit left. With
/// integers the figures are exact.
#[test]
fn differences_of_a_billionth_are_not_lost() {
    let steps: [(i64, i64); 8] = [(0, 5), (3, 1), (7, 4), (2, 2), (9, 8), (4, 0), (6, 7), (1, 3)];
    let mut sql = String::from("INSERT INTO critic VALUES (1, 'A', 'a', 0), (2, 'B', 'b', 0);\n");
    for (work, (a, b)) in (1..).zip(steps) {
        writeln!(sql, "INSERT INTO work VALUES ({work}, 'W{work}', 'w{work}', NULL, NULL, 0);")
            .unwrap();
        for (critic, step) in [(1, a), (2, b)] {
            let score = 80.0 + step as f64 * 1e-9;
            writeln!(
                sql,
                "INSERT INTO review (work_id, audience, critic_id, date, score, hash)
                 VALUES ({work}, 'critic', {critic}, '{}', {score:?}, 0);",
                2000 + work
            )
            .unwrap();
        }
    }
    let archive = archive(&sql);
    let n = steps.len() as f64;
    let sum = |of: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        (1..).zip(steps).map(|(t, (a, b))| of(f64::from(t), a as f64, b as f64)).sum()
    };
    let (mt, ma, mb) = (sum(&|t, _, _| t) / n, sum(&|_, a, _| a) / n, sum(&|_, _, b| b) / n);
    let (aa, bb) = (sum(&|_, a, _| (a - ma).powi(2)), sum(&|_, _, b| (b - mb).powi(2)));
    let ab = sum(&|_, a, b| (a - ma) * (b - mb));
    let slope = sum(&|t, a, _| (t - mt) * (a - ma)) / sum(&|t, _, _| (t - mt).powi(2));
    let md = ma - mb;
    let se = (sum(&|_, a, b| (a - b - md).powi(2)) / (n - 1.0) / n).sqrt();
    let near = |what: &str, got: &Value, expected: f64| {
        let got = number(got).unwrap();
        assert!((got / expected - 1.0).abs() < 1e-4, "{what}: {got}, not {expected}");
    };
    let of = |name: &str, typed: &[(&str, &str)], who: &str, column: &str| {
        let rows = run(&archive, name, typed);
        let row = rows.iter().find(|row| row.values().any(|v| *v == Value::Text(who.to_owned())));
        row.unwrap_or_else(|| panic!("{name}: {rows:?}"))[column].clone()
    };
    near("r", &of("agreement", &[("min_shared", "5")], "A", "r"), ab / (aa * bb).sqrt());
    near("sd", &of("score-spread", &[], "A", "sd"), (aa / (n - 1.0)).sqrt() * 1e-9);
    near(
        "slope",
        &of("trend", &[("by", "critic"), ("min_reviews", "5")], "A", "slope"),
        slope * 1e-9,
    );
    near("leniency", &of("leniency", &[], "A", "leniency"), md * 1e-9);
    near("se", &of("leniency", &[], "A", "se"), se * 1e-9);
    let (a, b) = (steps[4].0 as f64, steps[4].1 as f64);
    let sd = ((a - b).powi(2) / 2.0).sqrt() * 1e-9;
    near("sd of a work", &of("divisive", &[("min_reviews", "2")], "W5", "sd"), sd);
}

/// The week of 1000-01-01 begins in the year before.
#[test]
fn the_first_week_of_the_first_year_begins_in_the_year_before() {
    let archive = archive(
        "INSERT INTO work VALUES (1, 'W', 'w', NULL, NULL, 0);
         INSERT INTO review (work_id, audience, date, score, hash) VALUES
             (1, 'critic', '1000-01-01', 50, 0), (1, 'critic', '1000-01-08', 50, 0);",
    );
    let weeks: Vec<_> = run(&archive, "reviews-per-week", &[])
        .iter()
        .map(|row| (word(&row["period"]), word(&row["begins"]), number(&row["reviews"]).unwrap()))
        .collect();
    let expected = [("1000-W01", "0999-12-30"), ("1000-W02", "1000-01-06")];
    assert_eq!(weeks, expected.map(|(week, day)| (week.to_owned(), day.to_owned(), 1.0)));
}
