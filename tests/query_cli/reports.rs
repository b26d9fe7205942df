//! Built-in and user reports, with filters and parameters.

use crate::{Case, text};

/// `--sql` prints what revdb runs; the template runs unchanged.
#[test]
fn a_report_is_printed_and_the_template_runs() {
    let case = Case::new();
    let sql = text(&case.run(&["query", "top", "--min-reviews", "2", "--sql"]).stdout);
    assert!(sql.contains("\n.parameter set :min_reviews 2\n"), "{sql}");
    assert!(sql.contains(".parameter set :audience \"'critic'\"\n"), "{sql}");
    assert!(sql.contains("-- title = ") && sql.contains("SELECT"), "{sql}");
    let whole = text(&case.run(&["query", "top", "--m", "7", "--sql"]).stdout);
    assert!(
        whole.contains(".parameter set :m 7.0\n"),
        "an integer would be divided as one: {whole}"
    );
    let filtered = case.run(&["query", "top", "--sql", "--critic", "ann"]);
    assert!(filtered.status.code() == Some(2) && filtered.stdout.is_empty());
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
    let alone = [&asked[..], &["--not-publication", "Hill Gazette"]].concat();
    let rows = text(&case.run(&alone).stdout);
    assert_eq!(rows.lines().count(), 1, "who is left out is nobody's peer: {rows}");
}

#[test]
fn reports_run_with_filters_parameters_and_files() {
    let case = Case::new();
    let done =
        case.run(&["query", "score-spread", "--by", "work", "--since", "2012", "--format", "csv"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("Lantern"), "{}", text(&done.stdout));
    let own = "-- title = \"Mine\"\n-- summary = \"t\"\n-- rule = \"r\"\n-- [columns]\n-- n = \"int\"\n\
               SELECT count(*) AS n FROM filtered;\n";
    std::fs::write(case.path("mine.sql"), own).expect("a report");
    for args in [&["query", "mine"][..], &["query", "--report-file", "mine.sql"]] {
        let done = case.run(&[args, &["--critic", "ana", "--format", "csv"]].concat());
        assert_eq!(text(&done.stdout), "n\r\n2\r\n", "{}", text(&done.stderr));
    }
    assert!(text(&case.run(&["query", "--list"]).stdout).contains("mine"));
    assert!(text(&case.run(&["query", "score-spread", "--help"]).stdout).contains("--min-reviews"));
}

/// Six of ten reviews are from the first day: these are the early ones. By hand: (10 + … + 60) / 6
/// = 35, (70 + … + 100) / 4 = 85; variances 350 and 500 / 3, so se = sqrt(350 / 6 + 500 / 12) =
/// 10.
#[test]
fn the_first_day_is_early_even_if_it_is_more_than_half() {
    let case = Case::new();
    let row = |n: i32| {
        let day = (n - 4).max(1) - i32::from(n == 6);
        format!("Embargo,C{n},2012-01-0{day},{}/100\n", n * 10)
    };
    let dump = "title,critic,date,score\n".to_owned() + &(1..=10).map(row).collect::<String>();
    std::fs::write(case.path("embargo.csv"), dump).unwrap();
    assert!(case.run(&["import", "embargo.csv"]).status.success());
    let asked = ["query", "early-late", "--work", "=Embargo", "--format", "csv"];
    let rows = text(&case.run(&asked).stdout);
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(rows, ["Embargo,critic,6,35.0,4,85.0,50.0,10.0"]);
    let timing = text(&case.run(&["query", "timing", "--work", "=Embargo"]).stderr)
        + &text(&case.run(&["query", "timing", "--work", "=Embargo"]).stdout);
    assert!(timing.contains("late reviews are +50.00 points from early ones"), "{timing}");
}
