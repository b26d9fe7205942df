//! Views of the archive that revdb works out itself.
//!
//! Three reports ask what SQL says plainly but answers slowly: which words stand
//! on which side, which critics share a taste, which quotes are nearly one. Each
//! is a view in the archive, so that a report's text runs in any SQLite shell.
//! Where a report reads such a view, a temporary table of the same name, filled
//! here, is laid over it. A million reviews, view against table: keywords
//! 77 s, agreement 132 s, near-duplicates 69 s of processor time as views.
//!
//! Must never: give other rows than the view (`tests/computed_views.rs` compares
//! them), or know a report by name: what decides is what a report reads.

mod quote_pair;
mod taste_pair;
mod word_side;

use rusqlite::Connection;

/// What a report was asked that bears on the tables.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `critic`, `user` or `all`.
    pub audience: &'a str,
    /// Pairs of critics with fewer works in common are not made.
    pub min_shared: i64,
}

/// Lays the tables that `select` names over the archive's views of these names.
/// They hold what passes the filters that are laid over `filtered` and `peers`.
///
/// # Errors
/// What SQLite says: an interrupt, a damaged archive, a full temporary disk.
pub fn lay_over(conn: &Connection, select: &str, asked: Asked<'_>) -> rusqlite::Result<()> {
    type Lay = fn(&Connection, Asked<'_>) -> rusqlite::Result<()>;
    let tables: [(&str, Lay); 3] = [
        ("word_side", word_side::lay),
        ("taste_pair", taste_pair::lay),
        ("quote_pair", quote_pair::lay),
    ];
    for (name, lay) in tables {
        if select.contains(name) {
            // One transaction: a temporary table is else synchronised row by row.
            let transaction = conn.unchecked_transaction()?;
            lay(conn, asked)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

/// `critic` or `user`, from the flag that the statements give.
fn audience(is_user: bool) -> &'static str {
    if is_user { "user" } else { "critic" }
}
