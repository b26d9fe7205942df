//! Every write, sync, truncation and deletion of an import fails in turn, once and permanently:
//! the import ends with an error, and the archive is unchanged.
//!
//! Also: unsynced writes are lost or torn at every moment, leaving the old archive or the new
//! (`power`); and every read fails in turn (`reads`).
//!
//! A separate test binary, because the shim becomes the process's default VFS.

mod power;
mod reads;
mod shim;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use revdb::ingest::{self, ImportError, ImportReport, Keep, Request};
use revdb_store::{Archive, ArchiveError, Fault};

use shim::{CALLS, COUNTDOWN, FAILING, FOR_GOOD, install};

/// Number of tables and indexes in an intact archive; 0: not known yet.
static WHOLE_SCHEMA: AtomicI64 = AtomicI64::new(0);

fn import(archive: &Path, file: &Path) -> Result<u64, String> {
    match run(archive, file) {
        Ok(report) if report.refused.is_empty() => Ok(report.total.new),
        Ok(report) => Err(format!("{:?}", report.refused)),
        Err(error) => Err(error.to_string()),
    }
}

fn run(archive: &Path, file: &Path) -> Result<ImportReport, ImportError> {
    let (keep, command) = (Keep::Always, "test".to_owned());
    let request = Request { keep, command, ..Request::new(archive, vec![file.to_owned()]) };
    ingest::run(&request, &mut ())
}

fn table(rows: usize, seed: usize) -> String {
    let line = |i: usize| {
        format!("Film {},Critic {i},2012-01-01,{}/100,\"Words {seed} {i}.\"\n", i % 7, i % 100)
    };
    "title,critic,date,score,quote\n".to_owned() + &(0..rows).map(line).collect::<String>()
}

/// The same with a long unused column, so that the import takes the bulk path: indexes are
/// dropped, and rebuilt before the dump ends.
fn bulk_table(rows: usize, seed: usize) -> String {
    let filling = "not read ".repeat((4 << 20) / 9 / rows + 1);
    let text = table(rows, seed);
    let lines = text.lines().enumerate();
    lines
        .map(|(i, line)| format!("{line},{}\n", if i == 0 { "inner_notes" } else { &filling }))
        .collect()
}

fn schema(archive: &Archive) -> i64 {
    archive
        .connection()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .expect("a count")
}

/// Number of reviews, everything healthy; `None` if there is no archive yet.
fn state(path: &Path) -> Option<i64> {
    if std::fs::metadata(path).map_or(0, |found| found.len()) == 0 {
        return None;
    }
    match Archive::open_to_try(path) {
        Ok(archive) => {
            let health = archive.check().expect("a check");
            assert!(health.findings.is_empty(), "{:#?}", health.findings);
            let whole = WHOLE_SCHEMA.load(Ordering::SeqCst);
            assert!(whole == 0 || schema(&archive) == whole, "an index or a table is missing");
            Some(health.reviews)
        }
        Err(_) if std::fs::metadata(path).map_or(0, |found| found.len()) == 0 => None,
        Err(error) => panic!("{error}"),
    }
}

/// Fails each call of the import in turn and returns the number of points.
fn every_point(
    folder: &Path,
    text: &str,
    base: Option<&Path>,
    for_good: bool,
    step: usize,
) -> usize {
    let file = folder.join("b.csv");
    std::fs::write(&file, text).expect("a file");
    let old = base.and_then(state);
    let mut points = 0;
    for point in (0..).step_by(step) {
        let path = folder.join(format!("p{point}-{for_good}.db"));
        if let Some(base) = base {
            std::fs::copy(base, &path).expect("a copy");
        }
        FOR_GOOD.store(for_good, Ordering::SeqCst);
        COUNTDOWN.store(point, Ordering::SeqCst);
        let outcome = import(&path, &file);
        let fired = COUNTDOWN.swap(-1, Ordering::SeqCst) < 0;
        FAILING.store(false, Ordering::SeqCst);
        let found = state(&path);
        let new = Some(old.unwrap_or(0) + 120);
        match (&outcome, fired) {
            // After the point of no return a failure need not be reported, but what is reported as
            // done must be done.
            (Ok(_), _) => assert_eq!(found, new, "point {point}: reported as done"),
            (Err(told), true) => {
                assert!(
                    found == old || found == new || (old.is_none() && found == Some(0)),
                    "point {point}: {found:?} after {outcome:?}"
                );
                // Stored data must not be reported as not stored.
                let is_told = told.contains("making it durable failed");
                assert!(found != new || is_told, "point {point}: stored, and told {told}");
            }
            (Err(error), false) => panic!("point {point}: {error} without a fault"),
        }
        assert!(import(&path, &file).is_ok(), "point {point}: the next import completes it");
        assert_eq!(state(&path), new, "point {point}");
        std::fs::remove_file(&path).expect("a file to remove");
        if !fired {
            return points;
        }
        points += 1;
    }
    points
}

/// A check that cannot write its temporary files reports that, and no damage; for an archive whose
/// index is inconsistent it finds that, or ends with an error.
fn every_check_fails_as_what_it_is(folder: &Path) {
    let path = folder.join("checked.db");
    let file = folder.join("many.csv");
    let words =
        |i: usize| (0..30).map(|n| format!("w{} ", (i * 31 + n * 7) % 9973)).collect::<String>();
    let rows: String =
        (0..6_000).map(|i| format!("Film {},Critic {i},{}\n", i % 7, words(i))).collect();
    std::fs::write(&file, "title,critic,quote\n".to_owned() + &rows).expect("a file");
    assert_eq!(import(&path, &file), Ok(6_000));
    let archive = Archive::open_to_try(&path).expect("the archive");
    let conn = archive.connection();
    conn.execute_batch("INSERT INTO review_fts (review_fts, rowid, quote) SELECT 'delete', id, quote FROM review WHERE id = 5")
        .expect("a row less in the index");
    // A tiny cache for the temporary index, so that its pages are written to disk.
    conn.execute_batch("PRAGMA temp.cache_size = 2; PRAGMA temp.cache_spill = 2")
        .expect("settings");
    let mut points = 0;
    for point in (0..).step_by(150) {
        FOR_GOOD.store(true, Ordering::SeqCst);
        COUNTDOWN.store(point, Ordering::SeqCst);
        let checked = archive.check();
        let fired = COUNTDOWN.swap(-1, Ordering::SeqCst) < 0;
        FAILING.store(false, Ordering::SeqCst);
        match checked {
            Ok(health) => {
                assert!(!health.findings.is_empty(), "point {point}");
                let only = health.findings.iter().all(|found| found.fault == Fault::Index);
                assert!(only, "point {point}: {:#?}", health.findings);
            }
            Err(error) => assert!(
                fired && !matches!(error, ArchiveError::Damaged(_)),
                "point {point}: {error}"
            ),
        }
        if !fired {
            break;
        }
        points += 1;
    }
    eprintln!("VFS shim, check: {points} points (every 150.), 0 bad");
    assert!(points > 0, "the check wrote nothing");
}

#[test]
fn every_write_and_sync_fails_in_turn() {
    let has_unreadable = reads::install();
    install();
    let long = std::env::var_os("REVDB_LONG_TESTS").is_some();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = folder.path().join("a.csv");
    std::fs::write(&first, table(60, 1)).expect("a file");
    let base = folder.path().join("base.db");
    assert_eq!(import(&base, &first), Ok(60));
    assert!(CALLS.load(Ordering::SeqCst) > 20, "the shim is not in use");
    WHOLE_SCHEMA.store(schema(&Archive::open(&base).expect("the archive")), Ordering::SeqCst);
    every_check_fails_as_what_it_is(folder.path());
    let (plain, bulk) = (table(120, 2), bulk_table(120, 3));
    for (name, base, text, step) in [
        ("onto an archive", Some(base.as_path()), &plain, 7),
        ("onto a fresh file", None, &plain, 7),
        ("bulk onto an archive", Some(base.as_path()), &bulk, 29),
        ("bulk onto a fresh file", None, &bulk, 29),
    ] {
        for for_good in [false, true] {
            let step = if long { 1 } else { step };
            let points = every_point(folder.path(), text, base, for_good, step);
            let how = if for_good { "for good" } else { "once" };
            eprintln!("VFS shim, {name}, {how}: {points} points (every {step}.), 0 bad");
            assert!(points > 3, "{points} points");
        }
    }
    let texts: [&str; 2] = [&plain, &bulk];
    let (texts, step) = if long { (&texts[..], 1) } else { (&texts[..1], 40) };
    power::every_moment(folder.path(), &base, texts, step);
    if has_unreadable {
        let file = folder.path().join("c.csv");
        std::fs::write(&file, &plain).expect("a file");
        reads::every_read_fails_in_turn(folder.path(), &base, |path| match run(path, &file) {
            Err(ImportError::Archive(error)) => Err(error),
            Err(error) => panic!("{error}"),
            Ok(_) => Ok(()),
        });
    }
}
