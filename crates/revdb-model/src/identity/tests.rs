use super::*;
use proptest::prelude::*;

fn parts<'a>(byline: Option<&'a str>, quote: Option<&'a str>) -> KeyParts<'a> {
    KeyParts {
        audience: Audience::Critic,
        work: 1,
        byline_fold: byline,
        quote,
        date: Some("2012-07-26"),
        score: Some(&Judgement::Points(90_000_000)),
        repeat: 0,
    }
}

#[test]
fn keys_use_date_and_score_only_without_byline_or_quote() {
    let later = |p: KeyParts<'static>| KeyParts { date: Some("2012-07-27"), ..p };
    for (byline, quote, same) in [
        (Some("dargis"), Some("Fine."), true),
        (Some("dargis"), None, false),
        (None, Some("Fine."), false),
        (None, None, false),
    ] {
        let p = parts(byline, quote);
        assert_eq!(key(&p) == key(&later(p)), same, "{byline:?} {quote:?}");
    }
}

#[test]
fn a_quote_is_compared_without_typography() {
    let a = parts(None, Some("It\u{2019}s  \u{201C}fine\u{201D}\nreally"));
    let b = parts(None, Some("It's \"fine\" really"));
    let c = parts(None, Some("It's \"fine\" really!"));
    assert_eq!(key(&a), key(&b));
    assert_ne!(key(&b), key(&c));
}

fn member(id: Option<&str>, publication: Option<&str>) -> Member {
    Member {
        id: id.map(|id| (1, id.to_owned())),
        publication: publication.map(str::to_owned),
        key: 7,
        has_byline_and_quote: true,
        // Each in a different dump.
        dump: next_dump(),
        ..Member::default()
    }
}

#[test]
fn cases() {
    let cases: &[(&str, Vec<Member>, usize)] = &[
        ("a missing publication fits", vec![member(None, Some("x")), member(None, None)], 1),
        ("two publications are two", vec![member(None, Some("x")), member(None, Some("y"))], 2),
        (
            "a third without one joins one of them",
            vec![member(None, None), member(None, Some("x")), member(None, Some("y"))],
            2,
        ),
        ("equal ids decide", vec![member(Some("1"), Some("x")), member(Some("1"), Some("y"))], 1),
        ("other ids decide", vec![member(Some("1"), None), member(Some("2"), None)], 2),
        ("an id fills in", vec![member(Some("1"), None), member(None, Some("x"))], 1),
        (
            "one without id joins one of two",
            vec![member(Some("1"), None), member(Some("2"), None), member(None, None)],
            2,
        ),
    ];
    for (what, members, reviews) in cases {
        let answer = cluster(members);
        let count = answer.iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(count, *reviews, "{what}: {answer:?}");
    }
}

fn next_dump() -> i64 {
    use std::sync::atomic::{AtomicI64, Ordering};
    static LAST: AtomicI64 = AtomicI64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

#[test]
fn records_of_one_dump_need_evidence_to_be_one() {
    let of = |dump, date: Option<&str>, score| Member {
        key: 1,
        dump,
        date: date.map(str::to_owned),
        score: Some(Judgement::Points(score)),
        has_byline_and_quote: true,
        ..Member::default()
    };
    let nobodys = |dump| Member { has_byline_and_quote: false, ..of(dump, Some("2012"), 1) };
    let marked = |dump, score, standing| Member {
        mark: Some(5),
        standing,
        key: score,
        ..of(dump, Some("2012"), score)
    };
    let cases: &[(&str, Vec<Member>, usize)] = &[
        ("the same date", vec![of(1, Some("2012"), 1), of(1, Some("2012"), 2)], 1),
        ("a date and none", vec![of(1, Some("2012"), 1), of(1, None, 1)], 1),
        ("a date and none, other scores", vec![of(1, Some("2012"), 1), of(1, None, 2)], 2),
        ("other dates", vec![of(1, Some("2012"), 1), of(1, Some("2013"), 1)], 2),
        ("no date, the same score", vec![of(1, None, 1), of(1, None, 1)], 1),
        ("no date, other scores", vec![of(1, None, 1), of(1, None, 2)], 2),
        ("other dates of two dumps", vec![of(1, Some("2012"), 1), of(2, Some("2013"), 1)], 1),
        ("twice in each of two dumps", vec![nobodys(1), nobodys(1), nobodys(2), nobodys(2)], 2),
        ("twice here, once there", vec![nobodys(1), nobodys(1), nobodys(2)], 2),
        ("a mark that changed", vec![marked(1, 1, true), marked(2, 2, true)], 1),
        (
            "entries and their mark",
            vec![marked(1, 1, false), marked(2, 2, false), marked(3, 2, true)],
            2,
        ),
        ("a mark that no entry has", vec![marked(1, 1, false), marked(3, 2, true)], 2),
    ];
    for (what, members, reviews) in cases {
        let count = cluster(members).iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(count, *reviews, "{what}");
    }
}

/// Each kind of collision: n records that share all of this.
type Collision = (&'static str, fn(usize) -> Member);

const COLLISIONS: [Collision; 9] = [
    ("the same quote and byline", |n| Member {
        score: Some(Judgement::Points(n as i64)),
        has_byline_and_quote: true,
        ..Member::default()
    }),
    ("the same quote and byline, other dates", |n| Member {
        date: Some(n.to_string()),
        has_byline_and_quote: true,
        ..Member::default()
    }),
    ("no byline", |_| Member::default()),
    ("no byline, seven publications", |n| Member {
        publication: (n % 8 > 0).then(|| (n % 8).to_string()),
        ..Member::default()
    }),
    ("one id", |n| Member { id: Some((1, "1".into())), key: n as i64, ..Member::default() }),
    ("ids of one site", |n| Member { id: Some((1, n.to_string())), ..Member::default() }),
    ("ids of many sites", |n| Member { id: Some((n as i64, "1".into())), ..Member::default() }),
    ("standing marks", |n| Member {
        mark: Some(1),
        standing: true,
        key: n as i64,
        ..Member::default()
    }),
    ("entries and marks of one work", |n| Member {
        mark: Some(1),
        standing: n % 2 == 0,
        key: n as i64 % 9,
        score: Some(Judgement::Points(n as i64 % 9)),
        id: (n % 2 == 1).then(|| (1, n.to_string())),
        ..Member::default()
    }),
];

#[test]
fn steps_grow_with_the_records_whatever_they_share() {
    for (what, member) in COLLISIONS {
        for dumps in [1, 2, usize::MAX] {
            let steps = |n: usize| {
                let of = |at| Member { dump: (at % dumps) as i64, ..member(at / dumps.min(2)) };
                let members: Vec<Member> = (0..n).map(of).collect();
                cluster::cluster_in_steps(&members).1
            };
            let (one, four) = (steps(500), steps(2_000));
            assert!(four <= 5 * one + 100, "{what}, {dumps} dumps: {one} steps, then {four}");
        }
    }
}

fn any_members() -> impl Strategy<Value = Vec<Member>> {
    let member = (
        proptest::option::of(0..3u8),
        proptest::option::of(0..3u8),
        0..3i64,
        proptest::option::of(0..2u8),
    );
    let rest = (0..3i64, proptest::option::of(0..2i64), any::<bool>());
    let member =
        (member, rest).prop_map(|((id, publication, key, date), (dump, mark, standing))| {
            Member {
                id: id.map(|n| (i64::from(n % 2), n.to_string())),
                publication: publication.map(|n| n.to_string()),
                key,
                date: date.map(|n| n.to_string()),
                // Determined by the key, which contains byline and quote.
                has_byline_and_quote: key == 0,
                mark,
                standing: standing && mark.is_some(),
                dump,
                ..Member::default()
            }
        });
    proptest::collection::vec(member, 1..12)
}

/// The classes, each with its members.
fn partition(members: &[Member]) -> Vec<Vec<Member>> {
    let mut classes = std::collections::BTreeMap::<usize, Vec<Member>>::new();
    for (member, class) in members.iter().zip(cluster(members)) {
        classes.entry(class).or_default().push(member.clone());
    }
    let mut classes: Vec<Vec<Member>> = classes.into_values().collect();
    classes.iter_mut().for_each(|class| class.sort());
    classes.sort();
    classes
}

proptest! {
    #[test]
    fn any_order_gives_the_same_partition(
        members in any_members(),
        swaps in proptest::collection::vec((0..12usize, 0..12usize), 0..12),
    ) {
        let mut shuffled = members.clone();
        for (a, b) in swaps {
            let n = members.len();
            shuffled.swap(a % n, b % n);
        }
        prop_assert_eq!(partition(&members), partition(&shuffled));
        // Dump numbers do not matter either.
        for member in &mut shuffled {
            member.dump = 9 - member.dump;
        }
        let mut renumbered = partition(&shuffled);
        renumbered.iter_mut().for_each(|class| {
            class.iter_mut().for_each(|member| member.dump = 9 - member.dump);
            class.sort();
        });
        renumbered.sort();
        prop_assert_eq!(partition(&members), renumbered);
    }

    #[test]
    fn row_ids_of_works_do_not_matter(members in any_members()) {
        let keyed: Vec<Member> =
            members.into_iter().map(|m| Member { sort_key: (m.key, m.mark), ..m }).collect();
        let renumber = |member: &Member| Member {
            key: 9 - member.key,
            mark: member.mark.map(|mark| 9 - mark),
            ..member.clone()
        };
        let renumbered: Vec<Member> = keyed.iter().map(renumber).collect();
        let mut back: Vec<Vec<Member>> = partition(&renumbered);
        for class in &mut back {
            class.iter_mut().for_each(|member| *member = renumber(member));
            class.sort();
        }
        back.sort();
        prop_assert_eq!(partition(&keyed), back);
    }

    #[test]
    fn importing_a_dump_twice_adds_no_review(members in any_members(), dump in 0..3i64) {
        let mut more = members.clone();
        more.extend(members.iter().filter(|m| m.dump == dump).cloned().map(|m| Member { dump: 9, ..m }));
        let mut without = partition(&more);
        without.iter_mut().for_each(|class| class.retain(|member| member.dump != 9));
        without.sort();
        prop_assert_eq!(partition(&members), without);
    }
}
