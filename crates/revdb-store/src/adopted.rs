//! Copies another archive's decisions: merges, renames, corrections, hidden reviews.
//!
//! Must never: overrule a decision that was made in this archive.

use std::collections::BTreeSet;
use std::str::FromStr;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, named_params};

use super::changes::ChangeSet;
use super::columns::ColumnMaintainer;
use super::disk::commit;
use super::fulltext::FullText;
use super::merge::{Decision, KnownName, MergeError, Mergeable, OfWork, Verb};
use super::recluster::At;
use super::{Archive, ArchiveError, corrections, merge, sql::sql};
use revdb_model::Property;

/// The result of copying decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdoptedDecisions {
    /// Number of decisions copied.
    pub made: usize,
    /// Decisions that contradict this archive's own, described.
    pub left: Vec<String>,
}

/// A decision about a name in the other archive.
struct Theirs {
    verb: Verb,
    what: Mergeable,
    from: KnownName,
    into: KnownName,
    of_work: Option<OfWork>,
    reason: Option<String>,
    created_at: String,
}

/// A stored word, such as a kind. One that revdb does not know is damage: without it the decision
/// would be about other works.
fn word<T: FromStr>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<T>> {
    let Some(text) = row.get::<_, Option<String>>(at)? else { return Ok(None) };
    let known = text.parse().map(Some);
    known.map_err(|_| rusqlite::Error::InvalidColumnType(at, text, Type::Text))
}

impl Theirs {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let verb = match row.get::<_, String>(0)?.as_str() {
            "rename" => Verb::Rename,
            _ => Verb::Merge,
        };
        let Some(what) = Mergeable::parse(&row.get::<_, String>(1)?) else { return Ok(None) };
        let (from, fold, shown): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let (scope, from_names): (String, Option<String>) = (row.get(5)?, row.get(13)?);
        let property = word::<Property>(row, 12)?;
        let of_work = OfWork {
            is_only: scope == "work",
            from_year: row.get(6)?,
            from_kind: word(row, 7)?,
            into_year: row.get(8)?,
            into_kind: word(row, 9)?,
            creators: property.zip(from_names.clone()),
            makers: from_names.filter(|_| property.is_none()),
        };
        Ok(Some(Theirs {
            verb,
            what,
            from: KnownName { fold: from.clone(), shown: from },
            into: KnownName { fold, shown },
            of_work: Some(of_work).filter(|_| scope != "title"),
            reason: row.get(10)?,
            created_at: row.get(11)?,
        }))
    }

    fn decision(&self) -> Decision<'_> {
        Decision {
            verb: self.verb,
            what: self.what,
            from: &self.from,
            into: &self.into,
            of_work: self.of_work.clone(),
            reason: self.reason.as_deref(),
            created_at: &self.created_at,
        }
    }
}

impl Archive {
    /// Copies the decisions of another archive that contradict none of this one, after its dumps
    /// were adopted.
    ///
    /// # Errors
    /// The error of either archive; none is copied then.
    pub fn adopt_decisions(
        &mut self,
        other: &Archive,
        import: i64,
    ) -> Result<AdoptedDecisions, ArchiveError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut adopted = AdoptedDecisions::default();
        let mut statement = other.conn.prepare(sql("adopt/aliases"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let Some(theirs) = Theirs::from_row(row)? else { continue };
            let decision = theirs.decision();
            match merge::decided(&tx, &decision)? {
                Some((id, into)) if into == theirs.into.shown => {
                    brought_too(&tx, ALIAS, id, import)?;
                    continue;
                }
                None => match merge::decide(&tx, &self.columns, &decision, Some(import)) {
                    Ok(_) => {
                        adopted.made += 1;
                        continue;
                    }
                    Err(MergeError::Archive(error)) => return Err(error),
                    Err(_) => {}
                },
                Some(_) => {}
            }
            let (verb, what) = (theirs.verb.as_str(), theirs.what.as_str());
            let (from, into) = (&theirs.from.shown, &theirs.into.shown);
            adopted.left.push(format!("{verb} {what} \"{from}\" to \"{into}\""));
        }
        adopted.made += adopt_corrections(&tx, &self.columns, &other.conn, import)?;
        commit(&tx)?;
        Ok(adopted)
    }
}

fn adopt_corrections(
    tx: &Connection,
    columns: &ColumnMaintainer,
    other: &Connection,
    import: i64,
) -> Result<usize, ArchiveError> {
    let mut statement = other.prepare(sql("adopt/corrections"))?;
    let mut rows = statement.query([])?;
    let mut changes = ChangeSet::default();
    let mut made = 0;
    while let Some(row) = rows.next()? {
        let theirs: i64 = row.get(0)?;
        let (review, corrected): (String, String) = (row.get(1)?, row.get(2)?);
        let (hides, reason, created_at): (bool, String, String) =
            (row.get(3)?, row.get(4)?, row.get(5)?);
        let as_made = named_params! {
            ":review": review, ":corrected": corrected, ":hides": hides,
            ":reason": reason, ":created_at": created_at,
        };
        let same = tx.query_row(sql("adopt/same_correction"), as_made, |row| row.get(0));
        if let Some(ours) = same.optional()? {
            brought_too(tx, CORRECTION, ours, import)?;
            continue;
        }
        let imports = as_json(&[import]);
        let as_made = [as_made, &[(":imports", &imports)]].concat();
        let ours = tx.query_row(sql("corrections/insert"), &*as_made, |row| row.get(0))?;
        copy_anchors(tx, other, theirs, ours)?;
        changes.affected.records.extend(records_corrected(tx, other, theirs)?);
        made += 1;
    }
    if made > 0 {
        let fulltext = FullText::in_step(tx)?;
        changes.commit(tx, columns, &fulltext)?;
    }
    Ok(made)
}

/// A table of decisions: the statements that read and write which imports brought each one.
type Table = (&'static str, &'static str);
const ALIAS: Table = ("adopt/brought_aliases", "adopt/alias_brought");
const CORRECTION: Table = ("adopt/brought_corrections", "adopt/correction_brought");

/// Import ids as JSON, as stored in the archive.
pub(super) fn as_json(imports: &[i64]) -> String {
    serde_json::json!(imports).to_string()
}

/// The decisions brought by imports, each with those imports, without decisions made here.
fn brought(conn: &Connection, (read, _): Table) -> Result<Vec<(i64, Vec<i64>)>, ArchiveError> {
    let mut statement = conn.prepare(sql(read))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let mut found = Vec::new();
    for row in rows {
        let (id, imports) = row?;
        let imports = serde_json::from_str(&imports).map_err(|error| {
            ArchiveError::Damaged(format!("the imports of decision {id}: {error}"))
        })?;
        found.push((id, imports));
    }
    Ok(found)
}

fn set_imports(
    conn: &Connection,
    (_, write): Table,
    id: i64,
    imports: &[i64],
) -> Result<(), ArchiveError> {
    conn.execute(sql(write), named_params! {":id": id, ":imports": as_json(imports)})?;
    Ok(())
}

/// Records that another import brought this decision too. A decision made here is unaffected.
fn brought_too(
    conn: &Connection,
    table: Table,
    decision: i64,
    import: i64,
) -> Result<(), ArchiveError> {
    let known = brought(conn, table)?.into_iter().find(|(id, _)| *id == decision);
    match known {
        Some((id, mut imports)) if !imports.contains(&import) => {
            imports.push(import);
            set_imports(conn, table, id, &imports)
        }
        _ => Ok(()),
    }
}

/// Removes the decisions that only this import brought, in the caller's transaction; returns their
/// number.
pub(super) fn take_back_brought(
    conn: &Connection,
    columns: &ColumnMaintainer,
    import: i64,
) -> Result<usize, ArchiveError> {
    let mut taken = 0;
    for table in [ALIAS, CORRECTION] {
        for (id, mut imports) in brought(conn, table)? {
            let brought_by = imports.len();
            imports.retain(|&brought| brought != import);
            if imports.len() == brought_by {
                continue;
            }
            if !imports.is_empty() {
                set_imports(conn, table, id, &imports)?;
                continue;
            }
            taken += 1;
            if table == CORRECTION {
                corrections::remove(conn, columns, &[id])?;
            } else {
                merge::take_back(conn, columns, id).map_err(|error| match error {
                    MergeError::Archive(error) => error,
                    other => ArchiveError::Damaged(other.to_string()),
                })?;
            }
        }
    }
    Ok(taken)
}

fn copy_anchors(
    conn: &Connection,
    other: &Connection,
    theirs: i64,
    ours: i64,
) -> Result<(), ArchiveError> {
    let mut statement = other.prepare_cached(sql("adopt/anchors"))?;
    let mut rows = statement.query(named_params! {":id": theirs})?;
    while let Some(row) = rows.next()? {
        let (anchor, line): (i64, Option<i64>) = (row.get(0)?, row.get(2)?);
        let sha256: Option<Vec<u8>> = row.get(1)?;
        conn.prepare_cached(sql("corrections/insert_anchor"))?.execute(named_params! {
            ":correction_id": ours, ":anchor": anchor, ":sha256": sha256, ":line": line,
        })?;
    }
    Ok(())
}

/// This archive's records of the reviews that have a correction in the other archive.
fn records_corrected(
    conn: &Connection,
    other: &Connection,
    theirs: i64,
) -> Result<BTreeSet<At>, ArchiveError> {
    let mut statement = other.prepare_cached(sql("adopt/records_corrected"))?;
    let mut rows = statement.query(named_params! {":id": theirs})?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (sha256, record): (Vec<u8>, i64) = (row.get(0)?, row.get(1)?);
        let at = named_params! {":sha256": sha256, ":record": record};
        let mut ours = conn.prepare_cached(sql("adopt/records_of_content"))?;
        found.extend(ours.query_row(at, |row| Ok((row.get(0)?, row.get(1)?))).optional()?);
    }
    Ok(found)
}
