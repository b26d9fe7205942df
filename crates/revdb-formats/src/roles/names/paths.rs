//! The meaning of a dotted JSON path: `user.profile.displayName`.
//!
//! Owns: meaning of a key given the object that contains it, and keys that merely wrap a value.
//! Must never: look at values, or know a name that is not a path.

use super::known::Known;
use super::{Meaning, Role, lookup, plain};

/// Elasticsearch's metadata for each hit.
const SEARCH_ENGINES_OWN: [&str; 5] = ["_score", "_type", "_index", "_id", "_version"];

/// The name without prefixes from a search engine or XML namespaces; `None` if it is the engine's
/// own metadata.
pub(super) fn own_name(name: &str) -> Option<&str> {
    if SEARCH_ENGINES_OWN.contains(&name.trim()) {
        return None;
    }
    let name = name.strip_prefix("_source.").unwrap_or(name);
    Some(match name.split_once(':') {
        Some((space, rest))
            if !space.is_empty()
                && space.bytes().all(|b| b.is_ascii_lowercase())
                && rest.starts_with(|c: char| c.is_alphabetic()) =>
        {
            rest
        }
        _ => name,
    })
}

/// Intermediate keys of Strapi, JSON:API, GraphQL and Airtable.
const HOLDERS: [&str; 6] = ["data", "attributes", "edges", "node", "fields", "_embedded"];

/// `movie.data.attributes.title` is `movie.title`.
pub(super) fn without_holders(name: &str) -> String {
    let Some((above, last)) = name.rsplit_once('.') else { return name.to_owned() };
    let kept = above.split('.').filter(|key| !HOLDERS.contains(key));
    kept.chain([last]).collect::<Vec<_>>().join(".")
}

/// Keys that merely wrap their object's value: Apple's feeds, WordPress, MongoDB, DynamoDB, and XML
/// converters.
const WRAPPERS: [&str; 18] = [
    "label", "value", "plain", "raw", "rendered", "iso", "utc", "$date", "$numberInt",
    "$numberLong", "$numberDouble", "$t", "#text", "_text", "__text", "_value", "S", "N",
];

/// `content.label` is `content`.
pub fn without_wrapper(name: &str) -> Option<&str> {
    let (above, last) = name.rsplit_once('.')?;
    WRAPPERS.contains(&last).then_some(above)
}

/// Language codes used as keys; "id" is omitted because it is usually an id.
const LANGUAGES: [&str; 48] = [
    "af", "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr",
    "gl", "gu", "he", "hi", "hr", "hu", "is", "it", "ja", "ko", "lt", "lv", "mk", "mr", "ms", "nl",
    "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "ta", "te", "th", "tr", "uk", "vi", "zh",
];

/// `text.en` and `text.pt-BR` are `text`.
pub fn without_language(name: &str) -> Option<&str> {
    let (above, last) = name.rsplit_once('.')?;
    let language = last.split(['-', '_']).next().unwrap_or(last);
    LANGUAGES.contains(&language).then_some(above)
}

/// A reply to a review is not a review, and the maximum inside a score (`rating.max`) is not a
/// score.
pub(super) fn not_the_value(known: &Known, name: &str) -> Option<Meaning> {
    const FULL: [&str; 7] = ["max", "maximum", "best", "bestrating", "outof", "scale", "of"];
    let (above, last) = name.rsplit_once('.')?;
    let meaning =
        |role, source| Meaning { role, rank: 3, own: false, site: None, best: None, source };
    if above.split('.').any(is_an_answer) {
        return Some(meaning(Role::Users, "an answer to the review"));
    }
    let list = plain(above.rsplit('.').next().unwrap_or(above));
    if last == "name" && matches!(list.as_str(), "review" | "reviews" | "comment" | "comments") {
        return Some(meaning(Role::Reviewer, "who speaks in a list of reviews"));
    }
    let is_mark = matches!(owner(known, above), Some(Role::Score | Role::OwnScore));
    let full = is_mark && FULL.contains(&plain(last).as_str());
    full.then(|| meaning(Role::Scale, "full marks within the mark"))
}

/// `ownerResponse`, `companyReply`.
fn is_an_answer(key: &str) -> bool {
    let key = plain(key);
    let key = key.strip_suffix('s').unwrap_or(&key);
    ["reply", "replie", "response", "answer"].iter().any(|word| {
        key.strip_suffix(word).is_some_and(|whose| {
            [
                "", "owner", "company", "developer", "dev", "seller", "vendor", "merchant", "host",
                "manager", "management", "hotel", "business", "store", "shop", "brand", "staff",
                "official", "review", "admin",
            ]
            .contains(&whose)
        })
    })
}

/// The last key of a path is weaker evidence than a whole name.
pub(super) fn by_last_key(known: &Known, name: &str) -> Option<Meaning> {
    let (above, last) = name.rsplit_once('.')?;
    let found = lookup(known, last)?;
    let owner = owner(known, above);
    // An album's label is a company; any other label is a name.
    if last == "label" && !matches!(owner, Some(Role::Title | Role::Artist)) {
        return None;
    }
    let owned = owner.and_then(|owner| with_owner(owner, &found, last));
    let role = owned.unwrap_or(found.role);
    let rank = match (role, owned) {
        // "reviews.film" names the work as clearly as "film" does.
        (Role::Title, _) => found.rank,
        (_, Some(_)) => 2,
        (_, None) => found.rank.min(2),
    };
    Some(Meaning { role, rank, ..found })
}

/// The role of the object whose name or id a path ends with: `author_details.name`.
fn owner(known: &Known, above: &str) -> Option<Role> {
    let object = above.rsplit('.').next().unwrap_or(above);
    let first = object.split(['_', ' ']).next().unwrap_or(object);
    let found = lookup(known, object).or_else(|| lookup(known, first))?;
    Some(found.role)
}

/// Whether an object's path denotes the work: `movie`, `placeInfo`.
pub fn is_of_a_work(object: &str) -> bool {
    let last = object.rsplit('.').find(|key| !HOLDERS.contains(key)).unwrap_or_default();
    let plain = plain(last);
    let stem = ["info", "details", "data"].iter().find_map(|word| plain.strip_suffix(word));
    let found = super::known::known().ok().and_then(|it| lookup(it, stem.unwrap_or(&plain)));
    // `title.label` is a title, but of an unknown thing.
    let is_open = |found: &Meaning| found.rank == 2 || plain == "name";
    found.is_some_and(|found| found.role == Role::Title && !is_open(&found))
}

/// A person's or maker's name is not a work's title.
pub(super) fn with_owner(owner: Role, found: &Meaning, last: &str) -> Option<Role> {
    let name = found.role == Role::Title && matches!(plain(last).as_str(), "name" | "title");
    // A person's page is not a review's.
    match owner {
        Role::Critic if found.role == Role::Url => return Some(Role::Critics),
        Role::Author | Role::Reviewer | Role::User if found.role == Role::Url => {
            return Some(Role::Users);
        }
        _ => {}
    }
    let titled = name && plain(last) == "title";
    match (owner, name) {
        // A person's title is a rank or a job.
        (Role::Author | Role::Reviewer | Role::User | Role::UserId | Role::Critic, true)
            if titled =>
        {
            Some(Role::WorkDetail)
        }
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
