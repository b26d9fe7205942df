//! `review_tally`, `quote_band`, `reviewed_work`, `held_work`: which reviews there are, and what they
//! have.

use super::days::{is_negative, is_positive};
use super::grouped::{keyed, of_slot, slots};
use super::source::{Source, audiences};
use crate::archive::columns::State;
use crate::domain::verdict::Leaning;
use crate::query::laid::Cells;

/// In the order of the words; a place beyond is none.
const BANDS: [&str; 3] = ["mixed", "negative", "positive"];
const NO_BAND: u8 = 3;
/// Letters of a date: none, a year, a month, a day.
const LENGTHS: [u32; 4] = [0, 4, 7, 10];

/// What a review has, as bits: flags, then how it is dated (2), then its verdict (2).
const FLAGS: u32 = 7;
/// Where what the verdict says stands, behind the two bits of the date.
const VERDICT: u32 = FLAGS + 2;
const COMBINATIONS: usize = 1 << (VERDICT + 2);

/// What verdicts say; a place beyond is no verdict.
const VERDICTS: [&str; 3] = ["negative", "other", "positive"];
const NO_VERDICT: u8 = 3;

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
    let verdict = |of: u16| u8::try_from(of >> VERDICT & 3).unwrap_or(NO_VERDICT);
    cells.push(Cells::Word(&VERDICTS, there().map(|(of, _)| verdict(of)).collect()));
    cells.push(Cells::Count(there().map(|(_, count)| count).collect()));
    cells
}

/// The place of what a verdict says among [`VERDICTS`].
fn verdict(state: State) -> u8 {
    match state.verdict() {
        None => NO_VERDICT,
        Some(None) => 1,
        Some(Some(Leaning::Negative)) => 0,
        Some(Some(Leaning::Positive)) => 2,
    }
}

pub fn work_verdict(source: &Source) -> Vec<Cells> {
    let facts = &source.facts;
    let mut counts = vec![[0_u32; 3]; slots(facts.works())];
    for (_, slot, state) in keyed(facts.filtered(), facts.works()) {
        let counts = counts.get_mut(slot).filter(|_| !state.has_score());
        if let Some(count) = counts.and_then(|counts| counts.get_mut(usize::from(verdict(state)))) {
            *count += 1;
        }
    }
    let there = || counts.iter().enumerate().filter(|(_, counts)| counts.iter().any(|n| *n > 0));
    let count = |at: usize| {
        Cells::Count(there().map(|(_, counts)| counts.get(at).copied().unwrap_or(0)).collect())
    };
    vec![
        Cells::Id(there().map(|(slot, _)| of_slot(slot).0).collect()),
        audiences(there().map(|(slot, _)| of_slot(slot).1)),
        count(2),
        count(0),
        count(1),
    ]
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
    flags | dated << FLAGS | usize::from(verdict(state)) << VERDICT
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
