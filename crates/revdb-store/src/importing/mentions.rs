//! The works that a dump names: records that describe one, claims, and each review's work.
//!
//! Owns the cache of a dump's mentions. Must never: use the cache after works were resolved again.

use rusqlite::named_params;

use super::{Importing, StoredClaim};
use crate::recluster::{self, next_id};
use crate::works::{self, Mentioned};
use crate::{ArchiveError, sql::sql};
use revdb_model::WorkMention;

/// The most cached mentions per dump; see `names::REMEMBERED`.
const REMEMBERED_MENTIONS: usize = 32_768;

impl Importing<'_> {
    /// The number of this mention within the dump, and its work.
    pub(super) fn mention(&mut self, mention: &WorkMention) -> Result<(i64, i64), ArchiveError> {
        if let Some(&known) = self.dump().mentions.get(mention) {
            return Ok(known);
        }
        let conn = self.conn;
        let dump = self.dump();
        if dump.mentions.len() >= REMEMBERED_MENTIONS {
            dump.mentions.clear();
        }
        dump.last_mention += 1;
        let at = (dump.id, dump.last_mention);
        let mut affected = std::mem::take(&mut dump.changes.affected);
        let work_id = match works::mention(conn, &mut self.names, at, mention, &mut affected)? {
            Mentioned::Work(work_id) => work_id,
            Mentioned::Open(work_id) => {
                self.dump().changes.mentions.push(at);
                work_id
            }
        };
        let dump = self.dump();
        // Works were resolved again: cached mentions of this dump may be stale, and its records of
        // moved mentions are not yet among those to be resolved.
        let moved = std::mem::take(&mut affected.moved);
        for other in moved.into_iter().filter(|other| other.0 == at.0 && *other != at) {
            dump.mentions.clear();
            affected.gather_records(conn, other)?;
        }
        dump.changes.affected = affected;
        dump.mentions.insert(mention.clone(), (at.1, work_id));
        self.resolve_moved()?;
        Ok((at.1, work_id))
    }

    /// Resolves records again whose mention moved to another work.
    fn resolve_moved(&mut self) -> Result<(), ArchiveError> {
        let conn = self.conn;
        let mut affected = std::mem::take(&mut self.dump().changes.affected);
        if !affected.records.is_empty() {
            self.lookup.use_indexes(conn)?;
            recluster::recluster(conn, &mut self.names, &mut affected, &self.fulltext)?;
            self.next_id = next_id(conn, &self.fulltext)?;
        }
        let dump = self.dump();
        // They may have records of this dump now.
        for review in std::mem::take(&mut affected.reviews) {
            dump.touched.insert(review);
        }
        dump.changes.affected = affected;
        Ok(())
    }

    /// Stores a record that only describes a work.
    ///
    /// # Errors
    /// The archive's error.
    pub fn work(&mut self, mention: &WorkMention) -> Result<(), ArchiveError> {
        self.mention(mention)?;
        self.dump().summary.counts.works += 1;
        Ok(())
    }

    /// Stores a page's claim.
    ///
    /// # Errors
    /// The archive's error.
    pub fn claim(&mut self, claim: &StoredClaim) -> Result<(), ArchiveError> {
        let (mention, _) = self.mention(&claim.work)?;
        let conn = self.conn;
        let dump = self.dump();
        dump.claims += 1;
        conn.prepare_cached(sql("import/insert_claim"))?.execute(named_params! {
            ":dump_id": dump.id, ":number": dump.claims, ":mention": mention,
            ":audience": claim.audience.as_str(), ":kind": claim.kind,
            ":value": claim.value, ":out_of": claim.out_of,
        })?;
        Ok(())
    }
}
