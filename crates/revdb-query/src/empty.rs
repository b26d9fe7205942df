//! Explains an empty result: which single part of the filter, if left out, would let reviews pass.

use rusqlite::Connection;

use super::audiences::Counts;
use super::filter::{AudienceChoice, Filter, FilterError, Part, Selection};
use super::left_out::of_unknown_kind;

/// A part of a filter without which some reviews pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The flags to leave out, such as "--kind game".
    pub flags: String,
    /// How many reviews pass without them.
    pub reviews: u64,
    /// Further explanation, as the end of a sentence.
    pub more: Option<String>,
    /// The part is the words of a search.
    pub is_words: bool,
}

/// The flags of a part, as typed; `None` if it is off.
fn flags(filter: &Filter, part: Part) -> Option<String> {
    let all = |flag: &str, values: Vec<String>| {
        let typed: Vec<String> = values.iter().map(|value| format!("--{flag} {value}")).collect();
        (!typed.is_empty()).then(|| typed.join(" "))
    };
    let both = |first: Option<String>, second: Option<String>| {
        let typed: Vec<String> = first.into_iter().chain(second).collect();
        (!typed.is_empty()).then(|| typed.join(" "))
    };
    let one = |flag: &str, value: Option<String>| all(flag, value.into_iter().collect());
    match part {
        Part::Names(what, is_excluded) => {
            let not = if is_excluded { "not-" } else { "" };
            let names = filter.asked(what, is_excluded).map(str::to_owned).collect();
            all(&format!("{not}{}", what.as_str()), names)
        }
        Part::From => all("from", filter.from.clone()),
        Part::Audience => match filter.audience {
            Some(AudienceChoice::Only(who)) => one("audience", Some(who.as_str().to_owned())),
            _ => None,
        },
        Part::Kind => one("kind", filter.kind.map(|kind| kind.as_str().to_owned())),
        Part::Period => both(
            one("since", filter.since.map(|date| date.to_string())),
            one("until", filter.until.map(|date| date.to_string())),
        ),
        Part::Scores => both(
            one("min-score", filter.min_score.map(|score| score.to_string())),
            one("max-score", filter.max_score.map(|score| score.to_string())),
        ),
        Part::Words => filter.words.as_ref().map(|words| format!("the words {}", words.typed)),
        Part::Import => one("import", filter.import.map(|import| import.to_string())),
    }
}

/// The parts that exclude everything, those that let most reviews pass first. Empty if no single
/// part is the cause.
///
/// # Errors
/// As [`Filter::select`].
pub fn causes(
    filter: &Filter,
    selection: &Selection,
    conn: &Connection,
) -> Result<Vec<Cause>, FilterError> {
    let mut causes = Vec::new();
    for part in Part::all() {
        let Some(flags) = flags(filter, part) else { continue };
        let ids = selection.without(conn, &[part])?;
        let reviews = Counts::of(conn, Some(&ids))?.all();
        if reviews == 0 {
            continue;
        }
        let unknown = match part {
            Part::Kind => of_unknown_kind(selection, conn, None)?,
            _ => 0,
        };
        let more =
            (unknown > 0).then(|| format!("{unknown} of them of works whose kind no dump tells"));
        let is_words = matches!(part, Part::Words);
        causes.push(Cause { flags, reviews, more, is_words });
    }
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.reviews));
    Ok(causes)
}
