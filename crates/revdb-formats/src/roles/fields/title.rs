//! Chooses the column of the work's title.
//!
//! Must never: use the file name as a table's title, or a user's headline.

use super::headline::{Titles, describes_people};
use super::parts::SecondTitle;
use super::{Best, Chooser};
use crate::format::Note;
use crate::roles::context::{has_addresses, is_called_name};
use crate::roles::names::{self, Role};
use crate::roles::table_kind::TableKind;
use crate::roles::{Flag, shell_word, suggest};

impl Chooser<'_> {
    pub(super) fn title(&mut self) {
        if self.is_mapped_to_none("title") {
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
        let inner = match self.second_title(at) {
            SecondTitle::Nothing => None,
            SecondTitle::Within(inner) => Some(inner),
            SecondTitle::Open(other) => return self.ask_which("title", &[at, other]),
        };
        self.chosen.fields.title = Some(self.whole_title(at, inner));
        match self.may_be_an_authors_headline(at) {
            true => self.assumed("title", at, "and no headline of the author's review"),
            false
                if plain == "subject" && self.chosen.fields.quote.is_some()
                    || self.says_nothing_of_a_work(at)
                    || self.is_one_accounts(at)
                    || self.columns[at].rank() == 2 && self.could_be_headline(at) =>
            {
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
        self.ask_about_part();
    }

    /// The first column of a role that has values and whose name can be used in a template.
    pub(super) fn filled(&self, role: Role) -> Option<usize> {
        self.with(role).find(|&at| {
            let column = &self.columns[at];
            !column.values.none() && !column.name.contains(['{', '}'])
        })
    }

    pub(super) fn ask_title(&mut self, at: usize, what: &str, flag: Flag) {
        let name = &self.columns[at].name;
        let word = shell_word(name);
        let reason = format!(
            "the column {name} {what}: --map title={word} says that it is the title, --title what \
             they all review"
        );
        self.ask(reason, Some(flag));
    }

    /// If `--title` or ids name the work, "Name" names somebody else.
    fn person_or_work(&mut self, at: usize) {
        if self.options.title.is_some() || self.titles_of_ids(at) == Some(Titles::Several) {
            return self.no_title();
        }
        let name = &self.columns[at].name;
        if self.has(&[Role::WorkId, Role::LoneId]) {
            let reason = format!(
                "the column {name} may name what is reviewed, or who reviews it: --map title={0} \
                 says the one, --map byline={0} the other",
                shell_word(name)
            );
            return self.ask(reason, Some(Flag::map("byline", name)));
        }
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

    /// Sentences under an unknown name.
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

    /// Either "name" or "company" is the reviewer.
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
        // Next to job titles, a company is the reviewer's employer.
        let posts = self.columns.iter().any(|column| column.values.are_posts());
        let flag = match others.as_slice() {
            [other] if !posts => Flag::map("title", &self.columns[*other].name),
            _ => Flag::Title,
        };
        self.ask(format!("{} could each be the title", names.join(" and ")), Some(flag));
    }

    /// `name` next to a text, with nobody else named and no column about a work.
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
        let signed = self.columns.iter().any(|it| is_called_name(it) && it.values.are_signed());
        let spoken = self.chosen.fields.quote.is_some() || self.unknown_words().is_some();
        if plain != "name" || !spoken || self.has(&people) {
            return false;
        }
        let differs = self.differs_within_works();
        // If ids name the work, an e-mail address or "Ana R." names the person.
        let ids = self.has(&[Role::WorkId, Role::LoneId]);
        if differs || ids && signed || has_addresses(self.columns) {
            return true;
        }
        !self.has(&of_a_work)
            // Tags next to "Ana R." are the review's.
            && (signed || !self.has(&[Role::Own]))
            && !self.with(Role::WorkDetail).any(|at| !describes_people(&self.columns[at].name))
            && !ids
    }

    /// The title varies within works that have the same id.
    fn differs_within_works(&self) -> bool {
        let found = self.columns.iter().position(is_called_name);
        found.is_some_and(|at| self.titles_of_ids(at) == Some(Titles::Several))
    }

    /// Rows that are headings for the rows below.
    fn has_headings(&self) -> bool {
        let headings = self.table.rows.iter().filter(|row| is_heading(row)).count();
        headings > 1 && self.table.rows.first().is_some_and(|row| is_heading(row))
    }

    pub(super) fn no_title(&mut self) {
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
                help: Some(format!(
                    "a table with the column {} and titles, imported too, names them",
                    ids.join(" or ")
                )),
            });
            return;
        }
        if matches!(self.decided.kind, TableKind::Aggregates | TableKind::Other) {
            return;
        }
        let guess = suggest::title(self.columns);
        let id = self.columns.iter().find(|column| suggest::looks_like_work_id(column));
        let id = id.or_else(|| self.columns.iter().find(|it| suggest::is_a_works_address(it)));
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

/// Only the first cell has a value.
fn is_heading(row: &[String]) -> bool {
    let mut cells = row.iter().map(|cell| !cell.trim().is_empty());
    row.len() > 2 && cells.next() == Some(true) && !cells.any(|filled| filled)
}
