//! Columns are read on request, and damage is reported.

use super::*;
use crate::{Filter, NameFilter, Named};
use revdb_store::Archive;
use revdb_store::columns::rebuild;

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

fn there(states: &[State]) -> Vec<usize> {
    (0..states.len()).filter(|&at| states.get(at).is_some_and(|it| it.exists())).collect()
}

#[test]
fn filters_on_reviewers_do_not_restrict_peers() {
    let (archive, _folder) = archive();
    let conn = archive.connection();
    let set = ColumnSet::read(conn, &Scope::default()).expect("columns");
    assert_eq!(there(set.all()), [1, 2, 3, 5]);
    assert_eq!(
        set.numbers(conn, Column::Work).expect("works").get(1..6),
        Some(&[1, 1, 2, 0, 2][..])
    );
    assert_eq!(set.scores(conn).expect("scores").get(3), Some(&90.0));
    assert!(set.are_all_peers());
    let by_ada =
        Filter { names: vec![NameFilter::only(Named::Critic, "ada")], ..Filter::default() };
    let high = Filter { min_score: Some(80.0), ..by_ada.clone() };
    for (filter, peers) in [(by_ada, vec![1, 2, 3, 5]), (high, vec![3, 5])] {
        let scope = filter.select(conn).expect("selected").scope(conn).expect("a scope");
        let set = ColumnSet::read(conn, &scope).expect("columns");
        assert_eq!((there(set.passing()), there(set.peers())), (vec![3], peers));
        assert_eq!(there(set.all()), [1, 2, 3, 5]);
    }
}

#[test]
fn columns_of_two_lengths_are_damage() {
    let (archive, _folder) = archive();
    let conn = archive.connection();
    conn.execute("DELETE FROM review_column WHERE id = 1 << 22", []).expect("deleted");
    let set = ColumnSet::read(conn, &Scope::default()).expect("columns");
    assert!(matches!(set.numbers(conn, Column::Work), Err(ArchiveError::Damaged(_))));
    assert!(set.scores(conn).is_ok());
    let past_the_last = Scope::of([3, 9_999].into_iter().collect());
    let read = ColumnSet::read(conn, &past_the_last);
    assert!(matches!(read, Err(ArchiveError::Damaged(_))));
}

/// A flipped bit in a critic's id or a date must not allocate gigabytes.
#[test]
fn an_id_beyond_the_highest_is_damage() {
    for (column, width) in [(Column::Critic, 2), (Column::Date, 4)] {
        let (archive, _folder) = archive();
        let conn = archive.connection();
        let changed = conn.execute(
            "UPDATE review_column SET bytes = CAST(?2 || substr(bytes, 1 + length(?2)) AS BLOB)
             WHERE id = ?1",
            rusqlite::params![column as i64 * (1 << 22), vec![0xff_u8; width]],
        );
        assert_eq!(changed.expect("changed"), 1);
        let set = ColumnSet::read(conn, &Scope::default()).expect("columns");
        assert!(matches!(set.numbers(conn, column), Err(ArchiveError::Damaged(_))), "{column:?}");
    }
}
