//! When two records are the same review.
//!
//! Owns: the identity key, the clustering of records into reviews, and the
//! merging of one review's records into the values that are shown. Must never:
//! depend on the order in which dumps were imported to decide *which* records
//! belong together (only *whose value is shown* goes by order), because undo
//! and re-import promise that any order gives the same reviews.
//!
//! The rules (in words: the design's "Identity"):
//! - two ids of one site decide, whatever the rest says;
//! - else audience, work, byline and quote must be equal; without a quote,
//!   audience, work, byline, date and score_text; without a byline, the date
//!   and score_text too. All of this is hashed into the *key*;
//! - two known publications that differ make two reviews, a missing one fits any.
//!
//! A site may also tell an account's *standing rating* of a work, which is no
//! entry of its own (Letterboxd's ratings.csv beside diary.csv). Its id is one
//! of the site's name with [`STANDING`] behind it. It belongs to an entry of that site
//! by the same byline (or by none) of the same work that has the same score, or
//! no score, and is a review of its own only where there is none. It then adds
//! nothing to what the entry says.
//!
//! "Fits any" and "no id" are not transitive, so records are not compared one
//! by one as they come: all records that share a key or an id are clustered
//! together, richest first, in an order made of their contents alone.

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::Xxh3;

use super::{Audience, name};

/// What of a review goes into its key. Names are given folded and with aliases
/// followed; the work is its row's number.
#[derive(Debug, Clone, Copy)]
pub struct KeyParts<'a> {
    pub audience: Audience,
    pub work: i64,
    pub byline_fold: Option<&'a str>,
    pub quote: Option<&'a str>,
    pub date: Option<&'a str>,
    pub score_text: Option<&'a str>,
}

/// The 64-bit identity key. Equal reviews have equal keys; unequal ones share
/// a key by accident about once in 10^7 archives of a million reviews (the
/// birthday bound n²/2⁶⁵), which is why publications and ids are compared
/// beside it but the quote is not compared again.
pub fn key(parts: &KeyParts<'_>) -> i64 {
    let mut hash = Xxh3::new();
    let mut put = |tag: u8, text: &str| {
        hash.update(&[tag]);
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    put(b'a', parts.audience.as_str());
    put(b'w', &parts.work.to_string());
    if let Some(byline) = parts.byline_fold {
        put(b'b', byline);
    }
    if let Some(quote) = parts.quote {
        put(b'q', &comparable(quote));
    }
    if parts.quote.is_none() || parts.byline_fold.is_none() {
        put(b'd', parts.date.unwrap_or(""));
        put(b's', parts.score_text.unwrap_or(""));
    }
    hash.digest() as i64
}

/// What the name of a site of standing ratings ends in: "letterboxd ratings".
pub const STANDING: &str = " ratings";

/// Standing ratings of one work and byline that are looked at together. An
/// export has one for each film; past this many, one stands alone, so that a
/// table of a million ratings of one film costs no more than another.
pub const STANDING_TOGETHER: usize = 64;

/// The key that all standing ratings of one site, work and byline share, and by
/// which the site's entries find them.
pub fn standing_key(site: &str, audience: Audience, work: i64, byline: Option<&str>) -> i64 {
    let mut hash = Xxh3::new();
    for part in ["standing", site, audience.as_str(), &work.to_string(), byline.unwrap_or("")] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.digest() as i64
}

/// A quote as it is compared: white space single, typographic variants and
/// compatibility characters made plain. Case and punctuation count.
fn comparable(quote: &str) -> std::borrow::Cow<'_, str> {
    let plain = quote.is_ascii() && !quote.bytes().any(|b| b.is_ascii_whitespace() && b != b' ');
    if plain && !quote.contains("  ") {
        return quote.into();
    }
    let mut text = String::with_capacity(quote.len());
    let mut space = false;
    for c in quote.nfkc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !text.is_empty() {
            text.push(' ');
        }
        space = false;
        text.push(match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        });
    }
    text.into()
}

/// The byline as it is compared; `None` where there is none.
pub fn byline_fold(byline: Option<&str>) -> Option<String> {
    byline.map(name::fold).filter(|folded| !folded.is_empty())
}

/// One record as clustering sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Member {
    /// Site number and the site's id of the review.
    pub id: Option<(i64, String)>,
    /// Folded, aliases followed.
    pub publication: Option<String>,
    pub key: i64,
    pub date: Option<String>,
    pub score_text: Option<String>,
    pub standing: Standing,
}

/// What a record has to do with standing ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Standing {
    #[default]
    Nothing,
    /// An entry, with the key of the standing ratings that may belong to it.
    Entry(i64),
    /// A standing rating; its own key is the one that an entry names.
    Rating,
}

/// Which review each member belongs to: equal numbers, same review. Numbers
/// count from 0. The partition depends on the members' contents alone, not on
/// their order; `members` must be closed: every record that shares a key or an
/// id with one of them is among them.
pub fn cluster(members: &[Member]) -> Vec<usize> {
    let (ratings, mut components): (Vec<Class>, Vec<Class>) =
        by_id(members).into_iter().partition(|class| class.is_standing(members));
    components.sort_by(|a, b| a.rank(members).cmp(&b.rank(members)));
    let mut classes: Vec<Class> = Vec::new();
    for component in components {
        let best = classes
            .iter()
            .enumerate()
            .filter(|(_, class)| class.fits(&component))
            .max_by_key(|(index, class)| (class.likeness(&component), std::cmp::Reverse(*index)))
            .map(|(index, _)| index);
        match best {
            Some(index) => classes[index].absorb(component),
            None => classes.push(component),
        }
    }
    for rating in ratings {
        match entry_of(&rating, &classes, members) {
            // It adds nothing, so that it cannot draw in what the entry would not.
            Some(index) => classes[index].members.extend(rating.members),
            None => classes.push(rating),
        }
    }
    let mut answer = vec![0; members.len()];
    for (number, class) in classes.iter().enumerate() {
        for &member in &class.members {
            answer[member] = number;
        }
    }
    answer
}

/// The class with the entry that a standing rating belongs to: the same score
/// before none, the same date before another, else the first by content. An
/// entry that is told of two works or bylines takes in none, nor does a rating
/// so told belong to one: only what is shown can be found, and that goes by order.
fn entry_of(rating: &Class, classes: &[Class], members: &[Member]) -> Option<usize> {
    let rated = rating.members.iter().filter_map(|&at| members.get(at)).min()?;
    if rating.keys.len() > 1 {
        return None;
    }
    let mut best: Option<((bool, bool, &Member), usize)> = None;
    for (index, class) in classes.iter().enumerate() {
        let entries = || {
            class
                .members
                .iter()
                .filter_map(|&at| members.get(at))
                .filter(|member| matches!(member.standing, Standing::Entry(_)))
        };
        if entries().any(|entry| entry.standing != Standing::Entry(rated.key)) {
            continue;
        }
        for entry in entries() {
            let has_score = entry.score_text.is_some();
            if has_score && entry.score_text != rated.score_text {
                continue;
            }
            let rank = (!has_score, entry.date != rated.date, entry);
            if best.as_ref().is_none_or(|(known, _)| rank < *known) {
                best = Some((rank, index));
            }
        }
    }
    best.map(|(_, index)| index)
}

/// Members that are known to be one review, and what is known of it.
#[derive(Debug, Default)]
struct Class {
    members: Vec<usize>,
    keys: Vec<i64>,
    ids: Vec<(i64, String)>,
    publications: Vec<String>,
    dates: Vec<String>,
    score_texts: Vec<String>,
}

impl Class {
    fn of(index: usize, member: &Member) -> Self {
        Class {
            members: vec![index],
            keys: vec![member.key],
            ids: member.id.iter().cloned().collect(),
            publications: member.publication.iter().cloned().collect(),
            dates: member.date.iter().cloned().collect(),
            score_texts: member.score_text.iter().cloned().collect(),
        }
    }

    fn is_standing(&self, members: &[Member]) -> bool {
        self.members.iter().all(|&at| members[at].standing == Standing::Rating)
    }

    /// Sorts the richest first, and among equals by content: arrival plays no part.
    fn rank<'a>(&self, members: &'a [Member]) -> (bool, bool, Vec<&'a Member>) {
        let mut contents: Vec<&Member> = self.members.iter().map(|&i| &members[i]).collect();
        contents.sort();
        (self.ids.is_empty(), self.publications.is_empty(), contents)
    }

    fn fits(&self, other: &Class) -> bool {
        let shares = |a: &[String], b: &[String]| a.iter().any(|x| b.contains(x));
        let rival_ids =
            self.ids.iter().any(|(site, id)| other.ids.iter().any(|(s, i)| s == site && i != id));
        let rival_publications = !self.publications.is_empty()
            && !other.publications.is_empty()
            && !shares(&self.publications, &other.publications);
        self.keys.iter().any(|key| other.keys.contains(key)) && !rival_ids && !rival_publications
    }

    /// How much two fitting classes have in common beyond the key.
    fn likeness(&self, other: &Class) -> usize {
        let shared = |a: &[String], b: &[String]| usize::from(a.iter().any(|x| b.contains(x)));
        shared(&self.publications, &other.publications)
            + shared(&self.dates, &other.dates)
            + shared(&self.score_texts, &other.score_texts)
    }

    fn absorb(&mut self, other: Class) {
        fn unite<T: PartialEq>(into: &mut Vec<T>, from: Vec<T>) {
            for item in from {
                if !into.contains(&item) {
                    into.push(item);
                }
            }
        }
        self.members.extend(other.members);
        unite(&mut self.keys, other.keys);
        unite(&mut self.ids, other.ids);
        unite(&mut self.publications, other.publications);
        unite(&mut self.dates, other.dates);
        unite(&mut self.score_texts, other.score_texts);
    }
}

/// Members with an equal id are one; all others stand alone.
fn by_id(members: &[Member]) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    let mut seen = rustc_hash::FxHashMap::default();
    for (index, member) in members.iter().enumerate() {
        let class = Class::of(index, member);
        match member.id.as_ref().and_then(|id| seen.get(id).copied()) {
            Some(at) => {
                let known: &mut Class = &mut classes[at];
                known.absorb(class);
            }
            None => {
                if let Some(id) = &member.id {
                    seen.insert(id.clone(), classes.len());
                }
                classes.push(class);
            }
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts<'a>(byline: Option<&'a str>, quote: Option<&'a str>) -> KeyParts<'a> {
        KeyParts {
            audience: Audience::Critic,
            work: 1,
            byline_fold: byline,
            quote,
            date: Some("2012-07-26"),
            score_text: Some("90"),
        }
    }

    #[test]
    fn a_key_looks_at_date_and_score_only_without_byline_or_quote() {
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
            (
                "equal ids decide",
                vec![member(Some("1"), Some("x")), member(Some("1"), Some("y"))],
                1,
            ),
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

    proptest! {
        #[test]
        fn any_order_gives_the_same_partition(
            seed in proptest::collection::vec(
                (proptest::option::of(0..3u8), proptest::option::of(0..3u8), 0..3i64, proptest::option::of(0..2u8)), 1..12),
            swaps in proptest::collection::vec((0..12usize, 0..12usize), 0..12),
        ) {
            let members: Vec<Member> = seed.iter().map(|(id, publication, key, date)| Member {
                id: id.map(|n| (1, n.to_string())),
                publication: publication.map(|n| n.to_string()),
                key: *key,
                date: date.map(|n| n.to_string()),
                ..Member::default()
            }).collect();
            let mut shuffled: Vec<usize> = (0..members.len()).collect();
            for (a, b) in swaps {
                let n = members.len();
                shuffled.swap(a % n, b % n);
            }
            let partition = |order: &[usize]| {
                let given: Vec<Member> = order.iter().map(|&i| members[i].clone()).collect();
                let answer = cluster(&given);
                let mut classes = std::collections::BTreeMap::<usize, Vec<Member>>::new();
                for (member, class) in given.into_iter().zip(answer) {
                    classes.entry(class).or_default().push(member);
                }
                let mut classes: Vec<Vec<Member>> = classes.into_values().collect();
                classes.iter_mut().for_each(|class| class.sort());
                classes.sort();
                classes
            };
            let straight: Vec<usize> = (0..members.len()).collect();
            prop_assert_eq!(partition(&straight), partition(&shuffled));
        }
    }
}
