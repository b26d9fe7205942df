//! Texts read with small profiles, and the built-in ones on prose.

use proptest::prelude::*;

use crate::columns::tests::Bytes;
use crate::detect::{self, Undecided};
use crate::format::{Confidence, Format, Note, Probe, ReadError, ReadOptions, Result, Sink, Stop};
use crate::profile::{Profile, Shape, built_in};
use crate::record::{Item, Position};

#[test]
fn a_publication_s_page_without_its_titles_is_refused() {
    let profiles = built_in().unwrap();
    let profile = profiles.iter().find(|found| found.name == "metacritic-publication-text");
    let page = "Kettle World's Scores\nFor 3 reviews, this publication has graded:\nScore distribution:\n  1. Negative: 1 out of 3\n3 game reviews\n    • 65 Metascore\n    • 70 Critic Score\n    It boils by noon.\n    • Kettle World\n    • tbd Metascore\n    • 60 Critic Score\n    It steeps.\n";
    assert!(matches!(read(profile.unwrap(), page), Err(ReadError::Malformed { .. })));
}

/// A site with a last line: a record without its first line is accepted.
const ENDED: &str = r#"
name = "ended"
shape = "text"
audience = "user"
scale = 10
[detect]
lines = ["More"]
[page]
lines = ['(?<title>.+) \((?<year>\d{4})\)', '(?<count>\d+) items']
end = "Foot"
[record]
begin = '(?<score>\d+/10)'
lines = ['(?<quote>.+)', '(?<name_and_date>.+\d{1,2} [A-Z][a-z]+ \d{4})']
end = "More"
needs = ["byline", "date"]
skip = "Advertisement"
"#;

fn profile(text: &str) -> Profile {
    Profile::parse("mine.toml", text).unwrap()
}

#[derive(Default)]
struct Seen {
    /// `byline|date|score|quote` of a review, `! reason: raw` of a rejection.
    items: Vec<String>,
    notes: Vec<Note>,
}

impl Sink for Seen {
    fn item(&mut self, at: Position, raw: &dyn Fn() -> String, item: Item) -> Result<(), Stop> {
        self.items.push(match item {
            Item::Review(review) => {
                let parts = [review.byline, review.date, review.score, review.quote];
                let cut = if review.truncated { " (cut)" } else { "" };
                parts.map(Option::unwrap_or_default).join("|").replace('\n', "/") + cut
            }
            Item::Rejected(reason) => format!("! {reason}: {}", raw()),
            other => format!("{} {other:?}", at.line),
        });
        Ok(())
    }

    fn note(&mut self, note: Note) -> Result<(), Stop> {
        self.notes.push(note);
        Ok(())
    }
}

fn read(profile: &Profile, text: &str) -> Result<Seen> {
    let mut seen = Seen::default();
    profile.read(&mut Bytes(text.as_bytes().to_vec()), &ReadOptions::default(), &mut seen)?;
    Ok(seen)
}

const PAGE: &str = "Rain (1999)\n4 items\n\n7/10\nWet\nann 3 May 2006\n\nIt rains.\n\n5/10 says my aunt.\nMore\n\
    No mark\nbob19 May 2006\nIt pours.\nAdvertisement\nStill.\nMore\nwho knows\nMore\n2/10\nDry\ncy 4 May 2006\nIt stops.";

#[test]
fn a_text_is_read_whole() {
    let seen = read(&profile(ENDED), PAGE).unwrap();
    assert_eq!(
        seen.items,
        [
            "ann|3 May 2006|7/10|Wet/It rains./5/10 says my aunt.",
            "|May 2006||No mark/It pours./Still.",
            "! no pattern of the profile takes these lines among the reviews: who knows\nMore",
            "cy|4 May 2006|2/10|Dry/It stops. (cut)",
        ]
    );
    let notes: Vec<&str> = seen.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert_eq!(notes[0], "the page says 4 reviews; 3 were read");
    assert!(notes[1].starts_with("1 of 3 reviews have name and day run together"), "{notes:?}");
}

#[test]
fn each_line_is_classified() {
    let text = format!("Menu\n{PAGE}\nMore\nFoot\nContact");
    let uses = profile(ENDED)
        .line_uses(&mut Bytes(text.clone().into_bytes()), &ReadOptions::default())
        .unwrap();
    assert_eq!(uses.len(), text.lines().count());
    assert!(uses.iter().zip(1..).all(|(used, number)| used.line == number));
    let of = |line: &str| {
        uses.iter().find(|used| used.text == line).map_or("", |used| used.taken_for.as_str())
    };
    for (line, taken_for) in [
        ("Menu", "outside of the reviews"),
        ("Rain (1999)", "page, title, year"),
        ("7/10", "review 1, score"),
        ("ann 3 May 2006", "review 1, name_and_date"),
        ("5/10 says my aunt.", "review 1, words"),
        ("Advertisement", "skipped"),
        ("who knows", "left over"),
        ("Foot", "skipped"),
        ("Contact", "outside of the reviews"),
    ] {
        assert_eq!(of(line), taken_for, "{line}");
    }
}

#[test]
fn texts_without_reviews_or_mostly_unmatched_are_refused() {
    let refused = |text: &str| match read(&profile(ENDED), text) {
        Err(ReadError::Malformed { message, help, .. }) => {
            assert!(help.is_some());
            message
        }
        other => panic!("{:?}", other.map(|seen| seen.items)),
    };
    assert_eq!(refused("Rain (1999)\nIt rains.\n"), "read as ended, there is no review in it");
    let over =
        "7/10\nWet\nann 3 May 2006\nMore\na\nb\nMore\nc\nd\nMore\n8/10\nDry\nbo 3 May 2006\nMore\n";
    assert!(
        refused(&over.replace("a\n", "a\na\na\na\n"))
            .contains("lines among its reviews are left over")
    );
}

/// Lists of outlets and their scores, whose works' titles match no pattern.
#[test]
fn scores_of_several_works_are_refused() {
    let profile = profile(
        "name = \"scores\"\nshape = \"text\"\n[detect]\nlines = ['.*: .*']\n[record]\n\
         begin = '(?<publication>[^:]+): (?<score>\\d/10)'\nquote = \"none\"\nskip = 'Day .*'\n",
    );
    let refused = |text: &str| match read(&profile, text) {
        Err(ReadError::Malformed { message, line, .. }) => Some((message, line)),
        _ => None,
    };
    for text in [
        "The Gull: 7/10\nTea Weekly: 8/10\nRope\nPier: 6/10\n",
        "The Gull: 7/10\nTea Weekly: 8/10\nRope\nThe Gull: 7/10\n",
        "The Gull: 7/10\nThe Gull: 6/10\nRope\nPier: 6/10\n",
    ] {
        assert_eq!(refused(text), None, "{text}");
    }
    for title in ["Rope", "Day Two"] {
        let text = format!("The Gull: 7/10\nTea Weekly: 8/10\n{title}\nThe Gull: 6/10\n");
        let (message, line) = refused(&text).unwrap();
        assert!(message.starts_with("The Gull has two scores"), "{message}");
        assert_eq!(line, Some(4));
    }
}

#[test]
fn every_error_of_a_profile_has_its_key() {
    let text = r#"
name = "mine"
shape = "text"
[detect]
lines = ["("]
[page]
lines = ['(?<tilte>.+)']
foot = "x"
[record]
lines = ['a', '[z-a]']
skip = '(?<score>\d)'
needs = ["date"]
"#;
    let error = match Profile::parse("mine.toml", text) {
        Err(error) => error,
        Ok(_) => panic!("it was taken"),
    };
    assert_eq!(error.line, 5, "{error}");
    for wanted in [
        "`detect.lines`: unclosed group",
        "`page.foot`: unknown key `foot`, expected one of `begin`, `lines`, `end`",
        "`page.lines`: unknown group `tilte`, expected one of `title`",
        "`record.begin`: missing",
        "`record.lines[1]`: invalid character class range",
        "`record.skip`: unknown group `score`, a pattern here names none",
        "`record.needs`: no pattern of the record names `date`",
    ] {
        assert!(error.message.contains(wanted), "{wanted}: {error}");
    }
    assert_eq!(error.help().as_deref(), Some("did you mean `title`?"));
    for (text, wanted) in [
        ("name = \"m\"\nshape = \"text\"\n", "`record`: missing table"),
        (
            "name = \"m\"\n[detect]\nlines = 'x'\n[fields]\nscore = \"a\"\n",
            "`detect.lines`: only a profile with shape = \"text\" has it",
        ),
    ] {
        let error = Profile::parse("m.toml", text).map(drop).map_err(|error| error.message);
        assert!(error.as_ref().is_err_and(|message| message.contains(wanted)), "{error:?}");
    }
}

/// The example in docs/own-profile.md works as documented.
#[test]
fn the_documented_example_works() {
    let guide = include_str!("../../../../../docs/own-profile.md");
    let recipe = guide.split("```").find(|block| block.contains("shape = \"text\""));
    let recipe = profile(recipe.and_then(|block| block.strip_prefix("toml")).unwrap_or_default());
    let text = "Rain (1999)\n2 notes\n7/10\nWet\nann, 3 May 2006\nIt rains.\nWas this note useful?\n\
        No mark\nbob, 19 May 2006\nAdvertisement\nIt pours.\nWas this note useful?\n";
    let seen = read(&recipe, text).unwrap();
    assert_eq!(
        seen.items,
        ["ann|3 May 2006|7/10|Wet/It rains.", "bob|19 May 2006||No mark/It pours."]
    );
    assert_eq!(seen.notes, []);
}

#[test]
fn two_matching_profiles_are_both_named() {
    let (one, other) = (profile(ENDED), profile(&ENDED.replace("\"ended\"", "\"finished\"")));
    let probe = Probe::new("rain.txt", PAGE, true);
    match detect::choose(&probe, &[&one, &other]) {
        Err(Undecided::Several(names)) => assert_eq!(names, ["ended", "finished"]),
        chosen => panic!("{:?}", chosen.map(Format::name)),
    }
}

/// No prose, list or code is recognised as reviews.
#[test]
fn prose_is_nobodys() {
    let recipe =
        "Pancakes\n\nFlour: 200\nEggs: 3\nMilk: 300\nSalt: 1\nButter: 20\n\nStir, wait, fry.\n";
    let minutes = "Minutes\n\nPresent: 12\nAbsent: 3\nVotes for – 9\nVotes against – 3\nThe chair said 9/10 of us agree.\n";
    let essay = "I gave Alien (1979)\nfour stars out of four.\nPermalink is a word that I like.\n3.00 out of 4 stars is what he gave it, and I (★★★½) did not.\n";
    let table = "Results\nTeam A – 9/10\nTeam B – 8/10\n";
    let texts = built_in().unwrap();
    for prose in [recipe, minutes, essay, table, include_str!("../../../../../CONTRIBUTING.md")] {
        let probe = Probe::new("notes.txt", prose, true);
        for profile in texts.iter().filter(|profile| profile.shape == Shape::Text) {
            assert_eq!(profile.recognise(&probe), Confidence::No, "{}: {prose}", profile.name);
        }
    }
}

/// An item of the page, with or without its parts.
fn item(number: usize, scored: bool, worded: bool) -> String {
    let score = if scored { format!("{}/10\n", number % 10) } else { String::new() };
    let words = if worded { format!("Words of {number}.\n") } else { String::new() };
    format!("{score}Head {number}\nuser {} May 2006\n{words}More\n", number % 28 + 1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Items keep number, order and words, whatever parts are missing; two pages give the items of
    /// both; a truncated text gives the complete items before the cut.
    #[test]
    fn items_with_any_parts_missing(
        parts in prop::collection::vec((any::<bool>(), any::<bool>()), 1..9),
        cut in 0.0..1.0_f64,
    ) {
        let ended = profile(ENDED);
        let items: Vec<String> = parts
            .iter()
            .enumerate()
            .map(|(number, (scored, worded))| item(number + 1, *scored, *worded))
            .collect();
        let page = format!("Rain (1999)\n{}Foot\n", items.concat());
        let seen = read(&ended, &page).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(seen.items.len(), items.len());
        for (number, (line, (_, worded))) in seen.items.iter().zip(&parts).enumerate() {
            let number = number + 1;
            let words = if *worded { format!("Head {number}/Words of {number}.") } else { format!("Head {number}") };
            prop_assert!(line.ends_with(&format!("|{words}")), "{}", line);
        }
        let twice = read(&ended, &format!("{page}{page}")).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(twice.items, [seen.items.clone(), seen.items.clone()].concat());

        let at = (page.len() as f64 * cut) as usize;
        let whole = page[..at].matches("More\n").count();
        let read = read(&ended, &page[..at]).map(|seen| seen.items).unwrap_or_default();
        prop_assert!(read.len() >= whole && read.len() <= whole + 1, "{:?}", read);
        prop_assert_eq!(&read[..whole], &seen.items[..whole]);
    }
}
