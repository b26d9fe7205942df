//! Notes next to an answer's rows: what a filter leaves out, of which audience, and numbers with
//! their nouns.

#[path = "common/program.rs"]
mod program;

use std::path::Path;
use std::process::Command;

use program::{refused, revdb, run};

/// Imports these lines as a separate file.
fn import(folder: &Path, name: &str, lines: &str, flags: &[&str]) -> String {
    std::fs::write(folder.join(name), lines).expect("a file");
    revdb(folder, &[&["import", name], flags].concat())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

const HEADER: &str = "title,year,critic,date,score,review\n";

#[test]
fn omitted_reviews_are_counted_for_the_audience_shown() {
    let folder = folder();
    let folder = folder.path();
    let critics = "Rain,,Ann,2012-01-01,4/5,a\nRain,,Bo,,3/5,b\nRain,,Di,2012-01-01,,d\n";
    let users = "Rain,2012,Cy,,4/5,c\nSalt,,Ed,,4/5,e\nSalt,,Fi,2012-01-01,,f\n";
    import(folder, "critics.csv", &format!("{HEADER}{critics}"), &[]);
    import(folder, "users.csv", &format!("{HEADER}{users}"), &["--audience", "user"]);
    for (filter, of_critics, of_users, of_both) in [
        (["--since", "2011"], "1 undated", "2 undated", "3 undated"),
        (["--min-score", "10"], "1 unscored", "1 unscored", "2 unscored"),
        (["--kind", "movie"], "3 of a work", "3 of a work", "6 of a work"),
    ] {
        for (audience, expected) in [
            (&[][..], of_critics),
            (&["--audience", "critic"], of_critics),
            (&["--audience", "user"], of_users),
            (&["--audience", "all"], of_both),
        ] {
            let said = revdb(folder, &[&["query", "score-spread"], &filter[..], audience].concat());
            let wanted = format!("left out by the filter: {expected}");
            assert!(said.contains(&wanted), "{filter:?} {audience:?}: {said}");
        }
    }
    let works = |audience: &str| {
        let quality = ["query", "quality", "--audience", audience, "--format", "csv"];
        let said = revdb(folder, &quality);
        let line = said.lines().find(|line| line.starts_with("work without a year"));
        line.expect("a line").to_owned()
    };
    assert_eq!(works("user"), "work without a year,user,1,2,50.0");
    assert_eq!(works("critic"), "work without a year,critic,0,1,0.0");
    assert!(works("all").starts_with("work without a year,both,1,2,"), "{}", works("all"));
}

#[test]
fn claims_are_counted_for_the_works_shown() {
    let folder = folder();
    let folder = folder.path();
    for (title, id, other) in [("Rain", 11, "Wet."), ("Salt", 21, "Dry.")] {
        let item = |quote: &str, score: u8, name: &str, year: u16, id: u32| {
            serde_json::json!({
                "quote": quote, "score": score, "author": name, "authorSlug": name, "publicationName": "The Courant",
                "publicationSlug": "c", "date": format!("{year}-03-14"), "reviewId": id,
                "reviewedProduct": {"title": title, "type": "games"},
            })
        };
        let items = [
            item("Slow and warm.", 91, "Ann Ferris", 2019, id),
            item(other, 41, "Bo Teller", 2018, id + 1),
        ];
        let page = serde_json::json!({"data": {"totalResults": 2, "items": items}});
        import(folder, &format!("{title}.json"), &page.to_string(), &[]);
    }
    let said = revdb(folder, &["query", "claims"]);
    assert!(said.contains("2 claims about 2 works, from 2 pages"), "{said}");
    assert!(!said.contains("held in part"), "{said}");
    let said = revdb(folder, &["query", "claims", "--work", "Rain"]);
    assert!(said.contains("1 claim about 1 work, from 1 page;"), "{said}");
    assert!(!said.contains("held in part"), "{said}");
    for filter in [["--critic", "Ferris"], ["--since", "2019"], ["--min-score", "60"]] {
        let said = revdb(folder, &[&["query", "claims", "--work", "Rain"], &filter[..]].concat());
        let part =
            "held in part: 1 of the 2 reviews of these works that the archive has pass the filters";
        assert!(said.contains(part), "{filter:?}: {said}");
    }
}

#[test]
fn equal_scores_are_equal_however_they_were_printed() {
    let folder = folder();
    let folder = folder.path();
    let header = "title,critic,publication,date,score,review\n";
    let said =
        "Rain,Ann,P,2012-01-01,4/5,a patient film\nSalt,Ann,P,2012-01-01,Recommended,a dry film\n";
    let bare = "Rain,Ann,Q,2012-01-01,80/100,\nRain,Ann,R,2012-01-01,60/100,\n";
    import(folder, "said.csv", &format!("{header}{said}"), &[]);
    import(folder, "bare.csv", &format!("{header}{bare}"), &[]);
    let rows = revdb(
        folder,
        &["query", "near-duplicates", "--format", "csv", "--columns", "id,other_id,why"],
    );
    let pairs: Vec<&str> = rows.lines().filter(|line| line.contains("no quote")).collect();
    assert_eq!(pairs, ["1,3,no quote"], "{rows}");
}

#[test]
fn values_a_service_cannot_take_are_reported() {
    let folder = folder();
    let folder = folder.path();
    let lines = "title,kind,critic,date,score,review\nRain,movie,Ann,2012-01-01,4/5,wet\nRain,movie,Bo,2012,73/100,damp\n\
                 Salt,book,Ann,2012-01-01,4/5,dry\n";
    import(folder, "users.csv", lines, &["--audience", "user"]);
    let ran = run(folder, &["export", "--for", "letterboxd"]);
    assert!(ran.out.starts_with("Title,Year,") && ran.out.lines().count() == 3, "{}", ran.out);
    for note in [
        "note: names of reviewers, left out: 2; the file is as of one account (--critic takes one reviewer)",
        "note: reviews of other works than movies, left out: 1",
        "note: scores between two marks of Letterboxd, rounded: 1",
        "note: dates that are no whole day, left out: 1",
    ] {
        assert!(ran.err.contains(note), "{note}: {}", ran.err);
    }
    // With one reviewer there is no name to lose.
    let ran = run(folder, &["export", "--for", "letterboxd", "--critic", "Ann"]);
    assert!(!ran.err.contains("names of reviewers"), "{}", ran.err);
    assert_eq!(run(folder, &["export", "--for", "letterboxd", "--quiet"]).err, "");
}

#[test]
fn fts_queries_match_whole_runs_without_spaces_and_say_so() {
    let folder = folder();
    let folder = folder.path();
    import(folder, "a.csv", "title,critic,score,review\nA,Ann,80/100,映画はとても良い。\n", &[]);
    assert!(revdb(folder, &["search", "映画"]).contains("1 review: 1 by critics"));
    let said = revdb(folder, &["search", "--fts", "映画"]);
    assert!(
        said.contains("0 reviews") && said.contains("only where they stand by themselves"),
        "{said}"
    );
    assert!(revdb(folder, &["search", "--fts", "映*"]).contains("1 review: 1 by critics"));
}

#[test]
fn counts_of_one_are_singular() {
    let folder = folder();
    let folder = folder.path();
    let one = "title,critic,score,review\nRain,Ann,80/100,wet\n";
    std::fs::create_dir(folder.join("d")).expect("a folder");
    std::fs::write(folder.join("d/empty.csv"), "").expect("a file");
    std::fs::write(folder.join("d/a.csv"), one).expect("a file");
    std::fs::write(folder.join("d/not.zip"), "PK no zip").expect("a file");
    let said = run(folder, &["import", "d"]).said();
    assert!(said.contains("in all, 1 dump below d/") || !said.contains("in all"), "{said}");
    let said = said
        + &revdb(folder, &["check"])
        + &revdb(folder, &["query", "--critic", "Ann", "--min-score", "90"])
        + &revdb(folder, &["imports", "renormalise"])
        + &revdb(folder, &["query", "conflicts"])
        + &revdb(folder, &["rename", "critic", "Ann", "Anna", "--reason", "x"]);
    assert!(said.contains("healthy: 1 review of 1 dump (1 kept)"), "{said}");
    assert!(said.contains("note: 1 review passes without --min-score 90"), "{said}");
    for plural in ["reviews", "dumps", "works", "records", "files"] {
        let wrong = format!(" 1 {plural}");
        let line = said.lines().find(|line| line.contains(&wrong) && !line.contains("changes of"));
        assert_eq!(line, None);
    }
}

#[test]
fn a_hidden_review_can_be_shown() {
    let folder = folder();
    let folder = folder.path();
    let lines =
        "title,year,kind,critic,date,score,review\nRain,2012,movie,Ann,2012-01-01,80/100,wet\n";
    import(folder, "a.csv", lines, &[]);
    let names = |said: &str| -> Vec<String> {
        let names = said.lines().map(|line| line.split(',').next().unwrap_or_default().to_owned());
        names.filter(|name| !["critic", "hidden"].contains(&name.as_str())).collect()
    };
    let before = revdb(folder, &["show", "1", "--format", "csv"]);
    revdb(folder, &["hide", "1", "--reason", "x", "--yes"]);
    let hidden = revdb(folder, &["show", "1", "--format", "csv"]);
    assert_eq!(names(&hidden), names(&before), "{hidden}");
    for line in ["work,Rain", "kind,movie", "year,2012", "score,80.0"] {
        assert!(hidden.contains(line), "{line}: {hidden}");
    }
}

#[test]
fn rejections_of_one_dump_are_a_dump() {
    let folder = folder();
    let folder = folder.path();
    for (name, lines) in [
        ("a.csv", "title,critic,score\n,Ann,4/5\n"),
        ("b.csv", "title,critic,year,score\n,Bo,2012,4/5\n"),
    ] {
        std::fs::write(folder.join(name), lines).expect("a file");
    }
    revdb(folder, &["import", "a.csv", "b.csv"]);
    let said = refused(folder, &["imports", "rejects", "1", "--as-dump"], 2);
    assert!(said.contains("different headers") && said.contains("--source N"), "{said}");
    let dump = run(folder, &["imports", "rejects", "1", "--as-dump", "--source", "2"]).out;
    assert_eq!(dump, "title,critic,year,score\n,Bo,2012,4/5\n");
    let listed = run(folder, &["imports", "rejects", "--source", "1", "--format", "csv"]).out;
    assert!(listed.contains("a.csv") && !listed.contains("b.csv"), "{listed}");
}

/// A file size limit simulates a full disk.
#[cfg(unix)]
#[test]
fn incomplete_output_leaves_nothing() {
    let folder = folder();
    let folder = folder.path();
    let rows = (0..400).map(|n| format!("Rain {n},Ann {n},80/100,{}\n", "wet ".repeat(20)));
    let lines = format!("title,critic,score,review\n{}", rows.collect::<String>());
    import(folder, "a.csv", &lines, &[]);
    std::fs::create_dir(folder.join("out")).expect("a folder");
    for args in [
        &["backup", "out/b.db"][..],
        &["generate", "datasette", "-o", "out/new/ds"],
        &["export", "-o", "out/x.xlsx"],
        &["export", "-o", "out/x.parquet"],
        &["report", "-o", "out/x.html"],
    ] {
        let limited = Command::new("sh")
            .args(["-c", "ulimit -f 16; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_revdb")])
            .args(args)
            .current_dir(folder)
            .output()
            .expect("sh runs");
        assert_eq!(limited.status.code(), Some(1), "{args:?}");
        let left: Vec<_> = std::fs::read_dir(folder.join("out")).expect("a folder").collect();
        assert!(left.is_empty(), "{args:?}: {left:?}");
    }
}
