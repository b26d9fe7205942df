//! Every parser over mutated samples and over noise: an answer, never a panic,
//! never a hang. Two seconds each in every run; REVDB_FUZZ_SECONDS=600 for long.

use std::path::Path;
use std::time::{Duration, Instant};

use revdb::import::container::{self, Dump, Limits};
use revdb::import::detect::{self, DumpText};
use revdb::import::format::{Format, ReadOptions, Sink, Stop};
use revdb::import::normalise::{self, Context};
use revdb::import::record::{Item, Position};
use revdb::query::report::Report;
use revdb::query::words::Words;

use super::{Dice, scratch};

/// The largest input; long enough for every construct, short enough for many rounds.
const LONGEST: usize = 48 << 10;

/// One input may take this long: ten thousand times what such a one takes.
const SLOWEST: Duration = Duration::from_secs(10);

fn seconds() -> Duration {
    let said = std::env::var("REVDB_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(said.unwrap_or(2))
}

/// Every invented dump of the repository, cut to size.
fn seeds(folders: &[&str]) -> Vec<(String, Vec<u8>)> {
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

/// What breaks parsers: quotes, brackets, ends of lines, marks, numbers, tags.
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

/// Tries inputs until the time is up; what panicked or was slow is written beside.
fn fuzz(what: &str, seeds: &[(String, Vec<u8>)], mut one: impl FnMut(&str, &[u8], &mut Dice)) {
    let begun = Instant::now();
    // An input that never ends is told by a thread beside, with its seed.
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
    eprintln!("fuzz {what}: {rounds} inputs in {:?}, slowest {slowest:?}", begun.elapsed());
}

/// Normalises what it gets, as an import does, and calls for the raw text.
struct Reads<'a>(Context<'a>, u64);

impl Sink for Reads<'_> {
    fn item(&mut self, _: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        self.1 += 1;
        match item {
            Item::Review(review) => drop(normalise::review(*review, self.0)),
            Item::Work(work) => drop(normalise::work(work, self.0)),
            Item::Claim(claim) => drop(normalise::claim(claim, self.0)),
            Item::Rejected(_) => drop(raw()),
            Item::LeftAlone(_) => {}
        }
        Ok(())
    }
}

fn read(format: &dyn Format, dump: &Dump) {
    let options = ReadOptions::default();
    let mut sink = Reads(Context { options: &options, file_stem: "stem" }, 0);
    let mut text = DumpText::new(dump);
    // An error is an answer too.
    drop(format.read(&mut text, &options, &mut sink));
}

#[test]
fn formats_csv_guard_and_json_cutter() {
    let formats = detect::formats().expect("the formats");
    let seeds = seeds(&["samples", "tests/corpus"]);
    fuzz("formats", &seeds, |name, bytes, dice| {
        let dump = Dump::of_bytes(name, bytes).expect("a dump");
        let head = match detect::look(&dump).expect("bytes in memory") {
            Ok(head) => head,
            Err(_) => return,
        };
        if let Ok(format) = detect::choose(&head.probe(), &formats) {
            read(format, &dump);
        }
        let format = formats[dice.roll(formats.len())];
        if std::env::var_os("REVDB_FUZZ_TELL").is_some() {
            eprintln!("{name} as {}", format.name());
        }
        read(format, &dump);
    });
}

#[test]
fn containers() {
    use std::io::Write;
    let folder = scratch();
    let plain = super::table(20, 1);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(plain.as_bytes()).expect("bytes");
    let gz = gz.finish().expect("a member");
    let zst = zstd::encode_all(plain.as_bytes(), 3).expect("zstd");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [("a.csv", plain.as_bytes()), ("b/c.csv.gz", &gz), ("d.zst", &zst)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes).expect("bytes");
    }
    let zip = zip.finish().expect("an archive").into_inner();
    let seeds: Vec<_> = [("x.csv.gz", gz), ("x.csv.zst", zst), ("x.zip", zip)]
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .into();
    let limits = Limits { total: 32 << 20, ..Limits::default() };
    fuzz("containers", &seeds, |name, bytes, _| {
        let path = super::write(folder.path(), name, bytes);
        if let Ok(walk) = container::find(&[path], limits) {
            for found in walk.take(200) {
                drop(found);
            }
        }
    });
}

#[test]
fn search_words() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let file = super::write(folder.path(), "a.csv", super::table(5, 1));
    assert_eq!(super::import(&path, &file).0, 0);
    let archive = revdb::archive::Archive::open(&path).expect("the archive");
    let words = [
        "slow \"warm and\" sure",
        "AND OR NOT NEAR( * ^ : { }",
        "it's 100% _like_",
        "映画 とても よい",
        "\"open",
        "a-b +c",
    ];
    let seeds: Vec<_> =
        words.iter().map(|text| ((*text).to_owned(), text.as_bytes().to_vec())).collect();
    let mut statement = archive
        .connection()
        .prepare("SELECT count(*) FROM review_fts WHERE review_fts MATCH ?1")
        .expect("a query");
    fuzz("search words", &seeds, |_, bytes, _| {
        let typed = String::from_utf8_lossy(bytes);
        if let Ok(words) = Words::plain(&typed) {
            if let Some(fts) = &words.fts {
                let found: Result<i64, _> = statement.query_row([fts], |row| row.get(0));
                assert!(found.is_ok(), "{typed:?} became {fts:?}: {found:?}");
            }
            assert!(words.patterns().count() == words.parts.len());
        }
        drop(Words::raw(&typed));
    });
}

#[test]
fn report_headers() {
    let seeds = seeds(&["sql/reports"]);
    fuzz("report headers", &seeds, |name, bytes, _| {
        let text = String::from_utf8_lossy(bytes);
        drop(Report::parse("fuzz", name, &text));
    });
}
