//! Merges the records of one review: the values and the work to display, each record's outcome,
//! and contradictions.
//!
//! Must never: decide which records are one review.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::{At, Fact, RecordOutcome};
use crate::importing::Outcome;
use crate::{ArchiveError, sql::sql};
use revdb_model::merge::{Change, Effect, Values};
use revdb_model::name;

/// The merged review.
pub(super) struct Shown {
    pub(super) values: Values,
    pub(super) work_id: i64,
    pub(super) changes: Vec<(At, Change)>,
    /// Outcomes of the records, in order.
    pub(super) outcomes: Vec<RecordOutcome>,
}

/// How a record names its work.
struct Named {
    /// Without aliases: `works` decides whether two titles are one.
    title_fold: Option<String>,
    kind: Option<String>,
    year: Option<i16>,
    label: String,
}

impl Named {
    fn read(conn: &Connection, fact: &Fact) -> Result<Self, ArchiveError> {
        let sighting = &fact.seen.sighting;
        let params = named_params! {":dump_id": sighting.dump_id, ":number": sighting.mention};
        let named =
            conn.prepare_cached(sql("works/statement_of_mention"))?.query_row(params, |row| {
                Ok(Named {
                    title_fold: row.get::<_, Option<String>>(0)?.map(|title| name::fold(&title)),
                    kind: row.get(1)?,
                    year: row.get(2)?,
                    label: row.get(3)?,
                })
            })?;
        Ok(named)
    }

    /// Whether it says only what the other says: such a mention is ambiguous by itself and
    /// contradicts nothing.
    fn adds_nothing_to(&self, other: &Named) -> bool {
        (self.title_fold.is_none() || self.title_fold == other.title_fold)
            && (self.kind.is_none() || self.kind == other.kind)
            && (self.year.is_none() || self.year == other.year)
    }
}

/// Merges a review's records in the order of their dumps; `None` for no records.
pub(super) fn shown(conn: &Connection, facts: &[Fact]) -> Result<Option<Shown>, ArchiveError> {
    let entries: BTreeSet<i64> = facts
        .iter()
        .filter(|fact| !fact.seen.standing)
        .filter_map(|f| f.seen.sighting.mark)
        .collect();
    // A standing mark next to an entry of its account adds nothing.
    let adds = |fact: &&Fact| {
        !fact.seen.standing || fact.seen.sighting.mark.is_none_or(|mark| !entries.contains(&mark))
    };
    let Some(mut of_work) = facts.iter().find(adds) else { return Ok(None) };
    let mut shown = Shown {
        values: of_work.values.clone(),
        work_id: of_work.seen.work_id,
        changes: Vec::new(),
        outcomes: Vec::new(),
    };
    let mut dumps = BTreeSet::new();
    let mut begun = false;
    for (place, fact) in facts.iter().enumerate() {
        let at = (fact.seen.sighting.dump_id, fact.seen.sighting.record);
        let mut effect = Effect::default();
        if adds(&fact) {
            if begun {
                effect = shown.values.take(&fact.values);
                effect.add(shown.take_work(conn, &mut of_work, fact)?);
            } else {
                effect.filled = true;
            }
            begun = true;
        }
        let outcome = match effect {
            _ if place == 0 => Outcome::New,
            Effect { ref changes, .. } if !changes.is_empty() => Outcome::Changed,
            Effect { filled: true, .. } => Outcome::FilledIn,
            _ => Outcome::Same,
        };
        let (line, repeats) = (fact.seen.sighting.line, !dumps.insert(at.0));
        shown.outcomes.push(RecordOutcome { line, outcome, repeats });
        shown.changes.extend(effect.changes.into_iter().map(|change| (at, change)));
    }
    Ok(Some(shown))
}

impl Shown {
    /// The work that a later record names.
    fn take_work<'f>(
        &mut self,
        conn: &Connection,
        of_work: &mut &'f Fact,
        fact: &'f Fact,
    ) -> Result<Effect, ArchiveError> {
        let mut effect = Effect::default();
        if fact.seen.work_id == self.work_id {
            return Ok(effect);
        }
        let (old, new) = (Named::read(conn, of_work)?, Named::read(conn, fact)?);
        if new.adds_nothing_to(&old) {
            return Ok(effect);
        }
        if old.adds_nothing_to(&new) {
            effect.filled = true;
        } else {
            effect.changes.push(Change { field: "work", old: old.label, new: new.label });
        }
        (*of_work, self.work_id) = (fact, fact.seen.work_id);
        Ok(effect)
    }
}
