//! The order of day, month and year that all dates of one column show together.
//!
//! Must never: depend on the clock, or settle what the column leaves open.

use super::DateOrder;
use super::scan::{self, Reading};

const ORDERS: [DateOrder; 3] = [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst];

/// Add each value; then ask for the [order](Self::order).
#[derive(Debug, Clone)]
pub struct ColumnOrder {
    /// In which of `ORDERS` every date so far is a day.
    possible: [bool; 3],
    /// A date needs one of them.
    asked: bool,
    first: Spread,
    last: Spread,
}

impl Default for ColumnOrder {
    fn default() -> Self {
        Self { possible: [true; 3], asked: false, first: Spread::NONE, last: Spread::NONE }
    }
}

impl ColumnOrder {
    /// Takes note of a value, whatever it is.
    pub fn add(&mut self, text: &str) {
        let Some(Reading::Numbers(numbers)) = scan::read(text) else { return };
        let fits = ORDERS.map(|order| numbers.is_day_in(order));
        if numbers.habit.is_some() || fits == [false; 3] {
            return;
        }
        self.asked = true;
        for (possible, fits) in self.possible.iter_mut().zip(fits) {
            *possible &= fits;
        }
        if let Some((first, last)) = numbers.open_ends() {
            self.first.add(first);
            self.last.add(last);
        }
    }

    /// The one order that all of them show; `None` where several are left, or none.
    pub fn order(&self) -> Option<DateOrder> {
        let [day, month, year] = self.possible;
        let year = year && (!(day || month) || !self.first.is_of_days_beside(&self.last));
        let (day, month) = match year && self.last.is_of_days_beside(&self.first) {
            true => (false, false),
            false => (day, month),
        };
        let left = ORDERS.into_iter().zip([day, month, year]).filter(|(_, left)| *left);
        let mut left = left.map(|(order, _)| order);
        left.next().filter(|_| self.asked && left.next().is_none())
    }
}

/// The least and the most of some numbers, and how many there were.
#[derive(Debug, Clone)]
struct Spread {
    least: u8,
    most: u8,
    count: usize,
}

impl Spread {
    const NONE: Self = Self { least: u8::MAX, most: 0, count: 0 };

    fn add(&mut self, number: u8) {
        self.least = self.least.min(number);
        self.most = self.most.max(number);
        self.count += 1;
    }

    /// Days of months go through all of them; the years of one column lie closer together.
    fn is_of_days_beside(&self, years: &Self) -> bool {
        const ENOUGH: usize = 5;
        const WIDE: u8 = 15;
        let width = |spread: &Self| spread.most.saturating_sub(spread.least);
        self.count >= ENOUGH && width(self) >= WIDE && width(years) <= width(self) / 2
    }
}
