//! Decides which mentions name the same work.
//!
//! As for reviews (`revdb_model::identity`), the decision is made over the whole set of mentions
//! and never depends on their order: a mention without year belongs to the only film of that
//! title, and is a work of its own if there are two.
//!
//! The rules: an equal id of one site decides; different ids of one site, different years,
//! different kinds, or creators with nobody in common are different works; a missing part matches
//! any. Titles are compared folded with aliases applied, creators by `property::creator_keys`, if
//! both or neither are in Latin script.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::sets::Sets;
use super::{Kind, Property, name, property};

/// A mention as input of the decision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Named {
    /// Site and id. Sites are numbered by name, since their order affects the result.
    pub ids: Vec<(i64, String)>,
    /// The title, folded.
    pub title_fold: Option<String>,
    /// `None` if the dump does not say.
    pub kind: Option<Kind>,
    /// `None` if the dump does not say.
    pub year: Option<i16>,
    /// The creators' keys, from [`Named::creators`].
    pub creators: Vec<String>,
}

impl Named {
    /// Sorted keys of the main creators; empty if only other contributors are named. A film's
    /// creator is its director, other works' their authors.
    pub fn creators(kind: Option<Kind>, properties: &[(Property, String)]) -> Vec<String> {
        let is_film = matches!(kind, Some(Kind::Movie | Kind::Tv));
        let is_whose = |property: &Property| match property {
            Property::Director => true,
            Property::Author => !is_film,
            _ => false,
        };
        if !properties.iter().any(|(property, _)| is_whose(property)) {
            return Vec::new();
        }
        let distinguishing =
            properties.iter().filter(|(property, _)| property.distinguishes_works());
        let keys: BTreeSet<String> =
            distinguishing.flat_map(|(_, value)| property::creator_keys(value)).collect();
        keys.into_iter().collect()
    }

    /// Folds a title for comparison.
    pub fn fold(title: &str) -> String {
        name::fold(title)
    }

    /// Neither title, kind nor year.
    pub fn only_has_ids(&self) -> bool {
        self.title_fold.is_none() && self.kind.is_none() && self.year.is_none()
    }

    /// Whether this mention adds nothing to another with the same id. They are one work, and the
    /// result is the same as without it.
    pub fn adds_nothing_to(&self, other: &Named) -> bool {
        !self.ids.is_empty()
            && self.ids.iter().all(|id| other.ids.contains(id))
            && (self.title_fold.is_none() || self.title_fold == other.title_fold)
            && (self.kind.is_none() || self.kind == other.kind)
            && (self.year.is_none() || self.year == other.year)
            && self.creators.iter().all(|creator| other.creators.contains(creator))
    }
}

/// Assigns mentions to works: equal numbers, same work; numbers count from 0. `mentions` must be
/// closed: it contains every mention that shares a title or an id with one of them. Takes n log n
/// steps.
pub fn resolve(mentions: &[Named]) -> Vec<usize> {
    resolve_in_steps(mentions).0
}

/// As [`resolve`], also returns the number of works examined.
fn resolve_in_steps(mentions: &[Named]) -> (Vec<usize>, usize) {
    let mut groups = by_id(mentions);
    groups.sort_by(|a, b| a.rank().cmp(&b.rank()));
    // Only the most specific groups may start a work; the others join the one that fits, or stay
    // separate if several fit.
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
                for (titles, creators) in work.absorb(group) {
                    fitting.note(at, work, &titles, &creators);
                }
            }
            None => {
                let creators: Vec<String> =
                    group.stored_at().into_iter().map(str::to_owned).collect();
                fitting.note(at, &group, &group.titles, &creators);
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

/// How little a group specifies, then its ids, titles, kinds, years and creators in order.
type Rank<'a> = (
    u8,
    &'a BTreeSet<(i64, String)>,
    &'a BTreeSet<String>,
    &'a BTreeSet<Kind>,
    &'a BTreeSet<i16>,
    &'a BTreeSet<String>,
);

#[derive(Debug, Clone, Default)]
struct Group {
    members: Vec<usize>,
    ids: BTreeSet<(i64, String)>,
    titles: BTreeSet<String>,
    /// More than one if mentions with an equal id contradict each other.
    kinds: BTreeSet<Kind>,
    years: BTreeSet<i16>,
    creators: BTreeSet<String>,
}

impl Group {
    /// Sorts the most specific first, then by content; not by number of mentions, so that a
    /// mention without new information does not change the order.
    fn rank(&self) -> Rank<'_> {
        let evidence = u8::from(!self.ids.is_empty()) * 8
            + u8::from(!self.years.is_empty()) * 4
            + u8::from(!self.creators.is_empty()) * 2
            + u8::from(!self.kinds.is_empty());
        (15 - evidence, &self.ids, &self.titles, &self.kinds, &self.years, &self.creators)
    }

    fn sites(&self) -> BTreeSet<i64> {
        self.ids.iter().map(|(site, _)| *site).collect()
    }

    /// Assumes a shared title. Groups that share an id were united before.
    fn fits(&self, other: &Group) -> bool {
        self.sites().is_disjoint(&other.sites())
            && !rival(&self.years, &other.years)
            && !rival(&self.kinds, &other.kinds)
            && !self.is_anothers(other)
    }

    /// In byte order, Latin letters come first.
    fn script(&self) -> Script {
        match self.creators.first().and_then(|creator| creator.bytes().next()) {
            None => Script::None,
            Some(byte) if byte.is_ascii() => Script::Latin,
            Some(_) => Script::Other,
        }
    }

    fn is_anothers(&self, other: &Group) -> bool {
        let script = self.script();
        script != Script::None
            && script == other.script()
            && self.creators.is_disjoint(&other.creators)
    }

    /// Shelf places, by creator, where this work is stored.
    fn stored_at(&self) -> Vec<&str> {
        let creators = self.creators.iter().map(String::as_str);
        match self.script() {
            Script::None => vec![NOBODYS],
            Script::Latin => creators.chain([SOMEBODYS, NOT_OTHER]).collect(),
            Script::Other => creators.chain([SOMEBODYS, NOT_LATIN]).collect(),
        }
    }

    /// Shelf places, by creator, where works that fit it are stored.
    fn fits_at(&self) -> Vec<&str> {
        let creators = self.creators.iter().map(String::as_str);
        match self.script() {
            Script::None => vec![NOBODYS, SOMEBODYS],
            Script::Latin => creators.chain([NOBODYS, NOT_LATIN]).collect(),
            Script::Other => creators.chain([NOBODYS, NOT_OTHER]).collect(),
        }
    }

    /// Equal content: two mentions that fit the same several works are one work.
    fn equals(&self, other: &Group) -> bool {
        self.ids.is_empty()
            && other.ids.is_empty()
            && self.years == other.years
            && self.kinds == other.kinds
            && self.creators == other.creators
    }

    /// Returns where it must be indexed anew: titles, and places by creator.
    fn absorb(&mut self, other: Group) -> [(BTreeSet<String>, Vec<String>); 2] {
        let summary = |of: &Self| (of.sites(), of.kinds.len(), of.years.len(), of.script());
        let owned = |places: Vec<&str>| places.into_iter().map(str::to_owned).collect();
        let before = summary(self);
        let creators: Vec<String> = other.creators.difference(&self.creators).cloned().collect();
        self.members.extend(other.members);
        self.ids.extend(other.ids);
        self.kinds.extend(other.kinds);
        self.years.extend(other.years);
        self.creators.extend(creators.iter().cloned());
        let is_otherwise = before != summary(self);
        let known = self.titles.clone();
        self.titles.extend(other.titles);
        match is_otherwise {
            true => [(self.titles.clone(), owned(self.stored_at())), Default::default()],
            false => {
                let new = self.titles.difference(&known).cloned().collect();
                [(new, owned(self.stored_at())), (known, creators)]
            }
        }
    }
}

/// Both known and disjoint.
fn rival<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> bool {
    !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
}

/// The script of a group's creators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    None,
    Latin,
    Other,
}

/// Shelf places for works without creators, for works with any creator, and for creators in other
/// scripts. No creator's key begins with a space.
const NOBODYS: &str = " nobody";
const SOMEBODYS: &str = " somebody";
const NOT_LATIN: &str = " not latin";
const NOT_OTHER: &str = " not other";

/// Kind, creator and year; `None` for missing ones.
type Place = (Option<Kind>, String, Option<i16>);

/// Works with the same title and set of sites.
type Shelf = BTreeMap<Place, BTreeSet<usize>>;

/// Finds works that fit without examining all works of a title. A work that became more specific
/// is also still stored at its old place; it is removed from there on access.
#[derive(Debug, Default)]
struct Fitting {
    shelves: FxHashMap<String, BTreeMap<BTreeSet<i64>, Shelf>>,
    steps: usize,
}

impl Fitting {
    fn note(&mut self, at: usize, work: &Group, titles: &BTreeSet<String>, creators: &[String]) {
        let sites = work.sites();
        for title in titles {
            let shelf =
                self.shelves.entry(title.clone()).or_default().entry(sites.clone()).or_default();
            for kind in or_none(&work.kinds) {
                for year in or_none(&work.years) {
                    for creator in creators {
                        shelf.entry((kind, creator.clone(), year)).or_default().insert(at);
                    }
                }
            }
        }
    }

    /// Up to two works that fit.
    fn two(&mut self, group: &Group, works: &[Group]) -> [Option<usize>; 2] {
        let mut found = [None, None];
        let sites = group.sites();
        let creators = group.fits_at();
        let of_kind = |kind| creators.iter().map(move |creator| (kind, *creator));
        let fitting: Vec<_> = kinds_that_fit(group).into_iter().flat_map(of_kind).collect();
        for title in &group.titles {
            let Some(shelves) = self.shelves.get_mut(title) else { continue };
            for (_, shelf) in shelves.iter_mut().filter(|(of, _)| of.is_disjoint(&sites)) {
                for (kind, creator) in &fitting {
                    let mut stale = Vec::new();
                    for (place, at) in places(shelf, *kind, creator, group) {
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

    /// The first work with equal content.
    fn twin(&mut self, group: &Group, works: &[Group]) -> Option<usize> {
        let (kind, year) = (group.kinds.first().copied(), group.years.first().copied());
        let creator = group.creators.first().map_or(NOBODYS, String::as_str);
        let twins = (kind, creator.to_owned(), year);
        let mut found = None;
        for title in &group.titles {
            let shelf = self.shelves.get(title).and_then(|of| of.get(&BTreeSet::new()));
            let place = shelf.and_then(|shelf| shelf.get(&twins));
            let first = place.into_iter().flatten().copied().find(|&at| {
                self.steps += 1;
                works[at].equals(group)
            });
            found = found.into_iter().chain(first).min();
        }
        found
    }
}

/// The kinds of works that fit: its own and none, or any if it has none.
fn kinds_that_fit(group: &Group) -> Vec<Option<Kind>> {
    let mut kinds: Vec<Option<Kind>> = match group.kinds.is_empty() {
        true => Kind::ALL.into_iter().map(Some).collect(),
        false => group.kinds.iter().copied().map(Some).collect(),
    };
    kinds.push(None);
    kinds
}

/// Works on a shelf with this kind and creator, and a year that fits.
fn places<'a>(
    shelf: &'a Shelf,
    kind: Option<Kind>,
    creator: &'a str,
    group: &'a Group,
) -> impl Iterator<Item = (Place, usize)> + 'a {
    let place = move |year| (kind, creator.to_owned(), year);
    let all = group.years.is_empty().then(|| shelf.range(place(None)..=place(Some(i16::MAX))));
    let some = (!group.years.is_empty()).then(|| {
        let years = group.years.iter().copied().map(Some).chain([None]);
        years.filter_map(move |year| shelf.get_key_value(&place(year)))
    });
    let places = all.into_iter().flatten().chain(some.into_iter().flatten());
    places.flat_map(|(place, works)| works.iter().map(move |at| (place.clone(), *at)))
}

fn or_none<T: Copy>(items: &BTreeSet<T>) -> Vec<Option<T>> {
    if items.is_empty() { vec![None] } else { items.iter().copied().map(Some).collect() }
}

/// Unites mentions that share an id, transitively.
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
        group.creators.extend(named.creators.iter().cloned());
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests;
