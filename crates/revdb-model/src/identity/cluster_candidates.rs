//! Finds the class that a component joins without comparing all classes.
//!
//! Classes are in lists by what their records contain: key, publication, date and score, and
//! subsets of these. A component searches the lists from the most to the least specific and joins
//! the first class that fits. Most classes that do not fit share a dump or a site with it; a class
//! never loses one, so each list stores for each dump and site how long a prefix of its classes
//! has it.
//!
//! Must never: compare more than [`TRIED`] classes of a list beyond that prefix.

use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, Hash};

use super::cluster::{Class, Member};

/// Maximum number of classes compared after the prefix; then the component starts its own review.
const TRIED: usize = 64;

/// The publication of the classes in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Of<'a> {
    /// Classes with a record of this publication.
    Publication(&'a str),
    /// Classes without a publication.
    NoPublication,
    All,
}

/// A permanent property of a class that excludes it as a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Obstacle {
    Dump(i64),
    Site(i64),
    /// The list is for classes without publication, and the class has got one.
    Publication,
}

#[derive(Debug, Default)]
struct List {
    classes: Vec<usize>,
    /// Length of the prefix of classes that all have the obstacle.
    passed: FxHashMap<Obstacle, usize>,
}

/// See the module documentation.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    lists: FxHashMap<u64, List>,
    /// Classes examined, for the tests of growth.
    pub(super) steps: usize,
}

/// What the classes of a list share besides key and publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Level {
    DateAndScore,
    Date,
    Score,
    Key,
}

const LEVELS: [Level; 4] = [Level::DateAndScore, Level::Date, Level::Score, Level::Key];

fn list(member: &Member, of: Of<'_>, level: Level) -> u64 {
    let (date, score) = (member.date.as_deref(), member.score.as_ref());
    let (date, score) = match level {
        Level::DateAndScore => (date, score),
        Level::Date => (date, None),
        Level::Score => (None, score),
        Level::Key => (None, None),
    };
    rustc_hash::FxBuildHasher.hash_one((member.key, of, level, date, score))
}

/// Levels that need a date or score are skipped if the member has none.
fn levels(member: &Member) -> impl Iterator<Item = Level> {
    let (date, score) = (member.date.is_some(), member.score.is_some());
    LEVELS.into_iter().filter(move |level| match level {
        Level::DateAndScore => date && score,
        Level::Date => date,
        Level::Score => score,
        Level::Key => true,
    })
}

impl Candidates {
    /// The class that the component joins; it shares a key with it.
    pub(super) fn best(
        &mut self,
        component: &Class,
        classes: &[Class],
        members: &[Member],
    ) -> Option<usize> {
        for own in [true, false] {
            for member in component.members.iter().map(|&at| &members[at]) {
                let of = match (&member.publication, own) {
                    (Some(publication), true) => Of::Publication(publication),
                    (None, true) => continue,
                    (Some(_), false) => Of::NoPublication,
                    (None, false) => Of::All,
                };
                for level in levels(member) {
                    let list = list(member, of, level);
                    // Byline and quote may show that records of one dump are one review.
                    for one_dump in [true, false] {
                        if one_dump && !member.has_byline_and_quote {
                            continue;
                        }
                        let found = self.first(list, of, one_dump, component, classes);
                        if found.is_some() {
                            return found;
                        }
                    }
                }
            }
        }
        None
    }

    /// The first class of a list that fits; `one_dump`: a shared dump does not exclude it.
    fn first(
        &mut self,
        list: u64,
        of: Of<'_>,
        one_dump: bool,
        component: &Class,
        classes: &[Class],
    ) -> Option<usize> {
        self.steps += 1;
        let list = self.lists.get_mut(&list)?;
        let dumps = component.dumps().filter(|_| !one_dump).map(Obstacle::Dump);
        let sites = component.sites.iter().map(|site| Obstacle::Site(*site));
        let bare = (of == Of::NoPublication).then_some(Obstacle::Publication);
        let mut at = 0;
        for obstacle in dumps.chain(sites).chain(bare) {
            let passed = list.passed.entry(obstacle).or_insert(0);
            while list.classes.get(*passed).is_some_and(|&number| has(&classes[number], obstacle)) {
                self.steps += 1;
                *passed += 1;
            }
            at = at.max(*passed);
        }
        let tried = list.classes.iter().skip(at).take(TRIED).copied();
        tried.inspect(|_| self.steps += 1).find(|&number| {
            let class = &classes[number];
            (of != Of::NoPublication || class.publications.is_empty()) && class.fits(component)
        })
    }

    /// Records that the members joined a class.
    pub(super) fn note(
        &mut self,
        class: usize,
        inside: &[usize],
        classes: &[Class],
        members: &[Member],
    ) {
        let bare = classes[class].publications.is_empty();
        for member in inside.iter().map(|&at| &members[at]) {
            let of = match &member.publication {
                Some(publication) => [Some(Of::Publication(publication)), Some(Of::All)],
                None => [bare.then_some(Of::NoPublication), Some(Of::All)],
            };
            for of in of.into_iter().flatten() {
                for level in levels(member) {
                    let list = self.lists.entry(list(member, of, level)).or_default();
                    if list.classes.last() != Some(&class) {
                        list.classes.push(class);
                    }
                }
            }
        }
    }
}

fn has(class: &Class, obstacle: Obstacle) -> bool {
    match obstacle {
        Obstacle::Dump(dump) => class.has_dump(dump),
        Obstacle::Site(site) => class.sites.contains(&site),
        Obstacle::Publication => !class.publications.is_empty(),
    }
}
