//! Which reviews a question is about.
//!
//! A filter is applied to a connection, not written into statements: ids are
//! gathered in a temporary table, and temporary views named `filtered` and `reviews` are laid
//! over the archive's own. So one text of a listing or a report serves with
//! and without filters, and no statement is put together from pieces.
//! The archive is not written to: temporary tables stand in memory.

use rusqlite::{Connection, named_params};

use super::words::Words;
use crate::archive::ArchiveError;
use crate::archive::sql::sql;
use crate::domain::name::fold;
use crate::domain::{Audience, Kind, PartialDate};

/// A filter's size is counted no further than this: enough to see which leads.
const COUNTED: i64 = 5_000;

/// Below this likeness (Jaro-Winkler of folded names) a name is not offered:
/// `dargus` has 0.95 with `dargis`, unrelated names stay under 0.8.
const NEAR: f64 = 0.85;

/// So many near names are offered.
const OFFERED: usize = 3;

/// Whose reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceChoice {
    Only(Audience),
    /// Both, in a report kept apart.
    All,
}

/// What was asked for; everything optional, all of it must hold. Several names
/// of one sort: any of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub critics: Vec<String>,
    pub works: Vec<String>,
    pub publications: Vec<String>,
    pub audience: Option<AudienceChoice>,
    pub kind: Option<Kind>,
    /// A partial review date is inside where its period and the one asked for
    /// have a day in common; an undated review is not.
    pub since: Option<PartialDate>,
    pub until: Option<PartialDate>,
    /// Inclusive, 0–100; an unscored review is outside of any bound.
    pub min_score: Option<f64>,
    pub max_score: Option<f64>,
    pub words: Option<Words>,
    /// Seen by this import.
    pub import: Option<i64>,
}

/// Why a filter could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    #[error("the full-text query cannot be read: {0}")]
    Syntax(String),
    #[error("there is no import {0}")]
    NoImport(i64),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<rusqlite::Error> for FilterError {
    fn from(error: rusqlite::Error) -> Self {
        FilterError::Archive(error.into())
    }
}

/// A name that nothing has, and what is near to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// "critic", "work" or "publication".
    pub what: &'static str,
    pub asked: String,
    /// Nearest first; may be empty.
    pub near: Vec<String>,
}

/// What came of applying a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    pub unmatched: Vec<Unmatched>,
}

/// The statements for one sort of name.
struct NameSort {
    what: &'static str,
    want: &'static str,
    names: &'static str,
    step: Step,
}

/// A filter that an index can lead with.
#[derive(Clone, Copy)]
struct Step {
    size: &'static str,
    lead: &'static str,
    narrow: &'static str,
}

impl Filter {
    /// Whether every review passes.
    pub fn is_off(&self) -> bool {
        *self == Filter::default()
            || *self == Filter { audience: Some(AudienceChoice::All), ..Filter::default() }
    }

    /// Lays this filter over the connection's `filtered` and `reviews`.
    ///
    /// # Errors
    /// A mistake in raw FTS5 syntax, an import that is not there, or what the archive says.
    pub fn apply(&self, conn: &Connection) -> Result<Applied, FilterError> {
        if self.is_off() {
            return Ok(Applied::default());
        }
        if let Some(import) = self.import {
            let there: bool =
                conn.query_row(sql("filter/import_exists"), [import], |row| row.get(0))?;
            if !there {
                return Err(FilterError::NoImport(import));
            }
        }
        conn.execute_batch(sql("filter/prepare"))?;
        let mut steps = Vec::new();
        let mut unmatched = Vec::new();
        for (sort, asked) in
            name_sorts().into_iter().zip([&self.critics, &self.works, &self.publications])
        {
            if !asked.is_empty() {
                steps.push(sort.step);
                want(conn, &sort, asked, &mut unmatched)?;
            }
        }
        self.add_indexed_steps(&mut steps);
        self.lead_and_narrow(conn, steps)?;
        self.narrow_by_looking(conn)?;
        conn.execute_batch(sql("filter/lay_over"))?;
        Ok(Applied { unmatched })
    }

    /// Lays the filter for a report: as [`apply`](Self::apply), and over `peers` every
    /// filter but those on who wrote the review, so that a critic picked out is still
    /// compared with the others of the work.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_for_report(&self, conn: &Connection) -> Result<Applied, FilterError> {
        let of_all_writers =
            Filter { critics: Vec::new(), publications: Vec::new(), ..self.clone() };
        if of_all_writers.is_off() {
            return self.apply(conn);
        }
        of_all_writers.apply(conn)?;
        conn.execute_batch(sql("filter/lay_peers"))?;
        self.apply(conn)
    }

    /// Asks the index for the words, so that a syntax error shows before any output.
    ///
    /// # Errors
    /// [`FilterError::Syntax`], or what the archive says.
    pub fn check_words(&self, conn: &Connection) -> Result<(), FilterError> {
        self.run(conn, sql("filter/words_size")).map(drop)
    }

    fn add_indexed_steps(&self, steps: &mut Vec<Step>) {
        if self.words.as_ref().is_some_and(|words| words.fts.is_some()) {
            steps.push(Step {
                size: sql("filter/words_size"),
                lead: sql("filter/words_lead"),
                narrow: sql("filter/words_narrow"),
            });
        }
        if self.import.is_some() {
            steps.push(Step {
                size: sql("filter/import_size"),
                lead: sql("filter/import_lead"),
                narrow: sql("filter/import_narrow"),
            });
        }
        if self.since.is_some() || self.until.is_some() {
            steps.push(Step {
                size: sql("filter/dates_size"),
                lead: sql("filter/dates_lead"),
                narrow: sql("filter/dates_narrow"),
            });
        }
    }

    /// The step that leaves least fills `chosen`, the others take out of it.
    fn lead_and_narrow(&self, conn: &Connection, mut steps: Vec<Step>) -> Result<(), FilterError> {
        let mut first = None;
        if steps.len() > 1 {
            let mut smallest = i64::MAX;
            for (index, step) in steps.iter().enumerate() {
                let size = self.run(conn, step.size)?;
                if size < smallest {
                    (smallest, first) = (size, Some(index));
                }
            }
        } else if !steps.is_empty() {
            first = Some(0);
        }
        match first {
            Some(index) => {
                let lead = steps.swap_remove(index);
                self.run(conn, lead.lead)?;
            }
            None => {
                self.run(conn, sql("filter/all_lead"))?;
            }
        }
        for step in steps {
            self.run(conn, step.narrow)?;
        }
        Ok(())
    }

    fn narrow_by_looking(&self, conn: &Connection) -> Result<(), FilterError> {
        if let Some(AudienceChoice::Only(audience)) = self.audience {
            conn.execute(
                sql("filter/audience_narrow"),
                named_params! {":audience": audience.as_str()},
            )?;
        }
        if self.min_score.is_some() || self.max_score.is_some() {
            let (min, max) = (self.min_score.unwrap_or(0.0), self.max_score.unwrap_or(100.0));
            conn.execute(sql("filter/score_narrow"), named_params! {":min": min, ":max": max})?;
        }
        if let Some(kind) = self.kind {
            conn.execute(sql("filter/kind_narrow"), named_params! {":kind": kind.as_str()})?;
        }
        for pattern in self.words.iter().flat_map(Words::patterns) {
            conn.execute(sql("filter/part_narrow"), named_params! {":pattern": pattern})?;
        }
        Ok(())
    }

    /// Runs one step's statement with whatever it asks for bound; gives the
    /// first column of its row, or 0 where it has none.
    fn run(&self, conn: &Connection, text: &str) -> Result<i64, FilterError> {
        let (since, until) = self.period();
        let mut statement = conn.prepare(text).map_err(|error| self.explain(error))?;
        for index in 1..=statement.parameter_count() {
            match statement.parameter_name(index) {
                Some(":words") => {
                    let fts = self.words.as_ref().and_then(|words| words.fts.as_deref());
                    statement.raw_bind_parameter(index, fts)?;
                }
                Some(":import") => statement.raw_bind_parameter(index, self.import)?,
                Some(":most") => statement.raw_bind_parameter(index, COUNTED)?,
                Some(":since") => statement.raw_bind_parameter(index, since.as_str())?,
                Some(":until") => statement.raw_bind_parameter(index, until.as_str())?,
                Some(":year") => statement.raw_bind_parameter(index, prefix(&since, 4))?,
                Some(":month") => statement.raw_bind_parameter(index, prefix(&since, 7))?,
                _ => {}
            }
        }
        let mut rows = statement.raw_query();
        let mut first = 0;
        while let Some(row) = rows.next().map_err(|error| self.explain(error))? {
            first = row.get(0)?;
        }
        Ok(first)
    }

    /// The bounds as texts: not before the first; before the second, which
    /// comes after every date that begins with `until`.
    fn period(&self) -> (String, String) {
        let since = self.since.map_or_else(|| "0000".to_owned(), |date| date.to_string());
        let until = self.until.map_or_else(|| "9999~".to_owned(), |date| format!("{date}~"));
        (since, until)
    }

    /// FTS5 tells of a syntax error only when the query is bound and stepped.
    fn explain(&self, error: rusqlite::Error) -> FilterError {
        let message = error.to_string();
        let of_fts = ["fts5:", "no such column", "unterminated string", "unknown special query"];
        if self.words.is_some() && of_fts.iter().any(|word| message.contains(word)) {
            return FilterError::Syntax(message);
        }
        error.into()
    }

    /// The filters that are on, one short text each, for captions.
    pub fn describe(&self) -> Vec<String> {
        let mut on = Vec::new();
        for (what, names) in
            [("critic", &self.critics), ("work", &self.works), ("publication", &self.publications)]
        {
            if !names.is_empty() {
                on.push(format!("{what}: {}", names.join(" or ")));
            }
        }
        match self.audience {
            Some(AudienceChoice::Only(audience)) => {
                on.push(format!("audience: {}", audience.as_str()))
            }
            Some(AudienceChoice::All) => on.push("audience: all".to_owned()),
            None => {}
        }
        on.extend(self.kind.map(|kind| format!("kind: {}", kind.as_str())));
        on.extend(self.since.map(|date| format!("since {date}")));
        on.extend(self.until.map(|date| format!("until {date}")));
        on.extend(self.min_score.map(|score| format!("score at least {score}")));
        on.extend(self.max_score.map(|score| format!("score at most {score}")));
        on.extend(self.words.as_ref().map(|words| format!("matching: {}", words.typed)));
        on.extend(self.import.map(|import| format!("import {import}")));
        on
    }
}

fn prefix(date: &str, length: usize) -> &str {
    date.get(..length).unwrap_or(date)
}

fn name_sorts() -> [NameSort; 3] {
    [
        NameSort {
            what: "critic",
            want: sql("filter/want_critic"),
            names: sql("filter/critic_names"),
            step: Step {
                size: sql("filter/critic_size"),
                lead: sql("filter/critic_lead"),
                narrow: sql("filter/critic_narrow"),
            },
        },
        NameSort {
            what: "work",
            want: sql("filter/want_work"),
            names: sql("filter/work_names"),
            step: Step {
                size: sql("filter/work_size"),
                lead: sql("filter/work_lead"),
                narrow: sql("filter/work_narrow"),
            },
        },
        NameSort {
            what: "publication",
            want: sql("filter/want_publication"),
            names: sql("filter/publication_names"),
            step: Step {
                size: sql("filter/publication_size"),
                lead: sql("filter/publication_lead"),
                narrow: sql("filter/publication_narrow"),
            },
        },
    ]
}

/// Resolves the names asked for to ids; what nothing has goes to `unmatched`.
fn want(
    conn: &Connection,
    sort: &NameSort,
    asked: &[String],
    unmatched: &mut Vec<Unmatched>,
) -> Result<(), FilterError> {
    for name in asked {
        let part = fold(name);
        // INSERT OR IGNORE counts nothing where another name wanted the same,
        // so what is asked is whether anything has the name at all.
        let added = conn.execute(sort.want, named_params! {":part": part})?;
        if added == 0 {
            let near = near(conn, sort.names, &part)?;
            if let Some(near) = near {
                unmatched.push(Unmatched { what: sort.what, asked: name.clone(), near });
            }
        }
    }
    Ok(())
}

/// The names most like `part`; `None` where one contains it after all.
fn near(conn: &Connection, names: &str, part: &str) -> Result<Option<Vec<String>>, FilterError> {
    let mut statement = conn.prepare(names)?;
    let mut rows = statement.query([])?;
    let mut best: Vec<(f64, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, folded): (String, String) = (row.get(0)?, row.get(1)?);
        if folded.contains(part) {
            return Ok(None);
        }
        let likeness = likeness(part, &folded);
        if likeness >= NEAR {
            best.push((likeness, name));
            best.sort_by(|a, b| b.0.total_cmp(&a.0));
            best.truncate(OFFERED);
        }
    }
    Ok(Some(best.into_iter().map(|(_, name)| name).collect()))
}

/// Of the whole name, or of the run of its words that has as many as `part`.
fn likeness(part: &str, folded: &str) -> f64 {
    let count = part.split(' ').count();
    let words: Vec<&str> = folded.split(' ').collect();
    let whole = strsim::jaro_winkler(part, folded);
    words
        .windows(count.min(words.len()).max(1))
        .map(|run| strsim::jaro_winkler(part, &run.join(" ")))
        .fold(whole, f64::max)
}
