//! When two mentions name the same work.
//!
//! Like reviews (`domain::identity`), works are decided from the whole set of
//! mentions and never from the order in which they came: a mention without
//! year joins the one film of that title, and stands alone where there are two.
//!
//! The rules: an equal id of one site decides; different ids of one site,
//! different years or different kinds are different works; a missing part fits
//! any. Titles are compared folded and with aliases followed.

use super::{Kind, name};

/// A mention as resolution sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Named {
    /// Site number and id.
    pub ids: Vec<(i64, String)>,
    pub title_fold: Option<String>,
    pub kind: Option<Kind>,
    pub year: Option<i16>,
}

impl Named {
    /// Folds a title for comparison.
    pub fn fold(title: &str) -> String {
        name::fold(title)
    }

    /// Neither title, kind nor year.
    pub fn only_has_ids(&self) -> bool {
        self.title_fold.is_none() && self.kind.is_none() && self.year.is_none()
    }

    /// Whether one of two mentions that share an id, this one, says nothing that the other does
    /// not. They are one work, and whatever is decided is decided as it was without it.
    pub fn adds_nothing_to(&self, other: &Named) -> bool {
        !self.ids.is_empty()
            && self.ids.iter().all(|id| other.ids.contains(id))
            && (self.title_fold.is_none() || self.title_fold == other.title_fold)
            && (self.kind.is_none() || self.kind == other.kind)
            && (self.year.is_none() || self.year == other.year)
    }
}

/// Which work each mention belongs to: equal numbers, same work; numbers count
/// from 0. `mentions` must be closed: every mention that shares a title or an
/// id with one of them is among them.
pub fn resolve(mentions: &[Named]) -> Vec<usize> {
    let mut groups = by_id(mentions);
    groups.sort_by_cached_key(Group::rank);
    // Only what says most may found a work; the rest joins the one it fits,
    // and stands alone where it fits several.
    let mut works: Vec<Group> = Vec::new();
    for group in groups {
        let fitting: Vec<usize> = (0..works.len()).filter(|&i| works[i].fits(&group)).collect();
        match fitting[..] {
            [only] => works[only].absorb(group),
            _ => match works.iter_mut().find(|work| work.equals(&group)) {
                Some(twin) => twin.absorb(group),
                None => works.push(group),
            },
        }
    }
    let mut answer = vec![0; mentions.len()];
    for (number, work) in works.iter().enumerate() {
        for &member in &work.members {
            answer[member] = number;
        }
    }
    answer
}

/// How little a group says, then its ids, titles, kinds and years in order.
type Rank = (u8, Vec<(i64, String)>, Vec<String>, Vec<Kind>, Vec<i16>);

#[derive(Debug, Clone, Default)]
struct Group {
    members: Vec<usize>,
    ids: Vec<(i64, String)>,
    titles: Vec<String>,
    /// More than one where mentions with an equal id contradict each other.
    kinds: Vec<Kind>,
    years: Vec<i16>,
}

impl Group {
    fn of(index: usize, named: &Named) -> Self {
        Group {
            members: vec![index],
            ids: named.ids.clone(),
            titles: named.title_fold.iter().cloned().collect(),
            kinds: named.kind.into_iter().collect(),
            years: named.year.into_iter().collect(),
        }
    }

    /// Sorts what says most first, then by what is said: not by how often or in how many
    /// mentions, so that one more which says nothing new changes no order.
    fn rank(&self) -> Rank {
        let said = u8::from(!self.ids.is_empty()) * 4
            + u8::from(!self.years.is_empty()) * 2
            + u8::from(!self.kinds.is_empty());
        (
            7 - said,
            sorted(&self.ids),
            sorted(&self.titles),
            sorted(&self.kinds),
            sorted(&self.years),
        )
    }

    fn fits(&self, other: &Group) -> bool {
        let rival_ids =
            self.ids.iter().any(|(site, id)| other.ids.iter().any(|(s, i)| s == site && i != id));
        !rival_ids
            && !rival(&self.years, &other.years)
            && !rival(&self.kinds, &other.kinds)
            && share(&self.titles, &other.titles)
    }

    /// Says exactly the same: two mentions that fit several works alike are one work.
    fn equals(&self, other: &Group) -> bool {
        self.ids.is_empty()
            && other.ids.is_empty()
            && self.years == other.years
            && self.kinds == other.kinds
            && share(&self.titles, &other.titles)
    }

    fn absorb(&mut self, other: Group) {
        self.members.extend(other.members);
        unite(&mut self.ids, other.ids);
        unite(&mut self.titles, other.titles);
        unite(&mut self.kinds, other.kinds);
        unite(&mut self.years, other.years);
    }
}

fn share<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.iter().any(|x| b.contains(x))
}

/// Both known, and nothing in common.
fn rival<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    !a.is_empty() && !b.is_empty() && !share(a, b)
}

fn sorted<T: Clone + Ord>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort();
    items
}

fn unite<T: PartialEq>(into: &mut Vec<T>, from: Vec<T>) {
    for item in from {
        if !into.contains(&item) {
            into.push(item);
        }
    }
}

/// Mentions that share an id are one, also through a third.
fn by_id(mentions: &[Named]) -> Vec<Group> {
    let mut groups: Vec<Option<Group>> = Vec::new();
    let mut seen: rustc_hash::FxHashMap<&(i64, String), usize> = Default::default();
    for (index, named) in mentions.iter().enumerate() {
        let mut group = Group::of(index, named);
        let mut known: Vec<usize> =
            named.ids.iter().filter_map(|id| seen.get(id).copied()).collect();
        known.sort_unstable();
        known.dedup();
        let at = known.first().copied().unwrap_or(groups.len());
        for other in known {
            if let Some(earlier) = groups[other].take() {
                group.absorb(earlier);
            }
        }
        if at == groups.len() {
            groups.push(None);
        }
        let members = group.members.clone();
        groups[at] = Some(group);
        for member in members {
            for id in &mentions[member].ids {
                seen.insert(id, at);
            }
        }
    }
    groups.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(
        id: Option<&str>,
        title: Option<&str>,
        kind: Option<Kind>,
        year: Option<i16>,
    ) -> Named {
        Named {
            ids: id.map(|id| (1, id.to_owned())).into_iter().collect(),
            title_fold: title.map(Named::fold),
            kind,
            year,
        }
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
                vec![
                    named(Some("a"), Some("X"), None, None),
                    named(Some("b"), Some("X"), None, None),
                ],
                2,
            ),
            (
                "a title joins an id",
                vec![named(Some("a"), Some("X"), None, Some(2012)), x(None)],
                1,
            ),
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
        ];
        for (what, mentions, works) in cases {
            let answer = resolve(mentions);
            let count = answer.iter().collect::<std::collections::BTreeSet<_>>().len();
            assert_eq!(count, *works, "{what}: {answer:?}");
        }
    }

    proptest! {
        #[test]
        fn a_mention_that_adds_nothing_changes_nothing(
            seed in proptest::collection::vec(
                (0..4u8, proptest::option::of(0..2u8), proptest::option::of(2000..2003i16), proptest::option::of(0..2usize)), 1..8),
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
            }).collect();
            let before = resolve(&mentions);
            let at = at % mentions.len();
            let other = mentions[at].clone();
            let less = Named {
                ids: other.ids.first().cloned().into_iter().collect(),
                title_fold: other.title_fold.clone().filter(|_| keeps.0),
                kind: other.kind.filter(|_| keeps.1),
                year: other.year.filter(|_| keeps.2),
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
                (proptest::option::of(0..3u8), proptest::option::of(0..2u8), proptest::option::of(2000..2003i16), proptest::option::of(0..2usize)), 1..8),
            rotate in 0..8usize,
        ) {
            let mentions: Vec<Named> = seed.iter().map(|(id, title, year, kind)| named(
                id.map(|n| n.to_string()).as_deref(),
                title.map(|n| n.to_string()).as_deref(),
                kind.map(|k| Kind::ALL[k]),
                *year,
            )).collect();
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
}
