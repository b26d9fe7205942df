//! One page in the layouts of tables, narrow terminals, Markdown, mails and cards.

use super::kinds_tests::{USERS, check, review_lines};
use super::lost_tests::BANDS;

const HEAD: &str = "Kettle Bay\n74\nMETASCORE\nGenerally favorable reviews based on 9 Critics\nPositive:\n2\nMixed:\n0\nNegative:\n0\nCritic Reviews\n";
const CRITICS: [&str; 2] = [
    "critic Ann Oak | The Gull | 2012-08-02 | 80 | It boils by noon.",
    "critic Bo Lid | Tea Weekly | 2012-08-03 | 60 | It cools, and nobody minds.",
];
const TEA: [&str; 2] = [
    "user marrow77 | - | 2019-05-03 | 10 | It boils.",
    "user 2ndEel | - | 2019-05-02 | 7 | It cools.",
];

#[test]
fn a_card_s_parts_on_one_line() {
    for (name, open, between, close) in
        [("bars", "", " | ", ""), ("a table", "| ", " | ", " |"), ("tabs", "", "\t", "")]
    {
        let row = |cells: &[&str]| format!("{open}{}{close}\n", cells.join(between));
        let review =
            |head: &[&str], words: &str| row(head) + &row(&[words]) + &row(&["Read full review"]);
        let first = review(&["80", "The Gull", "Ann Oak", "Aug 2, 2012"], "It boils by noon.");
        let second =
            review(&["60", "Tea Weekly", "Bo Lid", "Aug 3, 2012"], "It cools, and nobody minds.");
        check(name, &format!("{HEAD}{first}{second}"), &CRITICS);
    }
}

#[test]
fn scores_glued_to_users_names() {
    let head = "Kettle Bay\n8.1\nUSER SCORE\nGenerally favorable reviews based on 24 Ratings\nUser Reviews\n";
    let review = |by: &str, words: &str| format!("{by}\n{words}\nAll this user's reviews\n");
    let page = |first, second| {
        format!("{head}{}{}", review(first, "It boils."), review(second, "It cools."))
    };
    check("glued", &page("10marrow77May 3, 2019", "72ndEelMay 2, 2019"), &TEA);
    check("above", &page("10\nmarrow77May 3, 2019", "7\n2ndEelMay 2, 2019"), &TEA);
}

#[test]
fn reviews_of_a_list_each_on_one_line() {
    let page = format!(
        "{BANDS}  1. Reviewed by: Ann Oak Aug 2, 2012 80 It boils by noon.\n  2. Reviewed by: Bo Lid Aug 3, 2012 60 It cools, and nobody minds.\n  3. 50 Hot.\n"
    );
    let wanted = [
        "critic Ann Oak | - | 2012-08-02 | 80 | It boils by noon.",
        "critic Bo Lid | - | 2012-08-03 | 60 | It cools, and nobody minds.",
        "critic - | - | - | 50 | Hot.",
    ];
    check("critics", &page, &wanted);
    let page =
        format!("{USERS}  1. BoL. Oct 2, 2012 9 Hot. Full Review »\n  2. Oct 1, 2012 0 Cold.\n");
    check(
        "users",
        &page,
        &["user BoL. | - | 2012-10-02 | 9 | Hot.", "user - | - | 2012-10-01 | 0 | Cold."],
    );
}

#[test]
fn a_link_over_two_lines() {
    let page = "80\nThe Gull\nAnn Oak\nAug 2, 2012\nIt boils\nby noon. Read full\nreview\n60\nTea Weekly\nBo Lid\nAug 3, 2012\nIt cools, and\nnobody minds. Read\nfull review\n";
    let wanted = [
        "critic Ann Oak | The Gull | 2012-08-02 | 80 | It boils\nby noon.",
        "critic Bo Lid | Tea Weekly | 2012-08-03 | 60 | It cools, and\nnobody minds.",
    ];
    check("narrow", &format!("{HEAD}{page}"), &wanted);
}

#[test]
fn statements_emphasised_in_part() {
    let page = "**Mixed or average reviews** - based on **9 Critics**\n\n**Critic score distribution:**\n\n1. **Positive:** 4 out of 9\n2. **Negative:** 1 out of 9\n\n1. **Reviewed by:** Ann Oak\nAug 2, 2012\n**80**\nIt boils by noon. **Full Review »**\n2. **Reviewed by:** _Bo Lid_\nAug 3, 2012\n**60**\nIt cools.\n";
    let wanted = [
        "critic Ann Oak | - | 2012-08-02 | 80 | It boils by noon.",
        "critic Bo Lid | - | 2012-08-03 | 60 | It cools.",
    ];
    check("Markdown", page, &wanted);
}

#[test]
fn numbered_points_of_the_summary() {
    let summary = "  • Summary: Three wishes:\n  1. A kettle that pours.\n  2. A cup.\n";
    let notices = "  1. It boils by noon.\n  2. It cools, and nobody minds.\n";
    let wanted = [
        "critic - | - | - | - | It boils by noon.",
        "critic - | - | - | - | It cools, and nobody minds.",
    ];
    let head = "Universal acclaim - based on 4 Critics What's this?\n\n";
    let bands = "Score distribution:\n  1. Positive: 4 out of 4\n  2. Negative: 0 out of 4\n";
    check("above the bands", &format!("{head}{summary}{bands}{notices}"), &wanted);
    check("above a detail", &format!("{head}{summary}  • Genre(s): Tea\n{notices}"), &wanted);
    // The bands are the users': the list above them is the critics'.
    let page = format!("{head}  • Summary: Tea.\n{notices}{}", bands.replace('4', "3"));
    check("the critics' own list", &page, &wanted);
}

#[test]
fn scores_with_a_label_or_as_percentages() {
    let item = |at: usize, name: &str, score: &str, words: &str| {
        format!("  {at}. Reviewed by: {name}\n    Aug {at}, 2012\n    {score}\n    {words}\n")
    };
    let page = item(1, "Ann Oak", "Metascore: 80", "It boils by noon.")
        + &item(2, "Bo Lid", "60%", "It cools.");
    let wanted = [
        "critic Ann Oak | - | 2012-08-01 | 80 | It boils by noon.",
        "critic Bo Lid | - | 2012-08-02 | 60% | It cools.",
    ];
    check("critics", &format!("{BANDS}{page}"), &wanted);
}

#[test]
fn dates_below_the_words() {
    let item = |at: usize, name: &str, words: &str| {
        format!("  {at}. 80\n    Reviewed by: {name}\n    {words}\n    Aug {at}, 2012\n")
    };
    let page = item(1, "Ann Oak", "It boils by noon.") + &item(2, "Bo Lid", "It cools.");
    let wanted = [
        "critic Ann Oak | - | 2012-08-01 | 80 | It boils by noon.",
        "critic Bo Lid | - | 2012-08-02 | 80 | It cools.",
    ];
    check("in a list", &format!("{BANDS}{page}"), &wanted);
    let page = "80\nThe Gull\nIt boils by noon.\nBy Ann Oak\nAug 2, 2012\nFULL REVIEW\n60\nTea Weekly\nIt cools, and nobody minds.\nBy Bo Lid\nAug 3, 2012\nFULL REVIEW\n";
    check("in cards", &format!("{HEAD}{page}"), &CRITICS);
}

#[test]
fn the_season_below_a_user_s_words() {
    let head = "Kettle Bay\nUser Reviews\nUser Score\nGenerally Favorable\nBased on 20 User Ratings\n7.9\n";
    let card = |date, score, name, words: &str, season| {
        format!("{date}\n{score}\n{name}\n{words}\nRead More\nSeason {season}\nReport\n")
    };
    let page = card("May 3, 2019", 10, "marrow77", "It boils.", 1)
        + &card("May 2, 2019", 7, "2ndEel", "It cools.", 2);
    check("cards", &format!("{head}{page}"), &TEA);
}

#[test]
fn a_user_s_words_that_end_in_a_season() {
    let page = format!("{USERS}  1. BoL.\n    Oct 2, 2012\n    9\n    The best is\n    Season 1\n");
    check("its words", &page, &["user BoL. | - | 2012-10-02 | 9 | The best is\nSeason 1"]);
}

#[test]
fn a_mail_with_a_page() {
    let page = format!("{BANDS}  1. Aug 2, 2012\n    80\n    It boils by noon.\n  2. Hot.\n");
    let quoted: String = page.lines().map(|line| format!("> {line}\n")).collect();
    let mail = "From: bo@site.example\nTo: ann@site.example\nDate: Fri, 3 Aug 2018 09:12:11 +0000\nSubject: Tea\n\n";
    let wanted =
        ["critic - | - | 2012-08-02 | 80 | It boils by noon.", "critic - | - | - | - | Hot."];
    check("quoted", &format!("{mail}{quoted}"), &wanted);
}

#[test]
fn one_wrapped_item_of_a_list() {
    let words = "It boils by noon, and whoever has a cup to hand may have some of";
    let page = format!("{BANDS}  1. 80\n    {words}\nit.\n  2. Hot.\n");
    let whole = format!("critic - | - | - | 80 | {words} it.");
    check("at the margin", &page, &[&whole, "critic - | - | - | - | Hot."]);
}

#[test]
fn a_text_that_ends_above_the_first_words() {
    let whole = format!("{BANDS}  1. Hot.\n");
    for end in ["  1.", "  1. ", "  1. The", "  1. The Gull", "  1. 80\n", "    Tea"] {
        let read = review_lines(&format!("{whole}{USERS}{end}"));
        assert_eq!(read, Ok(vec!["critic - | - | - | - | Hot.".to_owned()]), "{end:?}");
    }
    for end in ["1. Aug 2, 20", "1. September 1, 201", "1. Bo\n    Aug 2, 2012\n    9"] {
        let read = review_lines(&format!("{whole}{USERS}  {end}"));
        assert_eq!(read, Ok(vec!["critic - | - | - | - | Hot.".to_owned()]), "{end:?}");
    }
}
