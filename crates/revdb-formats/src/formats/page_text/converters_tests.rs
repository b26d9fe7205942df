//! One page as printed by converters that keep links, wrap text, or print one element per line.

use super::kinds_tests::{USERS, check, review_lines};
use super::lost_tests::BANDS;

const CRITICS: [&str; 2] = [
    "critic Ann Oak | - | 2012-08-02 | 80 | It boils by noon.",
    "critic Bo Lid | - | 2012-08-03 | 60 | It cools, and nobody minds.",
];

/// The page with each link's label replaced by `link`.
fn critics(link: impl Fn(&str, usize) -> String) -> String {
    let item = |at: usize, name: &str, day: usize, score: usize, words: &str| {
        let (name, review) = (link(name, 2 * at), link("Full Review »", 2 * at + 1));
        format!(
            "  {at}. Reviewed by: {name}\n    Aug {day}, 2012\n    {score}\n    {words} {review}\n"
        )
    };
    let items = item(1, "Ann Oak", 2, 80, "It boils by noon.")
        + &item(2, "Bo Lid", 3, 60, "It cools, and nobody minds.");
    format!("{BANDS}{items}")
}

#[test]
fn addresses_beside_the_labels() {
    let page = |open: &str, close: &str| {
        critics(|label, at| format!("{label}{open}https://a.example/{at}{close}"))
    };
    check("in brackets", &page(" (", ")"), &CRITICS);
    check("in square brackets", &page(" [", "]"), &CRITICS);
    check("in a mail's brackets", &page("<", ">"), &CRITICS);
    check("within the site", &critics(|label, at| format!("{label} (/critic/{at}/)")), &CRITICS);
    check("a number behind each", &critics(|label, at| format!("{label} [{at}]")), &CRITICS);
    let below: String = (2..6).map(|at| format!("\n   [{at}]: https://a.example/{at}")).collect();
    let page = critics(|label, at| format!("[{label}][{at}]"));
    check("at the end", &format!("{page}\n{below}\n"), &CRITICS);
}

#[test]
fn a_name_its_date_and_its_score_on_one_line() {
    let head = "Metascore\n70\nGenerally favorable reviews based on 9 Critics\nCritic Reviews\n";
    let wanted = [
        "critic - | The Gull | 2012-08-02 | 80 | It boils by noon.",
        "critic - | Tea Weekly | 2012-08-03 | 100 | It cools.",
    ];
    for blank in ["", " "] {
        let line = |name, date, score| format!("{name}{blank}{date}{blank}{score}\n");
        let first = line("The Gull", "Aug 2, 2012", "80") + "It boils by noon.\n";
        let second = line("Tea Weekly", "Aug 3, 2012", "100") + "It cools.\n";
        let page = format!("{head}{first}Read full review\n{second}Read full review\n");
        check("one line", &page, &wanted);
    }
}

const HEAD: &str =
    "Kettle Bay\n8.1\nUSER SCORE\nGenerally favorable reviews based on 24 Ratings\nUser Reviews\n";
const TEA: [&str; 2] =
    ["user BoL | - | 2019-05-03 | 9 | It boils.", "user Ida | - | 2019-05-02 | 0 | It cools."];

#[test]
fn votes_below_users_reviews() {
    let review = |score: &str, name: &str, words: &str, votes: &str| {
        format!("{score}\n{name}\n{words}{votes}All this user's reviews\n")
    };
    let page = |first: &str, second: &str| {
        let first = review("9", "BoL\nMay 3, 2019", "It boils.", first);
        format!("{HEAD}{first}{}", review("0", "Ida\nMay 2, 2019", "It cools.", second))
    };
    let helpful = "users found this helpful";
    for (name, first, second) in [
        ("thumbs apart", "\n4 of 5 HELP\n4\n1\n", "\n0 of 0 HELP\n0\n0\n"),
        ("thumbs together", "\n4 of 5 HELP\n41\n", "\n0 of 0 HELP\n00\n"),
        ("each element a line", "\n4\nof\n5\nHELP\n4\n1\n", "\n0\nof\n0\nHELP\n0\n0\n"),
        ("behind the words", " 4 of 5 HELP41\n", " 0 of 0 HELP00\n"),
    ] {
        let page = page(&first.replace("HELP", helpful), &second.replace("HELP", helpful));
        check(name, &page, &TEA);
    }
    let link = "All this user's reviews\n";
    let page = page("\n4 of 5 users found this helpful\n4\n1\n", "\n");
    check("no link between", &page.replacen(link, "", 1), &TEA);
}

#[test]
fn statements_in_pieces_and_together() {
    let items = "Reviewed by:\nAnn Oak\nAug 2, 2012\n80\nIt boils by noon.\nRead full review\nReviewed by:\nBo Lid\nAug 3, 2012\n60\nIt cools, and nobody minds.\nRead full review\n";
    let head = "Generally favorable reviews\n- based on\n9\nCritics\nCritic score distribution:\n";
    let bands = "Positive:\n6 out of 9\nMixed:\n3 out of 9\nNegative:\n0 out of 9\n";
    check("each element a line", &format!("{head}{bands}{items}"), &CRITICS);
    let bands = "Positive: 6 out of 9Mixed: 3 out of 9Negative: 0 out of 9\n";
    check("bands together", &format!("{head}{bands}{items}"), &CRITICS);
}

#[test]
fn a_publication_and_its_critic() {
    let head = "Metascore\n70\nGenerally favorable reviews based on 9 Critics\nCritic Reviews\n";
    let wanted = [
        "critic Ann Oak | The Gull | 2012-08-02 | 80 | It boils by noon.",
        "critic Bo Lid | Tea Weekly | 2012-08-03 | 60 | It cools, and nobody minds.",
    ];
    let page = |first: &str, second: &str| {
        let review = |score, by: &str, words| format!("{score}\n{by}\n{words}\nRead full review\n");
        let first = review(80, first, "It boils by noon.");
        format!("{head}{first}{}", review(60, second, "It cools, and nobody minds."))
    };
    check(
        "the date glued to the name",
        &page("The Gull\nAnn OakAug 2, 2012", "Tea Weekly\nBo LidAug 3, 2012"),
        &wanted,
    );
    let links = |publication, critic, date| {
        format!("[{publication}](/publication/x) [{critic}](/critic/y)\n\n{date}")
    };
    let page = page(
        &links("The Gull", "Ann Oak", "Aug 2, 2012"),
        &links("Tea Weekly", "Bo Lid", "Aug 3, 2012"),
    );
    check("two links on a line", &page, &wanted);
}

#[test]
fn the_text_ends_in_a_number_of_a_list() {
    let bands = "Score distribution:\n  1. Positive: 2 out of 3\n  2.";
    check("of bands", &format!("{}\n{bands}", critics(|label, _| label.to_owned())), &CRITICS);
    let notices = "  1. It boils by noon.\n  2. Hot\n  3.";
    let wanted = ["critic - | - | - | - | It boils by noon.", "critic - | - | - | - | Hot"];
    check("of reviews", &format!("{BANDS}{notices}"), &wanted);
}

#[test]
fn rankings_without_their_heading() {
    let ranks = "\n#85 Most Discussed PS2 Game of 2002\n#65 Most Shared PS2 Game of 2002\n";
    let page = critics(|label, _| label.to_owned());
    check("below critics", &format!("{page}{ranks}"), &CRITICS);
}

#[test]
fn lines_that_the_page_sorts_by() {
    let card = "Mar 2, 2024\n10\nBoL\nIt boils.\nRead More\nReport\nMar 1, 2024\n0\nIda\nIt cools.\nRead More\nReport\n";
    let wanted =
        ["user BoL | - | 2024-03-02 | 10 | It boils.", "user Ida | - | 2024-03-01 | 0 | It cools."];
    let head = "Kettle Bay\nUser Reviews\nUser Score\nGenerally Favorable\nBased on 20 User Ratings\n7.9\n";
    for line in ["Most Recent", "Sort by: Score", "Ratings: 20 Reviews: 2"] {
        check(line, &format!("{head}{line}\n{card}"), &wanted);
    }
}

#[test]
fn a_user_s_marks_for_parts_of_the_work() {
    let page = format!(
        "{USERS}  1. Oct 2, 2012\n    Plot\n    9\n    Sound\n    8\n  2. Oct 1, 2012\n    Hot.\n"
    );
    check(
        "below a date",
        &page,
        &["user - | - | 2012-10-02 | - | Plot\n9\nSound\n8", "user - | - | 2012-10-01 | - | Hot."],
    );
}

#[test]
fn a_link_that_ends_a_review_above_one_without_number_and_date() {
    let page = format!(
        "{USERS}  1. BoL.\n    Oct 2, 2012\n    Hot. Full Review »\n    Cold, and it was meant to be hot. Full Review »\n"
    );
    assert_eq!(review_lines(&page).map(|review_lines| review_lines.len()), Ok(2));
}

#[test]
fn a_list_whose_items_go_on_at_the_margin() {
    let item = |at: usize, head: &str, words: &str| {
        format!(
            "  {at}. {head}\n\n{words}\n\n     * All this publication's reviews\n     * Read full review\n\n"
        )
    };
    let first = item(1, "The Gull\n\nAug 2, 2012\n\n80", "It boils by noon.");
    let page =
        format!("{BANDS}\n{first}{}", item(2, "Tea Weekly\n\nAug 3, 2012\n\n60", "It cools."));
    check(
        "a publication behind each number",
        &page,
        &[
            "critic - | The Gull | 2012-08-02 | 80 | It boils by noon.",
            "critic - | Tea Weekly | 2012-08-03 | 60 | It cools.",
        ],
    );
}

/// A converter or a mail program that breaks lines also breaks links and citations.
#[test]
fn links_and_citations_broken_over_lines() {
    let page = |first: &str, second: &str| {
        format!(
            "Metascore\n70\nGenerally favorable reviews based on 2 Critics\nCritic Reviews\n\
             80\nThe Gull\nAug 2, 2012\n{first}\n60\nTea Weekly\nAug 3, 2012\n{second}\n"
        )
    };
    let wanted = [
        "critic - | The Gull | 2012-08-02 | 80 | It boils. [May 2012, p.7]",
        "critic - | Tea Weekly | 2012-08-03 | 60 | It cools.",
    ];
    for (first, second) in [
        ("It boils. [May 2012, p.7] Read full review", "It cools. Read full review"),
        ("It boils. [May\n2012, p.7] Read full\nreview", "It cools. Read\nfull review"),
        ("It boils. [May 2012,\np.7] Read\nfull review", "It cools.\nRead full\nreview"),
    ] {
        check("broken", &page(first, second), &wanted);
    }
}
