//! Several scores in one row: people's, aspects', or aggregates.
//!
//! Must never: choose one of them.

use super::fields::Chosen;
use super::names::{self, Role};
use super::table_kind::{Decided, TableKind, first_few};
use super::{Column, Flag, Unsure};
use crate::format::ReadOptions;
use crate::missing;

/// Score columns with unknown names: a book club's members, or aspects.
pub(super) fn unknown_score_columns(columns: &[Column]) -> Vec<&Column> {
    let unknown = |column: &&Column| {
        let values = &column.values;
        column.meaning.is_none()
            && column.remark.is_none()
            && column.mapped.is_none()
            && column.name.chars().any(char::is_alphanumeric)
            && values.filled > 0
            && values.are_marks()
            && !values.are_years()
            && !values.are_dates()
            && !values.counter
            && values.max <= 100.0
    };
    columns.iter().filter(unknown).collect()
}

/// Removes the sum of the other scores: a column larger than any of them.
pub(super) fn without_totals(mut wide: Vec<&Column>) -> Vec<&Column> {
    let is_sum = |column: &&Column| missing::is_total(&column.name);
    let others = wide.iter().filter(|column| !is_sum(column));
    let most = others.map(|column| column.values.max).fold(0.0, f64::max);
    wide.retain(|column| !is_sum(column) || column.values.max <= most);
    wide
}

/// Scores of several people or aspects in one row: each import can read one column. `named`:
/// another column names the reviewer.
pub(super) fn several_scores(wide: &[&str], named: bool) -> Unsure {
    let names: Vec<String> = wide.iter().map(|name| (*name).to_owned()).collect();
    let reason = format!(
        "several columns of marks ({}): each may be one person's, to be imported by itself with \
         --by, or one aspect's; --map score=COLUMN reads one, --map score= none",
        first_few(&names)
    );
    const WHOLE: [&str; 10] = [
        "total", "overall", "sum", "gesamt", "summe", "totale", "ensemble", "razem", "итого",
        "total score",
    ];
    let whole = wide.iter().find(|name| WHOLE.contains(&name.trim().to_lowercase().as_str()));
    // An aggregate is not a person's score.
    let first = wide.iter().find(|name| !missing::is_total(name)).or(wide.first());
    let flags = match (whole, first) {
        (Some(whole), _) => vec![Flag::map("score", whole)],
        // "Rating 1" next to "Reviewer 1" is not a name.
        (None, Some(first)) if names::is_numbered_mark(first) => vec![Flag::map("score", first)],
        (None, Some(first)) if !named && first.trim().parse::<f64>().is_err() => {
            vec![Flag::map("score", first), Flag::By((*first).to_owned())]
        }
        // An aspect's score is not the review's.
        (None, Some(_)) => vec![Flag::map("score", "")],
        (None, None) => Vec::new(),
    };
    Unsure { reason, flags }
}

/// Several score columns with unknown names next to a text or date: none of them is silently taken
/// for the review's.
pub(super) fn unknown_scores_beside_text(
    columns: &[Column],
    decided: &Decided,
    chosen: &Chosen,
    options: &ReadOptions,
) -> Option<Unsure> {
    let is_mark = |it: &Column| it.is(Role::Score) || it.is(Role::OwnScore);
    let judged = options.map.iter().any(|(field, _)| field == "score")
        || chosen.fields.verdict.is_some()
        || columns.iter().any(is_mark);
    if judged || !matches!(decided.kind, TableKind::Critics | TableKind::Own | TableKind::Users) {
        return None;
    }
    let small = |column: &&Column| {
        let values = &column.values;
        values.max > 1.0 && values.max <= 10.0 || values.are_whole_marks()
    };
    let wide: Vec<&Column> =
        without_totals(unknown_score_columns(columns)).into_iter().filter(small).collect();
    let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
    let named = columns.iter().any(|column| people.iter().any(|role| column.is(*role)));
    let names: Vec<&str> = wide.iter().map(|column| column.name.as_str()).collect();
    (wide.len() > 1).then(|| several_scores(&names, named))
}

/// The column "Reviewer 1" that belongs to "Rating 1".
pub(super) fn reviewer_of_score(columns: &[Column], mark: Option<&str>) -> Option<Flag> {
    let number = mark.filter(|mark| names::is_numbered_mark(mark)).map(names::number_behind)?;
    let is_person = |column: &&Column| {
        names::number_behind(&column.name) == number && names::is_numbered_person(&column.name)
    };
    columns.iter().find(is_person).map(|column| Flag::map("byline", &column.name))
}
