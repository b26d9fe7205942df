//! Decisions about names: merge (two names are one thing) and rename.
//!
//! Owns: the table `alias`, and the consequences of adding or removing a row. Must never: decide
//! by itself that two names are one, or change what a record says, so that a decision can be
//! undone. An alias maps a folded name to a folded name, not a row to a row: it outlives rows and
//! applies to later imports. A chain (A into B, B into C) is stored as decided and followed to its
//! end.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use super::changes::ChangeSet;
use super::columns::{Column, ColumnMaintainer};
use super::disk::commit;
use super::fulltext::FullText;
use super::names;
use super::recluster::At;
use super::works::{self, TitleKey};
use super::{Archive, ArchiveError, adopted, sql::sql};
use revdb_model::{Kind, Property, property};

mod decision;
mod search;

pub use decision::{AliasRow, Decision, Mergeable, OfWork, Verb};
pub use search::{KnownName, Makers, NameSearch, WorkName};

/// The effect of a decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Number of reviews before.
    pub reviews_before: i64,
    /// Number of reviews after.
    pub reviews_after: i64,
    /// Number of works before.
    pub works_before: i64,
    /// Number of works after.
    pub works_after: i64,
    /// Records that were resolved again.
    pub records: usize,
}

/// Why a decision is refused.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Both names are the same.
    #[error("both names are the same: \"{0}\"")]
    Same(String),
    /// The name is already an alias of another.
    #[error("\"{from}\" is already merged into \"{into}\"")]
    AlreadyMerged {
        /// The name.
        from: String,
        /// The name it is an alias of.
        into: String,
    },
    /// The target leads back to the name.
    #[error("\"{into}\" stands for \"{from}\", so this would go round in a circle")]
    Circle {
        /// The name.
        from: String,
        /// The name that leads back to it.
        into: String,
    },
    /// There is no such decision.
    #[error("\"{0}\" was not merged into anything")]
    NotMerged(String),
    /// The archive's error.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<rusqlite::Error> for MergeError {
    fn from(error: rusqlite::Error) -> Self {
        MergeError::Archive(error.into())
    }
}

impl Archive {
    /// Every decision about names.
    ///
    /// # Errors
    /// The archive's error.
    pub fn aliases(&self) -> Result<Vec<AliasRow>, ArchiveError> {
        let mut statement = self.conn.prepare(sql("merge/aliases"))?;
        let rows = statement.query_map([], |row| {
            Ok(AliasRow {
                id: row.get(0)?,
                verb: row.get(1)?,
                what: row.get(2)?,
                from_fold: row.get(3)?,
                into_fold: row.get(4)?,
                into_name: row.get(5)?,
                from_year: row.get(6)?,
                into_year: row.get(7)?,
                into_kind: row.get(8)?,
                reason: row.get(9)?,
                created_at: row.get(10)?,
                property: row.get(11)?,
                from_kind: row.get(12)?,
                from_names: row.get(13)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Merges `from` into `into`, or only returns the effect unless `really`. `created_at` is UTC,
    /// ISO 8601.
    ///
    /// # Errors
    /// [`MergeError`]; the archive is then unchanged.
    pub fn merge(
        &mut self,
        what: Mergeable,
        from: &KnownName,
        into: &KnownName,
        created_at: &str,
        really: bool,
    ) -> Result<Merged, MergeError> {
        let (verb, of_work, reason) = (Verb::Merge, None, None);
        self.decide(&Decision { verb, what, from, into, of_work, reason, created_at }, really)
    }

    /// Stores a decision, or only returns its effect unless `really`.
    ///
    /// # Errors
    /// [`MergeError`]; the archive is then unchanged.
    pub fn decide(&mut self, decision: &Decision<'_>, really: bool) -> Result<Merged, MergeError> {
        let mut merged = self.decide_all(std::slice::from_ref(decision), really)?;
        Ok(merged.pop().unwrap_or_default())
    }

    /// The same for several decisions in order: all of them or none.
    ///
    /// # Errors
    /// [`MergeError`]; the archive is then unchanged.
    pub fn decide_all(
        &mut self,
        decisions: &[Decision<'_>],
        really: bool,
    ) -> Result<Vec<Merged>, MergeError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let decide = |decision| decide(&tx, &self.columns, decision, None);
        let merged = decisions.iter().map(decide).collect::<Result<_, _>>()?;
        if really {
            commit(&tx)?;
        }
        Ok(merged)
    }

    /// Undoes a decision by its number.
    ///
    /// # Errors
    /// [`MergeError::NotMerged`].
    pub fn take_back(&mut self, id: i64, really: bool) -> Result<Merged, MergeError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let merged = take_back(&tx, &self.columns, id)?;
        if really {
            commit(&tx)?;
        }
        Ok(merged)
    }
}

/// [`Archive::decide`] in the caller's transaction; `import` brought the decision from another
/// archive.
pub(super) fn decide(
    conn: &Connection,
    columns: &ColumnMaintainer,
    decision: &Decision<'_>,
    import: Option<i64>,
) -> Result<Merged, MergeError> {
    let (what, from, into) = (decision.what, decision.from, decision.into);
    let replaced = same_subject(conn, decision)?;
    if let Some((_, verb, into)) = &replaced
        && (verb == Verb::Merge.as_str() || decision.verb == Verb::Merge)
    {
        let (from, into) = (from.shown.clone(), into.clone());
        return Err(MergeError::AlreadyMerged { from, into });
    }
    let is_same = from.fold == into.fold;
    if is_same && decision.verb == Verb::Merge && decision.of_work.is_none() {
        return Err(MergeError::Same(into.shown.clone()));
    }
    let mut folds = reachable(conn, what, &into.fold)?;
    if goes_round(conn, decision, &folds)? {
        return Err(MergeError::Circle { from: from.shown.clone(), into: into.shown.clone() });
    }
    // Merging into a name that was itself merged means its target.
    let (fold, shown) = match (decision.verb, &decision.of_work) {
        (Verb::Merge, None) => {
            names::follow_fold(conn, what.as_str(), into.fold.clone(), &into.shown)?
        }
        _ => (into.fold.clone(), into.shown.clone()),
    };
    folds.extend(reachable(conn, what, &from.fold)?);
    Ok(decide_again(conn, columns, what, &folds, || {
        if let Some((id, ..)) = replaced {
            conn.execute(sql("merge/delete_alias"), named_params! {":id": id})?;
        }
        insert(conn, decision, (&fold, &shown), import)
    })?)
}

/// The target of an existing decision about the same subject.
pub(super) fn decided(
    conn: &Connection,
    decision: &Decision<'_>,
) -> Result<Option<(i64, String)>, ArchiveError> {
    Ok(same_subject(conn, decision)?.map(|(id, _, into)| (id, into)))
}

/// [`Archive::take_back`] in the caller's transaction.
pub(super) fn take_back(
    conn: &Connection,
    columns: &ColumnMaintainer,
    id: i64,
) -> Result<Merged, MergeError> {
    let made = conn
        .query_row(sql("merge/alias"), named_params! {":id": id}, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let made = made.and_then(|(what, from)| Some((Mergeable::parse(&what)?, from)));
    let Some((what, from)) = made else {
        return Err(MergeError::NotMerged(format!("decision {id}")));
    };
    let folds = reachable(conn, what, &from)?;
    Ok(decide_again(conn, columns, what, &folds, || {
        conn.execute(sql("merge/delete_alias"), named_params! {":id": id})
    })?)
}

/// An existing decision about exactly the same: number, verb, and target.
fn same_subject(
    conn: &Connection,
    decision: &Decision<'_>,
) -> rusqlite::Result<Option<(i64, String, String)>> {
    let of_work = decision.of_work.clone().unwrap_or_default();
    conn.query_row(
        sql("merge/same_subject"),
        named_params! {
            ":what": decision.what.as_str(), ":from_fold": decision.from.fold,
            ":scope": decision.scope(), ":from_year": of_work.from_year,
            ":from_kind": of_work.from_kind.map(Kind::as_str), ":property": of_work.property(),
            ":from_names": of_work.stated_names(),
        },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
    .optional()
}

fn goes_round(
    conn: &Connection,
    decision: &Decision<'_>,
    folds: &BTreeSet<String>,
) -> Result<bool, ArchiveError> {
    let (from, into) = (&decision.from.fold, &decision.into.fold);
    let Some(of_work) = &decision.of_work else {
        return Ok(from != into && folds.contains(from));
    };
    let start = TitleKey { fold: from.clone(), kind: of_work.from_kind, year: of_work.from_year };
    let end = TitleKey {
        fold: into.clone(),
        kind: of_work.into_kind.or(of_work.from_kind),
        year: of_work.into_year.or(of_work.from_year),
    };
    let makers = property::values(of_work.makers.as_deref().unwrap_or_default());
    let makers: Vec<_> = makers.into_iter().map(|name| (Property::Author, name)).collect();
    Ok(end != start && works::follow(conn, end, &makers)?.0 == start)
}

fn insert(
    conn: &Connection,
    decision: &Decision<'_>,
    (fold, shown): (&str, &str),
    import: Option<i64>,
) -> rusqlite::Result<usize> {
    let of_work = decision.of_work.clone().unwrap_or_default();
    conn.execute(
        sql("merge/insert_alias"),
        named_params! {
            ":verb": decision.verb.as_str(), ":what": decision.what.as_str(),
            ":from_fold": decision.from.fold, ":into_fold": fold, ":into_name": shown,
            ":scope": decision.scope(),
            ":from_year": of_work.from_year, ":from_kind": of_work.from_kind.map(Kind::as_str),
            ":into_year": of_work.into_year, ":into_kind": of_work.into_kind.map(Kind::as_str),
            ":property": of_work.property(), ":from_names": of_work.stated_names(),
            ":reason": decision.reason, ":created_at": decision.created_at,
            ":imports": import.map(|import| adopted::as_json(&[import])),
        },
    )
}

/// The folded names that a name may lead to, itself included.
fn reachable(
    conn: &Connection,
    what: Mergeable,
    fold: &str,
) -> Result<BTreeSet<String>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("merge/reachable"))?;
    let params = named_params! {":what": what.as_str(), ":fold": fold};
    let rows = statement.query_map(params, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Changes the aliases by `change`, and resolves everything stored under one of `folds` as an
/// import would have.
fn decide_again(
    conn: &Connection,
    columns: &ColumnMaintainer,
    what: Mergeable,
    folds: &BTreeSet<String>,
    change: impl FnOnce() -> rusqlite::Result<usize>,
) -> Result<Merged, ArchiveError> {
    let count = || conn.query_row(sql("merge/count"), [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (reviews_before, works_before) = count()?;
    let fulltext = FullText::in_step(conn)?;
    let mut changes = ChangeSet::default();
    let affected = &mut changes.affected;
    let found = |statement: &str| -> Result<BTreeSet<i64>, ArchiveError> {
        let found = folds.iter().map(|fold| names::find(conn, sql(statement), fold));
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    };
    match what {
        Mergeable::Critic => {
            affected.critics = found("names/find_critic")?;
            names::gather_reviews(conn, Column::Critic, &affected.critics)?;
            affected.records = records(conn, sql("merge/records_of_critic"))?;
        }
        Mergeable::Publication => {
            affected.publications = found("names/find_publication")?;
            names::gather_reviews(conn, Column::Publication, &affected.publications)?;
            affected.records = records(conn, sql("merge/records_of_publication"))?;
        }
        Mergeable::Work => {}
    }
    change()?;
    if what == Mergeable::Work {
        for fold in folds {
            changes.mentions.extend(refold_mentions(conn, fold)?);
        }
    }
    changes.commit(conn, columns, &fulltext)?;
    let (reviews_after, works_after) = count()?;
    let records = changes.affected.looked_at;
    Ok(Merged { reviews_before, reviews_after, works_before, works_after, records })
}

fn records(conn: &Connection, statement: &str) -> Result<BTreeSet<At>, ArchiveError> {
    let mut statement = conn.prepare(statement)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Updates every mention named `fold` and returns those to resolve again, including ones that
/// stay.
fn refold_mentions(conn: &Connection, fold: &str) -> Result<Vec<At>, ArchiveError> {
    let mut statement = conn.prepare(sql("merge/mentions_of_fold"))?;
    let kind = |row: &rusqlite::Row<'_>, at: usize| -> rusqlite::Result<Option<Kind>> {
        Ok(row.get::<_, Option<String>>(at)?.and_then(|kind| kind.parse().ok()))
    };
    let rows = statement.query_map(named_params! {":fold": fold}, |row| {
        let stated = (row.get::<_, String>(2)?, kind(row, 3)?, row.get(4)?);
        Ok(((row.get(0)?, row.get(1)?), stated, (kind(row, 5)?, row.get::<_, Option<i16>>(6)?)))
    })?;
    let mentions = rows.collect::<Result<Vec<(At, _, _)>, _>>()?;
    for (at, (title, stated_kind, stated_year), (kind, year)) in &mentions {
        let stated = works::stated_creators(conn, *at)?;
        let (now, whose) = works::called(conn, title, *stated_kind, *stated_year, &stated)?;
        works::resolve_creators(conn, *at, &whose)?;
        if (now.fold.as_str(), now.kind, now.year) != (fold, *kind, *year) {
            conn.prepare_cached(sql("merge/refold_mention"))?.execute(named_params! {
                ":dump_id": at.0, ":number": at.1, ":fold": now.fold,
                ":kind": now.kind.map(Kind::as_str), ":year": now.year,
            })?;
        }
    }
    Ok(mentions.into_iter().map(|(at, ..)| at).collect())
}
