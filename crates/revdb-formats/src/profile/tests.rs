//! Reads the real dumps of `../shared` with their profiles and compares counts.

use super::{Profile, Shape};
use crate::columns::tests::{Collected, read_by_profile, shared};
use crate::record::Item;

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

/// Reviews, works, skipped, rejected: `dumps/README.md` has the numbers.
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

const OWN: &str = "name = \"mine\"\n";

#[test]
fn profiles_may_be_short() {
    let text = r#"
name = "mine"
scale = 5
unknown-dates = "1970-01-01"
[detect]
columns = ["Film", "Mark"]
name-has = "films"
[fields]
title = "Film"
byline = ["Who", "Critic"]
score = { from = "Mark", before = "/" }
[[left-alone]]
when = { Mark = "" }
reason = "not marked"
"#;
    let profile = Profile::parse("mine.toml", text).unwrap();
    assert_eq!(profile.shape, Shape::Columns);
    assert_eq!(profile.detect.columns, [["Film", "Mark"]]);
    assert_eq!(profile.detect.name_has, ["films"]);
    assert_eq!(profile.unknown_dates, ["1970-01-01"]);
    assert_eq!(profile.scale.map(|scale| scale.best), Some(5.0));
    assert_eq!(profile.left_alone[0].when["Mark"], [""]);
    for own in super::built_in().unwrap() {
        assert!(!own.source.is_empty() && !own.describe.is_empty(), "{}", own.name);
    }
}

#[test]
fn errors_of_a_profile_name_the_key() {
    let cases = [
        (
            "[fields]\ntitle = 3\n",
            "mine.toml:3: `title`: invalid type: integer `3`, expected a column's name",
        ),
        ("shape = \"table\"\n[fields]\n", "mine.toml:2: `shape`: unknown variant `table`"),
        ("[fields]\ntitel = \"Film\"\n", "unknown field `titel`, expected one of `title`"),
        (
            "scale = \"ten\"\n[fields]\n",
            "`scale`: invalid type: string \"ten\", expected full marks",
        ),
        (
            "[detect]\ncolumns = \"Film\"\n[fields]\n",
            "`columns`: invalid type: string \"Film\", expected a",
        ),
        ("scale = 0\n[fields]\n", "`scale`: the best marks must be above the worst"),
        ("audience = \"all\"\n[fields]\n", "`audience`: unknown variant `all`"),
        ("", "missing field `fields`"),
        ("[fields]\nscore = { from = \"A\", wit = 1 }\n", "unknown field `wit`"),
    ];
    for (text, wanted) in cases {
        match Profile::parse("mine.toml", &format!("{OWN}{text}")) {
            Ok(_) => panic!("{text} was taken"),
            Err(error) => assert!(error.to_string().contains(wanted), "{text}: {error}"),
        }
    }
}

#[test]
fn an_unknown_name_has_a_suggestion() {
    let cases = [
        ("[fields]\ntitel = \"Film\"\n", Some("title")),
        ("[fields]\ncritic = \"Who\"\n", Some("byline")),
        ("[fields]\nrating = \"Stars\"\n", Some("score")),
        ("[fields]\nstars = \"Stars\"\n", Some("score")),
        ("[fields]\nscore = { form = \"A\" }\n", Some("from")),
        ("[fields]\nscore-txt = \"A\"\n", Some("score-text")),
        ("audiance = \"user\"\n[fields]\n", Some("audience")),
        ("audience = \"critics\"\n[fields]\n", Some("critic")),
        ("date_order = \"day-first\"\n[fields]\n", Some("date-order")),
        ("date-order = \"dayfirst\"\n[fields]\n", Some("day-first")),
        ("[detect]\ncolums = [\"A\"]\n[fields]\n", Some("columns")),
        ("[fields]\nzzz = \"A\"\n", None),
    ];
    for (text, wanted) in cases {
        let error = Profile::parse("mine.toml", &format!("{OWN}{text}")).unwrap_err();
        let wanted = wanted.map(|name| format!("did you mean `{name}`?"));
        assert_eq!(error.help(), wanted, "{text}: {error}");
    }
}

#[test]
fn a_misfit_has_a_reason() {
    let profile = |text: &str| Profile::parse("mine.toml", &format!("{OWN}{text}")).unwrap();
    let detected = "[detect]\ncolumns = [[\"Film\", \"Year\"], [\"Film\", \"Mark\", \"Day\"]]\n[fields]\nscore = \"Mark\"\n";
    let cases = [
        (detected, "Film,Year,Mark", None),
        (detected, "Film,Mood", Some("the header is not a mine header: it lacks Year")),
        ("[fields]\nscore = \"Mark\"\n", "Film,Mark", None),
        (
            "[fields]\nscore = \"Mork\"\nquote = [\"A\", \"B\"]\n",
            "Film,Mark",
            Some("the profile mine names columns that are not there: Mork (score), A or B (quote)"),
        ),
        (
            "shape = \"xml\"\nrecords = \"films.film\"\n[fields]\nscore = \"Mark\"\n",
            "Film,Mark",
            Some("it is not XML, as mine is"),
        ),
        ("shape = \"json\"\n[fields]\nscore = \"Mark\"\n", "Film,Mark", None),
        (
            "shape = \"json\"\nrecords = \"films[]\"\n[fields]\nscore = \"Mark\"\n",
            "Film,Mark",
            Some("it is not JSON, as mine is"),
        ),
    ];
    for (text, header, wanted) in cases {
        let head = format!("{header}\nDull Rain,3,4\n");
        let probe = crate::format::Probe::new("films.csv", &head, true);
        let told = profile(text).misfit(&probe, true).map(|(reason, _)| reason);
        assert_eq!(told.as_deref(), wanted, "{text}{header}");
        use crate::format::{Confidence, Format};
        assert_eq!(
            profile(text).recognise(&probe) == Confidence::Certain,
            wanted.is_none(),
            "{text}"
        );
    }
}

#[test]
fn profiles_do_not_claim_tables_with_more_review_columns() {
    for (header, fits) in [
        ("review_id,star_rating,review_body", true),
        ("review_id,star_rating,review_body,hotel_name", false),
        ("reviewId,content,score,thumbsUpCount", true),
        ("reviewId,content,score,reviewer", false),
        ("rating,verified_reviews,date", true),
        ("product,rating,verified_reviews", false),
        ("userId,movieId,rating,timestamp", true),
        ("userId,movieId,rating,timestamp,movieName", false),
        ("movie_title,critic_name,review_content,review_score", true),
        ("movie_title,critic_name,review_content,stars", false),
    ] {
        let head = format!("{header}\n{}\n", vec!["1"; header.split(',').count()].join(","));
        let probe = crate::format::Probe::new("dump.csv", &head, true);
        use crate::format::{Confidence, Format};
        let certain = |profile: &&Profile| profile.recognise(&probe) == Confidence::Certain;
        let known = super::built_in().unwrap().iter().filter(certain).count();
        assert_eq!(known == 1, fits, "{header}");
    }
    for (keys, fits) in [
        (r#""asin": "B1", "reviewerID": "u1", "overall": 4, "reviewText": "x""#, true),
        (r#""asin": "B1", "reviewerID": "u1", "overall": 4, "productTitle": "x""#, false),
        (r#""review_id": "1", "business_id": "2", "stars": 4, "text": "x", "date": "x""#, true),
        (r#""review_id": "1", "business_id": "2", "stars": 4, "business_name": "x""#, false),
    ] {
        let head = format!("{{{keys}}}\n");
        let probe = crate::format::Probe::new("dump.json", &head, true);
        use crate::format::{Confidence, Format};
        let certain = |profile: &&Profile| profile.recognise(&probe) == Confidence::Certain;
        let known = super::built_in().unwrap().iter().filter(certain).count();
        assert_eq!(known == 1, fits, "{keys}");
    }
}
