//! What a profile file may say.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::lenient;
use super::text::{self, PageSpec, RecordSpec};
use crate::domain::{Audience, DateOrder, Kind, Property, Scale};
use crate::import::format::Probe;
use crate::import::record::ClaimKind;

/// One profile file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What is typed after `--input-format`: kebab-case.
    pub name: String,
    /// One line for `revdb formats`.
    #[serde(default)]
    pub describe: String,
    /// Where the format is documented or was seen.
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub shape: Shape,
    #[serde(default)]
    pub role: Role,
    /// XML: the path of elements to a record, `myanimelist.anime`; of several each counts.
    /// JSON: where the records stand, as in `data.items[]` or `reviews.*`;
    /// `[]` alone is an array of records, nothing (the default) is one record a
    /// line. The first path that leads anywhere in a dump counts for it.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub records: Vec<String>,
    /// JSON only: a list within each record, `reviews`, whose objects are the records, with
    /// the fields around it: `title`, `reviews.rating`.
    #[serde(default)]
    pub each: Option<String>,
    /// Columns only: fields may be quoted. False for dumps that write `"` as it
    /// is, also at the beginning of a field (tabs and line ends cannot be in one).
    #[serde(default = "yes")]
    pub quotes: bool,
    /// Columns only: text that a spreadsheet would run has an apostrophe before it,
    /// as revdb's own output has, and it is taken off again.
    #[serde(default)]
    pub formula_guards: bool,
    /// A profile of a person's own may leave it out: its fields' columns tell then.
    #[serde(default)]
    pub detect: Detect,
    pub audience: Option<Audience>,
    /// The site whose account's own export this is: entries, and marks (`standing`), of one person.
    #[serde(default)]
    pub account: Option<String>,
    /// Each record is what the account thinks of a work now: one mark for each work, which a
    /// later export changes.
    #[serde(default)]
    pub standing: bool,
    pub kind: Option<Kind>,
    /// What bare numbers are out of: `scale = 10`, or `{ worst = 1, best = 10 }`.
    #[serde(default, deserialize_with = "lenient::scale")]
    pub scale: Option<Scale>,
    /// How `03/04/2012` reads, where the format always writes it one way.
    pub date_order: Option<DateOrder>,
    /// Dates that mean "unknown": in ISO form, `2000-01-01`, for whatever form the
    /// dump writes them in; what is no date is compared as it stands.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub unknown_dates: Vec<String>,
    /// Values that mean "nothing" in any field: `(not provided)`.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub unknown_values: Vec<String>,
    /// Scores that mean "none given", as the dump writes them.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub unknown_scores: Vec<String>,
    /// For a text only where a part is not to fill the field of its name.
    #[serde(default)]
    pub fields: Fields,
    /// Text only.
    pub page: Option<PageSpec>,
    /// Text only, and there needed.
    pub record: Option<RecordSpec>,
    /// Columns of scores out of different numbers: the first that is not empty counts.
    #[serde(default)]
    pub scores: Vec<ScoreSpec>,
    /// Ids of the work: in a file of reviews and in its companion the same.
    #[serde(default)]
    pub work_ids: Vec<IdSpec>,
    #[serde(default)]
    pub left_alone: Vec<LeftAlone>,
    /// JSON only: what the document says of its work beside the records.
    #[serde(default)]
    pub claims: Vec<ClaimSpec>,
}

/// A column of scores with a scale of its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScoreSpec {
    pub from: FieldSpec,
    #[serde(deserialize_with = "lenient::scale")]
    pub scale: Option<Scale>,
}

/// A figure that a document says of its work: `kind = "critic-count"`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClaimSpec {
    pub kind: ClaimKind,
    /// A path from the document's root: `data.totalResults`.
    pub from: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
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

fn yes() -> bool {
    true
}

/// What the records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    #[default]
    Reviews,
    /// A companion table: each record describes a work.
    Works,
}

/// How a dump of this format is known; [`same_column`] says which names are the same.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Detect {
    /// Sets of columns, one for each generation of the format; every column
    /// of one set must be there. A flat list is one set.
    #[serde(default, deserialize_with = "lenient::sets")]
    pub columns: Vec<Vec<String>>,
    /// Text only: patterns, each of which must match some line.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub lines: Vec<String>,
    /// Text only: so many lines must match the first of them.
    pub least: Option<usize>,
    /// Text only: false where its marks could be another's as well, who then has it.
    #[serde(default = "yes")]
    pub certain: bool,
    /// Columns (of a text, lines) that must not be there: they belong to another format.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub without: Vec<String>,
    /// Where the columns alone could be anybody's: a part of the file's name that must be there.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub name_has: Vec<String>,
}

impl Default for Detect {
    fn default() -> Self {
        let (columns, lines, without, name_has) = Default::default();
        Self { columns, lines, without, name_has, least: None, certain: true }
    }
}

impl Detect {
    /// A quick look, before a header is parsed: is every name of a set anywhere in the text?
    pub fn sets_could_fit(&self, probe: &Probe<'_>) -> bool {
        let head = probe.folded_sample();
        let stands = |name: &String| head.contains(&folded(last_key(name)).collect::<String>());
        self.columns.iter().any(|set| set.iter().all(stands))
    }

    /// True where `names` and the file's name are of this format.
    pub fn fits(&self, names: &[String], file: &str) -> bool {
        let has = |wanted: &String| names.iter().any(|name| same_column(name, wanted));
        self.columns.iter().any(|set| set.iter().all(has))
            && !self.without.iter().any(has)
            && (self.name_has.is_empty()
                || self.name_has.iter().any(|part| file.contains(part.as_str())))
    }
}

/// Of a dotted path only the last key stands in a JSON text as it is.
fn last_key(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name).trim_start_matches('@')
}

/// Column names are compared without regard to case and to what stands between their words:
/// spreadsheets, databases and data frames write `My Rating`, `my_rating` and `myRating`.
pub fn same_column(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// A name's letters and signs, as [`same_column`] compares them.
pub fn folded(name: &str) -> impl Iterator<Item = char> {
    let between = |c: &char| !(c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\u{feff}'));
    name.chars().filter(between).flat_map(char::to_lowercase)
}

/// Where each field of a review (or, for `role = "works"`, of a work) stands.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
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
    /// The score as a dump before this one printed it, where `score` was worked out of it.
    pub score_text: Option<FieldSpec>,
    /// A column with what this record's bare number is out of.
    pub scale_best: Option<FieldSpec>,
    pub quote: Option<FieldSpec>,
    pub url: Option<FieldSpec>,
    pub language: Option<FieldSpec>,
    /// A judgement without score or words; any value counts.
    pub verdict: Option<FieldSpec>,
    /// What a person's own list says of the work: read, planned.
    pub status: Option<FieldSpec>,
    /// The site's own id of the review.
    pub id: Option<IdSpec>,
    /// Lists, for which all columns count.
    #[serde(default, deserialize_with = "lenient::fields")]
    pub author: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    pub contributor: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    pub director: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    pub brand: Vec<FieldSpec>,
    #[serde(default, deserialize_with = "lenient::fields")]
    pub genre: Vec<FieldSpec>,
    /// Of the review: tags, shelves.
    #[serde(default, deserialize_with = "lenient::fields")]
    pub tags: Vec<FieldSpec>,
}

impl Fields {
    /// What is said of the work in lists.
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

/// A column, a template, or several of them of which the first that is not empty counts.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldSpec {
    /// `"criticName"`, or a template: `"{artist} – {title}"`. A template is
    /// empty where one of its columns is.
    One(String),
    First(Vec<String>),
    Full(FullSpec),
}

/// A field whose values are changed on the way.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FullSpec {
    pub from: FromColumns,
    /// Only what stands behind the last of these counts; a value without it is kept.
    pub after: Option<String>,
    /// Only what stands before the first of these counts.
    pub before: Option<String>,
    /// What this regular expression matches goes: BBCode, words that the site adds.
    pub without: Option<String>,
    /// `="0440238145"`, Excel's way of keeping a text a text, becomes what is within.
    #[serde(default)]
    pub excel_text: bool,
    /// Values in the dump's words, and ours; a value not named here is empty.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Lists only: what stands between two values, beside `;` and `|`.
    pub separator: Option<String>,
    /// Lists only: `Holt, Karin` is Karin Holt.
    #[serde(default)]
    pub surname_first: bool,
}

impl FullSpec {
    /// The column `name`, unwrapped where Excel's `="..."` is around it.
    pub fn unwrapping_excel_text(name: &str) -> Self {
        let from = FromColumns::One(name.to_owned());
        Self { from, excel_text: true, ..Self::default() }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum FromColumns {
    One(String),
    First(Vec<String>),
}

/// An id of `site`, from a column; where `site` is empty the column says it before
/// a colon: `imdb:tt0083658`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdSpec {
    pub site: String,
    pub from: FieldSpec,
}

/// Records that are no reviews by the format's own rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeftAlone {
    /// Column → the values, one of which it must have; all columns must agree.
    #[serde(default, deserialize_with = "lenient::texts_by_name")]
    pub when: BTreeMap<String, Vec<String>>,
    /// Column → values: where a column has one of them, the rule does not hold.
    #[serde(default, deserialize_with = "lenient::texts_by_name")]
    pub unless: BTreeMap<String, Vec<String>>,
    /// A clause for the summary.
    pub reason: Reason,
}

/// A text that lives as long as the program, because [`Item::LeftAlone`] wants
/// one: leaked, a few bytes a profile.
///
/// [`Item::LeftAlone`]: crate::import::record::Item::LeftAlone
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason(pub &'static str);

impl Default for FromColumns {
    fn default() -> Self {
        FromColumns::First(Vec::new())
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Box::leak(String::deserialize(from)?.into_boxed_str())))
    }
}

/// Why a profile file is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ProfileError {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

impl Profile {
    /// The site whose account's own export this is; marks of no named site are of the format's.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref().or(self.standing.then_some(self.name.as_str()))
    }

    /// Reads a profile file; `file` is its name for messages.
    ///
    /// # Errors
    /// Where it is no TOML, has an unknown key, or lacks one. What is wrong with
    /// a text profile's patterns is told all at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let profile = Self::parse_unchecked(file, text)?;
        let faults = text::faults(&profile);
        let Some((key, _)) = faults.first() else { return Ok(profile) };
        let line = line_of_key(text, key);
        let faults: Vec<String> =
            faults.iter().map(|(key, fault)| format!("`{key}`: {fault}")).collect();
        Err(ProfileError { file: file.to_owned(), line, message: faults.join("; ") })
    }

    /// As [`Profile::parse`], with patterns that are looked at when they are needed.
    ///
    /// # Errors
    /// As there, but for patterns.
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

/// The line of `record.begin[2]`: of its key, or of its table, or the first.
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

/// `error` with the key on whose line it was met, where it does not name one itself.
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

impl FieldSpec {
    /// The columns named, those within templates too.
    pub fn columns(&self) -> Vec<&str> {
        let names = match self {
            FieldSpec::One(name) => std::slice::from_ref(name),
            FieldSpec::First(names) => names.as_slice(),
            FieldSpec::Full(full) => match &full.from {
                FromColumns::One(name) => std::slice::from_ref(name),
                FromColumns::First(names) => names.as_slice(),
            },
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Self::columns_of(&names)
    }

    /// The columns that these name, plainly or in templates.
    pub(super) fn columns_of<'a>(names: &[&'a str]) -> Vec<&'a str> {
        let (templates, mut columns): (Vec<&str>, Vec<&str>) =
            names.iter().copied().partition(|name| name.contains('{'));
        for template in templates {
            columns.extend(template.split('{').skip(1).filter_map(|part| part.split('}').next()));
        }
        columns
    }
}

impl Profile {
    /// Every field that this profile fills, by the name `--map` has for it, and
    /// the columns it may come from.
    pub fn sources(&self) -> Vec<(&'static str, Vec<&str>)> {
        let fields = &self.fields;
        let plain = [
            ("title", &fields.title),
            ("year", &fields.year),
            ("kind", &fields.kind),
            ("audience", &fields.audience),
            ("byline", &fields.byline),
            ("publication", &fields.publication),
            ("date", &fields.date),
            ("score", &fields.score),
            ("score-text", &fields.score_text),
            ("scale", &fields.scale_best),
            ("quote", &fields.quote),
            ("url", &fields.url),
            ("language", &fields.language),
            ("verdict", &fields.verdict),
            ("status", &fields.status),
        ];
        let mut sources: Vec<_> = plain
            .iter()
            .filter_map(|(name, spec)| Some((*name, spec.as_ref()?.columns())))
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
