//! Corrections of reviews, and hidden reviews.
//!
//! A correction refers to what the review's records say (*anchors*), not to a row, so it survives
//! undo and reimport and finds its review in any order of imports. Owns: the anchors, and the
//! corrected values. Must never: change what a record says, or decide which records are one
//! review.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, named_params};
use rustc_hash::FxHashMap;

use super::recluster::At;
use super::rowhash::RowHash;
use super::{ArchiveError, sql::sql};
use revdb_model::merge::{Differs, Values};
use revdb_model::score::compare::Judgement;
use revdb_model::{Audience, Kind, Property, Review, name};

mod editing;

pub(crate) use editing::remove;
pub use editing::{
    CorrectError, CorrectionMeta, CorrectionRow, FieldChange, changes, hidden, made,
};

/// All corrections.
#[derive(Debug, Default)]
pub struct Corrections {
    /// By number, in the order of creation: the values, and whether the review is hidden.
    made: BTreeMap<i64, (Differs, bool)>,
    anchors: FxHashMap<i64, Vec<i64>>,
}

impl Corrections {
    /// Reads all corrections.
    ///
    /// # Errors
    /// The archive's error.
    pub fn read(conn: &Connection) -> Result<Self, ArchiveError> {
        let mut corrections = Corrections::default();
        let mut statement = conn.prepare_cached(sql("corrections/all"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            corrections.made.insert(row.get(0)?, (values(&row.get::<_, String>(1)?)?, row.get(2)?));
        }
        let mut statement = conn.prepare_cached(sql("corrections/anchors"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            corrections.anchors.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(corrections)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// The corrections with one of these anchors.
    pub fn of(&self, anchors: &[i64]) -> BTreeSet<i64> {
        anchors.iter().filter_map(|anchor| self.anchors.get(anchor)).flatten().copied().collect()
    }

    /// The values with these corrections applied, and whether the review is hidden.
    pub fn apply(&self, numbers: &BTreeSet<i64>, mut values: Values) -> (Values, bool) {
        let mut hidden = false;
        for (differs, hides) in numbers.iter().filter_map(|number| self.made.get(number)) {
            values = differs.clone().apply(&values);
            hidden |= hides;
        }
        (values, hidden)
    }
}

/// Parses a correction's JSON.
///
/// # Errors
/// [`ArchiveError::Damaged`].
pub fn values(json: &str) -> Result<Differs, ArchiveError> {
    serde_json::from_str(json)
        .map_err(|error| ArchiveError::Damaged(format!("a correction cannot be read: {error}")))
}

/// What identifies a record to a correction, independently of other records: a site's id, else
/// all its words.
struct Anchor<'a> {
    audience: Audience,
    /// Site and id of the review.
    id: Option<(&'a str, &'a str)>,
    title: Option<&'a str>,
    kind: Option<&'a str>,
    year: Option<i16>,
    /// The work's creators: property and folded name per line, sorted.
    creators: Option<&'a str>,
    /// Site and id of a work without a title.
    work_id: Option<(&'a str, &'a str)>,
    byline: Option<&'a str>,
    publication: Option<&'a str>,
    date: Option<&'a str>,
    score: Option<&'a Judgement>,
    quote: Option<&'a str>,
    repeat: i64,
}

impl Anchor<'_> {
    fn hash(&self) -> i64 {
        let mut hash = RowHash::default();
        hash.put_text(Some(self.audience.as_str()));
        if let Some((site, id)) = self.id {
            hash.put_text(Some(site));
            hash.put_text(Some(id));
            return hash.finish();
        }
        let fold = |text: Option<&str>| text.map(name::fold);
        let work_id = self.work_id.filter(|_| self.title.is_none());
        hash.put_text(fold(self.title).as_deref());
        hash.put_text(self.kind);
        hash.put_integer(self.year.map(i64::from));
        hash.put_text(self.creators);
        hash.put_text(work_id.map(|(site, _)| site));
        hash.put_text(work_id.map(|(_, id)| id));
        hash.put_text(fold(self.byline).as_deref());
        hash.put_text(fold(self.publication).as_deref());
        hash.put_text(self.date);
        match self.score {
            Some(Judgement::Points(points)) => hash.put_integer(Some(*points)),
            Some(Judgement::Text(text)) => hash.put_text(Some(text)),
            None => hash.put_integer(None),
        }
        let words = self.quote.map(|quote| quote.split_whitespace().collect::<Vec<_>>().join(" "));
        hash.put_text(words.as_deref());
        hash.put_integer(Some(self.repeat));
        hash.finish()
    }
}

/// The anchor of a record that is about to be stored.
pub fn of_review(review: &Review, repeat: i64) -> i64 {
    let date = review.date.map(|date| date.to_string());
    let score = Judgement::of(review.score, review.score_text.as_deref());
    let mut ids: Vec<_> = review.work.ids.iter().collect();
    ids.sort();
    let creators: BTreeSet<String> = review
        .work
        .properties
        .iter()
        .filter(|(property, _)| matches!(property, Property::Author | Property::Director))
        .map(|(property, value)| format!("{} {}", property.as_str(), name::fold(value)))
        .collect();
    let creators = creators.into_iter().collect::<Vec<_>>().join("\n");
    Anchor {
        audience: review.audience,
        id: review.id.as_ref().map(|id| (id.site.as_str(), id.id.as_str())),
        title: review.work.title.as_deref(),
        kind: review.work.kind.map(Kind::as_str),
        year: review.work.year,
        creators: (!creators.is_empty()).then_some(&creators),
        work_id: ids.first().map(|id| (id.site.as_str(), id.id.as_str())),
        byline: review.byline.as_deref(),
        publication: review.publication.as_deref(),
        date: date.as_deref(),
        score: score.as_ref(),
        quote: review.quote.as_deref(),
        repeat,
    }
    .hash()
}

/// The position of a record in its dump, found again by a later reading: the line together with
/// byline and work (which newer rules rarely read differently), or together with byline and words
/// (which few options change), or the line alone if no other record begins on it (whatever its
/// byline).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Hash of the record's identity at that line.
    pub anchor: i64,
    /// The dump's content.
    pub sha256: [u8; 32],
    /// The line.
    pub line: i64,
}

/// The anchors of a stored record: its content, and its place by title, by words and by the line.
///
/// # Errors
/// The archive's error.
pub fn of_record(
    conn: &Connection,
    (dump_id, record): At,
    audience: Audience,
    values: &Values,
) -> Result<(i64, Vec<Place>), ArchiveError> {
    let mut statement = conn.prepare_cached(sql("corrections/record"))?;
    let score = values.judgement();
    let params = named_params! {":dump_id": dump_id, ":record": record};
    Ok(statement.query_row(params, |row| {
        let text = |at: usize| row.get::<_, Option<String>>(at);
        let (site, id, title) = (text(0)?, text(1)?, text(2)?);
        let (work_site, work_id, kind, creators) = (text(3)?, text(4)?, text(8)?, text(10)?);
        let anchor = Anchor {
            audience,
            id: site.as_deref().zip(id.as_deref()),
            title: title.as_deref(),
            kind: kind.as_deref(),
            year: row.get(9)?,
            creators: creators.as_deref(),
            work_id: work_site.as_deref().zip(work_id.as_deref()),
            byline: values.byline.as_deref(),
            publication: values.publication.as_deref(),
            date: values.date.as_deref(),
            score: score.as_ref(),
            quote: values.quote.as_deref(),
            repeat: row.get(5)?,
        };
        let (sha256, line): ([u8; 32], i64) = (row.get(6)?, row.get(7)?);
        let place = |parts: &[Option<&str>]| {
            let mut hash = RowHash::default();
            hash.put(rusqlite::types::ValueRef::Blob(&sha256));
            hash.put_integer(Some(line));
            parts.iter().for_each(|part| hash.put_text(*part));
            Place { anchor: hash.finish(), sha256, line }
        };
        let (title, byline) = (title.as_deref().map(name::fold), values.byline.as_deref());
        let (who, byline) = (Some(audience.as_str()), byline.map(name::fold));
        let words = values.quote.as_deref().or(values.score_text.as_deref());
        let mut places = vec![
            place(&[who, byline.as_deref(), Some("title"), title.as_deref()]),
            place(&[who, byline.as_deref(), Some("words"), words]),
        ];
        if row.get(11)? {
            places.push(place(&[]));
        }
        Ok((anchor.hash(), places))
    })?)
}

/// Records of a dump at a corrected place.
///
/// # Errors
/// The archive's error.
pub fn records_in_place(conn: &Connection, dump_id: i64) -> Result<Vec<At>, ArchiveError> {
    let mut statement = conn.prepare_cached(sql("corrections/records_in_place"))?;
    let rows = statement
        .query_map(named_params! {":dump_id": dump_id}, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
