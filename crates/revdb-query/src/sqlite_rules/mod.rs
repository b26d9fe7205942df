//! SQLite's rules, implemented again: sums, percentiles, days, tokens of the full-text index,
//! BM25.
//!
//! Rows computed here must equal the archive's views to the last digit. So each rule follows
//! SQLite step by step, and tests compare both. Must never: contain a rule of revdb's own.

pub mod bm25;
mod calendar;
mod fts5;
mod percentile;
mod sum;
pub mod tokens;

pub use calendar::day_number;
pub use percentile::{median, percentile};
pub use sum::{Sum, mean, squares};
