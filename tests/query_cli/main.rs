//! Queries on the command line: what is printed where, and the exit codes.

mod charts;
mod namesakes;
mod reports;
mod shown;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// An invented CSV with both audiences; the header tells who is who.
const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Ana Björk,Harbour Post,2012-07-26,90/100,It's a foo-bar of light and freedom\n\
    The Lantern,movie,Ben Okoro,Hill Gazette,2012-08,60/100,\"100% plain, and freedom too\"\n\
    Slow Tide,movie,Ana Björk,Harbour Post,2013,40/100,映画は長い\n\
    Slow Tide,movie,Cleo Marsh,,,,No score and no day\n";

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    /// An archive with the four reviews of [`DUMP`].
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
        let case = Case { folder };
        let done = case.run(&["import", "dump.csv"]);
        assert!(done.status.success(), "{}", text(&done.stderr));
        case
    }

    fn run(&self, args: &[&str]) -> Output {
        self.run_in("C.UTF-8", args)
    }

    fn run_in(&self, locale: &str, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_revdb"))
            .args(args)
            .env("LC_ALL", locale)
            .current_dir(self.folder.path())
            .env_remove("REVDB_DB")
            .env("REVDB_REPORTS", self.folder.path())
            .output()
            .expect("revdb runs")
    }

    /// The ids listed by `args`, in order.
    fn ids(&self, args: &[&str]) -> Vec<String> {
        let mut all = args.to_vec();
        all.extend(["--format", "csv"]);
        let done = self.run(&all);
        assert!(done.status.success(), "{args:?}: {}", text(&done.stderr));
        let lines = text(&done.stdout);
        lines.lines().skip(1).filter_map(|line| Some(line.split_once(',')?.0.to_owned())).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn filters_select_the_described_reviews() {
    let case = Case::new();
    let cases: &[(&[&str], &[&str])] = &[
        (&["query"], &["3", "2", "1", "4"]),
        (&["query", "--critic", "bjork"], &["3", "1"]),
        (&["query", "--critic", "BJÖRK", "--work", "lantern"], &["1"]),
        (&["query", "--critic", "ana", "--critic", "cleo"], &["3", "1", "4"]),
        (&["query", "--critic", "%"], &[]),
        (&["query", "--publication", "hill"], &["2"]),
        // Partial dates pass if the periods overlap; the undated one does not.
        (&["query", "--since", "2012-08-15"], &["3", "2"]),
        (&["query", "--until", "2012"], &["2", "1"]),
        (&["query", "--since", "2012-07", "--until", "2012-07"], &["1"]),
        (&["query", "--min-score", "60"], &["2", "1"]),
        (&["query", "--max-score", "60"], &["3", "2"]),
        (&["query", "--match", "freedom"], &["2", "1"]),
        (&["query", "--match", "it's foo-bar"], &["1"]),
        (&["query", "--match", "\"light and\""], &["1"]),
        (&["query", "--match", "映画"], &["3"]),
        (&["query", "--match", "free* NOT light", "--fts"], &["2"]),
        (&["query", "--kind", "book"], &[]),
        (&["query", "--import", "1", "--match", "freedom", "--critic", "ben"], &["2"]),
        (&["query", "--audience", "user"], &[]),
        (&["query", "--sort", "score", "--limit", "1"], &["1"]),
        (&["query", "--sort", "id", "--reverse"], &["4", "3", "2", "1"]),
        (&["query", "--sort", "-id"], &["4", "3", "2", "1"]),
        (&["query", "--sort", "-score", "--limit", "1"], &["3"]),
        (&["search", "freedom", "--sort", "-score"], &["2", "1"]),
        (&["search", "freedom", "--sort", "date"], &["2", "1"]),
        (&["query", "--sort=-critic"], &["4", "2", "3", "1"]),
        (&["export"], &["1", "2", "3", "4"]),
        (&["export", "--sort", "score", "--limit", "2"], &["1", "2"]),
        (&["export", "--sort", "date", "--reverse"], &["1", "2", "3", "4"]),
        (&["export", "--critic", "cleo"], &["4"]),
        (&["search", "長い"], &["3"]),
        (&["search", "light", "freedom"], &["1"]),
        (&["search", "freedom", "--max-score", "60"], &["2"]),
    ];
    for (args, ids) in cases {
        assert_eq!(case.ids(args), *ids, "{args:?}");
    }
}

#[test]
fn similar_names_are_suggested_on_stderr() {
    let case = Case::new();
    let done = case.run(&["query", "--critic", "Bjark"]);
    assert_eq!(done.status.code(), Some(0));
    assert!(text(&done.stderr).contains("did you mean Ana Björk?"), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("no rows"));
    let done = case.run(&["query", "--critic", "Bjark", "--fail-if-none"]);
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn an_empty_result_is_explained() {
    let case = Case::new();
    let told = text(&case.run(&["search", "freedom", "zebra"]).stderr);
    assert!(told.contains("fewer words find more"), "{told}");
    let told = text(&case.run(&["query", "--match", "light", "--critic", "ben"]).stderr);
    assert!(told.contains("leave one of them out"), "{told}");
    assert!(case.run(&["imports", "undo", "1", "--yes"]).status.success());
    for args in [&["search", "freedom"][..], &["query", "--kind", "movie"], &["query"]] {
        let told = text(&case.run(args).stderr);
        assert!(told.contains("the archive holds no reviews"), "{args:?}: {told}");
        assert!(!told.contains("leave"), "{args:?}: {told}");
    }
}

#[test]
fn any_search_text_is_accepted() {
    let case = Case::new();
    for words in
        ["it's", "foo-bar", "\"unbalanced", "AND", "*", "NEAR(", "👍", "映画", "a:b", "^x", "\\"]
    {
        let done = case.run(&["search", "--", words]);
        assert_eq!(done.status.code(), Some(0), "{words}: {}", text(&done.stderr));
    }
}

#[test]
fn usage_errors_exit_with_2() {
    let case = Case::new();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["query", "score-spred"], 2, "did you mean score-spread"),
        (&["query", "score-spread", "--by", "moon"], 2, "not one of"),
        (&["query", "--report-file", "none.sql"], 2, "none.sql"),
        (&["query", "--report-file", "."], 2, "a folder"),
        (&["query", "top", "--sql", "--limit", "1"], 2, "--limit"),
        (&["query", "top", "--sql", "--sort", "n"], 2, "--sort"),
        (&["query", "top", "--sql", "--format", "csv"], 2, "--format"),
        (&["query", "top", "--sql", "--verify"], 2, "--verify"),
        (&["import", "dump.csv", "--map", "colour=title"], 2, "the fields are: title"),
        (&["query", "--by", "work"], 2, "--by needs a report"),
        (&["query", "--since", "yesterday"], 2, "a day, a month or a year"),
        (&["query", "--match", "a(", "--fts"], 2, "full-text query"),
        (&["query", "--sort", "colour"], 2, "cannot be sorted"),
        (&["query", "-o", "x.docx"], 2, "--format"),
        (&["query", "--import", "9"], 1, "no import 9"),
        (&["imports", "rejects", "7"], 1, "no import 7"),
        (&["import", "dump.csv", "--db", "nowhere/x.db"], 1, "there is no folder nowhere"),
        (&["query", "--critic", ""], 2, "--critic"),
        (&["query", "agreement", "--critic", " "], 2, "--critic"),
        (&["export", "--work="], 2, "--work"),
        (&["query", "--limit", "-1"], 2, "a number of rows"),
        (&["search", "x", "--limit", "many"], 2, "a number of rows"),
        (&["export", "--sort", "-colour"], 2, "cannot be sorted by colour"),
        (&["show", "99"], 1, "no review 99"),
        (&["sql", "DELETE FROM review"], 2, "only reads"),
        (&["sql", "ATTACH 'y' AS z"], 2, "not allowed"),
        (&["sql", "PRAGMA user_version = 3"], 2, "not allowed"),
        (&["sql", "SELECT load_extension('x')"], 2, ""),
        (&["sql", "SELECT 1; SELECT 2"], 2, "more than one"),
        (&["query", "top", "--min-reviews", "-1"], 2, "-1 is below 1"),
        (&["--db", "none.db", "query"], 1, "there is no archive"),
        (&["--db", "dump.csv", "query"], 5, "not a revdb archive"),
    ];
    for (args, code, words) in cases {
        let done = case.run(args);
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(*code), "{args:?}: {said}");
        assert!(said.starts_with("error: ") && said.contains(words), "{args:?}: {said}");
    }
    assert!(!case.path("none.db").exists());
}

/// Columns are in the order of `revdb_store::columns`, 2^22 numbers apart.
#[test]
fn damaged_columns_exit_with_4() {
    let cases: &[(&str, &[&[&str]])] = &[
        (
            "DELETE FROM review_column",
            &[
                &["query"],
                &["query", "--critic", "ana"],
                &["export"],
                &["query", "top"],
                &["query", "quality"],
            ],
        ),
        (
            "DELETE FROM review_column WHERE id = 2 << 22",
            &[&["query", "quality"], &["query", "agreement"]],
        ),
        (
            "UPDATE review_column SET bytes = CAST(x'ffffffffffffffff' || substr(bytes, 9) AS BLOB) WHERE id > 0 AND id < 5 << 22",
            &[
                &["query", "top"],
                &["query", "reviews-per-week"],
                &["query", "timing"],
                &["report", "-o", "page.html"],
            ],
        ),
        (
            "INSERT INTO review (id, work_id, audience, hash) VALUES (1099511627776, 1, 'critic', 0)",
            &[&["query"], &["export"], &["query", "score-spread"]],
        ),
    ];
    for (damage, asked) in cases {
        let case = Case::new();
        let archive = rusqlite::Connection::open(case.path("reviews.db")).expect("an archive");
        archive.execute(damage, []).expect(damage);
        drop(archive);
        for args in asked.iter().chain([&&["check"][..]]) {
            let done = case.run(args);
            assert_eq!(done.status.code(), Some(4), "{damage}, {args:?}: {}", text(&done.stderr));
        }
        assert!(!case.path("page.html").exists());
    }
}

#[test]
fn undecidable_reviews_are_counted() {
    let case = Case::new();
    std::fs::write(case.path("more.csv"), "title,kind,critic,publication,date,score,quote\nFog,movie,Ana Björk,Harbour Post,2014-01-01,,No mark\n").expect("a dump");
    assert!(case.run(&["import", "more.csv"]).status.success());
    let cases: &[(&[&str], &str)] = &[
        (&["query", "--since", "2012"], "left out by the filter: 1 undated\n"),
        (&["query", "--max-score", "100"], "left out by the filter: 2 unscored\n"),
        (
            &["query", "--since", "2012", "--min-score", "50"],
            "left out by the filter: 1 unscored, 1 neither dated nor scored\n",
        ),
        (&["search", "no", "--until", "2020"], "left out by the filter: 1 undated\n"),
        (&["export", "--since", "2012"], "left out by the filter: 1 undated\n"),
        (&["query", "score-spread", "--since", "2012"], "left out by the filter: 1 undated\n"),
        (
            &["query", "--limit", "2"],
            "5 reviews: 5 by critics, 0 by users; 2 are shown (--limit N, or all)\n",
        ),
    ];
    for (args, words) in cases {
        let said = text(&case.run(args).stdout);
        assert!(said.contains(words), "{args:?}: {said}");
    }
    for args in [
        &["query"][..],
        &["query", "--critic", "ben", "--since", "2012"],
        &["query", "--limit", "5"],
    ] {
        let said = text(&case.run(args).stdout);
        assert!(!said.contains("left out") && !said.contains("there are more"), "{args:?}: {said}");
    }
}
