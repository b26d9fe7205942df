//! Example command lines, for each verb's long help and for verbs typed without required
//! arguments.

/// A verb (with its subcommand, if any), and its examples with descriptions.
type Examples = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
static EXAMPLES: &[Examples] = &[
    ("import", &[
        ("revdb import letterboxd-export.zip", "an export as it came"),
        ("revdb import Downloads", "a folder: dumps are read, other files are listed"),
        ("revdb import page.txt --title \"Slow Tide\" --kind movie", "a pasted page that does not name its film"),
        ("revdb import ratings.csv --scale 10 --by \"Ada Lorne\"", "scores out of 10, all by one person"),
        ("revdb import odd.csv --map title=Film --map score=Stars --scale 5", "a table with other column names"),
    ]),
    ("query", &[
        ("revdb query --critic Dargis --since 2012", "the reviews of one critic"),
        ("revdb query score-spread --min-reviews 10", "a report"),
        ("revdb query outliers --work \"Slow Tide\" --chart", "drawn on the terminal"),
        ("revdb query top --kind movie -o top.xlsx", "as a workbook"),
        ("revdb query trend --by critic --help", "what a report computes, with its flags and columns"),
    ]),
    ("search", &[
        ("revdb search rain lighthouse", "both words, anywhere in the quote"),
        ("revdb search '\"slow burn\"' --audience user", "a phrase"),
        ("revdb search light* --sort date --limit 5", "words that begin with light, the newest first"),
    ]),
    ("show", &[("revdb show 12", "review 12 of the listings")]),
    ("report", &[
        ("revdb report -o page.html --work \"Slow Tide\"", "the page of one work"),
        ("revdb report -o dargis.html --critic Dargis --title \"How Dargis marks\"", "of one critic"),
    ]),
    ("export", &[
        ("revdb export -o reviews.csv", "all reviews, for a spreadsheet"),
        ("revdb export --kind movie --format jsonl", "one JSON object a line, on standard output"),
        ("revdb export --format parquet -o lake --partition-by kind", "for DuckDB, Spark and Arrow"),
    ]),
    ("convert", &[
        ("revdb convert dumps/*.csv -o lake", "lake/records and lake/rejections, a file for each dump"),
        ("find dumps -type f -print0 | xargs -0 -P 8 -n 1 revdb convert -o lake", "eight at a time; finished files are skipped"),
    ]),
    ("settle", &[
        ("revdb settle part.jsonl -o part.parquet", "the reviews in these records"),
    ]),
    ("sql", &[
        ("revdb sql \"SELECT critic, count(*) FROM reviews GROUP BY 1 ORDER BY 2 DESC\"", "who wrote most"),
        ("revdb sql \"SELECT * FROM reviews LIMIT 1\" --format json", "one row, which shows the columns"),
    ]),
    ("imports", &[
        ("revdb imports", "every import, with its number"),
        ("revdb imports undo 3", "what undoing import 3 would change; --yes does it"),
        ("revdb imports rejects 3", "the records of import 3 that could not be read"),
    ]),
    ("imports list", &[
        ("revdb imports list", "every import, with its number"),
        ("revdb imports list --sources", "every dump, with the number of its source"),
    ]),
    ("imports undo", &[
        ("revdb imports undo 3", "what would change; --yes does it"),
        ("revdb imports undo 3 --yes", "takes import 3 back"),
    ]),
    ("imports rejects", &[
        ("revdb imports rejects 3", "the records of import 3 that could not be read"),
        ("revdb imports rejects --source 5 --as-dump -o again.csv", "those of source 5 as a file, to correct and import again"),
    ]),
    ("imports dump", &[("revdb imports dump 5 -o dump.csv", "the bytes of source 5")]),
    ("imports renormalise", &[
        ("revdb imports renormalise", "what this version would read differently"),
        ("revdb imports renormalise --yes", "reads the kept dumps again"),
    ]),
    ("check", &[("revdb check", "checks every row and every word of the index")]),
    ("config", &[("revdb config", "the archive, folders, columns and time limit in use")]),
    ("backup", &[("revdb backup copy.db", "a copy while others read")]),
    ("merge", &[
        ("revdb merge critic \"M. Dargis\" \"Manohla Dargis\"", "what would change; --yes does it"),
        ("revdb merge work \"Slow Tide (2008)\" \"Slow Tide (2009)\"", "two works whose years differ"),
        ("revdb merge --list", "every decision that was made"),
    ]),
    ("rename", &[
        ("revdb rename critic \"M. Dargis\" \"Manohla Dargis\" --yes", "in later imports too"),
        ("revdb rename work \"Slow Tide (2008)\" --year 2009 --yes", "a year that was wrong in a dump"),
        ("revdb rename critic \"Manohla Dargis\" --remove --yes", "the name in the dumps again"),
    ]),
    ("correct", &[
        ("revdb correct 12 --score 3/5 --reason \"misread\" --yes", "the dumps stay as they are"),
        ("revdb correct 12 --date 2012-07-26 --critic \"Ada Lorne\" --reason print --yes", "two values at once"),
        ("revdb correct 12 --score none --reason \"of another film\" --yes", "removes the value"),
        ("revdb correct 12 --remove --yes", "the values in the dumps again"),
    ]),
    ("hide", &[
        ("revdb hide 12 --reason \"by the publisher\" --yes", "no longer in listings, reports and exports"),
        ("revdb hide 12 --remove --yes", "shown again"),
    ]),
    ("formats", &[
        ("revdb formats --explain odd.csv", "how this file would be read; nothing is stored"),
        ("revdb formats --explain odd.csv --save-profile odd.toml", "the same as a profile, to edit"),
    ]),
    ("generate", &[
        ("revdb generate completions bash", "the script that the shell reads at its start"),
        ("revdb generate report my-report", "an example to change into your own report"),
    ]),
    ("generate completions", &[("revdb generate completions bash", "the script that the shell reads at its start")]),
    ("generate man", &[("revdb generate man --dir man/man1", "a page for each command; `man -M man revdb` shows one")]),
    ("generate report", &[
        ("revdb generate report my-report", "then `revdb query my-report` runs it"),
        ("revdb generate report my-report --dir .", "my-report.sql in this folder"),
    ]),
    ("generate datasette", &[
        ("revdb generate datasette -o site", "the folder"),
        ("revdb generate datasette -o site --serve", "prints the command that starts Datasette with it"),
    ]),
];

/// The examples of a verb; empty if it has none.
pub fn of(verb: &str) -> &'static [(&'static str, &'static str)] {
    EXAMPLES.iter().find(|(of, _)| *of == verb).map_or(&[], |(_, examples)| examples)
}

/// The examples formatted for the end of a verb's long help.
pub fn help(verb: &str) -> String {
    if of(verb).is_empty() {
        return String::new();
    }
    let lines = of(verb).iter().map(|(line, what)| format!("  {line}\n      {what}\n"));
    format!("Examples:\n{}", lines.collect::<String>())
}
