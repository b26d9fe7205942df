//! Verifies that the archive holds what was stored.
//!
//! Owns: all verification (row hashes, references, numbers of rows, sha256 of raw dumps, full-text
//! index, packed columns, SQLite's own checks), the description of faults and their sources, and
//! the only repair, rebuilding derived data from the reviews. Must never: delete or change a row; a
//! damaged review is evidence, and its sources are the remedy.
//!
//! Why hashes: of 264 single flipped bits that changed a row, SQLite's `quick_check` detected 11,
//! `integrity_check` 28, the index's check 169, and the row hashes all.

use rusqlite::{Connection, named_params};

use super::check_structure::{acting, file, schema, sequences};
use super::error::of_read;
use super::raw_dumps;
use super::{Archive, ArchiveError, check_index, columns, disk, recluster, sql::sql, tally};

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A row's content does not match its hash.
    Changed,
    /// A row refers to a missing row.
    Broken,
    /// A row that nothing refers to, so that something was lost.
    Orphaned,
    /// A table has other rows than were stored.
    Missing,
    /// The full-text index or the packed columns differ from the rows.
    Index,
    /// A raw dump's bytes do not match its sha256.
    RawDump,
    /// A table, index or view differs from this version's schema.
    Schema,
    /// SQLite reports damage of the file.
    File,
}

impl Fault {
    /// The word in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Changed => "changed row",
            Fault::Broken => "broken reference",
            Fault::Orphaned => "orphan",
            Fault::Missing => "missing row",
            Fault::Index => "index out of step",
            Fault::RawDump => "kept dump",
            Fault::Schema => "schema",
            Fault::File => "file",
        }
    }
}

/// One fault, repeated for each source that held the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The kind of damage.
    pub fault: Fault,
    /// The table, or another damaged part.
    pub table: String,
    /// The row in words; empty for a whole table.
    pub row: String,
    /// What is wrong.
    pub detail: String,
    /// The path of a source that held the row.
    pub path: Option<String>,
    /// The line in that source.
    pub line: Option<i64>,
}

impl Finding {
    pub(super) fn new(
        fault: Fault,
        table: &str,
        row: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let (table, row, detail) = (table.to_owned(), row.into(), detail.into());
        Finding { fault, table, row, detail, path: None, line: None }
    }
}

/// What was checked, and the findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Number of visible reviews.
    pub reviews: i64,
    /// Number of dumps.
    pub dumps: i64,
    /// Number of dumps whose bytes are stored.
    pub raw_dumps: i64,
    /// Number of hidden reviews, not part of `reviews`.
    pub hidden: i64,
    /// The faults.
    pub findings: Vec<Finding>,
}

/// Tables with row hashes; `check/changed_<table>` selects wrong ones.
const HASHED: [&str; 23] = [
    "review", "review_column", "sighting", "work", "critic", "publication", "site", "import",
    "dump", "source", "work_mention", "external_id", "mention_property", "change", "claim",
    "rejection", "revision", "alias", "correction", "correction_anchor", "hidden", "raw_dump",
    "tally",
];

/// Tables with references; `check/broken_<table>` selects rows with dangling ones.
const REFERRING: [&str; 12] = [
    "review", "sighting", "source", "dump", "work_mention", "external_id", "mention_property",
    "change", "claim", "rejection", "revision", "corrected",
];

/// Tables whose rows exist only while others refer to them.
const REFERRED: [&str; 6] = ["review", "hidden", "work", "critic", "publication", "raw_dump"];

impl Archive {
    /// Checks everything in one state of the archive, and changes nothing. FTS5's check is an
    /// INSERT, so no other process may write meanwhile.
    ///
    /// # Errors
    /// An interrupt, an error of the system, or a writer that does not finish within the wait.
    pub fn check(&self) -> Result<Health, ArchiveError> {
        let mut health = Health::default();
        if let Err(error) = self.conn.execute_batch(sql("import/begin")) {
            health.findings.push(Finding::new(Fault::File, "", "", damage(error)?));
        }
        let looked = self.look(&mut health);
        if !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK")?;
        }
        looked?;
        match disk::failed_read() {
            // A failed read may be the cause of any finding.
            Some(message) => Err(of_read(&message)),
            None => Ok(health),
        }
    }

    fn look(&self, health: &mut Health) -> Result<(), ArchiveError> {
        let conn = &self.conn;
        if let Ok(counts) = conn.query_row(sql("check/count"), [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        }) {
            (health.reviews, health.dumps, health.raw_dumps, health.hidden) = counts;
        }
        let findings = &mut health.findings;
        schema(conn, findings)?;
        acting(conn, findings)?;
        changed(conn, findings)?;
        for table in REFERRING {
            rows(
                conn,
                Fault::Broken,
                table,
                &format!("check/broken_{table}"),
                "it refers to a row that is not there",
                findings,
            )?;
        }
        for table in REFERRED {
            rows(
                conn,
                Fault::Orphaned,
                table,
                &format!("check/orphaned_{table}"),
                "nothing refers to it any more",
                findings,
            )?;
        }
        tally::check(conn, findings)?;
        sequences(conn, findings)?;
        raw_dumps::check(conn, findings)?;
        recluster::check_corrected(conn, findings)?;
        columns::check(conn, findings)?;
        // FTS5's check is an INSERT into the index; a fake table would store it as a row.
        if !findings
            .iter()
            .any(|found| found.fault == Fault::Schema && found.row.ends_with(" review_fts"))
        {
            check_index::check(conn, findings)?;
        }
        file(conn, findings)
    }

    /// Rebuilds derived data from the reviews: the full-text index and the packed columns.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn rebuild_index(&mut self) -> Result<(), ArchiveError> {
        check_index::rebuild(&mut self.conn)
    }
}

/// Rows whose content does not match their hash.
fn changed(conn: &Connection, findings: &mut Vec<Finding>) -> Result<(), ArchiveError> {
    for table in HASHED {
        let message = "its content is not what was stored";
        rows(conn, Fault::Changed, table, &format!("check/changed_{table}"), message, findings)?;
    }
    Ok(())
}

/// Verifies every row that `conn` sees by its hash, and the file's pages as SQLite does: what
/// [`Archive::check`] does without writing and without comparing the index word for word.
///
/// # Errors
/// [`ArchiveError::Damaged`] if a row differs or a page cannot be read.
pub fn verify(conn: &Connection) -> Result<(), ArchiveError> {
    let mut findings = Vec::new();
    changed(conn, &mut findings)?;
    file(conn, &mut findings)?;
    let Some(first) = findings.first() else { return Ok(()) };
    let Finding { table, row, detail, .. } = first;
    let place = if table.is_empty() { "the file" } else { table };
    Err(ArchiveError::Damaged(format!(
        "{place} {row}: {detail}; `revdb check` names every such row and the sources that held it"
    )))
}

/// The text of an error that means damage.
///
/// # Errors
/// The error itself if another process or the system caused it.
pub(super) fn damage(error: rusqlite::Error) -> Result<String, ArchiveError> {
    let message = error.to_string();
    match ArchiveError::from(error) {
        error @ (ArchiveError::Busy
        | ArchiveError::Interrupted
        | ArchiveError::Io(_)
        | ArchiveError::Disk(_)
        | ArchiveError::NotWritable(_)) => Err(error),
        _ => Ok(message),
    }
}

/// Runs a statement and adds its rows as findings with their sources.
fn rows(
    conn: &Connection,
    fault: Fault,
    table: &str,
    statement: &str,
    message: &str,
    findings: &mut Vec<Finding>,
) -> Result<(), ArchiveError> {
    let mut found = Vec::new();
    let ended = (|| {
        let mut statement = conn.prepare(sql(statement))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name = String::from_utf8_lossy(row.get_ref(0)?.as_bytes_or_null()?.unwrap_or(b"?"))
                .into_owned();
            let number = |index: usize| row.get_ref(index).map(|value| value.as_i64().ok());
            found.push((name, number(1)?, number(2)?, number(3)?));
        }
        Ok(())
    })();
    for (row, review, dump, record) in found {
        let finding = Finding::new(fault, table, row, message);
        with_sources(conn, finding, review, dump, record, findings)?;
    }
    if let Err(error) = ended {
        let message = format!("the rows after these cannot be read: {}", damage(error)?);
        findings.push(Finding::new(Fault::File, table, "", message));
    }
    Ok(())
}

/// Adds the finding once per source that held the row, or once if none did.
pub(super) fn with_sources(
    conn: &Connection,
    finding: Finding,
    review: Option<i64>,
    dump: Option<i64>,
    record: Option<i64>,
    findings: &mut Vec<Finding>,
) -> Result<(), ArchiveError> {
    let mut sources = Vec::new();
    let looked = (|| {
        let (mut statement, by_record) = match (review, dump) {
            (_, Some(_)) => (conn.prepare_cached(sql("check/sources_of_record"))?, true),
            (Some(_), None) => (conn.prepare_cached(sql("check/sources_of_review"))?, false),
            (None, None) => return Ok(()),
        };
        let mut rows = if by_record {
            statement.query(named_params! {":dump_id": dump, ":record": record})?
        } else {
            statement.query(named_params! {":id": review})?
        };
        while let Some(row) = rows.next()? {
            sources.push((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?));
        }
        Ok(())
    })();
    if let Err(error) = looked {
        // The sources themselves are damaged; their own rows say so.
        damage(error)?;
    }
    if sources.is_empty() {
        findings.push(finding);
        return Ok(());
    }
    for (path, line) in sources {
        findings.push(Finding { path: Some(path), line, ..finding.clone() });
    }
    Ok(())
}
