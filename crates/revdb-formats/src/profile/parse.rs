//! From a profile file's text to a profile.
//!
//! Owns: what is wrong with a file, and on which of its lines. Must never: take a file that
//! is wrong in part, or say a fault without its line.

use super::fields::Fields;
use super::schema::{Profile, Shape};
use super::text;

/// Why a profile file is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ProfileError {
    /// As it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl Profile {
    /// Reads a profile file; `file` is its name for messages.
    ///
    /// # Errors
    /// Where it is no TOML, has an unknown key, or lacks one. What is wrong with
    /// a text profile's patterns is told all at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let profile = Self::parse_unchecked(file, text)?;
        let faults = text::faults(&profile);
        let Some((key, _)) = faults.first() else { return Ok(profile) };
        let line = line_of_key(text, key);
        let faults: Vec<String> =
            faults.iter().map(|(key, fault)| format!("`{key}`: {fault}")).collect();
        Err(ProfileError { file: file.to_owned(), line, message: faults.join("; ") })
    }

    /// As [`Profile::parse`], with patterns that are looked at when they are needed.
    ///
    /// # Errors
    /// As there, but for patterns.
    pub fn parse_unchecked(file: &str, text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count() + 1;
            let message = with_key(text, at, error.message());
            ProfileError { file: file.to_owned(), line, message }
        })?;
        if profile.shape != Shape::Text && profile.fields == Fields::default() {
            let message = "missing field `fields`".to_owned();
            return Err(ProfileError { file: file.to_owned(), line: 1, message });
        }
        Ok(profile)
    }
}

/// The line of `record.begin[2]`: of its key, or of its table, or the first.
fn line_of_key(text: &str, key: &str) -> usize {
    let (table, key) = key.split_once('.').unwrap_or((key, ""));
    let key = key.split('[').next().unwrap_or(key);
    let mut of_table = 1;
    let mut within = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.starts_with('[') {
            within = line.trim_matches(['[', ']']).trim() == table;
            of_table = if within { number } else { of_table };
        }
        let named = line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
        if within && named {
            return number;
        }
    }
    of_table
}

/// `error` with the key on whose line it was met, where it does not name one itself.
fn with_key(text: &str, at: usize, error: &str) -> String {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or("");
    match line.split_once('=') {
        Some((key, _)) if !error.contains("field `") => {
            format!("`{}`: {error}", key.trim())
        }
        _ => error.to_owned(),
    }
}
