//! Plain words as a full-text query that can never be a syntax error.
//!
//! Each word is quoted, so that `AND`, `NEAR(` and `it's` are words like any other;
//! `"quoted words"` are a phrase, and `light*` is every word that begins so. Two sorts of words are no tokens of the
//! index and are looked for in the text itself, letter by letter: those of nothing but
//! punctuation or emoji, and those in scripts that put no spaces between
//! words (Chinese, Japanese, Korean, Thai ...), of which the index's tokenizer
//! (unicode61) makes one token a run. The latter reads every quote: slower.

use unicode_normalization::char::is_combining_mark;

/// Most bytes of a search: FTS5 takes minutes for a query of a megabyte.
pub const MOST_BYTES: usize = 4 << 10;
/// Most words of a search, those within phrases counted.
pub(crate) const MOST_WORDS: usize = 64;
/// Most beginnings of words (`light*`) of a search: each reads the entries of all words that begin
/// so, which for one letter are a tenth of the index. Sixty of them took a minute.
pub(crate) const MOST_BEGINNINGS: usize = 4;

/// A search, ready to be bound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// For `review_fts MATCH`; all of it must match. `None` where no word is in the index.
    pub fts: Option<String>,
    /// Texts that the quote must also contain (ASCII letters in either case).
    pub parts: Vec<String>,
    /// As it was typed, for captions.
    pub typed: String,
}

/// Why a search cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    #[error("there is no word to search for")]
    Empty,
    #[error("the search is {0} bytes long; at most {MOST_BYTES} are taken")]
    TooLong(usize),
    #[error("the search has {0} words; at most {MOST_WORDS} are taken")]
    TooMany(usize),
    #[error("the search has {0} words that end with *; at most {MOST_BEGINNINGS} are taken")]
    TooManyBeginnings(usize),
}

impl Words {
    /// Reads plain words and `"quoted phrases"`. A quotation mark that is never
    /// closed runs to the end.
    pub fn plain(typed: &str) -> Result<Self, WordsError> {
        check_length(typed)?;
        let cleaned: String = typed.replace('\0', " ");
        let mut words = Words { typed: cleaned.trim().to_owned(), ..Words::default() };
        let mut fts = String::new();
        let (mut count, mut beginnings) = (0, 0);
        for (number, piece) in cleaned.split('"').enumerate() {
            let in_phrase = number % 2 == 1;
            let terms: Vec<&str> =
                if in_phrase { vec![piece.trim()] } else { piece.split_whitespace().collect() };
            for term in terms.into_iter().filter(|term| !term.is_empty()) {
                let tokens = tokens(term);
                count += tokens.max(1);
                // `light*` is every word that begins so. A phrase is what it says.
                let whole = term.trim_end_matches('*');
                let is_beginning = !in_phrase && tokens > 0 && whole.len() < term.len();
                let term = if is_beginning { whole } else { term };
                if tokens == 0 || term.chars().any(is_unspaced) {
                    words.parts.push(term.to_owned());
                } else {
                    // No term holds a quotation mark: they are what it was split at.
                    fts.push('"');
                    fts.push_str(term);
                    fts.push_str(if is_beginning { "\" * " } else { "\" " });
                    beginnings += usize::from(is_beginning);
                }
            }
        }
        check_counts(count, beginnings)?;
        match count {
            0 => Err(WordsError::Empty),
            _ => {
                // Beside a word, a sign of ASCII alone ("film & art") is how people
                // write, and nothing they look for.
                if !fts.is_empty() {
                    words.parts.retain(|part| !part.bytes().all(|b| b.is_ascii_punctuation()));
                }
                words.fts = (!fts.is_empty()).then(|| fts.trim_end().to_owned());
                Ok(words)
            }
        }
    }

    /// Takes FTS5's own syntax as it is (`--fts`); its mistakes show when it runs.
    pub fn raw(typed: &str) -> Result<Self, WordsError> {
        check_length(typed)?;
        let cleaned = typed.replace('\0', " ").trim().to_owned();
        if cleaned.is_empty() {
            return Err(WordsError::Empty);
        }
        // Outside of quotation marks, where a star is a character.
        let outside = cleaned.split('"').step_by(2);
        let beginnings = outside.map(|piece| piece.matches('*').count()).sum();
        check_counts(tokens(&cleaned), beginnings)?;
        Ok(Words { fts: Some(cleaned.clone()), parts: Vec::new(), typed: cleaned })
    }

    /// The words that are looked for by themselves and whole.
    pub(crate) fn single_words(&self) -> impl Iterator<Item = &str> {
        let outside = self.typed.split('"').step_by(2).flat_map(str::split_whitespace);
        outside.filter(|word| !word.ends_with('*') && tokens(word) == 1)
    }

    /// The LIKE patterns (escape `\`) of the texts that a quote must contain.
    pub fn patterns(&self) -> impl Iterator<Item = String> + '_ {
        self.parts.iter().map(|part| {
            let mut pattern = String::from("%");
            for c in part.chars() {
                if matches!(c, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(c);
            }
            pattern.push('%');
            pattern
        })
    }
}

fn check_counts(words: usize, beginnings: usize) -> Result<(), WordsError> {
    match (words, beginnings) {
        (words, _) if words > MOST_WORDS => Err(WordsError::TooMany(words)),
        (_, beginnings) if beginnings > MOST_BEGINNINGS => {
            Err(WordsError::TooManyBeginnings(beginnings))
        }
        _ => Ok(()),
    }
}

fn check_length(typed: &str) -> Result<(), WordsError> {
    if typed.len() > MOST_BYTES { Err(WordsError::TooLong(typed.len())) } else { Ok(()) }
}

/// Roughly the tokens unicode61 makes of a term: runs of letters and digits.
fn tokens(term: &str) -> usize {
    term.split(|c: char| !(c.is_alphanumeric() || is_combining_mark(c)))
        .filter(|run| run.chars().any(|c| c.is_alphanumeric() && !is_combining_mark(c)))
        .count()
}

/// Scripts written without spaces between words; blocks of the Unicode standard.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}'      // Thai, Lao
        | '\u{1000}'..='\u{109F}'    // Myanmar
        | '\u{1100}'..='\u{11FF}'    // Hangul Jamo
        | '\u{1780}'..='\u{17FF}'    // Khmer
        | '\u{2E80}'..='\u{2FDF}'    // CJK radicals
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{31FF}'    // Hiragana, Katakana, Bopomofo, Hangul compatibility
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'    // Hangul
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'    // half-width Katakana
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whatever_is_typed_has_one_meaning() {
        let cases: &[(&str, Option<&str>, &[&str])] = &[
            ("it's fine", Some(r#""it's" "fine""#), &[]),
            ("foo-bar", Some(r#""foo-bar""#), &[]),
            (r#""two words" third"#, Some(r#""two words" "third""#), &[]),
            (r#""unbalanced one"#, Some(r#""unbalanced one""#), &[]),
            ("AND", Some(r#""AND""#), &[]),
            ("*", None, &["*"]),
            ("light* \"sea*\"", Some(r#""light" * "sea*""#), &[]),
            ("foo-bar** x", Some(r#""foo-bar" * "x""#), &[]),
            ("映画*", None, &["映画"]),
            ("NEAR(", Some(r#""NEAR(""#), &[]),
            ("👍 good", Some(r#""good""#), &["👍"]),
            ("映画", None, &["映画"]),
            ("a\0b", Some(r#""a" "b""#), &[]),
            ("100%", Some(r#""100%""#), &[]),
            ("film & art", Some(r#""film" "art""#), &[]),
            ("- --", None, &["-", "--"]),
            ("\u{301}", None, &["\u{301}"]),
        ];
        for (typed, fts, parts) in cases {
            let words = Words::plain(typed).expect(typed);
            assert_eq!(words.fts.as_deref(), *fts, "{typed}");
            assert_eq!(words.parts, *parts, "{typed}");
        }
        assert_eq!(Words::plain(" \"\" "), Err(WordsError::Empty));
        assert_eq!(Words::plain(&"a ".repeat(65)), Err(WordsError::TooMany(65)));
        assert_eq!(Words::plain("a* b* c* d* e*"), Err(WordsError::TooManyBeginnings(5)));
        assert_eq!(Words::plain(&"a-".repeat(65)), Err(WordsError::TooMany(65)));
        assert_eq!(Words::plain(&"a".repeat(5000)), Err(WordsError::TooLong(5000)));
    }

    #[test]
    fn what_fts5_is_asked_is_bounded() {
        assert!(Words::raw("light* OR sea* NOT \"a * b * c * d * e *\"").is_ok());
        assert_eq!(Words::raw(&"w* ".repeat(60)), Err(WordsError::TooManyBeginnings(60)));
        assert_eq!(Words::raw(&"\"w\" * ".repeat(5)), Err(WordsError::TooManyBeginnings(5)));
        assert_eq!(Words::raw(&"w ".repeat(65)), Err(WordsError::TooMany(65)));
    }

    #[test]
    fn wildcards_are_plain_characters() {
        let words = Words::plain(r"% _ \").expect("three parts");
        assert_eq!(words.patterns().collect::<Vec<_>>(), [r"%\%%", r"%\_%", r"%\\%"]);
    }

    proptest! {
        #[test]
        fn no_text_is_a_syntax_error(typed in r#"(\PC|["*():^+{}\-]|AND|OR|NOT|NEAR| ){0,40}"#) {
            let db = rusqlite::Connection::open_in_memory().expect("memory");
            db.execute_batch("CREATE VIRTUAL TABLE f USING fts5(quote, tokenize = 'unicode61 remove_diacritics 2')")
                .expect("a table");
            if let Ok(words) = Words::plain(&typed)
                && let Some(fts) = words.fts
            {
                let found: i64 = db
                    .query_row("SELECT count(*) FROM f WHERE f MATCH ?1", [&fts], |row| row.get(0))
                    .map_err(|error| TestCaseError::fail(format!("{fts}: {error}")))?;
                prop_assert_eq!(found, 0);
            }
        }
    }
}
