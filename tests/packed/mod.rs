//! An archive in memory filled by SQL, with its columns packed as after an import.

use revdb_store::Archive;
use revdb_store::columns::rebuild;
use rusqlite::Connection;
use rusqlite::backup::Backup;

/// An archive with only the schema and what `sql` inserts.
pub fn archive(sql: &str) -> Connection {
    let folder = tempfile::tempdir().unwrap();
    let filed = Archive::open_or_create(&folder.path().join("archive.db")).unwrap();
    // A single transaction: separate ones would each wait for the disk.
    let filling = filed.connection().unchecked_transaction().unwrap();
    filling.execute_batch(sql).unwrap();
    rebuild(&filling).unwrap();
    filling.commit().unwrap();
    let mut conn = Connection::open_in_memory().unwrap();
    Backup::new(filed.connection(), &mut conn).unwrap().step(-1).unwrap();
    conn
}
