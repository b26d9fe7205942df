//! Splits a listing by year or kind of the work, for partitioned exports.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::{Sort, ordered};
use crate::ids::Ids;
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{self, Column};

/// The property of the work that partitions a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionBy {
    /// The year.
    Year,
    /// The kind.
    Kind,
}

impl PartitionBy {
    /// Every one by its name.
    pub const NAMES: [(&str, PartitionBy); 2] =
        [("year", PartitionBy::Year), ("kind", PartitionBy::Kind)];

    /// The column that is constant within a partition.
    pub fn column(self) -> &'static str {
        match self {
            PartitionBy::Year => "year",
            PartitionBy::Kind => "kind",
        }
    }
}

/// Of the first `most` of `ids` in this order, the ids of each partition by its value; `None` is
/// works without one, first.
///
/// # Errors
/// The archive's error.
pub fn parts(
    conn: &Connection,
    ids: &Ids,
    (sort, reverse): (Sort, bool),
    most: Option<usize>,
    by: PartitionBy,
) -> Result<BTreeMap<Option<String>, Vec<u32>>, ArchiveError> {
    let ids = ordered(conn, ids, sort, reverse, most)?;
    let mut statement = conn.prepare(match by {
        PartitionBy::Year => sql("listing/years"),
        PartitionBy::Kind => sql("listing/kinds"),
    })?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let values: FxHashMap<u32, String> = rows.collect::<Result<_, _>>()?;
    let mut parts: BTreeMap<Option<String>, Vec<u32>> = BTreeMap::new();
    for (id, work) in ids.iter().zip(columns::numbers_of(conn, Column::Work, &ids)?) {
        let value = values.get(&work);
        match parts.get_mut(&value.cloned()) {
            Some(part) => part.push(*id),
            None => {
                parts.insert(value.cloned(), vec![*id]);
            }
        }
    }
    Ok(parts)
}
