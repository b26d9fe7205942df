//! `period_sum`: the reviews of days, weeks, months and years, with those between that have none.
//!
//! Put together from the days, some 9,000 of a million reviews: SQL takes 1.4 µs a day to
//! reckon its week and group it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::days::Days;
use super::figures::Tally;
use super::source::{Source, audiences};
use super::sum::Sum;
use crate::archive::columns::unpack_date;
use crate::domain::PartialDate;
use crate::query::laid::Cells;

/// In the order of their words.
const SORTS: [&str; 4] = ["day", "month", "week", "year"];

#[derive(Clone, Copy)]
enum Sort {
    Day,
    Month,
    Week,
    Year,
}

impl Sort {
    /// The first day of the period that a date is in; `None` where the date does not tell it.
    fn begin_of(self, date: PartialDate) -> Option<Date> {
        let year = date.year();
        match self {
            Sort::Year => Date::new(year, 1, 1).ok(),
            Sort::Month => Date::new(year, i8::try_from(date.month()?).ok()?, 1).ok(),
            Sort::Day | Sort::Week => {
                let (month, day) =
                    (i8::try_from(date.month()?).ok()?, i8::try_from(date.day()?).ok()?);
                let day = Date::new(year, month, day).ok()?;
                match self {
                    Sort::Week => {
                        day.checked_sub(day.weekday().to_monday_zero_offset().days()).ok()
                    }
                    _ => Some(day),
                }
            }
        }
    }

    fn after(self, begin: Date) -> Option<Date> {
        let span = match self {
            Sort::Day => 1.day(),
            Sort::Month => 1.month(),
            Sort::Week => 1.week(),
            Sort::Year => 1.year(),
        };
        begin.checked_add(span).ok()
    }
}

#[derive(Default)]
struct Rows {
    sorts: Vec<u8>,
    audiences: Vec<u8>,
    begins: Vec<u32>,
    reviews: Vec<u32>,
    counts: Vec<u32>,
    points: Vec<f64>,
}

pub fn period_sum(source: &Source) -> Vec<Cells> {
    let days = Days::of(source);
    let days: [Vec<_>; 2] = [false, true].map(|is_user| days.of_audience(is_user).collect());
    let mut rows = Rows::default();
    for (place, sort) in (0..).zip([Sort::Day, Sort::Month, Sort::Week, Sort::Year]) {
        for (audience, days) in (0..).zip(&days) {
            rows.add_periods(place, audience, sort, days);
        }
    }
    vec![
        Cells::Word(&SORTS, rows.sorts),
        audiences(rows.audiences.into_iter()),
        Cells::Date(rows.begins),
        Cells::Count(rows.reviews),
        Cells::Count(rows.counts),
        Cells::Real(rows.points),
    ]
}

impl Rows {
    /// Days that do not tell the period are left out.
    fn add_periods(&mut self, place: u8, audience: u8, sort: Sort, days: &[(u32, &Tally)]) {
        let told = days.iter().filter_map(|(date, tally)| {
            Some((unpack_date(*date).and_then(|date| sort.begin_of(date))?, *tally))
        });
        let told: Vec<(Date, &Tally)> = told.collect();
        let mut next = told.first().map(|(begin, _)| *begin);
        for period in told.chunk_by(|a, b| a.0 == b.0) {
            let Some((begin, _)) = period.first() else { continue };
            while let Some(empty) = next.filter(|next| next < begin) {
                self.add(place, audience, empty, &[]);
                next = sort.after(empty);
            }
            self.add(place, audience, *begin, period);
            next = sort.after(*begin);
        }
    }

    fn add(&mut self, place: u8, audience: u8, begin: Date, days: &[(Date, &Tally)]) {
        // The week of 1000-01-01 begins in 999, a year that no date of a review may have.
        let part = |part: i16| u32::from(part.unsigned_abs());
        let (month, day) = (i16::from(begin.month()), i16::from(begin.day()));
        let begin = part(begin.year()) << 9 | part(month) << 5 | part(day);
        let (mut points, mut n) = (Sum::default(), 0);
        for (_, day) in days.iter().filter(|(_, day)| day.n > 0) {
            points.add(day.points.total());
            n += day.n;
        }
        self.sorts.push(place);
        self.audiences.push(audience);
        self.begins.push(begin);
        self.reviews.push(days.iter().map(|(_, day)| day.reviews).sum());
        self.counts.push(n);
        self.points.push(if n > 0 { points.total() } else { f64::NAN });
    }
}
