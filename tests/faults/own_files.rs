//! Only SQLite opens, reads or replaces the archive's own files.

use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::{healthy, import, revdb, run, scratch, table, wait, write};

/// A folder with an archive of 30 reviews, and links to it that look like dumps.
fn laid_out(folder: &Path) -> PathBuf {
    let path = folder.join("m_archive.csv");
    assert_eq!(import(&path, &write(folder, "first.csv", table(30, 1))).0, 0);
    std::fs::hard_link(&path, folder.join("p_hard.csv")).expect("a link");
    symlink("m_archive.csv", folder.join("q_soft.csv")).expect("a link");
    path
}

/// Whether some process holds the archive's write lock.
fn is_locked(path: &Path) -> bool {
    let conn = Connection::open(path).expect("the archive");
    conn.busy_timeout(Duration::ZERO).expect("a wait");
    match conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK;") {
        Ok(()) => false,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => true,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn an_import_of_the_archives_own_folder_keeps_its_lock() {
    let folder = scratch();
    let path = laid_out(folder.path());
    write(folder.path(), "a_new.csv", table(20, 2));
    write(folder.path(), "z_new.csv", table(20, 3));
    let mut child = revdb(&path)
        .current_dir(folder.path())
        .args(["import", ".", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let begun = Instant::now();
    while !is_locked(&path) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the import never began to write");
        std::thread::sleep(Duration::from_millis(5));
    }
    // By now it is walking the folder, or waiting for standard input.
    std::thread::sleep(Duration::from_secs(1));
    assert!(is_locked(&path), "the import lost its lock");
    let mut stdin = child.stdin.take().expect("standard input");
    stdin.write_all(table(20, 4).as_bytes()).expect("a dump");
    drop(stdin);
    let status = wait(&mut child, Duration::from_secs(60));
    let mut told = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().expect("stderr"), &mut told)
        .expect("what it said");
    assert_eq!(status.code(), Some(0), "{told}");
    for name in ["m_archive.csv", "p_hard.csv", "q_soft.csv"] {
        let left = told.lines().any(|line| line.contains(name) && line.contains("left alone"));
        assert!(left, "{name}: {told}");
    }
    assert_eq!(healthy(&path), 90);
}

#[test]
fn no_output_replaces_the_archive_or_its_journals() {
    let folder = scratch();
    let path = laid_out(folder.path());
    let before = std::fs::read(&path).expect("the archive");
    let names = ["m_archive.csv", "./m_archive.csv", "p_hard.csv", "q_soft.csv"]
        .into_iter()
        .chain(["m_archive.csv-journal", "m_archive.csv-wal", "q_soft.csv-shm"]);
    for name in names {
        // A link's own journal name does not belong to the archive: SQLite follows links first.
        let is_its = name != "q_soft.csv-shm";
        for args in [
            &["query", "--format", "csv", "-o"][..],
            &["query", "distribution", "--format", "csv", "-o"],
            &["search", "slow", "--format", "csv", "-o"],
            &["export", "--format", "jsonl", "-o"],
            &["sql", "SELECT 1", "--format", "csv", "-o"],
            &["report", "-o"],
            &["imports", "dump", "1", "-o"],
            &["backup"],
        ] {
            let mut command = revdb(&path);
            let (code, _, told) =
                run(command.current_dir(folder.path()).args(args).arg(name).arg("--force"));
            if is_its {
                // A page must be HTML: a name is not enough.
                let expected = if args == ["report", "-o"] { 2 } else { 1 };
                assert_eq!(code, expected, "{args:?} {name}: {told}");
                assert!(std::fs::read(&path).expect("the archive") == before, "{args:?} {name}");
            }
        }
        let beside = ["-journal", "-wal", "-shm"]
            .iter()
            .any(|end| folder.path().join(format!("m_archive.csv{end}")).exists());
        assert!(!beside, "{name}");
    }
    assert!(folder.path().join("q_soft.csv").symlink_metadata().expect("a link").is_symlink());
    std::fs::hard_link(&path, folder.path().join("page.html")).expect("a link");
    let mut command = revdb(&path);
    let page = ["report", "--force", "-o", "page.html"];
    let (code, _, told) = run(command.current_dir(folder.path()).args(page));
    assert_eq!(code, 1, "{told}");
    assert_eq!(healthy(&path), 30);
}

#[test]
fn the_archive_is_not_read_as_profile_report_or_dump() {
    let folder = scratch();
    let path = laid_out(folder.path());
    let before = std::fs::read(&path).expect("the archive");
    let dump = write(folder.path(), "more.csv", table(5, 9));
    let dump = dump.to_str().expect("a path");
    for name in ["m_archive.csv", "p_hard.csv", "q_soft.csv"] {
        for args in [
            &["import", dump, "--profile", name][..],
            &["query", "--report-file", name],
            &["formats", "--explain", name],
            &["import", name],
        ] {
            let (code, shown, told) = run(revdb(&path).current_dir(folder.path()).args(args));
            let told = told + &shown;
            assert!(code == 1 || code == 2 || args[0] == "formats", "{args:?}: {code} {told}");
            assert!(told.contains("belongs to the archive"), "{args:?}: {told}");
        }
        assert!(std::fs::read(&path).expect("the archive") == before, "{name}");
    }
}

#[test]
fn uris_are_file_names() {
    for name in [":memory:", "file:x?mode=memory", "file:y.db", "file::memory:?cache=shared", "a?b"]
    {
        let folder = scratch();
        write(folder.path(), "a.csv", table(7, 1));
        let here = |args: &[&str]| {
            let mut command = revdb(Path::new(name));
            run(command.current_dir(folder.path()).args(args))
        };
        let (code, _, told) = here(&["import", "a.csv"]);
        assert_eq!(code, 0, "{name}: {told}");
        assert_eq!(healthy(&folder.path().join(name)), 7, "{name}");
        let (code, rows, told) = here(&["query", "--format", "jsonl"]);
        assert_eq!((code, rows.lines().count()), (0, 7), "{name}: {told}");
        assert_eq!(here(&["backup", "file:copy?mode=ro"]).0, 0, "{name}");
        assert_eq!(healthy(&folder.path().join("file:copy?mode=ro")), 7, "{name}");
    }
    let folder = scratch();
    write(folder.path(), "a.csv", table(7, 1));
    let (code, _, told) =
        run(revdb(Path::new("")).current_dir(folder.path()).args(["import", "a.csv"]));
    assert_ne!(code, 0, "{told}");
}

#[test]
fn a_backup_replaces_plain_files_only() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    assert_eq!(import(&path, &write(folder.path(), "a.csv", table(9, 1))).0, 0);
    let kept = write(folder.path(), "kept.txt", "mine");
    symlink("kept.txt", folder.path().join("link.db")).expect("a link");
    symlink("nowhere", folder.path().join("dangling.db")).expect("a link");
    std::fs::create_dir(folder.path().join("folder.db")).expect("a folder");
    let fifo = folder.path().join("fifo.db");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    for name in ["link.db", "dangling.db", "folder.db", "fifo.db", "a.db", "./a.db"] {
        for force in [&[][..], &["--force"]] {
            let mut command = revdb(&path);
            let (code, _, told) =
                run(command.current_dir(folder.path()).args(["backup", name]).args(force));
            assert_eq!(code, 1, "{name} {force:?}: {told}");
        }
    }
    assert_eq!(std::fs::read_to_string(&kept).expect("the file"), "mine");
    let found = fifo.symlink_metadata().expect("the pipe").file_type();
    assert!(std::os::unix::fs::FileTypeExt::is_fifo(&found));
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 7, "something was left beside");
    // An existing file that is not an archive is replaced on request.
    assert_eq!(run(revdb(&path).arg("backup").arg(&kept).arg("--force")).0, 0);
    assert_eq!(healthy(&kept), 9);
}

#[test]
fn generated_files_replace_only_with_force() {
    for (what, name) in [("man", "revdb-import.1"), ("datasette", "metadata.json")] {
        let folder = scratch();
        let archive = folder.path().join("archive.db");
        let dump = write(folder.path(), "dump.csv", "title,critic,score\nRain,Ann Lee,3/4\n");
        assert_eq!(run(revdb(&archive).arg("import").arg(&dump)).0, 0);
        let dir = folder.path().join("out");
        std::fs::create_dir(&dir).expect("a folder");
        let mine = write(&dir, name, "mine");
        let generate = |force: &[&str]| {
            let mut command = revdb(&archive);
            run(command.args(["generate", what, "--dir"]).arg(&dir).args(force))
        };
        let (code, _, told) = generate(&[]);
        assert!(code == 1 && told.contains("exists already"), "{what}: {code} {told}");
        assert_eq!(
            std::fs::read_dir(&dir)
                .expect("a folder")
                .filter(|e| e.as_ref().is_ok_and(|e| e.path().is_file()))
                .count(),
            1,
            "{what}: part of it was written"
        );
        assert_eq!(generate(&["--force"]).0, 0, "{what}");
        assert_ne!(std::fs::read_to_string(&mine).expect("a page"), "mine");
        std::fs::remove_file(&mine).expect("a file to remove");
        let theirs = write(folder.path(), "theirs", "theirs");
        symlink("../theirs", &mine).expect("a link");
        for force in [&[][..], &["--force"]] {
            assert_eq!(generate(force).0, 1, "{what} {force:?}");
        }
        assert_eq!(std::fs::read_to_string(&theirs).expect("their file"), "theirs");
    }
}
