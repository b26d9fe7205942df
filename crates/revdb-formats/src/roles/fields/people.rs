//! Chooses the columns of reviewer and publication.
//!
//! Must never: make a book's author its critic, or its publisher a newspaper.

use super::Chooser;
use super::headline::Titles;
use crate::format::Note;
use crate::profile::{FieldSpec, FullSpec};
use crate::roles::Column;
use crate::roles::names::{self, Role};
use crate::roles::shell_word;
use crate::roles::table_kind::TableKind;

impl Chooser<'_> {
    pub(super) fn byline(&mut self) {
        if let Some(at) = self.joined_ids() {
            let name = &self.columns[at].name;
            let reason = format!(
                "the cells of {name} are several ids each, of several people or reviews: write one \
                 row for each of them"
            );
            return self.ask(reason, None);
        }
        let (own, critics) = (self.own(), self.decided.kind == TableKind::Critics);
        let person = self.has(&[Role::Critic, Role::Reviewer, Role::User]);
        let ids = self.chosen.fields.title.is_some() || self.is_explicit("title");
        let author = !person && !own && self.author_is_reviewer(critics, ids);
        let Some(at) = self.one("byline", |column| match column.rank() {
            _ if column.is(Role::User) && (own || !critics) => 8,
            // One person's table that names its owner.
            rank if own && column.is(Role::Reviewer) && rank > 1 => 6,
            _ if own => 0,
            // If there is also a critic, the byline is the printed form.
            _ if column.is(Role::Critic) && names::plain(&column.name) == "byline" => 9,
            _ if column.is(Role::Critic) => 7,
            _ if column.is(Role::Reviewer) => 6,
            _ if column.is(Role::User) => 5,
            _ if column.is(Role::Author) && author => 4,
            _ if column.is(Role::UserId) && !critics => 3,
            _ => 0,
        }) else {
            if !(own && self.decided.sure) && self.byline_of_two_columns() {
                return;
            }
            return self.byline_from_name(own);
        };
        self.chosen.fields.byline = self.spec(at);
        match self.columns[at].rank() {
            _ if self.columns[at].is(Role::UserId) => {
                self.assumed("byline", at, "accounts are told apart by it alone");
            }
            1 if self.columns[at].is(Role::Reviewer) => {
                self.assumed("byline", at, "its values are people's names");
            }
            _ => self.sure("byline", at),
        }
        self.note_compound_names(at);
    }

    /// "A1B2C3,D4E5F6": ids of several reviews in one row.
    fn joined_ids(&self) -> Option<usize> {
        let joined = |at: &usize| self.columns[*at].values.are_joined_ids();
        self.with(Role::UserId).chain(self.with(Role::ReviewId)).find(joined)
    }

    /// The audience, by words for it, or by yes and no under "is_critic".
    pub(super) fn audience(&mut self) {
        let weigh = |column: &Column| u8::from(column.is(Role::Audience));
        let Some(at) = self.first("audience", weigh) else { return };
        self.sure("audience", at);
        let column = &self.columns[at];
        self.chosen.fields.audience = match column.values.are_yes_no() {
            false => self.spec(at),
            true => {
                let words =
                    [("critic", ["1", "yes", "y", "true"]), ("user", ["0", "no", "n", "false"])];
                let values = words
                    .into_iter()
                    .flat_map(|(word, said)| said.map(|said| (said.to_owned(), word.to_owned())));
                let from = vec![column.name.clone()];
                Some(FieldSpec::Full(FullSpec {
                    from,
                    values: values.collect(),
                    ..FullSpec::default()
                }))
            }
        };
    }

    /// "First name" and "Last name" of one person.
    fn byline_of_two_columns(&mut self) -> bool {
        const FIRST: [&str; 6] = ["firstname", "givenname", "vorname", "prenom", "forename", "имя"];
        const LAST: [&str; 6] = ["lastname", "surname", "familyname", "nachname", "nom", "фамилия"];
        let part = |known: &[&str]| {
            self.columns.iter().position(|column| {
                let last = column.name.rsplit('.').next().unwrap_or(&column.name);
                column.mapped.is_none()
                    && column.values.are_words()
                    && known.contains(&names::plain(last).as_str())
                    && !column.name.contains(['{', '}'])
            })
        };
        let (Some(first), Some(last)) = (part(&FIRST), part(&LAST)) else { return false };
        let (a, b) = (&self.columns[first].name, &self.columns[last].name);
        let owner = |name: &str| name.rsplit_once('.').map(|(owner, _)| owner.to_owned());
        if owner(a) != owner(b) || self.is_explicit("byline") {
            return false;
        }
        let specs = vec![format!("{{{a}}} {{{b}}}"), a.clone(), b.clone()];
        self.chosen.fields.byline = Some(FieldSpec::First(specs));
        self.assumed("byline", first, "one name of two parts");
        self.assumed("byline", last, "one name of two parts");
        true
    }

    /// "Reyes, Ana" and "Ana Reyes, The Pier" may be inverted or contain more than a name.
    fn note_compound_names(&mut self, at: usize) {
        let column = &self.columns[at];
        if let Some(first) = column.values.first.as_deref().filter(|_| column.values.are_in_parts())
        {
            self.chosen.notes.push(Note {
                message: format!(
                    "names in {} kept as they stand, in all their parts: \"{first}\" (assumed)",
                    column.name
                ),
                help: None,
            });
        }
    }

    /// "Name" next to an airline and a text is the passenger's; likewise if `--title` names the
    /// work, or if one work has several names.
    fn byline_from_name(&mut self, own: bool) {
        if own || self.is_explicit("byline") || self.chosen.fields.quote.is_none() {
            return;
        }
        let named = |at: &usize| names::plain(&self.columns[*at].name) == "name";
        let free = |at: &usize| self.chosen.used.iter().all(|used| used.column != *at);
        let found = self.with(Role::Title).find(|at| named(at) && free(at));
        let Some(at) = found else { return };
        let titled = self.chosen.fields.title.is_some();
        let why = match titled {
            true if self.is_authorless() => "another column names what is reviewed",
            false if self.options.title.is_some() => "--title names what is reviewed",
            _ if self.titles_of_ids(at) == Some(Titles::Several)
                || matches!(self.authors_of_titles(at), Authors::Several) =>
            {
                "one work has several of them"
            }
            _ => return,
        };
        self.chosen.fields.byline = self.spec(at);
        self.assumed("byline", at, why);
    }

    /// The works have no authors (they are not written).
    fn is_authorless(&self) -> bool {
        let titled = self.chosen.used.iter().find(|used| used.field == "title");
        titled.is_some_and(|used| names::is_authorless(&self.columns[used.column].name))
    }

    /// Whether a column `author` names the reviewer and not the work's maker.
    fn author_is_reviewer(&mut self, critics: bool, titled: bool) -> bool {
        let Some(at) = self.with(Role::Author).next() else { return false };
        if !titled || critics && self.has(&[Role::Publication]) || self.is_authorless() {
            return true;
        }
        if self.has(&[Role::WorkId, Role::OtherTitle])
            || self.has_detail(&["pages", "numpages", "publisher", "binding"])
        {
            return false;
        }
        match self.authors_of_titles(at) {
            Authors::Several => true,
            Authors::One => false,
            Authors::Open => {
                if !self.is_explicit("byline") {
                    let name = self.columns[at].name.clone();
                    self.chosen.notes.push(Note {
                        message: format!("{name} not read as who reviews: it may be the work's own author (assumed)"),
                        help: Some(format!("--map byline={} says that it is", shell_word(&name))),
                    });
                }
                false
            }
        }
    }

    /// Whether a column `author` certainly names the work's maker.
    pub(super) fn author_is_maker(&self, at: usize) -> bool {
        if self.chosen.used.iter().any(|used| used.column == at) {
            return false;
        }
        self.own()
            || self.has(&[Role::OtherTitle])
            || self.has_detail(&["isbn", "isbn13", "pages", "numpages", "binding"])
            || matches!(self.authors_of_titles(at), Authors::One)
    }

    pub(super) fn has_detail(&self, names: &[&str]) -> bool {
        self.columns.iter().any(|column| names.contains(&names::plain(&column.name).as_str()))
    }

    /// Whether works that repeat in the sample have one author each.
    fn authors_of_titles(&self, author: usize) -> Authors {
        let titled = self.chosen.used.iter().rfind(|used| used.field == "title");
        let Some(title) = titled.map(|used| used.column) else { return Authors::Open };
        let mut seen: Vec<(&str, &str)> = Vec::new();
        let mut agree = 0;
        for row in &self.table.rows {
            let (Some(title), Some(author)) = (row.get(title), row.get(author)) else { continue };
            let (title, author) = (title.trim(), author.trim());
            if title.is_empty() || author.is_empty() {
                continue;
            }
            match seen.iter().find(|(known, _)| *known == title) {
                Some((_, known)) if *known == author => agree += 1,
                Some(_) => return Authors::Several,
                None => seen.push((title, author)),
            }
        }
        if agree >= 2 { Authors::One } else { Authors::Open }
    }

    pub(super) fn publication(&mut self) {
        if self.decided.kind != TableKind::Critics {
            return;
        }
        let named = self.has(&[Role::Critic, Role::Reviewer]);
        let of_books = self.has(&[Role::WorkId]) || self.has_detail(&["pages", "numpages"]);
        let Some(at) = self.one("publication", |column| match column.rank() {
            rank if column.is(Role::Publication) => rank + 1,
            rank if column.is(Role::Publisher) && self.decided.because.contains(&column.name) => {
                rank
            }
            rank if column.is(Role::Publisher) && named && !of_books => rank,
            _ => 0,
        }) else {
            return;
        };
        self.chosen.fields.publication = self.spec(at);
        match self.columns[at].is(Role::Publisher) {
            true if named => self.assumed("publication", at, "who reviews is named beside it"),
            true => self.assumed("publication", at, "its values are names, and nobody else is"),
            false => self.sure("publication", at),
        }
    }
}

enum Authors {
    /// A work has several: they review it.
    Several,
    /// Works repeat with the same author: he or she wrote them.
    One,
    Open,
}
