//! A kept dump's records put in the place of what was read from it before.
//!
//! Owns: finding what a newer reading says otherwise, record by record, and
//! letting the same two decisions that an import makes (which work, which
//! review) be made again with it. Must never: touch what other dumps say, or
//! a record that reads as it did; a review keeps its number as long as one of
//! its records is still of it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, named_params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::columns::Keeper;
use super::fulltext::FullText;
use super::names::{self, Names};
use super::recluster::{self, Affected};
use super::review_row::{self, ReviewRow, Seen, Sighting};
use super::{Archive, ArchiveError, StoredClaim, error::of_commit, sql::sql, works};
use crate::domain::merge::Values;
use crate::domain::{Audience, ExternalId, Review, WorkMention};

mod leftovers;
mod placing;
mod readings;
mod renumber;

pub use readings::Reading;

/// What a record says otherwise than it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub record: i64,
    /// The review it belongs to; `None` where it was none before.
    pub review: Option<i64>,
    /// `review` where the record became or ceased to be one.
    pub field: &'static str,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// A record that could not become a review.
type Rejected = (i64, i64, String, String);
/// Audience and kind, value, out of, mention.
type Claimed = (String, f64, Option<f64>, i64);

/// Kept dumps read again, in one transaction that dropping rolls back.
pub struct Again<'a> {
    conn: &'a Connection,
    columns: &'a Keeper,
    names: Names,
    fulltext: FullText,
    read_at: String,
    open: bool,
    dump: Option<InDump>,
}

#[derive(Default)]
struct InDump {
    id: i64,
    before: i64,
    mentions: FxHashMap<WorkMention, i64>,
    by_number: BTreeMap<i64, WorkMention>,
    /// Mentions that this reading makes, and the order in which it makes them.
    used: FxHashSet<i64>,
    order: Vec<i64>,
    seen: FxHashSet<i64>,
    rejections: Vec<Rejected>,
    claims: Vec<(StoredClaim, i64)>,
    left_alone: i64,
    works: i64,
    affected: Affected,
    emptied: BTreeSet<i64>,
    revisions: Vec<Revision>,
}

impl InDump {
    fn uses(&mut self, mention: i64) {
        if self.used.insert(mention) {
            self.order.push(mention);
        }
    }
}

impl Archive {
    /// Begins to read kept dumps again. `read_at`: UTC, ISO 8601.
    pub fn again(&mut self, read_at: &str) -> Result<Again<'_>, ArchiveError> {
        let (conn, columns) = (&self.conn, &self.columns);
        conn.execute_batch(sql("import/begin"))?;
        let fulltext = FullText::in_step(conn)?;
        let read_at = read_at.to_owned();
        let names = Names::default();
        Ok(Again { conn, columns, names, fulltext, read_at, open: true, dump: None })
    }
}

impl Again<'_> {
    pub fn kept(&self, sha256: &[u8; 32]) -> Result<Option<super::KeptDump>, ArchiveError> {
        super::kept::kept(self.conn, sha256)
    }

    /// Begins a dump; its records follow, all of them.
    pub fn begin_dump(&mut self, id: i64) -> Result<(), ArchiveError> {
        self.conn.execute_batch(sql("import/savepoint"))?;
        let mut dump = InDump { id, ..InDump::default() };
        dump.before = i64::try_from(self.records(id)?.len()).unwrap_or(i64::MAX);
        let mut statement = self.conn.prepare(sql("again/mentions"))?;
        let mut rows = statement.query(named_params! {":dump_id": id})?;
        while let Some(row) = rows.next()? {
            let kind: Option<String> = row.get(2)?;
            let ids: Vec<(String, String)> = serde_json::from_str(&row.get::<_, String>(4)?)
                .map_err(|error| ArchiveError::Damaged(error.to_string()))?;
            let mention = WorkMention {
                title: row.get(1)?,
                kind: kind.and_then(|kind| kind.parse().ok()),
                year: row.get(3)?,
                ids: ids.into_iter().map(|(site, id)| ExternalId::new(site, id)).collect(),
            };
            let (number, mention) = (row.get(0)?, in_order(&mention));
            dump.by_number.insert(number, mention.clone());
            dump.mentions.entry(mention).or_insert(number);
        }
        self.dump = Some(dump);
        Ok(())
    }

    fn records(&self, dump_id: i64) -> Result<Vec<i64>, ArchiveError> {
        let mut statement = self.conn.prepare_cached(sql("again/records"))?;
        let rows = statement.query_map(named_params! {":dump_id": dump_id}, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn dump(&mut self) -> &mut InDump {
        match &mut self.dump {
            Some(dump) => dump,
            None => panic!("a record came outside of a dump"),
        }
    }

    fn mention(&mut self, mention: &WorkMention) -> Result<i64, ArchiveError> {
        let (conn, mention) = (self.conn, in_order(mention));
        let dump = self.dump();
        if let Some(&known) = dump.mentions.get(&mention) {
            dump.uses(known);
            return Ok(known);
        }
        let number = dump.by_number.keys().next_back().copied().unwrap_or(0) + 1;
        let (id, mut affected) = (dump.id, std::mem::take(&mut dump.affected));
        works::mention(conn, &mut self.names, (id, number), &mention, &mut affected)?;
        let dump = self.dump();
        dump.affected = affected;
        dump.by_number.insert(number, mention.clone());
        dump.mentions.insert(mention, number);
        dump.uses(number);
        Ok(number)
    }

    pub fn work(&mut self, mention: &WorkMention) -> Result<(), ArchiveError> {
        self.mention(mention)?;
        self.dump().works += 1;
        Ok(())
    }

    pub fn claim(&mut self, claim: StoredClaim) -> Result<(), ArchiveError> {
        let mention = self.mention(&claim.work)?;
        self.dump().claims.push((claim, mention));
        Ok(())
    }

    pub fn reject(&mut self, record: u64, line: u64, reason: String, raw: String) {
        self.dump().rejections.push((record.cast_signed(), line.cast_signed(), reason, raw));
    }

    pub fn left_alone(&mut self) {
        self.dump().left_alone += 1;
    }

    /// Takes in what a record says now.
    pub fn review(&mut self, record: u64, line: u64, review: &Review) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let (record, line) = (record.cast_signed(), line.cast_signed());
        let said = Values::from(review.clone());
        let id = review.id.as_ref().map(|id| self.names.external(conn, id)).transpose()?;
        let (dump_id, work) = (self.dump().id, in_order(&review.work));
        self.dump().seen.insert(record);
        let exists: bool = conn
            .prepare_cached(sql("again/has_sighting"))?
            .query_row(named_params! {":dump_id": dump_id, ":record": record}, |row| row.get(0))?;
        let mut home = None;
        if exists {
            let old = Seen::read(conn, dump_id, record)?;
            let row = ReviewRow::read(conn, old.sighting.review_id)?;
            let before = old.values(&row.values)?;
            let named = self.dump().by_number.get(&old.sighting.mention).cloned();
            if named.as_ref() == Some(&work)
                && before == said
                && row.audience == review.audience
                && old.sighting.id == id
                && old.sighting.line == line
            {
                self.dump().uses(old.sighting.mention);
                return Ok(());
            }
            let mut revisions = fields(&before, &said);
            let title = |work: &WorkMention| work.title.clone();
            revisions.push(("work", named.as_ref().and_then(title), title(&work)));
            let word = |audience: Audience| Some(audience.as_str().to_owned());
            revisions.push(("audience", word(row.audience), word(review.audience)));
            self.revise(record, Some(old.sighting.review_id), revisions);
            self.remove(&old.sighting)?;
            home = Some(old.sighting.review_id);
        } else {
            let told = said.quote.clone().or_else(|| said.score_text.clone());
            self.revise(
                record,
                None,
                vec![("review", None, Some(told.unwrap_or_else(|| "a review".to_owned())))],
            );
        }
        let mention = self.mention(&review.work)?;
        self.insert(
            Sighting {
                dump_id,
                record,
                line,
                review_id: 0,
                mention,
                key: 0,
                id,
                differs: None,
                leads: true,
            },
            review.audience,
            said,
            home,
        )
    }

    fn revise(
        &mut self,
        record: i64,
        review: Option<i64>,
        fields: Vec<(&'static str, Option<String>, Option<String>)>,
    ) {
        let differing = fields.into_iter().filter(|(_, old, new)| old != new);
        self.dump().revisions.extend(differing.map(|(field, old, new)| Revision {
            record,
            review,
            field,
            old,
            new,
        }));
    }

    /// The dump's records are all in: what follows from them is decided.
    /// `file_name` and `encoding` as [`Importing::end_dump`](super::Importing::end_dump).
    pub fn end_dump(
        &mut self,
        file_name: Option<&str>,
        encoding: &str,
    ) -> Result<Vec<Revision>, ArchiveError> {
        let conn = self.conn;
        let id = self.dump().id;
        for record in self.records(id)? {
            if !self.dump().seen.contains(&record) {
                let old = Seen::read(conn, id, record)?.sighting;
                let reason = self
                    .dump()
                    .rejections
                    .iter()
                    .find(|(at, ..)| *at == record)
                    .map(|(_, _, why, _)| why.clone());
                self.revise(
                    record,
                    Some(old.review_id),
                    vec![("review", Some(format!("review {}", old.review_id)), reason)],
                );
                self.remove(&old)?;
            }
        }
        self.replace_rejections()?;
        self.replace_claims()?;
        let Some(mut dump) = self.dump.take() else { return Ok(Vec::new()) };
        let now = i64::try_from(dump.seen.len()).unwrap_or(i64::MAX);
        conn.prepare_cached(sql("again/count_sources"))?.execute(named_params! {
            ":dump_id": id, ":delta": now - dump.before, ":rejected": i64::try_from(dump.rejections.len()).unwrap_or(i64::MAX),
            ":left_alone": dump.left_alone, ":works": dump.works,
        })?;
        conn.prepare_cached(sql("import/describe_dump"))?
            .execute(named_params! {":id": id, ":file_name": file_name, ":encoding": encoding})?;
        self.decide(&mut dump)?;
        for revision in &dump.revisions {
            conn.prepare_cached(sql("again/insert_revision"))?.execute(named_params! {
                ":dump_id": id, ":record": revision.record, ":field": revision.field,
                ":old": revision.old, ":new": revision.new, ":read_at": self.read_at,
                ":version": env!("CARGO_PKG_VERSION"),
            })?;
        }
        conn.execute_batch(sql("import/release"))?;
        Ok(dump.revisions)
    }

    /// Works first, then reviews, then what is left over; as undo does.
    fn decide(&mut self, dump: &mut InDump) -> Result<(), ArchiveError> {
        let (conn, affected) = (self.conn, &mut dump.affected);
        let mut beside = Vec::new();
        for number in dump.by_number.keys().filter(|number| !dump.used.contains(number)) {
            let at = named_params! {":dump_id": dump.id, ":number": number};
            let work: Option<i64> = conn
                .prepare_cached(sql("again/work_of_mention"))?
                .query_row(at, |row| row.get(0))
                .optional()?;
            affected.works.extend(work);
            let mut statement = conn.prepare_cached(sql("again/mentions_beside"))?;
            for other in statement.query_map(at, |row| Ok((row.get(0)?, row.get(1)?)))? {
                beside.push(other?);
            }
            conn.prepare_cached(sql("again/delete_external_ids"))?.execute(at)?;
            conn.prepare_cached(sql("again/delete_mention"))?.execute(at)?;
        }
        beside.retain(|(at, number)| *at != dump.id || dump.used.contains(number));
        let moves = renumber::renumber(conn, dump.id, &dump.order)?;
        for (at, number) in &mut beside {
            if *at == dump.id {
                *number = moves.get(number).copied().unwrap_or(*number);
            }
        }
        works::settle(conn, &beside, affected)?;
        if !dump.revisions.is_empty() || !moves.is_empty() {
            renumber::describe_works(conn, dump.id)?;
        }
        recluster::recluster(conn, &mut self.names, affected, &self.fulltext)?;
        for &id in &dump.emptied {
            if !self.is_seen(id)? && review_exists(conn, id)? {
                let row = ReviewRow::read(conn, id)?;
                affected.critics.extend(row.critic_id);
                affected.publications.extend(row.publication_id);
                review_row::delete(conn, id, &self.fulltext)?;
            }
        }
        works::sweep(conn, &affected.works)?;
        self.names.forget();
        names::tidy(conn, self.columns, affected)
    }

    /// The dump could not be read this time: it stays as it was.
    pub fn abandon_dump(&mut self) -> Result<(), ArchiveError> {
        self.dump = None;
        self.names.forget();
        self.conn.execute_batch(sql("import/roll_back_dump"))?;
        self.conn.execute_batch(sql("import/release"))?;
        Ok(())
    }

    /// Makes it all durable.
    pub fn commit(mut self) -> Result<(), ArchiveError> {
        self.conn.execute(sql("undo/delete_unused_sites"), [])?;
        let last = recluster::next_id(self.conn, &self.fulltext)? - 1;
        self.fulltext.settle(self.conn, last)?;
        self.columns.settle(self.conn)?;
        self.conn.execute_batch("COMMIT").map_err(of_commit)?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Again<'_> {
    fn drop(&mut self) {
        // A preview, or an error: the journal restores the file in any case.
        if self.open && !self.conn.is_autocommit() {
            drop(self.conn.execute_batch("ROLLBACK"));
        }
    }
}

/// Ids in one order, so that equal mentions are equal.
fn in_order(mention: &WorkMention) -> WorkMention {
    let mut mention = mention.clone();
    mention.ids.sort();
    mention.ids.dedup();
    mention
}

fn review_exists(conn: &Connection, id: i64) -> Result<bool, ArchiveError> {
    let found = conn.prepare_cached(sql("review/read"))?.exists(named_params! {":id": id})?;
    Ok(found)
}

/// Every field with what it said and says, as text.
fn fields(old: &Values, new: &Values) -> Vec<(&'static str, Option<String>, Option<String>)> {
    let score = |values: &Values| values.score.map(|score| score.to_string());
    let cut = |values: &Values| values.truncated.then(|| "yes".to_owned());
    vec![
        ("byline", old.byline.clone(), new.byline.clone()),
        ("publication", old.publication.clone(), new.publication.clone()),
        ("date", old.date.clone(), new.date.clone()),
        ("score", score(old), score(new)),
        ("score_text", old.score_text.clone(), new.score_text.clone()),
        ("quote", old.quote.clone(), new.quote.clone()),
        ("url", old.url.clone(), new.url.clone()),
        ("truncated", cut(old), cut(new)),
        ("language", old.language.clone(), new.language.clone()),
        ("verdict", old.verdict.clone(), new.verdict.clone()),
    ]
}
