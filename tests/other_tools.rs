//! What revdb writes, opened by the programs that people open it with: LibreOffice, Datasette,
//! sqlite-utils. Each test is skipped, visibly, where its program is not installed.
//! `REVDB_TOOLS` may name a folder (of a Python environment) to look in first.

#[path = "common/shared.rs"]
mod shared;

use shared::skipped;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Zoë O'Quill,Harbour Post,2012-07-26,90/100,\"=HYPERLINK(\"\"x\"\") 映画 rain\"\n\
    The Lantern,movie,+Ben,Hill Gazette,2012-08,60/100,@SUM(1)\n\
    The Lantern,movie,Cy,-1+1,2013,41.5/100,plain rain\n";

/// The program, where it is installed.
fn tool(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("REVDB_TOOLS").map(PathBuf::from).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = folders.chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    let found = found.into_iter().find(|program| program.is_file());
    if found.is_none() {
        skipped(format_args!("{name} is not installed"));
    }
    found
}

fn run(program: &Path, folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env_remove("REVDB_DB").env("HOME", folder);
    let done = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{} {args:?}: {said}", program.display());
    done
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
    revdb(folder.path(), &["import", "dump.csv"]);
    folder
}

fn revdb(folder: &Path, args: &[&str]) {
    run(Path::new(env!("CARGO_BIN_EXE_revdb")), folder, args);
}

#[test]
fn libreoffice_reads_types_and_accents_and_runs_no_formula() {
    let Some(office) = tool("soffice") else { return };
    let folder = archive();
    for (file, filter) in [("book.xlsx", None), ("plain.csv", Some("--infilter=CSV:44,34,76,1"))] {
        revdb(folder.path(), &["export", "-o", file]);
        let mut args = vec!["--headless", "--convert-to", "fods"];
        args.extend(filter);
        args.push(file);
        run(&office, folder.path(), &args);
        let flat = folder.path().join(file).with_extension("fods");
        let flat = std::fs::read_to_string(flat).expect("LibreOffice wrote a file");
        assert!(!flat.contains("table:formula"), "{file} holds a formula");
        assert!(flat.contains("office:date-value=\"2012-07-26\""), "{file} has no date");
        assert!(flat.contains("office:value=\"41.5\""), "{file} has no number");
        for words in ["Zoë", "映画", "2012-08<", "@SUM(1)"] {
            assert!(flat.contains(words), "{file} has lost {words}");
        }
    }
}

#[test]
fn datasette_searches_and_runs_every_report() {
    let Some(datasette) = tool("datasette") else { return };
    let folder = archive();
    revdb(folder.path(), &["generate", "datasette", "--dir", "site"]);
    let get = |path: &str| {
        let args = ["reviews.db", "-m", "site/metadata.json", "--plugins-dir", "site/plugins"];
        text(&run(&datasette, folder.path(), &[&args[..], &["--get", path]].concat()).stdout)
    };
    let found = get("/reviews/reviews.json?_search=rain&_shape=array");
    assert_eq!(found.matches("\"id\"").count(), 2, "{found}");
    let metadata = std::fs::read_to_string(folder.path().join("site/metadata.json"));
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata.expect("a file")).expect("JSON");
    let queries = metadata["databases"]["reviews"]["queries"].as_object().expect("queries");
    assert!(queries.len() > 10);
    for name in queries.keys() {
        let answer = get(&format!("/reviews/{name}.json?_shape=objects"));
        let answer: serde_json::Value = serde_json::from_str(&answer).expect(name);
        assert_eq!(answer["ok"], true, "{name}: {answer}");
    }
    let spread = get("/reviews/score-spread.json?by=work&min_reviews=2&_shape=array");
    assert!(spread.contains("\"median\": 60.0"), "{spread}");
}

#[test]
fn sqlite_utils_reads_the_view_and_searches() {
    let Some(utils) = tool("sqlite-utils") else { return };
    let folder = archive();
    let rows = run(&utils, folder.path(), &["rows", "reviews.db", "reviews", "--csv"]);
    assert!(text(&rows.stdout).contains("Zoë O'Quill"));
    // Its own `search` looks for `content="review"` or `[review]` in the schema, and ours says 'review'.
    let search = "SELECT rowid FROM review_fts WHERE review_fts MATCH 'rain'";
    let found = run(&utils, folder.path(), &["query", "reviews.db", search]);
    assert_eq!(text(&found.stdout).matches("rowid").count(), 2, "{}", text(&found.stdout));
}
