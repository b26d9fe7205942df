//! The output of `revdb export --format parquet`: read back by the crate that wrote it, and by
//! other programs. Each of these is skipped with a message if not installed; `REVDB_TOOLS` may
//! name a folder (of a Python environment) to search first.

#[path = "common/parquet_rows.rs"]
mod parquet_rows;
#[path = "common/program.rs"]
mod program;
#[path = "common/shared.rs"]
mod shared;

use std::process::Command;

use parquet_rows::rows;
use program::output as revdb;
use serde_json::Value;
use shared::python;

const DUMP: &str = "title,kind,year,critic,publication,date,score,quote\n\
    The Lantern,movie,2012,Zoë O'Quill,Harbour Post,2012-07-26,90/100,\"=1+1 映画 rain\"\n\
    The Lantern,movie,2012,Ben,Hill Gazette,2012-08,60/100,@SUM(1)\n\
    Salt,book,1999,Ben,Hill Gazette,2013,41.5/100,plain rain\n\
    Nameless,,,Cy,,,,only words\n";

fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
    assert!(revdb(folder.path(), &["import", "dump.csv"]).status.success());
    folder
}

fn json_lines(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_parquet_export_agrees_with_jsonl() {
    let folder = archive();
    assert!(revdb(folder.path(), &["export", "-o", "all.parquet"]).status.success());
    let rows = rows(&folder.path().join("all.parquet"));
    let expected = json_lines(&revdb(folder.path(), &["export", "--format", "jsonl"]).stdout);
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        for (name, value) in expected.as_object().expect("an object") {
            let name = match name.as_str() {
                // Complete dates have the type; the text column has all.
                "date" => "date_text",
                "work_id" => "work_ext_id",
                other => other,
            };
            // Lists are one text in Parquet.
            let parts = value.as_array().map(|parts| parts.iter().filter_map(Value::as_str));
            let text = parts.map(|parts| Value::from(parts.collect::<Vec<_>>().join("; ")));
            assert_eq!(row[name], text.unwrap_or(value.clone()), "{name} of {row}");
        }
        assert_eq!(row["truncated"], false, "{row}");
        assert!(row["work_id"].is_i64(), "{row}");
    }
    assert_eq!(rows[0]["date"], "2012-07-26", "{}", rows[0]);
    assert_eq!(rows[1]["date"], Value::Null);
    assert_eq!(rows[1]["critic_id"], rows[2]["critic_id"]);
}

#[test]
fn partitions_hold_every_review_once_and_a_folder_is_not_replaced() {
    let folder = archive();
    let export = |by: &str, extra: &[&str]| {
        let args = ["export", "--format", "parquet", "-o", by, "--partition-by", by];
        revdb(folder.path(), &[&args[..], extra].concat())
    };
    for (by, parts) in [
        ("kind", [("book", 1), ("movie", 2), ("__HIVE_DEFAULT_PARTITION__", 1)]),
        ("year", [("1999", 1), ("2012", 2), ("__HIVE_DEFAULT_PARTITION__", 1)]),
    ] {
        let done = export(by, &[]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        for (value, count) in parts {
            let path = folder.path().join(format!("{by}/{by}={value}/part-0.parquet"));
            let rows = rows(&path);
            assert_eq!(rows.len(), count, "{}", path.display());
            assert!(rows.iter().all(|row| row.get(by).is_none()), "{rows:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path().join(by)).expect("parts").count(), 3);
        let again = export(by, &[]);
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("a folder is never replaced"));
    }
    let unsaid = revdb(folder.path(), &["export", "-o", "x", "--partition-by", "kind"]);
    assert_eq!(unsaid.status.code(), Some(2));
    let left = std::fs::read_dir(folder.path()).expect("a folder");
    let names: Vec<_> = left.map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with(".revdb-")), "{names:?}");
}

/// What each reads: rows, complete dates, the type of a date, the sum of the scores, the rows of
/// the partitions.
const READERS: [(&str, &str); 4] = [
    (
        "duckdb",
        "import duckdb
one = duckdb.sql(\"select count(*), count(date), max(typeof(date)), sum(score) from 'all.parquet'\").fetchall()[0]
print(*one, duckdb.sql(\"select count(*) from read_parquet('kind/*/*.parquet', hive_partitioning=true) where kind = 'movie'\").fetchall()[0][0])",
    ),
    (
        "polars",
        "import polars
one = polars.read_parquet('all.parquet')
parts = polars.read_parquet('kind/*/*.parquet', hive_partitioning=True)
print(one.height, one['date'].count(), str(one['date'].dtype).upper(), one['score'].sum(), (parts['kind'] == 'movie').sum())",
    ),
    (
        "pyarrow",
        "import pyarrow.parquet as parquet, pyarrow.compute as compute
one, parts = parquet.read_table('all.parquet'), parquet.read_table('kind', filters=[('kind', '=', 'movie')])
kind = one.schema.field('date').type
print(one.num_rows, one['date'].drop_null().length(), 'DATE' if str(kind) == 'date32[day]' else kind,
      compute.sum(one['score']), parts.num_rows)",
    ),
    (
        "pandas",
        "import pandas
one, parts = pandas.read_parquet('all.parquet'), pandas.read_parquet('kind', filters=[('kind', '=', 'movie')])
kind = type(one['date'].dropna().iloc[0]).__name__.upper()
print(len(one), one['date'].count(), kind, one['score'].sum(), len(parts))",
    ),
];

#[test]
fn pandas_polars_arrow_and_duckdb_read_it() {
    let folder = archive();
    assert!(revdb(folder.path(), &["export", "-o", "all.parquet"]).status.success());
    let parts = ["export", "--format", "parquet", "-o", "kind", "--partition-by", "kind"];
    assert!(revdb(folder.path(), &parts).status.success());
    for (module, program) in READERS {
        let Some(python) = python(module) else { continue };
        let done = Command::new(python).args(["-c", program]).current_dir(folder.path()).output();
        let done = done.expect("Python runs");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let failed = String::from_utf8_lossy(&done.stderr);
        assert_eq!(said.trim(), "4 1 DATE 191.5 2", "{module}: {failed}");
    }
}
