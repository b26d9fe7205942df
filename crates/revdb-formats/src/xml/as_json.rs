//! Converts XML to a JSON document, so that the profile-less JSON format reads it.
//!
//! Owns: mapping elements to objects, lists and strings. The root is the top-level object; an
//! attribute is the key `@name`; the text of an element with attributes has the key `value` (in a
//! list, `text`); adjacent elements with the same name are a list. Each value is on the line of
//! its element. Must never: hold more than one element of a list, or merge elements into one list
//! across others.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::lists::Lists;
use super::{DEEPEST, Passed, Watched, add_attributes, broken, dotted, resolved};
use crate::format::{Probe, ReadError, Result, Text};
use crate::json::LONGEST_RECORD;
use crate::json::generated::{self, Failure};

/// The key for the text of an element that also has attributes.
const VALUE: &str = "value";

/// The same for an element of a list, i.e. a record.
const TEXT: &str = "text";

/// Elements named by their `name` attribute: `<field name="title">` (mysqldump), `<column>`
/// (phpMyAdmin), the types of a Solr document.
const NAMED_CELLS: [&str; 10] =
    ["field", "column", "str", "int", "long", "float", "double", "date", "bool", "text"];

/// A dump's XML, read as JSON.
pub(crate) struct AsJson<'a> {
    xml: &'a mut dyn Text,
    lists: Rc<Lists>,
    failure: Failure,
}

impl<'a> AsJson<'a> {
    /// # Errors
    /// If the dump cannot be read.
    pub(crate) fn of(xml: &'a mut dyn Text) -> Result<Self> {
        let mut head = Vec::new();
        xml.reader()?.take(Probe::LIMIT as u64).read_to_end(&mut head)?;
        let lists = Rc::new(Lists::of(&head));
        Ok(Self { xml, lists, failure: Failure::default() })
    }

    pub(crate) fn failure(&self) -> &Failure {
        &self.failure
    }
}

impl Text for AsJson<'_> {
    fn reader(&mut self) -> io::Result<Box<dyn BufRead + '_>> {
        let writer = Writer::new(self.xml.reader()?, Rc::clone(&self.lists));
        Ok(generated::reader(writer, &self.failure))
    }
}

/// The beginning of a dump as JSON, as far as it is XML.
pub(crate) fn head_as_json(head: &str) -> String {
    let lists = Rc::new(Lists::of(head.as_bytes()));
    generated::all(Writer::new(head.as_bytes(), lists))
}

/// An element whose children are written one by one.
#[derive(Debug)]
struct Open {
    path: String,
    /// Keys already written; the last may be an open list.
    keys: Vec<String>,
    in_list: bool,
}

/// Writes JSON while reading XML.
struct Writer<R> {
    xml: Reader<Watched<R>>,
    passed: Rc<RefCell<Passed>>,
    lists: Rc<Lists>,
    buffer: Vec<u8>,
    open: Vec<Open>,
    out: Vec<u8>,
    /// Number of lines written.
    line: u64,
}

impl<R: BufRead> Writer<R> {
    fn new(source: R, lists: Rc<Lists>) -> Self {
        let passed = Rc::new(RefCell::new(Passed::default()));
        let xml = Reader::from_reader(Watched { source, passed: Rc::clone(&passed) });
        let (buffer, open, out) = (Vec::new(), Vec::new(), Vec::new());
        Self { xml, passed, lists, buffer, open, out, line: 1 }
    }

    fn lines(&self) -> u64 {
        let mut passed = self.passed.borrow_mut();
        passed.text.clear();
        passed.lines + 1
    }

    /// Handles one event; false at the end.
    fn step(&mut self) -> Result<bool> {
        self.buffer.clear();
        let event = self.xml.read_event_into(&mut self.buffer);
        let event = event.map(Event::into_owned);
        let line = self.lines();
        match event.map_err(|error| broken(&error.to_string(), line))? {
            Event::Start(tag) => self.enter(&tag, false, line)?,
            Event::Empty(tag) => self.enter(&tag, true, line)?,
            Event::End(_) => self.leave(),
            Event::DocType(text) if text.contains("<!ENTITY") => {
                let message = "the XML declares entities of its own, which are not resolved";
                let help = Some("xmllint --noent FILE writes it without".to_owned());
                return Err(ReadError::Malformed {
                    message: message.into(),
                    line: Some(line),
                    help,
                });
            }
            Event::Eof if self.open.is_empty() => return Ok(false),
            Event::Eof => return Err(broken("the document ends before it is closed", line)),
            _ => {}
        }
        Ok(true)
    }

    fn enter(&mut self, tag: &BytesStart<'_>, empty: bool, line: u64) -> Result {
        let name = name_of(tag);
        let path = self.open.last().map_or(name.clone(), |open| dotted(&open.path, &name));
        let is_list = self.key(&name, &path, line)?;
        self.out.extend((self.line..line).map(|_| b'\n'));
        self.line = self.line.max(line);
        let is_inner = self.open.is_empty() || self.lists.stand_in(&path);
        if is_list || !is_inner || empty {
            let value = self.element(tag, &path, empty)?;
            let value = match (self.open.is_empty(), value) {
                (true, Value::String(words)) => serde_json::json!({ TEXT: words }),
                (_, value) => value,
            };
            self.out.extend_from_slice(value.to_string().as_bytes());
            return Ok(());
        }
        let mut open = Open { path, keys: Vec::new(), in_list: false };
        self.out.push(b'{');
        for (key, value) in attributes(tag) {
            self.write_key(&open.keys, &key);
            self.out.extend_from_slice(Value::String(value).to_string().as_bytes());
            open.keys.push(key);
        }
        self.open.push(open);
        if self.open.len() > DEEPEST {
            return Err(too_deep(line));
        }
        Ok(())
    }

    /// Writes the key of a value; true within a list.
    fn key(&mut self, name: &str, path: &str, line: u64) -> Result<bool> {
        let Some(mut open) = self.open.pop() else { return Ok(false) };
        let is_list = self.lists.has(path);
        let goes_on = open.in_list && open.keys.last().is_some_and(|last| last == name);
        if goes_on {
            self.out.push(b',');
        } else {
            if std::mem::take(&mut open.in_list) {
                self.out.push(b']');
            }
            if open.keys.iter().any(|known| known == name) {
                let message = format!("its elements <{name}> are parted by others");
                let help = Some("put the elements of a list beside each other".to_owned());
                return Err(ReadError::Malformed { message, line: Some(line), help });
            }
            self.write_key(&open.keys, name);
            open.keys.push(name.to_owned());
            open.in_list = is_list;
            if is_list {
                self.out.push(b'[');
            }
        }
        self.open.push(open);
        Ok(is_list)
    }

    fn write_key(&mut self, keys: &[String], key: &str) {
        if !keys.is_empty() {
            self.out.push(b',');
        }
        self.out.extend_from_slice(Value::String(key.to_owned()).to_string().as_bytes());
        self.out.push(b':');
    }

    fn leave(&mut self) {
        if let Some(open) = self.open.pop() {
            self.out.extend_from_slice(if open.in_list { b"]}" } else { b"}" });
        }
    }

    /// An element with its contents.
    fn element(&mut self, tag: &BytesStart<'_>, path: &str, empty: bool) -> Result<Value> {
        let mut within = vec![Element::of(tag, path)];
        let mut length = 0;
        let mut ends = empty;
        loop {
            if std::mem::take(&mut ends)
                && let Some(element) = within.pop()
            {
                match within.last_mut() {
                    Some(parent) => parent.take(element, &self.lists),
                    None => return Ok(element.value(&self.lists)),
                }
            }
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer).map(Event::into_owned);
            let line = self.lines();
            let Some(element) = within.last_mut() else { return Ok(Value::Null) };
            match event.map_err(|error| broken(&error.to_string(), line))? {
                Event::Start(tag) => {
                    let inner = Element::of(&tag, &dotted(&element.path, &name_of(&tag)));
                    within.push(inner);
                }
                Event::Empty(tag) => {
                    let inner = Element::of(&tag, &dotted(&element.path, &name_of(&tag)));
                    within.push(inner);
                    ends = true;
                }
                Event::Text(text) => length += element.add(&text.xml10_content()),
                Event::CData(text) => length += element.add(&text.xml10_content()),
                Event::GeneralRef(reference) => length += element.add(&resolved(&reference)),
                Event::End(_) => ends = true,
                Event::Eof => return Err(broken("the document ends within an element", line)),
                _ => {}
            }
            if within.len() > DEEPEST {
                return Err(too_deep(line));
            }
            if length > LONGEST_RECORD {
                return Err(broken("an element is longer than 16 MiB", line));
            }
        }
    }
}

impl<R: BufRead> generated::Writer for Writer<R> {
    fn write(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let goes_on = self.step()?;
        out.append(&mut self.out);
        Ok(goes_on)
    }
}

/// An element that is still open.
#[derive(Debug)]
struct Element {
    name: String,
    path: String,
    keys: Map<String, Value>,
    attributes: usize,
    /// Its own text.
    own: String,
    /// Its text including that of nested elements.
    all: String,
}

impl Element {
    fn of(tag: &BytesStart<'_>, path: &str) -> Self {
        let mut keys = Map::new();
        keys.extend(attributes(tag).into_iter().map(|(key, value)| (key, Value::String(value))));
        let (name, path, attributes) = (name_of(tag), path.to_owned(), keys.len());
        Self { name, path, keys, attributes, own: String::new(), all: String::new() }
    }

    /// Adds text; returns its length in bytes.
    fn add(&mut self, words: &str) -> usize {
        self.own.push_str(words);
        self.all.push_str(words);
        words.len()
    }

    fn take(&mut self, inner: Element, lists: &Lists) {
        if BLOCKS.contains(&inner.name.as_str()) && !self.all.trim().is_empty() {
            self.all.push('\n');
        }
        self.all.push_str(&inner.all);
        let (key, is_list) = match inner.column() {
            Some(column) => (column, false),
            None => (inner.name.clone(), lists.has(&inner.path)),
        };
        let value = match key == inner.name {
            true => inner.value(lists),
            false => Value::String(inner.all),
        };
        match self.keys.get_mut(&key) {
            Some(Value::Array(items)) => items.push(value),
            Some(known) => *known = Value::Array(vec![known.take(), value]),
            None if is_list => drop(self.keys.insert(key, Value::Array(vec![value]))),
            None => drop(self.keys.insert(key, value)),
        }
    }

    /// The column named by an attribute in a database export.
    fn column(&self) -> Option<String> {
        let (Some(Value::String(name)), 1) = (self.keys.get("@name"), self.keys.len()) else {
            return None;
        };
        NAMED_CELLS.contains(&self.name.as_str()).then(|| name.clone())
    }

    /// Inline markup (`<b>`) is text, not fields.
    fn value(mut self, lists: &Lists) -> Value {
        let mut elements = self.keys.keys().filter(|key| !key.starts_with('@'));
        let marked = self.keys.len() > self.attributes && elements.all(|key| is_markup(key));
        if self.own.trim().is_empty() && self.keys.len() > self.attributes && !marked {
            return Value::Object(self.keys);
        }
        if self.attributes == 0 {
            return Value::String(self.all);
        }
        self.keys.retain(|key, _| key.starts_with('@'));
        if !self.all.trim().is_empty() {
            let key = if lists.has(&self.path) { TEXT } else { VALUE };
            self.keys.insert(key.to_owned(), Value::String(self.all));
        }
        Value::Object(self.keys)
    }
}

/// HTML elements that begin a new line.
const BLOCKS: [&str; 6] = ["br", "p", "div", "li", "ul", "blockquote"];

/// HTML elements within text, which are not fields.
pub(super) fn is_markup(name: &str) -> bool {
    BLOCKS.contains(&name) || matches!(name, "b" | "i" | "em" | "strong" | "u" | "a" | "span")
}

/// An element that represents a column named by an attribute.
pub(super) fn is_named_cell(tag: &BytesStart<'_>) -> bool {
    NAMED_CELLS.contains(&tag.name().0) && attributes(tag).iter().any(|(name, _)| name == "@name")
}

/// An element's name; Access writes `Film_x0020_Title`.
pub(super) fn name_of(tag: &BytesStart<'_>) -> String {
    tag.name().0.replace("_x0020_", " ")
}

/// A tag's attributes, except namespace declarations.
fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    add_attributes(tag, "", &mut found);
    found.retain(|(name, _)| !name.starts_with("@xmlns") && !name.starts_with("@xsi:"));
    found
}

fn too_deep(line: u64) -> ReadError {
    broken("its elements stand too deep within each other", line)
}
