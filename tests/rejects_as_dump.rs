//! Rejected records as a dump, and CSV for spreadsheets with a decimal comma.

#[path = "common/program.rs"]
mod program;

use program::output as revdb;

/// Invented; the third row is broken, the fourth is empty.
const DUMP: &str = "film;critic;rating;review\n\
    Slow Tide;Ana;4,5/5;\"Wide; and wet\"\n\
    The Lantern;Ben;2/5;Dim\n\
    Torn\n\
    Ash;Cleo;;\n";

#[test]
fn rejected_records_are_exported_with_their_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("dump.csv"), DUMP).expect("a dump");
    let code = |args: &[&str]| revdb(folder, args).status.code();
    assert_eq!(code(&["import", "dump.csv"]), Some(3));
    assert_eq!(code(&["imports", "rejects", "--as-dump", "-o", "left.csv"]), Some(0));
    assert_eq!(
        code(&["imports", "rejects", "--as-dump", "-o", "left.csv"]),
        Some(1),
        "it is there"
    );
    let left = std::fs::read_to_string(folder.join("left.csv")).expect("the dump");
    assert_eq!(left, "film;critic;rating;review\nTorn\nAsh;Cleo;;\n");
    let mended =
        left.replace("Torn\n", "Torn;Dora;3/5;Frayed\n").replace("Cleo;;", "Cleo;1/5;Grey");
    std::fs::write(folder.join("mended.csv"), mended).expect("a file");
    let done = revdb(folder, &["import", "mended.csv"]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.contains("2 new") && done.status.success(), "{said}");
    let none = revdb(folder, &["imports", "rejects", "2", "--as-dump"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("nothing was rejected"));
}

#[test]
fn decimal_commas_use_semicolons_and_round_trip() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("dump.csv"), DUMP).expect("a dump");
    revdb(folder, &["import", "dump.csv"]);
    let table = |flags: &[&str]| {
        let columns = [
            "sql",
            "SELECT work, score / 8 AS eighth FROM reviews ORDER BY work",
            "--format",
            "csv",
        ];
        let done = revdb(folder, &[&columns[..], flags].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("UTF-8")
    };
    assert_eq!(
        table(&["--decimal-comma"]),
        "work;eighth\r\nSlow Tide;11,25\r\nThe Lantern;5,0\r\n"
    );
    assert_eq!(
        table(&["--delimiter", "|"]),
        "work|eighth\r\nSlow Tide|11.25\r\nThe Lantern|5.0\r\n"
    );
    for (source, code) in [("1", 0), ("99", 1)] {
        let done = revdb(folder, &["imports", "rejects", "--source", source]);
        assert_eq!(done.status.code(), Some(code), "source {source}");
    }
    let both = revdb(folder, &["query", "--decimal-comma", "--delimiter", ",", "--format", "csv"]);
    assert_eq!(both.status.code(), Some(2));
    for flags in
        [&["--decimal-comma"][..], &["--delimiter", ";"], &["--delimiter", ";", "--format", "json"]]
    {
        assert_eq!(
            revdb(folder, &[&["query"], flags].concat()).status.code(),
            Some(2),
            "{flags:?}"
        );
    }
    assert_eq!(
        revdb(folder, &["export", "--decimal-comma", "-o", "out.csv"]).status.code(),
        Some(0)
    );
    let again = revdb(folder, &["import", "out.csv"]);
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("0 new, 0 changed, 0 filled in, 2 same"), "{said}");
}
