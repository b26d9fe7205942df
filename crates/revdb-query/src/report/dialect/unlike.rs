//! Tells what a report of one's own may answer otherwise in another engine.
//!
//! Must never: stand for a translation; what has one is translated.

use super::{Dialect, before, is_real, next, tokens};
use crate::report::Report;

/// What SQLite reads otherwise than an engine and a translation by tokens cannot tell, for it hangs
/// on the type of a value, with a note. Built-in reports are held against the
/// engines by `tests/dialects.rs`.
const UNLIKE: [(Unlike, &str); 2] = [
    (
        |tokens, at| {
            tokens[at] == "/" && !is_real(next(tokens, at)) && !has_real_dividend(tokens, at)
        },
        "`/` cuts a whole number divided by a whole number in SQLite (7 / 2 is 3) and not there (3.5): \
         floor(x / 10.0) or 1.0 * x / y is the same in all",
    ),
    (
        |tokens, at| {
            tokens[at].eq_ignore_ascii_case("INTEGER")
                && before(tokens, at).eq_ignore_ascii_case("AS")
        },
        "CAST(… AS INTEGER) cuts in SQLite and Spark (2.7 is 2) and rounds in DuckDB (3): floor(x) is \
         the same in all",
    ),
];

/// Whether the token at an index is read otherwise.
type Unlike = fn(&[&str], usize) -> bool;

impl Dialect {
    /// What this report of one's own may answer otherwise there.
    pub fn warnings(report: &Report) -> Vec<&'static str> {
        let tokens = tokens(&report.select.sql);
        let is_said = |unlike: Unlike| {
            let mut at = 0..tokens.len();
            at.any(|at| unlike(&tokens, at))
        };
        let said = UNLIKE.iter().filter(|(unlike, _)| !report.is_built_in && is_said(*unlike));
        said.map(|(_, note)| *note).collect()
    }
}

/// Whether a number with a decimal point is a factor of what the `/` at `at` divides:
/// `100.0 * count(*) / n`.
fn has_real_dividend(tokens: &[&str], at: usize) -> bool {
    let mut depth = 0_usize;
    for token in tokens.iter().take(at).rev() {
        match *token {
            ")" => depth += 1,
            "(" if depth == 0 => return false,
            "(" => depth -= 1,
            "+" | "-" | "," | "SELECT" | "THEN" | "ELSE" | "WHEN" | "WHERE" if depth == 0 => {
                return false;
            }
            real if depth == 0 && is_real(real) => return true,
            _ => {}
        }
    }
    false
}
