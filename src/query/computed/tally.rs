//! `review_tally` and `held_work`: which reviews there are, and what they have.

use super::Asked;
use super::days::{is_negative, is_positive};
use super::source::{Source, audiences};
use crate::archive::columns::State;
use crate::query::laid::Cells;

/// In the order of the words; a place beyond is none.
const BANDS: [&str; 3] = ["mixed", "negative", "positive"];
const NO_BAND: u8 = 3;
/// Letters of a date: none, a year, a month, a day.
const LENGTHS: [u32; 4] = [0, 4, 7, 10];

/// What a review has, as bits: flags, then how it is dated (2), then its band (2).
const FLAGS: u32 = 6;
const COMBINATIONS: usize = 1 << (FLAGS + 4);

pub fn review_tally(source: &Source, asked: Asked) -> Vec<Cells> {
    let mut counts = [0_u32; COMBINATIONS];
    for (at, state) in source.facts.filtered().iter().enumerate() {
        if state.is_there() && asked.has(state.is_user()) {
            let Some(count) = counts.get_mut(combination(source, at, *state)) else { continue };
            *count += 1;
        }
    }
    let there = || (0_u16..).zip(counts).filter(|(_, count)| *count > 0);
    let flag = |bit: u32| Cells::Count(there().map(|(of, _)| u32::from(of >> bit & 1)).collect());
    let two = |of: u16, bit: u32| usize::from(of >> bit & 3);
    let dated = there().map(|(of, _)| LENGTHS.get(two(of, FLAGS)).copied().unwrap_or(0));
    let band = there().map(|(of, _)| u8::try_from(two(of, FLAGS + 2)).unwrap_or(NO_BAND));
    vec![
        audiences(there().map(|(of, _)| u8::from(of & 1 == 1))),
        Cells::Count(dated.collect()),
        Cells::Word(&BANDS, band.collect()),
        flag(1),
        flag(2),
        flag(3),
        flag(4),
        flag(5),
        Cells::Count(there().map(|(_, count)| count).collect()),
    ]
}

fn combination(source: &Source, at: usize, state: State) -> usize {
    let facts = &source.facts;
    let number = |column: &[u32]| column.get(at).copied().unwrap_or(0);
    let date = number(facts.dates());
    let dated =
        usize::from(date > 0) + usize::from(date >> 5 & 15 > 0) + usize::from(date & 31 > 0);
    let band = match facts.scores().get(at).filter(|_| state.has_score()) {
        Some(&score) => {
            let is_game = source.is_of_game(number(facts.works()));
            match (is_positive(score, is_game), is_negative(score, is_game)) {
                (true, _) => 2,
                (_, true) => 1,
                _ => 0,
            }
        }
        None => NO_BAND,
    };
    let flags = [
        state.is_user(),
        state.has_score_text(),
        number(facts.critics()) > 0,
        number(facts.publications()) > 0,
        state.has_quote(),
        state.is_truncated(),
    ];
    let flags = flags.iter().rev().fold(0, |bits, is| bits << 1 | usize::from(*is));
    flags | dated << FLAGS | usize::from(band) << (FLAGS + 2)
}

pub fn held_work(source: &Source, _: Asked) -> Vec<Cells> {
    let facts = &source.facts;
    let mut is_held = vec![false; facts.works().iter().max().map_or(0, |&most| most as usize + 1)];
    for (state, work) in facts.all().iter().zip(facts.works()) {
        if let Some(is_held) = is_held.get_mut(*work as usize) {
            *is_held |= state.is_there();
        }
    }
    let held = (0..).zip(is_held).filter(|(work, is_held)| *is_held && *work > 0);
    vec![Cells::Id(held.map(|(work, _)| work).collect())]
}
