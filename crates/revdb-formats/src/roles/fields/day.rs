//! Chooses the column with the review's date.
//!
//! Must never: take the work's release date for it.

use rustc_hash::FxHashMap;

use super::Chooser;
use crate::format::Note;
use crate::profile::{FieldSpec, FullSpec};
use crate::roles::Column;
use crate::roles::correct;
use crate::roles::names::{self, Role};
use crate::roles::table_kind::TableKind;
use revdb_model::date;

impl Chooser<'_> {
    pub(super) fn date(&mut self) {
        if self.decided.kind == TableKind::Works {
            return;
        }
        let own = self.own();
        let no_year = !self.has(&[Role::Year]);
        let of_books = self.is_of_books();
        let Some(at) = self.one("date", |column| match column.rank() {
            rank if column.is(Role::OwnDate) && own => rank + 5,
            rank if column.is(Role::OwnDate) => rank.min(1),
            // A list's "Date" that contains years is the work's.
            _ if column.is(Role::Date) && own && column.values.are_years() => 0,
            _ if own && is_of_the_work(column) => 0,
            _ if of_books && is_published(column) => 0,
            _ if column.is(Role::Date) && column.values.are_years() => 1,
            rank if column.is(Role::Date) => rank + 1,
            _ if column.is(Role::Added) && own => 1,
            _ if !own && is_of_a_change(column) => 1,
            _ => 0,
        }) else {
            if !self.date_of_parts() && own && no_year && !self.is_explicit("year") {
                self.year_of_the_work(of_books);
            }
            return;
        };
        let reviewed = self.with(Role::Date).find(|&at| self.columns[at].rank() == 3);
        self.chosen.fields.date = match reviewed.filter(|&reviewed| own && reviewed != at) {
            // A review date, if a row of the list has one.
            Some(reviewed) => {
                self.sure("date", reviewed);
                let both = [reviewed, at].map(|at| self.columns[at].name.clone());
                Some(FieldSpec::First(both.to_vec()))
            }
            None if self.columns[at].values.are_serial_days() => {
                let from = vec![self.columns[at].name.clone()];
                self.chosen.fields.date = Some(FieldSpec::Full(FullSpec {
                    from,
                    excel_days: true,
                    ..FullSpec::default()
                }));
                return self.assumed("date", at, "days as spreadsheets count them");
            }
            None => self.spec(at),
        };
        self.note_january_first(at);
        self.report_date(at, own);
    }

    /// Says how sure it is that the column dates the reviews.
    fn report_date(&mut self, at: usize, own: bool) {
        let column = &self.columns[at];
        match column.is(Role::Added) || own && column.rank() == 1 {
            true => self.assumed("date", at, "the day it was listed"),
            false if is_of_a_change(column) => {
                self.assumed("date", at, "the day it was last changed");
            }
            false if is_of_the_work(column) => {
                self.assumed("date", at, "the review's, and not the work's");
            }
            false => self.sure("date", at),
        }
    }

    /// The year of the work, from a list's date that is the work's.
    fn year_of_the_work(&mut self, of_books: bool) {
        let of_the_work = |at: &usize| {
            self.columns[*at].values.are_years()
                || is_of_the_work(&self.columns[*at])
                || of_books && is_published(&self.columns[*at])
        };
        let Some(at) = self.with(Role::Date).find(of_the_work) else { return };
        self.chosen.fields.year = self.spec(at);
        self.assumed("year", at, "such a list dates the work so");
    }

    /// A date in two or three columns, if no column has all of it, or a year alone.
    fn date_of_parts(&mut self) -> bool {
        if self.is_explicit("date") || self.chosen.unsure.is_some() {
            return false;
        }
        let part = |part| correct::part_of_a_day(self.columns, part);
        let (year, month, day) = match (part("year"), part("month"), part("day")) {
            (Some(year), Some(month), day) => (year, month, day),
            _ => return self.date_of_years(),
        };
        let name = |at: usize| format!("{{{}}}", self.columns[at].name);
        let numbered = self.columns[month].values.are_numbers();
        let parts: Vec<usize> = [Some(year), Some(month), day].into_iter().flatten().collect();
        let names: Vec<String> = parts.iter().map(|&at| name(at)).collect();
        let template = match numbered {
            true => names.join("-"),
            false => names.iter().rev().map(String::as_str).collect::<Vec<_>>().join(" "),
        };
        self.chosen.fields.date = Some(FieldSpec::First(vec![template]));
        for at in parts {
            self.assumed("date", at, "a part of the day");
        }
        true
    }

    /// A year that varies within a work is the review's.
    fn date_of_years(&mut self) -> bool {
        let found = self.with(Role::Year).find(|&at| self.years_differ_within_works(at));
        let Some(at) = found.filter(|_| !self.is_explicit("year")) else { return false };
        self.chosen.fields.date = self.spec(at);
        self.assumed("date", at, "one work has several of them");
        true
    }

    /// The work's year, which must be constant within a work.
    pub(super) fn year(&mut self) {
        if self.chosen.fields.year.is_some() {
            return;
        }
        let of_reviews: Vec<String> = self
            .with(Role::Year)
            .filter(|&at| self.years_differ_within_works(at))
            .map(|at| self.columns[at].name.clone())
            .collect();
        let weigh = |column: &Column| match column.is(Role::Year) {
            true if !of_reviews.contains(&column.name) => column.rank(),
            _ => 0,
        };
        self.feed("year", |fields| &mut fields.year, weigh);
    }

    /// Whether most repeated works have several years, and more than one has, or there is only one
    /// work. (A remake with its original is one among many.)
    pub(super) fn years_differ_within_works(&self, year: usize) -> bool {
        let titled = self.chosen.used.iter().rfind(|used| used.field == "title");
        let Some(title) = titled.map(|used| used.column) else { return false };
        if self.columns[year].rank() != 2 || !self.columns[year].values.are_years() {
            return false;
        }
        let mut works: FxHashMap<&str, (usize, &str, bool)> = FxHashMap::default();
        for row in &self.table.rows {
            let (Some(title), Some(year)) = (row.get(title), row.get(year)) else { continue };
            let (title, year) = (title.trim(), year.trim());
            if !title.is_empty() && !year.is_empty() {
                let work = works.entry(title).or_insert((0, year, false));
                *work = (work.0 + 1, work.1, work.2 || work.1 != year);
            }
        }
        let again: Vec<_> = works.values().filter(|(rows, ..)| *rows > 1).collect();
        let differing = again.iter().filter(|(.., differ)| *differ).count();
        let alone = works.len() == 1 && again.iter().any(|(rows, ..)| *rows > 2);
        (differing > 1 || alone) && differing * 2 > again.len()
    }

    /// Columns that only a table of books has.
    fn is_of_books(&self) -> bool {
        let isbn =
            |at: usize| self.columns[at].meaning.as_ref().is_some_and(|it| it.site == Some("isbn"));
        self.with(Role::WorkId).any(isbn) || self.has_detail(&["pages", "numpages", "binding"])
    }

    /// Programs write January 1 if the date is unknown.
    fn note_january_first(&mut self, at: usize) {
        const STANDS_FOR_NONE: [&str; 2] = ["2000-01-01", "2001-01-01"];
        let is_one = |cell: &String| {
            date::parse(cell, None)
                .is_ok_and(|day| STANDS_FOR_NONE.contains(&day.to_string().as_str()))
        };
        let found = self.table.rows.iter().filter_map(|row| row.get(at)).find(|cell| is_one(cell));
        if let Some(day) = found {
            let name = &self.columns[at].name;
            self.chosen.notes.push(Note {
                message: format!(
                    "date read from {name} as it stands (assumed): {day} often means none"
                ),
                help: Some(
                    "a profile's unknown-dates leave it out (formats --save-profile)".to_owned(),
                ),
            });
        }
    }
}

/// The date of the last change, if there is no review date.
fn is_of_a_change(column: &Column) -> bool {
    let name = names::without_wrapper(&column.name).unwrap_or(&column.name);
    let last = name.rsplit('.').next().unwrap_or(name);
    let named = matches!(
        names::plain(last).as_str(),
        "updated" | "updatedat" | "lastupdated" | "modified" | "modifiedat" | "lastmodified"
    );
    named && column.mapped.is_none() && column.values.are_dates()
}

/// A publication date in a personal list is the work's.
fn is_of_the_work(column: &Column) -> bool {
    matches!(names::plain(&column.name).as_str(), "pubdate" | "publicationdate")
}

/// A book's publication date, among other columns about the book.
fn is_published(column: &Column) -> bool {
    matches!(
        names::plain(&column.name).as_str(),
        "datepublished" | "published" | "publishdate" | "publisheddate" | "publishedat"
    )
}
