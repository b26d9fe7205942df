//! What a profile file may say.
//!
//! Owns: the file's keys, beside those of its fields (`fields`) and of how a dump is known
//! (`detect`). Must never: read a file (`parse` does) or a dump.

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
    /// What is typed after `--input-format`: kebab-case.
    pub name: String,
    /// One line for `revdb formats`.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub describe: String,
    /// Where the format is documented or was seen.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub source: String,
    /// What a dump looks like.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub shape: Shape,
    /// What its records are.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub role: Role,
    /// XML: the path of elements to a record, `myanimelist.anime`; of several each counts.
    /// JSON: where the records stand, as in `data.items[]` or `reviews.*`;
    /// `[]` alone is an array of records, nothing (the default) is one record a
    /// line. The first path that leads anywhere in a dump counts for it.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) records: Vec<String>,
    /// JSON only: a list within each record, `reviews`, whose objects are the records, with
    /// the fields around it: `title`, `reviews.rating`.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) each: Option<String>,
    /// Columns only: fields may be quoted. False for dumps that write `"` as it
    /// is, also at the beginning of a field (tabs and line ends cannot be in one).
    #[serde(default = "lenient::yes", skip_serializing_if = "lenient::is_yes")]
    pub quotes: bool,
    /// Columns only: text that a spreadsheet would run has an apostrophe before it,
    /// as revdb's own output has, and it is taken off again.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub formula_guards: bool,
    /// A profile of a person's own may leave it out: its fields' columns tell then.
    #[serde(default, skip_serializing)]
    pub(crate) detect: Detect,
    /// Who speaks, where no column says it.
    pub audience: Option<Audience>,
    /// The site whose account's own export this is: entries, and marks (`standing`), of one person.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) account: Option<String>,
    /// Each record is what the account thinks of a work now: one mark for each work, which a
    /// later export changes.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub standing: bool,
    /// What sort of works these are, where no column says it.
    pub kind: Option<Kind>,
    /// What bare numbers are out of: `scale = 10`, or `{ worst = 1, best = 10 }`.
    #[serde(default, with = "lenient::scale")]
    pub scale: Option<Scale>,
    /// How `03/04/2012` reads, where the format always writes it one way.
    pub(crate) date_order: Option<DateOrder>,
    /// Dates that mean "unknown": in ISO form, `2000-01-01`, for whatever form the
    /// dump writes them in; what is no date is compared as it stands.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) unknown_dates: Vec<String>,
    /// Values that mean "nothing" in any field: `(not provided)`.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) unknown_values: Vec<String>,
    /// Scores that mean "none given", as the dump writes them.
    #[serde(default, deserialize_with = "lenient::texts")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub(crate) unknown_scores: Vec<String>,
    /// For a text only where a part is not to fill the field of its name.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) fields: Fields,
    /// Text only.
    #[serde(skip_serializing)]
    pub(crate) page: Option<PageSpec>,
    /// Text only, and there needed.
    #[serde(skip_serializing)]
    pub(crate) record: Option<RecordSpec>,
    /// Columns of scores out of different numbers: the first that is not empty counts.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) scores: Vec<ScoreSpec>,
    /// Ids of the work: in a file of reviews and in its companion the same.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) work_ids: Vec<IdSpec>,
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) left_alone: Vec<LeftAlone>,
    /// JSON only: what the document says of its work beside the records.
    #[serde(default, skip_serializing_if = "lenient::is_usual")]
    pub(crate) claims: Vec<ClaimSpec>,
}

/// A column of scores with a scale of its own.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ScoreSpec {
    pub from: FieldSpec,
    #[serde(with = "lenient::scale")]
    pub scale: Option<Scale>,
}

/// A figure that a document says of its work: `kind = "critic-count"`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ClaimSpec {
    pub kind: ClaimKind,
    /// A path from the document's root: `data.totalResults`.
    pub from: String,
}

/// What a dump looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    #[default]
    /// Text in columns with a header, of any delimiter, or flat JSON records with such keys.
    Columns,
    /// JSON, one document or one record a line. Columns are dotted paths
    /// within a record: `author.steamid`. Without `records`, columns of these names too.
    Json,
    /// Text whose reviews are told by its lines. Columns are the parts of them
    /// that patterns name.
    Text,
    /// XML: elements that are records. Columns are dotted paths within one, and
    /// `@name` is an attribute: `stats.rating.@value`.
    Xml,
    /// A text with named values above it, `---` around them: one record. Columns are
    /// their names, `@heading` and `@body`.
    Notes,
}

impl Shape {
    /// How it is called in words.
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

/// Records that are no reviews by the format's own rule.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LeftAlone {
    /// Column → the values, one of which it must have; all columns must agree.
    #[serde(default, deserialize_with = "lenient::texts_by_name")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub when: BTreeMap<String, Vec<String>>,
    /// Column → values: where a column has one of them, the rule does not hold.
    #[serde(default, deserialize_with = "lenient::texts_by_name")]
    #[serde(skip_serializing_if = "lenient::is_usual")]
    pub unless: BTreeMap<String, Vec<String>>,
    /// A clause for the summary.
    pub reason: Reason,
}

/// A text that lives as long as the program, because [`Item::LeftAlone`] wants
/// one: leaked, a few bytes a profile.
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
    /// The site whose account's own export this is; marks of no named site are of the format's.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref().or(self.standing.then_some(self.name.as_str()))
    }

    /// Every field that this profile fills, by the name `--map` has for it, and
    /// the columns it may come from.
    pub fn sources(&self) -> Vec<(&'static str, Vec<&str>)> {
        let fields = &self.fields;
        let mut sources: Vec<_> = fields
            .single()
            .into_iter()
            .filter_map(|(key, spec)| {
                // `--map` has no scales but the best.
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
