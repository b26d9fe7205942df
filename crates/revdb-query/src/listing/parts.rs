//! A listing in parts: the ids of each year or kind of work, in the listing's order.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rustc_hash::FxHashMap;

use super::{Sort, ordered};
use crate::ids::Ids;
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{self, Column};

/// Which fact of their works the reviews are parted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartedBy {
    Year,
    Kind,
}

impl PartedBy {
    /// Every one by the name of its column.
    pub const NAMES: [(&str, PartedBy); 2] = [("year", PartedBy::Year), ("kind", PartedBy::Kind)];

    /// The column whose value all of a part have.
    pub fn column(self) -> &'static str {
        match self {
            PartedBy::Year => "year",
            PartedBy::Kind => "kind",
        }
    }
}

/// Of the first `most` of `ids` in this order those of each part, by its value; those whose work
/// has none come first.
///
/// # Errors
/// What the archive says.
pub fn parts(
    conn: &Connection,
    ids: &Ids,
    (sort, reverse): (Sort, bool),
    most: Option<usize>,
    by: PartedBy,
) -> Result<BTreeMap<Option<String>, Vec<u32>>, ArchiveError> {
    let ids = ordered(conn, ids, sort, reverse, most)?;
    let mut statement = conn.prepare(match by {
        PartedBy::Year => sql("listing/years"),
        PartedBy::Kind => sql("listing/kinds"),
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
