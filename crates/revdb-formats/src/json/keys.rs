//! Finds records with a value under a rare key.
//!
//! Owns: recognising such records by their bytes, so that a whole dump can be searched for keys
//! while hardly any record is parsed. Must never: return keys or values, or validate JSON.

use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};

/// A key with fewer values than this is rare.
const FEW: u8 = 10;

/// Maximum number of distinct keys: if keys are data, each record may have new ones.
const MOST: usize = 2000;

/// Counts values by hashed key path.
#[derive(Default)]
pub(super) struct Keys {
    seen: FxHashMap<u64, u8>,
    /// Path hashes of the open objects.
    open: Vec<u64>,
}

impl Keys {
    /// Counts a record's keys; returns whether one of them has had few values so far.
    pub(super) fn has_rare(&mut self, record: &[u8]) -> bool {
        let (mut rare, mut at, mut way) = (false, 0, 0);
        self.open.clear();
        while let Some(&b) = record.get(at) {
            at += 1;
            match b {
                b'{' => self.open.push(way),
                b'}' => way = self.open.pop().unwrap_or(0),
                b'"' => {
                    let end = string_end(record, at);
                    let behind = skip_space(record, end + 1);
                    if record.get(behind) == Some(&b':') {
                        way = self.way_to(record.get(at..end).unwrap_or_default());
                        at = skip_space(record, behind + 1);
                        rare |= has_value(record, at) && self.is_rare(way);
                    } else {
                        at = behind;
                    }
                }
                _ => {}
            }
        }
        rare
    }

    fn way_to(&self, key: &[u8]) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.open.last().copied().unwrap_or(0));
        hasher.write(key);
        hasher.finish()
    }

    fn is_rare(&mut self, way: u64) -> bool {
        if self.seen.len() >= MOST && !self.seen.contains_key(&way) {
            return false;
        }
        let count = self.seen.entry(way).or_default();
        let rare = *count < FEW;
        *count += u8::from(rare);
        rare
    }
}

/// Index of the quote mark that ends a string; `at` is after the opening one.
fn string_end(record: &[u8], mut at: usize) -> usize {
    while let Some(found) =
        record.get(at..).and_then(|rest| rest.iter().position(|&b| matches!(b, b'"' | b'\\')))
    {
        at += found;
        if record.get(at) == Some(&b'"') {
            return at;
        }
        at += 2;
    }
    record.len()
}

/// Index of the next byte that is not white space.
fn skip_space(record: &[u8], at: usize) -> usize {
    let rest = record.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// False for null, an empty string or list, and an object (its own keys count instead).
fn has_value(record: &[u8], at: usize) -> bool {
    let behind = record.get(skip_space(record, at + 1));
    match record.get(at) {
        None | Some(b'n' | b'{') => false,
        Some(b'"') => record.get(at + 1) != Some(&b'"'),
        Some(b'[') => behind != Some(&b']'),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_with_rare_keys_are_found() {
        let mut keys = Keys::default();
        let usual = br#"{"a": "x \" {\"b\": 1}", "o": {"c": [1, 2], "d": null}, "e": [], "f": ""}"#;
        for _ in 0..FEW {
            assert!(keys.has_rare(usual));
        }
        assert!(!keys.has_rare(usual));
        for (record, wanted) in [
            (&br#"{"b": 1}"#[..], true),
            (br#"{"c": 1}"#, true),
            (br#"{"o":{"d":"now"}}"#, true),
            (br#"{"e": [ {"g": 0} ]}"#, true),
            (br#"{"f" : "x"}"#, true),
            (br#"{"a": null, "z": null, "o": {"c": 3}}"#, false),
            (br#"{"a": "unclosed"#, false),
            (b"", false),
        ] {
            assert_eq!(keys.has_rare(record), wanted, "{}", String::from_utf8_lossy(record));
        }
    }

    #[test]
    fn the_number_of_keys_is_limited() {
        let mut keys = Keys::default();
        let rare = (0..3 * MOST).filter(|n| keys.has_rare(format!("{{\"{n}\": 1}}").as_bytes()));
        assert_eq!(rare.count(), MOST);
    }
}
