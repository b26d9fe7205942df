//! Likely first mistakes: each message says what is wrong and what to do, and nothing is changed.

use std::path::Path;
use std::process::Command;

const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Ana Björk,Harbour Post,2012-07-26,90/100,light and freedom\n\
    The Lantern,movie,Ben Okoro,Hill Gazette,2012-08,60/100,plain freedom\n";

/// Command line, exit code, and parts of the message.
type Mistake = (&'static [&'static str], i32, &'static [&'static str]);

#[rustfmt::skip]
static MISTAKES: &[Mistake] = &[
    // The wrong verb, or none.
    (&["dump.csv"], 2, &["has no command", "help: revdb import dump.csv"]),
    (&["quer"], 2, &["did you mean revdb query?"]),
    (&["outliers"], 2, &["help: it is a report: revdb query outliers"]),
    (&["list"], 2, &["help: revdb query"]),
    (&["undo", "1"], 2, &["help: revdb imports undo N"]),
    (&["version"], 2, &["help: revdb --version"]),
    (&["https://example.org/x"], 2, &["curl -L -o page.html", "revdb import page.html"]),
    (&["zzzz"], 2, &["revdb search \"zzzz\"", "revdb query --critic \"zzzz\""]),
    (&["generate", "completion", "bash"], 2, &["help: revdb generate completions"]),
    // The wrong order, and quotation marks removed by the shell.
    (&["query", "Björk"], 2, &["no report named", "revdb query --critic \"Björk\"", "revdb search"]),
    (&["query", "outlier"], 2, &["did you mean outliers?"]),
    (&["query", "--critic", "Ana", "Björk"], 2, &["quotation marks: --critic \"Ana Björk\""]),
    (&["query", "top", "--work", "The", "Lantern"], 2, &["quotation marks: --work \"The Lantern\""]),
    (&["sql", "select", "*", "from", "reviews"], 2, &["quotation marks: revdb sql \"SELECT ...\""]),
    (&["report", "outliers", "-o", "x.html"], 2, &["help: revdb query outliers"]),
    (&["export", "x.csv"], 2, &["help: revdb export -o x.csv"]),
    (&["formats", "dump.csv"], 2, &["help: revdb formats --explain dump.csv"]),
    (&["merge", "Ana", "Ben"], 2, &["WHAT cannot be \"Ana\"", "one of critic, work, publication"]),
    (&["search", "--match", "rain"], 2, &["without a flag: revdb search WORDS"]),
    // Missing arguments.
    (&["import"], 2, &["needs <PATH>", "help: revdb import"]),
    (&["report"], 2, &["needs --output", "help: revdb report -o page.html"]),
    (&["imports", "undo"], 2, &["needs <ID>", "help: revdb imports undo 3"]),
    (&["export", "--partition-by", "kind"], 2, &["needs --output", "help: revdb export --format parquet -o lake"]),
    (&["query", "outliers", "--dialect", "duckdb"], 2, &["needs --sql", "help: `revdb query outliers --help`"]),
    (&["correct", "12", "--date", "2012"], 2, &["needs --reason", "help: revdb correct 12 --date 2012-07-26"]),
    (&["query", "--critic"], 2, &["--critic needs NAME"]),
    (&["sql", ""], 2, &["there is no SELECT", "SELECT * FROM reviews"]),
    (&["query", "--match", ""], 2, &["no word to search for"]),
    // Files.
    (&["import", "*.zip"], 2, &["there is no file *.zip", "no file fits the pattern"]),
    (&["import", "dumb.csv"], 2, &["did you mean ./dump.csv?"]),
    (&["import", "nowhere/x.csv"], 2, &["there is no folder nowhere"]),
    (&["import", "https://example.org/a/film.html?x=1"], 2, &["reads files", "curl -L -o film.html"]),
    (&["formats", "--explain", "dumb.csv"], 2, &["no file dumb.csv", "did you mean ./dump.csv?"]),
    (&["settle", "dumb.csv"], 2, &["no file dumb.csv", "did you mean ./dump.csv?"]),
    (&["query", "-o", "nowhere/x.csv"], 1, &["cannot write nowhere/x.csv", "there is no folder nowhere", "make it"]),
    (&["report", "-o", "nowhere/x.html"], 1, &["there is no folder nowhere", "make it"]),
    (&["backup", "nowhere/x.db"], 1, &["there is no folder nowhere", "make it"]),
    (&["import", "empty"], 1, &["nothing to import", "`revdb formats`"]),
    (&["import", "dump.csv", "--format", "csv"], 2, &["no format of dumps", "leave it out"]),
    (&["query", "--db", "dump.csv"], 5, &["not a revdb archive", "`revdb import` reads dumps"]),
    (&["query", "--db", "nobodys.db"], 1, &["no archive at nobodys.db", "`revdb import PATH...`"]),
    (&["report", "-o", "page.pdf"], 2, &["a page is HTML", "-o page.html", "prints the page as PDF"]),
    (&["report", "-o", "page.csv"], 2, &["a page is HTML", "revdb query REPORT -o page.csv"]),
    (&["query", "-o", "x.docx"], 2, &["table, csv, tsv", "--format"]),
    (&["export", "-o", "dump.csv"], 1, &["exists already", "--force"]),
    // Values.
    (&["query", "--format", "xls"], 2, &["did you mean xlsx?", "it is one of table"]),
    (&["query", "--since", "yesterday"], 2, &["--since cannot be \"yesterday\"", "2012-07-26, 2012-07 or 2012"]),
    (&["query", "--since", "03/04/2012"], 2, &["which is the day", "2012-07-26"]),
    (&["query", "--since", "2013", "--until", "2012"], 2, &["nothing lies between", "--since is the earlier"]),
    (&["query", "--min-score", "4.5/5"], 2, &["0 to 100", "4.5/5 is 90 there"]),
    (&["query", "--limit", "-5"], 2, &["a number of rows", "such as 20"]),
    (&["query", "--kind", "symphony"], 2, &["it is one of movie, tv"]),
    (&["import", "dump.csv", "--year", "20x"], 2, &["a year of four digits", "2012"]),
    (&["import", "dump.csv", "--scale", "five"], 2, &["full marks as a number (10)"]),
    (&["show", "Björk"], 2, &["a review's number", "such as 12"]),
    (&["show", "999"], 1, &["no review 999", "`revdb query` lists the reviews"]),
    (&["imports", "undo", "9"], 1, &["no import 9", "`revdb imports` lists the imports"]),
    (&["imports", "dump", "9"], 1, &["no source 9", "--sources` lists the sources"]),
    (&["imports", "undo", "last"], 2, &["an import's number", "`revdb imports`"]),
    (&["query", "trend", "--by", "critc"], 2, &["one of year, critic; did you mean critic?"]),
    (&["query", "top", "--min-reviews", "many"], 2, &["no whole number, such as 5"]),
    (&["sql", "DELETE FROM reviews"], 2, &["sql only reads", "SELECT * FROM reviews"]),
    // Flags.
    (&["query", "--critics", "Ana"], 2, &["no flag --critics", "did you mean --critic?"]),
    (&["query", "--authors", "Ana"], 2, &["did you mean --author?"]),
    (&["query", "--reviewer", "Ana"], 2, &["did you mean --critic?"]),
    (&["query", "--genre", "slow", "cinema"], 2, &["quotation marks: --genre \"slow cinema\""]),
    (&["query", "-n", "5"], 2, &["did you mean --limit?"]),
    (&["query", "--year", "2012"], 2, &["--since 2013 --until 2013", "Title (2013)"]),
    (&["query", "--input-format", "csv"], 2, &["revdb import", "--format csv"]),
    (&["query", "outliers", "--min-review", "3"], 2, &["did you mean --min-reviews?"]),
    (&["query", "outliers", "--by", "critic"], 2, &["no parameter --by", "--method, --min-reviews"]),
    (&["query", "--chart"], 2, &["no report is named", "`revdb query --list`"]),
    (&["-v"], 2, &["help: revdb --version"]),
];

struct Case(tempfile::TempDir);

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
        std::fs::create_dir(folder.path().join("empty")).expect("a folder in it");
        let case = Case(folder);
        assert_eq!(case.run(&["import", "dump.csv"]).0, Some(0));
        case
    }

    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let done = Command::new(env!("CARGO_BIN_EXE_revdb"))
            .args(args)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("REVDB_DB")
            .env("REVDB_REPORTS", self.0.path())
            .current_dir(self.0.path())
            .output()
            .expect("revdb runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    }

    fn archive(&self) -> Vec<u8> {
        std::fs::read(Path::new(self.0.path()).join("reviews.db")).expect("an archive")
    }
}

#[test]
fn each_mistake_gets_a_message_and_advice() {
    let case = Case::new();
    let before = case.archive();
    let mut wrong = Vec::new();
    for (args, code, parts) in MISTAKES {
        let (ended, out, said) = case.run(args);
        let is_formed = said.contains("error: ") && said.contains("help: ");
        let is_told = parts.iter().all(|part| said.contains(part));
        if ended != Some(*code) || !out.is_empty() || !is_formed || !is_told {
            wrong.push(format!("revdb {}\n[{ended:?}]\n{out}{said}", args.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(case.archive() == before, "a mistake changed the archive");
}

#[test]
fn understandable_input_is_accepted() {
    let case = Case::new();
    for args in [
        &["query", "--kind", "films"][..],
        &["query", "--audience", "critics"],
        &["formats", "--explain", "dump.csv", "--audience", "critics"],
        &["query", "--format", "md"],
        &["query", "--format", "ndjson"],
        &["query", "--format", "CSV"],
        &["query", "--since", "July 2012"],
        &["query", "--since", "26.07.2012"],
        &["help", "outliers"],
        &["help", "query", "outliers"],
    ] {
        let (code, out, said) = case.run(args);
        assert!(code == Some(0) && !out.is_empty(), "{args:?}: {said}");
    }
}

/// A suggested flag is accepted by the report or verb that rejected the typed one.
#[test]
fn only_accepted_flags_are_suggested() {
    let case = Case::new();
    for asked in [
        &["query", "agreement"][..],
        &["query", "outliers"],
        &["query"],
        &["search", "freedom"],
        &["export"],
        &["report", "-o", "page.html", "--force"],
        &["show", "1"],
        &["imports"],
    ] {
        for flag in [
            "--critics", "--authr", "--weight", "--limitt", "--min-sharedd", "--sorted", "--title",
            "--bye",
        ] {
            let (_, _, said) = case.run(&[asked, &[flag]].concat());
            let Some((_, rest)) = said.split_once("did you mean ") else { continue };
            let offered = rest.split('?').next().unwrap_or_default();
            let (_, _, said) = case.run(&[asked, &[offered, "1"]].concat());
            assert!(
                !said.contains("has no flag") && !said.contains("has no parameter"),
                "{asked:?} {flag}: {offered}: {said}"
            );
        }
    }
}
