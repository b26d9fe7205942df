//! Clusters records into reviews.
//!
//! "Matches any" and "no id" are not transitive, so comparing records pairwise on arrival would
//! depend on the order. First, records that are certainly one review are united: by id, by
//! standing mark, by equal content in several dumps. These components are then added in an order
//! by content, most complete first: each joins the class with which it shares most, or starts a
//! new one.
//!
//! Must never: depend on the number or order of dumps (a dump only counts as something that two
//! records share) or on row ids; take more than n log n steps, whatever the members share.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cluster_candidates::Candidates;
use crate::score::compare::Judgement;
use crate::sets::Sets;

/// One record as input of clustering.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Member {
    /// Site (and audience), numbered by name, and the site's id of the review.
    pub id: Option<(i64, String)>,
    /// Folded, aliases followed.
    pub publication: Option<String>,
    /// The identity key.
    pub key: i64,
    /// ISO 8601, possibly partial.
    pub date: Option<String>,
    /// By value.
    pub score: Option<Judgement>,
    /// For a record of an account's own export: [`mark`](super::mark).
    pub mark: Option<i64>,
    /// A standing mark, not an entry.
    pub standing: bool,
    /// It has byline and quote.
    pub has_byline_and_quote: bool,
    /// Number of the dump.
    pub dump: i64,
    /// The primary sort key, before key and mark.
    pub sort_key: SortKey,
}

/// Key and mark computed with the record's own words for the work instead of its row id, which
/// depends on the order of imports.
pub type SortKey = (i64, Option<i64>);

/// A member's content, without its dump.
type Content<'a> = (
    Option<&'a (i64, String)>,
    Option<&'a str>,
    i64,
    Option<&'a str>,
    Option<&'a Judgement>,
    Option<i64>,
    bool,
);

/// The sort key of members.
type Order<'a> = (Option<&'a (i64, String)>, Option<&'a str>, SortKey, Content<'a>);

impl Member {
    fn order(&self) -> Order<'_> {
        (self.id.as_ref(), self.publication.as_deref(), self.sort_key, self.content())
    }

    fn content(&self) -> Content<'_> {
        (
            self.id.as_ref(),
            self.publication.as_deref(),
            self.key,
            self.date.as_deref(),
            self.score.as_ref(),
            self.mark,
            self.standing,
        )
    }
}

/// Assigns members to reviews: equal numbers, same review. Numbers count from 0. The partition
/// depends only on the members' contents, not on their order (except that records of one dump are
/// in dump order). `members` must be closed: it contains every record that shares a key, an id or
/// a mark with one of them.
pub fn cluster(members: &[Member]) -> Vec<usize> {
    cluster_in_steps(members).0
}

/// As [`cluster`], also returns the number of classes examined.
pub(super) fn cluster_in_steps(members: &[Member]) -> (Vec<usize>, usize) {
    let mut components = united(members);
    components.sort_by(|a, b| a.rank.cmp(&b.rank));
    let mut classes: Vec<Class> = Vec::new();
    let mut candidates = Candidates::default();
    for component in components {
        let class = Class::of(&component.members, members);
        let home = candidates.best(&class, &classes, members);
        let at = home.unwrap_or(classes.len());
        match classes.get_mut(at) {
            Some(known) => known.absorb(class),
            None => classes.push(class),
        }
        candidates.note(at, &component.members, &classes, members);
    }
    let classes = attach_marks(classes, members);
    let mut answer = vec![0; members.len()];
    for (number, class) in classes.iter().enumerate() {
        for &member in class {
            answer[member] = number;
        }
    }
    (answer, candidates.steps)
}

/// Members that are certainly one review.
struct Component<'a> {
    members: Vec<usize>,
    rank: (bool, bool, BTreeSet<(Order<'a>, usize)>),
}

/// Unites members with an equal id, with an equal standing mark, and those of several dumps with
/// equal content and count.
fn united(members: &[Member]) -> Vec<Component<'_>> {
    let mut sets = Sets::of(members.len());
    let mut counts: FxHashMap<(Content<'_>, i64), usize> = FxHashMap::default();
    let mut by_id: FxHashMap<&(i64, String), usize> = FxHashMap::default();
    let mut by_mark: FxHashMap<i64, usize> = FxHashMap::default();
    let mut by_content: FxHashMap<(Content<'_>, usize), usize> = FxHashMap::default();
    let mut repeats = vec![0; members.len()];
    for (at, member) in members.iter().enumerate() {
        if let Some(id) = &member.id {
            sets.unite(*by_id.entry(id).or_insert(at), at);
        }
        if let Some(mark) = member.mark.filter(|_| member.standing) {
            sets.unite(*by_mark.entry(mark).or_insert(at), at);
        }
        let content = member.content();
        if member.id.is_none() && !member.standing && !member.has_byline_and_quote {
            let before = counts.entry((content, member.dump)).or_insert(0);
            repeats[at] = *before;
            *before += 1;
        }
        sets.unite(*by_content.entry((content, repeats[at])).or_insert(at), at);
    }
    let mut components: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for at in 0..members.len() {
        components.entry(sets.root(at)).or_default().push(at);
    }
    let component = |mut inside: Vec<usize>| {
        inside.sort_by_key(|&at| (members[at].order(), repeats[at]));
        let contents: BTreeSet<_> =
            inside.iter().map(|&at| (members[at].order(), repeats[at])).collect();
        let without = |part: fn(&Member) -> bool| inside.iter().all(|&at| part(&members[at]));
        let rank = (
            without(|member| member.id.is_none() && !member.standing),
            without(|member| member.publication.is_none()),
            contents,
        );
        Component { members: inside, rank }
    };
    components.into_values().map(component).collect()
}

/// The date and score of the records of one dump in one class, if these can show that a further
/// record is the same review: byline and quote are in the key. `None` if they cannot.
type Distinction = Option<Details>;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    key: i64,
    date: Option<String>,
    score: Option<Judgement>,
}

impl Details {
    fn of(member: &Member) -> Distinction {
        let (date, score) = (member.date.clone(), member.score.clone());
        member.has_byline_and_quote.then_some(Details { key: member.key, date, score })
    }

    /// Combines both, unless their dates, or without dates their scores, differ.
    fn with(&self, other: &Details) -> Distinction {
        fn one<T: Clone + PartialEq>(a: &Option<T>, b: &Option<T>) -> Option<Option<T>> {
            match (a, b) {
                (Some(a), Some(b)) if a != b => None,
                (a, b) => Some(a.clone().or_else(|| b.clone())),
            }
        }
        let date = one(&self.date, &other.date)?;
        let score = one(&self.score, &other.score);
        let dated = self.date.is_some() && other.date.is_some();
        let score = if dated { score.flatten() } else { score? };
        (self.key == other.key).then_some(Details { key: self.key, date, score })
    }
}

/// Members regarded as one review, and what excludes others.
#[derive(Debug, Default)]
pub(super) struct Class {
    pub(super) members: Vec<usize>,
    /// Sites of its ids and marks: a different id of one of them is a different review.
    pub(super) sites: FxHashSet<i64>,
    pub(super) publications: FxHashSet<String>,
    dumps: FxHashMap<i64, Distinction>,
}

impl Class {
    fn of(inside: &[usize], members: &[Member]) -> Self {
        let mut class = Class { members: inside.to_vec(), ..Class::default() };
        for member in inside.iter().map(|&at| &members[at]) {
            class.sites.extend(member.id.as_ref().map(|(site, _)| *site));
            class.publications.extend(member.publication.clone());
            let distinction = Details::of(member);
            note(&mut class.dumps, member.dump, distinction);
        }
        class
    }

    pub(super) fn has_dump(&self, dump: i64) -> bool {
        self.dumps.contains_key(&dump)
    }

    pub(super) fn dumps(&self) -> impl Iterator<Item = i64> {
        self.dumps.keys().copied()
    }

    /// Whether they can be one review, assuming that they share a key.
    pub(super) fn fits(&self, other: &Class) -> bool {
        let rival_publications = !self.publications.is_empty()
            && !other.publications.is_empty()
            && self.publications.is_disjoint(&other.publications);
        !rival_publications
            && self.sites.is_disjoint(&other.sites)
            && self.first_rival_dump(other).is_none()
    }

    /// A dump with records of both that does not show them to be one.
    fn first_rival_dump(&self, other: &Class) -> Option<i64> {
        let (few, many) = match self.dumps.len() <= other.dumps.len() {
            true => (&self.dumps, &other.dumps),
            false => (&other.dumps, &self.dumps),
        };
        few.iter().find_map(|(dump, distinction)| {
            let known = many.get(dump)?.as_ref();
            let both = distinction
                .as_ref()
                .zip(known)
                .and_then(|(distinction, known)| distinction.with(known));
            both.is_none().then_some(*dump)
        })
    }

    fn absorb(&mut self, mut other: Class) {
        if other.members.len() > self.members.len() {
            std::mem::swap(self, &mut other);
        }
        self.members.extend(other.members);
        self.sites.extend(other.sites);
        self.publications.extend(other.publications);
        for (dump, distinction) in other.dumps {
            note(&mut self.dumps, dump, distinction);
        }
    }
}

fn note(dumps: &mut FxHashMap<i64, Distinction>, dump: i64, distinction: Distinction) {
    dumps
        .entry(dump)
        .and_modify(|known| {
            *known = known.as_ref().zip(distinction.as_ref()).and_then(|(a, b)| a.with(b));
        })
        .or_insert(distinction);
}

/// Attaches each class of standing marks to an entry: with the same score, else with none; then
/// with the same date; then the first by content. An entry with two works or bylines gets none,
/// because only the shown values can be searched, and these depend on the order.
fn attach_marks(classes: Vec<Class>, members: &[Member]) -> Vec<Vec<usize>> {
    let mut entries: FxHashMap<i64, Vec<(usize, usize)>> = FxHashMap::default();
    for (number, class) in classes.iter().enumerate() {
        let marks = || class.members.iter().filter(|&&at| !members[at].standing);
        let first = marks().find_map(|&at| members[at].mark);
        if let Some(mark) = first
            && marks().all(|&at| members[at].mark.is_none_or(|other| other == mark))
        {
            entries
                .entry(mark)
                .or_default()
                .extend(marks().filter(|&&at| members[at].mark.is_some()).map(|&at| (number, at)));
        }
    }
    let mut homes = vec![None; classes.len()];
    for (number, class) in classes.iter().enumerate() {
        if class.members.iter().all(|&at| members[at].standing) {
            homes[number] = entry_of(class, &entries, members);
        }
    }
    let mut answer: Vec<Vec<usize>> = classes.into_iter().map(|class| class.members).collect();
    for (number, home) in homes.into_iter().enumerate() {
        if let Some(home) = home {
            let marks = std::mem::take(&mut answer[number]);
            answer[home].extend(marks);
        }
    }
    answer
}

fn entry_of(
    marks: &Class,
    entries: &FxHashMap<i64, Vec<(usize, usize)>>,
    members: &[Member],
) -> Option<usize> {
    let rated = marks.members.iter().map(|&at| &members[at]).min_by_key(|m| m.order())?;
    let beside = entries.get(&rated.mark?)?;
    let fitting = beside.iter().filter_map(|&(number, at)| {
        let entry = &members[at];
        let has_score = entry.score.is_some();
        (!has_score || entry.score == rated.score)
            .then(|| ((!has_score, entry.date != rated.date, entry.order()), number))
    });
    fitting.min_by(|a, b| a.0.cmp(&b.0)).map(|(_, number)| number)
}
