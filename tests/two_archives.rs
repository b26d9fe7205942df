//! `revdb import other.db`: imports another archive's dumps as read there, and its decisions.

#[path = "common/program.rs"]
mod program;

use std::path::Path;

use program::revdb;
use rusqlite::Connection;

fn told(folder: &Path, db: &str, args: &[&str]) -> String {
    revdb(folder, &[&["--db", db], args].concat())
}

fn refused(folder: &Path, db: &str, args: &[&str], code: i32) -> String {
    program::refused(folder, &[&["--db", db], args].concat(), code)
}

/// What queries see, without ids.
fn reviews(folder: &Path, db: &str) -> Vec<String> {
    let query = "SELECT work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, url,
                        verdict FROM reviews";
    let printed = told(folder, db, &["sql", query, "--format", "jsonl"]);
    let mut lines: Vec<String> = printed.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Two archives with common reviews, the first with decisions.
fn archives() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let write = |name: &str, rows: &str| {
        let head = "title,year,critic,publication,date,score,quote\n";
        std::fs::write(at.join(name), format!("{head}{rows}")).expect("a file");
    };
    write(
        "one.csv",
        "The Reed,2008,A. Moor,Post,2008-03-01,80/100,Slow and fine.\n\
         The Reed,2008,B. Lund,Herald,2008-03-02,40/100,Much too long.\n\
         The Hill,2010,A. Moor,Post,2010-01-01,60/100,A climb.\n\
         The Hill,2010,C. Ode,Post,2010-01-02,,\n",
    );
    write("two.csv", "The Reed,2008,A. Moor,Post,,85/100,Slow and fine.\n");
    write(
        "three.csv",
        "The Reed,2008,B. Lund,,2008-03-02,40/100,Much too long.\n\
         The Lake,2011,D. Ida,Post,2011-05-05,70/100,Deep.\n",
    );
    told(at, "a.db", &["import", "one.csv"]);
    told(at, "a.db", &["import", "two.csv"]);
    told(at, "b.db", &["import", "three.csv"]);
    told(at, "a.db", &["rename", "critic", "A. Moor", "Anna Moor", "--yes"]);
    told(at, "a.db", &["correct", "3", "--score", "3/10", "--reason", "misread", "--yes"]);
    told(at, "a.db", &["hide", "2", "--reason", "by the publisher", "--yes"]);
    folder
}

#[test]
fn importing_an_archive_into_an_empty_one_copies_it() {
    let folder = archives();
    let at = folder.path();
    let said = told(at, "new.db", &["import", "a.db"]);
    assert!(said.contains("3 decisions were taken over"), "{said}");
    assert_eq!(reviews(at, "new.db"), reviews(at, "a.db"));
    assert!(told(at, "new.db", &["check"]).contains("1 hidden"));
    let rejects = |db: &str| told(at, db, &["imports", "rejects"]).replace("a.db!/", "");
    assert_eq!(rejects("new.db").contains("one.csv:5"), rejects("a.db").contains("one.csv:5"));
    // Origin of each, and the bytes.
    let shown = told(at, "new.db", &["query", "--critic", "Anna", "--format", "csv"]);
    let id =
        shown.lines().nth(1).and_then(|line| line.split(',').next()).expect("a number").to_owned();
    assert!(told(at, "new.db", &["show", &id]).contains("a.db!/one.csv:"));
    assert_eq!(
        told(at, "new.db", &["imports", "dump", "1"]),
        std::fs::read_to_string(at.join("one.csv")).expect("a file")
    );
    // Importing twice adds nothing, neither does the file itself, and an undo leaves nothing.
    assert!(told(at, "new.db", &["import", "a.db"]).contains("0 new"));
    assert!(told(at, "new.db", &["import", "one.csv"]).contains("0 new"));
    assert_eq!(reviews(at, "new.db"), reviews(at, "a.db"));
    for import in ["1", "2", "3"] {
        told(at, "new.db", &["imports", "undo", import, "--yes"]);
    }
    assert_eq!(reviews(at, "new.db"), Vec::<String>::new());
    told(at, "new.db", &["check"]);
}

#[test]
fn two_archives_in_any_order_are_the_same() {
    let folder = archives();
    let at = folder.path();
    told(at, "ab.db", &["import", "a.db", "b.db"]);
    told(at, "ba.db", &["import", "b.db"]);
    told(at, "ba.db", &["import", "a.db"]);
    assert_eq!(reviews(at, "ab.db"), reviews(at, "ba.db"));
    for db in ["ab.db", "ba.db"] {
        told(at, db, &["check"]);
        // A review hidden in one is hidden in both, though the other's dump contains it, too.
        assert!(!told(at, db, &["query"]).contains("Lund"));
    }
    told(at, "ab.db", &["imports", "renormalise", "--yes"]);
    assert_eq!(reviews(at, "ab.db"), reviews(at, "ba.db"));
}

/// Undo leaves exactly what the other imports give: decisions are removed with the last
/// import that brought them, those made here stay.
#[test]
fn decisions_are_undone_with_their_import() {
    let folder = archives();
    let at = folder.path();
    told(at, "c.db", &["import", "one.csv", "three.csv"]);
    told(at, "c.db", &["rename", "critic", "D. Ida", "Dora Ida", "--yes"]);
    let before = reviews(at, "c.db");
    told(at, "c.db", &["import", "a.db"]);
    let with = reviews(at, "c.db");
    assert_ne!(with, before);
    told(at, "c.db", &["import", "a.db"]);
    assert_eq!(reviews(at, "c.db"), with);

    told(at, "c.db", &["imports", "undo", "2", "--yes"]);
    assert_eq!(reviews(at, "c.db"), with, "the third import brought them, too");
    let preview = told(at, "c.db", &["imports", "undo", "3"]);
    assert!(
        preview.contains("would take back decisions that it brought from another archive: 3"),
        "{preview}"
    );
    assert!(preview.contains("reviews shown again: 1, remaining: 4"), "{preview}");
    told(at, "c.db", &["imports", "undo", "3", "--yes"]);
    assert_eq!(reviews(at, "c.db"), before);
    told(at, "c.db", &["check"]);
}

#[test]
fn own_decisions_take_precedence() {
    let folder = archives();
    let at = folder.path();
    told(at, "c.db", &["import", "one.csv"]);
    told(at, "c.db", &["rename", "critic", "A. Moor", "Ada Moor", "--yes"]);
    let said = told(at, "c.db", &["import", "a.db"]);
    assert!(said.contains("not taken over") && said.contains("Anna Moor"), "{said}");
    assert!(reviews(at, "c.db").iter().any(|line| line.contains("Ada Moor")));
}

#[test]
fn damaged_or_incompatible_archives_are_refused() {
    let folder = archives();
    let at = folder.path();
    let spoilt = |name: &str, statement: &str| {
        std::fs::copy(at.join("a.db"), at.join(name)).expect("a copy");
        Connection::open(at.join(name))
            .and_then(|db| db.execute_batch(statement))
            .expect("a change");
    };
    spoilt("newer.db", "PRAGMA user_version = 999");
    let said = refused(at, "new.db", &["import", "newer.db"], 5);
    assert!(said.contains("newer revdb") && said.contains("help: update revdb"), "{said}");
    spoilt("damaged.db", "UPDATE review SET score = 1 WHERE id = 1");
    let said = refused(at, "new.db", &["import", "damaged.db"], 4);
    assert!(said.contains("damaged.db check"), "{said}");
    assert!(!at.join("new.db").exists());
    // A dry run stores nothing.
    told(at, "new.db", &["import", "a.db", "--dry-run"]);
    assert!(!at.join("new.db").exists());
}

/// Without the other archive's merge, a review becomes two again, one with a new number.
#[test]
fn the_index_follows_when_a_brought_merge_is_undone() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let both = "title,critic,score,quote\nThe Reed,A. Moor,80/100,Slow and fine.\n\
                The Reed,B. Lund,80/100,Slow and fine.\n";
    std::fs::write(at.join("one.csv"), both).expect("a file");
    std::fs::write(at.join("two.csv"), format!("{both}The Hill,B. Lund,60/100,A climb.\n"))
        .expect("a file");
    told(at, "a.db", &["import", "two.csv"]);
    told(at, "a.db", &["merge", "critic", "B. Lund", "A. Moor", "--yes"]);
    told(at, "c.db", &["import", "one.csv"]);
    let before = reviews(at, "c.db");
    told(at, "c.db", &["import", "a.db"]);
    assert_eq!(reviews(at, "c.db").len(), 2);
    told(at, "c.db", &["imports", "undo", "2", "--yes"]);
    assert_eq!(reviews(at, "c.db"), before);
    told(at, "c.db", &["check"]);
}
