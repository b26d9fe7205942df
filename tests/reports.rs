//! The reports on a small invented archive: the output of each (a snapshot each), their behaviour
//! on unusual archives, and that a mistake in a report is reported with file, line and hint.

mod packed;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use packed::archive;
use revdb_query::report::{Catalogue, Fault, Kind, Report, ReportError};
use revdb_query::{Filter, NameFilter, Named, Scope};
use rusqlite::Connection;
use rusqlite::types::Value;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn invented() -> Connection {
    archive(&read("tests/fixtures/reports/archive.sql"))
}

fn rows(archive: &Connection, report: &Report, typed: &[(&str, &str)]) -> Vec<Vec<Value>> {
    let values = report.values(typed.iter().copied()).unwrap();
    let mut prepared = report
        .prepare(archive, &Scope::default(), &values)
        .unwrap_or_else(|error| panic!("{error} {:?}", error.hint()));
    let mut rows = prepared.rows();
    std::iter::from_fn(|| rows.next_row().unwrap()).collect()
}

fn printed(archive: &Connection, report: &Report, typed: &[(&str, &str)]) -> String {
    let values = report.values(typed.iter().copied()).unwrap();
    let prepared = report.prepare(archive, &Scope::default(), &values).unwrap();
    let mut text = format!("{}\n", values.fill(&report.title));
    let headings: Vec<_> = prepared.columns().iter().map(|c| c.heading.as_str()).collect();
    writeln!(text, "{}", headings.join(" | ")).unwrap();
    for row in rows(archive, report, typed) {
        let cells: Vec<_> = row
            .iter()
            .zip(prepared.columns())
            .map(|(value, column)| match (value, column.kind) {
                (Value::Null, _) => column.blank.clone().unwrap_or_default(),
                (Value::Real(real), Kind::Real { decimals }) => {
                    format!("{real:.0$}", usize::from(decimals))
                }
                (Value::Real(real), kind) => panic!("{} is {real}, not {kind:?}", column.name),
                (Value::Integer(int), _) => int.to_string(),
                (Value::Text(text), _) => text.clone(),
                (Value::Blob(_), _) => panic!("a blob"),
            })
            .collect();
        writeln!(text, "{}", cells.join(" | ")).unwrap();
    }
    for note in report.notes(archive, &values, true).unwrap() {
        writeln!(text, "- {note}").unwrap();
    }
    writeln!(text, "- {}\n- {}", report.short_rule(&values), report.whole_rule(&values)).unwrap();
    text
}

/// Every report with its defaults and with both audiences; for a parameter with few values, with
/// each of them.
#[test]
fn every_report_prints_its_snapshot() {
    let archive = invented();
    let catalogue = Catalogue::built_in();
    for name in catalogue.names() {
        let report = catalogue.get(name).unwrap();
        let mut text = printed(&archive, &report, &[]);
        for param in &report.params {
            for word in &param.one_of {
                if Value::Text(word.clone()) != param.default {
                    writeln!(text, "\n--{} {word}", param.flag()).unwrap();
                    text += &printed(&archive, &report, &[(&param.name, word)]);
                }
            }
        }
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(format!("report_{name}"), text);
        });
    }
}

const ONE: &str = "INSERT INTO work VALUES (1, 'W', 'w', NULL, NULL, 0);
    INSERT INTO critic VALUES (1, 'C', 'c', 0);
    INSERT INTO review VALUES (1, 1, 'critic', 1, NULL, 'C', NULL, '2020-01-01', 50, '50', 'a word', NULL, 0, NULL, NULL, NULL, 0);
    INSERT INTO review_fts (review_fts) VALUES ('rebuild');";
const UNSCORED: &str = "UPDATE review SET score = NULL;";
const UNDATED: &str = "UPDATE review SET date = NULL;";
const EQUAL: &str = "UPDATE review SET score = 71.3;";
const NO_WORDS: &str = "UPDATE review SET quote = NULL, critic_id = NULL, byline = NULL;";

#[test]
fn no_report_prints_inf_or_nan_or_fails_on_awkward_archives() {
    let all = read("tests/fixtures/reports/archive.sql");
    let catalogue = Catalogue::built_in();
    let cases = [
        ("empty", String::new()),
        ("one row", ONE.to_owned()),
        ("unscored", format!("{all}{UNSCORED}")),
        ("undated", format!("{all}{UNDATED}")),
        ("equal", format!("{all}{EQUAL}")),
        ("no words", format!("{all}{NO_WORDS}")),
    ];
    for (case, sql) in cases {
        let archive = archive(&sql);
        for name in catalogue.names() {
            let report = catalogue.get(name).unwrap();
            let mut asked = vec![vec![], vec![("audience", "all")]];
            for param in &report.params {
                asked.extend(
                    param.one_of.iter().map(|word| vec![(param.name.as_str(), word.as_str())]),
                );
                if param.name.starts_with("min_") {
                    asked.push(vec![(&param.name, "2")]);
                }
            }
            for typed in asked {
                let mut blank = false;
                let values = report.values(typed.iter().copied()).unwrap();
                let columns = report
                    .prepare(&archive, &Scope::default(), &values)
                    .unwrap()
                    .columns()
                    .to_vec();
                for row in rows(&archive, &report, &typed) {
                    for (value, column) in row.into_iter().zip(&columns) {
                        blank |= value == Value::Null && column.blank.is_none();
                        if let Value::Real(real) = value {
                            assert!(real.is_finite(), "{case}: {name} {typed:?}: {real}");
                        }
                    }
                }
                let notes = report.notes(&archive, &values, true).unwrap();
                assert!(!notes.is_empty(), "{case}: {name}: no word of what was left out");
                let columns = report.columns_in_words(&values).unwrap_or_default();
                let words = format!("{} {} {columns}", notes.join(" "), report.whole_rule(&values));
                let words = words.to_lowercase();
                let bad = |word: &str| ["nan", "inf", "-inf", "-nan"].contains(&word);
                assert!(!words.split([' ', ',', ';']).any(bad), "{case}: {words}");
                assert!(
                    !blank || words.contains("blank"),
                    "{case}: {name}: a cell is NULL; say when a column is blank, in what the header says of the column"
                );
            }
        }
    }
}

#[test]
fn the_spread_of_equal_scores_is_exactly_zero() {
    let archive = archive(&format!("{}{EQUAL}", read("tests/fixtures/reports/archive.sql")));
    let report = Catalogue::built_in().get("score-spread").unwrap();
    let sd: Vec<_> = rows(&archive, &report, &[("by", "work"), ("min_reviews", "2")])
        .into_iter()
        .map(|row| row[4].clone())
        .collect();
    assert!(!sd.is_empty());
    assert!(sd.iter().all(|sd| *sd == Value::Real(0.0)), "{sd:?}");
}

/// title, summary, rule and columns of a report that is right except for `rest`.
fn own(rest: &str) -> String {
    format!("-- title = \"T\"\n-- summary = \"t\"\n-- rule = \"r\"\n{rest}")
}

#[test]
fn mistakes_are_reported_with_their_line() {
    let archive = invented();
    let columns = "-- [columns]\n-- n = \"int\"\n";
    let param = "-- [[param]]\n-- name = \"least\"\n-- type = \"int\"\n-- help = \"h\"\n";
    let cases = [
        (String::from("SELECT 1"), 1, "header is missing"),
        (own("-- colour = 1\n-- [columns]\nSELECT 1"), 4, "no \"colour\""),
        (own("-- [columns]\n-- n = \"number\"\nSELECT 1 AS n"), 5, "cannot be \"number\""),
        (own(&format!("{columns}{param}-- default = \"x\"\nSELECT 1 AS n")), 6, "not of its type"),
        (own(&format!("{columns}{param}\nSELECT 1 AS n")), 11, "nowhere in the SQL"),
        (
            own(&format!("{columns}\nSELECT\n:most AS n")),
            8,
            ":most is in the SQL, but not declared",
        ),
        (own(&format!("{columns}\nSELECT ? AS n")), 7, "? is in the SQL"),
        (own(&format!("{columns}\nSELECT 1 AS n;\nSELECT 2;")), 7, "more than one statement"),
        (own(&format!("{columns}\nSELECT 1 AS n,\n absent FROM filtered")), 8, "no such column"),
        (own(&format!("{columns}\nSELECT 1 AS m")), 7, "\"m\" is not declared"),
        (
            own("-- [columns]\n-- n = \"int\"\n-- m = \"int\"\nSELECT 1 AS n"),
            7,
            "\"m\" is declared",
        ),
        (own(&format!("{columns}\nDELETE FROM review")), 7, "no SELECT"),
        (own(&format!("{columns}\nPRAGMA user_version = 9")), 7, "no SELECT"),
        (own(&format!("{columns}\nATTACH 'x.db' AS x")), 7, "no SELECT"),
        (own(&format!("{columns}\nWITH a AS (SELECT 1) DELETE FROM review")), 7, "writes"),
        (own(&format!("{columns}\nSELECT 1 AS n;\n-- notes\nDELETE FROM review")), 9, "no SELECT"),
        (
            own(
                "-- chart = { kind = \"bars\", label = \"n\" }\n-- [columns]\n-- n = \"int\"\nSELECT 1 AS n",
            ),
            4,
            "no \"value\"",
        ),
        (
            own(&format!(
                "-- chart_for.most.few = {{ kind = \"bars\", label = \"n\", value = \"n\" }}\n{columns}{param}\nSELECT :most AS n"
            )),
            4,
            "no such parameter and value",
        ),
        (
            own("-- audience = \"both\"\n-- [columns]\n-- n = \"int\"\nSELECT 1 AS n"),
            4,
            "\"both\" is not one of",
        ),
    ];
    for (text, line, words) in cases {
        let told = Report::parse("own", "own.sql", &text).and_then(|report| {
            let values = report.values([])?;
            report.prepare(&archive, &Scope::default(), &values)?;
            report.notes(&archive, &values, true).map(|_| ())
        });
        match told {
            Err(ReportError::Broken { file, faults }) => {
                let Fault { line: at, message, .. } = &faults[0];
                assert_eq!((file.as_str(), *at), ("own.sql", line), "{text}\n{message}");
                assert!(message.contains(words), "{text}\n{message}");
            }
            other => panic!("{text}\n{other:?}"),
        }
    }
}

/// All mistakes of a header are reported at once.
#[test]
fn all_mistakes_of_a_header_are_reported_at_once() {
    let text = "-- title = 3\n-- tels = \"\"\n-- rule = \"{most}\"\n-- [columns]\n-- n = \"itn\"\n\
                -- m = \"real 2: {least}\"\n-- [[param]]\n-- name = \"A\"\n-- type = \"int\"\n\
                -- help = \"\"\nSELECT 1 AS n";
    let Err(ReportError::Broken { faults, .. }) = Report::parse("own", "own.sql", text) else {
        panic!("it is read");
    };
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    let told: String = faults.iter().map(|fault| format!("{}\n", fault.message)).collect();
    assert_eq!(lines, [1, 1, 1, 1, 2, 5, 7], "{told}");
    for part in
        ["has no summary", "{most}", "{least}", "no \"tels\"", "cannot be \"itn\"", "\"A\" cannot"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
}

/// The help of a report explains each of its columns.
#[test]
fn every_column_of_every_report_is_explained() {
    let catalogue = Catalogue::built_in();
    for name in catalogue.names() {
        let report = catalogue.get(name).unwrap();
        for (column, spec) in &report.columns {
            let told = spec.summary.as_deref().unwrap_or_default();
            assert!(!told.is_empty(), "{name}: {column}");
        }
    }
}

#[test]
fn parameters_are_typed_or_refused() {
    let report = Catalogue::built_in().get("outliers").unwrap();
    let cases = [
        ("min-reviews", "7", Ok(Value::Integer(7))),
        ("min_reviews", "7", Ok(Value::Integer(7))),
        ("threshold", "2.5", Ok(Value::Real(2.5))),
        ("min-reviews", "few", Err("\"few\" is no whole number")),
        ("min-reviews", "0", Err("0 is below 1")),
        ("threshold", "inf", Err("\"inf\" is no number")),
        ("method", "mean", Err("\"mean\" is not one of mad, iqr, z")),
        ("audience", "both", Err("\"both\" is not one of critic, user, all")),
        ("colour", "red", Err("no parameter --colour")),
    ];
    for (name, typed, told) in cases {
        match (report.values([(name, typed)]), told) {
            (Ok(values), Ok(value)) => {
                assert_eq!(values.get(&name.replace('-', "_")), Some(&value), "{name}");
            }
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            (got, told) => panic!("{name} {typed}: {got:?} instead of {told:?}"),
        }
    }
}

#[test]
fn users_add_reports_by_file_and_by_folder() {
    let folder = tempfile::tempdir().unwrap();
    let text = own("-- [columns]\n-- n = \"int\"\nSELECT count(*) AS n FROM reviews");
    std::fs::write(folder.path().join("mine.sql"), text).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no report").unwrap();
    let mut catalogue = Catalogue::default();
    catalogue.add_folder(folder.path()).unwrap();
    assert_eq!(catalogue.names().collect::<Vec<_>>(), ["mine"]);
    assert_eq!(rows(&invented(), &catalogue.get("mine").unwrap(), &[]).len(), 1);
    let error = Catalogue::built_in().get("spread").unwrap_err();
    assert!(
        matches!(&error, ReportError::Unknown { near, .. } if near == &["score-spread"]),
        "{error:?}"
    );
    assert!(catalogue.add_file(Path::new("not/there.sql")).is_err());
}

/// A report reads exactly what passes a filter.
#[test]
fn a_report_reads_the_filtered_reviews() {
    let archive = invented();
    let report = Catalogue::built_in().get("score-spread").unwrap();
    let filter = Filter {
        names: vec![NameFilter::only(Named::Critic, "Bo Lindqvist")],
        ..Filter::default()
    };
    let scope = filter.select(&archive).unwrap().scope(&archive).unwrap();
    let mut prepared = report.prepare(&archive, &scope, &report.values([]).unwrap()).unwrap();
    let mut read = prepared.rows();
    let rows: Vec<_> = std::iter::from_fn(|| read.next_row().unwrap()).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][0], Value::Text("Bo Lindqvist".into()));
}

/// Names that differ in punctuation are listed; numbers distinguish names.
#[test]
fn numbers_distinguish_names() {
    let titles = [
        "(500) nights of harbour",
        "500 nights of harbour",
        "lantern song «live»",
        "lantern song live",
        "long harbour ii",
        "long harbour iii",
        "collected tides a",
        "collected tides b",
        "old measures 2",
        "old measures 3",
        "windmill stories",
        "windmil stories",
    ];
    let mut sql = String::new();
    for (id, title) in (1..).zip(titles) {
        writeln!(sql, "INSERT INTO work VALUES ({id}, '{title}', '{title}', NULL, NULL, 0);")
            .unwrap();
        writeln!(sql, "INSERT INTO review (work_id, audience, hash) VALUES ({id}, 'critic', 0);")
            .unwrap();
    }
    let report = Catalogue::built_in().get("name-variants").unwrap();
    let found: Vec<_> = rows(&archive(&sql), &report, &[("what", "work")])
        .into_iter()
        .map(|row| match (&row[1], &row[5]) {
            (Value::Text(name), Value::Text(why)) => (name.clone(), why.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("(500) nights of harbour", "letters"),
        ("lantern song «live»", "letters"),
        ("windmill stories", "typing"),
    ];
    assert_eq!(found, expected.map(|(name, why)| (name.to_owned(), why.to_owned())));
}

/// Quotes are compared without case, accents and punctuation.
#[test]
fn quotes_are_compared_without_case_accents_and_punctuation() {
    let pairs = [
        ("What a wonderful film this is!", "What a wonderful film — this is…"),
        ("TRÈS ÉLÉGANT, ET TRÈS LENT AUSSI", "très élégant et tres lent aussi"),
    ];
    let mut sql = String::from("INSERT INTO work VALUES (1, 'W', 'w', NULL, NULL, 0);\n");
    for (a, b) in pairs {
        for quote in [a, b] {
            writeln!(sql, "INSERT INTO review (work_id, audience, quote, hash) VALUES (1, 'critic', '{quote}', 0);").unwrap();
        }
    }
    sql += "INSERT INTO review_fts (review_fts) VALUES ('rebuild');";
    let report = Catalogue::built_in().get("near-duplicates").unwrap();
    let found = rows(&archive(&sql), &report, &[]);
    let ids: Vec<_> = found.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let pair = |a, b| (Value::Integer(a), Value::Integer(b));
    assert_eq!(ids, [pair(1, 2), pair(3, 4)]);
}
