//! Decisions about works that share title, year and kind, so that only their creators tell them
//! apart; and the order of creators.

#[path = "common/program.rs"]
mod program;

use std::path::Path;

use program::{refused, revdb};

fn rows(folder: &Path, query: &str) -> Vec<String> {
    let table = revdb(folder, &["sql", query, "--format", "csv", "--delimiter", "|"]);
    table.lines().skip(1).map(str::to_owned).collect()
}

/// A dump with a review of each work, given by title, authors and critic.
fn import(folder: &Path, name: &str, works: &[(&str, &[&str], &str)]) {
    let line = |(work, authors, critic): &(&str, &[&str], &str)| {
        let review = serde_json::json!({
            "id": 1, "work": work, "kind": "book", "year": 2012, "audience": "critic",
            "critic": critic, "byline": critic, "publication": null, "date": null,
            "score": 50.0, "score_text": "50/100", "quote": format!("{critic} read it"),
            "url": null, "authors": authors, "genres": ["drama", "action"],
        });
        format!("{review}\n")
    };
    std::fs::write(folder.join(name), works.iter().map(line).collect::<String>()).expect("a file");
    revdb(folder, &["import", name]);
}

const SEEN: &str =
    "SELECT r.critic, r.work, w.authors FROM reviews AS r JOIN review AS v USING (id)
    JOIN works AS w ON w.id = v.work_id ORDER BY 1";

const REEDS: [(&str, &[&str], &str); 3] = [
    ("The Reed", &["Ann Moor"], "Dov"),
    ("The Reed", &["Bo Lund", "Al Berg"], "Eli"),
    ("The Reed", &["Cy Holm"], "Fay"),
];

#[test]
fn one_of_several_works_is_renamed_by_its_label() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    import(folder, "one.jsonl", &REEDS);
    let before = rows(folder, SEEN);
    let said = refused(folder, &["rename", "work", "The Reed (2012)", "A Reed"], 1);
    assert!(said.contains("\"The Reed (2012), book, Ann Moor\""), "{said}");
    let label = "The Reed (2012), book, Al Berg and Bo Lund";
    assert!(revdb(folder, &["query", "distribution", "--format", "csv"]).contains(label));
    revdb(folder, &["rename", "work", label, "Reeds", "--yes"]);
    import(
        folder,
        "two.jsonl",
        &[("The Reed", &["Bo Lund"], "Gus"), ("The Reed", &["Cy Holm"], "Ida")],
    );
    let after = [
        "Dov|The Reed|Ann Moor",
        "Eli|Reeds|Bo Lund; Al Berg",
        "Fay|The Reed|Cy Holm",
        "Gus|Reeds|Bo Lund; Al Berg",
        "Ida|The Reed|Cy Holm",
    ];
    assert_eq!(rows(folder, SEEN), after);
    assert!(
        revdb(folder, &["rename", "--list"]).contains("the reed (2012), book, Al Berg and Bo Lund")
    );
    revdb(folder, &["imports", "undo", "2", "--yes"]);
    revdb(folder, &["rename", "work", "Reeds", "--remove", "--yes"]);
    assert_eq!(rows(folder, SEEN), before);
    revdb(folder, &["check"]);
}

#[test]
fn one_of_several_works_is_merged_into_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    import(folder, "one.jsonl", &REEDS);
    import(folder, "hill.jsonl", &[("The Hill", &["Ann Moor"], "Gus")]);
    let before = rows(folder, SEEN);
    let merge = ["merge", "work", "The Reed (2012), Ann Moor", "The Reed (2012), Cy Holm", "--yes"];
    revdb(folder, &merge);
    let merged = ["Dov|The Reed|Cy Holm", "Eli|The Reed|Bo Lund; Al Berg", "Fay|The Reed|Cy Holm"];
    assert_eq!(rows(folder, SEEN)[..3], merged);
    assert_eq!(rows(folder, "SELECT count(*) FROM works"), ["3"]);
    revdb(folder, &["merge", "work", "The Reed (2012), Ann Moor", "--remove", "--yes"]);
    assert_eq!(rows(folder, SEEN), before);
    // Into a work of another title.
    revdb(folder, &["merge", "work", "The Reed (2012), Ann Moor", "The Hill (2012)", "--yes"]);
    assert_eq!(rows(folder, SEEN)[0], "Dov|The Hill|Ann Moor");
    assert_eq!(rows(folder, "SELECT count(*) FROM works"), ["3"]);
    let into = ["merge", "work", "The Hill (2012)", "The Reed (2012), Cy Holm", "--yes"];
    assert!(refused(folder, &into, 1).contains("revdb rename work"));
    revdb(folder, &["merge", "work", "The Reed (2012), book, Ann Moor", "--remove", "--yes"]);
    assert_eq!(rows(folder, SEEN), before);
    revdb(folder, &["check"]);
}

#[test]
fn creators_are_listed_in_the_order_of_the_dump() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    import(folder, "one.jsonl", &[("The Reed", &["Zoe Moor", "Ann Lund", "Max Berg"], "Dov")]);
    import(folder, "two.jsonl", &[("The Reed", &["Zoe Moor", "Ann Lund"], "Eli")]);
    let authors = ["Zoe Moor; Ann Lund; Max Berg"];
    assert_eq!(rows(folder, "SELECT authors FROM works"), authors);
    let exported = revdb(folder, &["export", "--format", "jsonl"]);
    std::fs::write(folder.join("again.jsonl"), exported).expect("a file");
    revdb(folder, &["import", "again.jsonl", "--db", "again.db"]);
    let again = ["sql", "SELECT authors FROM works", "--format", "csv", "--db", "again.db"];
    assert_eq!(revdb(folder, &again).lines().nth(1), Some(authors[0]));
    // So does an archive that takes over the other's dumps.
    revdb(folder, &["import", "reviews.db", "--db", "other.db"]);
    let other = ["sql", "SELECT authors, genres FROM works", "--format", "csv", "--db", "other.db"];
    let listed = format!("{},drama; action", authors[0]);
    assert_eq!(revdb(folder, &other).lines().nth(1), Some(listed.as_str()));
}
