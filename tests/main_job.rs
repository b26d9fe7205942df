//! The main task on the real dumps, on the command line.
//!
//! The dumps are third parties' texts and not part of the repository: they are in `../shared`, or
//! in `REVDB_SHARED`. Without them these tests are skipped with a message.

#[path = "common/program.rs"]
mod program;
#[path = "common/shared.rs"]
mod shared;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use shared::shared;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Desk { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn revdb(&self, args: &[&str]) -> Output {
        program::output(self.folder.path(), args)
    }

    /// Runs it and returns its standard output; it must end with `code`.
    fn out(&self, code: i32, args: &[&str]) -> String {
        let output = self.revdb(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn rows(&self, args: &[&str]) -> Vec<Value> {
        let text = self.out(0, &[args, &["--format", "jsonl"]].concat());
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
    }

    /// The counts ("30 new") in the last line that has them.
    fn import(&self, code: i32, args: &[&str]) -> BTreeMap<String, u64> {
        let output = self.revdb(&[&["import"], args].concat());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        let line =
            stderr.lines().rfind(|line| line.contains(" new, ")).expect("a summary").to_owned();
        let counts = line.rsplit_once(": ").expect("counts").1;
        counts
            .split(';')
            .next()
            .expect("counts")
            .split(", ")
            .filter_map(|part| part.split_once(' '))
            .map(|(number, word)| (word.to_owned(), number.parse().expect("a number")))
            .collect()
    }
}

const AI_WEIWEI: [&str; 6] =
    ["--title", "Ai Weiwei: Never Sorry", "--kind", "movie", "--year", "2012"];

fn text_of(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} in {value}"))
}

#[test]
fn the_page_gives_thirty_reviews_and_undo_removes_them() {
    let Some(shared) = shared("") else { return };
    let desk = Desk::new();
    let page = text_of(&shared.join("dumps/metacritic-text/ai-weiwei-never-sorry.txt"));
    let import = [&[page.as_str()], &AI_WEIWEI[..]].concat();
    assert_eq!(desk.import(0, &import)["new"], 30);
    let expected = std::fs::read_to_string(shared.join("expected/ai-weiwei-never-sorry.jsonl"))
        .expect("expected");
    let expected: Vec<Value> =
        expected.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    let exported = desk.rows(&["export"]);
    assert_eq!(exported.len(), expected.len());
    for (held, wanted) in exported.iter().zip(&expected) {
        for field in
            ["audience", "critic", "byline", "publication", "date", "score", "score_text", "quote"]
        {
            assert_eq!(held[field], wanted[field], "{field}");
        }
    }
    assert_eq!(desk.import(0, &import)["new"], 0);
    desk.out(0, &["imports", "undo", "2", "--yes"]);
    assert_eq!(desk.rows(&["export"]).len(), 30);
    desk.out(0, &["imports", "undo", "1", "--yes"]);
    let counts = desk.rows(&["sql", "SELECT (SELECT count(*) FROM review) + (SELECT count(*) FROM work) +
        (SELECT count(*) FROM critic) + (SELECT count(*) FROM publication) + (SELECT count(*) FROM dump) +
        (SELECT count(*) FROM source) + (SELECT count(*) FROM import) + (SELECT count(*) FROM sighting) +
        (SELECT count(*) FROM work_mention) + (SELECT count(*) FROM external_id) + (SELECT count(*) FROM mention_property) + (SELECT count(*) FROM claim) +
        (SELECT count(*) FROM rejection) + (SELECT count(*) FROM change) + (SELECT count(*) FROM site) +
        (SELECT count(*) FROM raw_dump) AS rows"]);
    assert_eq!(counts[0]["rows"], 0, "no orphan in any table");
}

#[test]
fn names_are_found_however_they_are_written() {
    let Some(shared) = shared("") else { return };
    let desk = Desk::new();
    let page = text_of(&shared.join("dumps/metacritic-text/ai-weiwei-never-sorry.txt"));
    desk.import(0, &[&[page.as_str()], &AI_WEIWEI[..]].concat());
    for name in ["Dargis", "dargis", "DARGIS"] {
        let rows = desk.rows(&["query", "--critic", name]);
        assert_eq!(rows.len(), 1, "{name}");
        assert_eq!(rows[0]["critic"], "Manohla Dargis");
    }
    let output = desk.revdb(&["query", "--critic", "Dargus"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Manohla Dargis"));
}

#[test]
fn the_reports_give_the_known_figures() {
    let Some(shared) = shared("") else { return };
    let desk = Desk::new();
    let page = text_of(&shared.join("dumps/metacritic-text/ai-weiwei-never-sorry.txt"));
    desk.import(0, &[&[page.as_str()], &AI_WEIWEI[..]].concat());
    let spread = &desk.rows(&["query", "score-spread", "--by", "work"])[0];
    for (column, figure) in
        [("mean", 79.79), ("sd", 11.70), ("median", 80.0), ("q1", 75.0), ("q3", 88.5)]
    {
        assert!((number(spread, column) - figure).abs() < 0.005, "{column}: {spread}");
    }
    let outliers = desk.rows(&["query", "outliers"]);
    assert_eq!(outliers.len(), 1);
    assert_eq!(number(&outliers[0], "score"), 50.0);
    assert!((number(&outliers[0], "measure") + 4.047).abs() < 0.0005, "{}", outliers[0]);
    let weeks: Vec<(String, i64)> = desk
        .rows(&["query", "reviews-per-week"])
        .iter()
        .map(|row| {
            let week = row.as_object().and_then(|row| row.values().next()).and_then(Value::as_str);
            (week.expect("a week").to_owned(), row["reviews"].as_i64().expect("a count"))
        })
        .collect();
    let wanted = [("2012-W30", 17), ("2012-W31", 5), ("2012-W32", 3), ("2012-W33", 1)];
    assert_eq!(weeks, wanted.map(|(week, reviews)| (week.to_owned(), reviews)));
    assert!(desk.out(0, &["query", "reviews-per-week"]).contains("2 undated"));
    let claims = desk.rows(&["query", "claims"]);
    let said = |audience: &str, claim: &str| {
        claims.iter().find(|row| row["audience"] == audience && row["claim"] == claim).expect(claim)
    };
    for (audience, claim, value) in [
        ("critic", "metascore", 81.0),
        ("critic", "critics", 28.0),
        ("critic", "positive", 24.0),
        ("critic", "negative", 0.0),
        ("user", "user_score", 8.1),
        ("user", "ratings", 10.0),
        ("user", "positive", 2.0),
    ] {
        assert_eq!(number(said(audience, claim), "said"), value, "{audience} {claim}");
    }
    assert_eq!(number(said("user", "positive"), "held"), 0.0, "6 and 6 of 10 contradict the page");
}

#[test]
fn the_scrape_and_its_films_in_either_order() {
    let Some(shared) = shared("") else { return };
    let folder = shared.join("dumps/rotten-tomatoes/scrape-2024");
    let (movies, reviews) =
        (text_of(&folder.join("movies.csv")), text_of(&folder.join("critic_reviews.csv")));
    let content = |order: [&str; 2]| {
        let desk = Desk::new();
        for path in order {
            desk.import(0, &[path]);
        }
        let count = |query: &str| desk.rows(&["sql", query])[0]["n"].as_i64().expect("a count");
        assert_eq!(count("SELECT count(*) AS n FROM reviews"), 7614);
        assert_eq!(
            count("SELECT count(DISTINCT work) AS n FROM reviews WHERE year IS NOT NULL"),
            28
        );
        assert_eq!(count("SELECT count(*) AS n FROM reviews WHERE date IS NULL"), 158);
        assert_eq!(count("SELECT count(*) AS n FROM reviews WHERE score_text IS NULL"), 2103);
        for (text, score) in [("A", 100.0), ("B-", 67.0), ("3.5/4", 87.5), ("84/100", 84.0)] {
            let query =
                format!("SELECT DISTINCT score AS n FROM reviews WHERE score_text = '{text}'");
            assert_eq!(number(&desk.rows(&["sql", &query])[0], "n"), score, "{text}");
        }
        for odd in ["3.5.5", "Recommended"] {
            let query = format!(
                "SELECT count(*) AS n FROM reviews WHERE score_text = '{odd}' AND score IS NULL"
            );
            assert!(count(&query) > 0, "{odd} is kept as text without a score");
        }
        let mut all: Vec<String> = desk
            .rows(&[
                "sql",
                "SELECT work, kind, year, audience, critic, byline, publication, date, score,
                     score_text, quote, url FROM reviews",
            ])
            .iter()
            .map(Value::to_string)
            .collect();
        all.sort();
        all
    };
    assert!(
        content([&movies, &reviews]) == content([&reviews, &movies]),
        "the order makes a difference"
    );
}

/// The same page saved and pasted by other programs.
#[test]
fn the_page_pasted_differently_adds_nothing() {
    let Some(shared) = shared("") else { return };
    let page =
        std::fs::read_to_string(shared.join("dumps/metacritic-text/ai-weiwei-never-sorry.txt"))
            .expect("the page");
    let bare = |line: &str| {
        let text = line.trim_start();
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        match rest.strip_prefix(". ") {
            Some(rest) if rest.len() < text.len() => rest.to_owned(),
            _ => text.to_owned(),
        }
    };
    let variants: [(&str, Vec<u8>); 5] = [
        ("crlf", page.replace('\n', "\r\n").into_bytes()),
        ("tabs", page.replace("    ", "\t").into_bytes()),
        ("no-numbers", page.lines().map(bare).collect::<Vec<_>>().join("\n").into_bytes()),
        ("no-nbsp", page.replace('\u{a0}', " ").into_bytes()),
        ("windows-1252", encoding_rs::WINDOWS_1252.encode(&page).0.into_owned()),
    ];
    let desk = Desk::new();
    let original = text_of(&shared.join("dumps/metacritic-text/ai-weiwei-never-sorry.txt"));
    assert_eq!(desk.import(0, &[&[original.as_str()], &AI_WEIWEI[..]].concat())["new"], 30);
    for (name, bytes) in variants {
        let path = desk.path(&format!("{name}.txt"));
        std::fs::write(&path, bytes).expect("a variant");
        let path = text_of(&path);
        let counts = desk.import(0, &[&[path.as_str()], &AI_WEIWEI[..]].concat());
        assert_eq!((counts["new"], counts["changed"], counts["same"]), (0, 0, 30), "{name}");
        assert_eq!(
            desk.import(0, &[&[path.as_str()], &AI_WEIWEI[..]].concat())["new"],
            0,
            "{name} again"
        );
    }
    assert_eq!(desk.rows(&["export"]).len(), 30);
}

#[test]
fn bad_input_is_named_and_leaves_nothing_behind() {
    let desk = Desk::new();
    let write = |name: &str, bytes: &[u8]| std::fs::write(desk.path(name), bytes).expect("a file");
    write("empty.txt", b"");
    write("page.pdf", b"%PDF-1.4\n...");
    write("no-judgement.csv", b"name,colour\nA,red\nB,blue\n");
    std::fs::create_dir(desk.path("nothing")).expect("a folder");
    for (path, code, told) in [
        ("empty.txt", 1, "it is empty"),
        ("page.pdf", 1, "PDF"),
        ("no-judgement.csv", 1, "no-judgement.csv"),
        ("nothing", 1, "nothing to import"),
        ("not-there.csv", 2, "not-there.csv"),
    ] {
        let output = desk.revdb(&["import", path]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{path}: {stderr}");
        assert!(stderr.contains(told) && stderr.contains("error:"), "{path}: {stderr}");
        assert!(!desk.path("reviews.db").exists(), "{path} left an archive behind");
    }
    let broken =
        b"critic,score,quote,title\nA,90,fine,X\nB,80,\"unclosed,X\nC,70,ok,X\nD,60,good,X\n";
    write("broken.csv", broken);
    let output = desk.revdb(&["import", "broken.csv"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("broken.csv:3: "), "{stderr}");
    assert_eq!(desk.rows(&["export"]).len(), 3, "the good rows are in");
    assert_eq!(desk.rows(&["imports", "rejects"])[0]["line"], 3);
    let strict = Desk::new();
    std::fs::write(strict.path("broken.csv"), broken).expect("a file");
    strict.out(1, &["import", "broken.csv", "--strict"]);
    assert_eq!(strict.rows(&["export"]).len(), 0, "--strict stores nothing");
    let dry = Desk::new();
    std::fs::write(dry.path("broken.csv"), broken).expect("a file");
    dry.import(3, &["broken.csv", "--dry-run"]);
    assert!(!dry.path("reviews.db").exists(), "a dry run creates nothing");
}

#[test]
fn ambiguous_dates_are_resolved_or_omitted() {
    let head = "title,critic,date,score\n";
    for (rows, flags, code, dates) in [
        ("A,X,03/04/2012,80\n", &[][..], 0, &[][..]),
        ("A,X,03/04/2012,80\nA,Y,2012-05-01,70\n", &[], 0, &["2012-05-01"]),
        ("A,X,03/04/2012,80\nA,Y,25/06/2012,70\n", &[], 0, &["2012-04-03", "2012-06-25"]),
        ("A,X,03/04/2012,80\n", &["--date-order", "month-first"], 0, &["2012-03-04"]),
    ] {
        let desk = Desk::new();
        std::fs::write(desk.path("dates.csv"), format!("{head}{rows}")).expect("a file");
        let scale = ["dates.csv", "--scale", "100"];
        desk.import(code, &[&scale[..], flags].concat());
        let mut held: Vec<_> = desk
            .rows(&["export"])
            .iter()
            .filter_map(|row| row["date"].as_str().map(str::to_owned))
            .collect();
        held.sort();
        assert_eq!(held, dates, "{rows:?}");
    }
}

#[test]
fn columns_without_usual_names_are_mapped() {
    let desk = Desk::new();
    std::fs::write(desk.path("m.csv"), "f1,f2,f3,f4\nA,X,4,fine stuff\n").expect("a file");
    desk.out(1, &["import", "m.csv"]);
    desk.out(1, &["import", "m.csv", "--map", "quote=nope"]);
    assert!(!desk.path("reviews.db").exists(), "a refused import leaves no archive");
    desk.import(0, &["m.csv", "--map", "quote=f4", "--map", "title=f1", "--map", "byline=f2"]);
    let row = &desk.rows(&["export"])[0];
    assert_eq!(
        (&row["quote"], &row["work"], &row["critic"]),
        (&"fine stuff".into(), &"A".into(), &"X".into())
    );
}

#[test]
fn the_whole_folder_in_one_command_and_again() {
    let Some(shared) = shared("") else { return };
    let desk = Desk::new();
    let folder = text_of(&shared.join("dumps"));
    let first = desk.import(0, &[&folder]);
    assert_eq!(first["rejected"], 0);
    assert_eq!(first["works described"], 28);
    let again = desk.import(0, &[&folder]);
    assert_eq!((again["new"], again["changed"], again["filled in"]), (0, 0, 0));
    let held: BTreeMap<String, i64> = desk
        .rows(&[
            "sql",
            "SELECT d.format, count(DISTINCT s.review_id) AS n FROM sighting AS s
                 JOIN dump AS d ON d.id = s.dump_id GROUP BY d.format",
        ])
        .iter()
        .map(|row| {
            (
                row["format"].as_str().expect("a name").to_owned(),
                row["n"].as_i64().expect("a count"),
            )
        })
        .collect();
    for (format, reviews) in [
        ("rotten-tomatoes-2024", 7614),
        ("rotten-tomatoes-kaggle-2020", 1049),
        ("rotten-tomatoes-slice", 1500),
        ("goodreads", 253),
        ("letterboxd-reviews", 159),
        ("letterboxd-diary", 1),
        ("letterboxd-ratings", 4),
        ("metacritic-users-csv", 400),
        ("pitchfork", 399),
        ("amazon-alexa", 200),
        ("steam", 175),
        ("imdb", 25),
    ] {
        assert_eq!(held.get(format), Some(&reviews), "{format}");
    }
}
