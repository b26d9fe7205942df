//! Charts in the terminal and as SVG.

use crate::{Case, text};

/// One critic, with enough years for a line.
const YEARS: &str = "title,kind,critic,date,score\n\
    Old Mill,movie,Dana Fjord,2010-01-01,90/100\n\
    New Mill,movie,Dana Fjord,2011-01-01,60/100\n\
    Last Mill,movie,Dana Fjord,2012-01-01,30/100\n";

/// A chart of ninety years by week is useless: it is drawn by year, and says so.
#[test]
fn a_chart_of_too_many_weeks_uses_years() {
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
    // At least ten reviews by default.
    let few = case.run(&["query", "trend", "--by", "critic"]);
    assert!(!text(&few.stdout).contains("Dana Fjord"), "{}", text(&few.stdout));
    let told = text(&few.stderr);
    assert!(told.contains("--min-reviews 1"), "{told}");
}
