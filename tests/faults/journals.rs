//! Journals and write-ahead logs left next to an archive by a crash or another tool.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rusqlite::Connection;

use super::{healthy, import, revdb, run, scratch, table, wait, write};

const OURS: i64 = 0x5256_4442;

/// The archive's files as a crash would leave them in the middle of a commit of `statements`: with
/// a tiny cache, most pages are on disk before the commit.
fn crashed(from: &Path, statements: &str, to: &Path) {
    let conn = Connection::open(from).expect("a database");
    let begin = "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; PRAGMA cache_spill = 2;";
    conn.execute_batch(begin).expect("settings");
    conn.execute_batch(&format!("BEGIN; {statements}")).expect("statements");
    let beside = |path: &Path| PathBuf::from(format!("{}-journal", path.display()));
    std::fs::copy(from, to).expect("a copy");
    std::fs::copy(beside(from), beside(to)).expect("a copy of the journal");
    // An unsynced journal: the header's record count is zero.
    let mut journal = std::fs::read(beside(to)).expect("the journal");
    if journal[8..12] == [0; 4] {
        journal[8..12].copy_from_slice(&u32::MAX.to_be_bytes());
    }
    std::fs::write(beside(to), journal).expect("the journal");
    conn.execute_batch("ROLLBACK").expect("an end");
}

/// Creates pages until the cache overflows.
const FILL: &str = "CREATE TABLE filling (x);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
    INSERT INTO filling SELECT randomblob(4000) FROM n;";

/// An archive of 40 reviews with a hot journal.
fn hot(folder: &Path, name: &str) -> PathBuf {
    let (whole, path) = (folder.join(format!("whole-{name}")), folder.join(name));
    assert_eq!(import(&whole, &write(folder, "a.csv", table(40, 1))).0, 0);
    let change = format!("UPDATE review SET quote = quote || ' and so on'; {FILL}");
    crashed(&whole, &change, &path);
    path
}

fn files(folder: &Path, name: &str) -> Vec<Option<Vec<u8>>> {
    ["", "-journal"]
        .iter()
        .map(|end| std::fs::read(folder.join(format!("{name}{end}"))).ok())
        .collect()
}

#[test]
fn a_hot_journal_is_rolled_back_by_the_next_process() {
    for args in [&["query"][..], &["check"], &["imports"], &["imports", "undo", "1"], &["export"]] {
        let folder = scratch();
        let path = hot(folder.path(), "hot.db");
        let (code, _, told) = run(revdb(&path).args(args));
        assert_eq!(code, 0, "{args:?}: {told}");
        assert_eq!(healthy(&path), 40, "{args:?}");
        assert!(!folder.path().join("hot.db-journal").exists(), "{args:?}");
    }
}

#[test]
fn a_backup_is_put_back_over_a_crashed_archive() {
    let folder = scratch();
    let good = folder.path().join("good.db");
    assert_eq!(import(&good, &write(folder.path(), "g.csv", table(25, 7))).0, 0);
    let path = hot(folder.path(), "hot.db");
    let (code, _, told) = run(revdb(&good).arg("backup").arg(&path).arg("--force"));
    assert_eq!(code, 0, "{told}");
    assert_eq!(healthy(&path), 25);

    // A file that is no database has no journal: the file next to it is the user's.
    let path = write(folder.path(), "notes.txt", "no database at all, for sixteen bytes and more");
    write(folder.path(), "notes.txt-journal", "dear journal");
    let before = files(folder.path(), "notes.txt");
    let (code, _, told) = run(revdb(&good).arg("backup").arg(&path).arg("--force"));
    assert!(code == 1 && told.contains("notes.txt-journal"), "{code} {told}");
    assert!(files(folder.path(), "notes.txt") == before);
    // Nor if there is only a journal left.
    std::fs::remove_file(&path).expect("a file to remove");
    assert_eq!(run(revdb(&good).arg("backup").arg(&path)).0, 1);
    assert!(!path.exists());
    let left = std::fs::read_dir(folder.path()).expect("a folder");
    let litter = left.filter(|e| {
        e.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().starts_with(".revdb"))
    });
    assert_eq!(litter.count(), 0);
}

#[test]
fn a_backup_waits_for_a_writer_of_its_target() {
    let folder = scratch();
    let (good, path) = (folder.path().join("good.db"), folder.path().join("used.db"));
    assert_eq!(import(&good, &write(folder.path(), "g.csv", table(25, 7))).0, 0);
    assert_eq!(import(&path, &write(folder.path(), "u.csv", table(15, 8))).0, 0);
    let conn = Connection::open(&path).expect("the archive");
    conn.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let (code, _, told) = run(revdb(&good).arg("backup").arg(&path).arg("--force"));
    assert_eq!(code, 6, "{told}");
    conn.execute_batch("ROLLBACK").expect("an end");
    drop(conn);
    assert_eq!(healthy(&path), 15);
}

/// A first import interrupted in its commit, with or without its first page on disk.
fn half_made(folder: &Path, name: &str, with_first_page: bool) -> PathBuf {
    let path = folder.join(name);
    let new = folder.join(format!("new-{name}"));
    let made = format!("PRAGMA application_id = {OURS}; {FILL}");
    crashed(&new, &made, &path);
    if !with_first_page {
        let mut bytes = std::fs::read(&path).expect("the file");
        bytes.get_mut(..4096).expect("a page").fill(0);
        std::fs::write(&path, bytes).expect("the file");
    }
    assert!(std::fs::metadata(&path).expect("the file").len() > 4096, "nothing was written");
    path
}

#[test]
fn an_interrupted_first_import_is_restarted() {
    for with_first_page in [true, false] {
        let folder = scratch();
        let dump = write(folder.path(), "a.csv", table(12, 1));
        for args in [&["query"][..], &["check"], &["imports", "undo", "1", "--yes"], &["import"]] {
            let path = half_made(folder.path(), "half.db", with_first_page);
            let mut command = revdb(&path);
            command.args(args);
            if args == ["import"] {
                let (code, _, told) = run(command.arg(&dump));
                assert_eq!(code, 0, "{told}");
                assert_eq!(healthy(&path), 12);
                continue;
            }
            let (code, _, told) = run(&mut command);
            assert!(code == 1 && told.contains("is empty"), "{args:?}: {code} {told}");
            assert_eq!(std::fs::metadata(&path).expect("the file").len(), 0, "{args:?}");
            std::fs::remove_file(&path).expect("a file to remove");
        }
    }
}

#[test]
fn a_foreign_file_keeps_its_journal() {
    let folder = scratch();
    let (made, path) = (folder.path().join("made.db"), folder.path().join("other.db"));
    let conn = Connection::open(&made).expect("a database");
    conn.execute_batch("PRAGMA application_id = 77; CREATE TABLE t (x); INSERT INTO t VALUES (1);")
        .expect("a table");
    drop(conn);
    crashed(&made, &format!("DELETE FROM t; {FILL}"), &path);
    let before = files(folder.path(), "other.db");
    assert!(before.iter().all(Option::is_some));
    let dump = write(folder.path(), "a.csv", table(12, 1));
    let import = ["import", dump.to_str().expect("a path")];
    for args in [&["query"][..], &["check"], &import] {
        let (code, _, told) = run(revdb(&path).args(args));
        assert_eq!(code, 5, "{args:?}: {told}");
        assert!(files(folder.path(), "other.db") == before, "{args:?}: bytes changed");
    }
}

fn mode(path: &Path) -> String {
    let conn = Connection::open(path).expect("the archive");
    conn.query_row("PRAGMA journal_mode", [], |row| row.get(0)).expect("a mode")
}

/// Leaves the archive in write-ahead mode, as other tools do.
fn into_wal(path: &Path) -> Connection {
    let conn = Connection::open(path).expect("the archive");
    let mode: String =
        conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).expect("a mode");
    assert_eq!(mode, "wal");
    conn
}

#[test]
fn write_ahead_mode_is_ended_or_reported() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = |seed| write(folder.path(), &format!("{seed}.csv"), table(10, seed));
    assert_eq!(import(&path, &dump(1)).0, 0);
    let other = into_wal(&path);
    other.execute_batch("BEGIN").expect("a transaction");
    let count = "SELECT count(*) FROM review";
    let _: i64 = other.query_row(count, [], |row| row.get(0)).expect("a count");
    for args in [&["import"][..], &["imports", "undo", "2", "--yes"], &["check", "--rebuild-index"]]
    {
        let mut command = revdb(&path);
        command.args(args);
        if args == ["import"] {
            command.arg(dump(2));
        }
        let (code, _, told) = run(&mut command);
        assert_eq!(code, 0, "{args:?}: {told}");
        assert!(told.contains("write-ahead"), "{args:?}: {told}");
    }
    // The copy is still a single file.
    let copy = folder.path().join("copy.db");
    assert_eq!(run(revdb(&path).arg("backup").arg(&copy)).0, 0);
    assert_eq!((mode(&copy).as_str(), healthy(&copy)), ("delete", 10));
    drop(other);
    let (code, _, told) = import(&path, &dump(3));
    assert!(code == 0 && !told.contains("write-ahead"), "{told}");
    assert_eq!(mode(&path), "delete");
    assert!(!folder.path().join("a.db-wal").exists());
    std::fs::copy(&path, folder.path().join("by-hand.db")).expect("a copy");
    assert_eq!(healthy(&folder.path().join("by-hand.db")), 20);
}

#[test]
fn an_archive_in_write_ahead_mode_is_read_from_read_only_media() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    for with_log in [false, true] {
        let folder = scratch();
        let inner = folder.path().join("media");
        std::fs::create_dir(&inner).expect("a folder");
        let (made, path) = (folder.path().join("made.db"), inner.join("a.db"));
        assert_eq!(import(&made, &write(folder.path(), "a.csv", table(20, 1))).0, 0);
        let conn = into_wal(&made);
        if with_log {
            conn.execute_batch("PRAGMA wal_autocheckpoint = 0; CREATE TABLE theirs (x);")
                .expect("a table of theirs");
            std::fs::copy(folder.path().join("made.db-wal"), inner.join("a.db-wal"))
                .expect("a copy");
            std::fs::copy(&made, &path).expect("a copy");
        } else {
            drop(conn);
            std::fs::copy(&made, &path).expect("a copy");
        }
        let program = folder.path().join("revdb");
        std::fs::copy(env!("CARGO_BIN_EXE_revdb"), &program).expect("a copy of the program");
        let chmod = |mode: u32, path: &Path| {
            std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("a mode");
        };
        chmod(0o755, folder.path());
        chmod(0o444, &path);
        chmod(0o555, &inner);
        let root = run(std::process::Command::new("id").arg("-u")).1.trim() == "0";
        let mut reading = vec![&["query"][..], &["export"], &["search", "slow"], &["check"]];
        if with_log {
            reading.push(&["sql", "SELECT * FROM theirs"]);
        }
        for args in reading {
            let mut command = std::process::Command::new(&program);
            command.current_dir("/").arg("--db").arg(&path).args(args);
            if root {
                command.uid(65_534).gid(65_534);
            }
            let (code, _, told) = run(&mut command);
            assert_eq!(code, 0, "{args:?}, log {with_log}: {told}");
        }
        chmod(0o755, &inner);
        let left = std::fs::read_dir(&inner).expect("a folder").count();
        assert_eq!(left, 1 + usize::from(with_log), "something was left beside it");
    }
}

/// Opening a pipe would wait for a writer forever.
#[test]
fn pipes_in_place_of_journals_are_refused_at_once() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let file = write(folder.path(), "a.csv", table(20, 1));
    assert_eq!(import(&path, &file).0, 0);
    for ending in ["-journal", "-wal", "-shm"] {
        let beside = folder.path().join(format!("a.db{ending}"));
        let made = std::process::Command::new("mkfifo").arg(&beside).status();
        assert!(made.is_ok_and(|made| made.success()), "no pipe");
        let other = file.to_str().expect("a path");
        for args in [&["query"][..], &["check"], &["import", other], &["imports", "undo", "1"]] {
            let mut command = revdb(&path);
            let mut child = command.args(args).stderr(Stdio::piped()).spawn().expect("a child");
            let status = wait(&mut child, Duration::from_secs(20));
            let told = std::io::read_to_string(child.stderr.take().expect("stderr")).expect("text");
            assert_eq!(status.code(), Some(1), "{ending} {args:?}: {told}");
            assert!(told.contains("is not a regular file"), "{told}");
        }
        std::fs::remove_file(&beside).expect("a pipe to remove");
    }
    assert_eq!(healthy(&path), 20);
}
