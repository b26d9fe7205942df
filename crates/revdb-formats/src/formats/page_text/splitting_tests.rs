//! Items separated by content where numbers are missing, and lines around them.

use super::kinds_tests::{USERS, check};
use super::lost_tests::{BANDS, notes};
use super::*;
use crate::formats::testing::probe;

#[test]
fn missing_numbers_below_names_and_above_dates() {
    check(
        "words right below a publication's name are its own",
        &format!(
            "{BANDS}  1. Tea Weekly\n    It boils by noon. [Sept 2003, p.14]\n    The lid is the best of it, by far.\n  3. Leaf Monthly\n    Steeped too long, and by a fool.\n"
        ),
        &[
            "critic - | Tea Weekly | - | - | It boils by noon. [Sept 2003, p.14]",
            "critic - | - | - | - | The lid is the best of it, by far.",
            "critic - | Leaf Monthly | - | - | Steeped too long, and by a fool.",
        ],
    );
    check(
        "a name that ends as a sentence does",
        &format!("{BANDS}  1. It boils.\n  2. Boil!\n    Jul 2, 2006\n    40\n    Cold by noon.\n"),
        &["critic - | - | - | - | It boils.", "critic - | Boil! | 2006-07-02 | 40 | Cold by noon."],
    );
    let page = |end: &str| {
        format!(
            "{USERS}  1. BoC.\n    Jul 2, 2006\n    Hot.\n  2. IdaS.\n    Jul 3, 2006\n    Cold{end}\n    Jul 4, 2006\n    It was mended.\n"
        )
    };
    check(
        "a date alone below words that are at an end",
        &page("."),
        &[
            "user BoC. | - | 2006-07-02 | - | Hot.",
            "user IdaS. | - | 2006-07-03 | - | Cold.",
            "user - | - | 2006-07-04 | - | It was mended.",
        ],
    );
    check(
        "a date within a sentence",
        &page(" until"),
        &[
            "user BoC. | - | 2006-07-02 | - | Hot.",
            "user IdaS. | - | 2006-07-03 | - | Cold until\nJul 4, 2006\nIt was mended.",
        ],
    );
}

#[test]
fn missing_numbers_after_the_only_one() {
    let page = |words: &str| format!("{BANDS}  1. 60\n    It boils by noon.\n{words}\n");
    check(
        "lines that go on from nothing, below a name or a mark",
        &page(
            "    The lid is the best of it, by far.\n    Tea Weekly\n    Steeped too long, and by a fool.\n    40\n    Nobody will drink it twice over.",
        ),
        &[
            "critic - | - | - | 60 | It boils by noon.",
            "critic - | - | - | - | The lid is the best of it, by far.",
            "critic - | Tea Weekly | - | - | Steeped too long, and by a fool.",
            "critic - | - | - | 40 | Nobody will drink it twice over.",
        ],
    );
    let paragraphs = page("\n    The lid is the best of it, by far.");
    check(
        "paragraphs",
        &paragraphs,
        &["critic - | - | - | 60 | It boils by noon.\nThe lid is the best of it, by far."],
    );
    assert!(notes(&paragraphs).iter().any(|note| note.contains("several lines of words")));
}

#[test]
fn names_with_unusual_endings() {
    check(
        "cited",
        &format!(
            "{BANDS}  1. Boil!\n    It boils by noon. [Sept 2003, p.14]\n  2. kettles(TM)\n    Hot. [May 2003, p.9]\n"
        ),
        &[
            "critic - | Boil! | - | - | It boils by noon. [Sept 2003, p.14]",
            "critic - | kettles(TM) | - | - | Hot. [May 2003, p.9]",
        ],
    );
    check(
        "above a score, where the number is lost",
        &format!(
            "{BANDS}  1. It boils by noon.\n  2. It steeps by tea.\n    Boil!\n    38\n    Cold by noon.\n  4. Hot by five.\n"
        ),
        &[
            "critic - | - | - | - | It boils by noon.",
            "critic - | - | - | - | It steeps by tea.",
            "critic - | Boil! | - | 38 | Cold by noon.",
            "critic - | - | - | - | Hot by five.",
        ],
    );
    check(
        "a short sentence above a date is no user",
        &format!(
            "{USERS}  1. BoC.\n    Jul 2, 2006\n    Hot.\n    A lid is a lid.\n    Jul 3, 2006\n    Cold.\n  3. IdaS.\n    Jul 4, 2006\n    Warm. Full Rev"
        ),
        &[
            "user BoC. | - | 2006-07-02 | - | Hot.\nA lid is a lid.",
            "user - | - | 2006-07-03 | - | Cold.",
            "user IdaS. | - | 2006-07-04 | - | Warm.",
        ],
    );
}

#[test]
fn a_list_without_any_heading_and_marks_of_a_hundred() {
    let text = "  1. The kettle whistles a note too high, and nobody in the house can sleep.\n  2. 20\n    At no hour does it boil, and the handle comes off in the hand by noon.\n";
    check(
        "critics",
        text,
        &[
            "critic - | - | - | - | The kettle whistles a note too high, and nobody in the house can sleep.",
            "critic - | - | - | 20 | At no hour does it boil, and the handle comes off in the hand by noon.",
        ],
    );
    assert_eq!(MetacriticText.recognise(&probe(text)), Confidence::Shape);
    for other in [
        "1. Fill the kettle to the line and set it on the hob for as long as it takes.\n2. 20\n   leaves\n",
        "1. Fill the kettle to the line and set it on the hob for as long as it takes.\n2. Wait.\n",
    ] {
        assert_eq!(MetacriticText.recognise(&probe(other)), Confidence::No, "{other}");
    }
}

#[test]
fn bullets_above_names_and_mail_quote_marks() {
    check(
        "bullets",
        &format!(
            "{BANDS}  * Tea Weekly\n    It boils by noon. [Sept 2003, p.14]\n  * Leaf\n    Hot.\n"
        ),
        &[
            "critic - | Tea Weekly | - | - | It boils by noon. [Sept 2003, p.14]",
            "critic - | Leaf | - | - | Hot.",
        ],
    );
    check(
        "a mail with words of its own",
        &format!(
            "Look at this:\n\n> {}\n>\n> Yours\n",
            format!("{BANDS}  1. 80\n    It boils.").replace('\n', "\n> ")
        ),
        &["critic - | - | - | 80 | It boils."],
    );
}

#[test]
fn text_above_and_below_reviews_is_not_a_review() {
    check(
        "a page of 2008 says its own scores above",
        "Kettle Bay\nCritic Score\nMetascore: 91 Metascore out of 100\nUser Score\n9.8 out of 10\nbased on 26 reviews\nRead critic reviews\nHow did we calculate this?\nWhat The Critics Said\n91\nTea Weekly\nHot and wet by noon.\n80\nLeaf\nWarm and dry by tea.\n",
        &[
            "critic - | Tea Weekly | - | 91 | Hot and wet by noon.",
            "critic - | Leaf | - | 80 | Warm and dry by tea.",
        ],
    );
    let card = "80\nLeaf\nWarm and dry by tea.\nRead More\nFULL REVIEW\n";
    check(
        "a year below the title, details of the work at the foot",
        &format!(
            "Kettle Bay\n2024\nLid Films\n1 h 51 m\nMetascore\nGenerally Favorable\nBased on 2 Critic Reviews\n72\nCritic Reviews\n{card}See All 2 Critic Reviews\nDetails\nProduction Company:\nLid Films\nRelease Date:\nFeb 9, 2024\nDuration:\n1 h 51 m\nTagline:\nIt boils.\n"
        ),
        &["critic - | Leaf | - | 80 | Warm and dry by tea."],
    );
    check(
        "details right below the last review",
        &format!(
            "User Reviews\n{}Details\nRelease Date Feb 9, 2024\nDuration 1 h 51 m\n",
            "Mar 2, 2024\n8\nbo\nHot.\nReport\nMar 1, 2024\n5\nida\nCold.\nReport\n"
        ),
        &["user bo | - | 2024-03-02 | 8 | Hot.", "user ida | - | 2024-03-01 | 5 | Cold."],
    );
}

#[test]
fn texts_truncated_within_a_name() {
    let users = format!("{USERS}  1. bo\n    Jul 2, 2006\n    Hot.\n  2. idaSto");
    check("a user's", &users, &["user bo | - | 2006-07-02 | - | Hot."]);
    let critics = format!("{BANDS}  1. Tea Weekly\n    Hot. [May 2003, p.9]\n  2. Leaf Mon");
    check("a publication's", &critics, &["critic - | Tea Weekly | - | - | Hot. [May 2003, p.9]"]);
    check(
        "words that have begun",
        &format!("{BANDS}  1. Tea Weekly\n    Hot. [May 2003, p.9]\n  2. The lid of it is"),
        &[
            "critic - | Tea Weekly | - | - | Hot. [May 2003, p.9]",
            "critic - | - | - | - | The lid of it is",
        ],
    );
    check(
        "short words where nobody has a name",
        &format!("{BANDS}  1. Hot and wet.\n  2. A superb kettle"),
        &["critic - | - | - | - | Hot and wet.", "critic - | - | - | - | A superb kettle"],
    );
}

#[test]
fn a_lost_number_in_a_list_of_ones() {
    check(
        "ones",
        &format!(
            "{USERS}  1. BoC.\n    Jul 2, 2006\n    8\n    It boils by noon.\n    IdaS.\n    Jul 3, 2006\n    4\n    It cools.\n  1. Leaf\n    Jul 4, 2006\n    5\n    It steeps.\n"
        ),
        &[
            "user BoC. | - | 2006-07-02 | 8 | It boils by noon.",
            "user IdaS. | - | 2006-07-03 | 4 | It cools.",
            "user Leaf | - | 2006-07-04 | 5 | It steeps.",
        ],
    );
}
