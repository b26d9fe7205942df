//! Information from SQLite's VFS: the system's error of a failed read, and whether the file is
//! still where it was opened.
//!
//! SQLite reports a block that the system cannot read (EIO, ENXIO, ERANGE) as a damaged file: it
//! maps `SQLITE_IOERR_CORRUPTFS` to `SQLITE_CORRUPT`. But such an error concerns the disk, not the
//! archive. So `pread` is wrapped in SQLite's VFS. Must never: change a read's result.
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks, unsafe_op_in_unsafe_fn)]

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::transmute;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Once, OnceLock};

use rusqlite::{Connection, ffi};

use super::{ArchiveError, error::of_commit};

/// `pread(2)` as SQLite calls it: offsets have 64 bits (`SQLITE_DISABLE_LFS` is not defined).
type Pread = unsafe extern "C" fn(c_int, *mut c_void, usize, i64) -> isize;

static SYSTEMS: OnceLock<Pread> = OnceLock::new();
/// The `errno` of the last failed read; 0 for none.
static FAILED: AtomicI32 = AtomicI32::new(0);

/// The error of the last failed read since a file was opened, if any.
pub(super) fn failed_read() -> Option<io::Error> {
    match FAILED.load(Ordering::Relaxed) {
        0 => None,
        errno => Some(io::Error::from_raw_os_error(errno)),
    }
}

/// Commits, unless the file was moved, removed or replaced meanwhile: nobody would find the data
/// stored in it.
pub(super) fn commit(conn: &Connection) -> Result<(), ArchiveError> {
    if has_moved(conn) {
        return Err(ArchiveError::Moved);
    }
    conn.execute_batch("COMMIT").map_err(of_commit)
}

/// False if the system cannot tell; such systems do not allow moving an open file.
fn has_moved(conn: &Connection) -> bool {
    let mut moved: c_int = 0;
    // SAFETY: the handle is open as long as the connection is borrowed, and SQLite writes one int.
    unsafe {
        let to = ptr::from_mut(&mut moved).cast();
        ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_HAS_MOVED, to);
    }
    moved != 0
}

/// Wraps all reads from now on. Call before opening a file. Without effect on systems without
/// `pread`.
pub(super) fn watch_reads() {
    static ONCE: Once = Once::new();
    // SAFETY: no file is open yet, so no other thread calls the replaced function.
    ONCE.call_once(|| unsafe { replace_pread() });
    FAILED.store(0, Ordering::Relaxed);
}

/// # Safety
/// Nothing may read through SQLite meanwhile.
unsafe fn replace_pread() {
    // SAFETY: SQLite returns its default VFS or null, and never frees a registered one.
    let Some(vfs) = (unsafe { ffi::sqlite3_vfs_find(ptr::null()).as_mut() }) else { return };
    if vfs.iVersion < 3 {
        return;
    }
    let (Some(get), Some(set)) = (vfs.xGetSystemCall, vfs.xSetSystemCall) else { return };
    let name = c"pread".as_ptr();
    // SAFETY: a method of the VFS, called with the VFS and a NUL-terminated name.
    let Some(found) = (unsafe { get(vfs, name) }) else { return };
    // SAFETY: SQLite's unix VFS calls the function stored under this name with this signature.
    SYSTEMS.get_or_init(|| unsafe { transmute::<unsafe extern "C" fn(), Pread>(found) });
    // SAFETY: the reverse of the above; a refusal leaves the system's function in place.
    unsafe {
        set(vfs, name, Some(transmute::<Pread, unsafe extern "C" fn()>(pread)));
    }
}

/// # Safety
/// As `pread(2)`.
unsafe extern "C" fn pread(file: c_int, to: *mut c_void, amount: usize, at: i64) -> isize {
    let Some(systems) = SYSTEMS.get() else { return -1 };
    // SAFETY: the caller's own arguments.
    let read = unsafe { systems(file, to, amount, at) };
    if read < 0 {
        let error = io::Error::last_os_error();
        // SQLite retries after a signal.
        if error.kind() != io::ErrorKind::Interrupted {
            FAILED.store(error.raw_os_error().unwrap_or(0), Ordering::Relaxed);
        }
    }
    read
}
