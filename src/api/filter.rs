//! Which reviews a query covers.

use revdb_model::{Audience, Kind, PartialDate};
use revdb_query::{self as query, AudienceChoice, NameFilter, Named, Words};

use super::Error;

/// Which reviews a query covers: all conditions must hold, and of several names of one sort any
/// may match. A name is matched in part, ignoring case and accents; `=Name` is exact.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub(super) inner: query::Filter,
}

impl Filter {
    /// Every review.
    pub fn new() -> Self {
        Filter::default()
    }

    fn named(mut self, what: Named, name: &str) -> Self {
        self.inner.names.push(NameFilter::only(what, name));
        self
    }

    /// By this critic.
    pub fn critic(self, name: &str) -> Self {
        self.named(Named::Critic, name)
    }

    /// Of this work; `Title (year)` distinguishes works with the same title.
    pub fn work(self, title: &str) -> Self {
        self.named(Named::Work, title)
    }

    /// Published there.
    pub fn publication(self, name: &str) -> Self {
        self.named(Named::Publication, name)
    }

    /// By critics, or by users.
    pub fn audience(mut self, audience: Audience) -> Self {
        self.inner.audience = Some(AudienceChoice::Only(audience));
        self
    }

    /// Of works of this kind.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.inner.kind = Some(kind);
        self
    }

    /// From this day, month or year on.
    pub fn since(mut self, date: PartialDate) -> Self {
        self.inner.since = Some(date);
        self
    }

    /// Until this day, month or year, inclusive.
    pub fn until(mut self, date: PartialDate) -> Self {
        self.inner.until = Some(date);
        self
    }

    /// Scores from `least` to `most`, 0 to 100; unscored reviews are left out.
    pub fn scores(mut self, least: f64, most: f64) -> Self {
        (self.inner.min_score, self.inner.max_score) = (Some(least), Some(most));
        self
    }

    /// Quotes that contain all of these words and "quoted phrases".
    ///
    /// # Errors
    /// If there is no word, or too many.
    pub fn matching(mut self, words: &str) -> Result<Self, Error> {
        self.inner.words = Some(Words::plain(words).map_err(Error::new)?);
        Ok(self)
    }
}
