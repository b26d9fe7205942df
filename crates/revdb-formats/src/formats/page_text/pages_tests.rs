//! Whole pages: their own score, several pages in one text, and the user's options.

use super::*;
use crate::format::Note;
use crate::formats::testing::{Collected, Page, probe, read};
use crate::record::{Item, RawReview};

/// Claims as (kind, value) and reviews as (name, publication, date, score, quote).
fn claims_and_reviews(text: &str) -> (Vec<(ClaimKind, f64)>, Vec<[String; 5]>) {
    let found = read(&MetacriticText, text);
    assert!(found.rejected.is_empty(), "{text}: {:?}", found.rejected);
    let claims = found.claims().into_iter().map(|claim| (claim.kind, claim.value)).collect();
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let reviews = found
        .reviews()
        .into_iter()
        .map(|(_, r)| [&r.byline, &r.publication, &r.date, &r.score, &r.quote].map(part));
    (claims, reviews.collect())
}

#[test]
fn the_page_s_own_score_is_a_claim_on_pages_of_2023() {
    use ClaimKind::*;
    let users =
        "Mar 3, 2022\n10\ndrip77\nAll wet.\nPC\nReport\nMar 4, 2022\n7\nal\nFine.\nPC\nReport\n";
    let drip = ["drip77", "", "Mar 3, 2022", "10", "All wet."].map(String::from);
    let al = ["al", "", "Mar 4, 2022", "7", "Fine."].map(String::from);
    let summary = "Generally Favorable\nBased on 20 User Ratings\n";
    let filters = "All Reviews\nPositive Reviews\nMixed Reviews\nNegative Reviews\n";
    for head in [
        format!("Puddle Moon\nUser Reviews\nUser Score\n{summary}7.9\n"),
        format!("Puddle Moon\nUser Reviews\n7.9\n{summary}"),
        format!("Puddle Moon User Reviews\nPC\n7.9\n{summary}\n{filters}\n"),
        format!("Puddle Moon\nUser Reviews\nUser Score\n{summary}7.9\n{filters}"),
    ] {
        let (mut claims, reviews) = claims_and_reviews(&format!("{head}{users}"));
        claims.sort_by(|a, b| b.1.total_cmp(&a.1));
        assert_eq!(claims, [(RatingCount, 20.0), (UserScore, 7.9)], "{head}");
        assert_eq!(reviews, [drip.clone(), al.clone()], "{head}");
        let found = read(&MetacriticText, &format!("{head}{users}"));
        assert_eq!(found.reviews()[0].1.work.title.as_deref(), Some("Puddle Moon"), "{head}");
    }
    let critics = "Puddle Moon\nCritic Reviews\n96\nUniversal Acclaim\nBased on 2 Critic Reviews\nFeb 23, 2022\n100\nThe Gutter\nA real step.\nPlayStation 5\nFULL REVIEW\nFeb 24, 2022\n90\nBoot Hub\nBy Zed Q\nWet.\nPC\nFULL REVIEW\n";
    let (claims, reviews) = claims_and_reviews(critics);
    assert_eq!(claims, [(Metascore, 96.0), (CriticCount, 2.0)]);
    let gutter = ["", "The Gutter", "Feb 23, 2022", "100", "A real step."].map(String::from);
    let hub = ["Zed Q", "Boot Hub", "Feb 24, 2022", "90", "Wet."].map(String::from);
    assert_eq!(reviews, [gutter, hub]);
}

#[test]
fn concatenated_pages_keep_their_reviews() {
    let page = |title: &str, name: &str| {
        format!(
            "{title}\nPC\nPublisher: Acme | Release Date: Mar 4, 2021\n8.2\nUser Score\nGenerally favorable reviews based on 44 Ratings\n10\n{name}Mar 8, 2021\nGreat roads.\n0 of 0 users found this helpful\nAll this user's reviews\n5\nAnnaMay 12, 2021\nMeh… Expand\n"
        )
    };
    let found =
        read(&MetacriticText, &format!("{}{}", page("Wet Roads", "Bo"), page("Dry Roads", "Cy")));
    let review_lines: Vec<_> = found
        .reviews()
        .into_iter()
        .map(|(_, r)| {
            [r.work.title.clone(), r.byline.clone()].map(Option::unwrap_or_default).join(" ")
        })
        .collect();
    assert_eq!(review_lines, ["Wet Roads Bo", "Wet Roads Anna", "Dry Roads Cy", "Dry Roads Anna"]);
    let titles: Vec<_> = found.claims().into_iter().map(|c| c.work.title.clone()).collect();
    assert_eq!(titles.iter().flatten().filter(|title| *title == "Dry Roads").count(), 2);
}

#[test]
fn second_page_without_a_title() {
    let page = |score: u8, critics: u8| {
        format!(
            "Metascore\n{score}\nUniversal acclaim - based on {critics} Critics\n1. Reviewed by: A B\nAug 2, 2012\n80\nWet.\n2. Reviewed by: C D\nAug 3, 2012\n70\nDry.\n"
        )
    };
    let titled = "Wet Film\nAcme | Release Date: May 1, 2012\n";
    let review_lines = |text: &str| {
        let mut sink = Collected::default();
        let mut page = crate::formats::testing::Page(text);
        let error = MetacriticText.read(&mut page, &ReadOptions::default(), &mut sink).err();
        let noted = sink.notes.iter().any(|note| note.message.contains("two pages"));
        (error.map(|error| error.to_string()), noted, sink.reviews().len())
    };
    let refusal = Some("the text holds two pages, and the second names no work".to_owned());
    for (text, wanted) in [
        (format!("{}{}", page(81, 2), page(81, 2)), (None, false, 2)),
        (format!("{}{}", page(81, 2), page(74, 2)), (None, true, 4)),
        (format!("{titled}{}{}", page(81, 2), page(74, 2)), (refusal, false, 0)),
        (format!("{}{titled}{}", page(81, 2), page(74, 2)), (None, false, 4)),
    ] {
        assert_eq!(review_lines(&text), wanted, "{text}");
    }
}

#[test]
fn second_page_recognised_by_its_count() {
    let page = |critics: u8| {
        format!(
            "Universal acclaim - based on {critics} Critics\n  1. Reviewed by: A B\n    Aug 2, 2012\n    Wet.\n"
        )
    };
    let noted = |text: &str| {
        let notes = read(&MetacriticText, text).notes;
        notes.iter().any(|note| note.message.contains("counts its critics anew"))
    };
    assert!(noted(&format!("{}{}", page(9), page(13))));
    assert!(!noted(&format!("{}{}", page(9), page(9))));
}

#[test]
fn options_override_a_page_of_one_work() {
    let page = |title: &str| {
        format!(
            "{title}\nAcme | Release Date: May 1, 2012\nMetascore\n81\n1. Reviewed by: A B\nAug 2, 2012\n80\nWet.\n"
        )
    };
    let options =
        ReadOptions { title: Some("Told".into()), year: Some(2011), ..ReadOptions::default() };
    let works = |text: &str| {
        let mut sink = Collected::default();
        let mut page = crate::formats::testing::Page(text);
        MetacriticText.read(&mut page, &options, &mut sink).unwrap();
        let work = |review: &RawReview| (review.work.title.clone(), review.work.year.is_some());
        sink.reviews().iter().map(|(_, review)| work(review)).collect::<Vec<_>>()
    };
    assert_eq!(works(&page("Wet")), [(None, false)]);
    let two = works(&format!("{}{}", page("Wet"), page("Dry")));
    assert_eq!(two, [(Some("Wet".into()), true), (Some("Dry".into()), true)]);
}

#[test]
fn page_pasted_twice_is_read_once() {
    let page = "Mixed or average reviews - based on 3 Critics\n  1. The kettle boils.\n  2. 60\n    The kettle boils.\n  3. The kettle boils.\n";
    let found = read(&MetacriticText, &format!("{page}\n{page}"));
    assert_eq!(found.reviews().len(), 3);
    let left = found.items.iter().filter(|(_, item)| matches!(item, Item::LeftAlone(_)));
    assert_eq!(left.count(), 3);
    let says_less = |note: &Note| note.message.contains("were read");
    assert!(!found.notes.iter().any(says_less), "{:?}", found.notes);
    // Critics' and users' lists may have an equal review.
    let other = page.replace("3 Critics", "3 Ratings").replace("60", "6");
    assert_eq!(read(&MetacriticText, &format!("{page}\n{other}")).reviews().len(), 6);
}

#[test]
fn the_rest_of_a_review_at_the_text_s_beginning_is_rejected() {
    let text = "and nobody boils it.\n  3. Reviewed by: Bo Cup\n    Mar 1, 2009\n    Hot.\n  4. Reviewed by: Ida Stone\n    Cold.\n\nSee all 26 Critic Reviews\n";
    let found = read(&MetacriticText, text);
    assert_eq!(found.reviews().len(), 2);
    let (at, reason, raw) = &found.rejected[0];
    assert_eq!((at.line, raw.as_str()), (1, "and nobody boils it."));
    assert_eq!(reason, "the text begins within this review");
}

#[test]
fn cards_without_a_heading_and_pages_of_a_reading_mode_are_known() {
    let card = |score, name: &str| {
        format!("{score}\n\n{name}\n\nMar 1, 2019\n\nHot, then not.\n\nRead full review\n\n")
    };
    let cards = card(90, "The Kettle") + &card(60, "Tea Weekly");
    let known = |text: &str| MetacriticText.recognise(&probe(text));
    assert_eq!(known(&format!("It boils.\nRead full review\n{cards}")), Confidence::Shape);
    assert_eq!(known(&format!("Kettles Reviews - Metacritic\n{cards}")), Confidence::Certain);
    assert_eq!(known(&card(90, "The Kettle")), Confidence::No);
    assert_eq!(known(&cards.replace("90", "9/10").replace("60", "6/10")), Confidence::No);
}

#[test]
fn heading_below_wrapped_text_is_not_part_of_it() {
    let words = "It is slow, which is what it is about, and wet, which is a pity, for a\n    kettle that boils at noon and never once before, whatever they say so\n    by far the wettest of the lot";
    let item = |number, words: &str| format!("  {number}. Mar {number}, 2009\n    {words}\n");
    let text = format!(
        "Mixed or average reviews - based on 2 Critics\n{}{}User Score\n\nMixed or average reviews- based on 9 Ratings\n\n{}",
        item(1, words),
        item(2, words),
        item(1, "Hot."),
    );
    let quotes: Vec<_> =
        read(&MetacriticText, &text).reviews().iter().map(|(_, r)| r.quote.clone()).collect();
    let whole = words.replace("\n    ", " ");
    assert_eq!(quotes, [Some(whole.clone()), Some(whole), Some("Hot.".into())]);
}

#[test]
fn list_with_mostly_unassigned_lines_is_refused() {
    let text = "User Score\n5.1\n\nMixed or average reviews- based on 12 Ratings\n\n  1. leaf\nSecond of July or so\nHot, he said.\nHot, she said.\nHot!\n  2. kettle\nThird of July or so\nCold, he said.\nCold, she said.\n  3. pot\n";
    let mut sink = Collected::default();
    let refused = MetacriticText.read(&mut Page(text), &ReadOptions::default(), &mut sink);
    assert!(refused.is_err_and(|error| error.to_string().contains("belong to none")));
}
