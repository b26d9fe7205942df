//! Every read by SQLite fails in turn, as on a disk with a bad block: the error must be about the
//! disk, never damage.
//!
//! Replaces SQLite's own system call, below the shim, where EIO is interpreted. The failing call
//! reads `/proc/self/mem` at 0, where no page can be, which gives EIO.

use std::ffi::{c_int, c_void};
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use revdb_store::{Archive, ArchiveError};
use rusqlite::ffi;

type Pread = unsafe extern "C" fn(c_int, *mut c_void, usize, i64) -> isize;

static SYSTEMS: OnceLock<Pread> = OnceLock::new();
static UNREADABLE: OnceLock<File> = OnceLock::new();
/// Reads before the failing one; negative: none fails.
static COUNTDOWN: AtomicI64 = AtomicI64::new(-1);
static READS: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn pread(file: c_int, to: *mut c_void, amount: usize, at: i64) -> isize {
    READS.fetch_add(1, Ordering::SeqCst);
    let (Some(systems), Some(unreadable)) = (SYSTEMS.get(), UNREADABLE.get()) else { return -1 };
    let is_next =
        COUNTDOWN.load(Ordering::SeqCst) >= 0 && COUNTDOWN.fetch_sub(1, Ordering::SeqCst) == 0;
    let (file, at) = if is_next { (unreadable.as_raw_fd(), 0) } else { (file, at) };
    unsafe { systems(file, to, amount, at) }
}

/// False if the system has no such file. Call before opening any archive.
pub fn install() -> bool {
    let Ok(unreadable) = File::open("/proc/self/mem") else { return false };
    UNREADABLE.get_or_init(|| unreadable);
    unsafe {
        ffi::sqlite3_initialize();
        let vfs = &mut *ffi::sqlite3_vfs_find(std::ptr::null());
        let (get, set) = (vfs.xGetSystemCall.expect("calls"), vfs.xSetSystemCall.expect("calls"));
        let found = get(vfs, c"pread".as_ptr()).expect("pread");
        SYSTEMS.get_or_init(|| std::mem::transmute::<unsafe extern "C" fn(), Pread>(found));
        let ours = std::mem::transmute::<Pread, unsafe extern "C" fn()>(pread);
        assert_eq!(set(vfs, c"pread".as_ptr(), Some(ours)), ffi::SQLITE_OK);
    }
    true
}

/// Runs `one` with each of its reads failing; returns their number.
fn every_read(what: &str, mut one: impl FnMut() -> Result<(), ArchiveError>) {
    let mut points = 0;
    loop {
        COUNTDOWN.store(points, Ordering::SeqCst);
        let outcome = one();
        let fired = COUNTDOWN.swap(-1, Ordering::SeqCst) < 0;
        match outcome {
            Ok(()) => {}
            Err(ArchiveError::Damaged(told)) => panic!("{what}, read {points}: damaged: {told}"),
            Err(error) => assert!(fired, "{what}, read {points}: {error} without a fault"),
        }
        if !fired {
            break;
        }
        points += 1;
    }
    eprintln!("unreadable blocks, {what}: {points} reads, 0 told as damage");
    assert!(points > 5, "{what}: {points} reads");
}

/// `import` must end with an archive error when it fails.
pub fn every_read_fails_in_turn(
    folder: &Path,
    base: &Path,
    import: impl Fn(&Path) -> Result<(), ArchiveError>,
) {
    every_read("checking", || {
        let health = Archive::open_to_try(base)?.check()?;
        assert!(health.findings.is_empty(), "{:#?}", health.findings);
        Ok(())
    });
    every_read("reading", || {
        let archive = Archive::open(base)?;
        let words = "SELECT count(*) FROM review_fts WHERE review_fts MATCH 'words'";
        let _: i64 = archive.connection().query_row(words, [], |row| row.get(0))?;
        let sum = "SELECT sum(length(quote)) FROM reviews";
        let _: i64 = archive.connection().query_row(sum, [], |row| row.get(0))?;
        Ok(())
    });
    let path = folder.join("read.db");
    every_read("importing", || {
        std::fs::copy(base, &path)?;
        import(&path)
    });
}
