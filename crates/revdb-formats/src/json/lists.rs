//! Locates lists of objects in a JSON document or in JSON lines.
//!
//! Owns: a scan of the dump, or of a sample that may be truncated anywhere. Must never: parse a
//! record, or recurse: a hostile document can be as deep as it is long.

use std::io::{self, Read};

/// A list of objects: an array, or an object whose values are similar objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its path as in a profile's `records`: `data.items[]`, `films.*`, `[].reviews[]`.
    pub path: String,
    pub objects: usize,
    /// Its objects are in similar lists, one under each key: `*[]`.
    pub keyed: bool,
}

/// An object outside any list, and its first keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lone {
    pub path: String,
    pub keys: Vec<String>,
}

/// The structure of a dump or sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// JSON lines instead of one document.
    pub lines: bool,
    /// In the order of their beginnings.
    pub lists: Vec<Place>,
    /// The first objects outside lists.
    pub lone: Vec<Lone>,
}

/// Maximum number of such objects kept.
const MOST_LONE: usize = 200;

/// Maximum depth of lists.
const DEPTH: usize = 8;

/// Number of keys compared per object.
const KEYS: usize = 12;

/// Longer keys are truncated.
const LONGEST_KEY: usize = 4096;

const CHUNK: usize = 64 << 10;

#[derive(Debug, Default)]
struct Frame {
    is_array: bool,
    path: String,
    /// The key of the next value.
    key: String,
    awaits_key: bool,
    began: usize,
    objects: usize,
    others: usize,
    /// How many of the elements are lists of objects.
    lists: usize,
    own_keys: Vec<String>,
    /// The keys of its first two objects.
    first_keys: Vec<Vec<String>>,
}

/// Scans a dump or its beginning.
///
/// # Errors
/// If it cannot be read.
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
    // Truncated text ends here.
    walk.end_text();
    while walk.stack.pop().map(|frame| walk.close(frame)).is_some() {}
    let mut lists = walk.lists;
    lists.sort_by_key(|(began, _)| *began);
    walk.found.lists = lists.into_iter().map(|(_, place)| place).collect();
    Ok(walk.found)
}

/// The lexical context of the next byte.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Nothing,
    Scalar,
    Text,
    /// After a backslash in a string.
    Escape,
}

#[derive(Debug, Default)]
struct Walk {
    stack: Vec<Frame>,
    found: Places,
    lists: Vec<(usize, Place)>,
    /// Number of complete top-level values.
    whole: usize,
    within: Within,
    /// The current string with its quote marks, if it is a key.
    key: Option<Vec<u8>>,
    /// Number of bytes read.
    passed: usize,
}

impl Walk {
    /// The first lines are enough to recognise JSON lines.
    fn has_enough_lines(&self) -> bool {
        self.stack.is_empty() && self.found.lines && self.whole > 50
    }

    /// Processes the next chunk, which may end anywhere.
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
        // A key with a dot would make an ambiguous path.
        if is_list || is_keyed && self.stack.len() < DEPTH {
            // An object nested in a lone one is not separate.
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

    /// Ends a string, which is a key or a value.
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

/// Whether objects share enough keys to be of one kind.
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
            // Truncated within a record.
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
    fn deep_documents_take_linear_time() {
        let deep = "[".repeat(200_000);
        assert_eq!(places(deep.as_bytes()).expect("bytes").lists, []);
    }
}
