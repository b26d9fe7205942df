//! Export and import are inverse: revdb reads what it wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

fn revdb(db: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_revdb"))
        .arg("--db")
        .arg(db)
        .args(arguments)
        .output()
        .expect("the program");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}");
    String::from_utf8_lossy(&output.stdout).into_owned() + &told
}

/// Words with characters that affect spreadsheets, quoting and markup.
fn words() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,6}",
        Just("=1+1".to_owned()),
        Just("-dry".to_owned()),
        Just("@x".to_owned()),
        Just("'tis".to_owned()),
        Just("\"hi\"".to_owned()),
        Just("a;=b".to_owned()),
        Just("é看😀".to_owned()),
        Just("x\n- y".to_owned()),
        Just("# no".to_owned()),
    ];
    prop::collection::vec(part, 1..5).prop_map(|parts| parts.join(" "))
}

fn review(number: usize) -> impl Strategy<Value = serde_json::Value> {
    let score =
        prop::sample::select(vec!["3.5/4", "8/10", "4.5", "1/3", "B+", "***", "-1", "84/100", ""]);
    let date = prop::sample::select(vec!["", "2019", "2019-03", "2020-11-02"]);
    let who = prop::sample::select(vec!["critic", "user"]);
    let kind = prop::sample::select(vec!["movie", "book", ""]);
    let year = prop::sample::select(vec!["", "2014"]);
    let names = prop::collection::vec(
        prop::sample::select(vec!["Holt, Karin", "Jo Poe", "É. \"X\" Roe"]),
        0..3,
    );
    let tags =
        prop::collection::vec(prop::sample::select(vec!["slow, wet", "sea", "re-read"]), 0..3);
    (words(), words(), score, date, who, (kind, year, names, tags)).prop_map(
        move |(title, quote, score, date, audience, (kind, year, names, tags))| {
            serde_json::json!({
                "title": format!("{title} {number}"), "critic": format!("Ann {number}"), "score": score,
                "date": date, "audience": audience, "kind": kind, "year": year,
                "publication": "The Quay", "review": quote, "writers": names, "shelves": tags, "url": format!("https://example.org/{number}"),
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn an_export_imported_is_the_same_archive(
        reviews in (1_usize..6).prop_flat_map(|n| (0..n).map(review).collect::<Vec<_>>())
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let dump = at("dump.json");
        fs::write(&dump, serde_json::Value::from(reviews).to_string()).expect("the dump");
        let first = at("first.db");
        let lists = ["--map", "author=writers", "--map", "tags=shelves"];
        revdb(&first, &[&["import", &*dump.to_string_lossy()][..], &lists].concat());
        let wanted = revdb(&first, &["export", "--format", "jsonl"]);
        for row in wanted.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
            prop_assert!(!row["authors"].is_string() && !row["tags"].is_string(), "{}", row);
        }
        for format in ["csv", "tsv", "json", "jsonl", "xlsx", "md", "html", "eu.csv"] {
            let file = at(&format!("x.{format}"));
            let file = file.to_string_lossy();
            let comma: &[&str] = if format == "eu.csv" { &["--decimal-comma"] } else { &[] };
            revdb(&first, &[&["export", "-o", &file], comma].concat());
            let other = at(&format!("{format}.db"));
            revdb(&other, &["import", &file]);
            prop_assert_eq!(&revdb(&other, &["export", "--format", "jsonl"]), &wanted, "{}", format);
            let again = revdb(&first, &["import", &file]);
            prop_assert!(again.contains(": 0 new, 0 changed, 0 filled in"), "{}", again);
        }
    }
}

/// It has less than the archive: no full quotes, no years, no scales.
#[test]
fn own_answers_next_to_dumps_are_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let db = folder.path().join("a.db");
    let rows = (0..6).map(|n| format!("Fog,{},Ann {n},{n}/5,wet fog {n}\n", 2000 + n % 2));
    let dump = format!("title,year,critic,score,review\n{}", rows.collect::<String>());
    fs::write(at("dump.csv"), dump).expect("the dump");
    revdb(&db, &["import", &at("dump.csv")]);
    let wanted = revdb(&db, &["export", "--format", "jsonl"]);
    revdb(&db, &["report", "-o", &at("page.html")]);
    for ending in ["csv", "tsv", "json", "jsonl", "md", "html", "xlsx"] {
        revdb(&db, &["search", "fog", "-o", &at(&format!("found.{ending}"))]);
    }
    let told = revdb(&db, &["import", &folder.path().to_string_lossy()]);
    assert!(told.contains("an answer of revdb's own"), "{told}");
    assert_eq!(revdb(&db, &["export", "--format", "jsonl"]), wanted, "{told}");
}
