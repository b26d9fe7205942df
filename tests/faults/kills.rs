//! Killed at any moment, in any verb: the old state or the new, and nothing in between.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::renormalise::swap;
use super::{Dice, READING, healthy, import, revdb, rounds, run, scratch, table, write};

/// The visible content of an archive, as row count and hash per table; empty if there is no
/// archive.
fn state(path: &Path) -> Vec<(i64, i64)> {
    if !path.exists() || healthy(path) == 0 {
        return Vec::new();
    }
    let conn = Connection::open(path).expect("the archive");
    let tables = [
        "review", "sighting", "work", "critic", "alias", "dump", "source", "revision",
        "correction", "hidden",
    ];
    let count = |table: &str| {
        // These contain their creation time.
        let hash = if ["alias", "revision", "correction"].contains(&table) {
            "0"
        } else {
            "hash % 1000003"
        };
        let sum = format!("SELECT count(*), coalesce(sum({hash}), 0) FROM {table}");
        conn.query_row(&sum, [], |row| Ok((row.get(0)?, row.get(1)?))).expect("a count")
    };
    tables.map(count).to_vec()
}

/// A verb to be killed: `{}` in its arguments is replaced by a file next to the archive.
struct Verb {
    name: &'static str,
    args: Vec<String>,
    /// Requires an existing archive.
    has_base: bool,
    /// What to check: the archive, or the copy that the verb makes.
    looked_at: &'static str,
}

struct Bench {
    folder: tempfile::TempDir,
    base: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = scratch();
        let base = folder.path().join("base.db");
        for seed in 1..=3 {
            let dump = write(folder.path(), &format!("{seed}.csv"), table(120, seed));
            assert_eq!(import(&base, &dump).0, 0);
        }
        // A dump that reads differently today, so that renormalise has something to do.
        swap(&base, 1, table(110, 8).as_bytes());
        write(folder.path(), "new.csv", table(120, 4));
        Bench { folder, base }
    }

    fn verbs(&self) -> Vec<Verb> {
        let new = self.folder.path().join("new.csv").to_string_lossy().into_owned();
        let conn = Connection::open(&self.base).expect("the archive");
        let critic = |place: i64| -> String {
            let named = "SELECT name FROM critic ORDER BY id LIMIT 1 OFFSET ?1";
            conn.query_row(named, [place], |row| row.get(0)).expect("a critic")
        };
        let (from, into) = (critic(3), critic(9));
        let verb = |name, args: &[&str], has_base, looked_at| Verb {
            name,
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            has_base,
            looked_at,
        };
        vec![
            verb("first creation", &["import", &new], false, "tried.db"),
            verb("import", &["import", &new], true, "tried.db"),
            verb("undo", &["imports", "undo", "2", "--yes"], true, "tried.db"),
            verb(
                "undo and vacuum",
                &["imports", "undo", "2", "--yes", "--vacuum"],
                true,
                "tried.db",
            ),
            verb("merge", &["merge", "critic", &from, &into, "--yes"], true, "tried.db"),
            verb(
                "rename",
                &["rename", "critic", &from, "Somebody Else", "--yes"],
                true,
                "tried.db",
            ),
            verb(
                "correct",
                &["correct", "5", "--score", "1/5", "--reason=x", "--yes"],
                true,
                "tried.db",
            ),
            verb("hide", &["hide", "7", "--reason=x", "--yes"], true, "tried.db"),
            verb("renormalise", &["imports", "renormalise", "--yes"], true, "tried.db"),
            verb("rebuild", &["check", "--rebuild-index"], true, "tried.db"),
            verb("backup", &["backup", "copy.db"], true, "copy.db"),
            verb("backup over another", &["backup", "copy.db", "--force"], true, "copy.db"),
        ]
    }

    /// A folder with the archive for the verb.
    fn laid(&self, verb: &Verb) -> (tempfile::TempDir, PathBuf) {
        let folder = scratch();
        let path = folder.path().join("tried.db");
        if verb.has_base {
            std::fs::copy(&self.base, &path).expect("a copy");
        }
        if verb.name == "backup over another" {
            let other = write(folder.path(), "other.csv", table(20, 9));
            assert_eq!(import(&folder.path().join("copy.db"), &other).0, 0);
        }
        (folder, path)
    }

    fn command(path: &Path, folder: &Path, verb: &Verb) -> Command {
        let mut command = revdb(path);
        command.current_dir(folder).args(&verb.args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Kills it `count` times; returns the number of rounds that left the old state, and the new.
    fn kill(&self, verb: &Verb, count: usize, dice: &mut Dice) -> (usize, usize) {
        let (folder, path) = self.laid(verb);
        let looked_at = |folder: &tempfile::TempDir| folder.path().join(verb.looked_at);
        let before = state(&looked_at(&folder));
        let begun = Instant::now();
        assert!(
            Self::command(&path, folder.path(), verb).status().expect("a child").success(),
            "{}",
            verb.name
        );
        let (mut whole, after) = (begun.elapsed(), state(&looked_at(&folder)));
        let mut left = (0, 0);
        for _ in 0..count {
            let (folder, path) = self.laid(verb);
            let mut child = Self::command(&path, folder.path(), verb).spawn().expect("a child");
            let at = dice.roll(1100) as f64 / 1000.0;
            std::thread::sleep(whole.mul_f64(at));
            child.kill().expect("a kill");
            let ended = child.wait().expect("a child");
            let found = state(&looked_at(&folder));
            let name = verb.name;
            assert!(
                found == before || found == after,
                "{name}, {at}: {found:?}\n{before:?}\n{after:?}"
            );
            if ended.success() {
                assert_eq!(found, after, "{name}: told as done");
            }
            if found == before {
                left.0 += 1
            } else {
                left.1 += 1
            }
            if verb.looked_at != "tried.db" {
                assert_eq!(state(&path), state(&self.base), "{name}: what is copied has changed");
            }
            if found == before {
                // Run again to the end: it continues where it was interrupted.
                let begun = Instant::now();
                let (code, _, told) = run(&mut Self::command(&path, folder.path(), verb));
                whole = begun.elapsed();
                assert_eq!(code, 0, "{name}: {told}");
                assert_eq!(state(&looked_at(&folder)), after, "{name}, again");
            }
        }
        left
    }
}

#[test]
fn kill_9_of_every_verb_that_writes_leaves_the_old_state_or_the_new() {
    let bench = Bench::new();
    let count = rounds(3, 200);
    for verb in bench.verbs() {
        let (old, new) = bench.kill(&verb, count, &mut Dice::new(11));
        eprintln!("kill -9 of {}: {count} rounds, {old} old, {new} new, 0 bad", verb.name);
        assert!(count < 100 || old > 0, "{}: none was cut off", verb.name);
    }
}

#[test]
fn eight_writers_and_eight_readers_in_the_archives_folder() {
    let folder = scratch();
    let path = folder.path().join("reviews.db");
    let dumps = |writer: usize| {
        (0..3).map(move |n| (format!("w{writer}-{n}.csv"), table(25, 100 + writer * 10 + n)))
    };
    assert_eq!(import(&path, &write(folder.path(), "base.csv", table(50, 1))).0, 0);
    for round in 0..rounds(1, 20) {
        let done = AtomicUsize::new(0);
        let ends = Instant::now() + Duration::from_secs(120);
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let (folder, path, done) = (folder.path(), &path, &done);
                scope.spawn(move || {
                    for (name, text) in dumps(writer) {
                        // Appears at once, like a renamed download.
                        let part = write(folder, &format!(".{name}"), text);
                        std::fs::rename(part, folder.join(&name)).expect("a name");
                        let mut command = revdb(path);
                        let (code, _, told) =
                            run(command.current_dir(folder).args(["import", "."]));
                        assert!(code == 0 || code == 6, "{code} {told}");
                    }
                    done.fetch_add(1, Ordering::SeqCst);
                });
            }
            for reader in 0..8 {
                let (folder, path, done) = (folder.path(), &path, &done);
                scope.spawn(move || {
                    while Instant::now() < ends && done.load(Ordering::SeqCst) < 8 {
                        let args = READING[reader % 13];
                        let (code, _, told) = run(revdb(path).current_dir(folder).args(args));
                        assert!(code == 0 || code == 6, "{args:?}: {code} {told}");
                    }
                });
            }
        });
        let mut command = revdb(&path);
        let (code, _, told) = run(command.current_dir(folder.path()).args(["import", "."]));
        assert_eq!(code, 0, "{told}");
        assert_eq!(healthy(&path), 50 + 8 * 3 * 25, "round {round}");
    }
}
