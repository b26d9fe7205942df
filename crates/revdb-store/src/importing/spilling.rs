//! A map from hashes to numbers that outgrows memory: a log-structured merge tree (O'Neil et al.
//! 1996).
//!
//! New entries are in a hash table. A full one is sorted and written to a temporary file, a *run*;
//! two runs of one size are merged, so that twenty million entries have five. For each run, memory
//! holds a Bloom filter and the first key of each block: an absent key costs the filters, a
//! present one the reading of a block. An entry that is set again hides the older one until a
//! merge drops that. Must never: hold more in memory than the table and some 11 bits per entry.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

/// Bytes of an entry in a run: key and number.
const ENTRY: usize = 16;

/// Entries per block of 4 KiB, the unit of reading.
const BLOCK: usize = 256;

/// Buffer size for sequential access to a run.
const AT_ONCE: usize = 64 << 10;

/// An entry.
type Entry = (u64, i64);

#[derive(Debug)]
pub(super) struct Spilling {
    fresh: FxHashMap<u64, i64>,
    /// Maximum number of entries in `fresh`.
    most: usize,
    /// Oldest and largest first.
    runs: Vec<Run>,
}

impl Spilling {
    /// `most`: entries in memory. A hash table is best filled to seven eighths of a power of two.
    pub(super) fn up_to(most: usize) -> Self {
        Spilling { fresh: FxHashMap::default(), most, runs: Vec::new() }
    }

    /// # Errors
    /// The temporary file's.
    pub(super) fn get(&self, key: u64) -> io::Result<Option<i64>> {
        if let Some(&number) = self.fresh.get(&key) {
            return Ok(Some(number));
        }
        for run in self.runs.iter().rev() {
            if let Some(number) = run.get(key)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The key's number; inserts this one if it had none.
    ///
    /// # Errors
    /// As [`Spilling::get`].
    pub(super) fn get_or_insert(&mut self, key: u64, number: i64) -> io::Result<i64> {
        if let Some(known) = self.get(key)? {
            return Ok(known);
        }
        self.set(key, number)?;
        Ok(number)
    }

    /// Sets the key's number, replacing any other.
    ///
    /// # Errors
    /// As [`Spilling::get`].
    pub(super) fn set(&mut self, key: u64, number: i64) -> io::Result<()> {
        if self.fresh.len() >= self.most {
            self.spill()?;
        }
        self.fresh.insert(key, number);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut entries: Vec<Entry> = self.fresh.drain().collect();
        entries.sort_unstable();
        let mut run = Run::write(entries.len(), entries.into_iter().map(Ok))?;
        while let Some(older) = self.runs.pop_if(|older| older.len <= run.len) {
            run = Run::merged(older, run)?;
        }
        self.runs.push(run);
        Ok(())
    }
}

/// Entries sorted by key, in a temporary file.
#[derive(Debug)]
struct Run {
    file: File,
    len: usize,
    filter: Filter,
    /// The first key of each block.
    first_keys: Vec<u64>,
}

impl Run {
    /// `most`: the number of entries at most.
    fn write(most: usize, entries: impl Iterator<Item = io::Result<Entry>>) -> io::Result<Self> {
        let mut to = BufWriter::with_capacity(AT_ONCE, tempfile::tempfile()?);
        let mut filter = Filter::of(most);
        let mut first_keys = Vec::with_capacity(most.div_ceil(BLOCK));
        let mut len = 0;
        for entry in entries {
            let (key, number) = entry?;
            if len % BLOCK == 0 {
                first_keys.push(key);
            }
            len += 1;
            filter.insert(key);
            to.write_all(&key.to_le_bytes())?;
            to.write_all(&number.to_le_bytes())?;
        }
        let file = to.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Run { file, len, filter, first_keys })
    }

    /// Merges two runs; of a key in both, the newer entry stays. Their filters are dropped before the
    /// new one is made.
    fn merged(older: Run, newer: Run) -> io::Result<Self> {
        let [older, newer] = [older, newer].map(|run| (run.file, run.len));
        let (mut old, mut new) = (entries(&older)?.peekable(), entries(&newer)?.peekable());
        let both = std::iter::from_fn(|| match (old.peek(), new.peek()) {
            (Some(Ok((one, _))), Some(Ok((other, _)))) => match one.cmp(other) {
                Ordering::Less => old.next(),
                Ordering::Equal => old.next().and_then(|_| new.next()),
                Ordering::Greater => new.next(),
            },
            (Some(_), _) => old.next(),
            (None, _) => new.next(),
        });
        Run::write(older.1 + newer.1, both)
    }

    fn get(&self, key: u64) -> io::Result<Option<i64>> {
        if !self.filter.may_have(key) {
            return Ok(None);
        }
        let after = self.first_keys.partition_point(|&first| first <= key);
        let Some(block) = after.checked_sub(1) else { return Ok(None) };
        let mut file = &self.file;
        file.seek(SeekFrom::Start((block * BLOCK * ENTRY) as u64))?;
        let mut bytes = Vec::with_capacity(BLOCK * ENTRY);
        file.take((BLOCK * ENTRY) as u64).read_to_end(&mut bytes)?;
        let (entries, _) = bytes.as_chunks::<ENTRY>();
        let at = entries.partition_point(|&bytes| entry_of(bytes).0 < key);
        let found = entries.get(at).map(|&bytes| entry_of(bytes));
        Ok(found.filter(|(known, _)| *known == key).map(|(_, number)| number))
    }
}

/// The entries of a run's file, `len` in number.
fn entries((file, len): &(File, usize)) -> io::Result<impl Iterator<Item = io::Result<Entry>>> {
    let mut from = BufReader::with_capacity(AT_ONCE, file);
    from.rewind()?;
    let entry = move |_| {
        let mut bytes = [0; ENTRY];
        from.read_exact(&mut bytes)?;
        Ok(entry_of(bytes))
    };
    Ok((0..*len).map(entry))
}

fn entry_of(bytes: [u8; ENTRY]) -> Entry {
    let both = u128::from_le_bytes(bytes);
    (both as u64, (both >> 64) as i64)
}

/// A Bloom filter (1970) in which all bits of a key are in one word, so that a lookup is a single
/// memory access. One in 23 absent keys passes: four of 64 bits, with about 9 keys per word
/// (Poisson).
#[derive(Debug)]
struct Filter(Vec<u64>);

/// Keys per word of the filter, some 7 bits each: 36 MB for the two filters of 20 million.
const KEYS_A_WORD: usize = 9;

impl Filter {
    fn of(keys: usize) -> Self {
        Filter(vec![0; keys / KEYS_A_WORD + 1])
    }

    /// The key's word, from its upper bits, and its four bits there, from its lower ones.
    fn place(&self, key: u64) -> (usize, u64) {
        let word = (u128::from(key) * self.0.len() as u128) >> 64;
        let bits = [0, 6, 12, 18].iter().fold(0, |bits, by| bits | 1 << ((key >> by) % 64));
        (word as usize, bits)
    }

    fn insert(&mut self, key: u64) {
        let (word, bits) = self.place(key);
        self.0[word] |= bits;
    }

    fn may_have(&self, key: u64) -> bool {
        let (word, bits) = self.place(key);
        self.0[word] & bits == bits
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use rustc_hash::FxBuildHasher;

    use super::*;

    fn key(n: i64) -> u64 {
        FxBuildHasher.hash_one((7_i64, n.to_string()))
    }

    #[test]
    fn entries_are_found_in_memory_and_in_runs() {
        let mut map = Spilling::up_to(300);
        let last = 10_000;
        for n in (0..last).filter(|n| n % 2 == 0) {
            assert_eq!(map.get_or_insert(key(n), n).expect("a file"), n);
        }
        for n in 0..last {
            let known = (n % 2 == 0).then_some(n);
            assert_eq!(map.get(key(n)).expect("a file"), known, "{n}");
            if known.is_some() {
                assert_eq!(map.get_or_insert(key(n), -1).expect("a file"), n);
            }
        }
        // 16 full tables: 16 = 8 + 8 = ... = one run, and later entries.
        let sizes: Vec<usize> = map.runs.iter().map(|run| run.len).collect();
        assert_eq!((sizes, map.fresh.len()), (vec![4_800], 200));
    }

    #[test]
    fn the_number_set_last_is_found() {
        let mut map = Spilling::up_to(7);
        for n in 0..200 {
            map.set(key(n % 23), n).expect("a file");
        }
        for n in 0..23 {
            let last = (0..200).rev().find(|each| each % 23 == n);
            assert_eq!(map.get(key(n)).expect("a file"), last, "{n}");
        }
        let entries: usize = map.runs.iter().map(|run| run.len).sum();
        assert!(entries < 2 * 23, "{entries} entries of 23 keys");
    }

    #[test]
    fn the_filter_has_few_false_positives() {
        let mut filter = Filter::of(100_000);
        (0..100_000).for_each(|n| filter.insert(key(n)));
        assert!((0..100_000).all(|n| filter.may_have(key(n))));
        let passed = (100_000..200_000).filter(|&n| filter.may_have(key(n))).count();
        assert!(passed < 10_000, "{passed} of 100,000");
    }
}
