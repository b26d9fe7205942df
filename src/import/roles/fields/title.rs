//! Which column has the title of the work.
//!
//! Must never: take a file's name for a table's title, or the headline that a
//! user gave a review.

use super::{Best, Chooser};
use crate::import::format::Note;
use crate::import::profile::FieldSpec;
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
        self.chosen.fields.title = Some(self.whole_title(at));
        self.sure("title", at);
    }

    /// The title with the artist before it, or with the season and episode that a
    /// row is of: a mark of an episode is none of the series.
    fn whole_title(&mut self, at: usize) -> FieldSpec {
        let title = self.columns[at].name.clone();
        let part = |role| self.filled(role).map(|at| (at, self.columns[at].name.clone()));
        let (artist, season, episode, named) =
            (part(Role::Artist), part(Role::Season), part(Role::Episode), part(Role::EpisodeTitle));
        let mut specs = Vec::new();
        specs.extend(artist.iter().map(|(_, artist)| format!("{{{artist}}} – {{{title}}}")));
        specs.extend(named.iter().map(|(_, episode)| format!("{{{title}}}: {{{episode}}}")));
        if let (Some((_, season)), Some((_, episode))) = (&season, &episode) {
            specs.push(format!("{{{title}}}: Season {{{season}}}, Episode {{{episode}}}"));
        }
        specs.extend(season.iter().map(|(_, season)| format!("{{{title}}}: Season {{{season}}}")));
        if specs.is_empty() || title.contains(['{', '}']) {
            return FieldSpec::One(title);
        }
        let parts = [&artist, &season, &episode, &named].into_iter().flatten().map(|(at, _)| *at);
        for at in parts.collect::<Vec<_>>() {
            self.assumed("title", at, "as part of it");
        }
        specs.push(title);
        FieldSpec::First(specs)
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
            || self.has(&[
                Role::WorkAuthor,
                Role::Artist,
                Role::Season,
                Role::Year,
                Role::OtherTitle,
            ])
            || self.with(Role::WorkId).any(|at| !self.is_of_a_shop(at))
            || self.columns[at].values.repeat()
    }

    /// A shop's customers give their reviews titles, beside the product's id.
    fn is_of_a_shop(&self, at: usize) -> bool {
        self.columns[at].meaning.as_ref().is_some_and(|meaning| meaning.site == Some("amazon"))
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
        let known = match self.has(&[Role::LoneId, Role::WorkId]) {
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
            Role::Artist,
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
