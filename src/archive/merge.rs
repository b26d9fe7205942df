//! Two names, one thing, because a person said so.
//!
//! Owns: the table `alias`, and what follows for everything stored when a row
//! of it comes or goes. Must never: decide by itself that two names are one,
//! or change what a record says; records keep their own spelling, so that a
//! merge can be taken back. An alias maps a folded name to a folded name, not
//! a row to a row: it outlives the rows, and later imports follow it. A chain
//! (A into B, B into C) is kept as it was said and followed to its end.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior, named_params};

use super::changes::ChangeSet;
use super::columns::{Column, Keeper};
use super::error::of_commit;
use super::fulltext::FullText;
use super::names;
use super::recluster::At;
use super::{Archive, ArchiveError, sql::sql};
use crate::domain::name;

/// What can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mergeable {
    Critic,
    Work,
    Publication,
}

impl Mergeable {
    /// The word in the table and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Mergeable::Critic => "critic",
            Mergeable::Work => "work",
            Mergeable::Publication => "publication",
        }
    }

    fn names(self) -> &'static str {
        match self {
            Mergeable::Critic => sql("merge/critics"),
            Mergeable::Work => sql("merge/works"),
            Mergeable::Publication => sql("merge/publications"),
        }
    }
}

/// A name of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    pub fold: String,
    /// As the archive shows it.
    pub shown: String,
}

impl KnownName {
    /// A name as somebody wrote it.
    pub fn new(shown: &str) -> Self {
        KnownName { fold: name::fold(shown), shown: shown.to_owned() }
    }
}

/// What a person's wording of a name came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameSearch {
    One(KnownName),
    /// Several names have it as a part; the first of them.
    Several(Vec<String>),
    /// None has; those that are nearest.
    None {
        near: Vec<String>,
    },
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasRow {
    pub what: String,
    /// Folded: the spellings that it stands for may be many.
    pub from_fold: String,
    pub into_name: String,
    /// UTC, ISO 8601.
    pub created_at: String,
}

/// What a merge did, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    pub reviews_before: i64,
    pub reviews_after: i64,
    pub works_before: i64,
    pub works_after: i64,
    /// Records that were looked at again.
    pub records: usize,
}

/// Why a merge is not done.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error("both names are the same: \"{0}\"")]
    Same(String),
    #[error("\"{from}\" is already merged into \"{into}\"")]
    AlreadyMerged { from: String, into: String },
    #[error("\"{into}\" is merged into \"{from}\", so this would go round in a circle")]
    Circle { from: String, into: String },
    #[error("\"{0}\" was not merged into anything")]
    NotMerged(String),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<rusqlite::Error> for MergeError {
    fn from(error: rusqlite::Error) -> Self {
        MergeError::Archive(error.into())
    }
}

/// Names offered at most, and how like (Jaro-Winkler) they must be.
const OFFERED: usize = 5;
const NEAR: f64 = 0.85;

impl Archive {
    /// Finds the one name meant: all of it, else a part of it, compared folded.
    /// A name that was merged away is found too.
    ///
    /// # Errors
    /// What the archive says.
    pub fn find_name(&self, what: Mergeable, asked: &str) -> Result<NameSearch, ArchiveError> {
        let wanted = name::fold(asked);
        let mut parts: Vec<KnownName> = Vec::new();
        let mut near: Vec<(f64, String)> = Vec::new();
        for known in self.known_names(what)? {
            if known.fold == wanted {
                return Ok(NameSearch::One(known));
            }
            if known.fold.contains(&wanted) {
                parts.push(known);
            } else {
                let likeness = strsim::jaro_winkler(&known.fold, &wanted);
                if likeness >= NEAR {
                    near.push((likeness, known.shown));
                }
            }
        }
        parts.dedup_by(|a, b| a.fold == b.fold);
        if parts.len() == 1 {
            return Ok(parts.pop().map_or(NameSearch::None { near: Vec::new() }, NameSearch::One));
        }
        if parts.is_empty() {
            near.sort_by(|a, b| b.0.total_cmp(&a.0));
            let near = near.into_iter().take(OFFERED).map(|(_, shown)| shown).collect();
            return Ok(NameSearch::None { near });
        }
        Ok(NameSearch::Several(parts.into_iter().take(OFFERED).map(|known| known.shown).collect()))
    }

    fn known_names(&self, what: Mergeable) -> Result<Vec<KnownName>, ArchiveError> {
        let mut statement = self.conn.prepare(what.names())?;
        let mut known: Vec<KnownName> = Vec::new();
        let rows = statement
            .query_map([], |row| Ok(KnownName { fold: row.get(0)?, shown: row.get(1)? }))?;
        for row in rows {
            let mut row = row?;
            if what == Mergeable::Work {
                // The fold in the table follows aliases; the title has its own.
                row.fold = name::fold(&row.shown);
            }
            known.push(row);
        }
        let mut statement = self.conn.prepare(sql("merge/alias_folds"))?;
        let folds =
            statement.query_map(named_params! {":what": what.as_str()}, |row| row.get(0))?;
        for fold in folds {
            let fold: String = fold?;
            known.push(KnownName { shown: fold.clone(), fold });
        }
        known.sort_by(|a, b| a.fold.cmp(&b.fold));
        Ok(known)
    }

    /// Every decision, by what it is about.
    ///
    /// # Errors
    /// What the archive says.
    pub fn aliases(&self) -> Result<Vec<AliasRow>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("merge/aliases"))?;
        let rows = statement.query_map([], |row| {
            Ok(AliasRow {
                what: row.get(0)?,
                from_fold: row.get(1)?,
                into_name: row.get(2)?,
                created_at: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes `from` for `into` from now on and in all that is stored, or only
    /// says what that would do. `created_at`: UTC, ISO 8601.
    ///
    /// # Errors
    /// See [`MergeError`]; the archive is then as it was.
    pub fn merge(
        &mut self,
        what: Mergeable,
        from: &KnownName,
        into: &KnownName,
        created_at: &str,
        really: bool,
    ) -> Result<Merged, MergeError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some((_, into)) = names::alias(&tx, what.as_str(), &from.fold)? {
            return Err(MergeError::AlreadyMerged { from: from.shown.clone(), into });
        }
        if from.fold == into.fold {
            return Err(MergeError::Same(into.shown.clone()));
        }
        // Merging into a name that was itself merged away means what that one became.
        let (end, shown) = names::follow_fold(&tx, what.as_str(), into.fold.clone(), &into.shown)?;
        if end == from.fold {
            return Err(MergeError::Circle { from: from.shown.clone(), into: into.shown.clone() });
        }
        let merged = decide_again(&tx, &self.columns, what, [&from.fold, &end], || {
            tx.execute(
                sql("merge/insert_alias"),
                named_params! {
                    ":what": what.as_str(), ":from_fold": from.fold, ":into_fold": end,
                    ":into_name": shown, ":created_at": created_at,
                },
            )
        })?;
        if really {
            tx.commit().map_err(of_commit)?;
        }
        Ok(merged)
    }

    /// Takes a merge back: `from` is a name of its own again.
    ///
    /// # Errors
    /// [`MergeError::NotMerged`]; the archive is then as it was.
    pub fn unmerge(
        &mut self,
        what: Mergeable,
        from: &KnownName,
        really: bool,
    ) -> Result<Merged, MergeError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if names::alias(&tx, what.as_str(), &from.fold)?.is_none() {
            return Err(MergeError::NotMerged(from.shown.clone()));
        }
        let (end, _) = names::follow_fold(&tx, what.as_str(), from.fold.clone(), &from.shown)?;
        let merged = decide_again(&tx, &self.columns, what, [&end, &end], || {
            tx.execute(
                sql("merge/delete_alias"),
                named_params! {":what": what.as_str(), ":fold": from.fold},
            )
        })?;
        if really {
            tx.commit().map_err(of_commit)?;
        }
        Ok(merged)
    }
}

/// Changes the aliases by `change`, and lets everything that is stored under
/// `fold` be decided as an import would have, had it known. `end` is shown
/// otherwise afterwards, even where nothing moves.
fn decide_again(
    conn: &Connection,
    columns: &Keeper,
    what: Mergeable,
    [fold, end]: [&str; 2],
    change: impl FnOnce() -> rusqlite::Result<usize>,
) -> Result<Merged, ArchiveError> {
    let count = || conn.query_row(sql("merge/count"), [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (reviews_before, works_before) = count()?;
    let fulltext = FullText::in_step(conn)?;
    let mut changes = ChangeSet::default();
    let affected = &mut changes.affected;
    match what {
        Mergeable::Critic => {
            let known = names::find(conn, sql("names/find_critic"), fold)?;
            names::gather_reviews(conn, Column::Critic, &known.into_iter().collect())?;
            affected.records = records(conn, sql("merge/records_of_critic"))?;
            affected.critics.extend(names::find(conn, sql("names/find_critic"), end)?);
        }
        Mergeable::Publication => {
            let known = names::find(conn, sql("names/find_publication"), fold)?;
            names::gather_reviews(conn, Column::Publication, &known.into_iter().collect())?;
            affected.records = records(conn, sql("merge/records_of_publication"))?;
            affected.publications.extend(names::find(conn, sql("names/find_publication"), end)?);
        }
        Mergeable::Work => {}
    }
    change()?;
    if what == Mergeable::Work {
        changes.mentions = refold_mentions(conn, fold)?;
        changes.mentions.extend(refold_mentions(conn, end)?);
    }
    changes.commit(conn, columns, &fulltext)?;
    let (reviews_after, works_after) = count()?;
    Ok(Merged {
        reviews_before,
        reviews_after,
        works_before,
        works_after,
        records: changes.affected.looked_at,
    })
}

fn records(conn: &Connection, statement: &str) -> Result<BTreeSet<At>, ArchiveError> {
    let mut statement = conn.prepare(statement)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives every mention that goes by `fold` the fold that its title leads to
/// now. All of them are to be settled: those that stay may have been held
/// together by one that goes.
fn refold_mentions(conn: &Connection, fold: &str) -> Result<Vec<At>, ArchiveError> {
    let mut statement = conn.prepare(sql("merge/mentions_of_fold"))?;
    let rows = statement.query_map(named_params! {":fold": fold}, |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get::<_, String>(2)?))
    })?;
    let mentions: Vec<(At, String)> = rows.collect::<Result<_, _>>()?;
    for (at, title) in &mentions {
        let (now, _) = names::follow(conn, "work", title)?;
        if now != fold {
            conn.prepare_cached(sql("merge/refold_mention"))?
                .execute(named_params! {":dump_id": at.0, ":number": at.1, ":fold": now})?;
        }
    }
    Ok(mentions.into_iter().map(|(at, _)| at).collect())
}
