//! Users' decisions before and after imports: merges, renames, corrections.

use proptest::prelude::*;
use revdb_store::{
    Archive, CorrectionMeta, Decision, KnownName, MergeError, Mergeable, OfWork, Verb,
};

use crate::cases;
use crate::contents::{check, content, reviews, seen};
use crate::generators::{any_dumps, import, scratch};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

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

        // Undo works beneath a merge.
        let victim = ids[victim % ids.len()];
        after.archive.undo(victim, true).expect("an undo");
        before.archive.undo(victim, true).expect("an undo");
        plain.archive.undo(victim, true).expect("an undo");
        check(&after.archive);
        prop_assert_eq!(content(&after.archive), content(&before.archive));

        // A merge taken back leaves the same as no merge.
        for (&(what, from, _), done) in merges.iter().zip(merged).rev() {
            if done {
                let id = merge_of(&after.archive, what, from);
                after.archive.take_back(id, false).expect("a preview");
                after.archive.take_back(id, true).expect("a way back");
            }
        }
        check(&after.archive);
        prop_assert_eq!(content(&after.archive), content(&plain.archive));
    }

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
    fn corrections_survive_reimport_and_undo(
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
        let because = CorrectionMeta { reason: "a test", created_at: "2026-01-02T00:00:00Z" };
        let mut decided = Vec::new();
        for (pick, hides) in picks {
            let all = reviews(&with.archive);
            let Some(&id) = all.get(pick % all.len().max(1)) else { continue };
            if hides {
                with.archive.hide(id, because, true).expect("a review that is not hidden");
            } else {
                let change = |values: &mut revdb_model::merge::Values| {
                    (values.score, values.score_text) = (Some(12.5), Some("1/8".to_owned()));
                    values.byline = Some("Corrected".to_owned());
                };
                match with.archive.correct(id, change, because, true) {
                    Ok(_) => {}
                    Err(error) => assert!(error.to_string().ends_with("has these values already"), "{error}"),
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

/// False if refused: already merged, or a circle.
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

/// The number of the merge of this name.
fn merge_of(archive: &Archive, what: Mergeable, from: &str) -> i64 {
    let fold = KnownName::new(from).fold;
    let aliases = archive.aliases().expect("an archive");
    let merge = aliases.into_iter().find(|alias| {
        alias.verb == Verb::Merge.as_str() && alias.what == what.as_str() && alias.from_fold == fold
    });
    merge.expect("a merge").id
}
