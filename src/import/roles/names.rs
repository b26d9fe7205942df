//! What a column's name says, from the file of names.
//!
//! Owns: `names.toml` and how names are compared, put together from known
//! parts ("reviews.title", "Ma note") and relieved of a scale ("Rating (1-10)").
//! Must never: look at values or at other columns; a name's meaning is what it
//! may be, and the whole header decides what it is.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

pub use crate::import::missing::plain;

/// What a column may be, by its name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Title,
    OtherTitle,
    Kind,
    Year,
    Audience,
    Critic,
    /// A person who reviews, critic or not.
    Reviewer,
    /// A reviewer, or the maker of the work.
    Author,
    User,
    UserId,
    Publication,
    /// Where a review appeared, or who published the work, or whence a record is.
    Publisher,
    Date,
    /// The day one watched, read, played or marked it.
    OwnDate,
    /// The day it was put on a list.
    Added,
    Score,
    OwnScore,
    /// A mark of many together.
    SiteScore,
    Count,
    Scale,
    Quote,
    Blurb,
    Private,
    Headline,
    Verdict,
    Url,
    Language,
    ReviewId,
    /// Evidence of one person's own list.
    Own,
    /// Evidence of many users' reviews.
    Users,
    /// Evidence of critics' reviews.
    Critics,
    WorkAuthor,
    /// The maker without whom a title says little.
    Artist,
    /// What is a part of the work that another column names: a dish, a chapter.
    Part,
    Season,
    Episode,
    EpisodeTitle,
    WorkDetail,
    Number,
    /// An id of the work under the site's own name.
    WorkId,
    /// An id that only the table itself explains.
    LoneId,
}

/// A name's meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning {
    pub role: Role,
    /// 3: outright; 2: usually; 1: where nothing better is there.
    pub rank: u8,
    /// It is said to be the person's own ("my review").
    pub own: bool,
    /// The site of a [`Role::WorkId`].
    pub site: Option<&'static str>,
    /// Full marks that the name itself states.
    pub best: Option<f64>,
    /// Where the name is known from.
    pub source: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    names: Vec<Names>,
    ids: Vec<Ids>,
    lone_ids: Vec<LoneIds>,
    qualifiers: Vec<Qualifiers>,
    not_publications: NotPublications,
    containers: Containers,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Containers {
    #[expect(dead_code, reason = "for those who read the file")]
    source: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    role: Role,
    rank: u8,
    source: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    site: String,
    source: String,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LoneIds {
    source: String,
    names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Says {
    Own,
    Review,
    User,
    Work,
    Site,
    Count,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Qualifiers {
    says: Says,
    source: String,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotPublications {
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who read the file"))]
    source: String,
    values: Vec<String>,
}

/// The file, ready to be asked.
struct Known {
    names: FxHashMap<String, Meaning>,
    /// Folded words, the longest first.
    qualifiers: Vec<(String, Says, &'static str)>,
    not_publications: Vec<String>,
    containers: Vec<String>,
}

static KNOWN: LazyLock<Result<Known, String>> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("names.toml")).map_err(|error| error.to_string())?;
    Ok(Known::of(file))
});

fn known() -> Result<&'static Known, String> {
    KNOWN.as_ref().map_err(|error| format!("the table of columns' names is broken: {error}"))
}

/// Lives as long as the program, like the table that it stands in.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

impl Known {
    fn of(file: File) -> Self {
        let mut names = FxHashMap::default();
        let mut put = |words: Vec<String>, meaning: &Meaning| {
            for word in words {
                names.entry(plain(&word)).or_insert_with(|| meaning.clone());
            }
        };
        let meaning = |role, rank, source: String| Meaning {
            role,
            rank,
            own: matches!(role, Role::OwnScore),
            site: None,
            best: None,
            source: kept(source),
        };
        for entry in file.names {
            put(entry.names, &meaning(entry.role, entry.rank, entry.source));
        }
        for entry in file.ids {
            let site = Some(kept(entry.site));
            put(entry.names, &Meaning { site, ..meaning(Role::WorkId, 3, entry.source) });
        }
        for entry in file.lone_ids {
            put(entry.names, &meaning(Role::LoneId, 2, entry.source));
        }
        let mut qualifiers = Vec::new();
        for entry in file.qualifiers {
            let source = kept(entry.source);
            qualifiers.extend(entry.words.iter().map(|word| (plain(word), entry.says, source)));
        }
        qualifiers.sort_by_key(|(word, ..)| std::cmp::Reverse(word.len()));
        let not_publications = file.not_publications.values.iter().map(|v| plain(v)).collect();
        let containers = file.containers.names.iter().map(|name| plain(name)).collect();
        Self { names, qualifiers, not_publications, containers }
    }

    fn exact(&self, plain: &str) -> Option<Meaning> {
        self.names.get(plain).cloned()
    }

    fn composed(&self, plain: &str) -> Option<Meaning> {
        self.qualifiers.iter().find_map(|(word, says, source)| {
            let before = plain.strip_prefix(word.as_str());
            let behind = || plain.strip_suffix(word.as_str());
            let rest = match says {
                Says::Site | Says::Count => before.or_else(behind),
                _ => before,
            }?;
            let base = self.exact(rest).or_else(|| match says {
                Says::Review | Says::User => self.composed(rest),
                _ => None,
            });
            let (role, rank) = together(*says, rest, base.as_ref())?;
            let own = *says == Says::Own;
            Some(Meaning { role, rank, own, site: None, best: None, source })
        })
    }
}

/// What a qualifier makes of the name that it stands before (or behind).
fn together(says: Says, rest: &str, base: Option<&Meaning>) -> Option<(Role, u8)> {
    let role = base.map(|base| base.role);
    let is = |roles: &[Role]| role.is_some_and(|role| roles.contains(&role));
    let scored = is(&[Role::Score, Role::OwnScore]);
    let named = is(&[Role::Title]) && matches!(rest, "name" | "title");
    Some(match says {
        Says::Own if scored => (Role::OwnScore, 3),
        Says::Own if is(&[Role::Quote]) => (Role::Quote, 3),
        Says::Own if is(&[Role::Date, Role::OwnDate]) => (Role::OwnDate, 3),
        Says::Own if is(&[Role::Own]) => (Role::Own, 3),
        Says::Review if scored => (Role::Score, 3),
        Says::Review if is(&[Role::Quote]) => (Role::Quote, 3),
        Says::Review if is(&[Role::Title]) && named => (Role::Headline, 3),
        Says::Review if is(&[Role::Date, Role::OwnDate]) => (Role::Date, 3),
        Says::Review if is(&[Role::Added]) => (Role::Date, 1),
        Says::Review if is(&[Role::Author, Role::Critic]) => (Role::Reviewer, 3),
        Says::Review if is(&[Role::Url]) => (Role::Url, 3),
        Says::Review if rest == "id" => (Role::ReviewId, 3),
        Says::Review
            if is(&[Role::User, Role::UserId, Role::Users, Role::Verdict, Role::Count]) =>
        {
            (role?, 3)
        }
        Says::User if named || is(&[Role::User]) => (Role::User, 3),
        Says::User if rest == "id" => (Role::UserId, 3),
        Says::User if scored => (Role::Score, 2),
        Says::User if is(&[Role::Quote]) => (Role::Quote, 3),
        Says::User if is(&[Role::Date]) => (Role::Date, 3),
        Says::Work if named => (Role::Title, 3),
        Says::Work if rest == "id" => (Role::LoneId, 2),
        Says::Work if scored => (Role::Score, 1),
        Says::Work if is(&[Role::Year]) => (Role::Year, 3),
        Says::Work if is(&[Role::Blurb, Role::WorkDetail, Role::WorkAuthor]) => (role?, 2),
        Says::Work if is(&[Role::Url]) => (Role::WorkDetail, 2),
        Says::Site if scored => (Role::SiteScore, 3),
        Says::Site if is(&[Role::Count, Role::SiteScore]) => (role?, 3),
        Says::Site if is(&[Role::Url]) => (Role::WorkDetail, 2),
        Says::Count if scored || is(&[Role::Quote, Role::Count, Role::User, Role::Critic]) => {
            (Role::Count, 3)
        }
        _ => return None,
    })
}

/// What `name` says; `None` where it is no name that is known.
///
/// # Errors
/// Where the file of names does not parse; a test keeps that from being released.
pub fn meaning(name: &str) -> Result<Option<Meaning>, String> {
    let known = known()?;
    if name.contains(['#', '№']) {
        return Ok(Some(Meaning {
            role: Role::Number,
            rank: 3,
            own: false,
            site: None,
            best: None,
            source: "a sign for a number",
        }));
    }
    let (bare, best) = without_scale(name);
    let found = lookup(known, &bare).or_else(|| {
        // A dotted path's last key says less than the whole path would.
        let (above, last) = name.rsplit_once('.')?;
        let found = lookup(known, last)?;
        let role = owner(known, above).and_then(|owner| of_owner(owner, &found, last));
        let role = role.unwrap_or(found.role);
        // "reviews.film" names the work as well as "film" does.
        let rank = if role == Role::Title { found.rank } else { found.rank.min(2) };
        Some(Meaning { role, rank, ..found })
    });
    let found = found.map(|found| match found.role {
        Role::Score | Role::OwnScore => Meaning { best, ..found },
        _ => found,
    });
    Ok(found.or_else(|| digits_behind(known, name)))
}

/// What the object is whose name or id a dotted path ends with: `author_details.name`.
fn owner(known: &Known, above: &str) -> Option<Role> {
    let object = above.rsplit('.').next().unwrap_or(above);
    let first = object.split(['_', ' ']).next().unwrap_or(object);
    let found = lookup(known, object).or_else(|| lookup(known, first))?;
    Some(found.role)
}

/// A person's name is no work's title, and a maker's no work's either.
fn of_owner(owner: Role, found: &Meaning, last: &str) -> Option<Role> {
    let name = found.role == Role::Title && matches!(plain(last).as_str(), "name" | "title");
    match (owner, name) {
        (Role::Author | Role::Reviewer, true) => Some(Role::Reviewer),
        (Role::User | Role::UserId, true) => Some(Role::User),
        (
            Role::Critic
            | Role::Publication
            | Role::Publisher
            | Role::Artist
            | Role::WorkAuthor
            | Role::WorkDetail,
            true,
        ) => Some(owner),
        _ => None,
    }
}

fn lookup(known: &Known, name: &str) -> Option<Meaning> {
    let plain = plain(name);
    known.exact(&plain).or_else(|| known.composed(&plain))
}

/// `Rating10`, `score_100`: full marks written behind the name.
fn digits_behind(known: &Known, name: &str) -> Option<Meaning> {
    let plain = plain(name);
    let (stem, best) = [("100", 100.0), ("10", 10.0)]
        .into_iter()
        .find_map(|(digits, best)| Some((plain.strip_suffix(digits)?.to_owned(), best)))?;
    let stem = stem.strip_suffix("outof").unwrap_or(&stem).to_owned();
    let found = known.exact(&stem).or_else(|| known.composed(&stem))?;
    matches!(found.role, Role::Score | Role::OwnScore)
        .then_some(Meaning { best: Some(best), ..found })
}

/// True for a value of a column `source` that names a service or a medium.
///
/// # Errors
/// As [`meaning`].
pub fn is_no_publication(value: &str) -> Result<bool, String> {
    Ok(known()?.not_publications.contains(&plain(value)))
}

/// True of a word for what is reviewed: "film".
pub fn is_work_word(word: &str) -> bool {
    let role = known().ok().and_then(|known| known.exact(&plain(word)));
    role.is_some_and(|found| found.role == Role::Title && found.rank == 3)
}

/// True of a column that names a work in which others are.
///
/// # Errors
/// As [`meaning`].
pub fn is_container(name: &str) -> Result<bool, String> {
    Ok(known()?.containers.contains(&plain(name)))
}

/// "Rating (1-10)" and "Score out of 5" without what they are out of, and that.
/// Other brackets ("Runtime (mins)") are taken off too.
fn without_scale(name: &str) -> (String, Option<f64>) {
    let trimmed = name.trim();
    if let Some((before, inner)) = trimmed.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
        && !before.trim().is_empty()
    {
        return (before.to_owned(), full_marks(inner));
    }
    let lower = trimmed.to_lowercase();
    if let Some(before) = lower.strip_suffix('%') {
        return (before.to_owned(), Some(100.0));
    }
    for mark in
        [" out of ", "_out_of_", "/", " sur ", " von ", " su ", " av ", " af ", " из ", " de "]
    {
        if let Some(at) = lower.rfind(mark)
            && let Some(best) = full_marks(&lower[at + mark.len()..])
        {
            return (lower[..at].to_owned(), Some(best));
        }
    }
    (trimmed.to_owned(), None)
}

/// Words beside the full marks in a column's name, in the languages of `names.toml`.
const SCALE_WORDS: [&str; 24] = [
    "to", "out", "of", "max", "stars", "points", "sur", "von", "bis", "sterne", "punkte", "de",
    "a", "su", "da", "av", "af", "til", "van", "tot", "na", "z", "od", "do",
];

/// The number that a scale ends with: `1-10`, `0 to 5`, `/4`, `out of 100`, `5`.
fn full_marks(text: &str) -> Option<f64> {
    let last = text.rsplit(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?;
    let only_numbers = text.chars().all(|c| {
        c.is_ascii_digit()
            || c.is_whitespace()
            || matches!(c, '-' | '–' | '/' | '.')
            || c.is_ascii_lowercase()
    });
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    let known = words.iter().all(|word| SCALE_WORDS.contains(word));
    let best: f64 = last.parse().ok()?;
    (only_numbers && known && (3.0..=100.0).contains(&best)).then_some(best)
}

#[cfg(test)]
mod tests;
