//! Cards of 2023 and later, and other notations of scores and names.

use super::kinds_tests::{USERS, check, review_lines};

#[test]
fn cards_of_2023_and_later() {
    let text = "Kettle Bay\nPlayStation 5\nMetascore\nUniversal Acclaim\nBased on 3 Critic Reviews\n96\nCritic Reviews\nFeb 23, 2022\n100\nThe Kettle\nThe next step.\nPlayStation 5 FULL REVIEW\nFeb 24, 2022\n80\nTea Weekly\nBy Bo Cup\nA long game.\nRead More\nPC\nFULL REVIEW\nFeb 25, 2022\nLidwatch\nUnscored, and of one mind.\nPlayStation 5 FULL REVIEW\n";
    check(
        "cards",
        text,
        &[
            "critic - | The Kettle | 2022-02-23 | 100 | The next step.",
            "critic Bo Cup | Tea Weekly | 2022-02-24 | 80 | A long game.",
            "critic - | Lidwatch | 2022-02-25 | - | Unscored, and of one mind.",
        ],
    );
    let markdown = text
        .replace("100\nThe Kettle", "[100 The Kettle](/publication/kettle/)")
        .replace("80\nTea Weekly\nBy Bo Cup", "[80 Tea Weekly](/publication/tea/)")
        .replace(
            "Feb 25, 2022\nLidwatch\nUnscored, and of one mind.",
            "Feb 25, 2022\n[60 Lidwatch](/publication/lid/)\nOf one mind.",
        );
    check(
        "markdown",
        &markdown,
        &[
            "critic - | The Kettle | 2022-02-23 | 100 | The next step.",
            "critic - | Tea Weekly | 2022-02-24 | 80 | A long game.",
            "critic - | Lidwatch | 2022-02-25 | 60 | Of one mind.",
        ],
    );
}

#[test]
fn card_signatures_below_the_text() {
    let card = |date, score, name, foot| format!("{date}\n{score}\n{name}\n{foot}");
    let cards = [
        card(
            "Mar 1, 2024",
            90,
            "Tea Weekly",
            "Hot, then not.\nRead More\nBy Ida Stone\nPC\nFULL REVIEW\n",
        ),
        card("Mar 2, 2024", 80, "Kettle World", "Ida Stone boils it.\nBy Bo Hill\nFULL REVIEW\n"),
        card("Mar 3, 2024", 60, "Leaf", "Long and wet\nBy Cy Oak\nPC\nFULL REVIEW\n"),
        card("Mar 4, 2024", 40, "Pot", "Cold.\nFULL REVIEW\n"),
    ];
    check(
        "cards",
        &format!("Critic Reviews\nScore\nShowing 4 Critic Reviews\n{}", cards.concat()),
        &[
            "critic Ida Stone | Tea Weekly | 2024-03-01 | 90 | Hot, then not.",
            "critic Bo Hill | Kettle World | 2024-03-02 | 80 | Ida Stone boils it.",
            "critic Cy Oak | Leaf | 2024-03-03 | 60 | Long and wet",
            "critic - | Pot | 2024-03-04 | 40 | Cold.",
        ],
    );
}

#[test]
fn scores_in_other_formats_and_places() {
    let list = |dress: &str, below: &str| {
        format!(
            "Critic Reviews\n{dress}Tea Weekly\nIda Stone\nMar 1, 2024\n> Hot.\n{below}Read full review\n{dress}Staff (Not Credited)\nMar 2, 2024\n> Cold.\n{below}Read full review\n"
        )
    };
    let wanted = |score: &str| {
        [
            format!("critic Ida Stone | Tea Weekly | 2024-03-01 | {score} | Hot."),
            format!("critic - | Staff (Not Credited) | 2024-03-02 | {score} | Cold."),
        ]
    };
    for (name, text, score) in [
        ("above", list("60\n", ""), "60"),
        ("out of 100", list("60/100\n", ""), "60/100"),
        ("read aloud", list("Metascore 60 out of 100\n60\n", ""), "60"),
        ("below the words", list("", "60\n"), "60"),
    ] {
        assert_eq!(
            review_lines(&text).unwrap_or_else(|error| panic!("{name}: {error}")),
            wanted(score),
            "{name}"
        );
    }
}

#[test]
fn names_that_end_as_sentences_do() {
    check(
        "Yahoo!, 77, KateB.",
        "Critic Reviews\n60\nYahoo!\nIda Stone\nMar 1, 2024\nHot.\nRead full review\n50\nTea Weekly\nStaff (Not Credited)\nMar 2, 2024\nCold.\nRead full review\nUser Reviews\n10\n77\nMar 3, 2024\nTea!\n0 of 0 users found this helpful\n",
        &[
            "critic Ida Stone | Yahoo! | 2024-03-01 | 60 | Hot.",
            "critic Staff (Not Credited) | Tea Weekly | 2024-03-02 | 50 | Cold.",
            "user 77 | - | 2024-03-03 | 10 | Tea!",
        ],
    );
    check(
        "KateB.",
        &format!("{USERS}  1. KateB.\n    Tea!\n  2. leaf\n    9\n    More.\n"),
        &["user KateB. | - | - | - | Tea!", "user leaf | - | - | 9 | More."],
    );
}

#[test]
fn score_with_a_bullet_is_not_a_voting_widget() {
    check(
        "bullets",
        "## User Score\n\n**7.6**\n\nGenerally favorable reviews based on 24 Ratings\n\n- **10**\n\n  leaf\n\n  Sep 9, 2018\n\n  Hot.\n\n  3 of 4 users found this helpful\n\n- **7**\n\n  kettle\n\n  Sep 8, 2018\n\n  Cold.\n\n  0 of 3 users found this helpful\n",
        &["user leaf | - | 2018-09-09 | 10 | Hot.", "user kettle | - | 2018-09-08 | 7 | Cold."],
    );
}

#[test]
fn page_line_above_the_first_review_is_not_part_of_it() {
    let critics = "Critic Reviews\nMetascore\nGenerally Favorable\nBased on 9 Critic Reviews\n";
    let cards = "100\nThe Kettle\nBy Bo Cup\nThe next step.\nFULL REVIEW\n75\nTea Weekly\nLong.\nFULL REVIEW\n";
    let wanted = [
        "critic Bo Cup | The Kettle | - | 100 | The next step.",
        "critic - | Tea Weekly | - | 75 | Long.",
    ];
    for head in [format!("{critics}81\n"), "81\n".to_owned(), critics.to_owned()] {
        check("the page's score", &format!("{head}{cards}Read full review\n"), &wanted);
    }
    let users = "leaf\nMar 2, 2013\n7\nHot.\nAll this user's reviews\nkettle\nMar 1, 2013\n10\nCold.\nAll this user's reviews\n";
    check(
        "a sort bar",
        &format!("User Reviews\nScore | Most of all | By day\n{users}"),
        &["user leaf | - | 2013-03-02 | 7 | Hot.", "user kettle | - | 2013-03-01 | 10 | Cold."],
    );
}

#[test]
fn dates_below_the_links() {
    let card = |score, date: &str| {
        format!("{score}\nTea Weekly\nBy Bo Cup\nHot by {score}.\nFULL REVIEW\n{date}")
    };
    let cards = [card(90, "Mar 1, 2024\nAdvertisement\n"), card(80, ""), card(70, "Mar 3, 2024\n")];
    let wanted =
        |score, date| format!("critic Bo Cup | Tea Weekly | {date} | {score} | Hot by {score}.");
    let wanted = [wanted(90, "2024-03-01"), wanted(80, "-"), wanted(70, "2024-03-03")];
    check(
        "one is missing",
        &format!("Critic Reviews\n{}Load More\n", cards.concat()),
        &wanted.each_ref().map(String::as_str),
    );
}

#[test]
fn letters_as_scores() {
    let list = |first: &str, second: &str| {
        format!(
            "Mixed or average reviews - based on 9 Critics\n  1. Tea Weekly\n    Reviewed by: Bo Cup\n    Mar 1, 2009\n    {first}\n    Hot, and good.\n  2. Reviewed by: Ida Stone\n    {second}\n    Cold, and bad.\n"
        )
    };
    check(
        "letters",
        &list("B+", "F"),
        &[
            "critic Bo Cup | Tea Weekly | 2009-03-01 | B+ | Hot, and good.",
            "critic Ida Stone | - | - | F | Cold, and bad.",
        ],
    );
    check(
        "words",
        &list("80", "F"),
        &[
            "critic Bo Cup | Tea Weekly | 2009-03-01 | 80 | Hot, and good.",
            "critic Ida Stone | - | - | - | F\nCold, and bad.",
        ],
    );
}

#[test]
fn score_and_publication_in_the_first_line() {
    let cards = "95 The Kettle\nMar 1, 2014\nHot.\nRead full review\n60 3D Leaf\nMar 2, 2014\nCold.\nRead full review\n";
    check(
        "both",
        &format!("Critic Reviews\n{cards}"),
        &[
            "critic - | The Kettle | 2014-03-01 | 95 | Hot.",
            "critic - | 3D Leaf | 2014-03-02 | 60 | Cold.",
        ],
    );
    check(
        "one number is a name's",
        "Critic Reviews\n3 Kettles\nMar 1, 2014\nHot.\nRead full review\n",
        &["critic - | 3 Kettles | 2014-03-01 | - | Hot."],
    );
}

#[test]
fn names_that_look_like_boilerplate_numbers_or_sentences() {
    let user =
        |name: &str| format!("7\n{name}\nMar 3, 2019\nTea!\n0 of 0 users found this helpful\n");
    check(
        "Share",
        &format!("User Reviews\n{}", user("Share")),
        &["user Share | - | 2019-03-03 | 7 | Tea!"],
    );
    let card = |name: &str| format!("Mar 3, 2023\n7\n{name}\nTea, and tea.\nPC\nReport\n");
    let wanted = |name: &str| format!("user {name} | - | 2023-03-03 | 7 | Tea, and tea.");
    check(
        "ninac.",
        &format!("User Reviews\n{}{}{}", card("leaf"), card("ninac."), card("pot")),
        &[&wanted("leaf"), &wanted("ninac."), &wanted("pot")],
    );
    check(
        "1984",
        &format!(
            "{USERS}  1. Jul 6, 2020\n    Hot by noon.\n  2. 1984\n    Oct 19, 2011\n    Cold by one.\n  3. 50\n    Oct 18, 2011\n    Cold by two.\n"
        ),
        &[
            "user - | - | 2020-07-06 | - | Hot by noon.",
            "user 1984 | - | 2011-10-19 | - | Cold by one.",
            "user 50 | - | 2011-10-18 | - | Cold by two.",
        ],
    );
}
