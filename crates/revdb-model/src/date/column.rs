//! The order of day, month and year, inferred from all dates of one column.
//!
//! Must never: depend on the clock, or decide an order that the column leaves ambiguous.

use super::DateOrder;
use super::scan::{self, Reading};

const ORDERS: [DateOrder; 3] = [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst];

/// Add each value; then ask for the [order](Self::order).
#[derive(Debug, Clone)]
pub struct ColumnOrder {
    /// Which of `ORDERS` are valid for every date so far.
    possible: [bool; 3],
    /// Some date is ambiguous without an order.
    ambiguous: bool,
    first: Spread,
    last: Spread,
}

impl Default for ColumnOrder {
    fn default() -> Self {
        Self { possible: [true; 3], ambiguous: false, first: Spread::NONE, last: Spread::NONE }
    }
}

impl ColumnOrder {
    /// Adds a value; other texts than dates are ignored.
    pub fn add(&mut self, text: &str) {
        let Some(Reading::Numbers(numbers)) = scan::read(text) else { return };
        let fits = ORDERS.map(|order| numbers.is_day_in(order));
        if numbers.habit.is_some() || fits == [false; 3] {
            return;
        }
        self.ambiguous = true;
        for (possible, fits) in self.possible.iter_mut().zip(fits) {
            *possible &= fits;
        }
        if let Some((first, last)) = numbers.open_ends() {
            self.first.add(first);
            self.last.add(last);
        }
    }

    /// The only order valid for all dates; `None` if there are several, or none.
    pub fn order(&self) -> Option<DateOrder> {
        let [day, month, year] = self.possible;
        let year = year && (!(day || month) || !self.first.looks_like_days(&self.last));
        let (day, month) = match year && self.last.looks_like_days(&self.first) {
            true => (false, false),
            false => (day, month),
        };
        let left = ORDERS.into_iter().zip([day, month, year]).filter(|(_, left)| *left);
        let mut left = left.map(|(order, _)| order);
        left.next().filter(|_| self.ambiguous && left.next().is_none())
    }
}

/// Minimum, maximum and count of some numbers.
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

    /// Days of months cover their whole range; the years of one column are closer together.
    fn looks_like_days(&self, years: &Self) -> bool {
        const ENOUGH: usize = 5;
        const WIDE: u8 = 15;
        let width = |spread: &Self| spread.most.saturating_sub(spread.least);
        self.count >= ENOUGH && width(self) >= WIDE && width(years) <= width(self) / 2
    }
}
