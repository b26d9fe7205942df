//! Chooses one column for each field, once the kind of the table is known.
//!
//! Must never: decide if unsure. Two equally good columns, or a title that may be a headline, lead
//! to a question.

mod day;
mod headline;
mod means;
mod parts;
mod people;
mod properties;
mod quote;
mod replies;
mod score;
mod title;

use super::names::Role;
use super::table_kind::{Decided, TableKind};
use super::{Certainty, Column, Flag, Table, Unsure, correct};
use crate::format::{Note, ReadOptions};
use crate::profile::{FieldSpec, Fields, FullSpec, IdSpec, LeftAlone};
use revdb_model::{Kind, Scale};

/// A column that is used.
#[derive(Debug, Clone)]
pub(super) struct Used {
    pub column: usize,
    pub field: &'static str,
    pub certainty: Certainty,
    /// `None`: because of its name.
    pub why: Option<String>,
}

/// The choice for every field.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub used: Vec<Used>,
    pub fields: Fields,
    pub work_ids: Vec<IdSpec>,
    pub scale: Option<Scale>,
    pub unknown_scores: Vec<String>,
    /// Rows that are not reviews.
    pub left_alone: Vec<LeftAlone>,
    pub notes: Vec<Note>,
    pub unsure: Option<Unsure>,
}

/// Chooses a column for each field.
pub(super) fn choose(
    columns: &[Column],
    table: &Table,
    decided: &Decided,
    options: &ReadOptions,
) -> Chosen {
    let mut chooser = Chooser { columns, table, decided, options, chosen: Chosen::default() };
    chooser.score();
    chooser.quote();
    chooser.title();
    chooser.score_of_works();
    chooser.replies();
    chooser.byline();
    chooser.publication();
    chooser.date();
    chooser.rest();
    chooser.ids();
    chooser.properties();
    chooser.note_scores_in_texts();
    chooser.chosen
}

struct Chooser<'a> {
    columns: &'a [Column],
    table: &'a Table,
    decided: &'a Decided,
    options: &'a ReadOptions,
    chosen: Chosen,
}

/// The best of the candidate columns.
enum Best {
    None,
    One(usize),
    /// Equally good columns.
    Several(Vec<usize>),
}

impl Chooser<'_> {
    fn is_explicit(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column.mapped == Some(field))
            || self.options.map.iter().any(|(known, _)| known == field)
    }

    /// The user said that no column has it: `--map title=`.
    fn is_mapped_to_none(&self, field: &str) -> bool {
        let said = self.options.map.iter().rfind(|(known, _)| known == field);
        said.is_some_and(|(_, column)| column.is_empty())
    }

    fn own(&self) -> bool {
        self.decided.kind == TableKind::Own
    }

    fn with(&self, role: Role) -> impl Iterator<Item = usize> + '_ {
        (0..self.columns.len()).filter(move |&at| self.columns[at].is(role))
    }

    fn has(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.with(*role).next().is_some())
    }

    /// The best column; `weigh` returns a column's weight, 0 for unsuitable. Among columns with
    /// the same values, the first is taken.
    fn best(&self, weigh: impl Fn(&Column) -> u8) -> Best {
        let weighed: Vec<(u8, usize)> = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.mapped.is_none())
            .map(|(at, column)| (weigh(column), at))
            .filter(|(weight, _)| *weight > 0)
            .collect();
        let most = weighed.iter().map(|(weight, _)| *weight).max().unwrap_or(0);
        let mut best: Vec<usize> =
            weighed.into_iter().filter(|(weight, _)| *weight == most).map(|(_, at)| at).collect();
        // Columns with values in the sample are preferred.
        if best.iter().any(|&at| !self.columns[at].values.none()) {
            best.retain(|&at| !self.columns[at].values.none());
        }
        match best.as_slice() {
            [] => Best::None,
            [only] => Best::One(*only),
            [first, others @ ..] if others.iter().all(|at| self.same_values(*first, *at)) => {
                Best::One(*first)
            }
            _ => Best::Several(best),
        }
    }

    fn same_values(&self, a: usize, b: usize) -> bool {
        !self.table.rows.is_empty() && self.table.rows.iter().all(|row| row.get(a) == row.get(b))
    }

    /// The only column for `field`, or a question if several are equally good.
    fn one(&mut self, field: &'static str, weigh: impl Fn(&Column) -> u8) -> Option<usize> {
        if self.is_explicit(field) {
            return None;
        }
        match self.best(weigh) {
            Best::None => None,
            Best::One(at) => Some(at),
            Best::Several(several) => {
                self.ask_which(field, &several);
                None
            }
        }
    }

    fn ask_which(&mut self, field: &'static str, several: &[usize]) {
        let mut several = several.to_vec();
        // The record's own fields precede those of nested objects; of texts, the longest is first.
        several.sort_by_key(|&at| {
            let column = &self.columns[at];
            let words = if field == "quote" { column.values.words } else { 0 };
            (column.name.matches('.').count(), std::cmp::Reverse(words))
        });
        if field == "score" {
            self.by_rows(&mut several);
        }
        let names: Vec<&str> = several.iter().map(|&at| self.columns[at].name.as_str()).collect();
        let first = names.first().copied().unwrap_or("COLUMN");
        if names.iter().all(|name| *name == first) {
            let reason =
                format!("the header has the column '{first}' twice: rename one of the two");
            return self.ask(reason, None);
        }
        // `Ann.score` and `Bo.score` are two reviews.
        let parts: Vec<_> = names.iter().filter_map(|name| name.rsplit_once('.')).collect();
        let same = parts.iter().all(|(_, last)| parts.first().is_some_and(|(_, it)| it == last));
        if parts.len() == names.len() && same {
            let reason =
                format!("each record has several ({}): write one for each", names.join(", "));
            return self.ask(reason, None);
        }
        let flag = Flag::map(field, first);
        self.ask(format!("{} could each be the {field}", names.join(" and ")), Some(flag));
    }

    fn ask(&mut self, reason: String, flag: Option<Flag>) {
        match &mut self.chosen.unsure {
            Some(unsure) => {
                unsure.reason = format!("{}; {reason}", unsure.reason);
                unsure.flags.extend(flag);
            }
            None => {
                self.chosen.unsure = Some(Unsure { reason, flags: flag.into_iter().collect() });
            }
        }
    }

    fn spec(&self, at: usize) -> Option<FieldSpec> {
        Some(FieldSpec::One(self.columns[at].name.clone()))
    }

    fn sure(&mut self, field: &'static str, column: usize) {
        self.chosen.used.push(Used { column, field, certainty: Certainty::Sure, why: None });
    }

    fn assumed(&mut self, field: &'static str, column: usize, why: &str) {
        let name = &self.columns[column].name;
        self.chosen.notes.push(Note {
            message: format!("{field} read from {name} (assumed: {why})"),
            help: Some(format!("--map {field}=COLUMN names another, --map {field}= none")),
        });
        let why = Some(why.to_owned());
        self.chosen.used.push(Used { column, field, certainty: Certainty::Assumed, why });
    }

    fn rest(&mut self) {
        let is = |role: Role| move |column: &Column| u8::from(column.is(role));
        self.year();
        let kinds = self.kinds();
        let of_kinds = |column: &Column| column.is(Role::Kind) && kinds.contains(&column.name);
        self.feed("kind", |fields| &mut fields.kind, |column| u8::from(of_kinds(column)));
        self.audience();
        let scale = |column: &Column| {
            let values = &column.values;
            column.is(Role::Scale) && (values.none() || values.are_numbers())
        };
        self.feed("scale", |fields| &mut fields.scale_best, |column| u8::from(scale(column)));
        if matches!(self.decided.kind, TableKind::Critics | TableKind::Users) {
            let url = |column: &Column| if column.is(Role::Url) { column.rank() } else { 0 };
            self.feed("url", |fields| &mut fields.url, url);
            self.feed("language", |fields| &mut fields.language, is(Role::Language));
        }
        // "Liked" next to the reviewer's own score marks a favourite.
        let judged = self.chosen.fields.score.is_some() || self.is_explicit("score");
        if !(self.own() && judged) {
            let verdict = |column: &Column| {
                u8::from(column.is(Role::Verdict) && !column.values.are_sentences())
            };
            self.feed("verdict", |fields| &mut fields.verdict, verdict);
        }
        let marks = |column: &&Column| column.remark == Some(correct::MARKS_FOR_VERDICTS);
        if let Some(column) = self.columns.iter().find(marks) {
            let (name, first) = (&column.name, column.values.first.as_deref().unwrap_or(""));
            self.chosen.notes.push(Note {
                message: format!("{name} not read as verdicts: it has numbers, such as {first}"),
                help: Some("--map score=COLUMN reads marks".to_owned()),
            });
        }
        let inverted = |column: &&Column| column.remark == Some(correct::BEST_IS_ONE);
        if let Some(column) = self.columns.iter().find(inverted) {
            self.chosen.notes.push(Note {
                message: format!("{} not read as scores: 1 is its best mark", column.name),
                help: None,
            });
        }
        let says_planned = |column: &Column| column.is(Role::Own) && column.values.planned > 0;
        if let Some(at) = self.first("status", |column| u8::from(says_planned(column))) {
            self.chosen.fields.status = self.spec(at);
        }
    }

    /// Fills a field from the first of the best columns, if any.
    fn feed(
        &mut self,
        field: &'static str,
        place: fn(&mut Fields) -> &mut Option<FieldSpec>,
        weigh: impl Fn(&Column) -> u8,
    ) {
        if let Some(at) = self.first(field, weigh) {
            *place(&mut self.chosen.fields) = self.spec(at);
            self.sure(field, at);
        }
    }

    /// The first of the best columns, for fields where a wrong choice does no harm.
    fn first(&self, field: &'static str, weigh: impl Fn(&Column) -> u8) -> Option<usize> {
        if self.is_explicit(field) {
            return None;
        }
        match self.best(weigh) {
            Best::None => None,
            Best::One(at) => Some(at),
            Best::Several(several) => several.first().copied(),
        }
    }

    /// Kind columns with at least one valid kind, or without values.
    fn kinds(&self) -> Vec<String> {
        let parses = |at: &usize| {
            let mut cells = self.table.rows.iter().filter_map(|row| row.get(*at));
            self.columns[*at].values.none() || cells.any(|cell| cell.trim().parse::<Kind>().is_ok())
        };
        self.with(Role::Kind).filter(parses).map(|at| self.columns[at].name.clone()).collect()
    }

    fn ids(&mut self) {
        let titled = self.chosen.fields.title.is_some()
            || self.is_explicit("title") && !self.is_mapped_to_none("title")
            || self.options.title.is_some();
        let works = self.decided.kind == TableKind::Works;
        for (at, column) in self.columns.iter().enumerate() {
            let site = match &column.meaning {
                _ if column.mapped.is_some() => continue,
                Some(meaning) if meaning.role == Role::WorkId => meaning.site.map(str::to_owned),
                Some(meaning) if meaning.role == Role::LoneId && (!titled || works) => {
                    Some(super::names::plain(&column.name))
                }
                _ => None,
            };
            let Some(site) = site else { continue };
            let from = self.id_spec(&column.name);
            self.chosen.work_ids.push(IdSpec { site, from });
            self.chosen.used.push(Used {
                column: at,
                field: "work_id",
                certainty: Certainty::Sure,
                why: None,
            });
        }
        let Some(at) = self.with(Role::ReviewId).find(|&at| self.is_unique_everywhere(at)) else {
            return;
        };
        if !self.is_explicit("id") && self.chosen.fields.id.is_none() {
            let name = self.columns[at].name.clone();
            let site = super::names::plain(&name);
            self.chosen.fields.id = Some(IdSpec { site, from: FieldSpec::One(name) });
            self.sure("id", at);
        }
    }

    /// A series' id is not the id of an episode.
    fn id_spec(&self, id: &str) -> FieldSpec {
        let name = |role| self.filled(role).map(|at| self.columns[at].name.as_str());
        let (season, episode) = (name(Role::Season), name(Role::Episode));
        match season {
            Some(season) if !id.contains(['{', '}']) => {
                let episode = episode.map(|ep| format!("{{{id}}}/s{{{season}}}e{{{ep}}}"));
                let season = format!("{{{id}}}/s{{{season}}}");
                FieldSpec::First(episode.into_iter().chain([season, id.to_owned()]).collect())
            }
            _ => FieldSpec::Full(FullSpec::unwrapping_excel_text(id)),
        }
    }

    /// Distinct ids as long as a UUID: no other dump has them for another review.
    fn is_unique_everywhere(&self, at: usize) -> bool {
        let values = &self.columns[at].values;
        let long = |row: &Vec<String>| row.get(at).is_none_or(|id| id.trim().len() >= 20);
        values.filled > 0
            && values.filled == values.distinct
            && !values.are_numbers()
            && self.table.rows.iter().all(long)
    }
}
