//! Identity and undo as properties over generated imports: any order gives the
//! same archive, importing twice adds nothing, and an undo leaves what the
//! other imports alone would have given.

use proptest::prelude::*;
use revdb::archive::{
    Archive, Because, Decision, DumpMeta, ImportMeta, KnownName, MergeError, Mergeable, NameSearch,
    OfWork, Verb,
};
use revdb::domain::{Audience, ExternalId, PartialDate, Property, Review, WorkMention};

/// A small world, so that records meet: two titles, three names, three quotes.
fn any_review() -> impl Strategy<Value = Review> {
    let title = prop_oneof![Just("X"), Just("Y")];
    let year = prop_oneof![3 => Just(None), 1 => Just(Some(1974)), 1 => Just(Some(2019))];
    let work_id = prop_oneof![5 => Just(None), 1 => (0..2u8).prop_map(Some)];
    let byline = prop_oneof![
        Just(None),
        Just(Some("Ann")),
        Just(Some("ANN")),
        Just(Some("Bob")),
        Just(Some("Staff"))
    ];
    let publication =
        prop_oneof![2 => Just(None), 1 => Just(Some("Post")), 1 => Just(Some("Times"))];
    let date = prop_oneof![Just(None), Just(Some((2012, 7))), Just(Some((2012, 8)))];
    let score = prop_oneof![Just(None), Just(Some(60.0)), Just(Some(90.0))];
    let quote = prop_oneof![Just(None), Just(Some("Fine.")), Just(Some("Dull."))];
    // Two sites, and scores in two spellings.
    let site = prop_oneof![Just("site"), Just("other site")];
    let id = prop_oneof![3 => Just(None), 2 => (site, 0..3u8).prop_map(Some)];
    let properties = prop_oneof![
        6 => Just(vec![]),
        1 => Just(vec![(Property::Author, "Karin Holt")]),
        1 => Just(vec![(Property::Author, "Holt, Karin"), (Property::Genre, "Poems")]),
        1 => Just(vec![(Property::Author, "Karin Holt"), (Property::Author, "Pierre Lund")]),
        1 => Just(vec![(Property::Author, "Pierre Lund")]),
        1 => Just(vec![(Property::Author, "村上")]),
        1 => Just(vec![(Property::Contributor, "Jo Poe"), (Property::Genre, "Poems")]),
    ];
    let tags = prop_oneof![5 => Just(None), 1 => Just(Some("slow; warm")), 1 => Just(Some("warm; slow")), 1 => Just(Some("dry"))];
    let audience = prop_oneof![4 => Just(Audience::Critic), 1 => Just(Audience::User)];
    let spelt = prop_oneof![Just(""), Just(".0")];
    let judged = (score, quote, id, audience, spelt);
    (title, year, work_id, byline, publication, date, judged, (properties, tags)).prop_map(
        |(title, year, work_id, byline, publication, date, judged, (properties, tags))| {
            let (score, quote, id, audience, spelt) = judged;
            Review {
                audience,
                work: WorkMention {
                    title: Some(title.to_owned()),
                    kind: None,
                    year,
                    ids: work_id
                        .map(|n| ExternalId::new("shop", n.to_string()))
                        .into_iter()
                        .collect(),
                    properties: properties
                        .into_iter()
                        .map(|(property, name)| (property, name.to_owned()))
                        .collect(),
                },
                byline: byline.map(str::to_owned),
                publication: publication.map(str::to_owned),
                date: date.and_then(|(year, month)| PartialDate::new(year, Some(month), Some(1))),
                score,
                score_text: score.map(|score| format!("{score}{spelt}")),
                quote: quote.map(str::to_owned),
                url: None,
                id: id.map(|(site, n)| ExternalId::new(site, n.to_string())),
                truncated: false,
                language: None,
                // As a site's thumb, beside what else the record says.
                verdict: (year.is_some())
                    .then(|| if score == Some(60.0) { "Rotten" } else { "Fresh" }.to_owned()),
                tags: tags.map(str::to_owned),
            }
        },
    )
}

/// A dump's records, and whose they are.
#[derive(Debug, Clone)]
struct Told {
    reviews: Vec<Review>,
    account: Option<&'static str>,
    standing: bool,
}

/// Now and then a dump is an account's own export, of entries or of standing marks.
fn any_dumps() -> impl Strategy<Value = Vec<Told>> {
    let account = prop_oneof![
        3 => Just((None, false)),
        1 => Just((Some("site"), false)),
        2 => Just((Some("site"), true)),
        1 => Just((Some("other site"), true)),
    ];
    // Rows that stand in a dump twice.
    let reviews =
        (proptest::collection::vec(any_review(), 1..6), proptest::collection::vec(0..6usize, 0..3));
    let dump = (reviews, account).prop_map(|((mut reviews, twice), (account, standing))| {
        let again: Vec<Review> = twice.iter().filter_map(|&at| reviews.get(at).cloned()).collect();
        reviews.extend(again);
        Told { reviews, account, standing }
    });
    proptest::collection::vec(dump, 1..5)
}

fn told(reviews: Vec<Review>) -> Told {
    Told { reviews, account: None, standing: false }
}

struct Scratch {
    archive: Archive,
    _folder: tempfile::TempDir,
}

fn scratch() -> Scratch {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("a fresh archive");
    Scratch { archive, _folder: folder }
}

/// One import of one dump; `number` makes its bytes differ from the others'.
fn import(archive: &mut Archive, number: u8, told: &Told) -> (i64, u64) {
    let meta = ImportMeta { command: "test".into(), started_at: "2026-01-01T00:00:00Z".into() };
    let mut importing = archive.import(meta);
    let sha256 = [number; 32];
    let known = importing.known(&sha256).expect("a look-up");
    let new = match known.first() {
        Some(known) => importing.again(known.dump_id, "again", "{}").expect("a known dump").new,
        None => {
            importing
                .begin_dump(&DumpMeta {
                    // Every other dump takes the path of bulk imports.
                    size: if number.is_multiple_of(2) { 64 << 20 } else { 1 },
                    format: "test".into(),
                    options: "{}".into(),
                    path: number.to_string(),
                    account: told.account.map(str::to_owned),
                    standing: told.standing,
                })
                .expect("a dump begins");
            for (record, review) in (1..).zip(&told.reviews) {
                importing.review(record, record, review.clone()).expect("a review is stored");
            }
            importing.end_dump(&sha256, None, "UTF-8").expect("a dump ends").counts.new
        }
    };
    let id = importing.finish("2026-01-01T00:00:01Z").expect("a commit").expect("an import");
    (id, new)
}

/// All that a person can see, row numbers and places of sources aside.
fn content(archive: &Archive) -> Vec<String> {
    let health = archive.check().expect("a check");
    assert_eq!(health.findings, [], "whatever was done, all that is derived is in step");
    let mut all = Vec::new();
    for query in [
        "SELECT 'review', work, kind, year, audience, critic, byline, publication, date, score, score_text, quote, tags,
                (SELECT group_concat(x) FROM (SELECT d.sha256 || ':' || s.record || ':' || coalesce(s.differs, '') AS x
                   FROM sighting AS s JOIN dump AS d ON d.id = s.dump_id WHERE s.review_id = reviews.id ORDER BY x)),
                (SELECT group_concat(field || old || new) FROM
                   (SELECT c.* FROM change AS c JOIN dump AS d ON d.id = c.dump_id
                    WHERE c.review_id = reviews.id ORDER BY d.place, c.record, c.field))
         FROM reviews",
        "SELECT 'work', work, kind, year, authors, contributors, genres,
                (SELECT count(*) FROM review WHERE work_id = works.id) FROM works",
        "SELECT 'critic', name FROM critic",
        "SELECT 'publication', name FROM publication",
        "SELECT 'site', name, space FROM site",
    ] {
        let mut statement = archive.connection().prepare(query).expect("a query");
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| {
                (0..columns)
                    .map(|i| row.get::<_, rusqlite::types::Value>(i).map(|value| format!("{value:?}")))
                    .collect::<Result<Vec<_>, _>>()
                    .map(|cells| cells.join("|"))
            })
            .expect("rows");
        all.extend(rows.map(|row| row.expect("a row")));
    }
    all.sort();
    all
}

/// Nothing refers to nothing, every hash is right, the index is in step.
fn check(archive: &Archive) {
    let conn = archive.connection();
    let count =
        |query: &str| conn.query_row(query, [], |row| row.get::<_, i64>(0)).expect("a count");
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    conn.execute_batch("INSERT INTO review_fts (review_fts, rank) VALUES ('integrity-check', 1)")
        .expect("the index is in step");
    for orphans in [
        "SELECT count(*) FROM review WHERE id NOT IN (SELECT review_id FROM sighting)",
        "SELECT count(*) FROM work WHERE id NOT IN (SELECT work_id FROM work_mention)",
        "SELECT count(*) FROM critic WHERE id NOT IN (SELECT critic_id FROM review WHERE critic_id IS NOT NULL)",
        "SELECT count(*) FROM publication WHERE id NOT IN (SELECT publication_id FROM review WHERE publication_id IS NOT NULL)",
        "SELECT count(*) FROM dump WHERE id NOT IN (SELECT dump_id FROM source)",
        "SELECT count(*) FROM review WHERE hash <> row_hash(id, work_id, audience, critic_id, publication_id, byline,
            publication_text, date, score, score_text, quote, url, truncated, language, verdict, tags)",
        "SELECT count(*) FROM sighting WHERE hash <> row_hash(dump_id, record, line, review_id, mention, key, site_id, ext_id, mark, repeat, differs, leads)",
        "SELECT count(*) FROM work WHERE hash <> row_hash(id, title, title_fold, kind, year)",
    ] {
        assert_eq!(count(orphans), 0, "{orphans}");
    }
}

/// Names are shown as first spelled, so spellings depend on order: what is
/// compared across orders is which records are one review.
fn partition(archive: &Archive) -> Vec<String> {
    let mut statement = archive
        .connection()
        .prepare(
            "SELECT (SELECT group_concat(x) FROM (SELECT hex(d.sha256) || s.record AS x FROM sighting AS s
               JOIN dump AS d ON d.id = s.dump_id WHERE s.review_id = review.id ORDER BY x)) FROM review",
        )
        .expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    let mut all: Vec<String> = rows.map(|row| row.expect("a row")).collect();
    all.sort();
    all
}

/// Every case commits some ten times to a real file with every sync; more of
/// them by `REVDB_LONG_TESTS=1`.
fn cases() -> u32 {
    if std::env::var_os("REVDB_LONG_TESTS").is_some() { 1000 } else { 40 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn any_order_gives_the_same_reviews(dumps in any_dumps(), turn in 0..5usize, reverse: bool) {
        let mut straight = scratch();
        let mut other = scratch();
        let numbered: Vec<(u8, &Told)> = (1..).zip(&dumps).collect();
        for (number, reviews) in &numbered {
            import(&mut straight.archive, *number, reviews);
        }
        let mut turned = numbered.clone();
        turned.rotate_left(turn % numbered.len());
        if reverse {
            turned.reverse();
        }
        for (number, reviews) in &turned {
            import(&mut other.archive, *number, reviews);
        }
        check(&straight.archive);
        prop_assert_eq!(partition(&straight.archive), partition(&other.archive));
    }

    #[test]
    fn importing_again_adds_nothing(dumps in any_dumps()) {
        let mut a = scratch();
        for (number, reviews) in (1..).zip(&dumps) {
            import(&mut a.archive, number, reviews);
        }
        let before = content(&a.archive);
        for (number, reviews) in (1..).zip(&dumps) {
            prop_assert_eq!(import(&mut a.archive, number, reviews).1, 0);
            // The same records in other bytes.
            prop_assert_eq!(import(&mut a.archive, number + 100, reviews).1, 0);
        }
        check(&a.archive);
        let reviews = |lines: &[String]| lines.iter().filter(|line| line.starts_with("Text(\"review")).count();
        prop_assert_eq!(reviews(&before), reviews(&content(&a.archive)));
    }

    #[test]
    fn an_undo_leaves_what_the_others_alone_would_have(
        dumps in any_dumps(),
        victim in 0..5usize,
        again: bool,
    ) {
        let mut with = scratch();
        let mut without = scratch();
        let victim = victim % dumps.len();
        let mut ids = Vec::new();
        for (index, (number, reviews)) in (1..).zip(&dumps).enumerate() {
            ids.push(import(&mut with.archive, number, reviews).0);
            if index != victim {
                import(&mut without.archive, number, reviews);
            }
        }
        if again {
            // The victim's bytes come once more at the end: they stay, in that place.
            let number = u8::try_from(victim + 1).expect("few dumps");
            import(&mut with.archive, number, &dumps[victim]);
            import(&mut without.archive, number, &dumps[victim]);
        }
        let before = content(&with.archive);
        with.archive.undo(ids[victim], false).expect("a preview");
        prop_assert_eq!(&before, &content(&with.archive), "a preview changes nothing");
        with.archive.undo(ids[victim], true).expect("an undo");
        check(&with.archive);
        prop_assert_eq!(content(&with.archive), content(&without.archive));
    }

    #[test]
    fn merging_before_and_after_an_import_gives_the_same(
        dumps in any_dumps(),
        merges in proptest::collection::vec(any_merge(), 1..3),
        victim in 0..5usize,
    ) {
        let mut before = scratch();
        let mut after = scratch();
        let mut plain = scratch();
        for &(what, from, into) in &merges {
            merge(&mut before.archive, what, from, into);
        }
        let mut ids = Vec::new();
        for (number, reviews) in (1..).zip(&dumps) {
            import(&mut before.archive, number, reviews);
            ids.push(import(&mut after.archive, number, reviews).0);
            import(&mut plain.archive, number, reviews);
        }
        let merged: Vec<bool> =
            merges.iter().map(|&(what, from, into)| merge(&mut after.archive, what, from, into)).collect();
        check(&after.archive);
        prop_assert_eq!(content(&after.archive), content(&before.archive));

        // Undo goes on working beneath a merge.
        let victim = ids[victim % ids.len()];
        after.archive.undo(victim, true).expect("an undo");
        before.archive.undo(victim, true).expect("an undo");
        plain.archive.undo(victim, true).expect("an undo");
        check(&after.archive);
        prop_assert_eq!(content(&after.archive), content(&before.archive));

        // And a merge taken back leaves what no merge would have.
        for (&(what, from, _), done) in merges.iter().zip(merged).rev() {
            if done {
                after.archive.unmerge(what, &KnownName::new(from), false).expect("a preview");
                after.archive.unmerge(what, &KnownName::new(from), true).expect("a way back");
            }
        }
        check(&after.archive);
        prop_assert_eq!(content(&after.archive), content(&plain.archive));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn renaming_before_and_after_an_import_gives_the_same(
        dumps in any_dumps(),
        renames in proptest::collection::vec(any_rename(), 1..3),
        victim in 0..5usize,
    ) {
        let (mut before, mut after, mut plain) = (scratch(), scratch(), scratch());
        for renamed in &renames {
            rename(&mut before.archive, renamed);
        }
        let mut ids = Vec::new();
        for (number, reviews) in (1..).zip(&dumps) {
            import(&mut before.archive, number, reviews);
            ids.push(import(&mut after.archive, number, reviews).0);
            import(&mut plain.archive, number, reviews);
        }
        for renamed in &renames {
            rename(&mut after.archive, renamed);
        }
        check(&after.archive);
        prop_assert_eq!(content(&after.archive), content(&before.archive));

        let victim = ids[victim % ids.len()];
        for archive in [&mut before, &mut after, &mut plain] {
            archive.archive.undo(victim, true).expect("an undo");
        }
        prop_assert_eq!(content(&after.archive), content(&before.archive));
        for made in after.archive.aliases().expect("decisions") {
            after.archive.take_back(made.id, true).expect("a way back");
        }
        prop_assert_eq!(content(&after.archive), content(&plain.archive));
    }

    #[test]
    fn corrections_outlive_importing_again_and_undo(
        dumps in any_dumps(),
        picks in proptest::collection::vec((0..9usize, any::<bool>()), 1..4),
        victim in 0..5usize,
    ) {
        let (mut with, mut plain) = (scratch(), scratch());
        let mut ids = Vec::new();
        for (number, reviews) in (1..).zip(&dumps) {
            ids.push(import(&mut with.archive, number, reviews).0);
            import(&mut plain.archive, number, reviews);
        }
        let because = Because { reason: "a test", created_at: "2026-01-02T00:00:00Z" };
        let mut decided = Vec::new();
        for (pick, hides) in picks {
            let all = reviews(&with.archive);
            let Some(&id) = all.get(pick % all.len().max(1)) else { continue };
            if hides {
                with.archive.hide(id, because, true).expect("a review that is not hidden");
            } else {
                let change = |values: &mut revdb::domain::merge::Values| {
                    (values.score, values.score_text) = (Some(12.5), Some("1/8".to_owned()));
                    values.byline = Some("Corrected".to_owned());
                };
                match with.archive.correct(id, change, because, true) {
                    Ok(_) => {}
                    Err(error) => assert!(error.to_string().ends_with("says so already"), "{error}"),
                }
            }
            decided.push((id, hides));
        }
        check(&with.archive);
        let shown = seen(&with.archive);
        for (number, reviews) in (1..).zip(&dumps) {
            prop_assert_eq!(import(&mut with.archive, number + 100, reviews).1, 0);
            import(&mut plain.archive, number + 100, reviews);
        }
        check(&with.archive);
        prop_assert_eq!(shown, seen(&with.archive), "in other bytes the same is shown");

        let at = victim % ids.len();
        for archive in [&mut with, &mut plain] {
            archive.archive.undo(ids[at], true).expect("an undo");
            import(&mut archive.archive, 50, &dumps[at]);
        }
        check(&with.archive);
        content(&with.archive);
        let conn = with.archive.connection();
        let mut statement = conn.prepare("SELECT DISTINCT review_id FROM corrected").expect("a table");
        let corrected: Vec<i64> = statement
            .query_map([], |row| row.get(0))
            .expect("rows")
            .collect::<Result<_, _>>()
            .expect("numbers");
        drop(statement);
        for id in corrected {
            for hides in [true, false] {
                // Some are corrected, some hidden, some both.
                drop(with.archive.take_back_corrections(id, hides, true));
            }
        }
        check(&with.archive);
        prop_assert_eq!(content(&with.archive), content(&plain.archive), "all of it can be taken back");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn archives_taken_over_are_the_same_in_any_order(dumps in any_dumps(), parted in 0..5usize) {
        let (mut one, mut other, mut all) = (scratch(), scratch(), scratch());
        let parted = parted % (dumps.len() + 1);
        for (at, (number, reviews)) in (1..).zip(&dumps).enumerate() {
            import(if at < parted { &mut one.archive } else { &mut other.archive }, number, reviews);
            import(&mut all.archive, number, reviews);
        }
        let (mut straight, mut turned) = (scratch(), scratch());
        take_over(&mut straight.archive, &one.archive);
        check(&straight.archive);
        prop_assert_eq!(content(&straight.archive), content(&one.archive));
        take_over(&mut straight.archive, &other.archive);
        prop_assert_eq!(content(&straight.archive), content(&all.archive));
        take_over(&mut turned.archive, &other.archive);
        take_over(&mut turned.archive, &one.archive);
        prop_assert_eq!(partition(&straight.archive), partition(&turned.archive));
        prop_assert_eq!(take_over(&mut straight.archive, &one.archive), 0, "twice adds nothing");
        check(&straight.archive);
    }
}

/// Imports another archive, and says how many reviews were new.
fn take_over(archive: &mut Archive, other: &Archive) -> u64 {
    let meta = ImportMeta { command: "test".into(), started_at: "2026-01-01T00:00:00Z".into() };
    let mut importing = archive.import(meta);
    let mut new = 0;
    for dump in other.dumps().expect("dumps") {
        new += importing.adopt(other, &dump, &dump.path, true).expect("a dump").counts.new;
    }
    importing.finish("2026-01-01T00:00:01Z").expect("a commit");
    new
}

fn reviews(archive: &Archive) -> Vec<i64> {
    let mut statement =
        archive.connection().prepare("SELECT id FROM review ORDER BY id").expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("numbers")
}

/// What a question sees, without sources.
fn seen(archive: &Archive) -> Vec<String> {
    let query = "SELECT concat_ws('|', work, year, audience, critic, byline, score, score_text, quote) FROM reviews ORDER BY 1";
    let mut statement = archive.connection().prepare(query).expect("a query");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

type Renaming = (Mergeable, &'static str, &'static str, Option<OfWork>);

fn any_rename() -> impl Strategy<Value = Renaming> {
    let of_work = |is_only, from_year, into_year| {
        Some(OfWork { is_only, from_year, into_year, ..OfWork::default() })
    };
    prop_oneof![
        Just((Mergeable::Critic, "Ann", "Anna", None)),
        Just((Mergeable::Critic, "Ann", "aNN.", None)),
        Just((Mergeable::Critic, "Anna", "Bob", None)),
        Just((Mergeable::Publication, "Post", "The Post", None)),
        Just((Mergeable::Work, "X", "Z", of_work(true, None, None))),
        Just((Mergeable::Work, "X", "X", of_work(true, Some(1974), Some(2019)))),
        Just((Mergeable::Work, "X", "Y", of_work(false, Some(1974), Some(2019)))),
        Just((Mergeable::Work, "Y", "Z", of_work(true, Some(2019), None))),
    ]
}

fn rename(archive: &mut Archive, (what, from, into, of_work): &Renaming) {
    let (from, into) = (KnownName::new(from), KnownName::new(into));
    let decision = Decision {
        verb: Verb::Rename,
        what: *what,
        from: &from,
        into: &into,
        of_work: of_work.clone(),
        reason: None,
        created_at: "2026-01-02T00:00:00Z",
    };
    match archive.decide(&decision, true) {
        Ok(_) | Err(MergeError::Circle { .. }) => {}
        other => panic!("{other:?}"),
    }
}

fn any_merge() -> impl Strategy<Value = (Mergeable, &'static str, &'static str)> {
    prop_oneof![
        Just((Mergeable::Critic, "Ann", "Bob")),
        Just((Mergeable::Critic, "Bob", "Ann")),
        Just((Mergeable::Critic, "Bob", "Cleo")),
        Just((Mergeable::Publication, "Post", "Times")),
        Just((Mergeable::Publication, "Times", "The Daily")),
        Just((Mergeable::Work, "X", "Y")),
        Just((Mergeable::Work, "Y", "Z")),
    ]
}

/// False where it is refused: made already, or a circle.
fn merge(archive: &mut Archive, what: Mergeable, from: &str, into: &str) -> bool {
    let (from, into) = (KnownName::new(from), KnownName::new(into));
    let untouched = content(archive);
    let preview = archive.merge(what, &from, &into, "2026-01-02T00:00:00Z", false);
    assert_eq!(untouched, content(archive), "a preview changes nothing");
    let done = archive.merge(what, &from, &into, "2026-01-02T00:00:00Z", true);
    match (preview, done) {
        (Ok(preview), Ok(done)) => {
            assert_eq!(preview, done);
            true
        }
        (Err(_), Err(MergeError::AlreadyMerged { .. } | MergeError::Circle { .. })) => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_found_whole_by_part_or_nearly() {
    let mut a = scratch();
    let reviews: Vec<Review> = ["Manohla Dargis", "Manuela Lazic", "MANOHLA DARGIS", "Jo Poe"]
        .into_iter()
        .map(|byline| Review {
            audience: Audience::Critic,
            work: WorkMention { title: Some("X".into()), ..WorkMention::default() },
            byline: Some(byline.into()),
            publication: None,
            date: None,
            score: None,
            score_text: None,
            quote: Some("Fine.".into()),
            url: None,
            id: None,
            truncated: false,
            language: None,
            verdict: None,
            tags: None,
        })
        .collect();
    import(&mut a.archive, 1, &told(reviews));
    let find = |asked: &str| a.archive.find_name(Mergeable::Critic, asked).expect("a look-up");
    let one = |shown: &str| NameSearch::One(KnownName::new(shown));
    assert_eq!(find("manohla  DARGIS"), one("Manohla Dargis"));
    assert_eq!(find("poe"), one("Jo Poe"));
    assert!(matches!(find("man"), NameSearch::Several(names) if names.len() == 2));
    assert!(
        matches!(find("Manohla Dargus"), NameSearch::None { near } if near == ["Manohla Dargis"])
    );
    assert!(matches!(find("Zzz"), NameSearch::None { near } if near.is_empty()));
}

/// Known reviews of a bulk import are found through those that were there first, also when
/// these have gone.
#[test]
fn who_was_found_through_another_is_found_when_that_one_has_gone() {
    let review = |n: u8| Review {
        audience: Audience::Critic,
        work: WorkMention { title: Some("X".to_owned()), ..WorkMention::default() },
        byline: Some("Ann".to_owned()),
        publication: None,
        date: None,
        score: None,
        score_text: None,
        quote: Some(format!("Words {n}.")),
        url: None,
        id: (n > 1).then(|| ExternalId::new("site", n.to_string())),
        truncated: false,
        language: None,
        verdict: None,
        tags: None,
    };
    let reviews = told(vec![review(1), review(2), review(3)]);
    let mut scratch = scratch();
    let (first, new) = import(&mut scratch.archive, 1, &reviews);
    assert_eq!(new, 3);
    // An even number makes a bulk import (`import`).
    assert_eq!(import(&mut scratch.archive, 2, &reviews).1, 0);
    let leaders = |scratch: &Scratch| -> i64 {
        let count = "SELECT count(*) FROM sighting WHERE leads";
        scratch.archive.connection().query_row(count, [], |row| row.get(0)).expect("a count")
    };
    assert_eq!(leaders(&scratch), 3);
    scratch.archive.undo(first, true).expect("an undo");
    check(&scratch.archive);
    assert_eq!(leaders(&scratch), 3);
    for number in [3, 4] {
        assert_eq!(import(&mut scratch.archive, number, &reviews).1, 0);
        check(&scratch.archive);
    }
}

/// A known review of a bulk import is stored without its row being read; a later record
/// of the same dump tells its work apart from another of the title.
#[test]
fn a_sighting_known_whole_goes_with_its_work() {
    let of = |year, shop: Option<&str>, byline: Option<&str>| Review {
        audience: Audience::Critic,
        work: WorkMention {
            title: Some("X".to_owned()),
            year,
            ids: shop.map(|id| ExternalId::new("shop", id)).into_iter().collect(),
            ..WorkMention::default()
        },
        byline: byline.map(str::to_owned),
        publication: None,
        date: None,
        score: byline.map(|_| 90.0),
        score_text: byline.map(|_| "90".to_owned()),
        quote: None,
        url: None,
        id: None,
        truncated: false,
        language: None,
        verdict: None,
        tags: None,
    };
    let dumps = [
        told(vec![of(Some(2019), None, None)]),
        told(vec![of(None, None, Some("Ann"))]),
        told(vec![of(None, Some("0"), Some("Ann")), of(Some(1974), None, None)]),
    ];
    // An even number makes a bulk import (`import`).
    let stored = |numbers: [u8; 3]| {
        let mut scratch = scratch();
        for (number, reviews) in numbers.into_iter().zip(&dumps) {
            import(&mut scratch.archive, number, reviews);
        }
        check(&scratch.archive);
        let query = "SELECT title, year, (SELECT count(*) FROM review WHERE work_id = work.id),
                            (SELECT count(*) FROM sighting AS s JOIN review AS r ON r.id = s.review_id
                             WHERE r.work_id = work.id) FROM work ORDER BY year";
        let mut statement = scratch.archive.connection().prepare(query).expect("a query");
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .expect("rows");
        rows.map(|row| row.expect("a row")).collect::<Vec<(String, Option<i64>, i64, i64)>>()
    };
    assert_eq!(stored([1, 3, 4]), stored([1, 3, 5]));
}
