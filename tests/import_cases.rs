//! Small dumps through the whole pipeline, one case per import rule.

mod common;

use std::collections::BTreeMap;

use common::Scratch;
use common::program::{Ran, run};
use revdb_formats::format::ReadOptions;
use revdb_model::Audience;

/// The rows of `columns` after one import of `dump`, without refusals.
fn rows_of(name: &str, dump: &str, options: ReadOptions, columns: &str) -> Vec<String> {
    let scratch = Scratch::new();
    let path = scratch.dump(name, dump.as_bytes());
    let report = scratch.import(&[&path], options);
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    scratch.rows(&format!("SELECT {columns} FROM reviews ORDER BY id"))
}

#[test]
fn the_audience_of_a_plain_table() {
    let cases = [
        ("user,film,rating,text", None, "user"),
        ("username,film,rating,text", None, "user"),
        ("user_name,film,rating,text", None, "user"),
        ("reviewer,title,rating,text", None, "user"),
        ("film,user_id,rating,text", None, "user"),
        ("film,critic,rating,text", None, "critic"),
        ("film,publication,rating,text", None, "critic"),
        ("user,film,rating,text", Some(Audience::Critic), "critic"),
        ("critic,title,rating,text", Some(Audience::User), "user"),
    ];
    for (header, audience, wanted) in cases {
        let options = ReadOptions { audience, ..ReadOptions::default() };
        let dump =
            format!("{header}\nAnn Oak,Dull Rain,3,It rains.\nBo Ash,Dull Rain,4,It pours.\n");
        let rows = rows_of("dump.csv", &dump, options, "DISTINCT audience");
        assert_eq!(rows, [format!("{{\"audience\":\"{wanted}\"}}")], "{header} {audience:?}");
    }
}

#[test]
fn dates_that_mean_unknown() {
    let slice = "id\treview\trating\tfresh\tcritic\ttop_critic\tpublisher\tdate\n\
        1\tIt rains.\t3/5\tfresh\tAnn Oak\t0\tThe Echo\tJanuary 1, 2000\n\
        1\tIt pours.\t3/5\tfresh\tBo Ash\t0\tThe Echo\tJanuary 1, 2001\n";
    let kaggle = "rotten_tomatoes_link,critic_name,publisher_name,review_type,review_score,review_date,review_content\n\
        m/rain,Ann Oak,The Echo,Fresh,3/5,1800-01-01,It rains.\n\
        m/rain,Bo Ash,The Echo,Fresh,3/5,2001-01-01,It pours.\n";
    for (name, dump) in [("reviews.tsv", slice), ("reviews.csv", kaggle)] {
        let rows = rows_of(name, dump, ReadOptions::default(), "date");
        assert_eq!(rows, ["{}", "{\"date\":\"2001-01-01\"}"], "{name}");
    }
}

#[test]
fn a_named_format_that_does_not_fit_is_refused() {
    let scratch = Scratch::new();
    scratch.dump("films.csv", b"title,critic,text\nDull Rain,Ann Oak,It rains.\n");
    scratch.dump("notes.txt", b"It rained all day.\n");
    let folder = scratch.folder.path();
    let cases = [
        ("goodreads", "films.csv", "the header is not a goodreads header: it lacks "),
        ("steam", "films.csv", "it is not JSON, as steam is"),
        ("metacritic-html", "notes.txt", "read as metacritic-html, there is no review in it"),
        ("metacritic-html", "films.csv", "read as metacritic-html, there is no review in it"),
    ];
    // Once without an archive, once with one.
    for round in 0..2 {
        for (format, file, wanted) in cases {
            let Ran { code, err: told, .. } = run(folder, &["import", "--format", format, file]);
            assert!(told.contains(wanted), "{round} {format} {file}: {told}");
            assert_eq!(code, 1, "{format} {file}");
        }
        if round == 0 {
            assert!(!folder.join("reviews.db").exists());
            assert_eq!(run(folder, &["import", "films.csv"]).code, 0);
        }
    }
}

#[test]
fn a_users_profile_reads_only_matching_dumps() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path().join("dumps");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("mine.csv"), "Film,Urteil\nDull Rain,Es regnet.\n").expect("a dump");
    std::fs::write(folder.join("other.csv"), "title,critic,text\nSalt,Ann Oak,It is salty.\n")
        .expect("a dump");
    let profile = |name: &str, quote: &str| {
        format!(
            "name = \"{name}\"\n[detect]\ncolumns = [\"Film\", \"Urteil\"]\n[fields]\ntitle = \"Film\"\nquote = \"{quote}\"\n"
        )
    };
    scratch.dump("mine.toml", profile("mine", "Urteil").as_bytes());
    scratch.dump("typo.toml", profile("mine", "Urtiel").as_bytes());
    scratch.dump("imdb.toml", profile("imdb", "Urteil").as_bytes());
    let run = |args: &[&str]| run(scratch.folder.path(), args);
    let Ran { code, err: told, .. } = run(&["import", "--profile", "imdb.toml", "dumps"]);
    assert!(code == 2 && told.contains("revdb has a format named imdb itself"), "{code} {told}");
    let Ran { code, err: told, .. } = run(&["import", "--profile", "typo.toml", "dumps/mine.csv"]);
    let wanted = "the profile mine names columns that are not there: Urtiel (quote)";
    assert!(code == 1 && told.contains(wanted), "{code} {told}");
    let Ran { code, out: shown, .. } =
        run(&["formats", "--explain", "dumps/mine.csv", "--profile", "typo.toml"]);
    assert!(code == 0 && shown.contains("Urtiel (quote)"), "{code} {shown}");
    let Ran { code, err: told, .. } = run(&["import", "--profile", "mine.toml", "dumps/other.csv"]);
    assert!(code == 1 && told.contains("it lacks Film, Urteil"), "{code} {told}");
    let Ran { code, err: told, .. } = run(&["import", "--profile", "mine.toml", "dumps"]);
    assert!(code == 0 && told.contains("mine.csv (mine): 1 new"), "{code} {told}");
    assert!(told.contains("other.csv (columns): 1 new"), "{told}");
}

#[test]
fn works_without_titles_are_not_name_variants() {
    let scratch = Scratch::new();
    scratch.dump("films.csv", b"movie_id,critic,text\n1,Ann Oak,It rains.\n2,Ann Oak,It pours.\n");
    let run = |args: &[&str]| run(scratch.folder.path(), args);
    assert_eq!(run(&["import", "films.csv"]).code, 0);
    let rows = run(&["query", "name-variants", "--format", "csv"]).out;
    assert_eq!(rows.lines().count(), 1, "{rows}");
}

/// Works of one title are told apart by year and kind, also in the command that merges them.
#[test]
fn suggested_merges_of_works_can_be_run() {
    let scratch = Scratch::new();
    scratch.dump(
        "works.csv",
        b"title,year,kind,critic,score\nNine Rivers,2019,movie,Ann Oak,60/100\n\
          Nine Rivers,2019,book,Ann Oak,70/100\nNine Rivers,,,Bo Elm,80/100\n\
          Nine Rivers!,2019,movie,Bo Elm,90/100\n",
    );
    let run = |args: &[&str]| run(scratch.folder.path(), args);
    assert_eq!(run(&["import", "works.csv"]).code, 0);
    let rows = run(&["query", "name-variants", "--columns", "suggestion", "--format", "json"]).out;
    let rows: Vec<BTreeMap<String, String>> = serde_json::from_str(&rows).expect("rows");
    assert!(rows.len() > 2, "{rows:?}");
    for suggestion in rows.iter().map(|row| &row["suggestion"]) {
        let parts: Vec<&str> = suggestion.split('\'').collect();
        let ["revdb merge work ", from, " ", into, ""] = parts[..] else { panic!("{suggestion}") };
        let Ran { code, err: told, .. } = run(&["merge", "work", from, into]);
        assert!(code == 0 && told.contains("would have merged"), "{suggestion}: {told}");
    }
}

#[test]
fn near_duplicates_with_an_incomplete_review() {
    let scratch = Scratch::new();
    scratch.dump(
        "a.csv",
        b"title,critic,publication,date,grade,text\n\
        Dull Rain,Ann Oak,The Echo,2012-07-26,B,It rains and rains and rains.\n\
        Dull Rain,Bo Ash,The Echo,2012-07-26,B,A patient film of many weathers.\n\
        Dull Rain,Cy Elm,The Echo,2012-07-26,B,It dries.\n",
    );
    scratch.dump(
        "b.csv",
        b"title,critic,publication,date,grade,text\n\
        Dull Rain,Ann Oak,The Echo,2012-07-26,B,\n\
        Dull Rain,Bo Ash,The Echo,2012-07-26,B,A patient film of many\xe2\x80\xa6Expand\n\
        Dull Rain,Cy Elm,The Echo,2012-07-27,B,\n",
    );
    let run = |args: &[&str]| run(scratch.folder.path(), args);
    assert_eq!(run(&["import", "a.csv", "b.csv"]).code, 0);
    let rows = run(&["query", "near-duplicates", "--format", "jsonl"]).out;
    let rows: Vec<(String, String)> = rows
        .lines()
        .map(|row| serde_json::from_str::<serde_json::Value>(row).expect("JSON"))
        .map(|row| {
            (
                row["critic"].as_str().expect("a critic").into(),
                row["why"].as_str().expect("why").into(),
            )
        })
        .collect();
    let wanted = [("Ann Oak", "no quote"), ("Bo Ash", "cut off")];
    assert_eq!(rows, wanted.map(|(critic, why)| (critic.to_owned(), why.to_owned())));
}

/// The same bytes with other options are reread, and an undo reads them as before: each time a
/// name may lose its last review.
#[test]
fn names_of_older_readings_are_removed() {
    let words: [&[&str]; 4] = [&[], &["--by", "You"], &["--by", "Me"], &["--audience", "user"]];
    for (first, second) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
        let scratch = Scratch::new();
        let folder = scratch.folder.path();
        scratch.dump(
            "a.csv",
            b"title,critic,score,review\nRain,,4/5,other words\nSalt,Ann,4/5,more\n",
        );
        for words in [first, second] {
            run(folder, &[&["import", "a.csv"], *words].concat());
        }
        for undone in ["1", "2"] {
            let undo = run(folder, &["imports", "undo", undone, "--yes"]);
            assert_eq!(undo.code, 0, "{first:?} {second:?}: {}", undo.err);
            let check = run(folder, &["check"]);
            assert_eq!(check.code, 0, "{first:?} {second:?} undo {undone}: {}", check.out);
        }
    }
}
