//! The meaning of names.

use rustc_hash::FxHashMap;

use super::known::File;
use super::*;

fn role(name: &str) -> Option<(Role, u8)> {
    meaning(name).unwrap().map(|meaning| (meaning.role, meaning.rank))
}

#[test]
fn every_name_has_one_role() {
    let file: File = toml::from_str(include_str!("../names.toml")).expect("the file parses");
    let mut seen: FxHashMap<String, Role> = FxHashMap::default();
    let all = file
        .names
        .iter()
        .map(|entry| (entry.role, &entry.names, &entry.source))
        .chain(file.ids.iter().map(|entry| (Role::WorkId, &entry.names, &entry.source)))
        .chain(file.lone_ids.iter().map(|entry| (Role::LoneId, &entry.names, &entry.source)));
    let mut twice = Vec::new();
    for (role, names, source) in all {
        assert!(!source.is_empty());
        for name in names {
            if let Some(before) = seen.insert(plain(name), role)
                && before != role
            {
                twice.push(format!("{name}: {before:?} and {role:?}"));
            }
        }
    }
    assert!(twice.is_empty(), "{twice:?}");
    assert!(!file.not_publications.source.is_empty());
}

#[test]
fn names_are_compared_folded_and_composed() {
    for (name, wanted) in [
        ("Your Rating", Some((Role::OwnScore, 3))),
        ("yourRating", Some((Role::OwnScore, 3))),
        ("Ma note", Some((Role::OwnScore, 3))),
        ("我的评分", Some((Role::OwnScore, 3))),
        ("Rating", Some((Role::Score, 2))),
        ("IMDb Rating", Some((Role::SiteScore, 3))),
        ("average_rating", Some((Role::SiteScore, 3))),
        ("rating_count", Some((Role::Count, 3))),
        ("Metascore", Some((Role::SiteScore, 3))),
        ("reviews.title", Some((Role::Headline, 3))),
        ("reviews.rating", Some((Role::Score, 3))),
        ("reviews.username", Some((Role::User, 3))),
        ("reviews.date", Some((Role::Date, 3))),
        ("review_profilename", Some((Role::User, 3))),
        ("review_overall", Some((Role::Score, 3))),
        ("Review #", Some((Role::Number, 3))),
        ("Review", Some((Role::Quote, 3))),
        ("my_review", Some((Role::Quote, 3))),
        ("movie.title", Some((Role::Title, 3))),
        ("book_id", Some((Role::LoneId, 2))),
        ("user.name", Some((Role::User, 3))),
        ("Título", Some((Role::Title, 2))),
        ("Titulo", Some((Role::Title, 2))),
        ("Runtime (mins)", Some((Role::WorkDetail, 2))),
        ("ISBN/UID", Some((Role::WorkId, 3))),
        ("im:rating.label", Some((Role::Score, 2))),
        ("score.value", Some((Role::Score, 2))),
        ("im:version.label", None),
        ("reviews.name", Some((Role::Reviewer, 3))),
        ("reviewer_title", None),
        ("user.title", Some((Role::WorkDetail, 2))),
        ("album.label", Some((Role::WorkAuthor, 2))),
        ("date.iso", Some((Role::Date, 2))),
        ("title.rendered", Some((Role::Title, 2))),
        ("ownerResponse.text", Some((Role::Users, 3))),
        ("reply.date", Some((Role::Users, 3))),
        ("responses.reply.user.name", Some((Role::Users, 3))),
        ("_score", None),
        ("mystery", None),
        ("Mood of the day", None),
    ] {
        assert_eq!(role(name), wanted, "{name}");
    }
}

#[test]
fn a_name_may_give_the_scale() {
    for (name, best) in [
        ("Rating (1-10)", Some(10.0)),
        ("Score (out of 100)", Some(100.0)),
        ("My rating /5", Some(5.0)),
        ("Rating10", Some(10.0)),
        ("Rating (%)", Some(100.0)),
        ("rating_out_of_10", Some(10.0)),
        ("ratingOutOf5", Some(5.0)),
        ("Rating (out of ten)", Some(10.0)),
        ("Puntuación (sobre 10)", Some(10.0)),
        ("Score [0-10]", Some(10.0)),
        ("Rating, max 10", Some(10.0)),
        ("Rating (1 to 10; 10 is best)", Some(10.0)),
        ("Rating (-5 to 5)", None),
        ("Score (0-1)", Some(1.0)),
        ("Rating (0=no, 1=yes)", None),
        ("Rating 0–10", Some(10.0)),
        ("Rating - 10 point scale", Some(10.0)),
        ("Rating out of a possible 10", Some(10.0)),
        ("5-star rating", Some(5.0)),
        ("Rating (stars)", None),
        ("Rating (2014)", None),
        ("Rating", None),
    ] {
        let found = meaning(name).expect("the file parses").expect("a score");
        assert!(matches!(found.role, Role::Score | Role::OwnScore), "{name}: {found:?}");
        assert_eq!(found.best, best, "{name}");
    }
}
