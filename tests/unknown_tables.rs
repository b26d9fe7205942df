//! Tables without a profile, through the whole program: non-reviews are skipped and counted,
//! suspicious values are reported, and the command printed with a refusal works.

mod common;

use std::path::Path;

use common::Scratch;
use common::program::{refused, revdb};

/// The works, scores, verdicts and bylines in the archive, one line each.
fn stored(folder: &Path) -> String {
    let select = "SELECT work, coalesce(score_text, '.') AS mark, coalesce(verdict, '.') AS verdict, \
                  coalesce(critic, byline, '.') AS who FROM reviews ORDER BY id";
    let rows = revdb(folder, &["sql", select, "--format", "csv"]);
    rows.lines().skip(1).collect::<Vec<_>>().join("\n")
}

#[test]
fn non_reviews_are_skipped_and_oddities_noted() {
    // A table, its messages, and what is stored.
    let cases: [(&str, &[&str], &str); 10] = [
        (
            "Film,My rating\nSalt,8\nRain,5\nTotal,13\nAverage:,6.5\n",
            &["2 new", "2 records left alone: a row that sums up others"],
            "Salt,8,.,.\nRain,5,.,.",
        ),
        (
            "Film,My rating,Comment\nSalt,8,\nRain,DNF,\nTide,not rated,half of it\n",
            &["2 new", "1 record left alone: not marked, as its cell says"],
            "Salt,8,.,.\nTide,not rated,.,.",
        ),
        (
            "Title,Status,Score\nSalt,Completed,8\nRain,Plan to watch,10\nTide,Plan to watch,\n",
            &["2 new", "1 work is marked and listed as planned: line 3, \"Rain\""],
            "Salt,8,.,.\nRain,10,.,.",
        ),
        (
            "film,publication,score\nSalt,The Courier,80/100\nSalt,Metacritic,70/100\n",
            &["1 new", "1 record left alone: many people's marks together"],
            "Salt,80/100,.,.",
        ),
        (
            "film,reviewer,rating\nSalt,Ann,👍\nRain,Bo,thumbs down\nTide,Cy,4/5\n",
            &["3 new"],
            "Salt,.,thumbs up,Ann\nRain,.,thumbs down,Bo\nTide,4/5,.,Cy",
        ),
        (
            "film,critic,score\nSalt,Null,4/5\nRain,NULL,2/5\nTide,None,1/5\n",
            &["3 new"],
            "Salt,4/5,.,Null\nRain,2/5,.,.\nTide,1/5,.,.",
        ),
        (
            "film,critic,date,score\nCaf\u{fffd},https://x.invalid/a,2087-01-01,4/5\nRain,Bo,1899-12-30,2/5\n",
            &[
                "1 review has letters that were lost",
                "1 byline is an address or a date",
                "1 date lies in the future: line 2, \"2087-01-01\"",
                "1 date is one that programs write for none: line 3",
            ],
            "Caf\u{fffd},4/5,.,https://x.invalid/a\nRain,2/5,.,Bo",
        ),
        (
            "film,my rating\n\"=\"\"1917\"\"\",4/5\n'2012,3/5\n'71,2/5\n",
            &["3 new"],
            "1917,4/5,.,.\n2012,3/5,.,.\n'71,2/5,.,.",
        ),
        (
            "My films,,\n,,\nFilm,My rating,Seen on\nSalt,8,2021-03-14\nRain,5,2021-03-15\n",
            &["2 new", "the header stands on line 3"],
            "Salt,8,.,.\nRain,5,.,.",
        ),
        (
            "| Film | Rating |\n|---|:--|\n| Salt | 4/5 |\n| Rain | 2/5 |\n",
            &["2 new", "1 record left alone: a line that is drawn"],
            "Salt,4/5,.,.\nRain,2/5,.,.",
        ),
    ];
    for (table, said, rows) in cases {
        let scratch = Scratch::new();
        let folder = scratch.folder.path();
        scratch.dump("table.csv", table.as_bytes());
        let told = revdb(folder, &["import", "table.csv"]);
        for part in said {
            assert!(told.contains(part), "{table}: {part} is not in\n{told}");
        }
        assert_eq!(stored(folder), rows, "{table}{told}");
    }
}

#[test]
fn two_people_may_import_the_same_bytes() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("list.csv", b"Film,My rating\nSalt,4/5\nRain,2/5\n");
    let by = |name: &str| revdb(folder, &["import", "list.csv", "--by", name]);
    assert!(by("Ann").contains("2 new"));
    let told = by("Bo");
    assert!(told.contains("2 new") && told.contains("the same bytes as Ann's"), "{told}");
    // Each of them imported again adds nothing.
    for name in ["Ann", "Bo"] {
        let told = by(name);
        assert!(told.contains("0 new") && told.contains("2 same"), "{name}: {told}");
    }
    assert_eq!(stored(folder), "Salt,4/5,.,Ann\nRain,2/5,.,Ann\nSalt,4/5,.,Bo\nRain,2/5,.,Bo");
}

#[test]
fn a_second_list_without_reviewers_is_noted() {
    let scratch = Scratch::new();
    let folder = scratch.folder.path();
    scratch.dump("old.csv", b"Film,My rating\nSalt,4/5\n");
    scratch.dump("new.csv", b"Film;My rating;Comment\nSalt;4/5;Slow\nRain;2/5;\n");
    let import = |name: &str| revdb(folder, &["import", name]);
    assert!(!import("old.csv").contains("says whose it is"));
    let told = import("new.csv");
    assert!(
        told.contains("neither it nor old.csv says whose it is, and 1 work is in both")
            && told.contains("--by NAME"),
        "{told}"
    );
}

/// The command after `help: revdb` in a refusal reads the file.
#[test]
fn suggested_commands_work() {
    for table in [
        "Movie,Date,Me,Ines\nSalt,2021-03-14,8,7\nRain,2021-03-15,5,6\n",
        "userName,title,rating,review\nann,Fine,4,Slow\nbo,Dull,2,Rain\n",
        "Timestamp,Email,Which film did you see?,Your rating\n2021-01-01,a@x.invalid,Salt,4\n2021-01-02,b@x.invalid,Rain,2\n",
        "Company,Bean,REF,Rating\nOwl,Agua,1876,3.75\nOwl,Kpime,1676,2.75\n",
        "Nimike,Pisteeni\nSuola,4\nSade,2\n",
        "critic,publication,score,quote\nAnn,Post,8/10,good\nBo,Echo,2/10,bad\n",
    ] {
        let scratch = Scratch::new();
        let folder = scratch.folder.path();
        scratch.dump("a table.csv", table.as_bytes());
        let asked = ["import", "a table.csv", "--scale", "10", "--db", "my reviews.db"];
        let told = refused(folder, &asked, 1);
        let command = told.lines().find_map(|line| line.strip_prefix("help: revdb "));
        let command = command.unwrap_or_else(|| panic!("{table}: no command in\n{told}"));
        let words = shell_words(command);
        let told = revdb(folder, &words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(told.contains("2 new"), "{command}: {told}");
        assert!(folder.join("my reviews.db").exists(), "{command}: another archive");
    }
}

/// Splits a command line as a shell does, as far as the program quotes: `'x y'`, without nested
/// quotes.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

/// Documents that name their works by numbers of their own.
#[test]
fn documents_do_not_share_their_numbers() {
    let scratch = Scratch::new();
    for (name, title, user) in [("a.json", "Salt", "ann"), ("b.json", "Rain", "bo")] {
        let document = format!(
            r#"{{"movies":[{{"movieId":1,"title":"{title}"}}],"reviews":[{{"movieId":1,"user":"{user}","rating":"4/5"}}]}}"#
        );
        scratch.dump(name, document.as_bytes());
        revdb(scratch.folder.path(), &["import", name]);
    }
    assert_eq!(stored(scratch.folder.path()), "Salt,4/5,.,ann\nRain,4/5,.,bo");
}

/// Two data sets that number their works from one.
#[test]
fn numbers_of_two_data_sets_are_reported() {
    let scratch = Scratch::new();
    let set = |name: &str, titles: [&str; 2], user: &str| {
        let [one, two] = titles;
        let works = format!("movie_id,title\n1,{one}\n2,{two}\n");
        let reviews = format!("movie_id,user,rating\n1,{user},4/5\n2,{user},2/5\n");
        let files = [format!("{name}-movies.csv"), format!("{name}-reviews.csv")];
        scratch.dump(&files[0], works.as_bytes());
        scratch.dump(&files[1], reviews.as_bytes());
        revdb(scratch.folder.path(), &["import", &files[0], &files[1]])
    };
    assert!(!set("a", ["Salt", "Fog"], "ann").contains("another work"));
    // The same set with a corrected title.
    assert!(!set("a2", ["Salt", "The Fog"], "ann").contains("another work"));
    let told = set("b", ["Rain", "Tide"], "bo");
    assert!(
        told.contains("2 works have the number of another work: movieid 1 is \"Rain\" here"),
        "{told}"
    );
}
