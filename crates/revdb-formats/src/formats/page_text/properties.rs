//! Generated pages of many layouts with any slots missing: items keep their number, order and
//! words.

use proptest::prelude::*;

use super::kinds_tests::review_lines;

#[derive(Debug, Clone)]
struct Item {
    name: Option<String>,
    date: Option<u8>,
    score: Option<u8>,
    words: String,
}

/// Realistic names, and some that look like words, scores or dates.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Z][a-z]{2,8}[0-9]{0,3}",
        1 => "[A-Z][a-z]{2,7}[A-Z]\\.",
        1 => prop::sample::select(vec![
            "[Anonymous]", "tea!", "x", "Mixed", "User Score2", "The Kettle (K)", "J. Lid", "May", "No. 7",
        ]).prop_map(str::to_owned),
    ]
}

/// Words that could be mistaken for something else.
fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Z][a-z]{3,8}( [a-z]{2,8}){3,14}[.!?]",
        1 => "[A-Z][a-z]{3,9}[.!]",
        1 => prop::sample::select(vec![
            "1999 was the year of the kettle.",
            "10 out of 10 for the lid.",
            "Mixed.",
            "Positive: all of it, and more.",
            "Mar 5, 2019 was the day it boiled.",
            "It boils. [Mar 2004, p.92]",
            "No. 1 in my book, and in yours.",
            "Metascore is wrong about this one.",
            "See all of it, twice.",
            "Reviewed by nobody, and loved.",
            "8/10",
            "This review contains spoilers. It boils.",
            "#1 kettle of the year!",
            "- a dash begins it, and so what.",
        ]).prop_map(str::to_owned),
    ]
}

fn any_item(best: u8) -> impl Strategy<Value = Item> {
    (
        prop::option::of(any_name()),
        prop::option::of(1..=28_u8),
        prop::option::of(0..=best),
        any_words(),
    )
        .prop_map(|(name, date, score, words)| Item { name, date, score, words })
}

impl Item {
    fn date(&self) -> Option<String> {
        self.date.map(|day| format!("Nov {day}, 2012"))
    }

    fn wanted(&self, who: &str, name: &str) -> String {
        let date = self.date.map_or("-".into(), |day| format!("2012-11-{day:02}"));
        let score = self.score.map_or("-".into(), |score| score.to_string());
        format!("{who} {name} | {date} | {score} | {}", self.words)
    }
}

/// The layout of a list of items.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// Numbered, with further lines indented: until 2018.
    Numbered,
    /// The same with numbers right-aligned.
    FlushRight,
    /// Lines that end each review: user pages, 2011 to 2022.
    Ended,
}

/// A critic list: every name is a signature, so that none needs a date or a score below it.
fn critics(items: &[Item], layout: Layout) -> String {
    let head = format!(
        "Metascore\n64\n\nMixed or average reviews - based on {} Critics\n\nCritic score distribution:\n  1. Positive: 1 out of {0}\n",
        items.len()
    );
    let lines = |item: &Item| {
        let name = item.name.as_ref().map(|name| format!("Reviewed by: {name}"));
        let score = item.score.map(|score| score.to_string());
        [name, item.date(), score, Some(item.words.clone())].into_iter().flatten().collect()
    };
    head + &numbered(items, layout, lines)
}

/// A user list; a name always has its date.
fn users(items: &[Item], layout: Layout) -> String {
    let head = format!(
        "User Score\n5.1\n\nMixed or average reviews- based on {} Ratings\n\nUser score distribution:\n  1. Positive: 1 out of {0}\n\n",
        items.len()
    );
    let lines = |item: &Item| {
        let score = item.score.map(|score| score.to_string());
        let name = item.name.clone().filter(|_| item.date.is_some());
        [name, item.date(), score, Some(item.words.clone())].into_iter().flatten().collect()
    };
    let ended = |item: &Item| {
        let score = item.score.map(|score| format!("{score}\n")).unwrap_or_default();
        let who = match (&item.name, item.date()) {
            (Some(name), Some(date)) => format!("{name}{date}\n"),
            (_, Some(date)) => format!("{date}\n"),
            _ => String::new(),
        };
        format!(
            "{score}{who}{}\n0 of 1 users found this helpful01\nAll this user's reviews\n",
            item.words
        )
    };
    match layout {
        Layout::Ended => {
            head.replace("\n\nUser score distribution", "\nUSER RATING DISTRIBUTION")
                + "User Reviews\n"
                + &items.iter().map(ended).collect::<String>()
        }
        layout => head + &numbered(items, layout, lines),
    }
}

fn numbered(items: &[Item], layout: Layout, lines: impl Fn(&Item) -> Vec<String>) -> String {
    let mut text = String::new();
    for (number, item) in (1..).zip(items) {
        for (at, line) in lines(item).iter().enumerate() {
            match (at, layout) {
                (0, Layout::FlushRight) => text.push_str(&format!("{number:>4}. {line}\n")),
                (0, _) => text.push_str(&format!("  {number}. {line}\n")),
                (_, Layout::FlushRight) => text.push_str(&format!("      {line}\n")),
                _ => text.push_str(&format!("    {line}\n")),
            }
        }
    }
    text
}

fn wanted(items: &[Item], who: &str) -> Vec<String> {
    let name = |item: &Item| match who {
        "critic" => format!("{} | -", item.name.as_deref().unwrap_or("-")),
        _ => format!("{} | -", item.name.as_deref().filter(|_| item.date.is_some()).unwrap_or("-")),
    };
    items.iter().map(|item| item.wanted(who, &name(item))).collect()
}

fn any_layout() -> impl Strategy<Value = Layout> {
    prop::sample::select(vec![Layout::Numbered, Layout::FlushRight])
}

fn any_user_layout() -> impl Strategy<Value = Layout> {
    prop::sample::select(vec![Layout::Numbered, Layout::FlushRight, Layout::Ended])
}

/// If some user has a name or a score, missing ones of others are not the converter's loss.
fn fill_in_missing_fields(items: &mut [Item]) {
    if let Some(first) = items.first_mut() {
        first.date = first.date.or(Some(1));
        first.score = first.score.or(Some(7));
        first.name = first.name.take().or(Some("Lid".into()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn critics_keep_number_order_and_words(
        items in prop::collection::vec(any_item(100), 1..14),
        layout in any_layout(),
    ) {
        prop_assert_eq!(review_lines(&critics(&items, layout)).expect("a page"), wanted(&items, "critic"));
    }

    #[test]
    fn users_keep_number_order_and_words(
        mut items in prop::collection::vec(any_item(10), 1..14),
        layout in any_user_layout(),
    ) {
        fill_in_missing_fields(&mut items);
        prop_assert_eq!(review_lines(&users(&items, layout)).expect("a page"), wanted(&items, "user"));
    }

    #[test]
    fn two_pages_give_both(
        first in prop::collection::vec(any_item(100), 1..6),
        mut second in prop::collection::vec(any_item(10), 1..6),
        critics_layout in any_layout(),
        users_layout in any_user_layout(),
    ) {
        fill_in_missing_fields(&mut second);
        let text = critics(&first, critics_layout) + &users(&second, users_layout);
        let both = [wanted(&first, "critic"), wanted(&second, "user")].concat();
        prop_assert_eq!(review_lines(&text).expect("two pages"), both);
    }

    /// Reviews that end before the cut are read completely.
    #[test]
    fn truncation_keeps_the_preceding_reviews(
        mut items in prop::collection::vec(any_item(10), 2..8),
        layout in any_user_layout(),
        share in 0.3..1.0_f64,
    ) {
        fill_in_missing_fields(&mut items);
        let text = users(&items, layout);
        let cut = text.floor_char_boundary((text.len() as f64 * share) as usize);
        let whole = (0..items.len())
            .filter(|&n| users(&items[..=n], layout).len() - users(&items[..0], layout).len() + text.len()
                - (users(&items, layout).len() - users(&items[..0], layout).len()) <= cut)
            .count();
        let found = review_lines(&text[..cut]).unwrap_or_default();
        let wanted = wanted(&items, "user");
        prop_assert!(found.len() <= whole + 1, "{found:?}");
        prop_assert_eq!(&found[..whole.min(found.len())], &wanted[..whole]);
    }
}
