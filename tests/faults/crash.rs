//! Killed, interrupted, out of space, concurrent: the old state or the new, never part of it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use revdb_store::Archive;

use super::{
    BULK_BYTES, Dice, READING, bulk_table, healthy, import, revdb, rounds, run, scratch, signal,
    table, wait, write,
};

const ROWS: usize = 800;

/// An import to be killed, with its archive and input.
struct Victim<'a> {
    name: &'static str,
    base: Option<&'a Path>,
    file: PathBuf,
    /// Its duration, and the numbers of reviews before and after.
    whole: Duration,
    before: i64,
    after: i64,
    /// Number of rounds that left the old state, and the new one.
    left: (usize, usize),
}

impl<'a> Victim<'a> {
    fn new(name: &'static str, base: Option<&'a Path>, file: PathBuf) -> Self {
        let folder = scratch();
        let path = folder.path().join("full.db");
        if let Some(base) = base {
            std::fs::copy(base, &path).expect("a copy");
        }
        let before = healthy_or_none(&path);
        let begun = Instant::now();
        assert_eq!(import(&path, &file).0, 0);
        let whole = begun.elapsed();
        Victim { name, base, file, whole, before, after: healthy(&path), left: (0, 0) }
    }

    /// Kills it at `share` thousandths of its duration, and checks the result.
    fn kill(&mut self, path: &Path, share: usize) {
        if let Some(base) = self.base {
            std::fs::copy(base, path).expect("a copy");
        }
        let mut child = revdb(path)
            .arg("import")
            .arg(&self.file)
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        std::thread::sleep(self.whole.mul_f64(share as f64 / 1000.0));
        child.kill().expect("a kill");
        child.wait().expect("a child");
        let found = healthy_or_none(path);
        let (name, before, after) = (self.name, self.before, self.after);
        assert!(
            found == before || found == after,
            "{name}, {share} ‰: {found} of {before} or {after}"
        );
        if found == before {
            self.left.0 += 1
        } else {
            self.left.1 += 1
        }
        let begun = Instant::now();
        assert_eq!(import(path, &self.file).0, 0, "the next import completes it");
        if found == before {
            // The duration depends on the current load.
            self.whole = begun.elapsed();
        }
        assert_eq!(healthy(path), after, "{name}, {share} ‰");
        std::fs::remove_file(path).expect("a file to remove");
    }
}

fn healthy_or_none(path: &Path) -> i64 {
    if path.exists() { healthy(path) } else { 0 }
}

#[test]
fn kill_9_leaves_the_old_state_or_the_new() {
    let folder = scratch();
    let a = write(folder.path(), "a.csv", table(200, 1));
    let base = folder.path().join("base.db");
    assert_eq!(import(&base, &a).0, 0);
    let file = |name, text| write(folder.path(), name, text);
    let mut victims = [
        Victim::new("onto an archive", Some(&base), file("b.csv", table(ROWS, 2))),
        Victim::new("bulk onto an archive", Some(&base), file("c.csv", bulk_table(ROWS, 3))),
        Victim::new("onto a fresh file", None, file("d.csv", table(ROWS, 4))),
        Victim::new("bulk onto a fresh file", None, file("e.csv", bulk_table(ROWS, 5))),
    ];
    let mut dice = Dice::new(7);
    let count = rounds(8, 200);
    for round in 0..count {
        let which = round % victims.len();
        // Half of the rounds are killed near the end, while it writes.
        let (from, to) = if round % 8 < 4 { (0, 1000) } else { (700, 1200) };
        victims[which].kill(&folder.path().join("killed.db"), from + dice.roll(to - from));
    }
    for victim in victims {
        let (old, new) = victim.left;
        assert!(count < 100 || old > 0 && new > 0, "{}: {old} old, {new} new", victim.name);
        eprintln!("kill -9 {}: {} rounds, {old} old, {new} new, 0 bad", victim.name, old + new);
    }
}

#[test]
fn ctrl_c_and_term_store_nothing_of_the_file() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let folder = scratch();
        let path = folder.path().join("a.db");
        assert_eq!(import(&path, &write(folder.path(), "a.csv", table(20, 1))).0, 0);
        let before = std::fs::read(&path).expect("the archive");
        let big = write(folder.path(), "big.csv", table(30_000, 2));
        let mut child =
            revdb(&path).arg("import").arg(&big).stderr(Stdio::piped()).spawn().expect("a child");
        std::thread::sleep(Duration::from_millis(700));
        signal(&child, name);
        let status = wait(&mut child, Duration::from_secs(20));
        let told = std::io::read_to_string(child.stderr.take().expect("stderr")).expect("text");
        assert_eq!(status.code(), Some(code), "{told}");
        assert!(told.contains("nothing is stored from") && told.contains("big.csv"), "{told}");
        assert!(std::fs::read(&path).expect("the archive") == before, "the archive changed");
    }
}

#[test]
fn ctrl_c_leaves_the_whole_dumps_before_it() {
    // The longest has its own group; the shorter ones share the small ones'.
    for (rows, fresh) in [(42_000, true), (42_000, false), (90_000, true)] {
        // On a loaded machine the signal may arrive before the first dump is read.
        let mut after = Duration::from_millis(900);
        while !whole_dumps_are_left(rows, fresh, after) {
            after *= 2;
            assert!(after < Duration::from_secs(30), "nothing is stored, however late it comes");
        }
    }
}

/// Interrupts an import of five short dumps and a long one; false if nothing was read yet.
fn whole_dumps_are_left(rows: usize, fresh: bool, after: Duration) -> bool {
    let folder = scratch();
    let path = folder.path().join("a.db");
    if !fresh {
        assert_eq!(import(&path, &write(folder.path(), "a.csv", table(20, 100))).0, 0);
    }
    let dumps = folder.path().join("dumps");
    std::fs::create_dir(&dumps).expect("a folder");
    for i in 0..5 {
        write(&dumps, &format!("a{i}.csv"), table(20, i));
    }
    let long = table(rows, 7);
    assert_eq!(long.len() >= BULK_BYTES, rows == 90_000, "{} bytes", long.len());
    write(&dumps, "b.csv", long);
    let mut child =
        revdb(&path).arg("import").arg(&dumps).stderr(Stdio::piped()).spawn().expect("a child");
    std::thread::sleep(after);
    signal(&child, "INT");
    let status = wait(&mut child, Duration::from_secs(60));
    let told = std::io::read_to_string(child.stderr.take().expect("stderr")).expect("text");
    assert_eq!(status.code(), Some(130), "{told}");
    if told.contains("the archive is as it was") {
        return false;
    }
    let found = healthy(&path) - if fresh { 0 } else { 20 };
    assert!(found == 100 || !told.contains("b.csv"), "{found}: {told}");
    assert!((20..=100).contains(&found) && found % 20 == 0, "{found} of {rows}: {told}");
    true
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let folder = scratch();
    let mut child = revdb(&folder.path().join("a.db"))
        .args(["import", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    // It waits for input that never comes, so the first signal cannot end it.
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(200));
    if child.try_wait().expect("a child").is_none() {
        signal(&child, "INT");
    }
    assert_eq!(wait(&mut child, Duration::from_secs(3)).code(), Some(130));
}

#[test]
fn a_limit_on_file_size_is_an_error_and_no_death() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    assert_eq!(import(&path, &write(folder.path(), "a.csv", table(20, 1))).0, 0);
    let before = std::fs::read(&path).expect("the archive");
    let blocks = before.len().div_ceil(512) + 40;
    let big = write(folder.path(), "big.csv", table(3000, 2));
    let mut shell = std::process::Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("ulimit -f {blocks}; exec \"$0\" --db \"$1\" import --keep never \"$2\""))
        .arg(env!("CARGO_BIN_EXE_revdb"))
        .arg(&path)
        .arg(&big);
    let (code, _, told) = run(&mut shell);
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("error: "), "{told}");
    assert!(std::fs::read(&path).expect("the archive") == before, "the archive changed");
    healthy(&path);
}

#[test]
fn eight_at_once_on_a_fresh_file() {
    let count = rounds(3, 60);
    let folder = scratch();
    let files: Vec<_> =
        (0..8).map(|i| write(folder.path(), &format!("{i}.csv"), table(20, i))).collect();
    let mut waited = 0;
    for round in 0..count {
        let path = folder.path().join(format!("race-{round}.db"));
        let mut children: Vec<_> = files
            .iter()
            .map(|file| {
                revdb(&path)
                    .arg("import")
                    .arg(file)
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("a child")
            })
            .collect();
        let mut stored = 0;
        for child in &mut children {
            let status = wait(child, Duration::from_secs(60)).code();
            let told = std::io::read_to_string(child.stderr.take().expect("stderr")).expect("text");
            match status {
                Some(0) => stored += 20,
                Some(6) => waited += 1,
                _ => panic!("round {round}: {status:?}: {told}"),
            }
        }
        assert_eq!(healthy(&path), stored, "round {round}");
        for file in &files {
            assert_eq!(import(&path, file).0, 0);
        }
        assert_eq!(healthy(&path), 160, "round {round}");
    }
    eprintln!("8 processes: {count} rounds, {waited} imports gave up as busy, 0 bad");
}

#[test]
fn readers_see_the_old_state_during_an_import() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    assert_eq!(import(&path, &write(folder.path(), "a.csv", table(50, 1))).0, 0);
    let big = write(folder.path(), "big.csv", table(4000, 2));
    let mut child =
        revdb(&path).arg("import").arg(&big).stderr(Stdio::null()).spawn().expect("a child");
    let (mut looks, mut last) = (0, 50);
    while child.try_wait().expect("a child").is_none() {
        let archive = Archive::open(&path).expect("an archive to read");
        let count: i64 = archive
            .connection()
            .query_row("SELECT count(*) FROM reviews", [], |row| row.get(0))
            .expect("a count");
        assert!(count == 50 || count == 4050, "{count} is part of an import");
        assert!(count >= last, "back to the old state");
        (looks, last) = (looks + 1, count);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(child.wait().expect("a child").success());
    assert_eq!(healthy(&path), 4050);
    assert!(looks > 10, "only {looks} looks");
    eprintln!("reading during an import: {looks} looks, 0 bad");
}

#[test]
fn reading_works_from_a_read_only_folder_and_writing_fails() {
    let folder = scratch();
    let inner = folder.path().join("media");
    std::fs::create_dir(&inner).expect("a folder");
    let path = inner.join("a.db");
    let file = write(folder.path(), "a.csv", table(20, 1));
    assert_eq!(import(&path, &file).0, 0);
    let program = folder.path().join("revdb");
    std::fs::copy(env!("CARGO_BIN_EXE_revdb"), &program).expect("a copy of the program");
    let chmod = |mode: u32, path: &Path| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("a mode");
    };
    chmod(0o755, folder.path());
    chmod(0o444, &path);
    chmod(0o555, &inner);
    let root = run(std::process::Command::new("id").arg("-u")).1.trim() == "0";
    let before = std::fs::read(&path).expect("the archive");
    let other = write(folder.path(), "b.csv", table(20, 2));
    // Previews of writing commands too: they only read.
    let copy = write(folder.path(), "copy.db", &before);
    let as_on_a_copy = |args: &&[&str]| run(revdb(&copy).args(*args)).0;
    let import = ["import", other.to_str().expect("a path")];
    let cases = READING.iter().map(|args| (*args, as_on_a_copy(args))).chain([
        (&import[..], 1),
        (&["imports", "undo", "1", "--yes"][..], 1),
        (&["imports", "renormalise", "--yes"][..], 1),
    ]);
    for (args, code) in cases {
        let mut command = std::process::Command::new(&program);
        command.current_dir("/").arg("--db").arg(&path).args(args).stdin(Stdio::null());
        if root {
            // Root may write anywhere, so another user must try.
            command.uid(65_534).gid(65_534);
        }
        let (found, _, told) = run(&mut command);
        assert_eq!(found, code, "{args:?}: {told}");
    }
    chmod(0o755, &inner);
    assert!(std::fs::read(&path).expect("the archive") == before);
    assert_eq!(
        std::fs::read_dir(&inner).expect("a folder").count(),
        1,
        "something was left beside it"
    );
}
