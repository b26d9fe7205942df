//! schema.org `Review` objects as JSON-LD, anywhere in a document.
//!
//! Owns: which schema.org property fills which field of a raw review, in one rule for pages,
//! microdata and JSON files. Must never: take an `AggregateRating` for a review, or recurse
//! without limit. Source of the properties: <https://schema.org/Review>,
//! <https://schema.org/Rating>.
//!
//! | question | answer |
//! | --- | --- |
//! | audience | `UserReview`: user; `CriticReview`: critic; otherwise critic if the review has a `publisher`, else user |
//! | maximum score | `bestRating`, else 5 |
//! | minimum score | `worstRating`, else 1; but 0 if a maximum above 5 is given, because sites with a scale of 10 or 100 start at 0 |

use serde_json::{Map, Value};

use super::nodes::{Nodes, Resolved, is_reference};
use crate::record::{RawReview, RawWork};
use revdb_model::{Audience, ExternalId, Kind, Property, Scale};

/// Maximum nesting depth. serde_json itself stops at 128.
const DEPTH_LIMIT: usize = 64;

/// schema.org: "If bestRating is omitted, 5 is assumed", and 1 for worstRating.
const DEFAULT_SCALE: Scale = Scale { worst: 1.0, best: 5.0 };

/// Every review of a JSON-LD document, in order: single objects, arrays, `@graph`, and reviews
/// nested in the item they review. `nodes` resolves references. Reviews without words and score
/// are included; normalising rejects them with a reason.
pub fn reviews_of(value: &Value, nodes: &Nodes) -> Vec<RawReview> {
    let mut collector = Collector { nodes, found: Vec::new() };
    collector.collect(value, &RawWork::default(), 0);
    collector.found
}

struct Collector<'a> {
    nodes: &'a Nodes,
    found: Vec<RawReview>,
}

impl Collector<'_> {
    fn collect(&mut self, value: &Value, around: &RawWork, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        match value {
            Value::Array(values) => {
                values.iter().for_each(|value| self.collect(value, around, depth + 1))
            }
            // The review that a reference points to is read where it is defined.
            Value::Object(object) if is_reference(object) => {}
            Value::Object(object) if is_review(object) => {
                self.found.push(review(object, around, self.nodes))
            }
            Value::Object(object) => {
                let own = work(object);
                // Reviews nested in an item are about that item; nested in a list or page, they
                // are about the item around that.
                let around = if own.title.is_some() && own.kind.is_some() { &own } else { around };
                object.values().for_each(|value| self.collect(value, around, depth + 1));
            }
            _ => {}
        }
    }
}

/// The types of an object, without the vocabulary's URL.
pub(super) fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let value = object.get("@type").or_else(|| object.get("type"));
    let many = value.and_then(Value::as_array).into_iter().flatten();
    value.into_iter().chain(many).filter_map(Value::as_str).map(bare)
}

/// `https://schema.org/Movie` and `schema:Movie` → `Movie`.
pub fn bare(name: &str) -> &str {
    name.rsplit(['/', ':', '#']).next().unwrap_or(name)
}

/// Data sets often omit the type of their records.
fn is_review(object: &Map<String, Value>) -> bool {
    if types(object).next().is_none() {
        return object.contains_key("reviewBody") || object.contains_key("reviewRating");
    }
    types(object).any(|name| {
        matches!(name, "Review" | "CriticReview" | "UserReview" | "EmployerReview" | "MediaReview")
    })
}

fn review(object: &Map<String, Value>, around: &RawWork, nodes: &Nodes) -> RawReview {
    let rating = match nodes.resolve(first(object.get("reviewRating"))) {
        Some(Resolved::Node(rating)) => Some(rating),
        _ => None,
    };
    let around = nodes.reviewed_by(object).map(work).unwrap_or_else(|| around.clone());
    let around = &around;
    let reviewed = nodes.resolve(first(object.get("itemReviewed")));
    let work = match reviewed {
        Some(Resolved::Node(item)) => filled(work(item), around),
        Some(Resolved::Text(title)) if !title.starts_with("http") => {
            filled(RawWork { title: Some(title.to_owned()), ..RawWork::default() }, around)
        }
        _ => around.clone(),
    };
    let score = rating.and_then(|rating| scalar(rating.get("ratingValue")));
    let quote =
        ["reviewBody", "description", "text"].iter().find_map(|key| scalar(object.get(*key)));
    let publication = name_of(object.get("publisher"), nodes)
        .filter(|_| !types(object).any(|name| name == "UserReview"));
    let critic = publication.is_some() || types(object).any(|name| name == "CriticReview");
    RawReview {
        audience: Some(if critic { Audience::Critic } else { Audience::User }),
        work,
        byline: name_of(object.get("author").or_else(|| object.get("creator")), nodes),
        publication,
        date: ["datePublished", "dateCreated", "dateModified"]
            .iter()
            .find_map(|key| scalar(object.get(*key))),
        scale: score.as_ref().map(|_| scale(rating)),
        score,
        quote,
        url: address(object.get("url")).or_else(|| address(object.get("mainEntityOfPage"))),
        id: address(object.get("@id")).map(|id| ExternalId::new("url", id)),
        language: scalar(object.get("inLanguage"))
            .or_else(|| name_of(object.get("inLanguage"), nodes)),
        ..RawReview::default()
    }
}

fn scale(rating: Option<&Map<String, Value>>) -> Scale {
    let bound = |key: &str| {
        rating
            .and_then(|rating| scalar(rating.get(key)))
            .and_then(|text| text.trim().parse::<f64>().ok())
    };
    match (bound("worstRating"), bound("bestRating")) {
        (worst, Some(best)) => {
            // Sites that give a maximum of 10 or 100 and no minimum start at 0.
            let worst =
                worst.unwrap_or(if best > DEFAULT_SCALE.best { 0.0 } else { DEFAULT_SCALE.worst });
            if worst < best { Scale { worst, best } } else { Scale::out_of(best) }
        }
        (Some(worst), None) if worst < DEFAULT_SCALE.best => Scale { worst, ..DEFAULT_SCALE },
        _ => DEFAULT_SCALE,
    }
}

pub(super) fn work(object: &Map<String, Value>) -> RawWork {
    let year = ["datePublished", "dateCreated", "releaseDate", "startDate", "copyrightYear"];
    RawWork {
        unknown_kind: None,
        title: scalar(object.get("name")).or_else(|| scalar(object.get("headline"))),
        kind: types(object).find_map(kind_of),
        year: year.iter().find_map(|key| scalar(object.get(*key))),
        ids: ids(object),
        properties: properties(object),
    }
}

/// Creators and genres; each key may hold one value or several, as strings or as objects.
fn properties(object: &Map<String, Value>) -> Vec<(Property, String)> {
    const KEYS: [(&str, Property); 8] = [
        ("author", Property::Author),
        ("byArtist", Property::Author),
        ("contributor", Property::Contributor),
        ("director", Property::Director),
        ("directors", Property::Director),
        ("brand", Property::Brand),
        ("manufacturer", Property::Brand),
        ("genre", Property::Genre),
    ];
    let mut found = Vec::new();
    for (key, property) in KEYS {
        let values = match object.get(key) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        let names = values.iter().filter_map(|value| match value {
            Value::Object(thing) => scalar(thing.get("name")),
            value => scalar(Some(value)),
        });
        found.extend(names.filter(|name| !name.starts_with("http")).map(|name| (property, name)));
    }
    found
}

/// Ids that are unique across sites.
fn ids(object: &Map<String, Value>) -> Vec<ExternalId> {
    [("isbn", "isbn"), ("gtin13", "gtin"), ("gtin", "gtin")]
        .iter()
        .filter_map(|(key, site)| {
            scalar(object.get(*key)).map(|id| ExternalId::new(*site, id.trim()))
        })
        .take(1)
        .collect()
}

/// The kind of work for a type; `None` for types that are not works (a person, a page, a list).
pub fn kind_of(name: &str) -> Option<Kind> {
    match name {
        "Movie" | "MovieClip" => Some(Kind::Movie),
        "TVSeries" | "TVSeason" | "TVEpisode" | "CreativeWorkSeries" | "CreativeWorkSeason"
        | "Episode" => Some(Kind::Tv),
        "VideoGame" | "Game" | "VideoGameSeries" => Some(Kind::Game),
        "MusicAlbum" | "MusicRecording" | "MusicRelease" => Some(Kind::Album),
        "Book" | "Audiobook" | "BookSeries" => Some(Kind::Book),
        "Product"
        | "IndividualProduct"
        | "ProductModel"
        | "ProductGroup"
        | "SoftwareApplication"
        | "MobileApplication" => Some(Kind::Product),
        "LocalBusiness" | "Restaurant" | "Hotel" | "Organization" | "Place" | "CreativeWork"
        | "Service" | "Course" | "Event" | "Recipe" | "Store" => Some(Kind::Other),
        _ => None,
    }
}

fn filled(own: RawWork, around: &RawWork) -> RawWork {
    let same = own.title.is_none() || own.title == around.title;
    let from = if same { around.clone() } else { RawWork::default() };
    RawWork {
        unknown_kind: own.unknown_kind,
        title: own.title.or(from.title),
        kind: own.kind.or(from.kind),
        year: own.year.or(from.year),
        ids: if own.ids.is_empty() { from.ids } else { own.ids },
        properties: if own.properties.is_empty() { from.properties } else { own.properties },
    }
}

pub(super) fn first(value: Option<&Value>) -> Option<&Value> {
    match value? {
        Value::Array(values) => values.first(),
        other => Some(other),
    }
}

/// A string or number, or the first of several, or JSON-LD's `{"@value": …}`.
fn scalar(value: Option<&Value>) -> Option<String> {
    match first(value)? {
        Value::String(text) => Some(text.trim().to_string()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => match object.get("@value")? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// An author or publisher: a string, an object with a name, or several of them.
fn name_of(value: Option<&Value>, nodes: &Nodes) -> Option<String> {
    let one = |value: &Value| match nodes.resolve(Some(value))? {
        Resolved::Text(text) if !text.starts_with("http") => Some(text.trim().to_string()),
        Resolved::Node(object) => {
            let parts = || {
                let given = scalar(object.get("givenName"))?;
                Some(format!("{given} {}", scalar(object.get("familyName"))?))
            };
            scalar(object.get("name")).or_else(parts)
        }
        Resolved::Text(_) => None,
    };
    let names: Vec<String> = match value? {
        Value::Array(values) => values.iter().filter_map(one).collect(),
        value => one(value).into_iter().collect(),
    };
    Some(names.join(", ")).filter(|names| !names.is_empty())
}

fn address(value: Option<&Value>) -> Option<String> {
    let text = match first(value)? {
        Value::Object(object) => scalar(object.get("@id"))?,
        _ => scalar(value)?,
    };
    text.starts_with("http").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shapes() {
        let cases = [
            (
                "a graph, item, author object, publisher",
                json!({"@context": "https://schema.org", "@graph": [{"@type": "Review",
                    "itemReviewed": {"@type": "Movie", "name": "Dull Rain", "datePublished": "2012"},
                    "author": {"@type": "Person", "name": "Ann Oak"}, "publisher": {"@type": "Organization", "name": "The Echo"},
                    "datePublished": "2012-07-26", "reviewBody": "It rains.",
                    "reviewRating": {"@type": "Rating", "ratingValue": 7, "bestRating": 10, "worstRating": 1}}]}),
                "critic|Dull Rain|movie|Ann Oak|The Echo|2012-07-26|7 of 1-10|It rains.",
            ),
            (
                "nested in a product, authors as texts, no best",
                json!([{"@type": ["Product", "Thing"], "name": "Kettle", "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4.4"},
                    "review": [{"@type": "Review", "author": ["A", "B"], "description": "Boils.", "reviewRating": {"ratingValue": "4"}}]}]),
                "user|Kettle|product|A, B|||4 of 1-5|Boils.",
            ),
            (
                "an aggregate alone is no review",
                json!({"@type": "Movie", "name": "X", "aggregateRating": {"@type": "AggregateRating", "ratingValue": 9}}),
                "",
            ),
            (
                "a graph whose nodes refer to each other, a cycle among them",
                json!({"@graph": [
                    {"@type": "Person", "@id": "#ann", "name": "Ann Oak", "worksFor": {"@id": "#echo"}},
                    {"@type": "Organization", "@id": "#echo", "name": "The Echo", "employee": {"@id": "#ann"}},
                    {"@type": "Movie", "@id": "#rain", "name": "Dull Rain", "review": {"@id": "#r"}},
                    {"@type": "Review", "@id": "#r", "itemReviewed": {"@id": "#rain"}, "author": {"@id": "#ann"},
                     "publisher": {"@id": "#echo"}, "reviewBody": "It rains.", "reviewRating": {"@id": "#mark"}},
                    {"@type": "Rating", "@id": "#mark", "ratingValue": 4}]}),
                "critic|Dull Rain|movie|Ann Oak|The Echo||4 of 1-5|It rains.",
            ),
            (
                "a work that refers to its review, which does not name it",
                json!([{"@type": "Book", "@id": "#b", "name": "Deep Book", "review": [{"@type": "Review", "@id": "#r"}]},
                    {"@type": "Review", "@id": "#r", "author": {"@id": "#nobody"}, "reviewBody": "Deep."}]),
                "user|Deep Book|book|||||Deep.",
            ),
            (
                "who speaks and how it is marked where little is said",
                json!([{"@type": "CriticReview", "reviewBody": "a", "reviewRating": {"ratingValue": "4", "bestRating": "5"}},
                    {"@type": "UserReview", "reviewBody": "b", "publisher": "The Echo", "reviewRating": {"ratingValue": 4, "bestRating": 10}},
                    {"itemReviewed": "Dull Rain", "reviewBody": "c"}]),
                "critic||||||4 of 1-5|a\nuser||||||4 of 0-10|b\nuser|Dull Rain||||||c",
            ),
        ];
        for (name, value, wanted) in cases {
            let found: Vec<String> =
                reviews_of(&value, &Nodes::of(&value)).iter().map(described).collect();
            assert_eq!(found.join("\n"), wanted, "{name}");
        }
    }

    fn described(review: &RawReview) -> String {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let scale = review
            .scale
            .map(|s| format!("{} of {}-{}", text(&review.score), s.worst, s.best))
            .unwrap_or_default();
        let parts = [
            review.audience.map(Audience::as_str).unwrap_or_default().to_string(),
            text(&review.work.title),
            review.work.kind.map(Kind::as_str).unwrap_or_default().to_string(),
            text(&review.byline),
            text(&review.publication),
            text(&review.date),
            scale,
            text(&review.quote),
        ];
        parts.join("|")
    }
}
