//! Why a table as a whole is not read, and which flags would read it.
//!
//! Must never: decide the kind of a table (`table_kind`).

use super::fields::Chosen;
use super::names::Role;
use super::table_kind::{Decided, TableKind, first_few};
use super::wide::{
    reviewer_of_score, several_scores, unknown_score_columns, unknown_scores_beside_text,
    without_totals,
};
use super::{Column, Flag, Unsure};
use crate::format::ReadOptions;
use crate::missing;

/// Why the table as a whole is not read.
pub(super) fn refusal(
    columns: &[Column],
    decided: &Decided,
    chosen: &Chosen,
    options: &ReadOptions,
) -> Option<Unsure> {
    several_score_columns(columns, decided)
        .or_else(|| unknown_scores_beside_text(columns, decided, chosen, options))
        .or_else(|| match decided.kind {
            TableKind::Aggregates => Some(aggregates(columns, decided)),
            TableKind::Other => Some(other_things(columns, decided)),
            TableKind::Works if options.map.is_empty() && chosen.work_ids.is_empty() => {
                Some(Unsure {
                    reason: "a table of works without ids".to_owned(),
                    flags: Vec::new(),
                })
            }
            _ => None,
        })
}

fn name_of(columns: &[Column], role: Role) -> Option<&str> {
    columns.iter().find(|column| column.is(role)).map(|column| column.name.as_str())
}

fn is_judged(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.is(Role::Score) || column.is(Role::OwnScore))
}

/// One row per work, with a score column for each of several people.
fn several_score_columns(columns: &[Column], decided: &Decided) -> Option<Unsure> {
    // A column of averages next to them is derived from them.
    let may_be = match decided.kind {
        TableKind::Other => name_of(columns, Role::Foreign).is_none(),
        TableKind::Aggregates => decided.because.iter().all(|name| missing::is_total(name)),
        _ => false,
    };
    if !may_be || is_judged(columns) {
        return None;
    }
    let marks = without_totals(unknown_score_columns(columns));
    let titled = columns.iter().any(|column| column.is(Role::Title));
    // Without a title, three or more columns of small scores are still people's.
    let small = |column: &&Column| column.values.max <= 10.0;
    let several = match titled || decided.kind != TableKind::Other {
        true => marks.len() > 1,
        false => marks.len() > 2 && marks.iter().all(small),
    };
    if !several {
        return None;
    }
    let names: Vec<&str> = marks.iter().map(|column| column.name.as_str()).collect();
    let named = columns.iter().any(|column| column.is(Role::User) || column.is(Role::UserId));
    let mut unsure = several_scores(&names, named);
    unsure.flags.extend(reviewer_of_score(columns, names.first().copied()));
    Some(unsure)
}

/// Averages next to their counts are aggregates.
fn aggregates(columns: &[Column], decided: &Decided) -> Unsure {
    let because = first_few(&decided.because);
    if decided.sure {
        let reason = format!("a table of figures for each work ({because}), of nobody's reviews");
        return Unsure { reason, flags: Vec::new() };
    }
    let reason =
        format!("the marks in {because} look like averages: no column says whose they are");
    let flags = name_of(columns, Role::Score).map(|name| Flag::map("score", name));
    Unsure { reason, flags: flags.into_iter().collect() }
}

fn other_things(columns: &[Column], decided: &Decided) -> Unsure {
    let because = first_few(&decided.because);
    let reason = match decided.because.is_empty() {
        _ if name_of(columns, Role::Foreign).is_some() => {
            format!("a table of other things than reviews ({because})")
        }
        true if is_judged(columns) => "nothing says that its rows are reviews, and not tickets, \
             players or the like; --audience critic or user says so"
            .to_owned(),
        true => "no column is known to hold a score or words".to_owned(),
        false => format!("one person's list ({because}) without marks or words"),
    };
    Unsure { reason, flags: Vec::new() }
}
