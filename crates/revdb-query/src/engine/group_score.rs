//! `group_score`: count and score statistics of each work, critic, publication, kind, year and
//! decade.
//!
//! SQL takes 0.5 µs per review for a dozen aggregates. Here the scores of a group are contiguous,
//! and all statistics are computed from them.

use std::borrow::Cow;

use super::groups::{Grouped, Keyed, keyed, of_slot, slots};
use super::source::{Band, KINDS, Source};
use super::{View, audience, count, rows};
use crate::memory_table::{Cell, Column, Record, Request};
use crate::sqlite_rules::{Sum, percentile, squares};
use revdb_model::verdict::Polarity;
use revdb_store::ArchiveError;
use revdb_store::columns::State;

pub const VIEW: View = View {
    ascending: 4,
    key: 2,
    reviews_a_row: 25,
    pushdown: &["grouping"],
    costly: &["q1", "median", "q3", "positive", "negative"],
    ..View::new("group_score", Group::columns, |source, request| rows(make(source, request)))
};

/// Bits of the columns that need sorted scores, and of those that need the works' kinds.
const RANKED: u64 = 0b111 << 9;
const BANDS: u64 = 0b11 << 13;

/// A group of the reviews of one audience.
struct Group {
    grouping: &'static str,
    /// The work, critic or publication, the year, or the first year of the decade.
    id: u32,
    /// The name of a kind.
    name: Option<&'static str>,
    is_user: bool,
    counts: Counts,
    n: u32,
    points: f64,
    /// Sum of squared differences from the mean.
    ss: f64,
    /// Minimum, quartiles 1 to 3, maximum.
    ranks: [f64; 5],
    tens: [u32; 10],
}

/// Counts that do not need a group's scores together.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    reviews: u32,
    positive: u32,
    negative: u32,
    /// Verdicts of reviews without a score: positive, negative, other.
    verdicts: [u32; 3],
}

impl Record for Group {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("grouping", |row| row.grouping.into()),
        Column::integer("id", |row| Cell::id(row.id)),
        Column::text("name", |row| row.name.into()),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("reviews", |row| row.counts.reviews.into()),
        Column::integer("n", |row| row.n.into()),
        Column::real("points", |row| row.points.into()),
        Column::real("ss", |row| row.ss.into()),
        Column::real("min", |row| row.ranks[0].into()),
        Column::real("q1", |row| row.ranks[1].into()),
        Column::real("median", |row| row.ranks[2].into()),
        Column::real("q3", |row| row.ranks[3].into()),
        Column::real("max", |row| row.ranks[4].into()),
        Column::integer("positive", |row| row.counts.positive.into()),
        Column::integer("negative", |row| row.counts.negative.into()),
        Column::integer("verdicts_positive", |row| row.counts.verdicts[0].into()),
        Column::integer("verdicts_negative", |row| row.counts.verdicts[1].into()),
        Column::integer("verdicts_other", |row| row.counts.verdicts[2].into()),
        Column::integer("t0", |row| row.tens[0].into()),
        Column::integer("t10", |row| row.tens[1].into()),
        Column::integer("t20", |row| row.tens[2].into()),
        Column::integer("t30", |row| row.tens[3].into()),
        Column::integer("t40", |row| row.tens[4].into()),
        Column::integer("t50", |row| row.tens[5].into()),
        Column::integer("t60", |row| row.tens[6].into()),
        Column::integer("t70", |row| row.tens[7].into()),
        Column::integer("t80", |row| row.tens[8].into()),
        Column::integer("t90", |row| row.tens[9].into()),
    ];
}

/// Sorted by name.
const GROUPINGS: [&str; 7] =
    ["critic", "decade", "kind", "publication", "review_year", "work", "year"];

fn make(source: &Source<'_>, request: &Request) -> Result<Vec<Group>, ArchiveError> {
    let mut groups = Vec::new();
    for grouping in GROUPINGS {
        if request.text(0).is_none_or(|asked| asked == grouping) {
            groups_of(source, request, grouping, &mut groups)?;
        }
    }
    Ok(groups)
}

/// Each review's key; 0 encodes none.
fn keys<'c>(source: &Source<'c>, grouping: &str) -> Result<Cow<'c, [u32]>, ArchiveError> {
    let of_works = |key: &dyn Fn(u32) -> u32| -> Result<Cow<'c, [u32]>, ArchiveError> {
        Ok(source.works()?.iter().map(|work| key(*work)).collect())
    };
    match grouping {
        "critic" => source.critics().map(Cow::from),
        "publication" => source.publications().map(Cow::from),
        "kind" => {
            let facts = source.work_facts()?;
            of_works(&|work| facts.kind(work))
        }
        "year" => {
            let facts = source.work_facts()?;
            of_works(&|work| facts.year(work))
        }
        "decade" => {
            let facts = source.work_facts()?;
            of_works(&|work| facts.year(work) / 10 * 10)
        }
        "review_year" => Ok(source.dates()?.iter().map(|date| date >> 9).collect()),
        _ => source.works().map(Cow::from),
    }
}

fn groups_of(
    source: &Source<'_>,
    request: &Request,
    grouping: &'static str,
    groups: &mut Vec<Group>,
) -> Result<(), ArchiveError> {
    let (keys, scores, passing) = (keys(source, grouping)?, source.scores()?, source.passing()?);
    let reviews = || keyed(passing, &keys, scores);
    let mut counts = vec![Counts::default(); slots(&keys)];
    let banded = match request.reads(BANDS) {
        true => Some((source.works()?, source.work_facts()?)),
        false => None,
    };
    for review in reviews() {
        let Some(counts) = counts.get_mut(review.slot) else { continue };
        counts.add(&review);
        if let (Some((works, facts)), Some(score)) = (banded, review.score()) {
            match facts.band(works[review.id as usize], score) {
                Band::Positive => counts.positive += 1,
                Band::Negative => counts.negative += 1,
                Band::Mixed => {}
            }
        }
    }
    let scored = reviews().filter_map(|review| Some((review.slot, review.score()?)));
    let mut scored = Grouped::of(slots(&keys), scored);
    scored.each_slot(|slot, scores| {
        let Some(counts) = counts.get(slot).filter(|counts| counts.reviews > 0) else { return };
        let (id, is_user) = of_slot(slot);
        let name = KINDS.get((id as usize).wrapping_sub(1)).copied().filter(|_| grouping == "kind");
        let id = if name.is_some() { 0 } else { id };
        let named = Group { grouping, id, name, is_user, counts: *counts, ..Group::default() };
        groups.push(named.with(scores, request.reads(RANKED)));
    });
    Ok(())
}

impl Counts {
    fn add(&mut self, review: &Keyed) {
        self.reviews += 1;
        if let Some(verdict) = verdict(review.state) {
            self.verdicts[verdict] += 1;
        }
    }
}

/// The index in `verdicts` of an unscored review's verdict.
fn verdict(state: State) -> Option<usize> {
    let says = state.verdict().filter(|_| !state.has_score())?;
    Some(match says {
        Some(Polarity::Positive) => 0,
        Some(Polarity::Negative) => 1,
        None => 2,
    })
}

impl Group {
    /// The group with the statistics of these scores, which are sorted if `ranked`.
    fn with(self, scores: &mut [f64], ranked: bool) -> Self {
        let (mut points, mut tens) = (Sum::default(), [0; 10]);
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for &x in scores.iter() {
            points.add(x);
            (min, max) = (min.min(x), max.max(x));
            // Scores are 0 to 100 (CHECK); 100 belongs to the last bin.
            if let Some(ten) = tens.get_mut(((x / 10.0) as usize).min(9)) {
                *ten += 1;
            }
        }
        if scores.is_empty() {
            return self;
        }
        let points = points.total();
        let ss = squares(scores, points / scores.len() as f64);
        let [q1, median, q3] = match ranked {
            true => {
                scores.sort_unstable_by(f64::total_cmp);
                [0.25, 0.5, 0.75].map(|p| percentile(scores, p))
            }
            false => [f64::NAN; 3],
        };
        Group {
            n: count(scores.len()),
            points,
            ss,
            ranks: [min, q1, median, q3, max],
            tens,
            ..self
        }
    }
}

impl Default for Group {
    fn default() -> Self {
        Group {
            grouping: "",
            id: 0,
            name: None,
            is_user: false,
            counts: Counts::default(),
            n: 0,
            points: f64::NAN,
            ss: f64::NAN,
            ranks: [f64::NAN; 5],
            tens: [0; 10],
        }
    }
}
