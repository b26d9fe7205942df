//! The kinds of pages: an invented text of each, with the expected reviews.

use super::*;
use crate::formats::testing::{Collected, Page, probe};
use crate::normalise::{self, Context};

/// A text's reviews as stored, or the reason of its refusal.
pub(super) fn review_lines(text: &str) -> Result<Vec<String>, String> {
    let mut sink = Collected::default();
    let options = ReadOptions::default();
    MetacriticText.read(&mut Page(text), &options, &mut sink).map_err(|error| error.to_string())?;
    let context = Context { options: &options, file_stem: "page" };
    let line = |raw: crate::record::RawReview| {
        let review = normalise::review(raw, context).unwrap().review;
        let date = review.date.map(|date| date.to_string());
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".into());
        let parts = [&review.byline, &review.publication, &date, &review.score_text, &review.quote];
        let parts: Vec<String> = parts.into_iter().map(part).collect();
        format!("{} {}", review.audience.as_str(), parts.join(" | "))
    };
    Ok(sink.reviews().into_iter().map(|(_, raw)| line(raw.clone())).collect())
}

pub(super) fn check(name: &str, text: &str, wanted: &[&str]) {
    assert_eq!(
        review_lines(text).unwrap_or_else(|error| panic!("{name}: {error}")),
        wanted,
        "{name}"
    );
}

const CRITICS: &str = "Mixed or average reviews - based on 9 Critics\n\nCritic score distribution:\n  1. Positive: 4 out of 9\n  2. Negative: 1 out of 9\n";
pub(super) const USERS: &str = "User Score\n5.1\n\nMixed or average reviews- based on 12 Ratings\n\nUser score distribution:\n  1. Positive: 2 out of 4\n";
const BOX: &str = "Review this game\n\n  1. Your Score\n    0 out of 10\n    Rate this:\n    • 10\n    • 0\n    • 0\n  1. Submit\n  2. Check Spelling\n";

/// A list could begin at each line and extend to the end: examining all of them repeatedly would
/// take hours.
#[test]
fn list_candidates_are_examined_once() {
    for item in ["- \n  a\n", "* a\n", "1. http://a.invalid/x\n"] {
        assert_eq!(review_lines(&item.repeat(30_000)).ok(), None, "{item}");
    }
}

#[test]
fn items_without_a_score_are_items() {
    let text = "  1. The kettle is the best of it.\n  2. Kettle World\n    70\n    Warm, for tea. [Jan 2009, p.3]\n  3. Tea Weekly\n    It boils. [Feb 2009, p.9]\n  4. Reviewed by: Ida Stone\n    Cold by noon.\n  5. Feb 3, 2009\n    Leaves are read in it.\n  6. Steeped too long.\n";
    check(
        "unscored",
        &format!("{CRITICS}{text}"),
        &[
            "critic - | - | - | - | The kettle is the best of it.",
            "critic - | Kettle World | - | 70 | Warm, for tea. [Jan 2009, p.3]",
            "critic - | Tea Weekly | - | - | It boils. [Feb 2009, p.9]",
            "critic Ida Stone | - | - | - | Cold by noon.",
            "critic - | - | 2009-02-03 | - | Leaves are read in it.",
            "critic - | - | - | - | Steeped too long.",
        ],
    );
}

#[test]
fn scores_of_parts_of_the_work_are_text() {
    check(
        "below the head of a user without a name",
        &format!(
            "{USERS}  1. bo\n    Jul 2, 2012\n    6\n    Hot.\n  2. Jul 3, 2012\n    8\n    Lid: 7\n    Looks 9/10\n    Sound - 8\n"
        ),
        &[
            "user bo | - | 2012-07-02 | 6 | Hot.",
            "user - | - | 2012-07-03 | 8 | Lid: 7\nLooks 9/10\nSound - 8",
        ],
    );
    check(
        "alone on its page",
        &format!("{USERS}  1. Jul 3, 2012\n    8\n    Lid: 7\n    Looks: 9\n    A kettle.\n"),
        &["user - | - | 2012-07-03 | 8 | Lid: 7\nLooks: 9\nA kettle."],
    );
    check(
        "the voting box",
        &format!(
            "{USERS}Review this movie\nYour Score\n0\nRATE THIS\n  1. bo\n    Jul 2, 2012\n    6\n    Hot.\n"
        ),
        &["user bo | - | 2012-07-02 | 6 | Hot."],
    );
}

#[test]
fn numbers_in_place_of_names_and_text() {
    let text = "  1. 1984\n    Jul 2, 2012\n    We wept at the quay.\n  2. teapot\n    Jul 1, 2012\n    10\n    Hot.\n  3. Jun 30, 2012\n    100\n    percent steam.\n  4. leaf\n    Jun 29, 2012\n    8\n    Warm.\n";
    check(
        "a user called 1984, words that begin with a number",
        &format!("{USERS}{text}"),
        &[
            "user 1984 | - | 2012-07-02 | - | We wept at the quay.",
            "user teapot | - | 2012-07-01 | 10 | Hot.",
            "user - | - | 2012-06-30 | - | 100\npercent steam.",
            "user leaf | - | 2012-06-29 | 8 | Warm.",
        ],
    );
}

#[test]
fn publication_above_the_byline() {
    let text = "  1. Tea Weekly\n    Reviewed by: Ida Stone\n    Jul 26, 2012\n    90\n    Hot.\n  2. Reviewed by: Bo Hill\n    60\n    Cold.\n";
    check(
        "publications",
        &format!("{CRITICS}{text}"),
        &[
            "critic Ida Stone | Tea Weekly | 2012-07-26 | 90 | Hot.",
            "critic Bo Hill | - | - | 60 | Cold.",
        ],
    );
}

#[test]
fn pages_of_other_sites_and_languages_are_not_claimed() {
    let goodreads = "Teapot\nIda Stone\n4.01\n1,234 ratings\nCommunity Reviews\nProfile Image for Bo Hill.\nBo Hill\n120 reviews\nJanuary 2, 2024\nHot from start to end.\n";
    let german = "Metascore\n81\n1. Positiv: 2 von 3\n2. Gemischt: 1 von 3\n1. Teewoche\n26. Juli 2012\n90\nHeiß.\n2. Kanne\n27. Juli 2012\n60\nKalt.\n";
    for text in [goodreads, german] {
        assert_eq!(MetacriticText.recognise(&probe(text)), Confidence::No, "{text}");
    }
}

#[test]
fn users_who_cite_a_critic() {
    let text = "  1. teapot\n    Jul 1, 2012\n    The paper says:\n    Reviewed by: Ida Stone\n    80\n    Hot.\n  2. leaf\n    Jun 29, 2012\n    8\n    Warm.\n";
    check(
        "cited",
        &format!("{USERS}{text}"),
        &[
            "user teapot | - | 2012-07-01 | - | The paper says:\nReviewed by: Ida Stone\n80\nHot.",
            "user leaf | - | 2012-06-29 | 8 | Warm.",
        ],
    );
}

#[test]
fn lists_with_missing_or_constant_numbers() {
    let lost = "  1. 90\n    Hot, and then some.\n    80\n    Warm, and none too much of it.\n  3. Cold.\n";
    let hot = "critic - | - | - | 90 | Hot, and then some.";
    let warm = "critic - | - | - | 80 | Warm, and none too much of it.";
    check("lost", &format!("{CRITICS}{lost}"), &[hot, warm, "critic - | - | - | - | Cold."]);
    let ones = "  1. 80\n    Hot.\n  1. Dim.\n  1. Reviewed by: Ida Stone\n    Warm.\n";
    let wanted = [
        "critic - | - | - | 80 | Hot.",
        "critic - | - | - | - | Dim.",
        "critic Ida Stone | - | - | - | Warm.",
    ];
    check("ones", &format!("{CRITICS}{ones}"), &wanted);
    let articles = "\nRelated Articles\n  1. Twenty kettles\n    Published: Jan 3, 2013\n    We list the best.\n";
    check("articles", &format!("{CRITICS}{ones}{articles}"), &wanted);
}

#[test]
fn numbered_points_in_a_review_stay_text() {
    let text = "  1. 90\n     It has two faults:\n     1. the lid\n     2. the spout\n  2. 80\n     Hot.\n";
    check(
        "deeper",
        &format!("{CRITICS}{text}"),
        &[
            "critic - | - | - | 90 | It has two faults:\n1. the lid\n2. the spout",
            "critic - | - | - | 80 | Hot.",
        ],
    );
    let flat =
        "1. Nov 2, 2012\n9\nTwo things:\n1. the lid\n2. the spout\n2. Nov 1, 2012\n4\nCold.\n";
    check(
        "flat",
        &format!("{USERS}{flat}"),
        &[
            "user - | - | 2012-11-02 | 9 | Two things:\n1. the lid\n2. the spout",
            "user - | - | 2012-11-01 | 4 | Cold.",
        ],
    );
}

#[test]
fn boilerplate_is_not_a_review() {
    let user = "  1. Ketl\n    Feb 9, 2007\n    4\n    Lukewarm.\n";
    let wanted = ["user Ketl | - | 2007-02-09 | 4 | Lukewarm."];
    check("voting box", &format!("{USERS}\n{BOX}{user}"), &wanted);
    let ranks = "\nAwards & Rankings\n\n12\n#12 Most Discussed PS2 Game of 2007\n";
    check("rankings", &format!("{USERS}{user}{ranks}"), &wanted);
    check("nothing yet", &format!("{USERS}{user}\nThere are no critic reviews yet.\n"), &wanted);
    let main = "Your Score\n0 out of 10\nRate this:\n  • 10\n  • 0\n  • 0\n  • Starring: , ,\n  • Summary: A kettle sings. (Acme) Expand\n";
    let second = "\nSee all 1 User Reviews\n\nScore distribution:\n  1. Positive: 3 out of 3\n  2. Mixed: 0 out of 3\n  3. Negat";
    check("main page, cut", &format!("{USERS}{main}{user}{second}"), &wanted);
}

#[test]
fn audience_of_a_list() {
    let both = "Metascore\n61\n\nMixed or average reviews - based on 30 Critics What's this?\n\nUser Score\n6.7\n\nMixed or average reviews- based on 40 Ratings\n\n";
    let critics = "Score distribution:\n  1. Positive: 9 out of 30\n  1. Nov 5, 2013\n    84\n    Warm.\n  2. 8\n    Nothing new.\n\nSee all 30 Critic Reviews\n\n";
    let users = "Score distribution:\n  1. Positive: 1 out of 5\n  1. Ketl\n    Mar 1, 2011\n    8\n    Hot.\n";
    check(
        "main page",
        &format!("{both}{critics}{users}"),
        &[
            "critic - | - | 2013-11-05 | 84 | Warm.",
            "critic - | - | - | 8 | Nothing new.",
            "user Ketl | - | 2011-03-01 | 8 | Hot.",
        ],
    );
    check(
        "users first",
        &format!("{USERS}  1. Ketl\n    Mar 1, 2011\n    8\n    Hot.\n\n{CRITICS}  1. Cold tea.\n"),
        &["user Ketl | - | 2011-03-01 | 8 | Hot.", "critic - | - | - | - | Cold tea."],
    );
    let headless = "    What matters in it is firm, and hot.\n  2. Tea Weekly\n    Steam everywhere. [July 2003, p.79]\n\n  1. K.L.\n    Mar 12, 2004\n    Among the finest of kettles!\n";
    assert_eq!(MetacriticText.recognise(&probe(headless)), Confidence::Shape);
    check(
        "no heading",
        headless,
        &[
            "critic - | - | - | - | What matters in it is firm, and hot.",
            "critic - | Tea Weekly | - | - | Steam everywhere. [July 2003, p.79]",
            "user K.L. | - | 2004-03-12 | - | Among the finest of kettles!",
        ],
    );
}

#[test]
fn numbers_that_a_converter_lost() {
    let lost = "    Reviewed by: Bea Pot\n    Aug 2, 2012\n    80\n    Hot.\n  2. Reviewed by: Ann Cup\n    Aug 3, 2012\n    70\n    Warm.\n    Reviewed by: Cy Lid\n    Aug 4, 2012\n    60\n    Cold.\n  4. Iced, and then some.\n    Even colder, as it seems to me.\n  6. Frozen.\n";
    check(
        "lost",
        &format!("{CRITICS}{lost}"),
        &[
            "critic Bea Pot | - | 2012-08-02 | 80 | Hot.",
            "critic Ann Cup | - | 2012-08-03 | 70 | Warm.",
            "critic Cy Lid | - | 2012-08-04 | 60 | Cold.",
            "critic - | - | - | - | Iced, and then some.",
            "critic - | - | - | - | Even colder, as it seems to me.",
            "critic - | - | - | - | Frozen.",
        ],
    );
}

#[test]
fn any_short_text_in_place_of_a_name_is_one() {
    for name in [
        "North Sea Kettle (NSK)",
        "KettleP.",
        "[Anonymous]",
        "tea!",
        "I love it",
        "7up",
        "Mixed",
        "2 Cups of Tea?",
    ] {
        let text = format!("{USERS}  1. {name}\n    Jul 18, 2008\n    8\n    Hot.\n");
        check(name, &text, &[&format!("user {name} | - | 2008-07-18 | 8 | Hot.")]);
        let text = format!("{CRITICS}  1. {name}\n    80\n    Hot.\n");
        check(name, &text, &[&format!("critic - | {name} | - | 80 | Hot.")]);
    }
}

#[test]
fn repeated_texts() {
    let short =
        "A patient kettle, and every cup of it keeps its own time. The lid comes off late and that";
    let whole = format!("{short} is all it needs to do.");
    for (between, tail) in [
        ("", " Full Review »"),
        (" ", " Expand"),
        ("\n    ", " Expand"),
        ("", ""),
        (" ", ""),
        (" Full Review » ", ""),
    ] {
        let text = format!("{USERS}  1. May 5, 2011\n    9\n    {short}{between}{whole}{tail}\n");
        check(between, &text, &[&format!("user - | - | 2011-05-05 | 9 | {whole}")]);
    }
}

#[test]
fn spoiler_notice_is_removed_and_user_text_kept() {
    let page = |words: &str| {
        format!(
            "USER SCORE\n4.4\nUser Reviews\n4\nketl77Dec 18, 2017\n{words}\n1 of 2 users found this helpful12\nAll this user's reviews\n"
        )
    };
    for (words, quote) in [
        (
            "This review contains spoilers, click expand to view. So: it boils.\n\nTwice.",
            "So: it boils.\nTwice.",
        ),
        ("**This review contains spoilers , click expand to view .** It boils.", "It boils."),
        (
            "This review contains spoilers, click full review link to view. It boils. Full Review »",
            "It boils.",
        ),
        ("This review contains spoilers. It boils.", "This review contains spoilers. It boils."),
        ("[SPOILER ALERT: This review contains spoilers.]\nIt boils.", "It boils."),
    ] {
        check(words, &page(words), &[&format!("user ketl77 | - | 2017-12-18 | 4 | {quote}")]);
    }
}

#[test]
fn critics_reviews_without_a_link() {
    let text = "Metascore\n67\nMixed or average reviews - based on 4 Critics\nReviewed by: Ida Stone\nJul 26, 2012\n90\nHot.\nRead full review\n83\nNobody signs this notice of a kettle.\nReviewed by: Bo Cup\nJul 27, 2012\n80\nWarm.\nRead full review\nReviewed by: Cy Lid\nJul 28, 2012\n70\nCold.\n";
    check(
        "browser",
        text,
        &[
            "critic Ida Stone | - | 2012-07-26 | 90 | Hot.",
            "critic - | - | - | 83 | Nobody signs this notice of a kettle.",
            "critic Bo Cup | - | 2012-07-27 | 80 | Warm.",
            "critic Cy Lid | - | 2012-07-28 | 70 | Cold.",
        ],
    );
}

#[test]
fn text_without_reviews_is_refused_with_a_reason() {
    let best: String = (1..4).map(|at| format!("{at}.\nTeapot {at}\nMarch {at}, 2018\nMetascore: 9{at}\nA kettle lights a lamp for every boat, and one comes.\n")).collect();
    let error = review_lines(&best).expect_err("a list of works");
    assert!(error.contains("list of works"), "{error}");
    let lost = "Dec 20, 2017\n    It boils over.\n        6 of 7 users found this helpful610\nDec 22, 2017\n    It is warm.\n        1 of 5 users found this helpful141\n";
    let glued = "Metascore\n70\nCritic score distribution:\n- Positive: 2 out of 2\n- Jul 26, 2012A kettle, and a lid.\n- Jul 27, 2012No lid.\n";
    let browse = "New Kettle Releases By Date\n1. 88\nHot by Ketl\nApril 3, 2020\nThe fourth kettle.\nUser Score\n8.2\n2. 74\nCold by Ketl\nApril 3, 2020\nThe third kettle.\nUser Score\ntbd\n";
    let divisions = format!("::: review\n{CRITICS}  1. Hot.\n:::\n:::\n");
    for (text, reason) in [
        (divisions.as_str(), "it is pandoc's markdown"),
        (lost, "names and scores are not in this text"),
        (glued, "names and scores are not in this text"),
        (browse, "it is a list of works"),
        (CRITICS, "no review is in this text"),
        (
            "Metascore\n60\nUser Reviews\n\nThere are no user reviews yet.\n",
            "the page says that there are no reviews",
        ),
    ] {
        let refused = review_lines(text).expect_err(text);
        assert!(refused.contains(reason), "{refused}: {text}");
    }
    let imdb = "A Kettle (1998)\nUser Reviews\nReview this title\n5/10\nKind of warm\nketlfan-119 May 2006\nMostly tea.\n19 out of 22 found this helpful. Was this review helpful? Sign in to vote.\nPermalink\n";
    assert_eq!(MetacriticText.recognise(&probe(imdb)), Confidence::No);
}

#[test]
fn page_claims_verify_the_import() {
    let noted = |text: &str| {
        let mut sink = Collected::default();
        MetacriticText.read(&mut Page(text), &ReadOptions::default(), &mut sink).expect("a page");
        let note = |note: Note| format!("{} {}", note.message, note.help.unwrap_or_default());
        sink.notes.into_iter().map(note).collect::<Vec<_>>().join("\n")
    };
    use crate::format::Note;
    let one = "  1. Reviewed by: Ida Stone\n    Cold.\n";
    let all = CRITICS.replace("9 Critics", "1 Critics");
    assert_eq!(noted(&format!("{all}{one}")), "");
    let few = noted(&format!("{CRITICS}{one}"));
    assert!(few.contains("the page says 9 critics; 1 was read"), "{few}");
    assert!(few.contains("filtered (dist=negative)"), "{few}");
    let selected = noted(&format!("{CRITICS}{one}\nSee all 9 Critic Reviews\n"));
    assert!(selected.contains("'See all'"), "{selected}");
}
