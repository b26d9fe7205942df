//! A group's records as input of [`identity::cluster`](revdb_model::identity::cluster).
//!
//! Must never: order records by row number, which depends on the order of imports.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use super::{At, Fact, KeyFields};
use crate::names::{self, Names};
use crate::{ArchiveError, sql::sql};
use revdb_model::identity::{Member, SortKey};

pub(super) fn members(
    conn: &Connection,
    names: &Names,
    facts: &[Fact],
) -> Result<Vec<Member>, ArchiveError> {
    let ids = facts.iter().filter_map(|fact| fact.seen.sighting.id.as_ref());
    let sites = names::numbered_by_name(conn, ids.map(|(site, _)| *site).collect())?;
    let member = |(fact, sort_key): (&Fact, SortKey)| {
        let sighting = &fact.seen.sighting;
        Member {
            id: sighting.id.as_ref().map(|(site, id)| (sites[site], id.clone())),
            publication: fact.publication_fold.clone(),
            key: sighting.key,
            date: fact.values.date.clone(),
            score: fact.values.judgement(),
            mark: sighting.mark,
            standing: fact.seen.standing,
            has_byline_and_quote: fact.values.byline.is_some() && fact.values.quote.is_some(),
            dump: sighting.dump_id,
            sort_key,
        }
    };
    Ok(facts.iter().zip(sort_keys(conn, names, facts)?).map(member).collect())
}

/// What each record says. The mention is read only where key and mark do not distinguish records.
fn sort_keys(
    conn: &Connection,
    names: &Names,
    facts: &[Fact],
) -> Result<Vec<SortKey>, ArchiveError> {
    let keys: BTreeSet<SortKey> =
        facts.iter().map(|fact| (fact.seen.sighting.key, fact.seen.sighting.mark)).collect();
    if keys.len() < 2 {
        return Ok(vec![SortKey::default(); facts.len()]);
    }
    let mut words: FxHashMap<At, i64> = FxHashMap::default();
    let mut all = Vec::with_capacity(facts.len());
    for fact in facts {
        let at = (fact.seen.sighting.dump_id, fact.seen.sighting.mention);
        let work = match words.get(&at) {
            Some(known) => *known,
            None => *words.entry(at).or_insert(words_for_work(conn, at)?),
        };
        let fields = KeyFields {
            audience: fact.audience,
            work,
            values: &fact.values,
            repeat: fact.seen.sighting.repeat,
            account: fact.seen.account.as_deref(),
        };
        all.push(fields.keys(conn, names)?);
    }
    Ok(all)
}

/// A hash of all that a mention says.
fn words_for_work(conn: &Connection, (dump_id, number): At) -> Result<i64, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("works/words_of_mention"))?;
    let params = named_params! {":dump_id": dump_id, ":number": number};
    Ok(statement.query_row(params, |row| row.get(0))?)
}
