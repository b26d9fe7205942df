//! Dumps converted separately, grouped by SQL and settled in parts give the same reviews as one
//! archive, row by row.

#[path = "common/parquet_rows.rs"]
mod parquet_rows;
#[path = "common/program.rs"]
mod program;
#[path = "common/shared.rs"]
mod shared;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use rusqlite::Connection;
use serde_json::Value;
use shared::{python, shared};

/// Number of files of records; each contains all records that might belong together.
const PARTS: usize = 3;

fn revdb(folder: &Path, args: &[&str]) -> Output {
    let done = program::output(folder, args);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(matches!(done.status.code(), Some(0 | 3)), "{args:?}: {said}");
    done
}

fn rows(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// All files below a folder that are not expectations of a test, sorted by name.
fn files(folder: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("an entry"));
    let files = walk.filter(|entry| entry.file_type().is_file());
    let paths = files.map(|entry| entry.into_path().display().to_string());
    let mut paths: Vec<String> = paths.filter(|path| !path.ends_with(".expected.jsonl")).collect();
    paths.sort();
    paths
}

/// The records with their blocks: any two records that might be one review are in one block. This
/// is the SQL of docs/scale.md.
fn blocks(lake: &Path) -> Connection {
    let conn = Connection::open_in_memory().expect("memory");
    conn.execute_batch("CREATE TABLE line (said TEXT)").expect("a table");
    let mut lines = 0;
    for path in files(&lake.join("records")) {
        let text = std::fs::read_to_string(path).expect("records");
        for line in text.lines() {
            conn.execute("INSERT INTO line VALUES (?1)", [line]).expect("inserted");
            lines += 1;
        }
    }
    assert!(lines > 0, "no records");
    conn.execute_batch(
        "CREATE TABLE meeting AS
         SELECT DISTINCT said ->> 'dump' || ' ' || (said ->> 'mention') AS node, m.value AS meets
         FROM line, json_each(said ->> 'meets') AS m;
         CREATE INDEX meeting_by_node ON meeting (node);
         CREATE TABLE block AS SELECT node, min(meets) AS block FROM meeting GROUP BY node;
         CREATE UNIQUE INDEX block_by_node ON block (node);",
    )
    .expect("meetings");
    let least = "WITH met AS (SELECT m.meets, min(b.block) AS block
                              FROM meeting AS m JOIN block AS b ON b.node = m.node GROUP BY m.meets),
                      least AS (SELECT m.node, min(met.block) AS block
                                FROM meeting AS m JOIN met ON met.meets = m.meets GROUP BY m.node)
                 UPDATE block SET block = least.block FROM least
                 WHERE least.node = block.node AND least.block < block.block";
    while conn.execute(least, []).expect("the least of each") > 0 {}
    conn
}

/// The output of `revdb settle` for each part.
fn settled(folder: &Path, conn: &Connection) -> Vec<Value> {
    let mut parts: Vec<String> = vec![String::new(); PARTS];
    let sql = "SELECT b.block, said FROM line
               JOIN block AS b ON b.node = said ->> 'dump' || ' ' || (said ->> 'mention')
               ORDER BY said ->> 'source', said ->> 'place', said ->> 'mention', said ->> 'record'";
    let mut statement = conn.prepare(sql).expect("a statement");
    let mut found = statement.query([]).expect("rows");
    while let Some(row) = found.next().expect("a row") {
        let (block, line): (String, String) = (row.get(0).expect("a"), row.get(1).expect("b"));
        let part = block.bytes().map(usize::from).sum::<usize>() % PARTS;
        parts[part] += &line;
        parts[part].push('\n');
    }
    let mut reviews = Vec::new();
    for (number, part) in parts.into_iter().enumerate() {
        let file = format!("part-{number}.jsonl");
        std::fs::write(folder.join(&file), part).expect("a part");
        reviews.extend(rows(&revdb(folder, &["settle", &file, "--format", "jsonl"]).stdout));
    }
    spelt_as_first_seen(conn, &mut reviews);
    reviews
}

/// Critics and publications get the spelling seen first in any part.
fn spelt_as_first_seen(conn: &Connection, reviews: &mut [Value]) {
    for (name, fold, printed) in
        [("critic", "critic_fold", "byline"), ("publication", "publication_fold", "publication")]
    {
        let sql = format!(
            "SELECT said ->> '{fold}', said ->> '{printed}', min(said ->> 'source' || printf(' %06d %012d', said ->> 'place', said ->> 'record'))
             FROM line WHERE said ->> '{fold}' IS NOT NULL GROUP BY 1"
        );
        let mut statement = conn.prepare(&sql).expect("a statement");
        let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        let first: BTreeMap<String, String> =
            pairs.expect("names").map(|pair| pair.expect("a name")).collect();
        for review in reviews.iter_mut() {
            if let Some(spelling) = review[fold].as_str().and_then(|fold| first.get(fold)) {
                review[name] = Value::from(spelling.as_str());
            }
        }
    }
}

/// The columns that are lists in JSON.
const LISTS: [&str; 6] = ["tags", "authors", "contributors", "directors", "brands", "genres"];

/// What is compared: all of an export except the archive's own ids.
fn said(review: &Value, ext_id: &str) -> String {
    let names = "work kind year audience critic byline publication date score score_text quote url \
                 verdict tags authors contributors directors brands genres";
    let mut said: Vec<String> =
        names.split(' ').map(|name| format!("{name}: {}", review[name])).collect();
    said.push(review[ext_id].to_string());
    said.join("\n")
}

/// Row by row, in any order.
fn same_reviews(exported: &[Value], settled: &[Value]) {
    let mut expected: Vec<String> = exported.iter().map(|row| said(row, "work_id")).collect();
    let mut found: Vec<String> = settled.iter().map(|row| said(row, "work_ext_id")).collect();
    expected.sort();
    found.sort();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

fn are_one_archives(paths: &[String]) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    revdb(folder.path(), &[&["import"][..], &paths].concat());
    let exported = rows(&revdb(folder.path(), &["export", "--format", "jsonl"]).stdout);
    let convert = ["convert", "-o", "lake", "--format", "jsonl"];
    revdb(folder.path(), &[&convert[..], &paths].concat());
    let conn = blocks(&folder.path().join("lake"));
    let settled = settled(folder.path(), &conn);

    same_reviews(&exported, &settled);
    let works = |rows: &[Value], id: &str| {
        let ids: std::collections::BTreeSet<String> =
            rows.iter().map(|row| row[id].to_string()).collect();
        ids.len()
    };
    assert_eq!(works(&settled, "id"), settled.len(), "every review has a number of its own");
    assert!(works(&settled, "work_id") > 1);
}

#[test]
fn samples_settled_in_parts_equal_one_archive() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let paths = files(&samples);
    assert!(paths.len() > 20, "{} dumps", paths.len());
    are_one_archives(&paths);
}

/// The same with the job in `examples/spark`, with dumps converted in parallel.
#[test]
fn spark_gives_the_reviews_of_one_archive() {
    let Some(python) = python("pyspark") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let paths = files(&root.join("samples"));
    let paths: Vec<&str> = paths.iter().map(String::as_str).step_by(6).take(20).collect();
    revdb(folder.path(), &[&["import"][..], &paths].concat());
    let exported = rows(&revdb(folder.path(), &["export", "--format", "jsonl"]).stdout);
    let done = Command::new(python)
        .arg(root.join("examples/spark/side_by_side.py"))
        .args(["--revdb", env!("CARGO_BIN_EXE_revdb"), "-o", "lake", "--parts", "3"])
        .args(&paths)
        .current_dir(folder.path())
        .output()
        .expect("Python runs");
    let failed = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{failed}");
    let mut settled: Vec<Value> = Vec::new();
    for path in files(&folder.path().join("lake/reviews")) {
        // Spark writes a hidden checksum file next to each file.
        if path.ends_with(".parquet") {
            settled.extend(parquet_rows::rows(Path::new(&path)));
        }
    }
    for review in &mut settled {
        review["date"] = review["date_text"].take();
        // A list is text in Parquet, as `export` writes it.
        for name in LISTS {
            if let Some(text) = review[name].as_str() {
                review[name] = text.split("; ").collect();
            }
        }
    }
    same_reviews(&exported, &settled);
}

#[test]
fn real_dumps_settled_in_parts_equal_one_archive() {
    let Some(dumps) = shared("dumps") else { return };
    let mut paths = files(&dumps);
    paths.truncate(20);
    are_one_archives(&paths);
}

#[test]
fn converted_files_are_atomic_and_not_converted_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect(name);
    write("a.csv", "title,critic,score\nSalt,Ben,90/100\n,,\n");
    write("b.txt", "nothing that anybody knows\n");
    let done = revdb(folder.path(), &["convert", "a.csv", "b.txt", "-o", "lake"]);
    assert_eq!(done.status.code(), Some(3), "{}", String::from_utf8_lossy(&done.stderr));
    let records = files(&folder.path().join("lake/records"));
    assert_eq!(records.len(), 1, "{records:?}");
    let before = std::fs::metadata(&records[0]).expect("there").modified().expect("a time");
    let again = revdb(folder.path(), &["convert", "a.csv", "-o", "lake"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("has its records already"));
    assert_eq!(std::fs::metadata(&records[0]).expect("there").modified().expect("a time"), before);
    assert_eq!(files(&folder.path().join("lake")).len(), 2, "records and rejections");
}
