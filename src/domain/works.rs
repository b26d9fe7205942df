//! When two mentions name the same work.
//!
//! Like reviews (`domain::identity`), works are decided from the whole set of
//! mentions and never from the order in which they came: a mention without
//! year joins the one film of that title, and stands alone where there are two.
//!
//! The rules: an equal id of one site decides; different ids of one site,
//! different years or different kinds are different works; a missing part fits
//! any. Titles are compared folded and with aliases followed.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::sets::Sets;
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
/// id with one of them is among them. Takes n log n steps.
pub fn resolve(mentions: &[Named]) -> Vec<usize> {
    resolve_in_steps(mentions).0
}

/// As [`resolve`], with the number of works that were looked at.
fn resolve_in_steps(mentions: &[Named]) -> (Vec<usize>, usize) {
    let mut groups = by_id(mentions);
    groups.sort_by(|a, b| a.rank().cmp(&b.rank()));
    // Only what says most may found a work; the rest joins the one it fits,
    // and stands alone where it fits several.
    let mut works: Vec<Group> = Vec::new();
    let mut fitting = Fitting::default();
    for group in groups {
        let home = match fitting.two(&group, &works) {
            [Some(only), None] => Some(only),
            [None, _] => None,
            _ => fitting.twin(&group, &works),
        };
        let at = home.unwrap_or(works.len());
        match works.get_mut(at) {
            Some(work) => {
                let changed = work.absorb(group);
                fitting.note(at, work, &changed);
            }
            None => {
                fitting.note(at, &group, &group.titles);
                works.push(group);
            }
        }
    }
    let mut answer = vec![0; mentions.len()];
    for (number, work) in works.iter().enumerate() {
        for &member in &work.members {
            answer[member] = number;
        }
    }
    (answer, fitting.steps)
}

/// How little a group says, then its ids, titles, kinds and years in order.
type Rank<'a> =
    (u8, &'a BTreeSet<(i64, String)>, &'a BTreeSet<String>, &'a BTreeSet<Kind>, &'a BTreeSet<i16>);

#[derive(Debug, Clone, Default)]
struct Group {
    members: Vec<usize>,
    ids: BTreeSet<(i64, String)>,
    titles: BTreeSet<String>,
    /// More than one where mentions with an equal id contradict each other.
    kinds: BTreeSet<Kind>,
    years: BTreeSet<i16>,
}

impl Group {
    /// Sorts what says most first, then by what is said: not by how often or in how many
    /// mentions, so that one more which says nothing new changes no order.
    fn rank(&self) -> Rank<'_> {
        let said = u8::from(!self.ids.is_empty()) * 4
            + u8::from(!self.years.is_empty()) * 2
            + u8::from(!self.kinds.is_empty());
        (7 - said, &self.ids, &self.titles, &self.kinds, &self.years)
    }

    fn sites(&self) -> BTreeSet<i64> {
        self.ids.iter().map(|(site, _)| *site).collect()
    }

    /// Given that they share a title. Groups that share an id are one already.
    fn fits(&self, other: &Group) -> bool {
        self.sites().is_disjoint(&other.sites())
            && !rival(&self.years, &other.years)
            && !rival(&self.kinds, &other.kinds)
    }

    /// Says exactly the same: two mentions that fit several works alike are one work.
    fn equals(&self, other: &Group) -> bool {
        self.ids.is_empty()
            && other.ids.is_empty()
            && self.years == other.years
            && self.kinds == other.kinds
    }

    /// The titles under which it is to be found anew.
    fn absorb(&mut self, other: Group) -> BTreeSet<String> {
        let before = (self.sites(), self.kinds.len(), self.years.len());
        self.members.extend(other.members);
        self.ids.extend(other.ids);
        self.kinds.extend(other.kinds);
        self.years.extend(other.years);
        let is_otherwise = before != (self.sites(), self.kinds.len(), self.years.len());
        let new: BTreeSet<String> = other.titles.difference(&self.titles).cloned().collect();
        self.titles.extend(other.titles);
        if is_otherwise { self.titles.clone() } else { new }
    }
}

/// Both known, and nothing in common.
fn rival<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> bool {
    !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
}

/// Works of one title and set of sites by kind and year, `None` where they have none.
type Shelf = BTreeMap<(Option<Kind>, Option<i16>), BTreeSet<usize>>;

/// Finds works that fit without looking at all of a title. A work that has come to say
/// more stands where it stood, too, and is taken from there when it is met.
#[derive(Debug, Default)]
struct Fitting {
    shelves: FxHashMap<String, BTreeMap<BTreeSet<i64>, Shelf>>,
    steps: usize,
}

impl Fitting {
    fn note(&mut self, at: usize, work: &Group, titles: &BTreeSet<String>) {
        let sites = work.sites();
        for title in titles {
            let shelf =
                self.shelves.entry(title.clone()).or_default().entry(sites.clone()).or_default();
            for kind in or_none(&work.kinds) {
                for year in or_none(&work.years) {
                    shelf.entry((kind, year)).or_default().insert(at);
                }
            }
        }
    }

    /// Two works that fit, or as many as there are.
    fn two(&mut self, group: &Group, works: &[Group]) -> [Option<usize>; 2] {
        let mut found = [None, None];
        let sites = group.sites();
        for title in &group.titles {
            let Some(shelves) = self.shelves.get_mut(title) else { continue };
            for (_, shelf) in shelves.iter_mut().filter(|(of, _)| of.is_disjoint(&sites)) {
                for kind in kinds_that_fit(group) {
                    let mut stale = Vec::new();
                    for (place, at) in places(shelf, kind, group) {
                        self.steps += 1;
                        if !works[at].fits(group) {
                            stale.push((place, at));
                            continue;
                        }
                        match found[0] {
                            None => found[0] = Some(at),
                            Some(first) if first == at => {}
                            Some(_) => {
                                found[1] = Some(at);
                                break;
                            }
                        }
                    }
                    for (place, at) in stale {
                        if let Some(works) = shelf.get_mut(&place) {
                            works.remove(&at);
                        }
                    }
                    if found[1].is_some() {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// The first work that says exactly the same.
    fn twin(&mut self, group: &Group, works: &[Group]) -> Option<usize> {
        let kind = group.kinds.first().copied();
        let year = group.years.first().copied();
        let mut found = None;
        for title in &group.titles {
            let shelf = self.shelves.get(title).and_then(|of| of.get(&BTreeSet::new()));
            let place = shelf.and_then(|shelf| shelf.get(&(kind, year)));
            let first = place.into_iter().flatten().copied().find(|&at| {
                self.steps += 1;
                works[at].equals(group)
            });
            found = found.into_iter().chain(first).min();
        }
        found
    }
}

/// The kinds of works that fit: its own and none, or any where it has none.
fn kinds_that_fit(group: &Group) -> Vec<Option<Kind>> {
    let mut kinds: Vec<Option<Kind>> = match group.kinds.is_empty() {
        true => Kind::ALL.into_iter().map(Some).collect(),
        false => group.kinds.iter().copied().map(Some).collect(),
    };
    kinds.push(None);
    kinds
}

/// Works of a shelf of this kind and of a year that fits.
fn places<'a>(
    shelf: &'a Shelf,
    kind: Option<Kind>,
    group: &'a Group,
) -> impl Iterator<Item = ((Option<Kind>, Option<i16>), usize)> + 'a {
    let all = group.years.is_empty().then(|| shelf.range((kind, None)..=(kind, Some(i16::MAX))));
    let some = (!group.years.is_empty()).then(|| {
        let years = group.years.iter().copied().map(Some).chain([None]);
        years.filter_map(move |year| shelf.get_key_value(&(kind, year)))
    });
    let places = all.into_iter().flatten().chain(some.into_iter().flatten());
    places.flat_map(|(place, works)| works.iter().map(move |at| (*place, *at)))
}

fn or_none<T: Copy>(items: &BTreeSet<T>) -> Vec<Option<T>> {
    if items.is_empty() { vec![None] } else { items.iter().copied().map(Some).collect() }
}

/// Mentions that share an id are one, also through a third.
fn by_id(mentions: &[Named]) -> Vec<Group> {
    let mut sets = Sets::of(mentions.len());
    let mut seen: FxHashMap<&(i64, String), usize> = FxHashMap::default();
    for (at, named) in mentions.iter().enumerate() {
        for id in &named.ids {
            sets.unite(*seen.entry(id).or_insert(at), at);
        }
    }
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for (at, named) in mentions.iter().enumerate() {
        let group = groups.entry(sets.root(at)).or_default();
        group.members.push(at);
        group.ids.extend(named.ids.iter().cloned());
        group.titles.extend(named.title_fold.clone());
        group.kinds.extend(named.kind);
        group.years.extend(named.year);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests;
