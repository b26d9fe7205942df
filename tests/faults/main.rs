//! The fault matrix: each promise of the archive is tested with the fault that would break it.
//! `tests/README.md` has the table. Long rounds: REVDB_LONG_TESTS=1.

mod check;
mod crash;
mod foreign_archives;
mod fuzz;
mod hostile;
mod journals;
mod kills;
mod left_behind;
mod opening;
mod own_files;
mod renormalise;
#[path = "../common/shared.rs"]
mod shared;
mod states;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use revdb_store::Archive;

/// Number of rounds: the short or the long one.
pub fn rounds(short: usize, long: usize) -> usize {
    if std::env::var_os("REVDB_LONG_TESTS").is_some() { long } else { short }
}

pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub fn revdb(archive: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_revdb"));
    command.arg("--db").arg(archive).stdin(Stdio::null());
    command
}

/// Runs to the end and returns exit code, stdout and stderr.
pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

pub fn import(archive: &Path, file: &Path) -> (i32, String, String) {
    run(revdb(archive).arg("import").arg(file))
}

/// Waits, and kills the process at the limit.
pub fn wait(child: &mut Child, limit: Duration) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status;
        }
        if begun.elapsed() > limit {
            child.kill().expect("a child to kill");
            child.wait().expect("a child");
            panic!("it ran for longer than {limit:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", child.id())).status();
    assert!(sent.expect("a shell").success(), "the signal was not sent");
}

/// A table of `rows` invented reviews, varied by `seed`.
pub fn table(rows: usize, seed: usize) -> String {
    let mut text = "title,critic,publication,date,score,quote\n".to_owned();
    for i in 0..rows {
        let n = i * 7919 + seed * 104_729;
        writeln!(
            text,
            "Film {},Critic {},Paper {},2012-{:02}-{:02},{}/100,\"Number {n} of {seed}, slow and word{}.\"",
            n % 97, n % 211, n % 13, n % 12 + 1, n % 28 + 1, n % 101, n % 1013
        )
        .expect("a string");
    }
    text
}

/// Size from which an import takes the bulk path (`revdb_store::bulk`).
pub const BULK_BYTES: usize = 4 << 20;

/// The same with a long unused column, so that the import takes the bulk path: indexes dropped,
/// look-ups in memory, indexes rebuilt.
pub fn bulk_table(rows: usize, seed: usize) -> String {
    let filling = "not read ".repeat(BULK_BYTES / 9 / rows + 1);
    let mut text = String::new();
    for (i, line) in table(rows, seed).lines().enumerate() {
        let cell = if i == 0 { "inner_notes" } else { &filling };
        writeln!(text, "{line},{cell}").expect("a string");
    }
    assert!(text.len() > BULK_BYTES);
    text
}

/// Every read-only command, and the previews of writing commands.
pub const READING: [&[&str]; 22] = [
    &["query"],
    &["query", "--critic", "Critic 14", "--sort", "score"],
    &["query", "distribution"],
    &["query", "keywords"],
    &["query", "agreement"],
    &["query", "near-duplicates"],
    &["search", "slow"],
    &["show", "1"],
    &["report", "-o", "-"],
    &["export"],
    &["sql", "SELECT count(*) FROM reviews"],
    &["imports"],
    &["imports", "rejects"],
    &["imports", "dump", "1"],
    &["imports", "renormalise"],
    &["imports", "undo", "1"],
    &["check"],
    &["merge", "--list"],
    &["merge", "critic", "Critic 140", "Critic 143"],
    &["rename", "critic", "Critic 140", "Somebody Else"],
    &["correct", "1", "--score", "1/50", "--reason", "a test"],
    &["hide", "1", "--reason", "a test"],
];

pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// INV of the matrix: every hash, reference, page and word is right. Returns the number of
/// reviews; zero if the file does not exist or is empty.
pub fn healthy(path: &Path) -> i64 {
    if std::fs::metadata(path).map_or(0, |found| found.len()) == 0 {
        return 0;
    }
    let archive = match Archive::open_to_try(path) {
        Ok(archive) => archive,
        // Interrupted before its first transaction: SQLite rolls back to nothing.
        Err(error) if std::fs::metadata(path).map_or(0, |found| found.len()) == 0 => {
            eprintln!("rolled back to an empty file: {error}");
            return 0;
        }
        Err(error) => panic!("{error}"),
    };
    let health = archive.check().expect("a check");
    assert!(health.findings.is_empty(), "{:#?}", health.findings);
    let found = schema(&archive);
    assert!(found.is_empty() || &found == whole_schema(), "an index or a table is missing");
    health.reviews
}

fn schema(archive: &Archive) -> Vec<(String, Option<String>)> {
    let mut statement = archive
        .connection()
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
        .expect("a query");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

/// Every table and index of an intact archive.
fn whole_schema() -> &'static Vec<(String, Option<String>)> {
    static WHOLE: OnceLock<Vec<(String, Option<String>)>> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let folder = scratch();
        schema(&Archive::open_or_create(&folder.path().join("new.db")).expect("an archive"))
    })
}

/// A small random generator, so that a round can be repeated: xorshift64*.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let sides = u64::try_from(sides.max(1)).expect("a number");
        usize::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) % sides)
            .expect("a number")
    }
}
