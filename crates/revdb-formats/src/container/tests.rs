//! Containers made in memory, intact and damaged.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use super::*;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap()
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The result for one file: `path=text`, or `path: reason`.
fn found_in(name: &str, bytes: &[u8], limits: Limits) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let root = format!("{}/", folder.path().display());
    let walk = find(&[path], limits).unwrap();
    walk.map(|found| match found {
        Found::Dump(dump) => {
            let text = dump.head(1000).unwrap();
            format!("{}={}", dump.path, String::from_utf8_lossy(&text))
        }
        Found::LeftAlone { path, reason } => format!("{path} left: {reason}"),
        Found::Refused { path, reason } => format!("{path} refused: {reason}"),
    })
    .map(|line| line.replace(&root, ""))
    .collect()
}

#[test]
fn containers_are_recognised_by_content_and_may_nest() {
    let two_members = [gz(b"one,"), gz(b"two")].concat();
    let nested =
        zip_of(&[("a/x.csv", b"text"), ("y.csv.gz", &gz(b"inner")), ("__MACOSX/._x", b"")]);
    let zst = zstd::encode_all(&b"text"[..], 1).unwrap();
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("plain.csv", b"text".to_vec(), &["plain.csv=text"]),
        ("misnamed.csv", two_members.clone(), &["misnamed.csv=one,two"]),
        ("padded.gz", [&two_members[..], &[0; 600]].concat(), &["padded.gz=one,two"]),
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
fn data_after_compressed_data_is_reported() {
    let behind = [gz(b"one"), b"two, three and four".to_vec()].concat();
    let told = "x.gz refused: bytes that are not compressed stand behind the compressed data";
    assert_eq!(found_in("x.gz", &behind, Limits::default()), [told]);
}

#[test]
fn the_sheet_option_warns_for_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [("a.csv", b"text".to_vec()), ("b.csv.gz", gz(b"text"))].map(|(name, bytes)| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    });
    for (sheet, warned) in [(None, false), (Some("May".to_owned()), true)] {
        let walk = find(&paths, Limits::default()).unwrap().with_sheet(sheet);
        for found in walk {
            let Found::Dump(dump) = found else { panic!("{found:?}") };
            assert_eq!(dump.warning.is_some_and(|said| said.contains("\"May\"")), warned);
        }
    }
}

#[test]
fn tar_entries_that_are_no_files_are_reported() {
    let mut tar = tar::Builder::new(Vec::new());
    let mut put = |name: &str, kind: tar::EntryType, target: Option<&str>, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        if let Some(target) = target {
            header.set_link_name(target).unwrap();
        }
        tar.append_data(&mut header, name, bytes).unwrap();
    };
    put("d/", tar::EntryType::Directory, None, b"");
    put("d/a.csv", tar::EntryType::Regular, None, b"text");
    put("d/s.csv", tar::EntryType::Symlink, Some("a.csv"), b"");
    put("d/h.csv", tar::EntryType::Link, Some("d/a.csv"), b"");
    put("d/f.csv", tar::EntryType::Fifo, None, b"");
    put("d/c.csv", tar::EntryType::Char, None, b"");
    put("d/.x", tar::EntryType::Symlink, Some("a.csv"), b"");
    let found = found_in("t.tar", &tar.into_inner().unwrap(), Limits::default());
    assert_eq!(
        found,
        [
            "t.tar!/d/a.csv=text",
            "t.tar!/d/s.csv left: a symbolic link to a.csv; links in a tar are not followed",
            "t.tar!/d/h.csv left: a hard link to d/a.csv; links in a tar are not followed",
            "t.tar!/d/f.csv left: a pipe, socket or device",
            "t.tar!/d/c.csv left: a pipe, socket or device",
            "t.tar!/d/.x left: a hidden file",
        ]
    );
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

/// `count` members with the same bytes: every directory entry points to the same local header.
fn overlapping(count: u16, data: &[u8]) -> Vec<u8> {
    let whole = zip_of(&[("0.csv", data)]);
    let at = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap_or_else(|| panic!("one"));
    let (local, entry) = (&whole[..at], &whole[at..at + 46 + 5]);
    let mut zip = local.to_vec();
    for number in 0..count {
        let mut entry = entry.to_vec();
        entry[46] = b'a' + u8::try_from(number % 26).unwrap_or(0);
        entry[47] = b'a' + u8::try_from(number / 26).unwrap_or(0);
        zip.extend(entry);
    }
    let size = u32::try_from(zip.len() - at).unwrap_or(0);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    zip.extend(size.to_le_bytes());
    zip.extend(u32::try_from(at).unwrap_or(0).to_le_bytes());
    zip.extend([0, 0]);
    zip
}

#[test]
fn members_that_share_bytes_are_refused() {
    let found = found_in("o.zip", &overlapping(200, b"a,b\n1,2\n"), Limits::default());
    assert_eq!(found, ["o.zip refused: members of the zip overlap; a bomb is not unpacked"]);
    let alone = found_in("o.zip", &overlapping(1, b"a,b\n"), Limits::default());
    assert!(alone[0].ends_with("=a,b\n"), "{alone:?}");
    // Also nested in another archive.
    let nested = found_in("n.gz", &gz(&overlapping(2, b"x")), Limits::default());
    assert!(nested.len() == 1 && nested[0].contains("overlap"), "{nested:?}");
}

#[test]
fn the_total_size_of_members_is_limited() {
    let part = vec![b'x'; 40_000];
    let names: Vec<String> = (0..20).map(|n| format!("{n:02}.csv")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &*part)).collect();
    // Each member may expand to 50,000 bytes, but not all together.
    let limits = Limits { ratio_free: 50_000, ratio: 20, ..Limits::default() };
    let found = found_in("m.zip", &zip_of(&members), limits);
    let (last, before) = found.split_last().unwrap_or_else(|| panic!("nothing found"));
    assert!(last.starts_with("m.zip refused: what is packed in it swells"), "{last}");
    assert!(before.iter().all(|line| line.contains("=xxx")), "{before:?}");
    assert!(before.len() < 19, "{}", before.len());
    // Members of nested zips are counted together.
    let inner = zip_of(&[("a", b""), ("b", b""), ("c", b"")]);
    let outer = zip_of(&[("1.zip", &inner), ("2.zip", &inner), ("3.zip", &inner)]);
    let limits = Limits { members: 8, ..Limits::default() };
    let found = found_in("z.zip", &outer, limits);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[3].starts_with("z.zip refused: zips within it have more than 8"), "{found:?}");
}

#[test]
fn duplicate_member_names_are_reported() {
    let mut zip = zip_of(&[("a.csv", b"one"), ("b.csv", b"two"), ("c.csv", b"three")]);
    // The same name in the local header and in the directory.
    for at in 0..zip.len() - 5 {
        if &zip[at..at + 5] == b"c.csv" {
            zip[at] = b'a';
        }
    }
    let found = found_in("d.zip", &zip, Limits::default());
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("d.zip!/a.csv refused: the zip has another member"), "{found:?}");
    assert!(found.contains(&"d.zip!/b.csv=two".to_owned()), "{found:?}");
}

#[cfg(unix)]
#[test]
fn linked_files_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let level = |n: usize| folder.path().join(format!("l{n:02}"));
    for n in 0..30 {
        fs::create_dir(level(n)).unwrap();
    }
    for n in 0..29 {
        for name in ["a", "b"] {
            std::os::unix::fs::symlink(level(n + 1), level(n).join(name)).unwrap();
        }
    }
    fs::write(level(29).join("x.csv"), b"text").unwrap();
    let walk = find(&[level(0)], Limits::default()).unwrap();
    let (mut dumps, mut left) = (0, 0);
    for found in walk {
        match found {
            Found::Dump(_) => dumps += 1,
            Found::LeftAlone { reason, .. } if reason.contains("once more") => left += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((dumps, left), (1, 29));
}

#[test]
fn a_device_is_a_usage_error() {
    assert!(matches!(
        find(&[PathBuf::from("/dev/null")], Limits::default()),
        Err(PathError::NotAFile { .. })
    ));
    assert!(matches!(
        find(&[PathBuf::from("no such file")], Limits::default()),
        Err(PathError::Unreadable { .. })
    ));
}
