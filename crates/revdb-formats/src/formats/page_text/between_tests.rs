//! Lines between headings, items and lists that belong to none of them.

use super::kinds_tests::{USERS, check, review_lines};
use super::lost_tests::{BANDS, notes};
use super::*;
use crate::formats::testing::read;

const HEAT: &str = "    BoC.\n    Jul 2, 2006\n    Hot.\n  2. IdaS.\n    Jul 3, 2006\n    Cold.\n";
const HEATED: [&str; 2] =
    ["user BoC. | - | 2006-07-02 | - | Hot.", "user IdaS. | - | 2006-07-03 | - | Cold."];

#[test]
fn rankings_between_heading_and_list_are_skipped() {
    let ranks = "\nAwards & Rankings\n\n67\n#67 Most Discussed PS2 Game of 2006\n#41 Best-Reviewed PS2 Game of 2006\n\n";
    let wanted = [
        "critic - | Tea Weekly | - | - | It boils. [Jan 2009, p.3]",
        "critic - | - | - | - | It cools by noon.",
    ];
    let first = "Tea Weekly\n    It boils. [Jan 2009, p.3]\n  2. It cools by noon.\n";
    let empty = "\nThere are no user reviews yet - Be first to review Kettle Bay.\n";
    check("numbered", &format!("{BANDS}{ranks}  1. {first}{empty}"), &wanted);
    check("the first number lost", &format!("{BANDS}{ranks}    {first}{empty}"), &wanted);
    check(
        "users below",
        &format!("{BANDS}{ranks}    {first}{USERS}{HEAT}"),
        &[wanted[0], wanted[1], HEATED[0], HEATED[1]],
    );
}

#[test]
fn page_lines_between_items_are_skipped() {
    let wanted = [
        "critic - | - | - | - | It boils by noon and not before.",
        "critic - | - | - | - | The lid is the best of it, by far.",
        "critic - | - | - | - | It cools by noon.",
    ];
    let page = |first, mark: &str, line: &str| {
        format!(
            "{BANDS}  {first}It boils by noon and not before.\n{line}  {mark}The lid is the best of it, by far.\n  {}It cools by noon.\n",
            mark.replace('2', "3")
        )
    };
    for line in ["Watch Now\n", "\nAdvertisement\n\n"] {
        check("numbered", &page("1. ", "2. ", line), &wanted);
        check("the first number lost", &page("  ", "2. ", line), &wanted);
        check("bullets", &page("* ", "* ", line), &wanted);
        assert!(read(&MetacriticText, &page("1. ", "2. ", line)).rejected.is_empty());
    }
    let headless = "    It boils by noon and not before.\n    It steeps, and then some more.\nWatch Now\n  3. The lid is the best of it, by far. [Jan 2009, p.3]\n  4. It cools by noon.\n";
    assert_eq!(review_lines(headless).map(|review_lines| review_lines.len()), Ok(4));
}

#[test]
fn second_list_without_heading_and_first_number() {
    let critics = "  1. It boils by noon.\n  2. It steeps. [Jan 2009, p.3]\n  3. It cools.\n\n";
    check(
        "below a blank line",
        &format!("{BANDS}{critics}{HEAT}"),
        &[
            "critic - | - | - | - | It boils by noon.",
            "critic - | - | - | - | It steeps. [Jan 2009, p.3]",
            "critic - | - | - | - | It cools.",
            HEATED[0],
            HEATED[1],
        ],
    );
}

#[test]
fn review_lines_that_look_like_boilerplate() {
    check(
        "words above a lost number",
        &format!(
            "{BANDS}  1. Reviewed by: Bo Cup\n    Summary: it boils and boils.\n    Reviewed by: Ida Stone\n    Hot.\n  3. It cools.\n"
        ),
        &[
            "critic Bo Cup | - | - | - | Summary: it boils and boils.",
            "critic Ida Stone | - | - | - | Hot.",
            "critic - | - | - | - | It cools.",
        ],
    );
    check(
        "a name that lost its number",
        &format!(
            "{USERS}  1. Jul 1, 2006\n    Warm.\n    Share\n    Jul 2, 2006\n    Hot.\n  3. IdaS.\n    Jul 3, 2006\n    Cold.\n"
        ),
        &[
            "user - | - | 2006-07-01 | - | Warm.",
            "user Share | - | 2006-07-02 | - | Hot.",
            HEATED[1],
        ],
    );
}

#[test]
fn user_lists_with_missing_bullets() {
    check(
        "a name and a date",
        &format!("{USERS}  * Jul 2, 2006\n    Hot.\n    IdaS.\n    Jul 3, 2006\n    Cold.\n"),
        &["user - | - | 2006-07-02 | - | Hot.", HEATED[1]],
    );
}

#[test]
fn user_lists_with_few_scores() {
    check(
        "below both headings",
        &format!(
            "{BANDS}\nUser Score\n\nNo user score yet- Awaiting 1 more rating\n\nUser score distribution:\n  1. Positive: 1 out of 2\n{HEAT}"
        ),
        &HEATED,
    );
    check(
        "below bands without a heading",
        &format!(
            "{BANDS}\nUser Score\n7.1\n\nUniversal acclaim- based on 20 Ratings\n\n  1. Positive: 7 out of 18\n{HEAT}"
        ),
        &HEATED,
    );
}

#[test]
fn link_to_a_missing_list() {
    check(
        "critics",
        &format!("{BANDS}  1. 60\n    It boils.\n  2. It cools.\n\nSee all 40 User Reviews\n"),
        &["critic - | - | - | 60 | It boils.", "critic - | - | - | - | It cools."],
    );
}

#[test]
fn verdicts_with_their_question_in_another_spelling() {
    for question in ["What's this?", "What’s this?", "What is this?"] {
        let page = BANDS.replace("Critics\n", &format!("Critics {question}\n"));
        check(question, &format!("{page}  1. It boils."), &["critic - | - | - | - | It boils."]);
    }
}

#[test]
fn truncated_links_and_unindented_lines() {
    let card = "80\nTea Weekly\nMar 1, 2018\nHot.\n";
    let cards = format!("Critic Reviews\n{card}Read full review\n{}", card.replace("80", "70"));
    let wanted = |score| format!("critic - | Tea Weekly | 2018-03-01 | {score} | Hot.");
    let wanted = [wanted(80), wanted(70)];
    let wanted = wanted.each_ref().map(String::as_str);
    check("a link", &format!("{cards}All this publication's revie"), &wanted);
    check(
        "the link to all",
        &format!("{BANDS}    Reviewed by: Bo Cup\n    Mar 1, 2009\n    Hot.\n\nSee all 31 Cri"),
        &["critic Bo Cup | - | 2009-03-01 | - | Hot."],
    );
}

#[test]
fn buttons_after_truncated_sentences_and_truncated_notices() {
    let page = |end: &str| {
        format!(
            "{USERS}  1. BoC.\n    Jul 2, 2006\n    A lid too far Collapse\n  2. Jul 3, 2006\n    The Great Collapse\n{end}"
        )
    };
    let wanted = [
        "user BoC. | - | 2006-07-02 | - | A lid too far",
        "user - | - | 2006-07-03 | - | The Great Collapse",
    ];
    check("whole", &page(""), &wanted);
    let end = "  3. IdaS.\n    Jul 4, 2006\n    8\n    This review contains spoilers, cli";
    check("within a notice", &page(end), &wanted);
}

#[test]
fn page_lines_that_look_like_heads() {
    let card = "Mar 1, 2022\n100\nTea Weekly\nHot.\nFULL REVIEW\n";
    let wanted = "critic - | Tea Weekly | 2022-03-01 | 100 | Hot.";
    check(
        "the page's score above a heading",
        &format!(
            "Kettle Bay\nPC\nUniversal Acclaim\nBased on 8 Critic Reviews\n96\nCritic Reviews\n{card}{}",
            card.replace("100", "90")
        ),
        &[wanted, &wanted.replace("100", "90")],
    );
    let page = |card: &str| {
        format!(
            "Kettle Bay\n81\nMETASCORE\nUniversal acclaim based on 2 Critics\nCritic Reviews\n{card}"
        )
    };
    let card = page(
        "100\nThe Lid\nBo Cup\nMar 1, 2018\nHot.\nRead full review\n75\nLeaf\nIda Stone\nMar 2, 2018\nCold.\nRead full review\n",
    );
    check(
        "the title of a page pasted twice",
        &format!("{card}{card}"),
        &[
            "critic Bo Cup | The Lid | 2018-03-01 | 100 | Hot.",
            "critic Ida Stone | Leaf | 2018-03-02 | 75 | Cold.",
        ],
    );
    check(
        "users called as the links are",
        "User Reviews\nMar 3, 2024\n9\nReport\nHot.\nPC\nReport\nMar 4, 2024\n4\nShare\n[SPOILER ALERT: This review contains spoilers.]\nCold.\nPC\nReport\n",
        &["user Report | - | 2024-03-03 | 9 | Hot.", "user Share | - | 2024-03-04 | 4 | Cold."],
    );
    check(
        "one card with its date below",
        "Metascore\nUniversal Acclaim\nBased on 31 Critic Reviews\n91\nCritic Reviews\n80\nLeaf\nHot, and then not.\nFULL REVIEW\nMar 5, 2024\n",
        &["critic - | Leaf | 2024-03-05 | 80 | Hot, and then not."],
    );
}

#[test]
fn users_cards() {
    let card = |day, score, name: &str, words: &str, end: &str| {
        format!("Mar {day}, 2024\n{score}\n{name}\n{words}\nPC\n{end}")
    };
    let head = "Kettle Bay User Reviews\nPC\nUser Score\nMixed or Average\nBased on 10 User Ratings\n6.3\nAll Reviews\n";
    check(
        "short words",
        &format!("{head}{}Load More\n", card(1, 9, "bo", "Hot and wet", "Report\n")),
        &["user bo | - | 2024-03-01 | 9 | Hot and wet"],
    );
    let two = "Hot and wet\nCold and dry";
    check(
        "two short lines",
        &format!("{head}{}", card(1, 9, "bo", two, "Report\n")),
        &[&format!("user bo | - | 2024-03-01 | 9 | {two}")],
    );
    let cards = [
        card(1, 9, "bo", "Hot.", ""),
        card(2, 8, "1984", "Warm.", "Report\n"),
        card(3, 7, "007x", "Cold.", "Report\n"),
        card(4, 6, "1985", "Wet.", "Report\n"),
    ];
    check(
        "a link lost, and names that are numbers",
        &format!("{head}{}", cards.concat()),
        &[
            "user bo | - | 2024-03-01 | 9 | Hot.",
            "user 1984 | - | 2024-03-02 | 8 | Warm.",
            "user 007x | - | 2024-03-03 | 7 | Cold.",
            "user 1985 | - | 2024-03-04 | 6 | Wet.",
        ],
    );
    let critic = "Mar 1, 2024\n80\nLeaf\nHot and dry.\nFULL REVIEW\n";
    check(
        "the label of the page's score lost",
        &format!(
            "Kettle Bay\nUniversal Acclaim\nBased on 9 Critic Reviews\n91\nAll Reviews\nPositive Reviews\n{critic}"
        ),
        &["critic - | Leaf | 2024-03-01 | 80 | Hot and dry."],
    );
}

#[test]
fn what_users_found_helpful_is_a_line_of_its_own() {
    let words = "Hot. I hope that users found this helpful.";
    check(
        "in words",
        &format!("{USERS}  1. BoC.\n    Jul 2, 2006\n    {words}\n"),
        &[&format!("user BoC. | - | 2006-07-02 | - | {words}")],
    );
}

#[test]
fn reviews_below_a_column_of_other_works_are_named() {
    let text = format!(
        "{BANDS}  1. It boils by noon.\n\nRelated Articles\n\n  1. Reviewed by: Bo Cup\n    It cools.\n"
    );
    assert!(notes(&text).iter().any(|note| note.contains("could not be put into one")));
}

#[test]
fn short_first_words_below_a_score_are_no_name() {
    let list = "  1. BoC.\n    Oct 4, 2009\n    2\n    It boils, and then some.\n  2. Nov 3, 2012\n    8\n    Steam\n    is the best of it, then tea.\n";
    check(
        "names stand above the dates",
        &format!("{USERS}{list}"),
        &[
            "user BoC. | - | 2009-10-04 | 2 | It boils, and then some.",
            "user - | - | 2012-11-03 | 8 | Steam\nis the best of it, then tea.",
        ],
    );
}

#[test]
fn critics_below_the_users_figures() {
    let list = "  1. It boils by noon.\n  2. It steeps.\n\nSee all 20 Critic Reviews\n";
    check(
        "the critics' own figures lost",
        &format!("{USERS}{list}"),
        &["critic - | - | - | - | It boils by noon.", "critic - | - | - | - | It steeps."],
    );
}

#[test]
fn users_below_an_empty_list_of_critics() {
    let text = format!(
        "{BANDS}\nThere are no positive critic reviews yet.\n\n{USERS}  1. BoC.\n    Oct 4, 2009\n    2\n    It boils.\n"
    );
    let notes = notes(&text);
    assert!(
        notes.iter().any(|note| note == "the page says 4 users' reviews; 1 was read"),
        "{notes:?}"
    );
}

#[test]
fn a_users_list_without_its_headings() {
    let list = "Kettle Bay - The Lids\n  1. May 27, 2011\n    It boils, and then some. Expand\n  2. May 23, 2011\n    It cools, and nobody minds.\n";
    let probe = crate::formats::testing::probe(list);
    assert_eq!(MetacriticText.recognise(&probe), Confidence::Shape);
    check(
        "headless",
        list,
        &[
            "user - | - | 2011-05-27 | - | It boils, and then some.",
            "user - | - | 2011-05-23 | - | It cools, and nobody minds.",
        ],
    );
    assert!(notes(list).iter().any(|note| note.contains("users' reviews (assumed)")));
    let diary = list.replace(" Expand", "");
    assert_eq!(MetacriticText.recognise(&crate::formats::testing::probe(&diary)), Confidence::No);
}

#[test]
fn the_text_ends_within_a_publication() {
    let page = |end: &str| {
        format!("{BANDS}  1. It boils by noon, and then some.\n  2. It cools.\n  3. {end}")
    };
    let wanted = [
        "critic - | - | - | - | It boils by noon, and then some.",
        "critic - | - | - | - | It cools.",
    ];
    check("a name", &page("Tea Mag"), &wanted);
    assert_eq!(review_lines(&page("Hot, then")).map(|found| found.len()), Ok(3));
}
