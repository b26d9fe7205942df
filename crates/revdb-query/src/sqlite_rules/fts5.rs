//! The interface to FTS5: an auxiliary function that sees each match, and the tokenizer.
//!
//! Unsafe, since FTS5 takes C pointers and rusqlite has no safe form of them; docs/performance.md
//! gives the gain. Must never: rank a match (the caller's closure does), keep a [`Row`] beyond its
//! call (its lifetime forbids it), or panic, since a panic in a C callback aborts the process.
//!
//! Source: FTS5's documentation, section 7.1, "Custom Auxiliary Functions".
#![allow(unsafe_code)]
#![deny(clippy::undocumented_unsafe_blocks, unsafe_op_in_unsafe_fn)]

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::{ptr, slice};

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ffi, named_params};

use revdb_sql::sql;

/// The function's name in `search.sql`.
const FUNCTION: &CStr = c"weigh";
/// The type tag of the bound pointer: SQLite returns a pointer only for the matching tag, so that
/// no other statement can pass one to the function.
const MARK: &CStr = c"revdb visitor";
/// The tag that FTS5 requires.
const API_MARK: &CStr = c"fts5_api_ptr";

/// An SQLite result code other than SQLITE_OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(c_int);

const MISUSE: Code = Code(ffi::SQLITE_MISUSE);

/// FTS5 truncates longer words (FTS5_MAX_TOKEN_SIZE).
const MOST_OF_A_WORD: usize = 32_768;

impl Code {
    fn refused(self) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(self.0), Some("FTS5 refuses".to_owned()))
    }
}

/// Called with each match; returns true if no further match is needed.
pub type Visitor<'v> = &'v mut dyn FnMut(&Row<'_>) -> Result<bool, Code>;

/// The current match of an FTS5 query.
///
/// Only created in [`called`] and [`each`] from FTS5's arguments, for the duration of the call, so
/// both fields are valid as long as a `Row` exists. Its methods rely on nothing else.
pub struct Row<'r> {
    api: &'r ffi::Fts5ExtensionApi,
    context: *mut ffi::Fts5Context,
}

/// The occurrences of a phrase in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    pub count: c_int,
    /// Offset of the last token plus one: a lower bound of the row's length.
    pub end: c_int,
}

impl Row<'_> {
    pub fn rowid(&self) -> Result<i64, Code> {
        let ask = self.api.xRowid.ok_or(MISUSE)?;
        // SAFETY: a function of FTS5 called with the context that came with it (see `Row`).
        Ok(unsafe { ask(self.context) })
    }

    /// Number of phrases in the query.
    pub fn phrases(&self) -> Result<c_int, Code> {
        let ask = self.api.xPhraseCount.ok_or(MISUSE)?;
        // SAFETY: as in `rowid`.
        Ok(unsafe { ask(self.context) })
    }

    /// Number of rows in the whole index.
    pub fn all_rows(&self) -> Result<i64, Code> {
        let ask = self.api.xRowCount.ok_or(MISUSE)?;
        let mut rows = 0;
        // SAFETY: as in `rowid`; FTS5 writes one number to a variable that outlives the call.
        check(unsafe { ask(self.context, &mut rows) })?;
        Ok(rows)
    }

    /// Number of tokens in the whole index.
    pub fn all_tokens(&self) -> Result<i64, Code> {
        let ask = self.api.xColumnTotalSize.ok_or(MISUSE)?;
        let mut tokens = 0;
        // SAFETY: as in `all_rows`; column -1 means all columns.
        check(unsafe { ask(self.context, -1, &mut tokens) })?;
        Ok(tokens)
    }

    /// Number of tokens of this row: a look-up in the `docsize` table, by far the most expensive
    /// call.
    pub fn length(&self) -> Result<c_int, Code> {
        let ask = self.api.xColumnSize.ok_or(MISUSE)?;
        let mut tokens = 0;
        // SAFETY: as in `all_rows`; column -1 means all columns.
        check(unsafe { ask(self.context, -1, &mut tokens) })?;
        Ok(tokens)
    }

    /// The occurrences in this row of a phrase (counted from 0).
    pub fn hits(&self, phrase: c_int) -> Result<Hits, Code> {
        let first = self.api.xPhraseFirst.ok_or(MISUSE)?;
        let next = self.api.xPhraseNext.ok_or(MISUSE)?;
        let mut walk = ffi::Fts5PhraseIter { a: ptr::null(), b: ptr::null() };
        let (mut column, mut offset) = (-1, -1);
        let mut hits = Hits { count: 0, end: 0 };
        // SAFETY: as in `all_rows`; an invalid phrase number gives SQLITE_RANGE.
        check(unsafe { first(self.context, phrase, &mut walk, &mut column, &mut offset) })?;
        // A negative column marks the end.
        while column >= 0 {
            hits.count += 1;
            hits.end = hits.end.max(offset.saturating_add(1));
            // SAFETY: as in `all_rows`; `walk` was initialised by xPhraseFirst on this row.
            unsafe { next(self.context, &mut walk, &mut column, &mut offset) };
        }
        Ok(hits)
    }

    /// Visits all rows that contain a phrase of the query, in ascending rowid, whatever else the
    /// query requires. An error of `visit` ends the iteration and is returned.
    pub fn each_with_phrase<F>(&self, phrase: c_int, mut visit: F) -> Result<(), Code>
    where
        F: FnMut(&Row<'_>) -> Result<(), Code>,
    {
        let ask = self.api.xQueryPhrase.ok_or(MISUSE)?;
        let user = ptr::from_mut(&mut visit).cast();
        // SAFETY: as in `rowid`; `each::<F>` casts `user` back to the `F` that it is, and FTS5
        // calls it only until xQueryPhrase returns, during which nothing else uses `visit`.
        check(unsafe { ask(self.context, phrase, user, Some(each::<F>)) })
    }
}

/// Runs a statement that calls `weigh(review_fts, :visitor)`, which passes each match to
/// `visitor`.
///
/// # Errors
/// SQLite's error, or the visitor's.
pub fn visit(
    conn: &Connection,
    text: &str,
    words: &str,
    visitor: Visitor<'_>,
) -> rusqlite::Result<()> {
    register(conn)?;
    // Declared before the statement, so that it is dropped after it.
    let visitor = RefCell::new(visitor);
    let pointer = ToSqlOutput::Pointer((ptr::from_ref(&visitor).cast(), MARK, None));
    let mut statement = conn.prepare(text)?;
    let mut rows = statement.query(named_params! {":words": words, ":visitor": pointer})?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// FTS5's interface, which lives as long as the connection.
fn api(conn: &Connection) -> rusqlite::Result<*mut ffi::fts5_api> {
    let mut api: *mut ffi::fts5_api = ptr::null_mut();
    let place = ToSqlOutput::Pointer((ptr::from_mut(&mut api).cast(), API_MARK, None));
    conn.query_row(sql("search/fts5_api"), named_params! {":place": place}, |_| Ok(()))?;
    Ok(api)
}

/// Registers `weigh` with the connection; called by searches only, since nothing else needs it.
fn register(conn: &Connection) -> rusqlite::Result<()> {
    let api = api(conn)?;
    // SAFETY: FTS5 returned the address of its interface, which lives as long as `conn`, or the
    // pointer is null.
    let create = unsafe { api.as_ref() }.and_then(|api| api.xCreateFunction);
    let code = match create {
        // SAFETY: `api` is not null if there is a `create`; FTS5 copies the name, there is no user
        // data to free, and `called` has the required signature.
        Some(create) => unsafe {
            create(api, FUNCTION.as_ptr(), ptr::null_mut(), Some(called), None)
        },
        None => ffi::SQLITE_MISUSE,
    };
    check(code).map_err(Code::refused)
}

/// The tokenizer of the archive's full-text index: unicode61, without diacritics.
pub struct Tokenizer {
    methods: ffi::fts5_tokenizer,
    made: *mut ffi::Fts5Tokenizer,
    /// Keeps FTS5's interface alive.
    _conn: Connection,
}

impl Tokenizer {
    /// # Errors
    /// If SQLite has no such tokenizer.
    pub fn unicode61() -> rusqlite::Result<Self> {
        let conn = Connection::open_in_memory()?;
        let api = api(&conn)?;
        let mut methods = ffi::fts5_tokenizer { xCreate: None, xDelete: None, xTokenize: None };
        let mut user = ptr::null_mut();
        // SAFETY: as in `register`.
        let find = unsafe { api.as_ref() }.and_then(|api| api.xFindTokenizer);
        let find = find.ok_or(MISUSE).map_err(Code::refused)?;
        // SAFETY: `api` is not null if there is a `find`, which writes to two variables of ours.
        check(unsafe { find(api, c"unicode61".as_ptr(), &mut user, &mut methods) })
            .map_err(Code::refused)?;
        let create = methods.xCreate.ok_or(MISUSE).map_err(Code::refused)?;
        let mut arguments = [c"remove_diacritics".as_ptr(), c"2".as_ptr()];
        let mut made = ptr::null_mut();
        // SAFETY: `user` came with `create`, which reads the two arguments; they outlive the call.
        check(unsafe { create(user, arguments.as_mut_ptr(), 2, &mut made) })
            .map_err(Code::refused)?;
        Ok(Tokenizer { methods, made, _conn: conn })
    }

    /// Passes each token of a text, as in the index, to `show`.
    ///
    /// # Errors
    /// FTS5's error; a text of more than 2 GiB.
    pub fn each<F: FnMut(&[u8])>(&self, text: &[u8], mut show: F) -> rusqlite::Result<()> {
        let cut = self.methods.xTokenize.ok_or(MISUSE).map_err(Code::refused)?;
        let length = c_int::try_from(text.len()).map_err(|_| Code(ffi::SQLITE_TOOBIG).refused())?;
        let user = ptr::from_mut(&mut show).cast();
        let flags = ffi::FTS5_TOKENIZE_DOCUMENT;
        // SAFETY: `made` belongs to these methods and was not deleted; FTS5 reads `length` bytes
        // of `text`, and until it returns calls `token::<F>`, which casts `user` back to the `F`
        // that it is.
        check(unsafe {
            cut(self.made, user, flags, text.as_ptr().cast(), length, Some(token::<F>))
        })
        .map_err(Code::refused)
    }
}

impl Drop for Tokenizer {
    fn drop(&mut self) {
        if let Some(delete) = self.methods.xDelete {
            // SAFETY: `made` belongs to these methods, and nobody uses it any more.
            unsafe { delete(self.made) }
        }
    }
}

/// FTS5's callback for each token of [`Tokenizer::each`].
///
/// # Safety
/// `user` must point to an `F` that nobody else uses during the call; the other arguments are
/// FTS5's.
unsafe extern "C" fn token<F: FnMut(&[u8])>(
    user: *mut c_void,
    _flags: c_int,
    word: *const c_char,
    length: c_int,
    _start: c_int,
    _end: c_int,
) -> c_int {
    let length = usize::try_from(length).unwrap_or(0).min(MOST_OF_A_WORD);
    // SAFETY: FTS5 passes a token of this length for the duration of the call; for `user` see
    // above.
    let (show, word) =
        unsafe { (user.cast::<F>().as_mut(), slice::from_raw_parts(word.cast(), length)) };
    match show {
        Some(show) => show(word),
        None => return ffi::SQLITE_MISUSE,
    }
    ffi::SQLITE_OK
}

/// FTS5's callback for `weigh(...)`.
///
/// # Safety
/// To be called by FTS5 only, with arguments as documented there.
unsafe extern "C" fn called(
    api: *const ffi::Fts5ExtensionApi,
    context: *mut ffi::Fts5Context,
    result: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    let answer = (|| {
        if count != 1 {
            return Err(MISUSE);
        }
        // SAFETY: `values` has `count` elements. A pointer with our tag can only be the one that
        // `visit` bound: a RefCell of this type that outlives the statement; any other value gives
        // null. The RefCell ensures exclusive access.
        let visitor = unsafe {
            ffi::sqlite3_value_pointer(*values, MARK.as_ptr())
                .cast::<RefCell<Visitor<'_>>>()
                .as_ref()
        };
        // SAFETY: FTS5 passes its interface, which is never freed.
        let api = unsafe { api.as_ref() }.ok_or(MISUSE)?;
        let mut visitor = visitor.and_then(|cell| cell.try_borrow_mut().ok()).ok_or(MISUSE)?;
        visitor(&Row { api, context })
    })();
    match answer {
        // SAFETY: `result` is this call's result context, valid for the call.
        Ok(enough) => unsafe { ffi::sqlite3_result_int(result, c_int::from(enough)) },
        // SAFETY: as above.
        Err(Code(code)) => unsafe { ffi::sqlite3_result_error_code(result, code) },
    }
}

/// FTS5's callback for each row of [`Row::each_with_phrase`].
///
/// # Safety
/// `user` must point to an `F` that nobody else uses during the call; the other arguments are
/// FTS5's.
unsafe extern "C" fn each<F>(
    api: *const ffi::Fts5ExtensionApi,
    context: *mut ffi::Fts5Context,
    user: *mut c_void,
) -> c_int
where
    F: FnMut(&Row<'_>) -> Result<(), Code>,
{
    // SAFETY: FTS5's interface is never freed; for `user` see above.
    let (api, visit) = unsafe { (api.as_ref(), user.cast::<F>().as_mut()) };
    match (api, visit) {
        (Some(api), Some(visit)) => match visit(&Row { api, context }) {
            Ok(()) => ffi::SQLITE_OK,
            Err(Code(code)) => code,
        },
        _ => ffi::SQLITE_MISUSE,
    }
}

fn check(code: c_int) -> Result<(), Code> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(Code(code)) }
}
