//! The reports `name-variants` and `near-duplicates`, compared with a slow implementation of their
//! rules over all pairs, without SQL.

mod packed;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use packed::archive;
use proptest::prelude::*;
use proptest::sample::select;
use revdb_query::report::Catalogue;
use revdb_query::scope::Scope;
use rusqlite::Connection;
use rusqlite::types::Value;

type Pairs = BTreeMap<(String, String), String>;

fn rows(archive: &Connection, name: &str, typed: &[(&str, &str)]) -> Vec<Vec<Value>> {
    let report = Catalogue::built_in().get(name).expect("a report");
    let values = report.values(typed.iter().copied()).expect("values");
    let mut prepared = report.prepare(archive, &Scope::default(), &values).expect("a statement");
    let mut rows = prepared.rows();
    std::iter::from_fn(|| rows.next_row().expect("a row")).collect()
}

fn told(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Pairs, the lesser first, with the reason.
fn pairs(rows: Vec<Vec<Value>>, one: usize, two: usize, why: usize) -> Pairs {
    let pairs = rows.iter().map(|row| {
        let (a, b) = (told(&row[one]), told(&row[two]));
        ((a.clone().min(b.clone()), a.max(b)), told(&row[why]))
    });
    pairs.collect()
}

fn without_article(name: &str) -> &str {
    match (name.strip_prefix("the "), name.strip_suffix(", the")) {
        (Some(rest), _) | (None, Some(rest)) if !rest.is_empty() => rest,
        _ => name,
    }
}

/// Punctuation separates words, an apostrophe does not, & is a word.
fn words_of(name: &str) -> Vec<String> {
    let name = without_article(name).replace('&', " and ").replace('\'', "");
    let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(str::to_owned).collect()
}

fn letters_of(name: &str) -> String {
    let letters = words_of(name).concat();
    if letters.is_empty() { name.to_owned() } else { letters }
}

fn is_within_one_mistake(a: &str, b: &str) -> bool {
    let lacking = |text: &str| -> BTreeSet<String> {
        let letters: Vec<char> = text.chars().collect();
        let each = (0..letters.len()).filter(|at| !letters[*at].is_ascii_digit()).map(|at| {
            let rest = letters.iter().enumerate().filter(|(other, _)| *other != at);
            rest.map(|(_, c)| *c).collect()
        });
        each.chain([text.to_owned()]).collect()
    };
    let is_long = |text: &str| (6..=60).contains(&text.chars().count());
    is_long(a) && is_long(b) && !lacking(a).is_disjoint(&lacking(b))
}

fn numbers_of(name: &str) -> Vec<String> {
    let numbers = |word: &String| {
        word.contains(|c: char| c.is_ascii_digit())
            || word.chars().count() == 1
            || word.chars().all(|c| "ivxlcdm".contains(c))
    };
    words_of(name).into_iter().filter(numbers).collect()
}

/// One begins with the initials of the other, and both end with the same word.
fn are_initials(a: &str, b: &str) -> bool {
    let parted = |name: &str| {
        name.rsplit_once(' ').map(|(first, last)| (first.trim().to_owned(), last.to_owned()))
    };
    let (Some((short, last)), Some((long, other))) = (parted(a), parted(b)) else { return false };
    let mut begun = long.split(' ').filter_map(|word| word.chars().next());
    let first = begun.next();
    let initials: Vec<char> = short.chars().collect();
    last == other
        && short.len() < long.len()
        && match initials.as_slice() {
            [one] => first == Some(*one),
            [one, two] => first == Some(*one) && begun.any(|c| c == *two),
            _ => false,
        }
}

fn why_names(is_of_critics: bool, a: &str, b: &str) -> Option<&'static str> {
    if letters_of(a) == letters_of(b) {
        Some("letters")
    } else if is_of_critics && (are_initials(a, b) || are_initials(b, a)) {
        Some("initials")
    } else if is_within_one_mistake(&letters_of(a), &letters_of(b))
        && numbers_of(a) == numbers_of(b)
    {
        Some("typing")
    } else {
        None
    }
}

fn name() -> impl Strategy<Value = String> {
    let word = select(
        &[
            "lantern", "lanterm", "landern", "ada", "a", "ab", "harbour", "harbor", "vale", "2",
            "3", "ii", "iii", "mix",
        ][..],
    );
    let joint = select(&[" ", "-", ": ", " & ", "'", ". ", " – "][..]);
    let dress = select(&["{}", "the {}", "{}, the", "({})", "{}!", "«{}»"][..]);
    (proptest::collection::vec((word, joint), 1..4), dress).prop_map(|(parts, dress)| {
        let mut name = String::new();
        for (at, (word, joint)) in parts.iter().enumerate() {
            if at > 0 {
                name.push_str(joint);
            }
            name.push_str(word);
        }
        dress.replace("{}", &name)
    })
}

fn archive_of_names(what: &str, names: &BTreeSet<String>) -> Connection {
    let mut sql = String::new();
    if what == "critic" {
        sql += "INSERT INTO work VALUES (1, 'W', 'w', NULL, NULL, 0);\n";
    }
    for (id, name) in (1..).zip(names) {
        let name = name.replace('\'', "''");
        let insert = match what {
            "critic" => format!(
                "INSERT INTO critic VALUES ({id}, '{name}', '{name}', 0);
                 INSERT INTO review (work_id, audience, critic_id, hash) VALUES (1, 'critic', {id}, 0);"
            ),
            _ => format!(
                "INSERT INTO work VALUES ({id}, '{name}', '{name}', NULL, NULL, 0);
                 INSERT INTO review (work_id, audience, hash) VALUES ({id}, 'critic', 0);"
            ),
        };
        writeln!(sql, "{insert}").expect("a string");
    }
    archive(&sql)
}

fn cases() -> u32 {
    if std::env::var_os("REVDB_LONG_TESTS").is_some() { 2_000 } else { 24 }
}

/// A review of one of two works: critic, score, quote, whether it was truncated.
type Drawn = (u8, u8, u8, Option<String>, bool);

fn quote() -> impl Strategy<Value = String> {
    let begun = select(
        &[
            "What a wonderful film this is",
            "WHAT a wonderful, film: this îs",
            "Slow and long",
            "slow AND long",
        ][..],
    );
    let tail = select(
        &[
            "",
            "!",
            " and it goes on until the lights are on again and beyond that",
            " and it goes on until the lights go",
            " — until the end…",
        ][..],
    );
    (begun, tail).prop_map(|(begun, tail)| format!("{begun}{tail}"))
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (1..3_u8, 0..3_u8, 0..3_u8, proptest::option::weighted(0.8, quote()), any::<bool>())
        .prop_map(|(work, critic, score, quote, cut)| (work, critic, score, quote, cut))
}

/// Without case, accents, spaces and punctuation; the tests generate a single accent.
fn folded(quote: Option<&String>) -> String {
    let quote = quote.map(|quote| quote.to_lowercase().replace('î', "i")).unwrap_or_default();
    quote.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn why_quotes(a: &Drawn, b: &Drawn) -> Option<&'static str> {
    let (x, y) = (folded(a.3.as_ref()), folded(b.3.as_ref()));
    let is_same_critic = a.1 > 0 && a.1 == b.1;
    let begins = |text: &str, n: usize| text.chars().take(n).collect::<String>();
    let are_long = x.len() >= 20 && y.len() >= 20;
    let is_cut = |cut: &Drawn, whole: &Drawn| match (&cut.3, &whole.3) {
        (Some(words), Some(whole)) => {
            let words = words.trim_end_matches(['…', '.']);
            cut.4 && is_same_critic && !words.is_empty() && whole.starts_with(words)
        }
        _ => false,
    };
    if a.0 != b.0 {
        None
    } else if are_long && begins(&x, 60) == begins(&y, 60) {
        Some("beginning")
    } else if are_long
        && (x.contains(&y) || y.contains(&x))
        && (begins(&x, 20) == begins(&y, 20) || is_same_critic || a.2 == b.2)
    {
        Some("contained")
    } else if is_cut(a, b) || is_cut(b, a) {
        Some("cut off")
    } else if is_same_critic && a.2 == b.2 && a.3.is_some() != b.3.is_some() {
        Some("no quote")
    } else {
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn name_variants_agree_with_the_rule(
        names in proptest::collection::btree_set(name(), 2..9),
        what in select(&["critic", "work"][..]),
    ) {
        let found = pairs(rows(&archive_of_names(what, &names), "name-variants", &[("what", what)]), 1, 3, 5);
        let mut expected = Pairs::new();
        for (at, a) in names.iter().enumerate() {
            for b in names.iter().skip(at + 1) {
                if let Some(why) = why_names(what == "critic", a, b) {
                    expected.insert((a.clone(), b.clone()), why.to_owned());
                }
            }
        }
        prop_assert_eq!(found, expected, "{:?}", names);
    }

    #[test]
    fn near_duplicates_agree_with_the_rule(drawn in proptest::collection::vec(drawn(), 2..9)) {
        let mut sql = "INSERT INTO work VALUES (1, 'V', 'v', NULL, NULL, 0), (2, 'W', 'w', NULL, NULL, 0);
                       INSERT INTO critic VALUES (1, 'A', 'a', 0), (2, 'B', 'b', 0);\n".to_owned();
        for (id, (work, critic, score, quote, cut)) in (1..).zip(&drawn) {
            let critic = if *critic > 0 { critic.to_string() } else { "NULL".to_owned() };
            let quote = quote.as_ref().map_or("NULL".to_owned(), |quote| format!("'{quote}'"));
            writeln!(
                sql,
                "INSERT INTO review (id, work_id, audience, critic_id, date, score, score_text, quote, truncated, hash)
                 VALUES ({id}, {work}, 'critic', {critic}, '2012-01-01', {score}, '{score}', {quote}, {}, 0);",
                i32::from(*cut)
            ).expect("a string");
        }
        sql += "INSERT INTO review_fts (review_fts) VALUES ('rebuild');";
        let found = pairs(rows(&archive(&sql), "near-duplicates", &[]), 0, 1, 6);
        let mut expected = Pairs::new();
        for (at, a) in drawn.iter().enumerate() {
            for (beyond, b) in drawn.iter().skip(at + 1).enumerate() {
                if let Some(why) = why_quotes(a, b) {
                    let pair = ((at + 1).to_string(), (at + beyond + 2).to_string());
                    expected.insert(pair, why.to_owned());
                }
            }
        }
        prop_assert_eq!(found, expected, "{:#?}", drawn);
    }
}
