//! Rules of SQLite's own, written once more: sums, percentiles, days, the words of the full-text
//! index and BM25.
//!
//! What revdb works out itself must say what the archive's views say in any shell, to the last
//! digit. So wherever SQLite has a rule, it is followed here step by step and held against SQLite by
//! tests. Must never: hold a rule of revdb's.

pub mod bm25;
mod calendar;
mod fts5;
mod percentile;
mod sum;
pub mod tokens;

pub use calendar::day_number;
pub use percentile::{median, percentile};
pub use sum::{Sum, mean, squares};
