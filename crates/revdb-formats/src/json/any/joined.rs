//! Lists of one document that refer to each other by id, like database tables.
//!
//! Owns: resolving a record's `film_id` to a `film` within the record. Must never: join by an id
//! that occurs twice in a list.

use serde_json::{Map, Value};

use super::List;
use crate::profile::Role;
use crate::roles::plain;

type Object = Map<String, Value>;

/// `{"films": […], "reviews": […]}` from the table exports of phpMyAdmin (`[{"type": "table",
/// "name": "films", "data": […]}]`) and mysqldump.
pub(super) fn by_table(document: &Value) -> Option<Value> {
    let dumped = |value: &'_ Value| value.get("table_data").and_then(Value::as_array).cloned();
    let tables = match document {
        Value::Array(items) => {
            let is_table = |item: &&Value| item.get("type").is_some_and(|kind| kind == "table");
            items.iter().filter(is_table).cloned().collect()
        }
        Value::Object(map) => dumped(document).or_else(|| map.values().find_map(dumped))?,
        _ => return None,
    };
    let rows = |table: &Value| {
        let name = ["name", "@name"].iter().find_map(|key| table.get(key)?.as_str())?;
        let rows = ["data", "row"].iter().find_map(|key| table.get(key)?.as_array())?;
        Some((name.to_owned(), Value::Array(rows.clone())))
    };
    let found: Object = tables.iter().filter_map(rows).collect();
    (!found.is_empty()).then_some(Value::Object(found))
}

/// The document with references resolved; `None` if there are none.
pub(super) fn joined(document: &Value) -> Option<Value> {
    let lists = document.as_object()?;
    let mut whole = lists.clone();
    let mut any = false;
    for (name, list) in &mut whole {
        let Some(records) = list.as_array_mut() else { continue };
        for key in keys_of_others(records) {
            let stem = plain(&key).strip_suffix("id").unwrap_or("").to_owned();
            let is_it = |other: &&String| *other != name && is_plural(&plain(other), &stem);
            let other = lists.keys().find(is_it).and_then(|other| lists.get(other)?.as_array());
            let Some(index) = other.and_then(|other| Index::of(other, &key)) else { continue };
            for record in records.iter_mut().filter_map(Value::as_object_mut) {
                let found = record.get(&key).and_then(|id| index.get(id));
                if let Some(found) = found.filter(|_| !record.contains_key(&stem)) {
                    record.insert(stem.clone(), found);
                    any = true;
                }
            }
        }
    }
    any.then_some(Value::Object(whole))
}

/// If the reviews of a document name their works, its own numbers of works are not kept: another
/// document has other works under the same numbers.
pub(super) fn drop_own_numbers(lists: &mut [List]) {
    let is_of = |list: &List, role| list.is_of_reviews() && list.reading.profile.role == role;
    let mut reviews = lists.iter().filter(|list| is_of(list, Role::Reviews)).peekable();
    let named =
        reviews.peek().is_some() && reviews.all(|list| list.reading.profile.fields.title.is_some());
    for list in lists.iter_mut().filter(|list| named && is_of(list, Role::Works)) {
        let is_own = |site: &str| {
            site.ends_with("id") && list.table.names.iter().any(|name| plain(name) == site)
        };
        list.reading.profile.work_ids.retain(|id| !is_own(&id.site));
    }
}

/// Foreign keys: keys of a list's records that end like another list's id.
fn keys_of_others(records: &[Value]) -> Vec<String> {
    let Some(first) = records.iter().find_map(Value::as_object) else { return Vec::new() };
    let is_id = |key: &&String| plain(key).strip_suffix("id").is_some_and(|stem| !stem.is_empty());
    first.keys().filter(is_id).cloned().collect()
}

fn is_plural(list: &str, one: &str) -> bool {
    let rest = list.strip_prefix(one).filter(|_| !one.is_empty());
    let of_y = || one.strip_suffix('y').is_some_and(|stem| list == format!("{stem}ies"));
    rest.is_some_and(|rest| matches!(rest, "" | "s" | "es")) || of_y()
}

/// A list's records by id.
struct Index<'a>(Vec<(&'a Value, &'a Object)>);

impl<'a> Index<'a> {
    fn of(records: &'a [Value], key: &str) -> Option<Self> {
        let id = |record: &'a Object| {
            let own = record.iter().find(|(name, _)| name.eq_ignore_ascii_case("id"));
            own.map(|(_, id)| id).or_else(|| record.get(key))
        };
        let mut found: Vec<(&Value, &Object)> = records
            .iter()
            .map(|record| {
                let record = record.as_object()?;
                Some((id(record).filter(|id| id.is_string())?, record))
            })
            .collect::<Option<_>>()?;
        found.sort_by_key(|(id, _)| id.as_str());
        let twice = found.windows(2).any(|pair| pair[0].0 == pair[1].0);
        (!twice).then_some(Self(found))
    }

    /// The record's own values, without its ids.
    fn get(&self, id: &Value) -> Option<Value> {
        let at = self.0.binary_search_by_key(&id.as_str(), |(id, _)| id.as_str()).ok()?;
        let own = |(key, value): (&String, &Value)| {
            let is_own = value.is_string() && !plain(key).ends_with("id");
            is_own.then(|| (key.clone(), value.clone()))
        };
        Some(Value::Object(self.0.get(at)?.1.iter().filter_map(own).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn ids_are_resolved_within_records() {
        let films = r#"[{"id":"1","title":"Tide"},{"id":"2","title":"Fog"}]"#;
        let document = format!(r#"{{"films":{films},"reviews":[{{"film_id":"2","body":"Wet"}}]}}"#);
        let found = joined(&value(&document)).expect("joined");
        let review = r#"{"film_id":"2","body":"Wet","film":{"title":"Fog"}}"#;
        assert_eq!(found["reviews"], Value::Array(vec![value(review)]));
        for other in [
            r#"{"films":[{"id":"1"},{"id":"1"}],"reviews":[{"film_id":"1"}]}"#,
            r#"{"films":[{"id":"1"}],"reviews":[{"film_id":"7"}]}"#,
            r#"{"films":[{"id":"1"}],"reviews":[{"id":"1"}]}"#,
            r#"{"films":[{"film_id":"1","title":"Tide"}]}"#,
        ] {
            assert_eq!(joined(&value(other)), None, "{other}");
        }
    }

    #[test]
    fn database_tables_are_lists() {
        let wanted = value(r#"{"a":[{"id":"1"}]}"#);
        for dump in [
            r#"[{"type":"header"},{"type":"table","name":"a","data":[{"id":"1"}]}]"#,
            r#"{"database":{"@name":"d","table_data":[{"@name":"a","row":[{"id":"1"}]}]}}"#,
        ] {
            assert_eq!(by_table(&value(dump)), Some(wanted.clone()), "{dump}");
        }
        assert_eq!(by_table(&value(r#"{"papers":[{"name":"a","data":[{"id":"1"}]}]}"#)), None);
    }
}
