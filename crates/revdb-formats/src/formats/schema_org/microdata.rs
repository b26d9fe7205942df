//! schema.org microdata: `itemscope`, `itemtype`, `itemprop`.
//!
//! Owns: converting microdata items to JSON-LD objects, so that only `json` interprets properties.
//! Must never: recurse. Source: <https://html.spec.whatwg.org/multipage/microdata.html>.

use serde_json::{Map, Value};

use crate::formats::html::{Element, attribute, text, walk};

use super::json::bare;

/// Every top-level item of the page, as JSON-LD.
pub fn items(root: Element<'_>) -> Vec<Value> {
    let mut done = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    for element in walk(root, |_| false) {
        while open.last().is_some_and(|item| !is_below(element, item)) {
            close(&mut open, &mut done);
        }
        let property = attribute(element, "itemprop");
        if element.attr("itemscope").is_some() {
            open.push(Open::new(element, property));
        } else if let (Some(property), Some(item)) = (property, open.last_mut()) {
            item.add(property, value(element));
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut done);
    }
    done
}

/// An item whose element is still open.
struct Open<'a> {
    element: Element<'a>,
    property: Option<&'a str>,
    object: Map<String, Value>,
}

impl<'a> Open<'a> {
    fn new(element: Element<'a>, property: Option<&'a str>) -> Self {
        let types = attribute(element, "itemtype").unwrap_or_default().split_whitespace();
        let types: Vec<Value> = types.map(|name| Value::from(bare(name))).collect();
        let mut object = Map::new();
        object.insert("@type".into(), Value::Array(types));
        Self { element, property, object }
    }

    fn add(&mut self, properties: &str, value: Value) {
        for property in properties.split_whitespace() {
            match self.object.get_mut(property) {
                Some(Value::Array(values)) => values.push(value.clone()),
                Some(one) => *one = Value::Array(vec![one.take(), value.clone()]),
                None => {
                    self.object.insert(property.into(), value.clone());
                }
            }
        }
    }
}

fn is_below(element: Element<'_>, item: &Open<'_>) -> bool {
    element.ancestors().any(|ancestor| ancestor == item.element)
}

fn close(open: &mut Vec<Open<'_>>, done: &mut Vec<Value>) {
    let Some(item) = open.pop() else { return };
    match (item.property, open.last_mut()) {
        (Some(property), Some(parent)) => parent.add(property, Value::Object(item.object)),
        _ => done.push(Value::Object(item.object)),
    }
}

/// The value of a property; it depends on the element.
fn value(element: Element<'_>) -> Value {
    let from = match element.name() {
        "meta" => attribute(element, "content"),
        "a" | "link" | "area" => {
            attribute(element, "content").or_else(|| attribute(element, "href"))
        }
        "img" | "audio" | "video" | "iframe" | "source" => attribute(element, "src"),
        "time" => attribute(element, "datetime"),
        "data" | "meter" => attribute(element, "value"),
        _ => attribute(element, "content"),
    };
    from.map_or_else(|| Value::from(text(element, |_| false)), Value::from)
}
