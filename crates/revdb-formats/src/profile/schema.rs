//! The schema of a profile file.
//!
//! Owns: the file's keys, except those of its fields (`fields`) and of detection (`detect`). Must
//! never: read a file (`parse` does) or a dump.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::detect::Detect;
use super::fields::{FieldSpec, Fields, IdSpec};
use super::lenient;
use super::text::{PageSpec, RecordSpec};
use crate::record::ClaimKind;
use revdb_model::{Audience, DateOrder, Kind, Scale};

/// One profile file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Name for `--input-format`: kebab-case.
    pub name: String,
    /// One-line description for `revdb formats`.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub describe: String,
    /// Where the format is documented or was seen.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub source: String,
    /// The shape of a dump.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub shape: Shape,
    /// What the records are.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub role: Role,
    /// XML: the element path of a record, `myanimelist.anime`; several paths all count. JSON: the
    /// path of the records, as in `data.items[]` or `reviews.*`; `[]` alone is an array of
    /// records, empty (the default) is JSON lines; of several paths the first that exists in the
    /// dump counts.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) records: Vec<String>,
    /// JSON only: a list in each record whose objects are the actual records; fields are `title`
    /// (around it) and `reviews.rating` (in it).
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) each: Option<String>,
    /// Columns only: fields may be quoted. False for dumps that write `"` literally, even at the
    /// beginning of a field (fields then contain no tabs or line ends).
    #[serde(default = "lenient::yes", skip_serializing_if = "lenient::is_yes")]
    pub quotes: bool,
    /// Columns only: formulas have a leading apostrophe, as in revdb's own output; it is removed.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub formula_guards: bool,
    /// A user's profile may omit it: its fields' columns are then required.
    #[serde(default, skip_serializing)]
    pub(crate) detect: Detect,
    /// The audience, if no column gives it.
    pub audience: Option<Audience>,
    /// The site whose account export this is: entries and standing marks of one person.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) account: Option<String>,
    /// Each record is the account's current mark of a work; a later export changes it.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub standing: bool,
    /// The kind of the works, if no column gives it.
    pub kind: Option<Kind>,
    /// The scale of bare numbers: `scale = 10`, or `{ worst = 1, best = 10 }`.
    #[serde(default, with = "lenient::scale")]
    pub scale: Option<Scale>,
    /// How `03/04/2012` is read, if the format always uses one order.
    pub(crate) date_order: Option<DateOrder>,
    /// Dates that mean "unknown", in ISO form (`2000-01-01`) for any notation in the dump; values
    /// that are not dates are compared literally.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) unknown_dates: Vec<String>,
    /// Values that mean "missing" in any field: `(not provided)`.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) unknown_values: Vec<String>,
    /// Scores that mean "not rated", as written in the dump.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) unknown_scores: Vec<String>,
    /// For text, needed only if a named part must not fill the field of the same name.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) fields: Fields,
    /// Text only.
    #[serde(skip_serializing)]
    pub(crate) page: Option<PageSpec>,
    /// Text only, and required there.
    #[serde(skip_serializing)]
    pub(crate) record: Option<RecordSpec>,
    /// Columns of scores with different scales; the first non-empty one counts.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) scores: Vec<ScoreSpec>,
    /// Ids of the work, equal in a review file and in its companion.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) work_ids: Vec<IdSpec>,
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) left_alone: Vec<LeftAlone>,
    /// JSON only: claims about the work next to the records.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) claims: Vec<ClaimSpec>,
}

/// A column of scores with its own scale.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ScoreSpec {
    pub from: FieldSpec,
    #[serde(with = "lenient::scale")]
    pub scale: Option<Scale>,
}

/// A claim of the document about its work: `kind = "critic-count"`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ClaimSpec {
    pub kind: ClaimKind,
    /// A path from the document's root: `data.totalResults`.
    pub from: String,
}

/// The shape of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    #[default]
    /// Delimited text with a header, or flat JSON records with the same keys.
    Columns,
    /// JSON: one document or JSON lines. Columns are dotted paths within a record:
    /// `author.steamid`. Without `records`, also delimited text with these columns.
    Json,
    /// Text whose reviews are recognised by patterns for lines. Columns are the patterns' named
    /// groups.
    Text,
    /// XML: elements are records. Columns are dotted paths within one, and `@name` is an
    /// attribute: `stats.rating.@value`.
    Xml,
    /// A text with front matter between `---` lines: one record. Columns are its keys, `@heading`
    /// and `@body`.
    Notes,
}

impl Shape {
    /// Display name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Columns => "columns",
            Self::Json => "JSON",
            Self::Text => "text",
            Self::Xml => "XML",
            Self::Notes => "a note with front matter",
        }
    }
}

/// What the records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reviews of works.
    #[default]
    Reviews,
    /// A companion table: each record describes a work.
    Works,
}

/// Records that are not reviews by the format's own rule.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LeftAlone {
    /// Column → accepted values; all columns must match.
    #[serde(default, deserialize_with = "lenient::texts_by_name")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub when: BTreeMap<String, Vec<String>>,
    /// Column → values; if a column has one of them, the rule does not apply.
    #[serde(default, deserialize_with = "lenient::texts_by_name")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub unless: BTreeMap<String, Vec<String>>,
    /// A clause for the summary.
    pub reason: Reason,
}

/// A string with static lifetime, which [`Item::LeftAlone`] requires: leaked, a few bytes per
/// profile.
///
/// [`Item::LeftAlone`]: crate::record::Item::LeftAlone
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Reason(pub &'static str);

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Box::leak(String::deserialize(from)?.into_boxed_str())))
    }
}

impl Profile {
    /// The site whose account export this is; without one, marks belong to the format's accounts.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref().or(self.standing.then_some(self.name.as_str()))
    }

    /// Every field that this profile fills, by its name in `--map`, and its possible columns.
    pub fn sources(&self) -> Vec<(&'static str, Vec<&str>)> {
        let fields = &self.fields;
        let mut sources: Vec<_> = fields
            .single()
            .into_iter()
            .filter_map(|(key, spec)| {
                // `--map` has no scale except the maximum.
                let name = if key == "scale-best" { "scale" } else { key };
                Some((name, spec.as_ref()?.columns()))
            })
            .collect();
        let scores = self.scores.iter().flat_map(|score| score.from.columns());
        let scores: Vec<&str> = scores.collect();
        if !scores.is_empty() {
            sources.push(("score", scores));
        }
        for (property, specs) in fields.properties() {
            sources.extend(specs.iter().map(|spec| (property.as_str(), spec.columns())));
        }
        sources.extend(fields.tags.iter().map(|spec| ("tags", spec.columns())));
        sources.extend(fields.id.iter().map(|id| ("id", id.from.columns())));
        sources.extend(self.work_ids.iter().map(|id| ("work_id", id.from.columns())));
        sources
    }
}
