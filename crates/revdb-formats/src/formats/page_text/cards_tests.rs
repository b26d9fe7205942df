//! Cards of 2023 and later, and scores and names in other dress.

use super::kinds_tests::{USERS, gives, told};

#[test]
fn cards_of_2023_and_later() {
    let text = "Kettle Bay\nPlayStation 5\nMetascore\nUniversal Acclaim\nBased on 3 Critic Reviews\n96\nCritic Reviews\nFeb 23, 2022\n100\nThe Kettle\nThe next step.\nPlayStation 5 FULL REVIEW\nFeb 24, 2022\n80\nTea Weekly\nBy Bo Cup\nA long game.\nRead More\nPC\nFULL REVIEW\nFeb 25, 2022\nLidwatch\nUnscored, and of one mind.\nPlayStation 5 FULL REVIEW\n";
    gives(
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
    gives(
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
fn who_signs_below_a_card_s_words() {
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
    gives(
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
fn scores_in_other_dress_and_places() {
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
            told(&text).unwrap_or_else(|error| panic!("{name}: {error}")),
            wanted(score),
            "{name}"
        );
    }
}

#[test]
fn names_that_end_as_sentences_do() {
    gives(
        "Yahoo!, 77, KateB.",
        "Critic Reviews\n60\nYahoo!\nIda Stone\nMar 1, 2024\nHot.\nRead full review\n50\nTea Weekly\nStaff (Not Credited)\nMar 2, 2024\nCold.\nRead full review\nUser Reviews\n10\n77\nMar 3, 2024\nTea!\n0 of 0 users found this helpful\n",
        &[
            "critic Ida Stone | Yahoo! | 2024-03-01 | 60 | Hot.",
            "critic Staff (Not Credited) | Tea Weekly | 2024-03-02 | 50 | Cold.",
            "user 77 | - | 2024-03-03 | 10 | Tea!",
        ],
    );
    gives(
        "KateB.",
        &format!("{USERS}  1. KateB.\n    Tea!\n  2. leaf\n    9\n    More.\n"),
        &["user KateB. | - | - | - | Tea!", "user leaf | - | - | 9 | More."],
    );
}

#[test]
fn a_score_that_a_bullet_marks_is_no_voting_box() {
    gives(
        "bullets",
        "## User Score\n\n**7.6**\n\nGenerally favorable reviews based on 24 Ratings\n\n- **10**\n\n  leaf\n\n  Sep 9, 2018\n\n  Hot.\n\n  3 of 4 users found this helpful\n\n- **7**\n\n  kettle\n\n  Sep 8, 2018\n\n  Cold.\n\n  0 of 3 users found this helpful\n",
        &["user leaf | - | 2018-09-09 | 10 | Hot.", "user kettle | - | 2018-09-08 | 7 | Cold."],
    );
}
