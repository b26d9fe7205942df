//! Whether the archive still holds what was put into it.
//!
//! Owns: every way to find out (content hashes, references, the kept dumps'
//! sha256, the full-text index against the quotes, the packed columns against the
//! rows, SQLite's own checks), the naming of what is wrong and of the sources that
//! held it, and the one repair there is: what is derived made again from the reviews. Must never: delete or
//! "mend" a row; a damaged review is evidence, its sources are the remedy.
//!
//! Why hashes: of 264 single flipped bits that changed a row, SQLite's
//! `quick_check` saw 11, `integrity_check` 28, the index's own check 169, and a
//! hash per row all of them.

use rusqlite::{Connection, named_params};

use super::check_structure::{acting, file, schema, sequences};
use super::error::of_read;
use super::raw_dumps;
use super::{Archive, ArchiveError, check_index, columns, disk, recluster, sql::sql};

/// What sort of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A row is not what was stored.
    Changed,
    /// A row refers to one that is not there.
    Broken,
    /// A row that nothing refers to any more, so something was lost.
    Orphaned,
    /// The full-text index does not say what the quotes say, or the packed columns what the rows do.
    Index,
    /// A kept dump's bytes are not the dump's.
    RawDump,
    /// A table, index or view is not as this revdb makes it.
    Schema,
    /// SQLite finds the file's structure damaged.
    File,
}

impl Fault {
    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Changed => "changed row",
            Fault::Broken => "broken reference",
            Fault::Orphaned => "orphan",
            Fault::Index => "index out of step",
            Fault::RawDump => "kept dump",
            Fault::Schema => "schema",
            Fault::File => "file",
        }
    }
}

/// One thing found wrong, once for each source that held it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub fault: Fault,
    /// The table, or what else is wrong.
    pub table: String,
    /// How people name the row; empty where it is the whole table.
    pub row: String,
    pub detail: String,
    /// A source that held it.
    pub path: Option<String>,
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

/// What was looked at, and everything found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    pub reviews: i64,
    pub dumps: i64,
    pub kept: i64,
    /// Reviews that a person hid; not among `reviews`.
    pub hidden: i64,
    pub findings: Vec<Finding>,
}

/// Tables whose rows carry a hash; `check/changed_<table>` finds wrong ones.
const HASHED: [&str; 22] = [
    "review", "review_column", "sighting", "work", "critic", "publication", "site", "import",
    "dump", "source", "work_mention", "external_id", "mention_property", "change", "claim",
    "rejection", "revision", "alias", "correction", "correction_anchor", "hidden", "raw_dump",
];

/// Tables that refer to others; `check/broken_<table>` finds rows that refer to nothing.
const REFERRING: [&str; 12] = [
    "review", "sighting", "source", "dump", "work_mention", "external_id", "mention_property",
    "change", "claim", "rejection", "revision", "corrected",
];

/// Tables whose rows live only while others refer to them.
const REFERRED: [&str; 6] = ["review", "hidden", "work", "critic", "publication", "raw_dump"];

impl Archive {
    /// Looks at everything, in one state of the archive: FTS5 takes the order to look at its index
    /// as an INSERT, so nobody else may write meanwhile. Changes nothing. An interruption, the
    /// system's failure, or another process that is writing for longer than the wait ends it early.
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
            // Whatever was found, it may be what could not be read.
            Some(said) => Err(of_read(&said)),
            None => Ok(health),
        }
    }

    fn look(&self, health: &mut Health) -> Result<(), ArchiveError> {
        let conn = &self.conn;
        if let Ok(counts) = conn.query_row(sql("check/count"), [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        }) {
            (health.reviews, health.dumps, health.kept, health.hidden) = counts;
        }
        let findings = &mut health.findings;
        schema(conn, findings)?;
        acting(conn, findings)?;
        for table in HASHED {
            let said = "its content is not what was stored";
            rows(conn, Fault::Changed, table, &format!("check/changed_{table}"), said, findings)?;
        }
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
        sequences(conn, findings)?;
        raw_dumps::check(conn, findings)?;
        recluster::check_corrected(conn, findings)?;
        columns::check(conn, findings)?;
        // FTS5 is asked by writing to the index; what only looks like it would take that for a row.
        if !findings
            .iter()
            .any(|found| found.fault == Fault::Schema && found.row.ends_with(" review_fts"))
        {
            check_index::check(conn, findings)?;
        }
        file(conn, findings)
    }

    /// Makes what is derived of the reviews again, and touches nothing else: the full-text
    /// index from the quotes, and the packed columns.
    pub fn rebuild_index(&mut self) -> Result<(), ArchiveError> {
        check_index::rebuild(&mut self.conn)
    }
}

/// Holds what is printed of reviews against the hashes of the rows, in the state that `conn`
/// sees: the reviews, what they are of and by, and the packed columns.
///
/// # Errors
/// [`ArchiveError::Damaged`] where a row is not what was stored.
pub fn verify(conn: &Connection) -> Result<(), ArchiveError> {
    const PRINTED: [&str; 5] = ["review", "review_column", "work", "critic", "publication"];
    let mut findings = Vec::new();
    for table in PRINTED {
        let said = "its content is not what was stored";
        rows(conn, Fault::Changed, table, &format!("check/changed_{table}"), said, &mut findings)?;
    }
    let Some(first) = findings.first() else { return Ok(()) };
    let Finding { table, row, detail, .. } = first;
    Err(ArchiveError::Damaged(format!(
        "{table} {row}: {detail}; `revdb check` names every such row and the sources that held it"
    )))
}

/// What a failing look means: damage is a finding; what another process or the system did
/// ends the check, for it says nothing of the archive.
pub(super) fn damage(error: rusqlite::Error) -> Result<String, ArchiveError> {
    let told = error.to_string();
    match ArchiveError::from(error) {
        error @ (ArchiveError::Busy
        | ArchiveError::Interrupted
        | ArchiveError::Io(_)
        | ArchiveError::Disk(_)
        | ArchiveError::NotWritable(_)) => Err(error),
        _ => Ok(told),
    }
}

/// One statement's rows as findings, each with the sources that held it.
fn rows(
    conn: &Connection,
    fault: Fault,
    table: &str,
    statement: &str,
    said: &str,
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
        let finding = Finding::new(fault, table, row, said);
        with_sources(conn, finding, review, dump, record, findings)?;
    }
    if let Err(error) = ended {
        let told = format!("the rows after these cannot be read: {}", damage(error)?);
        findings.push(Finding::new(Fault::File, table, "", told));
    }
    Ok(())
}

/// The finding, once for each source that held it, or once where none did.
fn with_sources(
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
