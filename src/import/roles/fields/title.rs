//! Which column has the title of the work.
//!
//! Must never: take a file's name for a table's title, or the headline that a
//! user gave a review.

use super::{Best, Chooser};
use crate::import::format::Note;
use crate::import::roles::names::{self, Role};
use crate::import::roles::whose::Whose;
use crate::import::roles::{Column, shell_word, suggest};

impl Chooser<'_> {
    pub(super) fn title(&mut self) {
        if self.told("title") {
            return;
        }
        let best = self.best(|column| if column.is(Role::Title) { column.rank() } else { 0 });
        let at = match best {
            Best::One(at) => at,
            Best::Several(several) => return self.ask_which("title", &several),
            Best::None => return self.no_title(),
        };
        let plain = names::plain(&self.columns[at].name);
        if self.columns[at].rank() == 2 && self.may_be_headline(at) {
            return self.headline(at);
        }
        if self.columns[at].rank() == 1 && self.may_be_a_person(&plain) {
            return self.ask_title(at, "may be a person's name");
        }
        self.chosen.fields.title = self.spec(at);
        self.sure("title", at);
    }

    /// A title beside a user's words may be the title that the user gave them.
    fn may_be_headline(&self, at: usize) -> bool {
        let users = self.whose.whose == Whose::Users
            && self.has(&[Role::User, Role::UserId, Role::Users, Role::ReviewId]);
        let words = self.chosen.fields.quote.is_some() || self.told("quote");
        users && words && !self.of_the_work(at)
    }

    /// Other columns say of the work what only its table has.
    fn of_the_work(&self, at: usize) -> bool {
        let dotted = |column: &Column| {
            names::plain(&column.name).starts_with("review") && column.name.contains('.')
        };
        let grouped = self.columns.iter().any(dotted) && !dotted(&self.columns[at]);
        grouped
            || self.has(&[Role::WorkAuthor, Role::Year, Role::WorkId, Role::OtherTitle])
            || self.columns[at].values.repeat()
    }

    fn headline(&mut self, at: usize) {
        if self.options.title.is_some() {
            let name = &self.columns[at].name;
            self.chosen.notes.push(Note {
                message: format!("{name} read as the reviews' own headlines (assumed)"),
                help: Some(format!(
                    "--map title={} takes it for the work's title",
                    shell_word(name)
                )),
            });
            return;
        }
        let known = match self.has(&[Role::LoneId]) {
            true => ": --map title= where it is a headline and ids name the works",
            false => "",
        };
        let what = format!("may be the title of the work or the headline of the review{known}");
        self.ask_title(at, &what);
    }

    fn ask_title(&mut self, at: usize, what: &str) {
        let name = &self.columns[at].name;
        let flag = format!("--map title={}", shell_word(name));
        self.ask(
            format!("the column {name} {what}: say which, or what is reviewed by --title"),
            Some(flag),
        );
    }

    /// `name` beside words, with nobody else named and nothing said of a work.
    fn may_be_a_person(&self, plain: &str) -> bool {
        let people = [Role::Critic, Role::Reviewer, Role::User, Role::UserId];
        let of_a_work = [
            Role::WorkAuthor,
            Role::WorkDetail,
            Role::Year,
            Role::Kind,
            Role::WorkId,
            Role::LoneId,
            Role::OtherTitle,
            Role::SiteScore,
            Role::Author,
            Role::Own,
        ];
        plain == "name"
            && self.chosen.fields.quote.is_some()
            && !self.has(&people)
            && !self.has(&of_a_work)
    }

    fn no_title(&mut self) {
        let ids: Vec<&str> = self
            .columns
            .iter()
            .filter(|column| column.is(Role::LoneId) || column.is(Role::WorkId))
            .map(|column| column.name.as_str())
            .collect();
        if self.options.title.is_some() || self.told("work_id") {
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
        let flag = match guess {
            Some(at) => format!("--map title={}", shell_word(&self.columns[at].name)),
            None => "--title TITLE".to_owned(),
        };
        self.ask("no column is known to hold the title of the work".to_owned(), Some(flag));
    }
}
