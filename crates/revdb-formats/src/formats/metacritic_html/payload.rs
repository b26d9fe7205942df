//! The data embedded in pages since 2023: one flat JSON array in which objects hold the indices of
//! their values (Nuxt's `__NUXT_DATA__`, written by devalue).
//!
//! Owns: finding that array, or its tail, and the reviews in it. Must never: guess a value. In a
//! tail the indices count from an unknown start. devalue writes an object's new values directly
//! after it, so for most objects the start is `index − position − 1`; the start that fits most
//! objects is used. Values before the tail (shared scores, dates, the title) are lost.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::formats::html::{Element, attribute, mark_of, walk};
use crate::record::{RawReview, RawWork};
use revdb_model::{Audience, ExternalId, Kind};

use super::about::{About, kind_of_word};
use super::{Found, scale};

/// Maximum number of reviews in one page's array; a page shows up to some hundreds.
const MOST: usize = 100_000;

/// Whether the text is a fragment of such an array, without its page.
pub fn is_fragment(text: &str) -> bool {
    let has_objects = text.contains("\"reviewedProduct\":") && text.contains("\"quote\":");
    let start = text.trim_start();
    has_objects && !start.starts_with('<') && !text.contains("<div") && quote_is_index(text)
}

/// In the flat array a quote is an index; in other JSON it is a string.
fn quote_is_index(text: &str) -> bool {
    text.match_indices("\"quote\":").any(|(at, key)| {
        text[at + key.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit())
    })
}

/// Cheap check of a page's source: whether it can contain such an array.
pub fn may_be_in(page: &str) -> bool {
    page.contains("__NUXT_DATA__") || page.contains("data-nuxt-data")
}

/// The reviews in the page's `__NUXT_DATA__`.
pub fn of_page(root: Element<'_>, about: &About) -> Vec<Found> {
    let script = walk(root, |_| false).into_iter().find(|element| {
        element.name() == "script"
            && (attribute(*element, "id") == Some("__NUXT_DATA__")
                || element.attr("data-nuxt-data").is_some())
    });
    let Some(script) = script else {
        return Vec::new();
    };
    let text: String = script.source();
    match serde_json::from_str::<Vec<Value>>(&text) {
        Ok(values) => Flat { values, start: 0 }.reviews(about),
        // A page saved in part: its beginning can be read.
        Err(_) => Flat { values: elements(text.trim_start().trim_start_matches('[')), start: 0 }
            .reviews(about),
    }
}

/// The reviews in a fragment of the array.
pub fn of_fragment(text: &str) -> Vec<Found> {
    let text = text.trim();
    if let Some(whole) = text.strip_prefix('[') {
        return Flat { values: elements(whole), start: 0 }.reviews(&About::default());
    }
    // The fragment begins inside an object: its last keys, then `}`.
    let (cut, rest) = match text.split_once('}') {
        Some((cut, rest)) if !cut.contains('{') => {
            (cut_object(cut), rest.trim_start_matches([',', ' ', '\n']))
        }
        _ => (Map::new(), text),
    };
    let mut values = vec![Value::Object(cut)];
    values.extend(elements(rest));
    let Some(start) = start_of(&values) else {
        return Vec::new();
    };
    let mut flat = Flat { values, start };
    flat.complete_cut();
    flat.reviews(&About::default())
}

fn cut_object(cut: &str) -> Map<String, Value> {
    let from = cut.find('"').unwrap_or(cut.len());
    // A fragment that begins inside a key cannot be parsed; nothing is known of that object.
    serde_json::from_str(&format!("{{{}}}", &cut[from..])).unwrap_or_else(|_| Map::new())
}

/// The elements of an array's text, up to its truncation.
fn elements(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.trim_start().is_empty() {
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(value)) = stream.next() else {
            break;
        };
        found.push(value);
        rest = rest[stream.byte_offset()..].trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None => break,
        }
    }
    found
}

/// The index of the first element. The right start is the one for which most objects have a value
/// in the very next element and the fewest have indices that are impossible. The first element is
/// truncated and is ignored.
fn start_of(values: &[Value]) -> Option<i64> {
    let objects = || {
        values
            .iter()
            .enumerate()
            .skip(1)
            .filter_map(|(at, value)| Some((at as i64, value.as_object()?)))
    };
    let indexes =
        |object: &Map<String, Value>| object.values().filter_map(Value::as_i64).collect::<Vec<_>>();
    let mut votes: HashMap<i64, usize> = HashMap::new();
    for (at, object) in objects() {
        for index in indexes(object) {
            *votes.entry(index.saturating_sub(at + 1)).or_default() += 1;
        }
    }
    let mut likely: Vec<(usize, i64)> =
        votes.into_iter().map(|(start, count)| (count, start)).collect();
    likely.sort_unstable_by(|a, b| b.cmp(a));
    let fit = |start: i64| -> i64 {
        objects()
            .map(|(at, object)| {
                let (next, found) = (start.saturating_add(at + 1), indexes(object));
                let wrong = found.contains(&(next - 1))
                    || (!found.contains(&next) && found.iter().any(|index| *index > next));
                i64::from(found.contains(&next)) - 2 * i64::from(wrong)
            })
            .sum()
    };
    // Every object with a new value votes for the right start, so it is among the first.
    likely
        .into_iter()
        .take(CANDIDATES)
        .map(|(_, start)| (fit(start), start))
        .max()
        .filter(|(fit, _)| *fit > 0)
        .map(|(_, start)| start)
}

const CANDIDATES: usize = 32;

/// A flat array; `start` is the index of its first element.
struct Flat {
    values: Vec<Value>,
    start: i64,
}

impl Flat {
    /// The value at an index, unwrapped from devalue's wrappers (`["Reactive",5]`).
    fn at(&self, index: &Value) -> Option<&Value> {
        let mut index = index.as_i64()?;
        for _ in 0..4 {
            let value = self.values.get(usize::try_from(index.checked_sub(self.start)?).ok()?)?;
            match value.as_array().map(Vec::as_slice) {
                Some([Value::String(_), inner @ Value::Number(_)]) => index = inner.as_i64()?,
                Some([Value::String(kind), inner @ Value::String(_)]) if kind == "Date" => {
                    return Some(inner);
                }
                _ => return Some(value),
            }
        }
        None
    }

    fn text(&self, object: &Map<String, Value>, key: &str) -> Option<String> {
        match self.at(object.get(key)?)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn object(&self, object: &Map<String, Value>, key: &str) -> Option<&Map<String, Value>> {
        self.at(object.get(key)?)?.as_object()
    }

    /// The truncated object lacks its first keys. Its new values still follow it: quote, then URL,
    /// as in every complete object.
    fn complete_cut(&mut self) {
        let named = |key: &str| {
            let cut = self.values.first()?.as_object()?;
            usize::try_from(cut.get(key)?.as_i64()? - self.start).ok()
        };
        let Some(name_at) = named("publicationName") else {
            return;
        };
        let before = self.values.get(1..name_at).unwrap_or_default();
        let [Value::String(quote), rest @ ..] = before else {
            return;
        };
        if quote.starts_with("http") {
            return;
        }
        let url = matches!(rest.first(), Some(Value::String(url)) if url.starts_with("http"));
        let start = self.start;
        if let Some(Value::Object(cut)) = self.values.first_mut() {
            cut.insert("quote".into(), Value::from(start + 1));
            if url {
                cut.insert("url".into(), Value::from(start + 2));
            }
        }
    }

    fn reviews(&self, about: &About) -> Vec<Found> {
        self.values
            .iter()
            .filter_map(|value| self.review(value.as_object()?, about))
            .take(MOST)
            .collect()
    }

    fn review(&self, object: &Map<String, Value>, about: &About) -> Option<Found> {
        if !object.contains_key("quote")
            || !(object.contains_key("score") || object.contains_key("reviewedProduct"))
        {
            return None;
        }
        let quote = self.text(object, "quote");
        let score = self.text(object, "score");
        let critic =
            object.contains_key("publicationName") || object.contains_key("publicationSlug");
        let audience = if critic { Audience::Critic } else { Audience::User };
        if quote.is_none() && score.is_none() {
            return None;
        }
        let mark = mark_of(quote.as_deref());
        let review = RawReview {
            audience: Some(audience),
            work: self.work(object, about),
            byline: self.text(object, "author").or_else(|| self.text(object, "username")),
            publication: self.text(object, "publicationName"),
            date: self.text(object, "date"),
            score,
            scale: Some(scale(audience)),
            quote,
            url: self.text(object, "url").filter(|url| url.starts_with("http")),
            id: self.text(object, "id").map(|id| ExternalId::new("metacritic", id)),
            ..RawReview::default()
        };
        let raw = Value::Object(object.clone()).to_string();
        Some(Found::new(review, mark, || raw))
    }

    fn work(&self, object: &Map<String, Value>, about: &About) -> RawWork {
        let Some(product) = self.object(object, "reviewedProduct") else {
            return about.work.clone();
        };
        let kind = self
            .text(product, "type")
            .and_then(|word| kind_of_word(&word))
            .or_else(|| product.contains_key("gameTaxonomy").then_some(Kind::Game));
        let title = self.text(product, "title");
        let same = title.is_none() || title == about.work.title;
        RawWork {
            kind: kind.or(about.work.kind),
            year: about.work.year.clone().filter(|_| same),
            title: title.or_else(|| about.work.title.clone()),
            ..RawWork::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAIL: &str = r#","publicationName":503,"publicationSlug":504,"reviewedProduct":505,"platform":77},"Rain, mostly.","https://a.example/rain","The Wet Page","wet-page",{"title":70,"gameTaxonomy":506},{"game":71},{"quote":508,"score":41,"url":509,"date":19,"publicationName":510,"publicationSlug":511,"reviewedProduct":512},"It drips.","https://b.example/drips","Gutter","gutter",{"title":70}"#;

    #[test]
    fn the_start_of_a_tail_is_inferred() {
        assert!(is_fragment(TAIL));
        let found = of_fragment(TAIL);
        let got: Vec<_> = found
            .iter()
            .map(|f| {
                (
                    f.review.publication.as_deref(),
                    f.review.quote.as_deref(),
                    f.review.url.as_deref(),
                    &f.review.score,
                )
            })
            .collect();
        assert_eq!(
            got,
            [
                (
                    Some("The Wet Page"),
                    Some("Rain, mostly."),
                    Some("https://a.example/rain"),
                    &None
                ),
                (Some("Gutter"), Some("It drips."), Some("https://b.example/drips"), &None),
            ]
        );
    }

    #[test]
    fn other_json_is_not_a_fragment() {
        assert!(!is_fragment(r#"{"quote":"Words","reviewedProduct":{"title":"x"}}"#));
    }
}
