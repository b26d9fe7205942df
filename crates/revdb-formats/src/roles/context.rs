//! The meaning of a column's name in the context of others: "name" next to an e-mail address is a
//! person's.
//!
//! Must never: choose a column for a field.

use super::Column;
use super::names::{self, Meaning, Role};

fn has(columns: &[Column], roles: &[Role]) -> bool {
    columns.iter().any(|column| roles.iter().any(|role| column.is(*role)))
}

/// A title that may also be a person's or any other name.
pub(super) fn is_called_name(column: &Column) -> bool {
    column.is(Role::Title) && names::plain(&column.name) == "name"
}

/// Whether a column has people's addresses.
pub(super) fn has_addresses(columns: &[Column]) -> bool {
    columns.iter().any(|column| {
        names::plain(&column.name).ends_with("mail")
            && column.values.first.as_ref().is_some_and(|first| first.contains('@'))
    })
}

/// Possible names of people are the reviewers' if the table has their addresses, a column that
/// names a film, or a title beside their ids.
pub(super) fn names_of_people(columns: &mut [Column]) {
    // An id alone does not name its reviewer.
    if has(columns, &[Role::Critic, Role::Reviewer, Role::User, Role::Author]) {
        return;
    }
    let by_ids = has(columns, &[Role::UserId]);
    let names_a_work = |column: &Column| {
        column.is(Role::Title)
            && column.rank() == 3
            && names::is_container(&column.name) == Ok(false)
    };
    let is_titled =
        |column: &Column| column.is(Role::Title) && column.rank() > 1 && !is_called_name(column);
    let titled = match by_ids {
        true => columns.iter().any(is_titled),
        false => has_addresses(columns) || columns.iter().any(names_a_work),
    };
    for column in columns.iter_mut().filter(|column| titled && is_called_name(column)) {
        let values = &column.values;
        if values.are_names_of_people() && values.distinct > 1 {
            column.meaning = Some(Meaning::found(Role::Reviewer, 1, "a name beside a work's"));
        }
    }
}

/// French uses "critique" for a review and for its author: next to a column of texts, the shorter
/// one is the author.
pub(super) fn critics_beside_words(columns: &mut [Column]) {
    let is_it =
        |column: &Column| column.is(Role::Quote) && names::plain(&column.name) == "critique";
    let short = |column: &Column| {
        column.values.ended == 0 && column.values.words <= column.values.filled * 3
    };
    let Some(at) = columns.iter().position(|column| is_it(column) && short(column)) else { return };
    let most = columns[at].values.words;
    let others =
        |column: &Column| !is_it(column) && column.is(Role::Quote) && column.values.words >= most;
    if columns.iter().any(others) {
        columns[at].meaning = Some(Meaning::found(Role::Critic, 3, "beside other words"));
    }
}

/// "critic_score" next to a column of critics is each critic's score, as "user_score" is next to
/// users.
pub(super) fn marks_of_people(columns: &mut [Column]) {
    if has(columns, &[Role::Score, Role::OwnScore, Role::Quote]) {
        return;
    }
    let several =
        |role: Role| columns.iter().any(|column| column.is(role) && column.values.distinct > 1);
    let (critics, users) = (several(Role::Critic), several(Role::User));
    for column in columns.iter_mut().filter(|column| column.is(Role::SiteScore)) {
        let rank = match names::plain(&column.name).as_str() {
            "criticscore" | "criticrating" if critics => 2,
            "userscore" | "userrating" if users && !critics => 1,
            _ => continue,
        };
        if let Some(meaning) = &mut column.meaning {
            (meaning.role, meaning.rank) = (Role::Score, rank);
        }
    }
}
