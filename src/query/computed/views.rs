//! Which views there are, what each is worked out from, and how it is laid.

use rusqlite::Connection;

use super::source::{Beside, Source};
use super::{
    Narrowed, Narrowing, course, days, distance, figures, formats, leaning, periods, quote_pair,
    tally, taste_pair, word_side,
};
use crate::archive::ArchiveError;
use crate::archive::columns::Column::{self, Critic, Date, Publication, Score, Work};
use crate::archive::sql::sql;
use crate::query::laid::Cells;
use std::sync::OnceLock;

/// How a view's cells are made.
#[derive(Clone, Copy)]
pub enum Make {
    /// Of what the source holds.
    OfFacts(fn(&Source) -> Vec<Cells>),
    /// What asks the archive once more, and may be narrowed by what SQLite hands down.
    OfArchive(
        fn(&Connection, &Source, &Narrowing) -> Result<Vec<Cells>, ArchiveError>,
        &'static Narrowed,
    ),
}

pub struct View {
    pub name: &'static str,
    /// How the table's columns are declared.
    pub declared: &'static str,
    pub wanted: &'static [Column],
    pub beside: Beside,
    /// Rows ascend by so many of the first columns.
    pub ascending: usize,
    /// Reviews for each row, roughly: what the planner is told.
    pub reviews_a_row: usize,
    pub make: Make,
}

macro_rules! view {
    ($name:literal, $make:expr, $wanted:expr, $beside:expr, $ascending:expr, $reviews:expr) => {
        View {
            name: $name,
            declared: sql(concat!("computed/", $name)),
            wanted: &$wanted,
            beside: $beside,
            ascending: $ascending,
            reviews_a_row: $reviews,
            make: $make,
        }
    };
}

/// The names of all views that are worked out here.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().iter().map(|view| view.name)
}

pub fn all() -> &'static [View] {
    use Beside::{Names, Nothing, Works};
    use Make::{OfArchive, OfFacts};
    static ALL: OnceLock<Vec<View>> = OnceLock::new();
    ALL.get_or_init(|| {
        vec![
            view!("work_sum", OfFacts(figures::work_sum), [Work, Score], Nothing, 2, 50),
            view!("audience_sum", OfFacts(figures::audience_sum), [Score], Nothing, 1, 1_000_000),
            view!("critic_sum", OfFacts(figures::critic_sum), [Critic, Score], Nothing, 2, 50),
            view!(
                "publication_sum",
                OfFacts(figures::publication_sum),
                [Publication, Score],
                Nothing,
                2,
                500
            ),
            view!("work_score", OfFacts(figures::work_score), [Work, Score], Nothing, 2, 50),
            view!("work_ten", OfFacts(figures::work_ten), [Work, Score], Nothing, 2, 50),
            view!("work_spread", OfFacts(figures::work_spread), [Work, Score], Nothing, 2, 50),
            view!(
                "critic_spread",
                OfFacts(figures::critic_spread),
                [Critic, Score],
                Nothing,
                2,
                50
            ),
            view!(
                "publication_spread",
                OfFacts(figures::publication_spread),
                [Publication, Score],
                Nothing,
                2,
                500
            ),
            view!("kind_spread", OfFacts(figures::kind_spread), [Work, Score], Works, 2, 100_000),
            view!("year_spread", OfFacts(figures::year_spread), [Work, Score], Works, 2, 10_000),
            view!("day_sum", OfFacts(days::day_sum), [Date, Score], Nothing, 2, 100),
            view!("period_sum", OfFacts(periods::period_sum), [Date, Score], Nothing, 3, 100),
            view!("year_band", OfFacts(days::year_band), [Date, Work, Score], Works, 2, 10_000),
            view!(
                "critic_trend",
                OfFacts(days::critic_trend),
                [Critic, Date, Work, Score],
                Works,
                2,
                50
            ),
            view!(
                "review_tally",
                OfFacts(tally::review_tally),
                [Critic, Publication, Date],
                Nothing,
                0,
                10_000
            ),
            view!("work_verdict", OfFacts(tally::work_verdict), [Work], Nothing, 2, 1_000),
            view!("quote_band", OfFacts(tally::quote_band), [Work, Score], Works, 0, 100_000),
            view!("reviewed_work", OfFacts(tally::reviewed_work), [Work], Nothing, 1, 50),
            view!("held_work", OfFacts(tally::held_work), [Work], Nothing, 1, 50),
            view!("score_mad", OfFacts(distance::score_mad), [Work, Score], Nothing, 0, 1),
            view!("score_iqr", OfFacts(distance::score_iqr), [Work, Score], Nothing, 0, 1),
            view!("score_z", OfFacts(distance::score_z), [Work, Score], Nothing, 0, 1),
            view!(
                "work_course",
                OfFacts(course::work_course),
                [Work, Critic, Date, Score],
                Names,
                4,
                1
            ),
            view!(
                "critic_leaning",
                OfFacts(leaning::critic_leaning),
                [Critic, Work, Score],
                Nothing,
                2,
                50
            ),
            view!(
                "taste_pair",
                OfArchive(taste_pair::taste_pair, &taste_pair::NARROWED),
                [Critic, Work, Score],
                Nothing,
                1,
                1
            ),
            view!(
                "word_side",
                OfArchive(word_side::word_side, &word_side::NARROWED),
                [Work, Score],
                Works,
                0,
                1
            ),
            view!(
                "format_score",
                OfArchive(formats::format_score, &Narrowed::NOT),
                [Score],
                Nothing,
                0,
                100_000
            ),
            view!(
                "quote_pair",
                OfArchive(quote_pair::quote_pair, &Narrowed::NOT),
                [Work, Critic, Date, Score],
                Nothing,
                2,
                100
            ),
        ]
    })
}
