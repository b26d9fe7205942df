use proptest::prelude::*;

use super::*;
use crate::Archive;
use crate::sql::sql;

fn archive() -> (Archive, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    (archive, folder)
}

fn wrong(archive: &Archive) -> Vec<String> {
    let mut findings = Vec::new();
    check(archive.connection(), &mut findings).expect("a check");
    findings.into_iter().map(|finding| finding.row).collect()
}

fn put(archive: &Archive, id: i64, score: Option<f64>) {
    archive
        .connection()
        .execute(
            "INSERT OR REPLACE INTO review (id, work_id, audience, date, score, hash)
             VALUES (?1, ?1 * 7, iif(?1 % 2, 'user', 'critic'), '2012-07', ?2, 0)",
            rusqlite::params![id, score],
        )
        .expect("a row");
}

#[test]
fn dates_sort_packed_as_they_do_as_text_and_come_back() {
    let texts = ["1000", "1999-12-31", "2012", "2012-07", "2012-07-01", "2012-07-31", "2012-12"];
    let dates: Vec<_> = texts.iter().filter_map(|text| PartialDate::from_iso(text)).collect();
    assert_eq!(dates.len(), texts.len());
    let packed: Vec<u32> = dates.iter().map(|&date| pack_date(date)).collect();
    assert!(packed.is_sorted(), "{packed:?}");
    let back: Vec<_> = packed.iter().filter_map(|&date| unpack_date(date)).collect();
    assert_eq!(back, dates);
    assert_eq!(unpack_date(0), None);
}

#[test]
fn inserted_changed_and_deleted_rows_are_packed() {
    let (archive, _folder) = archive();
    // In two chunks, with gaps.
    for id in [1, 2, 999, 1_000, 2_999] {
        put(&archive, id, Some(f64::from(u16::try_from(id).expect("a small number")) / 64.0));
    }
    assert_eq!(wrong(&archive).len(), 5);
    archive.columns.flush(archive.connection()).expect("flushed");
    assert_eq!(wrong(&archive), [""; 0]);
    put(&archive, 2, None);
    archive.connection().execute("DELETE FROM review WHERE id = 999", []).expect("deleted");
    assert_eq!(wrong(&archive), ["id 2", "id 999"]);
    archive.columns.flush(archive.connection()).expect("flushed");
    assert_eq!(wrong(&archive), [""; 0]);
    let columns = Columns::read(archive.connection()).expect("columns");
    assert!(columns.states.get(1).is_some_and(|state| state.exists() && state.is_user()));
    assert!(columns.states.get(2).is_some_and(|state| !state.has_score()));
    assert_eq!(columns.works.get(2_999), Some(&(2_999 * 7)));
    assert_eq!(columns.scores.get(1_000), Some(&15.625));
}

#[test]
fn a_chunk_is_as_wide_as_its_largest_number() {
    let (archive, _folder) = archive();
    let conn = archive.connection();
    let widths = || -> Vec<i64> {
        let text = "SELECT length(bytes) / 1000 FROM review_column ORDER BY id";
        let mut statement = conn.prepare(text).expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("lengths")
    };
    put(&archive, 5, Some(50.0));
    for (work, width) in [(65_535_u32, 2), (65_536, 4), (1, 2)] {
        put(&archive, 7, None);
        conn.execute("UPDATE review SET work_id = ?1 WHERE id = 7", [work]).expect("an update");
        archive.columns.flush(conn).expect("flushed");
        assert_eq!(widths(), [1, width, 2, 2, 4, 8]);
        assert_eq!(wrong(&archive), [""; 0]);
        let works = numbers(conn, Column::Work).expect("works");
        assert_eq!((works.get(5), works.get(7)), (Some(&35), Some(&work)));
        assert_eq!(numbers_of(conn, Column::Work, &[5, 7]).expect("works"), [35, work]);
        let mut shown = Vec::new();
        each_number(conn, Column::Work, 1..=70_000, |id, _| shown.push(id)).expect("shown");
        assert_eq!(shown, [5, 7]);
    }
}

#[test]
fn a_chunk_without_reviews_has_no_row() {
    let (archive, _folder) = archive();
    put(&archive, 5, Some(50.0));
    archive.columns.flush(archive.connection()).expect("flushed");
    archive.connection().execute("DELETE FROM review", []).expect("deleted");
    // Without WHERE, SQLite truncates a table without calling hooks; revdb never does that.
    rebuild(archive.connection()).expect("packed anew");
    let rows: i64 = archive
        .connection()
        .query_row("SELECT count(*) FROM review_column", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(rows, 0);
}

#[test]
fn a_chunk_far_beyond_the_last_review_takes_no_memory() {
    let (archive, _folder) = archive();
    put(&archive, 5, Some(50.0));
    archive.columns.flush(archive.connection()).expect("flushed");
    let conn = archive.connection();
    // One flipped bit of its number: two thousand million reviews further on.
    conn.execute("UPDATE review_column SET id = id | 0x200000 WHERE id = 0", []).expect("moved");
    assert!(matches!(states(conn), Err(ArchiveError::Damaged(_))));
    assert_eq!(wrong(&archive), ["id 5"]);
    assert!(
        conn.prepare(sql("check/changed_review_column"))
            .expect("a query")
            .exists([])
            .expect("rows")
    );
}

#[test]
fn a_truncated_chunk_is_an_error() {
    let (archive, _folder) = archive();
    put(&archive, 5, Some(50.0));
    archive.columns.flush(archive.connection()).expect("flushed");
    let cut = "UPDATE review_column SET bytes = substr(bytes, 2) WHERE id = 0";
    archive.connection().execute(cut, []).expect("cut");
    put(&archive, 6, Some(50.0));
    let settled = archive.columns.flush(archive.connection());
    assert!(matches!(settled, Err(ArchiveError::Damaged(_))), "{settled:?}");
}

#[test]
fn a_damaged_chunk_is_reported() {
    let (archive, _folder) = archive();
    put(&archive, 5, Some(50.0));
    archive.columns.flush(archive.connection()).expect("flushed");
    let conn = archive.connection();
    conn.execute("UPDATE review_column SET bytes = substr(bytes, 2) WHERE id = 0", [])
        .expect("cut");
    assert!(matches!(Columns::read(conn), Err(ArchiveError::Damaged(_))));
    assert_eq!(wrong(&archive), [""]);
    let changed =
        conn.query_row(sql("check/changed_review_column"), [], |row| row.get::<_, String>(0));
    assert_eq!(changed, Ok("id 0".to_owned()));
    rebuild(conn).expect("packed anew");
    assert_eq!(wrong(&archive), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn columns_follow_any_changes_of_rows(
        changes in proptest::collection::vec((1..2_500_i64, 0..4u8), 1..60),
    ) {
        let (archive, _folder) = archive();
        for (id, what) in changes {
            match what {
                0 => put(&archive, id, None),
                1 => put(&archive, id, Some(70.0)),
                2 => {
                    let params = [id];
                    archive.connection().execute("DELETE FROM review WHERE id = ?1", params).expect("deleted");
                }
                _ => archive.columns.flush(archive.connection()).expect("flushed"),
            }
        }
        archive.columns.flush(archive.connection()).expect("flushed");
        prop_assert_eq!(wrong(&archive), Vec::<String>::new());
    }
}

#[test]
fn emptied_columns_are_damage() {
    let (archive, _folder) = archive();
    let conn = archive.connection();
    assert!(states(conn).is_ok_and(|states| states.is_empty()));
    put(&archive, 1_005, Some(50.0));
    archive.columns.flush(conn).expect("flushed");
    assert!(numbers(conn, Column::Work).is_ok());
    conn.execute("DELETE FROM review_column", []).expect("emptied");
    for error in [
        states(conn).err(),
        scores(conn).err(),
        numbers(conn, Column::Date).err(),
        each_number(conn, Column::Work, 0..=9, |_, _| ()).err(),
    ] {
        assert!(matches!(error, Some(ArchiveError::Damaged(_))), "{error:?}");
    }
    assert_eq!(wrong(&archive), ["id 1005"]);
}
