//! How typed names are resolved, and how an answer reports that.

#[path = "common/program.rs"]
mod program;

use program::{Ran, run};

/// Invented; each short name is part of a longer one.
const DUMP: &str = "title,year,kind,critic,publication,date,score,quote\n\
    Ash,2009,movie,Ana Björk,Post,2012-07-26,90/100,Grey and kind\n\
    Ash,1971,movie,Ben Okoro,Hill Post,2012-08-01,60/100,Thin\n\
    The Washing,2011,movie,Ana Björk,Harbour Post,2013-01-02,40/100,Wet\n\
    Slow Tide,2013,movie,Ana Björklund,Gazette,2013-02-03,50/100,Slow\n";

fn ask(args: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("dump.csv"), DUMP).expect("a dump");
    assert_eq!(run(folder.path(), &["import", "dump.csv"]).code, 0);
    run(folder.path(), args)
}

/// The works that pass `filter`, and the messages.
fn works(filter: &[&str]) -> (Vec<String>, String) {
    let mut args = vec!["export", "--format", "csv"];
    args.extend(filter);
    let Ran { code, out, err: said } = ask(&args);
    assert_eq!(code, 0, "{filter:?}: {said}");
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let headers = reader.headers().expect("a header").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("a column");
    let (work, year) = (at("work"), at("year"));
    let works = reader.records().map(|row| {
        let row = row.expect("a row");
        format!("{} {}", &row[work], &row[year])
    });
    (works.collect(), said)
}

#[test]
fn exact_names_take_precedence_and_the_answer_says_so() {
    let cases: &[(&[&str], &[&str], &str)] = &[
        (
            &["--work", "ash"],
            &["Ash 2009", "Ash 1971"],
            "2 works, Ash (2009), Ash (1971) are meant, called just \"ash\"; 1 with that in the name is left out\n\
             help: --work \"~ash\" takes all of them",
        ),
        (
            &["--not-work", "ash"],
            &["The Washing 2011", "Slow Tide 2013"],
            "2 works, Ash (2009), Ash (1971) are left out, called just \"ash\"; 1 with that in the name stays\n\
             help: --not-work \"~ash\" leaves out all of them",
        ),
        (
            &["--not-work", "~ash"],
            &["Slow Tide 2013"],
            "help: --not-work \"=Ash (2009)\" leaves out one of them",
        ),
        (
            &["--work", "=ash"],
            &["Ash 2009", "Ash 1971"],
            "2 works match \"ash\": Ash (2009), Ash (1971)\n",
        ),
        (
            &["--work", "~ash"],
            &["Ash 2009", "Ash 1971", "The Washing 2011"],
            "3 works match \"ash\"",
        ),
        (&["--work", "Ash (1971)"], &["Ash 1971"], ""),
        (&["--work", "=ash (1971)"], &["Ash 1971"], ""),
        (&["--work", "ash (1999)"], &[], "no work has \"ash (1999)\" in the name"),
        (&["--work", "washing"], &["The Washing 2011"], ""),
        (
            &["--work", "=washing"],
            &[],
            "no work is called \"washing\"\nhelp: did you mean The Washing?",
        ),
        (&["--publication", "post"], &["Ash 2009"], "the publication Post is meant"),
        (
            &["--critic", "ana"],
            &["Ash 2009", "The Washing 2011", "Slow Tide 2013"],
            "2 critics match \"ana\"",
        ),
        (
            &["--critic", "ana bjork"],
            &["Ash 2009", "The Washing 2011"],
            "1 with that in the name is left out",
        ),
        (&["--not-critic", "ana bjork"], &["Ash 1971", "Slow Tide 2013"], ""),
        (
            &["--not-work", "~ash", "--not-publication", "x"],
            &["Slow Tide 2013"],
            "no publication has \"x\"",
        ),
        (&["--from", "dump.csv", "--work", "tide"], &["Slow Tide 2013"], ""),
    ];
    for (filter, expected, said) in cases {
        let (found, notes) = works(filter);
        assert_eq!(found, *expected, "{filter:?}: {notes}");
        assert!(notes.contains(said), "{filter:?}: {notes}");
        assert!(
            !said.is_empty() || !notes.contains("note:") || notes.contains("left out"),
            "{filter:?}: {notes}"
        );
    }
}

#[test]
fn an_unknown_dump_is_reported_with_known_ones() {
    let Ran { code, err: said, .. } = ask(&["query", "--from", "goodreads"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("no dump has \"goodreads\"") && said.contains("columns"), "{said}");
}
