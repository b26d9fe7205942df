//! The tables of one export, imported together and separately.

use std::path::{Path, PathBuf};

use revdb_formats::format::ReadOptions;

use crate::common::Scratch;
use crate::common::shared::shared;

/// The tables of an export, one import each, in every order; only the archive connects ratings.csv
/// with the others.
fn one_by_one(folder: &Path, tables: &[&str], expected: usize) {
    let together = Scratch::new();
    let paths: Vec<PathBuf> = tables.iter().map(|table| folder.join(table)).collect();
    let all: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    together.import(&all, ReadOptions::default());
    let reviews = together.rows("SELECT id FROM reviews");
    assert_eq!(reviews.len(), expected, "together");
    for turn in 0..paths.len() {
        for reverse in [false, true] {
            let mut order = all.clone();
            order.rotate_left(turn);
            if reverse {
                order.reverse();
            }
            let apart = Scratch::new();
            for path in &order {
                apart.import(&[path], ReadOptions::default());
            }
            assert_eq!(apart.content(), together.content(), "{order:?}");
            apart.import(&all, ReadOptions::default());
            assert_eq!(apart.content(), together.content(), "{order:?}, then together");
        }
        let (one, two) = (&all[turn..=turn], [&all[..turn], &all[turn + 1..]].concat());
        for order in [[one, &two], [&two, one]] {
            let apart = Scratch::new();
            order.iter().for_each(|paths| drop(apart.import(paths, ReadOptions::default())));
            assert_eq!(apart.content(), together.content(), "{order:?}");
        }
    }
}

#[test]
fn letterboxd_tables_may_be_imported_separately() {
    let export = Scratch::new();
    let head = "Date,Name,Year,Letterboxd URI,Rating";
    for (name, columns, rows) in [
        (
            "reviews.csv",
            ",Rewatch,Review,Tags,Watched Date",
            "2019-03-15,The Paper Lighthouse,2014,https://boxd.invalid/a1,4.5,,Slow and warm.,,2019-03-14\n\
             2020-11-02,The Paper Lighthouse,2014,https://boxd.invalid/a2,4.5,Yes,Nobody came.,,2020-11-01\n\
             2021-01-02,Nine Quiet Rivers,2019,https://boxd.invalid/a5,,,Left early.,,2021-01-01\n",
        ),
        (
            "diary.csv",
            ",Rewatch,Tags,Watched Date",
            "2019-03-15,The Paper Lighthouse,2014,https://boxd.invalid/a1,4.5,,,2019-03-14\n\
             2020-11-02,The Paper Lighthouse,2014,https://boxd.invalid/a2,4.5,Yes,,2020-11-01\n\
             2020-11-03,A Door in the Hill,2001,https://boxd.invalid/a3,3,,,2020-11-02\n\
             2020-11-04,Salt,2016,https://boxd.invalid/a4,,,,2020-11-03\n",
        ),
        (
            "ratings.csv",
            "",
            "2019-03-15,The Paper Lighthouse,2014,https://boxd.invalid/f1,4.5\n\
             2021-01-05,Nine Quiet Rivers,2019,https://boxd.invalid/f2,2\n\
             2020-10-30,A Door in the Hill,2001,https://boxd.invalid/f3,3\n\
             2020-11-05,Salt,2016,https://boxd.invalid/f4,0.5\n\
             2020-11-06,The Last Orchard,2020,https://boxd.invalid/f5,5\n",
        ),
    ] {
        export.dump(name, format!("{head}{columns}\n{rows}").as_bytes());
    }
    one_by_one(export.folder.path(), &["reviews.csv", "diary.csv", "ratings.csv"], 6);

    // `formats --explain` says the same about the folder before the import.
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_revdb"))
        .args(["formats", "--format", "tsv", "--explain"])
        .arg(export.folder.path())
        .output()
        .expect("revdb runs");
    let told = String::from_utf8_lossy(&out.stdout);
    let reviews = |table: &str| {
        told.lines().filter(|line| line.contains(&format!("{table}\treview\t"))).count()
    };
    assert_eq!(
        [reviews("reviews.csv"), reviews("diary.csv"), reviews("ratings.csv")],
        [3, 1, 2],
        "{told}"
    );
}

#[test]
fn real_letterboxd_tables_may_be_imported_separately() {
    let Some(folder) = shared("dumps/letterboxd/export") else { return };
    one_by_one(&folder, &["reviews.csv", "diary.csv", "ratings.csv"], 164);
}
