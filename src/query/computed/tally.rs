//! `review_tally`, `quote_band`, `reviewed_work`, `held_work`: which reviews there are, and what they
//! have.

use super::days::{is_negative, is_positive};
use super::source::{Source, audiences};
use crate::archive::columns::State;
use crate::query::laid::Cells;

/// In the order of the words; a place beyond is none.
const BANDS: [&str; 3] = ["mixed", "negative", "positive"];
const NO_BAND: u8 = 3;
/// Letters of a date: none, a year, a month, a day.
const LENGTHS: [u32; 4] = [0, 4, 7, 10];

/// What a review has, as bits: flags, then how it is dated (2).
const FLAGS: u32 = 7;
const COMBINATIONS: usize = 1 << (FLAGS + 2);

pub fn review_tally(source: &Source) -> Vec<Cells> {
    let facts = &source.facts;
    let mut counts = [0_u32; COMBINATIONS];
    let who = facts.critics().iter().zip(facts.publications());
    for (state, (who, date)) in facts.filtered().iter().zip(who.zip(facts.dates())) {
        if state.is_there() {
            let has = combination(*state, *who.0 > 0, *who.1 > 0, *date);
            if let Some(count) = counts.get_mut(has) {
                *count += 1;
            }
        }
    }
    let there = || (0_u16..).zip(counts).filter(|(_, count)| *count > 0);
    let flag = |bit: u32| Cells::Count(there().map(|(of, _)| u32::from(of >> bit & 1)).collect());
    let dated = |of: u16| LENGTHS.get(usize::from(of >> FLAGS & 3)).copied().unwrap_or(0);
    let mut cells = vec![
        audiences(there().map(|(of, _)| u8::from(of & 1 == 1))),
        Cells::Count(there().map(|(of, _)| dated(of)).collect()),
    ];
    cells.extend((1..FLAGS).map(flag));
    cells.push(Cells::Count(there().map(|(_, count)| count).collect()));
    cells
}

#[inline]
fn combination(state: State, is_named: bool, is_published: bool, date: u32) -> usize {
    let dated =
        usize::from(date > 0) + usize::from(date >> 5 & 15 > 0) + usize::from(date & 31 > 0);
    let flags = [
        state.is_user(),
        state.has_score(),
        state.has_score_text(),
        is_named,
        is_published,
        state.has_quote(),
        state.is_truncated(),
    ];
    let flags = flags.iter().rev().fold(0, |bits, is| bits << 1 | usize::from(*is));
    flags | dated << FLAGS
}

pub fn quote_band(source: &Source) -> Vec<Cells> {
    let facts = &source.facts;
    let mut counts = [[0_u32; 4]; 2];
    for (at, (state, work)) in facts.filtered().iter().zip(facts.works()).enumerate() {
        if state.is_there() && state.has_quote() {
            let score = facts.scores().get(at).filter(|_| state.has_score());
            let band = score.map_or(NO_BAND, |score| band(*score, source.is_of_game(*work)));
            let counts = counts.get_mut(usize::from(state.is_user()));
            if let Some(count) = counts.and_then(|counts| counts.get_mut(usize::from(band))) {
                *count += 1;
            }
        }
    }
    let of_both = (0..).zip(counts);
    let rows = of_both.flat_map(|(is_user, counts)| {
        (0..).zip(counts).map(move |(band, count)| (is_user, band, count))
    });
    let rows: Vec<(u8, u8, u32)> = rows.filter(|(_, _, count)| *count > 0).collect();
    vec![
        audiences(rows.iter().map(|row| row.0)),
        Cells::Word(&BANDS, rows.iter().map(|row| row.1).collect()),
        Cells::Count(rows.iter().map(|row| row.2).collect()),
    ]
}

fn band(score: f64, is_game: bool) -> u8 {
    match (is_positive(score, is_game), is_negative(score, is_game)) {
        (true, _) => 2,
        (_, true) => 1,
        _ => 0,
    }
}

pub fn reviewed_work(source: &Source) -> Vec<Cells> {
    works_of(source, source.facts.filtered())
}

pub fn held_work(source: &Source) -> Vec<Cells> {
    works_of(source, source.facts.all())
}

/// Each work of which one of these is there, in the order of ids.
fn works_of(source: &Source, states: &[State]) -> Vec<Cells> {
    let works = source.facts.works();
    let mut has_one = vec![false; works.iter().max().map_or(0, |&most| most as usize + 1)];
    for (state, work) in states.iter().zip(works) {
        if let Some(has_one) = has_one.get_mut(*work as usize) {
            *has_one |= state.is_there();
        }
    }
    let there = (0..).zip(has_one).filter(|(work, has_one)| *has_one && *work > 0);
    vec![Cells::Id(there.map(|(work, _)| work).collect())]
}
