//! Plain words as a full-text query without syntax errors.
//!
//! Each word is quoted, so that `AND`, `NEAR(` and `it's` are ordinary words; `"quoted words"` are
//! a phrase, and `light*` is a prefix. Two sorts of words are not tokens of the index and are
//! searched in the quotes: punctuation and emoji, and words in scripts without spaces (Chinese,
//! Japanese, Korean, Thai …), whose runs are one token of the tokenizer unicode61. The latter
//! reads every quote.

use unicode_normalization::char::is_combining_mark;

/// Longest search in bytes. A query of 1 MB ran 128 s.
pub const MOST_BYTES: usize = 4 << 10;
/// Most words of a search, including those of phrases.
pub(crate) const MOST_WORDS: usize = 64;
/// Most prefixes (`light*`) of a search: each reads the entries of all matching tokens, for one
/// letter a tenth of the index.
pub(crate) const MOST_BEGINNINGS: usize = 4;

/// A parsed search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The query for `review_fts MATCH`; `None` if no word is in the index.
    pub fts: Option<String>,
    /// Texts that the quote must also contain (ASCII letters in either case).
    pub parts: Vec<String>,
    /// The search as typed, for captions.
    pub typed: String,
}

/// Why a search is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// It has no words.
    #[error("there is no word to search for")]
    Empty,
    /// It has this many bytes.
    #[error("the search is {0} bytes long; at most {MOST_BYTES} are taken")]
    TooLong(usize),
    /// It has this many words.
    #[error("the search has {0} words; at most {MOST_WORDS} are taken")]
    TooMany(usize),
    /// It has this many prefixes.
    #[error("the search has {0} words that end with *; at most {MOST_BEGINNINGS} are taken")]
    TooManyBeginnings(usize),
}

impl Words {
    /// Parses plain words and `"quoted phrases"`. An unclosed quotation mark extends to the end.
    ///
    /// # Errors
    /// [`WordsError`].
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
                // `light*` matches every word with that prefix. A phrase is literal.
                let whole = term.trim_end_matches('*');
                let is_beginning = !in_phrase && tokens > 0 && whole.len() < term.len();
                let term = if is_beginning { whole } else { term };
                if tokens == 0 || term.chars().any(is_unspaced) {
                    words.parts.push(term.to_owned());
                } else {
                    // A term contains no quotation mark, since terms are split at these.
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
                // Next to a word, ASCII punctuation ("film & art") is not searched for.
                if !fts.is_empty() {
                    words.parts.retain(|part| !part.bytes().all(|b| b.is_ascii_punctuation()));
                }
                words.fts = (!fts.is_empty()).then(|| fts.trim_end().to_owned());
                Ok(words)
            }
        }
    }

    /// Accepts FTS5's own syntax (`--fts`); a syntax error shows when the query runs.
    ///
    /// # Errors
    /// [`WordsError`].
    pub fn raw(typed: &str) -> Result<Self, WordsError> {
        check_length(typed)?;
        let cleaned = typed.replace('\0', " ").trim().to_owned();
        if cleaned.is_empty() {
            return Err(WordsError::Empty);
        }
        // Inside quotation marks a star is an ordinary character.
        let outside = cleaned.split('"').step_by(2);
        let beginnings = outside.map(|piece| piece.matches('*').count()).sum();
        check_counts(tokens(&cleaned), beginnings)?;
        Ok(Words { fts: Some(cleaned.clone()), parts: Vec::new(), typed: cleaned })
    }

    /// Whether scripts without spaces are left to FTS5, which matches whole runs only.
    pub fn asks_for_whole_runs(&self) -> bool {
        self.fts.as_ref().is_some_and(|fts| fts.chars().any(is_unspaced))
    }

    /// The words that are neither part of a phrase nor a prefix.
    pub(crate) fn single_words(&self) -> impl Iterator<Item = &str> {
        let outside = self.typed.split('"').step_by(2).flat_map(str::split_whitespace);
        outside.filter(|word| !word.ends_with('*') && tokens(word) == 1)
    }

    /// Patterns of LIKE (escape `\`) for `parts`.
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
    fn typed_words_are_parsed() {
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
    fn searches_are_limited() {
        assert!(Words::raw("light* OR sea* NOT \"a * b * c * d * e *\"").is_ok());
        assert!(Words::raw("映画 OR film").is_ok_and(|words| words.asks_for_whole_runs()));
        assert!(Words::plain("映画 film").is_ok_and(|words| !words.asks_for_whole_runs()));
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
