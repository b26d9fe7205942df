//! Pages that lost something: numbers, a head, the position of a date.

use super::kinds_tests::{USERS, check};
use super::*;
use crate::formats::testing::{probe, read};

pub(super) const BANDS: &str = "Mixed or average reviews - based on 9 Critics\n\nCritic score distribution:\n  1. Positive: 4 out of 9\n";

pub(super) fn notes(text: &str) -> Vec<String> {
    read(&MetacriticText, text).notes.into_iter().map(|note| note.message).collect()
}

#[test]
fn missing_numbers_at_the_end_of_a_list() {
    let users = format!(
        "{USERS}  1. BoC.\n    Jul 2, 2006\n    8\n    Hot.\n    IdaS.\n    Jul 3, 2006\n    7\n    Warm, and then cold.\n"
    );
    check(
        "names and dates part users' reviews",
        &users,
        &[
            "user BoC. | - | 2006-07-02 | 8 | Hot.",
            "user IdaS. | - | 2006-07-03 | 7 | Warm, and then cold.",
        ],
    );
    assert!(notes(&users).iter().any(|note| note.contains("lost its last numbers")));
    let critics = format!(
        "{BANDS}  1. It boils by noon and not before.\n  2. The lid is the best of it.\n    60\n    Steeped too long, and by a fool.\n    Nobody will drink it twice over.\n"
    );
    check(
        "lines part critics' notices",
        &critics,
        &[
            "critic - | - | - | - | It boils by noon and not before.",
            "critic - | - | - | - | The lid is the best of it.",
            "critic - | - | - | 60 | Steeped too long, and by a fool.",
            "critic - | - | - | - | Nobody will drink it twice over.",
        ],
    );
    assert!(notes(&critics).iter().any(|note| note.contains("nothing parts the reviews")));
    let edited = format!(
        "{USERS}  1. BoC.\n    Jul 2, 2006\n    8\n    Hot.\n  2. IdaS.\n    Jul 3, 2006\n    7\n    Cold.\n    Dec 1, 2006\n    It was mended.\n"
    );
    check(
        "a date alone stays where the others have names",
        &edited,
        &[
            "user BoC. | - | 2006-07-02 | 8 | Hot.",
            "user IdaS. | - | 2006-07-03 | 7 | Cold.\nDec 1, 2006\nIt was mended.",
        ],
    );
    assert!(notes(&edited).iter().any(|note| note.contains("another review may begin there")));
}

#[test]
fn constant_numbers_and_unindented_lines() {
    check(
        "one-line items above a line of the page",
        &format!(
            "{BANDS}  1. It boils.\n  1. It steeps.\n  1. It cools.\n\nThere are no user reviews yet.\n"
        ),
        &[
            "critic - | - | - | - | It boils.",
            "critic - | - | - | - | It steeps.",
            "critic - | - | - | - | It cools.",
        ],
    );
    check(
        "the first number lost, and the indentation",
        &format!("{USERS}Jul 2, 2006\nHot.\n2. IdaS.\nJul 3, 2006\nCold.\n"),
        &["user - | - | 2006-07-02 | - | Hot.", "user IdaS. | - | 2006-07-03 | - | Cold."],
    );
    check(
        "the text begins within critics' list",
        &format!("    The lid is the best of it, by far.\n{USERS}  1. Jul 2, 2006\n    Hot.\n"),
        &[
            "critic - | - | - | - | The lid is the best of it, by far.",
            "user - | - | 2006-07-02 | - | Hot.",
        ],
    );
    check(
        "the last line begins as a band does",
        &format!("{BANDS}  1. Positive: all of it, and more.\n"),
        &["critic - | - | - | - | Positive: all of it, and more."],
    );
    check(
        "bullets",
        "Mixed or average reviews - based on 9 Critics\nCritic score distribution:\n• Positive: 4 out of 9\n• It boils by noon.\n• It steeps for ever.\n",
        &["critic - | - | - | - | It boils by noon.", "critic - | - | - | - | It steeps for ever."],
    );
}

#[test]
fn names_that_are_numbers_or_look_like_empty_list_messages() {
    let item = |name, date, rest| format!("{name}\n    Jul {date}, 2006\n    {rest}\n");
    check(
        "every user is called by a number",
        &format!(
            "{USERS}  1. {}  2. {}  3. {}",
            item("1984", 2, "8\n    Hot."),
            item("007", 3, "7\n    Warm."),
            item("N/A", 4, "2\n    Cold.")
        ),
        &[
            "user 1984 | - | 2006-07-02 | 8 | Hot.",
            "user 007 | - | 2006-07-03 | 7 | Warm.",
            "user N/A | - | 2006-07-04 | 2 | Cold.",
        ],
    );
    check(
        "a score that the words hold",
        &format!("{USERS}BoC.\nJul 2, 2006\nHot.\nI give it\n9\nIdaS.\nJul 3, 2006\nCold.\n"),
        &[
            "user BoC. | - | 2006-07-02 | - | Hot.\nI give it\n9",
            "user IdaS. | - | 2006-07-03 | - | Cold.",
        ],
    );
}

#[test]
fn names_that_are_also_page_labels() {
    let items: Vec<String> = ["Share", "PC", "Jan 5", "Metascore"]
        .iter()
        .zip(1..)
        .map(|(name, at)| format!("  {at}. {name}\n    Jul {at}, 2006\n    8\n    Hot.\n"))
        .collect();
    check(
        "names",
        &format!("{USERS}{}", items.concat()),
        &[
            "user Share | - | 2006-07-01 | 8 | Hot.",
            "user PC | - | 2006-07-02 | 8 | Hot.",
            "user Jan 5 | - | 2006-07-03 | 8 | Hot.",
            "user Metascore | - | 2006-07-04 | 8 | Hot.",
        ],
    );
}

#[test]
fn lines_between_a_heading_and_the_first_review() {
    let card = |score, name, date| format!("{score}\n{name}\n{date}\nHot.\nRead full review\n");
    let cards = [card(90, "Tea Weekly", "May 2, 2018"), card(80, "Leaf", "May 3, 2018")].concat();
    let wanted = [
        "critic - | Tea Weekly | 2018-05-02 | 90 | Hot.",
        "critic - | Leaf | 2018-05-03 | 80 | Hot.",
    ];
    check("a bar", &format!("Critic Reviews\nScoreBy PublicationBy Critic\n{cards}"), &wanted);
    check(
        "the users' score below its verdict",
        &format!(
            "Kettle Bay\nPC\nMetascore\nUniversal Acclaim\nBased on 2 Critic Reviews\n85\nUser Score\nMixed or Average\nBased on 20 User Ratings\n7.6\nCritic Reviews\nAll Critics\nShowing 2 Critic Reviews\n{cards}"
        ),
        &wanted,
    );
}

#[test]
fn dates_below_their_reviews() {
    let card = |score, name, foot| format!("{score}\n{name}\nIt boils.\n{foot}\n");
    check(
        "below the link",
        &format!(
            "Critic Reviews\n{}{}",
            card(90, "Tea Weekly", "PC FULL REVIEW\nMar 1, 2024"),
            card(80, "Leaf", "FULL REVIEW\nMar 2, 2024")
        ),
        &[
            "critic - | Tea Weekly | 2024-03-01 | 90 | It boils.",
            "critic - | Leaf | 2024-03-02 | 80 | It boils.",
        ],
    );
    check(
        "above the link",
        &format!(
            "User Reviews\n{}{}",
            card(9, "bo", "PC\nMar 1, 2024\nReport"),
            card(8, "ida", "Mar 2, 2024\nReport")
        ),
        &["user bo | - | 2024-03-01 | 9 | It boils.", "user ida | - | 2024-03-02 | 8 | It boils."],
    );
    let cut = format!(
        "Critic Reviews\n{}Mar 1, 2024\n{}Mar 2, 2024\n{}",
        card(90, "Tea Weekly", "FULL REVIEW"),
        card(80, "Leaf", "FULL REVIEW"),
        card(70, "Pot", "FULL REVIEW")
    );
    assert!(notes(&cut).iter().any(|note| note.contains("one place off")));
}

#[test]
fn dates_as_a_browser_translates_them() {
    let items =
        ["2 ago 2012", "3 de agosto de 2012", "4. August 2012", "5 août 2012", "06.08.2012"];
    let items: Vec<String> = items
        .iter()
        .zip(1..)
        .map(|(date, at)| format!("  {at}. Reviewed by: Ida Stone\n    {date}\n    80\n    Hot.\n"))
        .collect();
    let wanted: Vec<String> =
        (2..7).map(|day| format!("critic Ida Stone | - | 2012-08-0{day} | 80 | Hot.")).collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let page = format!("{BANDS}{}", items.concat());
    check("dates", &page, &wanted);
    assert!(notes(&page).iter().any(|note| note.contains("another language")));
}

#[test]
fn dates_in_longer_and_in_shorter_forms() {
    let page = |date: &str| {
        format!("{BANDS}  1. Reviewed by: Ida Stone\n    {date}\n    80\n    Hot.\n  2. Cold.\n")
    };
    for (date, wanted) in [
        ("Posted on August 2, 2012", "2012-08-02"),
        ("Thursday, August 2, 2012", "2012-08-02"),
        ("Aug 2, 2012 at 9:05 PM", "2012-08-02"),
        ("2012年8月2日", "2012-08-02"),
        ("2 августа 2012 г.", "2012-08-02"),
        ("August 2012", "2012-08"),
    ] {
        let first = format!("critic Ida Stone | - | {wanted} | 80 | Hot.");
        check(date, &page(date), &[&first, "critic - | - | - | - | Cold."]);
    }
    // An incomplete date is not a publication: the import counts it as an unreadable date.
    for date in ["3 days ago", "Aug 2"] {
        let found = read(&MetacriticText, &page(date));
        let (_, first) = &found.reviews()[0];
        assert_eq!((first.date.as_deref(), first.publication.as_deref()), (Some(date), None));
    }
}

#[test]
fn advertisements_between_reviews() {
    for advert in ["Advertisement", "    Advertisement", "Sponsored: a new kettle"] {
        check(
            advert,
            &format!("{BANDS}  1. It boils.\n{advert}\n  2. It steeps.\n    for ever.\n"),
            &["critic - | - | - | - | It boils.", "critic - | - | - | - | It steeps.\nfor ever."],
        );
    }
}

#[test]
fn pages_before_2010() {
    check(
        "critics and users",
        "Kettle Bay\nMETASCORE\n61\nout of 100 based on 34 reviews\nUSER RATING\n7.2\n(12 votes)\nWhat The Critics Said\n91\nTea Weekly\nHot. [12 Mar 2004, p.57]\n80\nLeaf\nWarm.\nRead Full Review\nWhat Our Users Said\nVote Now!\nThe average user rating for this movie is 7.2 (out of 10) based on 12 User Votes\nIda S. gave it a 9:\nHot.\nAnd wet.\n[Anonymous] gave it a0:\nCold.\n",
        &[
            "critic - | Tea Weekly | - | 91 | Hot. [12 Mar 2004, p.57]",
            "critic - | Leaf | - | 80 | Warm.",
            "user Ida S. | - | - | 9 | Hot.\nAnd wet.",
            "user [Anonymous] | - | - | 0 | Cold.",
        ],
    );
}

#[test]
fn sidebars_are_not_reviews() {
    let page = format!("{USERS}  1. bo\n    Jul 2, 2006\n    8\n    Hot.\n");
    for foot in [
        "By Metascore\nBy User Score\n  1. 90\n    The Lid\n  2. 81\n    Leaves of May\n",
        "prev\n  1. 1\n  2. 2\n  3. 3\nnext\n",
    ] {
        check(foot, &format!("{page}\n{foot}"), &["user bo | - | 2006-07-02 | 8 | Hot."]);
    }
    check(
        "a menu names no list",
        "Critic Reviews\nUser Reviews\n\n  3. Tea Weekly\n    Hot. [Jan 2009, p.3]\n  4. Leaf\n    Warm. [Feb 2009, p.9]\n",
        &[
            "critic - | Tea Weekly | - | - | Hot. [Jan 2009, p.3]",
            "critic - | Leaf | - | - | Warm. [Feb 2009, p.9]",
        ],
    );
}

#[test]
fn pages_of_other_sites_are_refused() {
    for text in [
        "Reviews\nBo Cup\n★★★★½\nJul 20, 2023\nHot.\nIda Stone\n★\nJul 21, 2023\nCold.\n",
        "Critic Reviews\nBo Cup\nTea Weekly\nHot.\nFull Review | Original Score: 3/4 | Jul 20, 2023\nIda Stone\nLeaf\nCold.\nFull Review | Jul 21, 2023\n",
        "# Seen in May\n\n## The Lid ★★★½\n2021-05-04\nHot.\n\n## Leaves ★★\n2021-05-09\nCold.\n",
        "Leaf\nBo Cup\nJul 20, 2023\n9 / 10.0\nHot.\nRead full review\nPot\nIda Stone\nJul 21, 2023\n4 / 10.0\nCold.\nRead full review\n",
        "User reviews\n8/10\nA fine lid\nHot.\nhelpful•17\n2\nbo\nMay 19, 2024\nPermalink\n",
    ] {
        assert_eq!(MetacriticText.recognise(&probe(text)), Confidence::No, "{text}");
    }
    let marks = format!("{USERS}  1. Jul 2, 2006\n    10/10\n  2. Jul 3, 2006\n    9/10\n");
    assert_eq!(MetacriticText.recognise(&probe(&marks)), Confidence::Certain);
}
