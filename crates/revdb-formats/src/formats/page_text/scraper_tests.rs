//! Pages as scrapers and converters print them: bars, footers, references, one piece of text per
//! line.

use super::kinds_tests::{check, review_lines};
use super::lost_tests::notes;

const CRITICS: &[&str] = &[
    "critic - | The Kettle | 2019-02-23 | 100 | The next step.",
    "critic - | Tea Weekly | 2019-02-24 | 80 | A long game.",
];

#[test]
fn bars_above_and_the_foot_below() {
    let page = |bar: &str, foot: &str| {
        format!(
            "81\nMETASCORE\nUniversal acclaim based on 2 Critic Reviews\nCritic Reviews\n{bar}\n\
             100\nThe KettleFeb 23, 2019\nThe next step.\n80\nTea WeeklyFeb 24, 2019\nA long game.\n{foot}\n"
        )
    };
    for bar in
        ["Critic scoreBy date", "Critic score | Publication | By date", "Critic score By date"]
    {
        check("bar", &page(bar, ""), CRITICS);
    }
    for foot in
        ["About Us\nFAQ\nPress\nPrivacy Policy", "• FAQ\n• Terms of Use", "FAQ\n© 2019 Teapots"]
    {
        check("foot", &page("Critic scoreBy date", foot), CRITICS);
    }
}

#[test]
fn a_piece_of_text_a_line() {
    let text = "User Score\n7.1\nGenerally favorable reviews\n- based on\n2\nRatings\nUser Reviews\n\
                9\nbob77\nMar 1, 2019\nHot.\n4\nof\n5\nusers found this helpful\n4\n1\n\
                6\nann\nMar 2, 2019\nCold.\n0\nof\n0\nusers found this helpful\n0\n0\n";
    check(
        "pieces",
        text,
        &["user bob77 | - | 2019-03-01 | 9 | Hot.", "user ann | - | 2019-03-02 | 6 | Cold."],
    );
}

#[test]
fn links_as_references_and_over_paragraphs() {
    let head = "Metascore\nUniversal Acclaim\nBased on 2 Critic Reviews\n81\nCritic Reviews\n";
    let foot = "   [1]: /kettle\n   [2]: /tea\n   [3]: /full\n";
    let cards = "Feb 23, 2019\n\n[100 The Kettle][1]\n\nThe next step.\n\n[FULL REVIEW][3]\n\n\
                 Feb 24, 2019\n\n[80 Tea Weekly][2]\n\nA long game.\n\n[FULL REVIEW][3]\n";
    check("references", &format!("{head}{cards}{foot}"), CRITICS);
    let cards = cards
        .replace("[100 The Kettle][1]", "[\n\n100\n\nThe Kettle\n\n](/kettle)")
        .replace("[80 Tea Weekly][2]", "[80\n\nTea Weekly](/tea)")
        .replace("][3]", "](/full)");
    check("paragraphs", &format!("{head}{cards}"), CRITICS);
}

#[test]
fn words_without_a_full_stop_above_a_card_named_below() {
    let text = "User Score\nGenerally Favorable\nBased on 2 User Ratings\n7.9\nUser Reviews\n\
                Mar 3, 2022\n10\nbob77\nBest kettle ever\nMar 4, 2022\n7\nann\nIt boils and then it stops.\n";
    check(
        "below",
        text,
        &[
            "user bob77 | - | 2022-03-03 | 10 | Best kettle ever",
            "user ann | - | 2022-03-04 | 7 | It boils and then it stops.",
        ],
    );
}

#[test]
fn publication_and_critic_run_together() {
    let text = "81\nMETASCORE\nUniversal acclaim based on 2 Critic Reviews\nCritic Reviews\n\
                100\nThe KettleAnn OakFeb 23, 2019\nThe next step.\nRead full review\n\
                80\nTea WeeklyBo McCupFeb 24, 2019\nA long game.\nRead full review\n";
    check(
        "together",
        text,
        &[
            "critic Ann Oak | The Kettle | 2019-02-23 | 100 | The next step.",
            "critic Bo McCup | Tea Weekly | 2019-02-24 | 80 | A long game.",
        ],
    );
    assert!(notes(text).iter().any(|note| note.contains(" run together")));
    // Half of them, and a quarter.
    let card = |name: &str| format!("60\n{name}Feb 25, 2019\nIt cools.\nRead full review\n");
    let half = format!("{text}{}{}", card("Fog"), card("Lid World"));
    check(
        "half",
        &half,
        &[
            "critic Ann Oak | The Kettle | 2019-02-23 | 100 | The next step.",
            "critic Bo McCup | Tea Weekly | 2019-02-24 | 80 | A long game.",
            "critic - | Fog | 2019-02-25 | 60 | It cools.",
            "critic - | Lid World | 2019-02-25 | 60 | It cools.",
        ],
    );
    let few = text.replace("WeeklyBo McCup", "Weekly") + &card("Fog") + &card("Lid World");
    assert!(notes(&few).iter().any(|note| note.contains("may run together")));
    let games = few.replace("KettleAnn Oak", "Kettle").replace("Fog", "PlayStation Tea World");
    assert!(!notes(&games).iter().any(|note| note.contains("together")));
}

#[test]
fn a_long_publication_and_its_critic_run_together() {
    let card =
        |name: &str, words: &str| format!("60\n{name}Feb 25, 2019\n{words} Read full review\n");
    let text = format!(
        "81\nMETASCORE\nUniversal acclaim based on 2 Critic Reviews\nCritic Reviews\n{}{}",
        card("Official Kettle Magazine UKUna van der Oak", "It boils."),
        card("TBo Lid", "It cools."),
    );
    check(
        "long",
        &text,
        &[
            "critic Una van der Oak | Official Kettle Magazine UK | 2019-02-25 | 60 | It boils.",
            "critic Bo Lid | T | 2019-02-25 | 60 | It cools.",
        ],
    );
}

#[test]
fn words_and_their_link_are_no_name() {
    let text = "81\nMETASCORE\nUniversal acclaim based on 2 Critic Reviews\nCritic Reviews\n\
                30\nKettle World\nWarm and glad. Read full review\n\
                50\nTea WeeklyFeb 24, 2019\nIt boils, and it keeps. Read full review\n";
    check(
        "link",
        text,
        &[
            "critic - | Kettle World | - | 30 | Warm and glad.",
            "critic - | Tea Weekly | 2019-02-24 | 50 | It boils, and it keeps.",
        ],
    );
    // The figures run into other lines, and the numbers left over are no reviews' scores.
    let torn = text.replace("81\nMETASCORE\n", "81      METASCORE      4\n");
    let torn = torn.replace("\nCritic Reviews\n", "   Mixed:\n3\nNegative:\n2\nCritic Reviews\n");
    assert_eq!(review_lines(&torn), review_lines(text));
}

#[test]
fn a_user_named_by_a_letter_below_the_score() {
    let card = |name: &str, words: &str| format!("Mar 3, 2022\n9\n{name}\n{words}\n");
    let text = format!(
        "User Score\nGenerally Favorable\nBased on 3 User Ratings\n7.9\nUser Reviews\n{}{}{}",
        card("D", "It boils by noon, and then some."),
        card("bob77", "It cools, and nobody minds."),
        card("ninac.", "It steeps for an hour at the least."),
    );
    check(
        "letter",
        &text,
        &[
            "user D | - | 2022-03-03 | 9 | It boils by noon, and then some.",
            "user bob77 | - | 2022-03-03 | 9 | It cools, and nobody minds.",
            "user ninac. | - | 2022-03-03 | 9 | It steeps for an hour at the least.",
        ],
    );
}

#[test]
fn details_of_a_show_above_its_reviews() {
    let text = "Universal acclaim - based on 2 Critics What's this?\n\n  • Starring: , ,\n  • Summary: A kettle, a boat. \
                Expand\n  • Genre(s): Drama\n  • Show Type: In Season\n  • Season 1 premiere date: Sep 23, 2013\n  \
                • Episode Length: 60\n  • Air Time: 10:00 PM\n  • More Details and Credits »\nScore distribution:\n  \
                1. Positive: 2 out of 2\n  1. Oct 2, 2013\n    Hot.\n  2. Cold and long it is.\n";
    check(
        "details",
        text,
        &["critic - | - | 2013-10-02 | - | Hot.", "critic - | - | - | - | Cold and long it is."],
    );
}

#[test]
fn links_behind_the_words_of_a_numbered_list() {
    let text = "Generally favorable reviews - based on 9 Critics\n\nCritic score distribution:\n  1. Positive: 4 out of 9\n  \
                1. It boils by noon. Read full review\n  2. 80\n    It cools, and nobody minds. Read full review\n";
    check(
        "numbered",
        text,
        &[
            "critic - | - | - | - | It boils by noon.",
            "critic - | - | - | 80 | It cools, and nobody minds.",
        ],
    );
}
