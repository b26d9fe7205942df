//! Containers made in memory, sound and damaged.

use std::io::Write;
use std::path::PathBuf;

use super::*;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap_or_else(|error| panic!("{error}"));
        writer.write_all(bytes).unwrap_or_else(|error| panic!("{error}"));
    }
    writer.finish().unwrap_or_else(|error| panic!("{error}")).into_inner()
}

/// What comes of one file: `path=text`, or `path: reason`.
fn found_in(name: &str, bytes: &[u8], limits: Limits) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap_or_else(|error| panic!("{error}"));
    let root = format!("{}/", folder.path().display());
    let walk = find(&[path], limits).unwrap_or_else(|error| panic!("{error}"));
    walk.map(|found| match found {
        Found::Dump(dump) => {
            let text = dump.head(1000).unwrap_or_else(|error| panic!("{error}"));
            format!("{}={}", dump.path, String::from_utf8_lossy(&text))
        }
        Found::LeftAlone { path, reason } => format!("{path} left: {reason}"),
        Found::Refused { path, reason } => format!("{path} refused: {reason}"),
    })
    .map(|line| line.replace(&root, ""))
    .collect()
}

#[test]
fn containers_open_by_content_and_nest() {
    let two_members = [gz(b"one,"), gz(b"two")].concat();
    let nested =
        zip_of(&[("a/x.csv", b"text"), ("y.csv.gz", &gz(b"inner")), ("__MACOSX/._x", b"")]);
    let zst = zstd::encode_all(&b"text"[..], 1).unwrap_or_else(|error| panic!("{error}"));
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("plain.csv", b"text".to_vec(), &["plain.csv=text"]),
        ("misnamed.csv", two_members, &["misnamed.csv=one,two"]),
        ("t.zst", zst, &["t.zst=text"]),
        (
            "n.zip",
            nested.clone(),
            &[
                "n.zip!/a/x.csv=text",
                "n.zip!/y.csv.gz=inner",
                "n.zip!/__MACOSX/._x left: macOS keeps its own notes in it",
            ],
        ),
        (
            "n.zip.gz",
            gz(&nested[..]),
            &[
                "n.zip.gz!/a/x.csv=text",
                "n.zip.gz!/y.csv.gz=inner",
                "n.zip.gz!/__MACOSX/._x left: macOS keeps its own notes in it",
            ],
        ),
        ("up.zip", zip_of(&[("../../evil.csv", b"x")]), &["up.zip!/../../evil.csv=x"]),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(found_in(name, bytes, Limits::default()), *expected, "{name}");
    }
}

#[test]
fn damage_is_refused_whole() {
    let text = b"some text that is long enough to be cut somewhere in its middle".repeat(50);
    let packed = gz(&text);
    let mut flipped = packed.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    let mut zip = zip_of(&[("x.csv", &text)]);
    zip[50] ^= 4;
    for bytes in
        [packed[..packed.len() / 2].to_vec(), packed[..packed.len() - 3].to_vec(), flipped, zip]
    {
        let found = found_in("x", &bytes, Limits::default());
        assert!(found.len() == 1 && found[0].contains("refused"), "{found:?}");
    }
}

#[test]
fn bombs_and_deep_nests_are_refused() {
    let limits = Limits { ratio_free: 1 << 16, ..Limits::default() };
    let found = found_in("bomb.gz", &gz(&vec![0; 4 << 20]), limits);
    assert!(found[0].contains("bomb"), "{found:?}");
    let mut nest = b"text".to_vec();
    for _ in 0..5 {
        nest = gz(&nest);
    }
    let found = found_in("nest", &nest, Limits::default());
    assert!(found[0].contains("more than 4"), "{found:?}");
    let found = found_in(
        "many.zip",
        &zip_of(&[("a", b""), ("b", b"")]),
        Limits { members: 1, ..Limits::default() },
    );
    assert!(found[0].contains("more than 1"), "{found:?}");
}

#[test]
fn a_device_is_wrong_use() {
    assert!(matches!(
        find(&[PathBuf::from("/dev/null")], Limits::default()),
        Err(PathError::NotAFile { .. })
    ));
    assert!(matches!(
        find(&[PathBuf::from("no such file")], Limits::default()),
        Err(PathError::Unreadable { .. })
    ));
}
