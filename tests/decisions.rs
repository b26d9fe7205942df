//! Users' decisions: rename, merge, correct, hide; kept through imports and rereads, listed,
//! shown, and taken back.

#[path = "common/program.rs"]
mod program;

use std::path::Path;

use program::revdb;

/// The message of a refused command.
fn refused(folder: &Path, args: &[&str]) -> String {
    program::refused(folder, args, 1)
}

fn rows(folder: &Path, query: &str) -> Vec<String> {
    let table = revdb(folder, &["sql", query, "--format", "csv"]);
    table.lines().skip(1).map(str::to_owned).collect()
}

fn write(folder: &Path, name: &str, rows: &str) {
    std::fs::write(folder.join(name), format!("title,year,critic,publication,score,quote\n{rows}"))
        .expect("a file");
}

fn import(folder: &Path, name: &str) {
    revdb(folder, &["import", name]);
}

fn archive() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "one.csv",
        "The Reed,2008,A. Moor,Post,80/100,Slow and fine.\nThe Reed,2008,B. Lund,Herald,40/100,Much too long.\n\
         The Hill,2010,A. Moor,Post,60/100,A climb.\n",
    );
    import(folder.path(), "one.csv");
    folder
}

const SEEN: &str =
    "SELECT work, year, critic, publication, score, score_text FROM reviews ORDER BY 1, 2, 3";

#[test]
fn a_critic_renamed_stays_so_when_a_later_dump_brings_the_old_name() {
    let folder = archive();
    let folder = folder.path();
    let rename = ["rename", "critic", "A. Moor", "Anna Moor", "--reason", "as she signs"];
    assert!(revdb(folder, &rename).contains("would have renamed"));
    assert_eq!(rows(folder, "SELECT name FROM critic ORDER BY 1"), ["A. Moor", "B. Lund"]);
    revdb(folder, &[&rename[..], &["--yes"]].concat());
    write(folder, "two.csv", "The Lake,2011,A MOOR,Post,70/100,Deep.\n");
    import(folder, "two.csv");
    assert_eq!(rows(folder, "SELECT name FROM critic ORDER BY 1"), ["Anna Moor", "B. Lund"]);
    assert_eq!(rows(folder, "SELECT count(*) FROM reviews WHERE critic = 'Anna Moor'"), ["3"]);
    assert!(revdb(folder, &["rename", "--list"]).contains("as she signs"));
    let said = refused(folder, &["rename", "critic", "B. Lund", "Anna Moor", "--yes"]);
    assert!(said.contains("already") && said.contains("revdb merge critic"), "{said}");
    // Only the spelling changes.
    revdb(folder, &["rename", "critic", "Anna Moor", "ANNA MOOR", "--yes"]);
    assert_eq!(rows(folder, "SELECT name FROM critic ORDER BY 1"), ["ANNA MOOR", "B. Lund"]);
    revdb(folder, &["rename", "critic", "anna moor", "--remove", "--yes"]);
    revdb(folder, &["rename", "critic", "anna moor", "--remove", "--yes"]);
    assert_eq!(rows(folder, "SELECT name FROM critic ORDER BY 1"), ["A. Moor", "B. Lund"]);
    revdb(folder, &["check"]);
}

#[test]
fn a_corrected_year_joins_the_right_work() {
    let folder = archive();
    let folder = folder.path();
    write(folder, "two.csv", "The Reed,2009,C. Ode,Post,50/100,Right year.\n");
    import(folder, "two.csv");
    assert_eq!(rows(folder, "SELECT count(*) FROM work WHERE title = 'The Reed'"), ["2"]);
    let said = refused(folder, &["rename", "work", "The Reed", "--year", "2009", "--yes"]);
    assert!(said.contains("The Reed (2008)") && said.contains("Title (year)"), "{said}");
    revdb(folder, &["rename", "work", "The Reed (2008)", "--year", "2009", "--yes"]);
    assert_eq!(
        rows(folder, "SELECT label FROM work ORDER BY 1"),
        ["The Hill (2010)", "The Reed (2009)"]
    );
    // The wrong year comes again, and the right one is undone.
    write(folder, "three.csv", "The Reed,2008,D. Ida,Post,55/100,Again.\n");
    import(folder, "three.csv");
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    assert_eq!(
        rows(folder, "SELECT label FROM work ORDER BY 1"),
        ["The Hill (2010)", "The Reed (2009)"]
    );
    revdb(folder, &["rename", "work", "The Reed", "The Red Reed", "--kind", "movie", "--yes"]);
    assert_eq!(
        rows(folder, "SELECT label || kind FROM work WHERE year = 2009"),
        ["The Red Reed (2009)movie"]
    );
    revdb(folder, &["check"]);
    revdb(folder, &["rename", "work", "The Red Reed", "--remove", "--yes"]);
    revdb(folder, &["rename", "work", "The Reed (2009)", "--remove", "--yes"]);
    assert_eq!(
        rows(folder, "SELECT label FROM work ORDER BY 1"),
        ["The Hill (2010)", "The Reed (2008)"]
    );
}

#[test]
fn corrected_creators_keep_other_authors_books_separate() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let dump = |name: &str, rows: &str| {
        let head = "Title,Authors,ISBN/UID,Read Status,Star Rating,Review,Content Warnings";
        let text = format!("{head}\n{rows}");
        std::fs::write(folder.join(name), text).expect("a file");
        revdb(folder, &["import", name]);
    };
    const SEEN: &str = "SELECT work || ': ' || coalesce(replace(authors, ';', ' and'), 'nobody') FROM works ORDER BY 1";
    dump("one.csv", "The Reed,Ann Lee,,read,4.0,Warm.,\nThe Hill,,,read,3.0,Fine.,\n");
    let rename = ["rename", "work", "The Reed", "--author", "Bo Ek", "--author", "Cy Ro", "--yes"];
    let said = revdb(folder, &rename);
    assert!(said.contains("made Bo Ek; Cy Ro the author of \"The Reed, book\""), "{said}");
    revdb(folder, &["rename", "work", "The Hill", "--author", "Di Su", "--yes"]);
    assert_eq!(rows(folder, SEEN), ["The Hill: Di Su", "The Reed: Bo Ek and Cy Ro"]);
    // The wrong author comes again, shortened, and none at all; another author's book with the
    // same title is unaffected.
    dump(
        "two.csv",
        "The Reed,A. Lee,,read,3.5,Cold.,\nThe Reed,,,read,2.5,Wet.,\nThe Reed,Ed Fi,,read,1.0,Dry.,\n",
    );
    assert_eq!(
        rows(folder, SEEN),
        ["The Hill: Di Su", "The Reed: Bo Ek and Cy Ro", "The Reed: Ed Fi"]
    );
    revdb(folder, &["check"]);
    assert!(revdb(folder, &["rename", "--list"]).contains("author: Bo Ek; Cy Ro"));
    // Another archive adopts the decision; undo and taking it back leave nothing of it.
    revdb(folder, &["--db", "b.db", "import", "reviews.db"]);
    let seen = revdb(folder, &["--db", "b.db", "sql", SEEN, "--format", "csv"]);
    assert!(seen.contains("The Reed: Bo Ek and Cy Ro"), "{seen}");
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    assert_eq!(rows(folder, SEEN), ["The Hill: Di Su", "The Reed: Bo Ek and Cy Ro"]);
    revdb(folder, &["rename", "work", "The Reed", "--remove", "--yes"]);
    revdb(folder, &["rename", "work", "The Hill", "--remove", "--yes"]);
    assert_eq!(rows(folder, SEEN), ["The Hill: nobody", "The Reed: Ann Lee"]);
    revdb(folder, &["check"]);
}

#[test]
fn a_merge_without_effect_says_why() {
    let folder = archive();
    let folder = folder.path();
    let said = refused(folder, &["merge", "work", "The Reed", "The Hill", "--yes"]);
    assert!(said.contains("The Reed (2008)") && said.contains("--anyway"), "{said}");
    assert_eq!(rows(folder, "SELECT count(*) FROM work"), ["2"]);
    revdb(folder, &["merge", "work", "The Reed", "The Hill", "--anyway", "--yes"]);
    assert_eq!(rows(folder, "SELECT label FROM work"), ["The Hill (2010)"]);
    revdb(folder, &["merge", "work", "The Reed", "--remove", "--yes"]);
    assert_eq!(
        rows(folder, "SELECT label FROM work ORDER BY 1"),
        ["The Hill (2010)", "The Reed (2008)"]
    );
}

#[test]
fn a_review_is_corrected_and_the_dump_keeps_what_it_said() {
    let folder = archive();
    let folder = folder.path();
    let before = rows(folder, SEEN);
    let correct =
        ["correct", "1", "--score", "3/5", "--critic", "Anna Moor", "--reason", "see the print"];
    let said = revdb(folder, &correct);
    assert!(
        said.contains("would have corrected review 1") && said.contains("score 80 becomes 60"),
        "{said}"
    );
    assert_eq!(rows(folder, SEEN), before);
    revdb(folder, &[&correct[..], &["--yes"]].concat());
    let shown = revdb(folder, &["show", "1"]);
    assert!(shown.contains("80 was read, 60 is right: see the print"), "{shown}");
    let corrected = "The Reed,2008,Anna Moor,Post,60.0,3/5";
    assert!(rows(folder, SEEN).contains(&corrected.to_owned()), "{:?}", rows(folder, SEEN));
    assert!(revdb(folder, &["export", "--format", "csv"]).contains("3/5"));
    // The same review in a more complete dump, after any undo or import.
    write(
        folder,
        "two.csv",
        "The Reed,2008,A. Moor,,80/100,Slow and fine.\nThe Lake,2011,A. Moor,Post,70/100,Deep.\n",
    );
    import(folder, "two.csv");
    revdb(folder, &["imports", "renormalise", "--yes"]);
    assert!(rows(folder, SEEN).contains(&corrected.to_owned()));
    revdb(folder, &["imports", "undo", "1", "--yes"]);
    revdb(folder, &["check"]);
    import(folder, "one.csv");
    assert!(rows(folder, SEEN).contains(&corrected.to_owned()));
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    let id = rows(folder, "SELECT id FROM reviews WHERE score_text = '3/5'");
    revdb(folder, &["correct", &id[0], "--remove", "--yes"]);
    assert_eq!(rows(folder, SEEN), before);
    revdb(folder, &["check"]);
}

#[test]
fn corrections_survive_other_options_for_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(
        folder.join("page.csv"),
        "critic,score,quote\nA. Moor,80/100,Slow.\nB. Lund,40/100,Long.\n",
    )
    .expect("a file");
    revdb(folder, &["import", "page.csv", "--title", "The Red", "--kind", "movie"]);
    revdb(folder, &["correct", "1", "--score", "3/5", "--reason", "misread", "--yes"]);
    revdb(folder, &["hide", "2", "--reason", "twice", "--yes"]);
    revdb(folder, &["import", "page.csv", "--title", "The Reed"]);
    assert_eq!(
        rows(folder, "SELECT work, critic, score_text FROM reviews"),
        ["The Reed,A. Moor,3/5"]
    );
    revdb(folder, &["check"]);
}

/// Options also set the byline: a review hidden in the same bytes stays hidden then.
#[test]
fn corrections_survive_other_bylines_for_the_same_bytes() {
    let lines = "title,critic,score,quote,other\nRain,,80/100,Slow.,Ann\nSalt,,40/100,Long.,Bo\n\
                 Rain,C. Dane,60/100,Wet.,Cy\n";
    for words in [
        &["--by", "Ann"][..],
        &["--audience", "user"],
        &["--map", "byline=other"],
        &["--audience", "user", "--by", "Ann"],
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        std::fs::write(folder.join("a.csv"), lines).expect("a file");
        revdb(folder, &["import", "a.csv"]);
        revdb(folder, &["correct", "1", "--score", "3/5", "--reason", "misread", "--yes"]);
        for hidden in ["2", "3"] {
            revdb(folder, &["hide", hidden, "--reason", "twice", "--yes"]);
        }
        let shown = || rows(folder, "SELECT work, score_text FROM reviews");
        assert_eq!(shown(), ["Rain,3/5"]);
        revdb(folder, &[&["import", "a.csv"], words].concat());
        assert_eq!(shown(), ["Rain,3/5"], "{words:?}");
        revdb(folder, &["check"]);
        // Shown again, it has the values of the newer options.
        let hide = ["hide", "2", "--remove", "--yes"];
        revdb(folder, &hide);
        let who = if words.contains(&"--audience") { "user" } else { "critic" };
        assert_eq!(rows(folder, "SELECT DISTINCT audience FROM reviews"), [who], "{words:?}");
        revdb(folder, &["check"]);
        revdb(folder, &["hide", "2", "--reason", "twice", "--yes"]);
        revdb(folder, &["imports", "undo", "2", "--yes"]);
        assert_eq!(shown(), ["Rain,3/5"], "{words:?}, undone");
        revdb(folder, &["check"]);
    }
}

#[test]
fn invalid_corrections_are_refused() {
    let folder = archive();
    let folder = folder.path();
    let usage = |args: &[&str]| program::refused(folder, args, 2);
    assert!(usage(&["correct", "1", "--score", "4"]).contains("--reason"));
    assert!(usage(&["correct", "1", "--score", "4", "--reason", "x"]).contains("known scale"));
    assert!(usage(&["correct", "1", "--date", "some day", "--reason", "x"]).contains("some day"));
    assert!(usage(&["correct", "1", "--reason", "x"]).contains("nothing is to be corrected"));
    let no_review = refused(folder, &["correct", "99", "--score", "1/5", "--reason", "x", "--yes"]);
    assert!(no_review.contains("no review 99"), "{no_review}");
    let same = refused(folder, &["correct", "1", "--publication", "Post", "--reason", "x"]);
    assert!(same.contains("has these values already"), "{same}");
    assert!(refused(folder, &["hide", "1", "--remove"]).contains("not hidden"));
}

#[test]
fn a_hidden_review_is_excluded_and_can_be_restored() {
    let folder = archive();
    let folder = folder.path();
    revdb(folder, &["hide", "2", "--reason", "by the publisher", "--yes"]);
    assert_eq!(rows(folder, SEEN).len(), 2);
    assert!(!revdb(folder, &["query"]).contains("B. Lund"));
    assert!(revdb(folder, &["query"]).contains("1 review is hidden"));
    assert!(!revdb(folder, &["query", "--import", "1", "--format", "csv"]).contains("B. Lund"));
    assert!(!revdb(folder, &["search", "long"]).contains("B. Lund"));
    assert!(!revdb(folder, &["export", "--format", "jsonl"]).contains("Lund"));
    assert!(!revdb(folder, &["query", "score-spread"]).contains("Lund"));
    assert!(revdb(folder, &["check"]).contains("2 reviews and 1 hidden"));
    let shown = revdb(folder, &["show", "2"]);
    assert!(shown.contains("by the publisher") && shown.contains("Much too long."), "{shown}");
    // It stays hidden: in the same bytes, in others, after a reread, after an undo.
    import(folder, "one.csv");
    write(
        folder,
        "two.csv",
        "The Reed,2008,B. Lund,Herald,40/100,Much too long.\nThe Lake,2011,B. Lund,Post,70/100,Deep.\n",
    );
    import(folder, "two.csv");
    revdb(folder, &["imports", "renormalise", "--yes"]);
    assert_eq!(rows(folder, "SELECT work FROM reviews WHERE critic = 'B. Lund'"), ["The Lake"]);
    revdb(folder, &["imports", "undo", "3", "--yes"]);
    revdb(folder, &["rename", "publication", "Post", "The Post", "--yes"]);
    revdb(folder, &["check"]);
    revdb(folder, &["hide", "2", "--remove", "--yes"]);
    assert_eq!(rows(folder, "SELECT publication FROM reviews WHERE id = 2"), ["Herald"]);
    revdb(folder, &["check"]);
}

#[test]
fn a_hidden_review_is_restored_completely() {
    let folder = archive();
    let folder = folder.path();
    let before = rows(folder, SEEN);
    revdb(folder, &["hide", "2", "--reason", "twice", "--yes"]);
    assert!(refused(folder, &["hide", "2", "--reason", "twice"]).contains("is hidden"));
    revdb(folder, &["hide", "2", "--remove", "--yes"]);
    assert_eq!(rows(folder, SEEN), before);
    assert!(revdb(folder, &["search", "long"]).contains("B. Lund"));
    revdb(folder, &["check"]);
}

#[test]
fn a_merge_of_works_is_taken_back_by_every_name_it_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let lines = "title,year,kind,critic,score\nSalt,2012,movie,A,4/5\nRain,2012,movie,B,3/5\nRain,2012,book,B,3/5\n\
                 Rain,2019,movie,B,2/5\nNine,,,C,1/5\n";
    std::fs::write(folder.join("a.csv"), lines).expect("a file");
    import(folder, "a.csv");
    // They differ only in kind.
    let said = refused(folder, &["merge", "work", "Rain (2012)", "Salt (2012)", "--yes"]);
    assert!(said.contains("write it, as in \"Title (year), movie\""), "{said}");
    let merge = ["merge", "work", "Rain (2012), movie", "Salt (2012)", "--yes"];
    let works =
        "SELECT count(DISTINCT work || coalesce(year, '') || coalesce(kind, '')) FROM reviews";
    for name in ["Rain (2012), movie", "rain (2012)", "RAIN (2012)", "Rain"] {
        revdb(folder, &merge);
        assert_eq!(rows(folder, works), ["4"]);
        assert!(revdb(folder, &["merge", "--list"]).contains("rain (2012), movie"));
        revdb(folder, &["merge", "work", name, "--remove", "--yes"]);
        assert_eq!(rows(folder, works), ["5"], "{name}");
    }
    // One of two merges is meant.
    revdb(folder, &merge);
    revdb(folder, &["merge", "work", "Rain (2019)", "Nine", "--yes", "--anyway"]);
    let said = refused(folder, &["merge", "work", "Rain", "--remove", "--yes"]);
    assert!(said.contains("\"rain (2012), movie\", \"rain (2019), movie\""), "{said}");
    revdb(folder, &["merge", "work", "Rain (2019)", "--remove", "--yes"]);
    // The one without year and kind is listed, too.
    std::fs::write(folder.join("b.csv"), "title,critic,score\nRain,D,1/5\n").expect("a file");
    import(folder, "b.csv");
    let rename = ["rename", "work", "Rain", "Drizzle", "--reason", "x", "--yes"];
    assert!(refused(folder, &rename).contains("\"=Title\" is the one without"));
    revdb(folder, &["rename", "work", "=Rain", "Drizzle", "--reason", "x", "--yes"]);
    assert_eq!(rows(folder, "SELECT critic FROM reviews WHERE work = 'Drizzle'"), ["D"]);
    assert!(!revdb(folder, &["merge", "--list"]).contains("2019"));
}

#[test]
fn an_equals_sign_matches_whole_names() {
    let folder = archive();
    let folder = folder.path();
    assert!(
        revdb(folder, &["merge", "critic", "Moor", "=B. Lund"])
            .contains("\"A. Moor\" into \"B. Lund\"")
    );
    let said = refused(folder, &["merge", "critic", "=Moor", "B. Lund"]);
    assert!(said.contains("no critic is called \"Moor\"") && said.contains("A. Moor"), "{said}");
    let said = refused(folder, &["rename", "work", "=Reed", "X", "--reason", "x"]);
    assert!(said.contains("no work is called \"Reed\""), "{said}");
    revdb(folder, &["rename", "work", "=The Reed", "A Reed", "--reason", "x", "--yes"]);
    revdb(folder, &["rename", "work", "=A Reed", "--remove", "--yes"]);
}

/// The remaining dump has other values, to which the decision does not apply.
#[test]
fn undo_reports_reviews_that_lose_a_decision() {
    let folder = archive();
    let folder = folder.path();
    write(
        folder,
        "two.csv",
        "The Reed,2008,A. Moor,Post,70/100,Slow and fine.\nThe Hill,2010,A. Moor,Post,65/100,A climb.\n",
    );
    import(folder, "two.csv");
    let seen = rows(folder, "SELECT id FROM reviews ORDER BY work, critic");
    let [hill, reed, long] = seen.as_slice() else { panic!("{seen:?}") };
    revdb(folder, &["correct", long, "--score", "45/100", "--reason", "mine", "--yes"]);
    assert!(!revdb(folder, &["imports", "undo", "2"]).contains("without what was corrected"));
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    for id in [reed, hill] {
        revdb(folder, &["hide", id, "--reason", "twice", "--yes"]);
    }
    import(folder, "two.csv");
    assert_eq!(rows(folder, "SELECT count(*) FROM reviews"), ["1"]);
    for flags in [&[][..], &["--yes"]] {
        let said = revdb(folder, &[&["imports", "undo", "1"][..], flags].concat());
        assert!(said.contains(&format!("reviews {reed}, {hill} stay")), "{said}");
    }
    import(folder, "one.csv");
    assert_eq!(rows(folder, "SELECT score FROM reviews"), ["45.0"]);
}
