//! Which column has the title of the work.
//!
//! Must never: take a file's name for a table's title, or the headline that a
//! user gave a review.

use rustc_hash::FxHashMap;

use super::parts::Neighbour;
use super::{Best, Chooser};
use crate::format::Note;
use crate::json;
use crate::roles::names::{self, Role};
use crate::roles::whose::Whose;
use crate::roles::{Column, Flag, shell_word, suggest};

impl Chooser<'_> {
    pub(super) fn title(&mut self) {
        if self.is_said_to_be_none("title") {
            return self.no_title();
        }
        if self.is_explicit("title") {
            return;
        }
        let titled = self.has(&[Role::Title]);
        let best = self.best(|column| match column.rank() {
            rank if column.is(Role::Title) => rank,
            rank if column.is(Role::Part) && !titled => rank,
            _ => 0,
        });
        let at = match best {
            Best::One(at) => at,
            Best::Several(several) => return self.ask_which_work(&several),
            Best::None => return self.no_title(),
        };
        let plain = names::plain(&self.columns[at].name);
        if self.columns[at].rank() == 2
            && (self.may_be_headline(at) || self.looks_like_headlines(at))
        {
            return self.headline(at);
        }
        if self.columns[at].rank() == 1 && self.may_be_a_person(&plain) {
            return self.person_or_work(at);
        }
        let inner = match self.neighbour(at) {
            Neighbour::Nothing => None,
            Neighbour::Within(inner) => Some(inner),
            Neighbour::Open(other) => return self.ask_which("title", &[at, other]),
        };
        self.chosen.fields.title = Some(self.whole_title(at, inner));
        match self.may_be_an_authors_headline(at) {
            true => self.assumed("title", at, "and no headline of the author's review"),
            false if self.says_nothing_of_a_work(at) || self.is_one_accounts(at) => {
                self.assumed("title", at, "and no headline of the review");
            }
            false => self.sure("title", at),
        }
        if self.options.title.is_some() {
            let name = &self.columns[at].name;
            self.chosen.notes.push(Note {
                message: format!("--title is not used: {name} names what is reviewed"),
                help: Some("--map title= leaves that column out".to_owned()),
            });
        }
        self.ask_about_parts();
    }

    /// The first column of a role that has values, and a name for a template.
    pub(super) fn filled(&self, role: Role) -> Option<usize> {
        self.with(role).find(|&at| {
            let column = &self.columns[at];
            !column.values.none() && !column.name.contains(['{', '}'])
        })
    }

    /// A title beside a user's words may be the title that the user gave them.
    fn may_be_headline(&self, at: usize) -> bool {
        let users = self.whose.whose == Whose::Users
            && (self.has(&[Role::User, Role::UserId, Role::Users, Role::ReviewId])
                || self.has(&[Role::Reviewer]) && self.has(&[Role::LoneId]));
        let words = self.chosen.fields.quote.is_some() || self.is_explicit("quote");
        users
            && words
            && !self.is_one_accounts(at)
            && !self.of_the_work(at)
            && self.filled(Role::Headline).is_none()
    }

    /// A list in a document of which one account is the owner: nobody else speaks in it.
    fn is_one_accounts(&self, at: usize) -> bool {
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

    /// Titles beside people's names, beside days as programs write them, and titles that end as
    /// sentences do, where nothing is said of a work.
    fn looks_like_headlines(&self, at: usize) -> bool {
        let named = |at: usize| names::plain(&self.columns[at].name) == "name";
        let timed = |at: usize| self.columns[at].values.are_timed() && !self.is_a_form(at);
        self.says_nothing_of_a_work(at)
            && !self.columns[at].values.repeat()
            && (self.with(Role::Title).any(named)
                || self.with(Role::Date).any(timed)
                || self.columns[at].values.are_exclaimed())
    }

    /// Google's forms have the second of an answer.
    fn is_a_form(&self, at: usize) -> bool {
        at == 0 && names::plain(&self.columns[at].name) == "timestamp"
    }

    /// A "title" beside words that may be users', and nothing that only works have.
    fn says_nothing_of_a_work(&self, at: usize) -> bool {
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        let worded = self.chosen.fields.quote.is_some() || self.is_explicit("quote");
        self.columns[at].rank() == 2
            && self.whose.whose == Whose::Users
            && !self.whose.sure
            && worded
            && !self.has(&people)
            && self.kinds().is_empty()
            && self.filled(Role::Headline).is_none()
            && !self.with(Role::WorkDetail).any(|at| !says_of_people(&self.columns[at].name))
            && !self.is_said_of(at)
    }

    /// An author beside words may have written the work, or the review and its headline: titles
    /// that never come again do not tell.
    fn may_be_an_authors_headline(&self, at: usize) -> bool {
        let values = &self.columns[at].values;
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        self.columns[at].rank() == 2
            && !self.own()
            && self.chosen.fields.quote.is_some()
            && self.has(&[Role::Author])
            && !self.has(&people)
            && values.distinct == values.filled
            && !self.of_the_work(at)
    }

    /// Not more than two different titles in three: few headlines are alike.
    fn come_again(&self, at: usize) -> bool {
        let values = &self.columns[at].values;
        values.filled > 3 && values.distinct * 3 <= values.filled * 2
    }

    /// A title of a work, as other columns say, or as titles that come again do.
    fn of_the_work(&self, at: usize) -> bool {
        self.is_said_of(at)
            || self.columns[at].values.repeat() && self.titles_of_ids(at) != Some(Titles::Several)
    }

    /// Other columns say of the work what only its table has.
    fn is_said_of(&self, at: usize) -> bool {
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

    /// Whether works that come again by their id have one title each: reviews' headlines differ.
    pub(super) fn titles_of_ids(&self, title: usize) -> Option<Titles> {
        let id = self.with(Role::WorkId).chain(self.with(Role::LoneId)).next()?;
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

    /// A shop's customers give their reviews titles, beside the product's id.
    fn is_of_a_shop(&self, at: usize) -> bool {
        self.columns[at].meaning.as_ref().is_some_and(|meaning| meaning.site == Some("amazon"))
    }

    fn headline(&mut self, at: usize) {
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
                let known = ": --map title= where it is a headline and ids name the works";
                self.ask_title(at, &format!("{what}{known}"), Flag::map("title", ""));
            }
            false if self.come_again(at) => {
                let flag = Flag::map("title", &self.columns[at].name);
                self.ask_title(at, what, flag);
            }
            // As a title it would make a work of each headline.
            false => self.ask_title(at, what, Flag::Title),
        }
    }

    fn ask_title(&mut self, at: usize, what: &str, flag: Flag) {
        let name = &self.columns[at].name;
        self.ask(
            format!("the column {name} {what}: say which, or what is reviewed by --title"),
            Some(flag),
        );
    }

    /// What `--title` says is reviewed is not what "Name" names, nor is what ids tell apart.
    fn person_or_work(&mut self, at: usize) {
        if self.options.title.is_some() || self.titles_of_ids(at) == Some(Titles::Several) {
            return self.no_title();
        }
        let name = &self.columns[at].name;
        let flag = match self.has(&[Role::Headline]) || self.columns[at].values.are_people() {
            true => Flag::Title,
            false => Flag::map("title", name),
        };
        let reason = format!(
            "the column {name} may name what is reviewed, or who reviews it: --map title={} says \
             the one, --title what they all review",
            shell_word(name)
        );
        self.ask(reason, Some(flag));
        if self.chosen.fields.quote.is_none()
            && let Some(words) = self.unknown_words()
        {
            let name = &self.columns[words].name;
            self.ask(format!("{name} may be the words"), Some(Flag::map("quote", name)));
        }
    }

    /// Sentences under a name that nobody knows.
    fn unknown_words(&self) -> Option<usize> {
        self.columns.iter().position(|column| {
            let values = &column.values;
            column.meaning.is_none()
                && column.mapped.is_none()
                && values.are_words()
                && values.are_sentences()
                && values.words >= values.filled * 4
        })
    }

    /// Of "name" and "company" the one is who speaks.
    fn ask_which_work(&mut self, several: &[usize]) {
        let person = |at: &usize| {
            names::plain(&self.columns[*at].name) == "name" && self.columns[*at].values.are_people()
        };
        let others: Vec<usize> = several.iter().copied().filter(|at| !person(at)).collect();
        if others.len() == several.len() {
            return self.ask_which("title", several);
        }
        if self.options.title.is_some() {
            return self.no_title();
        }
        let names: Vec<&str> = several.iter().map(|&at| self.columns[at].name.as_str()).collect();
        // Beside what people do a company is theirs.
        let posts = self.columns.iter().any(|column| column.values.are_posts());
        let flag = match others.as_slice() {
            [other] if !posts => Flag::map("title", &self.columns[*other].name),
            _ => Flag::Title,
        };
        self.ask(format!("{} could each be the title", names.join(" and ")), Some(flag));
    }

    /// `name` beside words, with nobody else named and nothing said of a work.
    fn may_be_a_person(&self, plain: &str) -> bool {
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        let of_a_work = [
            Role::WorkAuthor,
            Role::Artist,
            Role::Year,
            Role::Kind,
            Role::OtherTitle,
            Role::SiteScore,
            Role::Author,
        ];
        let signed = self.with(Role::Title).any(|at| {
            names::plain(&self.columns[at].name) == "name" && self.columns[at].values.are_signed()
        });
        plain == "name"
            && (self.chosen.fields.quote.is_some() || self.unknown_words().is_some())
            && !self.has(&people)
            && !self.has(&of_a_work)
            // Tags beside "Ana R." are the review's.
            && (signed || !self.has(&[Role::Own]))
            && !self.with(Role::WorkDetail).any(|at| !says_of_people(&self.columns[at].name))
            && (!self.has(&[Role::WorkId, Role::LoneId]) || self.differs_within_works())
    }

    /// What stands as a title differs within what ids call one work.
    fn differs_within_works(&self) -> bool {
        let named = |at: &usize| names::plain(&self.columns[*at].name) == "name";
        let found = self.with(Role::Title).find(named);
        found.is_some_and(|at| self.titles_of_ids(at) == Some(Titles::Several))
    }

    /// Rows that name what the rows below them are of.
    fn has_headings(&self) -> bool {
        let headings = self.table.rows.iter().filter(|row| is_heading(row)).count();
        headings > 1 && self.table.rows.first().is_some_and(|row| is_heading(row))
    }

    fn no_title(&mut self) {
        let ids: Vec<&str> = self
            .columns
            .iter()
            .filter(|column| column.is(Role::LoneId) || column.is(Role::WorkId))
            .map(|column| column.name.as_str())
            .collect();
        if self.options.title.is_some() || self.is_explicit("work_id") {
            return;
        }
        if !ids.is_empty() {
            self.chosen.notes.push(Note {
                message: format!(
                    "no column has a title: works are known by {} alone",
                    ids.join(", ")
                ),
                help: Some(
                    "a table with these ids and their titles, imported too, names them".to_owned(),
                ),
            });
            return;
        }
        if matches!(self.whose.whose, Whose::Aggregates | Whose::Other) {
            return;
        }
        let guess = suggest::title(self.columns);
        let id = self.columns.iter().find(|column| suggest::looks_like_work_id(column));
        let what = "no column is known to hold the title of the work";
        let flag = match (guess, id) {
            (Some(at), _) => Flag::map_at("title", self.columns, at),
            (None, Some(id)) => Flag::map("work_id", &id.name),
            (None, None) if self.table.comes_again || self.has_headings() => {
                let parts = "it has several parts, each of which may be of another work: import \
                             each by itself, with --title";
                return self.ask(format!("{what}; {parts}"), None);
            }
            (None, None) => Flag::Title,
        };
        self.ask(what.to_owned(), Some(flag));
    }
}

/// The first cell alone has something.
fn is_heading(row: &[String]) -> bool {
    let mut cells = row.iter().map(|cell| !cell.trim().is_empty());
    row.len() > 2 && cells.next() == Some(true) && !cells.any(|filled| filled)
}

/// A person has a country and an age as well as a work has.
fn says_of_people(name: &str) -> bool {
    matches!(
        names::plain(name).as_str(),
        "country" | "land" | "pays" | "país" | "pais" | "region" | "province" | "status"
    )
}

/// How many titles works have that come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Titles {
    One,
    Several,
}
