//! Which reviews pass a filter.
//!
//! Each part of a filter is a set of ids, and what passes is in all of them. A set comes from
//! one packed column (`archive::columns`), of a million reviews in a millisecond or two, from
//! the full-text index or from the sightings. Only texts that no index has are looked for in
//! the quotes, of what all else leaves. Must never: write, not even a temporary table.

use std::ops::RangeInclusive;

use rusqlite::{Connection, named_params};

use super::names::{NameMatch, critics, publications, works};
use super::{AudienceChoice, Filter, FilterError};
use crate::archive::columns::{self, Column, State, pack_date};
use crate::archive::sql::sql;
use crate::domain::{Audience, PartialDate};
use crate::query::Words;
use crate::query::ids::Ids;

/// Up to so many reviews are asked one by one whether an import held them, 2 µs each; beyond,
/// all that it held are gone through, 0.15 µs each.
const FEW: usize = 5_000;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Passing {
    pub ids: Ids,
    /// What each name that was asked for found.
    pub matches: Vec<NameMatch>,
}

/// What is left so far; of nothing asked yet, everybody.
#[derive(Default)]
struct Left(Option<Ids>);

impl Left {
    fn keep(&mut self, ids: Option<Ids>) {
        match (&mut self.0, ids) {
            (Some(left), Some(ids)) => left.keep(&ids),
            (left @ None, ids) => *left = ids,
            (Some(_), None) => {}
        }
    }
}

impl Filter {
    /// The reviews that pass.
    ///
    /// # Errors
    /// A mistake in raw FTS5 syntax, an import that is not there, or what the archive says.
    pub fn passing(&self, conn: &Connection) -> Result<Passing, FilterError> {
        self.check_import(conn)?;
        let mut matches = Vec::new();
        let mut left = self.of_names(conn, &mut matches)?;
        left.keep(self.of_period(conn)?);
        left.keep(self.of_scores(conn)?);
        left.keep(self.of_audience(conn)?);
        left.keep(self.of_words(conn)?);
        self.keep_of_import(conn, &mut left)?;
        left.keep(self.of_dumps(conn)?);
        let mut ids = left.0.map_or_else(|| with_state(conn, State::is_there), Ok)?;
        for pattern in self.words.iter().flat_map(Words::patterns) {
            ids = of_pattern(conn, &ids, &pattern)?;
        }
        Ok(Passing { ids, matches })
    }

    /// By the critics, of the works and in the publications that were asked for.
    fn of_names(
        &self,
        conn: &Connection,
        matches: &mut Vec<NameMatch>,
    ) -> Result<Left, FilterError> {
        let mut left = Left::default();
        let mut of_works = Left(works().wanted(conn, &self.works, matches)?);
        of_works.keep(self.works_of_kind(conn)?);
        let wanted = [
            (Column::Critic, critics().wanted(conn, &self.critics, matches)?),
            (Column::Work, of_works.0),
            (Column::Publication, publications().wanted(conn, &self.publications, matches)?),
        ];
        for (column, ids) in wanted {
            if let Some(ids) = ids {
                left.keep(Some(with_number_in(conn, column, &ids)?));
            }
        }
        let unwanted = [
            (Column::Critic, critics().wanted(conn, &self.not_critics, matches)?),
            (Column::Work, works().wanted(conn, &self.not_works, matches)?),
            (Column::Publication, publications().wanted(conn, &self.not_publications, matches)?),
        ];
        for (column, ids) in unwanted {
            if let Some(ids) = ids {
                let mut others = with_state(conn, State::is_there)?;
                others.remove(&with_number_in(conn, column, &ids)?);
                left.keep(Some(others));
            }
        }
        Ok(left)
    }

    /// Held by one of the dumps that were asked for.
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

    fn works_of_kind(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let Some(kind) = self.kind else { return Ok(None) };
        let named = named_params! {":kind": kind.as_str()};
        Ok(Some(ids(conn, sql("filter/works_of_kind"), named)?))
    }

    /// Inside where the period that the date names and the one asked for have a day in
    /// common: 2012-07 is since 2012-07-15, and until it. `None` where none is asked for.
    pub fn of_period(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        if self.since.is_none() && self.until.is_none() {
            return Ok(None);
        }
        let first = self.since.map_or(1, pack_date);
        // The month and the year that the first day is in.
        let around = self.since.map_or([first; 2], |since| {
            let cut = |month| PartialDate::new(since.year(), month, None).map_or(first, pack_date);
            [cut(since.month()), cut(None)]
        });
        let last = self.until.map_or(u32::MAX, last_within);
        let [_, year] = around;
        let inside = |date| date >= first || around.contains(&date);
        with_number(conn, Column::Date, year..=last, inside).map(Some)
    }

    /// Scored, and within the bounds; `None` where there is none.
    pub fn of_scores(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
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
        with_state(conn, |state| state.is_there() && state.is_user() == is_user).map(Some)
    }

    fn of_words(&self, conn: &Connection) -> Result<Option<Ids>, FilterError> {
        let Some(fts) = self.words.as_ref().and_then(|words| words.fts.as_ref()) else {
            return Ok(None);
        };
        let found = ids(conn, sql("filter/words"), named_params! {":words": fts});
        found.map(Some).map_err(explain)
    }

    fn keep_of_import(&self, conn: &Connection, left: &mut Left) -> Result<(), FilterError> {
        let Some(import) = self.import else { return Ok(()) };
        if let Some(few) = left.0.as_ref().filter(|ids| ids.len() <= FEW) {
            let mut statement = conn.prepare(sql("filter/import_held"))?;
            let held = few.iter().map(|id| {
                let named = named_params! {":import": import, ":id": id};
                statement.query_row(named, |row| Ok(row.get::<_, bool>(0)?.then_some(id)))
            });
            left.0 = Some(held.filter_map(Result::transpose).collect::<Result<_, _>>()?);
        } else {
            let named = named_params! {":import": import};
            left.keep(Some(ids(conn, sql("filter/import_holds"), named)?));
        }
        Ok(())
    }

    /// Asks the index for the words, so that a syntax error shows before any output.
    ///
    /// # Errors
    /// [`FilterError::Syntax`], or what the archive says.
    pub fn check_words(&self, conn: &Connection) -> Result<(), FilterError> {
        let fts = self.words.as_ref().and_then(|words| words.fts.as_ref());
        let asked = conn.prepare(sql("filter/words_check")).and_then(|mut statement| {
            statement.query(named_params! {":words": fts})?.next().map(drop)
        });
        asked.map_err(explain)
    }
}

/// FTS5 tells of a syntax error only when the query is bound and stepped.
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

/// Those whose number is within the range, and passes.
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

fn with_number_in(conn: &Connection, column: Column, wanted: &Ids) -> Result<Ids, FilterError> {
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

/// What the statement's first column gives.
fn ids(
    conn: &Connection,
    statement: &str,
    named: &[(&str, &dyn rusqlite::ToSql)],
) -> rusqlite::Result<Ids> {
    let mut statement = conn.prepare(statement)?;
    statement.query_map(named, |row| row.get(0))?.collect()
}

/// Those whose quote is like the pattern.
fn of_pattern(conn: &Connection, ids: &Ids, pattern: &str) -> Result<Ids, FilterError> {
    let mut statement = conn.prepare(sql("filter/is_like"))?;
    let like = ids.iter().map(|id| {
        let named = named_params! {":id": id, ":pattern": pattern};
        statement.query_row(named, |row| Ok(row.get::<_, bool>(0)?.then_some(id)))
    });
    Ok(like.filter_map(Result::transpose).collect::<Result<_, _>>()?)
}
