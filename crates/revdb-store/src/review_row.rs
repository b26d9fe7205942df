//! Reads and writes single rows of `review`.

use rusqlite::types::{ToSqlOutput, Type, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, named_params, params_from_iter};

use super::columns::{Packed, PackedFields};
use super::fulltext::FullText;
use super::rowhash::RowHash;
use super::{ArchiveError, sql::sql};
use revdb_model::Audience;
use revdb_model::merge::{Piece, Values};

/// A row of `review`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// The work.
    pub work_id: i64,
    /// The audience.
    pub audience: Audience,
    /// The critic.
    pub critic_id: Option<i64>,
    /// The publication.
    pub publication_id: Option<i64>,
    /// The remaining values.
    pub values: Values,
    /// Hidden by the user: such a review has no row in `review`, and its sightings hold all
    /// values.
    pub hidden: bool,
}

impl ReviewRow {
    /// The row of a hidden review.
    pub fn hidden(audience: Audience) -> Self {
        ReviewRow {
            work_id: 0,
            audience,
            critic_id: None,
            publication_id: None,
            values: Values::default(),
            hidden: true,
        }
    }

    /// The hash of all columns including the id, as stored in the row.
    pub fn hash(&self, id: i64) -> i64 {
        let mut hash = RowHash::default();
        hash.put_integer(Some(id));
        hash.put_integer(Some(self.work_id));
        hash.put_text(Some(self.audience.as_str()));
        hash.put_integer(self.critic_id);
        hash.put_integer(self.publication_id);
        self.values.pieces().into_iter().for_each(|piece| hash.put(value_of(piece)));
        hash.finish()
    }

    /// The values for the packed columns.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`].
    pub fn packed(&self) -> Result<Packed, ArchiveError> {
        let values = &self.values;
        Packed::new(&PackedFields {
            work_id: self.work_id,
            is_user: self.audience == Audience::User,
            critic_id: self.critic_id,
            publication_id: self.publication_id,
            date: values.date.as_deref(),
            score: values.score,
            has_score_text: values.score_text.is_some(),
            has_quote: values.quote.is_some(),
            truncated: values.truncated,
            verdict: values.verdict.as_deref(),
        })
    }

    /// Binds by position, since looking up 16 names per row was 3 % of an import. A test compares
    /// the order with the statements.
    fn run(&self, id: i64, statement: &str, conn: &Connection) -> rusqlite::Result<i64> {
        let hash = self.hash(id);
        let integer = |number: Option<i64>| number.map_or(ValueRef::Null, ValueRef::Integer);
        let before = [
            ValueRef::Integer(id),
            ValueRef::Integer(self.work_id),
            ValueRef::Text(self.audience.as_str().as_bytes()),
            integer(self.critic_id),
            integer(self.publication_id),
        ];
        let values = self.values.pieces().into_iter().map(value_of);
        let params = before.into_iter().chain(values).chain([ValueRef::Integer(hash)]);
        let params = params_from_iter(params.map(ToSqlOutput::Borrowed));
        conn.prepare_cached(statement)?.execute(params).map(|_| hash)
    }

    /// Inserts the row and returns its hash.
    ///
    /// # Errors
    /// SQLite's error.
    pub fn insert(&self, conn: &Connection, id: i64, fulltext: &FullText) -> rusqlite::Result<i64> {
        if self.hidden {
            hide(conn, id, self.audience)?;
            return Ok(0);
        }
        let hash = self.run(id, sql("review/insert"), conn)?;
        fulltext.added(id, self.values.quote.as_deref());
        Ok(hash)
    }

    /// Updates the row and the full-text index.
    ///
    /// # Errors
    /// The archive's error.
    pub fn update(
        &self,
        conn: &Connection,
        id: i64,
        old: &ReviewRow,
        fulltext: &FullText,
    ) -> rusqlite::Result<()> {
        match (old.hidden, self.hidden) {
            (true, true) if old.audience == self.audience => return Ok(()),
            (true, true) => {
                conn.prepare_cached(sql("corrections/unhide"))?
                    .execute(named_params! {":review_id": id})?;
                return hide(conn, id, self.audience);
            }
            (false, true) => {
                fulltext.removed(conn, id, old.values.quote.as_deref())?;
                conn.prepare_cached(sql("review/delete"))?.execute(named_params! {":id": id})?;
                return hide(conn, id, self.audience);
            }
            (true, false) => {
                conn.prepare_cached(sql("corrections/unhide"))?
                    .execute(named_params! {":review_id": id})?;
                self.run(id, sql("review/insert"), conn)?;
                return fulltext.restored(conn, id, self.values.quote.as_deref());
            }
            (false, false) => {}
        }
        self.run(id, sql("review/update"), conn)?;
        let (old, new) = (&old.values.quote, &self.values.quote);
        if old != new {
            fulltext.changed(conn, id, old.as_deref(), new.as_deref())?;
        }
        Ok(())
    }

    /// Reads a row.
    ///
    /// # Errors
    /// The archive's error, also for an unknown id.
    pub fn read(conn: &Connection, id: i64) -> Result<Self, ArchiveError> {
        let row = conn
            .prepare_cached(sql("review/read"))?
            .query_row(named_params! {":id": id}, Self::from_row)
            .optional()?;
        match row {
            Some(row) => Ok(row),
            None => Ok(Self::hidden(audience_of_hidden(conn, id)?.ok_or_else(|| {
                ArchiveError::Damaged(format!("review {id} is referred to and is not there"))
            })?)),
        }
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let audience: String = row.get(1)?;
        let audience = if audience == "user" { Audience::User } else { Audience::Critic };
        Ok(ReviewRow {
            work_id: row.get(0)?,
            audience,
            critic_id: row.get(2)?,
            publication_id: row.get(3)?,
            values: values_from(row)?,
            hidden: false,
        })
    }
}

/// Columns of `review/read` before those of the values.
const BEFORE_VALUES: usize = 4;

fn values_from(row: &Row<'_>) -> rusqlite::Result<Values> {
    let wrong = |at: usize, found: Type| {
        rusqlite::Error::InvalidColumnType(at, "a value of a review".to_owned(), found)
    };
    let mut pieces = [Piece::Nothing; Values::NAMES.len()];
    for (at, piece) in (BEFORE_VALUES..).zip(&mut pieces) {
        *piece = match row.get_ref(at)? {
            ValueRef::Null => Piece::Nothing,
            ValueRef::Text(text) => {
                Piece::Text(std::str::from_utf8(text).map_err(|_| wrong(at, Type::Text))?)
            }
            ValueRef::Real(number) => Piece::Number(number),
            ValueRef::Integer(flag) => Piece::Flag(flag != 0),
            ValueRef::Blob(_) => return Err(wrong(at, Type::Blob)),
        };
    }
    Values::from_pieces(pieces).ok_or_else(|| wrong(BEFORE_VALUES, Type::Null))
}

fn value_of(piece: Piece<'_>) -> ValueRef<'_> {
    match piece {
        Piece::Nothing => ValueRef::Null,
        Piece::Text(text) => ValueRef::Text(text.as_bytes()),
        Piece::Number(number) => ValueRef::Real(number),
        Piece::Flag(flag) => ValueRef::Integer(i64::from(flag)),
    }
}

fn hide(conn: &Connection, id: i64, audience: Audience) -> rusqlite::Result<()> {
    conn.prepare_cached(sql("corrections/hide"))?
        .execute(named_params! {":review_id": id, ":audience": audience.as_str()})
        .map(drop)
}

/// The audience of a hidden review; `None` if it is not hidden.
///
/// # Errors
/// SQLite's error.
pub fn audience_of_hidden(conn: &Connection, id: i64) -> Result<Option<Audience>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("corrections/audience_of_hidden"))?;
    let params = named_params! {":review_id": id};
    let audience: Option<String> = statement.query_row(params, |row| row.get(0)).optional()?;
    Ok(audience.as_deref().and_then(Audience::parse))
}

/// Removes a review, its changes and its words in the index.
///
/// # Errors
/// The archive's error.
pub fn delete(conn: &Connection, id: i64, fulltext: &FullText) -> Result<(), ArchiveError> {
    let row = ReviewRow::read(conn, id)?;
    let this = named_params! {":review_id": id};
    conn.prepare_cached(sql("corrections/delete_corrected"))?.execute(this)?;
    if row.hidden {
        conn.prepare_cached(sql("corrections/unhide"))?.execute(this)?;
        return Ok(());
    }
    fulltext.removed(conn, id, row.values.quote.as_deref())?;
    conn.prepare_cached(sql("review/delete_changes"))?.execute(this)?;
    conn.prepare_cached(sql("review/delete"))?.execute(named_params! {":id": id})?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Archive;

    #[test]
    fn statements_that_are_bound_by_position_name_their_parameters_in_that_order() {
        let values = Values::NAMES.map(|name| format!(":{name}"));
        let before = [":id", ":work_id", ":audience", ":critic_id", ":publication_id"];
        let values = values.iter().map(String::as_str);
        let review: Vec<&str> = before.into_iter().chain(values).chain([":hash"]).collect();
        let sighting = [
            ":dump_id", ":record", ":line", ":review_id", ":mention", ":key", ":site_id",
            ":ext_id", ":mark", ":repeat", ":differs", ":is_representative", ":hash",
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let archive = Archive::open_or_create(&folder.path().join("a.db")).expect("an archive");
        for (name, wanted) in [
            ("review/insert", &review[..]),
            ("review/update", &review[..]),
            ("sighting/insert", &sighting[..]),
        ] {
            let statement = archive.connection().prepare(sql(name)).expect("a statement");
            let names: Vec<_> = (1..=statement.parameter_count())
                .filter_map(|i| statement.parameter_name(i))
                .collect();
            assert_eq!(names, wanted, "{name}");
        }
    }
}
