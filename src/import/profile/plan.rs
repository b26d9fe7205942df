//! A profile bound to one dump: which cell each field comes from.
//!
//! Binding happens once a dump, so that a row costs no search for names.

use super::schema::{
    FieldSpec, Fields, FromColumns, FullSpec, IdSpec, LeftAlone, Profile, Role, same_column,
};
use crate::domain::score::compare::same_value;
use crate::domain::{Audience, DateOrder, ExternalId, Kind, PartialDate, Scale, date};
use crate::import::format::ReadError;
use crate::import::missing::unless_missing;
use crate::import::record::{Item, RawReview, RawWork};

/// One record's cells. A cell that is not there is empty.
pub trait Row {
    fn cell(&self, slot: usize) -> &str;
}

/// See the module's text.
#[derive(Debug)]
pub struct Plan {
    role: Role,
    audience: Option<Audience>,
    kind: Option<Kind>,
    scale: Option<Scale>,
    unknown_dates: Vec<String>,
    unknown_scores: Vec<String>,
    left_alone: Vec<BoundRule>,
    fields: BoundFields,
    work_ids: Vec<BoundId>,
    id: Option<BoundId>,
}

#[derive(Debug, Default)]
struct BoundFields {
    title: Option<Bound>,
    year: Option<Bound>,
    kind: Option<Bound>,
    audience: Option<Bound>,
    byline: Option<Bound>,
    publication: Option<Bound>,
    date: Option<Bound>,
    score: Option<Bound>,
    scale_best: Option<Bound>,
    quote: Option<Bound>,
    url: Option<Bound>,
    language: Option<Bound>,
    verdict: Option<Bound>,
}

#[derive(Debug)]
struct BoundId {
    site: String,
    from: Bound,
}

#[derive(Debug)]
struct BoundRule {
    when: Vec<(usize, Vec<String>)>,
    reason: &'static str,
}

/// Sources of one field, the first that is not empty counts.
#[derive(Debug)]
struct Bound {
    sources: Vec<Source>,
    change: Option<FullSpec>,
}

#[derive(Debug)]
enum Source {
    Cell(usize),
    Template(Vec<Part>),
}

#[derive(Debug)]
enum Part {
    Text(String),
    Cell(usize),
}

impl Plan {
    /// Binds a profile to a header. `map` are the person's own `field=column`,
    /// which stand above the profile's.
    ///
    /// # Errors
    /// Where `map` names a field or column that is not there, or where a
    /// column that is read stands in the header twice.
    pub fn for_columns(
        profile: &Profile,
        names: &[String],
        map: &[(String, String)],
    ) -> Result<Self, ReadError> {
        Self::bind(profile, map, &mut |wanted| find_column(names, wanted), names)
    }

    /// Binds a profile to JSON records: the plan, and for each slot the path
    /// of keys to its value.
    ///
    /// # Errors
    /// Where `map` names a field that is not there.
    pub fn for_json(
        profile: &Profile,
        map: &[(String, String)],
    ) -> Result<(Self, Vec<Vec<String>>), ReadError> {
        let mut paths: Vec<String> = Vec::new();
        let mut slot = |wanted: &str| {
            let known = paths.iter().position(|path| path == wanted);
            Ok(Some(known.unwrap_or_else(|| {
                paths.push(wanted.to_owned());
                paths.len() - 1
            })))
        };
        let plan = Self::bind(profile, map, &mut slot, &[])?;
        let paths = paths.iter().map(|path| path.split('.').map(str::to_owned).collect()).collect();
        Ok((plan, paths))
    }

    fn bind(
        profile: &Profile,
        map: &[(String, String)],
        find: &mut dyn FnMut(&str) -> Result<Option<usize>, ReadError>,
        known: &[String],
    ) -> Result<Self, ReadError> {
        let profile = profile.with_map(map)?;
        for (_, column) in map {
            if !column.is_empty() && find(column)?.is_none() {
                return Err(no_such_column(column, known));
            }
        }
        let mut binder = Binder { find };
        Ok(Self {
            role: profile.role,
            audience: profile.audience,
            kind: profile.kind,
            scale: profile.scale,
            unknown_dates: profile.unknown_dates,
            unknown_scores: profile.unknown_scores,
            left_alone: profile
                .left_alone
                .iter()
                .map(|rule| binder.rule(rule))
                .collect::<Result<_, _>>()?,
            work_ids: profile
                .work_ids
                .iter()
                .filter_map(|id| binder.id(id).transpose())
                .collect::<Result<_, _>>()?,
            id: profile.fields.id.as_ref().map(|id| binder.id(id)).transpose()?.flatten(),
            fields: binder.fields(&profile.fields)?,
        })
    }

    /// The cell of the date, where it is one cell as it stands.
    pub fn date_slot(&self) -> Option<usize> {
        match self.fields.date.as_ref()?.sources.as_slice() {
            [Source::Cell(slot), ..] => Some(*slot),
            _ => None,
        }
    }

    /// What the record is.
    pub fn item(&self, row: &dyn Row, date_order: Option<DateOrder>) -> Item {
        if let Some(rule) = self.left_alone.iter().find(|rule| rule.holds(row)) {
            return Item::LeftAlone(rule.reason);
        }
        match self.role {
            Role::Works => self.work_item(row),
            Role::Reviews => Item::Review(Box::new(self.review(row, date_order))),
        }
    }

    fn work_item(&self, row: &dyn Row) -> Item {
        let work = self.work(row);
        match work.title.is_some() && !work.ids.is_empty() {
            true => Item::Work(work),
            false => Item::Rejected("a work without title or id".to_owned()),
        }
    }

    fn review(&self, row: &dyn Row, date_order: Option<DateOrder>) -> RawReview {
        let fields = &self.fields;
        let known = |value: &String, unknown: &[String]| {
            !unknown.iter().any(|none| same_value(none, value.trim()))
        };
        let dated = |date: &String| !self.unknown_dates.iter().any(|none| is_date(date, none));
        RawReview {
            audience: get(&fields.audience, row)
                .and_then(|word| Audience::parse(&word))
                .or(self.audience),
            work: self.work(row),
            byline: get(&fields.byline, row),
            publication: get(&fields.publication, row),
            date: get(&fields.date, row).filter(dated),
            date_order,
            score: get(&fields.score, row).filter(|score| known(score, &self.unknown_scores)),
            scale: self.scale_of(row),
            quote: get(&fields.quote, row),
            url: get(&fields.url, row),
            id: self.id.as_ref().and_then(|id| id.of(row)),
            language: get(&fields.language, row),
            verdict: get(&fields.verdict, row),
            truncated: false,
        }
    }

    fn work(&self, row: &dyn Row) -> RawWork {
        RawWork {
            title: get(&self.fields.title, row),
            kind: get(&self.fields.kind, row).and_then(|word| word.parse().ok()).or(self.kind),
            year: get(&self.fields.year, row),
            ids: self.work_ids.iter().filter_map(|id| id.of(row)).collect(),
        }
    }

    fn scale_of(&self, row: &dyn Row) -> Option<Scale> {
        let own = get(&self.fields.scale_best, row).and_then(|text| text.trim().parse().ok());
        own.filter(|best: &f64| best.is_finite() && *best > 0.0).map(Scale::out_of).or(self.scale)
    }
}

/// True where `printed` is the date `none`, in whatever form: "January 1, 2000"
/// is `2000-01-01`. Only a text that has the year is read for it.
fn is_date(printed: &str, none: &str) -> bool {
    let printed = printed.trim();
    let Some(date) = PartialDate::from_iso(none) else { return printed == none };
    let has_year = none.get(..4).is_some_and(|year| printed.contains(year));
    has_year && date::parse(printed, None) == Ok(date)
}

fn get(bound: &Option<Bound>, row: &dyn Row) -> Option<String> {
    bound.as_ref()?.value(row)
}

impl BoundRule {
    fn holds(&self, row: &dyn Row) -> bool {
        self.when.iter().all(|(slot, values)| {
            let cell = unless_missing(row.cell(*slot));
            values.iter().any(|value| same_value(value, cell))
        })
    }
}

impl BoundId {
    fn of(&self, row: &dyn Row) -> Option<ExternalId> {
        Some(ExternalId::new(self.site.as_str(), self.from.value(row)?.trim()))
    }
}

impl Bound {
    fn value(&self, row: &dyn Row) -> Option<String> {
        let value = self.sources.iter().find_map(|source| source.value(row))?;
        match &self.change {
            Some(change) => changed(change, &value),
            None => Some(value),
        }
    }
}

impl Source {
    fn value(&self, row: &dyn Row) -> Option<String> {
        match self {
            Source::Cell(slot) => {
                let cell = row.cell(*slot);
                (!unless_missing(cell).is_empty()).then(|| cell.to_owned())
            }
            Source::Template(parts) => parts.iter().try_fold(String::new(), |mut out, part| {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::Cell(slot) => match unless_missing(row.cell(*slot)) {
                        "" => return None,
                        cell => out.push_str(cell),
                    },
                }
                Some(out)
            }),
        }
    }
}

fn changed(change: &FullSpec, value: &str) -> Option<String> {
    let mut value = value.trim();
    if change.excel_text {
        value = value.strip_prefix("=\"").and_then(|v| v.strip_suffix('"')).unwrap_or(value);
    }
    if let Some(mark) = &change.after {
        value = value.rfind(mark.as_str()).map_or(value, |at| &value[at + mark.len()..]);
    }
    if let Some(mark) = &change.before {
        value = value.find(mark.as_str()).map_or(value, |at| &value[..at]);
    }
    if !change.values.is_empty() {
        value = change.values.get(value).map(String::as_str)?;
    }
    (!value.trim().is_empty()).then(|| value.to_owned())
}

/// Turns names into slots.
struct Binder<'a> {
    find: &'a mut dyn FnMut(&str) -> Result<Option<usize>, ReadError>,
}

impl Binder<'_> {
    /// `None` where none of the field's columns is in this dump.
    fn bound(&mut self, spec: &FieldSpec) -> Result<Option<Bound>, ReadError> {
        let (names, change) = match spec {
            FieldSpec::One(name) => (std::slice::from_ref(name), None),
            FieldSpec::First(names) => (names.as_slice(), None),
            FieldSpec::Full(full) => match &full.from {
                FromColumns::One(name) => (std::slice::from_ref(name), Some(full.clone())),
                FromColumns::First(names) => (names.as_slice(), Some(full.clone())),
            },
        };
        let mut sources = Vec::new();
        for name in names {
            sources.extend(self.source(name)?);
        }
        Ok((!sources.is_empty()).then_some(Bound { sources, change }))
    }

    fn source(&mut self, name: &str) -> Result<Option<Source>, ReadError> {
        if !name.contains('{') {
            return Ok((self.find)(name)?.map(Source::Cell));
        }
        let mut parts = Vec::new();
        for piece in name.split_inclusive('}') {
            let (text, column) = piece.split_once('{').unwrap_or((piece, ""));
            parts.push(Part::Text(text.to_owned()));
            if let Some(column) = column.strip_suffix('}') {
                let Some(slot) = (self.find)(column)? else {
                    return Ok(None);
                };
                parts.push(Part::Cell(slot));
            }
        }
        Ok(Some(Source::Template(parts)))
    }

    fn id(&mut self, spec: &IdSpec) -> Result<Option<BoundId>, ReadError> {
        Ok(self.bound(&spec.from)?.map(|from| BoundId { site: spec.site.clone(), from }))
    }

    /// A column that is not in this dump counts as empty.
    fn rule(&mut self, rule: &LeftAlone) -> Result<BoundRule, ReadError> {
        let mut when = Vec::new();
        for (column, values) in &rule.when {
            when.push(((self.find)(column)?.unwrap_or(usize::MAX), values.clone()));
        }
        Ok(BoundRule { when, reason: rule.reason.0 })
    }

    fn fields(&mut self, fields: &Fields) -> Result<BoundFields, ReadError> {
        let mut bind = |spec: &Option<FieldSpec>| match spec {
            Some(spec) => self.bound(spec),
            None => Ok(None),
        };
        Ok(BoundFields {
            title: bind(&fields.title)?,
            year: bind(&fields.year)?,
            kind: bind(&fields.kind)?,
            audience: bind(&fields.audience)?,
            byline: bind(&fields.byline)?,
            publication: bind(&fields.publication)?,
            date: bind(&fields.date)?,
            score: bind(&fields.score)?,
            scale_best: bind(&fields.scale_best)?,
            quote: bind(&fields.quote)?,
            url: bind(&fields.url)?,
            language: bind(&fields.language)?,
            verdict: bind(&fields.verdict)?,
        })
    }
}

fn find_column(names: &[String], wanted: &str) -> Result<Option<usize>, ReadError> {
    let mut places = (0..names.len()).filter(|&at| same_column(&names[at], wanted));
    let first = places.next();
    match places.next() {
        None => Ok(first),
        Some(_) => Err(ReadError::Malformed {
            message: format!("the header has the column '{wanted}' twice"),
            line: Some(1),
            help: Some("rename one of the two, so that it is certain which is meant".to_owned()),
        }),
    }
}

fn no_such_column(column: &str, known: &[String]) -> ReadError {
    ReadError::Malformed {
        message: format!("--map names the column '{column}', which is not in the header"),
        line: Some(1),
        help: Some(format!("the columns are: {}", known.join(", "))),
    }
}

/// The names that `--map` takes on its left side.
pub const MAP_FIELDS: [&str; 15] = [
    "title",
    "kind",
    "year",
    "audience",
    "byline",
    "publication",
    "date",
    "score",
    "scale",
    "quote",
    "url",
    "language",
    "verdict",
    "id",
    "work_id",
];

/// The field that a word before the `=` of `--map` means, under the name that
/// `MAP_FIELDS` has for it.
pub fn map_field(word: &str) -> Option<&'static str> {
    let word = match word {
        "critic" => "byline",
        "work-id" => "work_id",
        word => word,
    };
    MAP_FIELDS.into_iter().find(|field| *field == word)
}

impl Profile {
    /// The profile with what a person mapped in place of its own fields.
    ///
    /// # Errors
    /// Where `map` names a field that there is not.
    pub fn with_map(&self, map: &[(String, String)]) -> Result<Self, ReadError> {
        let mut profile = self.clone();
        for (field, column) in map {
            apply_map(&mut profile, field, column)?;
        }
        Ok(profile)
    }
}

fn apply_map(profile: &mut Profile, field: &str, column: &str) -> Result<(), ReadError> {
    let fields = &mut profile.fields;
    // `--map quote=` takes the field from nowhere.
    let spec = (!column.is_empty()).then(|| FieldSpec::One(column.to_owned()));
    let id = spec.clone().map(|from| IdSpec { site: "mapped".to_owned(), from });
    let place = match field {
        "title" => &mut fields.title,
        "kind" => &mut fields.kind,
        "year" => &mut fields.year,
        "audience" => &mut fields.audience,
        "byline" | "critic" => &mut fields.byline,
        "publication" => &mut fields.publication,
        "date" => &mut fields.date,
        "score" => &mut fields.score,
        "scale" => &mut fields.scale_best,
        "quote" => &mut fields.quote,
        "url" => &mut fields.url,
        "language" => &mut fields.language,
        "verdict" => &mut fields.verdict,
        "id" => {
            fields.id = id;
            return Ok(());
        }
        "work_id" | "work-id" => {
            profile.work_ids = id.into_iter().collect();
            return Ok(());
        }
        _ => {
            return Err(ReadError::Malformed {
                message: format!("--map has no field '{field}'"),
                line: None,
                help: Some(format!("the fields are: {}", MAP_FIELDS.join(", "))),
            });
        }
    };
    *place = spec;
    Ok(())
}
