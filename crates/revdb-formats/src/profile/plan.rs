//! A profile bound to one dump: each field with its cell.
//!
//! Binding happens once per dump, so that reading a row needs no search for names.

use super::bind::{Binder, find_column, no_such_column};
use super::bound::{Bound, BoundId, BoundRule, Source};
use super::map::mapped_columns;
use super::{Profile, Role};
use crate::format::Result;
use crate::missing;
use crate::record::{Item, RawReview, RawWork};
use revdb_model::score::compare::same_value;
use revdb_model::{Audience, DateOrder, Kind, PartialDate, Property, Scale, date, verdict};

/// One record's cells. A missing cell is empty.
pub trait Row {
    fn cell(&self, slot: usize) -> &str;

    /// The cell joins different values of a list.
    fn is_several(&self, _slot: usize) -> bool {
        false
    }
}

/// See the module documentation.
#[derive(Debug)]
pub struct Plan {
    role: Role,
    audience: Option<Audience>,
    kind: Option<Kind>,
    scale: Option<Scale>,
    unknown_dates: Vec<String>,
    unknown_scores: Vec<String>,
    scores: Vec<(Bound, Option<Scale>)>,
    left_alone: Vec<BoundRule>,
    fields: BoundFields,
    work_ids: Vec<BoundId>,
    id: Option<BoundId>,
}

#[derive(Debug, Default)]
pub(super) struct BoundFields {
    pub(super) title: Option<Bound>,
    pub(super) year: Option<Bound>,
    pub(super) kind: Option<Bound>,
    pub(super) audience: Option<Bound>,
    pub(super) byline: Option<Bound>,
    pub(super) publication: Option<Bound>,
    pub(super) date: Option<Bound>,
    pub(super) score: Option<Bound>,
    pub(super) score_text: Option<Bound>,
    pub(super) scale_best: Option<Bound>,
    pub(super) quote: Option<Bound>,
    pub(super) url: Option<Bound>,
    pub(super) language: Option<Bound>,
    pub(super) verdict: Option<Bound>,
    pub(super) status: Option<Bound>,
    pub(super) properties: Vec<(Property, Bound)>,
    pub(super) tags: Vec<Bound>,
}

impl Plan {
    /// Binds a profile to a header. `map` is the user's `field=column` mapping, which overrides
    /// the profile's.
    ///
    /// # Errors
    /// If `map` names an unknown field or column, or if a column that is read is duplicated in the
    /// header.
    pub fn for_columns(
        profile: &Profile,
        names: &[String],
        map: &[(String, String)],
    ) -> Result<Self> {
        Self::bind(profile, map, &mut |wanted| find_column(names, wanted), names)
    }

    /// Binds a profile to JSON records: the plan, and the key path of each slot.
    ///
    /// # Errors
    /// If `map` names an unknown field.
    pub fn for_json(
        profile: &Profile,
        map: &[(String, String)],
    ) -> Result<(Self, Vec<Vec<String>>)> {
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
        find: &mut dyn FnMut(&str) -> Result<Option<usize>>,
        known: &[String],
    ) -> Result<Self> {
        let profile = profile.with_map(map)?;
        for column in map.iter().flat_map(|(_, column)| mapped_columns(column)) {
            if find(column)?.is_none() {
                return Err(no_such_column(column, known));
            }
        }
        let mut binder = Binder { find, unknown: profile.unknown_values.clone().into() };
        let mut scores = Vec::new();
        for score in &profile.scores {
            scores.extend(binder.bound(&score.from)?.map(|bound| (bound, score.scale)));
        }
        Ok(Self {
            scores,
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

    /// Whether a column of this dump has titles or ids of works.
    pub fn names_works(&self) -> bool {
        self.fields.title.is_some() || !self.work_ids.is_empty()
    }

    /// The slot of the date, if the date is a single unchanged cell.
    pub fn date_slot(&self) -> Option<usize> {
        match self.fields.date.as_ref()?.sources.as_slice() {
            [Source::Cell(slot), ..] => Some(*slot),
            _ => None,
        }
    }

    /// Converts a record to an item.
    pub fn item(&self, row: &dyn Row, date_order: Option<DateOrder>) -> Item {
        if let Some(rule) = self.left_alone.iter().find(|rule| rule.holds(row)) {
            return Item::LeftAlone(rule.reason);
        }
        match self.role {
            Role::Works => self.work_item(row),
            // A review of two works must not create a third work with both titles.
            Role::Reviews if self.fields.title.as_ref().is_some_and(|it| it.is_several(row)) => {
                Item::Rejected("it names several works".to_owned())
            }
            Role::Reviews => judged(self.review(row, date_order)),
        }
    }

    fn work_item(&self, row: &dyn Row) -> Item {
        let work = self.work(row);
        match work.title.is_some() && (!work.ids.is_empty() || self.work_ids.is_empty()) {
            true => Item::Work(work),
            false => Item::Rejected("a work without title or id".to_owned()),
        }
    }

    fn review(&self, row: &dyn Row, date_order: Option<DateOrder>) -> RawReview {
        let fields = &self.fields;
        let known = |value: &String, unknown: &[String]| {
            !unknown.iter().any(|none| same_value(none, value.trim()))
        };
        let (score, scale) = self.score(row);
        let (audience, unknown_audience) = known_word(&fields.audience, row, Audience::parse);
        let dated = |date: &String| !self.unknown_dates.iter().any(|none| is_date(date, none));
        RawReview {
            audience: audience.or(self.audience),
            unknown_audience,
            work: self.work(row),
            byline: get(&fields.byline, row).filter(|name| !missing::is_nobody(name)),
            publication: get(&fields.publication, row).filter(|name| !missing::is_nobody(name)),
            date: get(&fields.date, row).filter(dated),
            date_order,
            score: score.filter(|score| known(score, &self.unknown_scores)),
            score_text: get(&fields.score_text, row),
            scale: scale.or_else(|| self.scale_of(row)),
            quote: get(&fields.quote, row),
            url: get(&fields.url, row),
            id: self.id.as_ref().and_then(|id| id.of(row)),
            language: get(&fields.language, row),
            verdict: get(&fields.verdict, row),
            planned: get(&fields.status, row).is_some_and(|status| missing::is_planned(&status)),
            truncated: false,
            tags: fields.tags.iter().flat_map(|bound| bound.values(row)).collect(),
        }
    }

    /// The score, and its scale if a column gives one.
    fn score(&self, row: &dyn Row) -> (Option<String>, Option<Scale>) {
        let of_own = |(bound, scale): &(Bound, Option<Scale>)| Some((bound.value(row)?, *scale));
        match self.scores.iter().find_map(of_own) {
            Some((score, scale)) => (Some(score), scale),
            None => (get(&self.fields.score, row), None),
        }
    }

    fn work(&self, row: &dyn Row) -> RawWork {
        let (kind, unknown_kind) = known_word(&self.fields.kind, row, |word| word.parse().ok());
        RawWork {
            title: get(&self.fields.title, row),
            kind: kind.or(self.kind),
            unknown_kind,
            year: get(&self.fields.year, row),
            ids: self.work_ids.iter().filter_map(|id| id.of(row)).collect(),
            properties: self.properties(row),
        }
    }

    fn properties(&self, row: &dyn Row) -> Vec<(Property, String)> {
        let of = |(property, bound): &(Property, Bound)| {
            let property = *property;
            bound.values(row).into_iter().map(move |value| (property, value))
        };
        self.fields.properties.iter().flat_map(of).collect()
    }

    fn scale_of(&self, row: &dyn Row) -> Option<Scale> {
        let own = get(&self.fields.scale_best, row).and_then(|text| text.trim().parse().ok());
        own.filter(|best: &f64| best.is_finite() && *best > 0.0).map(Scale::out_of).or(self.scale)
    }
}

/// Rejects or skips a record whose cells say that it has no judgement, or is an aggregate.
fn judged(mut review: RawReview) -> Item {
    let bare = review.quote.is_none() && review.verdict.is_none();
    if review.score.as_deref().is_some_and(missing::is_unrated) {
        if bare {
            return Item::LeftAlone("not marked, as its cell says");
        }
        review.score_text = review.score.take();
    }
    if bare && review.score.as_deref().is_some_and(verdict::is_one) {
        review.verdict = review.score.take();
    }
    let counted = review.score.is_none() && review.quote.as_deref().is_some_and(is_count_note);
    if (bare || counted) && is_totals_row(&review) {
        return Item::LeftAlone(SUM);
    }
    let of_many = |name: &Option<String>| name.as_deref().is_none_or(missing::is_aggregate_name);
    let named = review.byline.is_some() || review.publication.is_some();
    if bare && named && of_many(&review.byline) && of_many(&review.publication) {
        return Item::LeftAlone("many people's marks together");
    }
    Item::Review(Box::new(review))
}

/// What a totals row is.
pub const SUM: &str = "a row that sums up others";

/// Whether the row has "Total" and a number, and nothing else that a work or a review would have.
fn is_totals_row(review: &RawReview) -> bool {
    is_title_and_number(review) && review.work.title.as_deref().is_some_and(missing::is_total)
}

/// A title and at most a number.
pub fn is_title_and_number(review: &RawReview) -> bool {
    review.byline.is_none() && is_names_and_number(review)
}

/// A title, at most a number, and perhaps a byline.
pub fn is_names_and_number(review: &RawReview) -> bool {
    let work = &review.work;
    let nothing_else = [&review.publication, &review.date, &review.url, &work.year];
    nothing_else.iter().all(|field| field.is_none())
        && review.id.is_none()
        && work.ids.is_empty()
        && work.properties.is_empty()
}

/// "2 reviews" in place of a quote, below all rows.
fn is_count_note(quote: &str) -> bool {
    let mut words = quote.split_whitespace();
    words.next().is_some_and(|first| first.bytes().all(|b| b.is_ascii_digit())) && words.count() < 3
}

/// Whether `printed` is the date `none` in any notation: "January 1, 2000" is `2000-01-01`. It is
/// parsed only if it contains the year.
fn is_date(printed: &str, none: &str) -> bool {
    let printed = printed.trim();
    let Some(date) = PartialDate::from_iso(none) else { return printed == none };
    let has_year = none.get(..4).is_some_and(|year| printed.contains(year));
    has_year && date::parse(printed, None) == Ok(date)
}

fn get(bound: &Option<Bound>, row: &dyn Row) -> Option<String> {
    bound.as_ref()?.value(row)
}

/// The value, or the unknown word.
fn known_word<T>(
    bound: &Option<Bound>,
    row: &dyn Row,
    read: impl Fn(&str) -> Option<T>,
) -> (Option<T>, Option<String>) {
    match bound.as_ref().map(|bound| bound.known(row, read)) {
        Some(Ok(value)) => (value, None),
        Some(Err(word)) => (None, Some(word)),
        None => (None, None),
    }
}
