//! Where lists of objects stand in a JSON document, or in JSON lines.
//!
//! Owns: a walk over the dump, or its beginning, that bears its being cut off anywhere. Must never:
//! parse a record, or recurse: a hostile document is as deep as it is long.

use std::io::{self, Read};

/// A list of objects: an array, or an object whose values are objects alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// As a profile's `records` have it: `data.items[]`, `films.*`, `[].reviews[]`.
    pub path: String,
    pub objects: usize,
    /// Its objects stand in lists, alike, each under a key of its own: `*[]`.
    pub keyed: bool,
}

/// An object that stands in no list, and its first keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lone {
    pub path: String,
    pub keys: Vec<String>,
}

/// What a dump's beginning holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// It is one object a line, and not one document.
    pub lines: bool,
    /// In the order in which they begin.
    pub lists: Vec<Place>,
    /// The first of its objects that stand in none.
    pub lone: Vec<Lone>,
}

/// Lone objects that are kept.
const MOST_LONE: usize = 200;

/// No list is looked for deeper than this.
const DEPTH: usize = 8;

/// Keys compared of each object.
const KEYS: usize = 12;

/// Of a key longer than this no more is kept.
const LONGEST_KEY: usize = 4096;

const CHUNK: usize = 64 << 10;

#[derive(Debug, Default)]
struct Frame {
    is_array: bool,
    path: String,
    /// The key before the value that comes next.
    key: String,
    awaits_key: bool,
    began: usize,
    objects: usize,
    others: usize,
    /// Lists of objects among the others.
    lists: usize,
    own_keys: Vec<String>,
    /// The keys of its first two objects.
    first_keys: Vec<Vec<String>>,
}

/// Looks through a dump, or its beginning.
///
/// # Errors
/// Where it cannot be read.
pub fn places(mut from: impl Read) -> io::Result<Places> {
    let mut walk = Walk::default();
    let mut chunk = vec![0; CHUNK];
    while !walk.has_enough_lines() {
        let count = from.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        walk.take(&chunk[..count]);
    }
    // What is cut off ends here.
    walk.end_text();
    while walk.stack.pop().map(|frame| walk.close(frame)).is_some() {}
    let mut lists = walk.lists;
    lists.sort_by_key(|(began, _)| *began);
    walk.found.lists = lists.into_iter().map(|(_, place)| place).collect();
    Ok(walk.found)
}

/// What the next byte stands in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Nothing,
    Scalar,
    Text,
    /// Behind a text's backslash.
    Escape,
}

#[derive(Debug, Default)]
struct Walk {
    stack: Vec<Frame>,
    found: Places,
    lists: Vec<(usize, Place)>,
    /// Values at the top that are whole.
    whole: usize,
    within: Within,
    /// The present text as it stands, with its quote marks, where it is a key.
    key: Option<Vec<u8>>,
    /// Bytes taken.
    passed: usize,
}

impl Walk {
    /// JSON lines are told by their first ones.
    fn has_enough_lines(&self) -> bool {
        self.stack.is_empty() && self.found.lines && self.whole > 50
    }

    /// Takes what comes next; it may end anywhere.
    fn take(&mut self, chunk: &[u8]) {
        for &b in chunk {
            match self.within {
                Within::Scalar if matches!(b, b',' | b']' | b'}' | b'\n') => {
                    self.within = Within::Nothing;
                    self.step(b);
                }
                Within::Scalar => {}
                Within::Nothing => self.step(b),
                Within::Text | Within::Escape => self.text(b),
            }
            self.passed += 1;
        }
    }

    fn step(&mut self, b: u8) {
        match b {
            b'{' | b'[' => self.open(b == b'[', self.passed),
            b'}' | b']' => {
                if let Some(frame) = self.stack.pop() {
                    self.close(frame);
                }
                self.whole += usize::from(self.stack.is_empty());
            }
            b',' => {
                if let Some(frame) = self.stack.last_mut() {
                    frame.awaits_key = !frame.is_array;
                }
            }
            b'"' => {
                self.within = Within::Text;
                self.key = match self.stack.last() {
                    Some(frame) if frame.awaits_key => Some(vec![b]),
                    _ => None,
                };
            }
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => {
                self.scalar();
                self.within = Within::Scalar;
            }
        }
    }

    fn open(&mut self, is_array: bool, at: usize) {
        let path = match self.stack.last_mut() {
            None => {
                self.found.lines |= self.whole > 0;
                String::new()
            }
            Some(parent) => {
                parent.objects += usize::from(!is_array);
                parent.others += usize::from(is_array);
                match (parent.is_array, parent.path.is_empty()) {
                    (true, _) => format!("{}[]", parent.path),
                    (false, true) => parent.key.clone(),
                    (false, false) => format!("{}.{}", parent.path, parent.key),
                }
            }
        };
        let path = if self.stack.len() < DEPTH { path } else { String::new() };
        let awaits_key = !is_array;
        self.stack.push(Frame { is_array, path, awaits_key, began: at, ..Frame::default() });
    }

    fn close(&mut self, frame: Frame) {
        let is_list = match frame.is_array {
            true => frame.objects > 0,
            false => frame.objects > 1 && frame.others == 0 && alike(&frame.first_keys),
        };
        let is_keyed = !frame.is_array
            && frame.lists > 1
            && frame.lists == frame.others
            && frame.objects == 0
            && alike(&frame.first_keys);
        // A path of a key with a dot would be another's.
        if is_list || is_keyed && self.stack.len() < DEPTH {
            // What stands in it is not alone.
            let is_within =
                |lone: &Lone| frame.path.is_empty() || super::within(&lone.path, &frame.path);
            if is_list && !frame.is_array {
                self.found.lone.retain(|lone| !is_within(lone));
            }
            let path = match (frame.is_array, frame.path.is_empty()) {
                (true, _) => format!("{}[]", frame.path),
                (false, true) => "*".to_owned(),
                (false, false) => format!("{}.*", frame.path),
            };
            let path = if is_keyed { format!("{path}[]") } else { path };
            let keyed = is_keyed;
            match self.lists.iter_mut().find(|(_, place)| place.path == path) {
                Some((_, place)) => place.objects += frame.objects,
                None => {
                    self.lists.push((frame.began, Place { path, objects: frame.objects, keyed }))
                }
            }
        }
        let named = !frame.path.is_empty() && self.stack.len() < DEPTH;
        let is_alone = !frame.is_array && !is_list && named && !frame.path.contains("[]");
        if is_alone && self.found.lone.len() < MOST_LONE {
            let (path, keys) = (frame.path.clone(), frame.own_keys.clone());
            self.found.lone.push(Lone { path, keys });
        }
        let Some(parent) = self.stack.last_mut() else { return };
        parent.lists += usize::from(frame.is_array && is_list);
        // A list has the keys of its first object.
        let keys = match frame.is_array {
            true => frame.first_keys.into_iter().next().unwrap_or_default(),
            false => frame.own_keys,
        };
        if parent.first_keys.len() < 2 && (!keys.is_empty() || !frame.is_array) {
            parent.first_keys.push(keys);
        }
    }

    fn text(&mut self, b: u8) {
        if let Some(key) = self.key.as_mut().filter(|key| key.len() < LONGEST_KEY) {
            key.push(b);
        }
        self.within = match (self.within, b) {
            (Within::Text, b'\\') => Within::Escape,
            (Within::Text, b'"') => return self.end_text(),
            _ => Within::Text,
        };
    }

    /// A text is a key, or a value.
    fn end_text(&mut self) {
        if !matches!(std::mem::take(&mut self.within), Within::Text | Within::Escape) {
            return;
        }
        match (self.stack.last_mut(), self.key.take()) {
            (Some(frame), Some(quoted)) => {
                let plain = || String::from_utf8_lossy(&quoted).trim_matches('"').to_owned();
                frame.key = serde_json::from_slice(&quoted).unwrap_or_else(|_| plain());
                frame.awaits_key = false;
                if frame.own_keys.len() < KEYS {
                    frame.own_keys.push(frame.key.clone());
                }
            }
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) {
        if let Some(frame) = self.stack.last_mut() {
            frame.others += 1;
        }
    }
}

/// Objects of one kind have keys in common.
fn alike(keys: &[Vec<String>]) -> bool {
    let [first, second] = keys else { return false };
    let common = first.iter().filter(|key| second.contains(key)).count();
    common > 0 && common * 2 >= first.len().max(second.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_wherever_they_stand() {
        for (text, lines, paths) in [
            ("[{\"a\":1},{\"a\":2}]", false, &["[] 2"][..]),
            ("{\"a\":1}\n{\"a\":2}\n", true, &[]),
            ("{\"a\":1,\"r\":[{}]}\n{\"r\":[{},{}]}", true, &["r[] 3"]),
            (
                "{\"x\":[{\"t\":1}],\"y\":{\"z\":[{\"t\":\"}\"},{\"t\":2}]},\"n\":[1,2]}",
                false,
                &["x[] 1", "y.z[] 2"],
            ),
            ("{\"l\":{\"1\":{\"t\":1,\"r\":2},\"2\":{\"t\":1}}}", false, &["l.* 2"]),
            (
                "{\"x\":[{\"t\":1}],\"y\":[{\"t\":2},{\"t\":3}]}",
                false,
                &["*[] 0", "x[] 1", "y[] 2"],
            ),
            ("{\"me\":{\"name\":1},\"you\":{\"age\":1}}", false, &[]),
            ("[{\"t\":1,\"r\":[{\"a\":1},{\"a\":\"\\\"]\"}]}]", false, &["[] 1", "[].r[] 2"]),
            // Cut off within a record.
            ("{\"count\":2,\"r\":[{\"a\":1},{\"a\":\"be", false, &["r[] 2"]),
            ("{\"r\\u00e9\":[{}]}", false, &["ré[] 1"]),
            ("", false, &[]),
            ("]]}", false, &[]),
        ] {
            let found = places(text.as_bytes()).expect("bytes");
            let told: Vec<String> =
                found.lists.iter().map(|it| format!("{} {}", it.path, it.objects)).collect();
            assert_eq!(
                (found.lines, told),
                (lines, paths.iter().map(|p| (*p).to_owned()).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_deep_document_costs_what_it_is_long() {
        let deep = "[".repeat(200_000);
        assert_eq!(places(deep.as_bytes()).expect("bytes").lists, []);
    }
}
