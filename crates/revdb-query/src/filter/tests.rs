//! Filters over generated archives, compared with plain SQL over the rows.

use proptest::prelude::*;
use rusqlite::{Connection, params};

use super::*;
use crate::LeftOut;
use revdb_model::name::fold;
use revdb_store::Archive;
use revdb_store::columns::rebuild;

const DATES: [&str; 9] = [
    "2011", "2011-12-31", "2012", "2012-06", "2012-06-30", "2012-07", "2012-07-15", "2012-07-31",
    "2013-01-01",
];
const QUOTES: [&str; 6] =
    ["a bright day", "Dark and long", "映画は長い", "bright 映画", "100% dark", "_"];
const TAGS: [Option<&str>; 4] = [None, Some("sea"), Some("Fog; sea"), Some("Séa \"no\"; a\\b")];
const SCORES: [f64; 6] = [0.0, -0.0, 40.0, 59.5, 60.0, 100.0];

/// A generated review: indexes into the lists above, and ids; an index beyond a list is none.
type Drawn = (bool, u8, u8, u8, usize, usize, usize, u8);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (any::<bool>(), 1..4_u8, 0..5_u8, 0..4_u8, 0..12_usize, 0..8_usize);
    let review = (one, 0..8_usize, 0..4_u8).prop_map(
        |((user, work, critic, place, date, score), quote, seen)| {
            (user, work, critic, place, date, score, quote, seen)
        },
    );
    proptest::collection::vec(review, 0..60)
}

/// Works, critics and publications share parts of names; "zed" was merged into critic 1. Works
/// have people and genres, some from two dumps. Ids have gaps. Import 1 has the reviews with
/// `seen` 1, import 2 those with 2, and both have those with 3.
fn archive(reviews: &[Drawn]) -> (Archive, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
    let conn = archive.connection();
    conn.execute_batch(
        "BEGIN;
         INSERT INTO work VALUES (1, 'Lantern', 'lantern', 'movie', 2012, 0), (2, 'Tide', 'tide', 'game', NULL, 0),
                                 (3, 'Lantern Tide', 'lantern tide', NULL, NULL, 0);
         INSERT INTO critic VALUES (1, 'Ana', 'ana', 0), (2, 'Anabel', 'anabel', 0), (3, 'Ben', 'ben', 0);
         INSERT INTO publication VALUES (1, 'Post', 'post', 0), (2, 'Gazette', 'gazette', 0);
         INSERT INTO alias VALUES (1, 'merge', 'critic', 'zed', 'ana', 'Ana', 'title', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, 0);
         INSERT INTO import VALUES (1, '', '', '', '', 0), (2, '', '', '', '', 0);
         INSERT INTO dump (id, sha256, size, format, options, file_name, encoding, place, hash)
                VALUES (1, zeroblob(32), 0, 'columns', '', NULL, '', 1, 0),
                                 (2, zeroblob(32), 0, 'diary', '', NULL, '', 2, 0);
         INSERT INTO work_mention (dump_id, number, work_id, hash) VALUES (1, 1, 1, 0), (1, 2, 2, 0), (2, 1, 1, 0);
         INSERT INTO mention_property (dump_id, number, property, value, value_fold, hash) VALUES
                (1, 1, 'author', 'Ana', 'ana', 0), (1, 2, 'author', 'Anabel', 'anabel', 0), (2, 1, 'author', 'Ben', 'ben', 0),
                (1, 1, 'genre', 'Sea', 'sea', 0), (2, 1, 'genre', 'sea', 'sea', 0), (1, 2, 'director', 'Ana', 'ana', 0);
         CREATE TEMP TABLE tag_fold (tags, fold);
         INSERT INTO source (id, import_id, dump_id, path, hash) VALUES (1, 1, 1, 'old/First.csv', 0), (2, 2, 2, 'second.csv', 0);",
    )
    .expect("names");
    for tags in TAGS.into_iter().flatten() {
        for tag in tags.split("; ") {
            conn.execute("INSERT INTO tag_fold VALUES (?1, ?2)", [tags, &fold(tag)])
                .expect("a tag");
        }
    }
    for (number, (user, work, critic, place, date, score, quote, seen)) in (1..).zip(reviews) {
        let id: i64 = number + number / 7;
        let some = |place: &u8, most| (1..=most).contains(place).then_some(*place);
        conn.execute(
            "INSERT INTO review (id, work_id, audience, critic_id, publication_id, date, score, quote, tags, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)",
            params![
                id,
                work,
                if *user { "user" } else { "critic" },
                some(critic, 3),
                some(place, 2),
                DATES.get(*date),
                SCORES.get(*score),
                QUOTES.get(*quote),
                TAGS[usize::from(critic + place) % TAGS.len()],
            ],
        )
        .expect("a review");
        for dump in [1_u8, 2].iter().filter(|dump| seen & **dump != 0) {
            conn.execute(
                "INSERT INTO sighting VALUES (?1, ?2, 1, ?2, 1, 0, NULL, NULL, NULL, 0, NULL, 1, 0)",
                params![dump, id],
            )
            .expect("a sighting");
        }
    }
    conn.execute_batch("INSERT INTO review_fts (review_fts) VALUES ('rebuild'); COMMIT")
        .expect("indexed");
    rebuild(conn).expect("packed");
    (archive, folder)
}

/// The first and last day of a date's period (every month has 31), and whether two periods
/// overlap.
const ORACLE: &str = "
    WITH name AS (
        SELECT 'critic' AS what, id, name_fold AS fold, NULL AS year FROM critic
        UNION ALL VALUES ('critic', 1, 'zed', NULL)
        UNION ALL SELECT 'work', id, title_fold, year FROM work
        UNION ALL SELECT 'publication', id, name_fold, NULL FROM publication
        UNION ALL SELECT property, work_id, value_fold, NULL FROM mention_property JOIN work_mention USING (dump_id, number)
        UNION ALL SELECT 'tag', id, fold, NULL FROM review JOIN tag_fold USING (tags)
    ),
    asked AS (SELECT value ->> 0 AS what, value ->> 1 AS value, value ->> 2 AS excluded FROM json_each(?1)),
    meant AS (
        SELECT a.what, a.excluded, n.id FROM asked AS a JOIN name AS n ON n.what = a.what
        WHERE CASE
            WHEN a.value LIKE '=%' THEN n.fold = substr(a.value, 2)
            WHEN a.value LIKE '~%' THEN instr(n.fold, substr(a.value, 2))
            WHEN EXISTS (SELECT 1 FROM name AS m WHERE m.what = a.what AND m.fold || ' (' || m.year || ')' = a.value)
            THEN n.fold || ' (' || n.year || ')' = a.value
            WHEN EXISTS (SELECT 1 FROM name AS m WHERE m.what = a.what AND m.fold = a.value) THEN n.fold = a.value
            ELSE instr(n.fold, a.value)
        END
    )
    SELECT r.id FROM review AS r
    LEFT JOIN work AS w ON w.id = r.work_id
    JOIN json_each(json_object('critic', r.critic_id, 'publication', r.publication_id, 'tag', r.id, 'work', r.work_id,
                               'author', r.work_id, 'director', r.work_id, 'genre', r.work_id)) AS has
    LEFT JOIN meant AS m ON m.what = has.key AND m.id = has.value
    GROUP BY r.id
    HAVING NOT total(m.excluded)
       AND count(DISTINCT m.what) = (SELECT count(DISTINCT what) FROM asked WHERE NOT excluded)
      AND (?2 IS NULL OR r.audience = ?2)
      AND (?3 IS NULL OR w.kind = ?3)
      AND (?4 IS NULL OR r.date || substr('-12-31', length(r.date) - 3) >= substr(?4 || '-01-01', 1, 10))
      AND (?5 IS NULL OR substr(r.date || '-01-01', 1, 10) <= ?5 || substr('-12-31', length(?5) - 3))
      AND (?6 IS NULL OR r.score >= ?6)
      AND (?7 IS NULL OR r.score <= ?7)
      AND (?8 IS NULL OR r.quote IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM json_each(?8) WHERE NOT instr(lower(r.quote), value)))
      AND (?9 IS NULL OR EXISTS (SELECT 1 FROM sighting AS s JOIN source USING (dump_id)
                                  WHERE s.review_id = r.id AND import_id = ?9))
      AND (json_array_length(?12) = 0 OR EXISTS (
              SELECT 1 FROM sighting AS s JOIN source AS o USING (dump_id) JOIN dump AS d ON d.id = s.dump_id, json_each(?12)
              WHERE s.review_id = r.id AND (value = d.format OR instr(lower(o.path), value))))
      AND (?10 = 0 OR r.date IS NULL) AND (?11 = 0 OR r.score IS NULL)
    ORDER BY r.id";

/// The ids according to the rows; optionally only the undated or unscored ones.
fn passing_ids(conn: &Connection, filter: &Filter, undated: bool, unscored: bool) -> Vec<u32> {
    let list = |texts: &[String]| serde_json::to_string(texts).expect("JSON");
    let words = filter
        .words
        .as_ref()
        .map(|words| list(&words.typed.split(' ').map(str::to_owned).collect::<Vec<_>>()));
    let audience = match filter.audience {
        Some(AudienceChoice::Only(audience)) => Some(audience.as_str()),
        _ => None,
    };
    let names = filter.names.iter().map(|name| (name.what.as_str(), &name.text, name.is_excluded));
    let names: Vec<_> = names.collect();
    let mut statement = conn.prepare(ORACLE).expect("the oracle");
    let rows = statement.query_map(
        params![
            serde_json::to_string(&names).expect("JSON"),
            audience,
            filter.kind.map(Kind::as_str),
            filter.since.map(|date| date.to_string()),
            filter.until.map(|date| date.to_string()),
            filter.min_score,
            filter.max_score,
            words,
            filter.import,
            undated,
            unscored,
            list(&filter.from)
        ],
        |row| row.get(0),
    );
    rows.expect("rows").collect::<Result<_, _>>().expect("ids")
}

fn names(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let some = proptest::sample::subsequence(all, 0..=2);
    prop_oneof![3 => Just(Vec::new()), 2 => some.prop_map(|some| {
        some.into_iter().map(str::to_owned).collect()
    })]
}

/// Mostly absent: with every part on, nothing would ever pass.
fn maybe<T: Clone + std::fmt::Debug>(
    some: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.3, some)
}

fn date() -> impl Strategy<Value = PartialDate> {
    proptest::sample::select(&DATES[..]).prop_filter_map("a date", PartialDate::from_iso)
}

fn filter() -> impl Strategy<Value = Filter> {
    let of = |(what, is_excluded): (Named, bool)| {
        let all: &[&str] = match what {
            Named::Critic => &["ana", "~ana", "=an", "an", "ben", "zed", "x"],
            Named::Work => &["lantern", "~lantern", "lantern (2012)", "=tide", "ide", "%"],
            Named::Publication => &["post", "e"],
            Named::Author | Named::Director => &["ana", "~ana", "=an", "ben", "x"],
            Named::Genre | Named::Tag => &["sea", "~sea", "fog", "=se", "no", "b", "%"],
        };
        let asked = move |text| NameFilter { what, text, is_excluded };
        names(all).prop_map(move |all| all.into_iter().map(asked).collect::<Vec<_>>())
    };
    // At most two sorts at a time: with all of them nothing would pass.
    let sorts = proptest::sample::subsequence(NameFilter::sorts().collect::<Vec<_>>(), 0..=2);
    let who = sorts.prop_flat_map(move |sorts| sorts.into_iter().map(of).collect::<Vec<_>>());
    let audience = prop_oneof![
        Just(AudienceChoice::All),
        Just(AudienceChoice::Only(Audience::User)),
        Just(AudienceChoice::Only(Audience::Critic)),
    ];
    let what = (maybe(audience), maybe(prop_oneof![Just(Kind::Movie), Just(Kind::Game)]));
    let bounds = (maybe(date()), maybe(date()), maybe(0..101_u8), maybe(0..101_u8));
    let words = proptest::sample::select(&["bright", "dark", "映画", "bright 映画", "%"][..]);
    let held = (maybe(words), maybe(1..3_i64), names(&["diary", "first", "d"]));
    (who, what, bounds, held).prop_map(|(who, what, bounds, held)| {
        let (since, until, min, max) = bounds;
        Filter {
            names: who.concat(),
            audience: what.0,
            kind: what.1,
            since,
            until,
            min_score: min.map(f64::from),
            max_score: max.map(f64::from),
            words: held.0.map(|words| Words::plain(words).expect("words")),
            import: held.1,
            from: held.2,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Several filters per archive, since making an archive takes longer than querying it.
    #[test]
    fn filters_agree_with_sql_over_the_rows(
        reviews in drawn(),
        filters in proptest::collection::vec(filter(), 20),
    ) {
        let (archive, _folder) = archive(&reviews);
        let conn = archive.connection();
        for filter in filters {
            let selection = filter.select(conn).expect("a filter");
            let expected = passing_ids(conn, &filter, false, false);
            prop_assert_eq!(selection.ids(conn).expect("ids").iter().collect::<Vec<_>>(), expected, "{:?}", filter);
            for of in [None, Some(Audience::Critic), Some(Audience::User)] {
                let counted = LeftOut::count(&selection, conn, of).expect("counts");
                prop_assert_eq!(counted, left_out(conn, &filter, of), "{:?} {:?}", filter, of);
            }
        }
    }
}

/// The expected [`LeftOut`], from the rows.
fn left_out(conn: &Connection, filter: &Filter, of: Option<Audience>) -> LeftOut {
    let is_of = |id: &u32| -> bool {
        let select = "SELECT audience FROM review WHERE id = ?1";
        let audience: String = conn.query_row(select, [id], |row| row.get(0)).expect("a review");
        of.is_none_or(|of| of.as_str() == audience)
    };
    let dated = filter.since.is_some() || filter.until.is_some();
    let scored = filter.min_score.is_some() || filter.max_score.is_some();
    let no_dates = Filter { since: None, until: None, ..filter.clone() };
    let no_scores = |filter: &Filter| Filter { min_score: None, max_score: None, ..filter.clone() };
    let count = |wanted: bool, filter: &Filter, undated, unscored| {
        let ids = if wanted { passing_ids(conn, filter, undated, unscored) } else { Vec::new() };
        u64::try_from(ids.iter().filter(|id| is_of(id)).count()).expect("a count")
    };
    let has_no_kind = |id: &u32| -> bool {
        let select = "SELECT w.kind IS NULL FROM review AS r JOIN work AS w ON w.id = r.work_id WHERE r.id = ?1";
        conn.query_row(select, [id], |row| row.get(0)).expect("a work")
    };
    let any_kind = Filter { kind: None, ..filter.clone() };
    let of_unknown_kind = match filter.kind {
        Some(_) => {
            let passing = passing_ids(conn, &any_kind, false, false);
            passing.iter().filter(|id| has_no_kind(id) && is_of(id)).count()
        }
        None => 0,
    };
    LeftOut {
        of_unknown_kind: u64::try_from(of_unknown_kind).expect("a count"),
        undated: count(dated, &no_dates, true, false),
        unscored: count(scored, &no_scores(filter), false, true),
        neither: count(dated && scored, &no_scores(&no_dates), true, true),
    }
}

/// The views contain what passes, and in a report the peers do not depend on the reviewer.
#[test]
fn scopes_hide_the_archives_views() {
    let one = |n: u8| {
        let at = usize::from(n);
        (n.is_multiple_of(3), 1 + n % 3, n % 5, n % 4, at % 12, at % 8, at % 8, n % 4)
    };
    let reviews: Vec<Drawn> = (0..40).map(one).collect();
    let (archive, _folder) = archive(&reviews);
    let conn = archive.connection();
    let filter = Filter {
        names: vec![NameFilter::only(Named::Critic, "ben")],
        min_score: Some(40.0),
        ..Filter::default()
    };
    let selection = filter.select(conn).expect("selected");
    selection.scope(conn).expect("a scope").create_views(conn).expect("created");
    let ids = |table: &str| {
        let mut statement =
            conn.prepare(&format!("SELECT id FROM {table} ORDER BY id")).expect(table);
        let ids = statement.query_map([], |row| row.get(0)).expect("ids");
        ids.collect::<Result<Vec<u32>, _>>().expect("each")
    };
    let of_all = Filter { names: Vec::new(), ..filter.clone() };
    let (chosen, peers) =
        (passing_ids(conn, &filter, false, false), passing_ids(conn, &of_all, false, false));
    assert!(!chosen.is_empty() && chosen.len() < peers.len());
    for (table, expected) in
        [("temp.passing", &chosen), ("filtered", &chosen), ("reviews", &chosen), ("peers", &peers)]
    {
        assert_eq!(ids(table), *expected, "{table}");
    }
    let wider = Filter { names: Vec::new(), ..filter };
    wider
        .select(conn)
        .expect("selected")
        .scope(conn)
        .expect("a scope")
        .create_views(conn)
        .expect("created anew");
    assert_eq!(ids("filtered"), peers);
}

/// An unknown import is an error, not an empty answer.
#[test]
fn an_unknown_import_is_an_error() {
    let (archive, _folder) = archive(&[]);
    let unknown = Filter { import: Some(9), ..Filter::default() }.passing(archive.connection());
    assert!(matches!(unknown, Err(FilterError::NoImport(9))));
}
