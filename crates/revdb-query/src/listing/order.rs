//! Sorts ids for a listing.
//!
//! The sort key of a review is one number, and numbers are sorted: a million in 0.1 s, where
//! SQLite's sorter would move the quotes and write them to disk.

use rustc_hash::FxHashMap;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Sort;
use crate::ids::Ids;
use revdb_model::name;
use revdb_sql::sql;
use revdb_store::ArchiveError;
use revdb_store::columns::{self, Column, State};

/// The first `most` ids in this order.
pub(crate) fn ordered(
    conn: &Connection,
    ids: &Ids,
    sort: Sort,
    reverse: bool,
    most: Option<usize>,
) -> Result<Vec<u32>, ArchiveError> {
    let mut ids: Vec<u32> = ids.iter().collect();
    let facts = match sort {
        Sort::Id => {
            if reverse {
                ids.reverse();
            }
            ids.truncate(most.unwrap_or(usize::MAX));
            return Ok(ids);
        }
        Sort::Date => numbers(conn, Column::Date, &ids)?,
        Sort::Score => scores(conn, &ids)?,
        Sort::Critic => critics(conn, &ids)?,
        Sort::Work => named(conn, Column::Work, sql("listing/works"), &ids)?,
        Sort::Publication => named(conn, Column::Publication, sql("listing/publications"), &ids)?,
    };
    // Newest first within a name, in either direction of names.
    let dates = match sort {
        Sort::Critic | Sort::Work | Sort::Publication => numbers(conn, Column::Date, &ids)?,
        Sort::Date | Sort::Score | Sort::Id => Box::new(std::iter::repeat(0)),
    };
    let descends = sort.is_descending() != reverse;
    let place = |fact: u64| match fact {
        0 => u64::MAX,
        fact if descends => u64::MAX - fact,
        fact => fact,
    };
    // Critics first among equals: otherwise numbers would depend on the order of imports.
    let users = columns::states_of(conn, &ids)?.into_iter().map(State::is_user);
    let mut first = First::new(most);
    for (((fact, date), user), id) in facts.zip(dates).zip(users).zip(ids) {
        first.push((place(fact), u64::MAX - date, user, id));
    }
    Ok(first.in_order())
}

/// A review's sort key.
type Place = (u64, u64, bool, u32);

/// Keeps the least elements of a sequence, holding at most twice as many.
struct First {
    most: usize,
    room: usize,
    placed: Vec<Place>,
    /// Elements from this one on are not among the least.
    end: Option<Place>,
}

impl First {
    fn new(most: Option<usize>) -> Self {
        let most = most.unwrap_or(usize::MAX);
        let room = most.saturating_mul(2).max(1_000);
        First { most, room, placed: Vec::new(), end: None }
    }

    fn push(&mut self, place: Place) {
        if self.end.is_some_and(|end| place >= end) {
            return;
        }
        self.placed.push(place);
        if self.placed.len() >= self.room {
            let (_, end, _) = self.placed.select_nth_unstable(self.most);
            self.end = Some(*end);
            self.placed.truncate(self.most);
        }
    }

    fn in_order(mut self) -> Vec<u32> {
        self.placed.sort_unstable();
        self.placed.truncate(self.most);
        self.placed.into_iter().map(|(_, _, _, id)| id).collect()
    }
}

/// A number per id that sorts as the value does; 0 encodes NULL.
type SortKeys = Box<dyn Iterator<Item = u64>>;

fn numbers(conn: &Connection, column: Column, ids: &[u32]) -> Result<SortKeys, ArchiveError> {
    Ok(Box::new(columns::numbers_of(conn, column, ids)?.into_iter().map(u64::from)))
}

fn scores(conn: &Connection, ids: &[u32]) -> Result<SortKeys, ArchiveError> {
    let (scores, states) = (columns::scores_of(conn, ids)?, columns::states_of(conn, ids)?);
    let number = |(score, state): (f64, State)| match state.has_score() {
        // The bits of non-negative floats sort like the floats; adding 0 turns -0 into 0.
        true => (score + 0.0).to_bits() + 1,
        false => 0,
    };
    Ok(Box::new(scores.into_iter().zip(states).map(number)))
}

/// Sorted by the name of the row that the column refers to.
fn named(
    conn: &Connection,
    column: Column,
    names: &str,
    ids: &[u32],
) -> Result<SortKeys, ArchiveError> {
    let ranks = ranks(read_names(conn, names, Owner::Name)?);
    let refers = columns::numbers_of(conn, column, ids)?;
    Ok(Box::new(refers.into_iter().map(move |id| rank(&ranks, Owner::Name(id)))))
}

/// Sorted by the critic's name, or the byline without a critic.
fn critics(conn: &Connection, ids: &[u32]) -> Result<SortKeys, ArchiveError> {
    let refers = columns::numbers_of(conn, Column::Critic, ids)?;
    let whose: Vec<Owner> = ids
        .iter()
        .zip(refers)
        .map(|(&id, critic)| match critic {
            0 => Owner::Review(id),
            critic => Owner::Name(critic),
        })
        .collect();
    let mut names = read_names(conn, sql("listing/critics"), Owner::Name)?;
    let mut statement = conn.prepare(sql("listing/byline"))?;
    for whose in &whose {
        if let Owner::Review(id) = whose {
            let named = named_params! {":id": id};
            let byline: Option<Option<String>> =
                statement.query_row(named, |row| row.get(0)).optional()?;
            names.extend(byline.flatten().map(|byline| (byline, *whose)));
        }
    }
    let ranks = ranks(names);
    Ok(Box::new(whose.into_iter().map(move |whose| rank(&ranks, whose))))
}

/// The owner of a name: a row of its table, or a single review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Name(u32),
    Review(u32),
}

fn read_names(
    conn: &Connection,
    names: &str,
    whose: fn(u32) -> Owner,
) -> Result<Vec<(String, Owner)>, ArchiveError> {
    let mut statement = conn.prepare(names)?;
    let rows = statement.query_map([], |row| Ok((row.get(1)?, whose(row.get(0)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Ranks from 1, comparing folded names.
fn ranks(names: Vec<(String, Owner)>) -> FxHashMap<Owner, u64> {
    let mut names: Vec<_> =
        names.into_iter().map(|(name, whose)| (name::fold(&name), whose)).collect();
    names.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let alike = names.chunk_by(|a, b| a.0 == b.0);
    (1..).zip(alike).flat_map(|(rank, alike)| alike.iter().map(move |(_, w)| (*w, rank))).collect()
}

fn rank(ranks: &FxHashMap<Owner, u64>, whose: Owner) -> u64 {
    ranks.get(&whose).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests;
