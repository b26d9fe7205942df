//! Prefetching compared with reading each dump in turn.

use std::path::Path;

use revdb::ingest::Keep;
use revdb_formats::format::ReadOptions;

use crate::common::{Scratch, sample};

/// One of everything: every sample, copies of some, packed and damaged ones, a table too long to
/// be prefetched among short ones, a file that is no dump.
fn one_of_everything(folder: &Path) {
    let table = |rows: usize, words: &str| {
        let row = |n: usize| format!("The Paper Lighthouse,Critic {n},{}/10,{words}\n", n % 10);
        let rows: String = (0..rows).map(row).collect();
        format!("work,critic,rating,review\n{rows}").into_bytes()
    };
    let gz = |bytes: &[u8]| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut out, bytes).expect("packed");
        out.finish().expect("packed")
    };
    let put =
        |name: String, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    for entry in walkdir::WalkDir::new(sample("")).sort_by_file_name() {
        let path = entry.expect("a sample").into_path();
        let Some(name) = path.file_name().filter(|_| path.is_file()) else { continue };
        let of = path.parent().and_then(Path::file_name).expect("a folder");
        let name = format!("{}-{}", of.display(), name.display());
        let bytes = std::fs::read(&path).expect("a sample");
        put(format!("again-{name}"), &bytes);
        put(name, &bytes);
    }
    std::fs::create_dir(folder.join("export")).expect("a folder");
    for table in ["reviews", "diary", "ratings"] {
        let bytes =
            std::fs::read(sample(&format!("letterboxd-{table}/dump.csv"))).expect("a sample");
        put(format!("export/{table}.csv"), &bytes);
    }
    let whole = gz(&table(300, "Slow."));
    put("c-damaged.csv.gz".to_owned(), &whole[..whole.len() / 2]);
    put("c-whole.csv.gz".to_owned(), &whole);
    put("d-empty.csv".to_owned(), b"");
    put("e-broken.json".to_owned(), b"[{\"quote\":\"Cut");
    put("f-2000.csv".to_owned(), &table(2_000, "Warm."));
    put("g-long.csv".to_owned(), &table(4_500, &"A sentence of the long one. ".repeat(40)));
    for n in 0..8 {
        put(format!("h-{n}.csv"), &table(10 + n, "Plain."));
    }
    put("i-h-7-once-more.csv".to_owned(), &table(17, "Plain."));
}

/// A user's profile that matches nothing: with it, no dump is prefetched.
const IN_TURN: &str = "name = \"none\"\n[detect]\ncolumns = [\"No such column\"]\n[fields]\nquote = \"No such column\"\n";

#[test]
fn prefetching_changes_nothing() {
    let dumps = tempfile::tempdir().expect("a temporary folder");
    one_of_everything(dumps.path());
    let (ahead, in_turn) = (Scratch::new(), Scratch::new());
    for round in 0..2 {
        let import = |scratch: &Scratch, profile: Option<&str>| {
            scratch.import_as(&[dumps.path()], ReadOptions::default(), |request| {
                request.keep = Keep::UpToLimit;
                request.profile = profile.map(|text| ("none.toml".to_owned(), text.to_owned()));
            })
        };
        let (found, wanted) = (import(&ahead, None), import(&in_turn, Some(IN_TURN)));
        assert!(found.sources.len() > 80 && found.refused.len() == 1, "{found:#?}");
        assert_eq!(found, wanted, "round {round}");
        for query in [
            "SELECT * FROM review",
            "SELECT * FROM sighting",
            "SELECT * FROM source",
            "SELECT *, hex(sha256) FROM dump",
            "SELECT *, hex(sha256), hex(bytes) FROM raw_dump",
            "SELECT * FROM rejection",
            "SELECT * FROM claim",
            "SELECT * FROM work",
        ] {
            assert!(ahead.rows(query) == in_turn.rows(query), "{query}, round {round}");
        }
    }
}
