//! Identity in practice: which records are one review, and what changes a review.

mod common;

use std::path::Path;

use common::Scratch;
use common::program::{self, revdb};

fn rows(folder: &Path, query: &str) -> Vec<String> {
    program::rows(folder, "reviews.db", query)
}

fn counts(said: &str, wanted: &str) {
    assert!(said.contains(wanted), "{wanted}: {said}");
}

#[test]
fn ids_of_critics_and_users_are_separate() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let page = |who: &str| {
        format!(
            "{{\"@context\":\"https://schema.org\",\"@type\":\"Review\",\"@id\":\"https://echo.example/#7\",\
             \"author\":{{\"@type\":\"Person\",\"name\":\"Ann Oak\"}},{who}\
             \"itemReviewed\":{{\"@type\":\"Movie\",\"name\":\"Dull Rain\"}},\"reviewBody\":\"It rains.\"}}"
        )
    };
    scratch.dump(
        "a.json",
        page("\"publisher\":{\"@type\":\"Organization\",\"name\":\"The Echo\"},").as_bytes(),
    );
    scratch.dump("b.json", page("").as_bytes());
    let audiences = |db: &str| {
        let all = revdb(folder, &["--db", db, "query", "--format", "csv", "--raw"]);
        all.lines()
            .skip(1)
            .map(|row| row.split(',').nth(2).unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    for (db, first, then) in [("ab.db", "a.json", "b.json"), ("ba.db", "b.json", "a.json")] {
        revdb(folder, &["--db", db, "import", first]);
        revdb(folder, &["--db", db, "import", then]);
        assert_eq!(audiences(db), ["critic", "user"], "{db}");
        revdb(folder, &["--db", db, "imports", "renormalise", "--yes"]);
        counts(&revdb(folder, &["--db", db, "imports", "renormalise"]), "as before");
    }
    revdb(folder, &["--db", "ab.db", "imports", "undo", "1", "--yes"]);
    assert_eq!(audiences("ab.db"), ["user"]);
}

#[test]
fn another_work_of_the_same_review_is_a_change() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    for (name, title) in [("a.csv", "Dull Rain"), ("b.csv", "Dull Rain II")] {
        let dump = format!("title,critic,review,rid\n{title},Ann Oak,It rains.,7\n");
        scratch.dump(name, dump.as_bytes());
    }
    revdb(folder, &["import", "a.csv", "--map", "id=rid"]);
    counts(&revdb(folder, &["import", "b.csv", "--map", "id=rid"]), "0 new, 1 changed");
    assert_eq!(rows(folder, "SELECT work FROM reviews"), ["Dull Rain II"]);
    let listed = revdb(folder, &["query", "conflicts", "--format", "csv"]);
    counts(&listed, "Dull Rain");
}

#[test]
fn rows_of_one_table_need_evidence_to_be_one() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let cases = [
        // An unnamed reviewer may be another one.
        (
            "title,score,date\nEcho,4/5,2012-01-01\nEcho,4/5,2012-01-01\n",
            "2 new, 0 changed, 0 filled in, 0 same",
            2,
        ),
        (
            "title,score,review,date\nEcho,4/5,Fine.,2012-01-01\nEcho,4/5,Fine.,2012-01-01\n",
            "2 new",
            2,
        ),
        ("title,critic,score,date\nEcho,Ann,4/5,2012-01-01\nEcho,Ann,4/5,2012-01-01\n", "2 new", 2),
        // Byline, words and date show it, and a note says so.
        (
            "title,critic,review,date\nEcho,Ann,Fine.,2012-01-01\nEcho,Ann,Fine.,2012-01-01\n",
            "1 new, 0 changed, 0 filled in, 1 same",
            1,
        ),
        (
            "title,critic,review,date\nEcho,Ann,Fine.,2012-01-01\nEcho,Ann,Fine.,2013-01-01\n",
            "2 new",
            2,
        ),
    ];
    for (number, (dump, said, reviews)) in (1..).zip(cases) {
        let db = format!("{number}.db");
        scratch.dump("table.csv", dump.as_bytes());
        let first = revdb(folder, &["--db", &db, "import", "table.csv"]);
        counts(&first, said);
        assert_eq!(
            first.contains("repeats an earlier one of this dump: line 3"),
            reviews == 1,
            "{first}"
        );
        // The same rows in other bytes, and one of them alone.
        scratch.dump("again.csv", format!("{dump}\n").as_bytes());
        scratch.dump(
            "one.csv",
            dump.lines().take(2).map(|l| format!("{l}\n")).collect::<String>().as_bytes(),
        );
        for name in ["again.csv", "one.csv"] {
            counts(
                &revdb(folder, &["--db", &db, "import", name]),
                ": 0 new, 0 changed, 0 filled in",
            );
        }
        let count =
            revdb(folder, &["--db", &db, "sql", "SELECT count(*) FROM reviews", "--format", "tsv"]);
        assert_eq!(count.lines().nth(1), Some(reviews.to_string().as_str()), "{dump}");
    }
}

#[test]
fn values_are_compared_independent_of_spelling() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let tables = [
        (
            "a.csv",
            "title,year,imdb_id,critic,score,date\nDull Rain,2014,tt0031381,Ann,3.5/4,2019-03-14\nTide,2001,tt0031382,Bo,4,2019-03-15\n",
        ),
        (
            "b.csv",
            "title;year;imdb_id;critic;score;date\nDull Rain (2014);;31381;Ann;3,50/4;14.03.2019\nTide;2001;0031382;Bo;4,0;15.03.2019\n",
        ),
    ];
    for (name, dump) in tables {
        scratch.dump(name, dump.as_bytes());
    }
    counts(&revdb(folder, &["import", "a.csv"]), "2 new");
    counts(&revdb(folder, &["import", "b.csv"]), "0 new, 0 changed, 0 filled in, 2 same");
    assert_eq!(rows(folder, "SELECT count(*) FROM work"), ["2"]);
}

#[test]
fn placeholders_are_empty_and_unreadable_dates_keep_the_review() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let dump = "title\tcritic\tscore\tdate\treview\n\
        Dull Rain\t\\N\t3/4\tNaT\tIt rains.\n\
        Tide\tNull\tn/a\t0000-00-00\tIt pours.\n\
        Echo\tAnn\t2/4\tsome day\tNone\n\
        Rope\tNone\t-\t2019-03-14\tDry.\n";
    scratch.dump("table.tsv", dump.as_bytes());
    let said = revdb(folder, &["import", "table.tsv"]);
    counts(&said, "4 new, 0 changed, 0 filled in, 0 same, 0 rejected");
    counts(&said, "table.tsv:4: the date some day");
    assert_eq!(
        rows(
            folder,
            "SELECT work, coalesce(byline, '-'), coalesce(date, '-'), coalesce(quote, '-') FROM reviews ORDER BY id"
        ),
        [
            "Dull Rain\t-\t-\tIt rains.",
            "Tide\tNull\t-\tIt pours.",
            "Echo\tAnn\t-\t-",
            "Rope\t-\t2019-03-14\tDry."
        ]
    );
}

const MARKS: &str = "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n";

fn marks(of: &[(u8, u8)]) -> String {
    let row = |(film, mark): &(u8, u8)| {
        format!("tt990010{film},{mark},2019-03-14,Film {film},,movie,7.4,,2019,,2100,,\n")
    };
    MARKS.to_owned() + &of.iter().map(row).collect::<String>()
}

#[test]
fn a_later_export_changes_an_accounts_mark_and_another_person_has_their_own() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("old.csv", marks(&[(1, 8), (2, 6)]).as_bytes());
    scratch.dump("new.csv", marks(&[(1, 9), (2, 6), (3, 7)]).as_bytes());
    counts(&revdb(folder, &["import", "old.csv"]), "2 new");
    counts(&revdb(folder, &["import", "new.csv"]), "1 new, 1 changed, 0 filled in, 1 same");
    assert_eq!(rows(folder, "SELECT score FROM reviews ORDER BY work"), ["90.0", "60.0", "70.0"]);
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    assert_eq!(rows(folder, "SELECT score FROM reviews ORDER BY work"), ["80.0", "60.0"]);
    scratch.dump("other.csv", marks(&[(1, 8), (2, 2)]).as_bytes());
    counts(&revdb(folder, &["import", "other.csv", "--by", "Bo Ash"]), "2 new");
    assert_eq!(
        rows(folder, "SELECT coalesce(critic, '-') FROM reviews ORDER BY id"),
        ["-", "-", "Bo Ash", "Bo Ash"]
    );
}

#[test]
fn only_profiles_define_standing_marks() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("p.toml", b"name = \"mine\"\naudience = \"user\"\n[fields]\ntitle = \"t\"\nquote = \"q\"\nid = { site = \"my ratings\", from = \"n\" }\n");
    scratch.dump("a.csv", b"t,q,n\nEcho,Fine.,1\nEcho,Dull.,2\n");
    counts(&revdb(folder, &["import", "a.csv", "--profile", "p.toml"]), "2 new");
}

#[test]
fn the_same_bytes_with_other_options_are_reread() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("table.csv", b"critic,score,review\nAnn,4,It rains.\nBo,2,It pours.\n");
    revdb(folder, &["import", "table.csv", "--title", "Table"]);
    let before =
        rows(folder, "SELECT work, audience, coalesce(score, '-') FROM reviews ORDER BY critic");
    counts(&revdb(folder, &["import", "table.csv", "--title", "Dull Rain"]), "0 new, 2 changed");
    counts(&revdb(folder, &["import", "table.csv", "--scale", "5"]), "0 new, 2 changed");
    assert_eq!(
        rows(folder, "SELECT work, score FROM reviews ORDER BY score"),
        ["Dull Rain\t40.0", "Dull Rain\t80.0"]
    );
    counts(&revdb(folder, &["import", "table.csv", "--audience", "user"]), "0 new, 2 changed");
    assert_eq!(rows(folder, "SELECT DISTINCT work, audience FROM reviews"), ["Dull Rain\tuser"]);
    // Earlier options remain in effect.
    counts(&revdb(folder, &["import", "table.csv"]), "2 same, 0 rejected; the same file as before");
    counts(&revdb(folder, &["import", "table.csv", "--scale", "5"]), "the same file as before");
    revdb(folder, &["check"]);
    // An option's effect is undone with its import.
    for (import, left) in [(3, "Dull Rain\tuser\t-"), (4, "Dull Rain\tcritic\t-")] {
        revdb(folder, &["imports", "undo", &import.to_string(), "--yes"]);
        if import == 3 {
            // Import 6 also set the scale.
            revdb(folder, &["imports", "undo", "6", "--yes"]);
        }
        let now = rows(folder, "SELECT DISTINCT work, audience, coalesce(score, '-') FROM reviews");
        assert_eq!(now, [left], "{import}");
    }
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    assert_eq!(
        rows(folder, "SELECT work, audience, coalesce(score, '-') FROM reviews ORDER BY critic"),
        before
    );
    revdb(folder, &["check"]);
}

#[test]
fn an_edited_profile_causes_a_reread() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    let profile = |byline: &str| {
        format!(
            "name = \"mine\"\naudience = \"critic\"\nscale = 5\n[fields]\ntitle = \"t\"\nbyline = \"{byline}\"\nscore = \"s\"\n"
        )
    };
    scratch.dump("a.csv", b"t,who,by,s\nEcho,Ann,Bo,4\n");
    scratch.dump("p.toml", profile("by").as_bytes());
    counts(&revdb(folder, &["import", "a.csv", "--profile", "p.toml"]), "1 new");
    counts(&revdb(folder, &["import", "a.csv", "--profile", "p.toml"]), "the same file as before");
    scratch.dump("p.toml", profile("who").as_bytes());
    counts(&revdb(folder, &["import", "a.csv", "--profile", "p.toml"]), "0 new, 1 changed");
    assert_eq!(rows(folder, "SELECT critic FROM reviews"), ["Ann"]);
    // The profile file is gone, but its text is in the archive.
    std::fs::remove_file(folder.join("p.toml")).expect("it was there");
    counts(&revdb(folder, &["imports", "renormalise"]), "as before");
}
