//! Maps a column name to its possible meaning, using the file of names.
//!
//! Owns: `names.toml` and how names are compared: composed of known parts ("reviews.title", "Ma
//! note") and with a scale removed ("Rating (1-10)"). Must never: look at values or other columns.
//! A name gives a possible meaning; the whole header decides.

mod known;
mod paths;
mod scales;

use revdb_model::Property;
use serde::Deserialize;

pub use crate::missing::plain;
use known::{Known, Says, known};
pub use paths::{is_of_a_work, without_language, without_wrapper};
pub use scales::{is_numbered_mark, is_numbered_person, number_behind, says_one_is_best};
use scales::{scale_around, without_scale};

/// The possible role of a column, only by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Title,
    OtherTitle,
    Kind,
    Year,
    Audience,
    Critic,
    /// A reviewer, professional or not.
    Reviewer,
    /// A reviewer, or the work's maker.
    Author,
    User,
    UserId,
    Publication,
    /// Where a review appeared, the work's publisher, or a record's source.
    Publisher,
    Date,
    /// The date on which the owner of the list watched, read, played or rated it.
    OwnDate,
    /// The date on which it was added to a list.
    Added,
    Score,
    OwnScore,
    /// An aggregate score.
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
    /// Evidence of one person's list.
    Own,
    /// Evidence of user reviews.
    Users,
    /// Evidence of critic reviews.
    Critics,
    WorkAuthor,
    /// The maker, where titles alone are ambiguous.
    Artist,
    /// A part of the work named by another column: a dish, a chapter.
    Part,
    Season,
    Episode,
    EpisodeTitle,
    WorkDetail,
    Number,
    /// Typical of other tables: tickets, matches, exams.
    Foreign,
    /// An id of the work, named after a site.
    WorkId,
    /// An id that is meaningful only in this table.
    LoneId,
}

/// The meaning of a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning {
    pub role: Role,
    /// 3: certain; 2: usual; 1: only if there is nothing better.
    pub rank: u8,
    /// Marked as the owner's ("my review").
    pub own: bool,
    /// The site of a [`Role::WorkId`].
    pub site: Option<&'static str>,
    /// The maximum score given in the name.
    pub best: Option<f64>,
    /// The language or service from which the name is known.
    pub source: &'static str,
}

/// The combined meaning of a qualifier and the name it modifies.
fn combined(says: Says, rest: &str, base: Option<&Meaning>) -> Option<(Role, u8)> {
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
        Says::Review if is(&[Role::Added, Role::Year]) => (Role::Date, 1),
        Says::Review if is(&[Role::Author]) => (Role::Reviewer, 3),
        Says::Review if is(&[Role::Critic]) => (Role::Critic, 3),
        Says::Review if is(&[Role::Url]) => (Role::Url, 3),
        Says::Review if rest == "id" => (Role::ReviewId, 3),
        Says::Review
            if is(&[Role::User, Role::UserId, Role::Users, Role::Verdict, Role::Count]) =>
        {
            (role?, 3)
        }
        // A person's title is a rank or a job.
        Says::User if named && rest == "name" || is(&[Role::User]) => (Role::User, 3),
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

impl Meaning {
    /// A meaning found by other means than the file of names.
    pub fn found(role: Role, rank: u8, source: &'static str) -> Self {
        Self { role, rank, own: false, site: None, best: None, source }
    }
}

/// The meaning of `name`; `None` if unknown.
///
/// # Errors
/// If the file of names does not parse; a test excludes this from releases.
pub fn meaning(name: &str) -> Result<Option<Meaning>, String> {
    let known = known()?;
    if name.contains(['#', '№']) {
        return Ok(Some(Meaning::found(Role::Number, 3, "a sign for a number")));
    }
    if scales::is_count_of_a_mark(name) {
        return Ok(Some(Meaning::found(Role::Count, 3, "how many gave this mark")));
    }
    let Some(name) = paths::own_name(name) else { return Ok(None) };
    let name = &paths::without_holders(name);
    let (bare, best) = without_scale(name);
    let inner = inner_maker(known, name).or_else(|| paths::not_the_value(known, name));
    let found = inner.or_else(|| lookup(known, &bare));
    if found.is_none()
        && let Some(whole) = paths::without_wrapper(name)
        && let Some(found) = meaning(whole)?
        // An album's label is a company.
        && !(name.ends_with(".label") && found.role == Role::Title && found.rank == 3)
    {
        return Ok(Some(found));
    }
    if found.is_none()
        && let Some(whole) = paths::without_language(name)
        && let Some(found) =
            meaning(whole)?.filter(|it| matches!(it.role, Role::Quote | Role::Blurb))
    {
        return Ok(Some(found));
    }
    let found = found.or_else(|| paths::by_last_key(known, name));
    let is_mark = |found: &Meaning| matches!(found.role, Role::Score | Role::OwnScore);
    let found = found.map(|found| match is_mark(&found) {
        true => Meaning { best: best.or_else(|| stated_scale(name)), ..found },
        false => found,
    });
    let stated = || {
        let (bare, best) = scale_around(name)?;
        lookup(known, &bare).filter(is_mark).map(|found| Meaning { best: Some(best), ..found })
    };
    let found = found.or_else(stated);
    Ok(found.or_else(|| digits_behind(known, name)))
}

/// The maximum given in a score's name, regardless of its other meaning.
pub fn stated_scale(name: &str) -> Option<f64> {
    let stated = without_scale(name).1.or_else(|| scale_around(name).map(|(_, best)| best));
    // Norwegian and Danish reviews use dice throws.
    stated.or_else(|| plain(name).starts_with("terning").then_some(6.0))
}

/// Whether a name's first word says that it is a user's: "User Rating".
pub fn is_users(name: &str) -> bool {
    known().is_ok_and(|known| known.is_qualified(&plain(name), Says::User))
}

/// The meaning of a plural, from its singular: "reviewers" from "reviewer".
///
/// # Errors
/// As [`meaning`].
pub fn of_singular(name: &str) -> Result<Option<Meaning>, String> {
    let known = known()?;
    Ok(plain(name)
        .strip_suffix('s')
        .and_then(|one| known.exact(one).or_else(|| known.composed(one))))
}

/// The meaning of a key in a JSON list. Scores in a list of critics are critics' scores, not the
/// critics' average.
///
/// # Errors
/// As [`meaning`].
pub fn meaning_within(list: &str, key: &str) -> Result<Option<Meaning>, String> {
    match audience_of_list(list) {
        Some(_) => meaning_in(list, key),
        None => meaning(&format!("{list}.{key}")),
    }
}

/// The meaning of a record's key, given its list's name: a name among users is a user's.
///
/// # Errors
/// As [`meaning`].
pub fn meaning_in(list: &str, key: &str) -> Result<Option<Meaning>, String> {
    let Some(owners) = audience_of_list(list) else { return meaning(key) };
    Ok(meaning(key)?.map(|found| {
        let owned = paths::with_owner(owners, &found, key).map(|role| (role, 3));
        let (role, rank) = owned.unwrap_or((found.role, found.rank));
        Meaning { role, rank, ..found }
    }))
}

/// The audience of a list, by its name.
pub fn audience_of_list(list: &str) -> Option<Role> {
    // `critics.review`, where an element contains only the list.
    let outer = [".review", ".reviews", ".items"].iter().find_map(|last| list.strip_suffix(last));
    let list = outer.unwrap_or(list);
    let last = list.rsplit('.').next().unwrap_or(list);
    let plain = plain(last);
    let stem = plain.strip_suffix("reviews").unwrap_or(&plain);
    match stem.strip_suffix('s').unwrap_or(stem) {
        "critic" => Some(Role::Critic),
        "publication" | "outlet" | "newspaper" | "magazine" => Some(Role::Publication),
        "user" | "audience" | "reader" | "viewer" | "customer" | "member" | "reviewer"
        | "account" => Some(Role::User),
        _ => None,
    }
}

fn lookup(known: &Known, name: &str) -> Option<Meaning> {
    let plain = plain(name);
    let of_singular = |plain: &str| {
        let found = known.exact(plain).or_else(|| known.composed(plain));
        found.or_else(|| named(known, plain)).or_else(|| text_of(known, plain))
    };
    // "reviewTitles", from scripts that keep each column in a list.
    let of_works = |found: &Meaning| {
        matches!(found.role, Role::Episode | Role::Season | Role::Part | Role::Number)
    };
    of_singular(&plain)
        .or_else(|| of_singular(plain.strip_suffix('s')?).filter(|found| !of_works(found)))
}

/// "Airline Name": the work's title.
fn named(known: &Known, plain: &str) -> Option<Meaning> {
    let stem = ["name", "title"].iter().find_map(|word| plain.strip_suffix(word))?;
    known.exact(stem).filter(|found| found.role == Role::Title && found.rank == 3)
}

/// "Feedback Text": the text of a named thing.
fn text_of(known: &Known, plain: &str) -> Option<Meaning> {
    known.exact(plain.strip_suffix("text")?).filter(|found| found.role == Role::Quote)
}

/// "Company (Maker)": the brackets say that it is the maker.
fn inner_maker(known: &Known, name: &str) -> Option<Meaning> {
    let (_, inner) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
    known.exact(&plain(inner)).filter(|found| found.role == Role::Artist)
}

/// `Rating10`, `score_100`: a maximum appended to the name.
fn digits_behind(known: &Known, name: &str) -> Option<Meaning> {
    let plain = plain(name);
    let digits = number_behind(&plain);
    let best: f64 = digits.parse().ok()?;
    let stem = plain.strip_suffix(digits)?;
    // "ratingOutOf5" and "rating_of_5" are explicit; "rating5" may be the fifth rating.
    let said = stem.strip_suffix("outof").or_else(|| stem.strip_suffix("of"));
    let stem = match said.filter(|_| (3.0..=100.0).contains(&best)) {
        Some(stem) => stem,
        None if matches!(digits, "10" | "100") => stem,
        None => return None,
    };
    let stem = stem.to_owned();
    let found = known.exact(&stem).or_else(|| known.composed(&stem))?;
    matches!(found.role, Role::Score | Role::OwnScore)
        .then_some(Meaning { best: Some(best), ..found })
}

/// Whether a value of a column `source` is a service or a medium and not a publication.
///
/// # Errors
/// As [`meaning`].
pub fn is_no_publication(value: &str) -> Result<bool, String> {
    Ok(known()?.not_publications.contains(&plain(value)))
}

/// The property of the work that a column of this name has.
pub fn property(name: &str) -> Option<Property> {
    let bare = without_scale(name).0;
    known().ok().and_then(|known| known.properties.get(&plain(&bare)).copied())
}

/// Whether two columns share one text, as pros and cons.
pub fn are_a_pair(a: &str, b: &str) -> bool {
    let pair = [plain(a), plain(b)];
    known().is_ok_and(|known| known.pairs.contains(&pair))
}

/// Whether the word names a kind of work: "film".
pub fn is_work_word(word: &str) -> bool {
    let role = known().ok().and_then(|known| known.exact(&plain(word)));
    role.is_some_and(|found| found.role == Role::Title && found.rank == 3)
}

/// "book_author", if `what` is "author".
pub fn is_named_after_a_work(name: &str, what: &str) -> bool {
    plain(name).strip_suffix(what).is_some_and(is_work_word)
}

/// Whether the column names a work that contains others.
///
/// # Errors
/// As [`meaning`].
pub fn is_container(name: &str) -> Result<bool, String> {
    Ok(known()?.containers.contains(&plain(name)))
}

/// Whether the column names something without an author: an airline, a kettle.
pub fn is_authorless(name: &str) -> bool {
    known().is_ok_and(|known| known.authorless.contains(&plain(name)))
}

#[cfg(test)]
mod tests;
