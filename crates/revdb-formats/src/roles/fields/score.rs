//! Chooses the column of the score, and its scale.
//!
//! Must never: take an aggregate score for a review's.

use super::{Best, Chooser};
use crate::format::Note;
use crate::json;
use crate::roles::Column;
use crate::roles::names::{self, Role};
use crate::roles::table_kind::TableKind;
use revdb_model::Scale;

impl Chooser<'_> {
    pub(super) fn score(&mut self) {
        let critics = self.decided.kind == TableKind::Critics;
        let by_critics = |column: &Column| {
            critics && matches!(names::plain(&column.name).as_str(), "criticscore" | "criticrating")
        };
        let users = self.user_scores();
        // "userscore" next to an account and its text.
        let one_users = self.decided.kind == TableKind::Users
            && self.has(&[Role::User, Role::UserId, Role::Reviewer])
            && self.has(&[Role::Quote]);
        let by_a_user = |column: &Column| {
            one_users && matches!(names::plain(&column.name).as_str(), "userscore" | "userrating")
        };
        let beside_a_mean = !users.is_empty();
        let words = objects_of_words(self.columns);
        let in_json = self.table.header_line.is_none();
        let beside =
            |column: &Column| u8::from(in_json && words.contains(&json::object_of(&column.name)));
        let weigh = |column: &Column| match column.rank() {
            _ if column.is(Role::OwnScore) => 18,
            _ if users.contains(&column.name) => 10,
            rank if column.is(Role::Score) => 2 * (rank + 1) + beside(column),
            _ if column.is(Role::SiteScore) && (by_critics(column) || by_a_user(column)) => 2,
            _ => 0,
        };
        let differing = match self.best(weigh) {
            Best::Several(several) if !self.is_explicit("score") => self.marks_of_reviews(&several),
            _ => None,
        };
        let Some(at) = differing.or_else(|| self.one("score", weigh)) else {
            self.explicit_scale();
            return;
        };
        self.chosen.fields.score = self.spec(at);
        let column = &self.columns[at];
        // 0.85 under "Score (%)" is not a percentage out of a hundred.
        let parts = column.values.max <= 1.0 && column.values.integers < column.values.numbers;
        let best =
            column.meaning.as_ref().and_then(|it| it.best).filter(|best| !parts || *best == 1.0);
        self.chosen.scale = best.map(Scale::out_of);
        match column.rank() {
            _ if differing.is_some() => {
                self.assumed("score", at, "other marks are the same in all rows of a work");
            }
            1 => self.assumed("score", at, "its name may mean another mark"),
            _ if by_a_user(column) => self.assumed("score", at, "its name may mean many users'"),
            _ if beside_a_mean => self.assumed("score", at, "a rating beside a count is a mean"),
            _ => self.sure("score", at),
        }
        self.say_scale(at);
        self.unrated(at);
    }

    /// "User Rating" next to a user's text; "Rating" and a number of reviews are an aggregate.
    fn user_scores(&self) -> Vec<String> {
        let marks: Vec<usize> =
            self.with(Role::Score).filter(|&at| self.columns[at].rank() == 2).collect();
        let is_users = |at: &usize| names::is_users(&self.columns[*at].name);
        if !self.has(&[Role::Count]) || !self.has(&[Role::Quote]) || marks.iter().all(is_users) {
            return Vec::new();
        }
        marks.into_iter().filter(is_users).map(|at| self.columns[at].name.clone()).collect()
    }

    /// A mapped column's name may also give the maximum.
    fn explicit_scale(&mut self) {
        let mapped = self.columns.iter().position(|column| column.mapped == Some("score"));
        if let Some(at) = mapped {
            let column = &self.columns[at];
            let best = column.meaning.as_ref().and_then(|meaning| meaning.best);
            let best = best.or_else(|| names::stated_scale(&column.name));
            self.chosen.scale = best.map(Scale::out_of);
            self.say_scale(at);
            self.unrated(at);
        }
    }

    fn say_scale(&mut self, at: usize) {
        if let (Some(scale), None) = (self.chosen.scale, self.options.scale) {
            let name = &self.columns[at].name;
            self.chosen.notes.push(Note {
                message: format!("scores read out of {}, as the column {name} says", scale.best),
                help: Some("--scale N says otherwise".to_owned()),
            });
        }
    }

    /// In a personal table, a zero among other scores means "not rated". Elsewhere it is
    /// ambiguous, and a note says so.
    fn unrated(&mut self, at: usize) {
        let values = &self.columns[at].values;
        let name = &self.columns[at].name;
        if values.zeros > 0 && values.zeros == values.marks {
            return;
        }
        if self.own() {
            // Also if the first zero comes after the sample.
            let zeros = ["0", "0.0", "0,0", "0.00", "0%"];
            self.chosen.unknown_scores = zeros.map(str::to_owned).to_vec();
        }
        if values.zeros == 0 {
            return;
        }
        let (message, help) = match self.own() {
            true => (
                format!("{name} 0 read as not marked (assumed)"),
                "a profile without unknown-scores takes it for a mark (formats --save-profile)",
            ),
            false => (
                format!("{name} 0 read as a mark (assumed)"),
                "a profile with unknown-scores = [\"0\"] leaves it out (formats --save-profile)",
            ),
        };
        self.chosen.notes.push(Note { message, help: Some(help.to_owned()) });
    }
}

/// In JSON, a score in the same object as the text belongs to it.
fn objects_of_words(columns: &[Column]) -> Vec<&str> {
    let words = columns.iter().filter(|column| column.is(Role::Quote) && column.rank() >= 2);
    words.map(|column| json::object_of(&column.name)).collect()
}
