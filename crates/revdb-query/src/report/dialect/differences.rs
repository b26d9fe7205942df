//! Warns about a user's report that may give other results in another engine.
//!
//! Must never: replace a translation; what can be translated is translated.

use super::{Dialect, before, is_real, next, tokens};
use crate::report::Report;

/// Constructs whose result differs between SQLite and an engine depending on the type of a value,
/// which a token-by-token translation does not know; with a note. Built-in reports are compared
/// with the engines by `tests/dialects.rs`.
const DIFFERENCES: [(Test, &str); 2] = [
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

/// Whether the token at an index is such a construct.
type Test = fn(&[&str], usize) -> bool;

impl Dialect {
    /// Notes on possible differences of a user's report.
    pub fn warnings(report: &Report) -> Vec<&'static str> {
        let tokens = tokens(&report.select.sql);
        let applies = |test: Test| {
            let mut at = 0..tokens.len();
            at.any(|at| test(&tokens, at))
        };
        let said = DIFFERENCES.iter().filter(|(test, _)| !report.is_built_in && applies(*test));
        said.map(|(_, note)| *note).collect()
    }
}

/// Whether the dividend of the `/` at `at` contains a number with a decimal point as a factor:
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
