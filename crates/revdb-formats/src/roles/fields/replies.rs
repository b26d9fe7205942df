//! Rows that reply to another row and are not reviews.
//!
//! Must never: leave out a row unless the table itself marks it as a reply.

use super::Chooser;
use crate::profile::{LeftAlone, Reason};
use crate::roles::Column;
use crate::roles::names;

/// Values that mean "reply" in a column of row types.
const ANSWERS: [&str; 14] = [
    "reply", "response", "answer", "owner reply", "owner response", "seller reply",
    "developer response", "antwort", "réponse", "respuesta", "resposta", "risposta", "ответ",
    "回复",
];

impl Chooser<'_> {
    pub(super) fn replies(&mut self) {
        const REASON: Reason = Reason("an answer to another record");
        if let Some(kinds) = self.columns.iter().find(|column| is_of_rows(column)) {
            let answers = ANSWERS.iter().map(|word| (*word).to_owned()).collect();
            let when = [(kinds.name.clone(), answers)].into();
            let rule = LeftAlone { when, unless: Default::default(), reason: REASON };
            self.chosen.left_alone.push(rule);
        }
        if let Some(at) = (0..self.columns.len()).find(|&at| self.names_other_rows(at)) {
            let none = ["", "0", "-1"].map(str::to_owned).to_vec();
            let unless = [(self.columns[at].name.clone(), none)].into();
            let rule = LeftAlone { when: Default::default(), unless, reason: REASON };
            self.chosen.left_alone.push(rule);
        }
    }

    /// "parent_id": empty in some rows, and in others the id of another row of the table.
    fn names_other_rows(&self, at: usize) -> bool {
        const PARENTS: [&str; 8] = [
            "parent", "parentid", "parentcommentid", "parentreviewid", "commentparent",
            "inreplyto", "replyto", "replytoid",
        ];
        let column = &self.columns[at];
        let name = names::plain(&column.name);
        if column.mapped.is_some() || !PARENTS.contains(&name.as_str()) {
            return false;
        }
        let cells = |at: usize| {
            let rows = self.table.rows.iter();
            rows.map(move |row| row.get(at).map_or("", |cell| cell.trim()))
        };
        let is_none = |cell: &&str| matches!(*cell, "" | "0" | "-1");
        let is_id = |other: usize| {
            let values = &self.columns[other].values;
            let id = names::plain(&self.columns[other].name).ends_with("id");
            let within = |parent: &str| cells(other).any(|id| id == parent);
            other != at
                && id
                && values.distinct == values.filled
                && cells(at).filter(|cell| !is_none(cell)).any(within)
        };
        cells(at).any(|cell| is_none(&cell)) && (0..self.columns.len()).any(is_id)
    }
}

/// "type", if some of its values mean "reply".
fn is_of_rows(column: &Column) -> bool {
    const KINDS: [&str; 8] = [
        "type", "kind", "recordtype", "posttype", "entrytype", "commenttype", "messagetype", "typ",
    ];
    let first = column.values.first.as_deref().unwrap_or("");
    column.mapped.is_none()
        && KINDS.contains(&names::plain(&column.name).as_str())
        && !ANSWERS.contains(&first.to_lowercase().as_str())
}
