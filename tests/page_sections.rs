//! The shared page agrees with `revdb query`: each of its sections is the report of that name, run
//! in the same way, with any filters.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

/// The report sections: the heading's beginning (after the audience), and the report.
const PARTS: [(&str, &str); 5] = [
    ("positive, mixed and negative", "distribution"),
    ("score spread by", "score-spread"),
    ("reviews per", "reviews-per-week"),
    ("scores far from the rest", "outliers"),
    ("lenient and strict", "leniency"),
];

/// Generated with a fixed seed: six critics of eight works, some of them twice; other works by
/// users.
fn dump(is_of_users: bool) -> String {
    let mut state = 11_u64;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut csv = String::from("title,kind,critic,publication,date,score,quote\n");
    for id in 0..150 {
        let kind = ["movie", "game", "movie"][usize::try_from(draw(3)).unwrap()];
        let who = if is_of_users { format!("user{id}") } else { format!("Critic {}", draw(6)) };
        let score = if draw(9) == 0 { String::new() } else { format!("{}/100", draw(101)) };
        let words =
            ["a warm and bright film", "a dull and slow film"][usize::try_from(draw(2)).unwrap()];
        writeln!(
            csv,
            "Work {kind} {},{kind},{who},Paper {},20{:02}-0{}-1{},{score},{words} no {id}",
            draw(4),
            draw(3),
            10 + draw(4),
            1 + draw(9),
            draw(9)
        )
        .unwrap();
    }
    csv
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let done = Command::new(env!("CARGO_BIN_EXE_revdb"))
        .args(args)
        .current_dir(folder)
        .env_remove("REVDB_DB")
        .env("REVDB_REPORTS", folder)
        .output()
        .expect("revdb runs");
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    done
}

/// The rows of the first table in a part of a page with column names, except for values that the
/// page gives elsewhere; and the notes below.
fn rows_and_notes(html: &str) -> (Vec<String>, Vec<String>) {
    let inner = |html: &str, tag: &str| -> Vec<String> {
        let (opens, closes) = (format!("<{tag}"), format!("</{tag}>"));
        let cells = html.split(&opens).skip(1);
        let cells = cells.filter_map(|cell| cell.split_once('>')?.1.split(&closes).next());
        cells.map(str::to_owned).collect()
    };
    let part = |tag: &str| html.split(&format!("<{tag}>")).nth(1).unwrap_or_default();
    let heads = part("thead").split("</thead>").next().unwrap_or_default();
    let heads: Vec<String> = inner(heads, "th");
    let body = part("tbody").split("</tbody>").next().unwrap_or_default();
    let rows = body.split("</tr>").map(|row| inner(row, "td")).filter(|cells| !cells.is_empty());
    let told = rows.map(|cells| {
        let named = heads.iter().zip(cells);
        let named = named.filter(|(head, _)| !matches!(head.as_str(), "audience" | "work"));
        named.map(|(head, cell)| format!("{head}: {cell}")).collect::<Vec<_>>().join(" | ")
    });
    let rows = told.collect();
    let notes =
        html.split("<p class=\"note\">").skip(1).filter_map(|rest| rest.split("</p>").next());
    (rows, notes.map(str::to_owned).collect())
}

/// The report's name and its parameters besides the filters, derived from the heading.
fn asked(heading: &str) -> Option<Vec<String>> {
    let (who, what) = heading.split_once(": ")?;
    let (_, report) = PARTS.iter().find(|(beginning, _)| what.starts_with(beginning))?;
    let who = if who == "Critics" { "critic" } else { "user" };
    let mut args = vec![(*report).to_owned(), "--audience".to_owned(), who.to_owned()];
    if matches!(*report, "score-spread" | "reviews-per-week") {
        args.extend(["--by".to_owned(), heading.rsplit(' ').next()?.to_owned()]);
    }
    Some(args)
}

/// An archive with both audiences.
fn archive(folder: &Path) {
    for (name, who) in [("critics.csv", "critic"), ("users.csv", "user")] {
        std::fs::write(folder.join(name), dump(who == "user")).expect("a dump");
        run(folder, &["import", name, "--audience", who]);
    }
}

/// With both audiences, time is in order and their boxes are distinguishable.
#[test]
fn charts_of_both_audiences_are_in_order_and_distinguishable() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    archive(folder);
    let both = ["--audience", "all", "--chart"];
    let drawn = |args: &[&str]| {
        String::from_utf8(run(folder, &[&["query"], args, &both].concat()).stdout).expect("UTF-8")
    };
    let years = drawn(&["reviews-per-week", "--by", "year"]);
    let labels: Vec<&str> = years.lines().filter(|line| line.starts_with("20")).collect();
    assert!(labels.len() > 6 && labels.is_sorted_by_key(|line| &line[..4]), "{years}");
    let boxes = drawn(&["score-spread", "--by", "kind"]);
    assert!(boxes.contains("game (critic)") && boxes.contains("game (user)"), "{boxes}");
    let more = run(folder, &["search", "warm", "--limit", "1"]);
    let more = String::from_utf8_lossy(&more.stdout).into_owned();
    assert!(more.contains("; 1 is shown (--limit N, or all)"), "{more}");
}

/// One of the filters that match something in the archive, or none.
fn one_of(
    flag: &'static str,
    values: &'static [&'static str],
) -> impl Strategy<Value = Vec<String>> {
    let none = Just(Vec::new());
    let some = select(values).prop_map(move |value| vec![flag.to_owned(), value.to_owned()]);
    prop_oneof![3 => none, 1 => some]
}

fn filters() -> impl Strategy<Value = Vec<String>> {
    const CRITICS: &[&str] = &["critic 0", "critic 1", "critic 2", "=critic 5", "user1"];
    const SINCE: &[&str] = &["2010", "2010-07", "2011", "2011-03-12"];
    const UNTIL: &[&str] = &["2011-03-12", "2012", "2012-06", "2013-09-18"];
    (
        one_of("--critic", CRITICS),
        one_of("--critic", CRITICS),
        one_of("--not-critic", &["critic 3", "critic 4"]),
        one_of("--work", &["work game 1", "=work movie 2", "work movie"]),
        one_of("--publication", &["paper 1", "=paper 2"]),
        one_of("--audience", &["critic", "user", "all"]),
        one_of("--kind", &["game", "movie"]),
        one_of("--since", SINCE),
        one_of("--until", UNTIL),
        one_of("--min-score", &["0", "10", "50"]),
        one_of("--max-score", &["50", "70", "100"]),
        (
            one_of("--match", &["warm bright", "dull", "\"slow film\""]),
            one_of("--import", &["1", "2"]),
        ),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i, j, k, (l, m))| {
            [a, b, c, d, e, f, g, h, i, j, k, l, m].concat()
        })
}

/// The number of rows of the page that were compared with the sections' queries.
fn compared(folder: &Path, filter: &[&str]) -> usize {
    let mut rows = 0;
    run(folder, &[&["report", "-o", "page.html", "--force"], filter].concat());
    let page = std::fs::read_to_string(folder.join("page.html")).expect("the page");
    let mut sections = 0;
    for section in page.split("<h3").skip(1) {
        let section = section.split("</section>").next().unwrap_or_default();
        let heading = section.split_once('>').and_then(|(_, rest)| rest.split("</h3>").next());
        let Some(args) = heading.and_then(asked) else { continue };
        sections += 1;
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = ["--format", "html", "-o", "one.html", "--force"];
        // The heading names the audience.
        let at = filter.iter().position(|arg| *arg == "--audience").unwrap_or(filter.len());
        let others = [&filter[..at], filter.get(at + 2..).unwrap_or_default()].concat();
        run(folder, &[&["query"], &args[..], &others, &output].concat());
        let one = std::fs::read_to_string(folder.join("one.html")).expect("the report");
        let (of_page, notes) = rows_and_notes(section);
        let (of_query, their_notes) = rows_and_notes(&one);
        let first = &of_query[..of_query.len().min(of_page.len())];
        assert_eq!(of_page, first, "{args:?} {filter:?}");
        let unfolded = section.split("<details>").next().unwrap_or_default();
        assert!(section.contains("Rule: ") && !unfolded.contains("Rule: "), "{section}");
        assert!(of_page.len() >= of_query.len().min(40), "{args:?} {filter:?}");
        for note in their_notes.iter().filter(|note| !note.starts_with("left out by the filter")) {
            assert!(notes.contains(note), "{args:?} {filter:?}: {note}\nnot in {notes:#?}");
        }
        rows += of_page.len();
    }
    assert!([PARTS.len(), 2 * PARTS.len()].contains(&sections), "{filter:?}: {sections}");
    rows
}

#[test]
fn every_section_is_its_report_whatever_the_filters() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    archive(folder);
    let mut rows = compared(folder, &[]);
    let long = std::env::var_os("REVDB_LONG_TESTS").is_some();
    let config = ProptestConfig { cases: if long { 200 } else { 12 }, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&filters(), |filter| {
            let filter: Vec<&str> = filter.iter().map(String::as_str).collect();
            compared(folder, &filter);
            Ok(())
        })
        .unwrap();
    for filter in [&["--min-score", "50"][..], &["--max-score", "70", "--audience", "all"]] {
        rows += compared(folder, filter);
    }
    assert!(rows > 100, "{rows}");
}
