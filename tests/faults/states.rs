//! Consistency: one state of a dump, of the archive, and of what is reported.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::shared::skipped;
use super::{healthy, import, revdb, run, scratch, signal, table, wait, write};

#[test]
fn a_dump_that_grows_while_it_is_read_is_refused() {
    let mut refused = 0;
    for round in 0..8 {
        let folder = scratch();
        let path = folder.path().join("a.db");
        assert_eq!(import(&path, &write(folder.path(), "base.csv", table(3, 99))).0, 0);
        let dump = write(folder.path(), "grows.csv", table(30_000, round));
        let mut child =
            revdb(&path).arg("import").arg(&dump).stderr(Stdio::piped()).spawn().expect("a child");
        std::thread::sleep(Duration::from_millis(150 * (round as u64 + 1)));
        let mut file = std::fs::OpenOptions::new().append(true).open(&dump).expect("the dump");
        file.write_all(b"Film 1,Critic 1,Paper 1,2012-01-01,5/100,One more row.\n").expect("a row");
        let status = wait(&mut child, Duration::from_secs(120));
        let mut told = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().expect("stderr"), &mut told)
            .expect("what it said");
        let found = healthy(&path);
        match status.code() {
            Some(0) => assert!(found > 3, "{told}"),
            Some(1) => {
                assert!(told.contains("changed while it was read"), "{told}");
                assert_eq!(found, 3, "{told}");
                refused += 1;
            }
            other => panic!("{other:?}: {told}"),
        }
        if refused > 1 {
            return;
        }
    }
    assert!(refused > 0, "no dump was refused: the row came before or after the reading each time");
}

#[test]
fn a_check_during_imports_sees_one_state() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    assert_eq!(import(&path, &write(folder.path(), "base.csv", table(300, 1))).0, 0);
    let dumps: Vec<_> =
        (0..12).map(|i| write(folder.path(), &format!("{i}.csv"), table(40, 10 + i))).collect();
    std::thread::scope(|scope| {
        let imports = scope.spawn(|| {
            for dump in &dumps {
                let (code, _, told) = import(&path, dump);
                assert!(code == 0 || code == 6, "{code} {told}");
            }
        });
        let mut checks = 0;
        while !imports.is_finished() || checks == 0 {
            let (code, shown, told) = run(revdb(&path).arg("check"));
            assert!(code == 0 || code == 6, "{code} {told}\n{shown}");
            checks += 1;
        }
    });
    healthy(&path);
}

#[test]
fn renormalise_and_undo_take_turns() {
    for _ in 0..4 {
        let folder = scratch();
        let path = folder.path().join("a.db");
        for seed in 1..=3 {
            let dump = write(folder.path(), &format!("{seed}.csv"), table(40, seed));
            assert_eq!(import(&path, &dump).0, 0);
        }
        // Both wait for this, so that they begin at the same moment.
        let conn = Connection::open(&path).expect("the archive");
        conn.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        let spawn = |args: &[&str]| {
            let mut command = revdb(&path);
            let command = command.args(args).stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("a child")
        };
        let both = [
            spawn(&["imports", "renormalise", "--yes"]),
            spawn(&["imports", "undo", "2", "--yes"]),
        ];
        std::thread::sleep(Duration::from_millis(400));
        conn.execute_batch("ROLLBACK").expect("an end");
        drop(conn);
        for child in both {
            let ended = child.wait_with_output().expect("a child");
            let told = String::from_utf8_lossy(&ended.stderr).into_owned();
            assert_eq!(ended.status.code(), Some(0), "{told}");
        }
        assert_eq!(healthy(&path), 80);
    }
}

#[test]
fn damaged_text_and_a_damaged_index_are_damage_in_every_verb() {
    let folder = scratch();
    let whole = folder.path().join("whole.db");
    assert_eq!(import(&whole, &write(folder.path(), "a.csv", table(60, 1))).0, 0);
    let verbs: [&[&str]; 7] = [
        &["query"],
        &["query", "score-spread"],
        &["query", "top"],
        &["export", "--format", "csv"],
        &["search", "slow"],
        &["show", "1"],
        &["report", "-o", "-"],
    ];
    let bad = "cast(x'41ff42' AS TEXT)";
    for damage in [
        format!("UPDATE critic SET name = {bad}"),
        format!("UPDATE work SET title = {bad}"),
        format!("UPDATE publication SET name = {bad}"),
        format!("UPDATE review SET quote = {bad}, url = {bad}"),
    ] {
        let path = folder.path().join("damaged.db");
        std::fs::copy(&whole, &path).expect("a copy");
        let conn = Connection::open(&path).expect("the archive");
        conn.execute_batch(&damage).expect("damage");
        drop(conn);
        let mut damaged = 0;
        for args in verbs {
            let (code, _, told) = run(revdb(&path).args(args));
            assert!(code == 4 || code == 0, "{damage}, {args:?}: {code} {told}");
            assert!(code == 0 || !told.contains("as before"), "{damage}, {args:?}: {told}");
            damaged += usize::from(code == 4);
        }
        assert!(damaged > 0, "{damage}: nobody saw it");
        assert_eq!(run(revdb(&path).arg("check")).0, 4, "{damage}");
    }
    for damage in [
        "UPDATE review_fts_data SET block = randomblob(length(block)) WHERE id > 1000",
        "UPDATE review_fts_config SET v = 99 WHERE k = 'version'",
    ] {
        let path = folder.path().join("index.db");
        std::fs::copy(&whole, &path).expect("a copy");
        let conn = Connection::open(&path).expect("the archive");
        conn.execute_batch(damage).expect("damage");
        drop(conn);
        for args in
            [&["search", "slow"][..], &["query", "--match", "slow"], &["search", "slow", "--fts"]]
        {
            let (code, _, told) = run(revdb(&path).args(args));
            assert_eq!(code, 4, "{damage}, {args:?}: {told}");
        }
    }
    // The user's own text does not mean that the archive is damaged.
    let (code, _, told) = run(revdb(&whole).args(["sql", "SELECT CAST(x'ff' AS TEXT)"]));
    assert!(code == 1 && !told.contains("damaged"), "{code} {told}");
    for empty in ["", " ", ";", "/* nothing */"] {
        assert_eq!(run(revdb(&whole).args(["sql", empty])).0, 2, "{empty:?}");
    }
}

#[test]
fn a_closed_stderr_changes_no_exit_code() {
    if !Path::new("/dev/full").exists() {
        skipped("no /dev/full");
        return;
    }
    let folder = scratch();
    let path = folder.path().join("a.db");
    let bad_row = table(5, 2) + "Film,Critic,Paper,no date at all,not a score,\n";
    for (name, text, code, reviews) in
        [("good.csv", table(5, 1), 0, 5), ("bad.csv", bad_row, 3, 10)]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let dump = write(folder.path(), name, text);
        let status = revdb(&path).arg("import").arg(&dump).stderr(full).status().expect("a child");
        let found = healthy(&path);
        assert!(found >= reviews, "{name}: {found}");
        assert!(status.code() == Some(code) || found > reviews, "{name}: {status:?}");
    }
}

#[test]
fn undone_data_are_erased_from_the_file() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let secret = "title,critic,publication,date,score,quote,url\n\
        Qxsecretfilm,Vkhiddencritic,Wzprivatepaper,2001-02-03,77/100,\"Xyconfession of mine, zqunheard\",https://jvnowhere.example/1\n\
        Film 1,Critic 2,Paper 3,2001-02-03,not a score at all,\n";
    let steps = [
        ("1.csv", table(400, 1)),
        ("2.csv", secret.to_owned()),
        ("3.csv", table(400, 2)),
        ("4.csv", table(30, 3)),
    ];
    for (name, text) in steps {
        let code = import(&path, &write(folder.path(), name, text)).0;
        assert!(code == 0 || code == 3);
    }
    let marks =
        ["xsecretfilm", "khiddencritic", "zprivatepaper", "yconfession", "qunheard", "vnowhere"];
    let holds = |path: &Path, mark: &str| {
        let bytes = std::fs::read(path).expect("a file").to_ascii_lowercase();
        bytes.windows(mark.len()).any(|part| part == mark.as_bytes())
    };
    assert!(marks.iter().all(|mark| holds(&path, mark)), "the marks are not what they should be");
    assert_eq!(run(revdb(&path).args(["imports", "undo", "2", "--yes"])).0, 0);
    let copy = folder.path().join("copy.db");
    assert_eq!(run(revdb(&path).arg("backup").arg(&copy)).0, 0);
    for mark in marks {
        assert!(!holds(&path, mark), "{mark} is in the archive");
        assert!(!holds(&copy, mark), "{mark} is in the copy");
    }
    let before = healthy(&path);
    assert_eq!(run(revdb(&path).args(["imports", "undo", "4", "--yes", "--vacuum"])).0, 0);
    assert!(healthy(&path) < before);
    assert_eq!(run(revdb(&path).args(["imports", "undo", "1", "--vacuum"])).0, 2);
}

#[test]
fn archives_do_not_reveal_local_paths() {
    let folder = scratch();
    let path = folder.path().join("hm_private_place.db");
    let inner = folder.path().join("hm_private_home/dumps");
    std::fs::create_dir_all(&inner).expect("folders");
    write(&inner, "first.csv", table(5, 1));
    let second = write(folder.path(), "second.csv", table(5, 2));
    assert_eq!(import(&path, &inner).0, 0);
    assert_eq!(import(&path, &second).0, 0);
    let mut command = revdb(&path);
    let up = command.current_dir(&inner).args(["import", "../../second.csv"]);
    assert_eq!(run(up).0, 0);
    let bytes = std::fs::read(&path).expect("the archive");
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds("hm_private") && !holds(folder.path().to_str().expect("a path")));
    let (_, rows, _) = run(revdb(&path).args(["imports", "list", "--sources", "--format", "csv"]));
    for name in ["dumps/first.csv", "second.csv"] {
        assert!(rows.contains(&format!(",{name},")), "{rows}");
    }
}

#[test]
fn a_closed_terminal_ends_an_import_cleanly() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    assert_eq!(import(&path, &write(folder.path(), "a.csv", table(5, 1))).0, 0);
    let names = || {
        let entries = std::fs::read_dir(folder.path()).expect("a folder");
        entries
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
    };
    let endless =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let out = folder.path().join("rows.csv");
    let mut command = revdb(&path);
    command.args(["sql", endless, "-o"]).arg(&out).stderr(Stdio::null());
    let mut child = command.spawn().expect("a child");
    let begun = Instant::now();
    while !names().iter().any(|name| name.starts_with(".revdb-")) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never began to write");
        std::thread::sleep(Duration::from_millis(5));
    }
    signal(&child, "HUP");
    let code = wait(&mut child, Duration::from_secs(60)).code();
    if cfg!(target_os = "linux") {
        assert_eq!(code, Some(129));
        assert!(!names().iter().any(|name| name.starts_with(".revdb-")), "{:?}", names());
    }
    assert!(!out.exists());
    // A process that must outlive the terminal does.
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" --db \"$1\" import -"]);
    let mut child = command
        .arg(env!("CARGO_BIN_EXE_revdb"))
        .arg(&path)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "HUP");
    let mut stdin = child.stdin.take().expect("standard input");
    stdin.write_all(table(7, 3).as_bytes()).expect("a dump");
    drop(stdin);
    assert_eq!(wait(&mut child, Duration::from_secs(60)).code(), Some(0));
    assert_eq!(healthy(&path), 12);
}
