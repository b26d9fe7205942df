//! Identity and undo as properties over generated imports: any order gives the
//! same archive, importing twice adds nothing, and an undo leaves what
//! the other imports give.

mod contents;
mod decisions;
mod found;
mod generators;
mod row_ids;

use proptest::prelude::*;
use revdb_store::{Archive, ImportMeta};

use contents::{check, content, partition};
use generators::{Told, any_dumps, import, scratch};

/// Every case commits some ten times to a real file with every sync; `REVDB_LONG_TESTS=1` runs
/// more cases, or as many as `PROPTEST_CASES` says.
pub fn cases() -> u32 {
    let is_set = |name| std::env::var_os(name).is_some();
    match (is_set("PROPTEST_CASES"), is_set("REVDB_LONG_TESTS")) {
        (true, _) => ProptestConfig::default().cases,
        (false, true) => 1000,
        (false, false) => 40,
    }
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
    fn undo_leaves_what_the_other_imports_would_have_given(
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
            // The victim's bytes are imported again at the end: they stay, in that position.
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
    fn adopted_archives_are_the_same_in_any_order(dumps in any_dumps(), parted in 0..5usize) {
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

/// Imports another archive; returns the number of new reviews.
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
