//! The content hash of a row, in Rust and as an SQL function.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use xxhash_rust::xxh3::Xxh3;

/// Hashes a row's values in column order, each with type and length, so that different rows cannot
/// concatenate to the same bytes. 64-bit XXH3.
#[derive(Default)]
pub struct RowHash(Xxh3);

impl RowHash {
    /// Adds a value.
    pub fn put(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => self.0.update(b"n"),
            ValueRef::Integer(number) => {
                self.0.update(b"i");
                self.0.update(&number.to_le_bytes());
            }
            ValueRef::Real(number) => {
                self.0.update(b"r");
                // SQLite stores -0.0 as 0.0, so hashing it would not match the row read back.
                // Adding 0.0 normalises it and leaves other numbers unchanged.
                self.0.update(&(number + 0.0).to_bits().to_le_bytes());
            }
            ValueRef::Text(bytes) => self.put_bytes(b't', bytes),
            ValueRef::Blob(bytes) => self.put_bytes(b'b', bytes),
        }
    }

    fn put_bytes(&mut self, tag: u8, bytes: &[u8]) {
        self.0.update(&[tag]);
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds a text or NULL.
    pub fn put_text(&mut self, text: Option<&str>) {
        self.put(text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes())));
    }

    /// Adds an integer or NULL.
    pub fn put_integer(&mut self, number: Option<i64>) {
        self.put(number.map_or(ValueRef::Null, ValueRef::Integer));
    }

    /// The hash.
    pub fn finish(self) -> i64 {
        self.0.digest() as i64
    }
}

/// Registers `row_hash(...)` with the connection.
///
/// # Errors
/// SQLite's error.
pub fn register(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("row_hash", -1, flags, |context| {
        let mut hash = RowHash::default();
        for index in 0..context.len() {
            hash.put(context.get_raw(index));
        }
        Ok(hash.finish())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_hash_as_stored_by_sqlite() {
        let conn = Connection::open_in_memory().expect("memory");
        register(&conn).expect("the function");
        conn.execute_batch("CREATE TABLE t (x REAL) STRICT").expect("a table");
        for number in [-0.0, 0.0, 1.5, -1e-300, 5e-324, -5e-324, f64::MAX, 90.1, 2.0_f64.powi(60)] {
            let made: i64 =
                conn.query_row("SELECT row_hash(?1)", [number], |row| row.get(0)).expect("a hash");
            conn.execute("INSERT INTO t VALUES (?1)", [number]).expect("a row");
            let read: i64 = conn
                .query_row("SELECT row_hash(x) FROM t ORDER BY rowid DESC", [], |row| row.get(0))
                .expect("a hash");
            assert_eq!(made, read, "{number:e}");
        }
    }
}
