//! Fuzzes every parser with mutated samples and noise: it must neither panic nor hang. One second
//! each by default; REVDB_FUZZ_SECONDS=600 for longer runs.
//!
//! A parser is anything with its own code: each page format; the columns engine and the JSON
//! engine with all of their profiles, which are data; Letterboxd's tables, which are read
//! together; format detection and its explanation; containers, workbooks, tars; encodings; dates,
//! scores and names; user profiles; search words; a report's header. Each has its test in
//! `targets`. `verbs` fuzzes the arguments of every verb.

mod targets;
mod verbs;
mod workbooks;

use std::path::Path;
use std::time::{Duration, Instant};

use super::Dice;

/// Maximum input size; long enough for every construct, short enough for many rounds.
const LONGEST: usize = 48 << 10;

/// Maximum time for one input: ten thousand times the usual time.
const SLOWEST: Duration = Duration::from_secs(10);

fn seconds() -> Duration {
    let said = std::env::var("REVDB_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(said.unwrap_or(1))
}

/// Every invented dump of the repository, cut to size.
pub fn seeds(folders: &[&str]) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for folder in folders {
        for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
            .sort_by_file_name()
        {
            let entry = entry.expect("an entry");
            if entry.file_type().is_file() {
                let mut bytes = std::fs::read(entry.path()).expect("a sample");
                bytes.truncate(LONGEST);
                seeds.push((entry.file_name().to_string_lossy().into_owned(), bytes));
            }
        }
    }
    assert!(!seeds.is_empty());
    seeds
}

/// Fragments that break parsers: quotes, brackets, line ends, marks, numbers, tags.
const SPICE: [&[u8]; 28] = [
    b"\"",
    b"\"\"",
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80",
    b"<div",
    b"</",
    b"<script>",
    b"&#x0;",
    b"&#99999999;",
    b"1e999",
    b"-0",
    b"2012-02-30",
    b"9999999999999999999",
    b"--",
];

fn mutate(dice: &mut Dice, seeds: &[(String, Vec<u8>)]) -> (String, Vec<u8>) {
    let (name, seed) = &seeds[dice.roll(seeds.len())];
    let mut bytes = seed.clone();
    if dice.roll(40) == 0 {
        bytes = (0..dice.roll(3000)).map(|_| u8::try_from(dice.roll(256)).unwrap_or(0)).collect();
    }
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len() + 1);
        match dice.roll(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.splice(at..at, SPICE[dice.roll(SPICE.len())].iter().copied())),
            3 => {
                let end = (at + dice.roll(200)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.roll(400)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            5 => {
                let other = &seeds[dice.roll(seeds.len())].1;
                let from = dice.roll(other.len() + 1);
                let end = (from + dice.roll(400)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                let spice = SPICE[dice.roll(SPICE.len())];
                let many = spice.repeat(dice.roll(300) + 1);
                bytes.splice(at..at, many);
            }
        }
    }
    bytes.truncate(LONGEST);
    (name.clone(), bytes)
}

/// Tries inputs until the time is up; writes inputs that panicked or were slow to a file.
pub fn fuzz(what: &str, seeds: &[(String, Vec<u8>)], mut one: impl FnMut(&str, &[u8], &mut Dice)) {
    let begun = Instant::now();
    // A watchdog thread reports an input that hangs, with its seed.
    let now =
        std::sync::Arc::new(std::sync::Mutex::new((Instant::now(), String::new(), Vec::new())));
    let watched = std::sync::Arc::downgrade(&now);
    let named = what.to_owned();
    std::thread::spawn(move || {
        while let Some(now) = watched.upgrade() {
            if let Ok(now) = now.lock()
                && now.0.elapsed() > 2 * SLOWEST
            {
                let kept = std::env::temp_dir().join(format!("revdb-fuzz-{named}-hang"));
                let written = std::fs::write(&kept, &now.2);
                eprintln!("fuzz {named}: {} hangs: {} {written:?}", now.1, kept.display());
                std::process::abort();
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    let (mut rounds, mut slowest) = (0_u64, Duration::ZERO);
    while begun.elapsed() < seconds() {
        let start: u64 =
            std::env::var("REVDB_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
        let mut dice = Dice::new(start + rounds);
        let (name, bytes) = mutate(&mut dice, seeds);
        let at = Instant::now();
        if let Ok(mut now) = now.lock() {
            *now = (at, format!("seed {}, {name}", start + rounds), bytes.clone());
        }
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            one(&name, &bytes, &mut dice)
        }));
        let took = at.elapsed();
        if tried.is_err() || took > SLOWEST {
            let kept = std::env::temp_dir().join(format!("revdb-fuzz-{what}-{rounds}"));
            std::fs::write(&kept, &bytes).expect("a file");
            panic!("{what}: seed {}, {name}, {took:?}: {}", start + rounds, kept.display());
        }
        (rounds, slowest) = (rounds + 1, slowest.max(took));
    }
    let (took, worked) = (begun.elapsed(), on_processor());
    eprintln!(
        "fuzz {what}: {rounds} inputs in {took:.0?}, {worked:.0?} of it on a processor, slowest {slowest:.0?}"
    );
}

/// Processor time of this thread, since wall-clock time depends on the load. Zero without /proc.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let told = text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok());
    Duration::from_nanos(told.unwrap_or(0))
}
