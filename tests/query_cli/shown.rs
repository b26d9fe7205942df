//! How rows, rules and help are printed, for people and for programs.

use crate::{Case, text};

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
    // A report is sorted by either name of a column, in every output.
    for sort in ["first_year", "first year", "-subject", "critic"] {
        for format in ["table", "csv"] {
            let done =
                case.run(&["query", "trend", "--by", "critic", "--sort", sort, "--format", format]);
            assert_eq!(done.status.code(), Some(0), "{sort} {format}: {}", text(&done.stderr));
        }
    }
}

/// `--quiet` prints only rows and errors.
#[test]
fn quiet_prints_only_rows_and_errors() {
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

/// Every command reports the files it writes, on stderr.
#[test]
fn a_written_file_is_said() {
    let case = Case::new();
    for (args, wrote) in [
        (&["query", "-o", "a.csv"][..], "note: wrote 4 rows to a.csv\n"),
        (&["export", "-o", "a.jsonl"], "note: wrote 4 rows to a.jsonl\n"),
        (&["sql", "SELECT 1", "-o", "a.md"], "note: wrote 1 row to a.md\n"),
        (&["report", "-o", "a.html"], "note: wrote the page to a.html\n"),
        (&["imports", "dump", "1", "-o", "a.txt"], "bytes to a.txt\n"),
        (&["generate", "man", "--dir", "man"], "pages to man\n"),
        (
            &["export", "--partition-by", "kind", "--format", "csv", "-o", "lake"],
            "note: wrote 1 file to lake\n",
        ),
        (
            &["formats", "--explain", "dump.csv", "--save-profile", "a.toml"],
            "the profile to a.toml\n",
        ),
    ] {
        let done = case.run(args);
        let (out, said) = (text(&done.stdout), text(&done.stderr));
        assert!(
            done.status.success() && out.is_empty() && said.ends_with(wrote),
            "{args:?}: {said}"
        );
    }
    for quiet in [
        &["query", "-q", "-o", "b.csv"][..],
        &["report", "-q", "-o", "b.html"],
        &["export", "--format", "csv", "-o", "/dev/null"],
    ] {
        assert_eq!(text(&case.run(quiet).stderr), "", "{quiet:?}");
    }
}

/// A constant column is printed once, unless the user named the columns.
#[test]
fn a_constant_column_is_printed_once() {
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

/// The rule is one line; `--rule` prints all of it, with the columns.
#[test]
fn a_rule_is_one_line_unless_requested() {
    let case = Case::new();
    let asked = ["query", "top", "--min-reviews", "1"];
    let short = text(&case.run(&asked).stdout);
    assert!(short.contains("(--rule has the whole)") && !short.contains("Source: "), "{short}");
    let whole = text(&case.run(&[&asked[..], &["--rule"]].concat()).stdout);
    assert!(whole.contains("Source: ") && whole.contains("Columns: "), "{whole}");
    let cut = text(&case.run(&[&asked[..], &["--limit", "1"]].concat()).stdout);
    assert!(cut.contains("1 more rows: --limit 1 ends here"), "{cut}");
}

/// The long help of each verb has examples, the short one has not.
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
    let below = [
        ("imports", &["list", "undo", "rejects", "dump", "renormalise"][..]),
        ("generate", &["completions", "man", "report", "datasette"]),
    ];
    let below =
        below.iter().flat_map(|(verb, all)| all.iter().map(move |under| vec![*verb, *under]));
    for verb in verbs.into_iter().map(|verb| vec![verb]).chain(below) {
        let long = text(&case.run(&[&verb[..], &["--help"]].concat()).stdout);
        let short = text(&case.run(&[&verb[..], &["-h"]].concat()).stdout);
        let (_, examples) = long.split_once("Examples:").unwrap_or_else(|| panic!("{long}"));
        assert!(examples.contains(&format!("revdb {}", verb.join(" "))), "{long}");
        assert!(!short.contains("Examples:") && short.len() < long.len(), "{verb:?}");
        // A command that is wrapped cannot be copied from the terminal.
        for line in examples.lines().filter(|line| line.starts_with("  revdb")) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        // Whoever installed the program has no repository.
        assert!(!long.contains("(docs/"), "{long}");
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
