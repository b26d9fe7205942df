//! What a dump says beside its reviews, put in the place of what it said before.

use rusqlite::named_params;

use super::{Again, Claimed, Rejected};
use crate::archive::{ArchiveError, sql::sql};

impl Again<'_> {
    pub(super) fn replace_rejections(&mut self) -> Result<(), ArchiveError> {
        let (conn, dump) = (self.conn, self.dump());
        let at = named_params! {":dump_id": dump.id};
        let stored: Vec<Rejected> = conn
            .prepare_cached(sql("again/rejections"))?
            .query_map(at, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<Result<_, _>>()?;
        if stored == dump.rejections {
            return Ok(());
        }
        conn.prepare_cached(sql("again/delete_rejections"))?.execute(at)?;
        for ((record, line, reason, raw), number) in dump.rejections.iter().zip(1_i64..) {
            conn.prepare_cached(sql("import/insert_rejection"))?.execute(named_params! {
                ":dump_id": dump.id, ":number": number, ":record": record, ":line": line,
                ":reason": reason, ":raw": raw,
            })?;
        }
        Ok(())
    }

    pub(super) fn replace_claims(&mut self) -> Result<(), ArchiveError> {
        let (conn, dump) = (self.conn, self.dump());
        let at = named_params! {":dump_id": dump.id};
        let stored: Vec<Claimed> = conn
            .prepare_cached(sql("again/claims"))?
            .query_map(at, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<Result<_, _>>()?;
        let said: Vec<Claimed> = dump
            .claims
            .iter()
            .map(|(claim, mention)| {
                (
                    format!("{} {}", claim.audience.as_str(), claim.kind),
                    claim.value,
                    claim.out_of,
                    *mention,
                )
            })
            .collect();
        if stored == said {
            return Ok(());
        }
        conn.prepare_cached(sql("again/delete_claims"))?.execute(at)?;
        for ((claim, mention), number) in dump.claims.iter().zip(1_i64..) {
            conn.prepare_cached(sql("import/insert_claim"))?.execute(named_params! {
                ":dump_id": dump.id, ":number": number, ":mention": mention,
                ":audience": claim.audience.as_str(), ":kind": claim.kind,
                ":value": claim.value, ":out_of": claim.out_of,
            })?;
        }
        Ok(())
    }
}
