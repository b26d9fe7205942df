//! Small dumps through the whole pipeline, one case a rule of import.

mod common;

use common::Scratch;
use revdb::domain::Audience;
use revdb::import::format::ReadOptions;

/// The rows of `columns` after one import of `dump`, with nothing refused.
fn rows_of(name: &str, dump: &str, options: ReadOptions, columns: &str) -> Vec<String> {
    let scratch = Scratch::new();
    let path = scratch.dump(name, dump.as_bytes());
    let report = scratch.import(&[&path], options);
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    scratch.rows(&format!("SELECT {columns} FROM reviews ORDER BY id"))
}

#[test]
fn who_speaks_in_a_plain_table() {
    let cases = [
        ("user,title,rating,text", None, "user"),
        ("username,title,rating,text", None, "user"),
        ("user_name,title,rating,text", None, "user"),
        ("reviewer,title,rating,text", None, "critic"),
        ("author,user_id,rating,text", None, "user"),
        ("user,critic,rating,text", None, "critic"),
        ("user,publication,rating,text", None, "critic"),
        ("user,title,rating,text", Some(Audience::Critic), "critic"),
        ("critic,title,rating,text", Some(Audience::User), "user"),
    ];
    for (header, audience, wanted) in cases {
        let options = ReadOptions { audience, ..ReadOptions::default() };
        let dump = format!("{header}\nAnn Oak,Dull Rain,3,It rains.\n");
        let rows = rows_of("dump.csv", &dump, options, "audience");
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
