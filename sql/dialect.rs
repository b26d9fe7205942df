//! SQL written by hand for other engines, by statement.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{Statements, cut};

const FILES: [(&str, &str); 3] = [
    ("views", include_str!("dialect/views.sql")),
    ("duckdb", include_str!("dialect/duckdb.sql")),
    ("spark", include_str!("dialect/spark.sql")),
];

/// The statement `name` of `sql/dialect/<file>.sql`, if any.
pub fn statement(file: &str, name: &str) -> Option<&'static str> {
    static BY_FILE: OnceLock<FxHashMap<&str, Statements>> = OnceLock::new();
    let files =
        BY_FILE.get_or_init(|| FILES.into_iter().map(|(file, text)| (file, cut(text))).collect());
    files.get(file)?.get(name).copied()
}
