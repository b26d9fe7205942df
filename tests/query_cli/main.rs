//! Asking an archive from the command line: what is printed where, and the exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A page-like CSV, invented, with both audiences left to the header's words.
const DUMP: &str = "title,kind,critic,publication,date,score,quote\n\
    The Lantern,movie,Ana Björk,Harbour Post,2012-07-26,90/100,It's a foo-bar of light and freedom\n\
    The Lantern,movie,Ben Okoro,Hill Gazette,2012-08,60/100,\"100% plain, and freedom too\"\n\
    Slow Tide,movie,Ana Björk,Harbour Post,2013,40/100,映画は長い\n\
    Slow Tide,movie,Cleo Marsh,,,,No score and no day\n";

/// Of one critic, in years enough for a line.
const YEARS: &str = "title,kind,critic,date,score\n\
    Old Mill,movie,Dana Fjord,2010-01-01,90/100\n\
    New Mill,movie,Dana Fjord,2011-01-01,60/100\n\
    Last Mill,movie,Dana Fjord,2012-01-01,30/100\n";

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

    /// The ids that `args` list, in their order.
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
fn filters_leave_what_they_say() {
    let case = Case::new();
    let cases: &[(&[&str], &[&str])] = &[
        (&["query"], &["3", "2", "1", "4"]),
        (&["query", "--critic", "bjork"], &["3", "1"]),
        (&["query", "--critic", "BJÖRK", "--work", "lantern"], &["1"]),
        (&["query", "--critic", "ana", "--critic", "cleo"], &["3", "1", "4"]),
        (&["query", "--critic", "%"], &[]),
        (&["query", "--publication", "hill"], &["2"]),
        // Partial dates are inside where the periods overlap; the undated one is not.
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
fn a_near_name_is_offered_on_stderr_and_nothing_is_listed() {
    let case = Case::new();
    let done = case.run(&["query", "--critic", "Bjark"]);
    assert_eq!(done.status.code(), Some(0));
    assert!(text(&done.stderr).contains("did you mean Ana Björk?"), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("no rows"));
    let done = case.run(&["query", "--critic", "Bjark", "--fail-if-none"]);
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn whatever_is_searched_for_is_no_error() {
    let case = Case::new();
    for words in
        ["it's", "foo-bar", "\"unbalanced", "AND", "*", "NEAR(", "👍", "映画", "a:b", "^x", "\\"]
    {
        let done = case.run(&["search", "--", words]);
        assert_eq!(done.status.code(), Some(0), "{words}: {}", text(&done.stderr));
    }
}

#[test]
fn wrong_use_is_exit_2_and_says_so() {
    let case = Case::new();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["query", "score-spred"], 2, "did you mean score-spread"),
        (&["query", "score-spread", "--by", "moon"], 2, "not one of"),
        (&["query", "--by", "work"], 2, "no report is named"),
        (&["query", "--since", "yesterday"], 2, "a day, a month or a year"),
        (&["query", "--match", "a(", "--fts"], 2, "full-text query"),
        (&["query", "--sort", "colour"], 2, "cannot be sorted"),
        (&["query", "-o", "x.docx"], 2, "--format"),
        (&["query", "--import", "9"], 1, "no import 9"),
        (&["imports", "rejects", "7"], 1, "no import 7"),
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

/// Columns are in the order of `archive::columns`, 2^22 numbers apart.
#[test]
fn damaged_columns_end_with_4_and_never_with_an_empty_answer() {
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
fn what_a_filter_cannot_judge_is_counted() {
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

#[test]
fn a_locale_without_unicode_gets_ascii_lines_and_untouched_data() {
    let case = Case::new();
    for locale in ["C", "POSIX", "de_DE.ISO-8859-1"] {
        let table = text(&case.run_in(locale, &["query", "--critic", "ana"]).stdout);
        assert!(
            !table.contains('─') && table.contains("---") && table.contains("Björk"),
            "{table}"
        );
    }
    assert!(text(&case.run_in("de_DE.utf8", &["query"]).stdout).contains('─'));
}

#[test]
fn people_get_headings_and_programs_get_names() {
    let case = Case::new();
    for (format, name) in [
        ("table", "score text"),
        ("markdown", "score text"),
        ("html", "score text"),
        ("csv", "score_text"),
        ("tsv", "score_text"),
        ("json", "score_text"),
        ("jsonl", "score_text"),
    ] {
        let shown = text(&case.run(&["export", "--format", format]).stdout);
        assert!(shown.contains(name), "{format}: {shown}");
    }
    let first = |sort: &str| {
        let rows =
            text(&case.run(&["query", "distribution", "--sort", sort, "--format", "csv"]).stdout);
        rows.lines().nth(1).unwrap_or_default().to_owned()
    };
    assert!(first("n").starts_with("The Lantern") && first("-n").starts_with("Slow Tide"));
    // A report is sorted by either of a column's names, whatever the output.
    for sort in ["first_year", "first year", "-subject", "critic"] {
        for format in ["table", "csv"] {
            let done =
                case.run(&["query", "trend", "--by", "critic", "--sort", sort, "--format", format]);
            assert_eq!(done.status.code(), Some(0), "{sort} {format}: {}", text(&done.stderr));
        }
    }
}

/// What `--sql` prints is what revdb runs; a model runs as it is written.
#[test]
fn a_report_is_printed_and_a_model_of_one_runs() {
    let case = Case::new();
    let sql = text(&case.run(&["query", "top", "--min-reviews", "2", "--sql"]).stdout);
    assert!(sql.contains("\n.parameter set :min_reviews 2\n"), "{sql}");
    assert!(sql.contains(".parameter set :audience \"'critic'\"\n"), "{sql}");
    assert!(sql.contains("-- title = ") && sql.contains("SELECT"), "{sql}");
    let made = case.run(&["generate", "report", "my-own"]);
    assert!(made.status.success() && case.path("my-own.sql").exists(), "{}", text(&made.stderr));
    let rows =
        text(&case.run(&["query", "my-own", "--min-reviews", "1", "--format", "csv"]).stdout);
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(
        rows,
        [
            "name,audience,n,mean,positive",
            "The Lantern,critic,2,75.0,50.0",
            "Slow Tide,critic,1,40.0,0.0"
        ]
    );
    let help = text(&case.run(&["query", "my-own", "--help"]).stdout);
    assert!(help.contains("Columns:") && help.contains("what the reviews are of"), "{help}");
    assert!(!text(&case.run(&["query", "my-own", "-h"]).stdout).contains("Columns:"));
    assert_eq!(case.run(&["generate", "report", "my-own"]).status.code(), Some(1));
    assert_eq!(case.run(&["generate", "report", "../x"]).status.code(), Some(2));
}

/// `--quiet` leaves the rows and what went wrong.
#[test]
fn quiet_is_rows_and_errors() {
    let case = Case::new();
    let done = case.run(&["query", "top", "--min-reviews", "1", "-q"]);
    let rows = text(&done.stdout);
    assert!(rows.starts_with("work") && rows.lines().count() == 4, "{rows}");
    let none = case.run(&["query", "--critic", "nobody", "--quiet"]);
    assert_eq!((text(&none.stdout).as_str(), text(&none.stderr).as_str()), ("no rows\n", ""));
    let wrong = text(&case.run(&["query", "nothing", "-q"]).stderr);
    assert!(wrong.contains("error: ") && wrong.contains("help: "), "{wrong}");
    let help = text(&case.run(&["import", "--help"]).stdout);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["A- 91", "F+ 8", "possible values: movie, tv", "--input-format"] {
        assert!(help.contains(part), "{part}: {help}");
    }
    let import = case.run(&["import", "dump.csv", "-q"]);
    assert_eq!(text(&import.stderr), "");
}

/// What is the same in every row is told once, but for whoever named the columns.
#[test]
fn a_column_of_one_word_stands_above_the_table() {
    let case = Case::new();
    let listed = text(&case.run(&["query", "--critic", "ana"]).stdout);
    assert!(listed.contains("in every row: audience: critic · critic: Ana Björk"), "{listed}");
    assert!(!listed.contains("audience  critic"), "{listed}");
    let asked = text(&case.run(&["sql", "SELECT audience FROM reviews"]).stdout);
    assert!(asked.starts_with("audience\n"), "{asked}");
    for format in ["csv", "json", "markdown"] {
        let data = text(&case.run(&["query", "--critic", "ana", "--format", format]).stdout);
        assert!(data.contains("audience") && !data.contains("in every row"), "{data}");
    }
}

/// The rule is a line, and with `--rule` all of it, with the columns.
#[test]
fn a_rule_is_one_line_until_it_is_asked_for() {
    let case = Case::new();
    let asked = ["query", "top", "--min-reviews", "1"];
    let short = text(&case.run(&asked).stdout);
    assert!(short.contains("(--rule has the whole)") && !short.contains("Source: "), "{short}");
    let whole = text(&case.run(&[&asked[..], &["--rule"]].concat()).stdout);
    assert!(whole.contains("Source: ") && whole.contains("Columns: "), "{whole}");
    let cut = text(&case.run(&[&asked[..], &["--limit", "1"]].concat()).stdout);
    assert!(cut.contains("1 more rows: --limit 1 ends here"), "{cut}");
}

#[test]
fn publications_lean_as_critics_do() {
    let case = Case::new();
    let asked =
        ["query", "leniency", "--by", "publication", "--min-reviews", "1", "--format", "csv"];
    let rows = text(&case.run(&asked).stdout);
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(
        rows,
        ["Harbour Post,critic,1,30.0,,90.0,60.0", "Hill Gazette,critic,1,-30.0,,60.0,90.0"]
    );
}

/// A picture of ninety years of weeks tells nothing: it is drawn by year, and says so.
#[test]
fn a_chart_of_too_many_weeks_takes_years() {
    let case = Case::new();
    std::fs::write(case.path("years.csv"), YEARS.replace("2010-01-01", "1930-01-01"))
        .expect("a dump");
    assert!(case.run(&["import", "years.csv"]).status.success());
    let drawn = text(&case.run(&["query", "reviews-per-week", "--chart"]).stdout);
    assert!(drawn.contains("by year: by week there would be more than 105"), "{drawn}");
    let typed = text(&case.run(&["query", "reviews-per-week", "--by", "month", "--chart"]).stdout);
    assert!(!typed.contains("by week there would"), "{typed}");
    let scores =
        |more: &[&str]| text(&case.run(&[&["query", "trend", "--chart"], more].concat()).stdout);
    assert!(scores(&[]).lines().any(|line| line.starts_with("100 ")), "{}", scores(&[]));
    assert!(!scores(&["--fit"]).lines().any(|line| line.starts_with("100 ")));
}

/// Each verb says in its long help what to type, and in its short one less.
#[test]
fn every_verb_has_examples_and_a_short_help() {
    let case = Case::new();
    let whole = text(&case.run(&["--help"]).stdout);
    let verbs = whole.lines().skip_while(|line| *line != "Start here:");
    let verbs = verbs.take_while(|line| !line.contains("--db"));
    let verbs: Vec<&str> =
        verbs.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    for line in whole.lines().skip_while(|line| *line != "Start here:") {
        assert!(line.chars().count() <= 80 || line.contains("[default"), "{line}");
    }
    assert!(verbs.len() > 12 && whole.contains("Ask:") && whole.contains("Keep:"), "{whole}");
    for verb in verbs {
        let long = text(&case.run(&[verb, "--help"]).stdout);
        let short = text(&case.run(&[verb, "-h"]).stdout);
        assert!(long.contains("Examples:") && long.contains(&format!("revdb {verb}")), "{long}");
        assert!(!short.contains("Examples:") && short.len() < long.len(), "{verb}");
    }
}

#[test]
fn noise_of_binary_arithmetic_is_not_printed() {
    let case = Case::new();
    let asked = "SELECT 0.1 + 0.2 AS sum, 90.1 - 90 AS difference, 2.0 / 3 AS third";
    for (format, wanted) in [
        ("csv", "0.3,0.1,0.6666666666666666"),
        ("jsonl", "{\"sum\":0.3,\"difference\":0.1,\"third\":0.6666666666666666}"),
    ] {
        let printed = text(&case.run(&["sql", asked, "--format", format]).stdout);
        assert!(printed.contains(wanted), "{printed}");
    }
}

#[test]
fn trend_draws_years_as_a_line_and_critics_as_slopes() {
    let case = Case::new();
    let by_year = case.run(&["query", "trend", "--chart"]);
    assert!(!text(&by_year.stdout).contains("on the fitted line"), "{}", text(&by_year.stdout));
    std::fs::write(case.path("years.csv"), YEARS).expect("a dump");
    assert!(case.run(&["import", "years.csv"]).status.success());
    let asked = ["query", "trend", "--by", "critic", "--min-reviews", "1"];
    let by_critic = text(&case.run(&[&asked[..], &["--chart"]].concat()).stdout);
    let line = by_critic.lines().find(|line| line.starts_with("Dana Fjord")).unwrap_or_default();
    assert!(line.contains("<-") && line.ends_with("2010-2012 -60.0"), "{by_critic}");
    assert!(by_critic.contains("2 rows have no number to draw"), "{by_critic}");
    assert!(!by_critic.contains(['│', '─', '•']), "{by_critic}");
    let svg = case.run(&[&asked[..], &["--format", "svg"]].concat());
    let svg = text(&svg.stdout);
    for word in ["Dana Fjord -60.0", "2010", "2012", "falls", "on the fitted line"] {
        assert!(svg.contains(word), "{word}: {svg}");
    }
    // Ten reviews at least, where nobody says otherwise.
    let few = case.run(&["query", "trend", "--by", "critic"]);
    assert!(!text(&few.stdout).contains("Dana Fjord"), "{}", text(&few.stdout));
    let told = text(&few.stderr);
    assert!(told.contains("--min-reviews 1"), "{told}");
}

#[test]
fn reports_run_with_filters_parameters_and_files() {
    let case = Case::new();
    let done =
        case.run(&["query", "score-spread", "--by", "work", "--since", "2012", "--format", "csv"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("Lantern"), "{}", text(&done.stdout));
    let own = "-- title = \"Mine\"\n-- tells = \"t\"\n-- rule = \"r\"\n-- [columns]\n-- n = \"int\"\n\
               SELECT count(*) AS n FROM filtered;\n";
    std::fs::write(case.path("mine.sql"), own).expect("a report");
    for args in [&["query", "mine"][..], &["query", "--report-file", "mine.sql"]] {
        let done = case.run(&[args, &["--critic", "ana", "--format", "csv"]].concat());
        assert_eq!(text(&done.stdout), "n\r\n2\r\n", "{}", text(&done.stderr));
    }
    assert!(text(&case.run(&["query", "--list"]).stdout).contains("mine"));
    assert!(text(&case.run(&["query", "score-spread", "--help"]).stdout).contains("--min-reviews"));
}
