//! Why nothing passes a filter: which of its parts, each left out by itself, would leave something.

use rusqlite::{Connection, named_params};

use super::audiences::Counts;
use super::filter::{AudienceChoice, Filter, FilterError};
use crate::archive::sql::sql;

/// A part of a filter without which some reviews pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The flags to leave out: "--kind game".
    pub flags: String,
    /// How many reviews pass without them.
    pub reviews: u64,
    /// More that is known of it, as half a sentence.
    pub more: Option<String>,
}

/// A part of a filter that was asked for, as it is typed, and the filter without it.
fn parts(filter: &Filter) -> Vec<(String, Filter)> {
    let typed = |flag: &str, names: &[String]| {
        names.iter().map(|name| format!("--{flag} {name}")).collect::<Vec<_>>().join(" ")
    };
    let mut parts = Vec::new();
    let mut add = |is_asked: bool, flags: String, change: fn(&mut Filter)| {
        if is_asked {
            let mut without = filter.clone();
            change(&mut without);
            parts.push((flags, without));
        }
    };
    add(!filter.critics.is_empty(), typed("critic", &filter.critics), |f| f.critics.clear());
    add(!filter.works.is_empty(), typed("work", &filter.works), |f| f.works.clear());
    let publications = typed("publication", &filter.publications);
    add(!filter.publications.is_empty(), publications, |f| f.publications.clear());
    add(!filter.not_critics.is_empty(), typed("not-critic", &filter.not_critics), |f| {
        f.not_critics.clear()
    });
    add(!filter.not_works.is_empty(), typed("not-work", &filter.not_works), |f| {
        f.not_works.clear()
    });
    add(
        !filter.not_publications.is_empty(),
        typed("not-publication", &filter.not_publications),
        |f| f.not_publications.clear(),
    );
    add(!filter.from.is_empty(), typed("from", &filter.from), |f| f.from.clear());
    if let Some(AudienceChoice::Only(audience)) = filter.audience {
        add(true, format!("--audience {}", audience.as_str()), |f| f.audience = None);
    }
    if let Some(kind) = filter.kind {
        add(true, format!("--kind {}", kind.as_str()), |f| f.kind = None);
    }
    let dates = [("--since", filter.since), ("--until", filter.until)];
    let dates = dates.iter().filter_map(|(flag, date)| Some(format!("{flag} {}", (*date)?)));
    let dates = dates.collect::<Vec<_>>().join(" ");
    add(!dates.is_empty(), dates, |f| (f.since, f.until) = (None, None));
    let scores = [("--min-score", filter.min_score), ("--max-score", filter.max_score)];
    let scores = scores.iter().filter_map(|(flag, score)| Some(format!("{flag} {}", (*score)?)));
    let scores = scores.collect::<Vec<_>>().join(" ");
    add(!scores.is_empty(), scores, |f| (f.min_score, f.max_score) = (None, None));
    if let Some(words) = &filter.words {
        add(true, format!("the words {}", words.typed), |f| f.words = None);
    }
    if let Some(import) = filter.import {
        add(true, format!("--import {import}"), |f| f.import = None);
    }
    parts
}

/// The parts of a filter that leave nothing, those first without which most passes. Empty where no
/// single part is to blame.
///
/// # Errors
/// As [`Filter::passing`].
pub fn causes(filter: &Filter, conn: &Connection) -> Result<Vec<Cause>, FilterError> {
    let mut causes = Vec::new();
    for (flags, without) in parts(filter) {
        let ids = without.passing(conn)?.ids;
        let reviews = Counts::of(conn, Some(&ids))?.all();
        if reviews == 0 {
            continue;
        }
        let more = match (filter.kind, without.kind) {
            (Some(_), None) => of_unknown_kind(&without, conn)?,
            _ => None,
        };
        causes.push(Cause { flags, reviews, more });
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.reviews));
    Ok(causes)
}

fn of_unknown_kind(filter: &Filter, conn: &Connection) -> Result<Option<String>, FilterError> {
    let count = unknown_kinds(filter, conn)?;
    Ok((count > 0).then(|| format!("{count} of them of works whose kind no dump tells")))
}

/// How many reviews that pass are of works whose kind is unknown.
pub(super) fn unknown_kinds(filter: &Filter, conn: &Connection) -> Result<u64, FilterError> {
    let mut ids = filter.passing(conn)?.ids;
    let mut works = super::ids::Ids::default();
    let mut statement = conn.prepare(sql("filter/works_without_kind"))?;
    let mut rows = statement.query(named_params! {})?;
    while let Some(row) = rows.next()? {
        works.insert(row.get(0)?);
    }
    let column = crate::archive::columns::Column::Work;
    let of_them =
        super::filter::with_number(conn, column, 1..=u32::MAX, |work| works.contains(work))?;
    ids.keep(&of_them);
    Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
}
