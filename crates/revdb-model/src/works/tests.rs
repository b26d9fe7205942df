use super::*;
use proptest::prelude::*;

fn named(id: Option<&str>, title: Option<&str>, kind: Option<Kind>, year: Option<i16>) -> Named {
    Named {
        ids: id.map(|id| (1, id.to_owned())).into_iter().collect(),
        title_fold: title.map(Named::fold),
        kind,
        year,
        creators: Vec::new(),
    }
}

fn by(creators: &[&str], year: Option<i16>) -> Named {
    let creators = creators.iter().map(|creator| (*creator).to_owned()).collect();
    Named { creators, ..named(None, Some("X"), None, year) }
}

#[test]
fn cases() {
    let x = |year| named(None, Some("X"), None, year);
    let cases: &[(&str, Vec<Named>, usize)] = &[
        ("a missing year fits the only one", vec![x(None), x(Some(2019))], 1),
        ("two years are two works", vec![x(Some(1974)), x(Some(2019))], 2),
        ("where it fits two, it is neither", vec![x(None), x(Some(1974)), x(Some(2019))], 3),
        ("twice unknown is once", vec![x(None), x(Some(1)), x(Some(2)), x(None)], 3),
        (
            "an id joins what has no title",
            vec![named(Some("a"), None, None, None), named(Some("a"), Some("X"), None, None)],
            1,
        ),
        (
            "other ids, other works",
            vec![named(Some("a"), Some("X"), None, None), named(Some("b"), Some("X"), None, None)],
            2,
        ),
        ("a title joins an id", vec![named(Some("a"), Some("X"), None, Some(2012)), x(None)], 1),
        (
            "a film and a game",
            vec![
                named(None, Some("X"), Some(Kind::Movie), None),
                named(None, Some("X"), Some(Kind::Game), None),
            ],
            2,
        ),
        (
            "kind here, year there",
            vec![named(None, Some("X"), Some(Kind::Movie), None), x(Some(2012))],
            1,
        ),
        ("two authors, two works", vec![by(&["a"], None), by(&["b"], None)], 2),
        ("one of two authors", vec![by(&["a", "b"], None), by(&["b"], None)], 1),
        ("without an author where there is one", vec![by(&["a"], None), x(Some(2012))], 1),
        (
            "without an author where there are two",
            vec![by(&["a"], None), by(&["b"], None), x(None)],
            3,
        ),
        (
            "the year tells whose it is",
            vec![by(&["a"], Some(1)), by(&["b"], Some(2)), x(Some(2))],
            2,
        ),
        ("names in two scripts are not compared", vec![by(&["a"], None), by(&["村上"], None)], 1),
        ("names in another script", vec![by(&["村"], None), by(&["上"], None)], 2),
        ("through a third", vec![by(&["a", "村"], None), by(&["上"], None), by(&["a"], None)], 1),
        (
            "an id stands above authors",
            vec![
                Named { ids: vec![(1, "i".to_owned())], ..by(&["a"], None) },
                Named { ids: vec![(1, "i".to_owned())], ..by(&["b"], None) },
            ],
            1,
        ),
    ];
    for (what, mentions, works) in cases {
        let answer = resolve(mentions);
        let count = answer.iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(count, *works, "{what}: {answer:?}");
    }
}

/// Each kind of collision: n mentions with something in common.
type Collision = (&'static str, fn(usize) -> Named);

const COLLISIONS: [Collision; 10] = [
    ("one title, ids of one site", |n| named(Some(&n.to_string()), Some("X"), None, None)),
    ("one title, ids and years", |n| {
        named(Some(&n.to_string()), Some("X"), None, Some(1000 + n as i16))
    }),
    ("one title, years", |n| named(None, Some("X"), None, Some(1000 + n as i16))),
    ("one title, years or ids", |n| match n % 2 {
        0 => named(Some(&n.to_string()), Some("X"), None, None),
        _ => named(None, Some("X"), Some(Kind::Movie), Some(1000 + n as i16)),
    }),
    ("one id, many titles", |n| named(Some("1"), Some(&n.to_string()), None, None)),
    ("one id and title, many years", |n| named(Some("1"), Some("X"), None, Some(1000 + n as i16))),
    ("one title, authors", |n| by(&[&n.to_string()], None)),
    ("one title, authors or years", |n| match n % 2 {
        0 => by(&[&n.to_string()], None),
        _ => by(&[], Some(1000 + n as i16)),
    }),
    ("one title, authors in a chain", |n| {
        by(&[&format!("{n:05}"), &format!("{:05}", n + 1)], None)
    }),
    ("one title, authors and years of a few", |n| by(&[&n.to_string()], Some(1000 + n as i16 % 3))),
];

#[test]
fn steps_grow_with_the_mentions_whatever_they_share() {
    for (what, mention) in COLLISIONS {
        let steps = |n: usize| resolve_in_steps(&(0..n).map(mention).collect::<Vec<_>>()).1;
        let (one, four) = (steps(500), steps(2_000));
        assert!(four <= 5 * one + 100, "{what}: {one} steps, then {four}");
    }
}

/// A subset of four creators, two of them in another script, sorted.
fn creators_of(bits: u8, more: Option<usize>) -> Vec<String> {
    let bits = bits ^ more.map_or(0, |more| 1 << (more % 4));
    let all = ["a", "b", "村", "上"].into_iter().enumerate();
    let mut creators: Vec<String> = all
        .filter(|(at, _)| bits & (1 << at) != 0)
        .map(|(_, creator)| creator.to_owned())
        .collect();
    creators.sort();
    creators
}

proptest! {
    #[test]
    fn a_mention_that_adds_nothing_changes_nothing(
        seed in proptest::collection::vec(
            (0..16u8, proptest::option::of(0..2u8), proptest::option::of(2000..2003i16), proptest::option::of(0..2usize)), 1..8),
        keeps in (any::<bool>(), any::<bool>(), any::<bool>()),
        at in 0..8usize,
    ) {
        // Without an id, with one of two sites' ids, or with one of both.
        let mut mentions: Vec<Named> = seed.iter().map(|&(id, title, year, kind)| Named {
            ids: [(id & 1 == 1).then(|| (1, format!("{}", year.unwrap_or(0) % 2))),
                  (id & 2 == 2).then(|| (2, format!("{kind:?}")))].into_iter().flatten().collect(),
            title_fold: title.map(|n| n.to_string()),
            kind: kind.map(|k| Kind::ALL[k]),
            year,
            creators: creators_of(id, kind),
        }).collect();
        let before = resolve(&mentions);
        let at = at % mentions.len();
        let other = mentions[at].clone();
        let less = Named {
            ids: other.ids.first().cloned().into_iter().collect(),
            title_fold: other.title_fold.clone().filter(|_| keeps.0),
            kind: other.kind.filter(|_| keeps.1),
            year: other.year.filter(|_| keeps.2),
            creators: other.creators.iter().take(usize::from(keeps.0)).cloned().collect(),
        };
        prop_assume!(less.adds_nothing_to(&other));
        mentions.push(less);
        let after = resolve(&mentions);
        prop_assert_eq!(after.last(), after.get(at));
        for a in 0..before.len() {
            for b in 0..before.len() {
                prop_assert_eq!(before[a] == before[b], after[a] == after[b]);
            }
        }
    }

    #[test]
    fn any_order_gives_the_same_works(
        seed in proptest::collection::vec(
            (proptest::option::of(0..3u8), proptest::option::of(0..2u8), proptest::option::of(2000..2003i16), proptest::option::of(0..2usize), 0..16u8), 1..8),
        rotate in 0..8usize,
    ) {
        let mentions: Vec<Named> = seed.iter().map(|(id, title, year, kind, creators)| Named {
            creators: creators_of(*creators, None),
            ..named(
                id.map(|n| n.to_string()).as_deref(),
                title.map(|n| n.to_string()).as_deref(),
                kind.map(|k| Kind::ALL[k]),
                *year,
            )
        }).collect();
        let partition = |given: &[Named]| {
            let mut works = std::collections::BTreeMap::<usize, Vec<Named>>::new();
            for (mention, work) in given.iter().zip(resolve(given)) {
                works.entry(work).or_default().push(mention.clone());
            }
            let mut works: Vec<Vec<Named>> = works.into_values().collect();
            works.iter_mut().for_each(|work| work.sort());
            works.sort();
            works
        };
        let mut turned = mentions.clone();
        turned.rotate_left(rotate % mentions.len());
        turned.reverse();
        prop_assert_eq!(partition(&mentions), partition(&turned));
    }
}
