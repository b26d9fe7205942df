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
/// Marks the pointer that is bound for it: SQLite hands a pointer only to who knows its mark,
/// so that no other statement can give the function one.
const MARK: &CStr = c"revdb visitor";
/// The mark that FTS5 asks for.
const API_MARK: &CStr = c"fts5_api_ptr";

/// A result code of SQLite's that is not SQLITE_OK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(c_int);

const MISUSE: Code = Code(ffi::SQLITE_MISUSE);

/// FTS5 keeps no more of a word (FTS5_MAX_TOKEN_SIZE).
const MOST_OF_A_WORD: usize = 32_768;

impl Code {
    fn refused(self) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(self.0), Some("FTS5 refuses".to_owned()))
    }
}

/// Sees each match; true: no further one is needed.
pub type Visitor<'v> = &'v mut dyn FnMut(&Row<'_>) -> Result<bool, Code>;

/// One match, while FTS5 stands on it.
///
/// Made only by [`called`] and [`each`] of what FTS5 hands them, and lent for the call: both
/// fields are valid as long as a `Row` can be had. All that its methods rely on is this.
pub struct Row<'r> {
    api: &'r ffi::Fts5ExtensionApi,
    context: *mut ffi::Fts5Context,
}

/// Where a phrase of the query stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    pub count: c_int,
    /// One more than the last one's offset: the row has at least so many tokens.
    pub end: c_int,
}

impl Row<'_> {
    pub fn rowid(&self) -> Result<i64, Code> {
        let ask = self.api.xRowid.ok_or(MISUSE)?;
        // SAFETY: a function of FTS5's with the context it came with (see `Row`).
        Ok(unsafe { ask(self.context) })
    }

    /// Phrases of the query.
    pub fn phrases(&self) -> Result<c_int, Code> {
        let ask = self.api.xPhraseCount.ok_or(MISUSE)?;
        // SAFETY: as in `rowid`.
        Ok(unsafe { ask(self.context) })
    }

    /// Rows of the whole index.
    pub fn all_rows(&self) -> Result<i64, Code> {
        let ask = self.api.xRowCount.ok_or(MISUSE)?;
        let mut rows = 0;
        // SAFETY: as in `rowid`; FTS5 writes one number to a place that outlives the call.
        check(unsafe { ask(self.context, &mut rows) })?;
        Ok(rows)
    }

    /// Tokens of the whole index.
    pub fn all_tokens(&self) -> Result<i64, Code> {
        let ask = self.api.xColumnTotalSize.ok_or(MISUSE)?;
        let mut tokens = 0;
        // SAFETY: as in `all_rows`; column -1 means all columns.
        check(unsafe { ask(self.context, -1, &mut tokens) })?;
        Ok(tokens)
    }

    /// Tokens of this row: a look into the `docsize` table, by far the dearest question.
    pub fn length(&self) -> Result<c_int, Code> {
        let ask = self.api.xColumnSize.ok_or(MISUSE)?;
        let mut tokens = 0;
        // SAFETY: as in `all_rows`; column -1 means all columns.
        check(unsafe { ask(self.context, -1, &mut tokens) })?;
        Ok(tokens)
    }

    /// How often a phrase (counted from 0) stands in this row.
    pub fn hits(&self, phrase: c_int) -> Result<Hits, Code> {
        let first = self.api.xPhraseFirst.ok_or(MISUSE)?;
        let next = self.api.xPhraseNext.ok_or(MISUSE)?;
        let mut walk = ffi::Fts5PhraseIter { a: ptr::null(), b: ptr::null() };
        let (mut column, mut offset) = (-1, -1);
        let mut hits = Hits { count: 0, end: 0 };
        // SAFETY: as in `all_rows`; a phrase that is not there is SQLITE_RANGE.
        check(unsafe { first(self.context, phrase, &mut walk, &mut column, &mut offset) })?;
        // A negative column is FTS5's word for the end.
        while column >= 0 {
            hits.count += 1;
            hits.end = hits.end.max(offset.saturating_add(1));
            // SAFETY: as in `all_rows`; `walk` was begun by xPhraseFirst on this same row.
            unsafe { next(self.context, &mut walk, &mut column, &mut offset) };
        }
        Ok(hits)
    }

    /// Goes through all rows that hold a phrase of the query, by rising rowid, whatever else
    /// the query asks. An error of `visit` ends it and is given back.
    pub fn each_with_phrase<F>(&self, phrase: c_int, mut visit: F) -> Result<(), Code>
    where
        F: FnMut(&Row<'_>) -> Result<(), Code>,
    {
        let ask = self.api.xQueryPhrase.ok_or(MISUSE)?;
        let user = ptr::from_mut(&mut visit).cast();
        // SAFETY: as in `rowid`; `each::<F>` makes of `user` the `F` that it is, and FTS5 calls
        // it only until xQueryPhrase returns, during which nothing else uses `visit`.
        check(unsafe { ask(self.context, phrase, user, Some(each::<F>)) })
    }
}

/// Runs a statement that calls `weigh(review_fts, :visitor)`, which hands `visitor` each match.
///
/// # Errors
/// What SQLite says, an error of the visitor's among it.
pub fn visit(
    conn: &Connection,
    text: &str,
    words: &str,
    visitor: Visitor<'_>,
) -> rusqlite::Result<()> {
    register(conn)?;
    // Before the statement, so that it is dropped after it.
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

/// Makes `weigh` known to the connection. Where a search begins and not where an archive is
/// opened: nobody else needs it.
fn register(conn: &Connection) -> rusqlite::Result<()> {
    let api = api(conn)?;
    // SAFETY: FTS5 gave the address of its interface, which lives as long as `conn`, or nothing,
    // and then it is null.
    let create = unsafe { api.as_ref() }.and_then(|api| api.xCreateFunction);
    let code = match create {
        // SAFETY: `api` is not null where there is a `create`; FTS5 copies the name, no user
        // data is given and so nothing is to be freed, and `called` has the form it asks for.
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
    /// FTS5 is had through a connection, and lives as long.
    _conn: Connection,
}

impl Tokenizer {
    /// # Errors
    /// Where SQLite has no such tokenizer.
    pub fn unicode61() -> rusqlite::Result<Self> {
        let conn = Connection::open_in_memory()?;
        let api = api(&conn)?;
        let mut methods = ffi::fts5_tokenizer { xCreate: None, xDelete: None, xTokenize: None };
        let mut user = ptr::null_mut();
        // SAFETY: as in `register`.
        let find = unsafe { api.as_ref() }.and_then(|api| api.xFindTokenizer);
        let find = find.ok_or(MISUSE).map_err(Code::refused)?;
        // SAFETY: `api` is not null where there is a `find`, which writes to two places of ours.
        check(unsafe { find(api, c"unicode61".as_ptr(), &mut user, &mut methods) })
            .map_err(Code::refused)?;
        let create = methods.xCreate.ok_or(MISUSE).map_err(Code::refused)?;
        let mut arguments = [c"remove_diacritics".as_ptr(), c"2".as_ptr()];
        let mut made = ptr::null_mut();
        // SAFETY: `user` came with `create`; the two arguments outlive the call, which reads them.
        check(unsafe { create(user, arguments.as_mut_ptr(), 2, &mut made) })
            .map_err(Code::refused)?;
        Ok(Tokenizer { methods, made, _conn: conn })
    }

    /// Shows each word of a text as the index has it.
    ///
    /// # Errors
    /// What FTS5 says; a text of more than 2 GiB.
    pub fn each<F: FnMut(&[u8])>(&self, text: &[u8], mut show: F) -> rusqlite::Result<()> {
        let cut = self.methods.xTokenize.ok_or(MISUSE).map_err(Code::refused)?;
        let length = c_int::try_from(text.len()).map_err(|_| Code(ffi::SQLITE_TOOBIG).refused())?;
        let user = ptr::from_mut(&mut show).cast();
        let flags = ffi::FTS5_TOKENIZE_DOCUMENT;
        // SAFETY: `made` is of these methods and not yet deleted; FTS5 reads `length` bytes of `text`,
        // and calls `token::<F>`, which makes of `user` the `F` that it is, until it returns.
        check(unsafe {
            cut(self.made, user, flags, text.as_ptr().cast(), length, Some(token::<F>))
        })
        .map_err(Code::refused)
    }
}

impl Drop for Tokenizer {
    fn drop(&mut self) {
        if let Some(delete) = self.methods.xDelete {
            // SAFETY: `made` is of these methods, and nobody uses it any more.
            unsafe { delete(self.made) }
        }
    }
}

/// What FTS5 calls for each word of [`Tokenizer::each`].
///
/// # Safety
/// `user` must point to an `F` that nobody else uses during the call; the rest is FTS5's.
unsafe extern "C" fn token<F: FnMut(&[u8])>(
    user: *mut c_void,
    _flags: c_int,
    word: *const c_char,
    length: c_int,
    _start: c_int,
    _end: c_int,
) -> c_int {
    let length = usize::try_from(length).unwrap_or(0).min(MOST_OF_A_WORD);
    // SAFETY: FTS5 hands a word of so many bytes, for the call; for `user` see above.
    let (show, word) =
        unsafe { (user.cast::<F>().as_mut(), slice::from_raw_parts(word.cast(), length)) };
    match show {
        Some(show) => show(word),
        None => return ffi::SQLITE_MISUSE,
    }
    ffi::SQLITE_OK
}

/// What FTS5 calls for `weigh(...)`.
///
/// # Safety
/// Only for FTS5, with arguments as it documents them.
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
        // SAFETY: `values` holds `count` values. A pointer with our mark can only be the one
        // that `visit` bound, to a RefCell of this very type that outlives the statement; any
        // other value gives null. The RefCell sees to it that nobody else has the visitor.
        let visitor = unsafe {
            ffi::sqlite3_value_pointer(*values, MARK.as_ptr())
                .cast::<RefCell<Visitor<'_>>>()
                .as_ref()
        };
        // SAFETY: FTS5 hands its interface, which is never freed.
        let api = unsafe { api.as_ref() }.ok_or(MISUSE)?;
        let mut visitor = visitor.and_then(|cell| cell.try_borrow_mut().ok()).ok_or(MISUSE)?;
        visitor(&Row { api, context })
    })();
    match answer {
        // SAFETY: `result` is where SQLite wants this call's result, and is valid for the call.
        Ok(enough) => unsafe { ffi::sqlite3_result_int(result, c_int::from(enough)) },
        // SAFETY: as above.
        Err(Code(code)) => unsafe { ffi::sqlite3_result_error_code(result, code) },
    }
}

/// What FTS5 calls for each row of [`Row::each_with_phrase`].
///
/// # Safety
/// `user` must point to an `F` that nobody else uses during the call; the rest is FTS5's.
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
