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

use super::changes::{self, ChangeSet};
use super::columns::Keeper;
use super::fulltext::FullText;
use super::importing::{Repeats, mentions};
use super::names::{Names, Space};
use super::recluster::{self, Affected};
use super::review_row::{self, ReviewRow, Seen, Sighting};
use super::undo::Undone;
use super::{Archive, ArchiveError, Counts, StoredClaim, error::of_commit, sql::sql, works};
use crate::domain::merge::Values;
use crate::domain::{Audience, Review, WorkMention};

mod leftovers;
mod placing;
mod readings;
mod renumber;

pub use readings::{Reading, Words};

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

/// What reading a dump again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reread {
    pub revisions: Vec<Revision>,
    pub records: u64,
    pub rejected: u64,
    pub left_alone: u64,
    pub works: u64,
}

impl Reread {
    /// As an import's counts.
    pub fn counts(&self) -> Counts {
        let of = |wanted: fn(&Revision) -> bool| -> u64 {
            let records: BTreeSet<i64> =
                self.revisions.iter().filter(|r| wanted(r)).map(|r| r.record).collect();
            records.len() as u64
        };
        let new = of(|revision| revision.review.is_none());
        let changed = of(|revision| revision.review.is_some() && revision.field != "review");
        Counts {
            new,
            changed,
            same: self.records.saturating_sub(new + changed),
            rejected: self.rejected,
            left_alone: self.left_alone,
            works: self.works,
            ..Counts::default()
        }
    }
}

/// How a dump is to be read from now on.
#[derive(Debug, Clone)]
pub struct DumpReading {
    pub format: String,
    /// JSON.
    pub options: String,
    pub account: Option<String>,
    pub standing: bool,
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
    /// An import is taken back: its words go from the full-text index, too.
    takes_back: bool,
    dump: Option<InDump>,
}

#[derive(Default)]
struct InDump {
    id: i64,
    account: Option<String>,
    standing: bool,
    /// Whose export it is was thought otherwise before: every record's mark is another.
    has_other_account: bool,
    repeats: Repeats,
    asked: placing::Asked,
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
        Ok(Again {
            conn,
            columns,
            names,
            fulltext,
            read_at,
            open: true,
            takes_back: false,
            dump: None,
        })
    }
}

impl<'a> Again<'a> {
    /// Within a transaction that somebody else began and will end.
    pub(super) fn within(
        conn: &'a Connection,
        columns: &'a Keeper,
        fulltext: FullText,
        read_at: &str,
    ) -> Self {
        let (names, read_at) = (Names::default(), read_at.to_owned());
        Again {
            conn,
            columns,
            names,
            fulltext,
            read_at,
            open: false,
            takes_back: false,
            dump: None,
        }
    }

    pub(super) fn into_fulltext(mut self) -> FullText {
        std::mem::take(&mut self.fulltext)
    }

    /// Takes back import `id`, as [`Archive::undo`](super::Archive::undo) does.
    ///
    /// # Errors
    /// [`ArchiveError::NotFound`] where there is no such import.
    pub fn undo(&mut self, id: i64) -> Result<Undone, ArchiveError> {
        // What is taken back is to be gone from the file, too.
        self.conn.execute_batch(sql("undo/overwrite"))?;
        let undone = super::undo::undo(self.conn, self.columns, id)?;
        self.takes_back = true;
        self.fulltext = FullText::in_step(self.conn)?;
        self.names.forget();
        Ok(undone)
    }

    pub fn reviews(&self) -> Result<i64, ArchiveError> {
        Ok(self.conn.query_row(sql("undo/count"), [], |row| row.get(0))?)
    }
}

impl Again<'_> {
    pub fn kept(&self, sha256: &[u8; 32]) -> Result<Option<super::KeptDump>, ArchiveError> {
        super::kept::kept(self.conn, sha256)
    }

    /// As [`begin_dump`](Self::begin_dump), for a dump that is to be read otherwise.
    pub fn begin_dump_as(&mut self, id: i64, reading: &DumpReading) -> Result<(), ArchiveError> {
        self.conn.execute_batch(sql("import/savepoint"))?;
        let before = self.account(id)?;
        self.conn.prepare_cached(sql("again/set_reading"))?.execute(named_params! {
            ":id": id, ":format": reading.format, ":options": reading.options,
            ":account": reading.account, ":standing": reading.standing,
        })?;
        self.begin_records(id)?;
        self.dump().has_other_account = before != (reading.account.clone(), reading.standing);
        Ok(())
    }

    /// Begins a dump; its records follow, all of them.
    pub fn begin_dump(&mut self, id: i64) -> Result<(), ArchiveError> {
        self.conn.execute_batch(sql("import/savepoint"))?;
        self.begin_records(id)
    }

    fn account(&self, id: i64) -> Result<(Option<String>, bool), ArchiveError> {
        Ok(self.conn.query_row(sql("again/account"), named_params! {":id": id}, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
    }

    fn begin_records(&mut self, id: i64) -> Result<(), ArchiveError> {
        let (account, standing) = self.account(id)?;
        let mut dump = InDump { id, account, standing, ..InDump::default() };
        dump.before = i64::try_from(self.records(id)?.len()).unwrap_or(i64::MAX);
        for (number, mention) in (1..).zip(mentions(self.conn, id)?) {
            let mention = in_order(&mention);
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
        let space = Space::Reviews(review.audience);
        let id = review.id.as_ref().map(|id| self.names.external(conn, space, id)).transpose()?;
        let (dump_id, work) = (self.dump().id, in_order(&review.work));
        let dump = self.dump();
        dump.seen.insert(record);
        let standing = dump.standing;
        let repeat = dump.repeats.before(conn, review, standing)?;
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
                && old.sighting.repeat == repeat
                && !self.dump().has_other_account
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
                mark: None,
                repeat,
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

    /// Whether the dump held reviews before, and holds none as it is read now.
    pub fn has_lost_all(&self) -> bool {
        self.dump.as_ref().is_some_and(|dump| dump.before > 0 && dump.seen.is_empty())
    }

    /// The dump's records are all in: what follows from them is decided.
    /// `file_name` and `encoding` as [`Importing::end_dump`](super::Importing::end_dump).
    pub fn end_dump(
        &mut self,
        file_name: Option<&str>,
        encoding: &str,
    ) -> Result<Reread, ArchiveError> {
        let conn = self.conn;
        let id = self.dump().id;
        let rejected = self.dump().rejections.iter();
        let reasons: FxHashMap<i64, String> =
            rejected.map(|(at, _, why, _)| (*at, why.clone())).collect();
        for record in self.records(id)? {
            if !self.dump().seen.contains(&record) {
                let old = Seen::read(conn, id, record)?.sighting;
                let reason = reasons.get(&record).cloned();
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
        let Some(mut dump) = self.dump.take() else { return Ok(Reread::default()) };
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
        self.columns.settle(conn)?;
        conn.execute_batch(sql("import/release"))?;
        Ok(Reread {
            records: dump.seen.len() as u64,
            rejected: dump.rejections.len() as u64,
            left_alone: dump.left_alone.unsigned_abs(),
            works: dump.works.unsigned_abs(),
            revisions: dump.revisions,
        })
    }

    /// Works first, then reviews, then what is left over; as undo does.
    fn decide(&mut self, dump: &mut InDump) -> Result<(), ArchiveError> {
        let (conn, affected) = (self.conn, &mut dump.affected);
        let mut beside = Vec::new();
        let (mut works, mut folds) = (BTreeSet::new(), BTreeSet::new());
        for number in dump.by_number.keys().filter(|number| !dump.used.contains(number)) {
            let at = named_params! {":dump_id": dump.id, ":number": number};
            let work: Option<i64> = conn
                .prepare_cached(sql("again/work_of_mention"))?
                .query_row(at, |row| row.get(0))
                .optional()?;
            affected.works.extend(work);
            if let Some(work_id) = work.filter(|work| works.insert(*work)) {
                let params = named_params! {":work_id": work_id};
                beside.extend(recluster::records(conn, sql("again/mentions_of_work"), params)?);
            }
            let fold: Option<Option<String>> = conn
                .prepare_cached(sql("again/fold_of_mention"))?
                .query_row(at, |row| row.get(0))
                .optional()?;
            if let Some(fold) = fold.flatten().filter(|fold| folds.insert(fold.clone())) {
                let params = named_params! {":fold": fold};
                beside.extend(recluster::records(conn, sql("works/mentions_with_fold"), params)?);
            }
            conn.prepare_cached(sql("again/delete_external_ids"))?.execute(at)?;
            conn.prepare_cached(sql("again/delete_properties"))?.execute(at)?;
            conn.prepare_cached(sql("again/delete_mention"))?.execute(at)?;
        }
        beside.sort_unstable();
        beside.dedup();
        beside.retain(|(at, number)| *at != dump.id || dump.used.contains(number));
        let moves = renumber::renumber(conn, dump.id, &dump.order)?;
        for (at, number) in &mut beside {
            if *at == dump.id {
                *number = moves.get(number).copied().unwrap_or(*number);
            }
        }
        for &id in &dump.emptied {
            if !self.is_seen(id)? {
                let row = ReviewRow::read(conn, id)?;
                affected.critics.extend(row.critic_id);
                affected.publications.extend(row.publication_id);
                review_row::delete(conn, id, &self.fulltext)?;
            }
        }
        let affected = std::mem::take(affected);
        ChangeSet { affected, mentions: beside, empties_reviews: false }.decide(
            conn,
            self.columns,
            &mut self.names,
            &self.fulltext,
        )?;
        if !dump.revisions.is_empty() || !moves.is_empty() {
            renumber::describe_works(conn, dump.id)?;
        }
        Ok(())
    }

    /// The dump could not be read this time: it stays as it was.
    pub fn abandon_dump(&mut self) -> Result<(), ArchiveError> {
        self.dump = None;
        self.names.forget();
        self.columns.forget();
        self.fulltext.rolled_back();
        self.conn.execute_batch(sql("import/roll_back_dump"))?;
        self.conn.execute_batch(sql("import/release"))?;
        Ok(())
    }

    /// Makes it all durable.
    pub fn commit(mut self) -> Result<(), ArchiveError> {
        self.conn.execute(sql("undo/delete_unused_sites"), [])?;
        changes::settle(self.conn, self.columns, &self.fulltext)?;
        if self.takes_back {
            self.conn.execute_batch(sql("undo/forget_words"))?;
        }
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

/// Ids and properties in one order, so that equal mentions are equal.
fn in_order(mention: &WorkMention) -> WorkMention {
    let mut mention = mention.clone();
    mention.ids.sort();
    mention.ids.dedup();
    mention.properties.sort();
    mention
}

/// Every field with what it said and says, as text.
fn fields(old: &Values, new: &Values) -> Vec<(&'static str, Option<String>, Option<String>)> {
    let pieces = Values::NAMES.into_iter().zip(old.pieces()).zip(new.pieces());
    pieces.map(|((name, old), new)| (name, old.text(), new.text())).collect()
}
