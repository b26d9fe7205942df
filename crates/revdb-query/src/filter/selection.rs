//! Evaluates a filter, each part by itself.
//!
//! Each part is a set of ids, computed once, from a packed column (`revdb_store::columns`), the
//! full-text index or the sightings; a review passes if it is in all of them. Texts that no index
//! contains are searched in the quotes of the remaining reviews. Peers, undated reviews and the
//! cause of an empty result are derived from the same sets. Must never: write.

use std::ops::RangeInclusive;

use rusqlite::{Connection, named_params};

use super::names::{self, NameFilter, NameMatch, Named};
use super::{AudienceChoice, Filter, FilterError};
use crate::Words;
use crate::ids::Ids;
use crate::scope::Scope;
use revdb_model::{Audience, PartialDate};
use revdb_sql::sql;
use revdb_store::columns::{self, Column, State, pack_date};

/// A part of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Names of a sort; excluded if true.
    Names(Named, bool),
    /// The dump.
    From,
    /// The audience.
    Audience,
    /// The kind of the work.
    Kind,
    /// The date.
    Period,
    /// The score.
    Scores,
    /// The words of the quote.
    Words,
    /// The import.
    Import,
}

impl Part {
    /// All parts, in the order of messages.
    pub(crate) fn all() -> impl Iterator<Item = Part> {
        let names = NameFilter::sorts().map(|(what, is_excluded)| Part::Names(what, is_excluded));
        names.chain([
            Part::From,
            Part::Audience,
            Part::Kind,
            Part::Period,
            Part::Scores,
            Part::Words,
            Part::Import,
        ])
    }
}

/// Parts about the reviewer, which do not restrict peers. Excluded reviewers are not peers.
const WRITERS: [Part; 2] =
    [Part::Names(Named::Critic, false), Part::Names(Named::Publication, false)];

/// The sets of an evaluated filter.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    parts: Vec<(Part, Ids)>,
    /// Texts to search in the quotes, as patterns of LIKE.
    patterns: Vec<String>,
    /// The result of each name.
    pub matches: Vec<NameMatch>,
}

impl Filter {
    /// Evaluates the filter.
    ///
    /// # Errors
    /// A syntax error of FTS5, an unknown import, or the archive's error.
    pub fn select(&self, conn: &Connection) -> Result<Selection, FilterError> {
        self.check_import(conn)?;
        let mut selection = Selection {
            patterns: self.words.iter().flat_map(Words::patterns).collect(),
            ..Selection::default()
        };
        self.select_names(conn, &mut selection)?;
        for (part, ids) in [
            (Part::Kind, self.of_kind(conn)?),
            (Part::Period, self.of_period(conn)?),
            (Part::Scores, self.of_scores(conn)?),
            (Part::Audience, self.of_audience(conn)?),
            (Part::Words, self.of_words(conn)?),
            (Part::Import, self.of_import(conn)?),
            (Part::From, self.of_dumps(conn)?),
        ] {
            selection.parts.extend(ids.map(|ids| (part, ids)));
        }
        Ok(selection)
    }

    /// Intersects with required names, and subtracts excluded ones.
    fn select_names(
        &self,
        conn: &Connection,
        selection: &mut Selection,
    ) -> Result<(), FilterError> {
        for (what, is_excluded) in NameFilter::sorts() {
            let mut asked = self.asked(what, is_excluded).peekable();
            if asked.peek().is_none() {
                continue;
            }
            let wanted = names::wanted(conn, (what, is_excluded), asked, &mut selection.matches)?;
            let mut ids = match what.column() {
                Some(column) => with_number_in(conn, column, &wanted)?,
                None => wanted,
            };
            if is_excluded {
                let mut others = with_state(conn, State::exists)?;
                others.remove(&ids);
                ids = others;
            }
            selection.parts.push((Part::Names(what, is_excluded), ids));
        }
        Ok(())
    }

    /// Reviews in one of the requested dumps.
    fn of_dumps(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let mut held = Ids::default();
        for from in &self.from {
            let named = named_params! {":from": from};
            if !conn.query_row(sql("filter/from_exists"), named, |row| row.get(0))? {
                let mut formats = conn.prepare(sql("filter/formats_held"))?;
                let formats = formats.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
                return Err(FilterError::NoDump { from: from.clone(), formats });
            }
            ids(conn, sql("filter/from_holds"), named)?.iter().for_each(|id| held.insert(id));
        }
        Ok((!self.from.is_empty()).then_some(held))
    }

    fn check_import(&self, conn: &Connection) -> Result<(), FilterError> {
        let Some(import) = self.import else { return Ok(()) };
        let named = named_params! {":import": import};
        match conn.query_row(sql("filter/import_exists"), named, |row| row.get(0))? {
            true => Ok(()),
            false => Err(FilterError::NoImport(import)),
        }
    }

    fn of_import(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let Some(import) = self.import else { return Ok(None) };
        Ok(Some(ids(conn, sql("filter/import_holds"), named_params! {":import": import})?))
    }

    fn of_kind(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let Some(kind) = self.kind else { return Ok(None) };
        let works = ids(conn, sql("filter/works_of_kind"), named_params! {":kind": kind.as_str()})?;
        with_number_in(conn, Column::Work, &works).map(Some)
    }

    /// Dates whose period overlaps the filter's: 2012-07 passes both since and until 2012-07-15.
    /// `None` if there is no such condition.
    fn of_period(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        if self.since.is_none() && self.until.is_none() {
            return Ok(None);
        }
        let first = self.since.map_or(1, pack_date);
        // The month and the year that contain the first day.
        let around = self.since.map_or([first; 2], |since| {
            let cut = |month| PartialDate::new(since.year(), month, None).map_or(first, pack_date);
            [cut(since.month()), cut(None)]
        });
        let last = self.until.map_or(u32::MAX, last_within);
        let [_, year] = around;
        let inside = |date| date >= first || around.contains(&date);
        with_number(conn, Column::Date, year..=last, inside).map(Some)
    }

    /// Scored reviews within the bounds; `None` if there are no bounds.
    fn of_scores(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        if self.min_score.is_none() && self.max_score.is_none() {
            return Ok(None);
        }
        let (min, max) = (self.min_score.unwrap_or(0.0), self.max_score.unwrap_or(100.0));
        let scores = columns::scores(conn)?;
        let mut ids = Ids::of_flags(scores.iter().map(|score| (min..=max).contains(score)));
        ids.keep(&with_state(conn, State::has_score)?);
        Ok(Some(ids))
    }

    fn of_audience(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let Some(AudienceChoice::Only(audience)) = self.audience else { return Ok(None) };
        let is_user = audience == Audience::User;
        with_state(conn, |state| state.exists() && state.is_user() == is_user).map(Some)
    }

    fn of_words(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let Some(fts) = self.words.as_ref().and_then(|words| words.fts.as_ref()) else {
            return Ok(None);
        };
        let found = ids(conn, sql("filter/words"), named_params! {":words": fts});
        found.map(Some).map_err(explain)
    }

    /// Runs the full-text query once, so that a syntax error is reported before any output.
    ///
    /// # Errors
    /// [`FilterError::Syntax`], or the archive's error.
    pub fn check_words(&self, conn: &Connection) -> Result<(), FilterError> {
        let fts = self.words.as_ref().and_then(|words| words.fts.as_ref());
        let asked = conn.prepare(sql("filter/words_check")).and_then(|mut statement| {
            statement.query(named_params! {":words": fts})?.next().map(drop)
        });
        asked.map_err(explain)
    }
}

impl Selection {
    /// The ids that pass.
    ///
    /// # Errors
    /// The archive's error.
    pub fn ids(&self, conn: &Connection) -> Result<Ids, FilterError> {
        self.without(conn, &[])
    }

    /// The ids that pass and their peers. Peers pass every part except those about the reviewer,
    /// so that a selected critic is still compared with the work's other critics.
    ///
    /// # Errors
    /// The archive's error.
    pub fn scope(&self, conn: &Connection) -> Result<Scope, FilterError> {
        if self.parts.is_empty() && self.patterns.is_empty() {
            return Ok(Scope::default());
        }
        let scope = Scope::of(self.ids(conn)?);
        let is_of_writers = |(part, _): &(Part, Ids)| WRITERS.contains(part);
        match self.parts.iter().any(is_of_writers) {
            false => Ok(scope),
            true if self.parts.iter().all(is_of_writers) && self.patterns.is_empty() => {
                Ok(scope.among(None))
            }
            true => Ok(scope.among(Some(self.without(conn, &WRITERS)?))),
        }
    }

    /// The set of one part; `None` if the part is off.
    pub(crate) fn of(&self, part: Part) -> Option<&Ids> {
        self.parts.iter().find(|(one, _)| *one == part).map(|(_, ids)| ids)
    }

    /// The ids that pass all parts except these.
    ///
    /// # Errors
    /// The archive's error.
    pub(crate) fn without(&self, conn: &Connection, left_out: &[Part]) -> Result<Ids, FilterError> {
        let mut parts = self.parts.iter().filter(|(part, _)| !left_out.contains(part));
        let mut passing = match parts.next() {
            Some((_, ids)) => ids.clone(),
            None => with_state(conn, State::exists)?,
        };
        parts.for_each(|(_, ids)| passing.keep(ids));
        if !left_out.contains(&Part::Words) {
            for pattern in &self.patterns {
                passing = of_pattern(conn, &passing, pattern)?;
            }
        }
        Ok(passing)
    }
}

/// FTS5 reports a syntax error only when the query is bound and stepped.
fn explain(error: rusqlite::Error) -> FilterError {
    let message = error.to_string();
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) {
        return error.into();
    }
    let of_fts = ["fts5:", "no such column", "unterminated string", "unknown special query"];
    if of_fts.iter().any(|word| message.contains(word)) {
        return FilterError::Syntax(message);
    }
    error.into()
}

/// The last packed date that lies in the same year, month or day.
fn last_within(date: PartialDate) -> u32 {
    let unknown = match (date.month(), date.day()) {
        (None, _) => (15 << 5) | 31,
        (_, None) => 31,
        _ => 0,
    };
    pack_date(date) | unknown
}

/// Passing reviews whose number is within the range.
pub(crate) fn with_number(
    conn: &Connection,
    column: Column,
    within: RangeInclusive<u32>,
    passes: impl Fn(u32) -> bool,
) -> Result<Ids, FilterError> {
    let mut ids = Ids::default();
    columns::each_number(conn, column, within, |id, number| {
        if passes(number) {
            ids.insert(id);
        }
    })?;
    Ok(ids)
}

pub(crate) fn with_number_in(
    conn: &Connection,
    column: Column,
    wanted: &Ids,
) -> Result<Ids, FilterError> {
    match (wanted.iter().next(), wanted.iter().last()) {
        (Some(first), Some(last)) => {
            with_number(conn, column, first..=last, |number| wanted.contains(number))
        }
        _ => Ok(Ids::default()),
    }
}

pub(crate) fn with_state(
    conn: &Connection,
    passes: impl Fn(State) -> bool,
) -> Result<Ids, FilterError> {
    Ok(Ids::of_flags(columns::states(conn)?.into_iter().map(passes)))
}

/// The ids in the statement's first column.
pub(crate) fn ids(
    conn: &Connection,
    statement: &str,
    named: &[(&str, &dyn rusqlite::ToSql)],
) -> rusqlite::Result<Ids> {
    let mut statement = conn.prepare(statement)?;
    statement.query_map(named, |row| row.get(0))?.collect()
}

/// Reviews whose quote matches the pattern.
fn of_pattern(conn: &Connection, ids: &Ids, pattern: &str) -> Result<Ids, FilterError> {
    let mut statement = conn.prepare(sql("filter/is_like"))?;
    let like = ids.iter().map(|id| {
        let named = named_params! {":id": id, ":pattern": pattern};
        statement.query_row(named, |row| Ok(row.get::<_, bool>(0)?.then_some(id)))
    });
    Ok(like.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}
