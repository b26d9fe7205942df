//! `score_distance`: how far each score is from those of all peers of its work, by three methods.

use super::groups::{Grouped, keyed, of_slot, slots};
use super::source::Source;
use super::{View, audience, count, rows};
use crate::memory_table::{Cell, Column, Record, Request};
use crate::sqlite_rules::{mean, median, percentile, squares};
use revdb_store::ArchiveError;

pub const VIEW: View = View {
    ascending: 1,
    reviews_a_row: 1,
    pushdown: &["method", "distance"],
    ..View::new("score_distance", Distance::columns, |source, request| rows(make(source, request)))
};

/// Index of the distance, usually constrained to outliers.
const DISTANCE: usize = 8;

#[derive(Clone, Copy)]
struct Distance {
    method: Method,
    id: u32,
    work: u32,
    is_user: bool,
    n: u32,
    median: f64,
    score: f64,
    /// NaN encodes NULL.
    measure: f64,
    distance: f64,
    rule: &'static str,
}

impl Record for Distance {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("method", |row| row.method.word().into()),
        Column::integer("id", |row| Cell::id(row.id)),
        Column::integer("work_id", |row| Cell::id(row.work)),
        Column::text("audience", |row| audience(row.is_user)),
        Column::integer("n", |row| row.n.into()),
        Column::real("median", |row| row.median.into()),
        Column::real("score", |row| row.score.into()),
        Column::real("measure", |row| row.measure.into()),
        Column::real("distance", |row| row.distance.into()),
        Column::text("rule", |row| row.rule.into()),
    ];
}

/// Sorted by name.
#[derive(Clone, Copy)]
enum Method {
    Iqr,
    Mad,
    Z,
}

impl Method {
    fn word(self) -> &'static str {
        match self {
            Method::Iqr => "iqr",
            Method::Mad => "mad",
            Method::Z => "z",
        }
    }
}

fn make(source: &Source<'_>, request: &Request) -> Result<Vec<Distance>, ArchiveError> {
    let works = source.works()?;
    let reviews = keyed(source.set()?.peers(), works, source.scores()?);
    let reviews = reviews.filter_map(|review| Some((review.slot, (review.id, review.score()?))));
    let mut reviews = Grouped::of(slots(works), reviews);
    let least = request.at_least(DISTANCE).unwrap_or(f64::NEG_INFINITY);
    let (mut rows, mut scores) = (Vec::new(), Vec::new());
    for method in [Method::Iqr, Method::Mad, Method::Z] {
        if request.text(0).is_some_and(|asked| asked != method.word()) {
            continue;
        }
        reviews.each(|slot, reviews| {
            scores.clear();
            scores.extend(reviews.iter().map(|(_, score): &(u32, f64)| *score));
            let Some(scale) = Scale::of(method, &mut scores) else { return };
            let (work, is_user) = of_slot(slot);
            let n = count(reviews.len());
            rows.extend(reviews.iter().filter_map(|&(id, score)| {
                let (measure, distance) = scale.measure(score);
                let (median, rule) = (scale.median, scale.rule);
                (distance >= least).then_some(Distance {
                    method,
                    id,
                    work,
                    is_user,
                    n,
                    median,
                    score,
                    measure,
                    distance,
                    rule,
                })
            }));
        });
    }
    Ok(rows)
}

/// The scale of a work's scores by one method.
struct Scale {
    median: f64,
    rule: &'static str,
    by: By,
}

enum By {
    /// Differences from the first value, scaled by the function and the second.
    Differences(f64, fn(f64, f64) -> f64, f64),
    /// Distances outside of these quartiles.
    Quartiles(f64, f64),
}

impl Scale {
    /// `None` if all scores are equal. Reorders the scores.
    fn of(method: Method, scores: &mut [f64]) -> Option<Self> {
        if scores.iter().all(|score| Some(score) == scores.first()) {
            return None;
        }
        let of_all = mean(scores.iter().copied());
        let sd = (squares(scores, of_all) / (scores.len() as f64 - 1.0)).sqrt();
        let centre = median(&mut scores.to_vec());
        let (rule, by) = match method {
            Method::Z => ("z", By::Differences(of_all, |difference, sd| difference / sd, sd)),
            Method::Iqr => {
                scores.sort_unstable_by(f64::total_cmp);
                let [q1, q3] = [0.25, 0.75].map(|p| percentile(scores, p));
                (if q3 > q1 { "iqr" } else { "iqr = 0" }, By::Quartiles(q1, q3))
            }
            Method::Mad => {
                scores.iter_mut().for_each(|score| *score = (*score - centre).abs());
                let mean_apart = mean(scores.iter().copied());
                match median(scores) {
                    mad if mad > 0.0 => (
                        "mad",
                        By::Differences(centre, |difference, mad| 0.6745 * difference / mad, mad),
                    ),
                    _ => (
                        "mean-ad",
                        By::Differences(
                            centre,
                            |difference, mean| difference / (1.253_314 * mean),
                            mean_apart,
                        ),
                    ),
                }
            }
        };
        Some(Scale { median: centre, rule, by })
    }

    /// The signed measure of a score and its absolute distance.
    fn measure(&self, score: f64) -> (f64, f64) {
        let measure = match self.by {
            By::Differences(centre, measure, by) => measure(score - centre, by),
            // Every other score is infinitely far, and has no measure.
            By::Quartiles(q1, q3) if q3 <= q1 => {
                return (f64::NAN, if score != q1 { f64::INFINITY } else { 0.0 });
            }
            By::Quartiles(q1, q3) if score < q1 => (score - q1) / (q3 - q1),
            By::Quartiles(q1, q3) if score > q3 => (score - q3) / (q3 - q1),
            By::Quartiles(..) => 0.0,
        };
        (measure, measure.abs())
    }
}
