//! Decides whether a title is the work's, or a review's headline.
//!
//! Must never: decide without evidence.

use rustc_hash::FxHashMap;

use super::Chooser;
use crate::json;
use crate::roles::context::is_called_name;
use crate::roles::names::{self, Role};
use crate::roles::table_kind::TableKind;
use crate::roles::{Column, Flag};

impl Chooser<'_> {
    /// Titles that never repeat may be headlines.
    pub(super) fn may_be_headline(&self, at: usize) -> bool {
        self.could_be_headline(at) && !self.is_work_title(at)
    }

    /// A title next to a user's text may be that text's headline.
    pub(super) fn could_be_headline(&self, at: usize) -> bool {
        let signed = self.has(&[Role::Reviewer]);
        let users = self.decided.kind == TableKind::Users
            && (self.has(&[Role::User, Role::UserId, Role::Users, Role::ReviewId])
                || signed
                    && (self.has(&[Role::LoneId])
                        || self.has_a_body()
                        || self.place_of_several(at).is_some()));
        let words = self.chosen.fields.quote.is_some() || self.is_explicit("quote");
        users
            && words
            && !self.is_one_accounts(at)
            && !self.has_columns_about_it(at)
            && self.filled(Role::Headline).is_none()
    }

    /// A text column called "body" or the like belongs to a headline.
    fn has_a_body(&self) -> bool {
        self.with(Role::Quote).any(|at| names::plain(&self.columns[at].name) == "body")
    }

    /// A column of places or companies, one of which has several of the titles.
    fn place_of_several(&self, title: usize) -> Option<usize> {
        let is_open = |at: &usize| {
            let column = &self.columns[*at];
            *at != title && column.rank() == 1 && !is_called_name(column) && !column.values.none()
        };
        let mut places = self.with(Role::Title).filter(is_open);
        places.find(|&place| self.titles_of(place, title) == Some(Titles::Several))
    }

    /// A list in a document owned by one account: all reviews are the owner's.
    pub(super) fn is_one_accounts(&self, at: usize) -> bool {
        let Some(each) = self.table.each.as_deref().filter(|_| self.table.list.is_empty()) else {
            return false;
        };
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        let inside = |at: usize| json::within(&self.columns[at].name, each);
        self.columns[at].rank() == 2
            && self.has(&people)
            && !people.iter().any(|role| self.with(*role).any(inside))
            && !self.columns[at].values.are_exclaimed()
    }

    /// Titles next to people's names, next to timestamps, and titles that end as sentences do,
    /// with no columns about a work.
    pub(super) fn looks_like_headlines(&self, at: usize) -> bool {
        let named = |at: usize| names::plain(&self.columns[at].name) == "name";
        let timed = |at: usize| self.columns[at].values.are_timed() && !self.is_a_form(at);
        self.says_nothing_of_a_work(at)
            && !self.columns[at].values.repeat()
            && (self.with(Role::Title).any(named)
                || self.with(Role::Date).any(timed)
                || self.columns[at].values.are_exclaimed())
    }

    /// The timestamps of Google Forms.
    fn is_a_form(&self, at: usize) -> bool {
        at == 0 && names::plain(&self.columns[at].name) == "timestamp"
    }

    /// A "title" next to text that may be users', and no column that only works have.
    pub(super) fn says_nothing_of_a_work(&self, at: usize) -> bool {
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        let worded = self.chosen.fields.quote.is_some() || self.is_explicit("quote");
        self.columns[at].rank() == 2
            && self.decided.kind == TableKind::Users
            && !self.decided.sure
            && worded
            && !self.has(&people)
            && self.kinds().is_empty()
            && self.filled(Role::Headline).is_none()
            && !self.with(Role::WorkDetail).any(|at| !describes_people(&self.columns[at].name))
            && !self.has_columns_about_it(at)
    }

    /// An author may have written the work, or the review and its headline: titles that never
    /// repeat do not tell.
    pub(super) fn may_be_an_authors_headline(&self, at: usize) -> bool {
        let values = &self.columns[at].values;
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        self.columns[at].rank() == 2
            && !self.own()
            && self.chosen.fields.quote.is_some()
            && self.has(&[Role::Author])
            && !self.has(&people)
            && values.distinct == values.filled
            && !self.is_work_title(at)
    }

    /// At most two different titles in three: headlines rarely repeat.
    fn repeats(&self, at: usize) -> bool {
        let values = &self.columns[at].values;
        values.filled > 3 && values.distinct * 3 <= values.filled * 2
    }

    /// A work's title, judged by other columns or by repetition.
    fn is_work_title(&self, at: usize) -> bool {
        self.has_columns_about_it(at)
            || self.columns[at].values.repeat() && self.titles_of_ids(at) != Some(Titles::Several)
    }

    /// Other columns describe the work.
    fn has_columns_about_it(&self, at: usize) -> bool {
        let dotted = |column: &Column| {
            names::plain(&column.name).starts_with("review") && column.name.contains('.')
        };
        let grouped = self.columns.iter().any(dotted) && !dotted(&self.columns[at]);
        match self.titles_of_ids(at) {
            Some(Titles::Several) => return false,
            Some(Titles::One) => return true,
            None => {}
        }
        grouped
            || self.has(&[
                Role::WorkAuthor,
                Role::Artist,
                Role::Season,
                Role::Year,
                Role::OtherTitle,
            ])
            || self
                .with(Role::WorkId)
                .any(|at| self.columns[at].rank() == 3 && !self.is_of_a_shop(at))
    }

    /// Whether works with repeated ids have one title each: headlines would differ.
    pub(super) fn titles_of_ids(&self, title: usize) -> Option<Titles> {
        let id = self.with(Role::WorkId).chain(self.with(Role::LoneId)).next()?;
        self.titles_of(id, title)
    }

    /// The same for any column that may tell works apart.
    fn titles_of(&self, id: usize, title: usize) -> Option<Titles> {
        let mut seen: FxHashMap<&str, &str> = FxHashMap::default();
        let mut again = None;
        for row in &self.table.rows {
            let (id, title) = (row.get(id)?.trim(), row.get(title)?.trim());
            if id.is_empty() || title.is_empty() {
                continue;
            }
            match seen.insert(id, title) {
                Some(before) if before != title => return Some(Titles::Several),
                Some(_) => again = Some(Titles::One),
                None => {}
            }
        }
        again
    }

    /// Customer reviews in a shop have headlines and product ids.
    fn is_of_a_shop(&self, at: usize) -> bool {
        self.columns[at].meaning.as_ref().is_some_and(|meaning| meaning.site == Some("amazon"))
    }

    pub(super) fn headline(&mut self, at: usize) {
        if self.options.title.is_some() {
            return self.note_headline(at);
        }
        if self.titles_of_ids(at) == Some(Titles::Several) {
            self.note_headline(at);
            return self.no_title();
        }
        let what = "may be the title of the work or the headline of the review";
        match self.has(&[Role::LoneId, Role::WorkId]) {
            true => {
                let known = " (--map title= where it is a headline and ids name the works)";
                self.ask_title(at, &format!("{what}{known}"), Flag::map("title", ""));
            }
            // As a title it would create one work per headline.
            false => {
                let flag = match self.place_of_several(at) {
                    Some(place) => Flag::map("title", &self.columns[place].name),
                    None if self.repeats(at) => Flag::map("title", &self.columns[at].name),
                    None => Flag::Title,
                };
                self.ask_title(at, what, flag);
            }
        }
    }
}

/// Country and age may describe a person or a work.
pub(super) fn describes_people(name: &str) -> bool {
    matches!(
        names::plain(name).as_str(),
        "country" | "land" | "pays" | "país" | "pais" | "region" | "province" | "status"
    )
}

/// How many titles a work with a repeated id has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Titles {
    One,
    Several,
}
