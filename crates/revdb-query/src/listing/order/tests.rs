//! Orders of generated reviews, compared with SQLite's ORDER BY of folded names.

use proptest::prelude::*;
use rusqlite::functions::FunctionFlags;
use rusqlite::params;

use super::*;
use crate::listing::{Columns, prepare};
use revdb_store::Archive;
use revdb_store::columns::rebuild;

const DATES: [&str; 5] = ["2012", "2012-07", "2012-07-15", "2011-12-31", "2013"];
/// -0 equals 0, and a thousandth is between it and the next.
const SCORES: [f64; 5] = [0.0, -0.0, 0.001, 60.0, 100.0];
/// Two differ only in case and have an accent: folded they are equal.
const BYLINES: [&str; 4] = ["ben", "Ana", "élan", "Élan"];

const BY: [(Sort, bool, &str); 12] = [
    (Sort::Date, false, "date DESC, audience, id"),
    (Sort::Date, true, "date ASC NULLS LAST, audience, id"),
    (Sort::Score, false, "score DESC, audience, id"),
    (Sort::Score, true, "score ASC NULLS LAST, audience, id"),
    (Sort::Critic, false, "folded(coalesce(critic, byline)) NULLS LAST, date DESC, audience, id"),
    (Sort::Critic, true, "folded(coalesce(critic, byline)) DESC, date DESC, audience, id"),
    (Sort::Work, false, "folded(work), date DESC, audience, id"),
    (Sort::Work, true, "folded(work) DESC, date DESC, audience, id"),
    (Sort::Publication, false, "folded(publication) NULLS LAST, date DESC, audience, id"),
    (Sort::Publication, true, "folded(publication) DESC, date DESC, audience, id"),
    (Sort::Id, false, "id"),
    (Sort::Id, true, "id DESC"),
];

type Drawn = (u8, u8, u8, usize, usize, usize);

fn archive(reviews: &[Drawn]) -> (Archive, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    let conn = archive.connection();
    conn.execute_batch(
        "BEGIN;
         INSERT INTO work VALUES (1, 'tide', 'tide', 'movie', 2012, 0), (2, 'Tide', 'tide', 'game', NULL, 0),
                                 (3, 'Lantern', 'lantern', NULL, NULL, 0);
         INSERT INTO critic VALUES (1, 'Ben', 'ben', 0), (2, 'ana', 'ana', 0);
         INSERT INTO publication VALUES (1, 'post', 'post', 0), (2, 'Gazette', 'gazette', 0);",
    )
    .expect("names");
    for (id, (work, critic, place, byline, date, score)) in (2_000_u32..).step_by(3).zip(reviews) {
        conn.execute(
            "INSERT INTO review (id, work_id, audience, critic_id, publication_id, byline, date, score, hash)
             VALUES (?1, ?2, iif(?1 % 2, 'user', 'critic'), nullif(?3, 0), nullif(?4, 0), ?5, ?6, ?7, 0)",
            params![id, work, critic, place, BYLINES.get(*byline), DATES.get(*date), SCORES.get(*score)],
        )
        .expect("a review");
    }
    conn.execute_batch("COMMIT").expect("stored");
    rebuild(conn).expect("packed");
    (archive, folder)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn orders_agree_with_sqlite(
        reviews in proptest::collection::vec((1..4_u8, 0..3_u8, 0..3_u8, 0..6_usize, 0..7_usize, 0..7_usize), 0..80),
        most in 0..90_usize,
    ) {
        let (archive, _folder) = archive(&reviews);
        let conn = archive.connection();
        let flags = FunctionFlags::SQLITE_UTF8;
        conn.create_scalar_function("folded", 1, flags, |context| {
            Ok(context.get::<Option<String>>(0)?.map(|name| name::fold(&name)))
        }).expect("a function");
        let all: Ids = (2_000_u32..).step_by(3).take(reviews.len()).collect();
        for (sort, reverse, order) in BY {
            let mut statement = conn.prepare(&format!("SELECT id FROM reviews ORDER BY {order}")).expect(order);
            let ids = statement.query_map([], |row| row.get(0)).expect("rows");
            let mut expected = ids.collect::<Result<Vec<u32>, _>>().expect("ids");
            let ids = ordered(conn, &all, sort, reverse, None).expect("an order");
            prop_assert_eq!(&ids, &expected, "{}", order);
            expected.truncate(most);
            let ids = ordered(conn, &all, sort, reverse, Some(most)).expect("an order");
            prop_assert_eq!(ids, expected, "{}, {}", order, most);
        }
    }
}

/// The first ones are the same if there are more than are held at a time.
#[test]
fn the_first_of_many_rows_are_the_least() {
    let places = (0..5_000_u32).map(|id| (u64::from(id * 7_919 % 4_999), 0, id % 2 == 1, id));
    for most in [0, 1, 20, 600, 4_999, 5_000, 9_000] {
        let (mut first, mut all) = (First::new(Some(most)), First::new(None));
        places.clone().for_each(|place| {
            first.push(place);
            all.push(place);
        });
        let mut expected = all.in_order();
        expected.truncate(most);
        assert_eq!(first.in_order(), expected, "{most}");
    }
}

/// Each statement returns the displayed columns first, in order.
#[test]
fn listings_have_the_documented_columns() {
    let (archive, _folder) = archive(&[(1, 0, 0, 0, 0, 0), (3, 2, 1, 9, 4, 9), (2, 1, 2, 1, 9, 3)]);
    let conn = archive.connection();
    let ids: Ids = [2_000, 2_003, 2_006].into_iter().collect();
    for shown in [Columns::Short, Columns::WithVerdict, Columns::Exported] {
        let mut statement =
            prepare(conn, &ids, (Sort::Date, false), shown, Some(2)).expect("a listing");
        let names: Vec<&str> = statement.column_names().collect();
        assert!(names.starts_with(shown.names()), "{shown:?}");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        assert_eq!(rows.collect::<Result<Vec<i64>, _>>().expect("ids"), [2_003, 2_000]);
    }
}
