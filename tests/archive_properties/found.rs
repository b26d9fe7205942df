//! Finding names and known reviews again, case by case.

use revdb_model::{Audience, ExternalId, Review, WorkMention};
use revdb_store::{KnownName, Mergeable, NameSearch};

use crate::contents::check;
use crate::generators::{Scratch, import, scratch, told};

#[test]
fn names_are_found_whole_by_part_or_nearly() {
    let mut a = scratch();
    let reviews: Vec<Review> = ["Manohla Dargis", "Manuela Lazic", "MANOHLA DARGIS", "Jo Poe"]
        .into_iter()
        .map(|byline| Review {
            audience: Audience::Critic,
            work: WorkMention { title: Some("X".into()), ..WorkMention::default() },
            byline: Some(byline.into()),
            publication: None,
            date: None,
            score: None,
            score_text: None,
            quote: Some("Fine.".into()),
            url: None,
            id: None,
            truncated: false,
            language: None,
            verdict: None,
            tags: None,
        })
        .collect();
    import(&mut a.archive, 1, &told(reviews));
    let find = |asked: &str| a.archive.find_name(Mergeable::Critic, asked).expect("a look-up");
    let one = |shown: &str| NameSearch::One(KnownName::new(shown));
    assert_eq!(find("manohla  DARGIS"), one("Manohla Dargis"));
    assert_eq!(find("poe"), one("Jo Poe"));
    assert!(matches!(find("man"), NameSearch::Several(names) if names.len() == 2));
    assert!(
        matches!(find("Manohla Dargus"), NameSearch::None { near } if near == ["Manohla Dargis"])
    );
    assert!(matches!(find("Zzz"), NameSearch::None { near } if near.is_empty()));
}

/// Known reviews of a bulk import are found through earlier reviews, also after these were
/// removed.
#[test]
fn reviews_are_found_after_their_representative_is_removed() {
    let review = |n: u8| Review {
        audience: Audience::Critic,
        work: WorkMention { title: Some("X".to_owned()), ..WorkMention::default() },
        byline: Some("Ann".to_owned()),
        publication: None,
        date: None,
        score: None,
        score_text: None,
        quote: Some(format!("Words {n}.")),
        url: None,
        id: (n > 1).then(|| ExternalId::new("site", n.to_string())),
        truncated: false,
        language: None,
        verdict: None,
        tags: None,
    };
    let reviews = told(vec![review(1), review(2), review(3)]);
    let mut scratch = scratch();
    let (first, new) = import(&mut scratch.archive, 1, &reviews);
    assert_eq!(new, 3);
    // An even number makes a bulk import (`import`).
    assert_eq!(import(&mut scratch.archive, 2, &reviews).1, 0);
    let leaders = |scratch: &Scratch| -> i64 {
        let count = "SELECT count(*) FROM sighting WHERE is_representative";
        scratch.archive.connection().query_row(count, [], |row| row.get(0)).expect("a count")
    };
    assert_eq!(leaders(&scratch), 3);
    scratch.archive.undo(first, true).expect("an undo");
    check(&scratch.archive);
    assert_eq!(leaders(&scratch), 3);
    for number in [3, 4] {
        assert_eq!(import(&mut scratch.archive, number, &reviews).1, 0);
        check(&scratch.archive);
    }
}

/// A known review of a bulk import is stored without reading its row; a later record of the same
/// dump splits its work from another with that title.
#[test]
fn a_known_sighting_moves_with_its_work() {
    let of = |year, shop: Option<&str>, byline: Option<&str>| Review {
        audience: Audience::Critic,
        work: WorkMention {
            title: Some("X".to_owned()),
            year,
            ids: shop.map(|id| ExternalId::new("shop", id)).into_iter().collect(),
            ..WorkMention::default()
        },
        byline: byline.map(str::to_owned),
        publication: None,
        date: None,
        score: byline.map(|_| 90.0),
        score_text: byline.map(|_| "90".to_owned()),
        quote: None,
        url: None,
        id: None,
        truncated: false,
        language: None,
        verdict: None,
        tags: None,
    };
    let dumps = [
        told(vec![of(Some(2019), None, None)]),
        told(vec![of(None, None, Some("Ann"))]),
        told(vec![of(None, Some("0"), Some("Ann")), of(Some(1974), None, None)]),
    ];
    // An even number makes a bulk import (`import`).
    let stored = |numbers: [u8; 3]| {
        let mut scratch = scratch();
        for (number, reviews) in numbers.into_iter().zip(&dumps) {
            import(&mut scratch.archive, number, reviews);
        }
        check(&scratch.archive);
        let query = "SELECT title, year, (SELECT count(*) FROM review WHERE work_id = work.id),
                            (SELECT count(*) FROM sighting AS s JOIN review AS r ON r.id = s.review_id
                             WHERE r.work_id = work.id) FROM work ORDER BY year";
        let mut statement = scratch.archive.connection().prepare(query).expect("a query");
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .expect("rows");
        rows.map(|row| row.expect("a row")).collect::<Vec<(String, Option<i64>, i64, i64)>>()
    };
    assert_eq!(stored([1, 3, 4]), stored([1, 3, 5]));
}
