//! Escapes foreign text for terminals and spreadsheets.
//!
//! Names, quotes and file names come from dumps that anybody may have written. A terminal obeys
//! escape sequences (`ESC ]0;…` renames the window), bidirectional controls reorder text ("Trojan
//! Source", CVE-2021-42574), and a spreadsheet evaluates formulas. No character is dropped: a
//! dangerous one is printed as an escape.
//!
//! Must never: be bypassed. Every output format and every error message that contains data uses
//! these functions.

use std::borrow::Cow;
use std::fmt::Write as _;

use revdb_model::date::is_read_as_day;
use revdb_model::unicode::is_invisible;

/// Precedes a match in a [`super::table::ColumnKind::Snippet`] cell. A private-use character that
/// SQLite's `snippet()` and `highlight()` insert.
pub const MATCH_START: char = '\u{E000}';
/// Follows a match; see [`MATCH_START`].
pub const MATCH_END: char = '\u{E001}';

/// Characters that could mislead a terminal or its reader: C0 and C1 controls, DEL, line and
/// paragraph separators, interlinear annotations (Unicode 16, general categories Cc, Zl, Zp) and
/// invisible characters ([`is_invisible`]). Joiners and the two selectors of emoji and text style
/// are allowed: emoji and Persian need them.
pub(crate) fn is_unsafe(c: char) -> bool {
    // Fast path for half of all calls.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFF9}'..='\u{FFFB}')
        || (is_invisible(c) && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}'))
}

/// Text for one line of a terminal, line ends and tabs escaped too.
///
/// `ESC` becomes `\x1b`, a line feed `
/// `, U+202E `\u{202e}`. For file names and data in messages, and for cells of one line.
pub fn for_terminal(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// Text that may be wrapped: line feeds are kept, `\r
/// ` becomes one, a tab becomes a space; the rest as in [`for_terminal`].
pub fn for_terminal_block(text: &str) -> Cow<'_, str> {
    if text.contains(['\r', '\t']) {
        let plain = text.replace("\r\n", "\n").replace('\t', " ");
        return Cow::Owned(escape(&plain, |c| c == '\n').into_owned());
    }
    escape(text, |c| c == '\n')
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let dangerous = |c: char| is_unsafe(c) && !keep(c);
    let Some(first) = text.find(dangerous) else {
        return Cow::Borrowed(text);
    };
    let (head, tail) = text.split_at(first);
    let mut safe = String::with_capacity(text.len() + 16);
    safe.push_str(head);
    for c in tail.chars() {
        if dangerous(c) {
            push_escape(&mut safe, c);
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Appends the visible form of one character.
pub(super) fn push_escape(into: &mut String, c: char) {
    match c {
        '\n' => into.push_str("\\n"),
        '\r' => into.push_str("\\r"),
        '\t' => into.push_str("\\t"),
        c if u32::from(c) <= 0xFF => {
            // Writing to a String cannot fail.
            let _infallible = write!(into, "\\x{:02x}", u32::from(c));
        }
        c => {
            let _infallible = write!(into, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// A text cell for CSV and TSV that a spreadsheet will not evaluate: an apostrophe before a
/// leading `= + - @`, tab, carriage return or line feed (OWASP, "CSV Injection"), and before the
/// full-width forms of the signs, which East Asian locales accept. Also before such a sign after
/// what another reader may take for the end of a cell, quoted or not: a line end, or a separator
/// other than the file's own `delimiter`.
///
/// Only for *text*: numbers keep their sign. A score_text of "-1" is text, and guarded; so is
/// "8/10", which a spreadsheet would convert to a date, and "4.5" if numbers have a decimal comma.
pub fn for_spreadsheet(text: &str, delimiter: char, decimal_comma: bool) -> Cow<'_, str> {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let parts = |c: char| matches!(c, ',' | ';' | '\t' | '\n' | '\r') && c != delimiter;
    // A spreadsheet reads "8/10" as the eighth of October.
    if is_read_as_day(text, decimal_comma) {
        return Cow::Owned(format!("'{text}"));
    }
    if !text.starts_with(begins) && !text.bytes().any(|byte| parts(char::from(byte))) {
        return Cow::Borrowed(text);
    }
    let mut guarded = String::new();
    let mut done = 0;
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let risky = match before {
            None => begins(c) || matches!(c, '\t' | '\r' | '\n'),
            // `;-)` is an emoticon and cannot begin a formula.
            Some(before) => {
                parts(before) && begins(c) && chars.peek().is_none_or(|(_, next)| *next != ')')
            }
        };
        if risky {
            guarded.push_str(text.get(done..at).unwrap_or_default());
            guarded.push('\'');
            done = at;
        }
        before = Some(c);
    }
    if guarded.is_empty() {
        return Cow::Borrowed(text);
    }
    guarded.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(guarded)
}

/// The text of a snippet without its match markers.
pub(crate) fn without_markers(text: &str) -> Cow<'_, str> {
    if text.contains([MATCH_START, MATCH_END]) {
        Cow::Owned(text.replace([MATCH_START, MATCH_END], ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a snippet with its markers replaced. `start` and `end` come out in
/// pairs whatever the text holds: a marker without its partner is dropped or closed.
pub(crate) fn with_markers(text: &str, start: &str, end: &str) -> String {
    let mut marked = String::with_capacity(text.len() + 16);
    let mut open = false;
    for c in text.chars() {
        match c {
            MATCH_START if !open => {
                marked.push_str(start);
                open = true;
            }
            MATCH_END if open => {
                marked.push_str(end);
                open = false;
            }
            MATCH_START | MATCH_END => {}
            c => marked.push(c),
        }
    }
    if open {
        marked.push_str(end);
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dangerous_characters_are_shown() {
        let cases = [
            ("plain, Zoë, 映画 🎬", "plain, Zoë, 映画 🎬"),
            ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
            ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
            ("\u{9b}2J", "\\x9b2J"),
            ("\x7f\0", "\\x7f\\x00"),
            ("abc\u{202e}fdp.exe", "abc\\u{202e}fdp.exe"),
            ("\u{2066}\u{2069}\u{61c}", "\\u{2066}\\u{2069}\\u{61c}"),
            ("\u{200e}\u{200f}", "\\u{200e}\\u{200f}"),
            ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
            ("A\u{200b}da\u{2060}", "A\\u{200b}da\\u{2060}"),
            ("\u{feff}x\u{ad}y\u{180e}", "\\u{feff}x\\xady\\u{180e}"),
            ("\u{115f}\u{1160}\u{3164}\u{ffa0}", "\\u{115f}\\u{1160}\\u{3164}\\u{ffa0}"),
            ("a\u{e0041}\u{fe00}", "a\\u{e0041}\\u{fe00}"),
            ("❤\u{fe0f} می\u{200c}خواهم", "❤\u{fe0f} می\u{200c}خواهم"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
        ];
        for (input, shown) in cases {
            assert_eq!(for_terminal(input), shown);
        }
        assert!(matches!(for_terminal("plain"), Cow::Borrowed(_)));
        assert_eq!(for_terminal_block("a\r\nb\tc\rd\x1b"), "a\nb c\\rd\\x1b");
    }

    #[test]
    fn text_that_begins_like_a_formula_is_guarded() {
        for risky in ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1", "\n=1", "＝1", "＠x"] {
            assert!(for_spreadsheet(risky, ',', false).starts_with('\''), "{risky:?}");
        }
        for day in ["8/10", "3-5", "10/12/99", "1/2019"] {
            assert_eq!(for_spreadsheet(day, ',', false), format!("'{day}"));
        }
        for harmless in
            ["2012-07-26", "84/100", "40/5", "8/10 stars", "", "3.5/4", " =1", "'=1", "a=b", "★★"]
        {
            assert_eq!(for_spreadsheet(harmless, ',', false), harmless);
        }
        for day in ["4.5", "8.10", "19.03.14", "8/10"] {
            assert_eq!(for_spreadsheet(day, ';', true), format!("'{day}"));
        }
        for harmless in ["4,5", "41.5", "0.5", "2012-07-26", "v4.5"] {
            assert_eq!(for_spreadsheet(harmless, ';', true), harmless);
        }
        assert_eq!(for_spreadsheet("4.5", ',', false), "4.5");
        let inside = [
            ("a;=1", "a;'=1"),
            ("a;＝1\t+2", "a;'＝1\t'+2"),
            ("a\n- b", "a\n'- b"),
            ("a,=1", "a,=1"),
            ("a; =1 ;-) x", "a; =1 ;-) x"),
            ("\t=1", "'\t'=1"),
        ];
        for (text, guarded) in inside {
            assert_eq!(for_spreadsheet(text, ',', false), guarded);
        }
    }

    #[test]
    fn markers_come_out_in_pairs() {
        let cases = [
            ("a \u{E000}b\u{E001} c", "a <b> c"),
            ("\u{E000}\u{E000}x\u{E001}\u{E001}", "<x>"),
            ("\u{E001}x\u{E000}y", "x<y>"),
        ];
        for (input, marked) in cases {
            assert_eq!(with_markers(input, "<", ">"), marked);
        }
        assert_eq!(without_markers("a \u{E000}b\u{E001}"), "a b");
    }

    proptest! {
        #[test]
        fn no_unsafe_character_survives(text in any::<String>()) {
            prop_assert!(!for_terminal(&text).contains(is_unsafe));
            prop_assert!(!for_terminal_block(&text).contains(|c| is_unsafe(c) && c != '\n'));
        }
    }
}
