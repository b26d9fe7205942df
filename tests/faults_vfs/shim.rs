//! A VFS over SQLite's own that records calls and can make them fail.
//!
//! Unsafe, because SQLite takes a VFS as C structs. Sound because every pointer given to SQLite is
//! leaked on purpose (a VFS is never unregistered here) and SQLite allocates `szOsFile` bytes for
//! each file.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use rusqlite::ffi;

/// Calls before the failing one; negative: none fails.
pub static COUNTDOWN: AtomicI64 = AtomicI64::new(-1);
/// Whether every later call fails too.
pub static FOR_GOOD: AtomicBool = AtomicBool::new(false);
pub static FAILING: AtomicBool = AtomicBool::new(false);
pub static CALLS: AtomicI64 = AtomicI64::new(0);

/// Whether this call must fail.
fn fails() -> bool {
    CALLS.fetch_add(1, Ordering::SeqCst);
    if FAILING.load(Ordering::SeqCst) {
        return true;
    }
    if COUNTDOWN.load(Ordering::SeqCst) < 0 || COUNTDOWN.fetch_sub(1, Ordering::SeqCst) != 0 {
        return false;
    }
    FAILING.store(FOR_GOOD.load(Ordering::SeqCst), Ordering::SeqCst);
    true
}

/// Which file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Archive,
    Journal,
    /// A temporary file: lost in a power cut.
    Other,
}

/// The calls on the archive's files, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    Create(Part),
    Write(Part, usize, Vec<u8>),
    Truncate(Part, usize),
    Sync(Part),
    /// Deletes the journal; whether its directory was synced.
    Delete(bool),
}

/// Recorded while there is a list.
pub static CALLS_MADE: Mutex<Option<Vec<Call>>> = Mutex::new(None);

fn note(call: impl FnOnce() -> Call) {
    if let Ok(mut calls) = CALLS_MADE.lock()
        && let Some(calls) = calls.as_mut()
    {
        calls.push(call());
    }
}

/// Our part of a file; the real one follows in the same allocation.
#[repr(C)]
struct Shim {
    base: ffi::sqlite3_file,
    part: Part,
}

unsafe fn part(file: *mut ffi::sqlite3_file) -> Part {
    unsafe { (*file.cast::<Shim>()).part }
}

const ROOM: usize = 64;

unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    unsafe { file.cast::<u8>().add(ROOM).cast() }
}

unsafe fn base_vfs(vfs: *mut ffi::sqlite3_vfs) -> *mut ffi::sqlite3_vfs {
    unsafe { (*vfs).pAppData.cast() }
}

/// A method that only forwards.
macro_rules! pass {
    ($name:ident, $method:ident, ($($arg:ident: $kind:ty),*)) => {
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($arg: $kind),*) -> c_int {
            unsafe {
                let inner = real(file);
                match (*(*inner).pMethods).$method {
                    Some(method) => method(inner, $($arg),*),
                    None => ffi::SQLITE_OK,
                }
            }
        }
    };
}

/// A method that fails in its turn.
macro_rules! fail {
    ($name:ident, $pass:ident, $code:expr, ($($arg:ident: $kind:ty),*)) => {
        unsafe extern "C" fn $name(file: *mut ffi::sqlite3_file, $($arg: $kind),*) -> c_int {
            if fails() { $code } else { unsafe { $pass(file, $($arg),*) } }
        }
    };
}

pass!(close, xClose, ());
pass!(read, xRead, (to: *mut c_void, amount: c_int, at: i64));
pass!(pass_write, xWrite, (from: *const c_void, amount: c_int, at: i64));
pass!(pass_truncate, xTruncate, (size: i64));
pass!(pass_sync, xSync, (flags: c_int));
pass!(file_size, xFileSize, (size: *mut i64));
pass!(lock, xLock, (level: c_int));
pass!(unlock, xUnlock, (level: c_int));
pass!(check_reserved, xCheckReservedLock, (out: *mut c_int));
pass!(file_control, xFileControl, (op: c_int, arg: *mut c_void));
pass!(sector_size, xSectorSize, ());
pass!(characteristics, xDeviceCharacteristics, ());
fail!(write, noted_write, ffi::SQLITE_FULL, (from: *const c_void, amount: c_int, at: i64));
fail!(truncate, noted_truncate, ffi::SQLITE_IOERR_TRUNCATE, (size: i64));
fail!(sync, noted_sync, ffi::SQLITE_IOERR_FSYNC, (flags: c_int));

unsafe extern "C" fn noted_write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    amount: c_int,
    at: i64,
) -> c_int {
    note(|| {
        let length = usize::try_from(amount).expect("a length");
        let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), length) }.to_vec();
        Call::Write(unsafe { part(file) }, usize::try_from(at).expect("a place"), bytes)
    });
    unsafe { pass_write(file, from, amount, at) }
}

unsafe extern "C" fn noted_truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    note(|| Call::Truncate(unsafe { part(file) }, usize::try_from(size).expect("a size")));
    unsafe { pass_truncate(file, size) }
}

unsafe extern "C" fn noted_sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    let code = unsafe { pass_sync(file, flags) };
    note(|| Call::Sync(unsafe { part(file) }));
    code
}

/// Version 1: no shared memory and no memory mapping, which the archive does not use.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        (*file).pMethods = std::ptr::null();
        (*file.cast::<Shim>()).part = match flags {
            _ if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 => Part::Archive,
            _ if flags & ffi::SQLITE_OPEN_MAIN_JOURNAL != 0 => Part::Journal,
            _ => Part::Other,
        };
        let (base, inner) = (base_vfs(vfs), real(file));
        (*inner).pMethods = std::ptr::null();
        let Some(method) = (*base).xOpen else { return ffi::SQLITE_CANTOPEN };
        let code = method(base, name, inner, flags, out);
        if !(*inner).pMethods.is_null() {
            (*file).pMethods = &METHODS;
            if flags & ffi::SQLITE_OPEN_CREATE != 0 {
                note(|| Call::Create(part(file)));
            }
        }
        code
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    if fails() {
        return ffi::SQLITE_IOERR_DELETE;
    }
    unsafe {
        let base = base_vfs(vfs);
        let Some(method) = (*base).xDelete else { return ffi::SQLITE_OK };
        let code = method(base, name, sync);
        note(|| Call::Delete(sync != 0));
        code
    }
}

/// Makes the shim the default VFS, wrapping the previous one.
pub fn install() {
    assert!(size_of::<Shim>() <= ROOM);
    unsafe {
        ffi::sqlite3_initialize();
        let base = ffi::sqlite3_vfs_find(std::ptr::null());
        assert!(!base.is_null());
        let mut shim = *base;
        shim.szOsFile += c_int::try_from(ROOM).expect("a small number");
        shim.pNext = std::ptr::null_mut();
        shim.zName = c"failing".as_ptr();
        shim.pAppData = base.cast();
        shim.xOpen = Some(open);
        shim.xDelete = Some(delete);
        assert_eq!(ffi::sqlite3_vfs_register(Box::leak(Box::new(shim)), 1), ffi::SQLITE_OK);
    }
}
