//! Stored dumps are returned byte for byte, and read again with today's rules.

use std::path::Path;

use revdb_store::Archive;
use rusqlite::named_params;

use super::{Dice, healthy, import, revdb, rounds, run, scratch, table, write};

#[test]
fn a_stored_dump_is_returned_byte_for_byte() {
    let folder = scratch();
    let path = folder.path().join("a.db");
    let mut bytes = table(50, 1).into_bytes();
    bytes.extend(b"Film 1,Caf\xe9\0,Paper,2012-01-01,5/10,\xff\xfe\r\n");
    let file = write(folder.path(), "a.csv", &bytes);
    let code = import(&path, &file).0;
    assert!(code == 0 || code == 3);
    let to = folder.path().join("back.csv");
    assert_eq!(run(revdb(&path).args(["imports", "dump", "1", "-o"]).arg(&to)).0, 0);
    assert!(std::fs::read(&to).expect("the dump") == bytes);
    assert_eq!(
        run(revdb(&path).args(["imports", "dump", "1", "-o"]).arg(&to)).0,
        1,
        "not replaced unasked"
    );
    assert_eq!(run(revdb(&path).args(["imports", "dump", "7"])).0, 1);
    let never = folder.path().join("never.db");
    let code = run(revdb(&never).args(["import", "--keep", "never"]).arg(&file)).0;
    assert!(code == 0 || code == 3);
    assert_eq!(run(revdb(&never).args(["imports", "dump", "1"])).0, 1);
}

/// The archive's content, without ids that depend on the history.
fn content(path: &Path) -> Vec<String> {
    let archive = Archive::open(path).expect("the archive");
    let mut all = Vec::new();
    for query in [
        "SELECT work || kind || year, audience, critic, byline, publication, date, score, score_text, quote, url,
                (SELECT group_concat(at) FROM (SELECT place || '/' || record || '/' || line AS at
                  FROM sighting JOIN dump ON dump.id = dump_id WHERE review_id = reviews.id ORDER BY at)),
                (SELECT group_concat(said) FROM (SELECT place || field || old || new AS said
                  FROM change JOIN dump ON dump.id = dump_id WHERE review_id = reviews.id ORDER BY said))
         FROM reviews",
        "SELECT title, title_fold, kind, year FROM work",
        "SELECT name FROM critic",
        "SELECT name FROM publication",
        "SELECT place, number, record, line, reason, raw FROM rejection JOIN dump ON dump.id = dump_id",
        "SELECT new + same + changed + filled_in, rejected, left_alone FROM source WHERE id = 2",
    ] {
        let mut statement = archive.connection().prepare(query).expect("a query");
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| {
                (0..columns)
                    .map(|i| row.get::<_, rusqlite::types::Value>(i).map(|value| format!("{value:?}")))
                    .collect::<Result<Vec<_>, _>>()
                    .map(|cells| cells.join("|"))
            })
            .expect("rows");
        all.extend(rows.map(|row| row.expect("a row")));
    }
    all.sort();
    all
}

/// Replaces a stored dump's bytes, as if the rules had changed.
pub fn swap(path: &Path, dump: i64, bytes: &[u8]) {
    use sha2::Digest;
    let archive = Archive::open_to_change(path).expect("the archive");
    let conn = archive.connection();
    let old: Vec<u8> = conn
        .query_row("SELECT sha256 FROM dump WHERE id = ?1", [dump], |row| row.get(0))
        .expect("a dump");
    let new: [u8; 32] = sha2::Sha256::digest(bytes).into();
    let packed = zstd::encode_all(bytes, 3).expect("zstd");
    let params =
        named_params! {":old": old, ":new": new, ":size": bytes.len() as i64, ":bytes": packed};
    conn.execute("UPDATE raw_dump SET sha256 = :new, size = :size, bytes = :bytes, hash = row_hash(:new, :size, :bytes) WHERE sha256 = :old", params)
        .expect("kept");
    conn.execute(
        "UPDATE dump SET sha256 = :new, size = :size,
                hash = row_hash(id, :new, :size, format, options, file_name, encoding, place, account, standing) WHERE sha256 = :old",
        &params[..3],
    )
    .expect("a dump");
}

/// A small world, so that records of three dumps match.
fn world(dice: &mut Dice) -> String {
    let mut text = "title,critic,publication,date,score,quote,url\n".to_owned();
    for _ in 0..dice.roll(9) + 1 {
        let mut one = |of: &[&'static str]| of[dice.roll(of.len())];
        let cells = [
            one(&["Heat", "HEAT", "Dune", "Dune: Part Two", ""]),
            one(&["Ann Lee", "ANN LEE", "Bob", "Staff", ""]),
            one(&["Post", "Times", ""]),
            one(&["2012-07-01", "2012-07", "2012-13-45", ""]),
            one(&["80/100", "8/10", "50/100", "", "good"]),
            one(&["Fine.", "Dull.", "Fine and more.", ""]),
            one(&["", "https://example.org/1", "https://example.org/2"]),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

#[test]
fn rereading_equals_a_first_import() {
    let count = rounds(25, 400);
    let mut differing = 0;
    // REVDB_ROUND: the first round, to repeat one.
    let first = std::env::var("REVDB_ROUND").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    for round in first..first + count {
        let mut dice = Dice::new(round as u64 + 1);
        let dumps = [world(&mut dice), world(&mut dice), world(&mut dice), world(&mut dice)];
        let folder = scratch();
        let file = |name: &str, text: &str| {
            let inner = folder.path().join(name);
            std::fs::create_dir_all(&inner).expect("a folder");
            write(&inner, "d.csv", text)
        };
        let (a, old, c, new) = (
            file("a", &dumps[0]),
            file("b", &dumps[1]),
            file("c", &dumps[2]),
            file("b2", &dumps[3]),
        );
        let (path, wanted) = (folder.path().join("again.db"), folder.path().join("wanted.db"));
        for (archive, middle) in [(&path, &old), (&wanted, &new)] {
            for dump in [&a, middle, &c] {
                let (code, _, told) = import(archive, dump);
                assert!(code == 0 || code == 3, "round {round}: {told}");
            }
        }
        // Equal bytes are one dump, so nothing can be swapped.
        if dumps[1] == dumps[0]
            || dumps[1] == dumps[2]
            || dumps[3] == dumps[0]
            || dumps[3] == dumps[2]
        {
            continue;
        }
        swap(&path, 2, dumps[3].as_bytes());
        let before = std::fs::read(&path).expect("the archive");
        let (code, preview, told) =
            run(revdb(&path).args(["imports", "renormalise", "--format", "jsonl"]));
        assert_eq!(code, 0, "round {round}: {told}");
        assert!(
            std::fs::read(&path).expect("the archive") == before,
            "a preview changed the archive"
        );
        let (code, done, told) =
            run(revdb(&path).args(["imports", "renormalise", "--yes", "--format", "jsonl"]));
        assert_eq!(code, 0, "round {round}: {told}");
        assert_eq!(preview, done, "round {round}");
        differing += usize::from(!done.is_empty());
        healthy(&path);
        assert_eq!(content(&path), content(&wanted), "round {round}");
        let (_, nothing, told) =
            run(revdb(&path).args(["imports", "renormalise", "--format", "jsonl"]));
        assert_eq!(nothing, "", "round {round}: {told}");
    }
    eprintln!("read again: {count} rounds, {differing} with differences, 0 bad");
    assert!(differing * 2 > count, "only {differing} rounds tried anything");
}
