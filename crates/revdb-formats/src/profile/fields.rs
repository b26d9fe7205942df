//! The fields of a record and their columns, as declared in a profile file.
//!
//! Must never: read a value (`bind` does), or know a column of a particular dump.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lenient;
use revdb_model::Property;

/// The columns of each field of a review (or, for `role = "works"`, of a work).
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fields {
    pub title: Option<FieldSpec>,
    pub year: Option<FieldSpec>,
    pub kind: Option<FieldSpec>,
    pub audience: Option<FieldSpec>,
    pub byline: Option<FieldSpec>,
    pub publication: Option<FieldSpec>,
    pub date: Option<FieldSpec>,
    pub score: Option<FieldSpec>,
    /// The original printed score, if `score` was computed from it.
    pub score_text: Option<FieldSpec>,
    /// A column with the maximum of this record's bare score.
    pub scale_best: Option<FieldSpec>,
    pub quote: Option<FieldSpec>,
    pub url: Option<FieldSpec>,
    pub language: Option<FieldSpec>,
    /// A judgement without score or words; any value counts.
    pub verdict: Option<FieldSpec>,
    /// The work's status in a personal list: read, planned.
    pub status: Option<FieldSpec>,
    /// The site's id of the review.
    pub id: Option<IdSpec>,
    /// Lists, for which all columns count.
    #[serde(default, deserialize_with = "lenient::fields")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub author: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub contributor: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub director: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub brand: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub genre: Vec<FieldSpec>,
    /// Of the review: tags, shelves.
    #[serde(default, deserialize_with = "lenient::fields")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub tags: Vec<FieldSpec>,
}

impl Fields {
    /// The single-valued fields, by their keys in a profile file.
    pub(super) fn single(&self) -> [(&'static str, &Option<FieldSpec>); 15] {
        [
            ("title", &self.title),
            ("year", &self.year),
            ("kind", &self.kind),
            ("audience", &self.audience),
            ("byline", &self.byline),
            ("publication", &self.publication),
            ("date", &self.date),
            ("score", &self.score),
            ("score-text", &self.score_text),
            ("scale-best", &self.scale_best),
            ("quote", &self.quote),
            ("url", &self.url),
            ("language", &self.language),
            ("verdict", &self.verdict),
            ("status", &self.status),
        ]
    }

    /// The list-valued properties of the work.
    pub fn properties(&self) -> [(Property, &[FieldSpec]); 5] {
        [
            (Property::Author, self.author.as_slice()),
            (Property::Contributor, self.contributor.as_slice()),
            (Property::Director, self.director.as_slice()),
            (Property::Brand, self.brand.as_slice()),
            (Property::Genre, self.genre.as_slice()),
        ]
    }
}

/// A column, a template, or several of them, of which the first non-empty one counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum FieldSpec {
    /// `"criticName"`, or a template: `"{artist} – {title}"`. A template is empty if one of its
    /// columns is.
    One(String),
    First(Vec<String>),
    Full(FullSpec),
}

impl FieldSpec {
    /// The columns and templates, in order.
    pub(super) fn names(&self) -> &[String] {
        match self {
            FieldSpec::One(name) => std::slice::from_ref(name),
            FieldSpec::First(names) => names,
            FieldSpec::Full(full) => &full.from,
        }
    }

    /// The columns named, including those in templates.
    pub fn columns(&self) -> Vec<&str> {
        let names: Vec<&str> = self.names().iter().map(String::as_str).collect();
        Self::columns_of(&names)
    }

    /// The columns named directly or in templates.
    pub(super) fn columns_of<'a>(names: &[&'a str]) -> Vec<&'a str> {
        let (templates, mut columns): (Vec<&str>, Vec<&str>) =
            names.iter().copied().partition(|name| name.contains('{'));
        for template in templates {
            columns.extend(template.split('{').skip(1).filter_map(|part| part.split('}').next()));
        }
        columns
    }
}

/// A field whose values are transformed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FullSpec {
    #[serde(deserialize_with = "lenient::texts")]
    pub from: Vec<String>,
    /// Keep only the text after the last of these separators; a value without one is kept.
    pub after: Option<String>,
    /// Keep only the text before the first of these separators.
    pub before: Option<String>,
    /// Remove matches of this regular expression: BBCode, words added by the site.
    pub without: Option<String>,
    /// Unwrap `="0440238145"`, Excel's way of marking text.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub excel_text: bool,
    /// A spreadsheet's serial day: `43538` becomes `2019-03-14`.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub excel_days: bool,
    /// Maps the dump's values to ours; a value not listed is empty.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub values: BTreeMap<String, String>,
    /// Lists only: a further separator besides `;` and `|`.
    pub separator: Option<String>,
    /// Lists only: `Holt, Karin` is Karin Holt.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub surname_first: bool,
}

impl FullSpec {
    /// The column `name`, unwrapped from Excel's `="..."` if necessary.
    pub fn unwrapping_excel_text(name: &str) -> Self {
        Self { from: vec![name.to_owned()], excel_text: true, ..Self::default() }
    }
}

/// An id of `site` from a column; if `site` is empty the column gives it before a colon:
/// `imdb:tt0083658`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdSpec {
    pub site: String,
    pub from: FieldSpec,
}
