//! The real dumps of `../shared` through their profiles, by count.

use crate::import::columns::tests::{Collected, read_by_profile, shared};
use crate::import::record::Item;

fn counts(found: &Collected) -> [usize; 4] {
    found.0.iter().fold([0; 4], |mut counts, (_, _, item)| {
        let at = match item {
            Item::Review(_) => 0,
            Item::Claim(_) => return counts,
            Item::Work(_) => 1,
            Item::LeftAlone(_) => 2,
            Item::Rejected(_) => 3,
        };
        counts[at] += 1;
        counts
    })
}

/// Reviews, works, left alone, rejected: `dumps/README.md` has the figures.
#[test]
fn real_dumps_become_what_they_must() {
    let cases: &[(&str, &str, [usize; 4])] = &[
        ("rotten-tomatoes/kaggle-2020-head.csv", "rotten-tomatoes-kaggle-2020", [1049, 0, 0, 0]),
        ("rotten-tomatoes/reviews-slice.tsv", "rotten-tomatoes-slice", [1500, 0, 0, 0]),
        ("letterboxd/export/reviews.csv", "letterboxd-reviews", [159, 0, 0, 0]),
        ("goodreads/goodreads_library_export.csv", "goodreads", [253, 0, 73, 0]),
        ("imdb/imdb_ratings.csv", "imdb", [17, 0, 0, 0]),
        ("imdb/updated_imdb_ratings.csv", "imdb", [25, 0, 0, 0]),
        ("steam/review_10.json", "steam", [175, 0, 0, 0]),
        ("metacritic-csv/users-head.csv", "metacritic-users-csv", [400, 0, 0, 0]),
        ("metacritic-json/mock_valid_response.jsonl", "metacritic-backend-user", [2, 0, 0, 0]),
        ("metacritic-json/reviews-critic-long.json", "metacritic-backend-critic", [5, 0, 0, 0]),
        (
            "metacritic-json/reviews-critic-no-publication.json",
            "metacritic-backend-critic",
            [3, 0, 0, 0],
        ),
        ("metacritic-json/reviews-critic.json", "metacritic-backend-critic", [7, 0, 0, 0]),
        ("metacritic-json/reviews-user.json", "metacritic-backend-user", [5, 0, 0, 0]),
        ("metacritic-json/scraped-mario-kart-world.json", "metacritic-users-json", [120, 0, 0, 0]),
        ("pitchfork/reviews-head.csv", "pitchfork", [399, 0, 0, 0]),
        ("amazon/alexa-head.tsv", "amazon-alexa", [200, 0, 0, 0]),
    ];
    for (path, profile, expected) in cases {
        let Some(bytes) = shared(path) else { continue };
        let name = path.rsplit('/').next().unwrap_or(path);
        let (by, found) = read_by_profile(name, bytes);
        assert_eq!(by, *profile, "{path}");
        assert_eq!(counts(&found), *expected, "{path}");
    }
}
