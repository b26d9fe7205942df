//! Parses printed dates character by character.
//!
//! Owns the grammar of `date`'s table. Must never: allocate or use regular expressions, since it
//! runs for every record of an import.

use std::iter::Peekable;
use std::str::Chars;

use super::digits::{digits, full, one_number};
use super::word::Word;
use super::{DateError, DateOrder, PartialDate};

/// Maximum length of a date in bytes; JavaScript's `Date.toString` has up to 62.
const LONGEST: usize = 120;

/// Verbs printed before a date, alone or with "… on".
const VERBS: [&str; 8] =
    ["posted", "reviewed", "published", "added", "watched", "written", "updated", "date"];

/// The reading of a text before the day-month order is known.
pub(super) enum Reading {
    Date(PartialDate),
    Numbers(Numbers),
}

/// `a/b/year`, where `a` and `b` are day and month.
pub(super) struct Numbers {
    first: u8,
    second: u8,
    year: i16,
    /// The order suggested by convention for this form.
    pub(super) habit: Option<DateOrder>,
    /// The date of `19-03-14` if the year is first, as ISO 8601 once allowed.
    year_first: Option<PartialDate>,
}

impl Numbers {
    /// The order that the numbers prove.
    fn settled(&self) -> Option<DateOrder> {
        match (self.first > 12, self.second > 12) {
            _ if self.year_first.is_some() && self.first > 31 => Some(DateOrder::YearFirst),
            _ if self.year_first.is_some() => None,
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The date in that order; `None` if it is invalid.
    fn in_order(&self, order: DateOrder) -> Option<PartialDate> {
        let of = |day, month| PartialDate::new(self.year, Some(month), Some(day));
        match order {
            DateOrder::DayFirst => of(self.first, self.second),
            DateOrder::MonthFirst => of(self.second, self.first),
            DateOrder::YearFirst => self.year_first,
        }
    }

    pub(super) fn is_day_in(&self, order: DateOrder) -> bool {
        self.in_order(order).is_some()
    }

    /// The first and the last number, if either may be the year.
    pub(super) fn open_ends(&self) -> Option<(u8, u8)> {
        let last = self.year_first?.day()?;
        self.settled().is_none().then_some((self.first, last))
    }

    pub(super) fn date(&self, order: Option<DateOrder>) -> Result<PartialDate, DateError> {
        let same = self.first == self.second && self.year_first.is_none();
        let same = same.then_some(DateOrder::DayFirst);
        let order =
            order.filter(|order| *order != DateOrder::YearFirst || self.year_first.is_some());
        let order =
            self.settled().or(same).or(order).or(self.habit).ok_or_else(|| self.undecided())?;
        self.in_order(order).ok_or(DateError::Unknown)
    }

    /// Two numbers above 12, or a zero, are not a date in either order.
    fn undecided(&self) -> DateError {
        let either = |n: u8| (1..=12).contains(&n);
        match self.year_first.is_some() || either(self.first) && either(self.second) {
            true => DateError::Ambiguous,
            false => DateError::Unknown,
        }
    }
}

/// The reading of `text`, or `None` if it is in no known form.
pub(super) fn read(text: &str) -> Option<Reading> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if let Some(date) = iso(text) {
        return Some(Reading::Date(date));
    }
    // Seconds since the epoch with decimals.
    let decimals =
        |(seconds, rest): &(&str, &str)| seconds.len() > 8 && digits(rest.as_bytes()).is_some();
    let whole = text.split_once('.').filter(decimals).map_or(text, |(seconds, _)| seconds);
    if let Some(number) = digits(whole.as_bytes()) {
        return one_number(number, whole.len()).map(Reading::Date);
    }
    if let Some(date) = ctime(text) {
        return Some(Reading::Date(date));
    }
    let mut scan = Scan { chars: without_verb(text).chars().peekable() };
    let reading = scan.date()?;
    scan.time()?;
    Some(reading)
}

/// `2012-07-26`, with or without a time, as in four of five dumps.
fn iso(text: &str) -> Option<PartialDate> {
    let date = PartialDate::from_iso(text.get(..10)?)?;
    let rest = text.get(10..)?;
    if !rest.is_empty() {
        Scan { chars: rest.chars().peekable() }.time()?;
    }
    Some(date)
}

/// C's ctime: `Sat Dec 31 00:00:00 2016`, with the year after the time, and possibly a zone before
/// it (`Sat Dec 31 00:00:00 +0000 2016`).
fn ctime(text: &str) -> Option<PartialDate> {
    let word = |text: &str| {
        let mut word = Word::default();
        text.chars().for_each(|c| word.push(c));
        word
    };
    let mut parts = text.split_ascii_whitespace();
    let weekday = word(parts.next()?).weekday();
    let month = word(parts.next()?).month()?;
    let day = digits(parts.next()?.as_bytes())?;
    let time = parts.next()?.split(':');
    let timed = time.filter(|part| part.len() == 2 && digits(part.as_bytes()).is_some()).count();
    let (next, last) = (parts.next()?, parts.next());
    let year = last.unwrap_or(next);
    if !weekday || !(2..=3).contains(&timed) || year.len() != 4 || parts.next().is_some() {
        return None;
    }
    full(digits(year.as_bytes())?, u64::from(month), day)
}

/// "Reviewed in the United States on July 26, 2012" from its date on.
fn without_verb(text: &str) -> &str {
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    if !VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(word)) {
        return text;
    }
    let rest = text.get(word.len()..).unwrap_or("");
    let rest = rest.rsplit_once(" on ").map_or(rest, |(_, date)| date);
    rest.trim_start_matches(|c: char| c == ':' || c.is_whitespace())
}

/// POSIX strptime `%y`: 69–99 are 1969–1999, 00–68 are 2000–2068.
fn century(year: u64) -> u64 {
    if year < 69 { year + 2000 } else { year + 1900 }
}

/// A number as printed; its width tells a year from a day.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) value: u64,
    pub(super) width: usize,
}

impl Number {
    /// As a year of four or two digits.
    fn year(self) -> Option<u64> {
        match self.width {
            4 => Some(self.value),
            2 => Some(century(self.value)),
            _ => None,
        }
    }

    /// As a day or month of one or two digits.
    fn part(self) -> Option<u64> {
        (self.width <= 2).then_some(self.value)
    }
}

pub(super) struct Scan<'a> {
    pub(super) chars: Peekable<Chars<'a>>,
}

impl Scan<'_> {
    /// The next character, normalised (full-width digits, typographic dashes).
    pub(super) fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|&c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{2019}' => '\'',
            // East Asian dates: 2012年7月26日, 2012년 7월 26일.
            '年' | '月' | '년' | '월' => '-',
            // Direction marks that Internet Explorer and Edge insert into dates.
            '\u{200E}' | '\u{200F}' | '日' | '일' => ' ',
            c if c.is_whitespace() => ' ',
            c => c,
        })
    }

    pub(super) fn take_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|&c| wanted(c))?;
        self.chars.next();
        Some(c)
    }

    pub(super) fn spaces(&mut self) {
        while self.take_if(|c| c == ' ').is_some() {}
    }

    pub(super) fn number(&mut self) -> Option<Number> {
        let mut number = Number { value: 0, width: 0 };
        while let Some(c) = self.take_if(|c| c.is_ascii_digit()) {
            number.value = number.value * 10 + u64::from(c.to_digit(10)?);
            number.width += 1;
            if number.width > 4 {
                return None;
            }
        }
        (number.width > 0).then_some(number)
    }

    /// The next run of letters, if any.
    pub(super) fn word(&mut self) -> Option<Word> {
        let mut word = Word::default();
        while let Some(c) = self.take_if(char::is_alphabetic) {
            word.push(c);
        }
        (!word.is_empty()).then_some(word)
    }

    /// Consumes a separator: blanks and at most one `/`, `-`, `.`, `,` or `'`. Returns the sign,
    /// or a blank.
    fn separator(&mut self) -> char {
        self.spaces();
        let sign = self.take_if(|c| matches!(c, '/' | '-' | '.' | ',' | '\'')).unwrap_or(' ');
        self.spaces();
        sign
    }

    fn date(&mut self) -> Option<Reading> {
        let mut weekday = false;
        self.spaces();
        loop {
            if let Some(number) = self.number() {
                return if number.width == 4 {
                    self.year_first(number.value)
                } else {
                    self.number_first(number)
                };
            }
            let word = self.word()?;
            match word.month() {
                Some(month) => return self.month_first(month),
                None if word.weekday() && !weekday => weekday = true,
                None => return None,
            }
            self.separator();
        }
    }

    /// `2012-07-26`, `2014/04/05`, `2012 Jul 26`, `2012-7`.
    fn year_first(&mut self, year: u64) -> Option<Reading> {
        let year = i16::try_from(year).ok()?;
        let sign = self.separator();
        let month = match self.number() {
            Some(month) => month.part()?,
            None => u64::from(self.word()?.month()?),
        };
        let month = Some(u8::try_from(month).ok()?);
        // 2012-07 has no third part; a time only follows complete dates.
        if self.separator() != sign && self.peek().is_some() {
            return None;
        }
        let day = match self.number() {
            Some(day) => Some(u8::try_from(day.part()?).ok()?),
            None => None,
        };
        PartialDate::new(year, month, day).map(Reading::Date)
    }

    /// `Jul 26, 2012`, `July 26th 2012`, `Jul 2012`.
    fn month_first(&mut self, month: u8) -> Option<Reading> {
        // "Jul. 26" and "Sept., 2012" have two signs.
        self.separator();
        self.separator();
        let first = self.number()?;
        if first.width == 4 {
            return PartialDate::new(i16::try_from(first.value).ok()?, Some(month), None)
                .map(Reading::Date);
        }
        let day = first.part()?;
        self.ordinal()?;
        if self.separator() == ',' {
            self.take_if(|c| c == '\'');
        }
        let year = self.number()?.year()?;
        full(year, u64::from(month), day).map(Reading::Date)
    }

    /// `26 July 2012`, `31-Jul-18`, `26/07/2012`, `09 12, 2016`, `07/2012`.
    fn number_first(&mut self, first: Number) -> Option<Reading> {
        let (width, first) = (first.width, first.part()?);
        self.ordinal()?;
        let sign = self.separator();
        let Some(second) = self.number() else {
            let month = self.month_of()?;
            let year = self.number()?.year()?;
            self.year_mark();
            return full(year, u64::from(month), first).map(Reading::Date);
        };
        if second.width == 4 {
            // 07/2012; with a blank or a comma it would be a day and a year.
            let month = matches!(sign, '/' | '-' | '.').then_some(u8::try_from(first).ok()?)?;
            return PartialDate::new(i16::try_from(second.value).ok()?, Some(month), None)
                .map(Reading::Date);
        }
        let habit = match (sign, self.separator()) {
            ('.', '.') => Some(DateOrder::DayFirst),
            (' ', ',') => Some(DateOrder::MonthFirst),
            ('/', '/') | ('-', '-') | (' ', ' ') => None,
            _ => return None,
        };
        let last = self.number()?;
        let short = sign == '-' && [width, second.width, last.width] == [2; 3];
        let year_first = short.then(|| full(century(first), second.value, last.value)).flatten();
        Some(Reading::Numbers(Numbers {
            first: u8::try_from(first).ok()?,
            second: u8::try_from(second.part()?).ok()?,
            year: i16::try_from(last.year()?).ok()?,
            habit,
            year_first,
        }))
    }

    /// `July`, `of July`, `de agosto de`: the month between day and year, with separators.
    fn month_of(&mut self) -> Option<u8> {
        let mut word = self.word()?;
        if word.is_of() {
            self.spaces();
            word = self.word()?;
        }
        let month = word.month()?;
        self.separator();
        self.separator();
        if self.peek().is_some_and(char::is_alphabetic) {
            self.word().filter(Word::is_of)?;
            self.spaces();
        }
        Some(month)
    }

    /// Skips the `г.` or `р.` ("of the year") after a year in Russian and Ukrainian.
    fn year_mark(&mut self) {
        let ahead = self.chars.clone();
        self.spaces();
        if self.take_if(|c| matches!(c, 'г' | 'р')).is_some() {
            self.take_if(|c| c == '.');
            if self.peek().is_none_or(|c| !c.is_alphabetic()) {
                return;
            }
        }
        self.chars = ahead;
    }

    /// Skips `st`, `nd`, `rd`, `th`, `er` directly after a day; any other letters there are
    /// invalid.
    fn ordinal(&mut self) -> Option<()> {
        if self.take_if(|c| matches!(c, 'º' | 'ª' | '°')).is_some() {
            return Some(());
        }
        if !self.peek().is_some_and(char::is_alphabetic) {
            return Some(());
        }
        let word = self.word()?;
        ["st", "nd", "rd", "th", "er"].iter().any(|ending| word.is(ending)).then_some(())
    }
}
