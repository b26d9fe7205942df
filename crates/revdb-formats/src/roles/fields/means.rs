//! Scores of a work instead of a review: equal in all of the work's rows.
//!
//! Must never: use them as a review's without asking.

use rustc_hash::FxHashMap;

use super::Chooser;
use crate::roles::names::Role;
use crate::roles::{Flag, shell_word};

/// How scores vary within works that have several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// No work has several rows.
    Open,
    Differ,
    /// They are equal in this many rows after a work's first.
    Same(usize),
}

impl Chooser<'_> {
    /// Of several score columns the one that varies within works, if the others are scores of the
    /// work: decimals that are not stars.
    pub(super) fn marks_of_reviews(&self, several: &[usize]) -> Option<usize> {
        let differ = |at: &&usize| self.marks_within(**at) == Within::Differ;
        let mut differing = several.iter().filter(differ);
        let found = *differing.next()?;
        let others = several.iter().filter(|at| **at != found);
        let are_works = |at: &usize| {
            matches!(self.marks_within(*at), Within::Same(_)) && self.columns[*at].values.fine > 0
        };
        others.copied().all(|at| are_works(&at)).then_some(found)
    }

    /// Sorts those that vary within works first.
    pub(super) fn by_rows(&self, several: &mut [usize]) {
        several.sort_by_key(|&at| self.marks_within(at) != Within::Differ);
    }

    /// Asks about scores that are equal in all rows of each work, as its average is.
    pub(super) fn score_of_works(&mut self) {
        let chosen = self.chosen.used.iter().find(|used| used.field == "score");
        let Some(at) = chosen.map(|used| used.column) else { return };
        let Within::Same(rows) = self.marks_within(at) else { return };
        let counted = self.has(&[Role::Count]);
        let least = if counted { 1 } else { 2 };
        let spoken = self.has(&[Role::Quote, Role::Reviewer, Role::User, Role::UserId]);
        if rows < least || !spoken || self.own() || !self.columns[at].values.are_fine() {
            return;
        }
        let name = &self.columns[at].name;
        let reason = format!(
            "{name} is the same in all rows of a work, as its average is: --map score={} says that \
             it is each review's, --map score= that none has a mark",
            shell_word(name)
        );
        self.ask(reason, Some(Flag::map("score", "")));
    }

    fn marks_within(&self, marks: usize) -> Within {
        let titles = self.with(Role::Title).chain(self.with(Role::LoneId));
        let Some(work) = titles.chain(self.with(Role::WorkId)).find(|&at| at != marks) else {
            return Within::Open;
        };
        let speakers = [Role::Quote, Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        let speakers: Vec<usize> = speakers.iter().flat_map(|role| self.with(*role)).collect();
        let mut seen: FxHashMap<&str, (&str, &Vec<String>)> = FxHashMap::default();
        let mut same = 0;
        for row in &self.table.rows {
            let (Some(work), Some(mark)) = (row.get(work), row.get(marks)) else { continue };
            let (work, mark) = (work.trim(), mark.trim());
            if work.is_empty() || mark.is_empty() {
                continue;
            }
            match seen.insert(work, (mark, row)) {
                Some((before, _)) if before != mark => return Within::Differ,
                // The same review twice has the same mark.
                Some((_, other)) => {
                    same += usize::from(speakers.iter().any(|&at| row.get(at) != other.get(at)));
                }
                None => {}
            }
        }
        if same == 0 { Within::Open } else { Within::Same(same) }
    }
}
