//! Upgrades a file to the current schema, in one transaction.
//!
//! refinery provides history and checksums; the transaction is opened here, since refinery by
//! itself commits a migration apart from its history row, lets two processes collide on a fresh
//! file, and adds its tables to any SQLite file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Migration, Runner};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};
use rusqlite::{Connection, TransactionBehavior};

use super::{ArchiveError, backup, disk::commit, rowhash, sql::sql};

/// "RVDB" in ASCII: the file's `application_id`.
pub const APPLICATION_ID: i64 = 0x5256_4442;

/// The current schema version: the number of the newest migration.
pub fn newest() -> i64 {
    revdb_migrations::NEWEST
}

fn newest_of(runner: &Runner) -> i64 {
    runner.get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0)
}

/// An empty archive in memory, the reference for `check`.
///
/// # Errors
/// SQLite's error.
pub fn in_memory() -> Result<Connection, ArchiveError> {
    let mut conn = Connection::open_in_memory()?;
    rowhash::register(&conn)?;
    migrate(&mut conn, Path::new(":memory:"))?;
    Ok(conn)
}

/// The statement that creates the full-text index.
///
/// # Errors
/// SQLite's error.
pub fn text_of_index() -> Result<String, ArchiveError> {
    Ok(in_memory()?.query_row(sql("open/text_of_index"), [], |row| row.get(0))?)
}

/// What identifies a file as an archive and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// SQLite's application id.
    pub application_id: i64,
    /// The number of its newest migration.
    pub schema: i64,
    /// Whether it has no tables.
    pub empty: bool,
}

/// Reads a file's stamp.
///
/// # Errors
/// SQLite's error.
pub fn stamp(conn: &Connection) -> rusqlite::Result<Stamp> {
    let number = |pragma: &str| conn.query_row(pragma, [], |row| row.get(0));
    let objects: i64 = conn.query_row(sql("open/count_objects"), [], |row| row.get(0))?;
    Ok(Stamp {
        application_id: number("PRAGMA application_id")?,
        schema: number("PRAGMA user_version")?,
        empty: objects == 0,
    })
}

/// Refuses a foreign file or a newer schema.
///
/// # Errors
/// [`ArchiveError::NotAnArchive`], [`ArchiveError::Newer`].
pub fn admit(stamp: Stamp, path: &Path) -> Result<(), ArchiveError> {
    admit_to(newest(), stamp, path)
}

fn admit_to(newest: i64, stamp: Stamp, path: &Path) -> Result<(), ArchiveError> {
    if stamp.application_id != APPLICATION_ID {
        let why = "its application id is not revdb's".to_owned();
        return Err(ArchiveError::NotAnArchive { path: path.to_owned(), why });
    }
    if stamp.schema > newest {
        let (found, known) = (stamp.schema, newest);
        return Err(ArchiveError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// Migrates an archive or an empty file to [`newest`]. Of two processes, the second waits and
/// finds the work done.
///
/// # Errors
/// [`ArchiveError::Migration`], or SQLite's error; the file is then unchanged.
pub fn migrate(conn: &mut Connection, path: &Path) -> Result<(), ArchiveError> {
    let runner = revdb_migrations::runner();
    migrate_by(runner.map_err(|error| ArchiveError::Migration(error.to_string()))?, conn, path)
}

fn migrate_by(runner: Runner, conn: &mut Connection, path: &Path) -> Result<(), ArchiveError> {
    // This pragma has no effect inside a transaction, and with foreign keys on, a migration that
    // rebuilds a table would silently delete its children.
    conn.pragma_update(None, "foreign_keys", false)?;
    // The authorizer cannot be set while a transaction borrows the connection, so it is set before
    // and enabled only while migrations run.
    let armed = Arc::new(AtomicBool::new(false));
    let guard = Arc::clone(&armed);
    conn.authorizer(Some(move |context: AuthContext<'_>| {
        if guard.load(Ordering::Relaxed) {
            no_transaction_control(context)
        } else {
            Authorization::Allow
        }
    }))?;
    let result = migrate_in_transaction(runner, conn, path, &armed);
    conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    result
}

fn migrate_in_transaction(
    runner: Runner,
    conn: &mut Connection,
    path: &Path,
    armed: &AtomicBool,
) -> Result<(), ArchiveError> {
    let newest = newest_of(&runner);
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = stamp(&tx)?;
    let fresh = before.empty && before.application_id == 0;
    if !fresh {
        admit_to(newest, before, path)?;
    }
    if before.schema == newest {
        return Ok(());
    }
    if !fresh {
        // Nobody else can write now, so the copy is of what is upgraded.
        backup::before_upgrade(path, before.schema)?;
    }
    armed.store(true, Ordering::Relaxed);
    let applied = runner
        .set_grouped(true)
        .set_abort_divergent(true)
        .set_abort_missing(true)
        .run(&mut Ours(&tx));
    armed.store(false, Ordering::Relaxed);
    applied.map_err(|error| ArchiveError::Migration(error.to_string()))?;
    let broken: i64 = tx.query_row(sql("open/count_broken_keys"), [], |row| row.get(0))?;
    if broken > 0 {
        return Err(ArchiveError::Migration(format!("{broken} rows refer to nothing")));
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", newest)?;
    commit(&tx)
}

/// Forbids a `COMMIT` in a migration, which would end the surrounding transaction.
fn no_transaction_control(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Transaction {
            operation:
                TransactionOperation::Begin
                | TransactionOperation::Rollback
                | TransactionOperation::Unknown,
        } => Authorization::Deny,
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        _ => Authorization::Allow,
    }
}

/// Adapts our transaction for refinery.
struct Ours<'a>(&'a rusqlite::Transaction<'a>);

impl Transaction for Ours<'_> {
    type Error = rusqlite::Error;

    fn execute<'a, T: Iterator<Item = &'a str>>(
        &mut self,
        queries: T,
    ) -> Result<usize, Self::Error> {
        let mut count = 0;
        for query in queries {
            self.0.execute_batch(query)?;
            count += 1;
        }
        Ok(count)
    }
}

impl Query<Vec<Migration>> for Ours<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<Migration>, Self::Error> {
        let mut statement = self.0.prepare(query)?;
        let rows = statement.query_map([], |row| {
            let (version, name, checksum): (i32, String, String) =
                (row.get(0)?, row.get(1)?, row.get(3)?);
            let applied_on: String = row.get(2)?;
            Ok((version, name, applied_on, checksum))
        })?;
        let mut applied = Vec::new();
        for row in rows {
            applied.push(history_row(row?)?);
        }
        Ok(applied)
    }
}

impl Migrate for Ours<'_> {}

/// An unreadable history row is an error, not a panic.
fn history_row(row: (i32, String, String, String)) -> rusqlite::Result<Migration> {
    let (version, name, applied_on, checksum) = row;
    let bad = |column: usize, what: String| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
    };
    let applied_on =
        time::OffsetDateTime::parse(&applied_on, &time::format_description::well_known::Rfc3339)
            .map_err(|error| bad(2, error.to_string()))?;
    let checksum = checksum.parse::<u64>().map_err(|error| bad(3, error.to_string()))?;
    Ok(Migration::applied(version, name, applied_on, checksum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Archive;

    /// Today's migrations and a further one.
    fn with_one_more(text: &str) -> Runner {
        let known = revdb_migrations::runner().expect("migrations");
        let mut all = known.get_migrations().clone();
        let name = format!("V{}__one_more", newest() + 1);
        all.push(Migration::unapplied(&name, text).expect("a well-named migration"));
        Runner::new(&all)
    }

    fn archive() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.db");
        drop(Archive::open_or_create(&path).expect("a fresh archive"));
        (folder, path)
    }

    #[test]
    fn an_upgrade_keeps_a_copy_of_the_old_archive() {
        let (_folder, path) = archive();
        let before = std::fs::read(&path).expect("the archive");
        let mut conn = Connection::open(&path).expect("the archive");
        let runner = with_one_more("ALTER TABLE work ADD COLUMN runtime INTEGER;");
        migrate_by(runner, &mut conn, &path).expect("an upgrade");
        assert_eq!(stamp(&conn).expect("a stamp").schema, newest() + 1);
        let beside = path.with_file_name(format!("a.db.schema-{}.bak", newest()));
        // Copying changes only SQLite's change counter in the header.
        let copied = std::fs::read(&beside).expect("the backup");
        assert!(copied.get(100..) == before.get(100..), "the backup is not what was upgraded");
        // An older revdb refuses the new archive without changing it.
        drop(conn);
        let upgraded = std::fs::read(&path).expect("the archive");
        assert!(matches!(Archive::open_or_create(&path), Err(ArchiveError::Newer { .. })));
        assert!(std::fs::read(&path).expect("the archive") == upgraded);
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let bad = [
            "CREATE TABLE more (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);",
            "CREATE TABLE more (id INTEGER) STRICT; COMMIT;",
            "CREATE TABLE more (id INTEGER) STRICT; ROLLBACK;",
            "CREATE TABLE more (id INTEGER) STRICT; ATTACH 'other.db' AS other;",
            "INSERT INTO external_id (dump_id, number, site_id, ext_id, hash) VALUES (7, 7, 7, 'x', 0);",
        ];
        for text in bad {
            let (_folder, path) = archive();
            let before = std::fs::read(&path).expect("the archive");
            let mut conn = Connection::open(&path).expect("the archive");
            let failed = migrate_by(with_one_more(text), &mut conn, &path);
            assert!(matches!(failed, Err(ArchiveError::Migration(_))), "{text}: {failed:?}");
            drop(conn);
            assert!(std::fs::read(&path).expect("the archive") == before, "{text}");
        }
    }
}
