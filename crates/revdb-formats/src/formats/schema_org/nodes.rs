//! The nodes of a JSON-LD document by their `@id`, for resolving references.
//!
//! Owns: what `{"@id": "#author"}` refers to. Must never: follow a reference from a node that was
//! reached by a reference. One step is enough for a review (author, publisher, item, rating) and
//! cannot loop.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// Maximum bytes of nodes kept: 16 MiB, the same as for a record. Nodes beyond it are ignored.
const LIMIT: usize = 16 << 20;

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Nodes {
    by_id: HashMap<String, Map<String, Value>>,
    /// A review's `@id` → the work that lists the review.
    reviewed: HashMap<String, Map<String, Value>>,
    bytes: usize,
}

impl Nodes {
    #[cfg(test)]
    pub fn of(value: &Value) -> Self {
        let mut nodes = Self::default();
        nodes.learn(value);
        nodes
    }

    /// Adds every node of a document.
    pub fn learn(&mut self, value: &Value) {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(values) => open.extend(values),
                Value::Object(object) => {
                    self.node(object);
                    open.extend(object.values());
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, object: &Map<String, Value>) {
        if is_reference(object) {
            return;
        }
        for key in ["review", "reviews"] {
            for id in listed(object.get(key)).filter_map(|value| id_of(value.as_object()?)) {
                if let Some(work) = self.kept(object) {
                    self.reviewed.insert(id.to_owned(), work);
                }
            }
        }
        if let Some(id) = id_of(object) {
            // A node may be described in parts, each with the same id.
            if let Some(part) = self.kept(object) {
                self.by_id.entry(id.to_owned()).or_default().extend(part);
            }
        }
    }

    /// A node's own strings and numbers, without nested nodes, which are added separately.
    fn kept(&mut self, object: &Map<String, Value>) -> Option<Map<String, Value>> {
        let mut kept = Map::new();
        for (key, value) in object {
            let plain = match value {
                Value::String(text) => text.len(),
                Value::Number(_) => 8,
                Value::Array(values) if values.iter().all(Value::is_string) => {
                    values.iter().filter_map(Value::as_str).map(str::len).sum()
                }
                _ => continue,
            };
            self.bytes += key.len() + plain;
            if self.bytes > LIMIT {
                return None;
            }
            kept.insert(key.clone(), value.clone());
        }
        Some(kept)
    }

    /// Resolves a value: the node it refers to, else the value itself.
    pub fn resolve<'a>(&'a self, value: Option<&'a Value>) -> Option<Resolved<'a>> {
        let value = value?;
        let node = match value {
            Value::String(id) => self.by_id.get(id),
            Value::Object(object) if !says_something(object) => {
                id_of(object).and_then(|id| self.by_id.get(id))
            }
            _ => None,
        };
        Some(match (node, value) {
            (Some(node), _) | (None, Value::Object(node)) => Resolved::Node(node),
            (None, Value::String(text)) => Resolved::Text(text),
            _ => return None,
        })
    }

    /// The work that lists this review, if the review does not name one.
    pub fn reviewed_by(&self, review: &Map<String, Value>) -> Option<&Map<String, Value>> {
        self.reviewed.get(id_of(review)?)
    }
}

/// A resolved property value.
#[derive(Debug, Clone, Copy)]
pub enum Resolved<'a> {
    Node(&'a Map<String, Value>),
    Text(&'a str),
}

/// Whether a node has content and need not be looked up.
fn says_something(object: &Map<String, Value>) -> bool {
    ["name", "headline", "givenName", "ratingValue"].iter().any(|key| object.contains_key(*key))
}

/// Whether an object has nothing but an `@id`.
pub fn is_reference(object: &Map<String, Value>) -> bool {
    object.contains_key("@id") && object.keys().all(|key| key == "@id" || key == "@type")
}

fn id_of(object: &Map<String, Value>) -> Option<&str> {
    object.get("@id")?.as_str()
}

fn listed(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let many = value.and_then(Value::as_array).into_iter().flatten();
    value.into_iter().filter(|value| value.is_object()).chain(many)
}
