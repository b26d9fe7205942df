//! The short facts of all reviews, and which reviews pass the filters.
//!
//! What a report groups and counts is worked out from these columns: of a million reviews
//! each is read in some milliseconds, where stepping their rows takes SQLite 80 ns each.
//!
//! Must never: read a column that nobody wants, or let a review pass that `filtered` or
//! `peers` does not give.

use std::sync::OnceLock;

use rusqlite::Connection;

use crate::archive::ArchiveError;
use crate::archive::columns::{self, Column, State};
use crate::archive::sql::sql;
use crate::domain::PartialDate;
use crate::query::Scope;
use crate::query::ids::Ids;

/// The columns that somebody wanted; the others are empty. The place in each is the review's
/// id; place 0 is nobody's.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    all: Vec<State>,
    /// `None` where every review passes.
    filtered: Option<Vec<State>>,
    peers: Option<Vec<State>>,
    works: OnceLock<Vec<u32>>,
    critics: OnceLock<Vec<u32>>,
    publications: OnceLock<Vec<u32>>,
    dates: OnceLock<Vec<u32>>,
    scores: OnceLock<Vec<f64>>,
}

impl Facts {
    /// Reads the states, and which pass.
    ///
    /// # Errors
    /// What SQLite says, and [`ArchiveError::Damaged`].
    pub fn read(conn: &Connection, scope: &Scope) -> Result<Self, ArchiveError> {
        columns::names_within_reach(conn)?;
        let all = columns::states(conn)?;
        Ok(Facts {
            filtered: scope.passing().map(|ids| narrowed(ids, &all)),
            peers: scope.peers().map(|ids| narrowed(ids, &all)),
            all,
            ..Facts::default()
        })
    }

    /// Reads these columns, those that are not there yet.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] where they are not as long as the states, and what SQLite says.
    pub fn want(&self, conn: &Connection, wanted: &[Column]) -> Result<(), ArchiveError> {
        for &column in wanted {
            let into = match column {
                Column::State => continue,
                Column::Work => &self.works,
                Column::Critic => &self.critics,
                Column::Publication => &self.publications,
                Column::Date => &self.dates,
                Column::Score => {
                    put(&self.scores, self.all.len(), || columns::scores(conn))?;
                    continue;
                }
            };
            put(into, self.all.len(), || {
                columns::numbers(conn, column).and_then(|found| within(conn, column, found))
            })?;
        }
        Ok(())
    }

    /// Every review of the archive.
    pub fn all(&self) -> &[State] {
        &self.all
    }

    /// As `filtered`: what does not pass is not there.
    pub fn filtered(&self) -> &[State] {
        self.filtered.as_ref().unwrap_or(&self.all)
    }

    /// As `peers`.
    pub fn peers(&self) -> &[State] {
        self.peers.as_ref().unwrap_or(&self.all)
    }

    /// Whether `peers` gives what `filtered` gives.
    pub fn are_all_peers(&self) -> bool {
        self.peers() == self.filtered()
    }

    pub fn works(&self) -> &[u32] {
        self.works.get().map_or(&[], Vec::as_slice)
    }

    /// 0 where there is none, as the next two.
    pub fn critics(&self) -> &[u32] {
        self.critics.get().map_or(&[], Vec::as_slice)
    }

    pub fn publications(&self) -> &[u32] {
        self.publications.get().map_or(&[], Vec::as_slice)
    }

    /// As [`columns::pack_date`].
    pub fn dates(&self) -> &[u32] {
        self.dates.get().map_or(&[], Vec::as_slice)
    }

    /// Means something only where the state has a score.
    pub fn scores(&self) -> &[f64] {
        self.scores.get().map_or(&[], Vec::as_slice)
    }
}

/// Reads a column of this length, where it is not there yet.
fn put<T>(
    into: &OnceLock<Vec<T>>,
    length: usize,
    read: impl FnOnce() -> Result<Vec<T>, ArchiveError>,
) -> Result<(), ArchiveError> {
    if into.get().is_none() {
        let column = read().and_then(|found| of_length(length, found))?;
        into.get_or_init(|| column);
    }
    Ok(())
}

/// Numbers are places of arrays: a changed bit must not ask for gigabytes.
fn within(conn: &Connection, column: Column, found: Vec<u32>) -> Result<Vec<u32>, ArchiveError> {
    let last_id = |statement| conn.query_row(statement, [], |row| row.get(0));
    let last: u32 = match column {
        Column::Work => last_id(sql("facts/last_work"))?,
        Column::Critic => last_id(sql("facts/last_critic"))?,
        Column::Publication => last_id(sql("facts/last_publication"))?,
        _ => PartialDate::new(9999, Some(12), Some(31)).map_or(0, columns::pack_date),
    };
    match found.iter().max() {
        Some(most) if *most > last => Err(ArchiveError::Damaged(format!(
            "the packed column {column:?} holds {most}, which is past the last one there is"
        ))),
        _ => Ok(found),
    }
}

fn of_length<T>(length: usize, column: Vec<T>) -> Result<Vec<T>, ArchiveError> {
    if column.len() == length {
        return Ok(column);
    }
    Err(ArchiveError::Damaged("the packed columns are not of one length".to_owned()))
}

/// The states of these ids; nobody else is there.
fn narrowed(ids: &Ids, all: &[State]) -> Vec<State> {
    let mut narrowed = vec![State::default(); all.len()];
    for id in ids.iter() {
        if let (Some(into), Some(state)) = (narrowed.get_mut(id as usize), all.get(id as usize)) {
            *into = *state;
        }
    }
    narrowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Archive;
    use crate::archive::columns::rebuild;
    use crate::query::Filter;

    /// Reviews 1 to 4 of two works; the second has no score, the third is of a named critic.
    fn archive() -> (Archive, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
        archive
            .connection()
            .execute_batch(
                "INSERT INTO work VALUES (1, 'A', 'a', NULL, NULL, 0), (2, 'B', 'b', NULL, NULL, 0);
                 INSERT INTO critic VALUES (7, 'Ada', 'ada', 0);
                 INSERT INTO review (id, work_id, audience, critic_id, date, score, hash) VALUES
                     (1, 1, 'user', NULL, '2012', 10, 0), (2, 1, 'critic', NULL, NULL, NULL, 0),
                     (3, 2, 'critic', 7, '2012-07-01', 90, 0), (5, 2, 'critic', NULL, NULL, 95, 0);",
            )
            .expect("reviews");
        rebuild(archive.connection()).expect("packed");
        (archive, folder)
    }

    fn read(conn: &Connection, wanted: &[Column]) -> Result<Facts, ArchiveError> {
        let facts = Facts::read(conn, &Scope::default())?;
        facts.want(conn, wanted)?;
        Ok(facts)
    }

    fn there(states: &[State]) -> Vec<usize> {
        (0..states.len()).filter(|&at| states.get(at).is_some_and(|it| it.is_there())).collect()
    }

    #[test]
    fn only_what_is_wanted_is_read() {
        let (archive, _folder) = archive();
        let facts = read(archive.connection(), &[Column::Work, Column::Score]).expect("facts");
        assert_eq!(there(facts.all()), [1, 2, 3, 5]);
        assert_eq!(there(facts.filtered()), [1, 2, 3, 5]);
        assert_eq!(facts.works().get(1..6), Some(&[1, 1, 2, 0, 2][..]));
        assert_eq!(facts.scores().get(3), Some(&90.0));
        assert!(
            facts.critics().is_empty()
                && facts.publications().is_empty()
                && facts.dates().is_empty()
        );
    }

    #[test]
    fn filters_narrow_and_peers_are_wider_by_who_wrote() {
        let (archive, _folder) = archive();
        let conn = archive.connection();
        let by_ada = Filter { critics: vec!["ada".to_owned()], ..Filter::default() };
        let applied = by_ada.apply_for_report(conn).expect("applied");
        let facts = Facts::read(conn, &applied.scope).expect("facts");
        assert_eq!((there(facts.filtered()), there(facts.peers())), (vec![3], vec![1, 2, 3, 5]));
        let high = Filter { min_score: Some(80.0), ..by_ada };
        let applied = high.apply_for_report(conn).expect("applied");
        let facts = Facts::read(conn, &applied.scope).expect("facts");
        assert_eq!((there(facts.filtered()), there(facts.peers())), (vec![3], vec![3, 5]));
        assert_eq!(there(facts.all()), [1, 2, 3, 5]);
    }

    #[test]
    fn columns_of_two_lengths_are_damage() {
        let (archive, _folder) = archive();
        let conn = archive.connection();
        conn.execute("DELETE FROM review_column WHERE id = 1 << 22", []).expect("deleted");
        assert!(matches!(read(conn, &[Column::Work]), Err(ArchiveError::Damaged(_))));
        assert!(read(conn, &[Column::Score]).is_ok());
    }

    /// One bit of a critic's or a date's number, and arrays of gigabytes would be asked for.
    #[test]
    fn a_number_past_the_last_is_damage() {
        for (column, width) in [(Column::Critic, 2), (Column::Date, 4)] {
            let (archive, _folder) = archive();
            let conn = archive.connection();
            let changed = conn.execute(
                "UPDATE review_column SET bytes = CAST(?2 || substr(bytes, 1 + length(?2)) AS BLOB)
                 WHERE id = ?1",
                rusqlite::params![column as i64 * (1 << 22), vec![0xff_u8; width]],
            );
            assert_eq!(changed.expect("changed"), 1);
            assert!(matches!(read(conn, &[column]), Err(ArchiveError::Damaged(_))), "{column:?}");
        }
    }
}
