//! Works that share title and year have distinct labels in reports.

use crate::{Case, text};

/// Title, kind, year, director, critic and score of one review.
type Row =
    (&'static str, Option<&'static str>, Option<i32>, Option<&'static str>, &'static str, i32);

const REVIEWS: [Row; 9] = [
    ("Rain", Some("movie"), Some(2012), None, "Ann", 50),
    ("Rain", Some("game"), Some(2012), None, "Bea", 90),
    ("Rain", Some("movie"), Some(2015), None, "Dov", 10),
    ("Tide", Some("movie"), Some(2014), Some("Pia Holm"), "Ann", 20),
    ("Tide", Some("movie"), Some(2014), Some("Olaf Berg"), "Bea", 80),
    ("Fog", None, None, None, "Ann", 30),
    ("Fog", Some("book"), None, None, "Bea", 70),
    ("Fog", Some("album"), None, None, "Cem", 60),
    ("Snow", Some("movie"), Some(2012), None, "Ann", 40),
];

fn case() -> Case {
    let case = Case::new();
    let line = |(work, kind, year, directors, critic, score): Row| {
        let review = serde_json::json!({
            "id": 1, "work": work, "kind": kind, "year": year, "audience": "critic",
            "critic": critic, "byline": critic, "publication": null, "date": null,
            "score": score, "score_text": format!("{score}/100"),
            "quote": format!("{score} drops"), "url": null, "directors": directors,
        });
        format!("{review}\n")
    };
    std::fs::write(case.path("namesakes.jsonl"), REVIEWS.map(line).concat()).expect("a dump");
    let done = case.run(&["--db", "namesakes.db", "import", "namesakes.jsonl"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    case
}

fn first_cells(case: &Case, args: &[&str]) -> Vec<String> {
    let all = [&["--db", "namesakes.db"], args, &["--format", "csv"]].concat();
    let done = case.run(&all);
    assert!(done.status.success(), "{args:?}: {}", text(&done.stderr));
    let cell = |line: &str| match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
        None => line.split(',').next().unwrap_or_default().to_owned(),
    };
    text(&done.stdout).lines().skip(1).map(cell).collect()
}

#[test]
fn labels_in_a_report_are_distinct() {
    let case = case();
    let expected = [
        "Fog",
        "Fog, album",
        "Fog, book",
        "Rain (2012), game",
        "Rain (2012), movie",
        "Rain (2015)",
        "Snow (2012)",
        "Tide (2014), movie, Olaf Berg",
        "Tide (2014), movie, Pia Holm",
    ];
    for report in [
        &["query", "score-spread", "--by", "work"][..],
        &["query", "distribution"],
        &["query", "top", "--min-reviews", "1"],
    ] {
        let mut names = first_cells(&case, report);
        names.sort();
        assert_eq!(names, expected, "{report:?}");
    }
}

#[test]
fn a_filter_accepts_the_label_that_a_report_prints() {
    let case = case();
    for (asked, critics) in [
        ("Rain (2012), game", &["Bea"][..]),
        ("=rain (2012), MOVIE", &["Ann"]),
        ("Tide (2014), movie, Olaf Berg", &["Bea"]),
        ("Fog, album", &["Cem"]),
        ("Rain (2012)", &["Ann", "Bea"]),
        ("Rain (2015)", &["Dov"]),
        ("=Rain", &["Ann", "Bea", "Dov"]),
        ("Fog", &["Ann", "Bea", "Cem"]),
        ("Snow (2012)", &["Ann"]),
    ] {
        let args = ["query", "--work", asked, "--columns", "critic", "--sort", "critic"];
        assert_eq!(first_cells(&case, &args), critics, "{asked}");
    }
    let args = ["--db", "namesakes.db", "query", "--work", "Rain (2012)"];
    let said = text(&case.run(&args).stderr);
    assert!(said.contains("Rain (2012), movie, Rain (2012), game"), "{said}");
}
