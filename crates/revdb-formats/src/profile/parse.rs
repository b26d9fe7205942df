//! Parses a profile file.
//!
//! Owns: errors in a file, with their line numbers. Must never: accept a file that is partly
//! wrong, or report an error without its line.

use super::fields::Fields;
use super::schema::{Profile, Shape};
use super::text;
use crate::roles;
use revdb_model::name::nearest;

/// Why a profile file is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ProfileError {
    /// The file as the user named it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// The error on that line.
    pub message: String,
}

impl ProfileError {
    /// The names that those were meant for which are not known: "did you mean `title`?"
    pub fn help(&self) -> Option<String> {
        let unknown = self.message.split("unknown ").skip(1);
        let meant: Vec<String> =
            unknown.filter_map(meant).map(|name| format!("`{name}`")).collect();
        (!meant.is_empty()).then(|| format!("did you mean {}?", meant.join(" and ")))
    }
}

/// Of "field `titel`, expected one of `title`, `year`" the name that tables call so (`stars`), or
/// that is nearest.
fn meant(unknown: &str) -> Option<&str> {
    let mut names = unknown.split(';').next()?.split('`').skip(1).step_by(2);
    let wrong = names.next()?;
    let known: Vec<&str> = names.collect();
    let called = roles::of_a_review(wrong).filter(|field| known.contains(field));
    called.or_else(|| nearest(wrong, known).first().copied())
}

impl Profile {
    /// Parses a profile file; `file` is its name for messages.
    ///
    /// # Errors
    /// If it is not TOML, or has an unknown or a missing key. Errors in a text profile's patterns
    /// are all reported at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let profile = Self::parse_unchecked(file, text)?;
        let faults = text::faults(&profile);
        let Some((key, _)) = faults.first() else { return Ok(profile) };
        let line = line_of_key(text, key);
        let faults: Vec<String> =
            faults.iter().map(|(key, fault)| format!("`{key}`: {fault}")).collect();
        Err(ProfileError { file: file.to_owned(), line, message: faults.join("; ") })
    }

    /// As [`Profile::parse`], but patterns are compiled only when needed.
    ///
    /// # Errors
    /// As there, except for patterns.
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

/// The line of `record.begin[2]`: of the key, else of its table, else the first.
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

/// Adds the key on that line to `error`, unless `error` names one.
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
