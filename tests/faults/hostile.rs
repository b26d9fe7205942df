//! Hostile input: a documented exit code, nothing half-stored, bounded memory and time.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use revdb::ingest::{self, ImportReport, Keep, Request};

use super::{Dice, healthy, import, revdb, rounds, run, scratch, signal, table, wait, write};

/// Address space for one import, in KiB: 1 GiB, of which the program, its threads' stacks and
/// allocator arenas reserve some hundred MiB.
const ROOM_KIB: u64 = 1 << 20;

/// Imports within [`ROOM_KIB`] and `limit`; returns exit code, messages, seconds.
fn bounded(archive: &Path, file: &Path, limit: Duration) -> (i32, String, f64) {
    let begun = Instant::now();
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {ROOM_KIB}; exec \"$0\" --db \"$1\" import \"$2\""))
        .arg(env!("CARGO_BIN_EXE_revdb"))
        .args([archive, file])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::from(std::fs::File::create(archive.with_extension("said")).expect("a file")))
        .spawn()
        .expect("a shell");
    let status = wait(&mut child, limit);
    let told = std::fs::read(archive.with_extension("said")).expect("messages");
    (
        status.code().unwrap_or(-1),
        String::from_utf8_lossy(&told).into_owned(),
        begun.elapsed().as_secs_f64(),
    )
}

/// The files of tests/corpus, with their valid exit codes and expected numbers of reviews.
const CORPUS: [(&str, &[i32], i64); 9] = [
    ("ragged.csv", &[3], 2),
    ("unclosed-quote.csv", &[3], 2),
    ("cut-in-a-quote.csv", &[3], 2),
    ("bad-utf8.csv", &[0], 2),
    ("nul-byte.csv", &[0], 2),
    ("duplicate-header.csv", &[0, 1, 3], -1),
    ("cr-only.csv", &[0], 3),
    ("duplicate-key.jsonl", &[0, 3], -1),
    ("half-json.jsonl", &[3], 2),
];

#[test]
fn every_file_of_the_corpus_ends_as_documented() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = std::fs::read_dir(&corpus)
        .expect("the corpus")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    files.sort();
    let mut known: Vec<_> = CORPUS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(files, known, "a file of the corpus is not tried, or missing");
    for (name, codes, reviews) in CORPUS {
        let folder = scratch();
        let path = folder.path().join("a.db");
        let (code, told, _) = bounded(&path, &corpus.join(name), Duration::from_secs(30));
        assert!(codes.contains(&code), "{name}: {code}: {told}");
        let found = healthy(&path);
        assert!(reviews < 0 || found == reviews, "{name}: {found} reviews: {told}");
        if code == 3 {
            let (_, rejects, _) =
                run(revdb(&path).args(["imports", "rejects", "--format", "jsonl"]));
            assert!(!rejects.is_empty() && told.contains(&format!("{name}:")), "{name}: {told}");
        }
    }
}

/// Zeros in a gzip member, never held in memory.
fn zeros(path: &Path, mib: usize) {
    let file = std::fs::File::create(path).expect("a file");
    let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let chunk = vec![0; 1 << 20];
    for _ in 0..mib {
        out.write_all(&chunk).expect("zeros");
    }
    out.finish().expect("a member");
}

fn zip_of(path: &Path, name: &str, bytes: &[u8]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(bytes).expect("bytes");
    zip.finish().expect("an archive");
}

#[test]
fn bombs_and_monsters_are_refused_within_bounds() {
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    let mut dice = Dice::new(3);
    let noise: Vec<u8> =
        (0..1_000_000).map(|_| u8::try_from(dice.roll(256)).expect("a byte")).collect();
    zeros(&at("zeros.csv.gz"), rounds(256, 2048));
    let divs = "<div>".repeat(10_000) + "Metacritic" + &"</div>".repeat(10_000);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let deep_line =
        format!("{{\"title\":\"x\",\"review\":{}1{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let mut long_field = b"title,critic,score,quote\nHeat,Ann,5/10,\"".to_vec();
    long_field.resize(40 << 20, b'x');
    long_field.extend(b"\"\nHeat,Bob,5/10,fine\n");
    let cut = table(2000, 1);
    let cut = format!(
        "{}\nFilm,Ann,Paper,2012-01-01,5/10,\"never closed\n{}",
        &cut[..cut.len() - 1],
        table(3, 9)
    );
    type Case = (&'static str, Option<Vec<u8>>, &'static [i32], i64);
    let cases: Vec<Case> = vec![
        ("noise.csv", Some(noise.clone()), &[1, 3], 0),
        ("noise.html", Some(noise.clone()), &[1, 3], 0),
        ("noise.json", Some(noise), &[1, 3], 0),
        ("zeros.csv.gz", None, &[1], 0),
        ("divs.html", Some(divs.into_bytes()), &[0, 1, 3], 0),
        ("deep.json", Some(deep.into_bytes()), &[1, 3], 0),
        ("deep.jsonl", Some(deep_line.into_bytes()), &[1, 3], 0),
        ("long-field.csv", Some(long_field), &[0, 1, 3], -1),
        ("cut.csv", Some(cut.into_bytes()), &[3], -1),
        ("empty.csv", Some(Vec::new()), &[1], 0),
        ("header-alone.csv", Some(b"title,critic,score\n".to_vec()), &[0, 1], 0),
    ];
    for (name, bytes, codes, reviews) in cases {
        if let Some(bytes) = bytes {
            std::fs::write(at(name), bytes).expect("a file");
        }
        let path = at("a.db");
        let (code, told, seconds) = bounded(&path, &at(name), Duration::from_secs(120));
        eprintln!("{name}: exit {code}, {seconds:.1} s: {}", told.lines().next().unwrap_or(""));
        assert!(codes.contains(&code), "{name}: {code}: {told}");
        let found = healthy(&path);
        assert!(reviews < 0 || found == reviews, "{name}: {found} reviews: {told}");
        if path.exists() {
            std::fs::remove_file(&path).expect("a file to remove");
        }
    }
}

#[test]
fn a_members_name_never_touches_the_disk() {
    for name in [
        "../../etc/passwd",
        "/etc/passwd",
        "..\\..\\evil.csv",
        "a/../../../evil.csv",
        "evil\u{1b}[2J.csv",
    ] {
        let folder = scratch();
        let inner = folder.path().join("x/y/z");
        std::fs::create_dir_all(&inner).expect("a folder");
        let zip = inner.join("a.zip");
        zip_of(&zip, name, table(5, 1).as_bytes());
        let path = inner.join("a.db");
        let (code, _, told) = import(&path, &zip);
        assert!([0, 1, 3].contains(&code), "{name}: {code} {told}");
        assert!(!told.contains('\u{1b}'), "{told}");
        let mut left: Vec<_> = walk(folder.path());
        left.retain(|path| !path.ends_with("a.zip") && !path.ends_with("a.db"));
        assert!(left.is_empty(), "{name} made {left:?}");
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("an entry"));
    entries.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path()).collect()
}

#[test]
fn non_files_are_usage_errors_at_once() {
    let folder = scratch();
    let fifo = folder.path().join("fifo.csv");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    for path in
        [fifo.as_path(), Path::new("/dev/zero"), Path::new("/dev/null"), Path::new("/no/such.csv")]
    {
        let archive = folder.path().join("a.db");
        let (code, told, _) = bounded(&archive, path, Duration::from_secs(10));
        assert_eq!(code, 2, "{}: {told}", path.display());
        assert!(!archive.exists());
    }
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).expect("a link");
    write(folder.path(), "a.csv", table(5, 1));
    let archive = folder.path().join("b.db");
    let mut child = revdb(&archive)
        .arg("import")
        .arg(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let status = wait(&mut child, Duration::from_secs(20));
    assert!(status.code().is_some_and(|code| [0, 2, 3].contains(&code)), "{status:?}");
    assert_eq!(healthy(&archive), 5);
    let mut child =
        revdb(&archive).args(["import", "-"]).stdin(Stdio::piped()).spawn().expect("a child");
    signal(&child, "TERM");
    // A first signal waits for the read to return; closing the input makes it return.
    drop(child.stdin.take());
    assert!(
        wait(&mut child, Duration::from_secs(10))
            .code()
            .is_none_or(|code| code == 143 || code == 1)
    );
}

fn import_here(archive: &Path, file: &Path, dry_run: bool) -> ImportReport {
    let (keep, command) = (Keep::Never, "test".to_owned());
    let usual = Request::new(archive, vec![file.to_owned()]);
    let request = Request { dry_run, keep, command, ..usual };
    ingest::run(&request, &mut ()).unwrap()
}

#[test]
fn damaged_archives_are_refused_whole() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let plain = table(60, 1).into_bytes();
    assert_eq!(import(&path, &write(folder.path(), "plain.csv", &plain)).0, 0);
    let gz = {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        out.write_all(&plain).expect("bytes");
        out.finish().expect("a member")
    };
    let zst = {
        let mut out = zstd::Encoder::new(Vec::new(), 3).expect("zstd");
        out.include_checksum(true).expect("a checksum");
        out.write_all(&plain).expect("bytes");
        out.finish().expect("a frame")
    };
    zip_of(&folder.path().join("good.zip"), "d.csv", &plain);
    let zip = std::fs::read(folder.path().join("good.zip")).expect("a zip");
    let mut dice = Dice::new(5);
    let count = rounds(30, 400);
    for (ending, good) in [("csv.gz", gz), ("csv.zst", zst), ("zip", zip)] {
        let (mut refused, mut harmless) = (0, 0);
        for round in 0..count {
            let mut bytes = good.clone();
            if round % 8 == 7 {
                bytes.truncate(dice.roll(good.len()));
            } else {
                let at = dice.roll(bytes.len());
                bytes[at] ^= 1 << dice.roll(8);
            }
            let file = write(folder.path(), &format!("bad.{ending}"), &bytes);
            let report = import_here(&path, &file, true);
            let total = report.total;
            assert_eq!(
                total.new + total.changed + total.filled_in + total.rejected,
                0,
                "{ending}, round {round}: {report:?}"
            );
            if report.sources.is_empty() { refused += 1 } else { harmless += 1 }
        }
        eprintln!(
            "{ending}: {count} flips and cuts, {refused} refused, {harmless} where they change no data, 0 bad"
        );
    }
    assert_eq!(healthy(&path), 60);
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z0-9 ,.\"'\n\r;|\t=+@-]{0,12}",
        2 => Just("2012-07-01".to_owned()),
        2 => Just("80/100".to_owned()),
        1 => "\\PC{0,6}",
        1 => Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(u32::try_from(rounds(40, 1000)).unwrap_or(40)))]

    /// Promise 4: nothing vanishes in silence.
    #[test]
    fn every_record_is_accounted_for(rows in proptest::collection::vec(proptest::collection::vec(cell(), 5), 1..12)) {
        let folder = scratch();
        let file = folder.path().join("d.csv");
        let mut csv = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_path(&file).expect("a file");
        csv.write_record(["title", "critic", "date", "score", "quote"]).expect("a header");
        for row in &rows {
            csv.write_record(row).expect("a row");
        }
        csv.flush().expect("a file");
        drop(csv);
        let report = import_here(&folder.path().join("a.db"), &file, true);
        let c = report.total;
        let sum = c.new + c.same + c.filled_in + c.changed + c.rejected + c.left_alone + c.works;
        prop_assert!(report.refused.is_empty() && report.left_alone.is_empty(), "{:?}", report);
        prop_assert_eq!(sum, rows.len() as u64, "{:?}", report);
    }
}

/// A Latin-1 file name is bytes, which suffice to read, display and distinguish files.
#[cfg(unix)]
#[test]
fn file_names_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = scratch();
    let archive = folder.path().join("a.db");
    let dumps = folder.path().join("dumps");
    std::fs::create_dir(&dumps).expect("a folder");
    for (seed, name) in [&b"caf\xe9.csv"[..], b"caf\xe8.csv"].iter().enumerate() {
        let path = dumps.join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(&path, table(3, seed)).expect("a file");
        let (code, _, said) = import(&archive, &path);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("caf\\xe"), "{said}");
    }
    let both = folder.path().join("both.db");
    let (code, _, said) = import(&both, &dumps);
    assert_eq!(code, 0, "{said}");
    let (code, shown, said) = run(revdb(&both).args(["imports", "renormalise"]));
    assert_eq!(code, 0, "{said}");
    assert!((shown + &said).contains("2 dumps read again"), "{said}");
}

/// Endless files are not read as profiles or reports.
#[cfg(unix)]
#[test]
fn devices_are_no_profiles_and_no_reports() {
    let folder = scratch();
    let archive = folder.path().join("a.db");
    let dump = write(folder.path(), "a.csv", table(3, 1));
    assert_eq!(import(&archive, &dump).0, 0);
    let dump = dump.to_string_lossy();
    let cases: [&[&str]; 3] = [
        &["formats", "--explain", &dump, "--profile", "/dev/zero"],
        &["import", &dump, "--profile", "/dev/zero"],
        &["query", "--report-file", "/dev/zero"],
    ];
    for args in cases {
        let mut child = revdb(&archive)
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let status = wait(&mut child, Duration::from_secs(20));
        assert!(matches!(status.code(), Some(1 | 2)), "{args:?}: {status}");
    }
}
