//! The short facts of all reviews, and which reviews pass the filters.
//!
//! What a report groups and counts is worked out from these columns: of a million reviews
//! each is read in some milliseconds, where stepping their rows takes SQLite 80 ns each.
//!
//! Must never: read a column that nobody asked for, or let a review pass that `filtered` or
//! `peers` does not give.

use rusqlite::Connection;

use crate::archive::ArchiveError;
use crate::archive::columns::{self, Column, State};
use crate::archive::sql::sql;

/// The columns that were asked for; the others are empty. The place in each is the review's
/// id; place 0 is nobody's.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Every review of the archive.
    pub all: Vec<State>,
    /// As `filtered`: what does not pass is not there.
    pub filtered: Vec<State>,
    /// As `peers`.
    pub peers: Vec<State>,
    pub works: Vec<u32>,
    /// 0 where there is none, as the next two.
    pub critics: Vec<u32>,
    pub publications: Vec<u32>,
    /// As [`columns::pack_date`].
    pub dates: Vec<u32>,
    /// Means something only where the state has a score.
    pub scores: Vec<f64>,
}

/// Reads the columns that are wanted; the states always.
///
/// # Errors
/// [`ArchiveError::Damaged`] where the columns are not of one length, and what SQLite says.
pub fn read(conn: &Connection, wanted: &[Column]) -> Result<Facts, ArchiveError> {
    let all = columns::states(conn)?;
    let numbers = |column| match wanted.contains(&column) {
        true => columns::numbers(conn, column).and_then(|found| of_length(all.len(), found)),
        false => Ok(Vec::new()),
    };
    let scores = match wanted.contains(&Column::Score) {
        true => columns::scores(conn).and_then(|found| of_length(all.len(), found))?,
        false => Vec::new(),
    };
    let (are_chosen, are_peers): (bool, bool) =
        conn.query_row(sql("facts/are_laid"), [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let passing = |is_laid, ids| match is_laid {
        true => narrowed(conn, ids, &all),
        false => Ok(all.clone()),
    };
    Ok(Facts {
        filtered: passing(are_chosen, sql("facts/chosen"))?,
        peers: passing(are_peers, sql("facts/chosen_peers"))?,
        works: numbers(Column::Work)?,
        critics: numbers(Column::Critic)?,
        publications: numbers(Column::Publication)?,
        dates: numbers(Column::Date)?,
        scores,
        all,
    })
}

fn of_length<T>(length: usize, column: Vec<T>) -> Result<Vec<T>, ArchiveError> {
    if column.len() == length {
        return Ok(column);
    }
    Err(ArchiveError::Damaged("the packed columns are not of one length".to_owned()))
}

/// The states of these ids; nobody else is there.
fn narrowed(conn: &Connection, ids: &str, all: &[State]) -> Result<Vec<State>, ArchiveError> {
    let mut narrowed = vec![State::default(); all.len()];
    let mut statement = conn.prepare(ids)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let at = usize::try_from(row.get::<_, i64>(0)?).unwrap_or(usize::MAX);
        if let (Some(into), Some(state)) = (narrowed.get_mut(at), all.get(at)) {
            *into = *state;
        }
    }
    Ok(narrowed)
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
                "INSERT INTO critic VALUES (7, 'Ada', 'ada', 0);
                 INSERT INTO review (id, work_id, audience, critic_id, date, score, hash) VALUES
                     (1, 1, 'user', NULL, '2012', 10, 0), (2, 1, 'critic', NULL, NULL, NULL, 0),
                     (3, 2, 'critic', 7, '2012-07-01', 90, 0), (5, 2, 'critic', NULL, NULL, 95, 0);",
            )
            .expect("reviews");
        rebuild(archive.connection()).expect("packed");
        (archive, folder)
    }

    fn there(states: &[State]) -> Vec<usize> {
        (0..states.len()).filter(|&at| states.get(at).is_some_and(|it| it.is_there())).collect()
    }

    #[test]
    fn only_what_is_wanted_is_read() {
        let (archive, _folder) = archive();
        let facts = read(archive.connection(), &[Column::Work, Column::Score]).expect("facts");
        assert_eq!(there(&facts.all), [1, 2, 3, 5]);
        assert_eq!(there(&facts.filtered), [1, 2, 3, 5]);
        assert_eq!(facts.works.get(1..6), Some(&[1, 1, 2, 0, 2][..]));
        assert_eq!(facts.scores.get(3), Some(&90.0));
        assert!(
            facts.critics.is_empty() && facts.publications.is_empty() && facts.dates.is_empty()
        );
    }

    #[test]
    fn filters_narrow_and_peers_are_wider_by_who_wrote() {
        let (archive, _folder) = archive();
        let conn = archive.connection();
        let by_ada = Filter { critics: vec!["ada".to_owned()], ..Filter::default() };
        by_ada.apply_for_report(conn).expect("laid");
        let facts = read(conn, &[]).expect("facts");
        assert_eq!((there(&facts.filtered), there(&facts.peers)), (vec![3], vec![1, 2, 3, 5]));
        let high = Filter { min_score: Some(80.0), ..by_ada };
        high.apply_for_report(conn).expect("laid");
        let facts = read(conn, &[]).expect("facts");
        assert_eq!((there(&facts.filtered), there(&facts.peers)), (vec![3], vec![3, 5]));
        assert_eq!(there(&facts.all), [1, 2, 3, 5]);
    }

    #[test]
    fn columns_of_two_lengths_are_damage() {
        let (archive, _folder) = archive();
        let conn = archive.connection();
        conn.execute("DELETE FROM review_column WHERE id = 1 << 22", []).expect("deleted");
        assert!(matches!(read(conn, &[Column::Work]), Err(ArchiveError::Damaged(_))));
        assert!(read(conn, &[Column::Score]).is_ok());
    }
}
