//! Files without a profile: the header's own names say what is what.
//!
//! Owns: the table of synonyms (`synonyms.toml`) and the profile made from a
//! header with it. Must never: take a column for the *review's* id unless the
//! person maps it; a row number taken for an id would make one review of two.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::sniff;
use crate::domain::Audience;
use crate::import::columns;
use crate::import::format::{Format, Probe, ReadError, ReadOptions, Sink, Sureness, Text};
use crate::import::profile::{Detect, FieldSpec, Fields, FullSpec, IdSpec, Profile, Role, Shape};

/// The name typed after `--format`.
pub const NAME: &str = "columns";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Synonyms {
    title: Vec<String>,
    kind: Vec<String>,
    year: Vec<String>,
    audience: Vec<String>,
    byline: Vec<String>,
    users: Vec<String>,
    critics: Vec<String>,
    publication: Vec<String>,
    date: Vec<String>,
    score: Vec<String>,
    scale: Vec<String>,
    quote: Vec<String>,
    url: Vec<String>,
    language: Vec<String>,
    ids: BTreeMap<String, String>,
    lone_ids: LoneIds,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LoneIds {
    names: Vec<String>,
}

static SYNONYMS: LazyLock<Result<Synonyms, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("synonyms.toml")).map_err(|error| error.to_string())
});

/// Column-shaped text that no profile knows.
pub struct Mapped;

impl Format for Mapped {
    fn name(&self) -> &str {
        NAME
    }

    fn describe(&self) -> &str {
        "any CSV, TSV or other delimited text, by the names in its header or by --map field=column"
    }

    fn recognise(&self, probe: &Probe<'_>) -> Sureness {
        let mut end = probe.head.len().min(sniff::SAMPLE);
        while !probe.head.is_char_boundary(end) {
            end -= 1;
        }
        // JSON lines and pages have commas too.
        if probe.head.trim_start().starts_with(['{', '[', '<']) {
            return Sureness::No;
        }
        let whole = probe.whole && end == probe.head.len();
        let Ok(header) = sniff::header(&probe.head.as_bytes()[..end], whole, true) else {
            return Sureness::No;
        };
        let Ok(fields) = fields_of(&header.names) else {
            return Sureness::No;
        };
        // A line of prose can have a comma and the word "review" in it; a header
        // has short names, and two of them say something.
        let named = [&fields.title, &fields.byline, &fields.publication, &fields.date, &fields.url];
        let judged = fields.quote.is_some() || fields.score.is_some();
        let both = fields.quote.is_some() && fields.score.is_some();
        let fits = header.names.iter().all(|name| name.len() <= 64)
            && judged
            && (both || named.iter().any(|field| field.is_some()));
        if fits { Sureness::Shape } else { Sureness::No }
    }

    fn read(
        &self,
        text: &mut dyn Text,
        options: &ReadOptions,
        sink: &mut dyn Sink,
    ) -> Result<(), ReadError> {
        let names = columns::Rows::open(text.reader()?)?.header.names;
        columns::read(&profile_for(&names, options)?, text, options, sink)
    }
}

/// The profile that a header makes of itself.
///
/// # Errors
/// Where neither a synonym nor `--map` names a quote, a score or a verdict.
pub fn profile_for(names: &[String], options: &ReadOptions) -> Result<Profile, ReadError> {
    let fields = fields_of(names)?;
    let judged = fields.quote.is_some() || fields.score.is_some();
    if !judged && !options.map.iter().any(|(field, _)| field == "quote" || field == "score") {
        return Err(ReadError::Malformed {
            message: "no column of the header has a quote or a score".to_owned(),
            line: Some(1),
            help: Some(format!(
                "say which it is, as in --map quote='{}'",
                names.first().map_or("COLUMN", |name| name)
            )),
        });
    }
    let work_ids = work_ids(names, fields.title.is_some())?;
    Ok(Profile {
        name: NAME.to_owned(),
        describe: String::new(),
        source: String::new(),
        shape: Shape::Columns,
        role: Role::Reviews,
        records: Vec::new(),
        quotes: true,
        detect: Detect::default(),
        audience: audience(names, &fields, options)?,
        kind: None,
        scale: None,
        date_order: None,
        unknown_dates: Vec::new(),
        unknown_scores: Vec::new(),
        fields,
        work_ids,
        left_alone: Vec::new(),
        claims: Vec::new(),
    })
}

/// Who speaks where no column says so: users where the header has a user and no
/// critic or publication; else it is left to the rule for all dumps.
fn audience(
    names: &[String],
    fields: &Fields,
    options: &ReadOptions,
) -> Result<Option<Audience>, ReadError> {
    let synonyms = synonyms()?;
    let has = |known: &[String]| names.iter().any(|name| known.contains(&plain(name)));
    let published = fields.publication.is_some()
        || options.map.iter().any(|(field, _)| matches!(field.as_str(), "publication" | "critic"));
    let users = has(&synonyms.users) && !has(&synonyms.critics) && !published;
    Ok(users.then_some(Audience::User))
}

fn synonyms() -> Result<&'static Synonyms, ReadError> {
    SYNONYMS.as_ref().map_err(|message| ReadError::Malformed {
        message: format!("the table of synonyms is broken: {message}"),
        line: None,
        help: None,
    })
}

fn fields_of(names: &[String]) -> Result<Fields, ReadError> {
    let synonyms = synonyms()?;
    let pick = |known: &[String]| {
        known
            .iter()
            .find_map(|synonym| names.iter().find(|name| plain(name) == *synonym))
            .cloned()
            .map(FieldSpec::One)
    };
    Ok(Fields {
        title: pick(&synonyms.title),
        kind: pick(&synonyms.kind),
        year: pick(&synonyms.year),
        audience: pick(&synonyms.audience),
        byline: pick(&synonyms.byline),
        publication: pick(&synonyms.publication),
        date: pick(&synonyms.date),
        score: pick(&synonyms.score),
        scale_best: pick(&synonyms.scale),
        quote: pick(&synonyms.quote),
        url: pick(&synonyms.url),
        language: pick(&synonyms.language),
        verdict: None,
        id: None,
    })
}

fn work_ids(names: &[String], titled: bool) -> Result<Vec<IdSpec>, ReadError> {
    let synonyms = synonyms()?;
    let mut ids = Vec::new();
    for name in names {
        if let Some(site) = synonyms.ids.get(&plain(name)) {
            let full = FullSpec::unwrapping_excel_text(name);
            ids.push(IdSpec { site: site.clone(), from: FieldSpec::Full(full) });
        } else if !titled && synonyms.lone_ids.names.contains(&plain(name)) {
            ids.push(IdSpec { site: plain(name), from: FieldSpec::One(name.clone()) });
        }
    }
    Ok(ids)
}

/// A column's name without case, spaces and signs.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
