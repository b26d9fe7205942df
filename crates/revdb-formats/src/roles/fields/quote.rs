//! Chooses the column of the review's words, and combines several.
//!
//! Must never: take a text about the work for a review.

use super::{Best, Chooser};
use crate::format::Note;
use crate::profile::FieldSpec;
use crate::roles::Column;
use crate::roles::names::{self, Role};

impl Chooser<'_> {
    pub(super) fn quote(&mut self) {
        let own = self.own();
        let weigh = |column: &Column| match column.rank() {
            rank if column.is(Role::Quote) && column.meaning.as_ref().is_some_and(|m| m.own) => {
                rank + 1
            }
            rank if column.is(Role::Quote) => rank,
            _ => 0,
        };
        if !self.is_explicit("quote")
            && let Best::Several(both) = self.best(weigh)
            && self.is_pair(&both)
        {
            return self.both_quotes(&both);
        }
        if !self.is_explicit("quote")
            && let Best::Several(several) = self.best(weigh)
            && let Some(stem) = self.by_language(&several)
        {
            return self.quotes_by_language(&several, &stem);
        }
        if let Some(at) = self.one("quote", weigh) {
            if self.columns[at].values.are_lists() {
                return self.ask_about_lists(at);
            }
            self.chosen.fields.quote = self.spec(at);
            match self.columns[at].rank() {
                1 => self.assumed("quote", at, "notes of one's own"),
                _ => self.sure("quote", at),
            }
            return;
        }
        let spoken = self.has(&[Role::Critic, Role::Reviewer, Role::User]);
        if !self.has(&[Role::Quote])
            && let Some(at) = self.one("quote", |column| {
                u8::from(column.is(Role::Verdict) && column.values.are_sentences())
            })
        {
            self.chosen.fields.quote = self.spec(at);
            return self.assumed("quote", at, "its verdicts are sentences");
        }
        if !self.is_explicit("quote") && !own && spoken && !self.has(&[Role::Quote]) {
            self.quote_from_blurb();
        }
    }

    /// A text about the work is the review if there is a reviewer and no other text.
    fn quote_from_blurb(&mut self) {
        let blurb = |column: &Column| column.is(Role::Blurb) && column.values.are_words();
        let Some(blurbs) = self.columns.iter().position(blurb) else { return };
        // A column with an unknown name may contain the reviewer's or somebody else's text.
        let unknown = |column: &Column| {
            column.meaning.is_none()
                && column.mapped.is_none()
                && column.values.are_words()
                && column.values.are_sentences()
        };
        if let Some(other) = self.columns.iter().position(unknown) {
            return self.ask_which("quote", &[other, blurbs]);
        }
        if let Some(at) = self.one("quote", |column| u8::from(blurb(column))) {
            self.chosen.fields.quote = self.spec(at);
            self.assumed("quote", at, "no other column has words");
        }
    }

    /// In a table without scores, "I give it 6/10" in a text is part of the text and not a score.
    pub(super) fn note_scores_in_texts(&mut self) {
        if self.chosen.fields.score.is_some() || self.is_explicit("score") {
            return;
        }
        let quotes = self.chosen.used.iter().filter(|used| used.field == "quote");
        let columns: Vec<usize> = quotes.map(|used| used.column).collect();
        let cells =
            || self.table.rows.iter().flat_map(|row| columns.iter().filter_map(|&at| row.get(at)));
        let first = cells().flat_map(|cell| cell.split_whitespace()).find(|word| {
            let word = word.trim_end_matches(['.', '!', ')']);
            word.contains('/') && revdb_model::score::parse(word, None).is_some()
        });
        if let Some(mark) = first {
            self.chosen.notes.push(Note {
                message: format!("marks within the words, such as {mark}, are not read as scores"),
                help: None,
            });
        }
    }

    /// Several reviews, or parts of one, in one cell.
    fn ask_about_lists(&mut self, at: usize) {
        let name = &self.columns[at].name;
        let reason = format!(
            "the cells of {name} are lists, as programs print them, of several reviews or parts \
             each: write one row for each of them, or JSON"
        );
        self.ask(reason, None);
    }

    /// The common prefix of columns that differ only in a language.
    fn by_language(&self, several: &[usize]) -> Option<String> {
        let mut stems = several.iter().map(|&at| names::without_language(&self.columns[at].name));
        let first = stems.next()??;
        stems.all(|stem| stem == Some(first)).then(|| first.to_owned())
    }

    /// Texts in one column per language: the first non-empty one.
    fn quotes_by_language(&mut self, several: &[usize], stem: &str) {
        let columns = several.iter().map(|&at| self.columns[at].name.clone()).collect();
        self.chosen.fields.quote = Some(FieldSpec::First(columns));
        several.iter().for_each(|&at| self.sure("quote", at));
        self.chosen.notes.push(Note {
            message: format!("quote read from {stem} in whichever language it is (assumed)"),
            help: Some("--map quote=COLUMN names one of them".to_owned()),
        });
    }

    fn is_pair(&self, both: &[usize]) -> bool {
        let [a, b] = both else { return false };
        names::are_a_pair(&self.columns[*a].name, &self.columns[*b].name)
    }

    /// Pros and cons are combined into one text.
    fn both_quotes(&mut self, both: &[usize]) {
        let names: Vec<String> = both.iter().map(|&at| self.columns[at].name.clone()).collect();
        let whole = names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join("\n");
        let specs = std::iter::once(whole).chain(names).collect();
        self.chosen.fields.quote = Some(FieldSpec::First(specs));
        both.iter().for_each(|&at| self.assumed("quote", at, "one text of two parts"));
    }
}
