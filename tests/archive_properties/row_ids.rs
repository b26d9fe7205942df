//! Row ids, which depend on the order of dumps, affect nothing.

use revdb_model::{Audience, ExternalId, Review, WorkMention};

use super::contents::{check, partition};
use super::generators::{Told, import, scratch, told};

/// All orders of a few dumps.
fn orders(count: usize) -> Vec<Vec<usize>> {
    match count.checked_sub(1) {
        None => vec![Vec::new()],
        Some(last) => orders(last)
            .into_iter()
            .flat_map(|order| {
                (0..count).map(move |at| {
                    let mut more = order.clone();
                    more.insert(at, last);
                    more
                })
            })
            .collect(),
    }
}

fn of_work(title: &str, year: Option<i16>, id: Option<(&str, &str)>) -> Review {
    Review {
        audience: Audience::Critic,
        work: WorkMention {
            title: Some(title.to_owned()),
            year,
            ids: id.map(|(site, id)| ExternalId::new(site, id)).into_iter().collect(),
            ..WorkMention::default()
        },
        byline: None,
        publication: None,
        date: None,
        score: None,
        score_text: None,
        quote: None,
        url: None,
        id: None,
        truncated: false,
        language: None,
        verdict: Some("Fresh".to_owned()),
        tags: None,
    }
}

/// Ids of works and sites depend on the order of dumps. They must not decide where a record fits
/// two.
#[test]
fn row_ids_do_not_matter() {
    let by_ann = |review: Review, id: Option<&str>| Review {
        byline: Some("Ann".to_owned()),
        quote: Some("Fine.".to_owned()),
        id: id.map(|id| ExternalId::new("other site", id)),
        ..review
    };
    let worlds = [
        // One of two records of one dump is the review into which an id unites two works' records.
        vec![
            vec![by_ann(of_work("Y", None, None), None), by_ann(of_work("X", None, None), None)],
            vec![by_ann(of_work("X", None, None), Some("0"))],
            vec![
                of_work("Y", Some(2019), None),
                of_work("X", Some(1974), None),
                of_work("X", Some(2019), None),
            ],
            vec![
                by_ann(of_work("X", Some(2019), Some(("shop", "1"))), Some("0")),
                of_work("Y", None, Some(("shop", "1"))),
            ],
        ],
        // One site has one work of a title, another has two.
        vec![
            vec![of_work("X", None, Some(("shop", "1")))],
            vec![
                of_work("X", None, Some(("library", "1"))),
                of_work("X", None, Some(("library", "2"))),
            ],
        ],
    ];
    for dumps in worlds {
        let dumps: Vec<Told> = dumps.into_iter().map(told).collect();
        let stored = |order: &[usize]| {
            let mut scratch = scratch();
            for &at in order {
                let number = u8::try_from(at + 1).expect("few dumps");
                import(&mut scratch.archive, number, &dumps[at]);
            }
            check(&scratch.archive);
            partition(&scratch.archive)
        };
        let orders = orders(dumps.len());
        let first = stored(&orders[0]);
        for order in &orders[1..] {
            assert_eq!(first, stored(order), "{:?}, then {order:?}", orders[0]);
        }
    }
}
