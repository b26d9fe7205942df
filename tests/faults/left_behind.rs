//! A failed command leaves nothing behind, and nothing half done; and it ends when told to.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::renormalise::swap;
use super::{healthy, import, revdb, run, scratch, signal, table, wait, write};

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> =
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn previews_report_the_effect_of_a_change() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = write(folder.path(), "a.csv", table(20, 1));
    assert_eq!(import(&path, &dump).0, 0);
    swap(&path, 1, table(20, 8).as_bytes());
    let before = std::fs::read(&path).expect("the archive");
    let to = folder.path().join("no/where.csv");
    let told = ["imports", "renormalise", "--yes", "-o"];
    assert_eq!(run(revdb(&path).args(told).arg(&to)).0, 1);
    // Output flags are only valid with the list.
    for decision in [
        &["hide", "1", "--reason", "a test"][..],
        &["correct", "1", "--score", "3/5", "--reason", "a test"],
        &["merge", "critic", "=Critic 140", "=Critic 143"],
        &["rename", "critic", "=Critic 140", "Somebody Else"],
    ] {
        let (code, _, said) = run(revdb(&path).args(decision).args(["--yes", "-o"]).arg(&to));
        assert_eq!((code, said.contains("--list")), (2, true), "{said}");
    }
    assert!(std::fs::read(&path).expect("the archive") == before);
    let to = folder.path().join("list.csv");
    assert_eq!(run(revdb(&path).args(told).arg(&to)).0, 0);
    assert!(std::fs::read(&path).expect("the archive") != before);
    assert!(std::fs::read_to_string(&to).expect("the list").lines().count() > 1);
}

#[test]
fn several_changes_of_a_work_are_atomic() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = "title,year,critic,score\nRain,2012,Ann,80/100\n";
    assert_eq!(import(&path, &write(folder.path(), "a.csv", dump)).0, 0);
    let before = std::fs::read(&path).expect("the archive");
    let renamed = ["rename", "work", "Rain (2012)", "Regen", "--author", ";", "--yes"];
    assert_eq!(run(revdb(&path).args(renamed)).0, 2);
    assert!(std::fs::read(&path).expect("the archive") == before);
    let renamed = ["rename", "work", "Rain (2012)", "Regen", "--author", "Bea Sol", "--yes"];
    assert_eq!(run(revdb(&path).args(renamed)).0, 0);
    let (_, shown, _) = run(revdb(&path).args(["query", "--author", "sol", "--format", "csv"]));
    assert!(shown.contains("Regen"), "{shown}");
}

/// Limits file sizes to zero.
#[cfg(unix)]
fn on_a_full_disk(path: &Path, args: &[&str]) -> i32 {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_revdb"), "--db"]);
    run(shell.arg(path).args(args).stdin(Stdio::null())).0
}

#[cfg(unix)]
#[test]
fn folders_of_failed_outputs_are_removed() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = write(folder.path(), "a.csv", table(3, 1));
    assert_eq!(import(&path, &dump).0, 0);
    let new = folder.path().join("new/deep");
    let (new, dump) = (new.to_str().expect("a path"), dump.to_str().expect("a path"));
    for args in [
        &["generate", "report", "mine", "--dir", new][..],
        &["generate", "man", "--dir", new],
        &["generate", "datasette", "-o", new],
        &["convert", dump, "-o", new],
    ] {
        assert_eq!(on_a_full_disk(&path, args), 1, "{args:?}");
        assert_eq!(names(folder.path()), ["a.csv", "a.db"], "{args:?}");
    }
    let noise = write(folder.path(), "a.csv", b"\x00\x01\x02\xff");
    assert_eq!(run(revdb(&path).arg("convert").arg(noise).args(["-o", new])).0, 1);
    assert_eq!(names(folder.path()), ["a.csv", "a.db"]);
}

/// The records on disk are of the earlier content.
#[test]
fn convert_says_that_a_dump_has_changed() {
    let folder = scratch();
    let dump = write(folder.path(), "a.csv", table(3, 1));
    let lake = folder.path().join("lake");
    let convert = |more: &[&str]| {
        let mut command = revdb(&folder.path().join("a.db"));
        let (code, _, said) = run(command
            .arg("convert")
            .arg(folder.path().join("a.csv"))
            .arg("-o")
            .arg(&lake)
            .args(more));
        (code, said.contains("has changed since"))
    };
    assert_eq!(convert(&[]), (0, false));
    assert_eq!(convert(&[]), (0, false));
    let later = std::time::SystemTime::now() + Duration::from_secs(60);
    let file = std::fs::File::options().append(true).open(&dump).expect("the dump");
    file.set_modified(later).expect("a time");
    assert_eq!(convert(&[]), (3, true));
    assert_eq!(convert(&["--force"]), (0, false));
}

/// The rejections are written first; without the records they would be incomplete output.
#[test]
fn convert_leaves_no_rejections_without_records() {
    let folder = scratch();
    let dump = write(folder.path(), "a.csv", table(3, 1));
    let lake = folder.path().join("lake");
    let convert = || {
        let mut command = revdb(&folder.path().join("a.db"));
        run(command.arg("convert").arg(&dump).arg("-o").arg(&lake).arg("--force")).0
    };
    assert_eq!(convert(), 0);
    let records = names(&lake.join("records")).remove(0);
    std::fs::remove_dir_all(&lake).expect("removed");
    // A folder with the name of the output file.
    std::fs::create_dir_all(lake.join("records").join(&records)).expect("a folder");
    assert_eq!(convert(), 1);
    assert!(!lake.join("rejections").exists(), "{:?}", names(&lake.join("rejections")));
}

#[cfg(unix)]
#[test]
fn a_moved_archive_is_not_written() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = write(folder.path(), "a.csv", table(20, 1));
    assert_eq!(import(&path, &dump).0, 0);
    let mut child = revdb(&path)
        .args(["import", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // It has the archive open, and waits for the dump.
    std::thread::sleep(Duration::from_millis(500));
    std::fs::rename(&path, folder.path().join("moved.db")).expect("renamed");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(table(20, 2).as_bytes()).expect("it reads");
    drop(stdin);
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    // SQLite itself refuses to create a journal if the file has moved.
    assert!(ended.status.code() == Some(6) && said.contains("was moved"), "{said}");
    assert_eq!(names(folder.path()), ["a.csv", "moved.db"]);
    assert_eq!(healthy(&folder.path().join("moved.db")), 20);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_waiting_for_a_pipe() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = write(folder.path(), "a.csv", table(2_000, 1));
    assert_eq!(import(&path, &dump).0, 0);
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    let fifo = fifo.to_str().expect("a path");
    for args in [
        &["import", "-"][..],
        &["settle"],
        &["export", "--format", "json"],
        &["export", "--format", "json", "-o", fifo],
    ] {
        let mut child = revdb(&path)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_millis(500));
        signal(&child, "TERM");
        let ended = wait(&mut child, Duration::from_secs(20));
        assert_eq!(ended.code(), Some(143), "{args:?}");
    }
    assert_eq!(healthy(&path), 2_000);
}

/// Whoever had no archive before has none after an import that was interrupted.
#[cfg(unix)]
#[test]
fn an_interrupted_import_makes_no_archive() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let dump = write(folder.path(), "a.csv", "title,critic,score\nRain,Ann,5/10\n,Bea,6/10\n");
    let interrupted = || {
        let mut child = revdb(&path).args(["import", "-"]).stdin(Stdio::piped()).spawn();
        let child = child.as_mut().expect("it starts");
        let mut input = child.stdin.take().expect("its input");
        // Enough to be stored from; the rest does not come.
        input.write_all(table(20_000, 1).as_bytes()).expect("it reads");
        std::thread::sleep(Duration::from_millis(500));
        signal(child, "INT");
        assert_eq!(wait(child, Duration::from_secs(20)).code(), Some(130));
    };
    interrupted();
    assert_eq!(names(folder.path()), ["a.csv"]);
    // A file that was there before stays, and so does an archive whose imports were undone.
    std::fs::write(&path, "").expect("a file");
    interrupted();
    assert_eq!(names(folder.path()), ["a.csv", "a.db"]);
    assert_eq!(import(&path, &dump).0, 3);
    assert_eq!(run(revdb(&path).args(["imports", "undo", "1", "--yes"])).0, 0);
    interrupted();
    assert_eq!(names(folder.path()), ["a.csv", "a.db"]);
}

#[test]
fn the_exit_code_of_a_check_is_the_archives() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    assert_eq!(import(&path, &write(folder.path(), "a.csv", table(20, 1))).0, 0);
    let list = write(folder.path(), "list.csv", "of last week\n");
    let check = |force: &[&str]| run(revdb(&path).args(["check", "-o"]).arg(&list).args(force)).0;
    let lines = || std::fs::read_to_string(&list).expect("the list").lines().count();
    assert_eq!((check(&["--force"]), lines()), (0, 1), "a header");
    let conn = rusqlite::Connection::open(&path).expect("the archive");
    conn.execute("UPDATE critic SET name = 'Nobody' WHERE id = 1", []).expect("damaged");
    drop(conn);
    assert_eq!((check(&[]), lines()), (4, 1), "it is there already");
    assert_eq!(check(&["--force"]), 4);
    assert!(lines() > 1);
}
