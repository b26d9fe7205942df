//! Removes boilerplate that pages print around a quote: notices, links, buttons.
//!
//! Owns the tables of these texts. Must never: remove part of a sentence. Words that could end one
//! ("… my Full Review", "it needs to expand") are removed only in the exact form that the page
//! uses, given in the table.

use super::CleanQuote;

/// What must precede an ending for it to be boilerplate.
#[derive(Clone, Copy, PartialEq)]
enum After {
    /// Anything: no sentence would end with this spelling.
    Anything,
    /// The end of a sentence or paragraph.
    Sentence,
    /// An ellipsis, which the site put where it truncated the text.
    Ellipsis,
}

/// An ending, what precedes it, and whether an ellipsis before it marks a truncated text.
///
/// Metacritic prints "Full Review »" (films, until 2022), "Read full review" (2013–2022),
/// "…Expand" after a truncated text, "Expand" or "Collapse" after a full one; Rotten Tomatoes
/// prints "Full Review"; "Read More" is used by it and by others.
const ENDINGS: &[(&str, After, bool)] = &[
    ("Read full review", After::Anything, false),
    ("Read Full Review", After::Sentence, true),
    ("Full Review", After::Sentence, false),
    ("Read More", After::Sentence, true),
    ("Read more", After::Sentence, true),
    ("Expand", After::Anything, true),
    ("Collapse", After::Sentence, false),
    ("More", After::Ellipsis, true),
];

/// Metacritic's notices above a text with spoilers: in brackets since 2023, before that as a line
/// with a button. A reviewer's own sentence ("This review contains spoilers, sorry.") has neither.
const NOTICES: [&str; 3] = [
    "[SPOILER ALERT: This review contains spoilers.]",
    "This review contains spoilers, click expand to view.",
    "This review contains spoilers, click full review link to view.",
];

/// Arrows that mark the words before them as a link.
const ARROWS: [char; 4] = ['»', '›', '→', '▸'];

/// The beginning of a language note, in lower case.
const NOTE: &str = "full review in ";

/// Languages of critics on Rotten Tomatoes, for notes without brackets, where
/// "Full review in Variety" must stay.
const LANGUAGES: [&str; 20] = [
    "Arabic", "Chinese", "Danish", "Dutch", "English", "Finnish", "French", "German", "Greek",
    "Hebrew", "Hindi", "Italian", "Japanese", "Korean", "Norwegian", "Polish", "Portuguese",
    "Russian", "Spanish", "Swedish",
];

/// Maximum length of a language note in bytes: `[Full Review in Brazilian Portuguese.]` has 38.
const LONGEST_NOTE: usize = 64;

/// Repeatedly removes notices from the beginning of a cleaned text and boilerplate from its end.
///
/// `truncated` is set if the site's own ellipsis precedes its button ("…Expand"); that ellipsis is
/// removed with the button. An ellipsis alone does not mean a truncated text: critics' quotes end
/// in one.
pub(super) fn remove(mut text: String) -> CleanQuote {
    let (mut truncated, mut language) = (false, None);
    let mut rest = text.as_str();
    while let Some(after) = without_notice(rest) {
        rest = after;
    }
    let notices = text.len() - rest.len();
    text.drain(..notices);
    loop {
        let kept = if let Some((kept, note)) = language_note(&text) {
            language.get_or_insert_with(|| note.to_owned());
            kept.len()
        } else if let Some((kept, cut)) = ending(&text) {
            truncated |= cut;
            kept.len()
        } else {
            break;
        };
        text.truncate(kept);
    }
    CleanQuote { text, truncated, language }
}

/// `text` without a leading notice.
fn without_notice(text: &str) -> Option<&str> {
    NOTICES.iter().find_map(|notice| {
        let begins = text.get(..notice.len())?.eq_ignore_ascii_case(notice);
        begins.then(|| text.get(notice.len()..).unwrap_or("").trim_start())
    })
}

/// `text` without its note, and the language: `[Full review in Spanish.]`.
///
/// The brackets are typed by hand, so any kind or half of a pair is accepted; without brackets,
/// the note must follow a sentence and name a listed language.
fn language_note(text: &str) -> Option<(&str, &str)> {
    let inside = text.trim_end_matches(['.', ']', ')', '}']);
    let from = inside.len().saturating_sub(LONGEST_NOTE);
    let tail = inside.as_bytes().get(from..)?;
    let at = from
        + tail.windows(NOTE.len()).rposition(|part| part.eq_ignore_ascii_case(NOTE.as_bytes()))?;
    let language = inside.get(at + NOTE.len()..)?.trim();
    let before = text.get(..at)?.trim_end();
    let kept = before.trim_end_matches(['[', '(', '{']);
    let bracketed = kept.len() < before.len();
    let fits = if bracketed {
        !language.is_empty()
            && language.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'))
    } else {
        LANGUAGES.contains(&language) && (ends_sentence(kept) || text.get(..at)?.ends_with('\n'))
    };
    fits.then_some((kept.trim_end(), language))
}

/// `text` without trailing boilerplate, and whether that marks a truncated text.
fn ending(text: &str) -> Option<(&str, bool)> {
    let words = text.trim_end_matches(|c| ARROWS.contains(&c) || c == ' ');
    let linked = words.len() < text.len();
    ENDINGS.iter().find_map(|&(ending, after, shows_cut)| {
        let before = without_end(words, ending, linked || ending.ends_with("Review"))?;
        let kept = before.trim_end();
        let uncut = kept.strip_suffix('…').or_else(|| kept.strip_suffix("..."));
        let apart = before.len() > kept.len();
        let fits = match after {
            After::Anything => apart || ends_sentence(kept),
            After::Sentence => ends_sentence(kept) || before.ends_with('\n') || (linked && apart),
            After::Ellipsis => uncut.is_some(),
        };
        match uncut.filter(|_| shows_cut) {
            _ if !fits => None,
            Some(uncut) => Some((uncut.trim_end(), true)),
            None => Some((kept, false)),
        }
    })
}

/// `text` without its ending; with `any_case` the case may differ.
fn without_end<'a>(text: &'a str, ending: &str, any_case: bool) -> Option<&'a str> {
    let (before, end) = text.split_at_checked(text.len().checked_sub(ending.len())?)?;
    (end == ending || any_case && end.eq_ignore_ascii_case(ending)).then_some(before)
}

/// Whether `text` is empty or ends with a sentence-ending mark.
fn ends_sentence(text: &str) -> bool {
    const SIGNS: [char; 14] =
        ['.', '!', '?', '…', '"', '\'', ')', ']', '”', '’', '»', '*', '。', '！'];
    text.chars().next_back().is_none_or(|c| SIGNS.contains(&c))
}
